"""Finds the modules of the embedded library on `sys.path`.

The library's own folder stands on `sys.path` like any other; this path hook serves it from the binary, so that a program's
own modules come before the library's, as they do everywhere.
"""
# Ours: the library is embedded, other runtimes have it in files.

import _imp
import sys
from _frozen_importlib import ModuleSpec, _call_with_frames_removed


def _decode(data):
    from importlib.util import decode_source
    return decode_source(data)


class LibraryLoader:
    """Loads a module of the embedded library."""

    def __init__(self, name, path):
        self.name = name
        self.path = path

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        _call_with_frames_removed(exec, self.get_code(self.name), module.__dict__)

    def get_code(self, fullname):
        return _imp._embedded_code(fullname)

    def get_source(self, fullname):
        return _decode(_imp._embedded_source(fullname))

    def get_filename(self, fullname):
        return self.path

    def is_package(self, fullname):
        return self.path.endswith('/__init__.py')

    def get_data(self, path):
        prefix = sys._stdlib_dir + '/'
        if path.startswith(prefix):
            data = _imp._embedded_file(path[len(prefix):])
            if data is not None:
                return data
        with open(path, 'rb') as file:
            return file.read()

    def get_resource_reader(self, fullname):
        if not self.is_package(fullname):
            return None
        from _pyston_resources import LibraryReader
        return LibraryReader(self.path[len(sys._stdlib_dir) + 1:].rpartition('/')[0])


class LibraryFinder:
    """Finds modules in one folder of the embedded library."""

    def __init__(self, path):
        root = sys._stdlib_dir
        if path != root:
            # A package of the library; what else is in its folder is found as it is anywhere.
            below = path[len(root) + 1:].replace('/', '.') if path.startswith(root + '/') else ''
            found = _imp._embedded_find(below) if below else None
            if found is None or not found[0]:
                raise ImportError('not a folder of the embedded library', path=path)
        self.path = path
        self.files = None

    def find_spec(self, fullname, target=None):
        return self.find_embedded(fullname) or self.find_file(fullname, target)

    def find_file(self, fullname, target):
        """There may be a folder of this name, too, with what was added to the library."""
        if self.files is None:
            try:
                self.files = sys.path_hooks[-1](self.path)
            except ImportError:
                self.files = False
        return self.files.find_spec(fullname, target) if self.files else None

    def find_embedded(self, fullname):
        found = _imp._embedded_find(fullname)
        if found is None:
            return None
        is_package, below = found
        path = f'{sys._stdlib_dir}/{below}'
        folder = path.rpartition('/')[0]
        if is_package:
            folder = folder.rpartition('/')[0]
        if folder != self.path:
            return None
        spec = ModuleSpec(fullname, LibraryLoader(fullname, path), origin=path, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations.append(path.rpartition('/')[0])
        return spec

    def invalidate_caches(self):
        if self.files:
            self.files.invalidate_caches()

    def iter_modules(self, prefix=''):
        """For `pkgutil`: (name, is a package) of what stands directly in the folder."""
        below = self.path[len(sys._stdlib_dir):].strip('/').replace('/', '.')
        start = below + '.' if below else ''
        for name in _imp._embedded_names():
            rest = name[len(start):] if name.startswith(start) else ''
            if rest and '.' not in rest:
                yield prefix + rest, _imp._embedded_find(name)[0]


def install():
    """Puts the path hook in front of the one for folders: there may be one of that name."""
    sys.path_hooks.insert(-1, LibraryFinder)
