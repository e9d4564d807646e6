# numbers: int
# iter: list
def branches(values, flag):
    odd = even = 0
    best = None
    for value in values:
        if value % 2:
            odd += 1
        elif flag:
            even += value
        else:
            best = value
    return odd, even, best

# ==== bytecode ====
# branches: args 0/2/0, hidden 1, temps 3, flags 0x3
#    3     0 Resume
#    4     2 LoadSmallInt odd #0
#          3 LoadSmallInt even #0
#    5     4 LoadConst best None
#    6     5 GetIter h0 values
#      >   6 ForIter value h0 -> 25
#    7     8 ModImm t0 value #2
#         10 JumpIfFalse t0 -> 16
#    8    12 InplaceAddImm odd odd #1
#         14 JumpBack -> 6
#    9 >  16 JumpIfFalse flag -> 22
#   10    18 InplaceAdd even even value
#         20 JumpBack -> 6
#   12 >  22 Move best value
#         23 JumpBack -> 6
#    6 >  25 Release h0
#   13    26 Move t0 odd
#         27 Move t1 even
#         28 Move t2 best
#         29 BuildTuple t0 t0 #3
#         30 Return t0

# ==== HIR ====
# unit branches at 2
# b0(): // 2
#     jump b1
# b1(): // 2
#     v0: int = int 0
#     v1: int = int 0
#     put r4 = None
#     put r2 = 0 over a leaf
#     put r3 = 0 over a leaf
#     step 5
#     jump b2
# b2(): // 6
#     guard full r6, x0
#     v6: object = load r6
#     guard v6 is ListIter, x1
#     jump b3(v0, v1)
# b3(v3: int, v5: int): // 6
#     v7: object = load r6
#     guard mine v7, x2
#     v8: bool = more ListIter v7
#     branch v8, b4, b5
# b4(): // 6
#     v9: object = load r6
#     v10: object = next ListIter v9
#     hold r5 = v10 over anything, x3
#     jump b8
# b5(): // 6
#     flush r2 = v3 over a leaf
#     flush r3 = v5 over a leaf
#     step 6, b7, b6
# b6(): // 6
#     jump b21(v3, v5)
# b7(): // 6
#     jump b9(v3, v5)
# b8(): // 8
#     jump b9(v3, v5)
# b9(v11: int, v12: int): // 8
#     guard full r5, x4
#     v13: object = load r5
#     guard v13 is Int, x5
#     v14: int = unbox int v13, x6
#     v15: int = int 2
#     v16: int = int Mod v14, v15, x6
#     v17: int = int 0
#     v18: bool = int NotEqual v16, v17
#     branch v18, b10, b11
# b10(): // 10
#     jump b12(v11, v12, v14)
# b11(): // 10
#     jump b14(v11, v12, v14)
# b12(v19: int, v20: int, v21: int): // 12
#     v22: int = int 1
#     v23: int = int Add v19, v22, x7
#     back b13, x8
# b13(): // 14
#     jump b3(v23, v20)
# b14(v24: int, v25: int, v26: int): // 16
#     quick 16 JumpIfFalse, b16, b15, x9
# b15(): // 16
#     jump b19(v24, v25, v26)
# b16(): // 16
#     jump b17(v24, v25, v26)
# b17(v27: int, v28: int, v29: int): // 18
#     v30: int = int Add v28, v29, x10
#     back b18, x11
# b18(): // 20
#     jump b3(v27, v30)
# b19(v31: int, v32: int, v33: int): // 22
#     copy r4 = r5 over anything, x12
#     back b20, x13
# b20(): // 23
#     jump b3(v31, v32)
# b21(v34: int, v35: int): // 25
#     release r6 over anything, x14
#     copy t-3 = r2
#     copy t-2 = r3
#     copy t-1 = r4
#     quick 29 BuildTuple, x15, x16
#     finish 30
# x0: at 6, Empty
# x1: at 6, Class
# x2: at 6, Mine, r2 = v3, r3 = v5
# x3: at 6, NotCompiled, r2 = v3, r3 = v5
# x4: at 8, Empty, r2 = v11, r3 = v12
# x5: at 8, Class, r2 = v11, r3 = v12
# x6: at 8, Overflow, r2 = v11, r3 = v12
# x7: at 12, Overflow, r2 = v19, r3 = v20
# x8: at 14, Poll, r2 = v23, r3 = v20
# x9: at 16, Quick, r2 = v24, r3 = v25
# x10: at 18, Overflow, r2 = v27, r3 = v28
# x11: at 20, Poll, r2 = v27, r3 = v30
# x12: at 22, NotCompiled, r2 = v31, r3 = v32
# x13: at 23, Poll, r2 = v31, r3 = v32
# x14: at 25, NotCompiled
# x15: at 29, Quick
# x16: at 29, NotCompiled
