def calls(f, o):
    f()
    f(1, o)
    o.m(1)
    o.m(f, k=1)
    f(*o)
    f(1, *o, k=2, **o)
    print(a.b.c(x)(y))


class A(B, metaclass=M, **kw):
    """Doc."""

    def m(self):
        self.x = super().m(1)
        return super().y, super(A, self).z

    def __n(self, *args, k=1, **kw):
        return __class__, self.__q
# ---- bytecode
# <module>: args 0/0/0, hidden 2, temps 4, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <calls>
#          3 StoreName calls t0
#   11     6 LoadBuildClass t0
#          7 MakeFunction t1 <A>
#          8 Move h0 t1
#          9 LoadConst h1 "A"
#         10 Move t1 h0
#         11 Move t2 h1
#         12 BuildList t1 t1 #2
#         13 LoadName t2 B
#         16 ListAppend t1 t2
#         17 Intrinsic1 t1 t1 ListToTuple
#         18 LoadConst t2 "metaclass"
#         19 LoadName t3 M
#         22 BuildMap t2 t2 #1
#         23 LoadName t3 kw
#         26 DictMerge t2 t3 t0
#         27 CallEx t0 t0 #1
#         29 Release h1
#         30 Release h0
#         31 StoreName A t0
#         34 ReturnConst None
#
# calls: args 0/2/0, hidden 0, temps 4, flags 0x3
#    1     0 Resume
#    2     2 Move t0 f
#          3 Call t0 t0 #0
#          6 Release t0
#    3     7 Move t0 f
#          8 LoadSmallInt t1 #1
#          9 Move t2 o
#         10 Call t0 t0 #2
#         13 Release t0
#    4    14 LoadMethod t0 o m
#         19 LoadSmallInt t2 #1
#         20 CallMethod t0 t0 #1
#         23 Release t0
#    5    24 LoadMethod t0 o m
#         29 Move t2 f
#         30 LoadSmallInt t3 #1
#         31 CallMethodKw t0 #2 ("k")
#         34 Release t0
#    6    35 Move t0 f
#         36 Move t1 o
#         37 CallEx t0 t0 #0
#         39 Release t0
#    7    40 Move t0 f
#         41 LoadSmallInt t1 #1
#         42 BuildList t1 t1 #1
#         43 ListExtend t1 o
#         44 Intrinsic1 t1 t1 ListToTuple
#         45 LoadConst t2 "k"
#         46 LoadSmallInt t3 #2
#         47 BuildMap t2 t2 #1
#         48 DictMerge t2 o t0
#         49 CallEx t0 t0 #1
#         51 Release t0
#    8    52 LoadGlobal t0 print
#         55 LoadGlobal t1 a
#         58 LoadAttr t1 t1 b
#         63 LoadMethod t1 t1 c
#         68 LoadGlobal t3 x
#         71 CallMethod t1 t1 #1
#         74 LoadGlobal t2 y
#         77 Call t1 t1 #1
#         80 Call t0 t0 #1
#         83 Release t0
#         84 ReturnConst None
#
# A: args 0/0/0, hidden 1, temps 2, flags 0x0
#          0 MakeCell __class__
#   11     1 Resume
#          3 LoadName t0 __name__
#          6 StoreName __module__ t0
#          9 LoadConst t0 "A"
#         10 StoreName __qualname__ t0
#         13 LoadSmallInt t0 #11
#         14 StoreName __firstlineno__ t0
#   12    17 LoadConst t0 "Doc."
#         18 StoreName __doc__ t0
#   14    21 MakeFunction t0 <A.m>
#         22 Move t1 __class__
#         23 BuildTuple t1 t1 #1
#         24 SetFunctionAttr t0 t1 Closure
#         25 StoreName m t0
#   18    28 LoadConst t0 "k"
#         29 LoadSmallInt t1 #1
#         30 BuildMap h0 t0 #1
#         31 MakeFunction t0 <A.__n>
#         32 Move t1 __class__
#         33 BuildTuple t1 t1 #1
#         34 SetFunctionAttr t0 t1 Closure
#         35 SetFunctionAttr t0 h0 KwDefaults
#         36 Release h0
#         37 StoreName _A__n t0
#         40 LoadConst t0 ("x")
#         41 StoreName __static_attributes__ t0
#         44 StoreName __classcell__ __class__
#         47 Return __class__
#
# A.m: args 0/1/0, hidden 0, temps 4, flags 0x8000003
#   14     0 Resume
#   15     2 LoadGlobal t0 super
#          5 LoadDeref t1 __class__
#          6 Move t2 self
#          7 LoadSuperMethod t0 m #0
#         10 LoadSmallInt t2 #1
#         11 CallMethod t0 t0 #1
#         14 StoreAttr self x t0
#   16    19 LoadGlobal t0 super
#         22 LoadDeref t1 __class__
#         23 Move t2 self
#         24 LoadSuperAttr t0 y #0
#         26 LoadGlobal t1 super
#         29 LoadGlobal t2 A
#         32 Move t3 self
#         33 LoadSuperAttr t1 z #1
#         35 BuildTuple t0 t0 #2
#         36 Return t0
#
# A.__n: args 0/1/1, hidden 0, temps 2, flags 0x800000f
#   18     0 Resume
#   19     2 LoadDeref t0 __class__
#          3 LoadAttr t1 self _A__q
#          8 BuildTuple t0 t0 #2
#          9 Return t0
