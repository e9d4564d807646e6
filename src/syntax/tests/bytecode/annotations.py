import typing

x: int = 1
if x:
    y: str


class C[T: (int, str), *Ts, **P = [int]](Base):
    a: T
    b: "later" = 2

    def m[U](self, p: U, *args: *Ts, k: P = 1) -> T:
        local: U = p
        return local


type Alias[K] = dict[K, int]
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 2, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <__annotate__>
#          3 StoreName __annotate__ t0
#          6 BuildSet t0 t0 #0
#          7 StoreName __conditional_annotations__ t0
#         10 LoadSmallInt t0 #0
#         11 LoadConst t1 None
#         12 ImportName t0 t0 typing
#         13 StoreName typing t0
#    3    16 LoadSmallInt t0 #1
#         17 StoreName x t0
#         20 LoadName t0 __conditional_annotations__
#         23 LoadSmallInt t1 #0
#         24 SetAdd t0 t1
#         25 Release t0
#    4    26 LoadName t0 x
#         29 JumpIfFalse t0 -> 37
#    5    31 LoadName t0 __conditional_annotations__
#         34 LoadSmallInt t1 #1
#         35 SetAdd t0 t1
#         36 Release t0
#    8 >  37 MakeFunction t0 <<generic parameters of C>>
#         38 Call t0 t0 #0
#         41 StoreName C t0
#   17    44 MakeFunction t0 <<generic parameters of Alias>>
#         45 Call t0 t0 #0
#         48 StoreName Alias t0
#         51 ReturnConst None
#
# __annotate__: args 1/1/0, hidden 0, temps 3, flags 0x3
#    1     0 Resume
#          2 JumpUnlessGreaterImm format #2 -> 6
#          4 LoadCommon t0 NotImplementedError
#          5 Raise t0
#      >   6 BuildMap t0 t0 #0
#    3     7 LoadSmallInt t1 #0
#          8 LoadGlobal t2 __conditional_annotations__
#         11 Contains t1 t1 t2
#         13 JumpIfFalse t1 -> 20
#         15 LoadConst t1 "x"
#         16 LoadGlobal t2 int
#    1    19 MapSet t0 t1 t2
#    5 >  20 LoadSmallInt t1 #1
#         21 LoadGlobal t2 __conditional_annotations__
#         24 Contains t1 t1 t2
#         26 JumpIfFalse t1 -> 33
#         28 LoadConst t1 "y"
#         29 LoadGlobal t2 str
#    1    32 MapSet t0 t1 t2
#      >  33 Return t0
#
# <generic parameters of C>: args 0/0/0, hidden 2, temps 6, flags 0x3
#          0 MakeCell .type_params
#          1 MakeCell P
#          2 MakeCell T
#          3 MakeCell Ts
#    8     4 Resume
#          6 LoadConst t0 "T"
#          7 MakeFunction t1 <T>
#          8 LoadConst t2 (1)
#          9 SetFunctionAttr t1 t2 Defaults
#         10 Intrinsic2 t0 t0 TypeVarWithConstraints
#         11 Move h1 t0
#         12 StoreDeref T h1
#         13 Take t0 h1
#         14 LoadConst t1 "Ts"
#         15 Intrinsic1 t1 t1 TypeVarTuple
#         16 Move h1 t1
#         17 StoreDeref Ts h1
#         18 Take t1 h1
#         19 LoadConst t2 "P"
#         20 Intrinsic1 t2 t2 ParamSpec
#         21 MakeFunction t3 <P>
#         22 LoadConst t4 (1)
#         23 SetFunctionAttr t3 t4 Defaults
#         24 Intrinsic2 t2 t2 SetTypeParamDefault
#         25 Move h1 t2
#         26 StoreDeref P h1
#         27 Take t2 h1
#         28 BuildTuple h0 t0 #3
#         29 StoreDeref .type_params h0
#         30 Release h0
#         31 LoadDeref t0 .type_params
#         32 Intrinsic1 .generic_base t0 SubscriptGeneric
#         33 LoadBuildClass t0
#         34 MakeFunction t1 <C>
#         35 Move t2 .type_params
#         36 Move t3 P
#         37 Move t4 T
#         38 Move t5 Ts
#         39 BuildTuple t2 t2 #4
#         40 SetFunctionAttr t1 t2 Closure
#         41 LoadConst t2 "C"
#         42 LoadGlobal t3 Base
#         45 Move t4 .generic_base
#         46 Call t0 t0 #4
#         49 Return t0
#
# T: args 1/1/0, hidden 0, temps 2, flags 0x13
#    8     0 Resume
#          2 JumpUnlessGreaterImm .format #2 -> 6
#          4 LoadCommon t0 NotImplementedError
#          5 Raise t0
#      >   6 LoadGlobal t0 int
#          9 LoadGlobal t1 str
#         12 BuildTuple t0 t0 #2
#         13 Return t0
#
# P: args 1/1/0, hidden 0, temps 1, flags 0x13
#    8     0 Resume
#          2 JumpUnlessGreaterImm .format #2 -> 6
#          4 LoadCommon t0 NotImplementedError
#          5 Raise t0
#      >   6 LoadGlobal t0 int
#          9 BuildList t0 t0 #1
#         10 Return t0
#
# C: args 0/0/0, hidden 1, temps 5, flags 0x0
#          0 MakeCell __classdict__
#    8     1 Resume
#          3 LoadName t0 __name__
#          6 StoreName __module__ t0
#          9 LoadConst t0 "C"
#         10 StoreName __qualname__ t0
#         13 LoadSmallInt t0 #8
#         14 StoreName __firstlineno__ t0
#         17 LoadLocals t0
#         18 LoadFromDictOrDeref t0 t0 .type_params
#         19 StoreName __type_params__ t0
#         22 LoadLocals t0
#         23 StoreDeref __classdict__ t0
#   10    24 LoadSmallInt t0 #2
#         25 StoreName b t0
#   12    28 LoadConst t0 "k"
#         29 LoadSmallInt t1 #1
#         30 BuildMap h0 t0 #1
#         31 MakeFunction t0 <C.<generic parameters of m>>
#         32 Move t1 P
#         33 Move t2 T
#         34 Move t3 Ts
#         35 Move t4 __classdict__
#         36 BuildTuple t1 t1 #4
#         37 SetFunctionAttr t0 t1 Closure
#         38 Move t1 h0
#         39 Call t0 t0 #1
#         42 Release h0
#         43 StoreName m t0
#    8    46 MakeFunction t0 <C.__annotate__>
#         47 Move t1 T
#         48 Move t2 __classdict__
#         49 BuildTuple t1 t1 #2
#         50 SetFunctionAttr t0 t1 Closure
#         51 StoreName __annotate_func__ t0
#   12    54 LoadConst t0 ()
#         55 StoreName __static_attributes__ t0
#         58 StoreName __classdictcell__ __classdict__
#         61 ReturnConst None
#
# C.<generic parameters of m>: args 0/1/0, hidden 2, temps 6, flags 0x13
#          0 MakeCell U
#   12     1 Resume
#          3 LoadConst t0 "U"
#          4 Intrinsic1 t0 t0 TypeVar
#          5 Move h1 t0
#          6 StoreDeref U h1
#          7 Take t0 h1
#          8 BuildTuple h0 t0 #1
#          9 MakeFunction t0 <C.m.__annotate__>
#         10 Move t1 P
#         11 Move t2 T
#         12 Move t3 Ts
#         13 Move t4 U
#         14 Move t5 __classdict__
#         15 BuildTuple t1 t1 #5
#         16 SetFunctionAttr t0 t1 Closure
#         17 Move h1 t0
#         18 MakeFunction t0 <C.m>
#         19 SetFunctionAttr t0 h1 Annotate
#         20 Release h1
#         21 SetFunctionAttr t0 .kwdefaults KwDefaults
#         22 Take t1 h0
#         23 Intrinsic2 t0 t0 SetFunctionTypeParams
#         24 Return t0
#
# C.m.__annotate__: args 1/1/0, hidden 0, temps 3, flags 0x13
#   12     0 Resume
#          2 JumpUnlessGreaterImm format #2 -> 6
#          4 LoadCommon t0 NotImplementedError
#          5 Raise t0
#      >   6 BuildMap t0 t0 #0
#          7 LoadConst t1 "p"
#          8 LoadDeref t2 __classdict__
#          9 LoadFromDictOrDeref t2 t2 U
#         10 MapSet t0 t1 t2
#         11 LoadConst t1 "args"
#         12 LoadDeref t2 __classdict__
#         13 LoadFromDictOrDeref t2 t2 Ts
#         14 UnpackSequence t2 t2 #1
#         16 MapSet t0 t1 t2
#         17 LoadConst t1 "k"
#         18 LoadDeref t2 __classdict__
#         19 LoadFromDictOrDeref t2 t2 P
#         20 MapSet t0 t1 t2
#         21 LoadConst t1 "return"
#         22 LoadDeref t2 __classdict__
#         23 LoadFromDictOrDeref t2 t2 T
#         24 MapSet t0 t1 t2
#         25 Return t0
#
# C.m: args 0/2/1, hidden 0, temps 0, flags 0x17
#   12     0 Resume
#   13     2 Move local p
#   14     3 Return local
#
# C.__annotate__: args 1/1/0, hidden 0, temps 3, flags 0x13
#    8     0 Resume
#          2 JumpUnlessGreaterImm format #2 -> 6
#          4 LoadCommon t0 NotImplementedError
#          5 Raise t0
#      >   6 BuildMap t0 t0 #0
#    9     7 LoadConst t1 "a"
#          8 LoadDeref t2 __classdict__
#          9 LoadFromDictOrDeref t2 t2 T
#    8    10 MapSet t0 t1 t2
#   10    11 LoadConst t1 "b"
#         12 LoadConst t2 "later"
#    8    13 MapSet t0 t1 t2
#         14 Return t0
#
# <generic parameters of Alias>: args 0/0/0, hidden 2, temps 4, flags 0x3
#          0 MakeCell K
#   17     1 Resume
#          3 LoadConst t0 "K"
#          4 Intrinsic1 t0 t0 TypeVar
#          5 Move h1 t0
#          6 StoreDeref K h1
#          7 Take t0 h1
#          8 BuildTuple h0 t0 #1
#          9 LoadConst t0 "Alias"
#         10 Take t1 h0
#         11 MakeFunction t2 <Alias>
#         12 Move t3 K
#         13 BuildTuple t3 t3 #1
#         14 SetFunctionAttr t2 t3 Closure
#         15 LoadConst t3 (1)
#         16 SetFunctionAttr t2 t3 Defaults
#         17 BuildTuple t0 t0 #3
#         18 Intrinsic1 t0 t0 TypeAlias
#         19 Return t0
#
# Alias: args 1/1/0, hidden 0, temps 3, flags 0x13
#   17     0 Resume
#          2 JumpUnlessGreaterImm .format #2 -> 6
#          4 LoadCommon t0 NotImplementedError
#          5 Raise t0
#      >   6 LoadGlobal t0 dict
#          9 LoadDeref t1 K
#         10 LoadGlobal t2 int
#         13 BuildTuple t1 t1 #2
#         14 Subscript t0 t0 t1
#         16 Return t0
