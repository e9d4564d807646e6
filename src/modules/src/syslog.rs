//! `syslog`: messages to the system's log, by libc.
//!
//! Invariant: libc keeps the address of the program's name; the name and all calls that use it are under one mutex.
#![allow(unsafe_code, non_snake_case, reason = "system calls; names that Python sees")]

use std::ffi::CString;

use heap::sync::Mutex;
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::{upward, *};
use objects::{List, Str, none, raise};

use crate::hashes::common::with;
use crate::os::{self, c, int};

/// What is open.
struct Log {
    open: bool,
    /// What libc was told; none: libc finds a name.
    ident: Option<CString>,
}

static LOG: Mutex<Log> = Mutex::new(Log { open: false, ident: None });

impl Log {
    fn set(&mut self, ident: Option<CString>, options: i32, facility: i32) {
        c!(openlog(ident.as_ref().map_or(core::ptr::null(), |ident| ident.as_ptr()), options, facility));
        // Only now: libc knew the old one until then.
        self.ident = ident;
        self.open = true;
    }
}

/// What C sees of a text: all before a NUL.
fn c_string(th: &mut Thread, text: &Str) -> Result<CString, Raised> {
    let text = upward::str_utf8(th, text)?;
    let end = text.find('\0').unwrap_or(text.len());
    Ok(CString::new(&text[..end]).unwrap_or_default())
}

/// The program's name: the last part of `sys.argv[0]`, if that is one.
fn program(th: &mut Thread) -> Option<Ref<Str>> {
    let argv = interp::sys::attribute(th, "argv")?;
    let first = argv.downcast_ref::<List>()?.snapshot(th).into_iter().next()?;
    let text = first.downcast_ref::<Str>()?;
    let name = text.to_string_lossy();
    match name.rsplit_once('/') {
        _ if name.is_empty() => None,
        Some((_, name)) => Some(Str::new(th, name)),
        None => Some(text.to_ref()),
    }
}

/// The name to open the log with, told to the audit hooks.
fn ident(th: &mut Thread, given: Option<&Str>, options: i64, facility: i64) -> Result<Option<CString>, Raised> {
    let ident = match given {
        Some(ident) => Some(ident.to_ref()),
        None => program(th),
    };
    let text = ident.as_deref().map(|ident| c_string(th, ident)).transpose()?;
    let (options, facility) = (int(th, options), int(th, facility));
    let shown = ident.as_deref().map_or(none(), |ident| ident.as_object());
    interp::audit::event(th, "syslog.openlog", &[shown, &options, &facility])?;
    Ok(text)
}

#[pymodule(name = "syslog")]
pub mod syslog {
    use super::*;

    #[exec]
    fn prepare(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let table = os::constants! {
            LOG_EMERG LOG_ALERT LOG_CRIT LOG_ERR LOG_WARNING LOG_NOTICE LOG_INFO LOG_DEBUG LOG_PID LOG_CONS LOG_NDELAY LOG_ODELAY LOG_NOWAIT
            LOG_PERROR LOG_KERN LOG_USER LOG_MAIL LOG_DAEMON LOG_AUTH LOG_LPR LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2 LOG_LOCAL3 LOG_LOCAL4
            LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_SYSLOG LOG_CRON LOG_UUCP LOG_NEWS LOG_AUTHPRIV LOG_FTP
        };
        os::add_constants(th, module, table);
        Ok(())
    }

    /// Set logging options of subsequent syslog() calls.
    #[function(sig = "(ident=<unrepresentable>, logoption=0, facility=LOG_USER)")]
    fn openlog(th: &mut Thread, ident: Option<&Str>, logoption: i64, #[default(8)] facility: i64) -> Result<(), Raised> {
        let ident = super::ident(th, ident, logoption, facility)?;
        with(th, &LOG, true, |log| log.set(ident, logoption as i32, facility as i32));
        Ok(())
    }

    #[function(sig = none, doc = "syslog([priority=LOG_INFO,] message)\nSend the string message to the system logger.")]
    fn syslog(th: &mut Thread, args: Args<'_>) -> Result<(), Raised> {
        let (priority, message, place) = match *args.as_slice() {
            [message] => (libc::LOG_INFO, message, 1),
            [priority, message] => match upward::index(th, priority)? {
                IntValue::Small(small) if i32::try_from(small).is_ok() => (small as i32, message, 2),
                _ => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
            },
            _ => return Err(raise::type_error(th, format_args!("syslog.syslog requires 1 to 2 arguments"))),
        };
        let Some(text) = message.downcast_ref::<Str>() else {
            let got = objects::ops::type_name(message);
            return Err(raise::type_error(th, format_args!("syslog() argument {place} must be str, not {got}")));
        };
        if upward::str_utf8(th, text)?.contains('\0') {
            return Err(raise::value_error(th, format_args!("embedded null character")));
        }
        let text = c_string(th, text)?;
        let shown = int(th, priority.into());
        interp::audit::event(th, "syslog.syslog", &[&shown, message])?;
        let open = with(th, &LOG, false, |log| log.open);
        let ident = if open { None } else { super::ident(th, None, 0, libc::LOG_USER.into())? };
        with(th, &LOG, true, |log| {
            if !log.open && !open {
                log.set(ident, 0, libc::LOG_USER);
            }
            c!(syslog(priority, c"%s".as_ptr(), text.as_ptr()));
        });
        Ok(())
    }

    /// Reset the syslog module values and call the system library closelog().
    #[function(sig = "()")]
    fn closelog(th: &mut Thread) -> Result<(), Raised> {
        interp::audit::event(th, "syslog.closelog", &[])?;
        with(th, &LOG, true, |log| {
            if core::mem::take(&mut log.open) {
                // libc goes on without a name, so that it knows none that is gone.
                c!(closelog());
                c!(openlog(core::ptr::null(), 0, libc::LOG_USER));
                c!(closelog());
                log.ident = None;
            }
        });
        Ok(())
    }

    /// Set the priority mask to maskpri and return the previous mask value.
    #[function(sig = "(maskpri, /)")]
    fn setlogmask(th: &mut Thread, maskpri: i64) -> Result<i32, Raised> {
        let shown = int(th, maskpri);
        interp::audit::event(th, "syslog.setlogmask", &[&shown])?;
        Ok(c!(setlogmask(maskpri as i32)))
    }

    /// Calculates the mask for the individual priority pri.
    #[function(sig = "(pri, /)")]
    fn LOG_MASK(pri: i64) -> i32 {
        1_i32.wrapping_shl(pri as u32)
    }

    /// Calculates the mask for all priorities up to and including pri.
    #[function(sig = "(pri, /)")]
    fn LOG_UPTO(pri: i64) -> i32 {
        1_i32.wrapping_shl((pri as u32).wrapping_add(1)).wrapping_sub(1)
    }
}
