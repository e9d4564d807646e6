//! `_stat`: what the numbers in `st_mode` mean.
#![allow(non_snake_case, reason = "C's macros, by their names")]

use heap::{Object, Raised, Thread};
use macros::pymodule;
use objects::{ops, raise};

use crate::os;

/// The mode of an argument.
fn mode(th: &mut Thread, value: &Object) -> Result<u32, Raised> {
    let value = ops::index(th, value)?;
    match value.to_i128() {
        Some(v) if v < 0 => Err(raise::overflow_error(th, format_args!("can't convert negative value to unsigned int"))),
        Some(v) => match u32::try_from(v) {
            Ok(mode) => Ok(mode),
            Err(_) => Err(raise::overflow_error(th, format_args!("mode out of range"))),
        },
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long"))),
    }
}

fn is(th: &mut Thread, value: &Object, kind: u32) -> Result<bool, Raised> {
    Ok(mode(th, value)? & libc::S_IFMT == kind)
}

const NAMES: &[(&str, i64)] = &[
    ("SF_APPEND", 0x40000),
    ("SF_ARCHIVED", 0x10000),
    ("SF_DATALESS", 0x40000000),
    ("SF_FIRMLINK", 0x800000),
    ("SF_IMMUTABLE", 0x20000),
    ("SF_NOUNLINK", 0x100000),
    ("SF_SETTABLE", 0xffff0000),
    ("SF_SNAPSHOT", 0x200000),
    ("ST_ATIME", 7),
    ("ST_CTIME", 9),
    ("ST_DEV", 2),
    ("ST_GID", 5),
    ("ST_INO", 1),
    ("ST_MODE", 0),
    ("ST_MTIME", 8),
    ("ST_NLINK", 3),
    ("ST_SIZE", 6),
    ("ST_UID", 4),
    ("S_ENFMT", 0x400),
    ("S_IEXEC", 0x40),
    ("S_IFBLK", 0x6000),
    ("S_IFCHR", 0x2000),
    ("S_IFDIR", 0x4000),
    ("S_IFDOOR", 0),
    ("S_IFIFO", 0x1000),
    ("S_IFLNK", 0xa000),
    ("S_IFPORT", 0),
    ("S_IFREG", 0x8000),
    ("S_IFSOCK", 0xc000),
    ("S_IFWHT", 0),
    ("S_IREAD", 0x100),
    ("S_IRGRP", 0x20),
    ("S_IROTH", 4),
    ("S_IRUSR", 0x100),
    ("S_IRWXG", 0x38),
    ("S_IRWXO", 7),
    ("S_IRWXU", 0x1c0),
    ("S_ISGID", 0x400),
    ("S_ISUID", 0x800),
    ("S_ISVTX", 0x200),
    ("S_IWGRP", 0x10),
    ("S_IWOTH", 2),
    ("S_IWRITE", 0x80),
    ("S_IWUSR", 0x80),
    ("S_IXGRP", 8),
    ("S_IXOTH", 1),
    ("S_IXUSR", 0x40),
    ("UF_APPEND", 4),
    ("UF_COMPRESSED", 0x20),
    ("UF_DATAVAULT", 0x80),
    ("UF_HIDDEN", 0x8000),
    ("UF_IMMUTABLE", 2),
    ("UF_NODUMP", 1),
    ("UF_NOUNLINK", 0x10),
    ("UF_OPAQUE", 8),
    ("UF_SETTABLE", 0xffff),
    ("UF_TRACKED", 0x40),
];

#[pymodule(name = "_stat")]
pub mod stat {
    //! S_IFMT_: file type bits
    use super::*;

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        Ok(())
    }

    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    #[function(sig = none)]
    fn S_ISBLK(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFBLK)
    }

    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    #[function(sig = none)]
    fn S_ISCHR(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFCHR)
    }

    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    #[function(sig = none)]
    fn S_ISDIR(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFDIR)
    }

    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    #[function(sig = none)]
    fn S_ISFIFO(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFIFO)
    }

    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    #[function(sig = none)]
    fn S_ISLNK(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFLNK)
    }

    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    #[function(sig = none)]
    fn S_ISREG(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFREG)
    }

    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    #[function(sig = none)]
    fn S_ISSOCK(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        is(th, mode, libc::S_IFSOCK)
    }

    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    #[function(sig = none)]
    fn S_ISDOOR(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        super::mode(th, mode).map(|_| false)
    }

    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    #[function(sig = none)]
    fn S_ISPORT(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        super::mode(th, mode).map(|_| false)
    }

    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    #[function(sig = none)]
    fn S_ISWHT(th: &mut Thread, mode: &Object) -> Result<bool, Raised> {
        super::mode(th, mode).map(|_| false)
    }

    /// Return the portion of the file's mode that can be set by os.chmod().
    #[function(sig = none)]
    fn S_IMODE(th: &mut Thread, mode: &Object) -> Result<u32, Raised> {
        Ok(super::mode(th, mode)? & 0o7777)
    }

    /// Return the portion of the file's mode that describes the file type.
    #[function(sig = none)]
    fn S_IFMT(th: &mut Thread, mode: &Object) -> Result<u32, Raised> {
        Ok(super::mode(th, mode)? & libc::S_IFMT)
    }

    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[function(sig = none)]
    fn filemode(th: &mut Thread, mode: &Object) -> Result<String, Raised> {
        let mode = super::mode(th, mode)?;
        let kind = match mode & libc::S_IFMT {
            libc::S_IFREG => '-',
            libc::S_IFDIR => 'd',
            libc::S_IFLNK => 'l',
            libc::S_IFBLK => 'b',
            libc::S_IFCHR => 'c',
            libc::S_IFIFO => 'p',
            libc::S_IFSOCK => 's',
            _ => '?',
        };
        let mut text = String::from(kind);
        for (shift, special, letter) in [(6, libc::S_ISUID, 's'), (3, libc::S_ISGID, 's'), (0, libc::S_ISVTX, 't')] {
            let bits = mode >> shift;
            text.push(if bits & 4 != 0 { 'r' } else { '-' });
            text.push(if bits & 2 != 0 { 'w' } else { '-' });
            text.push(match (mode & special != 0, bits & 1 != 0) {
                (true, true) => letter,
                (true, false) => letter.to_ascii_uppercase(),
                (false, true) => 'x',
                (false, false) => '-',
            });
        }
        Ok(text)
    }
}
