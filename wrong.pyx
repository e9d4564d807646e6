cdef int x = undefined_name
cdef class A(B): pass
