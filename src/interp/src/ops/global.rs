//! Names: globals, builtins, namespaces of class and module bodies, cells.

use heap::{Object, Raised, Ref, Thread};
use objects::{Cell, Dict, Str, ops, raise};
use syntax::code::LocalKind;
use syntax::opcodes::Op;

use super::Done;
use crate::adapt;
use crate::frame::{Fp, Pc, Reg};

/// NameError "name 'x' is not defined".
#[cold]
pub fn not_defined(th: &mut Thread, name: &Str) -> Raised {
    let text = name.to_string_lossy();
    raise::name_error(th, name, format_args!("name '{text}' is not defined"))
}

/// The value of a global or builtin name.
pub fn global(th: &mut Thread, f: Fp, name: &Str) -> Result<Ref<Object>, Raised> {
    if let Some(globals) = f.globals().downcast_exact::<Dict>() {
        if let Some(value) = globals.get(th, name)? {
            return Ok(value);
        }
    } else if let Some(value) = crate::ops::item::getitem_opt(th, f.globals(), name)? {
        return Ok(value);
    }
    if let Some(builtins) = f.builtins().downcast_exact::<Dict>() {
        if let Some(value) = builtins.get(th, name)? {
            return Ok(value);
        }
    } else if let Some(value) = crate::ops::item::getitem_opt(th, f.builtins(), name)? {
        return Ok(value);
    }
    Err(not_defined(th, name))
}

/// dst = globals[name], or builtins[name]
#[inline(never)]
pub fn op_load_global(th: &mut Thread, f: Fp, dst: i32, name: i32) -> Done {
    let value = global(th, f, f.code().name_at(name))?;
    f.regs().set(th, dst, value);
    Ok(())
}

/// globals[name] = src
#[inline(never)]
pub fn op_store_global(th: &mut Thread, f: Fp, name: i32, src: i32) -> Done {
    let regs = f.regs();
    let name = f.code().name_at(name);
    match f.globals().downcast_exact::<Dict>() {
        Some(globals) => {
            let value = regs.take_in(th, src);
            globals.set_str(th, name, value);
            Ok(())
        }
        None => {
            ops::setitem(th, f.globals(), name, regs.get(src))?;
            regs.consume(th, src);
            Ok(())
        }
    }
}

/// del globals[name]
#[inline(never)]
pub fn op_delete_global(th: &mut Thread, f: Fp, name: i32) -> Done {
    delete_from(th, f.globals(), f.code().name_at(name))
}

fn delete_from(th: &mut Thread, namespace: &Object, name: &Str) -> Done {
    if let Some(dict) = namespace.downcast_exact::<Dict>() {
        return if dict.del_str(th, name) { Ok(()) } else { Err(not_defined(th, name)) };
    }
    match ops::delitem(th, namespace, name) {
        Err(_) if raise::catch(th, objects::exceptions::key_error_type()).is_some() => Err(not_defined(th, name)),
        other => other,
    }
}

/// The frame's namespace.
fn namespace<'a>(th: &mut Thread, f: Fp, doing: &str, name: &Str) -> Result<&'a Object, Raised> {
    match f.namespace() {
        Some(locals) => Ok(locals),
        None => {
            let text = name.to_string_lossy();
            Err(raise::system_error(th, format_args!("no locals when {doing} '{text}'")))
        }
    }
}

/// dst = the frame's locals mapping
#[inline(never)]
pub fn op_load_locals(th: &mut Thread, f: Fp, dst: i32) -> Done {
    let Some(locals) = f.namespace() else { return Err(raise::system_error(th, format_args!("no locals"))) };
    let locals = th.retain(locals);
    f.regs().set(th, dst, locals);
    Ok(())
}

/// `mapping[name]`, a missing key as `None`.
fn lookup(th: &mut Thread, mapping: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    match mapping.downcast_exact::<Dict>() {
        Some(dict) => dict.get(th, name),
        None => crate::ops::item::getitem_opt(th, mapping, name),
    }
}

/// dst = locals[name], globals[name] or builtins[name]
#[inline(never)]
pub fn op_load_name(th: &mut Thread, f: Fp, dst: i32, name: i32) -> Done {
    let name = f.code().name_at(name);
    let locals = namespace(th, f, "loading", name)?;
    let value = match lookup(th, locals, name)? {
        Some(value) => value,
        None => global(th, f, name)?,
    };
    f.regs().set(th, dst, value);
    Ok(())
}

/// locals[name] = src
#[inline(never)]
pub fn op_store_name(th: &mut Thread, f: Fp, name: i32, src: i32) -> Done {
    let regs = f.regs();
    let name = f.code().name_at(name);
    let locals = namespace(th, f, "storing", name)?;
    match locals.downcast_exact::<Dict>() {
        Some(dict) => {
            let value = regs.take_in(th, src);
            dict.set_str(th, name, value);
            Ok(())
        }
        None => {
            ops::setitem(th, locals, name, regs.get(src))?;
            regs.consume(th, src);
            Ok(())
        }
    }
}

/// del locals[name]
#[inline(never)]
pub fn op_delete_name(th: &mut Thread, f: Fp, name: i32) -> Done {
    let name = f.code().name_at(name);
    let locals = namespace(th, f, "deleting", name)?;
    delete_from(th, locals, name)
}

/// dst = map[name] if there, otherwise as `LoadGlobal`
#[inline(never)]
pub fn op_load_from_dict_or_globals(th: &mut Thread, f: Fp, dst: i32, map: i32, name: i32) -> Done {
    let regs = f.regs();
    let name = f.code().name_at(name);
    let value = match lookup(th, regs.get(map), name)? {
        Some(value) => value,
        None => global(th, f, name)?,
    };
    regs.consume(th, map);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = map[name of the cell variable] if there, otherwise content of the cell
#[inline(never)]
pub fn op_load_from_dict_or_deref(th: &mut Thread, f: Fp, dst: i32, map: i32, cell: i32) -> Done {
    let regs = f.regs();
    let name = f.code().local_name(cell as usize);
    let value = match lookup(th, regs.get(map), name)? {
        Some(value) => value,
        None => match cell_at(f, cell).get(th) {
            Some(value) => value,
            None => return Err(unbound(th, f, cell)),
        },
    };
    regs.consume(th, map);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = builtins.__build_class__
#[inline(never)]
pub fn op_load_build_class(th: &mut Thread, f: Fp, dst: i32) -> Done {
    let name = &objects::names::__build_class__;
    match lookup(th, f.builtins(), name)? {
        Some(value) => {
            f.regs().set(th, dst, value);
            Ok(())
        }
        None => Err(raise::name_error(th, name, format_args!("__build_class__ not found"))),
    }
}

/// The `Cell` in a local's register.
#[inline(always)]
pub fn cell_at<'a>(f: Fp, r: i32) -> &'a Cell {
    let object = f.regs().get(r);
    match object.downcast_exact::<Cell>() {
        Some(cell) => cell,
        // Verified code names a cell register only behind its `MakeCell`; `f_locals` writes through the cell.
        None => unreachable!("a cell register holds a {}", String::from_utf8_lossy(object.ty().tp_name_bytes())),
    }
}

/// UnboundLocalError, or NameError for a free variable.
#[cold]
#[inline(never)]
pub fn unbound(th: &mut Thread, f: Fp, local: i32) -> Raised {
    let code = f.code();
    let name = code.local_name(local as usize);
    let text = name.to_string_lossy();
    if code.source().locals.get(local as usize).is_some_and(|l| l.kind == LocalKind::Free) {
        let message = format_args!("cannot access free variable '{text}' where it is not associated with a value in enclosing scope");
        raise::name_error(th, name, message)
    } else {
        raise::unbound_local(th, name)
    }
}

/// r = new Cell(r)
#[inline(never)]
pub fn op_make_cell(th: &mut Thread, f: Fp, r: i32) {
    let regs = f.regs();
    let value = regs.take(r).into_ref(th);
    let cell = Cell::new(th, value);
    regs.put(r, Reg::counted(cell));
}

/// dst = content of the cell
#[inline(never)]
pub fn op_load_deref(th: &mut Thread, f: Fp, dst: i32, cell: i32) -> Done {
    match cell_at(f, cell).get(th) {
        Some(value) => {
            f.regs().set(th, dst, value);
            Ok(())
        }
        None => Err(unbound(th, f, cell)),
    }
}

/// Content of the cell = src
#[inline(never)]
pub fn op_store_deref(th: &mut Thread, f: Fp, cell: i32, src: i32) {
    let value = f.regs().take_in(th, src);
    cell_at(f, cell).set(th, Some(value));
}

/// Empties the cell
#[inline(never)]
pub fn op_delete_deref(th: &mut Thread, f: Fp, cell: i32) -> Done {
    let cell_object = cell_at(f, cell);
    if cell_object.get(th).is_none() {
        return Err(unbound(th, f, cell));
    }
    cell_object.set(th, None);
    Ok(())
}

/// Cache kinds of `LoadGlobal`: the name is entry `slot` of this version of the globals' keys; it is not in that version; it is entry `slot`
/// of this version of the builtins' keys.
pub const IN_GLOBALS: u16 = 1;
pub const NOT_IN_GLOBALS: u16 = 2;
pub const IN_BUILTINS: u16 = 3;

/// Chooses a form for `LoadGlobal`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_load(th: &mut Thread, f: Fp, pc: Pc, name: i32) -> bool {
    match find_form(th, f, pc, f.code().name_at(name)) {
        Some(op) => {
            adapt::set(pc, op);
            true
        }
        None => {
            adapt::failed(pc);
            false
        }
    }
}

fn find_form(th: &mut Thread, f: Fp, pc: Pc, name: &Str) -> Option<Op> {
    let globals = f.globals().downcast_exact::<Dict>()?;
    let version = globals.keys_version(th);
    if version == 0 {
        return None;
    }
    if let Some((version, index)) = globals.index_of(th, name) {
        adapt::store(pc.cache(1), version, u16::try_from(index).ok()?, IN_GLOBALS);
        return Some(Op::LoadGlobalModule);
    }
    if !globals.has_version(th, version) {
        return None;
    }
    let builtins = f.builtins().downcast_exact::<Dict>()?;
    let (builtins_version, index) = builtins.index_of(th, name)?;
    adapt::store(pc.cache(2), builtins_version, u16::try_from(index).ok()?, IN_BUILTINS);
    adapt::store(pc.cache(1), version, 0, NOT_IN_GLOBALS);
    Some(Op::LoadGlobalBuiltin)
}

/// The value where the cache says that it is, borrowed as by [`Dict::peek_at`].
#[inline(always)]
pub fn peek_cached<'a>(th: &'a Thread, f: Fp, pc: Pc, builtin: bool) -> Option<&'a Object> {
    let cached = adapt::Cached::load(pc, 1);
    let globals = f.globals().downcast_exact::<Dict>()?;
    if !builtin {
        return if cached.kind() == IN_GLOBALS { globals.peek_at(th, cached.version(), u32::from(cached.slot())) } else { None };
    }
    if cached.kind() != NOT_IN_GLOBALS || !globals.has_version(th, cached.version()) {
        return None;
    }
    let cached = adapt::Cached::load(pc, 2);
    if cached.kind() != IN_BUILTINS {
        return None;
    }
    f.builtins().downcast_exact::<Dict>()?.peek_at(th, cached.version(), u32::from(cached.slot()))
}

/// The value where the cache says that it is.
#[inline(always)]
pub fn load_cached(th: &Thread, f: Fp, pc: Pc, builtin: bool) -> Option<Reg> {
    let cached = adapt::Cached::load(pc, 1);
    let globals = f.globals().downcast_exact::<Dict>()?;
    if !builtin {
        if cached.kind() != IN_GLOBALS {
            return None;
        }
        return globals.slot_at(th, cached.version(), u32::from(cached.slot())).map(Reg::counted);
    }
    if cached.kind() != NOT_IN_GLOBALS || !globals.has_version(th, cached.version()) {
        return None;
    }
    let cached = adapt::Cached::load(pc, 2);
    if cached.kind() != IN_BUILTINS {
        return None;
    }
    f.builtins().downcast_exact::<Dict>()?.slot_at(th, cached.version(), u32::from(cached.slot())).map(Reg::counted)
}
