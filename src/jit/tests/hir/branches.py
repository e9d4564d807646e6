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
#     put r2 = 0
#     put r3 = 0
#     put r4 = None
#     step 5 GetIter
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
#     v9: object = next ListIter v7
#     hold r5 = v9 over anything, x3
#     jump b8
# b5(): // 6
#     flush r2 = v3 over a leaf
#     flush r3 = v5 over a leaf
#     step 6 ForIterList, b7, b6
# b6(): // 6
#     release r6 over anything, x14
#     v31: object = load r2
#     v32: object = load r3
#     copy t-1 = r4
#     hold t-3 = v31
#     hold t-2 = v32
#     quick 29 BuildTuple, x15, x16
#     finish 30
# b7(): // 6
#     jump b9(v3, v5)
# b8(): // 8
#     jump b9(v3, v5)
# b9(v10: int, v11: int): // 8
#     guard full r5, x4
#     v12: object = load r5
#     guard v12 is Int, x5
#     v13: int = unbox int v12, x6
#     v14: int = int 2
#     v15: int = int Mod v13, v14, x6
#     v16: int = int 0
#     v17: bool = int NotEqual v15, v16
#     branch v17, b10, b11
# b10(): // 10
#     v18: int = int 1
#     v19: int = int Add v10, v18, x7
#     back b12, x8
# b11(): // 10
#     v20: object = load r1
#     v21: bool = v20 is True
#     branch v21, b13, b14
# b12(): // 14
#     jump b3(v19, v11)
# b13(): // 16
#     jump b15
# b14(): // 16
#     v22: bool = v20 is False
#     branch v22, b16, b17
# b15(): // 16
#     jump b24(v10, v11, v13)
# b16(): // 16
#     jump b18
# b17(): // 16
#     v23: bool = v20 is None
#     branch v23, b19, b20
# b18(): // 16
#     jump b26(v10, v11, v13)
# b19(): // 16
#     jump b21
# b20(): // 16
#     quick 16 JumpIfFalse, b23, b22, x9
# b21(): // 16
#     jump b26(v10, v11, v13)
# b22(): // 16
#     jump b26(v10, v11, v13)
# b23(): // 16
#     jump b24(v10, v11, v13)
# b24(v24: int, v25: int, v26: int): // 18
#     v27: int = int Add v25, v26, x10
#     back b25, x11
# b25(): // 20
#     jump b3(v24, v27)
# b26(v28: int, v29: int, v30: int): // 22
#     hold r4 = v12 over anything, x12
#     back b27, x13
# b27(): // 23
#     jump b3(v28, v29)
# x0: at 6, Empty
# x1: at 6, Class
# x2: at 6, Mine, r2 = v3, r3 = v5
# x3: at 6, NotCompiled, r2 = v3, r3 = v5
# x4: at 8, Empty, r2 = v10, r3 = v11
# x5: at 8, Class, r2 = v10, r3 = v11
# x6: at 8, Overflow, r2 = v10, r3 = v11
# x7: at 12, Overflow, r2 = v10, r3 = v11
# x8: at 14, Poll, r2 = v19, r3 = v11
# x9: at 16, Quick, r2 = v10, r3 = v11
# x10: at 18, Overflow, r2 = v24, r3 = v25
# x11: at 20, Poll, r2 = v24, r3 = v27
# x12: at 22, NotCompiled, r2 = v28, r3 = v29
# x13: at 23, Poll, r2 = v28, r3 = v29
# x14: at 25, NotCompiled
# x15: at 29, Quick
# x16: at 29, NotCompiled
