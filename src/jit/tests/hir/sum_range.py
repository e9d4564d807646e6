# numbers: int
# iter: range
def total(n):
    s = 0
    for i in range(n):
        s += i * 2
    return s

# ==== bytecode ====
# total: args 0/1/0, hidden 1, temps 2, flags 0x3
#    3     0 Resume
#    4     2 LoadSmallInt s #0
#    5     3 LoadGlobal t0 range
#          6 Move t1 n
#          7 Call t0 t0 #1
#         10 GetIter h0 t0
#      >  11 ForIter i h0 -> 19
#    6    13 MulImm t0 i #2
#         15 InplaceAdd s s t0
#         17 JumpBack -> 11
#    5 >  19 Release h0
#    7    20 Return s

# ==== HIR ====
# unit total at 2
# b0(): // 2
#     jump b1
# b1(): // 2
#     v0: int = int 0
#     put r1 = 0 over a leaf
#     step 3
#     copy t-1 = r0
#     step 7
#     step 10
#     jump b2
# b2(): // 11
#     v6: int = int 0
#     v7: bool = bool false
#     guard full r3, x0
#     v8: object = load r3
#     guard v8 is RangeIter, x1
#     jump b3(v0, v6, v7)
# b3(v2: int, v4: int, v5: bool): // 11
#     v9: object = load r3
#     guard mine v9, x2
#     v10: bool = range more v9
#     branch v10, b4, b5
# b4(): // 11
#     v11: object = load r3
#     v12: int = range next v11
#     jump b6
# b5(): // 11
#     jump b9(v2, v4, v5)
# b6(): // 13
#     jump b7(v2, v12)
# b7(v13: int, v14: int): // 13
#     v15: int = int 2
#     v16: int = int Mul v14, v15, x3
#     v17: int = int Add v13, v16, x4
#     back b8, x5
# b8(): // 17
#     v18: bool = bool true
#     jump b3(v17, v14, v18)
# b9(v19: int, v20: int, v21: bool): // 19
#     release r3 over anything, x6
#     flush r1 = v19 over a leaf
#     flush r2 = v20 if v21
#     finish 20
# x0: at 11, Empty
# x1: at 11, Class
# x2: at 11, Mine, r1 = v2, r2 = v4 if v5
# x3: at 13, Overflow, r1 = v13, r2 = v14
# x4: at 15, Overflow, t-2 = v16, r1 = v13, r2 = v14
# x5: at 17, Poll, r1 = v17, r2 = v14
# x6: at 19, NotCompiled, r1 = v19, r2 = v20 if v21
