//! The struct sequences of `posix`.

use heap::{Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::structseq;

/// A struct sequence class, made when it is first wanted.
pub struct Class {
    module: &'static str,
    name: &'static str,
    doc: &'static str,
    fields: &'static [(&'static str, &'static str)],
    visible: usize,
    made: Global<Object>,
}

impl Class {
    /// A class with the first `visible` of `fields` as items.
    pub const fn new(
        module: &'static str,
        name: &'static str,
        doc: &'static str,
        fields: &'static [(&'static str, &'static str)],
        visible: usize,
    ) -> Class {
        Class { module, name, doc, fields, visible, made: Global::EMPTY }
    }

    /// The class.
    pub fn get(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.made.get_or_init(th, |th| structseq::new_type(th, self.module, self.name, self.doc, self.fields, self.visible))
    }

    /// An instance.
    pub fn make(&self, th: &mut Thread, values: &[Ref<Object>]) -> Result<Ref<Object>, Raised> {
        let class = self.get(th)?;
        let values: Vec<&Object> = values.iter().map(|value| &**value).collect();
        structseq::new(th, &class, &values)
    }
}

/// `os.stat_result`
pub static STAT_RESULT: Class = Class::new(
    "os",
    "stat_result",
    "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.",
    &[
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "total size, in bytes"),
        ("", "integer time of last access"),
        ("", "integer time of last modification"),
        ("", "integer time of last change"),
        ("st_atime", "time of last access"),
        ("st_mtime", "time of last modification"),
        ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"),
        ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"),
        ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"),
        ("st_rdev", "device type (if inode device)"),
    ],
    10,
);

/// `os.statvfs_result`
pub static STATVFS_RESULT: Class = Class::new(
    "os",
    "statvfs_result",
    "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.",
    &[
        ("f_bsize", ""),
        ("f_frsize", ""),
        ("f_blocks", ""),
        ("f_bfree", ""),
        ("f_bavail", ""),
        ("f_files", ""),
        ("f_ffree", ""),
        ("f_favail", ""),
        ("f_flag", ""),
        ("f_namemax", ""),
        ("f_fsid", ""),
    ],
    10,
);

/// `os.times_result`
pub static TIMES_RESULT: Class = Class::new(
    "posix",
    "times_result",
    "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.",
    &[
        ("user", "user time"),
        ("system", "system time"),
        ("children_user", "user time of children"),
        ("children_system", "system time of children"),
        ("elapsed", "elapsed time since an arbitrary point in the past"),
    ],
    5,
);

/// `os.uname_result`
pub static UNAME_RESULT: Class = Class::new(
    "posix",
    "uname_result",
    "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.",
    &[
        ("sysname", "operating system name"),
        ("nodename", "name of machine on network (implementation-defined)"),
        ("release", "operating system release"),
        ("version", "operating system version"),
        ("machine", "hardware identifier"),
    ],
    5,
);

/// `os.terminal_size`
pub static TERMINAL_SIZE: Class = Class::new(
    "os",
    "terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    &[
        ("columns", "width of the terminal window in characters"),
        ("lines", "height of the terminal window in characters"),
    ],
    2,
);

/// `os.sched_param`
pub static SCHED_PARAM: Class = Class::new(
    "posix",
    "sched_param",
    "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
    &[
        ("sched_priority", "the scheduling priority"),
    ],
    1,
);

/// `os.waitid_result`
pub static WAITID_RESULT: Class = Class::new(
    "posix",
    "waitid_result",
    "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
    &[
        ("si_pid", ""),
        ("si_uid", ""),
        ("si_signo", ""),
        ("si_status", ""),
        ("si_code", ""),
    ],
    5,
);
