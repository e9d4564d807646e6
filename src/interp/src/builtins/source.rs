//! `compile`, `eval` and `exec`.

use std::sync::Arc;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Str, names, ops, raise};

use crate::Code;

#[pymodule(part)]
pub mod source {
    use super::*;

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[function(sig = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)")]
    #[allow(clippy::too_many_arguments, reason = "Python's signature")]
    fn compile(
        th: &mut Thread,
        source: &Object,
        filename: &Object,
        mode: &str,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> Result<Ref<Object>, Raised> {
        let filename = super::filename(th, filename)?;
        let mode = match mode {
            "exec" => syntax::Mode::Exec,
            "eval" => syntax::Mode::Eval,
            "single" => syntax::Mode::Single,
            "func_type" => syntax::Mode::FuncType,
            _ => return Err(raise::value_error(th, format_args!("compile() mode must be 'exec', 'eval' or 'single'"))),
        };
        if !(-1..=2).contains(&optimize) {
            return Err(raise::value_error(th, format_args!("compile(): invalid optimize value")));
        }
        let inherited = if dont_inherit { 0 } else { super::inherited_flags(th) };
        crate::audit::event(th, "compile", &[source, &filename])?;
        crate::compile::compile_object(th, source, &filename, mode, flags as u32 | inherited, optimize, u32::try_from(_feature_version).ok())
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[function(sig = "(source, /, globals=None, locals=None)")]
    fn eval(th: &mut Thread, source: &Object, #[default(objects::none())] globals: &Object, #[default(objects::none())] locals: &Object) -> Result<Ref<Object>, Raised> {
        let (globals, locals) = super::namespaces(th, "eval", globals, locals)?;
        if let Some(code) = source.downcast::<Code>() {
            super::refuse_free_variables(th, "eval", code)?;
            return super::run_audited(th, code, &globals, &locals);
        }
        let flags = super::inherited_flags(th);
        let filename = objects::intern(th, "<string>");
        let code = crate::compile::compile_text(th, "eval", source, filename, syntax::Mode::Eval, flags, true)?;
        super::run_audited(th, &code, &globals, &locals)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[function(sig = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        th: &mut Thread,
        source: &Object,
        #[default(objects::none())] globals: &Object,
        #[default(objects::none())] locals: &Object,
        #[default(objects::none())] closure: &Object,
    ) -> Result<(), Raised> {
        let (globals, locals) = super::namespaces(th, "exec", globals, locals)?;
        let result = if let Some(code) = source.downcast::<Code>() {
            super::exec_code(th, code, &globals, &locals, closure)?
        } else {
            if !closure.is(objects::none()) {
                return Err(raise::type_error(th, format_args!("closure argument requires a code object")));
            }
            let flags = super::inherited_flags(th);
            let filename = objects::intern(th, "<string>");
            let code = crate::compile::compile_text(th, "exec", source, filename, syntax::Mode::Exec, flags, false)?;
            super::run_audited(th, &code, &globals, &locals)?
        };
        th.release(result);
        Ok(())
    }
}

/// The flags of `from __future__` that the calling code was compiled with.
fn inherited_flags(th: &Thread) -> u32 {
    crate::frame::stack::current(th).map_or(0, |frame| frame.code().source().flags & syntax::code::flags::FUTURES)
}

/// A path argument as text.
pub fn filename(th: &mut Thread, filename: &Object) -> Result<Ref<Str>, Raised> {
    if let Some(text) = filename.downcast::<Str>() {
        return Ok(text.to_ref());
    }
    if let Some(bytes) = filename.downcast::<objects::Bytes>() {
        return Ok(crate::config::decode_os(th, bytes.as_slice()));
    }
    if let Some(path) = ops::call_special(th, filename, &names::__fspath__, &[])? {
        return self::filename(th, &path);
    }
    let got = ops::type_name(filename);
    Err(raise::type_error(th, format_args!("expected str, bytes or os.PathLike object, not {got}")))
}

/// Runs code for `eval` and `exec`, once the audit hooks have heard of it.
fn run_audited(th: &mut Thread, code: &Code, globals: &Object, locals: &Object) -> Result<Ref<Object>, Raised> {
    crate::audit::event(th, "exec", &[code.as_object()])?;
    crate::run::run_code(th, code, globals, locals)
}

fn refuse_free_variables(th: &mut Thread, function: &str, code: &Code) -> Result<(), Raised> {
    if code.free_count > 0 {
        return Err(raise::type_error(th, format_args!("code object passed to {function}() may not contain free variables")));
    }
    Ok(())
}

fn exec_code(th: &mut Thread, code: &Code, globals: &Object, locals: &Object, closure: &Object) -> Result<Ref<Object>, Raised> {
    let free = code.free_count as usize;
    if closure.is(objects::none()) {
        refuse_free_variables(th, "exec", code)?;
        return run_audited(th, code, globals, locals);
    }
    let cells = closure.downcast_exact::<objects::Tuple>().filter(|t| t.len() == free && t.iter().all(|c| c.is_a::<objects::Cell>()));
    if free == 0 {
        return Err(raise::type_error(th, format_args!("cannot use a closure with this code object")));
    }
    let Some(cells) = cells else {
        return Err(raise::type_error(th, format_args!("code object requires a closure of exactly length {free}")));
    };
    crate::audit::event(th, "exec", &[code.as_object()])?;
    let builtins = crate::run::builtins_of(th, globals)?;
    let function = crate::Function::new(th, code, globals, &builtins);
    let cells: Ref<Object> = heap::Heaped::to_ref(cells).up();
    function.set_closure_raw(th, cells);
    crate::run::run_function_in(th, &function, Some(locals), crate::args::Slice { args: &[], positional: 0, names: &[] })
}

/// The namespaces of `eval` and `exec`: the caller's where none are given; `__builtins__` is put in.
fn namespaces(th: &mut Thread, function: &str, globals: &Object, locals: &Object) -> Result<(Ref<Object>, Ref<Object>), Raised> {
    if !locals.is(objects::none()) && !is_mapping(locals) {
        let got = ops::type_name(locals);
        return Err(match function {
            "eval" => raise::type_error(th, format_args!("locals must be a mapping")),
            _ => raise::type_error(th, format_args!("locals must be a mapping or None, not {got}")),
        });
    }
    let (globals, locals) = if globals.is(objects::none()) {
        let Some(frame) = crate::frame::stack::current(th) else {
            return Err(raise::system_error(th, format_args!("globals and locals cannot be NULL")));
        };
        let globals = frame.globals().to_owned();
        let locals = if locals.is(objects::none()) { super::scope::current_locals(th)? } else { locals.to_owned() };
        (globals, locals)
    } else {
        if !globals.is_a::<Dict>() {
            let got = ops::type_name(globals);
            return Err(match function {
                "eval" if is_mapping(globals) => {
                    raise::type_error(th, format_args!("globals must be a real dict; try eval(code, {{}}, mapping)"))
                }
                "eval" => raise::type_error(th, format_args!("globals must be a dict")),
                _ => raise::type_error(th, format_args!("exec() globals must be a dict, not {got}")),
            });
        }
        let locals = if locals.is(objects::none()) { globals.to_owned() } else { locals.to_owned() };
        (globals.to_owned(), locals)
    };
    if let Some(dict) = globals.downcast_ref::<Dict>()
        && dict.get_str(th, &names::__builtins__).is_none()
    {
        let builtins = match crate::frame::stack::current(th) {
            Some(frame) => frame.builtins().to_owned(),
            None => crate::hooks::builtins(th)?,
        };
        dict.set_str(th, &names::__builtins__, builtins);
    }
    Ok((globals, locals))
}

fn is_mapping(object: &Object) -> bool {
    object.is_a::<Dict>() || objects::typing::places::SlotId::mp_subscript.read(object.ty()) != 0
}

const _: fn(Arc<syntax::Code>) -> usize = |c| c.words.len();
