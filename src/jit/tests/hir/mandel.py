# numbers: float
# entry: loop
# iter: range
def mandel(w):
    c = 0
    for y in range(w):
        for x in range(w):
            cr = 2.0*x/w - 1.5; ci = 2.0*y/w - 1.0
            zr = zi = 0.0
            i = 0
            while i < 50 and zr*zr + zi*zi < 4.0:
                t = zr*zr - zi*zi + cr
                zi = 2.0*zr*zi + ci
                zr = t
                i += 1
            c += i
    return c

# ==== bytecode ====
# mandel: args 0/1/0, hidden 2, temps 2, flags 0x3
#    4     0 Resume
#    5     2 LoadSmallInt c #0
#    6     3 LoadGlobal t0 range
#          6 Move t1 w
#          7 Call t0 t0 #1
#         10 GetIter h0 t0
#      >  11 ForIter y h0 -> 80
#    7    13 LoadGlobal t0 range
#         16 Move t1 w
#         17 Call t0 t0 #1
#         20 GetIter h1 t0
#      >  21 ForIter x h1 -> 77
#    8    23 LoadConst t0 2.0
#         24 BinaryMul t0 t0 x
#         26 BinaryDiv t0 t0 w
#         28 LoadConst t1 1.5
#         29 BinarySub cr t0 t1
#         31 LoadConst t0 2.0
#         32 BinaryMul t0 t0 y
#         34 BinaryDiv t0 t0 w
#         36 LoadConst t1 1.0
#         37 BinarySub ci t0 t1
#    9    39 LoadConst zr 0.0
#         40 LoadConst zi 0.0
#   10    41 LoadSmallInt i #0
#   11 >  42 JumpUnlessLessImm i #50 -> 73
#         44 BinaryMul t0 zr zr
#         46 BinaryMul t1 zi zi
#         48 BinaryAdd t0 t0 t1
#         50 LoadConst t1 4.0
#         51 JumpUnlessLess t0 t1 -> 73
#   12    53 BinaryMul t0 zr zr
#         55 BinaryMul t1 zi zi
#         57 BinarySub t0 t0 t1
#         59 BinaryAdd t t0 cr
#   13    61 LoadConst t0 2.0
#         62 BinaryMul t0 t0 zr
#         64 BinaryMul t0 t0 zi
#         66 BinaryAdd zi t0 ci
#   14    68 Move zr t
#   15    69 InplaceAddImm i i #1
#         71 JumpBack -> 42
#   16 >  73 InplaceAdd c c i
#         75 JumpBack -> 21
#    7 >  77 Release h1
#         78 JumpBack -> 11
#    6 >  80 Release h0
#   17    81 Return c

# ==== HIR ====
# unit mandel at 42
# b0(): // 42
#     jump b1
# b1(): // 42
#     guard full r1, x0
#     v23: object = load r1
#     guard v23 is Float, x1
#     v24: float = unbox float v23
#     v25: int = unbox int if full r2, x1
#     v26: bool = is full r2
#     v27: int = unbox int if full r3, x1
#     v28: bool = is full r3
#     v29: float = unbox float if full r4, x1
#     v30: bool = is full r4
#     v31: float = unbox float if full r5, x1
#     v32: bool = is full r5
#     v33: float = unbox float if full r6, x1
#     v34: bool = is full r6
#     v35: float = unbox float if full r7, x1
#     v36: bool = is full r7
#     v37: float = unbox float if full r9, x1
#     v38: bool = is full r9
#     guard full r10, x2
#     v39: object = load r10
#     guard v39 is RangeIter, x3
#     guard full r11, x4
#     v40: object = load r11
#     guard v40 is RangeIter, x5
#     jump b2(v24, v25, v26, v27, v28, v29, v30, v31, v32, v33, v34, v35, v36, v37, v38)
# b2(v1: float, v3: int, v4: bool, v6: int, v7: bool, v9: float, v10: bool, v12: float, v13: bool, v15: float, v16: bool, v18: float, v19: bool, v21: float, v22: bool): // 42
#     flush r1 = v1 over a leaf
#     flush r2 = v3 if v4
#     flush r3 = v6 if v7
#     flush r4 = v9 if v10
#     flush r5 = v12 if v13
#     flush r6 = v15 if v16
#     flush r7 = v18 if v19
#     flush r9 = v21 if v22
#     step 42 JumpUnlessLessImm, b4, b3
# b3(): // 42
#     jump b8(v1)
# b4(): // 42
#     guard full r6, x6
#     v41: object = load r6
#     v42: float = unbox float v41
#     v43: float = float Mul v42, v42
#     guard full r7, x7
#     v44: object = load r7
#     v45: float = unbox float v44
#     v46: float = float Mul v45, v45
#     v47: float = float Add v43, v46
#     v48: float = float 4.0
#     v49: bool = float Less v47, v48
#     branch v49, b5, b6
# b5(): // 51
#     v50: float = float Mul v42, v42
#     v51: float = float Mul v45, v45
#     v52: float = float Sub v50, v51
#     guard full r4, x8
#     v53: object = load r4
#     v54: float = unbox float v53
#     v55: float = float Add v52, v54
#     v56: float = float 2.0
#     v57: float = float Mul v56, v42
#     v58: float = float Mul v57, v45
#     guard full r5, x9
#     v59: object = load r5
#     v60: float = unbox float v59
#     v61: float = float Add v58, v60
#     flush r6 = v55 over a leaf
#     flush r7 = v61 over a leaf
#     copy r9 = r6 over a leaf
#     step 69 InplaceAddImm
#     back b7, x10
# b6(): // 51
#     jump b8(v1)
# b7(): // 71
#     v62: int = unbox int if full r2, x11
#     v63: bool = is full r2
#     v64: int = unbox int if full r3, x11
#     v65: bool = is full r3
#     v66: bool = bool true
#     v67: bool = bool true
#     v68: bool = bool true
#     v69: bool = bool true
#     v70: bool = bool true
#     jump b2(v1, v62, v63, v64, v65, v54, v66, v60, v67, v55, v68, v61, v69, v55, v70)
# b8(v71: float): // 73
#     guard full r8, x12
#     v72: object = load r8
#     v73: float = unbox number v72, x13
#     v74: float = float Add v71, v73
#     back b9, x14
# b9(): // 75
#     v79: int = unbox int if full r2, x15
#     v80: bool = is full r2
#     jump b10(v74, v79, v80)
# b10(v75: float, v77: int, v78: bool): // 21
#     guard full r11, x16
#     v81: object = load r11
#     guard v81 is RangeIter, x17
#     guard mine v81, x18
#     v82: bool = range more v81
#     branch v82, b11, b12
# b11(): // 21
#     v83: int = range next v81
#     jump b13
# b12(): // 21
#     release r11 over anything, x29
#     back b15, x30
# b13(): // 23
#     v84: float = float 2.0
#     v85: float = int to float v83, x19
#     v86: float = float Mul v84, v85
#     guard full r0, x20
#     v87: object = load r0
#     v88: float = unbox number v87, x21
#     v89: float = float 0.0
#     v90: bool = float NotEqual v88, v89
#     guard v90, x22
#     v91: float = float Div v86, v88
#     v92: float = float 1.5
#     v93: float = float Sub v91, v92
#     v94: float = float 2.0
#     v95: float = int to float v77, x23
#     v96: float = float Mul v94, v95
#     v97: float = unbox number v87, x24
#     v98: float = float 0.0
#     v99: bool = float NotEqual v97, v98
#     guard v99, x25
#     v100: float = float Div v96, v97
#     v101: float = float 1.0
#     v102: float = float Sub v100, v101
#     v103: float = float 0.0
#     v104: float = float 0.0
#     v105: int = int 0
#     put r8 = 0 over anything, x27
#     jump b14
# b14(): // 42
#     v106: bool = bool true
#     v107: bool = bool true
#     v108: bool = bool true
#     v109: bool = bool true
#     v110: bool = bool true
#     v111: bool = bool true
#     v112: float = unbox float if full r9, x28
#     v113: bool = is full r9
#     jump b2(v75, v77, v106, v83, v107, v93, v108, v102, v109, v103, v110, v104, v111, v112, v113)
# b15(): // 78
#     v114: object = load r10
#     guard mine v114, x31
#     v115: bool = range more v114
#     branch v115, b16, b17
# b16(): // 11
#     v116: int = range next v114
#     jump b18
# b17(): // 11
#     release r10 over anything, x34
#     flush r1 = v75 over a leaf
#     flush r2 = v77 if v78
#     finish 81
# b18(): // 13
#     flush r1 = v75 over a leaf
#     flush r2 = v116 over a leaf
#     step 13 LoadGlobal
#     copy t-1 = r0
#     step 17 Call
#     quick 20 GetIter, x32, x33
#     jump b19
# b19(): // 21
#     v117: bool = bool true
#     jump b10(v75, v116, v117)
# x0: at 42, Empty
# x1: at 42, Class
# x2: at 42, Empty
# x3: at 42, Class
# x4: at 42, Empty
# x5: at 42, Class
# x6: at 44, Empty
# x7: at 46, Empty, t-2 = v43
# x8: at 59, Empty, t-2 = v52
# x9: at 66, Empty, t-2 = v58, r9 = v55
# x10: at 71, Poll
# x11: at 42, Class
# x12: at 73, Empty
# x13: at 73, Class
# x14: at 75, Poll, r1 = v74
# x15: at 21, Class, r1 = v74
# x16: at 21, Empty, r1 = v75, r2 = v77 if v78
# x17: at 21, Class, r1 = v75, r2 = v77 if v78
# x18: at 21, Mine, r1 = v75, r2 = v77 if v78
# x19: at 24, Overflow, t-2 = const 0, r1 = v75, r2 = v77 if v78, r3 = v83
# x20: at 26, Empty, t-2 = v86, r1 = v75, r2 = v77 if v78, r3 = v83
# x21: at 26, Class, t-2 = v86, r1 = v75, r2 = v77 if v78, r3 = v83
# x22: at 26, Value, t-2 = v86, r1 = v75, r2 = v77 if v78, r3 = v83
# x23: at 32, Overflow, t-2 = const 0, r1 = v75, r2 = v77, r3 = v83, r4 = v93
# x24: at 34, Class, t-2 = v96, r1 = v75, r2 = v77, r3 = v83, r4 = v93
# x25: at 34, Value, t-2 = v96, r1 = v75, r2 = v77, r3 = v83, r4 = v93
# x26: at 41, NotCompiled, r1 = v75, r2 = v77, r3 = v83, r4 = v93, r5 = v102, r6 = const 3, r7 = const 3
# x27: at 41, NotCompiled, r1 = v75, r2 = v77, r3 = v83, r4 = v93, r5 = v102, r6 = const 3, r7 = const 3
# x28: at 42, Class, r1 = v75, r2 = v77, r3 = v83, r4 = v93, r5 = v102, r6 = const 3, r7 = const 3
# x29: at 77, NotCompiled, r1 = v75, r2 = v77 if v78
# x30: at 78, Poll, r1 = v75, r2 = v77 if v78
# x31: at 11, Mine, r1 = v75, r2 = v77 if v78
# x32: at 20, Quick
# x33: at 20, NotCompiled
# x34: at 80, NotCompiled, r1 = v75, r2 = v77 if v78
