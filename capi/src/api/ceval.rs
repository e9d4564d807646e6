//! What runs now, and running code objects: `PyEval_*` (threads are in [`super::state`]), recursion.

use core::ffi::{c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::args::Slice;
use interp::frame::locals::LocalsProxy;
use interp::frame::object::{frame_object, locals_of};
use interp::frame::stack;
use interp::{Code, FrameObject, Function};
use objects::{Builtin, Method, Tuple, none, ops, raise};

use crate::api;
use crate::entry::{Lent, expect};

/// The flags of code that `compile` inherits (`from __future__`).
pub const FUTURES: u32 = 0x1fe_0000;

/// The Python frame that runs, or that called what runs.
pub fn current(th: &Thread) -> Option<Ref<FrameObject>> {
    stack::current(th).map(|frame| frame_object(th, frame))
}

/// The builtins of the code that runs, else the interpreter's.
pub fn builtins(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    match stack::current(th) {
        Some(frame) => Ok(th.retain(frame.builtins())),
        None => interp::hooks::builtins(th),
    }
}

fn no_frame(th: &mut Thread) -> Raised {
    raise::system_error(th, format_args!("frame does not exist"))
}

/// Runs a code object in namespaces.
fn eval_code(th: &mut Thread, code: &Object, globals: Option<&Object>, locals: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let code = expect::<Code>(th, code)?;
    let Some(globals) = globals else {
        return Err(raise::system_error(th, format_args!("PyEval_EvalCode: NULL globals")));
    };
    interp::run::run_code(th, code, globals, locals.unwrap_or(globals))
}

/// C's array of objects.
///
/// # Safety
/// R4: `items` has `count` objects.
unsafe fn objects_of<'a>(items: *const *mut abi::PyObject, count: c_int) -> &'a [&'a Object] {
    // SAFETY: the caller's promise.
    unsafe { objects::glue::argument_slice(items, isize::try_from(count).unwrap_or(0)) }
}

api! {
    fn PyEval_GetBuiltins(th) -> Result<Lent, Raised> {
        Ok(Lent::some(builtins(th)?))
    }

    fn PyEval_GetGlobals(th) -> Result<Lent, Raised> {
        Ok(Lent::from(stack::current(th).map(|frame| th.retain(frame.globals()))))
    }

    fn PyEval_GetLocals(th) -> Result<Lent, Raised> {
        let Some(frame) = current(th) else { return Err(no_frame(th)) };
        Ok(Lent::from(frame.kept_locals(th)?))
    }

    fn PyEval_GetFrame(th) -> Result<Lent, Raised> {
        Ok(Lent::from(current(th)))
    }

    fn PyEval_GetFrameBuiltins(th) -> Result<Ref<Object>, Raised> {
        builtins(th)
    }

    fn PyEval_GetFrameGlobals(th) -> Option<Ref<Object>> {
        stack::current(th).map(|frame| th.retain(frame.globals()))
    }

    fn PyEval_GetFrameLocals(th) -> Result<Option<Ref<Object>>, Raised> {
        let Some(frame) = current(th) else { return Err(no_frame(th)) };
        let Some(locals) = locals_of(th, &frame) else { return Ok(None) };
        match locals.downcast_ref::<LocalsProxy>() {
            Some(proxy) => Ok(Some(proxy.to_dict(th)?.up())),
            None => Ok(Some(locals)),
        }
    }

    fn PyEval_GetFuncName(th, function: &Object) -> Result<*const c_char, Raised> {
        let function = match function.downcast::<Method>() {
            Some(method) => method.function(),
            None => function,
        };
        if let Some(python) = function.downcast::<Function>() {
            let Some(name) = python.name(th) else { return Err(raise::bad_internal_call(th)) };
            return Ok(objects::glue::upward::str_utf8(th, &name)?.as_ptr().cast());
        }
        // SAFETY: R4: names of declarations and types live as long as those.
        Ok(unsafe {
            match function.downcast::<Builtin>() {
                Some(native) => (*native.method_def().as_ptr()).ml_name,
                None => (*function.ty().raw()).tp_name,
            }
        })
    }

    fn PyEval_GetFuncDesc(th, function: &Object) -> *const c_char {
        let _ = th;
        let text = if function.is_a::<Method>() || function.is_a::<Function>() || function.is_a::<Builtin>() { c"()" } else { c" object" };
        text.as_ptr()
    }

    fn PyEval_EvalCode(th, code: &Object, globals: Option<&Object>, locals: Option<&Object>) -> Result<Ref<Object>, Raised> {
        eval_code(th, code, globals, locals)
    }

    fn PyEval_EvalCodeEx(
        th,
        code: &Object,
        globals: &Object,
        locals: Option<&Object>,
        args: *const *mut abi::PyObject,
        arg_count: c_int,
        keywords: *const *mut abi::PyObject,
        keyword_count: c_int,
        defaults: *const *mut abi::PyObject,
        default_count: c_int,
        keyword_defaults: Option<&Object>,
        closure: Option<&Object>,
    ) -> Result<Ref<Object>, Raised> {
        let code = expect::<Code>(th, code)?;
        let globals = expect::<objects::Dict>(th, globals)?;
        let namespace = interp::run::builtins_of(th, globals)?;
        let function = Function::new(th, code, globals, &namespace);
        // SAFETY: R4: the function's contract: keywords are pairs of a name and a value.
        let (args, pairs, defaults) = unsafe { (objects_of(args, arg_count), objects_of(keywords, keyword_count.saturating_mul(2)), objects_of(defaults, default_count)) };
        if !defaults.is_empty() {
            let defaults = Tuple::from_slice(th, defaults);
            function.set_defaults_raw(th, defaults.up());
        }
        if let Some(defaults) = keyword_defaults.filter(|_| code.kwonly_count > 0) {
            let defaults = expect::<objects::Dict>(th, defaults)?;
            function.set_kwdefaults_raw(th, defaults.to_ref().up());
        }
        if let Some(closure) = closure {
            function.set_closure_raw(th, closure.to_ref());
        }
        let names: Vec<&Object> = pairs.iter().step_by(2).copied().collect();
        let all: Vec<&Object> = args.iter().copied().chain(pairs.iter().skip(1).step_by(2).copied()).collect();
        let args = Slice { args: &all, positional: args.len(), names: &names };
        interp::run::run_function_in(th, &function, locals, args)
    }

    fn PyEval_EvalFrame(th, _frame: &Object) -> Result<Ref<Object>, Raised> {
        Err(raise::system_error(th, format_args!("PyEval_EvalFrame: frames run when they are called, and never again")))
    }

    fn PyEval_EvalFrameEx(th, _frame: &Object, _throw: c_int) -> Result<Ref<Object>, Raised> {
        Err(raise::system_error(th, format_args!("PyEval_EvalFrameEx: frames run when they are called, and never again")))
    }

    /// As above: C's frames of the interpreter are not ours.
    fn _PyEval_EvalFrameDefault(th, _state: *mut abi::PyThreadState, _frame: *mut c_void, _throw: c_int) -> Result<Ref<Object>, Raised> {
        Err(raise::system_error(th, format_args!("_PyEval_EvalFrameDefault: frames run when they are called, and never again")))
    }

    fn PyEval_MergeCompilerFlags(th, flags: *mut abi::PyCompilerFlags) -> c_int {
        // SAFETY: R4: the function's contract.
        let flags = unsafe { &mut (*flags).cf_flags };
        if let Some(frame) = stack::current(th) {
            let inherited = frame.code().flags & FUTURES;
            *flags |= inherited.cast_signed();
        }
        c_int::from(*flags != 0)
    }

    /// There is nothing to begin: threads may be started at any time.
    fn PyEval_InitThreads(th) {
        let _ = th;
    }

    fn PyEval_ThreadsInitialized(th) -> c_int {
        let _ = th;
        1
    }

    fn _PyEval_SliceIndex(th, value: Option<&Object>, out: *mut isize) -> c_int {
        match value.filter(|value| !value.is(none())) {
            Some(value) => slice_index(th, value, out),
            None => 1,
        }
    }

    fn _PyEval_SliceIndexNotNone(th, value: &Object, out: *mut isize) -> c_int {
        slice_index(th, value, out)
    }
}

/// An index of a slice, cut to what fits; 0 with an exception raised for what is no index.
fn slice_index(th: &mut Thread, value: &Object, out: *mut isize) -> c_int {
    let has_index = objects::typing::places::SlotId::nb_index.read(value.ty()) != 0;
    let result = match has_index {
        true => ops::number::index_clip(th, value),
        false => Err(raise::type_error(th, format_args!("slice indices must be integers or None or have an __index__ method"))),
    };
    match result {
        Ok(index) => {
            // SAFETY: R4: the contract of the functions that call this.
            unsafe { out.write(index) };
            1
        }
        Err(raised) => {
            super::errors::leave(th, raised);
            0
        }
    }
}

// --- recursion ---

/// Raises `RecursionError` near the end of the native stack.
///
/// # Safety
/// R4: `place` is null or a C string.
unsafe fn check_recursion(th: &mut Thread, place: *const c_char) -> Result<(), Raised> {
    if !th.stack_is_low() {
        return Ok(());
    }
    let place = match place.is_null() {
        true => String::new(),
        // SAFETY: the caller's promise.
        false => unsafe { core::ffi::CStr::from_ptr(place) }.to_string_lossy().into_owned(),
    };
    Err(raise::recursion_error(th, &place))
}

api! {
    fn Py_EnterRecursiveCall(th, place: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { check_recursion(th, place) }
    }

    fn _Py_CheckRecursiveCall(th, _state: *mut abi::PyThreadState, place: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { check_recursion(th, place) }
    }

    fn Py_LeaveRecursiveCall(th) {
        let _ = th;
    }

    fn Py_GetRecursionLimit(th) -> c_int {
        let _ = th;
        interp::hooks::recursion_limit()
    }

    fn Py_SetRecursionLimit(th, limit: c_int) {
        interp::hooks::set_recursion_limit(limit);
        stack::set_recursion_limit(th, limit);
    }
}
