"""A module of cffi's API mode: functions, structs, callbacks from Python, threads of C that call Python."""
import sys

import cffi

ffi = cffi.FFI()
ffi.cdef("""
    typedef struct { int x; double y; char name[8]; struct { unsigned low : 4; unsigned high : 4; } bits; } record;
    typedef int (*binary)(int, int);
    enum colour { RED, GREEN = 5, BLUE };
    typedef struct node { struct node *next; int value; } node;
    typedef union { unsigned char bytes[8]; uint64_t word; } mixed;
    #define LIMIT 42
    static const long long BIG;
    extern int counter;
    extern int table[4];

    int add(int, int);
    double scale(record *, double);
    record make(int);
    int apply(binary, int, int);
    int apply_times(binary, int);
    int on_thread(binary, int, int);
    int sum_list(node *);
    int total(const char *, size_t);
    void fill(unsigned char *, size_t, int);
    binary get_add(void);
    enum colour next_colour(enum colour);
    int variadic(int, ...);
    const char *greeting(void);
    int64_t wide(uint8_t, int16_t, uint32_t, int64_t, float, _Bool);
    int set_errno(int);

    extern "Python" int from_c(int, int);
    extern "Python" int raises_in_c(int, int);
    extern "Python" void with_handle(void *);
    int call_from_c(int, int, int);
    int call_raises(int, int);
    void call_handle(void *);
""")
ffi.set_source("api", r"""
    #include <errno.h>
    #include <pthread.h>
    #include <stdarg.h>
    #include <stdint.h>
    #include <stdlib.h>
    #include <string.h>

    typedef struct { int x; double y; char name[8]; struct { unsigned low : 4; unsigned high : 4; } bits; } record;
    typedef int (*binary)(int, int);
    enum colour { RED, GREEN = 5, BLUE };
    typedef struct node { struct node *next; int value; } node;
    typedef union { unsigned char bytes[8]; uint64_t word; } mixed;
    #define LIMIT 42
    static const long long BIG = 1LL << 40;
    int counter = 3;
    int table[4] = {1, 2, 3, 4};

    static int add(int a, int b) { return a + b; }
    static double scale(record *r, double k) { r->y *= k; return r->y; }
    static record make(int x) { record r = {x, x / 2.0, "made", {1, 2}}; return r; }
    static int apply(binary f, int a, int b) { return f(a, b); }
    static int apply_times(binary f, int n) { int sum = 0; for (int i = 0; i < n; i++) sum += f(i, 1); return sum; }
    typedef struct { binary f; int a, b, result; } job;
    static void *run(void *p) { job *j = (job *)p; j->result = j->f(j->a, j->b); return NULL; }
    static int on_thread(binary f, int a, int b)
    {
        job j = {f, a, b, 0};
        pthread_t thread;
        pthread_create(&thread, NULL, run, &j);
        pthread_join(thread, NULL);
        return j.result;
    }
    static int sum_list(node *n) { int sum = 0; for (; n; n = n->next) sum += n->value; return sum; }
    static int total(const char *p, size_t n) { int sum = 0; while (n--) sum += (unsigned char)*p++; return sum; }
    static void fill(unsigned char *p, size_t n, int value) { memset(p, value, n); }
    static binary get_add(void) { return add; }
    static enum colour next_colour(enum colour c) { return c == RED ? GREEN : BLUE; }
    static int variadic(int n, ...)
    {
        va_list list;
        int sum = 0;
        va_start(list, n);
        while (n--) sum += va_arg(list, int);
        va_end(list);
        return sum;
    }
    static const char *greeting(void) { return "gr\303\274\303\237e"; }
    static int64_t wide(uint8_t a, int16_t b, uint32_t c, int64_t d, float e, _Bool f) { return a + b + c + d + (int)e + f; }
    static int set_errno(int value) { errno = value; return -1; }

    static int from_c(int, int);
    static int raises_in_c(int, int);
    static void with_handle(void *);
    static int call_from_c(int a, int b, int threaded) { return threaded ? on_thread(from_c, a, b) : from_c(a, b); }
    static int call_raises(int a, int b) { return raises_in_c(a, b); }
    static void call_handle(void *p) { with_handle(p); }
""")

if __name__ == "__main__":
    ffi.emit_c_code(sys.argv[1])
