//! `errno`: the numbers of errors by name, and their names by number.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Dict, Str};

use crate::os::{self, constants, int};

/// Where several names have one number, the last is its name.
const NAMES: &[(&str, i64)] = constants! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EWOULDBLOCK EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST
    EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK
    EDEADLOCK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT
    EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM
    EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART
    ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP ENOTSUP
    EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN
    ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM
    ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD
    ENOTRECOVERABLE ERFKILL EHWPOISON
};

/// A number that libc gives no name on Linux.
const OTHER: &[(&str, i64)] = &[("EFTYPE", 134)];

#[pymodule(name = "errno")]
pub mod errno {
    //! This module makes available standard errno system symbols.
    //!
    //! The value of each symbol is the corresponding integer value,
    //! e.g., on most systems, errno.ENOENT equals the integer 2.
    //!
    //! The dictionary errno.errorcode maps numeric codes to symbol names,
    //! e.g., errno.errorcode[2] could be the string 'ENOENT'.
    //!
    //! Symbols that are not relevant to the underlying system are not defined.
    //!
    //! To map error codes to error messages, use the function os.strerror(),
    //! e.g. os.strerror(2) could return 'No such file or directory'.
    use super::*;

    #[attr]
    fn errorcode(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let dict = Dict::new(th);
        for (name, number) in NAMES.iter().chain(OTHER) {
            let (number, name) = (int(th, *number), Str::new(th, name));
            dict.set(th, &number, name)?;
        }
        Ok(dict.up())
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        os::add_constants(th, module, OTHER);
        Ok(())
    }
}
