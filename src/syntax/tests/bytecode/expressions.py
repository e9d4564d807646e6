def arith(a, b):
    c = a + b * 2 - -b
    c += 1
    c **= b
    return c // 3 % (a, 1)[0] + 2 ** 10


def compare(a, b, c):
    if 0 <= a < b and c is not None:
        return a in [1, 2] or b not in {3, 4}
    if f() < g() <= c:
        return not c
    return a if a == 1 else b


def displays(a, b):
    return [1, 2, 3], [a, *b], {1: a, **b}, {a, *b}, (*a, b), a[1:], a[b:c], a[0], a[::2]


def walrus(x):
    return x + (x := 1) + f(y := x, y)
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 1, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <arith>
#          3 StoreName arith t0
#    8     6 MakeFunction t0 <compare>
#          7 StoreName compare t0
#   16    10 MakeFunction t0 <displays>
#         11 StoreName displays t0
#   20    14 MakeFunction t0 <walrus>
#         15 StoreName walrus t0
#         18 ReturnConst None
#
# arith: args 0/2/0, hidden 0, temps 3, flags 0x3
#    1     0 Resume
#    2     2 MulImm t0 b #2
#          4 BinaryAdd t0 a t0
#          6 UnaryNegative t1 b
#          8 BinarySub c t0 t1
#    3    10 InplaceAddImm c c #1
#    4    12 InplacePow c c b
#    5    14 FloorDivImm t0 c #3
#         16 Move t1 a
#         17 LoadSmallInt t2 #1
#         18 BuildTuple t1 t1 #2
#         19 SubscriptImm t1 t1 #0
#         21 BinaryMod t0 t0 t1
#         23 AddImm t0 t0 #1024
#         25 Return t0
#
# compare: args 0/3/0, hidden 2, temps 2, flags 0x3
#    8     0 Resume
#    9     2 LoadSmallInt t0 #0
#          3 JumpUnlessLessEqual t0 a -> 17
#          5 JumpUnlessLess a b -> 17
#          7 JumpIfNone c -> 17
#   10     8 LoadConst t0 (1, 2)
#          9 Contains t0 a t0
#         11 JumpIfTrueOrPop t0 -> 16
#         13 LoadConst t0 {3, 4}
#         14 NotContains t0 b t0
#      >  16 Return t0
#   11 >  17 LoadGlobal t0 f
#         20 Call t0 t0 #0
#         23 LoadGlobal t1 g
#         26 Call h0 t1 #0
#         29 JumpUnlessLess t0 h0 -> 35
#         31 JumpUnlessLessEqual h0 c -> 35
#         33 Release h0
#         34 Jump -> 37
#      >  35 Release h0
#         36 Jump -> 40
#   12 >  37 UnaryNot t0 c
#         39 Return t0
#   13 >  40 JumpUnlessEqualImm a #1 -> 44
#         42 Move t0 a
#         43 Jump -> 45
#      >  44 Move t0 b
#      >  45 Return t0
#
# displays: args 0/2/0, hidden 0, temps 9, flags 0x3
#   16     0 Resume
#   17     2 BuildConstList t0 (1, 2, 3)
#          3 Move t1 a
#          4 BuildList t1 t1 #1
#          5 ListExtend t1 b
#          6 LoadSmallInt t2 #1
#          7 Move t3 a
#          8 BuildMap t2 t2 #1
#          9 DictUpdate t2 b
#         10 Move t3 a
#         11 BuildSet t3 t3 #1
#         12 SetUpdate t3 b
#         13 BuildList t4 t4 #0
#         14 ListExtend t4 a
#         15 ListAppend t4 b
#         16 Intrinsic1 t4 t4 ListToTuple
#         17 LoadConst t5 slice(1, None, None)
#         18 Subscript t5 a t5
#         20 Move t6 b
#         21 LoadGlobal t7 c
#         24 SubscriptSlice t6 a t6
#         26 SubscriptImm t7 a #0
#         28 LoadConst t8 slice(None, None, 2)
#         29 Subscript t8 a t8
#         31 BuildTuple t0 t0 #9
#         32 Return t0
#
# walrus: args 0/1/0, hidden 0, temps 4, flags 0x3
#   20     0 Resume
#   21     2 Move t0 x
#          3 LoadSmallInt x #1
#          4 Move t1 x
#          5 BinaryAdd t0 t0 t1
#          7 LoadGlobal t1 f
#         10 Move y x
#         11 Move t2 y
#         12 Move t3 y
#         13 Call t1 t1 #2
#         16 BinaryAdd t0 t0 t1
#         18 Return t0
