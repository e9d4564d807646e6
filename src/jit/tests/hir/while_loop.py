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
#     jump b1
# b1(): // 3
#     v6: float = unbox float if full r0, x0
#     v7: bool = is full r0
#     v8: float = unbox float if full r3, x0
#     v9: bool = is full r3
#     jump b2(v6, v7, v8, v9)
# b2(v1: float, v2: bool, v4: float, v5: bool): // 3
#     guard full r2, x1
#     v10: object = load r2
#     v11: float = unbox number v10, x2
#     v12: bool = float Greater v1, v11
#     branch v12, b3, b4
# b3(): // 3
#     v13: float = float 2.0
#     guard full r1, x3
#     v14: object = load r1
#     v15: float = unbox number v14, x4
#     v16: float = float Mul v15, v13
#     v17: float = float Sub v1, v16
#     v18: float = float 1.0
#     v19: float = float Add v4, v18
#     back b5, x5
# b4(): // 3
#     flush t-2 = v1
#     copy r0 = t-2 over a leaf
#     flush t-1 = v4
#     copy r3 = t-1 over a leaf
#     quick 17 BuildTuple, x6, x7
#     finish 18
# b5(): // 13
#     v20: bool = bool true
#     v21: bool = bool true
#     jump b2(v17, v20, v19, v21)
# x0: at 3, Class
# x1: at 3, Empty, r0 = v1, r3 = v4 if v5
# x2: at 3, Class, r0 = v1, r3 = v4 if v5
# x3: at 6, Empty, t-2 = const 1, r0 = v1, r3 = v4 if v5
# x4: at 6, Class, t-2 = const 1, r0 = v1, r3 = v4 if v5
# x5: at 13, Poll, r0 = v17, r3 = v19
# x6: at 17, Quick
# x7: at 17, NotCompiled
