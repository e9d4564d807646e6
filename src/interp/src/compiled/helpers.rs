//! What compiled code calls: C functions over registers' words.
//!
//! Each is called by the thread whose frame is the innermost; a word that is passed in or handed out holds what a register holds.

use heap::{Heaped, Object, Thread};
use objects::{Bytes, Dict, Float, Int, List, Str, Tuple};

use crate::dispatch::Next;
use crate::fast;
use crate::frame::{Fp, Pc, Reg, Regs};

/// Finishes an instruction of a frame, whose handler went on somewhere else than behind it ([`super::finish_step`]): where compiled code goes on.
/// `depth` frames below are parts of the same unit: it is left, too, where somebody wrote a local of one of those.
pub extern "C" fn finish_step(th: &mut Thread, frame: Fp, pc: Pc, to: Option<Fp>, at: Pc, depth: u64) -> Next {
    let next = super::finish_step(th, frame, pc, Next::of(to, at));
    if next.is_in(frame) && was_touched(frame.prev.get(), depth) { super::leave_at(frame, next) } else { next }
}

/// Whether somebody wrote a local of one of so many frames, this one and those that called it. Forgets it.
fn was_touched(frame: Option<Fp>, count: u64) -> bool {
    let frames = core::iter::successors(frame, |frame| frame.prev.get());
    frames.take(count as usize).fold(false, |touched, frame| frame.touched.replace(false) | touched)
}

/// Runs a frame that compiled code has linked, by the interpreter: where its caller goes on.
pub extern "C" fn interpret(th: &mut Thread, frame: Fp, _: Regs) -> Next {
    frame.fresh.set(true);
    match frame.prev.get() {
        Some(caller) => super::come_back(th, Next::at(frame, frame.pc.get()), caller),
        None => Next::at(frame, frame.pc.get()),
    }
}

/// What compiled code has called went on at `next`, which is somewhere else than behind the call: runs until the caller goes on, where that is said.
pub extern "C" fn come_back(th: &mut Thread, caller: Fp, frame: Option<Fp>, pc: Pc) -> Next {
    super::come_back(th, Next::of(frame, pc), caller)
}

/// Whether somebody wrote a local of one of so many frames from this one on, after a call. Forgets it.
pub extern "C" fn touched(frame: Fp, count: u64) -> u64 {
    u64::from(was_touched(Some(frame), count))
}

/// A new instance of a class that `object.__new__` makes instances of, as a word; empty where there is no memory.
pub extern "C" fn new_instance(th: &mut Thread, class: &Object) -> Reg {
    objects::typing::as_type(class).and_then(|class| th.new_blank(class)).map_or(Reg::NULL, Reg::counted)
}

/// The length of an object of a builtin type that knows it without a call; -1: of another one.
pub extern "C" fn length(object: &Object) -> i64 {
    fn of<T: heap::PyType>(object: &Object, len: impl FnOnce(&T) -> usize) -> Option<usize> {
        object.downcast_exact::<T>().map(len)
    }
    let len = of(object, List::len)
        .or_else(|| of(object, Str::len))
        .or_else(|| of(object, Tuple::len))
        .or_else(|| of(object, Dict::len))
        .or_else(|| of(object, Bytes::len));
    len.map_or(-1, |len| len as i64)
}

/// Whether an object is an instance of a class, or of one of a tuple of them: 0 or 1, where no code runs to say so; else 2.
pub extern "C" fn is_instance(object: &Object, class: &Object) -> u64 {
    if let Some(classes) = class.downcast_exact::<Tuple>() {
        let answers = (0..classes.len()).filter_map(|i| classes.item(i)).map(|class| is_instance_of(object, class));
        return answers.fold(0, |so_far, answer| if so_far == 0 { answer } else { so_far });
    }
    is_instance_of(object, class)
}

fn is_instance_of(object: &Object, class: &Object) -> u64 {
    if core::ptr::eq(object.ty().as_object(), class) {
        return 1;
    }
    match objects::typing::as_type(class).filter(|_| class.ty().is(objects::typing::type_type())) {
        Some(class) if heap::is_subtype(object.ty(), class) => 1,
        Some(_) if objects::typing::is_known_to_show_own_class(object) => 0,
        _ => 2,
    }
}

/// A word for an int.
pub extern "C" fn new_int(th: &mut Thread, value: i64) -> Reg {
    fast::int_reg(th, value)
}

/// A word for a float.
pub extern "C" fn new_float(th: &mut Thread, value: f64) -> Reg {
    Reg::counted(Float::new(th, value))
}

/// Makes a register that is empty, or holds what ends without running code, hold an int.
pub extern "C" fn flush_int(th: &mut Thread, at: &mut Reg, value: i64) {
    // The object stays that a number had before it became one.
    if at.object().and_then(|held| held.downcast_exact::<Int>()).and_then(Int::compact) == Some(value) {
        return;
    }
    if Int::small_cached(value).is_some() || !at.reuse_int(th, value) {
        core::mem::replace(at, fast::int_reg(th, value)).release(th);
    }
}

/// The same for a float.
pub extern "C" fn flush_float(th: &mut Thread, at: &mut Reg, value: f64) {
    if at.object().and_then(|held| held.downcast_exact::<Float>()).is_some_and(|held| held.value().to_bits() == value.to_bits()) {
        return;
    }
    store_float(th, at, value).release(th);
}

/// A word for an object that is common.
pub extern "C" fn hold(th: &mut Thread, object: &Object) -> Reg {
    Reg::held(th, object).unwrap_or_else(|| Reg::counted(th.retain(object)))
}

/// Another word for what a word holds, if anything.
pub extern "C" fn duplicate(th: &mut Thread, word: Reg) -> Reg {
    word.duplicate(th)
}

/// Makes a register hold a word; gives up what it held.
pub extern "C" fn replace(th: &mut Thread, at: &mut Reg, word: Reg) {
    core::mem::replace(at, word).release(th);
}

/// Gives a word up.
pub extern "C" fn release(th: &mut Thread, word: Reg) {
    word.release(th);
}

/// Gives up the word of a function whose unit runs still, above this frame: what ends with it ends at the next safepoint.
pub extern "C" fn release_later(th: &mut Thread, frame: Fp, word: Reg) {
    if let Some(function) = word.into_ref(th) {
        crate::frame::stack::keep(th, frame, function);
    }
}

/// An int of several digits: its value, and whether that fits.
#[repr(C)]
pub struct LongInt {
    value: i64,
    fits: usize,
}

/// The value of an exact int.
pub extern "C" fn long_int(object: &Object) -> LongInt {
    match object.downcast_exact::<Int>().and_then(Int::to_i64) {
        Some(value) => LongInt { value, fits: 1 },
        None => LongInt { value: 0, fits: 0 },
    }
}

/// Makes a slot, of a list that has the owner of new objects, hold a float: what it held before, as a word, if another object took its place and that is
/// no number which has ended.
pub extern "C" fn store_float(th: &mut Thread, at: &mut Reg, value: f64) -> Reg {
    if at.reuse_float(th, value) {
        return Reg::NULL;
    }
    let new = new_float(th, value);
    take_place(th, at, new)
}

/// The same for an int.
pub extern "C" fn store_int(th: &mut Thread, at: &mut Reg, value: i64) -> Reg {
    match Int::small_cached(value) {
        // A slot has no tags.
        Some(small) => take_place(th, at, Reg::immortal(small)),
        None if at.reuse_int(th, value) => Reg::NULL,
        None => {
            let new = Reg::counted(Int::from_i64(th, value));
            take_place(th, at, new)
        }
    }
}

/// Makes a slot hold a word: what is left to give up of what it held.
fn take_place(th: &mut Thread, at: &mut Reg, word: Reg) -> Reg {
    let old = core::mem::replace(at, word);
    let is_number = |object: &Object| object.is_exactly::<Int>() || object.is_exactly::<Float>();
    if old.object().is_some_and(is_number) {
        old.release(th);
        return Reg::NULL;
    }
    old
}
