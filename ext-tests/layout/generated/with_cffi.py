"""A cffi module; its C source goes to the file named by the argument."""
import sys

import cffi

builder = cffi.FFI()
builder.cdef("""
struct s { int a; double b; char c[10]; };
typedef enum { A, B } en;
extern int g;
int add(int a, double b, ...);
struct s by_value(struct s);
extern "Python" int call_back(int);
""")
builder.set_source("_with_cffi", """
struct s { int a; double b; char c[10]; };
typedef enum { A, B } en;
int g;
int add(int a, double b, ...) { return a; }
struct s by_value(struct s x) { return x; }
""")
builder.emit_c_code(sys.argv[1])
