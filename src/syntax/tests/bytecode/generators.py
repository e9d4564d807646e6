def gen(x):
    y = yield x
    z = yield from y
    return z


async def co(a):
    async with a as b:
        async for c in b:
            await c
    return [d async for d in a if await d]


async def agen():
    yield 1


def comps(xs, x):
    a = [x for x in xs if x]
    b = {k: v for k, v in xs for w in [k + v] if w}
    c = (y async for y in xs)
    return [lambda: q for q in xs], a, b, c
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 1, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <gen>
#          3 StoreName gen t0
#    7     6 MakeFunction t0 <co>
#          7 StoreName co t0
#   14    10 MakeFunction t0 <agen>
#         11 StoreName agen t0
#   18    14 MakeFunction t0 <comps>
#         15 StoreName comps t0
#         18 ReturnConst None
#
# gen: args 0/1/0, hidden 1, temps 1, flags 0x23
#    1     0 ReturnGenerator
#          1 Resume
#    2     3 Yield y x
#    3     4 GetYieldFromIter h0 y
#          5 LoadConst t0 None
#      >   6 Send t0 h0 -> 12
#          8 YieldDelegated t0 h0
#          9 JumpBack -> 6
#      >  11 CleanupThrow t0
#      >  12 Release h0
#         13 Move z t0
#    4    14 Return z
#   -- >  15 StopIterationError
#      1..8 -> 15 [temps 0, hidden 0]
#      8..9 -> 11 [temps 0, hidden 1]
#      9..15 -> 15 [temps 0, hidden 0]
#
# co: args 0/1/0, hidden 4, temps 5, flags 0x83
#    7     0 ReturnGenerator
#          1 Resume
#    8     3 LoadSpecial h0 a Aexit
#          4 LoadSpecial t0 a Aenter
#          5 CallMethod t0 t0 #0
#          8 GetAwaitable h2 t0 #1
#          9 LoadConst t0 None
#      >  10 Send t0 h2 -> 16
#         12 YieldDelegated t0 h2
#         13 JumpBack -> 10
#      >  15 CleanupThrow t0
#      >  16 Release h2
#         17 Move b t0
#    9    18 GetAiter h2 b
#      >  19 GetAnext h3 h2
#         20 LoadConst t0 None
#      >  21 Send t0 h3 -> 27
#         23 YieldDelegated t0 h3
#         24 JumpBack -> 21
#      >  26 CleanupThrow t0
#      >  27 Release h3
#         28 Move c t0
#   10    29 GetAwaitable h3 c #0
#         30 LoadConst t0 None
#      >  31 Send t0 h3 -> 37
#         33 YieldDelegated t0 h3
#         34 JumpBack -> 31
#      >  36 CleanupThrow t0
#      >  37 Release h3
#         38 Release t0
#         39 JumpBack -> 19
#    9 >  41 EndAsyncFor
#         42 Release h2
#    8    43 PrepareExit t0 h0
#         44 CallMethod t0 t0 #3
#         47 GetAwaitable h2 t0 #2
#         48 LoadConst t0 None
#      >  49 Send t0 h2 -> 55
#         51 YieldDelegated t0 h2
#         52 JumpBack -> 49
#      >  54 CleanupThrow t0
#      >  55 Release h2
#         56 Release t0
#         57 Release h0
#         58 Release h1
#         59 Jump -> 82
#   -- >  60 EnterHandler h2
#    8    61 PrepareExitExc t0 h0
#         62 CallMethod t0 t0 #3
#         65 GetAwaitable h3 t0 #2
#         66 LoadConst t0 None
#      >  67 Send t0 h3 -> 73
#         69 YieldDelegated t0 h3
#         70 JumpBack -> 67
#      >  72 CleanupThrow t0
#      >  73 Release h3
#         74 JumpIfTrue t0 -> 77
#         76 ReraiseThere h2
#      >  77 LeaveHandler h2
#         78 Release h0
#         79 Release h1
#         80 Jump -> 82
#   -- >  81 UnwindHandler h2
#   11 >  82 GetAiter h0 a
#         83 BuildList t0 t0 #0
#      >  84 GetAnext h1 h0
#         85 LoadConst t1 None
#      >  86 Send t1 h1 -> 92
#         88 YieldDelegated t1 h1
#         89 JumpBack -> 86
#      >  91 CleanupThrow t1
#      >  92 Release h1
#         93 Move d t1
#         94 GetAwaitable h1 d #0
#         95 LoadConst t1 None
#      >  96 Send t1 h1 -> 102
#         98 YieldDelegated t1 h1
#         99 JumpBack -> 96
#      > 101 CleanupThrow t1
#      > 102 Release h1
#        103 JumpIfFalse t1 -> 106
#        105 ListAppend t0 d
#      > 106 JumpBack -> 84
#      > 108 EndAsyncFor
#        109 Release h0
#        110 Release d
#        111 Jump -> 114
#   -- > 112 Release d
#        113 Unwind
#   11 > 114 Return t0
#   -- > 115 StopIterationError
#      1..12 -> 115 [temps 0, hidden 0]
#      12..13 -> 15 [temps 0, hidden 3]
#      13..17 -> 115 [temps 0, hidden 0]
#      17..19 -> 60 [temps 0, hidden 2]
#      19..23 -> 41 [temps 0, hidden 3]
#      23..24 -> 26 [temps 0, hidden 4]
#      24..28 -> 41 [temps 0, hidden 3]
#      28..33 -> 60 [temps 0, hidden 2]
#      33..34 -> 36 [temps 0, hidden 4]
#      34..43 -> 60 [temps 0, hidden 2]
#      43..51 -> 115 [temps 0, hidden 0]
#      51..52 -> 54 [temps 0, hidden 3]
#      52..61 -> 115 [temps 0, hidden 0]
#      61..69 -> 81 [temps 0, hidden 3]
#      69..70 -> 72 [temps 0, hidden 4]
#      70..76 -> 81 [temps 0, hidden 3]
#      76..83 -> 115 [temps 0, hidden 0]
#      83..84 -> 112 [temps 0, hidden 1]
#      84..88 -> 108 [temps 1, hidden 1]
#      88..89 -> 91 [temps 1, hidden 2]
#      89..93 -> 108 [temps 1, hidden 1]
#      93..98 -> 112 [temps 0, hidden 1]
#      98..99 -> 101 [temps 1, hidden 2]
#      99..110 -> 112 [temps 0, hidden 1]
#      110..115 -> 115 [temps 0, hidden 0]
#
# agen: args 0/0/0, hidden 0, temps 1, flags 0x203
#   14     0 ReturnGenerator
#          1 Resume
#   15     3 LoadSmallInt t0 #1
#          4 Intrinsic1 t0 t0 AsyncGenWrap
#          5 Yield t0 t0
#          6 Release t0
#          7 ReturnConst None
#   -- >   8 StopIterationError
#      1..8 -> 8 [temps 0, hidden 0]
#
# comps: args 0/2/0, hidden 2, temps 4, flags 0x3
#          0 MakeCell q
#   18     1 Resume
#   19     3 GetIter h0 xs
#          4 Take h1 x
#          5 BuildList t0 t0 #0
#      >   6 ForIter x h0 -> 13
#          8 JumpIfFalse x -> 11
#         10 ListAppend t0 x
#      >  11 JumpBack -> 6
#      >  13 Release h0
#         14 Take x h1
#         15 Jump -> 18
#   -- >  16 Take x h1
#         17 Unwind
#   19 >  18 Move a t0
#   20    19 GetIter h0 xs
#         20 BuildMap t0 t0 #0
#      >  21 ForIter t1 h0 -> 35
#         23 UnpackSequence t1 t1 #2
#         25 Move k t2
#         26 Move v t1
#         27 BinaryAdd t1 k v
#         29 Move w t1
#         30 JumpIfFalse w -> 33
#         32 MapSet t0 k v
#      >  33 JumpBack -> 21
#      >  35 Release h0
#         36 Release w
#         37 Release v
#         38 Release k
#         39 Jump -> 44
#   -- >  40 Release w
#         41 Release v
#         42 Release k
#         43 Unwind
#   20 >  44 Move b t0
#   21    45 MakeFunction t0 <comps.<locals>.<genexpr>>
#         46 GetAiter t1 xs
#         47 Call c t0 #1
#   22    50 GetIter h0 xs
#         51 MakeCell q
#         52 BuildList t0 t0 #0
#      >  53 ForIter t1 h0 -> 63
#         55 StoreDeref q t1
#         56 MakeFunction t1 <comps.<locals>.<lambda>>
#         57 Move t2 q
#         58 BuildTuple t2 t2 #1
#         59 SetFunctionAttr t1 t2 Closure
#         60 ListAppend t0 t1
#         61 JumpBack -> 53
#      >  63 Release h0
#         64 Release q
#         65 Jump -> 68
#   -- >  66 Release q
#         67 Unwind
#   22 >  68 Move t1 a
#         69 Move t2 b
#         70 Move t3 c
#         71 BuildTuple t0 t0 #4
#         72 Return t0
#      5..14 -> 16 [temps 0, hidden 2]
#      20..36 -> 40 [temps 0, hidden 1]
#      52..64 -> 66 [temps 0, hidden 1]
#
# comps.<locals>.<genexpr>: args 0/1/0, hidden 1, temps 1, flags 0x213
#   21     0 ReturnGenerator
#          1 Resume
#      >   3 GetAnext h0 .0
#          4 LoadConst t0 None
#      >   5 Send t0 h0 -> 11
#          7 YieldDelegated t0 h0
#          8 JumpBack -> 5
#      >  10 CleanupThrow t0
#      >  11 Release h0
#         12 Move y t0
#         13 Intrinsic1 t0 y AsyncGenWrap
#         14 Yield t0 t0
#         15 Release t0
#         16 JumpBack -> 3
#      >  18 EndAsyncFor
#         19 ReturnConst None
#   -- >  20 StopIterationError
#      1..3 -> 20 [temps 0, hidden 0]
#      3..7 -> 18 [temps 0, hidden 0]
#      7..8 -> 10 [temps 0, hidden 1]
#      8..12 -> 18 [temps 0, hidden 0]
#      12..20 -> 20 [temps 0, hidden 0]
#
# comps.<locals>.<lambda>: args 0/0/0, hidden 0, temps 1, flags 0x13
#   22     0 Resume
#          2 LoadDeref t0 q
#          3 Return t0
