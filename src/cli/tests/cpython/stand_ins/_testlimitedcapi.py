"""Stands in for CPython's C module of this name: the C API's calls for sequences, which for bytes and bytearray mean what these mean."""

import operator


def sequence_getitem(sequence, index):
    return sequence[operator.index(index)]


def sequence_setitem(sequence, index, value):
    sequence[operator.index(index)] = value


def sequence_delitem(sequence, index):
    del sequence[operator.index(index)]
