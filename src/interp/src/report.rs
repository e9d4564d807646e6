//! Exceptions that reach the top: tracebacks on `sys.stderr`, unraisable exceptions, exit codes.
//!
//! The text is made by the library's `traceback` module, as in CPython; if that fails, and where nobody is to receive the exception, a plain one
//! is made here ([`plain`]).

mod plain;

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::{Int, Str, Traceback, names, ops, raise, structseq};

/// A `KeyboardInterrupt` came out of the program: the process ends as by the signal.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static UNRAISABLE_ARGS: Global<Object> = Global::EMPTY;

/// What the program runs now decides.
pub fn forget_interrupt() {
    INTERRUPTED.store(false, Relaxed);
}

/// Called with the exception that came out of a program.
pub fn note_interrupt(th: &Thread) {
    INTERRUPTED.store(raise::matches(th, objects::exceptions::keyboard_interrupt_type()), Relaxed);
}

/// Whether the program ended by an interrupt.
pub fn was_interrupted() -> bool {
    INTERRUPTED.load(Relaxed)
}

/// Prints an exception as `sys.excepthook` does.
pub fn display(th: &mut Thread, exception: &Object) {
    match crate::sys::attribute(th, "stderr") {
        None => stdx::tell(format_args!("lost sys.stderr\n")),
        Some(stderr) if stderr.is(objects::none()) => {}
        Some(_) => {
            if by_traceback_module(th, exception).is_err() {
                th.take_exception();
                let mut text = String::new();
                plain::write_chain(th, exception, &mut text);
                write_stderr(th, &text);
            }
        }
    }
    let _ = crate::finalize::flush_quietly(th);
}

fn by_traceback_module(th: &mut Thread, exception: &Object) -> Result<(), Raised> {
    let traceback = crate::import::import_module(th, "traceback")?;
    let print = ops::getattr_str(th, &traceback, "_print_exception_bltin")?;
    let result = ops::call(th, &print, &[exception])?;
    th.release(result);
    Ok(())
}

/// Writes to `sys.stderr`, or to the file descriptor if that fails.
pub fn write_stderr(th: &mut Thread, text: &str) {
    if let Some(stderr) = crate::sys::attribute(th, "stderr").filter(|s| !s.is(objects::none())) {
        let object = Str::new(th, text);
        if ops::call_method(th, &stderr, names::write.get(), &[&object]).is_ok() {
            return;
        }
        th.take_exception();
    }
    stdx::tell(format_args!("{text}"));
}

/// An exception that nobody can receive: `sys.unraisablehook` is told.
pub fn unraisable(th: &mut Thread, context: &str, object: Option<&Object>) {
    let Some(exception) = th.take_exception() else { return };
    complete_traceback(th, &exception);
    // What the exception is about is part of the message; one that cannot be shown is not told of.
    let message = match object {
        Some(object) if !context.is_empty() => match ops::repr(th, object) {
            Ok(shown) => Some(format!("{context} {}", shown.to_string_lossy())),
            Err(_) => {
                th.take_exception();
                None
            }
        },
        _ => (!context.is_empty()).then(|| context.to_owned()),
    };
    let message = message.as_deref();
    let object = object.filter(|_| context.is_empty());
    let Ok(args) = unraisable_args(th, &exception, message, object) else {
        th.take_exception();
        print_unraisable(th, message, object, Some(&exception));
        return;
    };
    let Some(hook) = crate::sys::attribute(th, "unraisablehook").filter(|h| !h.is(objects::none())) else {
        print_unraisable(th, message, object, Some(&exception));
        return;
    };
    if crate::audit::event(th, "sys.unraisablehook", &[&hook, &args]).is_ok() {
        match ops::call(th, &hook, &[&args]) {
            Ok(result) => return th.release(result),
            Err(_) => {
                let failed = th.take_exception();
                print_unraisable(th, Some("Exception ignored in sys.unraisablehook"), Some(&hook), failed.as_deref());
                return;
            }
        }
    }
    let failed = th.take_exception();
    print_unraisable(th, Some("Exception ignored in audit hook"), None, failed.as_deref());
}

fn repr_or_note(th: &mut Thread, object: &Object) -> String {
    match ops::repr(th, object) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            th.take_exception();
            "<object repr() failed>".to_owned()
        }
    }
}

/// What was raised outside of Python code gets the line that was running.
fn complete_traceback(th: &mut Thread, exception: &Object) {
    let Some(raised) = objects::exceptions::as_exception(exception) else { return };
    if raised.traceback(th).is_some() {
        return;
    }
    let Some(frame) = crate::frame::stack::current(th) else { return };
    let lasti = i32::try_from(frame.lasti()).unwrap_or(0).saturating_mul(2);
    let line = frame.line().map_or(-1, |line| line as i32);
    let frame: Ref<Object> = crate::frame::object::frame_object(th, frame).up();
    let traceback = Traceback::new(th, None, frame, lasti, line);
    raised.set_traceback(th, Some(traceback));
}

/// `UnraisableHookArgs`
fn unraisable_class(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    UNRAISABLE_ARGS.get_or_init(th, |th| {
        let fields = [
            ("exc_type", "Exception type"),
            ("exc_value", "Exception value"),
            ("exc_traceback", "Exception traceback"),
            ("err_msg", "Error message"),
            ("object", "Object causing the exception"),
        ];
        structseq::new_type(th, "", "UnraisableHookArgs", "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.", &fields, 5)
    })
}

fn unraisable_args(th: &mut Thread, exception: &Object, message: Option<&str>, object: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let class = unraisable_class(th)?;
    let traceback = objects::exceptions::as_exception(exception).and_then(|raised| raised.traceback(th));
    let traceback: Ref<Object> = traceback.map_or_else(objects::none_ref, |traceback| traceback.up());
    let message: Ref<Object> = message.map_or_else(objects::none_ref, |message| Str::new(th, message).up());
    structseq::new(th, &class, &[exception.ty(), exception, &traceback, &message, object.unwrap_or(objects::none())])
}

fn print_unraisable(th: &mut Thread, message: Option<&str>, object: Option<&Object>, exception: Option<&Object>) {
    let stderr = crate::sys::attribute(th, "stderr");
    if stderr.is_none_or(|stderr| stderr.is(objects::none())) {
        return;
    }
    let head = match object.filter(|object| !object.is(objects::none())) {
        Some(object) => {
            let subject = repr_or_note(th, object);
            format!("{}: {subject}\n", message.unwrap_or("Exception ignored in"))
        }
        None => message.map_or_else(String::new, |message| format!("{message}:\n")),
    };
    write_stderr(th, &head);
    if let Some(exception) = exception.filter(|exception| !exception.is(objects::none())) {
        let mut text = String::new();
        plain::write_unraisable(th, exception, &mut text);
        write_stderr(th, &text);
    }
    let _ = crate::finalize::flush_quietly(th);
}

/// The default `sys.unraisablehook`.
pub fn unraisable_hook(th: &mut Thread, args: &Object) -> Result<(), Raised> {
    let class = unraisable_class(th)?;
    if !class.is(args.ty()) {
        return Err(raise::type_error(th, format_args!("sys.unraisablehook argument type must be UnraisableHookArgs")));
    }
    let message = ops::getattr_str(th, args, "err_msg")?;
    let object = ops::getattr_str(th, args, "object")?;
    let exception = ops::getattr_str(th, args, "exc_value")?;
    let message = message.downcast_ref::<Str>().map(Str::to_string_lossy);
    print_unraisable(th, message.as_deref(), Some(&object), Some(&exception));
    Ok(())
}

/// What became of an exception that reached the top.
pub enum Ended {
    /// `SystemExit`: the process is to end with this code.
    Exit(i32),
    /// It was printed.
    Printed,
}

/// Reports the raised exception: `SystemExit` ends the process, unless `inspect` keeps it; others go to `sys.excepthook`.
pub fn print(th: &mut Thread, inspect: bool) -> Ended {
    print_and(th, inspect, true)
}

/// [`print`]; `remember` sets `sys.last_exc` and its kin.
pub fn print_and(th: &mut Thread, inspect: bool, remember: bool) -> Ended {
    let Some(exception) = th.take_exception() else { return Ended::Printed };
    if !inspect && exception.is_a::<objects::exceptions::SystemExit>() {
        return Ended::Exit(exit_code(th, &exception));
    }
    let traceback = objects::exceptions::as_exception(&exception).and_then(|raised| raised.traceback(th));
    let traceback: Ref<Object> = traceback.map_or_else(objects::none_ref, |traceback| traceback.up());
    if remember {
        for (name, value) in [("last_exc", exception.clone()), ("last_type", exception.ty().to_owned()), ("last_value", exception.clone())] {
            crate::sys::set_attribute(th, name, value);
        }
        crate::sys::set_attribute(th, "last_traceback", traceback.clone());
    }
    let hook = crate::sys::attribute(th, "excepthook");
    let told: &Object = hook.as_deref().unwrap_or(objects::none());
    if crate::audit::event(th, "sys.excepthook", &[told, exception.ty(), &exception, &traceback]).is_err() {
        // An audit hook may forbid the hook with a RuntimeError; others are reported in its place.
        if raise::catch(th, objects::exceptions::runtime_error_type()).is_some() {
            return Ended::Printed;
        }
        raise::unraisable(th, "Exception ignored in audit hook", None);
    }
    let Some(hook) = hook else {
        write_stderr(th, "sys.excepthook is missing\n");
        display(th, &exception);
        return Ended::Printed;
    };
    match ops::call(th, &hook, &[exception.ty(), &exception, &traceback]) {
        Ok(result) => th.release(result),
        Err(_) => {
            if let Some(second) = th.take_exception() {
                if !inspect && second.is_a::<objects::exceptions::SystemExit>() {
                    return Ended::Exit(exit_code(th, &second));
                }
                write_stderr(th, "Error in sys.excepthook:\n");
                display(th, &second);
                write_stderr(th, "\nOriginal exception was:\n");
            }
            display(th, &exception);
        }
    }
    Ended::Printed
}

/// The default `sys.excepthook`.
pub fn except_hook(th: &mut Thread, value: &Object, traceback: &Object) {
    if let (Some(raised), Some(traceback)) = (objects::exceptions::as_exception(value), traceback.downcast::<Traceback>())
        && raised.traceback(th).is_none()
    {
        raised.set_traceback(th, Some(traceback.to_ref()));
    }
    display(th, value);
}

fn exit_code(th: &mut Thread, exception: &Object) -> i32 {
    let code: Ref<Object> = match ops::getattr_str(th, exception, "code") {
        Ok(code) => code,
        Err(_) => {
            th.take_exception();
            exception.to_owned()
        }
    };
    if code.is(objects::none()) {
        return 0;
    }
    if let Some(n) = code.downcast_ref::<Int>() {
        return n.to_i64().map_or(-1, |n| n as i32);
    }
    if let Ok(text) = ops::str_(th, &code) {
        write_stderr(th, &format!("{}\n", text.to_string_lossy()));
    }
    th.take_exception();
    1
}

/// Reports the raised exception through `unraisable` in places that cannot fail.
pub fn ignore(th: &mut Thread, what: &str) {
    if th.exception().is_some() {
        unraisable(th, what, None);
    }
}
