# modes: one
"""Importing a module and a package from a folder that this script writes."""
import os
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "one_mod.py"), "w") as f:
        f.write("VALUE = 41\ndef f():\n    return VALUE + 1\n")
    os.makedirs(os.path.join(folder, "one_pkg", "sub"))
    with open(os.path.join(folder, "one_pkg", "__init__.py"), "w") as f:
        f.write("from . import inner\nfrom .inner import name as alias\n")
    with open(os.path.join(folder, "one_pkg", "inner.py"), "w") as f:
        f.write("name = __name__\n")
    with open(os.path.join(folder, "one_pkg", "sub", "deep.py"), "w") as f:
        f.write("from ..inner import name\nx = __package__\n")
    sys.path.insert(0, folder)
    import one_mod
    import one_pkg.sub.deep as deep

    assert one_mod.f() == 42
    assert one_mod.__file__ == os.path.join(folder, "one_mod.py")
    import one_pkg

    assert one_pkg.alias == "one_pkg.inner"
    assert deep.name == "one_pkg.inner"
    assert deep.x == "one_pkg.sub"
    sys.path.remove(folder)
