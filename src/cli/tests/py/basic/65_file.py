"""Writing and reading a file."""
import os
import tempfile

fd, name = tempfile.mkstemp()
os.close(fd)
with open(name, "w", encoding="utf-8") as f:
    assert f.write("one\ntwo é\n") == 10
    f.writelines(["three\n"])
with open(name, encoding="utf-8") as f:
    assert f.readline() == "one\n"
    assert list(f) == ["two é\n", "three\n"]
with open(name, "rb") as f:
    assert f.read(3) == b"one"
    assert f.seek(0) == 0
    assert len(f.read()) == 17
os.remove(name)
try:
    open(name)
    assert False
except FileNotFoundError as e:
    assert e.errno == 2
    assert str(e) == f"[Errno 2] No such file or directory: {name!r}"
