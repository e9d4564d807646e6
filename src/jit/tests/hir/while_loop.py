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
#     guard full r3, x2
#     v6: object = load r3
#     guard v6 is Float, x3
#     v7: float = unbox float v6
#     jump b1(v5, v7)
# b1(v1: float, v3: float): // 3
#     guard full r2, x4
#     v8: object = load r2
#     v9: float = unbox number v8, x5
#     v10: bool = float Greater v1, v9
#     branch v10, b2, b3
# b2(): // 3
#     jump b4(v1, v3)
# b3(): // 3
#     jump b6(v1, v3)
# b4(v11: float, v12: float): // 5
#     v13: float = float 2.0
#     guard full r1, x6
#     v14: object = load r1
#     v15: float = unbox number v14, x7
#     v16: float = float Mul v15, v13
#     v17: float = float Sub v11, v16
#     v18: float = float 1.0
#     v19: float = float Add v12, v18
#     back b5, x8
# b5(): // 13
#     jump b1(v17, v19)
# b6(v20: float, v21: float): // 15
#     flush t-2 = v20
#     flush t-1 = v21
#     quick 17 BuildTuple, x9, x10
#     flush r0 = v20 over a leaf
#     flush r3 = v21 over a leaf
#     finish 18
# x0: at 3, Empty
# x1: at 3, Class
# x2: at 3, Empty
# x3: at 3, Class
# x4: at 3, Empty, r0 = v1, r3 = v3
# x5: at 3, Class, r0 = v1, r3 = v3
# x6: at 6, Empty, t-2 = const 1, r0 = v11, r3 = v12
# x7: at 6, Class, t-2 = const 1, r0 = v11, r3 = v12
# x8: at 13, Poll, r0 = v17, r3 = v19
# x9: at 17, Quick, r0 = t-2, r3 = t-1
# x10: at 17, NotCompiled, r0 = v20, r3 = v21
