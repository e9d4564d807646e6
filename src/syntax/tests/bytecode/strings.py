def f(a, b):
    return (
        f"{a}",
        f"x{a!r:>{b}}y" "z",
        f"{a = }",
        "\ud800" "é\N{BULLET}",
        b"\xff" b"x",
        t"{a} and {b!s:{a}}",
    )
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 1, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <f>
#          3 StoreName f t0
#          6 ReturnConst None
#
# f: args 0/2/0, hidden 0, temps 10, flags 0x3
#    1     0 Resume
#    3     2 FormatSimple t0 a
#    4     3 LoadConst t1 "x"
#          4 Convert t2 a #2
#          5 LoadConst t3 ">"
#          6 FormatSimple t4 b
#          7 BuildString t3 t3 #2
#          8 FormatSpec t2 t2 t3
#          9 LoadConst t3 "yz"
#         10 BuildString t1 t1 #3
#    5    11 LoadConst t2 "a = "
#         12 Convert t3 a #2
#         13 FormatSimple t3 t3
#         14 BuildString t2 t2 #2
#    6    15 LoadConst t3 "���é•"
#    7    16 LoadConst t4 b"�x"
#    8    17 LoadConst t5 ("", " and ", "")
#         18 Move t6 a
#         19 LoadConst t7 "a"
#         20 BuildInterpolation t6 t6 #0
#         21 Move t7 b
#         22 LoadConst t8 "b"
#         23 FormatSimple t9 a
#         24 BuildInterpolation t7 t7 #5
#         25 BuildTuple t6 t6 #2
#         26 BuildTemplate t5 t5
#    2    27 BuildTuple t0 t0 #6
#         28 Return t0
