//! Slot functions of Python classes: each looks its special method up on the type and calls it.
//!
//! `update` puts them into a class's slots where a special method is not a wrapper around a slot of a base.
#![allow(unsafe_code, reason = "slots are C functions")]

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread};

use super::lookup;
use super::places::SlotId;
use crate::glue::{self, SendResult};
use crate::ops::{self, attr, number};
use crate::str::Name;
use crate::{Int, StaticMethod, Str, not_implemented, names, raise};

type O = *mut abi::PyObject;

/// Calls the special method, which exists because the slot is filled (it may have been deleted meanwhile).
fn required(th: &mut Thread, obj: &Object, name: &Name, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    match attr::call_special(th, obj, name, args)? {
        Some(result) => Ok(result),
        None => Err(gone(th, name)),
    }
}

/// The special method was deleted, or never there: its slot has two.
fn gone(th: &mut Thread, name: &Str) -> Raised {
    raise::with_value(th, crate::exceptions::attribute_error_type(), name.to_ref().up())
}

/// Calls the special method, `NotImplemented` if there is none.
fn maybe(th: &mut Thread, obj: &Object, name: &Name, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    Ok(attr::call_special(th, obj, name, args)?.unwrap_or_else(|| not_implemented().to_owned()))
}

macro_rules! binary_slots {
    ($($f:ident $slot:ident $left:ident $right:ident;)*) => {$(
        /// # Safety
        /// As C's `binaryfunc`.
        pub unsafe extern "C-unwind" fn $f(a: O, b: O) -> O {
            // SAFETY: R10, R4: a C entry.
            unsafe { glue::entry_object(|th| binary(th, glue::borrow(a), glue::borrow(b), SlotId::$slot, $f as *const () as usize, &names::$left, &names::$right)) }
        }
    )*};
}

/// Either operand's class may define the operation; the right one goes first if it is a subclass that overrides the reflected method.
fn binary(th: &mut Thread, a: &Object, b: &Object, slot: SlotId, this: usize, left: &Name, right: &Name) -> Result<Ref<Object>, Raised> {
    let same_type = core::ptr::eq(a.ty(), b.ty());
    let mut try_right = !same_type && slot.read(b.ty()) == this;
    if slot.read(a.ty()) == this {
        if try_right && heap::is_subtype(b.ty(), a.ty()) && overrides(th, a, b, right) {
            let result = maybe(th, b, right, &[a])?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
            try_right = false;
        }
        let result = maybe(th, a, left, &[b])?;
        if !result.is(not_implemented()) || same_type {
            return Ok(result);
        }
    }
    if try_right {
        return maybe(th, b, right, &[a]);
    }
    Ok(not_implemented().to_owned())
}

fn overrides(th: &mut Thread, a: &Object, b: &Object, name: &Name) -> bool {
    let Some(of_b) = lookup::lookup(th, b.ty(), name) else { return false };
    match lookup::lookup(th, a.ty(), name) {
        Some(of_a) => !Thread::same(&*of_a, &*of_b),
        None => true,
    }
}

binary_slots! {
    slot_nb_add nb_add __add__ __radd__;
    slot_nb_subtract nb_subtract __sub__ __rsub__;
    slot_nb_multiply nb_multiply __mul__ __rmul__;
    slot_nb_remainder nb_remainder __mod__ __rmod__;
    slot_nb_divmod nb_divmod __divmod__ __rdivmod__;
    slot_nb_lshift nb_lshift __lshift__ __rlshift__;
    slot_nb_rshift nb_rshift __rshift__ __rrshift__;
    slot_nb_and nb_and __and__ __rand__;
    slot_nb_xor nb_xor __xor__ __rxor__;
    slot_nb_or nb_or __or__ __ror__;
    slot_nb_floor_divide nb_floor_divide __floordiv__ __rfloordiv__;
    slot_nb_true_divide nb_true_divide __truediv__ __rtruediv__;
    slot_nb_matrix_multiply nb_matrix_multiply __matmul__ __rmatmul__;
}

/// # Safety
/// As C's `ternaryfunc`.
pub unsafe extern "C-unwind" fn slot_nb_power(a: O, b: O, m: O) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let (a, b, m) = (glue::borrow(a), glue::borrow(b), glue::borrow_nullable(m));
            let this = slot_nb_power as *const () as usize;
            match m {
                None => binary(th, a, b, SlotId::nb_power, this, &names::__pow__, &names::__rpow__),
                Some(m) if m.is(crate::none()) => binary(th, a, b, SlotId::nb_power, this, &names::__pow__, &names::__rpow__),
                Some(m) => {
                    if SlotId::nb_power.read(a.ty()) == this {
                        let result = maybe(th, a, &names::__pow__, &[b, m])?;
                        if !result.is(not_implemented()) {
                            return Ok(result);
                        }
                    }
                    if !core::ptr::eq(a.ty(), b.ty()) && SlotId::nb_power.read(b.ty()) == this {
                        return maybe(th, b, &names::__rpow__, &[a, m]);
                    }
                    Ok(not_implemented().to_owned())
                }
            }
        })
    }
}

macro_rules! simple_slots {
    ($($f:ident $name:ident ( $($arg:ident),* );)*) => {$(
        /// # Safety
        /// As the C signature of the slot.
        pub unsafe extern "C-unwind" fn $f(slf: O $(, $arg: O)*) -> O {
            // SAFETY: R10, R4: a C entry.
            unsafe { glue::entry_object(|th| required(th, glue::borrow(slf), &names::$name, &[$(glue::borrow($arg)),*])) }
        }
    )*};
}

simple_slots! {
    slot_nb_negative __neg__();
    slot_nb_positive __pos__();
    slot_nb_absolute __abs__();
    slot_nb_invert __invert__();
    slot_nb_int __int__();
    slot_nb_float __float__();
    slot_nb_index __index__();
    slot_nb_inplace_add __iadd__(b);
    slot_nb_inplace_subtract __isub__(b);
    slot_nb_inplace_multiply __imul__(b);
    slot_nb_inplace_remainder __imod__(b);
    slot_nb_inplace_lshift __ilshift__(b);
    slot_nb_inplace_rshift __irshift__(b);
    slot_nb_inplace_and __iand__(b);
    slot_nb_inplace_xor __ixor__(b);
    slot_nb_inplace_or __ior__(b);
    slot_nb_inplace_floor_divide __ifloordiv__(b);
    slot_nb_inplace_true_divide __itruediv__(b);
    slot_nb_inplace_matrix_multiply __imatmul__(b);
    slot_mp_subscript __getitem__(key);
    slot_am_await __await__();
    slot_am_aiter __aiter__();
    slot_am_anext __anext__();
}

/// # Safety
/// As C's `ternaryfunc`.
pub unsafe extern "C-unwind" fn slot_nb_inplace_power(a: O, b: O, _m: O) -> O {
    // SAFETY: R10, R4: a C entry. `**=` has no third operand.
    unsafe { glue::entry_object(|th| required(th, glue::borrow(a), &names::__ipow__, &[glue::borrow(b)])) }
}

/// # Safety
/// As C's `inquiry`.
pub unsafe extern "C-unwind" fn slot_nb_bool(slf: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_bool(|th| {
            let obj = glue::borrow(slf);
            let result = match attr::call_special(th, obj, &names::__bool__, &[]) {
                // `__bool__ = None` says that there is no truth value.
                Err(_) if attr::lookup_type_attr(th, obj.ty(), &names::__bool__).is_some_and(|f| f.is(crate::none())) => {
                    drop(th.take_exception());
                    let name = ops::type_name(obj);
                    return Err(raise::type_error(th, format_args!("'{name}' cannot be interpreted as a boolean")));
                }
                result => result?,
            };
            if let Some(result) = result {
                if result.is(crate::true_()) {
                    return Ok(true);
                }
                if result.is(crate::false_()) {
                    return Ok(false);
                }
                let name = ops::type_name(&result);
                return Err(raise::type_error(th, format_args!("__bool__ should return bool, returned {name}")));
            }
            match attr::call_special(th, obj, &names::__len__, &[])? {
                Some(length) => Ok(length_result(th, &length)? != 0),
                None => Ok(true),
            }
        })
    }
}

fn length_result(th: &mut Thread, result: &Object) -> Result<isize, Raised> {
    let n = number::index(th, result)?;
    if n.is_negative() {
        return Err(raise::value_error(th, format_args!("__len__() should return >= 0")));
    }
    match n.to_i64() {
        Some(n) => Ok(n as isize),
        None => {
            let name = ops::type_name(result);
            Err(raise::overflow_error(th, format_args!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// # Safety
/// As C's `lenfunc`.
pub unsafe extern "C-unwind" fn slot_length(slf: O) -> isize {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_len(|th| {
            let result = required(th, glue::borrow(slf), &names::__len__, &[])?;
            length_result(th, &result)
        })
    }
}

/// # Safety
/// As C's `ssizeargfunc`.
pub unsafe extern "C-unwind" fn slot_sq_item(slf: O, i: isize) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let i = Int::from_i64(th, i as i64);
            required(th, glue::borrow(slf), &names::__getitem__, &[&i])
        })
    }
}

/// # Safety
/// As C's `ssizeobjargproc`.
pub unsafe extern "C-unwind" fn slot_sq_ass_item(slf: O, i: isize, value: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_status(|th| {
            let i = Int::from_i64(th, i as i64);
            assign_item(th, glue::borrow(slf), &i, glue::borrow_nullable(value))
        })
    }
}

/// # Safety
/// As C's `objobjargproc`.
pub unsafe extern "C-unwind" fn slot_mp_ass_subscript(slf: O, key: O, value: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe { glue::entry_status(|th| assign_item(th, glue::borrow(slf), glue::borrow(key), glue::borrow_nullable(value))) }
}

fn assign_item(th: &mut Thread, obj: &Object, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
    let result = match value {
        Some(value) => required(th, obj, &names::__setitem__, &[key, value])?,
        None => required(th, obj, &names::__delitem__, &[key])?,
    };
    th.release(result);
    Ok(())
}

/// # Safety
/// As C's `objobjproc`.
pub unsafe extern "C-unwind" fn slot_sq_contains(slf: O, item: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_bool(|th| {
            let (obj, item) = (glue::borrow(slf), glue::borrow(item));
            match lookup::lookup(th, obj.ty(), &names::__contains__) {
                Some(found) if found.is(crate::none()) => {
                    let name = ops::type_name(obj);
                    return Err(raise::type_error(th, format_args!("'{name}' object is not a container")));
                }
                Some(found) => {
                    let result = call_found(th, found, obj, &[item])?;
                    return ops::is_true(th, &result);
                }
                None => {}
            }
            let iterator = ops::iter(th, obj)?;
            while let Some(candidate) = ops::next(th, &iterator)? {
                if ops::eq(th, &candidate, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

fn call_found(th: &mut Thread, found: Ref<Object>, obj: &Object, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    if found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
        let result = ops::call::with_first(obj, args, |all| ops::call(th, &found, all));
        th.release(found);
        return result;
    }
    let bound = attr::bind(th, found, obj)?;
    ops::call(th, &bound, args)
}

macro_rules! str_slots {
    ($($f:ident $name:ident;)*) => {$(
        /// # Safety
        /// As C's `reprfunc`.
        pub unsafe extern "C-unwind" fn $f(slf: O) -> O {
            // SAFETY: R10, R4: a C entry.
            unsafe { glue::entry_object(|th| required(th, glue::borrow(slf), &names::$name, &[])) }
        }
    )*};
}

str_slots! {
    slot_tp_repr __repr__;
    slot_tp_str __str__;
}

/// # Safety
/// As C's `hashfunc`.
pub unsafe extern "C-unwind" fn slot_tp_hash(slf: O) -> isize {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_hash(|th| {
            let obj = glue::borrow(slf);
            let found = lookup::lookup(th, obj.ty(), &names::__hash__).filter(|f| !f.is(crate::none()));
            let Some(found) = found else { return Err(unhashable(th, obj)) };
            let result = call_found(th, found, obj, &[])?;
            match result.downcast::<Int>() {
                // A hash that does not fit a word is hashed itself.
                Ok(n) => Ok(n.to_i64().map_or_else(|| n.hash(), |n| n as isize)),
                Err(_) => Err(raise::type_error(th, format_args!("__hash__ method should return an integer"))),
            }
        })
    }
}

fn unhashable(th: &mut Thread, obj: &Object) -> Raised {
    let name = ops::type_name(obj);
    raise::type_error(th, format_args!("unhashable type: '{name}'"))
}

/// `tp_hash` of classes with `__hash__ = None`, and C's `PyObject_HashNotImplemented`.
///
/// # Safety
/// As C's `hashfunc`.
#[unsafe(export_name = "PyObject_HashNotImplemented")]
pub unsafe extern "C-unwind" fn hash_not_implemented(slf: O) -> isize {
    // SAFETY: R10, R4: a C entry.
    unsafe { glue::entry_hash(|th| Err(unhashable(th, glue::borrow(slf)))) }
}

/// # Safety
/// As C's `ternaryfunc`.
pub unsafe extern "C-unwind" fn slot_tp_call(slf: O, args: O, kwargs: O) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let (obj, args, kwargs) = (glue::borrow(slf), glue::borrow(args), glue::borrow_nullable(kwargs));
            let args: &crate::Tuple = args.cast_unchecked();
            if kwargs.is_none() {
                return required(th, obj, &names::__call__, args.as_slice());
            }
            let Some(found) = attr::lookup_special(th, obj, &names::__call__)? else { return Err(gone(th, &names::__call__)) };
            ops::call_ex(th, &found, args, kwargs.map(|d| d.cast_unchecked()))
        })
    }
}

/// # Safety
/// As C's `getattrofunc`.
pub unsafe extern "C-unwind" fn slot_tp_getattr_hook(slf: O, name: O) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let (obj, name) = (glue::borrow(slf), glue::borrow(name));
            let text = super::instance::attribute_name(th, name)?;
            let getattribute = lookup::lookup(th, obj.ty(), &names::__getattribute__);
            let generic = getattribute.as_ref().is_none_or(|f| super::wrapper::wraps(f, super::instance::generic_getattro as *const () as usize));
            let fallback = lookup::lookup(th, obj.ty(), &names::__getattr__);
            let first = if generic {
                match super::instance::generic_getattr_opt(th, obj, text) {
                    Ok(Some(value)) => return Ok(value),
                    Ok(None) => None,
                    Err(raised) => Some(raised),
                }
            } else {
                let Some(getattribute) = getattribute else { return Err(raise::no_attribute(th, obj, text)) };
                match call_found(th, getattribute, obj, &[name]) {
                    Ok(value) => return Ok(value),
                    Err(raised) => Some(raised),
                }
            };
            let Some(fallback) = fallback else {
                return Err(first.unwrap_or_else(|| raise::no_attribute(th, obj, text)));
            };
            if let Some(raised) = first {
                match raise::catch(th, crate::exceptions::attribute_error_type()) {
                    Some(e) => th.release(e),
                    None => return Err(raised),
                }
            }
            call_found(th, fallback, obj, &[name])
        })
    }
}

/// # Safety
/// As C's `setattrofunc`.
pub unsafe extern "C-unwind" fn slot_tp_setattro(slf: O, name: O, value: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_status(|th| {
            let (obj, name) = (glue::borrow(slf), glue::borrow(name));
            let result = match glue::borrow_nullable(value) {
                Some(value) => required(th, obj, &names::__setattr__, &[name, value])?,
                None => required(th, obj, &names::__delattr__, &[name])?,
            };
            th.release(result);
            Ok(())
        })
    }
}

/// # Safety
/// As C's `richcmpfunc`.
pub unsafe extern "C-unwind" fn slot_tp_richcompare(slf: O, other: O, op: c_int) -> O {
    const NAMES: [&Name; 6] = [&names::__lt__, &names::__le__, &names::__eq__, &names::__ne__, &names::__gt__, &names::__ge__];
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let Some(name) = usize::try_from(op).ok().and_then(|op| NAMES.get(op)) else { return Ok(not_implemented().to_owned()) };
            let (obj, other) = (glue::borrow(slf), glue::borrow(other));
            let Some(found) = lookup::lookup(th, obj.ty(), name) else { return Ok(not_implemented().to_owned()) };
            if found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
                return ops::call(th, &found, &[obj, other]);
            }
            match attr::bind(th, found, obj) {
                Ok(bound) => ops::call1(th, &bound, other),
                // A comparison that the instance does not have is none.
                Err(raised) => match raise::catch(th, crate::exceptions::attribute_error_type()) {
                    Some(_) => Ok(not_implemented().to_owned()),
                    None => Err(raised),
                },
            }
        })
    }
}

/// # Safety
/// As C's `getiterfunc`.
pub unsafe extern "C-unwind" fn slot_tp_iter(slf: O) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let obj = glue::borrow(slf);
            match lookup::lookup(th, obj.ty(), &names::__iter__) {
                Some(found) if found.is(crate::none()) => {}
                Some(found) => return call_found(th, found, obj, &[]),
                None if lookup::lookup(th, obj.ty(), &names::__getitem__).is_some() => return Ok(crate::seqiter::SeqIter::new(th, obj).up()),
                None => {}
            }
            let name = ops::type_name(obj);
            Err(raise::type_error(th, format_args!("'{name}' object is not iterable")))
        })
    }
}

/// # Safety
/// As C's `iternextfunc`.
pub unsafe extern "C-unwind" fn slot_tp_iternext(slf: O) -> O {
    // SAFETY: R10, R4: a C entry. `StopIteration` is passed on as it was raised.
    unsafe { glue::entry_object(|th| required(th, glue::borrow(slf), &names::__next__, &[])) }
}

/// # Safety
/// As C's `descrgetfunc`.
pub unsafe extern "C-unwind" fn slot_tp_descr_get(slf: O, instance: O, owner: O) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let descr = glue::borrow(slf);
            let Some(get) = lookup::lookup(th, descr.ty(), &names::__get__) else { return Ok(descr.to_owned()) };
            let instance = glue::borrow_nullable(instance).unwrap_or(crate::none());
            let owner = glue::borrow_nullable(owner).unwrap_or(crate::none());
            ops::call(th, &get, &[descr, instance, owner])
        })
    }
}

/// # Safety
/// As C's `descrsetfunc`.
pub unsafe extern "C-unwind" fn slot_tp_descr_set(slf: O, instance: O, value: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_status(|th| {
            let (descr, instance) = (glue::borrow(slf), glue::borrow(instance));
            let result = match glue::borrow_nullable(value) {
                Some(value) => required(th, descr, &names::__set__, &[instance, value])?,
                None => required(th, descr, &names::__delete__, &[instance])?,
            };
            th.release(result);
            Ok(())
        })
    }
}

/// # Safety
/// As C's `initproc`.
pub unsafe extern "C-unwind" fn slot_tp_init(slf: O, args: O, kwargs: O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_status(|th| {
            let (obj, args, kwargs) = (glue::borrow(slf), glue::borrow(args), glue::borrow_nullable(kwargs));
            let args: &crate::Tuple = args.cast_unchecked();
            let Some((init, bound)) = attr::lookup_special_method(th, obj, &names::__init__)? else {
                return Err(gone(th, &names::__init__));
            };
            let result = ops::call::with_first(obj, args.as_slice(), |all| {
                let all = if bound { args.as_slice() } else { all };
                match kwargs {
                    None => ops::call(th, &init, all),
                    Some(kwargs) => {
                        let args = crate::Tuple::from_slice(th, all);
                        ops::call_ex(th, &init, &args, Some(kwargs.cast_unchecked()))
                    }
                }
            })?;
            check_init_result(th, result)
        })
    }
}

/// `__init__` must return `None`.
pub fn check_init_result(th: &mut Thread, result: Ref<Object>) -> Result<(), Raised> {
    if result.is(crate::none()) {
        return Ok(());
    }
    let name = ops::type_name(&result);
    Err(raise::type_error(th, format_args!("__init__() should return None, not '{name}'")))
}

/// # Safety
/// As C's `newfunc`.
pub unsafe extern "C-unwind" fn slot_tp_new(cls: *mut abi::PyTypeObject, args: O, kwargs: O) -> O {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_object(|th| {
            let cls = glue::class(cls);
            // What `type` itself has of that name is no data descriptor: what the class has goes first.
            let own = if core::ptr::eq(cls.ty(), super::type_type()) { lookup::lookup(th, cls, &names::__new__) } else { None };
            let new = match own.map(Ref::downcast_exact::<StaticMethod>) {
                Some(Ok(found)) => {
                    let function = found.function(th);
                    th.release(found);
                    function
                }
                _ => attr::getattr(th, cls, &names::__new__)?,
            };
            let args: &crate::Tuple = glue::borrow(args).cast_unchecked();
            let made = ops::call::with_first(cls, args.as_slice(), |all| match glue::borrow_nullable(kwargs) {
                None => ops::call(th, &new, all),
                Some(kwargs) => {
                    let args = crate::Tuple::from_slice(th, all);
                    ops::call_ex(th, &new, &args, Some(kwargs.cast_unchecked()))
                }
            });
            th.release(new);
            made
        })
    }
}

/// # Safety
/// As C's `destructor`.
pub unsafe extern "C-unwind" fn slot_tp_finalize(slf: O) {
    // SAFETY: R10, R4: a C entry.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: R4: the caller holds the object.
    let obj = unsafe { Object::borrow(slf) };
    let before = th.take_exception();
    if let Some(found) = lookup::lookup(th, obj.ty(), &names::__del__) {
        let shown = found.clone();
        match call_found(th, found, obj, &[]) {
            Ok(result) => th.release(result),
            Err(_) => heap::hooks::hooks().unraisable(th, "Exception ignored while calling deallocator", Some(&shown)),
        }
    }
    if let Some(before) = before {
        let _ = th.set_exception(before);
    }
}

/// # Safety
/// As C's `sendfunc`.
pub unsafe extern "C-unwind" fn slot_am_send(slf: O, value: O, out: *mut O) -> c_int {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        glue::entry_send(out, |th| {
            let result = required(th, glue::borrow(slf), &names::send, &[glue::borrow(value)]);
            match result {
                Ok(value) => Ok(SendResult::Next(value)),
                Err(raised) => match raise::catch(th, crate::exceptions::stop_iteration_type()) {
                    Some(e) => Ok(SendResult::Return(crate::exceptions::stop_iteration_value(th, &e))),
                    None => Err(raised),
                },
            }
        })
    }
}

/// The function of this module that serves a slot by its special methods.
pub fn function_for(slot: SlotId) -> usize {
    macro_rules! table {
        ($($slot_name:ident => $f:path;)*) => { match slot { $(SlotId::$slot_name => $f as *const () as usize,)* _ => 0 } };
    }
    table! {
        tp_repr => slot_tp_repr; tp_str => slot_tp_str; tp_hash => slot_tp_hash; tp_call => slot_tp_call;
        tp_getattro => slot_tp_getattr_hook; tp_setattro => slot_tp_setattro; tp_richcompare => slot_tp_richcompare;
        tp_iter => slot_tp_iter; tp_iternext => slot_tp_iternext; tp_descr_get => slot_tp_descr_get; tp_descr_set => slot_tp_descr_set;
        tp_init => slot_tp_init; tp_new => slot_tp_new; tp_finalize => slot_tp_finalize;
        am_await => slot_am_await; am_aiter => slot_am_aiter; am_anext => slot_am_anext; am_send => slot_am_send;
        nb_add => slot_nb_add; nb_subtract => slot_nb_subtract; nb_multiply => slot_nb_multiply; nb_remainder => slot_nb_remainder;
        nb_divmod => slot_nb_divmod; nb_power => slot_nb_power; nb_negative => slot_nb_negative; nb_positive => slot_nb_positive;
        nb_absolute => slot_nb_absolute; nb_bool => slot_nb_bool; nb_invert => slot_nb_invert; nb_lshift => slot_nb_lshift;
        nb_rshift => slot_nb_rshift; nb_and => slot_nb_and; nb_xor => slot_nb_xor; nb_or => slot_nb_or; nb_int => slot_nb_int;
        nb_float => slot_nb_float; nb_inplace_add => slot_nb_inplace_add; nb_inplace_subtract => slot_nb_inplace_subtract;
        nb_inplace_multiply => slot_nb_inplace_multiply; nb_inplace_remainder => slot_nb_inplace_remainder;
        nb_inplace_power => slot_nb_inplace_power; nb_inplace_lshift => slot_nb_inplace_lshift; nb_inplace_rshift => slot_nb_inplace_rshift;
        nb_inplace_and => slot_nb_inplace_and; nb_inplace_xor => slot_nb_inplace_xor; nb_inplace_or => slot_nb_inplace_or;
        nb_floor_divide => slot_nb_floor_divide; nb_true_divide => slot_nb_true_divide;
        nb_inplace_floor_divide => slot_nb_inplace_floor_divide; nb_inplace_true_divide => slot_nb_inplace_true_divide;
        nb_index => slot_nb_index; nb_matrix_multiply => slot_nb_matrix_multiply; nb_inplace_matrix_multiply => slot_nb_inplace_matrix_multiply;
        mp_length => slot_length; mp_subscript => slot_mp_subscript; mp_ass_subscript => slot_mp_ass_subscript;
        sq_length => slot_length; sq_item => slot_sq_item; sq_ass_item => slot_sq_ass_item; sq_contains => slot_sq_contains;
        bf_getbuffer => crate::buffer::slot_getbuffer; bf_releasebuffer => crate::buffer::slot_releasebuffer;
    }
}
const _: fn(&Str) -> usize = Str::len;
