//! Binding arguments to parameters, with CPython's errors.
//!
//! Invariant: [`bind`] fills the argument registers of a fresh frame, each once. Where it fails, what it took from the source is in the
//! frame, the rest still is in the source; both are released by their owners.

use heap::{Object, Raised, Thread};
use objects::{Dict, Str, Tuple, ops, raise};
use syntax::code::flags;

use crate::code::Code;
use crate::frame::{Fp, Reg, Regs};
use crate::function::Function;

/// Where the arguments of a call are: first the positional ones, then the values of keywords.
pub trait Source {
    /// Number of positional arguments.
    fn positional(&self) -> usize;
    /// Number of keyword arguments.
    fn keywords(&self) -> usize;
    /// Name of the `k`-th keyword argument.
    fn keyword<'a>(&self, k: usize) -> &'a Object;
    /// Argument `i`; its place is empty afterwards, if it was a register.
    fn take(&self, th: &Thread, i: usize) -> Reg;
}

/// Arguments in consecutive registers of the calling frame.
pub struct Registers<'a> {
    pub regs: Regs,
    pub first: i32,
    pub positional: usize,
    pub names: Option<&'a Tuple>,
}

impl Source for Registers<'_> {
    #[inline(always)]
    fn positional(&self) -> usize {
        self.positional
    }
    #[inline(always)]
    fn keywords(&self) -> usize {
        self.names.map_or(0, Tuple::len)
    }
    fn keyword<'a>(&self, k: usize) -> &'a Object {
        // The names are a constant of the calling code.
        Reg::uncounted(self.names.map_or(objects::none(), |names| names.get(k))).full()
    }
    #[inline(always)]
    fn take(&self, _: &Thread, i: usize) -> Reg {
        self.regs.take(self.first + i as i32)
    }
}

/// Arguments that native code passes.
pub struct Slice<'a> {
    pub args: &'a [&'a Object],
    pub positional: usize,
    pub names: &'a [&'a Object],
}

impl Source for Slice<'_> {
    fn positional(&self) -> usize {
        self.positional
    }
    fn keywords(&self) -> usize {
        self.names.len()
    }
    fn keyword<'a>(&self, k: usize) -> &'a Object {
        // The caller holds the names during the call.
        Reg::uncounted(self.names[k]).full()
    }
    fn take(&self, th: &Thread, i: usize) -> Reg {
        Reg::held(th, self.args[i]).unwrap_or_else(|| Reg::counted(th.retain(self.args[i])))
    }
}

/// Fills the argument registers of `frame`, which runs `code` for `function`. They hold counts: nobody looks at a frame that is not linked (R12).
#[inline(never)]
pub fn bind(th: &mut Thread, frame: Fp, function: &Function, code: &Code, source: &impl Source) -> Result<(), Raised> {
    let regs = frame.regs();
    let count = code.arg_count as usize;
    let kwonly = code.kwonly_count as usize;
    let given = source.positional();
    for i in 0..given.min(count) {
        regs.put(i as i32, source.take(th, i).escaping(th));
    }
    let mut next = (count + kwonly) as i32;
    if code.flags & flags::VARARGS != 0 {
        let rest = Tuple::build(th, given.saturating_sub(count), |i| source.take(th, count + i).into_full(th));
        regs.put(next, Reg::counted(rest));
        next += 1;
    }
    let mut extra: Option<&Dict> = None;
    if code.flags & flags::VARKEYWORDS != 0 {
        regs.put(next, Reg::counted(Dict::new(th)));
        extra = regs.get(next).downcast_exact::<Dict>();
    }
    for k in 0..source.keywords() {
        bind_keyword(th, frame, function, code, source, k, extra)?;
    }
    if given > count && code.flags & flags::VARARGS == 0 {
        return Err(too_many(th, frame, function, code, given));
    }
    if given < count {
        fill_defaults(th, frame, function, code, given)?;
    }
    if kwonly > 0 {
        fill_keyword_defaults(th, frame, function, code)?;
    }
    Ok(())
}

fn bind_keyword(th: &mut Thread, frame: Fp, function: &Function, code: &Code, source: &impl Source, k: usize, extra: Option<&Dict>) -> Result<(), Raised> {
    let regs = frame.regs();
    let keyword = source.keyword(k);
    let Some(name) = keyword.downcast::<Str>() else {
        let function = function_name(th, function);
        return Err(raise::type_error(th, format_args!("{function}() keywords must be strings")));
    };
    let total = (code.arg_count + code.kwonly_count) as usize;
    match find_parameter(code, name, code.posonly_count as usize, total) {
        Some(index) => {
            if !regs.reg(index as i32).is_null() {
                let (function, name) = (function_name(th, function), name.to_string_lossy());
                return Err(raise::type_error(th, format_args!("{function}() got multiple values for argument '{name}'")));
            }
            regs.put(index as i32, source.take(th, source.positional() + k).escaping(th));
            Ok(())
        }
        None => match extra {
            Some(extra) => {
                let value = source.take(th, source.positional() + k).into_full(th);
                extra.set(th, keyword, value)
            }
            None => Err(unexpected(th, function, code, source, name)),
        },
    }
}

fn find_parameter(code: &Code, name: &Str, from: usize, to: usize) -> Option<usize> {
    // Both sides are interned nearly always.
    (from..to).find(|i| core::ptr::eq(code.local_name(*i), name)).or_else(|| (from..to).find(|i| code.local_name(*i).eq_str(name)))
}

fn fill_defaults(th: &mut Thread, frame: Fp, function: &Function, code: &Code, given: usize) -> Result<(), Raised> {
    let regs = frame.regs();
    let count = code.arg_count as usize;
    let defaults = function.defaults(th);
    let first_default = count - defaults.as_ref().map_or(0, |d| d.len()).min(count);
    let mut absent = (given..first_default).filter(|i| regs.reg(*i as i32).is_null()).peekable();
    if absent.peek().is_some() {
        let missing: Vec<usize> = absent.collect();
        return Err(missing_arguments(th, function, code, &missing, "positional"));
    }
    if let Some(defaults) = defaults {
        let skipped = defaults.len() - (count - first_default);
        for i in given.max(first_default)..count {
            if regs.reg(i as i32).is_null() {
                regs.put(i as i32, Reg::counted(th.retain(defaults.get(skipped + i - first_default))));
            }
        }
        th.release(defaults);
    }
    Ok(())
}

fn fill_keyword_defaults(th: &mut Thread, frame: Fp, function: &Function, code: &Code) -> Result<(), Raised> {
    let regs = frame.regs();
    let (count, total) = (code.arg_count as usize, (code.arg_count + code.kwonly_count) as usize);
    let mut missing = Vec::new();
    let defaults = function.kwdefaults(th);
    for i in count..total {
        if !regs.reg(i as i32).is_null() {
            continue;
        }
        let value = match &defaults {
            Some(dict) => dict.get(th, code.local_name(i))?,
            None => None,
        };
        match value {
            Some(value) => regs.put(i as i32, Reg::counted(value)),
            None => missing.push(i),
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(th, function, code, &missing, "keyword-only")) }
}

/// The qualified name, as messages show it.
pub fn function_name(th: &Thread, function: &Function) -> String {
    function.qualname(th).map_or_else(|| "?".to_owned(), |name| name.to_string_lossy())
}

/// How messages about `f(*x, **y)` call the callee: `f()` for functions, else its type.
pub fn callee_name(th: &mut Thread, callee: &Object) -> String {
    match function_display(th, callee) {
        Ok(name) => name,
        Err(_) => {
            drop(th.take_exception());
            format!("{}()", ops::type_name(callee))
        }
    }
}

/// `module.qualname()`, without the module where that is builtins or absent; objects without a qualified name as `str` shows them.
fn function_display(th: &mut Thread, callee: &Object) -> Result<String, Raised> {
    let Some(qualname) = ops::getattr_opt(th, callee, &objects::names::__qualname__)? else {
        return Ok(ops::str_(th, callee)?.to_string_lossy());
    };
    let qualname = ops::str_(th, &qualname)?.to_string_lossy();
    if let Some(module) = ops::getattr_opt(th, callee, &objects::names::__module__)?
        && !module.is(objects::none())
    {
        let module = ops::str_(th, &module)?.to_string_lossy();
        if module != "builtins" {
            return Ok(format!("{module}.{qualname}()"));
        }
    }
    Ok(format!("{qualname}()"))
}

#[cold]
fn missing_arguments(th: &mut Thread, function: &Function, code: &Code, missing: &[usize], kind: &str) -> Raised {
    let names: Vec<String> = missing.iter().map(|i| format!("'{}'", code.local_name(*i).to_string_lossy())).collect();
    let list = match &names[..] {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    let plural = if names.len() == 1 { "" } else { "s" };
    let (function, count) = (function_name(th, function), names.len());
    raise::type_error(th, format_args!("{function}() missing {count} required {kind} argument{plural}: {list}"))
}

#[cold]
fn too_many(th: &mut Thread, frame: Fp, function: &Function, code: &Code, given: usize) -> Raised {
    let regs = frame.regs();
    let count = code.arg_count as usize;
    let keyword_only = (count..count + code.kwonly_count as usize).filter(|i| !regs.reg(*i as i32).is_null()).count();
    let defaults = function.defaults(th).map_or(0, |d| d.len());
    let (takes, plural) = if defaults > 0 {
        (format!("from {} to {count}", count.saturating_sub(defaults)), true)
    } else {
        (count.to_string(), count != 1)
    };
    let plural = if plural { "s" } else { "" };
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let also = if keyword_only > 0 {
        format!(" positional argument{} (and {keyword_only} keyword-only argument{})", s(given), s(keyword_only))
    } else {
        String::new()
    };
    let were = if given == 1 && keyword_only == 0 { "was" } else { "were" };
    let function = function_name(th, function);
    raise::type_error(th, format_args!("{function}() takes {takes} positional argument{plural} but {given}{also} {were} given"))
}

#[cold]
fn unexpected(th: &mut Thread, function: &Function, code: &Code, source: &impl Source, name: &Str) -> Raised {
    let posonly = code.posonly_count as usize;
    let function_name = function_name(th, function);
    if posonly > 0 {
        let given: Vec<String> = (0..posonly)
            .map(|i| code.local_name(i))
            .filter(|parameter| (0..source.keywords()).any(|k| source.keyword(k).downcast::<Str>().is_some_and(|n| n.eq_str(parameter))))
            .map(|parameter| parameter.to_string_lossy())
            .collect();
        if !given.is_empty() {
            let list = given.join(", ");
            return raise::type_error(th, format_args!("{function_name}() got some positional-only arguments passed as keyword arguments: '{list}'"));
        }
    }
    let total = (code.arg_count + code.kwonly_count) as usize;
    let candidates: Vec<String> = (posonly..total).map(|i| code.local_name(i).to_string_lossy()).collect();
    let text = name.to_string_lossy();
    let hint = match objects::glue::suggest::closest(&text, candidates.iter().map(String::as_str)) {
        Some(close) => format!(". Did you mean '{close}'?"),
        None => String::new(),
    };
    raise::type_error(th, format_args!("{function_name}() got an unexpected keyword argument '{text}'{hint}"))
}

