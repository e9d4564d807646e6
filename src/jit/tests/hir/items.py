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
#     put r3 = const 0 over a leaf
#     step 3
#     copy t-1 = r2
#     step 7
#     step 10
#     jump b2
# b2(): // 11
#     v6: object = load r0
#     guard v6 is List, x0
#     v7: object = load r1
#     guard v7 is List, x0
#     v8: int = int 0
#     v9: bool = bool false
#     guard full r5, x1
#     v10: object = load r5
#     guard v10 is RangeIter, x2
#     jump b3(v0, v8, v9)
# b3(v2: float, v4: int, v5: bool): // 11
#     v11: object = load r5
#     guard mine v11, x3
#     v12: bool = range more v11
#     branch v12, b4, b5
# b4(): // 11
#     v13: object = load r5
#     v14: int = range next v13
#     jump b6
# b5(): // 11
#     jump b9(v2, v4, v5)
# b6(): // 13
#     jump b7(v2, v14)
# b7(v15: float, v16: int): // 13
#     v17: object = load r0
#     guard mine v17, x4
#     v18: int = len List v17
#     v19: int = index v16 below v18, x5
#     v20: object = item List v17[v19]
#     guard v20 is Float, x6
#     v21: float = unbox float v20
#     v22: object = load r1
#     guard mine v22, x7
#     v23: int = len List v22
#     v24: int = index v16 below v23, x8
#     v25: object = item List v22[v24]
#     guard v25 is Float, x9
#     v26: float = unbox float v25
#     v27: float = float Mul v21, v26
#     v28: float = float Add v15, v27
#     back b8, x10
# b8(): // 21
#     v29: bool = bool true
#     jump b3(v28, v16, v29)
# b9(v30: float, v31: int, v32: bool): // 23
#     release r5 over anything, x11
#     flush r3 = v30 over a leaf
#     flush r4 = v31 if v32
#     finish 24
# x0: at 11, Class
# x1: at 11, Empty
# x2: at 11, Class
# x3: at 11, Mine, r3 = v2, r4 = v4 if v5
# x4: at 13, Mine, r3 = v15, r4 = v16
# x5: at 13, Value, r3 = v15, r4 = v16
# x6: at 13, Class, r3 = v15, r4 = v16
# x7: at 15, Mine, t-2 = v21, r3 = v15, r4 = v16
# x8: at 15, Value, t-2 = v21, r3 = v15, r4 = v16
# x9: at 15, Class, t-2 = v21, r3 = v15, r4 = v16
# x10: at 21, Poll, r3 = v28, r4 = v16
# x11: at 23, NotCompiled, r3 = v30, r4 = v31 if v32
