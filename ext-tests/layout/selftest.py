#!/usr/bin/env python3
"""Proves that compare.py sees differences: spoils a copy of the headers in one place after the other.

    selftest.py --cpython-include DIR
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# (header, what stands there, what is to stand there, what the comparison must say)
SPOILS = [
    ("pyston/constants.h", "#define METH_O 0x0008", "#define METH_O 0x0010", "constant: METH_O"),
    ("pyston/constants.h", "#define METH_O 0x0008\n", "", "macro: METH_O: absent"),
    ("pyston/structs.h", "    destructor tp_del;", "    char pad; destructor tp_del;", "struct: PyTypeObject.tp_del"),
    ("pyston/structs.h", "    Py_ssize_t exports;\n    Py_buffer view;", "    Py_buffer view;",
     "struct: PyMemoryViewObject.exports: not declared"),
    ("pyston/structs.h", "unsigned int compact : 1;", "unsigned int compact : 2;",
     "struct: PyASCIIObject.state.compact"),
    ("pyston/unicode.h", "return 0xffffU;", "return 0xfffeU;", "sample: PyUnicode_MAX_CHAR_VALUE"),
    ("pyston/api_limited.h", "PyList_Append(PyObject *, PyObject *)", "PyList_Append(PyObject *, int)",
     "declaration: 0x03020000: PyList_Append"),
    ("pyston/api_limited.h", "PyAPI_FUNC(int) PyObject_DelItemString", "int PyObject_DelItemString",
     "declaration: whole: PyObject_DelItemString"),
    ("pyston/types.h", "PyGILState_LOCKED, PyGILState_UNLOCKED", "PyGILState_UNLOCKED, PyGILState_LOCKED",
     "enumerator: PyGILState_LOCKED"),
    ("pyston/builtins.h", "PyTuple_GET_SIZE", "PyTuple_GET_SISE", "failure"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cpython-include", required=True)
    args = parser.parse_args()
    failed = 0
    for header, old, new, expected in SPOILS:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "include"
            shutil.copytree(ROOT / "include", copy)
            text = (copy / header).read_text()
            if old not in text:
                print(f"{header}: has no {old!r}")
                failed += 1
                continue
            (copy / header).write_text(text.replace(old, new))
            done = subprocess.run([sys.executable, HERE / "compare.py", "--include", copy,
                                   "--cpython-include", args.cpython_include],
                                  capture_output=True, text=True)
            seen = done.returncode == 1 and expected in done.stdout
            print(f"{'seen' if seen else 'NOT SEEN'}: {expected}")
            failed += not seen
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
