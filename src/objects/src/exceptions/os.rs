//! `OSError`: errno, what it means, and which files it is about; the errno chooses the subclass.
//!
//! Invariant: an instance is filled in `__new__`, unless a subclass overrides `__init__` alone: then in `OSError.__init__` (see
//! [`init_fills`]), so that such an `__init__` may take what it likes.

use heap::Slot;
use heap::sync::{AtomicIsize, Ordering::Relaxed};
use macros::{pymethods, pytype};

use super::base::refuse_keywords;
use super::{BaseException, BlockingIoError, Exception};
use crate::glue::*;
use crate::text::Text;
use crate::{Int, Str, Tuple, none, ops, raise};

/// Base class for I/O related errors.
#[pytype(name = "OSError", base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PyOSErrorObject)]
#[repr(C)]
pub struct OsError {
    base: Exception,
    #[member(none, name = "errno", doc = "POSIX exception code")]
    errno: Slot,
    #[member(none, doc = "exception strerror")]
    strerror: Slot,
    #[member(none, doc = "exception filename")]
    filename: Slot,
    #[member(none, doc = "second exception filename")]
    filename2: Slot,
    /// Characters that were written before the operation would have blocked; -1: unknown.
    written: AtomicIsize,
}

/// The subclass for an errno.
fn class_for(errno: i64) -> Option<&'static Type> {
    let class: fn() -> &'static Type = match i32::try_from(errno).ok()? {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => super::blocking_io_error_type,
        libc::EPIPE | libc::ESHUTDOWN => super::broken_pipe_error_type,
        libc::ECHILD => super::child_process_error_type,
        libc::ECONNABORTED => super::connection_aborted_error_type,
        libc::ECONNREFUSED => super::connection_refused_error_type,
        libc::ECONNRESET => super::connection_reset_error_type,
        libc::EEXIST => super::file_exists_error_type,
        libc::ENOENT => super::file_not_found_error_type,
        libc::EISDIR => super::is_a_directory_error_type,
        libc::ENOTDIR => super::not_a_directory_error_type,
        libc::EINTR => super::interrupted_error_type,
        libc::EACCES | libc::EPERM => super::permission_error_type,
        libc::ESRCH => super::process_lookup_error_type,
        libc::ETIMEDOUT => super::timeout_error_type,
        _ => return None,
    };
    Some(class())
}

/// Whether `OSError.__init__` fills the instance, and not `__new__`: a subclass has an `__init__` of its own but no `__new__`.
fn init_fills(cls: &Type) -> bool {
    let base = OsError::type_object();
    let same_init = cls.tp_init().map(|f| f as usize) == base.tp_init().map(|f| f as usize);
    let same_new = cls.tp_new().map(|f| f as usize) == base.tp_new().map(|f| f as usize);
    !same_init && same_new
}

impl OsError {
    fn with_args(args: Ref<Tuple>) -> OsError {
        OsError {
            base: Exception::with_args(args),
            errno: Slot::NULL,
            strerror: Slot::NULL,
            filename: Slot::NULL,
            filename2: Slot::NULL,
            written: AtomicIsize::new(-1),
        }
    }

    /// The exception for an errno, with its own class and message.
    pub fn create(th: &mut Thread, errno: i32, filename: Option<&Object>, filename2: Option<&Object>) -> Ref<OsError> {
        let message = Str::new(th, &error_text(errno)).up();
        let number = Int::from_i64(th, errno.into()).up();
        let args = Tuple::from_slice(th, &[&*number, &*message]);
        let mut fields = OsError::with_args(args);
        fields.errno = Slot::new(number);
        fields.strerror = Slot::new(message);
        if let Some(filename) = filename.filter(|name| !name.is(none())) {
            fields.filename = Slot::new(filename.to_ref());
            fields.filename2 = Slot::from_option(filename2.filter(|name| !name.is(none())).map(Heaped::to_ref));
        }
        let class = class_for(errno.into()).unwrap_or(OsError::type_object());
        th.new_instance(class, fields)
    }

    /// `errno`
    pub fn errno(&self, th: &Thread) -> Option<Ref<Object>> {
        self.errno.get(th, self)
    }

    fn fill(&self, th: &mut Thread, args: &[&Object]) -> Result<(), Raised> {
        let mut kept = args;
        if let [errno, strerror, rest @ ..] = args
            && rest.len() <= 3
        {
            self.errno.set(th, self, Some(errno.to_ref()));
            self.strerror.set(th, self, Some(strerror.to_ref()));
            // The fourth is Windows's error number.
            let filename2 = rest.get(2).filter(|name| !name.is(none()));
            if let Some(filename) = rest.first().filter(|name| !name.is(none())) {
                if self.ty().is(BlockingIoError::type_object()) && ops::is_number(filename) {
                    let written = written_argument(th, filename)?;
                    self.written.store(written, Relaxed);
                } else {
                    self.filename.set(th, self, Some(filename.to_ref()));
                    if let Some(filename2) = filename2 {
                        self.filename2.set(th, self, Some(filename2.to_ref()));
                    }
                    kept = &args[..2];
                }
            }
        }
        let args = Tuple::from_slice(th, kept);
        self.set_args(th, args);
        Ok(())
    }
}

/// A count of characters: what does not fit is a `ValueError`.
fn written_argument(th: &mut Thread, value: &Object) -> Result<isize, Raised> {
    let index = ops::index(th, value)?;
    match index.to_i64() {
        Some(written) => Ok(written as isize),
        None => {
            let name = ops::type_name(value);
            Err(raise::value_error(th, format_args!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// The operating system's text for an errno.
pub fn error_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[pymethods]
impl OsError {
    #[slot(tp_new)]
    fn new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<OsError>, Raised> {
        if init_fills(cls) {
            return Ok(th.new_instance(cls, OsError::with_args(Tuple::empty().to_ref())));
        }
        refuse_keywords(th, cls, kwargs)?;
        let mut class = cls;
        if (2..=5).contains(&args.len())
            && core::ptr::eq(cls, OsError::type_object())
            && let Some(errno) = args[0].downcast::<Int>()
            && let Some(subclass) = errno.to_i64().and_then(class_for)
        {
            class = subclass;
        }
        let this = th.new_instance(class, OsError::with_args(Tuple::empty().to_ref()));
        this.fill(th, &args)?;
        Ok(this)
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if !init_fills(self.ty()) {
            return Ok(());
        }
        refuse_keywords(th, self.ty(), kwargs)?;
        self.fill(th, &args)
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let (errno, strerror) = (self.errno.get(th, self), self.strerror.get(th, self));
        let filename = self.filename.get(th, self);
        if filename.is_none() && (errno.is_none() || strerror.is_none()) {
            return BaseException::str(self, th);
        }
        let mut text = Text::new("[Errno ");
        text.push_display(th, errno.as_deref().unwrap_or(none()))?.push("] ");
        text.push_display(th, strerror.as_deref().unwrap_or(none()))?;
        if let Some(filename) = filename {
            text.push(": ").push_repr(th, &filename)?;
            if let Some(filename2) = self.filename2.get(th, self) {
                text.push(" -> ").push_repr(th, &filename2)?;
            }
        }
        Ok(text.finish(th))
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let mut args = self.args(th);
        if let Some(filename) = self.filename.get(th, self)
            && args.len() == 2
        {
            args = match self.filename2.get(th, self) {
                Some(filename2) => Tuple::from_slice(th, &[args.get(0), args.get(1), &filename, none(), &filename2]),
                None => Tuple::from_slice(th, &[args.get(0), args.get(1), &filename]),
            };
        }
        Ok(match self.attributes(th)? {
            Some(dict) => Tuple::from_slice(th, &[self.ty(), &args, &dict]),
            None => Tuple::from_slice(th, &[self.ty(), &args]),
        })
    }

    #[getter]
    fn characters_written(&self, th: &mut Thread) -> Result<isize, Raised> {
        match self.written.load(Relaxed) {
            -1 => Err(raise::new(th, super::attribute_error_type(), format_args!("characters_written"))),
            written => Ok(written),
        }
    }

    #[setter]
    fn set_characters_written(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let written = match value {
            Some(value) => written_argument(th, value)?,
            None => {
                self.characters_written(th)?;
                -1
            }
        };
        self.written.store(written, Relaxed);
        Ok(())
    }
}
