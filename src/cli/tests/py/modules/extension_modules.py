# modes: one
"""Modules in shared objects: what their files are called."""
import _imp

assert _imp.extension_suffixes()[-1] == ".so"
