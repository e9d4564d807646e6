# modes: one
# needs: subprocess
# timeout: 40
"""The import system: `.pyc` files, zip files, frozen modules, resources, `compileall`, `-X importtime`."""
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import traceback
import zipfile

sys.dont_write_bytecode = False
sys.pycache_prefix = None
folder = tempfile.TemporaryDirectory()
root = folder.name
sys.path.insert(0, root)


def put(name, text):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    importlib.invalidate_caches()
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def fresh(name):
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def raises(error, call, *args):
    try:
        call(*args)
    except error as caught:
        return caught
    raise AssertionError(f"{error.__name__} not raised")


def test_pyc():
    source = put("one.py", "value = 1\ndef f(a, /, b=2, *c, d: int = 3, **e):\n    'doc'\n    return [a + x for x in c]\n")
    cached = importlib.util.cache_from_source(source)
    assert cached == os.path.join(root, "__pycache__", f"one.{sys.implementation.cache_tag}.pyc")
    module = fresh("one")
    assert module.__spec__.cached == cached and module.f(1, 2, 3, 4) == [4, 5]
    good = read(cached)
    assert good[:4] == importlib.util.MAGIC_NUMBER and good[4:8] == bytes(4)
    assert int.from_bytes(good[12:16], "little") == len(read(source))
    # It is the file that is run, not the source.
    put("__pycache__/" + os.path.basename(cached), good.replace(b"doc", b"DOC"))
    assert fresh("one").f.__doc__ == "DOC"
    assert fresh("one").f.__code__.co_filename == source

    # A head that does not fit is no error: the source is compiled again.
    for bad in (b"", good[:3], good[:12], b"abcd" + good[4:], good[:8] + b"\1\2\3\4" + good[12:], good[:4] + b"\4" + good[5:]):
        put("__pycache__/" + os.path.basename(cached), bad)
        assert fresh("one").f.__doc__ == "doc"
        assert read(cached) == good
    # A body that ends early is one.
    for length in (16, 17, len(good) // 2):
        put("__pycache__/" + os.path.basename(cached), good[:length])
        raises(EOFError, fresh, "one")
    put("__pycache__/" + os.path.basename(cached), good[:16] + b"\xff" + good[17:])
    raises(ValueError, fresh, "one")
    os.remove(cached)
    assert fresh("one").value == 1


def test_hash_pyc():
    import py_compile

    source = put("hashed.py", "value = 1\n")
    checked = py_compile.compile(source, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    data = read(checked)
    assert data[4] == 3 and data[8:16] == importlib.util.source_hash(b"value = 1\n")
    assert fresh("hashed").value == 1
    put("hashed.py", "value = 2\n")
    assert fresh("hashed").value == 2
    py_compile.compile(source, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    put("hashed.py", "value = 3\n")
    assert fresh("hashed").value == 2


def test_sourceless():
    import py_compile

    source = put("bare_pyc.py", "value = __file__\n")
    path = os.path.join(root, "bare_pyc.pyc")
    assert py_compile.compile(source, path) == path
    os.remove(source)
    module = fresh("bare_pyc")
    assert module.value == path and type(module.__loader__).__name__ == "SourcelessFileLoader"
    put("bare_pyc.pyc", b"nonsense, and some more of it")
    error = raises(ImportError, fresh, "bare_pyc")
    assert str(error).startswith("bad magic number in 'bare_pyc': b'nons'"), error


def test_compileall():
    import compileall
    import py_compile

    put("tree/__init__.py", "")
    put("tree/sub/leaf.py", "x = 1\n")
    assert compileall.compile_dir(os.path.join(root, "tree"), quiet=1)
    assert os.path.exists(importlib.util.cache_from_source(os.path.join(root, "tree/sub/leaf.py")))
    bad = put("tree/bad.py", "x = \n")
    error = raises(py_compile.PyCompileError, lambda: py_compile.compile(bad, doraise=True))
    assert error.exc_type_name == "SyntaxError" and "invalid syntax" in error.msg
    done = subprocess.run([sys.executable, "-m", "compileall", "-q", os.path.join(root, "tree")], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "SyntaxError: invalid syntax" in done.stdout, done


def test_zip():
    path = os.path.join(root, "box.zip")
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("zipped.py", "def f():\n    raise KeyError('inside')\n")
        box.writestr("parcel/__init__.py", "from . import part\n")
        box.writestr("parcel/part.py", "name = __name__\n")
        box.writestr("parcel/data.txt", "text\n")
        box.writestr("broken.py", "x = = 1\n")
    sys.path.insert(0, path)
    try:
        import zipped

        assert zipped.__file__ == os.path.join(path, "zipped.py") and type(zipped.__loader__).__name__ == "zipimporter"
        error = raises(KeyError, zipped.f)
        assert "raise KeyError('inside')" in "".join(traceback.format_exception(error))
        import parcel

        assert parcel.part.name == "parcel.part" and parcel.__path__ == [os.path.join(path, "parcel")]
        assert parcel.__loader__.get_data(os.path.join(path, "parcel/data.txt")) == b"text\n"
        from importlib import resources

        assert (resources.files(parcel) / "data.txt").read_text(encoding="utf-8") == "text\n"
        raises(SyntaxError, fresh, "broken")
        raises(ModuleNotFoundError, fresh, "not_in_the_box")
    finally:
        sys.path.remove(path)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "can't find '__main__' module in" in done.stderr, done.stderr


def test_frozen():
    from importlib.machinery import FrozenImporter

    for name in ("os", "codecs", "zipimport", "__hello__"):
        spec = importlib.util.find_spec(name)
        assert spec.origin == "frozen" and spec.loader is FrozenImporter, name
    assert os.makedirs.__code__.co_filename == "<frozen os>"
    assert FrozenImporter.find_spec("json") is None
    assert FrozenImporter.is_package("__phello__") and not FrozenImporter.is_package("__phello__.spam")


def test_library():
    import inspect
    import json
    import linecache
    import pkgutil

    assert inspect.getsource(json.dumps).startswith("def dumps(obj,")
    assert linecache.getline(json.__file__, 1) != "" and linecache.getline(json.__file__, 100000) == ""
    names = {module.name: module.ispkg for module in pkgutil.iter_modules()}
    assert names["json"] is True and names["abc"] is False and "json.decoder" not in names
    assert {"decoder", "encoder", "tool"} <= {module.name for module in pkgutil.iter_modules(json.__path__)}
    from importlib import resources

    there = resources.files("json")
    assert (there / "decoder.py").is_file() and there.is_dir() and not (there / "nothing").is_file()
    assert "class JSONDecoder" in there.joinpath("decoder.py").read_text(encoding="utf-8")
    assert "decoder.py" in {entry.name for entry in there.iterdir()}
    with (there / "decoder.py").open("rb") as file:
        assert file.read(3) == b'"""'
    raises(FileNotFoundError, there.joinpath("nothing").read_bytes)
    assert pkgutil.get_data("json", "decoder.py").startswith(b'"""')


def test_metadata():
    from importlib import metadata

    put("thing-1.5.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1.5\n")
    put("thing-1.5.dist-info/entry_points.txt", "[tools]\nlength = builtins:len\n")
    assert metadata.version("thing") == "1.5"
    (entry,) = metadata.entry_points(group="tools")
    assert entry.load() is len
    raises(metadata.PackageNotFoundError, metadata.version, "no-such-thing")


def test_errors():
    put("fails.py", "import also_fails\n")
    put("also_fails.py", "1 / 0\n")
    error = raises(ZeroDivisionError, lambda: __import__("fails"))
    files = [os.path.basename(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    assert files[-2:] == ["fails.py", "also_fails.py"] and not any("importlib" in name for name in files), files
    assert "fails" not in sys.modules and "also_fails" not in sys.modules
    put("circle.py", "from circle import nothing\n")
    error = raises(ImportError, lambda: __import__("circle"))
    assert "partially initialized module 'circle' (most likely due to a circular import)" in str(error) or "consider renaming" in str(error), error
    # A byte order mark with another declaration.
    put("marked.py", b"\xef\xbb\xbf# coding: latin-1\n")
    raises(SyntaxError, fresh, "marked")


def test_importtime():
    def run(*options, **environment):
        command = [sys.executable, *options, "-c", "import colorsys, colorsys"]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})

    lines = run("-X", "importtime").stderr.splitlines()
    assert lines[0] == "import time: self [us] | cumulative | imported package"
    (line,) = [line for line in lines if line.endswith("| colorsys")]
    own, cumulative = (int(part) for part in line.removeprefix("import time:").split("|")[:2])
    assert 0 < own <= cumulative
    assert any(line.endswith("|   os") for line in lines), "nested imports are indented"
    assert "import time: cached    | cached     | colorsys" in run("-X", "importtime=2").stderr.splitlines()
    assert run("-X", "importtime=0").stderr == ""
    assert "colorsys" in run(PYTHONPROFILEIMPORTTIME="1").stderr
    done = run("-X", "importtime=3")
    assert done.returncode == 1 and "values other than 1 and 2 are reserved for future use" in done.stderr


for name, test in sorted(globals().items()):
    if name.startswith("test_"):
        test()
folder.cleanup()
