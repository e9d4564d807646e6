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
#         56 JumpIfFalse t0 -> 111
#         58 GetLen t0 h0
#         59 LoadSmallInt t1 #2
#         60 JumpUnlessGreaterEqual t0 t1 -> 111
#         62 LoadConst t0 "k"
#         63 LoadGlobal t1 K
#         66 LoadAttr t1 t1 x
#         71 BuildTuple h1 t0 #2
#         72 MatchKeys h2 h0 h1
#         73 JumpIfNone h2 -> 109
#         74 UnpackSequence t0 h2 #2
#         76 Move h3 t1
#         77 Move h4 t0
#         78 MatchSequence t0 h4
#         79 JumpIfFalse t0 -> 107
#         81 GetLen t0 h4
#         82 LoadSmallInt t1 #1
#         83 JumpUnlessEqual t0 t1 -> 107
#         85 UnpackSequence t0 h4 #1
#         87 Move h5 t0
#         88 BuildMap h6 t0 #0
#         89 DictUpdate h6 h0
#         90 SubscriptImm t0 h1 #0
#         92 DeleteSubscript h6 t0
#         93 SubscriptImm t0 h1 #1
#         95 DeleteSubscript h6 t0
#         96 Take v h3
#         97 Take w h5
#         98 Take others h6
#         99 Release h4
#        100 Release h2
#        101 Release h1
#   12   102 Move t0 v
#        103 Move t1 w
#        104 Move t2 others
#        105 BuildTuple t0 t0 #3
#        106 Return t0
#   -- > 107 Release h4
#        108 Release h3
#      > 109 Release h2
#        110 Release h1
#   13 > 111 Move t0 h0
#        112 LoadGlobal t1 Point
#        115 LoadConst t2 ("x", "y")
#        116 MatchClass h2 t0 #0
#        117 JumpIfNone h2 -> 131
#        118 UnpackSequence t0 h2 #2
#        120 Move h3 t1
#        121 Move h4 t0
#        122 LoadSmallInt t0 #0
#        123 JumpUnlessEqual h3 t0 -> 129
#        125 Take h1 h4
#        126 Release h3
#        127 Release h2
#        128 Jump -> 154
#      > 129 Release h4
#        130 Release h3
#   -- > 131 Release h2
#   13   132 Move t0 h0
#        133 LoadGlobal t1 Point
#        136 LoadConst t2 ()
#        137 MatchClass h2 t0 #2
#        138 JumpIfNone h2 -> 152
#        139 UnpackSequence t0 h2 #2
#        141 Move h3 t1
#        142 Move h4 t0
#        143 LoadSmallInt t0 #0
#        144 JumpUnlessEqual h4 t0 -> 150
#        146 Take h1 h3
#        147 Release h4
#        148 Release h2
#        149 Jump -> 154
#      > 150 Release h4
#        151 Release h3
#   -- > 152 Release h2
#        153 Jump -> 156
#   13 > 154 Take yy h1
#   14   155 Return yy
#   -- > 156 Release h1
#   15   157 Move t0 h0
#        158 LoadGlobal t1 str
#        161 LoadConst t2 ()
#        162 MatchClass h1 t0 #0
#        163 JumpIfNone h1 -> 168
#        164 Move h2 h0
#        165 Take s h2
#        166 Release h1
#   16   167 Return s
#   15 > 168 Release h1
#   17   169 Nop
#   18   170 ReturnConst None
