//! Opening, reading and writing.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, Int, ops, raise};

use crate::os::{self, DirFd, Path, PathOrFd, c, int};

/// Linux moves at most this much at once.
const MOST: usize = 0x7fff_f000;

fn room(th: &mut Thread, length: isize) -> Result<Vec<u8>, Raised> {
    if length < 0 {
        return Err(raise::os_error(th, libc::EINVAL, None, None));
    }
    let length = (length as usize).min(MOST);
    let mut room = Vec::new();
    if room.try_reserve_exact(length).is_err() {
        return Err(raise::memory_error(th));
    }
    Ok(room)
}

/// Reads into fresh memory.
fn read_with(th: &mut Thread, length: isize, mut f: impl FnMut(*mut libc::c_void, usize) -> isize) -> Result<Ref<Bytes>, Raised> {
    let mut room = room(th, length)?;
    let length = (length as usize).min(MOST);
    let start = room.as_mut_ptr();
    let n = os::call(th, || f(start.cast(), length))?;
    // SAFETY: the call filled that many bytes, at most the capacity.
    unsafe { room.set_len(n as usize) };
    Ok(Bytes::new(th, &room))
}

/// The buffers of a sequence, for `readv`.
fn writable(th: &mut Thread, buffers: &Object, function: &str) -> Result<(Vec<WritableBuffer>, Vec<libc::iovec>), Raised> {
    if !ops::is_sequence(buffers) {
        return Err(raise::type_error(th, format_args!("{function}() arg 2 must be a sequence")));
    }
    let items = ops::to_vec(th, buffers)?;
    let mut held = Vec::with_capacity(items.len());
    let mut vectors = Vec::with_capacity(items.len());
    for item in &items {
        let mut buffer = WritableBuffer::new(th, item)?;
        let bytes = buffer.as_mut_slice();
        vectors.push(libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() });
        held.push(buffer);
    }
    Ok((held, vectors))
}

/// The buffers of a sequence, for `writev`.
fn readable(th: &mut Thread, buffers: &Object, function: &str) -> Result<(Vec<Exported>, Vec<libc::iovec>), Raised> {
    if !ops::is_sequence(buffers) {
        return Err(raise::type_error(th, format_args!("{function}() arg 2 must be a sequence")));
    }
    let items = ops::to_vec(th, buffers)?;
    let mut held = Vec::with_capacity(items.len());
    let mut vectors = Vec::with_capacity(items.len());
    for item in &items {
        let buffer = Exported::new(th, item)?;
        let bytes = &*buffer;
        vectors.push(libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() });
        held.push(buffer);
    }
    Ok((held, vectors))
}

/// An offset in a file.
#[derive(Clone, Copy)]
pub struct Offset(pub i64);

impl FromArg<'_> for Offset {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        i64::from_arg(th, arg, at).map(Offset)
    }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, flags, mode=511, *, dir_fd=None)")]
    fn open(th: &mut Thread, path: Path, flags: i32, mode: i32, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<i32, Raised> {
        let flags_object = int(th, flags.into());
        interp::audit::event(th, "open", &[&path.object, objects::none(), &flags_object])?;
        os::call_on(th, &path.object, || c!(openat(dir_fd.0, path.ptr(), flags | libc::O_CLOEXEC, mode as libc::mode_t)))
    }

    /// Close a file descriptor.
    #[function(sig = "(fd)")]
    fn close(th: &mut Thread, fd: i32) -> Result<(), Raised> {
        // Never again after an interrupt: the descriptor is gone, and may be another's by then.
        let (result, number) = th.detached(|| (c!(close(fd)), os::errno()));
        if result < 0 && number != libc::EINTR {
            return Err(raise::os_error(th, number, None, None));
        }
        Ok(())
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function(sig = "(fd_low, fd_high, /)")]
    fn closerange(th: &mut Thread, fd_low: i32, fd_high: i32) {
        th.detached(|| {
            let low = fd_low.max(0);
            if fd_high > low && c!(syscall(libc::SYS_close_range, low, fd_high - 1, 0)) < 0 {
                for fd in low..fd_high {
                    c!(close(fd));
                }
            }
        });
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function(sig = "(fd, length, /)")]
    fn read(th: &mut Thread, fd: i32, length: isize) -> Result<Ref<Bytes>, Raised> {
        read_with(th, length, |start, length| c!(read(fd, start, length)))
    }

    /// Read into a buffer object from a file descriptor.
    ///
    /// The buffer should be mutable and bytes-like.  On success, returns the
    /// number of bytes read.  Less bytes may be read than the size of the
    /// buffer.  The underlying system call will be retried when interrupted by
    /// a signal, unless the signal handler raises an exception.  Other errors
    /// will not be retried and an error will be raised.
    ///
    /// Returns 0 if *fd* is at end of file or if the provided *buffer* has
    /// length 0 (which can be used to check for errors without reading data).
    /// Never returns negative.
    #[function(sig = "(fd, buffer, /)")]
    fn readinto(th: &mut Thread, fd: i32, buffer: WritableBuffer) -> Result<isize, Raised> {
        let mut buffer = buffer;
        let bytes = buffer.as_mut_slice();
        let (start, length) = (bytes.as_mut_ptr(), bytes.len().min(MOST));
        os::call(th, || c!(read(fd, start.cast(), length)))
    }

    /// Write a bytes object to a file descriptor.
    #[function(sig = "(fd, data, /)")]
    fn write(th: &mut Thread, fd: i32, data: Exported) -> Result<isize, Raised> {
        let (start, length) = (data.as_slice().as_ptr(), data.as_slice().len().min(MOST));
        let done = os::call(th, || c!(write(fd, start.cast(), length)))?;
        if done.cast_unsigned() < length {
            // A signal may have cut it short: its handler runs before anything else is written.
            crate::signal::run_handlers(th)?;
        }
        Ok(done)
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    ///
    /// Read length bytes from file descriptor fd, starting at offset bytes from
    /// the beginning of the file.  The file offset remains unchanged.
    #[function(sig = "(fd, length, offset, /)")]
    fn pread(th: &mut Thread, fd: i32, length: isize, offset: Offset) -> Result<Ref<Bytes>, Raised> {
        read_with(th, length, |start, length| c!(pread(fd, start, length, offset.0)))
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    ///
    /// Write buffer to fd, starting at offset bytes from the beginning of
    /// the file.  Returns the number of bytes written.  Does not change the
    /// current file offset.
    #[function(sig = "(fd, buffer, offset, /)")]
    fn pwrite(th: &mut Thread, fd: i32, buffer: Exported, offset: Offset) -> Result<isize, Raised> {
        let (start, length) = (buffer.as_slice().as_ptr(), buffer.as_slice().len().min(MOST));
        os::call(th, || c!(pwrite(fd, start.cast(), length, offset.0)))
    }

    /// Read from a file descriptor fd into an iterable of buffers.
    ///
    /// The buffers should be mutable buffers accepting bytes.
    /// readv will transfer data into each buffer until it is full
    /// and then move on to the next buffer in the sequence to hold
    /// the rest of the data.
    ///
    /// readv returns the total number of bytes read,
    /// which may be less than the total capacity of all the buffers.
    #[function(sig = "(fd, buffers, /)")]
    fn readv(th: &mut Thread, fd: i32, buffers: &Object) -> Result<isize, Raised> {
        let (_held, vectors) = writable(th, buffers, "readv")?;
        os::call(th, || c!(readv(fd, vectors.as_ptr(), vectors.len() as i32)))
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor.
    ///
    /// Returns the total number of bytes written.
    /// buffers must be a sequence of bytes-like objects.
    #[function(sig = "(fd, buffers, /)")]
    fn writev(th: &mut Thread, fd: i32, buffers: &Object) -> Result<isize, Raised> {
        let (_held, vectors) = readable(th, buffers, "writev")?;
        os::call(th, || c!(writev(fd, vectors.as_ptr(), vectors.len() as i32)))
    }

    /// Reads from a file descriptor into a number of mutable bytes-like objects.
    ///
    /// Combines the functionality of readv() and pread().  As readv(), it will
    /// transfer data into each buffer until it is full and then move on to the
    /// next buffer in the sequence to hold the rest of the data.  Its fourth
    /// argument, specifies the file offset at which the input operation is to
    /// be performed.  It will return the total number of bytes read (which can
    /// be less than the total capacity of all the objects).
    ///
    /// The flags argument contains a bitwise OR of zero or more of the
    /// following flags:
    ///
    /// - RWF_HIPRI
    /// - RWF_NOWAIT
    ///
    /// Using non-zero flags requires Linux 4.6 or newer.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn preadv(th: &mut Thread, fd: i32, buffers: &Object, offset: Offset, flags: i32) -> Result<isize, Raised> {
        let (_held, vectors) = writable(th, buffers, "preadv")?;
        os::call(th, || c!(preadv2(fd, vectors.as_ptr(), vectors.len() as i32, offset.0, flags)))
    }

    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    ///
    /// Combines the functionality of writev() and pwrite(). All buffers must be
    /// a sequence of bytes-like objects.  Buffers are processed in array order.
    /// Entire contents of first buffer is written before proceeding to second,
    /// and so on. The operating system may set a limit (sysconf() value
    /// SC_IOV_MAX) on the number of buffers that can be used.
    /// This function writes the contents of each object to the file descriptor
    /// and returns the total number of bytes written.
    ///
    /// The flags argument contains a bitwise OR of zero or more of the
    /// following flags:
    ///
    /// - RWF_DSYNC
    /// - RWF_SYNC
    /// - RWF_APPEND
    ///
    /// Using non-zero flags requires Linux 4.7 or newer.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn pwritev(th: &mut Thread, fd: i32, buffers: &Object, offset: Offset, flags: i32) -> Result<isize, Raised> {
        let (_held, vectors) = readable(th, buffers, "pwritev")?;
        os::call(th, || c!(pwritev2(fd, vectors.as_ptr(), vectors.len() as i32, offset.0, flags)))
    }

    /// Set the position of a file descriptor.  Return the new position.
    ///
    ///   fd
    ///     An open file descriptor, as returned by os.open().
    ///   position
    ///     Position, interpreted relative to 'whence'.
    ///   whence
    ///     The relative position to seek from. Valid values are:
    ///     - SEEK_SET: seek from the start of the file.
    ///     - SEEK_CUR: seek from the current file position.
    ///     - SEEK_END: seek from the end of the file.
    ///
    /// The return value is the number of bytes relative to the beginning of
    /// the file.
    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(th: &mut Thread, fd: i32, position: Offset, whence: i32) -> Result<i64, Raised> {
        os::call(th, || c!(lseek(fd, position.0, whence)))
    }

    /// Truncate a file, specified by path, to a specific length.
    ///
    /// On some platforms, path may also be specified as an open file
    /// descriptor.  If this functionality is unavailable, using it raises
    /// an exception.
    #[function(sig = "(path, length)")]
    fn truncate(th: &mut Thread, path: PathOrFd, length: Offset) -> Result<(), Raised> {
        let length_object = int(th, length.0);
        interp::audit::event(th, "os.truncate", &[&path.object, &length_object])?;
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => c!(ftruncate(fd, length.0)),
            None => c!(truncate(path.ptr(), length.0)),
        })?;
        Ok(())
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function(sig = "(fd, length, /)")]
    fn ftruncate(th: &mut Thread, fd: i32, length: Offset) -> Result<(), Raised> {
        os::call(th, || c!(ftruncate(fd, length.0)))?;
        Ok(())
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    ///
    ///   fd
    ///     An open file descriptor.
    ///   command
    ///     One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.
    ///   length
    ///     The number of bytes to lock, starting at the current position.
    #[function(sig = "(fd, command, length, /)")]
    fn lockf(th: &mut Thread, fd: i32, command: i32, length: Offset) -> Result<(), Raised> {
        os::call(th, || c!(lockf(fd, command, length.0)))?;
        Ok(())
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    ///
    /// Ensure that the file specified by fd encompasses a range of bytes
    /// starting at offset bytes from the beginning and continuing for length
    /// bytes.
    #[function(sig = "(fd, offset, length, /)")]
    fn posix_fallocate(th: &mut Thread, fd: i32, offset: Offset, length: Offset) -> Result<(), Raised> {
        match th.detached(|| c!(posix_fallocate(fd, offset.0, length.0))) {
            0 => Ok(()),
            number => Err(raise::os_error(th, number, None, None)),
        }
    }

    /// Announce an intention to access data in a specific pattern.
    ///
    /// Announce an intention to access data in a specific pattern, thus
    /// allowing the kernel to make optimizations.
    /// The advice applies to the region of the file specified by fd starting at
    /// offset and continuing for length bytes.
    /// advice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,
    /// POSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or
    /// POSIX_FADV_DONTNEED.
    #[function(sig = "(fd, offset, length, advice, /)")]
    fn posix_fadvise(th: &mut Thread, fd: i32, offset: Offset, length: Offset, advice: i32) -> Result<(), Raised> {
        match th.detached(|| c!(posix_fadvise(fd, offset.0, length.0, advice))) {
            0 => Ok(()),
            number => Err(raise::os_error(th, number, None, None)),
        }
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[function(sig = "(out_fd, in_fd, offset, count)")]
    fn sendfile(th: &mut Thread, out_fd: i32, in_fd: i32, offset: &Object, count: isize) -> Result<isize, Raised> {
        let mut at = if offset.is(objects::none()) { None } else { Some(ops::index(th, offset)?) }.map(|o: Ref<Int>| o.to_i64().unwrap_or(-1));
        os::call(th, || c!(sendfile(out_fd, in_fd, at.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut), count as usize)))
    }

    /// Copy count bytes from one file descriptor to another.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(th: &mut Thread, src: i32, dst: i32, count: isize, offset_src: Option<Offset>, offset_dst: Option<Offset>) -> Result<isize, Raised> {
        if count < 0 {
            return Err(raise::value_error(th, format_args!("negative value for 'count' not allowed")));
        }
        let (mut from, mut to) = (offset_src.map(|o| o.0), offset_dst.map(|o| o.0));
        let pointer = |at: &mut Option<i64>| at.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut);
        os::call(th, || c!(copy_file_range(src, pointer(&mut from), dst, pointer(&mut to), count as usize, 0)))
    }

    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///   flags
    ///     Flags to modify the semantics of the call.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst. The offset associated to the file
    /// descriptor that refers to a pipe must be None.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(th: &mut Thread, src: i32, dst: i32, count: isize, offset_src: Option<Offset>, offset_dst: Option<Offset>, flags: u32) -> Result<isize, Raised> {
        if count < 0 {
            return Err(raise::value_error(th, format_args!("negative value for 'count' not allowed")));
        }
        let (mut from, mut to) = (offset_src.map(|o| o.0), offset_dst.map(|o| o.0));
        let pointer = |at: &mut Option<i64>| at.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut);
        os::call(th, || c!(splice(src, pointer(&mut from), dst, pointer(&mut to), count as usize, flags)))
    }

    /// Force write of everything to disk.
    #[function(sig = "()")]
    fn sync(th: &mut Thread) {
        th.detached(|| c!(sync()));
    }
}
