//! `_locale`: the process's locale, by libc.
#![allow(unsafe_code, reason = "system calls")]

use core::ffi::c_char;
use std::ffi::CString;
use heap::sync::Mutex;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::{Global, KwArgs, as_type};
use objects::{Dict, Str, Tuple, exceptions, raise};

use crate::os::{self, c, int};

static ERROR: Global<Object> = Global::EMPTY;
/// The locale is the process's: it is changed and copied under this lock.
static LOCALE: Mutex<()> = Mutex::new(());

fn error(th: &mut Thread, message: &str) -> Raised {
    let class = ERROR.get(th);
    match class.as_deref().and_then(as_type) {
        Some(class) => raise::new(th, class, format_args!("{message}")),
        None => raise::value_error(th, format_args!("{message}")),
    }
}

/// The sizes of groups; `CHAR_MAX` or 0 ends them.
fn grouping(th: &mut Thread, bytes: &[u8]) -> Ref<Object> {
    let mut sizes: Vec<Ref<Object>> = bytes.iter().map(|size| int(th, i64::from(*size))).collect();
    if !bytes.is_empty() && bytes.last() != Some(&127) {
        sizes.push(int(th, 0));
    }
    os::list(th, sizes)
}

/// What `localeconv` says, copied while nobody changes the locale.
struct Conventions {
    texts: Vec<(&'static str, Vec<u8>)>,
    groups: Vec<(&'static str, Vec<u8>)>,
    numbers: Vec<(&'static str, i64)>,
}

fn conventions() -> Conventions {
    let _reading = LOCALE.lock();
    // SAFETY: libc's own record, which stays as it is while we hold the lock.
    let l = unsafe { &*libc::localeconv() };
    let text = |p| os::c_bytes(p).to_vec();
    Conventions {
        texts: vec![
            ("decimal_point", text(l.decimal_point)),
            ("thousands_sep", text(l.thousands_sep)),
            ("int_curr_symbol", text(l.int_curr_symbol)),
            ("currency_symbol", text(l.currency_symbol)),
            ("mon_decimal_point", text(l.mon_decimal_point)),
            ("mon_thousands_sep", text(l.mon_thousands_sep)),
            ("positive_sign", text(l.positive_sign)),
            ("negative_sign", text(l.negative_sign)),
        ],
        groups: vec![("grouping", text(l.grouping)), ("mon_grouping", text(l.mon_grouping))],
        numbers: vec![
            ("int_frac_digits", l.int_frac_digits.into()),
            ("frac_digits", l.frac_digits.into()),
            ("p_cs_precedes", l.p_cs_precedes.into()),
            ("p_sep_by_space", l.p_sep_by_space.into()),
            ("n_cs_precedes", l.n_cs_precedes.into()),
            ("n_sep_by_space", l.n_sep_by_space.into()),
            ("p_sign_posn", l.p_sign_posn.into()),
            ("n_sign_posn", l.n_sign_posn.into()),
        ],
    }
}

/// What the locale is at the start of the process.
pub struct Start {
    /// The C locale, or POSIX's: of it nothing is believed.
    pub is_c: bool,
    /// A locale that the C locale is changed to.
    pub is_target: bool,
    /// What its characters are encoded as.
    pub encoding: String,
}

/// The locales that stand in for the C locale (PEP 538).
const TARGETS: [&std::ffi::CStr; 3] = [c"C.UTF-8", c"C.utf8", c"UTF-8"];

/// Sets the locale of characters by the environment, if it is to be configured; the C locale becomes one with UTF-8 if it may, for child processes, too. Called before
/// any other thread is there.
pub fn start(configure: bool, coerce: bool, warn: bool) -> Start {
    let set = |name: &std::ffi::CStr| {
        let answer = c!(setlocale(libc::LC_CTYPE, name.as_ptr()));
        (!answer.is_null()).then(|| os::c_bytes(answer).to_vec())
    };
    let now = || os::c_bytes(c!(setlocale(libc::LC_CTYPE, core::ptr::null()))).to_vec();
    let name = if configure { set(c"").unwrap_or_else(|| b"C".to_vec()) } else { now() };
    let is_c = name == b"C" || name == b"POSIX";
    let overridden = std::env::var_os("LC_ALL").is_some_and(|all| !all.is_empty());
    if configure && is_c && coerce && !overridden
        && let Some(target) = TARGETS.iter().find(|target| set(target).is_some())
    {
        let target = target.to_string_lossy();
        // SAFETY: R15: no other thread runs yet.
        unsafe { std::env::set_var("LC_CTYPE", &*target) };
        if warn {
            stdx::tell(format_args!(
                "Python detected LC_CTYPE=C: LC_CTYPE coerced to {target} (set another locale or PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n"
            ));
        }
        set(c"");
    }
    let encoding = String::from_utf8_lossy(os::c_bytes(c!(nl_langinfo(libc::CODESET)))).into_owned();
    let is_target = TARGETS.iter().any(|target| target.to_bytes() == name);
    Start { is_c, is_target, encoding: if encoding.is_empty() { "utf-8".to_owned() } else { encoding } }
}

#[pymodule(name = "_locale")]
pub mod locale {
    //! Support for POSIX locales.
    use super::*;

    #[attr]
    fn Error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.get_or_init(th, |th| {
            let namespace = Dict::new(th);
            let module = Str::new(th, "locale");
            namespace.set_by_name(th, "__module__", module.up());
            let bases = Tuple::from_slice(th, &[exceptions::exception_type()]);
            let name = Str::new(th, "Error");
            objects::typing::new_class::new_class(th, objects::typing::type_type(), &name, &bases, &namespace, KwArgs::new(&[], &[]))
        })
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        Ok(())
    }

    /// Activates/queries locale processing.
    #[function(sig = "(category, locale=None, /)")]
    fn setlocale(th: &mut Thread, category: i32, locale: Option<&str>) -> Result<Ref<Object>, Raised> {
        let wanted = locale.map(|l| CString::new(l).unwrap_or_default());
        let answer = {
            let _changing = LOCALE.lock();
            let answer = c!(setlocale(category, wanted.as_ref().map_or(core::ptr::null(), |w| w.as_ptr())));
            (!answer.is_null()).then(|| os::c_bytes(answer).to_vec())
        };
        match answer {
            Some(answer) => Ok(interp::config::decode_os(th, &answer).up()),
            None if wanted.is_some() => Err(super::error(th, "unsupported locale setting")),
            None => Err(super::error(th, "locale query failed")),
        }
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[function(sig = "()")]
    fn localeconv(th: &mut Thread) -> Ref<Object> {
        let conventions = conventions();
        let dict = Dict::new(th);
        for (name, text) in &conventions.texts {
            let text = interp::config::decode_os(th, text);
            dict.set_by_name(th, name, text.up());
        }
        for (name, sizes) in &conventions.groups {
            let sizes = grouping(th, sizes);
            dict.set_by_name(th, name, sizes);
        }
        for (name, number) in &conventions.numbers {
            let number = int(th, *number);
            dict.set_by_name(th, name, number);
        }
        dict.up()
    }

    /// Get the current locale encoding.
    #[function(sig = "()")]
    fn getencoding() -> &'static str {
        // The name is what the C library says of the locale, and another one where the locale is not asked.
        if interp::config::get().utf8_mode { "utf-8" } else { "UTF-8" }
    }

    /// Return the value for the locale information associated with key.
    #[function(sig = "(key, /)")]
    fn nl_langinfo(th: &mut Thread, key: i32) -> Result<Ref<Object>, Raised> {
        if !NAMES.iter().any(|(name, value)| *value == i64::from(key) && !name.starts_with("LC_") && *name != "CHAR_MAX") {
            return Err(raise::value_error(th, format_args!("unsupported langinfo constant")));
        }
        let text = {
            let _reading = LOCALE.lock();
            os::c_bytes(c!(nl_langinfo(key))).to_vec()
        };
        Ok(interp::config::decode_os(th, &text).up())
    }

    /// Compares two strings according to the locale.
    #[function(sig = "(os1, os2, /)")]
    fn strcoll(th: &mut Thread, os1: &Str, os2: &Str) -> Result<i32, Raised> {
        let (a, b) = (os::fs_string(th, os1)?, os::fs_string(th, os2)?);
        Ok(c!(strcoll(a.as_ptr(), b.as_ptr())))
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[function(sig = "(string, /)")]
    fn strxfrm(th: &mut Thread, string: &Str) -> Result<Ref<Object>, Raised> {
        let text = os::fs_string(th, string)?;
        let size = c!(strxfrm(core::ptr::null_mut(), text.as_ptr(), 0));
        let mut room = vec![0_u8; size + 1];
        c!(strxfrm(room.as_mut_ptr().cast(), text.as_ptr(), room.len()));
        Ok(os::c_text(th, room.as_ptr().cast()))
    }

    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[function(sig = "(msg, /)")]
    fn gettext(th: &mut Thread, msg: &str) -> Result<Ref<Object>, Raised> {
        let msg = terminated(Some(msg));
        let answer = asked(|| {
            // SAFETY: terminated strings or null; the answer is copied at once.
            unsafe { catalog::gettext(text_pointer(&msg)) }
        });
        answer_text(th, answer)
    }

    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[function(sig = "(domain, msg, /)")]
    fn dgettext(th: &mut Thread, domain: Option<&str>, msg: &str) -> Result<Ref<Object>, Raised> {
        let (domain, msg) = (terminated(domain), terminated(Some(msg)));
        let answer = asked(|| {
            // SAFETY: terminated strings or null; the answer is copied at once.
            unsafe { catalog::dgettext(text_pointer(&domain), text_pointer(&msg)) }
        });
        answer_text(th, answer)
    }

    /// Return translation of msg in domain and category.
    #[function(sig = "(domain, msg, category, /)")]
    fn dcgettext(th: &mut Thread, domain: Option<&str>, msg: &str, category: i32) -> Result<Ref<Object>, Raised> {
        let (domain, msg) = (terminated(domain), terminated(Some(msg)));
        let answer = asked(|| {
            // SAFETY: terminated strings or null; the answer is copied at once.
            unsafe { catalog::dcgettext(text_pointer(&domain), text_pointer(&msg), category) }
        });
        answer_text(th, answer)
    }

    /// Set the C library's textdmain to domain, returning the new domain.
    #[function(sig = "(domain, /)")]
    fn textdomain(th: &mut Thread, domain: Option<&str>) -> Result<Ref<Object>, Raised> {
        let domain = terminated(domain);
        let answer = asked(|| {
            // SAFETY: terminated strings or null; the answer is copied at once.
            unsafe { catalog::textdomain(text_pointer(&domain)) }
        });
        answer_text(th, answer)
    }

    /// Bind the C library's domain to dir.
    #[function(sig = "(domain, dir, /)")]
    fn bindtextdomain(th: &mut Thread, domain: &str, dir: &Object) -> Result<Ref<Object>, Raised> {
        if domain.is_empty() {
            return Err(super::error(th, "domain must be a non-empty string"));
        }
        let dir = if dir.is(objects::none()) { None } else { Some(os::fs_string(th, dir)?) };
        let domain = terminated(Some(domain));
        let answer = asked(|| {
            // SAFETY: terminated strings or null; the answer is copied at once.
            unsafe { catalog::bindtextdomain(text_pointer(&domain), text_pointer(&dir)) }
        });
        answer_text(th, answer)
    }

    /// Bind the C library's domain to codeset.
    #[function(sig = "(domain, codeset, /)")]
    fn bind_textdomain_codeset(th: &mut Thread, domain: &str, codeset: Option<&str>) -> Result<Ref<Object>, Raised> {
        let (domain, codeset) = (terminated(Some(domain)), terminated(codeset));
        let answer = asked(|| {
            // SAFETY: terminated strings or null; the answer is copied at once.
            unsafe { catalog::bind_textdomain_codeset(text_pointer(&domain), text_pointer(&codeset)) }
        });
        match answer {
            Ok(answer) => Ok(interp::config::decode_os(th, &answer).up()),
            Err(_) => Ok(objects::none_ref()),
        }
    }
}

/// The C library's catalogs of messages, which the crate `libc` does not declare.
mod catalog {
    use core::ffi::{c_char, c_int};

    unsafe extern "C" {
        pub fn gettext(msg: *const c_char) -> *mut c_char;
        pub fn dgettext(domain: *const c_char, msg: *const c_char) -> *mut c_char;
        pub fn dcgettext(domain: *const c_char, msg: *const c_char, category: c_int) -> *mut c_char;
        pub fn textdomain(domain: *const c_char) -> *mut c_char;
        pub fn bindtextdomain(domain: *const c_char, dir: *const c_char) -> *mut c_char;
        pub fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
    }
}

/// Text for C; arguments hold no NUL.
fn terminated(text: Option<&str>) -> Option<CString> {
    text.map(|text| CString::new(text).unwrap_or_default())
}

/// Where C finds it, or null.
fn text_pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(core::ptr::null(), |text| text.as_ptr())
}

/// What the C library answers, copied while nobody changes the locale, or its `errno`.
fn asked(ask: impl FnOnce() -> *mut c_char) -> Result<Vec<u8>, i32> {
    let _reading = LOCALE.lock();
    let answer = ask();
    if answer.is_null() {
        return Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0));
    }
    Ok(os::c_bytes(answer).to_vec())
}

fn answer_text(th: &mut Thread, answer: Result<Vec<u8>, i32>) -> Result<Ref<Object>, Raised> {
    match answer {
        Ok(answer) => Ok(interp::config::decode_os(th, &answer).up()),
        Err(errno) => Err(raise::os_error(th, errno, None, None)),
    }
}

/// What `setlocale` and `nl_langinfo` take, on Linux.
const NAMES: &[(&str, i64)] = &[
    ("ABDAY_1", 0x20000),
    ("ABDAY_2", 0x20001),
    ("ABDAY_3", 0x20002),
    ("ABDAY_4", 0x20003),
    ("ABDAY_5", 0x20004),
    ("ABDAY_6", 0x20005),
    ("ABDAY_7", 0x20006),
    ("ABMON_1", 0x2000e),
    ("ABMON_10", 0x20017),
    ("ABMON_11", 0x20018),
    ("ABMON_12", 0x20019),
    ("ABMON_2", 0x2000f),
    ("ABMON_3", 0x20010),
    ("ABMON_4", 0x20011),
    ("ABMON_5", 0x20012),
    ("ABMON_6", 0x20013),
    ("ABMON_7", 0x20014),
    ("ABMON_8", 0x20015),
    ("ABMON_9", 0x20016),
    ("ALT_DIGITS", 0x2002f),
    ("AM_STR", 0x20026),
    ("CHAR_MAX", 0x7f),
    ("CODESET", 0xe),
    ("CRNCYSTR", 0x4000f),
    ("DAY_1", 0x20007),
    ("DAY_2", 0x20008),
    ("DAY_3", 0x20009),
    ("DAY_4", 0x2000a),
    ("DAY_5", 0x2000b),
    ("DAY_6", 0x2000c),
    ("DAY_7", 0x2000d),
    ("D_FMT", 0x20029),
    ("D_T_FMT", 0x20028),
    ("ERA", 0x2002c),
    ("ERA_D_FMT", 0x2002e),
    ("ERA_D_T_FMT", 0x20030),
    ("ERA_T_FMT", 0x20031),
    ("LC_ALL", 6),
    ("LC_COLLATE", 3),
    ("LC_CTYPE", 0),
    ("LC_MESSAGES", 5),
    ("LC_MONETARY", 4),
    ("LC_NUMERIC", 1),
    ("LC_TIME", 2),
    ("MON_1", 0x2001a),
    ("MON_10", 0x20023),
    ("MON_11", 0x20024),
    ("MON_12", 0x20025),
    ("MON_2", 0x2001b),
    ("MON_3", 0x2001c),
    ("MON_4", 0x2001d),
    ("MON_5", 0x2001e),
    ("MON_6", 0x2001f),
    ("MON_7", 0x20020),
    ("MON_8", 0x20021),
    ("MON_9", 0x20022),
    ("NOEXPR", 0x50001),
    ("PM_STR", 0x20027),
    ("RADIXCHAR", 0x10000),
    ("THOUSEP", 0x10001),
    ("T_FMT", 0x2002a),
    ("T_FMT_AMPM", 0x2002b),
    ("YESEXPR", 0x50000),
    ("_DATE_FMT", 0x2006c),
];
