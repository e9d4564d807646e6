def f(x):
    match x:
        case 1 | -2.5:
            return "number"
        case None | True:
            return "singleton"
        case [a, b, *rest] if a:
            return rest
        case [first, *_, last]:
            return first, last
        case {"k": v, K.x: [w], **others}:
            return v, w, others
        case Point(x=0, y=yy) | Point(yy, 0):
            return yy
        case str() as s:
            return s
        case _:
            return None
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 1, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <f>
#          3 StoreName f t0
#          6 ReturnConst None
#
# f: args 0/1/0, hidden 7, temps 3, flags 0x3
#    1     0 Resume
#    2     2 Move h0 x
#    3     3 LoadSmallInt t0 #1
#          4 JumpUnlessEqual h0 t0 -> 7
#    4     6 ReturnConst "number"
#    3 >   7 LoadConst t0 -2.5
#          8 JumpUnlessEqual h0 t0 -> 11
#    4    10 ReturnConst "number"
#    5 >  11 JumpIfNotNone h0 -> 13
#    6    12 ReturnConst "singleton"
#    5 >  13 LoadConst t0 True
#         14 JumpIfIsNot h0 t0 -> 16
#    6    15 ReturnConst "singleton"
#    7 >  16 MatchSequence t0 h0
#         17 JumpIfFalse t0 -> 33
#         19 GetLen t0 h0
#         20 LoadSmallInt t1 #2
#         21 JumpUnlessGreaterEqual t0 t1 -> 33
#         23 UnpackEx t0 h0 #2
#         24 Move h1 t2
#         25 Move h2 t1
#         26 Move h3 t0
#         27 Take a h1
#         28 Take b h2
#         29 Take rest h3
#         30 JumpIfFalse a -> 33
#    8    32 Return rest
#    9 >  33 MatchSequence t0 h0
#         34 JumpIfFalse t0 -> 55
#         36 GetLen t0 h0
#         37 LoadSmallInt t1 #2
#         38 JumpUnlessGreaterEqual t0 t1 -> 55
#         40 SubscriptImm t0 h0 #0
#         42 Move h1 t0
#         43 GetLen t0 h0
#         44 SubImm t0 t0 #1
#         46 Subscript t0 h0 t0
#         48 Move h2 t0
#         49 Take first h1
#         50 Take last h2
#   10    51 Move t0 first
#         52 Move t1 last
#         53 BuildTuple t0 t0 #2
#         54 Return t0
#   11 >  55 MatchMapping t0 h0
#         56 JumpIfFalse t0 -> 110
#         58 GetLen t0 h0
#         59 LoadSmallInt t1 #2
#         60 JumpUnlessGreaterEqual t0 t1 -> 110
#         62 LoadConst t0 "k"
#         63 LoadGlobal t1 K
#         66 LoadAttr t1 t1 x
#         70 BuildTuple h1 t0 #2
#         71 MatchKeys h2 h0 h1
#         72 JumpIfNone h2 -> 108
#         73 UnpackSequence t0 h2 #2
#         75 Move h3 t1
#         76 Move h4 t0
#         77 MatchSequence t0 h4
#         78 JumpIfFalse t0 -> 106
#         80 GetLen t0 h4
#         81 LoadSmallInt t1 #1
#         82 JumpUnlessEqual t0 t1 -> 106
#         84 UnpackSequence t0 h4 #1
#         86 Move h5 t0
#         87 BuildMap h6 t0 #0
#         88 DictUpdate h6 h0
#         89 SubscriptImm t0 h1 #0
#         91 DeleteSubscript h6 t0
#         92 SubscriptImm t0 h1 #1
#         94 DeleteSubscript h6 t0
#         95 Take v h3
#         96 Take w h5
#         97 Take others h6
#         98 Release h4
#         99 Release h2
#        100 Release h1
#   12   101 Move t0 v
#        102 Move t1 w
#        103 Move t2 others
#        104 BuildTuple t0 t0 #3
#        105 Return t0
#   -- > 106 Release h4
#        107 Release h3
#      > 108 Release h2
#        109 Release h1
#   13 > 110 Move t0 h0
#        111 LoadGlobal t1 Point
#        114 LoadConst t2 ("x", "y")
#        115 MatchClass h2 t0 #0
#        116 JumpIfNone h2 -> 130
#        117 UnpackSequence t0 h2 #2
#        119 Move h3 t1
#        120 Move h4 t0
#        121 LoadSmallInt t0 #0
#        122 JumpUnlessEqual h3 t0 -> 128
#        124 Take h1 h4
#        125 Release h3
#        126 Release h2
#        127 Jump -> 153
#      > 128 Release h4
#        129 Release h3
#   -- > 130 Release h2
#   13   131 Move t0 h0
#        132 LoadGlobal t1 Point
#        135 LoadConst t2 ()
#        136 MatchClass h2 t0 #2
#        137 JumpIfNone h2 -> 151
#        138 UnpackSequence t0 h2 #2
#        140 Move h3 t1
#        141 Move h4 t0
#        142 LoadSmallInt t0 #0
#        143 JumpUnlessEqual h4 t0 -> 149
#        145 Take h1 h3
#        146 Release h4
#        147 Release h2
#        148 Jump -> 153
#      > 149 Release h4
#        150 Release h3
#   -- > 151 Release h2
#        152 Jump -> 155
#   13 > 153 Take yy h1
#   14   154 Return yy
#   -- > 155 Release h1
#   15   156 Move t0 h0
#        157 LoadGlobal t1 str
#        160 LoadConst t2 ()
#        161 MatchClass h1 t0 #0
#        162 JumpIfNone h1 -> 167
#        163 Move h2 h0
#        164 Take s h2
#        165 Release h1
#   16   166 Return s
#   15 > 167 Release h1
#   17   168 Nop
#   18   169 ReturnConst None
