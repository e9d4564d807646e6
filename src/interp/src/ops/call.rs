//! Calls: Python functions get a frame of the same loop, everything else goes through vectorcall or `tp_call`.

use core::cell::Cell;

use heap::sync::{AtomicPtr, Ordering::Relaxed};
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use objects::typing::descr::MethodDescr;
use objects::typing::places::SlotId;
use objects::typing::{as_type, lookup, object_type, type_type};
use objects::{Builtin, Dict, List, Method, Str, Tuple, ops, raise};
use syntax::opcodes::Op;

use crate::args::{self, Registers, Source};
use crate::{adapt, fast};
use crate::frame::stack::{self, Start};
use super::arith::adopt;
use crate::frame::{Fp, Kind, Pc, Reg, Regs};
use crate::function::Function;

/// What a call instruction comes to: the result is in its register, or another frame runs first.
pub type Called = Result<Option<Fp>, Raised>;

/// RecursionError of Python frames.
#[cold]
#[inline(never)]
pub fn too_deep(th: &mut Thread) -> Raised {
    stack::leave_recursion(th);
    raise::recursion_error(th, "")
}

/// A frame for `function`, arguments bound, linked as the innermost. `held` is the register that holds the function; it moves into the frame,
/// unless this fails.
#[inline(always)]
pub fn enter(th: &mut Thread, function: &Function, source: &impl Source) -> Result<Fp, Raised> {
    let code = function.code();
    if !stack::enter_recursion(th) {
        return Err(too_deep(th));
    }
    let frame = stack::push(th, Start { code, globals: function.globals(), builtins: function.builtins() });
    let (given, count) = (source.positional(), code.arg_count as usize);
    let plain = code.exact_positional && given <= count && source.keywords() == 0;
    if plain && (given == count || fill_from_defaults(th, frame, function, given..count)) {
        for i in 0..given {
            frame.regs().put(i as i32, source.take(th, i));
        }
    } else if let Err(raised) = args::bind(th, frame, function, code, source) {
        frame.clear_registers(th, 0);
        stack::pop(th, frame);
        stack::leave_recursion(th);
        return Err(raised);
    }
    if let Some(closure) = function.closure() {
        // The function holds the tuple, and the frame the function.
        for (i, cell) in closure.iter().enumerate() {
            frame.regs().put((code.first_free as usize + i) as i32, Reg::uncounted(cell));
        }
    }
    frame.prev.set(stack::current(th));
    stack::set_current(th, Some(frame));
    Ok(frame)
}

/// The last `count` of the defaults, if there are so many and registers can hold each without a call.
#[inline(always)]
fn plain_defaults<'a>(th: &Thread, function: &'a Function, count: usize) -> Option<&'a [&'a Object]> {
    if count == 0 {
        return Some(&[]);
    }
    function.last_defaults(count).filter(|values| values.iter().all(|value| th.is_retained_plainly(*value)))
}

/// Fills the last parameters from the defaults; false, and nothing is filled, if there are not so many.
#[inline(never)]
fn fill_from_defaults(th: &mut Thread, frame: Fp, function: &Function, places: core::ops::Range<usize>) -> bool {
    if let Some(values) = plain_defaults(th, function, places.len()) {
        for (place, value) in places.zip(values) {
            frame.regs().put(place as i32, Reg::held(th, *value).unwrap_or(Reg::NULL));
        }
        return true;
    }
    let Some(defaults) = function.defaults(th) else { return false };
    let first = defaults.len().checked_sub(places.len());
    if let Some(first) = first {
        for (place, value) in places.zip(&defaults.as_slice()[first..]) {
            frame.regs().put(place as i32, Reg::counted(th.retain(*value)));
        }
    }
    th.release(defaults);
    first.is_some()
}

/// A frame for `function`, linked as the innermost, which takes exactly `nargs` arguments by position: `argument` gives them.
#[inline(always)]
fn push_exact(th: &mut Thread, function: &Function, nargs: i32, argument: impl Fn(&Thread, i32) -> Reg) -> Result<Fp, Raised> {
    if !stack::enter_recursion(th) {
        return Err(too_deep(th));
    }
    let code = function.code();
    let frame = stack::push(th, Start { code, globals: function.globals(), builtins: function.builtins() });
    let locals = frame.regs();
    for i in 0..nargs {
        locals.put(i, argument(th, i));
    }
    if let Some(closure) = function.closure() {
        // The function holds the tuple, and the frame the function.
        for (i, cell) in closure.iter().enumerate() {
            locals.put((code.first_free as usize + i) as i32, Reg::uncounted(cell));
        }
    }
    frame.prev.set(stack::current(th));
    stack::set_current(th, Some(frame));
    Ok(frame)
}

/// Whether it is a Python function that takes `nargs` arguments by position, and defaults for the rest.
fn takes_with_defaults(th: &Thread, callee: &Object, nargs: i32) -> bool {
    callee.downcast_exact::<Function>().is_some_and(|f| {
        let missing = (f.code().arg_count as usize).checked_sub(nargs as usize);
        let defaults = f.defaults(th).map_or(0, |defaults| defaults.len());
        f.code().exact_positional && missing.is_some_and(|missing| missing <= defaults)
    })
}

/// Whether it is a Python function that takes exactly `nargs` arguments by position.
pub fn takes_exactly(callee: &Object, nargs: i32) -> bool {
    callee.downcast_exact::<Function>().is_some_and(|f| f.code().exact_positional && f.code().arg_count == nargs as u32)
}

/// As [`enter_exact`], without a call: the frame of a call in `caller`.
#[inline(always)]
pub fn enter_quick(th: &Thread, regs: Regs, base: i32, first: i32, nargs: i32, caller: &stack::Caller) -> Option<Fp> {
    let held = regs.reg(base);
    let function = held.full().downcast_exact::<Function>()?;
    let code = function.code_plainly()?;
    if !code.exact_positional {
        return None;
    }
    let defaults = plain_defaults(th, function, code.arg_count.checked_sub(nargs as u32)? as usize)?;
    let start = Start { code, globals: function.globals(), builtins: function.builtins() };
    let filled = stack::Filled { defaults, closure: function.closure() };
    let frame = stack::push_call(th, start, held, &filled, caller, first, nargs)?;
    regs.put(base, Reg::NULL);
    Some(frame)
}

/// The frame of a Python function that takes these arguments by position, and defaults for the rest; `None` if `callee` is no such function.
#[inline(always)]
pub fn enter_exact(th: &mut Thread, callee: Reg, regs: Regs, first: i32, nargs: i32) -> Option<Result<Fp, Raised>> {
    let function = callee.full().downcast_exact::<Function>()?;
    let code = function.code();
    match code.arg_count.checked_sub(nargs as u32) {
        Some(0) if code.exact_positional => Some(push_exact(th, function, nargs, |_, i| regs.take(first + i))),
        Some(_) if code.exact_positional => enter_with_defaults(th, function, regs, first, nargs),
        _ => None,
    }
}

/// [`enter_exact`] of a function with more parameters.
#[inline(never)]
fn enter_with_defaults(th: &mut Thread, function: &Function, regs: Regs, first: i32, nargs: i32) -> Option<Result<Fp, Raised>> {
    let source = Registers { regs, first, positional: nargs as usize, names: None };
    if takes_with_defaults(th, function, nargs) { Some(enter(th, function, &source)) } else { None }
}

/// The frame of a Python function that takes exactly so many arguments, which `argument` gives; it holds the function then. `None` if it is no such
/// function.
#[inline(always)]
pub fn enter_with(th: &mut Thread, function: Reg, nargs: i32, argument: impl Fn(&Thread, i32) -> Reg) -> Option<Result<Fp, Raised>> {
    let callee = function.full();
    let Some(known) = callee.downcast_exact::<Function>().filter(|_| takes_exactly(callee, nargs)) else {
        function.release(th);
        return None;
    };
    Some(match push_exact(th, known, nargs, argument) {
        Ok(frame) => {
            frame.func.set(function);
            Ok(frame)
        }
        Err(raised) => {
            function.release(th);
            Err(raised)
        }
    })
}

/// `LoadAttrProperty`: the frame of the getter; `None` if the cache does not fit.
#[inline(never)]
pub fn op_load_property(th: &mut Thread, f: Fp, pc: Pc, dst: i32, obj: i32) -> Option<Result<Fp, Raised>> {
    let regs = f.regs();
    let cached = adapt::Cached::load(pc, 1);
    if !cached.is(regs.get(obj).ty().version_tag(), super::attr_cache::PROPERTY) {
        return None;
    }
    let held = fast::cached(th, f.code().side.object(cached.slot())?)?;
    let getter = held.full().downcast_exact::<objects::Property>().and_then(|property| property.getter_function(th));
    held.release(th);
    let getter = getter?;
    let Some(function) = (*getter).downcast_exact::<Function>().filter(|_| takes_exactly(&getter, 1)) else {
        th.release(getter);
        return None;
    };
    Some(match push_exact(th, function, 1, |th, _| regs.move_in(th, obj)) {
        Ok(frame) => {
            frame.func.set(Reg::counted(getter));
            returns_to(frame, Kind::Call, dst, const { 1 + Op::LoadAttr.cache_words() as u8 });
            Ok(frame)
        }
        Err(raised) => {
            th.release(getter);
            Err(raised)
        }
    })
}

/// Chooses a form for `Call`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize(th: &mut Thread, f: Fp, pc: Pc, callee: &Object, nargs: i32) -> bool {
    if let Some(cls) = as_type(callee) {
        let tag = lookup::assign_tag(th, cls);
        if tag != 0
            && let Some(init) = plain_init(th, cls, nargs)
            && let Some(index) = f.code().side.push(core::ptr::from_ref(&*init) as usize)
        {
            adapt::store(pc.cache(1), tag, index, INIT);
            return adopt(pc, Op::Call, Op::CallClass);
        }
    }
    adopt(pc, Op::Call, form_of(th, callee, nargs, Op::CallPy, Op::CallVector).unwrap_or(Op::Call))
}

/// The form for a Python function that takes `nargs` arguments by position, and defaults for the rest, or the one for callables with a vectorcall function.
fn form_of(th: &Thread, callee: &Object, nargs: i32, python: Op, vector: Op) -> Option<Op> {
    if let Some(function) = callee.downcast_exact::<Function>() {
        return takes_with_defaults(th, function, nargs).then_some(python);
    }
    (!callee.is_exactly::<Method>() && ops::cslot::vectorcall_of(callee).is_some()).then_some(vector)
}

/// `list.append`, once a call of it was seen: what the class has is immortal.
static LIST_APPEND: AtomicPtr<abi::PyObject> = AtomicPtr::new(core::ptr::null_mut());

/// Whether a method descriptor is `list.append`.
fn is_append(th: &Thread, callee: &Object) -> bool {
    let Some(append) = lookup::lookup(th, List::type_object(), objects::names::append.get()).filter(|append| append.is_immortal()) else { return false };
    LIST_APPEND.store(append.as_ptr(), Relaxed);
    is_list_append(callee)
}

/// The same, where it was asked for before.
#[inline(always)]
pub fn is_list_append(callee: &Object) -> bool {
    core::ptr::eq(callee.as_ptr(), LIST_APPEND.load(Relaxed))
}

/// Chooses a form for `CallMethod`, `nargs` with self; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_method(th: &Thread, pc: Pc, callee: &Object, nargs: i32) -> bool {
    let form = if callee.is_exactly::<MethodDescr>() {
        Some(if nargs == 2 && is_append(th, callee) { Op::CallMethodAppend } else { Op::CallMethodBuiltin })
    } else {
        form_of(th, callee, nargs, Op::CallMethodPy, Op::CallMethodVector)
    };
    adopt(pc, Op::CallMethod, form.unwrap_or(Op::CallMethod))
}

/// `CallVector`, `CallMethodVector`: calls `base` with `total` arguments from `first` on; `None` if it has no vectorcall function, or is
/// called in a way of its own.
#[inline(always)]
pub fn op_call_vector(th: &mut Thread, f: Fp, dst: i32, base: i32, first: i32, total: i32) -> Option<Result<(), Raised>> {
    let regs = f.regs();
    // A function for each small number of arguments: their loops have no counter.
    match total {
        1 => call_builtin::<1>(th, regs, dst, base, first),
        2 => call_builtin::<2>(th, regs, dst, base, first),
        0 => call_builtin::<0>(th, regs, dst, base, first),
        3 => call_builtin::<3>(th, regs, dst, base, first),
        _ => call_vectorcall(th, regs, dst, base, first, total),
    }
}

/// [`op_call_vector`] of a builtin function with `N` arguments.
#[inline(never)]
fn call_builtin<const N: usize>(th: &mut Thread, regs: Regs, dst: i32, base: i32, first: i32) -> Option<Result<(), Raised>> {
    if let Some(builtin) = regs.get(base).downcast_exact::<Builtin>() {
        let args = regs.args(th, first, N);
        if let Some(result) = builtin.call_direct(th, args) {
            let value = match result {
                Ok(value) => value,
                Err(raised) => return Some(Err(raised)),
            };
            regs.take(base).release(th);
            regs.release_range(th, first, N);
            regs.set(th, dst, value);
            return Some(Ok(()));
        }
    }
    call_vectorcall(th, regs, dst, base, first, N as i32)
}

/// [`op_call_vector`] of any callable.
#[inline(never)]
fn call_vectorcall(th: &mut Thread, regs: Regs, dst: i32, base: i32, first: i32, total: i32) -> Option<Result<(), Raised>> {
    let callee = regs.get(base);
    if callee.is_exactly::<Function>() || callee.is_exactly::<Method>() {
        return None;
    }
    let vectorcall = ops::cslot::vectorcall_of(callee)?;
    let args = regs.args(th, first, total as usize);
    match ops::cslot::vectorcall(th, vectorcall, callee, args, args.len(), None) {
        Ok(value) => {
            regs.release_range(th, base, (first - base + total) as usize);
            regs.set(th, dst, value);
            Some(Ok(()))
        }
        Err(raised) => Some(Err(raised)),
    }
}

/// `CallMethodBuiltin`: calls a method of a builtin type; `None` if that is not what it is, or takes more than a direct call.
#[inline(always)]
pub fn op_call_method_builtin(th: &mut Thread, f: Fp, dst: i32, base: i32, nargs: i32) -> Option<Result<(), Raised>> {
    let regs = f.regs();
    match nargs {
        1 => call_method::<2>(th, regs, dst, base),
        0 => call_method::<1>(th, regs, dst, base),
        2 => call_method::<3>(th, regs, dst, base),
        3 => call_method::<4>(th, regs, dst, base),
        _ => call_method_many(th, regs, dst, base, nargs as usize + 1),
    }
}

/// [`op_call_method_builtin`] with `N` arguments, the instance among them.
#[inline(never)]
fn call_method<const N: usize>(th: &mut Thread, regs: Regs, dst: i32, base: i32) -> Option<Result<(), Raised>> {
    call_method_of(th, regs, dst, base, N)
}

/// [`op_call_method_builtin`] with many arguments.
#[inline(never)]
fn call_method_many(th: &mut Thread, regs: Regs, dst: i32, base: i32, count: usize) -> Option<Result<(), Raised>> {
    call_method_of(th, regs, dst, base, count)
}

/// [`op_call_method_builtin`] with `count` arguments, the instance among them.
#[inline(always)]
fn call_method_of(th: &mut Thread, regs: Regs, dst: i32, base: i32, count: usize) -> Option<Result<(), Raised>> {
    let method = regs.get(base).downcast_exact::<MethodDescr>()?;
    if regs.reg(base + 1).is_null() {
        return None;
    }
    let args = regs.args(th, base + 1, count);
    match method.call_direct(th, args)? {
        Ok(value) => {
            regs.take(base).release(th);
            regs.release_range(th, base + 1, count);
            regs.set(th, dst, value);
            Some(Ok(()))
        }
        Err(raised) => Some(Err(raised)),
    }
}

/// Cache kind of `CallClass`: the class's `__init__` is the function at `slot` of the code's side table.
pub const INIT: u16 = 7;

/// The `__init__` of a class whose instances are made by `object.__new__`, if a call with so many arguments can run it in the loop.
fn plain_init(th: &Thread, cls: &Type, nargs: i32) -> Option<Ref<Object>> {
    python_init(th, cls).filter(|init| takes_with_defaults(th, init, nargs + 1))
}

/// The same for any arguments.
fn python_init(th: &Thread, cls: &Type) -> Option<Ref<Object>> {
    let plain = core::ptr::eq(cls.ty(), type_type())
        && cls.is_our_heaptype()
        && !cls.has_flag(abi::Py_TPFLAGS_IS_ABSTRACT as u64)
        && SlotId::tp_new.read(cls) == SlotId::tp_new.read(object_type());
    if !plain {
        return None;
    }
    let init = lookup::lookup(th, cls, &objects::names::__init__)?;
    init.is_exactly::<Function>().then_some(init)
}

/// A call of a class whose instances are made by `object.__new__` and set up by a Python function: its frame; `None`: it is another class.
fn call_class(th: &mut Thread, f: Fp, dst: i32, base: i32, rest: Registers<'_>) -> Option<Result<Fp, Raised>> {
    let regs = f.regs();
    let cls = as_type(regs.get(base))?;
    let init = python_init(th, cls)?;
    let function = (*init).downcast_exact::<Function>()?;
    let Some(instance) = th.new_blank(cls) else { return Some(Err(raise::memory_error(th))) };
    let source = WithSelf { this: Cell::new(Reg::counted(th.retain(&*instance))), rest };
    let entered = enter(th, function, &source);
    let unused = source.this.get();
    Some(match entered {
        Ok(frame) => {
            frame.func.set(Reg::counted(init));
            // The instance waits where the class was; it holds the class.
            let class = regs.reg(base);
            regs.put(base, Reg::counted(instance));
            class.release(th);
            returns_to(frame, Kind::Init, dst, SKIP);
            frame.dst2.set(base);
            Ok(frame)
        }
        Err(raised) => {
            unused.release(th);
            th.release(instance);
            th.release(init);
            Err(raised)
        }
    })
}

/// Arguments in registers, behind a `self` that is in none.
struct WithSelf<'a> {
    this: Cell<Reg>,
    rest: Registers<'a>,
}

impl Source for WithSelf<'_> {
    fn positional(&self) -> usize {
        self.rest.positional() + 1
    }
    fn keywords(&self) -> usize {
        self.rest.keywords()
    }
    fn keyword<'a>(&self, k: usize) -> &'a Object {
        self.rest.keyword(k)
    }
    fn take(&self, th: &Thread, i: usize) -> Reg {
        match i.checked_sub(1) {
            None => self.this.replace(Reg::NULL),
            Some(i) => self.rest.take(th, i),
        }
    }
}

/// `CallClass`: makes the instance and pushes the frame of `__init__`; `None` if the class is another one.
#[inline(never)]
pub fn op_call_class(th: &mut Thread, f: Fp, pc: Pc, dst: i32, base: i32, nargs: i32) -> Option<Result<Fp, Raised>> {
    let regs = f.regs();
    let cls = as_type(regs.get(base))?;
    let cached = adapt::Cached::load(pc, 1);
    if !cached.is(cls.version_tag(), INIT) {
        return None;
    }
    let held = fast::cached(th, f.code().side.object(cached.slot())?)?;
    let function = held.full().downcast_exact::<Function>().filter(|f| f.code().exact_positional);
    let missing = function.and_then(|f| f.code().arg_count.checked_sub(nargs as u32 + 1));
    let (Some(function), Some(missing)) = (function, missing) else {
        held.release(th);
        return None;
    };
    let Some(defaults) = plain_defaults(th, function, missing as usize) else {
        held.release(th);
        return call_class(th, f, dst, base, Registers { regs, first: base + 1, positional: nargs as usize, names: None });
    };
    let Some(instance) = th.new_blank(cls) else {
        held.release(th);
        return Some(Err(raise::memory_error(th)));
    };
    let pushed = push_exact(th, function, nargs + 1 + missing as i32, |th, i| match i {
        0 => Reg::counted(th.retain(&*instance)),
        i if i <= nargs => regs.take(base + i),
        i => Reg::held(th, defaults[(i - nargs - 1) as usize]).unwrap_or(Reg::NULL),
    });
    let frame = match pushed {
        Ok(frame) => frame,
        Err(raised) => {
            held.release(th);
            th.release(instance);
            return Some(Err(raised));
        }
    };
    frame.func.set(held);
    // The instance waits where the class was; it holds the class.
    let class = regs.reg(base);
    regs.put(base, Reg::counted(instance));
    class.release(th);
    returns_to(frame, Kind::Init, dst, SKIP);
    frame.dst2.set(base);
    Some(Ok(frame))
}

/// States where the result of a pushed frame goes.
#[inline(always)]
pub fn returns_to(frame: Fp, kind: Kind, dst: i32, skip: u8) {
    frame.kind.set(kind);
    frame.dst.set(dst);
    frame.skip.set(skip);
}

const SKIP: u8 = 3;

/// dst = base(args …), without keywords. `this` counts as the first argument.
#[inline(never)]
pub fn op_call(th: &mut Thread, f: Fp, dst: i32, base: i32, nargs: i32) -> Called {
    call_registers(th, f, dst, base, base + 1, nargs as usize, None)
}

/// dst = base([base+1,] args …)
#[inline(never)]
pub fn op_call_method(th: &mut Thread, f: Fp, dst: i32, base: i32, nargs: i32) -> Called {
    let nargs = nargs as usize;
    if f.regs().reg(base + 1).is_null() {
        call_registers(th, f, dst, base, base + 2, nargs, None)
    } else {
        call_registers(th, f, dst, base, base + 1, nargs + 1, None)
    }
}

fn const_names<'a>(th: &mut Thread, f: Fp, k: i32) -> Result<&'a Tuple, Raised> {
    match f.code().const_at(k).full().downcast_exact::<Tuple>() {
        Some(names) => Ok(names),
        None => Err(raise::system_error(th, format_args!("the names of a call's keywords are no tuple"))),
    }
}

/// base = base(args …, names=…)
#[inline(never)]
pub fn op_call_kw(th: &mut Thread, f: Fp, base: i32, nargs: i32, names: i32) -> Called {
    let names = const_names(th, f, names)?;
    call_registers(th, f, base, base, base + 1, nargs as usize, Some(names))
}

/// base = base([base+1,] args …, names=…)
#[inline(never)]
pub fn op_call_method_kw(th: &mut Thread, f: Fp, base: i32, nargs: i32, names: i32) -> Called {
    let names = const_names(th, f, names)?;
    let nargs = nargs as usize;
    if f.regs().reg(base + 1).is_null() {
        call_registers(th, f, base, base, base + 2, nargs, Some(names))
    } else {
        call_registers(th, f, base, base, base + 1, nargs + 1, Some(names))
    }
}

/// `first .. first + total` are the arguments, those of `names` last. Everything from `base` up is consumed.
fn call_registers(th: &mut Thread, f: Fp, dst: i32, base: i32, first: i32, total: usize, names: Option<&Tuple>) -> Called {
    let regs = f.regs();
    let (mut first, mut total) = (first, total);
    let callee = regs.get(base);
    if callee.is_exactly::<Function>() {
        let held = regs.take(base).escaping(th);
        return call_python(th, f, dst, base, first, total, names, held);
    }
    if let Some((function, this)) = crate::lent::as_bound_method(callee)
        && function.is_exactly::<Function>()
        && (first == base + 1 || regs.reg(base + 1).is_null())
    {
        // `self` takes the free place in front of the arguments, the method's own or the one behind it.
        let (function, this) = (th.retain(function), th.retain(this));
        let old = regs.take(base);
        first -= 1;
        total += 1;
        regs.put(first, Reg::counted(this));
        old.release(th);
        return call_python(th, f, dst, base, first, total, names, Reg::counted(function));
    }
    let source = Registers { regs, first, positional: total - names.map_or(0, Tuple::len), names };
    if let Some(entered) = call_class(th, f, dst, base, source) {
        return entered.map(Some);
    }
    let args = regs.args(th, first, total);
    let value = ops::call_kw(th, callee, args, names)?;
    regs.release_range(th, base, (first - base) as usize + total);
    regs.set(th, dst, value);
    Ok(None)
}

/// Pushes the frame of a Python function. `held` holds it.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "the operands of a call instruction and who is called")]
fn call_python(th: &mut Thread, f: Fp, dst: i32, base: i32, first: i32, total: usize, names: Option<&Tuple>, held: Reg) -> Called {
    let regs = f.regs();
    let Some(function) = held.full().downcast_exact::<Function>() else {
        held.release(th);
        return Err(raise::system_error(th, format_args!("a function lost its type")));
    };
    let source = Registers { regs, first, positional: total - names.map_or(0, Tuple::len), names };
    let _ = base;
    match enter(th, function, &source) {
        Ok(frame) => {
            frame.func.set(held);
            returns_to(frame, Kind::Call, dst, SKIP);
            Ok(Some(frame))
        }
        Err(raised) => {
            held.release(th);
            Err(raised)
        }
    }
}

/// dst = base(*base+1, **base+2)
#[inline(never)]
pub fn op_call_ex(th: &mut Thread, f: Fp, dst: i32, base: i32, kw: i32) -> Called {
    let regs = f.regs();
    let callee = regs.get(base);
    let args = regs.take(base + 1).into_full(th);
    let positional = positional_tuple(th, callee, args)?;
    let mut keywords = None;
    if kw != 0 {
        let mapping = regs.get(base + 2);
        keywords = Some(match mapping.downcast_exact::<Dict>() {
            Some(dict) => th.retain(dict),
            None => {
                let dict = Dict::new(th);
                super::build::merge_keywords(th, &dict, mapping, callee)?;
                dict
            }
        });
    }
    let consumed = 2 + usize::from(kw != 0);
    if let Some(function) = callee.downcast_exact::<Function>() {
        let source = Unpacked::new(th, &positional, keywords.as_deref())?;
        let frame = enter(th, function, &source)?;
        drop(source);
        frame.func.set(regs.take(base));
        regs.release_range(th, base + 1, consumed - 1);
        th.release(positional);
        if let Some(keywords) = keywords {
            th.release(keywords);
        }
        returns_to(frame, Kind::Call, dst, SKIP - 1);
        return Ok(Some(frame));
    }
    let value = ops::call_ex(th, callee, &positional, keywords.as_deref())?;
    th.release(positional);
    if let Some(keywords) = keywords {
        th.release(keywords);
    }
    regs.release_range(th, base, consumed);
    regs.set(th, dst, value);
    Ok(None)
}

fn positional_tuple(th: &mut Thread, callee: &Object, args: Ref<Object>) -> Result<Ref<Tuple>, Raised> {
    let args = match args.downcast_exact::<Tuple>() {
        Ok(tuple) => return Ok(tuple),
        Err(args) => args,
    };
    if args.ty().tp_iter().is_none() && !ops::is_sequence(&args) {
        let (name, ty) = (args::callee_name(th, callee), ops::type_name(&args));
        return Err(raise::type_error(th, format_args!("{name} argument after * must be an iterable, not {ty}")));
    }
    ops::into_tuple(th, args)
}

/// The arguments of `f(*tuple, **dict)`.
pub struct Unpacked<'a> {
    positional: &'a Tuple,
    keywords: Vec<(Ref<Object>, Ref<Object>)>,
}

impl<'a> Unpacked<'a> {
    /// Reads the dict once.
    pub fn new(th: &mut Thread, positional: &'a Tuple, keywords: Option<&Dict>) -> Result<Unpacked<'a>, Raised> {
        let keywords = keywords.map_or_else(Vec::new, |dict| dict.snapshot(th));
        if keywords.iter().any(|(name, _)| !name.is_a::<Str>()) {
            return Err(raise::type_error(th, format_args!("keywords must be strings")));
        }
        Ok(Unpacked { positional, keywords })
    }
}

impl Source for Unpacked<'_> {
    fn positional(&self) -> usize {
        self.positional.len()
    }
    fn keywords(&self) -> usize {
        self.keywords.len()
    }
    fn keyword<'b>(&self, k: usize) -> &'b Object {
        Reg::uncounted(self.keywords[k].0.as_object()).full()
    }
    fn take(&self, th: &Thread, i: usize) -> Reg {
        let n = self.positional.len();
        Reg::counted(th.retain(if i < n { self.positional.get(i) } else { &*self.keywords[i - n].1 }))
    }
}

/// dst = function of the code constant and the frame's globals
#[inline(never)]
pub fn op_make_function(th: &mut Thread, f: Fp, dst: i32, code: i32) -> Result<(), Raised> {
    let Some(code) = f.code().const_at(code).full().downcast_exact::<crate::code::Code>() else {
        return Err(raise::system_error(th, format_args!("a function needs code")));
    };
    let function = Function::new(th, code, f.globals(), f.builtins());
    crate::function::watch::created(th, &function);
    f.regs().set(th, dst, function);
    Ok(())
}

/// Sets an attribute of a fresh function
#[inline(never)]
pub fn op_set_function_attr(th: &mut Thread, f: Fp, func: i32, value: i32, which: i32) -> Result<(), Raised> {
    use syntax::opcodes::FunctionAttr;
    let regs = f.regs();
    let Some(function) = regs.get(func).downcast_exact::<Function>() else {
        return Err(raise::system_error(th, format_args!("a function attribute of something that is no function")));
    };
    let value = regs.take_in(th, value);
    match FunctionAttr::from_imm(which) {
        Some(FunctionAttr::Defaults) => function.set_defaults_raw(th, value),
        Some(FunctionAttr::KwDefaults) => function.set_kwdefaults_raw(th, value),
        Some(FunctionAttr::Annotations) => function.set_annotations_raw(th, value),
        Some(FunctionAttr::Closure) => function.set_closure_raw(th, value),
        Some(FunctionAttr::Annotate) => function.set_annotate_raw(th, value),
        None => return Err(raise::system_error(th, format_args!("unknown function attribute {which}"))),
    }
    Ok(())
}
