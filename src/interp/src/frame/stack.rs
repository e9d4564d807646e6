//! The per-thread chunked stack of frames, and the frame header (design, section 5).
//!
//! A frame is its header, then its temps, then its locals: `[Frame | temps | locals]`; `Frame::regs` points at local 0. Frames of
//! plain calls lie on the thread's stack in call order; a generator's frame lies inside the generator.
//!
//! Invariant: the chain from the thread's current frame over `prev` names live frames only, innermost first, and a frame's
//! `func` holds (directly or through its function) the code whose words `pc` points into.
#![allow(unsafe_code, reason = "hands out the memory of frames and links them")]

use core::cell::Cell;
use core::ops::Deref;
use core::ptr::NonNull;

use heap::world::poll;
use heap::{Heaped, Object, Ref, Thread};
use objects::Tuple;

use super::object::FrameObject;
use super::regs::{Pc, Reg, Regs};
use crate::code::Code;
use crate::generator::Gen;

/// Who gets what the frame returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// The native code that entered the loop.
    Entry,
    /// The register `dst` of the calling frame.
    Call,
    /// An `__init__` whose instance waits in the calling frame's register `dst2`; None is expected.
    Init,
    /// Nobody: it is dropped.
    Drop,
    /// The register `dst` of the calling frame, for an operator whose operands, in the registers that `dst2` names, end then. `NotImplemented` is an error.
    Operator,
    /// A generator that `ForIter` resumed.
    ForIter,
    /// A generator or coroutine that `Send` resumed.
    Send,
}

/// A frame's header.
#[repr(C)]
pub struct Frame {
    /// The calling frame.
    pub prev: Cell<Option<Fp>>,
    /// The instruction that runs now, or (suspended, calling) ran last. The loop keeps its own while it runs hot ones.
    pub pc: Cell<Pc>,
    regs: Regs,
    code: Cell<*const Code>,
    /// The `Function`, or the `Code` where there is no function; it holds the code, globals and builtins.
    pub func: Cell<Reg>,
    globals: Cell<*const Object>,
    builtins: Cell<*const Object>,
    /// The namespace of a module or class body; null in functions.
    pub locals: Cell<Reg>,
    /// The `frame` object, if somebody asked for it; it holds a count.
    object: Cell<*const FrameObject>,
    generator: Cell<*const Gen>,
    /// Where the result goes in the calling frame.
    pub dst: Cell<i32>,
    /// Where the calling frame keeps the instance of an `Init`.
    pub dst2: Cell<i32>,
    /// Who gets the result.
    pub kind: Cell<Kind>,
    /// Words of the calling instruction: `prev.pc + skip` is where the caller continues.
    pub skip: Cell<u8>,
    /// Tracing looks at this frame (`f_trace`, `sys.settrace`, `sys.setprofile`, `sys.monitoring`).
    pub traced: Cell<bool>,
    /// The frame was set up, but its first instruction did not run yet.
    pub fresh: Cell<bool>,
    /// The call event of this activation was delivered, or is not to be.
    pub announced: Cell<bool>,
    /// Somebody wrote a local: compiled code, which may know another value of it, does not go on.
    pub touched: Cell<bool>,
    /// Line that the last line event was for.
    pub traced_line: Cell<i32>,
    /// Word at which tracing looked last.
    pub traced_at: Cell<i32>,
}

const HEADER_WORDS: usize = size_of::<Frame>() / 8;
const _: () = assert!(size_of::<Frame>() % 8 == 0);

/// A pointer to a live frame.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fp(NonNull<Frame>);

impl Deref for Fp {
    type Target = Frame;
    #[inline(always)]
    fn deref(&self) -> &Frame {
        // SAFETY: this module's invariant: an `Fp` names a live frame; its fields are cells.
        unsafe { self.0.as_ref() }
    }
}

impl Fp {
    /// The frame there.
    ///
    /// # Safety
    /// It lives.
    pub unsafe fn at(frame: NonNull<Frame>) -> Fp {
        Fp(frame)
    }
}

impl Frame {
    /// Where compiled code finds the namespaces, the function, and whether there is a `frame` object.
    pub const GLOBALS_OFFSET: usize = core::mem::offset_of!(Frame, globals);
    pub const BUILTINS_OFFSET: usize = core::mem::offset_of!(Frame, builtins);
    pub const FUNC_OFFSET: usize = core::mem::offset_of!(Frame, func);
    pub const OBJECT_OFFSET: usize = core::mem::offset_of!(Frame, object);
    /// Where it finds what a return needs: see the fields.
    pub const PREV_OFFSET: usize = core::mem::offset_of!(Frame, prev);
    pub const PC_OFFSET: usize = core::mem::offset_of!(Frame, pc);
    pub const REGS_OFFSET: usize = core::mem::offset_of!(Frame, regs);
    pub const DST_OFFSET: usize = core::mem::offset_of!(Frame, dst);
    pub const DST2_OFFSET: usize = core::mem::offset_of!(Frame, dst2);
    pub const KIND_OFFSET: usize = core::mem::offset_of!(Frame, kind);
    pub const SKIP_OFFSET: usize = core::mem::offset_of!(Frame, skip);
    pub const TOUCHED_OFFSET: usize = core::mem::offset_of!(Frame, touched);
    /// A frame at a multiple of this plus 1 may be the first one of a chunk.
    pub const CHUNK_MASK: usize = CHUNK_FIRST_MASK;
    /// Words of a header.
    pub const WORDS: usize = HEADER_WORDS;

    #[inline(always)]
    pub fn regs(&self) -> Regs {
        self.regs
    }

    /// The code that the frame runs.
    #[inline(always)]
    pub fn code<'a>(&self) -> &'a Code {
        // SAFETY: this module's invariant: `func` holds the code. R13: callers do not keep it beyond the frame.
        unsafe { &*self.code.get() }
    }

    /// The module namespace that the code sees: a dict.
    #[inline(always)]
    pub fn globals<'a>(&self) -> &'a Object {
        // SAFETY: as in `code`: the function (or the owner of an entry frame) holds it.
        unsafe { &*self.globals.get() }
    }

    /// The mapping of local names, if they are not in registers. Code of a module that is called as a function has its globals there.
    pub fn namespace<'a>(&self) -> Option<&'a Object> {
        self.locals.get().object().or_else(|| (self.code().flags & syntax::code::flags::OPTIMIZED == 0).then(|| self.globals()))
    }

    /// The namespace of builtins: a dict, or any mapping.
    #[inline(always)]
    pub fn builtins<'a>(&self) -> &'a Object {
        // SAFETY: as in `globals`.
        unsafe { &*self.builtins.get() }
    }

    /// The `frame` object, if it was made.
    #[inline(always)]
    pub fn object<'a>(&self) -> Option<&'a FrameObject> {
        // SAFETY: the frame holds a count on it.
        unsafe { self.object.get().as_ref() }
    }

    /// Gives the frame its `frame` object.
    pub fn set_object(&self, object: Ref<FrameObject>) {
        debug_assert!(self.object.get().is_null());
        self.object.set(object.into_raw().cast());
    }

    /// Takes the `frame` object away.
    pub fn take_object(&self) -> Option<Ref<FrameObject>> {
        let object = self.object.replace(core::ptr::null());
        // SAFETY: R2: the frame's count moves to the caller.
        unsafe { Ref::from_raw_nullable(object.cast_mut().cast()) }
    }

    /// The generator whose frame this is.
    #[inline(always)]
    pub fn generator<'a>(&self) -> Option<&'a Gen> {
        // SAFETY: the frame lies inside its generator.
        unsafe { self.generator.get().as_ref() }
    }

    /// The function, where the frame runs one.
    pub fn function<'a>(&self) -> Option<&'a crate::function::Function> {
        self.func.get().object().and_then(|f| f.downcast::<crate::function::Function>())
    }

    /// Index of the current instruction's word.
    pub fn lasti(&self) -> usize {
        if self.pc.get() == Pc::NULL { 0 } else { self.pc.get().index(self.code().words()) }
    }

    /// Line of the current instruction.
    pub fn line(&self) -> Option<u32> {
        self.code().source().line(self.lasti())
    }

    /// The register of local 0 as the argument of calls that name a range.
    #[inline(always)]
    pub fn local_count(&self) -> usize {
        self.code().local_count as usize
    }
}

impl Fp {
    /// The address, for identity.
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The frame behind an address of [`Fp::address`].
    ///
    /// # Safety
    /// The frame is live.
    pub unsafe fn from_address(address: usize) -> Option<Fp> {
        NonNull::new(address as *mut Frame).map(Fp)
    }

    /// The words of the calling instruction's successor.
    #[inline(always)]
    pub fn return_pc(self, caller: Fp) -> Pc {
        caller.pc.get().offset(i32::from(self.skip.get()))
    }

    /// The registers in use while the lowest `temps` of the temps are live: those, then the locals.
    pub fn live_registers(self, temps: usize) -> impl Iterator<Item = i32> {
        self.live_ranges(temps).into_iter().flatten()
    }

    /// The same as two ranges.
    #[inline(always)]
    fn live_ranges(self, temps: usize) -> [core::ops::Range<i32>; 2] {
        let lowest = -(self.code().temp_count as i32);
        [lowest..lowest + temps as i32, 0..self.local_count() as i32]
    }

    /// Releases everything that the frame's registers hold; the header's references stay. Temps: the lowest `temps`.
    pub fn clear_registers(self, th: &mut Thread, temps: usize) {
        let regs = self.regs();
        // In the reverse of their order, as in CPython 3.14.
        let lowest = -(self.code().temp_count as i32);
        for r in (lowest..lowest + temps as i32).rev().chain((0..self.local_count() as i32).rev()) {
            regs.take(r).release(th);
        }
    }
}

/// Takes out what a frame's registers hold: its locals, and the lowest `temps` of its temps. The caller gives the counts back.
pub fn take_registers(th: &Thread, frame: Fp, temps: usize) -> Vec<Ref<Object>> {
    let regs = frame.regs();
    let lowest = -(frame.code().temp_count as i32);
    let all = (0..frame.local_count() as i32).chain(lowest..lowest + temps as i32);
    all.filter_map(|r| regs.take(r).into_ref(th)).collect()
}

/// Keeps a value that was replaced in a frame until the thread that runs the frame takes its next safepoint (R13). The caller holds the
/// world.
pub fn keep_in_its_thread(th: &Thread, frame: Fp, value: Ref<Object>) {
    let mut value = Some(value);
    heap::world::for_each_thread(th, &mut |other| {
        if value.is_some()
            && frames(other).any(|running| running == frame)
            && let Some(value) = value.take()
        {
            keep(other, frame, value);
        }
    });
    if let Some(value) = value {
        keep(th, frame, value);
    }
}

/// Keeps a value that was replaced in a frame of this thread until no instruction of that frame can borrow it (R13): until a safepoint with no
/// native code above the frame. The thread takes one soon.
pub fn keep(th: &Thread, frame: Fp, value: Ref<Object>) {
    state(th).kept.borrow_mut().push((value, native_depth(th, frame)));
    th.world.ask(poll::DRAIN);
}

/// [`InterpThread::depth`] while `frame` was the innermost one; a frame that waits is borrowed from by nobody.
fn native_depth(th: &Thread, frame: Fp) -> u32 {
    let mut depth = state(th).depth.get();
    for running in frames(th) {
        if running == frame {
            return depth;
        }
        if running.kind.get() == Kind::Entry {
            depth -= 1;
        }
    }
    u32::MAX
}

/// Words that a frame of `code` takes.
pub fn frame_words(temps: usize, locals: usize) -> usize {
    HEADER_WORDS + temps + locals
}

/// Bytes of a chunk: large enough that programs of usual depth never leave the first.
const CHUNK_WORDS: usize = 32 * 1024;

/// One piece of the stack.
struct Chunk {
    words: Box<[core::cell::UnsafeCell<u64>]>,
    /// Top and limit of the chunk before, at the moment when this one was entered.
    below: (usize, usize),
}

impl Chunk {
    /// The first usable word: frames begin at a multiple of [`CHUNK_FIRST_MASK`] + 1 here and (mostly) only here.
    fn start(&self) -> *mut u64 {
        let start = self.words.as_ptr() as usize;
        let aligned = (start + CHUNK_FIRST_MASK) & !CHUNK_FIRST_MASK;
        self.words.as_ptr().cast::<u64>().cast_mut().wrapping_add((aligned - start) / 8)
    }
}

/// The interpreter's part of a thread.
pub struct InterpThread {
    chunks: core::cell::RefCell<Vec<Chunk>>,
    /// How many runs of Python code that native code called are on the stack; compiled code is no native code here.
    pub depth: Cell<u32>,
    /// What the loop that is about to end hands to its caller.
    pub result: Cell<Reg>,
    /// Values that `f_locals` replaced while an instruction may still borrow them (R13), with the depth of the frame that they were in.
    kept: core::cell::RefCell<Vec<(Ref<Object>, u32)>>,
    /// Tracing state.
    pub trace: crate::trace::ThreadTrace,
}

impl InterpThread {
    /// Releases what was kept and is not borrowed any more.
    pub fn release_kept(&self, th: &mut Thread) {
        let depth = self.depth.get();
        let ended: Vec<_> = self.kept.borrow_mut().extract_if(.., |(_, native)| *native >= depth).collect();
        for (value, _) in ended {
            th.release(value);
        }
    }

    /// Native code returns that had called Python code: what is kept for it may go at the next safepoint.
    #[inline(always)]
    pub fn native_ends(&self, th: &Thread) {
        self.depth.set(self.depth.get() - 1);
        if !self.kept.borrow().is_empty() {
            th.world.ask(poll::DRAIN);
        }
    }
}

/// Prepares a thread for running Python code.
pub fn attach(th: &Thread) {
    if !th.interp.get().is_null() {
        return;
    }
    let state = Box::new(InterpThread {
        chunks: Default::default(),
        depth: Cell::new(0),
        result: Cell::new(Reg::NULL),
        kept: Default::default(),
        trace: Default::default(),
    });
    th.interp.set(Box::into_raw(state).cast());
    // SAFETY: R10: this thread's own fields.
    unsafe {
        let abi = th.abi();
        (*abi).py_recursion_limit = crate::hooks::recursion_limit();
        (*abi).py_recursion_remaining = crate::hooks::recursion_limit();
    }
    // What is monitored is so in every thread.
    if crate::monitor::is_active() {
        crate::trace::refresh(th);
    }
}

/// Ends what [`attach`] began, while no Python code runs. Code that runs later all the same begins anew.
pub fn detach(th: &Thread) {
    let state = th.interp.replace(core::ptr::null_mut());
    if !state.is_null() {
        // SAFETY: R10: this thread's own fields; what they point into goes.
        unsafe {
            let abi = th.abi();
            (*abi).datastack_top = core::ptr::null_mut();
            (*abi).datastack_limit = core::ptr::null_mut();
        }
        // SAFETY: `attach` made it from a box.
        drop(unsafe { Box::from_raw(state.cast::<InterpThread>()) });
    }
}

/// The interpreter's part of this thread.
#[inline(always)]
pub fn state<'a>(th: &Thread) -> &'a InterpThread {
    if th.interp.get().is_null() {
        attach(th);
    }
    // SAFETY: `attach` set it; it lives until `detach`, after which the thread runs nothing.
    unsafe { &*th.interp.get().cast::<InterpThread>() }
}

/// The innermost frame of this thread.
#[inline(always)]
pub fn current(th: &Thread) -> Option<Fp> {
    // SAFETY: R10: this thread's own field.
    NonNull::new(unsafe { (*th.abi()).current_frame }.cast::<Frame>()).map(Fp)
}

/// Makes `frame` the innermost one.
#[inline(always)]
pub fn set_current(th: &Thread, frame: Option<Fp>) {
    // SAFETY: R10: this thread's own field.
    unsafe { (*th.abi()).current_frame = frame.map_or(core::ptr::null_mut(), |f| f.0.as_ptr().cast()) }
}

/// What a frame starts with.
pub struct Start<'a> {
    pub code: &'a Code,
    pub globals: &'a Object,
    pub builtins: &'a Object,
}

/// A frame on top of the stack: header written, locals empty, not yet linked. `func` and `locals` are null.
#[inline(always)]
pub fn push(th: &Thread, start: Start<'_>) -> Fp {
    let words = start.code.frame_words();
    // SAFETY: R10: this thread's own fields; both pointers name the current chunk or are null.
    let at: *mut u64 = unsafe {
        let abi = th.abi();
        let top = (*abi).datastack_top.cast::<u64>();
        let room = ((*abi).datastack_limit as usize).wrapping_sub(top as usize) / 8;
        if words > room {
            make_room(th, start.code)
        } else {
            (*abi).datastack_top = top.add(words).cast();
            top
        }
    };
    // SAFETY: `words` fresh words at `at`.
    unsafe { init(at, start) }
}

/// What the first locals of a frame get beside the arguments.
pub struct Filled<'a> {
    /// The values of the parameters behind the arguments; counts on them can be taken plainly.
    pub defaults: &'a [&'a Object],
    pub closure: Option<&'a Tuple>,
}

/// Who called a frame by a plain call, and where its result goes.
pub struct Caller {
    pub frame: Fp,
    pub dst: i32,
    /// Words of the calling instruction.
    pub skip: u8,
}

/// The frame of a plain call, linked as the innermost, its first locals moved from the caller's registers `first .. first + nargs`. `None`,
/// and nothing done, at the recursion limit or where the stack's chunk is full. No call is made. `func` holds what `filled` names.
#[inline(always)]
pub fn push_call(th: &Thread, start: Start<'_>, func: Reg, filled: &Filled<'_>, caller: &Caller, first: i32, nargs: i32) -> Option<Fp> {
    let code = start.code;
    let words = code.frame_words();
    // SAFETY: R10: this thread's own fields; both pointers name the current chunk or are null.
    let at: *mut u64 = unsafe {
        let abi = th.abi();
        let top = (*abi).datastack_top.cast::<u64>();
        let room = ((*abi).datastack_limit as usize).wrapping_sub(top as usize) / 8;
        if words > room || !may_recurse(th) {
            return None;
        }
        (*abi).py_recursion_remaining -= 1;
        (*abi).datastack_top = top.add(words).cast();
        top
    };
    // SAFETY: `words` fresh words at `at`: the header, the temps, the locals.
    unsafe {
        let base: *mut Reg = at.add(HEADER_WORDS + code.temp_count as usize).cast();
        let frame: *mut Frame = at.cast();
        frame.write(Frame {
            prev: Cell::new(Some(caller.frame)),
            func: Cell::new(func),
            dst: Cell::new(caller.dst),
            kind: Cell::new(Kind::Call),
            skip: Cell::new(caller.skip),
            ..header(&start, Regs::at(base))
        });
        let mut local = base;
        for i in 0..nargs {
            local.write(caller.frame.regs.take(first + i));
            local = super::regs::opaque(local.add(1));
        }
        for value in filled.defaults {
            local.write(Reg::held(th, *value).unwrap_or(Reg::NULL));
            local = super::regs::opaque(local.add(1));
        }
        for _ in nargs + filled.defaults.len() as i32..code.local_count as i32 {
            local.write(Reg::NULL);
            local = super::regs::opaque(local.add(1));
        }
        if let Some(closure) = filled.closure {
            let mut local = base.add(code.first_free as usize);
            for cell in closure.iter() {
                local.write(Reg::uncounted(cell));
                local = super::regs::opaque(local.add(1));
            }
        }
        let frame = Fp(NonNull::new_unchecked(frame));
        set_current(th, Some(frame));
        Some(frame)
    }
}

/// Ends a frame of no generator that has no `frame` object and holds nothing of which the last count goes; its header can be read until the next
/// one is pushed. False otherwise; of the locals some may have ended then. No call is made.
#[inline(always)]
pub fn pop_plain(th: &Thread, f: Fp) -> bool {
    let func = f.func.get();
    let plain = f.object.get().is_null() && f.locals.get().is_null() && f.generator.get().is_null();
    if !plain || !func.is_released_plainly(th) || f.address() & CHUNK_FIRST_MASK == 0 {
        return false;
    }
    let regs = f.regs();
    for r in 0..f.local_count() as i32 {
        let local = regs.reg(r);
        if !local.is_null() {
            if !local.ends_plainly(th) {
                return false;
            }
            regs.put(r, Reg::NULL);
        }
    }
    set_current(th, f.prev.get());
    leave_recursion(th);
    // SAFETY: R10: this thread's own field; frames leave in the reverse of their order of coming.
    unsafe { (*th.abi()).datastack_top = f.0.as_ptr().cast() };
    let released = func.release_plainly(th);
    debug_assert!(released);
    true
}

/// Whether a frame is not the first of its chunk of the stack, so that no memory goes with it.
pub fn is_within_chunk(frame: Fp) -> bool {
    frame.address() & CHUNK_FIRST_MASK != 0
}

/// The header of a frame whose local 0 is the first of `regs`, and of which nobody knows yet.
#[inline(always)]
fn header(start: &Start<'_>, regs: Regs) -> Frame {
    Frame {
        prev: Cell::new(None),
        pc: Cell::new(start.code.entry()),
        regs,
        code: Cell::new(start.code),
        func: Cell::new(Reg::NULL),
        globals: Cell::new(start.globals),
        builtins: Cell::new(start.builtins),
        locals: Cell::new(Reg::NULL),
        object: Cell::new(core::ptr::null()),
        generator: Cell::new(core::ptr::null()),
        dst: Cell::new(0),
        dst2: Cell::new(0),
        kind: Cell::new(Kind::Entry),
        skip: Cell::new(0),
        traced: Cell::new(false),
        fresh: Cell::new(true),
        announced: Cell::new(false),
        touched: Cell::new(false),
        traced_line: Cell::new(-1),
        traced_at: Cell::new(-1),
    }
}

/// A header without registers, for who looks at the code and the namespaces alone.
pub fn header_of(code: &Code, globals: &Object, builtins: &Object) -> Frame {
    header(&Start { code, globals, builtins }, Regs::NONE)
}

/// Links a frame of `code` as the innermost, behind `caller`, whose registers are in their places already, and the function in the header's
/// word for it. It has begun to run.
///
/// # Safety
/// `at` is the top of the stack, and has room for the frame; the word for the function holds one.
pub unsafe fn link_at(th: &Thread, caller: Fp, at: NonNull<Frame>, code: &Code, result: impl FnOnce(&Frame)) {
    // SAFETY: the caller's promise; R10: this thread's own fields.
    unsafe {
        let func = (&raw const (*at.as_ptr()).func).cast::<Reg>().read();
        let function = func.full().cast_unchecked::<crate::function::Function>();
        let start = Start { code, globals: function.globals(), builtins: function.builtins() };
        let top: *mut u64 = at.as_ptr().cast();
        debug_assert!(top == (*th.abi()).datastack_top.cast());
        (*th.abi()).datastack_top = top.add(code.frame_words()).cast();
        (*th.abi()).py_recursion_remaining -= 1;
        let base = top.add(HEADER_WORDS + code.temp_count as usize).cast();
        at.write(Frame { prev: Cell::new(Some(caller)), func: Cell::new(func), fresh: Cell::new(false), announced: Cell::new(true), ..header(&start, Regs::at(base)) });
        result(at.as_ref());
    }
    set_current(th, Some(Fp(at)));
}

/// Writes a header at `at` and empties the locals.
///
/// # Safety
/// `at` names `frame_words(…)` writable words that live as long as the frame.
#[inline(always)]
pub unsafe fn init(at: *mut u64, start: Start<'_>) -> Fp {
    let code = start.code;
    let frame: *mut Frame = at.cast();
    // SAFETY: the caller's promise.
    unsafe {
        let base: *mut Reg = at.add(HEADER_WORDS + code.temp_count as usize).cast();
        frame.write(header(&start, Regs::at(base)));
        // Frames have few locals: a loop that stays one, where a call of memset would cost more than it does.
        let mut local = base;
        for _ in 0..code.local_count {
            local.write(Reg::NULL);
            local = super::regs::opaque(local.add(1));
        }
        Fp(NonNull::new_unchecked(frame))
    }
}

/// Copies the frame to memory of another owner (a generator, a `frame` object): the registers move, what was uncounted is
/// counted, the old frame's registers and references are empty afterwards.
///
/// # Safety
/// As [`init`] for `at`.
pub unsafe fn relocate(th: &Thread, from: Fp, at: *mut u64, temps: usize) -> Fp {
    let code = from.code();
    // SAFETY: the caller's promise.
    let to = unsafe { init(at, Start { code, globals: from.globals(), builtins: from.builtins() }) };
    to.pc.set(from.pc.get());
    to.func.set(from.func.replace(Reg::NULL).escaping(th));
    to.locals.set(from.locals.replace(Reg::NULL).escaping(th));
    to.object.set(from.object.replace(core::ptr::null()));
    to.traced.set(from.traced.get());
    to.announced.set(from.announced.get());
    to.traced_line.set(from.traced_line.get());
    to.traced_at.set(from.traced_at.get());
    to.fresh.set(from.fresh.get());
    for r in 0..code.local_count as i32 {
        to.regs.put(r, from.regs.take(r).escaping(th));
    }
    let lowest = -(code.temp_count as i32);
    for r in lowest..lowest + temps as i32 {
        to.regs.put(r, from.regs.take(r).escaping(th));
    }
    // `count_registers` reads all temps.
    for r in lowest + temps as i32..0 {
        to.regs.put(r, Reg::NULL);
    }
    to
}

/// States whose generator the frame is.
///
/// # Safety
/// The frame lies inside `generator`.
pub unsafe fn set_generator(frame: Fp, generator: &Gen) {
    frame.generator.set(generator);
}

/// Gives the memory of the topmost frame of the stack back. Its registers are empty.
#[inline(always)]
pub fn pop(th: &Thread, frame: Fp) {
    debug_assert!(frame.generator.get().is_null());
    // SAFETY: R10: this thread's own fields; frames leave in the reverse of their order of coming.
    unsafe { (*th.abi()).datastack_top = frame.0.as_ptr().cast() };
    if frame.0.as_ptr() as usize & CHUNK_FIRST_MASK == 0 {
        shrink(th, frame);
    }
}

/// Moves the top of the stack within its chunk: where it was.
pub fn set_top(th: &Thread, top: NonNull<Frame>) -> NonNull<Frame> {
    // SAFETY: R10: this thread's own field; a stack on which a frame lies has a top.
    unsafe { NonNull::new_unchecked(core::mem::replace(&mut (*th.abi()).datastack_top, top.as_ptr().cast()).cast()) }
}

/// Chunks begin at multiples of this, so that a frame tells by its address whether it is the first of its chunk.
const CHUNK_FIRST_MASK: usize = 4095;

/// Room for a frame of code that found none: the stack's chunk is full, or the code was deferred.
#[cold]
#[inline(never)]
fn make_room(th: &Thread, code: &Code) -> *mut u64 {
    code.complete();
    let words = code.frame_words();
    // SAFETY: R10: this thread's own fields; both pointers name the current chunk or are null.
    unsafe {
        let abi = th.abi();
        let top = (*abi).datastack_top.cast::<u64>();
        let room = ((*abi).datastack_limit as usize).wrapping_sub(top as usize) / 8;
        if words <= room {
            (*abi).datastack_top = top.add(words).cast();
            return top;
        }
    }
    grow(th, words)
}

fn grow(th: &Thread, words: usize) -> *mut u64 {
    let mut chunks = state(th).chunks.borrow_mut();
    // SAFETY: R10: this thread's own fields.
    let below = unsafe { ((*th.abi()).datastack_top as usize, (*th.abi()).datastack_limit as usize) };
    let current = chunks.iter().position(|c| c.words.as_ptr_range().end as usize == below.1);
    // The chunk after the one that is full may be left from before.
    let next = current.map_or(0, |i| i + 1);
    let slack = CHUNK_FIRST_MASK / 8 + 1;
    if chunks.get(next).is_none_or(|c| c.words.len() < words + slack) {
        chunks.truncate(next);
        // Zeroed by the allocator, which need not touch what is fresh: a program of little depth uses a page or two.
        let words = Box::new_zeroed_slice(words.max(CHUNK_WORDS) + slack);
        // SAFETY: zero is a value of a word.
        let words = unsafe { words.assume_init() };
        chunks.push(Chunk { words, below });
    }
    let chunk = &mut chunks[next];
    chunk.below = below;
    let start = chunk.start();
    // SAFETY: R10: this thread's own fields; both pointers lie in the chunk, which is long enough.
    unsafe {
        (*th.abi()).datastack_limit = chunk.words.as_ptr_range().end.cast::<*mut abi::PyObject>().cast_mut();
        (*th.abi()).datastack_top = start.add(words).cast();
    }
    start
}

/// A frame at the start of a page ends: if it was the first of its chunk, the chunk before is current again.
#[cold]
#[inline(never)]
fn shrink(th: &Thread, frame: Fp) {
    let mut chunks = state(th).chunks.borrow_mut();
    let Some(index) = chunks.iter().position(|c| c.start() as usize == frame.address()) else { return };
    // One chunk beyond the current stays, so that a loop at the border does not allocate each time.
    chunks.truncate(index + 1);
    if index == 0 {
        return;
    }
    let (top, limit) = chunks[index].below;
    // SAFETY: R10: this thread's own fields.
    unsafe {
        (*th.abi()).datastack_limit = limit as *mut *mut abi::PyObject;
        (*th.abi()).datastack_top = top as *mut *mut abi::PyObject;
    }
}

/// Enters one more Python frame; false at the recursion limit.
#[inline(always)]
pub fn enter_recursion(th: &Thread) -> bool {
    // SAFETY: R10: this thread's own field.
    unsafe {
        let remaining = &raw mut (*th.abi()).py_recursion_remaining;
        *remaining -= 1;
        *remaining >= 0
    }
}

/// Whether one more Python frame stays below the limit.
#[inline(always)]
pub fn may_recurse(th: &Thread) -> bool {
    // SAFETY: R10: this thread's own field.
    unsafe { (*th.abi()).py_recursion_remaining > 0 }
}

/// Leaves a Python frame.
#[inline(always)]
pub fn leave_recursion(th: &Thread) {
    // SAFETY: R10: this thread's own field.
    unsafe { (*th.abi()).py_recursion_remaining += 1 }
}

/// Changes this thread's limit (`sys.setrecursionlimit`).
pub fn set_recursion_limit(th: &Thread, limit: i32) {
    // SAFETY: R10: this thread's own fields.
    unsafe {
        let abi = th.abi();
        let depth = (*abi).py_recursion_limit - (*abi).py_recursion_remaining;
        (*abi).py_recursion_limit = limit;
        (*abi).py_recursion_remaining = limit - depth;
    }
}

/// How many Python frames are active.
pub fn recursion_depth(th: &Thread) -> i32 {
    // SAFETY: R10: this thread's own fields.
    unsafe { (*th.abi()).py_recursion_limit - (*th.abi()).py_recursion_remaining }
}

/// The frames of this thread, innermost first.
pub fn frames(th: &Thread) -> impl Iterator<Item = Fp> {
    core::iter::successors(current(th), |f| f.prev.get())
}

/// Shows what registers of this thread's frames name without a count, and lets those hold one for which `count` has taken it (R12; see
/// `heap::hooks::Hooks::count_registers`). Locals are always in use or empty; a temp may be left from an instruction that ended.
pub fn count_registers(th: &Thread, count: &mut dyn FnMut(*const Object, bool) -> bool) {
    for frame in frames(th) {
        let regs = frame.regs();
        for r in -(frame.code().temp_count as i32)..frame.local_count() as i32 {
            if let Some(counted) = regs.reg(r).counted_by(|object| count(object, r >= 0)) {
                regs.put(r, counted);
            }
        }
        for word in [&frame.func, &frame.locals] {
            if let Some(counted) = word.get().counted_by(|object| count(object, true)) {
                word.set(counted);
            }
        }
    }
}

/// Whether registers of a frame that is about to wait name hot objects without a count: nobody looks at them there (R12). Not the register
/// `but` if that is a temp, which is about to be taken.
#[inline(always)]
pub fn names_uncounted(frame: Fp, but: i32) -> bool {
    let regs = frame.regs();
    // One loop over each range: a chain of the two is no loop to the compiler, and each step of a generator comes here.
    let [mut temps, mut locals] = frame.live_ranges(frame.code().source().temp_depth(frame.lasti()));
    temps.any(|r| r != but && regs.reg(r).is_uncounted_hot()) || locals.any(|r| regs.reg(r).is_uncounted_hot())
}

/// The registers of a frame that is about to wait hold counts on the hot objects that they name (R12).
pub fn count_waiting(th: &Thread, frame: Fp) {
    let regs = frame.regs();
    for r in waiting_registers(frame) {
        if regs.reg(r).is_uncounted_hot() {
            regs.put(r, regs.reg(r).escaping(th));
        }
    }
}

/// The live registers of a frame that is about to wait.
pub fn waiting_registers(frame: Fp) -> impl Iterator<Item = i32> {
    frame.live_registers(frame.code().source().temp_depth(frame.lasti()))
}

/// What a frame's registers hold counts on, for the traversal of its owner (a generator, a `frame` object).
pub fn visit_counted(frame: Fp, temps: usize, visitor: &mut heap::Visitor) {
    let regs = frame.regs();
    for r in frame.live_registers(temps) {
        let reg = regs.reg(r);
        if reg.is_counted() {
            visitor.visit(reg.full());
        }
    }
    for reg in [frame.func.get(), frame.locals.get()] {
        if reg.is_counted() {
            visitor.visit(reg.full());
        }
    }
    if let Some(object) = frame.object() {
        visitor.visit(object.as_object());
    }
}
