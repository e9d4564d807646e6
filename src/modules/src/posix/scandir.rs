//! `os.scandir`: an iterator over a directory, and its entries.
#![allow(unsafe_code, reason = "an open directory may be closed by any thread")]

use heap::sync::Mutex;

use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Bytes, Str, Tuple, ops, raise};

use super::dirs::Stream;
use super::stat;
use crate::os::{self, DirFd, Path, PathOrFd, c};

/// The iterator. The stream is taken out while a thread reads from it.
#[pytype(name = "ScandirIterator", module = "posix", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct ScandirIterator {
    head: Head,
    path: Slot,
    #[untraversed]
    stream: Mutex<Option<Open>>,
    fd: i32,
    bytes: bool,
}

struct Open(Stream);
// SAFETY: the stream is used by whoever holds the lock around it.
unsafe impl Send for Open {}

/// An entry of a directory.
#[pytype(name = "DirEntry", module = "posix", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct DirEntry {
    head: Head,
    #[member(readonly, doc = "the entry's base filename, relative to scandir() \"path\" argument")]
    name: Slot,
    #[member(readonly, doc = "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)")]
    path: Slot,
    stat: Slot,
    lstat: Slot,
    inode: u64,
    fd: i32,
    kind: u8,
}

impl ScandirIterator {
    fn take(&self) -> Option<Open> {
        self.stream.lock().take()
    }
}

#[pymethods]
impl ScandirIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let found = th.detached(|| {
            let mut stream = self.stream.lock();
            let found = match &*stream {
                Some(open) => open.0.next(),
                None => Ok(None),
            };
            if !matches!(found, Ok(Some(_))) {
                *stream = None;
            }
            found
        });
        let (name, inode, kind) = match found {
            Ok(None) => return Ok(None),
            Ok(Some(entry)) => entry,
            Err(number) => {
                let path = self.path.get(th, self);
                return Err(raise::os_error(th, number, path.as_deref(), None));
            }
        };
        let like = |th: &Thread, bytes: &[u8]| if self.bytes { Bytes::new(th, bytes).up() } else { interp::config::decode_os(th, bytes).up() };
        let name_object: Ref<Object> = like(th, &name);
        let path = if self.fd >= 0 {
            name_object.clone()
        } else {
            let folder = self.path.get(th, self).unwrap_or_else(objects::none_ref);
            let mut full = os::path_bytes(th, &folder)?;
            if full.last().is_some_and(|b| *b != b'/') {
                full.push(b'/');
            }
            full.extend_from_slice(&name);
            like(th, &full)
        };
        let entry = th.new_object(DirEntry {
            head: Head::INIT,
            name: Slot::new(name_object),
            path: Slot::new(path),
            stat: Slot::NULL,
            lstat: Slot::NULL,
            inode,
            fd: self.fd,
            kind,
        });
        Ok(Some(entry.up()))
    }

    #[method]
    fn close(&self, th: &mut Thread) {
        let open = self.take();
        th.detached(|| drop(open));
    }

    #[method]
    fn __enter__(&self) -> &Self {
        self
    }

    #[method(sig = "($self, /, *args)")]
    fn __exit__(&self, th: &mut Thread, _args: Args<'_>) {
        self.close(th);
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) -> Result<(), Raised> {
        if let Some(open) = self.take() {
            drop(open);
            let me = heap::Heaped::as_object(self);
            let this = ops::repr(th, me)?;
            objects::warn::unclosed(th, me, format_args!("unclosed scandir iterator {this}"), "Exception ignored while finalizing scandir iterator", me);
        }
        Ok(())
    }
}

impl DirEntry {
    fn fetch(&self, th: &mut Thread, follow: bool) -> Result<Ref<Object>, Raised> {
        let path = self.path.get(th, self).unwrap_or_else(objects::none_ref);
        let text = os::fs_string(th, &path)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let fd = if self.fd >= 0 { self.fd } else { DirFd::HERE.0 };
        let mut st = core::mem::MaybeUninit::<libc::stat>::zeroed();
        os::call_on(th, &path, || c!(fstatat(fd, text.as_ptr(), st.as_mut_ptr(), flags)))?;
        // SAFETY: zeroed, and filled by the call.
        stat::result(th, &unsafe { st.assume_init() })
    }

    fn lstat(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if let Some(known) = self.lstat.get(th, self) {
            return Ok(known);
        }
        let made = self.fetch(th, false)?;
        self.lstat.set(th, self, Some(made.clone()));
        Ok(made)
    }

    fn stat_of(&self, th: &mut Thread, follow: bool) -> Result<Ref<Object>, Raised> {
        if !follow {
            return self.lstat(th);
        }
        if let Some(known) = self.stat.get(th, self) {
            return Ok(known);
        }
        let made = if self.link(th)? { self.fetch(th, true)? } else { self.lstat(th)? };
        self.stat.set(th, self, Some(made.clone()));
        Ok(made)
    }

    fn link(&self, th: &mut Thread) -> Result<bool, Raised> {
        match self.kind {
            libc::DT_UNKNOWN => self.has_mode(th, false, libc::S_IFLNK),
            kind => Ok(kind == libc::DT_LNK),
        }
    }

    fn has_mode(&self, th: &mut Thread, follow: bool, kind: u32) -> Result<bool, Raised> {
        let st = match self.stat_of(th, follow) {
            Ok(st) => st,
            Err(_) if raise::catch(th, objects::exceptions::file_not_found_error_type()).is_some() => return Ok(false),
            Err(raised) => return Err(raised),
        };
        let mode = st.downcast_ref::<Tuple>().and_then(|t| t.get(0).downcast::<objects::Int>().and_then(objects::Int::to_i64));
        Ok(mode.is_some_and(|mode| mode as u32 & libc::S_IFMT == kind))
    }

    fn is_kind(&self, th: &mut Thread, follow: bool, dt: u8, mode: u32) -> Result<bool, Raised> {
        let link = self.kind == libc::DT_LNK;
        if self.kind == libc::DT_UNKNOWN || (follow && link) { self.has_mode(th, follow, mode) } else { Ok(self.kind == dt) }
    }
}

#[pymethods]
impl DirEntry {
    /// Return True if the entry is a directory; cached per entry.
    #[method(sig = "($self, /, *, follow_symlinks=True)")]
    fn is_dir(&self, th: &mut Thread, follow_symlinks: bool) -> Result<bool, Raised> {
        self.is_kind(th, follow_symlinks, libc::DT_DIR, libc::S_IFDIR)
    }

    /// Return True if the entry is a file; cached per entry.
    #[method(sig = "($self, /, *, follow_symlinks=True)")]
    fn is_file(&self, th: &mut Thread, follow_symlinks: bool) -> Result<bool, Raised> {
        self.is_kind(th, follow_symlinks, libc::DT_REG, libc::S_IFREG)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[method(sig = "($self, /)")]
    fn is_symlink(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.link(th)
    }

    /// Return True if the entry is a junction; cached per entry.
    #[method(sig = "($self, /)")]
    fn is_junction(&self) -> bool {
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[method(sig = "($self, /, *, follow_symlinks=True)")]
    fn stat(&self, th: &mut Thread, follow_symlinks: bool) -> Result<Ref<Object>, Raised> {
        self.stat_of(th, follow_symlinks)
    }

    /// Return inode of the entry; cached per entry.
    #[method(sig = "($self, /)")]
    fn inode(&self) -> u64 {
        self.inode
    }

    /// Returns the path for the entry.
    #[method(sig = "($self, /)")]
    fn __fspath__(&self, th: &Thread) -> Option<Ref<Object>> {
        self.path.get(th, self)
    }

    /// See PEP 585
    #[method(name = "__class_getitem__", class, sig = none)]
    fn class_getitem(cls: &Type, th: &mut Thread, item: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, item)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let name = self.name.get(th, self).unwrap_or_else(objects::none_ref);
        let mut text = b"<DirEntry ".to_vec();
        text.extend(ops::repr(th, &name)?.to_wtf8());
        text.push(b'>');
        Ok(Str::from_wtf8(th, &text))
    }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return an iterator of DirEntry objects for given path.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If
    /// path is bytes, the names of yielded DirEntry objects will also be bytes;
    /// in all other circumstances they will be str.
    ///
    /// If path is None, uses the path='.'.
    #[function(sig = "(path=None)")]
    fn scandir(th: &mut Thread, path: Option<PathOrFd>) -> Result<Ref<ScandirIterator>, Raised> {
        interp::audit::event(th, "os.scandir", &[path.as_ref().map_or(objects::none(), |p| &p.object)])?;
        let path = path.unwrap_or_else(|| PathOrFd(Path::of(th, ".")));
        let stream = Stream::open(th, &path)?;
        objects::typing::ready(th, <ScandirIterator as heap::PyType>::type_object())?;
        Ok(th.new_object(ScandirIterator {
            head: Head::INIT,
            path: Slot::new(path.object.clone()),
            stream: Mutex::new(Some(Open(stream))),
            fd: path.fd.unwrap_or(-1),
            bytes: path.bytes,
        }))
    }
}
