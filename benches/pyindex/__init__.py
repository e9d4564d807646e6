"""A tokenizer, a parser and an index of Python source, written by hand in Python.

It owns nothing of the interpreter that runs it: the only help it takes from the
library is `re` and `hashlib`, so it does the same on every Python 3.14 and its
results can be compared to the byte.

Start at `index.index_source` (one file) and `index.merge_shard` (many files).
"""
