//! What any object can be asked: its text, hash, truth, comparison, class; counts and ends of objects; the constants.

use core::ffi::{c_char, c_int, c_void};

use heap::{Object, Raised, Ref, Thread, Type, lives};
use objects::ops::{self, CompareOp};
use objects::{Bytes, Dict, List, Str, Tuple, names, raise, repr_guard};

use crate::api;

type Made = Result<Ref<Object>, Raised>;

/// How messages and texts show a null pointer.
const NULL: &str = "<NULL>";
/// `str` instead of `repr`, for [`PyObject_Print`].
const PRINT_RAW: c_int = 1;

fn repr(th: &mut Thread, object: Option<&Object>) -> Result<Ref<Str>, Raised> {
    match object {
        Some(object) => ops::repr(th, object),
        None => Ok(Str::new(th, NULL)),
    }
}

/// The operator of C's number.
fn operator(th: &mut Thread, op: c_int) -> Result<CompareOp, Raised> {
    if (abi::Py_LT..=abi::Py_GE).contains(&op) { Ok(CompareOp::from_c(op)) } else { Err(raise::bad_internal_call(th)) }
}

/// Both operands, which must not be null.
fn operands<'a>(th: &mut Thread, a: Option<&'a Object>, b: Option<&'a Object>) -> Result<(&'a Object, &'a Object), Raised> {
    match (a, b) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ if th.exception().is_some() => Err(th.already_raised()),
        _ => Err(raise::bad_internal_call(th)),
    }
}

/// `dir()` without an argument.
fn names_in_scope(th: &mut Thread) -> Result<Ref<List>, Raised> {
    let locals = interp::builtins::scope::current_locals(th)?;
    let found = ops::call_method(th, &locals, &names::keys, &[])?;
    ops::to_list(th, &found)
}

/// The constants that C asks for by number.
fn constant(th: &mut Thread, number: u32) -> Made {
    Ok(match number {
        0 => objects::none_ref(),
        1 => objects::bool_ref(false),
        2 => objects::bool_ref(true),
        3 => objects::ellipsis_ref(),
        4 => objects::not_implemented_ref(),
        5 => objects::Int::from_i64(th, 0).up(),
        6 => objects::Int::from_i64(th, 1).up(),
        7 => Str::empty().up(),
        8 => Bytes::from_slice(th, b"").unwrap_or_else(|| heap::alloc::out_of_memory()).up(),
        9 => Tuple::empty().up(),
        _ => return Err(raise::bad_internal_call(th)),
    })
}

api! {
    /// Ends an object whose count C lowered to zero.
    fn _Py_Dealloc(th, object: *mut abi::PyObject) {
        // SAFETY: R2: the caller holds the last word on the object: its count is zero.
        th.die(unsafe { Object::borrow(object) });
    }

    /// Adds a count (the function behind the macro, for the limited API).
    fn Py_IncRef(th, object: Option<&Object>) {
        if let Some(object) = object {
            core::mem::forget(th.retain(object));
        }
    }

    /// Gives a count up; null is ignored.
    fn Py_DecRef(th, object: *mut abi::PyObject) {
        // SAFETY: R2: C gives up a count that it holds.
        if let Some(object) = unsafe { Ref::<Object>::from_raw_nullable(object) } {
            th.release(object);
        }
    }

    /// Adds a count, which must be there to add to.
    fn _Py_IncRef(th, object: &Object) {
        core::mem::forget(th.retain(object));
    }

    /// Gives a count up.
    fn _Py_DecRef(th, object: *mut abi::PyObject) {
        // SAFETY: R2: C gives up a count that it holds.
        if let Some(object) = unsafe { Ref::<Object>::from_raw_nullable(object) } {
            th.release(object);
        }
    }

    /// Adds a count and hands the object back.
    fn Py_NewRef(th, object: Option<&Object>) -> Option<Ref<Object>> {
        object.map(|object| th.retain(object))
    }

    /// The same; null stays null.
    fn Py_XNewRef(th, object: Option<&Object>) -> Option<Ref<Object>> {
        object.map(|object| th.retain(object))
    }
}

api! {
    /// `type(object)`
    fn PyObject_Type(th, object: &Object) -> Result<Ref<Type>, Raised> {
        Ok(th.retain(object.ty()))
    }

    /// `repr(object)`
    fn PyObject_Repr(th, object: Option<&Object>) -> Result<Ref<Str>, Raised> {
        repr(th, object)
    }

    /// `str(object)`
    fn PyObject_Str(th, object: Option<&Object>) -> Result<Ref<Str>, Raised> {
        match object {
            Some(object) => ops::str_(th, object),
            None => Ok(Str::new(th, NULL)),
        }
    }

    /// `ascii(object)`
    fn PyObject_ASCII(th, object: Option<&Object>) -> Result<Ref<Str>, Raised> {
        match object {
            Some(object) => ops::ascii(th, object),
            None => Ok(Str::new(th, NULL)),
        }
    }

    /// `bytes(object)`, but for numbers.
    fn PyObject_Bytes(th, object: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        let Some(object) = object else { return Ok(Bytes::new(th, NULL.as_bytes())) };
        if let Some(bytes) = object.downcast_exact::<Bytes>() {
            return Ok(th.retain(bytes));
        }
        match objects::bytes::convert::by_method(th, object)? {
            Some(bytes) => Ok(bytes),
            None => objects::bytes::convert::from_content(th, object),
        }
    }

    /// `format(object, spec)`; null is the empty specification.
    fn PyObject_Format(th, object: &Object, spec: Option<&Object>) -> Result<Ref<Str>, Raised> {
        let Some(spec) = spec else {
            let empty = Str::empty();
            return ops::format(th, object, &empty);
        };
        match spec.downcast::<Str>() {
            Some(spec) => ops::format(th, object, spec),
            None => {
                let name = ops::type_name(spec);
                Err(raise::system_error(th, format_args!("Format specifier must be a string, not {name}")))
            }
        }
    }

    /// `dir(object)`; of null, the names of the current scope.
    fn PyObject_Dir(th, object: Option<&Object>) -> Result<Ref<List>, Raised> {
        let names = match object {
            None => names_in_scope(th)?,
            Some(object) => match ops::call_special(th, object, &names::__dir__, &[])? {
                Some(found) => ops::to_list(th, &found)?,
                None => return Err(raise::type_error(th, format_args!("object does not provide __dir__"))),
            },
        };
        names.sort(th, None, false)?;
        Ok(names)
    }

    /// The function as messages show it: `module.qualname()`.
    fn _PyObject_FunctionStr(th, function: &Object) -> Result<Ref<Str>, Raised> {
        let Some(name) = ops::getattr_opt(th, function, &names::__qualname__)? else { return ops::str_(th, function) };
        let name = ops::str_(th, &name)?;
        let module = ops::getattr_opt(th, function, &names::__module__)?.filter(|module| !module.is(objects::none()));
        if let Some(module) = module
            && !(*module).downcast_ref::<Str>().is_some_and(|module| module.eq_text("builtins"))
        {
            let module = ops::str_(th, &module)?;
            return Ok(Str::new(th, &format!("{}.{}()", &*module, &*name)));
        }
        Ok(Str::new(th, &format!("{}()", &*name)))
    }

    /// `hash(object)`
    fn PyObject_Hash(th, object: &Object) -> Result<isize, Raised> {
        ops::hash(th, object)
    }

    /// `bool(object)`
    fn PyObject_IsTrue(th, object: &Object) -> Result<bool, Raised> {
        ops::is_true(th, object)
    }

    /// `not object`
    fn PyObject_Not(th, object: &Object) -> Result<bool, Raised> {
        ops::is_true(th, object).map(|truth| !truth)
    }

    /// `a op b`
    fn PyObject_RichCompare(th, a: Option<&Object>, b: Option<&Object>, op: c_int) -> Made {
        let (a, b) = operands(th, a, b)?;
        let op = operator(th, op)?;
        ops::richcompare(th, a, b, op)
    }

    /// The truth of `a op b`; an object equals itself without being asked.
    fn PyObject_RichCompareBool(th, a: Option<&Object>, b: Option<&Object>, op: c_int) -> Result<bool, Raised> {
        let (a, b) = operands(th, a, b)?;
        let op = operator(th, op)?;
        ops::compare_bool(th, a, b, op)
    }

    /// `isinstance(object, classes)`
    fn PyObject_IsInstance(th, object: &Object, classes: &Object) -> Result<bool, Raised> {
        ops::isinstance(th, object, classes)
    }

    /// `issubclass(class, classes)`
    fn PyObject_IsSubclass(th, class: &Object, classes: &Object) -> Result<bool, Raised> {
        ops::issubclass(th, class, classes)
    }

    /// `callable(object)`; null is not.
    fn PyCallable_Check(_th, object: Option<&Object>) -> i32 {
        i32::from(object.is_some_and(ops::is_callable))
    }

    /// `len(object)`
    fn PyObject_Size(th, object: &Object) -> Result<usize, Raised> {
        ops::len(th, object)
    }

    /// The older name of `PyObject_Size`.
    fn PyObject_Length(th, object: &Object) -> Result<usize, Raised> {
        ops::len(th, object)
    }

    /// `operator.length_hint(object, default)`
    fn PyObject_LengthHint(th, object: &Object, default: isize) -> Result<isize, Raised> {
        // Whatever number C gives comes back as it is.
        ops::length_hint(th, object, default.cast_unsigned()).map(usize::cast_signed)
    }
}

api! {
    /// Notes that the object's `repr` runs: 1 if it ran already.
    fn Py_ReprEnter(_th, object: &Object) -> i32 {
        i32::from(!repr_guard::enter(object))
    }

    /// The object's `repr` has ended.
    fn Py_ReprLeave(_th, object: &Object) {
        repr_guard::leave(object);
    }

    /// Writes the object to a C stream.
    fn PyObject_Print(th, object: Option<&Object>, stream: *mut libc::FILE, flags: c_int) -> Result<(), Raised> {
        ops::call::native_recursion(th, " printing an object")?;
        let text = match object {
            None => Str::new(th, "<nil>"),
            // A mistake of C's, which is looked at with this very function.
            Some(object) if object.count() == 0 => Str::new(th, &format!("<refcnt 0 at {:p}>", core::ptr::from_ref(object))),
            Some(object) if flags & PRINT_RAW != 0 => ops::str_(th, object)?,
            Some(object) => ops::repr(th, object)?,
        };
        let text = objects::glue::upward::str_utf8(th, &*text)?;
        // SAFETY: R4: C's stream.
        let errno = unsafe {
            clearerr(stream);
            let written = libc::fwrite(text.as_ptr().cast::<c_void>(), 1, text.len(), stream);
            let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
            let failed = written != text.len() || libc::ferror(stream) != 0;
            if failed {
                clearerr(stream);
            }
            failed.then_some(errno)
        };
        match errno {
            Some(errno) => Err(raise::os_error(th, errno, None, None)),
            None => Ok(()),
        }
    }

    /// Writes what is known of the object to the standard error stream, for debugging.
    fn _PyObject_Dump(th, object: &Object) {
        let name = ops::type_name(object);
        stdx::tell(format_args!("object address  : {object:p}\nobject refcount : {}\nobject type     : {:p}\nobject type name: {name}\n", object.count(), object.ty()));
        let before = th.take_exception();
        match ops::repr(th, object) {
            Ok(text) => stdx::tell(format_args!("object repr     : {}\n", &*text)),
            Err(_) => {
                drop(th.take_exception());
                stdx::tell(format_args!("object repr     : \n"));
            }
        }
        if let Some(before) = before {
            let _ = th.set_exception(before);
        }
    }

    /// One of the constants.
    fn Py_GetConstant(th, number: u32) -> Made {
        constant(th, number)
    }

    /// The same; constants never end.
    fn Py_GetConstantBorrowed(th, number: u32) -> Made {
        constant(th, number)
    }

    /// An object with these attributes, or without any (`types.SimpleNamespace`).
    fn _PyNamespace_New(th, attributes: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let dict = Dict::new(th);
        if let Some(attributes) = attributes {
            dict.update(th, attributes)?;
        }
        objects::simple_namespace(th, &dict)
    }

    /// The tracer is told of each object that begins or ends from now on; null: nobody is.
    fn PyRefTracer_SetTracer(th, tracer: Option<abi::PyRefTracer>, data: *mut c_void) -> Result<(), Raised> {
        th.watch_lives(tracer, data);
        Ok(())
    }

    /// The tracer and its data, or null.
    fn PyRefTracer_GetTracer(_th, data: *mut *mut c_void) -> Option<abi::PyRefTracer> {
        let (tracer, word) = lives::witness();
        if !data.is_null() {
            // SAFETY: R4: C's place.
            unsafe { data.write(word) };
        }
        tracer
    }
}

unsafe extern "C" {
    fn clearerr(stream: *mut libc::FILE);
}

/// Whether both are the same object.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_Is(a: *mut abi::PyObject, b: *mut abi::PyObject) -> c_int {
    c_int::from(core::ptr::eq(a, b))
}

/// Whether it is `None`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_IsNone(object: *mut abi::PyObject) -> c_int {
    c_int::from(core::ptr::eq(object, objects::none().as_ptr()))
}

/// The object's type, borrowed.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_TYPE(object: *mut abi::PyObject) -> *mut abi::PyTypeObject {
    // SAFETY: R4: a live object.
    unsafe { (*object).ob_type }
}

/// For a breakpoint in a debugger.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_BreakPoint() {}

/// An assertion about an object failed: tells what is known and ends the process.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyObject_AssertFailed(
    object: *mut abi::PyObject,
    expression: *const c_char,
    message: *const c_char,
    file: *const c_char,
    line: c_int,
    function: *const c_char,
) -> ! {
    // SAFETY: R4: C strings, or null.
    let text = |text: *const c_char| (!text.is_null()).then(|| unsafe { core::ffi::CStr::from_ptr(text) }.to_string_lossy());
    let place = text(file).unwrap_or_default();
    let function = text(function).map(|function| format!("{function}: ")).unwrap_or_default();
    let what = text(expression).map_or("Assertion failed".to_owned(), |expression| format!("Assertion \"{expression}\" failed"));
    let message = text(message).map(|message| format!(": {message}")).unwrap_or_default();
    stdx::tell(format_args!("{place}:{line}: {function}{what}{message}\n"));
    if !object.is_null() {
        // SAFETY: R4: the object of the assertion.
        unsafe { _PyObject_Dump(object) };
        stdx::tell(format_args!("\n"));
    }
    crate::entry::fatal("_PyObject_AssertFailed", "_PyObject_AssertFailed")
}

/// Makes a new object of memory that C took: its count is one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_NewReference(object: *mut abi::PyObject) {
    // SAFETY: R2: C's new object, which nobody else knows; what C makes is common (R7), and the upper half is zero (R1).
    unsafe {
        (*object).count = 1;
        (*object).owner = 0;
        (*object).zero = 0;
    }
    if lives::is_watched() {
        // SAFETY: R10: a C entry.
        let th = unsafe { Thread::from_tls() };
        // SAFETY: R2: the caller's object, alive now.
        lives::tell(th, unsafe { Object::borrow(object) }, lives::Event::Begins);
    }
}

/// The same.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_NewReferenceNoTotal(object: *mut abi::PyObject) {
    // SAFETY: R2: the caller's promise.
    unsafe { _Py_NewReference(object) }
}

/// An object that was about to end lives on: its count is one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_ResurrectReference(object: *mut abi::PyObject) {
    // SAFETY: R2: the caller's promise.
    unsafe { _Py_NewReference(object) }
}

/// The object is about to end. Only debug builds of CPython keep a list of objects.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_ForgetReference(_object: *mut abi::PyObject) {}

