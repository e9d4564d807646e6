# numbers: float
# items: list
# iter: range
def dot(a, b, n):
    s = 0.0
    for i in range(n):
        s += a[i] * b[i]
    return s

# ==== bytecode ====
# dot: args 0/3/0, hidden 1, temps 2, flags 0x3
#    4     0 Resume
#    5     2 LoadConst s 0.0
#    6     3 LoadGlobal t0 range
#          6 Move t1 n
#          7 Call t0 t0 #1
#         10 GetIter h0 t0
#      >  11 ForIter i h0 -> 23
#    7    13 Subscript t0 a i
#         15 Subscript t1 b i
#         17 BinaryMul t0 t0 t1
#         19 InplaceAdd s s t0
#         21 JumpBack -> 11
#    6 >  23 Release h0
#    8    24 Return s

# ==== HIR ====
# unit dot at 2
# b0(): // 2
#     jump b1
# b1(): // 2
#     v0: float = float 0.0
#     put r3 = const 0
#     step 3 LoadGlobal
#     v1: object = load r2
#     hold t-1 = v1
#     step 7 Call
#     quick 10 GetIter, x0, x1
#     jump b2
# b2(): // 11
#     v7: object = load r0
#     guard v7 is List, x2
#     v8: object = load r1
#     guard v8 is List, x2
#     v9: int = int 0
#     v10: bool = bool false
#     v11: object = load r5
#     guard v11 is RangeIter, x2
#     jump b3(v0, v9, v10)
# b3(v3: float, v5: int, v6: bool): // 11
#     v12: object = load r5
#     guard mine v12, x3
#     v13: bool = range more v12
#     branch v13, b4, b5
# b4(): // 11
#     v14: int = range next v12
#     jump b6
# b5(): // 11
#     release r5 over anything, x10
#     flush r3 = v3 over a leaf
#     flush r4 = v5 if v6
#     finish 24
# b6(): // 13
#     v15: object = load r0
#     guard mine v15, x4
#     v16: int = len List v15
#     v17: int = index v14 below v16, x5
#     v18: object = item List v15[v17]
#     v19: object = load r1
#     guard mine v19, x6
#     v20: int = len List v19
#     v21: int = index v14 below v20, x7
#     v22: object = item List v19[v21]
#     v23: bool = either float v18, v22
#     guard v23, x8
#     v24: float = unbox number v18, x8
#     v25: float = unbox number v22, x8
#     v26: float = float Mul v24, v25
#     v27: float = float Add v3, v26
#     back b7, x9
# b7(): // 21
#     v28: bool = bool true
#     jump b3(v27, v14, v28)
# x0: at 10, Quick
# x1: at 10, NotCompiled
# x2: at 11, Class
# x3: at 11, Mine, r3 = v3, r4 = v5 if v6
# x4: at 13, Mine, r3 = v3, r4 = v14
# x5: at 13, Value, r3 = v3, r4 = v14
# x6: at 15, Mine, t-2 = hold v18, r3 = v3, r4 = v14
# x7: at 15, Value, t-2 = hold v18, r3 = v3, r4 = v14
# x8: at 17, Class, t-2 = hold v18, t-1 = hold v22, r3 = v3, r4 = v14
# x9: at 21, Poll, r3 = v27, r4 = v14
# x10: at 23, NotCompiled, r3 = v3, r4 = v5 if v6
