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
#     v6: float = unbox float if full r0, x0
#     v7: bool = is full r0
#     v8: float = unbox float if full r3, x0
#     v9: bool = is full r3
#     jump b1(v6, v7, v8, v9)
# b1(v1: float, v2: bool, v4: float, v5: bool): // 3
#     guard full r2, x1
#     v10: object = load r2
#     v11: float = unbox number v10, x2
#     v12: bool = float Greater v1, v11
#     branch v12, b2, b3
# b2(): // 3
#     jump b4(v1, v4, v5)
# b3(): // 3
#     jump b6(v1, v4, v5)
# b4(v13: float, v14: float, v15: bool): // 5
#     v16: float = float 2.0
#     guard full r1, x3
#     v17: object = load r1
#     v18: float = unbox number v17, x4
#     v19: float = float Mul v18, v16
#     v20: float = float Sub v13, v19
#     v21: float = float 1.0
#     v22: float = float Add v14, v21
#     back b5, x5
# b5(): // 13
#     v23: bool = bool true
#     v24: bool = bool true
#     jump b1(v20, v23, v22, v24)
# b6(v25: float, v26: float, v27: bool): // 15
#     flush t-2 = v25
#     flush t-1 = v26
#     quick 17 BuildTuple, x6, x7
#     flush r0 = v25 over a leaf
#     flush r3 = v26 over a leaf
#     finish 18
# x0: at 3, Class
# x1: at 3, Empty, r0 = v1, r3 = v4 if v5
# x2: at 3, Class, r0 = v1, r3 = v4 if v5
# x3: at 6, Empty, t-2 = const 1, r0 = v13, r3 = v14 if v15
# x4: at 6, Class, t-2 = const 1, r0 = v13, r3 = v14 if v15
# x5: at 13, Poll, r0 = v20, r3 = v22
# x6: at 17, Quick, r0 = t-2, r3 = t-1
# x7: at 17, NotCompiled, r0 = v25, r3 = v26
