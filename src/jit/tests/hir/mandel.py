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
#     guard full r1, x0
#     v21: object = load r1
#     guard v21 is Float, x1
#     v22: float = unbox float v21
#     guard full r2, x2
#     v23: object = load r2
#     guard v23 is Int, x3
#     v24: int = unbox int v23, x4
#     guard full r3, x5
#     v25: object = load r3
#     guard v25 is Int, x6
#     v26: int = unbox int v25, x7
#     v27: float = unbox float if full r4, x8
#     v28: bool = is full r4
#     v29: float = unbox float if full r5, x8
#     v30: bool = is full r5
#     v31: float = unbox float if full r6, x8
#     v32: bool = is full r6
#     v33: float = unbox float if full r7, x8
#     v34: bool = is full r7
#     v35: float = unbox float if full r9, x8
#     v36: bool = is full r9
#     guard full r10, x9
#     v37: object = load r10
#     guard v37 is RangeIter, x10
#     guard full r11, x11
#     v38: object = load r11
#     guard v38 is RangeIter, x12
#     jump b1(v22, v24, v26, v27, v28, v29, v30, v31, v32, v33, v34, v35, v36)
# b1(v1: float, v3: int, v5: int, v7: float, v8: bool, v10: float, v11: bool, v13: float, v14: bool, v16: float, v17: bool, v19: float, v20: bool): // 42
#     flush r1 = v1 over a leaf
#     flush r3 = v5 over a leaf
#     flush r4 = v7 if v8
#     flush r5 = v10 if v11
#     flush r6 = v13 if v14
#     flush r7 = v16 if v17
#     flush r9 = v19 if v20
#     step 42, b3, b2
# b2(): // 42
#     jump b9(v1, v3, v5)
# b3(): // 42
#     jump b4(v1, v3, v5)
# b4(v39: float, v40: int, v41: int): // 44
#     guard full r6, x13
#     v42: object = load r6
#     v43: float = unbox float v42
#     v44: float = float Mul v43, v43
#     guard full r7, x14
#     v45: object = load r7
#     v46: float = unbox float v45
#     v47: float = float Mul v46, v46
#     v48: float = float Add v44, v47
#     v49: float = float 4.0
#     v50: bool = float Less v48, v49
#     branch v50, b5, b6
# b5(): // 51
#     jump b7(v39, v40, v41, v43, v46)
# b6(): // 51
#     jump b9(v39, v40, v41)
# b7(v51: float, v52: int, v53: int, v54: float, v55: float): // 53
#     v56: float = float Mul v54, v54
#     v57: float = float Mul v55, v55
#     v58: float = float Sub v56, v57
#     guard full r4, x15
#     v59: object = load r4
#     v60: float = unbox float v59
#     v61: float = float Add v58, v60
#     v62: float = float 2.0
#     v63: float = float Mul v62, v54
#     v64: float = float Mul v63, v55
#     guard full r5, x16
#     v65: object = load r5
#     v66: float = unbox float v65
#     v67: float = float Add v64, v66
#     flush r6 = v61 over a leaf
#     flush r7 = v67 over a leaf
#     copy r9 = r6 over a leaf
#     step 69
#     back b8, x17
# b8(): // 71
#     v68: bool = bool true
#     v69: bool = bool true
#     v70: bool = bool true
#     v71: bool = bool true
#     v72: bool = bool true
#     jump b1(v51, v52, v53, v60, v68, v66, v69, v61, v70, v67, v71, v61, v72)
# b9(v73: float, v74: int, v75: int): // 73
#     guard full r8, x18
#     v76: object = load r8
#     v77: float = unbox number v76, x19
#     v78: float = float Add v73, v77
#     back b10, x20
# b10(): // 75
#     jump b11(v78, v74, v75)
# b11(v79: float, v81: int, v82: int): // 21
#     guard full r11, x21
#     v83: object = load r11
#     guard v83 is RangeIter, x22
#     guard mine v83, x23
#     v84: bool = range more v83
#     branch v84, b12, b13
# b12(): // 21
#     v85: object = load r11
#     v86: int = range next v85
#     jump b14
# b13(): // 21
#     jump b17(v79, v81, v82)
# b14(): // 23
#     jump b15(v79, v81, v86)
# b15(v87: float, v88: int, v89: int): // 23
#     v90: float = float 2.0
#     v91: float = int to float v89, x24
#     v92: float = float Mul v90, v91
#     guard full r0, x25
#     v93: object = load r0
#     v94: float = unbox number v93, x26
#     v95: float = float 0.0
#     v96: bool = float NotEqual v94, v95
#     guard v96, x27
#     v97: float = float Div v92, v94
#     v98: float = float 1.5
#     v99: float = float Sub v97, v98
#     v100: float = float 2.0
#     v101: float = int to float v88, x28
#     v102: float = float Mul v100, v101
#     v103: object = load r0
#     v104: float = unbox number v103, x29
#     v105: float = float 0.0
#     v106: bool = float NotEqual v104, v105
#     guard v106, x30
#     v107: float = float Div v102, v104
#     v108: float = float 1.0
#     v109: float = float Sub v107, v108
#     v110: float = float 0.0
#     v111: float = float 0.0
#     v112: int = int 0
#     put r8 = 0 over anything, x32
#     jump b16
# b16(): // 42
#     v113: bool = bool true
#     v114: bool = bool true
#     v115: bool = bool true
#     v116: bool = bool true
#     v117: float = unbox float if full r9, x33
#     v118: bool = is full r9
#     jump b1(v87, v88, v89, v99, v113, v109, v114, v110, v115, v111, v116, v117, v118)
# b17(v119: float, v120: int, v121: int): // 77
#     release r11 over anything, x34
#     back b18, x35
# b18(): // 78
#     jump b19(v119, v120, v121)
# b19(v122: float, v123: int, v124: int): // 11
#     v125: object = load r10
#     guard mine v125, x36
#     v126: bool = range more v125
#     branch v126, b20, b21
# b20(): // 11
#     v127: object = load r10
#     v128: int = range next v127
#     jump b22
# b21(): // 11
#     jump b25(v122, v123, v124)
# b22(): // 13
#     jump b23(v122, v128, v124)
# b23(v129: float, v130: int, v131: int): // 13
#     flush r1 = v129 over a leaf
#     flush r2 = v130 over a leaf
#     step 13
#     copy t-1 = r0
#     step 17
#     step 20
#     jump b24
# b24(): // 21
#     jump b11(v129, v130, v131)
# b25(v132: float, v133: int, v134: int): // 80
#     release r10 over anything, x37
#     flush r1 = v132 over a leaf
#     finish 81
# x0: at 42, Empty
# x1: at 42, Class
# x2: at 42, Empty
# x3: at 42, Class
# x4: at 42, Overflow
# x5: at 42, Empty
# x6: at 42, Class
# x7: at 42, Overflow
# x8: at 42, Class
# x9: at 42, Empty
# x10: at 42, Class
# x11: at 42, Empty
# x12: at 42, Class
# x13: at 44, Empty
# x14: at 46, Empty, t-2 = v44
# x15: at 59, Empty, t-2 = v58
# x16: at 66, Empty, t-2 = v64, r9 = v61
# x17: at 71, Poll
# x18: at 73, Empty
# x19: at 73, Class
# x20: at 75, Poll, r1 = v78
# x21: at 21, Empty, r1 = v79
# x22: at 21, Class, r1 = v79
# x23: at 21, Mine, r1 = v79
# x24: at 24, Overflow, t-2 = const 0, r1 = v87, r3 = v89
# x25: at 26, Empty, t-2 = v92, r1 = v87, r3 = v89
# x26: at 26, Class, t-2 = v92, r1 = v87, r3 = v89
# x27: at 26, Value, t-2 = v92, r1 = v87, r3 = v89
# x28: at 32, Overflow, t-2 = const 0, r1 = v87, r3 = v89, r4 = v99
# x29: at 34, Class, t-2 = v102, r1 = v87, r3 = v89, r4 = v99
# x30: at 34, Value, t-2 = v102, r1 = v87, r3 = v89, r4 = v99
# x31: at 41, NotCompiled, r1 = v87, r3 = v89, r4 = v99, r5 = v109, r6 = const 3, r7 = const 3
# x32: at 41, NotCompiled, r1 = v87, r3 = v89, r4 = v99, r5 = v109, r6 = const 3, r7 = const 3
# x33: at 42, Class, r1 = v87, r3 = v89, r4 = v99, r5 = v109, r6 = const 3, r7 = const 3
# x34: at 77, NotCompiled, r1 = v119
# x35: at 78, Poll, r1 = v119
# x36: at 11, Mine, r1 = v122
# x37: at 80, NotCompiled, r1 = v132
