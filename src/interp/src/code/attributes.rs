//! Attributes and methods of code objects.


use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymethods;
use objects::glue::*;
use objects::{Bytes, Int, Str, Tuple, ops, raise};
use syntax::code::Position;

use super::parts::{self, Changes};
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
    #[slot(
        tp_new,
        sig = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the fields of a code object")]
    fn py_new(
        th: &mut Thread,
        _cls: &Type,
        argcount: i32,
        posonlyargcount: i32,
        kwonlyargcount: i32,
        nlocals: i32,
        stacksize: i32,
        flags: i32,
        codestring: &Bytes,
        constants: &Tuple,
        names: &Tuple,
        varnames: &Tuple,
        filename: &Str,
        name: &Str,
        qualname: &Str,
        firstlineno: i32,
        linetable: &Bytes,
        exceptiontable: &Bytes,
        freevars: Option<&Tuple>,
        cellvars: Option<&Tuple>,
    ) -> Result<Ref<Code>, Raised> {
        let mut counts = [0; 4];
        let given = [(argcount, "argcount"), (posonlyargcount, "posonlyargcount"), (kwonlyargcount, "kwonlyargcount"), (nlocals, "nlocals")];
        for (count, (given, what)) in counts.iter_mut().zip(given) {
            let Ok(given) = u32::try_from(given) else {
                return Err(raise::value_error(th, format_args!("code: {what} must not be negative")));
            };
            *count = given;
        }
        crate::audit::event(th, "code.__new__", &[codestring, filename, name])?;
        let none = Tuple::empty();
        let changes = Changes {
            arg_count: Some(counts[0]),
            posonly_count: Some(counts[1]),
            kwonly_count: Some(counts[2]),
            nlocals: Some(counts[3]),
            stacksize: Some(stacksize.max(0) as u32),
            flags: Some(flags as u32),
            first_line: Some(firstlineno.max(0) as u32),
            code: Some(codestring.as_slice()),
            consts: Some(constants),
            names: Some(names),
            varnames: Some(varnames),
            freevars: Some(freevars.unwrap_or(&none)),
            cellvars: Some(cellvars.unwrap_or(&none)),
            filename: Some(filename),
            name: Some(name),
            qualname: Some(qualname),
            linetable: Some(linetable.as_slice()),
            exceptiontable: Some(exceptiontable.as_slice()),
        };
        let old = Parts { consts: Vec::new(), other_consts: false, name: name.to_ref(), qualname: qualname.to_ref(), filename: filename.to_ref() };
        parts::build_new(th, old, changes)
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
        self.complete();
        let bytes: Vec<u8> = self.words().iter().flat_map(|w| w.load(heap::sync::Ordering::Relaxed).to_le_bytes()).collect();
        Bytes::new(th, &bytes)
    }
    #[getter]
    fn co_linetable(&self, th: &mut Thread) -> Ref<Bytes> {
        // The format is this implementation's own.
        Bytes::new(th, self.source().positions.as_bytes())
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

    #[getter]
    fn co_lnotab(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        objects::warn::deprecated(th, format_args!("co_lnotab is deprecated, use co_lines instead."))?;
        Ok(Bytes::new(th, &self.old_line_table()))
    }

    /// Return an iterator of (line, end line, column, end column) for every instruction word.
    #[method]
    fn co_positions(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut items = Vec::with_capacity(self.source().words.len());
        let lines_only = crate::config::get().no_debug_ranges;
        for run in self.source().positions.iter() {
            let p: Option<Position> = run.position;
            // A table that was given may go on behind the code.
            let end = run.end.min(u32::try_from(self.source().words.len()).unwrap_or(u32::MAX));
            for _ in run.start..end {
                if lines_only {
                    let row = vec![maybe(th, p.map(|p| p.line)), maybe(th, p.map(|p| p.line)), maybe(th, None), maybe(th, None)];
                    items.push(Tuple::new(th, row).up());
                    continue;
                }
                let columns = p.and_then(|p| p.columns());
                let row = vec![
                    maybe(th, p.map(|p| p.line)),
                    maybe(th, p.map(|p| p.end_line)),
                    maybe(th, columns.map(|(col, _)| col)),
                    maybe(th, columns.map(|(_, end_col)| end_col)),
                ];
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

    #[method(sig = "($self, /, oparg)")]
    fn _varname_from_oparg(&self, th: &mut Thread, oparg: usize) -> Result<Ref<Str>, Raised> {
        match self.local_names().get(oparg) {
            Some(name) => Ok(name.to_ref()),
            None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
        }
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method(sig = "(*, co_argcount=None, co_posonlyargcount=None, co_kwonlyargcount=None, co_nlocals=None, co_stacksize=None, co_flags=None, co_firstlineno=None, co_code=None, co_consts=None, co_names=None, co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, co_linetable=None, co_exceptiontable=None)", shows = "($self, /, **changes)")]
    #[allow(clippy::too_many_arguments, reason = "the fields of a code object")]
    fn replace(
        &self,
        th: &mut Thread,
        co_argcount: Option<u32>,
        co_posonlyargcount: Option<u32>,
        co_kwonlyargcount: Option<u32>,
        co_nlocals: Option<u32>,
        co_stacksize: Option<u32>,
        co_flags: Option<u32>,
        co_firstlineno: Option<u32>,
        co_code: Option<&Bytes>,
        co_consts: Option<&Tuple>,
        co_names: Option<&Tuple>,
        co_varnames: Option<&Tuple>,
        co_freevars: Option<&Tuple>,
        co_cellvars: Option<&Tuple>,
        co_filename: Option<&Str>,
        co_name: Option<&Str>,
        co_qualname: Option<&Str>,
        co_linetable: Option<&Bytes>,
        co_exceptiontable: Option<&Bytes>,
    ) -> Result<Ref<Code>, Raised> {
        let changes = Changes {
            arg_count: co_argcount,
            posonly_count: co_posonlyargcount,
            kwonly_count: co_kwonlyargcount,
            nlocals: co_nlocals,
            stacksize: co_stacksize,
            flags: co_flags,
            first_line: co_firstlineno,
            code: co_code.map(Bytes::as_slice),
            consts: co_consts,
            names: co_names,
            varnames: co_varnames,
            freevars: co_freevars,
            cellvars: co_cellvars,
            filename: co_filename,
            name: co_name,
            qualname: co_qualname,
            linetable: co_linetable.map(Bytes::as_slice),
            exceptiontable: co_exceptiontable.map(Bytes::as_slice),
        };
        let old = Parts {
            consts: self.consts().map(|c| th.retain(c)).collect(),
            other_consts: self.has_other_consts(),
            name: self.name().to_ref(),
            qualname: self.qualname().to_ref(),
            filename: self.filename().to_ref(),
        };
        parts::build(th, self.source().clone(), old, self.stacksize, &changes)
    }

    /// The same as replace().
    #[method(sig = none, shows = "($self, /, **changes)")]
    fn __replace__(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let replace = ops::getattr_str(th, self, "replace")?;
        let (names, values): (Vec<&Object>, Vec<&Object>) = kwargs.iter().unzip();
        let names = Tuple::from_slice(th, &names);
        ops::call_kw(th, &replace, &[args.as_slice(), &values].concat(), Some(&names))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        let (name, file, line) = (self.name().to_string_lossy(), self.filename().to_string_lossy(), self.first_line);
        Str::new(th, &format!("<code object {name} at {self:p}, file \"{file}\", line {line}>"))
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let mut hash = ops::hash(th, self.name())? as usize;
        for word in &self.source().words {
            hash = (hash ^ *word as usize).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
        let source = self.source();
        for count in [source.first_line, source.arg_count, source.posonly_count, source.kwonly_count, source.flags] {
            hash = hash.wrapping_mul(1_000_003) ^ count as usize;
        }
        let names = names_tuple(th, self.source().names.iter().map(|n| &**n));
        let consts: Vec<&Object> = self.consts().collect();
        let consts = Tuple::from_slice(th, &consts);
        for part in [names, consts] {
            hash = hash.wrapping_mul(1_000_003) ^ ops::hash(th, &part)? as usize;
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
    /// Pairs of (bytes of code, signed lines), as Python had them before 3.10.
    fn old_line_table(&self) -> Vec<u8> {
        let mut table = Vec::new();
        let (mut at, mut line) = (0, self.source().first_line);
        let words = self.source().words.len();
        for run in self.source().positions.iter().take_while(|run| (run.start as usize) < words) {
            let Some(now) = run.position.map(|p| p.line).filter(|now| *now != line) else { continue };
            let (mut bytes, mut lines) = (run.start * 2 - at, i64::from(now) - i64::from(line));
            while bytes > 255 {
                table.extend([255, 0]);
                bytes -= 255;
            }
            while !(-128..=127).contains(&lines) {
                let step = lines.clamp(-128, 127);
                table.extend([bytes as u8, step as i8 as u8]);
                bytes = 0;
                lines -= step;
            }
            table.extend([bytes as u8, lines as i8 as u8]);
            (at, line) = (run.start * 2, now);
        }
        table
    }

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
            && self.consts().count() == other.consts().count();
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
