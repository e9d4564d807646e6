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
#     jump b1
# b1(): // 3
#     guard full r1, x0
#     v5: object = load r1
#     guard v5 is Int, x1
#     v6: int = unbox int v5, x2
#     v7: int = unbox int if full r2, x3
#     v8: bool = is full r2
#     jump b2(v6, v7, v8)
# b2(v1: int, v3: int, v4: bool): // 3
#     v9: bool = int Less v3, v1
#     branch v9, b3, b4
# b3(): // 3
#     copy t-2 = r0
#     flush t-1 = v3
#     copy r2 = t-1 over a leaf
#     step 7 Call
#     release t-2 over anything, x4
#     v10: int = int 1
#     v11: int = int Add v3, v10, x5
#     back b5, x6
# b4(): // 3
#     flush r2 = v3 over a leaf
#     finish 15
# b5(): // 13
#     v12: bool = bool true
#     jump b2(v1, v11, v12)
# x0: at 3, Empty
# x1: at 3, Class
# x2: at 3, Overflow
# x3: at 3, Class
# x4: at 10, NotCompiled
# x5: at 11, Overflow
# x6: at 13, Poll, r2 = v11
