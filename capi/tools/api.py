#!/usr/bin/env python3
"""Writes capi/api.tsv: every function and datum that the runtime must export.

    api.py --cpython-include DIR --stable-abi FILE --symbols FILE
           --test-modules DIR [--output FILE]

The facts come from an installed CPython's headers, read by the C preprocessor
under every limited API version, so that the table also says what hides what.

Columns: name, kind (func, data), group (stable: of the stable ABI; cpython: other
public names; private: `_Py*` that headers show or packages use; test: only CPython's
tests use it; pyston: ours), header by which it is included (- for none of ours),
prototype, needed_by (stable, packages:N, test:modules, generated: code generators call
it, shared: our headers do), visible (full; free-threaded or shared: only with
Py_GIL_DISABLED; -: in no public header), limited (the first version of the limited API
that shows it, "0309" for 3.9), attributes.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import cdecl

LIMITED = [f"0x03{minor:02x}0000" for minor in range(2, 15)]
# These need a foreign library's headers or belong to the compiler alone.
SKIP_PUBLIC = {"py_curses.h", "pyexpat.h", "dynamic_annotations.h", "pymacconfig.h", "pydtrace.h"}
# The internal headers that we have, since generated code includes them, and functions of theirs that it
# calls though no package's wheel does.
OUR_INTERNAL = {"pycore_critical_section.h", "pycore_dict.h", "pycore_frame.h", "pycore_genobject.h",
                "pycore_lock.h", "pycore_object.h", "pycore_pyerrors.h", "pycore_setobject.h", "pycore_template.h",
                "pycore_unicodeobject.h"}
GENERATED_CODE_CALLS = {"_PyMutex_LockTimed", "_PyTemplate_Build"}
# Functions of ours that the shared flavour of the headers calls.
OURS = {"_Py_PystonRefcnt": "Py_ssize_t _Py_PystonRefcnt(PyObject *)",
        "_Py_PystonDecrefLater": "void _Py_PystonDecrefLater(PyObject *)"}
# Exported functions that no header of CPython declares.
UNDECLARED = """
PyObject *PyCFunction_Call(PyObject *, PyObject *, PyObject *)
void PyEval_AcquireLock(void)
PyObject *PyEval_CallFunction(PyObject *, const char *, ...)
PyObject *PyEval_CallMethod(PyObject *, const char *, const char *, ...)
PyObject *PyEval_CallObjectWithKeywords(PyObject *, PyObject *, PyObject *)
void PyEval_ReleaseLock(void)
int PyEval_ThreadsInitialized(void)
int PyObject_AsCharBuffer(PyObject *, const char **, Py_ssize_t *)
int PyObject_AsReadBuffer(PyObject *, const void **, Py_ssize_t *)
int PyObject_AsWriteBuffer(PyObject *, void **, Py_ssize_t *)
int PyObject_CheckReadBuffer(PyObject *)
void PySys_AddWarnOption(const wchar_t *)
void PySys_AddWarnOptionUnicode(PyObject *)
void PySys_AddXOption(const wchar_t *)
int PySys_HasWarnOptions(void)
void PySys_SetPath(const wchar_t *)
Py_ssize_t PyUnicode_GetSize(PyObject *)
void PyUnicode_InternImmortal(PyObject **)
void Py_SetPath(const wchar_t *)
int _PyArg_ParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, ...)
int _PyArg_ParseTuple_SizeT(PyObject *, const char *, ...)
int _PyArg_Parse_SizeT(PyObject *, const char *, ...)
int _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, va_list)
int _PyArg_VaParse_SizeT(PyObject *, const char *, va_list)
PyObject *_PyObject_CallFunction_SizeT(PyObject *, const char *, ...)
PyObject *_PyObject_CallMethod_SizeT(PyObject *, const char *, const char *, ...)
void _PyThreadState_Init(PyThreadState *)
PyThreadState *_PyThreadState_Prealloc(PyInterpreterState *)
PyObject *_Py_BuildValue_SizeT(const char *, ...)
void _Py_Executors_InvalidateDependency(PyInterpreterState *, void *, int)
int _Py_GetBuiltWithAssert(void)
PyObject *_Py_VaBuildValue_SizeT(const char *, va_list)
"""

Found = collections.namedtuple("Found", "name kind header prototype attributes")


def preprocess(include, source, defines):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(source)
        file.flush()
        command = ["gcc", "-E", "-I", str(include), "-I", str(include / "internal"),
                   "-idirafter", str(include.parent),
                   "-DPyAPI_FUNC(T)=__EXPORT_FUNC__ T", "-DPyAPI_DATA(T)=__EXPORT_DATA__ T",
                   *[f"-D{d}" for d in defines], file.name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read(include, source, defines):
    """{name: Found} of what `source` sees of the headers in `include`."""
    result = {}
    for file, mark, tokens in cdecl.declarations(preprocess(include, source, defines)):
        tokens, attributes = cdecl.without_attributes(tokens)
        is_func = mark == "__EXPORT_FUNC__"
        name, text = (cdecl.function if is_func else cdecl.datum)(tokens)
        header = str(pathlib.Path(file).resolve().relative_to(include.resolve()))
        found = Found(name, "func" if is_func else "data", header, text, ",".join(attributes))
        result.setdefault(name, found)
    return result


def public_source(include):
    names = [p.name for p in sorted(include.glob("*.h")) if p.name not in SKIP_PUBLIC]
    return "".join(f'#include "{n}"\n' for n in ["Python.h", *names])


def internal_declarations(include):
    """What the internal headers declare; each is read alone, since some refuse company."""
    result = {}
    for path in sorted((include / "internal").glob("pycore_*.h")):
        source = f'#include "Python.h"\n#include "internal/{path.name}"\n'
        try:
            for name, found in read(include, source, ["Py_BUILD_CORE_MODULE"]).items():
                result.setdefault(name, found)
        except subprocess.CalledProcessError:
            print(f"skipped internal/{path.name}", file=sys.stderr)
    return result


def undefined(path):
    out = subprocess.run(["nm", "-D", "--undefined-only", path], check=True,
                         capture_output=True, text=True).stdout
    return {line.split()[-1] for line in out.splitlines()
            if re.match(r"_?Py", line.split()[-1])}


def test_symbols(directory):
    users = collections.defaultdict(list)
    for path in sorted(directory.glob("_*test*.so")) + sorted(directory.glob("xx*.so")):
        for name in undefined(path):
            users[name].append(path.name.split(".")[0])
    return users


def read_symbols(path):
    rows = {}
    for line in path.read_text().splitlines()[1:]:
        name, kind, stable, count, _ = (line.split("\t") + [""])[:5]
        rows[name] = (kind, int(count))
    return rows


def limited_range(name, views):
    seen = [version for version, view in views if name in view]
    if not seen:
        return "-"
    first, last = seen[0][2:6], seen[-1][2:6]
    return first if seen[-1] == LIMITED[-1] else f"{first}-{last}"


def group_of(name, stable, packages, header):
    if name in stable:
        return "stable"
    if header.startswith("internal/") or header == "-":
        return "private" if name in packages or name in GENERATED_CODE_CALLS else "test"
    return "private" if name.startswith("_") else "cpython"


def undeclared():
    """{name: prototype} of what CPython exports without a header."""
    return {re.search(r"(\w+)\(", line).group(1): line for line in UNDECLARED.split("\n") if line}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cpython-include", type=pathlib.Path, required=True)
    parser.add_argument("--stable-abi", type=pathlib.Path, required=True)
    parser.add_argument("--symbols", type=pathlib.Path, required=True)
    parser.add_argument("--test-modules", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent / "api.tsv")
    args = parser.parse_args()
    include = args.cpython_include

    source = public_source(include)
    full = read(include, source, [])
    free = read(include, source, ["Py_GIL_DISABLED=1"])
    limited = [(v, read(include, '#include "Python.h"\n', [f"Py_LIMITED_API={v}"])) for v in LIMITED]
    internal = internal_declarations(include)

    toml = tomllib.loads(args.stable_abi.read_text())
    skip = {"MS_WINDOWS", "USE_STACKCHECK", "Py_REF_DEBUG", "Py_TRACE_REFS"}
    stable = {n: ("func" if k == "function" else "data")
              for k in ("function", "data") for n, item in toml[k].items()
              if item.get("ifdef") not in skip}
    packages = read_symbols(args.symbols)
    tests = test_symbols(args.test_modules)

    # What only the free-threaded ABI's inline functions call has no use here.
    free = {n: f for n, f in free.items() if n in full or not n.startswith("_")}
    names = GENERATED_CODE_CALLS | set(full) | set(free) | set(stable) | set(packages) | set(tests)
    for _, view in limited:
        names |= set(view)
    rows, missing, by_hand = [], [], undeclared()
    for name in sorted(names):
        views = [full, free] + [view for _, view in reversed(limited)] + [internal]
        found = next((view[name] for view in views if name in view), None)
        if found is None:
            kind, header, prototype, attributes = "func", "-", by_hand.get(name), ""
            if prototype is None:
                missing.append(name)
                prototype = "?"
        else:
            _, kind, header, prototype, attributes = found
        visible = "full" if name in full else "free-threaded" if name in free else "-"
        group = group_of(name, stable, packages, header)
        if header.startswith("internal/") and (header[9:] not in OUR_INTERNAL or group == "test"):
            header = "-"
        if header.startswith("cpython/") and (include / header[8:]).exists():
            header = header[8:]
        needed = [*(["stable"] if name in stable else []),
                  *([f"packages:{packages[name][1]}"] if name in packages else []),
                  *(["test:" + ",".join(tests[name])] if name in tests else []),
                  *(["generated"] if name in GENERATED_CODE_CALLS else [])]
        rows.append((name, kind, group, header, prototype,
                     " ".join(needed) or "-", visible, limited_range(name, limited), attributes or "-"))
    rows += [(name, "func", "pyston", "refcount.h", prototype, "shared", "shared", "-", "-")
             for name, prototype in OURS.items()]
    rows.sort()
    head = ("name", "kind", "group", "header", "prototype", "needed_by", "visible", "limited", "attributes")
    args.output.write_text("".join("\t".join(r) + "\n" for r in [head, *rows]))
    print(len(rows), "rows:", dict(collections.Counter(r[2] for r in rows)))
    if missing:
        print("no prototype:", " ".join(missing))


if __name__ == "__main__":
    main()
