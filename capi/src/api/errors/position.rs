//! Where a syntax error is: `PyErr_SyntaxLocation*`, and the text of that line, `PyErr_ProgramText*`.

use core::ffi::{c_char, c_int};

use heap::{Object, Ref, Thread};
use objects::exceptions::syntax_error_type;
use objects::{Int, Str, none, ops};

use super::system::os_name;
use crate::api;

/// A number of a position; `None` (Python's) for a negative one.
fn number(th: &mut Thread, value: c_int) -> Ref<Object> {
    match value {
        value if value < 0 => objects::none_ref(),
        value => Int::from_i64(th, value.into()).up(),
    }
}

/// Sets an attribute of the exception; one that cannot be set is left as it is.
fn set(th: &mut Thread, exception: &Object, name: &str, value: &Object) {
    let name = objects::intern(th, name);
    if ops::setattr(th, exception, name, value).is_err() {
        drop(th.take_exception());
    }
}

fn has(th: &mut Thread, exception: &Object, name: &str) -> bool {
    let name = objects::intern(th, name);
    match ops::hasattr(th, exception, name) {
        Ok(has) => has,
        Err(_) => {
            drop(th.take_exception());
            true
        }
    }
}

/// Says of what is raised where it is; what is no `SyntaxError` gets what makes it look like one.
fn locate(th: &mut Thread, file: Option<&Object>, start: (c_int, c_int), end: (c_int, c_int)) {
    let Some(exception) = th.take_exception() else { return };
    let line = Int::from_i64(th, start.0.into());
    set(th, &exception, "lineno", &line);
    for (name, value) in [("offset", start.1), ("end_lineno", end.0), ("end_offset", end.1)] {
        let value = number(th, value);
        set(th, &exception, name, &value);
    }
    if let Some(file) = file {
        set(th, &exception, "filename", file);
        if let Some(text) = program_text(th, file, start.0) {
            set(th, &exception, "text", &text);
        }
    }
    if !exception.ty().is(syntax_error_type()) {
        if !has(th, &exception, "msg") {
            match ops::str_(th, &exception) {
                Ok(text) => set(th, &exception, "msg", &text),
                Err(_) => drop(th.take_exception()),
            }
        }
        if !has(th, &exception, "print_file_and_line") {
            set(th, &exception, "print_file_and_line", none());
        }
    }
    let raised = th.set_exception(exception);
    super::leave(th, raised);
}

/// A line of a source file, with its end; `None` if there is none. What is raised stays raised.
fn program_text(th: &mut Thread, file: &Object, line: c_int) -> Option<Ref<Str>> {
    let name = file.downcast::<Str>()?;
    if line <= 0 {
        return None;
    }
    let before = th.take_exception();
    let text = interp::compile::line_of_file(th, name, line.into());
    if let Some(before) = before {
        let _ = th.set_exception(before);
    }
    text.map(|text| Str::new(th, &text))
}

api! {
    fn PyErr_SyntaxLocation(th, file: *const c_char, line: c_int) {
        // SAFETY: R4: the function's contract.
        let file = unsafe { os_name(th, file) };
        locate(th, file.as_ref().map(|file| &***file as &Object), (line, -1), (line, -1));
    }

    fn PyErr_SyntaxLocationEx(th, file: *const c_char, line: c_int, column: c_int) {
        // SAFETY: R4: the function's contract.
        let file = unsafe { os_name(th, file) };
        locate(th, file.as_ref().map(|file| &***file as &Object), (line, column), (line, -1));
    }

    fn PyErr_SyntaxLocationObject(th, file: Option<&Object>, line: c_int, column: c_int) {
        locate(th, file, (line, column), (line, -1));
    }

    fn PyErr_RangedSyntaxLocationObject(th, file: Option<&Object>, line: c_int, column: c_int, end_line: c_int, end_column: c_int) {
        locate(th, file, (line, column), (end_line, end_column));
    }

    fn PyErr_ProgramText(th, file: *const c_char, line: c_int) -> Option<Ref<Str>> {
        // SAFETY: R4: the function's contract.
        let file = unsafe { os_name(th, file) }?;
        program_text(th, &file, line)
    }

    fn PyErr_ProgramTextObject(th, file: Option<&Object>, line: c_int) -> Option<Ref<Str>> {
        program_text(th, file?, line)
    }
}
