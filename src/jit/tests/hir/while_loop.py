# numbers: float
# entry: loop
def descend(x, step, limit):
    n = 0.5
    while x > limit:
        x = x - step * 2.0
        n += 1.0
    return x, n

# ==== bytecode ====
# descend: args 0/3/0, hidden 0, temps 2, flags 0x3
#    3     0 Resume
#    4     2 LoadConst n 0.5
#    5 >   3 JumpUnlessGreater x limit -> 15
#    6     5 LoadConst t0 2.0
#          6 BinaryMul t0 step t0
#          8 BinarySub x x t0
#    7    10 LoadConst t0 1.0
#         11 InplaceAdd n n t0
#         13 JumpBack -> 3
#    8 >  15 Move t0 x
#         16 Move t1 n
#         17 BuildTuple t0 t0 #2
#         18 Return t0

# ==== HIR ====
# unit descend at 3
# b0(): // 3
#     guard full r0, x0
#     v4: object = load r0
#     guard v4 is Float, x1
#     v5: float = unbox float v4
#     guard full r1, x2
#     v6: object = load r1
#     guard v6 is Float, x3
#     guard full r2, x4
#     v7: object = load r2
#     guard v7 is Float, x5
#     guard full r3, x6
#     v8: object = load r3
#     guard v8 is Float, x7
#     v9: float = unbox float v8
#     jump b1(v5, v9)
# b1(v1: float, v3: float): // 3
#     v10: object = load r2
#     v11: float = unbox float v10
#     v12: bool = float Greater v1, v11
#     branch v12, b2, b3
# b2(): // 3
#     jump b4(v1, v11, v3)
# b3(): // 3
#     jump b6(v1, v11, v3)
# b4(v13: float, v14: float, v15: float): // 5
#     v16: float = float 2.0
#     v17: object = load r1
#     v18: float = unbox float v17
#     v19: float = float Mul v18, v16
#     v20: float = float Sub v13, v19
#     v21: float = float 1.0
#     v22: float = float Add v15, v21
#     back b5, x8
# b5(): // 13
#     jump b1(v20, v22)
# b6(v23: float, v24: float, v25: float): // 15
#     flush t-2 = v23
#     flush t-1 = v25
#     quick 17 BuildTuple, x9, x10
#     flush r0 = v23 over a leaf
#     flush r3 = v25 over a leaf
#     finish 18
# x0: at 3, Empty
# x1: at 3, Class
# x2: at 3, Empty
# x3: at 3, Class
# x4: at 3, Empty
# x5: at 3, Class
# x6: at 3, Empty
# x7: at 3, Class
# x8: at 13, Poll, r0 = v20, r3 = v22
# x9: at 17, Quick, r0 = t-2, r3 = t-1
# x10: at 17, NotCompiled, r0 = v23, r3 = v25
