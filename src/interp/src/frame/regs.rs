//! Registers and the instruction cursor: the interpreter's only raw memory besides the stack itself.
//!
//! A register is one word: null (empty), a pointer that holds a count, or a pointer with bit 0 set that holds none (R8b, R12).
//!
//! Invariant: verified code (`syntax::verify`) names only registers that its frame has and reads only temps that are live, and
//! a frame's words, registers and code outlive its activation. On that rests every block here; what the functions say about
//! lifetimes is R13: the lender of a borrowed operand is a register of the running frame, which keeps its count until the
//! instruction consumes it, or an immutable field of something that such a register holds.
#![allow(unsafe_code, reason = "registers are raw words; everything above works through `Reg`, `Regs` and `Pc`")]

use heap::sync::{AtomicU64, Ordering::*};
use heap::{Heaped, Hold, Object, Ref, Thread};
use objects::{Float, Int};
use syntax::opcodes::{Op, word_op};

/// The contents of a register.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Reg(usize);

const _: () = assert!(size_of::<Reg>() == 8);

impl Reg {
    /// Empty.
    pub const NULL: Reg = Reg(0);

    /// Holds the count that the reference held.
    #[inline(always)]
    pub fn counted<T: Heaped>(value: Ref<T>) -> Reg {
        Reg(value.into_raw() as usize)
    }

    /// Takes a count on an object that may just be ending elsewhere; `None` if it is.
    #[inline]
    pub fn try_counted(value: &Object) -> Option<Reg> {
        heap::try_incref(value).then(|| Reg(core::ptr::from_ref(value) as usize))
    }

    /// Holds no count: for immortal objects, constants of the running code, cells that the running function holds, and hot objects (R12).
    #[inline(always)]
    pub fn uncounted<T: Heaped>(value: &T) -> Reg {
        Reg(core::ptr::from_ref(value.as_object()) as usize | 1)
    }

    /// An immortal object as a counted one: for slots, which have no tags.
    pub fn immortal<T: Heaped>(value: &T) -> Reg {
        debug_assert!(value.as_object().is_immortal());
        Reg(core::ptr::from_ref(value.as_object()) as usize)
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(value: bool) -> Reg {
        Reg::uncounted(objects::bool_(value))
    }

    /// `None`.
    #[inline(always)]
    pub fn none() -> Reg {
        Reg::uncounted(objects::none())
    }

    /// The word itself, for code that is compiled.
    pub fn bits(self) -> u64 {
        self.0 as u64
    }

    /// The register with this word, which was asked for by [`Reg::bits`], of what needs no count.
    pub fn of_bits(bits: u64) -> Reg {
        Reg(bits as usize)
    }

    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Whether the register holds a count on what it names.
    #[inline(always)]
    pub fn is_counted(self) -> bool {
        self.0 & 1 == 0 && self.0 != 0
    }

    /// The word itself, for comparisons of identity: tags differ, so compare [`Reg::address`].
    #[inline(always)]
    pub fn address(self) -> usize {
        self.0 & !1
    }

    /// A hold on a borrowed object, where that takes no call: a count on what is *mine*, none on what is immortal or hot. The object may be one
    /// that a common slot named since the last safepoint (R8): nobody ends what is hot before the world stops, and then registers are looked at (R12).
    #[inline(always)]
    pub fn held<T: Heaped>(th: &Thread, object: &T) -> Option<Reg> {
        match th.retain_or_hot(object) {
            Hold::Counted(held) => Some(Reg::counted(held)),
            Hold::Uncounted => Some(Reg::uncounted(object)),
            Hold::Neither => None,
        }
    }

    /// The register with the count that `count` says it took on the object that the register names without one.
    pub fn counted_by(self, count: impl FnOnce(*const Object) -> bool) -> Option<Reg> {
        let object = self.address();
        (self.0 & 1 != 0 && object != 0 && count(object as *const Object)).then_some(Reg(object))
    }

    /// Whether the register names a hot object without a count (R12).
    #[inline(always)]
    pub fn is_uncounted_hot(self) -> bool {
        self.0 & 1 != 0 && heap::is_hot(self.full())
    }

    /// Whether the register names `object`.
    #[inline(always)]
    pub fn is<T: Heaped>(self, object: &T) -> bool {
        self.address() == core::ptr::from_ref(object.as_object()) as usize
    }

    /// The truth of `True`, `False` and `None`, which are immortal: such a register needs no release.
    #[inline(always)]
    pub fn known_truth(self) -> Option<bool> {
        if self.is(objects::true_()) {
            return Some(true);
        }
        (self.is(objects::false_()) || self.is(objects::none())).then_some(false)
    }

    /// What the register names, borrowed from whoever holds the register (R13).
    #[inline(always)]
    pub fn object<'a>(self) -> Option<&'a Object> {
        // SAFETY: R13: a register that is not empty names a live object while its holder keeps it.
        unsafe { ((self.0 & !1) as *const Object).as_ref() }
    }

    /// As [`Reg::object`] for a register that is known to be full.
    #[inline(always)]
    pub fn full<'a>(self) -> &'a Object {
        debug_assert!(self.0 & !1 != 0, "an empty register was read");
        // SAFETY: R13: live temps and checked locals are full (verified code, `CheckBound`).
        unsafe {
            // Said apart: the mask hides from the optimiser that the pointer is not null.
            core::hint::assert_unchecked(self.0 & !1 != 0);
            &*((self.0 & !1) as *const Object)
        }
    }

    /// The reference that the register held; a count is taken if it held none.
    #[inline(always)]
    pub fn into_ref(self, th: &Thread) -> Option<Ref<Object>> {
        if self.0 == 0 {
            return None;
        }
        if self.0 & 1 != 0 {
            return Some(th.retain(self.full()));
        }
        // SAFETY: R2: the register's count moves to the reference.
        Some(unsafe { Ref::from_raw(self.0 as *mut abi::PyObject) })
    }

    /// As [`Reg::into_ref`] for a register that is known to be full.
    #[inline(always)]
    pub fn into_full(self, th: &Thread) -> Ref<Object> {
        if self.0 & 1 != 0 {
            return th.retain(self.full());
        }
        debug_assert!(self.0 != 0, "an empty register was taken");
        // SAFETY: R2: the register's count moves to the reference.
        unsafe { Ref::from_raw(self.0 as *mut abi::PyObject) }
    }

    /// The reference of a register that holds a count ([`Reg::is_counted`]).
    #[inline(always)]
    pub fn into_counted(self) -> Ref<Object> {
        debug_assert!(self.is_counted());
        // SAFETY: R2: the register's count moves to the reference.
        unsafe { Ref::from_raw(self.0 as *mut abi::PyObject) }
    }

    /// A reference of its own; the register keeps what it holds.
    #[inline(always)]
    pub fn into_ref_copy(self, th: &Thread) -> Option<Ref<Object>> {
        self.object().map(|object| th.retain(object))
    }

    /// Another reference to the same object, held as this register holds it.
    #[inline(always)]
    pub fn duplicate(self, th: &Thread) -> Reg {
        if self.0 & 1 == 0 && self.0 != 0 {
            return Reg::counted(th.retain(self.full()));
        }
        self
    }

    /// The same object in a register that may outlive the frame and its code: counted, unless immortal.
    #[inline(always)]
    pub fn escaping(self, th: &Thread) -> Reg {
        if self.0 & 1 != 0 && !self.full().is_immortal() { Reg::counted(th.retain(self.full())) } else { self }
    }

    /// Makes the float that the register holds another number, if nobody else can see that object (R13).
    #[inline(always)]
    pub fn reuse_float(self, th: &Thread, value: f64) -> bool {
        if !self.is_counted() || !self.full().is_exactly::<Float>() || !self.full().is_unique(th) {
            return false;
        }
        // SAFETY: R13: the register holds the only count, on an exact float; no borrow of it is left.
        unsafe { (&raw mut (*(self.0 as *mut abi::PyFloatObject)).ob_fval).write(value) };
        true
    }

    /// As [`Reg::reuse_float`] for an int.
    #[inline(always)]
    pub fn reuse_int(self, th: &Thread, value: i64) -> bool {
        if !self.is_counted() || !self.full().is_unique(th) {
            return false;
        }
        let fits = self.full().downcast_exact::<Int>().is_some_and(Int::is_one_block);
        // SAFETY: R13, as in `reuse_float`.
        fits && unsafe { Int::overwrite(self.0 as *mut abi::PyObject, value) }
    }

    /// Gives up a register that holds an exact int or float.
    #[inline(always)]
    pub fn release_number(self, th: &mut Thread) {
        if !self.is_counted() {
            return;
        }
        let object = self.full();
        debug_assert!(object.is_exactly::<Int>() || object.is_exactly::<Float>());
        if object.downcast_exact::<Int>().is_some_and(|int| !int.is_one_block()) {
            return self.release(th);
        }
        // SAFETY: R2: the register's count is given up. Such an int is as long as its struct, and a float takes a block of the same class.
        unsafe { th.release_leaf(object, Int::SMALLEST_BLOCK) }
    }

    /// Whether [`Reg::release_plainly`] would do it.
    #[inline(always)]
    pub fn is_released_plainly(self, th: &Thread) -> bool {
        !self.is_counted() || th.is_released_plainly(self.full())
    }

    /// Gives up what the register held, if that is a subtraction at most; false: nothing was done.
    #[inline(always)]
    pub fn release_plainly(self, th: &Thread) -> bool {
        // SAFETY: R2: the register's count is given up.
        !self.is_counted() || unsafe { th.release_plainly(self.full()) }
    }

    /// Gives up the register's count on an object that is *mine* and has others ([`Thread::has_counts_besides`]).
    #[inline(always)]
    pub fn release_of_several(self, th: &Thread) {
        debug_assert!(self.is_counted());
        // SAFETY: R2: the register's count is given up.
        unsafe { th.release_of_several(self.full()) }
    }

    /// Makes the float that the register holds another number.
    ///
    /// Only for a register that holds the only count on an exact float (R13).
    #[inline(always)]
    pub fn overwrite_float(self, value: f64) {
        debug_assert!(self.is_counted() && self.full().is_exactly::<Float>());
        // SAFETY: R13: see above; no borrow of the object is left.
        unsafe { (&raw mut (*(self.0 as *mut abi::PyFloatObject)).ob_fval).write(value) };
    }

    /// Gives up a register that holds an exact int or float; only where that takes no call: it is one block, *mine*, and blocks are
    /// kept; or others hold counts, too.
    #[inline(always)]
    pub fn release_plain_number(self, th: &Thread) {
        if self.is_counted() {
            // SAFETY: R2: the register's count is given up; the object is one block long (see above).
            unsafe { th.release_leaf_to_kept(self.full(), Int::SMALLEST_BLOCK) }
        }
    }

    /// Gives up what the register held, if that is a subtraction or puts the block of a number aside; false: nothing was done.
    #[inline(always)]
    pub fn ends_plainly(self, th: &Thread) -> bool {
        self.release_plainly(th) || self.ends_as_number(th)
    }

    /// Puts the block of a number aside that the register held the last count on; false: nothing was done.
    #[inline(always)]
    fn ends_as_number(self, th: &Thread) -> bool {
        let object = self.full();
        let number = object.is_exactly::<Float>() || object.downcast_exact::<Int>().is_some_and(Int::is_one_block);
        if !number || !object.is_unique(th) || !th.keeps_blocks_of(Int::SMALLEST_BLOCK) {
            return false;
        }
        // SAFETY: R2: the register's count is given up; the object is one block long.
        unsafe { th.release_leaf_to_kept(object, Int::SMALLEST_BLOCK) };
        true
    }

    /// Gives up what the register held, of which [`Reg::release_plainly`] was false.
    #[inline(always)]
    pub fn release_last(self, th: &mut Thread) {
        if !self.ends_as_number(th) {
            self.release(th);
        }
    }

    /// Gives up what the register held.
    #[inline(always)]
    pub fn release(self, th: &mut Thread) {
        if self.0 & 1 == 0 && self.0 != 0 {
            // SAFETY: R2: the register's count is given up.
            unsafe { th.release_raw(self.0 as *mut abi::PyObject) }
        }
    }

    /// [`Reg::release`]; `announce` runs before code does that runs as an object ends: whether it did.
    #[inline(always)]
    pub fn release_announced(self, th: &mut Thread, announce: impl FnOnce(&mut Thread)) -> bool {
        // SAFETY: R2: the register's count is given up.
        self.is_counted() && th.release_announced(unsafe { Ref::from_raw(self.0 as *mut abi::PyObject) }, announce)
    }
}

/// A frame's registers: locals from 0 up, temps from -1 down.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Regs(*mut Reg);

impl Regs {
    /// Of a header without registers.
    pub const NONE: Regs = Regs(core::ptr::null_mut());

    /// The registers around `base`, which is local 0.
    ///
    /// # Safety
    /// The memory from the lowest temp to the highest local is a frame's and outlives every use of the result.
    #[inline(always)]
    pub unsafe fn at(base: *mut Reg) -> Regs {
        Regs(base)
    }

    #[inline(always)]
    fn ptr(self, r: i32) -> *mut Reg {
        self.0.wrapping_offset(r as isize)
    }

    /// The memory of the register, or of what else stands at that distance.
    ///
    /// # Safety
    /// There is a register 0.
    pub unsafe fn place<T>(self, r: i32) -> core::ptr::NonNull<T> {
        // SAFETY: the caller's promise.
        unsafe { core::ptr::NonNull::new_unchecked(self.ptr(r).cast()) }
    }

    /// The register's word.
    #[inline(always)]
    pub fn reg(self, r: i32) -> Reg {
        // SAFETY: this module's invariant: verified code names registers of its frame.
        unsafe { self.ptr(r).read() }
    }

    /// Overwrites the register; what it held is not released.
    #[inline(always)]
    pub fn put(self, r: i32, value: Reg) {
        // SAFETY: this module's invariant: verified code names registers of its frame.
        unsafe { self.ptr(r).write(value) }
    }

    /// What a full register names (R13).
    #[inline(always)]
    pub fn get<'a>(self, r: i32) -> &'a Object {
        self.reg(r).full()
    }

    /// What the register names, if anything (R13).
    #[inline(always)]
    pub fn opt<'a>(self, r: i32) -> Option<&'a Object> {
        self.reg(r).object()
    }

    /// Empties the register.
    #[inline(always)]
    pub fn take(self, r: i32) -> Reg {
        let value = self.reg(r);
        self.put(r, Reg::NULL);
        value
    }

    /// An `In` operand as an owned reference: a temp is moved (and left null), a local counted.
    #[inline(always)]
    pub fn take_in(self, th: &Thread, r: i32) -> Ref<Object> {
        if r < 0 { self.take(r).into_full(th) } else { th.retain(self.get(r)) }
    }

    /// An `In` operand as a register word: a temp is moved (and left null), a local duplicated.
    #[inline(always)]
    pub fn move_in(self, th: &Thread, r: i32) -> Reg {
        if r < 0 { self.take(r) } else { self.reg(r).duplicate(th) }
    }

    /// Ends an `In` operand that was borrowed: a temp is released (and null), a local stays.
    #[inline(always)]
    pub fn consume(self, th: &mut Thread, r: i32) {
        if r < 0 {
            self.take(r).release(th);
        }
    }

    /// [`Regs::consume`] of an operand that is an exact int or float.
    #[inline(always)]
    pub fn consume_number(self, th: &mut Thread, r: i32) {
        if r < 0 {
            self.take(r).release_number(th);
        }
    }

    /// Writes an `Out` operand: what a local held before is released after the write.
    #[inline(always)]
    pub fn out(self, th: &mut Thread, r: i32, value: Reg) {
        if r < 0 {
            self.put(r, value);
        } else {
            let old = self.reg(r);
            self.put(r, value);
            old.release(th);
        }
    }

    /// [`Regs::out`] of a new reference.
    #[inline(always)]
    pub fn set<T: Heaped>(self, th: &mut Thread, r: i32, value: Ref<T>) {
        self.out(th, r, Reg::counted(value));
    }

    /// Writes an `InOut` operand: what it held before is released after the write, temp or local.
    #[inline(always)]
    pub fn replace<T: Heaped>(self, th: &mut Thread, r: i32, value: Ref<T>) {
        let old = self.reg(r);
        self.put(r, Reg::counted(value));
        old.release(th);
    }

    /// `n` full registers as a slice of objects, as calls take them: those that hold no count take one, so that the words
    /// are plain pointers.
    #[inline(always)]
    pub fn args<'a>(self, th: &Thread, first: i32, n: usize) -> &'a [&'a Object] {
        for i in 0..n as i32 {
            let reg = self.reg(first + i);
            debug_assert!(!reg.is_null());
            if reg.0 & 1 != 0 {
                self.put(first + i, Reg::counted(th.retain(reg.full())));
            }
        }
        // SAFETY: R13: `n` live registers of this frame, all plain non-null pointers since the loop above.
        unsafe { core::slice::from_raw_parts(self.ptr(first).cast(), n) }
    }

    /// Releases `n` registers from `first` up and leaves them null.
    #[inline(always)]
    pub fn release_range(self, th: &mut Thread, first: i32, n: usize) {
        for i in 0..n as i32 {
            self.take(first + i).release(th);
        }
    }
}

/// The address of an instruction word.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Pc(*const AtomicU64);

impl Pc {
    /// Before anything ran.
    pub const NULL: Pc = Pc(core::ptr::null());

    /// No instruction, but a word to compare with.
    pub const fn marker(value: usize) -> Pc {
        Pc(core::ptr::without_provenance(value))
    }

    /// The first of `words`.
    #[inline(always)]
    pub fn start(words: &[AtomicU64]) -> Pc {
        Pc(words.as_ptr())
    }

    /// The instruction word. Acquire pairs with the release in [`Pc::rewrite`]: who sees a specialised opcode sees its cache.
    #[inline(always)]
    pub fn word(self) -> u64 {
        // SAFETY: this module's invariant: the cursor stays inside the words of the running code.
        unsafe { (*self.0).load(Acquire) }
    }

    /// The opcode here.
    #[inline(always)]
    pub fn op(self) -> Op {
        op_of(self.word())
    }

    /// The word `n` words from here.
    #[inline(always)]
    pub fn offset(self, n: i32) -> Pc {
        Pc(self.0.wrapping_offset(n as isize))
    }

    /// The `n`-th cache word of the instruction here (from 1).
    #[inline(always)]
    pub fn cache(self, n: usize) -> &'static AtomicU64 {
        // SAFETY: this module's invariant; the code outlives its frames, and no caller keeps the reference beyond the instruction.
        unsafe { &*self.0.wrapping_add(n) }
    }

    /// Where the word is, for tables.
    pub fn address(self) -> usize {
        self.0 as usize
    }

    /// The word at an address of [`Pc::address`], of code that lives.
    pub const fn at(address: usize) -> Pc {
        Pc(core::ptr::with_exposed_provenance(address))
    }

    /// Which word of `words` this is.
    #[inline(always)]
    pub fn index(self, words: &[AtomicU64]) -> usize {
        (self.0 as usize).wrapping_sub(words.as_ptr() as usize) / 8
    }

    /// Puts another opcode of the same family here. Release: the cache words that were stored before are seen by whoever sees it.
    #[inline]
    pub fn rewrite(self, op: Op) {
        let word = self.word();
        debug_assert_eq!(op_of(word).generic(), op.generic());
        // SAFETY: this module's invariant.
        unsafe { (*self.0).store(word & !0xffff | op as u64, Release) }
    }
}

/// The same pointer, of which the optimiser knows nothing more: a loop that steps it stays a loop.
#[inline(always)]
pub fn opaque<T>(mut pointer: *mut T) -> *mut T {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: no instruction at all.
    unsafe {
        core::arch::asm!("/* {0} */", inout(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}

/// The opcode of a word of verified code.
#[inline(always)]
pub fn op_of(word: u64) -> Op {
    debug_assert!((word_op(word) as usize) < Op::ALL.len());
    // SAFETY: `Op` is `repr(u16)` without gaps, and verified code holds only opcodes below its end.
    unsafe { core::mem::transmute::<u16, Op>(word_op(word)) }
}
