//! Calling C functions. A function of a `CDLL` runs detached, as CPython releases the GIL; one of a `PyDLL` runs attached, behind the gate in
//! exclusive mode, and may raise.
//!
//! Invariant: what arguments name lives until the call has returned; objects that C sees are common (R7).
#![allow(unsafe_code, reason = "C functions are called")]

use core::cell::Cell;
use core::ffi::c_void;

use heap::foreign::{self, Mode};
use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use objects::glue::{Global, as_type};
use objects::{Dict, Int, Str, Tuple, exceptions, names as common, none, none_ref, ops, raise, typing};

use crate::argument::{self, Argument};
use crate::cdata::{CData, Memory, is_simple_subclass};
use crate::ffi;
use crate::info::{self, flags};

/// Calls take no more arguments.
pub const MOST_ARGUMENTS: usize = 1024;

thread_local! {
    /// `ctypes.get_errno()`
    pub static ERRNO: Cell<i32> = const { Cell::new(0) };
}

static ARGUMENT_ERROR: Global<Type> = Global::EMPTY;

/// `ctypes.ArgumentError`
pub fn argument_error_class(th: &mut Thread) -> Result<Ref<Type>, Raised> {
    ARGUMENT_ERROR.get_or_init(th, |th| {
        let name = Str::new(th, "ArgumentError");
        let bases = Tuple::from_slice(th, &[exceptions::exception_type()]);
        let namespace = Dict::new(th);
        let module = Str::new(th, "ctypes");
        namespace.set(th, &common::__module__, &module)?;
        let made = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
        match as_type(&made) {
            Some(class) => Ok(class.to_ref()),
            None => Err(raise::system_error(th, format_args!("type() made no class"))),
        }
    })
}

/// Raises `ctypes.ArgumentError`.
#[cold]
pub fn argument_error(th: &mut Thread, message: core::fmt::Arguments<'_>) -> Raised {
    match argument_error_class(th) {
        Ok(class) => raise::new(th, &class, message),
        Err(raised) => raised,
    }
}

/// Replaces the raised exception by one of another class, whose text says what this one was.
#[cold]
pub fn extend_error(th: &mut Thread, class: &Type, prefix: &str) -> Raised {
    let Some(error) = th.take_exception() else { return raise::new(th, class, format_args!("{prefix}")) };
    let name = typing::short_name(error.ty());
    let text = match ops::str_(th, &error) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            th.take_exception();
            "???".to_owned()
        }
    };
    raise::new(th, class, format_args!("{prefix}{name}: {text}"))
}

/// Swaps the machine's `errno` with the one that the program sees.
fn swap_errno() {
    // SAFETY: the thread's own word.
    let place = unsafe { &mut *libc::__errno_location() };
    *place = ERRNO.replace(*place);
}

/// Around what a callback runs for the program.
pub fn with_errno<R>(swaps: bool, body: impl FnOnce() -> R) -> R {
    if swaps {
        swap_errno();
    }
    let result = body();
    if swaps {
        swap_errno();
    }
    result
}

/// What a call is.
pub struct Call<'a> {
    pub function: *const (),
    pub flags: u32,
    /// What turns each argument into a parameter.
    pub converters: Option<&'a Tuple>,
    /// `None`: an `int`.
    pub restype: Option<&'a Object>,
    pub checker: Option<&'a Object>,
}

/// So many pointers: a few here, more on the heap.
struct Few<T> {
    here: [*mut T; 8],
    more: Vec<*mut T>,
    count: usize,
}

impl<T> Few<T> {
    fn new(count: usize) -> Few<T> {
        let more = if count > 8 { vec![core::ptr::null_mut(); count] } else { Vec::new() };
        Few { here: [core::ptr::null_mut(); 8], more, count }
    }

    fn slice(&mut self) -> &mut [*mut T] {
        if self.more.is_empty() { &mut self.here[..self.count] } else { &mut self.more }
    }
}

/// Room for a result: 64 bytes here, more on the heap.
struct Room {
    here: [u128; 4],
    more: Vec<u128>,
}

impl Room {
    fn of(size: usize) -> Room {
        let more = if size > 64 { vec![0; size.div_ceil(16)] } else { Vec::new() };
        Room { here: [0; 4], more }
    }

    fn at(&mut self) -> *mut c_void {
        if self.more.is_empty() { self.here.as_mut_ptr().cast() } else { self.more.as_mut_ptr().cast() }
    }
}

impl Call<'_> {
    /// Converts the arguments, calls, converts the result.
    pub fn run(&self, th: &mut Thread, args: &[&Object]) -> Result<Ref<Object>, Raised> {
        if interp::audit::is_on() {
            let address = Int::from_usize(th, self.function.addr());
            let all = Tuple::from_slice(th, args);
            interp::audit::event(th, "ctypes.call_function", &[&address, &all])?;
        }
        if args.len() > MOST_ARGUMENTS {
            let count = args.len();
            return Err(argument_error(th, format_args!("too many arguments ({count}), maximum is {MOST_ARGUMENTS}")));
        }
        let mut arguments = self.convert(th, args)?;
        let result_type = match self.restype {
            Some(restype) if restype.is(none()) => ffi::void(),
            Some(restype) => info::of_type(restype).map_or_else(ffi::sint, |known| known.ffi.raw()),
            None => ffi::sint(),
        };
        // SAFETY: libffi's own, or that of a class that is held.
        let mut room = Room::of(unsafe { ffi::layout_of(result_type) }.0);
        self.invoke(th, &mut arguments, result_type, room.at())?;
        drop(arguments);
        self.result(th, room.at())
    }

    fn convert(&self, th: &mut Thread, args: &[&Object]) -> Result<Vec<Argument>, Raised> {
        let mut arguments = Vec::with_capacity(args.len());
        for (at, arg) in args.iter().enumerate() {
            let converted = match self.converters.and_then(|converters| converters.item(at)) {
                Some(converter) => match argument::of_plain(th, converter, arg) {
                    Some(argument) => Ok(argument),
                    None => ops::call(th, converter, &[arg]).and_then(|parameter| argument::of(th, &parameter, at + 1)),
                },
                None => argument::of(th, arg, at + 1),
            };
            match converted {
                Ok(argument) => arguments.push(argument),
                Err(_) => {
                    let error = th.take_exception();
                    let class = argument_error_class(th)?;
                    if let Some(error) = error {
                        let _ = th.set_exception(error);
                    }
                    return Err(extend_error(th, &class, &format!("argument {}: ", at + 1)));
                }
            }
        }
        Ok(arguments)
    }

    fn invoke(
        &self,
        th: &mut Thread,
        arguments: &mut [Argument],
        result_type: *mut ffi::ffi_type,
        result: *mut c_void,
    ) -> Result<(), Raised> {
        let mut types = Few::new(arguments.len());
        let mut values = Few::new(arguments.len());
        for ((ty, value), argument) in types.slice().iter_mut().zip(values.slice()).zip(arguments.iter_mut()) {
            *ty = argument.ffi;
            *value =
                if argument.bytes.is_empty() { argument.value.as_mut_ptr().cast() } else { argument.bytes.as_mut_ptr().cast() };
        }
        let fixed = self.converters.map(Tuple::len).filter(|&fixed| fixed != 0 && arguments.len() > fixed);
        let mut cif = ffi::ffi_cif::default();
        // SAFETY: the types are libffi's own or those of classes whose instances the arguments keep; the signature does not outlive this call.
        if unsafe { ffi::prepare(&raw mut cif, fixed, result_type, types.slice()) }.is_err() {
            let name = if fixed.is_some() { "ffi_prep_cif_var" } else { "ffi_prep_cif" };
            return Err(raise::runtime_error(th, format_args!("{name} failed")));
        }
        let swaps = self.flags & flags::USE_ERRNO != 0;
        let (function, values) = (self.function, values.slice().as_mut_ptr());
        // SAFETY: that the function is what the program says it is, is the program's business; the values are of the signature's types.
        let mut run = move || with_errno(swaps, || unsafe { ffi::call(&raw mut cif, function, result, values) });
        if self.flags & flags::PYTHON_API == 0 {
            th.detached(run);
            return Ok(());
        }
        if foreign::is_foreign(function) {
            // R7: objects among the arguments were shared as they were converted.
            foreign::call(th, function, |_| {}, run);
        } else if crate::helpers::is_one(function) {
            run();
        } else {
            // A function of our own C API expects what C expects: the GIL.
            let entered = foreign::enter(th, Mode::Exclusive);
            run();
            foreign::leave(th, entered);
        }
        if th.exception().is_some() { Err(th.already_raised()) } else { Ok(()) }
    }

    fn result(&self, th: &mut Thread, result: *mut c_void) -> Result<Ref<Object>, Raised> {
        // SAFETY: the room has a word at least.
        let word = unsafe { result.cast::<i32>().read() };
        let Some(restype) = self.restype else { return Ok(Int::from_i64(th, word.into()).up()) };
        if restype.is(none()) {
            return Ok(none_ref());
        }
        let (Some(cls), Some(known)) = (as_type(restype), info::of_type(restype)) else {
            let word = Int::from_i64(th, word.into());
            return ops::call(th, restype, &[&word]);
        };
        let value = match known.simple().filter(|_| !is_simple_subclass(cls)) {
            Some(simple) => {
                // SAFETY: the room holds a value of the type.
                let value = unsafe { simple.decode(th, result.cast(), known.size, None) };
                let value = value.map_err(|no| no.raise(th))?;
                if simple.is(b'O') {
                    // The function gave a count, too.
                    // SAFETY: R2: that count is given up; ours holds the object.
                    unsafe { th.release_raw(value.as_ptr()) };
                }
                value
            }
            None => CData::make(th, cls, known, Memory::Copy(result.cast()))?,
        };
        match self.checker {
            Some(checker) => ops::call(th, checker, &[&value]),
            None => Ok(value),
        }
    }
}
