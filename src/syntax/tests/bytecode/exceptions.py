def handlers(f):
    try:
        f()
    except (A, B) as e:
        g(e)
    except C:
        raise D from None
    except:
        raise
    else:
        h()
    finally:
        k()


def leaving(xs):
    for x in xs:
        try:
            if x:
                return x
            break
        finally:
            f(x)
    with a as b, c:
        return b


def groups():
    try:
        f()
    except* A as e:
        g(e)
    except* B:
        pass
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 1, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <handlers>
#          3 StoreName handlers t0
#   16     6 MakeFunction t0 <leaving>
#          7 StoreName leaving t0
#   28    10 MakeFunction t0 <groups>
#         11 StoreName groups t0
#         14 ReturnConst None
#
# handlers: args 0/1/0, hidden 1, temps 2, flags 0x3
#    1     0 Resume
#    2     2 Nop
#          3 Nop
#    3     4 Move t0 f
#          5 Call t0 t0 #0
#          8 Release t0
#   11     9 LoadGlobal t0 h
#         12 Call t0 t0 #0
#         15 Release t0
#         16 Jump -> 52
#   -- >  17 EnterHandler h0
#    4    18 LoadGlobal t0 A
#         21 LoadGlobal t1 B
#         24 BuildTuple t0 t0 #2
#         25 JumpUnlessMatch t0 -> 40
#         26 LoadHandled e
#    5    27 LoadGlobal t0 g
#         30 Move t1 e
#         31 Call t0 t0 #1
#         34 Release t0
#         35 LeaveHandler h0
#         36 Release e
#         37 Jump -> 52
#   -- >  38 Release e
#         39 Unwind
#    6 >  40 LoadGlobal t0 C
#         43 JumpUnlessMatch t0 -> 49
#    7    44 LoadGlobal t0 D
#         47 LoadConst t1 None
#         48 RaiseFrom t0 t1
#    8 >  49 Nop
#    9    50 RaiseBare
#   -- >  51 UnwindHandler h0
#   13 >  52 LoadGlobal t0 k
#         55 Call t0 t0 #0
#         58 Release t0
#         59 ReturnConst None
#   -- >  60 EnterHandler h0
#   13    61 LoadGlobal t0 k
#         64 Call t0 t0 #0
#         67 Release t0
#         68 Reraise h0
#   -- >  69 UnwindHandler h0
#      3..4 -> 60 [temps 0, hidden 0]
#      4..9 -> 17 [temps 0, hidden 0]
#      9..18 -> 60 [temps 0, hidden 0]
#      18..27 -> 51 [temps 0, hidden 1]
#      27..35 -> 38 [temps 0, hidden 1]
#      35..37 -> 60 [temps 0, hidden 0]
#      37..51 -> 51 [temps 0, hidden 1]
#      51..52 -> 60 [temps 0, hidden 0]
#      61..68 -> 69 [temps 0, hidden 1]
#
# leaving: args 0/1/0, hidden 5, temps 6, flags 0x3
#   16     0 Resume
#   17     2 GetIter h0 xs
#          3 ForIter x h0 -> 39
#   18     5 Nop
#   19     6 JumpIfFalse x -> 18
#   20     8 Move t0 x
#   23     9 LoadGlobal t1 f
#         12 Move t2 x
#         13 Call t1 t1 #1
#         16 Release t1
#         17 Return t0
#   21 >  18 Nop
#   23    19 LoadGlobal t0 f
#         22 Move t1 x
#         23 Call t0 t0 #1
#         26 Release t0
#         27 Jump -> 39
#   -- >  28 EnterHandler h1
#   23    29 LoadGlobal t0 f
#         32 Move t1 x
#         33 Call t0 t0 #1
#         36 Release t0
#         37 Reraise h1
#   -- >  38 UnwindHandler h1
#      >  39 Release h0
#   24    40 LoadGlobal t0 a
#         43 Move h2 t0
#         44 LoadSpecial h0 h2 Exit
#         46 LoadSpecial t0 h2 Enter
#         48 Release h2
#         49 CallMethod t0 t0 #0
#         52 Move b t0
#         53 LoadGlobal t0 c
#         56 Move h4 t0
#         57 LoadSpecial h2 h4 Exit
#         59 LoadSpecial t0 h4 Enter
#         61 Release h4
#         62 CallMethod t0 t0 #0
#         65 Release t0
#   25    66 Move t0 b
#   24    67 PrepareExit t1 h2
#         68 CallMethod t1 t1 #3
#         71 Release t1
#         72 Release h2
#         73 Release h3
#         74 PrepareExit t1 h0
#         75 CallMethod t1 t1 #3
#         78 Release t1
#         79 Release h0
#         80 Release h1
#         81 Return t0
#   -- >  82 EnterHandler h4
#   24    83 PrepareExitExc t0 h2
#         84 CallMethod t0 t0 #3
#         87 JumpIfTrue t0 -> 90
#         89 ReraiseThere h4
#      >  90 LeaveHandler h4
#         91 Release h2
#         92 Release h3
#         93 Jump -> 95
#   -- >  94 UnwindHandler h4
#   24 >  95 PrepareExit t0 h0
#         96 CallMethod t0 t0 #3
#         99 Release t0
#        100 Release h0
#        101 Release h1
#        102 ReturnConst None
#   -- > 103 EnterHandler h2
#   24   104 PrepareExitExc t0 h0
#        105 CallMethod t0 t0 #3
#        108 JumpIfTrue t0 -> 111
#        110 ReraiseThere h2
#      > 111 LeaveHandler h2
#        112 Release h0
#        113 Release h1
#        114 ReturnConst None
#   -- > 115 UnwindHandler h2
#      6..9 -> 28 [temps 0, hidden 1]
#      18..19 -> 28 [temps 0, hidden 1]
#      29..37 -> 38 [temps 0, hidden 2]
#      52..65 -> 103 [temps 0, hidden 2]
#      65..67 -> 82 [temps 0, hidden 4]
#      67..74 -> 103 [temps 0, hidden 2]
#      82..83 -> 103 [temps 0, hidden 2]
#      83..89 -> 94 [temps 0, hidden 5]
#      89..95 -> 103 [temps 0, hidden 2]
#      104..110 -> 115 [temps 0, hidden 3]
#
# groups: args 0/0/0, hidden 5, temps 2, flags 0x3
#   28     0 Resume
#   29     2 Nop
#   30     3 LoadGlobal t0 f
#          6 Call t0 t0 #0
#          9 Release t0
#         10 ReturnConst None
#   -- >  11 EnterHandler h0
#         12 LoadHandled h1
#         13 Move h2 h1
#         14 BuildList h3 t0 #0
#   31    15 LoadGlobal t0 A
#         18 MatchExcGroup t0 h2 t0
#         19 Move h4 t0
#         20 JumpIfNone h4 -> 36
#         21 LoadHandled e
#   32    22 LoadGlobal t0 g
#         25 Move t1 e
#         26 Call t0 t0 #1
#         29 Release t0
#         30 Release e
#         31 Jump -> 36
#   -- >  32 Release e
#         33 Unwind
#      >  34 TakeRaised t0
#         35 ListAppend h3 t0
#      >  36 Release h4
#   33    37 LoadGlobal t0 B
#         40 MatchExcGroup t0 h2 t0
#         41 Move h4 t0
#         42 JumpIfNone h4 -> 47
#   34    43 Nop
#         44 Jump -> 47
#   -- >  45 TakeRaised t0
#         46 ListAppend h3 t0
#      >  47 Release h4
#         48 ListAppend h3 h2
#         49 PrepReraiseStar t0 h1 h3
#         50 Release h3
#         51 Release h2
#         52 Release h1
#         53 Move h1 t0
#         54 LeaveHandler h0
#         55 JumpIfNotNone h1 -> 58
#         56 Release h1
#         57 ReturnConst None
#      >  58 ReraiseValue h1
#      >  59 UnwindHandler h0
#      >  60 UnwindHandler h0
#      3..10 -> 11 [temps 0, hidden 0]
#      12..15 -> 60 [temps 0, hidden 1]
#      15..21 -> 59 [temps 0, hidden 4]
#      21..22 -> 34 [temps 0, hidden 5]
#      22..30 -> 32 [temps 0, hidden 5]
#      30..34 -> 34 [temps 0, hidden 5]
#      34..43 -> 59 [temps 0, hidden 4]
#      43..44 -> 45 [temps 0, hidden 5]
#      44..50 -> 59 [temps 0, hidden 4]
