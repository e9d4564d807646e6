//! `mmap`: files and anonymous memory in the address space.
//!
//! Invariant: what is mapped where, and the position, are read and changed while the object is *mine* or its lock is held (R9), never across a
//! call-out. While somebody holds a view of the memory (`exports`), it is neither unmapped nor moved. Other processes may change the bytes at
//! any time, as they may those of any shared mapping; nothing is concluded from them.
#![allow(unsafe_code, reason = "system calls, and the mapped bytes")]

use core::cell::UnsafeCell;
use core::ffi::c_int;

use heap::sync::{AtomicUsize, Ordering::*};
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Bytes, Slice, exceptions, ops, raise};

use crate::os::{self, c, constants, int};

const ACCESS_DEFAULT: i32 = 0;
const ACCESS_READ: i32 = 1;
const ACCESS_WRITE: i32 = 2;
const ACCESS_COPY: i32 = 3;

/// Windows: mmap(fileno, length[, tagname[, access[, offset]]])
///
/// Maps length bytes from the file specified by the file handle fileno,
/// and returns a mmap object.  If length is larger than the current size
/// of the file, the file is extended to contain length bytes.  If length
/// is 0, the maximum length of the map is the current size of the file,
/// except that if the file is empty Windows raises an exception (you cannot
/// create an empty mapping on Windows).
///
/// Unix: mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])
///
/// Maps length bytes from the file specified by the file descriptor fileno,
/// and returns a mmap object.  If length is 0, the maximum length of the map
/// will be the current size of the file when mmap is called.
/// flags specifies the nature of the mapping. MAP_PRIVATE creates a
/// private copy-on-write mapping, so changes to the contents of the mmap
/// object will be private to this process, and MAP_SHARED creates a mapping
/// that's shared with all other processes mapping the same areas of the file.
/// The default value is MAP_SHARED.
///
/// To map anonymous memory, pass -1 as the fileno (both versions).
#[pytype(name = "mmap", module = "mmap", flags(BASETYPE), lock = instance, weakref)]
#[repr(C)]
pub struct Mmap {
    head: Head,
    map: UnsafeCell<Map>,
    /// How many views others hold.
    exports: AtomicUsize,
    access: i32,
    flags: i32,
    trackfd: bool,
    offset: i64,
}

/// Where the bytes are.
struct Map {
    /// Null once it is closed.
    data: *mut u8,
    size: usize,
    pos: usize,
    /// A descriptor of our own, or -1.
    fd: i32,
}

impl Map {
    /// The bytes; empty once it is closed.
    fn bytes(&self) -> &[u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: R9: the mapping stands while the lock is held, and is so long.
        unsafe { core::slice::from_raw_parts(self.data, self.size) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        if self.data.is_null() {
            return &mut [];
        }
        // SAFETY: R9: the mapping stands while the lock is held, and is so long; callers asked whether it may be written.
        unsafe { core::slice::from_raw_parts_mut(self.data, self.size) }
    }

    /// What lies behind the position.
    fn rest(&self) -> usize {
        self.size.saturating_sub(self.pos)
    }

    fn close(&mut self) -> (*mut u8, usize, i32) {
        let was = (self.data, self.size, self.fd);
        (self.data, self.fd) = (core::ptr::null_mut(), -1);
        was
    }
}

/// Why a method does not do what it was asked.
enum No {
    Closed,
    Value(&'static str),
    Index(&'static str),
    Exported,
    Memory,
}

impl No {
    #[cold]
    fn raise(self, th: &mut Thread) -> Raised {
        match self {
            No::Closed => raise::value_error(th, format_args!("mmap closed or invalid")),
            No::Value(message) => raise::value_error(th, format_args!("{message}")),
            No::Index(message) => raise::index_error(th, format_args!("{message}")),
            No::Exported => raise::buffer_error(th, format_args!("mmap can't resize with extant buffers exported.")),
            No::Memory => raise::memory_error(th),
        }
    }
}

/// Unmaps and closes what a mapping had.
fn give_back((data, size, fd): (*mut u8, usize, i32)) {
    if !data.is_null() {
        c!(munmap(data.cast(), size));
    }
    if fd >= 0 {
        c!(close(fd));
    }
}

impl Drop for Mmap {
    fn drop(&mut self) {
        give_back(self.map.get_mut().close());
    }
}

impl Mmap {
    /// One stretch under the lock; nothing in it calls out.
    fn with<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Map, &Thread) -> R) -> R {
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use.
        body(unsafe { &mut *self.map.get() }, &guard)
    }

    /// The same, of what is not closed.
    fn open<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Map, &Thread) -> Result<R, No>) -> Result<R, Raised> {
        let done = self.with(th, |map, th| if map.data.is_null() { Err(No::Closed) } else { body(map, th) });
        done.map_err(|no| no.raise(th))
    }

    fn check_open(&self, th: &mut Thread) -> Result<(), Raised> {
        self.open(th, |_, _| Ok(()))
    }

    fn check_writable(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.access == ACCESS_READ {
            return Err(raise::type_error(th, format_args!("mmap can't modify a readonly memory map.")));
        }
        Ok(())
    }

    /// Reads so many bytes from the position on.
    fn read_some(&self, th: &mut Thread, wanted: Option<usize>) -> Result<Ref<Bytes>, Raised> {
        self.open(th, |map, th| {
            let n = wanted.map_or(map.rest(), |wanted| wanted.min(map.rest()));
            let start = map.pos.min(map.size);
            let read = Bytes::try_new(th, &map.bytes()[start..start + n]).ok_or(No::Memory)?;
            map.pos = start + n;
            Ok(read)
        })
    }

    fn search(&self, th: &mut Thread, view: &[u8], start: Option<isize>, end: Option<isize>, backwards: bool) -> Result<isize, Raised> {
        self.open(th, |map, _| {
            let place = |at: Option<isize>, default: usize| match at {
                None => default,
                Some(at) => at.saturating_add(if at < 0 { map.size.cast_signed() } else { 0 }).max(0).cast_unsigned().min(map.size),
            };
            let (start, end) = (place(start, map.pos), place(end, map.size));
            if start > end {
                return Ok(-1);
            }
            let text = &map.bytes()[start..end];
            let found = if backwards { memchr::memmem::rfind(text, view) } else { memchr::memmem::find(text, view) };
            Ok(found.map_or(-1, |at| (start + at).cast_signed()))
        })
    }

    /// What the second half of [`Mmap::resize`] does: the file has its size.
    fn remap(&self, th: &mut Thread, size: usize) -> Result<(), Raised> {
        let shared = self.flags & libc::MAP_SHARED != 0;
        let result = self.with(th, |map, _| {
            if map.data.is_null() {
                return Err(Ok(No::Closed));
            }
            // Asked again: a view may have been taken since.
            if self.exports.load(Acquire) > 0 {
                return Err(Ok(No::Exported));
            }
            if map.fd < 0 && shared && size > map.size {
                return Err(Ok(No::Value("mmap: can't expand a shared anonymous mapping")));
            }
            if map.fd >= 0 {
                // The end cannot lie beyond what `off_t` holds: the caller has compared.
                let end = self.offset + size as i64;
                if c!(ftruncate(map.fd, end)) < 0 {
                    return Err(Err(os::errno()));
                }
            }
            let moved = c!(mremap(map.data.cast(), map.size, size, libc::MREMAP_MAYMOVE));
            if moved == libc::MAP_FAILED {
                return Err(Err(os::errno()));
            }
            (map.data, map.size) = (moved.cast(), size);
            Ok(())
        });
        match result {
            Ok(()) => Ok(()),
            Err(Ok(no)) => Err(no.raise(th)),
            Err(Err(number)) => Err(raise::os_error(th, number, None, None)),
        }
    }

    fn set_slice(&self, th: &mut Thread, slice: &Slice, value: &Object) -> Result<(), Raised> {
        let bounds = slice.unpack(th)?;
        let bytes = Exported::new(th, value)?;
        self.open(th, |map, _| {
            let positions = bounds.adjust(map.size);
            if bytes.len() != positions.count {
                return Err(No::Index("mmap slice assignment is wrong size"));
            }
            if positions.step == 1 {
                // The value may be a view of this very memory.
                // SAFETY: R9: both are as long as that; the places are within the mapping.
                unsafe { core::ptr::copy(bytes.as_slice().as_ptr(), map.data.add(positions.first()), bytes.len()) };
            } else {
                let target = map.bytes_mut();
                for (at, byte) in positions.iter().zip(bytes.as_slice()) {
                    target[at] = *byte;
                }
            }
            Ok(())
        })
    }
}

/// What was asked for, checked.
struct Wanted {
    flags: i32,
    prot: i32,
    access: i32,
}

impl Wanted {
    fn new(th: &mut Thread, flags: i32, prot: i32, access: i32) -> Result<Wanted, Raised> {
        let both = libc::PROT_READ | libc::PROT_WRITE;
        if access != ACCESS_DEFAULT && (flags != libc::MAP_SHARED || prot != both) {
            return Err(raise::value_error(th, format_args!("mmap can't specify both access and flags, prot.")));
        }
        Ok(match access {
            ACCESS_READ => Wanted { flags: libc::MAP_SHARED, prot: libc::PROT_READ, access },
            ACCESS_WRITE => Wanted { flags: libc::MAP_SHARED, prot: both, access },
            ACCESS_COPY => Wanted { flags: libc::MAP_PRIVATE, prot: both, access },
            ACCESS_DEFAULT if prot & both == both => Wanted { flags, prot, access },
            ACCESS_DEFAULT if prot & libc::PROT_WRITE != 0 => Wanted { flags, prot, access: ACCESS_WRITE },
            ACCESS_DEFAULT => Wanted { flags, prot, access: ACCESS_READ },
            _ => return Err(raise::value_error(th, format_args!("mmap invalid access parameter."))),
        })
    }
}

/// How much to map of a file: all behind the offset if nothing is asked for.
fn length_in(th: &mut Thread, file: &libc::stat, length: usize, offset: i64) -> Result<usize, Raised> {
    let size = file.st_size;
    let left = usize::try_from(size - offset);
    let message = match (length, left) {
        (0, _) if size == 0 => "cannot mmap an empty file",
        (0, Ok(left)) if left > 0 => return Ok(left),
        (0, _) => "mmap offset is greater than file size",
        (_, Ok(left)) if left >= length => return Ok(length),
        _ => "mmap length is greater than file size",
    };
    Err(raise::value_error(th, format_args!("{message}")))
}

#[pymethods]
impl Mmap {
    #[slot(tp_new, name = "function", sig = "(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        fileno: i32,
        length: isize,
        flags: i32,
        prot: i32,
        access: i32,
        offset: i64,
        trackfd: bool,
    ) -> Result<Ref<Mmap>, Raised> {
        let Ok(mut size) = usize::try_from(length) else {
            return Err(raise::overflow_error(th, format_args!("memory mapped length must be positive")));
        };
        if offset < 0 {
            return Err(raise::overflow_error(th, format_args!("memory mapped offset must be positive")));
        }
        let mut wanted = Wanted::new(th, flags, prot, access)?;
        let (a, b, d, e) = (int(th, fileno.into()), int(th, length as i64), int(th, wanted.access.into()), int(th, offset));
        interp::audit::event(th, "mmap.__new__", &[&a, &b, &d, &e])?;
        let mut fd = -1;
        if fileno == -1 {
            wanted.flags |= libc::MAP_ANONYMOUS;
        } else {
            // SAFETY: a record of numbers, for which zeros are values.
            let mut file: libc::stat = unsafe { core::mem::zeroed() };
            if os::attempt(th, || c!(fstat(fileno, &raw mut file)))?.is_ok() && file.st_mode & libc::S_IFMT == libc::S_IFREG {
                size = length_in(th, &file, size, offset)?;
            }
            if trackfd {
                fd = os::call(th, || c!(fcntl(fileno, libc::F_DUPFD_CLOEXEC, 0)))?;
            }
        }
        let mapped = os::call(th, || {
            let data = c!(mmap(core::ptr::null_mut(), size, wanted.prot, wanted.flags, fileno, offset));
            if data == libc::MAP_FAILED { core::ptr::null_mut() } else { data }
        });
        let data = match mapped {
            Ok(data) => data.cast(),
            Err(raised) => {
                give_back((core::ptr::null_mut(), 0, fd));
                return Err(raised);
            }
        };
        let map = UnsafeCell::new(Map { data, size, pos: 0, fd });
        let made = Mmap { head: Head::INIT, map, exports: AtomicUsize::new(0), access: wanted.access, flags: wanted.flags, trackfd, offset };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> String {
        let name = ops::message_name(self.as_object().ty());
        let Some((size, pos)) = self.with(th, |map, _| (!map.data.is_null()).then_some((map.size, map.pos))) else {
            return format!("<{name} closed=True>");
        };
        let access = match self.access {
            ACCESS_READ => "ACCESS_READ",
            ACCESS_WRITE => "ACCESS_WRITE",
            ACCESS_COPY => "ACCESS_COPY",
            _ => "ACCESS_DEFAULT",
        };
        format!("<{name} closed=False, access={access}, length={size}, pos={pos}, offset={}>", self.offset)
    }

    #[slot(mp_length, sq_length)]
    fn length(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.open(th, |map, _| Ok(map.size))
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Bytes>, Raised> {
        let byte = self.open(th, |map, _| {
            let at = usize::try_from(index).ok().and_then(|at| map.bytes().get(at));
            at.copied().ok_or(No::Index("mmap index out of range"))
        })?;
        Ok(Bytes::new(th, &[byte]))
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        self.check_open(th)?;
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let bounds = slice.unpack(th)?;
            return self.open(th, |map, th| {
                let (positions, bytes) = (bounds.adjust(map.size), map.bytes());
                let made = match positions.step {
                    1 => Bytes::try_new(th, &bytes[positions.first()..positions.first() + positions.count]),
                    _ => Bytes::try_build(th, positions.count, |out| {
                        for (target, at) in out.iter_mut().zip(positions.iter()) {
                            *target = bytes[at];
                        }
                    }),
                };
                made.map(Ref::up).ok_or(No::Memory)
            });
        }
        if !ops::has_index(key) {
            return Err(raise::type_error(th, format_args!("mmap indices must be integers")));
        }
        let index = ops::index_subscript(th, key)?;
        let byte = self.open(th, |map, _| {
            let at = place(index, map.size).ok_or(No::Index("mmap index out of range"))?;
            Ok(map.bytes()[at])
        })?;
        Ok(int(th, byte.into()))
    }

    #[slot(mp_ass_subscript)]
    fn ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        self.check_open(th)?;
        self.check_writable(th)?;
        if let Some(slice) = key.downcast_exact::<Slice>() {
            return match value {
                Some(value) => self.set_slice(th, slice, value),
                None => Err(raise::type_error(th, format_args!("mmap object doesn't support slice deletion"))),
            };
        }
        if !ops::has_index(key) {
            return Err(raise::type_error(th, format_args!("mmap indices must be integer")));
        }
        let index = ops::index_subscript(th, key)?;
        let out_of_range = "mmap index out of range";
        self.open(th, |map, _| place(index, map.size).map(|_| ()).ok_or(No::Index(out_of_range)))?;
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("mmap doesn't support item deletion")));
        };
        if !ops::has_index(value) {
            return Err(raise::type_error(th, format_args!("mmap item value must be an int")));
        }
        let value = ops::index(th, value)?;
        let byte = match value.to_i64() {
            Some(value) => u8::try_from(value).ok(),
            None => {
                let got = ops::type_name(&*value);
                return Err(raise::type_error(th, format_args!("cannot fit '{got}' into an index-sized integer")));
            }
        };
        self.open(th, |map, _| {
            let byte = byte.ok_or(No::Value("mmap item value must be in range(0, 256)"))?;
            let at = place(index, map.size).ok_or(No::Index(out_of_range))?;
            map.bytes_mut()[at] = byte;
            Ok(())
        })
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        let (data, size) = self.open(th, |map, _| {
            self.exports.fetch_add(1, AcqRel);
            Ok((map.data, map.size))
        })?;
        let filled = fill_view(th, view, self, data, size, self.access == ACCESS_READ, flags);
        if filled.is_err() {
            self.exports.fetch_sub(1, AcqRel);
        }
        filled
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, _view: &mut Py_buffer) {
        self.exports.fetch_sub(1, AcqRel);
    }

    #[getter]
    fn closed(&self, th: &mut Thread) -> bool {
        self.with(th, |map, _| map.data.is_null())
    }

    #[method(sig = "($self, /)")]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        let had = self.with(th, |map, _| if self.exports.load(Acquire) > 0 { None } else { Some(map.close()) });
        match had {
            Some(had) => {
                th.detached(|| give_back(had));
                Ok(())
            }
            None => Err(raise::buffer_error(th, format_args!("cannot close exported pointers exist"))),
        }
    }

    #[method(sig = "($self, view, start=None, end=None, /)")]
    fn find(&self, th: &mut Thread, view: Buffer, start: Option<isize>, end: Option<isize>) -> Result<isize, Raised> {
        self.search(th, &view, start, end, false)
    }

    #[method(sig = "($self, view, start=None, end=None, /)")]
    fn rfind(&self, th: &mut Thread, view: Buffer, start: Option<isize>, end: Option<isize>) -> Result<isize, Raised> {
        self.search(th, &view, start, end, true)
    }

    #[method(sig = "($self, offset=0, size=None, /)")]
    fn flush(&self, th: &mut Thread, offset: isize, size: Option<isize>) -> Result<(), Raised> {
        let (data, length) = self.open(th, |map, _| {
            let all = map.size.cast_signed();
            let size = size.unwrap_or(all);
            if offset < 0 || size < 0 || all - offset < size {
                return Err(No::Value("flush values out of range"));
            }
            self.exports.fetch_add(1, AcqRel);
            Ok((map.data.wrapping_add(offset.cast_unsigned()), size.cast_unsigned()))
        })?;
        // It may take the disk's time; meanwhile it counts as a view.
        let flushed = match self.access {
            ACCESS_READ | ACCESS_COPY => Ok(0),
            _ => os::call(th, || c!(msync(data.cast(), length, libc::MS_SYNC))),
        };
        self.exports.fetch_sub(1, AcqRel);
        flushed.map(|_| ())
    }

    #[method(sig = "($self, option, start=0, length=None, /)")]
    fn madvise(&self, th: &mut Thread, option: i32, start: isize, length: Option<isize>) -> Result<(), Raised> {
        let size = self.open(th, |map, _| Ok(map.size))?;
        let length = length.unwrap_or(size.cast_signed());
        let Some(start) = usize::try_from(start).ok().filter(|start| *start < size) else {
            return Err(raise::value_error(th, format_args!("madvise start out of bounds")));
        };
        if length < 0 {
            return Err(raise::value_error(th, format_args!("madvise length invalid")));
        }
        if length.checked_add_unsigned(start).is_none() {
            return Err(raise::overflow_error(th, format_args!("madvise length too large")));
        }
        let done = self.open(th, |map, _| {
            // It may be smaller by now.
            let start = start.min(map.size);
            let length = length.cast_unsigned().min(map.size - start);
            Ok(if c!(madvise(map.data.add_bytes(start), length, option)) < 0 { os::errno() } else { 0 })
        })?;
        if done != 0 { Err(raise::os_error(th, done, None, None)) } else { Ok(()) }
    }

    #[method(name = "move", sig = "($self, dest, src, count, /)")]
    fn move_(&self, th: &mut Thread, dest: isize, src: isize, count: isize) -> Result<(), Raised> {
        self.check_open(th)?;
        self.check_writable(th)?;
        self.open(th, |map, _| {
            let within = |start: isize| start >= 0 && count >= 0 && map.size.cast_signed() - start >= count;
            if !within(dest) || !within(src) {
                return Err(No::Value("source, destination, or count out of range"));
            }
            let (dest, src, count) = (dest.cast_unsigned(), src.cast_unsigned(), count.cast_unsigned());
            map.bytes_mut().copy_within(src..src + count, dest);
            Ok(())
        })
    }

    #[method(sig = "($self, n=None, /)")]
    fn read(&self, th: &mut Thread, #[default(objects::none())] n: &Object) -> Result<Ref<Bytes>, Raised> {
        self.check_open(th)?;
        let n = if n.is(objects::none()) {
            None
        } else if ops::has_index(n) {
            let n = ops::index(th, n)?;
            match n.to_i64() {
                Some(n) => usize::try_from(n).ok(),
                None => return Err(raise::overflow_error(th, format_args!("cannot fit 'int' into an index-sized integer"))),
            }
        } else {
            let got = ops::type_name(n);
            return Err(raise::type_error(th, format_args!("argument should be integer or None, not '{got}'")));
        };
        self.read_some(th, n)
    }

    #[method(sig = "($self, /)")]
    fn read_byte(&self, th: &mut Thread) -> Result<u8, Raised> {
        self.open(th, |map, _| {
            let byte = *map.bytes().get(map.pos).ok_or(No::Value("read byte out of range"))?;
            map.pos += 1;
            Ok(byte)
        })
    }

    #[method(sig = "($self, /)")]
    fn readline(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        self.open(th, |map, th| {
            let rest = &map.bytes()[map.pos.min(map.size)..];
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let line = Bytes::try_new(th, &rest[..length]).ok_or(No::Memory)?;
            map.pos += length;
            Ok(line)
        })
    }

    #[method(sig = "($self, newsize, /)")]
    fn resize(&self, th: &mut Thread, newsize: isize) -> Result<(), Raised> {
        self.check_open(th)?;
        if self.exports.load(Acquire) > 0 {
            return Err(No::Exported.raise(th));
        }
        if !self.trackfd {
            return Err(raise::value_error(th, format_args!("mmap can't resize with trackfd=False.")));
        }
        if self.access != ACCESS_WRITE && self.access != ACCESS_DEFAULT {
            return Err(raise::type_error(th, format_args!("mmap can't resize a readonly or copy-on-write memory map.")));
        }
        match usize::try_from(newsize) {
            Ok(size) if i64::try_from(size).is_ok_and(|size| self.offset.checked_add(size).is_some()) => self.remap(th, size),
            _ => Err(raise::value_error(th, format_args!("new size out of range"))),
        }
    }

    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(&self, th: &mut Thread, pos: isize, whence: i32) -> Result<usize, Raised> {
        self.open(th, |map, _| {
            let from = match whence {
                0 => 0,
                1 => map.pos,
                2 => map.size,
                _ => return Err(No::Value("unknown seek type")),
            };
            let target = from.checked_add_signed(pos).filter(|target| *target <= map.size);
            map.pos = target.ok_or(No::Value("seek out of range"))?;
            Ok(map.pos)
        })
    }

    #[method(sig = "($self, /)")]
    fn seekable(&self) -> bool {
        true
    }

    #[method(sig = "($self, /)")]
    fn size(&self, th: &mut Thread) -> Result<i64, Raised> {
        // SAFETY: a record of numbers, for which zeros are values.
        let mut file: libc::stat = unsafe { core::mem::zeroed() };
        // Under the lock, so that nobody closes the descriptor and another file gets its number; without one it fails.
        let number = self.open(th, |map, _| Ok(if c!(fstat(map.fd, &raw mut file)) < 0 { os::errno() } else { 0 }))?;
        if number != 0 { Err(raise::os_error(th, number, None, None)) } else { Ok(file.st_size) }
    }

    #[method(sig = "($self, /)")]
    fn tell(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.open(th, |map, _| Ok(map.pos))
    }

    #[method(sig = "($self, bytes, /)")]
    fn write(&self, th: &mut Thread, bytes: Exported) -> Result<usize, Raised> {
        self.check_open(th)?;
        self.check_writable(th)?;
        self.open(th, |map, _| {
            let length = bytes.len();
            if map.rest() < length || map.pos > map.size {
                return Err(No::Value("data out of range"));
            }
            // What is written may be a view of this very memory.
            // SAFETY: R9: both are as long as that; the place is within the mapping.
            unsafe { core::ptr::copy(bytes.as_slice().as_ptr(), map.data.add(map.pos), length) };
            map.pos += length;
            Ok(length)
        })
    }

    #[method(sig = "($self, byte, /)")]
    fn write_byte(&self, th: &mut Thread, byte: u8) -> Result<(), Raised> {
        self.check_open(th)?;
        self.check_writable(th)?;
        self.open(th, |map, _| {
            let pos = map.pos;
            *map.bytes_mut().get_mut(pos).ok_or(No::Value("write byte out of range"))? = byte;
            map.pos += 1;
            Ok(())
        })
    }

    #[method(sig = "($self, /)")]
    fn __enter__<'a>(&'a self, th: &mut Thread) -> Result<&'a Self, Raised> {
        self.check_open(th)?;
        Ok(self)
    }

    #[method(sig = "($self, exc_type, exc_value, traceback, /)")]
    fn __exit__(&self, th: &mut Thread, exc_type: &Object, exc_value: &Object, traceback: &Object) -> Result<(), Raised> {
        let _ = (exc_type, exc_value, traceback);
        self.close(th)
    }
}

/// A pointer into a mapping, for libc.
trait AddBytes {
    fn add_bytes(self, n: usize) -> *mut libc::c_void;
}

impl AddBytes for *mut u8 {
    fn add_bytes(self, n: usize) -> *mut libc::c_void {
        self.wrapping_add(n).cast()
    }
}

/// A position that may count from the end.
fn place(index: isize, size: usize) -> Option<usize> {
    let at = if index < 0 { size.checked_add_signed(index)? } else { index.cast_unsigned() };
    (at < size).then_some(at)
}

#[pymodule(name = "mmap", types(Mmap))]
pub mod mmap_ {
    use super::*;

    #[attr]
    fn error(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(exceptions::os_error_type().to_owned())
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        let page = c!(sysconf(libc::_SC_PAGESIZE));
        let own = [
            ("ACCESS_DEFAULT", ACCESS_DEFAULT.into()),
            ("ACCESS_READ", ACCESS_READ.into()),
            ("ACCESS_WRITE", ACCESS_WRITE.into()),
            ("ACCESS_COPY", ACCESS_COPY.into()),
            ("PAGESIZE", page),
            ("ALLOCATIONGRANULARITY", page),
        ];
        os::add_constants(th, module, &own);
        Ok(())
    }
}

const NAMES: &[(&str, i64)] = constants! {
    PROT_EXEC PROT_READ PROT_WRITE
    MAP_SHARED MAP_PRIVATE MAP_DENYWRITE MAP_EXECUTABLE MAP_ANON MAP_ANONYMOUS MAP_POPULATE MAP_STACK MAP_NORESERVE MAP_32BIT
    MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_REMOVE MADV_DONTFORK MADV_DOFORK MADV_HWPOISON
    MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE MADV_NOHUGEPAGE MADV_DONTDUMP MADV_DODUMP MADV_FREE
};
