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
#     put r1 = 0
#     step 3 LoadGlobal
#     v1: object = load r0
#     hold t-1 = v1
#     step 7 Call
#     quick 10 GetIter, x0, x1
#     jump b2
# b2(): // 11
#     v7: int = int 0
#     v8: bool = bool false
#     v9: object = load r3
#     guard v9 is RangeIter, x2
#     jump b3(v0, v7, v8)
# b3(v3: int, v5: int, v6: bool): // 11
#     v10: object = load r3
#     guard mine v10, x3
#     v11: bool = range more v10
#     branch v11, b4, b5
# b4(): // 11
#     v12: int = range next v10
#     jump b6
# b5(): // 11
#     release r3 over anything, x7
#     flush r1 = v3 over a leaf
#     flush r2 = v5 if v6
#     finish 20
# b6(): // 13
#     v13: int = int 2
#     v14: int = int Mul v12, v13, x4
#     v15: int = int Add v3, v14, x5
#     back b7, x6
# b7(): // 17
#     v16: bool = bool true
#     jump b3(v15, v12, v16)
# x0: at 10, Quick
# x1: at 10, NotCompiled
# x2: at 11, Class
# x3: at 11, Mine, r1 = v3, r2 = v5 if v6
# x4: at 13, Overflow, r1 = v3, r2 = v12
# x5: at 15, Overflow, t-2 = v14, r1 = v3, r2 = v12
# x6: at 17, Poll, r1 = v15, r2 = v12
# x7: at 19, NotCompiled, r1 = v3, r2 = v5 if v6
