"""Writes what CPython makes of the expressions: `make.py FILE...` keeps the `>>> ` lines of each file and renews the results."""

import sys
import warnings


class I(int): pass
class F(float): pass
class C(complex): pass
class S(str): pass
class B(bytes): pass
class BA(bytearray): pass



def result(text, names):
    try:
        return repr(eval(text, names))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    warnings.simplefilter("ignore")
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        out = []
        names = dict(I=I, F=F, C=C, S=S, B=B, BA=BA, big=1 << 2000)
        for cls in (I, F, C, S, B, BA):
            cls.__module__ = "builtins"
        for line in lines:
            if line.startswith((">>> ", "#")) or (not line and out and out[-1]):
                out.append(line)
            if line.startswith(">>> "):
                out.append(result(line[4:], names).encode("unicode_escape").decode())
        while out and not out[-1]:
            out.pop()
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(out) + "\n")


main()
