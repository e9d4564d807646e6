def loops(xs):
    for i, (a, *b) in enumerate(xs):
        if not i:
            continue
        while a:
            a -= 1
            if a == 5:
                break
        else:
            return a
    else:
        xs = None
    return xs


def unbound(c):
    if c:
        x = 1
    print(x)
    del x
    for y in c:
        pass
    return y


def dead():
    if 0:
        a = 1
    while 1:
        pass
    return a
# ---- bytecode
# <module>: args 0/0/0, hidden 0, temps 1, flags 0x0
#    0     0 Resume
#    1     2 MakeFunction t0 <loops>
#          3 StoreName loops t0
#   16     6 MakeFunction t0 <unbound>
#          7 StoreName unbound t0
#   26    10 MakeFunction t0 <dead>
#         11 StoreName dead t0
#         14 ReturnConst None
#
# loops: args 0/1/0, hidden 1, temps 2, flags 0x3
#    1     0 Resume
#    2     2 LoadGlobal t0 enumerate
#          5 Move t1 xs
#          6 Call t0 t0 #1
#          9 GetIter h0 t0
#      >  10 ForIter t0 h0 -> 33
#         12 UnpackSequence t0 t0 #2
#         14 Move i t1
#         15 UnpackEx t0 t0 #1
#         16 Move a t1
#         17 Move b t0
#    3    18 JumpIfTrue i -> 23
#    4    20 Nop
#         21 JumpBack -> 10
#    5 >  23 JumpIfFalse a -> 32
#    6    25 InplaceSubImm a a #1
#    7    27 JumpUnlessEqualImm a #5 -> 36
#    8    29 Nop
#         30 JumpBack -> 10
#   10 >  32 Return a
#    2 >  33 Release h0
#   12    34 LoadConst xs None
#   13    35 Return xs
#    7 >  36 JumpBack -> 23
#
# unbound: args 0/1/0, hidden 1, temps 2, flags 0x3
#   16     0 Resume
#   17     2 JumpIfFalse c -> 5
#   18     4 LoadSmallInt x #1
#   19 >   5 LoadGlobal t0 print
#          8 CheckBound x
#          9 Move t1 x
#         10 Call t0 t0 #1
#         13 Release t0
#   20    14 Release x
#   21    15 GetIter h0 c
#      >  16 ForIter y h0 -> 21
#   22    18 Nop
#         19 JumpBack -> 16
#   21 >  21 Release h0
#   23    22 CheckBound y
#         23 Return y
#
# dead: args 0/0/0, hidden 0, temps 0, flags 0x3
#   26     0 Resume
#   27     2 Nop
#   29 >   3 Nop
#   30     4 Nop
#          5 JumpBack -> 3
