//! Imports and the intrinsics: what the import system and the typing objects do behind an instruction.

use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, Int, List, Str, Tuple, ops, raise};
use syntax::opcodes::{Intrinsic1Kind, Intrinsic2Kind};

use super::{Done, type_params};
use crate::frame::Fp;

/// dst = import of name: base = level, base+1 = fromlist
#[inline(never)]
pub fn op_import_name(th: &mut Thread, f: Fp, dst: i32, base: i32, name: i32) -> Done {
    let regs = f.regs();
    let name = f.code().name_at(name);
    let import_name = objects::str::intern(th, "__import__");
    let import = match f.builtins().downcast_exact::<Dict>() {
        Some(builtins) => builtins.get_str(th, import_name),
        None => crate::ops::item::getitem_opt(th, f.builtins(), import_name)?,
    };
    let Some(import) = import else {
        return Err(raise::import_error(th, format_args!("__import__ not found"), None, None));
    };
    let locals = f.namespace().unwrap_or(objects::none());
    let value = ops::call(th, &import, &[name, f.globals(), locals, regs.get(base + 1), regs.get(base)])?;
    th.release(import);
    regs.release_range(th, base, 2);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = module.name, or the submodule
#[inline(never)]
pub fn op_import_from(th: &mut Thread, f: Fp, dst: i32, module: i32, name: i32) -> Done {
    let regs = f.regs();
    let value = import_from(th, regs.get(module), f.code().name_at(name))?;
    regs.set(th, dst, value);
    Ok(())
}

fn import_from(th: &mut Thread, module: &Object, name: &Str) -> Result<Ref<Object>, Raised> {
    if let Some(value) = ops::getattr_opt(th, module, name)? {
        return Ok(value);
    }
    crate::hooks::hooks().import_from_fallback(th, module, name)
}

/// dst = intrinsic(src)
#[inline(never)]
pub fn op_intrinsic1(th: &mut Thread, f: Fp, dst: i32, src: i32, which: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(src);
    let hooks = crate::hooks::hooks();
    let value = match Intrinsic1Kind::from_imm(which) {
        Some(Intrinsic1Kind::Print) => hooks.display(th, object)?,
        Some(Intrinsic1Kind::ImportStar) => {
            import_star(th, f, object)?;
            objects::none_ref()
        }
        Some(Intrinsic1Kind::AsyncGenWrap) => crate::generator::wrap_value(th, object),
        Some(Intrinsic1Kind::ListToTuple) => match object.downcast::<List>() {
            Some(list) => {
                let items = list.snapshot(th);
                Tuple::new(th, items).up()
            }
            None => return Err(raise::system_error(th, format_args!("expected a list to make a tuple of"))),
        },
        Some(kind @ (Intrinsic1Kind::TypeVar | Intrinsic1Kind::ParamSpec | Intrinsic1Kind::TypeVarTuple)) => {
            type_params::parameter(th, kind, object)?
        }
        Some(Intrinsic1Kind::SubscriptGeneric) => type_params::subscript_generic(th, object)?,
        Some(Intrinsic1Kind::TypeAlias) => type_params::alias(th, object)?,
        None => return Err(raise::system_error(th, format_args!("unknown intrinsic {which}"))),
    };
    regs.consume(th, src);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = intrinsic(base, base+1)
#[inline(never)]
pub fn op_intrinsic2(th: &mut Thread, f: Fp, dst: i32, base: i32, which: i32) -> Done {
    let regs = f.regs();
    let (first, second) = (regs.get(base), regs.get(base + 1));
    let value = match Intrinsic2Kind::from_imm(which) {
        Some(Intrinsic2Kind::TypeVarWithBound) => type_params::with_bound(th, first, second)?,
        Some(Intrinsic2Kind::TypeVarWithConstraints) => type_params::with_constraints(th, first, second)?,
        Some(Intrinsic2Kind::SetFunctionTypeParams) => {
            let Some(function) = first.downcast::<crate::function::Function>() else {
                return Err(raise::system_error(th, format_args!("type parameters of something that is no function")));
            };
            let params = th.retain(second);
            function.set_type_params(th, params);
            th.retain(first)
        }
        Some(Intrinsic2Kind::SetTypeParamDefault) => type_params::set_default(th, first, second)?,
        None => return Err(raise::system_error(th, format_args!("unknown intrinsic {which}"))),
    };
    regs.release_range(th, base, 2);
    regs.set(th, dst, value);
    Ok(())
}

/// locals["__annotations__"] = {} unless there
#[inline(never)]
pub fn op_setup_annotations(th: &mut Thread, f: Fp) -> Done {
    let Some(locals) = f.namespace() else {
        return Err(raise::system_error(th, format_args!("no locals found when setting up annotations")));
    };
    let name = objects::str::intern(th, "__annotations__");
    if crate::ops::item::getitem_opt(th, locals, name)?.is_none() {
        let dict = Dict::new(th);
        ops::setitem(th, locals, name, &dict)?;
    }
    Ok(())
}

/// `from module import *` into the frame's namespace.
fn import_star(th: &mut Thread, f: Fp, module: &Object) -> Result<(), Raised> {
    let Some(locals) = f.namespace() else {
        return Err(raise::system_error(th, format_args!("no locals found during 'import *'")));
    };
    let all_name = objects::str::intern(th, "__all__");
    let (names, from_all) = match ops::getattr_opt(th, module, all_name)? {
        Some(all) => (all, true),
        None => {
            let dict_name = objects::str::intern(th, "__dict__");
            let Some(dict) = ops::getattr_opt(th, module, dict_name)? else {
                return Err(raise::import_error(th, format_args!("from-import-* object has no __dict__ and no __all__"), None, None));
            };
            (ops::call_method(th, &dict, &objects::names::keys, &[])?, false)
        }
    };
    // `__all__` is read by index, as CPython does, so that it may be any sequence.
    let names = if from_all { sequence_items(th, &names)? } else { ops::to_vec(th, &names)? };
    for name in names {
        let Some(text) = (*name).downcast::<Str>() else {
            let module_name = module_display_name(th, module)?;
            let (ty, what) = (ops::type_name(&name), if from_all { "Item in" } else { "Key in" });
            let place = if from_all { "__all__" } else { "__dict__" };
            return Err(raise::type_error(th, format_args!("{what} {module_name}.{place} must be str, not {ty}")));
        };
        if !from_all && text.len() > 0 && text.char_at(0) == u32::from(b'_') {
            continue;
        }
        let value = ops::getattr(th, module, text)?;
        ops::setitem(th, locals, text, &value)?;
    }
    Ok(())
}

fn sequence_items(th: &mut Thread, sequence: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    let mut items = Vec::new();
    loop {
        let index = Int::from_i64(th, items.len() as i64);
        match ops::getitem(th, sequence, &index) {
            Ok(item) => items.push(item),
            Err(_) if raise::catch(th, objects::exceptions::index_error_type()).is_some() => return Ok(items),
            Err(raised) => return Err(raised),
        }
    }
}

fn module_display_name(th: &mut Thread, module: &Object) -> Result<String, Raised> {
    let name = ops::getattr_str(th, module, "__name__")?;
    match (*name).downcast::<Str>() {
        Some(text) => Ok(text.to_string_lossy()),
        None => Err(raise::type_error(th, format_args!("module __name__ must be a string, not {}", ops::type_name(&name)))),
    }
}
