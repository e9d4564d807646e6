//! Code objects put together from parts: `types.CodeType(…)` and `code.replace(…)`.
//!
//! What the parts do not say (registers, depths of temps) is found from the instructions, and the result is verified as code from a file
//! is: nonsense is a ValueError.

use std::sync::Arc;

use heap::{Object, Raised, Ref, Thread};
use objects::{Str, Tuple, ops, raise};
use syntax::code::{Handler, Local, LocalKind, PositionTable, flags};

use super::{Code, Parts, constants};

/// The attributes of a code object that its maker names; `None` is as it was.
#[derive(Clone, Copy, Default)]
pub struct Changes<'a> {
    pub arg_count: Option<u32>,
    pub posonly_count: Option<u32>,
    pub kwonly_count: Option<u32>,
    pub nlocals: Option<u32>,
    pub stacksize: Option<u32>,
    pub flags: Option<u32>,
    pub first_line: Option<u32>,
    pub code: Option<&'a [u8]>,
    pub consts: Option<&'a Tuple>,
    pub names: Option<&'a Tuple>,
    pub varnames: Option<&'a Tuple>,
    pub freevars: Option<&'a Tuple>,
    pub cellvars: Option<&'a Tuple>,
    pub filename: Option<&'a Str>,
    pub name: Option<&'a Str>,
    pub qualname: Option<&'a Str>,
    pub linetable: Option<&'a [u8]>,
    pub exceptiontable: Option<&'a [u8]>,
}

fn refuse<T>(th: &mut Thread, why: &str) -> Result<T, Raised> {
    Err(raise::value_error(th, format_args!("code: {why}")))
}

/// The code object of `source` and these changes. `consts`, `name`, `qualname` and `filename` are what they leave alone.
pub(super) fn build(th: &mut Thread, source: syntax::Code, old: Parts, stacksize: u32, changes: &Changes<'_>) -> Result<Ref<Code>, Raised> {
    match build_if_fit(th, source, old, stacksize, changes)? {
        Ok(code) => Ok(code),
        Err(problem) => refuse(th, &problem.to_string()),
    }
}

/// The same; what is wrong with instructions that do not verify.
fn build_if_fit(
    th: &mut Thread,
    mut source: syntax::Code,
    old: Parts,
    stacksize: u32,
    changes: &Changes<'_>,
) -> Result<Result<Ref<Code>, syntax::verify::Problem>, Raised> {
    let arguments = flags::VARARGS | flags::VARKEYWORDS;
    let relays = changes.arg_count.is_some_and(|n| n != source.arg_count)
        || changes.kwonly_count.is_some_and(|n| n != source.kwonly_count)
        || changes.flags.is_some_and(|f| (f ^ source.flags) & arguments != 0)
        || changes.varnames.is_some()
        || changes.freevars.is_some()
        || changes.cellvars.is_some();
    let structural = relays
        || changes.posonly_count.is_some_and(|n| n != source.posonly_count)
        || changes.code.is_some()
        || changes.consts.is_some()
        || changes.names.is_some()
        || changes.exceptiontable.is_some();
    source.arg_count = changes.arg_count.unwrap_or(source.arg_count);
    source.posonly_count = changes.posonly_count.unwrap_or(source.posonly_count);
    source.kwonly_count = changes.kwonly_count.unwrap_or(source.kwonly_count);
    source.flags = changes.flags.unwrap_or(source.flags);
    source.first_line = changes.first_line.unwrap_or(source.first_line);
    if changes.first_line.is_some() || changes.linetable.is_some() {
        let table = changes.linetable.unwrap_or(source.positions.as_bytes()).to_vec();
        source.positions = PositionTable::from_bytes(source.first_line, &table);
    }
    if let Some(names) = changes.names {
        source.names = strings(th, names)?.into_iter().map(Into::into).collect();
    }
    if relays {
        lay_out(th, &mut source, changes)?;
    }
    if changes.nlocals.is_some_and(|n| n as usize != source.varnames().count()) {
        return refuse(th, "co_nlocals != len(co_varnames)");
    }
    if let Some(code) = changes.code {
        source.words = words(th, code)?;
    }
    if let Some(table) = changes.exceptiontable {
        source.handlers = handlers(th, table)?;
    }
    let Parts { mut consts, mut other_consts, mut name, mut qualname, mut filename } = old;
    if let Some(changed) = changes.consts {
        other_consts = true;
        consts = changed.iter().map(|k| th.retain(k)).collect();
        source.consts = changed.iter().map(constants::plain).collect();
    }
    let rename = |th: &mut Thread, place: &mut Ref<Str>, text: &mut Arc<str>, change: Option<&Str>| {
        if let Some(change) = change {
            *place = th.retain(change);
            *text = change.to_string_lossy().into();
        }
    };
    rename(th, &mut name, &mut source.name, changes.name);
    rename(th, &mut qualname, &mut source.qualname, changes.qualname);
    rename(th, &mut filename, &mut source.filename, changes.filename);
    if structural {
        source.count_registers();
        if let Err(problem) = syntax::verify::settle(&mut source) {
            return Ok(Err(problem));
        }
    }
    let stacksize = changes.stacksize.unwrap_or(stacksize);
    let code = Code::with_parts(th, Arc::new(source), Parts { consts, other_consts, name, qualname, filename }, Some(stacksize));
    super::watch::created(th, &code);
    Ok(Ok(code))
}

/// `types.CodeType(…)`. Instructions that are not this implementation's may still be meant for looking at alone, as those that Cython makes for its
/// functions: such code raises if it is run.
pub(super) fn build_new(th: &mut Thread, old: Parts, changes: Changes<'_>) -> Result<Ref<Code>, Raised> {
    match changes.code {
        Some(code) if code.len() % 8 != 0 && code.len() % 2 == 0 => return without_body(th, changes),
        _ => {}
    }
    match build_if_fit(th, syntax::Code::default(), old, 0, &changes)? {
        Ok(code) => Ok(code),
        Err(_) => without_body(th, changes),
    }
}

/// Code that is there to be looked at and not to be run (`PyCode_NewEmpty`, `PyUnstable_Code_New`): it raises `AssertionError`. All of it comes
/// from its first line.
pub fn without_body(th: &mut Thread, changes: Changes<'_>) -> Result<Ref<Code>, Raised> {
    let first_line = changes.first_line.unwrap_or(0);
    let source = {
        // `assert 0`, compiled once.
        static SOURCE: std::sync::OnceLock<Option<syntax::Code>> = std::sync::OnceLock::new();
        let options = syntax::CompileOptions { optimize: 0, ..Default::default() };
        SOURCE.get_or_init(|| syntax::compile("assert 0", "", syntax::Mode::Exec, options).result.ok())
    };
    let Some(source) = source else { return Err(raise::system_error(th, format_args!("no code for what has none"))) };
    let code: Vec<u8> = source.words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let none = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let lines = [&[(source.words.len() as u8) << 1 | 1, 0, 0], &none[..], &none[..]].concat();
    let empty = Tuple::empty();
    let name = changes.name.map_or_else(|| heap::Heaped::to_ref(objects::names::EMPTY.get()), heap::Heaped::to_ref);
    let old = Parts { consts: Vec::new(), other_consts: false, name: name.clone(), qualname: name.clone(), filename: name };
    let stacksize = source.temp_count;
    let changes = Changes {
        consts: Some(changes.consts.unwrap_or(&empty)),
        names: Some(changes.names.unwrap_or(&empty)),
        varnames: Some(changes.varnames.unwrap_or(&empty)),
        freevars: Some(changes.freevars.unwrap_or(&empty)),
        cellvars: Some(changes.cellvars.unwrap_or(&empty)),
        first_line: Some(first_line),
        code: Some(&code),
        linetable: Some(&lines),
        exceptiontable: None,
        ..changes
    };
    build(th, syntax::Code::default(), old, stacksize, &changes)
}

/// The named registers: arguments and variables, cells that are no arguments, free variables.
fn lay_out(th: &mut Thread, source: &mut syntax::Code, changes: &Changes<'_>) -> Result<(), Raised> {
    let collect = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
    let varnames = match changes.varnames {
        Some(names) => strings(th, names)?,
        None => collect(&mut source.varnames()),
    };
    let cellvars = match changes.cellvars {
        Some(names) => strings(th, names)?,
        None => collect(&mut source.cellvars()),
    };
    let freevars = match changes.freevars {
        Some(names) => strings(th, names)?,
        None => collect(&mut source.freevars()),
    };
    let args = source.arg_registers();
    if args > varnames.len() {
        return refuse(th, "varnames is too small");
    }
    let was_private = |name: &str| source.locals.iter().any(|l| l.kind == LocalKind::Private && *l.name == *name);
    let mut locals = Vec::with_capacity(varnames.len() + cellvars.len() + freevars.len());
    for (i, name) in varnames.iter().enumerate() {
        let kind = match name {
            name if cellvars.contains(name) => LocalKind::Cell,
            name if was_private(name) => LocalKind::Private,
            _ => LocalKind::Plain,
        };
        locals.push(Local { name: name.as_str().into(), kind, is_arg: i < args });
    }
    for (names, kind) in [(&cellvars, LocalKind::Cell), (&freevars, LocalKind::Free)] {
        let others = names.iter().filter(|name| kind == LocalKind::Free || !varnames.contains(name));
        locals.extend(others.map(|name| Local { name: name.as_str().into(), kind, is_arg: false }));
    }
    source.locals = locals.into();
    Ok(())
}

fn words(th: &mut Thread, code: &[u8]) -> Result<Box<[u64]>, Raised> {
    if code.is_empty() || code.len() % 8 != 0 {
        return refuse(th, "co_code is malformed");
    }
    let (chunks, _) = code.as_chunks::<8>();
    Ok(chunks.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect())
}

fn handlers(th: &mut Thread, table: &[u8]) -> Result<Box<[Handler]>, Raised> {
    if table.len() % 20 != 0 {
        return refuse(th, "co_exceptiontable is malformed");
    }
    let (numbers, _) = table.as_chunks::<4>();
    let numbers: Vec<u32> = numbers.iter().map(|n| u32::from_le_bytes(*n)).collect();
    let (rows, _) = numbers.as_chunks::<5>();
    Ok(rows.iter().map(|&[start, end, target, temp_depth, hidden_depth]| Handler { start, end, target, temp_depth, hidden_depth }).collect())
}

fn strings(th: &mut Thread, names: &Tuple) -> Result<Vec<String>, Raised> {
    let mut found = Vec::with_capacity(names.len());
    for name in names.iter() {
        match name.downcast::<Str>() {
            Some(name) => found.push(name.to_string_lossy()),
            None => {
                let got = ops::type_name(name);
                return Err(raise::type_error(th, format_args!("name tuples must contain only strings, not '{got}'")));
            }
        }
    }
    Ok(found)
}

const _: fn(&Object) -> syntax::Const = constants::plain;
