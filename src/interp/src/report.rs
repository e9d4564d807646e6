//! Exceptions that reach the top: tracebacks on `sys.stderr`, unraisable exceptions, exit codes.
//!
//! The text is made by the library's `traceback` module, as in CPython; if that fails, a plain one is made here.

use heap::{Object, Raised, Ref, Thread};
use objects::{Int, Str, names, ops, raise};

/// Prints an exception as `sys.excepthook` does.
pub fn display(th: &mut Thread, exception: &Object) {
    if by_traceback_module(th, exception).is_err() {
        th.take_exception();
        plain(th, exception);
    }
    let _ = crate::finalize::flush(th);
}

fn by_traceback_module(th: &mut Thread, exception: &Object) -> Result<(), Raised> {
    let traceback = crate::import::import_module(th, "traceback")?;
    let print = ops::getattr_str(th, &traceback, "_print_exception_bltin")?;
    let result = ops::call(th, &print, &[exception])?;
    th.release(result);
    Ok(())
}

/// A traceback without the source: the library may be what is broken.
fn plain(th: &mut Thread, exception: &Object) {
    let mut text = String::new();
    if let Some(raised) = objects::exceptions::as_exception(exception) {
        let mut next = raised.traceback(th);
        if next.is_some() {
            text.push_str("Traceback (most recent call last):\n");
        }
        while let Some(entry) = next {
            let (file, name) = match entry.frame().downcast::<crate::FrameObject>().and_then(|f| f.code()) {
                Some(code) => (code.filename().to_string_lossy(), code.name().to_string_lossy()),
                None => ("?".to_owned(), "?".to_owned()),
            };
            let line = entry.line(th).unwrap_or(0);
            text.push_str(&format!("  File \"{file}\", line {line}, in {name}\n"));
            next = entry.next(th);
        }
    }
    let message = match ops::str_(th, exception) {
        Ok(message) => message.to_string_lossy(),
        Err(_) => {
            th.take_exception();
            "<exception str() failed>".to_owned()
        }
    };
    let name = ops::type_name(exception);
    text.push_str(&if message.is_empty() { format!("{name}\n") } else { format!("{name}: {message}\n") });
    write_stderr(th, &text);
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
    eprint!("{text}");
}

/// An exception that nobody can receive: `sys.unraisablehook` is told.
pub fn unraisable(th: &mut Thread, context: &str, object: Option<&Object>) {
    let Some(exception) = th.take_exception() else { return };
    let message = if context.is_empty() { "Exception ignored in" } else { context };
    let subject = object.map(|o| match ops::repr(th, o) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            th.take_exception();
            "<object repr() failed>".to_owned()
        }
    });
    let hook = crate::sys::attribute(th, "unraisablehook").filter(|h| !h.is_a::<objects::Builtin>());
    if let Some(hook) = hook
        && call_hook(th, &hook, &exception, message, object).is_ok()
    {
        return;
    }
    th.take_exception();
    let head = match subject {
        Some(subject) => format!("{message}: {subject}\n"),
        None => format!("{message}:\n"),
    };
    write_stderr(th, &head);
    display(th, &exception);
}

fn call_hook(th: &mut Thread, hook: &Object, exception: &Object, message: &str, object: Option<&Object>) -> Result<(), Raised> {
    let dict = objects::Dict::new(th);
    dict.set_by_name(th, "exc_type", exception.ty().to_owned());
    dict.set_by_name(th, "exc_value", exception.to_owned());
    let traceback = ops::getattr_str(th, exception, "__traceback__")?;
    dict.set_by_name(th, "exc_traceback", traceback);
    let text = Str::new(th, message);
    dict.set_by_name(th, "err_msg", text.up());
    dict.set_by_name(th, "object", object.map_or_else(objects::none_ref, |o| o.to_owned()));
    let args = objects::simple_namespace(th, &dict)?;
    let result = ops::call(th, hook, &[&args])?;
    th.release(result);
    Ok(())
}

/// The default `sys.unraisablehook`.
pub fn unraisable_hook(th: &mut Thread, args: &Object) -> Result<(), Raised> {
    let message = ops::getattr_str(th, args, "err_msg")?;
    let object = ops::getattr_str(th, args, "object")?;
    let exception = ops::getattr_str(th, args, "exc_value")?;
    let message = message.downcast_ref::<Str>().map_or_else(|| "Exception ignored in".to_owned(), |m| m.to_string_lossy());
    let head = if object.is(objects::none()) { format!("{message}:\n") } else { format!("{message}: {}\n", ops::repr(th, &object)?) };
    write_stderr(th, &head);
    if !exception.is(objects::none()) {
        display(th, &exception);
    }
    Ok(())
}

/// What the process exits with after the raised exception reached the top: `SystemExit`'s code, or 1 after printing it.
pub fn handle(th: &mut Thread) -> i32 {
    let Some(exception) = th.take_exception() else { return 1 };
    if exception.is_a::<objects::exceptions::SystemExit>() {
        return exit_code(th, &exception);
    }
    let interrupted = exception.is_a::<objects::exceptions::KeyboardInterrupt>();
    for (name, value) in [("last_exc", exception.clone()), ("last_type", exception.ty().to_owned()), ("last_value", exception.clone())] {
        crate::sys::set_attribute(th, name, value);
    }
    let traceback = ops::getattr_str(th, &exception, "__traceback__").unwrap_or_else(|_| objects::none_ref());
    crate::sys::set_attribute(th, "last_traceback", traceback.clone());
    match crate::sys::attribute(th, "excepthook") {
        Some(hook) if !hook.is_a::<objects::Builtin>() => {
            if ops::call(th, &hook, &[exception.ty(), &exception, &traceback]).is_err() {
                if let Some(second) = th.take_exception() {
                    if second.is_a::<objects::exceptions::SystemExit>() {
                        return exit_code(th, &second);
                    }
                    write_stderr(th, "Error in sys.excepthook:\n");
                    display(th, &second);
                    write_stderr(th, "\nOriginal exception was:\n");
                }
                display(th, &exception);
            }
        }
        Some(_) => display(th, &exception),
        None => {
            write_stderr(th, "sys.excepthook is missing\n");
            display(th, &exception);
        }
    }
    if interrupted { 130 } else { 1 }
}

fn exit_code(th: &mut Thread, exception: &Object) -> i32 {
    let code: Ref<Object> = ops::getattr_str(th, exception, "code").unwrap_or_else(|_| exception.to_owned());
    if code.is(objects::none()) {
        return 0;
    }
    if let Some(n) = code.downcast_ref::<Int>() {
        return n.to_i64().map_or(-1, |n| n as i32);
    }
    if let Ok(text) = ops::str_(th, &code) {
        write_stderr(th, &format!("{text}\n"));
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

const _: fn(&mut Thread, &str) = ignore;
const _: fn(&mut Thread) -> Raised = raise::memory_error;
