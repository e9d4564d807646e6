# numbers: int
# entry: loop
def calls(f, n):
    k = 0
    while k < n:
        f(k)
        k += 1
    return k

# ==== bytecode ====
# calls: args 0/2/0, hidden 0, temps 2, flags 0x3
#    3     0 Resume
#    4     2 LoadSmallInt k #0
#    5 >   3 JumpUnlessLess k n -> 15
#    6     5 Move t0 f
#          6 Move t1 k
#          7 Call t0 t0 #1
#         10 Release t0
#    7    11 InplaceAddImm k k #1
#         13 JumpBack -> 3
#    8 >  15 Return k

# ==== HIR ====
# unit calls at 3
# b0(): // 3
#     guard full r1, x0
#     v2: object = load r1
#     guard v2 is Int, x1
#     guard full r2, x2
#     v3: object = load r2
#     guard v3 is Int, x3
#     v4: int = unbox int v3, x4
#     jump b1(v4)
# b1(v1: int): // 3
#     v5: object = load r1
#     v6: int = unbox int v5, x5
#     v7: bool = int Less v1, v6
#     branch v7, b2, b3
# b2(): // 3
#     jump b4(v6, v1)
# b3(): // 3
#     jump b6(v6, v1)
# b4(v8: int, v9: int): // 5
#     copy t-2 = r0
#     flush t-1 = v9
#     copy r2 = t-1 over a leaf
#     step 7
#     release t-2 over anything, x6
#     v10: int = int 1
#     v11: int = int Add v9, v10, x7
#     back b5, x8
# b5(): // 13
#     jump b1(v11)
# b6(v12: int, v13: int): // 15
#     flush r2 = v13 over a leaf
#     finish 15
# x0: at 3, Empty
# x1: at 3, Class
# x2: at 3, Empty
# x3: at 3, Class
# x4: at 3, Overflow
# x5: at 3, Overflow, r2 = v1
# x6: at 10, NotCompiled
# x7: at 11, Overflow
# x8: at 13, Poll, r2 = v11
