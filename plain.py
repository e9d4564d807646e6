import cython

@cython.cfunc
def f(x: cython.int) -> cython.int:
    return x + 1

print(f(1))
