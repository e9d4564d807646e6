cdef int f(:
    pass
