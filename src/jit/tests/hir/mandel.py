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
#     v16: object = load r1
#     guard v16 is Float, x1
#     v17: float = unbox float v16
#     guard full r2, x2
#     v18: object = load r2
#     guard v18 is Int, x3
#     v19: int = unbox int v18, x4
#     guard full r3, x5
#     v20: object = load r3
#     guard v20 is Int, x6
#     v21: int = unbox int v20, x7
#     guard full r4, x8
#     v22: object = load r4
#     guard v22 is Float, x9
#     v23: float = unbox float v22
#     guard full r5, x10
#     v24: object = load r5
#     guard v24 is Float, x11
#     v25: float = unbox float v24
#     guard full r6, x12
#     v26: object = load r6
#     guard v26 is Float, x13
#     v27: float = unbox float v26
#     guard full r7, x14
#     v28: object = load r7
#     guard v28 is Float, x15
#     v29: float = unbox float v28
#     guard full r9, x16
#     v30: object = load r9
#     guard v30 is Float, x17
#     v31: float = unbox float v30
#     guard full r10, x18
#     v32: object = load r10
#     guard v32 is RangeIter, x19
#     guard full r11, x20
#     v33: object = load r11
#     guard v33 is RangeIter, x21
#     jump b1(v17, v19, v21, v23, v25, v27, v29, v31)
# b1(v1: float, v3: int, v5: int, v7: float, v9: float, v11: float, v13: float, v15: float): // 42
#     flush r1 = v1 over a leaf
#     flush r3 = v5 over a leaf
#     flush r4 = v7 over a leaf
#     flush r5 = v9 over a leaf
#     flush r6 = v11 over a leaf
#     flush r7 = v13 over a leaf
#     flush r9 = v15 over a leaf
#     step 42, b3, b2
# b2(): // 42
#     jump b9(v1, v3, v5, v7, v9, v11, v13, v15)
# b3(): // 42
#     jump b4(v1, v3, v5, v7, v9, v11, v13, v15)
# b4(v34: float, v35: int, v36: int, v37: float, v38: float, v39: float, v40: float, v41: float): // 44
#     v42: float = float Mul v39, v39
#     v43: float = float Mul v40, v40
#     v44: float = float Add v42, v43
#     v45: float = float 4.0
#     v46: bool = float Less v44, v45
#     branch v46, b5, b6
# b5(): // 51
#     jump b7(v34, v35, v36, v37, v38, v39, v40, v41)
# b6(): // 51
#     jump b9(v34, v35, v36, v37, v38, v39, v40, v41)
# b7(v47: float, v48: int, v49: int, v50: float, v51: float, v52: float, v53: float, v54: float): // 53
#     v55: float = float Mul v52, v52
#     v56: float = float Mul v53, v53
#     v57: float = float Sub v55, v56
#     v58: float = float Add v57, v50
#     v59: float = float 2.0
#     v60: float = float Mul v59, v52
#     v61: float = float Mul v60, v53
#     v62: float = float Add v61, v51
#     flush r6 = v58 over a leaf
#     flush r7 = v62 over a leaf
#     copy r9 = r6 over a leaf
#     step 69
#     back b8, x22
# b8(): // 71
#     jump b1(v47, v48, v49, v50, v51, v58, v62, v58)
# b9(v63: float, v64: int, v65: int, v66: float, v67: float, v68: float, v69: float, v70: float): // 73
#     guard full r8, x23
#     v71: object = load r8
#     v72: float = unbox number v71, x24
#     v73: float = float Add v63, v72
#     back b10, x25
# b10(): // 75
#     jump b11(v73, v64, v65, v66, v67, v68, v69, v70)
# b11(v74: float, v76: int, v77: int, v78: float, v79: float, v80: float, v81: float, v82: float): // 21
#     guard full r11, x26
#     v83: object = load r11
#     guard v83 is RangeIter, x27
#     guard mine v83, x28
#     v84: bool = range more v83
#     branch v84, b12, b13
# b12(): // 21
#     v85: object = load r11
#     v86: int = range next v85
#     jump b14
# b13(): // 21
#     jump b17(v74, v76, v77, v78, v79, v80, v81, v82)
# b14(): // 23
#     jump b15(v74, v76, v86, v78, v79, v80, v81, v82)
# b15(v87: float, v88: int, v89: int, v90: float, v91: float, v92: float, v93: float, v94: float): // 23
#     v95: float = float 2.0
#     v96: float = int to float v89, x29
#     v97: float = float Mul v95, v96
#     guard full r0, x30
#     v98: object = load r0
#     v99: float = unbox number v98, x31
#     v100: float = float 0.0
#     v101: bool = float NotEqual v99, v100
#     guard v101, x32
#     v102: float = float Div v97, v99
#     v103: float = float 1.5
#     v104: float = float Sub v102, v103
#     v105: float = float 2.0
#     v106: float = int to float v88, x33
#     v107: float = float Mul v105, v106
#     guard full r0, x34
#     v108: object = load r0
#     v109: float = unbox number v108, x35
#     v110: float = float 0.0
#     v111: bool = float NotEqual v109, v110
#     guard v111, x36
#     v112: float = float Div v107, v109
#     v113: float = float 1.0
#     v114: float = float Sub v112, v113
#     v115: float = float 0.0
#     v116: float = float 0.0
#     v117: int = int 0
#     put r8 = 0 over anything, x38
#     jump b16
# b16(): // 42
#     jump b1(v87, v88, v89, v104, v114, v115, v116, v94)
# b17(v118: float, v119: int, v120: int, v121: float, v122: float, v123: float, v124: float, v125: float): // 77
#     release r11 over anything, x39
#     back b18, x40
# b18(): // 78
#     jump b19(v118, v119, v120, v121, v122, v123, v124, v125)
# b19(v126: float, v127: int, v128: int, v129: float, v130: float, v131: float, v132: float, v133: float): // 11
#     v134: object = load r10
#     guard mine v134, x41
#     v135: bool = range more v134
#     branch v135, b20, b21
# b20(): // 11
#     v136: object = load r10
#     v137: int = range next v136
#     jump b22
# b21(): // 11
#     jump b25(v126, v127, v128, v129, v130, v131, v132, v133)
# b22(): // 13
#     jump b23(v126, v137, v128, v129, v130, v131, v132, v133)
# b23(v138: float, v139: int, v140: int, v141: float, v142: float, v143: float, v144: float, v145: float): // 13
#     flush r1 = v138 over a leaf
#     flush r2 = v139 over a leaf
#     step 13
#     copy t-1 = r0
#     step 17
#     step 20
#     jump b24
# b24(): // 21
#     jump b11(v138, v139, v140, v141, v142, v143, v144, v145)
# b25(v146: float, v147: int, v148: int, v149: float, v150: float, v151: float, v152: float, v153: float): // 80
#     release r10 over anything, x42
#     flush r1 = v146 over a leaf
#     finish 81
# x0: at 42, Empty
# x1: at 42, Class
# x2: at 42, Empty
# x3: at 42, Class
# x4: at 42, Overflow
# x5: at 42, Empty
# x6: at 42, Class
# x7: at 42, Overflow
# x8: at 42, Empty
# x9: at 42, Class
# x10: at 42, Empty
# x11: at 42, Class
# x12: at 42, Empty
# x13: at 42, Class
# x14: at 42, Empty
# x15: at 42, Class
# x16: at 42, Empty
# x17: at 42, Class
# x18: at 42, Empty
# x19: at 42, Class
# x20: at 42, Empty
# x21: at 42, Class
# x22: at 71, Poll
# x23: at 73, Empty
# x24: at 73, Class
# x25: at 75, Poll, r1 = v73
# x26: at 21, Empty, r1 = v74
# x27: at 21, Class, r1 = v74
# x28: at 21, Mine, r1 = v74
# x29: at 24, Overflow, t-2 = const 0, r1 = v87, r3 = v89
# x30: at 26, Empty, t-2 = v97, r1 = v87, r3 = v89
# x31: at 26, Class, t-2 = v97, r1 = v87, r3 = v89
# x32: at 26, Value, t-2 = v97, r1 = v87, r3 = v89
# x33: at 32, Overflow, t-2 = const 0, r1 = v87, r3 = v89, r4 = v104
# x34: at 34, Empty, t-2 = v107, r1 = v87, r3 = v89, r4 = v104
# x35: at 34, Class, t-2 = v107, r1 = v87, r3 = v89, r4 = v104
# x36: at 34, Value, t-2 = v107, r1 = v87, r3 = v89, r4 = v104
# x37: at 41, NotCompiled, r1 = v87, r3 = v89, r4 = v104, r5 = v114, r6 = const 3, r7 = const 3
# x38: at 41, NotCompiled, r1 = v87, r3 = v89, r4 = v104, r5 = v114, r6 = const 3, r7 = const 3
# x39: at 77, NotCompiled, r1 = v118
# x40: at 78, Poll, r1 = v118
# x41: at 11, Mine, r1 = v126
# x42: at 80, NotCompiled, r1 = v146
