//! Directories and names in them: listing, making, removing, renaming, linking.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Bytes, Str, raise};

use crate::os::{self, DirFd, Fd, Path, PathOrFd, c, int};

/// An open directory.
pub struct Stream(pub *mut libc::DIR);

impl Stream {
    /// Opens a directory by name or by (a copy of) a descriptor.
    pub fn open(th: &mut Thread, path: &Path) -> Result<Stream, Raised> {
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => {
                let copy = c!(fcntl(fd, libc::F_DUPFD_CLOEXEC, 0));
                if copy < 0 {
                    return core::ptr::null_mut();
                }
                let stream = c!(fdopendir(copy));
                if stream.is_null() {
                    let number = os::errno();
                    c!(close(copy));
                    set_errno(number);
                } else {
                    c!(rewinddir(stream));
                }
                stream
            }
            None => c!(opendir(path.ptr())),
        })
        .map(Stream)
    }

    /// The next entry but for `.` and `..`: its name, inode and kind; `None` at the end. Touches no objects.
    pub fn next(&self) -> Result<Option<(Vec<u8>, u64, u8)>, i32> {
        loop {
            set_errno(0);
            let entry = c!(readdir(self.0));
            if entry.is_null() {
                return match os::errno() {
                    0 => Ok(None),
                    number => Err(number),
                };
            }
            // SAFETY: the entry stays in place until the next call with this stream, which only we use.
            let (name, inode, kind) = unsafe { (os::c_bytes((*entry).d_name.as_ptr()), (*entry).d_ino, (*entry).d_type) };
            if name != b"." && name != b".." {
                return Ok(Some((name.to_vec(), inode, kind)));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        c!(closedir(self.0));
    }
}

fn set_errno(number: i32) {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() = number };
}

fn dir_fd_object(th: &Thread, dir_fd: DirFd) -> Ref<Object> {
    int(th, if dir_fd == DirFd::HERE { -1 } else { dir_fd.0.into() })
}

fn current(th: &mut Thread) -> Result<Vec<u8>, Raised> {
    use std::os::unix::ffi::OsStringExt;
    match th.detached(std::env::current_dir) {
        Ok(path) => Ok(path.into_os_string().into_vec()),
        Err(error) => Err(raise::io_error(th, &error, None)),
    }
}

fn rename_at(th: &mut Thread, src: &Path, dst: &Path, from: DirFd, to: DirFd) -> Result<(), Raised> {
    let (a, b) = (dir_fd_object(th, from), dir_fd_object(th, to));
    interp::audit::event(th, "os.rename", &[&src.object, &dst.object, &a, &b])?;
    os::call_two(th, &src.object, &dst.object, || c!(renameat(from.0, src.ptr(), to.0, dst.ptr())))?;
    Ok(())
}

fn remove_at(th: &mut Thread, path: &Path, dir_fd: DirFd, event: &str, flags: i32) -> Result<(), Raised> {
    let dir = dir_fd_object(th, dir_fd);
    interp::audit::event(th, event, &[&path.object, &dir])?;
    os::call_on(th, &path.object, || c!(unlinkat(dir_fd.0, path.ptr(), flags)))?;
    Ok(())
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return a unicode string representing the current working directory.
    #[function(sig = "()")]
    fn getcwd(th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let path = current(th)?;
        Ok(interp::config::decode_os(th, &path))
    }

    /// Return a bytes string representing the current working directory.
    #[function(sig = "()")]
    fn getcwdb(th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let path = current(th)?;
        Ok(Bytes::new(th, &path))
    }

    /// Change the current working directory to the specified path.
    ///
    /// path may always be specified as a string.  On some platforms, path may
    /// also be specified as an open file descriptor.  If this functionality is
    /// unavailable, using it raises an exception.
    #[function(sig = "(path)")]
    fn chdir(th: &mut Thread, path: PathOrFd) -> Result<(), Raised> {
        interp::audit::event(th, "os.chdir", &[&path.object])?;
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => c!(fchdir(fd)),
            None => c!(chdir(path.ptr())),
        })?;
        Ok(())
    }

    /// Change to the directory of the given file descriptor.
    ///
    /// fd must be opened on a directory, not a file.
    /// Equivalent to os.chdir(fd).
    #[function(sig = "(fd)")]
    fn fchdir(th: &mut Thread, fd: Fd) -> Result<(), Raised> {
        os::call(th, || c!(fchdir(fd.0)))?;
        Ok(())
    }

    /// Change root directory to path.
    #[function(sig = "(path)")]
    fn chroot(th: &mut Thread, path: Path) -> Result<(), Raised> {
        os::call_on(th, &path.object, || c!(chroot(path.ptr())))?;
        Ok(())
    }

    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If
    /// path is bytes, the filenames returned will also be bytes; in all other
    /// circumstances the filenames returned will be str.
    /// If path is None, uses the path='.'.
    /// On some platforms, path may also be specified as an open file
    /// descriptor; the file descriptor must refer to a directory.  If this
    /// functionality is unavailable, using it raises NotImplementedError.
    ///
    /// The list is in arbitrary order.  It does not include the special
    /// entries '.' and '..' even if they are present in the directory.
    #[function(sig = "(path=None)")]
    fn listdir(th: &mut Thread, path: Option<PathOrFd>) -> Result<Ref<Object>, Raised> {
        let path = match path {
            Some(path) => {
                interp::audit::event(th, "os.listdir", &[&path.object])?;
                path
            }
            None => {
                interp::audit::event(th, "os.listdir", &[objects::none()])?;
                PathOrFd(Path::of(th, "."))
            }
        };
        let stream = Stream::open(th, &path)?;
        let found = th.detached(|| {
            let mut names = Vec::new();
            while let Some((name, _, _)) = stream.next()? {
                names.push(name);
            }
            drop(stream);
            Ok::<_, i32>(names)
        });
        match found {
            Ok(names) => {
                let names = names.iter().map(|name| path.like(th, name)).collect();
                Ok(os::list(th, names))
            }
            Err(number) => Err(raise::os_error(th, number, Some(&path.object), None)),
        }
    }

    /// Create a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    ///
    /// The mode argument is ignored on Windows.  Where it is used, the current
    /// umask value is first masked out.
    #[function(sig = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(th: &mut Thread, path: Path, mode: i32, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        let (mode_object, dir) = (int(th, mode.into()), dir_fd_object(th, dir_fd));
        interp::audit::event(th, "os.mkdir", &[&path.object, &mode_object, &dir])?;
        os::call_on(th, &path.object, || c!(mkdirat(dir_fd.0, path.ptr(), mode as libc::mode_t)))?;
        Ok(())
    }

    /// Remove a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.
    /// If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn rmdir(th: &mut Thread, path: Path, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        remove_at(th, &path, dir_fd, "os.rmdir", libc::AT_REMOVEDIR)
    }

    /// Remove a file (same as remove()).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.
    /// If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn unlink(th: &mut Thread, path: Path, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        remove_at(th, &path, dir_fd, "os.remove", 0)
    }

    /// Remove a file (same as unlink()).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.
    /// If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn remove(th: &mut Thread, path: Path, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        remove_at(th, &path, dir_fd, "os.remove", 0)
    }

    /// Rename a file or directory.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    /// descriptor open to a directory, and the respective path string (src or
    /// dst) should be relative; the path will then be relative to that
    /// directory.
    /// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
    /// If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(th: &mut Thread, src: Path, dst: Path, #[default(DirFd::HERE)] src_dir_fd: DirFd, #[default(DirFd::HERE)] dst_dir_fd: DirFd) -> Result<(), Raised> {
        rename_at(th, &src, &dst, src_dir_fd, dst_dir_fd)
    }

    /// Rename a file or directory, overwriting the destination.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    /// descriptor open to a directory, and the respective path string (src or
    /// dst) should be relative; the path will then be relative to that
    /// directory.
    /// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
    /// If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(th: &mut Thread, src: Path, dst: Path, #[default(DirFd::HERE)] src_dir_fd: DirFd, #[default(DirFd::HERE)] dst_dir_fd: DirFd) -> Result<(), Raised> {
        rename_at(th, &src, &dst, src_dir_fd, dst_dir_fd)
    }

    /// Create a hard link to a file.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file
    /// descriptor open to a directory, and the respective path string (src or
    /// dst) should be relative; the path will then be relative to that
    /// directory.
    /// If follow_symlinks is False, and the last element of src is a symbolic
    /// link, link will create a link to the symbolic link itself instead of the
    /// file the link points to.
    /// src_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on
    /// your platform.  If they are unavailable, using them will raise
    /// a NotImplementedError.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=(os.name != 'nt'))")]
    fn link(
        th: &mut Thread,
        src: Path,
        dst: Path,
        #[default(DirFd::HERE)] src_dir_fd: DirFd,
        #[default(DirFd::HERE)] dst_dir_fd: DirFd,
        #[default(true)] follow_symlinks: bool,
    ) -> Result<(), Raised> {
        let (a, b) = (dir_fd_object(th, src_dir_fd), dir_fd_object(th, dst_dir_fd));
        interp::audit::event(th, "os.link", &[&src.object, &dst.object, &a, &b])?;
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        os::call_two(th, &src.object, &dst.object, || c!(linkat(src_dir_fd.0, src.ptr(), dst_dir_fd.0, dst.ptr(), flags)))?;
        Ok(())
    }

    /// Create a symbolic link pointing to src named dst.
    ///
    /// target_is_directory is required on Windows if the target is to be
    /// interpreted as a directory.  (On Windows, symlink requires Windows 6.0
    /// or greater, and raises a NotImplementedError otherwise.)
    /// target_is_directory is ignored on non-Windows platforms.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(th: &mut Thread, src: Path, dst: Path, target_is_directory: bool, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        let _ = target_is_directory;
        let dir = dir_fd_object(th, dir_fd);
        interp::audit::event(th, "os.symlink", &[&src.object, &dst.object, &dir])?;
        os::call_two(th, &src.object, &dst.object, || c!(symlinkat(src.ptr(), dir_fd.0, dst.ptr())))?;
        Ok(())
    }

    /// Return a string representing the path to which the symbolic link points.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    ///
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn readlink(th: &mut Thread, path: Path, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<Ref<Object>, Raised> {
        let mut target = vec![0_u8; libc::PATH_MAX as usize + 1];
        let n = os::call_on(th, &path.object, || c!(readlinkat(dir_fd.0, path.ptr(), target.as_mut_ptr().cast(), target.len())))?;
        Ok(path.like(th, &target[..n as usize]))
    }

    /// Create a "fifo" (a POSIX named pipe).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(th: &mut Thread, path: Path, mode: i32, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        os::call_on(th, &path.object, || c!(mkfifoat(dir_fd.0, path.ptr(), mode as libc::mode_t)))?;
        Ok(())
    }

    /// Create a node in the file system.
    ///
    /// Create a node in the file system (file, device special file or named
    /// pipe) at path.  mode specifies both the permissions to use and the
    /// type of node to be created, being combined (bitwise OR) with one of
    /// S_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set
    /// on mode, device defines the newly created device special file (probably
    /// using os.makedev()).  Otherwise device is ignored.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative
    /// to that directory.
    /// dir_fd may not be implemented on your platform.  If it is unavailable,
    /// using it will raise a NotImplementedError.
    #[function(sig = "(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(th: &mut Thread, path: Path, mode: i32, #[default(objects::none())] device: &Object, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<(), Raised> {
        let device = if device.is(objects::none()) { 0 } else { super::super::stat::device_number(th, device)? };
        os::call_on(th, &path.object, || c!(mknodat(dir_fd.0, path.ptr(), mode as libc::mode_t, device)))?;
        Ok(())
    }
}
