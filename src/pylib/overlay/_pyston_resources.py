"""Files of the embedded library's packages, for `importlib.resources`."""
# Ours: the library is embedded, other runtimes have it in files.

import _imp
import io
import sys
from importlib.resources.abc import Traversable, TraversableResources


class LibraryPath(Traversable):
    """A file or folder of the embedded library, named by its path below the library's root."""

    def __init__(self, below):
        self._below = below

    def __repr__(self):
        return f'{type(self).__name__}({str(self)!r})'

    def __str__(self):
        return f'{sys._stdlib_dir}/{self._below}'

    def __eq__(self, other):
        return self._below == other._below if isinstance(other, LibraryPath) else NotImplemented

    def __hash__(self):
        return hash(self._below)

    @property
    def name(self):
        return self._below.rpartition('/')[2]

    def _children(self):
        prefix = self._below + '/' if self._below else ''
        start = len(prefix)
        return sorted({path[start:].partition('/')[0] for path in _imp._embedded_files() if path.startswith(prefix)})

    def iterdir(self):
        children = self._children()
        if not children:
            self._missing(NotADirectoryError if self.is_file() else FileNotFoundError)
        for name in children:
            yield self._at(name)

    def _at(self, *names):
        return LibraryPath('/'.join([self._below, *names] if self._below else names))

    def joinpath(self, *descendants):
        names = [name for part in descendants for name in str(part).split('/') if name not in ('', '.')]
        return self._at(*names) if names else self

    def __truediv__(self, child):
        return self.joinpath(child)

    def is_dir(self):
        return bool(self._children())

    def is_file(self):
        return _imp._embedded_file(self._below) is not None

    def read_bytes(self):
        data = _imp._embedded_file(self._below)
        if data is None:
            self._missing(IsADirectoryError if self.is_dir() else FileNotFoundError)
        return data

    def _missing(self, error):
        import errno
        import os

        code = {
            FileNotFoundError: errno.ENOENT,
            IsADirectoryError: errno.EISDIR,
            NotADirectoryError: errno.ENOTDIR,
        }[error]
        raise error(code, os.strerror(code), str(self))

    def open(self, mode='r', *args, **kwargs):
        if mode not in ('r', 'rb'):
            raise ValueError(f"invalid mode {mode!r}, only 'r' and 'rb' are supported")
        stream = io.BytesIO(self.read_bytes())
        return stream if mode == 'rb' else io.TextIOWrapper(stream, *args, **kwargs)


class LibraryReader(TraversableResources):
    """Resources of one package."""

    def __init__(self, folder):
        self._folder = folder

    def files(self):
        return LibraryPath(self._folder)
