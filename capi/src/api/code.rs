//! Code objects: `PyCode_*`, `PyUnstable_Code_*`.
//!
//! The instructions of a code object are this implementation's own: code that C makes is there to be looked at (tracebacks, `__code__` of compiled
//! functions), and raises if it is run.

use core::ffi::{c_char, c_int, c_void};
use std::collections::HashMap;

use heap::sync::Mutex;
use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::Code;
use interp::code::parts::{Changes, without_body};
use objects::glue::Global;
use objects::typing::descr::MethodDef;
use objects::{Builtin, Dict, Int, Str, Tuple, WeakRef, ops, raise};

use super::errors::os_name;
use crate::api;
use crate::entry::{c_text, expect};

/// A count that must not be negative.
fn count(th: &mut Thread, value: c_int) -> Result<u32, Raised> {
    match u32::try_from(value) {
        Ok(value) => Ok(value),
        Err(_) => Err(raise::bad_internal_call(th)),
    }
}

/// What C knows of a code object.
struct Given<'a> {
    counts: [c_int; 4],
    stack: c_int,
    flags: c_int,
    consts: &'a Object,
    names: &'a Object,
    variables: &'a Object,
    free: &'a Object,
    cells: &'a Object,
    file: &'a Object,
    name: &'a Object,
    qualname: &'a Object,
    line: c_int,
}

fn new_code(th: &mut Thread, given: Given<'_>) -> Result<Ref<Code>, Raised> {
    let [arguments, positional, keyword, locals] = given.counts;
    let changes = Changes {
        arg_count: Some(count(th, arguments)?),
        posonly_count: Some(count(th, positional)?),
        kwonly_count: Some(count(th, keyword)?),
        nlocals: Some(count(th, locals)?),
        stacksize: Some(count(th, given.stack)?),
        flags: Some(given.flags.cast_unsigned()),
        first_line: Some(given.line.max(0).cast_unsigned()),
        consts: Some(expect::<Tuple>(th, given.consts)?),
        names: Some(expect::<Tuple>(th, given.names)?),
        varnames: Some(expect::<Tuple>(th, given.variables)?),
        freevars: Some(expect::<Tuple>(th, given.free)?),
        cellvars: Some(expect::<Tuple>(th, given.cells)?),
        filename: Some(expect::<Str>(th, given.file)?),
        name: Some(expect::<Str>(th, given.name)?),
        qualname: Some(expect::<Str>(th, given.qualname)?),
        ..Changes::default()
    };
    without_body(th, changes)
}

/// A tuple that a code object shows as an attribute.
fn attribute(th: &mut Thread, code: &Object, name: &str) -> Result<Ref<Object>, Raised> {
    let code = expect::<Code>(th, code)?;
    ops::getattr_str(th, code, name)
}

/// The word of an instruction, by its place in bytes as Python counts them.
fn word(place: c_int) -> Option<usize> {
    usize::try_from(place).ok().map(|place| place / 2)
}

api! {
    fn PyCode_NewEmpty(th, file: *const c_char, name: *const c_char, line: c_int) -> Result<Ref<Code>, Raised> {
        // SAFETY: R4: the function's contract.
        let (file, name) = unsafe { (os_name(th, file), c_text(th, name)?) };
        let Some(file) = file else { return Err(raise::bad_internal_call(th)) };
        let name = Str::new(th, name);
        let first_line = Some(line.max(0).cast_unsigned());
        without_body(th, Changes { filename: Some(&file), name: Some(&name), qualname: Some(&name), first_line, ..Changes::default() })
    }

    fn PyUnstable_Code_NewWithPosOnlyArgs(
        th,
        arguments: c_int,
        positional: c_int,
        keyword: c_int,
        locals: c_int,
        stack: c_int,
        flags: c_int,
        _code: &Object,
        consts: &Object,
        names: &Object,
        variables: &Object,
        free: &Object,
        cells: &Object,
        file: &Object,
        name: &Object,
        qualname: &Object,
        line: c_int,
        _lines: &Object,
        _exceptions: &Object,
    ) -> Result<Ref<Code>, Raised> {
        let counts = [arguments, positional, keyword, locals];
        new_code(th, Given { counts, stack, flags, consts, names, variables, free, cells, file, name, qualname, line })
    }

    fn PyUnstable_Code_New(
        th,
        arguments: c_int,
        keyword: c_int,
        locals: c_int,
        stack: c_int,
        flags: c_int,
        _code: &Object,
        consts: &Object,
        names: &Object,
        variables: &Object,
        free: &Object,
        cells: &Object,
        file: &Object,
        name: &Object,
        qualname: &Object,
        line: c_int,
        _lines: &Object,
        _exceptions: &Object,
    ) -> Result<Ref<Code>, Raised> {
        let counts = [arguments, 0, keyword, locals];
        new_code(th, Given { counts, stack, flags, consts, names, variables, free, cells, file, name, qualname, line })
    }

    fn PyCode_GetCode(th, code: &Object) -> Result<Ref<Object>, Raised> {
        attribute(th, code, "co_code")
    }

    fn PyCode_GetVarnames(th, code: &Object) -> Result<Ref<Object>, Raised> {
        attribute(th, code, "co_varnames")
    }

    fn PyCode_GetCellvars(th, code: &Object) -> Result<Ref<Object>, Raised> {
        attribute(th, code, "co_cellvars")
    }

    fn PyCode_GetFreevars(th, code: &Object) -> Result<Ref<Object>, Raised> {
        attribute(th, code, "co_freevars")
    }

    fn PyCode_Addr2Line(th, code: &Object, place: c_int) -> Result<c_int, Raised> {
        let code = expect::<Code>(th, code)?;
        let line = match word(place) {
            None => Some(code.source().first_line),
            Some(word) => code.source().line(word),
        };
        Ok(line.and_then(|line| c_int::try_from(line).ok()).unwrap_or(-1))
    }

    fn PyCode_Addr2Location(
        th,
        code: &Object,
        place: c_int,
        line: *mut c_int,
        column: *mut c_int,
        end_line: *mut c_int,
        end_column: *mut c_int,
    ) -> c_int {
        let Some(code) = code.downcast::<Code>() else {
            let raised = raise::bad_internal_call(th);
            super::errors::leave(th, raised);
            return 0;
        };
        let number = |value: u32| c_int::try_from(value).unwrap_or(-1);
        let position = word(place).and_then(|word| code.source().position(word));
        let columns = position.and_then(|position| position.columns());
        let values = match (word(place), position) {
            (None, _) => [number(code.source().first_line), 0, 0, 0],
            (Some(_), None) => [-1; 4],
            (Some(_), Some(position)) => {
                [number(position.line), columns.map_or(-1, |c| number(c.0)), number(position.end_line), columns.map_or(-1, |c| number(c.1))]
            }
        };
        for (out, value) in [line, column, end_line, end_column].into_iter().zip(values) {
            // SAFETY: R4: the function's contract.
            unsafe { out.write(value) };
        }
        1
    }

    /// The instructions are as good as they were.
    fn PyCode_Optimize(th, code: &Object, _consts: &Object, _names: &Object, _lines: &Object) -> Option<Ref<Object>> {
        let _ = th;
        Some(code.to_ref())
    }
}

// --- what extensions keep with a code object ---

/// What ends an entry, by its index.
static ENDS: Mutex<Vec<Option<abi::freefunc>>> = Mutex::new(Vec::new());
/// Entries by the code object's address and the index. They are taken out when the object ends.
static EXTRA: Mutex<Option<HashMap<(usize, usize), usize>>> = Mutex::new(None);
/// Weak references to the code objects that have entries, by address: they tell of the end.
static WATCHED: Global<Dict> = Global::EMPTY;

/// How many indices there are to request.
const MOST_EXTRA: usize = 255;

/// Ends what C stored under an index.
fn end_extra(th: &mut Thread, index: usize, extra: usize) {
    let free = ENDS.lock().get(index).copied().flatten();
    if let (Some(free), true) = (free, extra != 0) {
        // SAFETY: R4: the function was given for what C stores under this index.
        heap::foreign::call(th, free as *const (), |_| {}, || unsafe { free(extra as *mut c_void) });
    }
}

/// The callback of a weak reference: a code object with entries has ended. The receiver is its address.
unsafe extern "C-unwind" fn code_ended(receiver: *mut abi::PyObject, _reference: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: the function's receiver, alive for the call.
    unsafe {
        objects::glue::entry_object(|th| {
            let receiver = Object::borrow(receiver);
            let address = receiver.downcast::<Int>().and_then(Int::to_i64).unwrap_or(0) as usize;
            let mut entries = Vec::new();
            if let Some(table) = EXTRA.lock().as_mut() {
                entries.extend(table.iter().filter(|((code, _), _)| *code == address).map(|((_, index), extra)| (*index, *extra)));
                table.retain(|(code, _), _| *code != address);
            }
            if let Some(watched) = WATCHED.get(th) {
                watched.del(th, receiver)?;
            }
            for (index, extra) in entries {
                end_extra(th, index, extra);
            }
            Ok(objects::none_ref())
        })
    }
}

static CODE_ENDED: abi::Static<abi::PyMethodDef> =
    abi::Static::new(abi::PyMethodDef { ml_name: c"code_ended".as_ptr(), ml_meth: Some(code_ended), ml_flags: abi::METH_O, ml_doc: core::ptr::null() });

/// Sees to it that entries end with their code object.
fn watch(th: &mut Thread, code: &Code) -> Result<(), Raised> {
    let watched = WATCHED.get_or_init(th, |th| Ok::<_, Raised>(Dict::new(th)))?;
    let address = Int::from_i64(th, core::ptr::from_ref(code) as i64);
    if watched.contains(th, &address)? {
        return Ok(());
    }
    // SAFETY: R4: the declaration is a static.
    let callback = Builtin::new(th, unsafe { MethodDef::from_ptr(CODE_ENDED.get()) }, Some(&address), None);
    let reference = WeakRef::new(th, code, Some(&callback))?;
    watched.set(th, &address, &*reference as &Object)
}

api! {
    fn PyUnstable_Eval_RequestCodeExtraIndex(th, free: Option<abi::freefunc>) -> isize {
        let _ = th;
        let mut ends = ENDS.lock();
        if ends.len() == MOST_EXTRA {
            return -1;
        }
        ends.push(free);
        ends.len() as isize - 1
    }

    fn PyUnstable_Code_GetExtra(th, code: &Object, index: isize, extra: *mut *mut c_void) -> Result<(), Raised> {
        let code = expect::<Code>(th, code)?;
        let key = (core::ptr::from_ref(code) as usize, usize::try_from(index).unwrap_or(usize::MAX));
        let found = EXTRA.lock().as_ref().and_then(|table| table.get(&key).copied()).unwrap_or(0);
        // SAFETY: R4: the function's contract.
        unsafe { extra.write(found as *mut c_void) };
        Ok(())
    }

    fn PyUnstable_Code_SetExtra(th, code: &Object, index: isize, extra: *mut c_void) -> Result<(), Raised> {
        let code = expect::<Code>(th, code)?;
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        if at >= ENDS.lock().len() {
            return Err(raise::bad_internal_call(th));
        }
        watch(th, code)?;
        let key = (core::ptr::from_ref(code) as usize, at);
        let before = EXTRA.lock().get_or_insert_default().insert(key, extra as usize);
        end_extra(th, at, before.unwrap_or(0));
        Ok(())
    }
}
