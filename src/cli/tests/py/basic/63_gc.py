# modes: one
"""Reference cycles are found."""
import gc

died = []


class Node:
    def __del__(self):
        died.append(1)


a = Node()
b = Node()
a.other = b
b.other = a
del a, b
assert died == []
gc.collect()
assert died == [1, 1]
lst = []
lst.append(lst)
del lst
assert gc.collect() >= 1
assert gc.isenabled()
