//! `termios`: settings of terminals.
#![allow(unsafe_code, reason = "system calls that fill records")]

use core::mem::MaybeUninit;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::{Global, KwArgs, as_type};
use objects::{Bytes, Dict, Int, List, Str, Tuple, exceptions, ops, raise};

use crate::os::{self, Fd, c, int};

static ERROR: Global<Object> = Global::EMPTY;

/// `termios.error(errno, text)`
fn error(th: &mut Thread, number: i32) -> Raised {
    let text = std::io::Error::from_raw_os_error(number).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let (number, text) = (int(th, number.into()), Str::new(th, text));
    match ERROR.get(th).as_deref().and_then(as_type) {
        Some(class) => raise::call_class(th, class, &[&number, &text]),
        None => raise::call_class(th, exceptions::os_error_type(), &[&number, &text]),
    }
}

/// Runs a call to its end, through interruptions.
fn call(th: &mut Thread, f: impl FnMut() -> i32) -> Result<(), Raised> {
    match os::attempt(th, f)? {
        Ok(_) => Ok(()),
        Err(number) => Err(error(th, number)),
    }
}

fn settings(th: &mut Thread, fd: i32) -> Result<libc::termios, Raised> {
    let mut mode = MaybeUninit::<libc::termios>::zeroed();
    call(th, || c!(tcgetattr(fd, mode.as_mut_ptr())))?;
    // SAFETY: zeros are a record, and the call has filled it.
    Ok(unsafe { mode.assume_init() })
}

/// What a control character is given as: a byte, or a number where the line is not edited by the terminal.
fn control(th: &mut Thread, item: &Object) -> Result<u8, Raised> {
    if let Some(bytes) = item.downcast::<Bytes>()
        && let [byte] = bytes.as_slice()
    {
        return Ok(*byte);
    }
    match item.downcast::<Int>() {
        Some(number) => match number.to_i64() {
            Some(number) => Ok(number as u8),
            None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
        },
        None => Err(raise::type_error(th, format_args!("tcsetattr: elements of attributes must be characters or integers"))),
    }
}

/// A number of a list of settings.
fn flag(th: &mut Thread, item: &Object) -> Result<u32, Raised> {
    match ops::index(th, item)?.to_i64() {
        Some(number) => Ok(number as u32),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
    }
}

#[pymodule(name = "termios")]
pub mod termios {
    //! This module provides an interface to the Posix calls for tty I/O control.
    //!
    //! For a complete description of these calls, see the Posix or Unix manual
    //! pages. It is only available for those Unix versions that support Posix
    //! termios style tty I/O control (and then only if configured at installation
    //! time).
    //!
    //! All functions in this module take a file descriptor fd as their first
    //! argument. This can be an integer file descriptor, such as returned by
    //! sys.stdin.fileno(), or a file object, such as sys.stdin itself.
    use super::*;

    #[attr]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.get_or_init(th, |th| {
            let namespace = Dict::new(th);
            let module = Str::new(th, "termios");
            namespace.set_by_name(th, "__module__", module.up());
            let bases = Tuple::from_slice(th, &[exceptions::exception_type()]);
            let name = Str::new(th, "error");
            objects::typing::new_class::new_class(th, objects::typing::type_type(), &name, &bases, &namespace, KwArgs::new(&[], &[]))
        })
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        Ok(())
    }

    /// Get the tty attributes for file descriptor fd.
    ///
    /// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
    /// where cc is a list of the tty special characters (each a string of
    /// length 1, except the items with indices VMIN and VTIME, which are
    /// integers when these fields are defined).  The interpretation of the
    /// flags and the speeds as well as the indexing in the cc array must be
    /// done using the symbolic constants defined in this module.
    #[function(sig = "(fd, /)")]
    fn tcgetattr(th: &mut Thread, fd: Fd) -> Result<Ref<Object>, Raised> {
        let mode = settings(th, fd.0)?;
        let raw = mode.c_lflag & libc::ICANON == 0;
        let characters = mode.c_cc.iter().enumerate().map(|(i, byte)| {
            if raw && (i == libc::VMIN || i == libc::VTIME) { int(th, i64::from(*byte)) } else { Bytes::new(th, &[*byte]).up() }
        });
        let characters: Vec<Ref<Object>> = characters.collect();
        let characters = os::list(th, characters);
        // SAFETY: the record is whole.
        let (ispeed, ospeed) = unsafe { (libc::cfgetispeed(&raw const mode), libc::cfgetospeed(&raw const mode)) };
        let mut items: Vec<Ref<Object>> =
            [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, ispeed, ospeed].iter().map(|n| int(th, i64::from(*n))).collect();
        items.push(characters);
        Ok(os::list(th, items))
    }

    /// Set the tty attributes for file descriptor fd.
    ///
    /// The attributes to be set are taken from the attributes argument, which
    /// is a list like the one returned by tcgetattr(). The when argument
    /// determines when the attributes are changed: termios.TCSANOW to
    /// change immediately, termios.TCSADRAIN to change after transmitting all
    /// queued output, or termios.TCSAFLUSH to change after transmitting all
    /// queued output and discarding all queued input.
    #[function(sig = "(fd, when, attributes, /)")]
    fn tcsetattr(th: &mut Thread, fd: Fd, when: i32, attributes: &Object) -> Result<(), Raised> {
        let wrong = |th: &mut Thread| raise::type_error(th, format_args!("tcsetattr, arg 3: must be 7 element list"));
        let Some(list) = attributes.downcast::<List>() else { return Err(wrong(th)) };
        let items = list.snapshot(th);
        let [iflag, oflag, cflag, lflag, ispeed, ospeed, characters] = &items[..] else { return Err(wrong(th)) };
        let mut mode = settings(th, fd.0)?;
        mode.c_iflag = flag(th, iflag)?;
        mode.c_oflag = flag(th, oflag)?;
        mode.c_cflag = flag(th, cflag)?;
        mode.c_lflag = flag(th, lflag)?;
        let (ispeed, ospeed) = (flag(th, ispeed)?, flag(th, ospeed)?);
        let characters = characters.downcast_ref::<List>().map(|list| list.snapshot(th)).filter(|list| list.len() == mode.c_cc.len());
        let Some(characters) = characters else {
            let n = mode.c_cc.len();
            return Err(raise::type_error(th, format_args!("tcsetattr: attributes[6] must be {n} element list")));
        };
        for (i, item) in characters.iter().enumerate() {
            mode.c_cc[i] = control(th, item)?;
        }
        if c!(cfsetispeed(&raw mut mode, ispeed)) == -1 || c!(cfsetospeed(&raw mut mode, ospeed)) == -1 {
            let number = os::errno();
            return Err(super::error(th, number));
        }
        call(th, || c!(tcsetattr(fd.0, when, &raw const mode)))
    }

    /// Send a break on file descriptor fd.
    ///
    /// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
    /// has a system dependent meaning.
    #[function(sig = "(fd, duration, /)")]
    fn tcsendbreak(th: &mut Thread, fd: Fd, duration: i32) -> Result<(), Raised> {
        call(th, || c!(tcsendbreak(fd.0, duration)))
    }

    /// Wait until all output written to file descriptor fd has been transmitted.
    #[function(sig = "(fd, /)")]
    fn tcdrain(th: &mut Thread, fd: Fd) -> Result<(), Raised> {
        call(th, || c!(tcdrain(fd.0)))
    }

    /// Discard queued data on file descriptor fd.
    ///
    /// The queue selector specifies which queue: termios.TCIFLUSH for the input
    /// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
    /// both queues.
    #[function(sig = "(fd, queue, /)")]
    fn tcflush(th: &mut Thread, fd: Fd, queue: i32) -> Result<(), Raised> {
        call(th, || c!(tcflush(fd.0, queue)))
    }

    /// Suspend or resume input or output on file descriptor fd.
    ///
    /// The action argument can be termios.TCOOFF to suspend output,
    /// termios.TCOON to restart output, termios.TCIOFF to suspend input,
    /// or termios.TCION to restart input.
    #[function(sig = "(fd, action, /)")]
    fn tcflow(th: &mut Thread, fd: Fd, action: i32) -> Result<(), Raised> {
        call(th, || c!(tcflow(fd.0, action)))
    }

    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[function(sig = "(fd, /)")]
    fn tcgetwinsize(th: &mut Thread, fd: Fd) -> Result<Ref<Object>, Raised> {
        let size = window(th, fd.0)?;
        let items = vec![int(th, size.ws_row.into()), int(th, size.ws_col.into())];
        Ok(os::tuple(th, items))
    }

    /// Set the tty winsize for file descriptor fd.
    ///
    /// The winsize to be set is taken from the winsize argument, which
    /// is a two-item tuple (ws_row, ws_col) like the one returned by tcgetwinsize().
    #[function(sig = "(fd, winsize, /)")]
    fn tcsetwinsize(th: &mut Thread, fd: Fd, winsize: &Object) -> Result<(), Raised> {
        let items = if ops::is_sequence(winsize) { ops::to_vec(th, winsize)? } else { Vec::new() };
        let [rows, columns] = &items[..] else {
            return Err(raise::type_error(th, format_args!("tcsetwinsize, arg 2: must be a two-item sequence")));
        };
        let mut size = window(th, fd.0)?;
        let cell = |th: &mut Thread, item: &Object| match ops::index(th, item)?.to_i64().map(u16::try_from) {
            Some(Ok(n)) => Ok(n),
            _ => Err(raise::overflow_error(th, format_args!("winsize value(s) out of range."))),
        };
        size.ws_row = cell(th, rows)?;
        size.ws_col = cell(th, columns)?;
        call(th, || c!(ioctl(fd.0, libc::TIOCSWINSZ, &raw const size)))
    }
}

fn window(th: &mut Thread, fd: i32) -> Result<libc::winsize, Raised> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    call(th, || c!(ioctl(fd, libc::TIOCGWINSZ, &raw mut size)))?;
    Ok(size)
}

/// The numbers on Linux.
const NAMES: &[(&str, i64)] = &[
    ("B0", 0x0),
    ("B1000000", 0xf4240),
    ("B110", 0x6e),
    ("B115200", 0x1c200),
    ("B1152000", 0x119400),
    ("B1200", 0x4b0),
    ("B134", 0x86),
    ("B14400", 0x3840),
    ("B150", 0x96),
    ("B1500000", 0x16e360),
    ("B1800", 0x708),
    ("B19200", 0x4b00),
    ("B200", 0xc8),
    ("B2000000", 0x1e8480),
    ("B230400", 0x38400),
    ("B2400", 0x960),
    ("B2500000", 0x2625a0),
    ("B28800", 0x7080),
    ("B300", 0x12c),
    ("B3000000", 0x2dc6c0),
    ("B3500000", 0x3567e0),
    ("B38400", 0x9600),
    ("B4000000", 0x3d0900),
    ("B460800", 0x70800),
    ("B4800", 0x12c0),
    ("B50", 0x32),
    ("B500000", 0x7a120),
    ("B57600", 0xe100),
    ("B576000", 0x8ca00),
    ("B600", 0x258),
    ("B7200", 0x1c20),
    ("B75", 0x4b),
    ("B76800", 0x12c00),
    ("B921600", 0xe1000),
    ("B9600", 0x2580),
    ("BRKINT", 0x2),
    ("BS0", 0x0),
    ("BS1", 0x2000),
    ("BSDLY", 0x2000),
    ("CBAUD", 0x100f),
    ("CBAUDEX", 0x1000),
    ("CDSUSP", 0x19),
    ("CEOF", 0x4),
    ("CEOL", 0x0),
    ("CEOT", 0x4),
    ("CERASE", 0x7f),
    ("CFLUSH", 0xf),
    ("CIBAUD", 0x100f0000),
    ("CINTR", 0x3),
    ("CKILL", 0x15),
    ("CLNEXT", 0x16),
    ("CLOCAL", 0x800),
    ("CQUIT", 0x1c),
    ("CR0", 0x0),
    ("CR1", 0x200),
    ("CR2", 0x400),
    ("CR3", 0x600),
    ("CRDLY", 0x600),
    ("CREAD", 0x80),
    ("CRPRNT", 0x12),
    ("CRTSCTS", 0x80000000),
    ("CS5", 0x0),
    ("CS6", 0x10),
    ("CS7", 0x20),
    ("CS8", 0x30),
    ("CSIZE", 0x30),
    ("CSTART", 0x11),
    ("CSTOP", 0x13),
    ("CSTOPB", 0x40),
    ("CSUSP", 0x1a),
    ("CWERASE", 0x17),
    ("ECHO", 0x8),
    ("ECHOCTL", 0x200),
    ("ECHOE", 0x10),
    ("ECHOK", 0x20),
    ("ECHOKE", 0x800),
    ("ECHONL", 0x40),
    ("ECHOPRT", 0x400),
    ("EXTA", 0x4b00),
    ("EXTB", 0x9600),
    ("EXTPROC", 0x10000),
    ("FF0", 0x0),
    ("FF1", 0x8000),
    ("FFDLY", 0x8000),
    ("FIOASYNC", 0x5452),
    ("FIOCLEX", 0x5451),
    ("FIONBIO", 0x5421),
    ("FIONCLEX", 0x5450),
    ("FIONREAD", 0x541b),
    ("FLUSHO", 0x1000),
    ("HUPCL", 0x400),
    ("IBSHIFT", 0x10),
    ("ICANON", 0x2),
    ("ICRNL", 0x100),
    ("IEXTEN", 0x8000),
    ("IGNBRK", 0x1),
    ("IGNCR", 0x80),
    ("IGNPAR", 0x4),
    ("IMAXBEL", 0x2000),
    ("INLCR", 0x40),
    ("INPCK", 0x10),
    ("IOCSIZE_MASK", 0x3fff0000),
    ("IOCSIZE_SHIFT", 0x10),
    ("ISIG", 0x1),
    ("ISTRIP", 0x20),
    ("IUCLC", 0x200),
    ("IUTF8", 0x4000),
    ("IXANY", 0x800),
    ("IXOFF", 0x1000),
    ("IXON", 0x400),
    ("NCCS", 0x20),
    ("NL0", 0x0),
    ("NL1", 0x100),
    ("NLDLY", 0x100),
    ("NOFLSH", 0x80),
    ("N_MOUSE", 0x2),
    ("N_PPP", 0x3),
    ("N_SLIP", 0x1),
    ("N_STRIP", 0x4),
    ("N_TTY", 0x0),
    ("OCRNL", 0x8),
    ("OFDEL", 0x80),
    ("OFILL", 0x40),
    ("OLCUC", 0x2),
    ("ONLCR", 0x4),
    ("ONLRET", 0x20),
    ("ONOCR", 0x10),
    ("OPOST", 0x1),
    ("PARENB", 0x100),
    ("PARMRK", 0x8),
    ("PARODD", 0x200),
    ("PENDIN", 0x4000),
    ("TAB0", 0x0),
    ("TAB1", 0x800),
    ("TAB2", 0x1000),
    ("TAB3", 0x1800),
    ("TABDLY", 0x1800),
    ("TCFLSH", 0x540b),
    ("TCGETS", 0x5401),
    ("TCIFLUSH", 0x0),
    ("TCIOFF", 0x2),
    ("TCIOFLUSH", 0x2),
    ("TCION", 0x3),
    ("TCOFLUSH", 0x1),
    ("TCOOFF", 0x0),
    ("TCOON", 0x1),
    ("TCSADRAIN", 0x1),
    ("TCSAFLUSH", 0x2),
    ("TCSANOW", 0x0),
    ("TCSBRK", 0x5409),
    ("TCSBRKP", 0x5425),
    ("TCSETS", 0x5402),
    ("TCSETSF", 0x5404),
    ("TCSETSW", 0x5403),
    ("TCXONC", 0x540a),
    ("TIOCCONS", 0x541d),
    ("TIOCEXCL", 0x540c),
    ("TIOCGETD", 0x5424),
    ("TIOCGICOUNT", 0x545d),
    ("TIOCGLCKTRMIOS", 0x5456),
    ("TIOCGPGRP", 0x540f),
    ("TIOCGSERIAL", 0x541e),
    ("TIOCGSOFTCAR", 0x5419),
    ("TIOCGWINSZ", 0x5413),
    ("TIOCINQ", 0x541b),
    ("TIOCLINUX", 0x541c),
    ("TIOCMBIC", 0x5417),
    ("TIOCMBIS", 0x5416),
    ("TIOCMGET", 0x5415),
    ("TIOCMIWAIT", 0x545c),
    ("TIOCMSET", 0x5418),
    ("TIOCM_CAR", 0x40),
    ("TIOCM_CD", 0x40),
    ("TIOCM_CTS", 0x20),
    ("TIOCM_DSR", 0x100),
    ("TIOCM_DTR", 0x2),
    ("TIOCM_LE", 0x1),
    ("TIOCM_RI", 0x80),
    ("TIOCM_RNG", 0x80),
    ("TIOCM_RTS", 0x4),
    ("TIOCM_SR", 0x10),
    ("TIOCM_ST", 0x8),
    ("TIOCNOTTY", 0x5422),
    ("TIOCNXCL", 0x540d),
    ("TIOCOUTQ", 0x5411),
    ("TIOCPKT", 0x5420),
    ("TIOCPKT_DATA", 0x0),
    ("TIOCPKT_DOSTOP", 0x20),
    ("TIOCPKT_FLUSHREAD", 0x1),
    ("TIOCPKT_FLUSHWRITE", 0x2),
    ("TIOCPKT_NOSTOP", 0x10),
    ("TIOCPKT_START", 0x8),
    ("TIOCPKT_STOP", 0x4),
    ("TIOCSCTTY", 0x540e),
    ("TIOCSERCONFIG", 0x5453),
    ("TIOCSERGETLSR", 0x5459),
    ("TIOCSERGETMULTI", 0x545a),
    ("TIOCSERGSTRUCT", 0x5458),
    ("TIOCSERGWILD", 0x5454),
    ("TIOCSERSETMULTI", 0x545b),
    ("TIOCSERSWILD", 0x5455),
    ("TIOCSER_TEMT", 0x1),
    ("TIOCSETD", 0x5423),
    ("TIOCSLCKTRMIOS", 0x5457),
    ("TIOCSPGRP", 0x5410),
    ("TIOCSSERIAL", 0x541f),
    ("TIOCSSOFTCAR", 0x541a),
    ("TIOCSTI", 0x5412),
    ("TIOCSWINSZ", 0x5414),
    ("TOSTOP", 0x100),
    ("VDISCARD", 0xd),
    ("VEOF", 0x4),
    ("VEOL", 0xb),
    ("VEOL2", 0x10),
    ("VERASE", 0x2),
    ("VINTR", 0x0),
    ("VKILL", 0x3),
    ("VLNEXT", 0xf),
    ("VMIN", 0x6),
    ("VQUIT", 0x1),
    ("VREPRINT", 0xc),
    ("VSTART", 0x8),
    ("VSTOP", 0x9),
    ("VSUSP", 0xa),
    ("VSWTC", 0x7),
    ("VSWTCH", 0x7),
    ("VT0", 0x0),
    ("VT1", 0x4000),
    ("VTDLY", 0x4000),
    ("VTIME", 0x5),
    ("VWERASE", 0xe),
    ("XCASE", 0x4),
    ("XTABS", 0x1800),
    ("_POSIX_VDISABLE", 0x0),
];
