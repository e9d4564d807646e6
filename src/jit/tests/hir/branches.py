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
#     quick 5 GetIter, x0, x1
#     jump b2
# b2(): // 6
#     v9: int = int 0
#     v10: bool = bool false
#     v11: object = load r6
#     guard v11 is ListIter, x2
#     put r4 = None
#     jump b3(v0, v1, v9, v10)
# b3(v3: int, v5: int, v7: int, v8: bool): // 6
#     v12: object = load r6
#     guard mine v12, x3
#     v13: bool = more ListIter v12
#     branch v13, b4, b5
# b4(): // 6
#     v15: object = next ListIter v12
#     jump b7
# b5(): // 6
#     v14: bool = ended ListIter v12
#     guard v14, x3
#     jump b6
# b6(): // 6
#     release r6 over anything, x14
#     copy t-1 = r4
#     flush t-3 = v3
#     copy r2 = t-3 over a leaf
#     flush t-2 = v5
#     copy r3 = t-2 over a leaf
#     quick 29 BuildTuple, x15, x16
#     flush r5 = v7 if v8
#     finish 30
# b7(): // 8
#     guard v15 is Int, x4
#     v16: int = unbox int v15, x5
#     v17: int = int 2
#     v18: int = int Mod v16, v17, x5
#     v19: int = int 0
#     v20: bool = int NotEqual v18, v19
#     branch v20, b8, b9
# b8(): // 10
#     v21: int = int 1
#     v22: int = int Add v3, v21, x6
#     back b10, x7
# b9(): // 10
#     v24: object = load r1
#     v25: bool = v24 is True
#     branch v25, b11, b12
# b10(): // 14
#     hold r5 = v15 over a leaf
#     v23: bool = bool true
#     jump b3(v22, v5, v16, v23)
# b11(): // 16
#     jump b13
# b12(): // 16
#     v26: bool = v24 is False
#     branch v26, b14, b15
# b13(): // 16
#     hold r5 = v15 over a leaf
#     jump b22(v3, v5, v16)
# b14(): // 16
#     jump b16
# b15(): // 16
#     v27: bool = v24 is None
#     branch v27, b17, b18
# b16(): // 16
#     hold r5 = v15 over a leaf
#     jump b24(v3, v5, v16)
# b17(): // 16
#     jump b19
# b18(): // 16
#     quick 16 JumpIfFalse, b21, b20, x8
# b19(): // 16
#     hold r5 = v15 over a leaf
#     jump b24(v3, v5, v16)
# b20(): // 16
#     hold r5 = v15 over a leaf
#     jump b24(v3, v5, v16)
# b21(): // 16
#     hold r5 = v15 over a leaf
#     jump b22(v3, v5, v16)
# b22(v28: int, v29: int, v30: int): // 18
#     v31: int = int Add v29, v30, x9
#     back b23, x10
# b23(): // 20
#     v32: bool = bool true
#     jump b3(v28, v31, v30, v32)
# b24(v33: int, v34: int, v35: int): // 22
#     flush r4 = v35 over anything, x12
#     back b25, x13
# b25(): // 23
#     copy r5 = r4 over a leaf
#     v36: bool = bool true
#     jump b3(v33, v34, v35, v36)
# x0: at 5, Quick, r2 = 0, r3 = 0, r4 = None
# x1: at 5, NotCompiled, r2 = 0, r3 = 0, r4 = None
# x2: at 6, Class, r2 = 0, r3 = 0, r4 = None
# x3: at 6, Mine, r2 = v3, r3 = v5, r5 = v7 if v8
# x4: at 8, Class, r2 = v3, r3 = v5, r5 = hold v15
# x5: at 8, Overflow, r2 = v3, r3 = v5, r5 = hold v15
# x6: at 12, Overflow, r2 = v3, r3 = v5, r5 = hold v15
# x7: at 14, Poll, r2 = v22, r3 = v5, r5 = hold v15
# x8: at 16, Quick, r2 = v3, r3 = v5, r5 = hold v15
# x9: at 18, Overflow, r2 = v28, r3 = v29, r5 = v30
# x10: at 20, Poll, r2 = v28, r3 = v31, r5 = v30
# x11: at 22, NotCompiled, r2 = v33, r3 = v34, r5 = v35
# x12: at 22, NotCompiled, r2 = v33, r3 = v34, r5 = v35
# x13: at 23, Poll, r2 = v33, r3 = v34, r5 = r4
# x14: at 25, NotCompiled, r2 = v3, r3 = v5, r5 = v7 if v8
# x15: at 29, Quick, r5 = v7 if v8
# x16: at 29, NotCompiled, r5 = v7 if v8
