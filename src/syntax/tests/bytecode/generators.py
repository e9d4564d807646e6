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
#          4 Resumed
#    3     6 GetYieldFromIter h0 y
#          7 LoadConst t0 None
#      >   8 Send t0 h0 -> 14
#         10 YieldDelegated t0 h0
#         11 JumpBack -> 8
#      >  13 CleanupThrow t0
#      >  14 Release h0
#         15 Move z t0
#    4    16 Return z
#   -- >  17 StopIterationError
#      1..10 -> 17 [temps 0, hidden 0]
#      10..11 -> 13 [temps 0, hidden 1]
#      11..17 -> 17 [temps 0, hidden 0]
#
# co: args 0/1/0, hidden 4, temps 5, flags 0x83
#    7     0 ReturnGenerator
#          1 Resume
#    8     3 LoadSpecial h0 a Aexit
#          5 LoadSpecial t0 a Aenter
#          7 CallMethod t0 t0 #0
#         10 GetAwaitable h2 t0 #1
#         11 LoadConst t0 None
#      >  12 Send t0 h2 -> 18
#         14 YieldDelegated t0 h2
#         15 JumpBack -> 12
#      >  17 CleanupThrow t0
#      >  18 Release h2
#         19 Move b t0
#    9    20 GetAiter h2 b
#      >  21 GetAnext h3 h2
#         22 LoadConst t0 None
#      >  23 Send t0 h3 -> 29
#         25 YieldDelegated t0 h3
#         26 JumpBack -> 23
#      >  28 CleanupThrow t0
#      >  29 Release h3
#         30 Move c t0
#   10    31 GetAwaitable h3 c #0
#         32 LoadConst t0 None
#      >  33 Send t0 h3 -> 39
#         35 YieldDelegated t0 h3
#         36 JumpBack -> 33
#      >  38 CleanupThrow t0
#      >  39 Release h3
#         40 Release t0
#         41 JumpBack -> 21
#    9 >  43 EndAsyncFor
#         44 Release h2
#    8    45 PrepareExit t0 h0
#         46 CallMethod t0 t0 #3
#         49 GetAwaitable h2 t0 #2
#         50 LoadConst t0 None
#      >  51 Send t0 h2 -> 57
#         53 YieldDelegated t0 h2
#         54 JumpBack -> 51
#      >  56 CleanupThrow t0
#      >  57 Release h2
#         58 Release t0
#         59 Release h0
#         60 Release h1
#         61 Jump -> 84
#   -- >  62 EnterHandler h2
#    8    63 PrepareExitExc t0 h0
#         64 CallMethod t0 t0 #3
#         67 GetAwaitable h3 t0 #2
#         68 LoadConst t0 None
#      >  69 Send t0 h3 -> 75
#         71 YieldDelegated t0 h3
#         72 JumpBack -> 69
#      >  74 CleanupThrow t0
#      >  75 Release h3
#         76 JumpIfTrue t0 -> 79
#         78 ReraiseThere h2
#      >  79 LeaveHandler h2
#         80 Release h0
#         81 Release h1
#         82 Jump -> 84
#   -- >  83 UnwindHandler h2
#   11 >  84 GetAiter h0 a
#         85 BuildList t0 t0 #0
#      >  86 GetAnext h1 h0
#         87 LoadConst t1 None
#      >  88 Send t1 h1 -> 94
#         90 YieldDelegated t1 h1
#         91 JumpBack -> 88
#      >  93 CleanupThrow t1
#      >  94 Release h1
#         95 Move d t1
#         96 GetAwaitable h1 d #0
#         97 LoadConst t1 None
#      >  98 Send t1 h1 -> 104
#        100 YieldDelegated t1 h1
#        101 JumpBack -> 98
#      > 103 CleanupThrow t1
#      > 104 Release h1
#        105 JumpIfFalse t1 -> 108
#        107 ListAppend t0 d
#      > 108 JumpBack -> 86
#      > 110 EndAsyncFor
#        111 Release h0
#        112 Release d
#        113 Jump -> 116
#   -- > 114 Release d
#        115 Unwind
#   11 > 116 Return t0
#   -- > 117 StopIterationError
#      1..14 -> 117 [temps 0, hidden 0]
#      14..15 -> 17 [temps 0, hidden 3]
#      15..19 -> 117 [temps 0, hidden 0]
#      19..21 -> 62 [temps 0, hidden 2]
#      21..25 -> 43 [temps 0, hidden 3]
#      25..26 -> 28 [temps 0, hidden 4]
#      26..30 -> 43 [temps 0, hidden 3]
#      30..35 -> 62 [temps 0, hidden 2]
#      35..36 -> 38 [temps 0, hidden 4]
#      36..45 -> 62 [temps 0, hidden 2]
#      45..53 -> 117 [temps 0, hidden 0]
#      53..54 -> 56 [temps 0, hidden 3]
#      54..63 -> 117 [temps 0, hidden 0]
#      63..71 -> 83 [temps 0, hidden 3]
#      71..72 -> 74 [temps 0, hidden 4]
#      72..78 -> 83 [temps 0, hidden 3]
#      78..85 -> 117 [temps 0, hidden 0]
#      85..86 -> 114 [temps 0, hidden 1]
#      86..90 -> 110 [temps 1, hidden 1]
#      90..91 -> 93 [temps 1, hidden 2]
#      91..95 -> 110 [temps 1, hidden 1]
#      95..100 -> 114 [temps 0, hidden 1]
#      100..101 -> 103 [temps 1, hidden 2]
#      101..112 -> 114 [temps 0, hidden 1]
#      112..117 -> 117 [temps 0, hidden 0]
#
# agen: args 0/0/0, hidden 0, temps 1, flags 0x203
#   14     0 ReturnGenerator
#          1 Resume
#   15     3 LoadSmallInt t0 #1
#          4 Intrinsic1 t0 t0 AsyncGenWrap
#          5 Yield t0 t0
#          6 Resumed
#          8 Release t0
#          9 ReturnConst None
#   -- >  10 StopIterationError
#      1..10 -> 10 [temps 0, hidden 0]
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
#         15 Resumed
#         17 Release t0
#         18 JumpBack -> 3
#      >  20 EndAsyncFor
#         21 ReturnConst None
#   -- >  22 StopIterationError
#      1..3 -> 22 [temps 0, hidden 0]
#      3..7 -> 20 [temps 0, hidden 0]
#      7..8 -> 10 [temps 0, hidden 1]
#      8..12 -> 20 [temps 0, hidden 0]
#      12..22 -> 22 [temps 0, hidden 0]
#
# comps.<locals>.<lambda>: args 0/0/0, hidden 0, temps 1, flags 0x13
#   22     0 Resume
#          2 LoadDeref t0 q
#          3 Return t0
