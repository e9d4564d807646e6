//! Attributes and methods of code objects.

use std::sync::Arc;

use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::glue::*;
use objects::{Bytes, Int, Str, Tuple, ops, raise};
use syntax::code::Position;

use super::{Code, Parts};

fn names_tuple<'a>(th: &Thread, names: impl Iterator<Item = &'a str>) -> Ref<Tuple> {
    let items = names.map(|name| objects::str::intern(th, name).to_ref().up()).collect();
    Tuple::new(th, items)
}

fn int(th: &Thread, n: i64) -> Ref<Object> {
    Int::from_i64(th, n).up()
}

fn maybe(th: &Thread, n: Option<u32>) -> Ref<Object> {
    n.map_or_else(objects::none_ref, |n| int(th, i64::from(n)))
}

#[pymethods(part = "attributes")]
impl Code {
    #[getter]
    fn co_argcount(&self) -> u32 {
        self.arg_count
    }
    #[getter]
    fn co_posonlyargcount(&self) -> u32 {
        self.posonly_count
    }
    #[getter]
    fn co_kwonlyargcount(&self) -> u32 {
        self.kwonly_count
    }
    #[getter]
    fn co_nlocals(&self) -> usize {
        self.source().varnames().count()
    }
    #[getter]
    fn co_stacksize(&self) -> u32 {
        self.temp_count
    }
    #[getter]
    fn co_flags(&self) -> u32 {
        self.flags
    }
    #[getter]
    fn co_firstlineno(&self) -> u32 {
        self.source().first_line
    }
    #[getter]
    fn co_name(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.name.get(th, self)
    }
    #[getter]
    fn co_qualname(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.qualname.get(th, self)
    }
    #[getter]
    fn co_filename(&self, th: &mut Thread) -> Option<Ref<Str>> {
        self.filename.get(th, self)
    }
    #[getter]
    fn co_names(&self, th: &mut Thread) -> Ref<Tuple> {
        names_tuple(th, self.source().names.iter().map(|n| &**n))
    }
    #[getter]
    fn co_varnames(&self, th: &mut Thread) -> Ref<Tuple> {
        names_tuple(th, self.source().varnames())
    }
    #[getter]
    fn co_cellvars(&self, th: &mut Thread) -> Ref<Tuple> {
        names_tuple(th, self.source().cellvars())
    }
    #[getter]
    fn co_freevars(&self, th: &mut Thread) -> Ref<Tuple> {
        names_tuple(th, self.source().freevars())
    }
    #[getter]
    fn co_consts(&self, th: &mut Thread) -> Ref<Tuple> {
        let consts: Vec<&Object> = self.consts().collect();
        Tuple::from_slice(th, &consts)
    }
    #[getter]
    fn co_code(&self, th: &mut Thread) -> Ref<Bytes> {
        let bytes: Vec<u8> = self.source().words.iter().flat_map(|w| w.to_le_bytes()).collect();
        Bytes::new(th, &bytes)
    }
    #[getter]
    fn _co_code_adaptive(&self, th: &mut Thread) -> Ref<Bytes> {
        let bytes: Vec<u8> = self.words().iter().flat_map(|w| w.load(heap::sync::Ordering::Relaxed).to_le_bytes()).collect();
        Bytes::new(th, &bytes)
    }
    #[getter]
    fn co_linetable(&self, th: &mut Thread) -> Ref<Bytes> {
        // What is in it is this implementation's own; it is compared and hashed, never parsed.
        let bytes: Vec<u8> = self.source().positions.iter().flat_map(|r| (r.end, r.position.map_or(0, |p| p.line)).0.to_le_bytes()).collect();
        Bytes::new(th, &bytes)
    }
    #[getter]
    fn co_exceptiontable(&self, th: &mut Thread) -> Ref<Bytes> {
        let bytes: Vec<u8> =
            self.source().handlers.iter().flat_map(|h| [h.start, h.end, h.target, h.temp_depth, h.hidden_depth]).flat_map(u32::to_le_bytes).collect();
        Bytes::new(th, &bytes)
    }

    /// Return an iterator of (start, end, line) triples.
    #[method]
    fn co_lines(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut rows: Vec<(u32, u32, Option<u32>)> = Vec::new();
        for run in self.source().positions.iter() {
            let line = run.position.map(|p| p.line);
            match rows.last_mut() {
                Some(last) if last.2 == line && last.1 == run.start => last.1 = run.end,
                _ => rows.push((run.start, run.end, line)),
            }
        }
        let items = rows
            .into_iter()
            .map(|(start, end, line)| {
                let row = vec![int(th, i64::from(start) * 2), int(th, i64::from(end) * 2), maybe(th, line)];
                Tuple::new(th, row).up()
            })
            .collect();
        let rows = Tuple::new(th, items);
        ops::iter(th, &rows)
    }

    /// Return an iterator of (line, end line, column, end column) for every instruction word.
    #[method]
    fn co_positions(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut items = Vec::with_capacity(self.source().words.len());
        for run in self.source().positions.iter() {
            let p: Option<Position> = run.position;
            for _ in run.start..run.end {
                let row = vec![maybe(th, p.map(|p| p.line)), maybe(th, p.map(|p| p.end_line)), maybe(th, p.map(|p| p.col)), maybe(th, p.map(|p| p.end_col))];
                items.push(Tuple::new(th, row).up());
            }
        }
        let rows = Tuple::new(th, items);
        ops::iter(th, &rows)
    }

    /// Return an iterator of (from, to) pairs of branches.
    #[method]
    fn co_branches(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ops::iter(th, &Tuple::empty())
    }

    #[method]
    fn _varname_from_oparg(&self, th: &mut Thread, oparg: usize) -> Result<Ref<Str>, Raised> {
        match self.local_names().get(oparg) {
            Some(name) => Ok(name.to_ref()),
            None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
        }
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method(sig = "(*, co_argcount=None, co_posonlyargcount=None, co_kwonlyargcount=None, co_nlocals=None, co_stacksize=None, co_flags=None, co_firstlineno=None, co_code=None, co_consts=None, co_names=None, co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, co_linetable=None, co_exceptiontable=None)")]
    #[allow(clippy::too_many_arguments, reason = "the fields of a code object")]
    fn replace(
        &self,
        th: &mut Thread,
        co_argcount: Option<u32>,
        co_posonlyargcount: Option<u32>,
        co_kwonlyargcount: Option<u32>,
        _co_nlocals: Option<&Object>,
        _co_stacksize: Option<&Object>,
        co_flags: Option<u32>,
        co_firstlineno: Option<u32>,
        _co_code: Option<&Object>,
        co_consts: Option<&Tuple>,
        co_names: Option<&Tuple>,
        co_varnames: Option<&Tuple>,
        co_freevars: Option<&Tuple>,
        co_cellvars: Option<&Tuple>,
        co_filename: Option<&Str>,
        co_name: Option<&Str>,
        co_qualname: Option<&Str>,
        _co_linetable: Option<&Object>,
        _co_exceptiontable: Option<&Object>,
    ) -> Result<Ref<Code>, Raised> {
        let mut source = self.source().clone();
        let same = |n: Option<u32>, old: u32| n.is_none_or(|n| n == old);
        if !(same(co_argcount, self.arg_count) && same(co_posonlyargcount, self.posonly_count) && same(co_kwonlyargcount, self.kwonly_count)) {
            return Err(raise::value_error(th, format_args!("code: argument counts cannot be replaced")));
        }
        if let Some(flags) = co_flags {
            source.flags = flags;
        }
        if let Some(line) = co_firstlineno {
            source.first_line = line;
        }
        if let Some(names) = co_names {
            let names = strings(th, names)?;
            if names.len() < source.names.len() {
                return Err(raise::value_error(th, format_args!("code: co_names is too small")));
            }
            source.names = names.into_iter().map(Arc::from).collect();
        }
        rename(th, &mut source, co_varnames, |l| l.is_arg || matches!(l.kind, syntax::code::LocalKind::Plain | syntax::code::LocalKind::Private), "co_varnames")?;
        rename(th, &mut source, co_cellvars, |l| l.kind == syntax::code::LocalKind::Cell, "co_cellvars")?;
        rename(th, &mut source, co_freevars, |l| l.kind == syntax::code::LocalKind::Free, "co_freevars")?;
        let consts = match co_consts {
            Some(consts) if consts.len() < self.consts.len() => return Err(raise::value_error(th, format_args!("code: co_consts is too small"))),
            Some(consts) => consts.iter().map(|c| th.retain(c)).collect(),
            None => self.consts().map(|c| th.retain(c)).collect(),
        };
        let name = co_name.unwrap_or_else(|| self.name()).to_ref();
        let qualname = co_qualname.unwrap_or_else(|| self.qualname()).to_ref();
        let filename = co_filename.unwrap_or_else(|| self.filename()).to_ref();
        source.name = name.to_string_lossy().into();
        source.qualname = qualname.to_string_lossy().into();
        source.filename = filename.to_string_lossy().into();
        Ok(Code::with_parts(th, Arc::new(source), Parts { consts, name, qualname, filename }))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        let (name, file, line) = (self.name().to_string_lossy(), self.filename().to_string_lossy(), self.source().first_line);
        Str::new(th, &format!("<code object {name} at {self:p}, file \"{file}\", line {line}>"))
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let mut hash = ops::hash(th, self.name())? as usize;
        for word in &self.source().words {
            hash = (hash ^ *word as usize).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
        let hash = hash as isize;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[slot(tp_richcompare)]
    fn compare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Code>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return Ok(objects::not_implemented_ref());
        };
        let equal = core::ptr::eq(self, other) || self.equals(th, other)?;
        Ok(objects::bool_ref(equal == (op == CompareOp::Eq)))
    }
}

impl Code {
    fn equals(&self, th: &mut Thread, other: &Code) -> Result<bool, Raised> {
        let (a, b) = (self.source(), other.source());
        let same = self.name().eq_str(other.name())
            && (self.flags, self.arg_count, self.posonly_count, self.kwonly_count) == (other.flags, other.arg_count, other.posonly_count, other.kwonly_count)
            && a.first_line == b.first_line
            && a.words == b.words
            && a.names == b.names
            && a.locals == b.locals
            && a.handlers == b.handlers
            && a.positions == b.positions
            && self.consts.len() == other.consts.len();
        if !same {
            return Ok(false);
        }
        for (x, y) in self.consts().zip(other.consts()) {
            // Types apart: 1, 1.0 and True are different constants.
            if !core::ptr::eq(x.ty(), y.ty()) || !ops::eq(th, x, y)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
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

fn rename(th: &mut Thread, source: &mut syntax::Code, names: Option<&Tuple>, which: impl Fn(&syntax::code::Local) -> bool, field: &str) -> Result<(), Raised> {
    let Some(names) = names else { return Ok(()) };
    let names = strings(th, names)?;
    let slots: Vec<usize> = source.locals.iter().enumerate().filter(|(_, l)| which(l)).map(|(i, _)| i).collect();
    if names.len() != slots.len() {
        return Err(raise::value_error(th, format_args!("code: {field} has the wrong size")));
    }
    for (slot, name) in slots.into_iter().zip(names) {
        source.locals[slot].name = name.into();
    }
    Ok(())
}

