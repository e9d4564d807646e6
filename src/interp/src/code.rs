//! The code object: `syntax::Code` with its words writable for specialisation, and its constants and names as objects.
//!
//! Invariant: the words passed `syntax::verify` (the compiler's do by construction) and change only their opcodes' specialisation and cache
//! words. A code object and what it holds have owner 0 from birth (R6); constants are never replaced, so registers name them uncounted.
//!
//! Functions of the embedded library are deferred: until one is called, or looked into, its code has names and numbers alone. It says so by
//! `frame_words`, which no stack has room for then. All else is written once, before `frame_words` is, and whoever runs the code read that first.

#![allow(unsafe_code, reason = "caches name objects by address")]

mod attributes;
pub mod constants;
mod late;
pub mod parts;
pub mod watch;

use std::sync::{Arc, OnceLock};

use heap::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use heap::{Head, Heaped, Object, Ref, Slot, Thread, Traverse, Visitor};
use macros::pytype;
use objects::Str;
use objects::glue::*;
use syntax::code::flags;

use crate::frame::{Pc, Reg, stack};

use constants::Known;
use late::Late;

/// Create a code object.  Not for mere mortals.
///
/// Extensions read the counts and names of a `PyCodeObject` where CPython has them (pydevd's Cython does); everything else there is private.
#[pytype(name = "code", export = "PyCode_Type", gc = custom, weakref, parts(attributes))]
#[repr(C)]
pub struct Code {
    head: Head,
    words: Late<[AtomicU64]>,
    #[untraversed]
    consts: Late<[Slot]>,
    /// `co_flags`.
    #[member(readonly, name = "co_flags", doc = none)]
    pub flags: u32,
    #[member(readonly, name = "co_argcount", doc = none)]
    pub arg_count: u32,
    #[member(readonly, name = "co_posonlyargcount", doc = none)]
    pub posonly_count: u32,
    #[member(readonly, name = "co_kwonlyargcount", doc = none)]
    pub kwonly_count: u32,
    #[member(readonly, name = "co_stacksize", doc = none)]
    stacksize: u32,
    #[member(readonly, name = "co_firstlineno", doc = none)]
    first_line: u32,
    /// Locals, hidden ones included.
    pub local_count: u32,
    pub temp_count: u32,
    #[member(readonly, name = "co_nlocals", doc = none)]
    nlocals: u32,
    pub first_free: u32,
    /// Free variables.
    pub free_count: u32,
    /// Words of a frame; [`DEFERRED`] while there is no body.
    frame_words: AtomicU32,
    names: Late<[&'static Str]>,
    #[member(readonly, name = "co_filename", doc = none)]
    filename: Slot<Str>,
    #[member(readonly, name = "co_name", doc = none)]
    name: Slot<Str>,
    #[member(readonly, name = "co_qualname", doc = none)]
    qualname: Slot<Str>,
    local_names: Late<[&'static Str]>,
    /// What the code was made of, once it is there.
    source: OnceLock<Arc<syntax::Code>>,
    /// Where it is to be read, if it was put off.
    deferred: Option<syntax::format::Deferred>,
    /// Objects that caches name by index; append-only, so that an index never comes to mean another object.
    pub side: SideTable,
    /// What it was compiled to.
    pub units: crate::compiled::Units,
    /// What `sys.monitoring` keeps.
    pub events: crate::monitor::CodeEvents,
    /// Lines by word, for tracing.
    lines: OnceLock<Lines>,
    other_consts: bool,
    /// Plain positional arguments only: a call that passes exactly `arg_count` of them needs no binding.
    pub exact_positional: bool,
}

macro_rules! lies_as_in_the_abi {
    ($($ours:ident $theirs:literal;)*) => {
        $(const _: () = assert!(core::mem::offset_of!(Code, $ours) == $theirs, stringify!($ours));)*
    };
}

lies_as_in_the_abi! {
    flags 48; arg_count 52; posonly_count 56; kwonly_count 60; stacksize 64; first_line 68; nlocals 80; free_count 88; filename 112; name 120; qualname 128;
}

/// The frame size of deferred code: more than any stack has room for, so that who looks for room finds out.
const DEFERRED: u32 = u32::MAX;

/// Held while a body is put in.
static COMPLETING: heap::sync::Mutex<()> = heap::sync::Mutex::new(());

/// See [`Code::side`]. Most code never specialises anything: the entries are allocated with the first one.
pub struct SideTable {
    used: AtomicU32,
    capacity: AtomicU32,
    entries: AtomicPtr<AtomicUsize>,
}

impl SideTable {
    fn new(capacity: usize) -> SideTable {
        SideTable { used: AtomicU32::new(0), capacity: AtomicU32::new(SideTable::capacity_for(capacity)), entries: AtomicPtr::new(core::ptr::null_mut()) }
    }

    fn capacity_for(words: usize) -> u32 {
        words.min(0xffff) as u32
    }

    fn capacity(&self) -> u32 {
        self.capacity.load(Relaxed)
    }

    /// A new entry; `None` when the table is full.
    pub fn push(&self, value: usize) -> Option<u16> {
        self.allocate();
        let index = self.used.fetch_update(AcqRel, Relaxed, |used| (used < self.capacity()).then_some(used + 1)).ok()?;
        self.get(index as u16)?.store(value, Release);
        Some(index as u16)
    }

    #[cold]
    fn allocate(&self) {
        if !self.entries.load(Acquire).is_null() {
            return;
        }
        let fresh: Box<[AtomicUsize]> = (0..self.capacity()).map(|_| AtomicUsize::new(0)).collect();
        let fresh = Box::into_raw(fresh).cast::<AtomicUsize>();
        if self.entries.compare_exchange(core::ptr::null_mut(), fresh, AcqRel, Acquire).is_err() {
            // SAFETY: R8: another thread was faster, so nobody has seen this one.
            unsafe { SideTable::free(fresh, self.capacity()) };
        }
    }

    /// # Safety
    /// `entries` are `capacity` entries from `allocate` that nobody uses any more.
    unsafe fn free(entries: *mut AtomicUsize, capacity: u32) {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(entries, capacity as usize)) });
    }

    #[inline(always)]
    fn get(&self, index: u16) -> Option<&AtomicUsize> {
        if u32::from(index) >= self.used.load(Acquire) {
            return None;
        }
        // SAFETY: R8: entries are allocated before the first one is counted in `used`, which never exceeds the capacity; they stay as long as
        // the code.
        Some(unsafe { &*self.entries.load(Relaxed).add(usize::from(index)) })
    }

    /// The entry as a number.
    #[inline(always)]
    pub fn value(&self, index: u16) -> u64 {
        self.get(index).map_or(0, |entry| entry.load(Acquire) as u64)
    }

    /// The object that the entry names. Only for a cache whose version tag was just found valid: a namespace holds the object then, and its
    /// memory stays until this thread's next safepoint (R8).
    #[inline(always)]
    pub fn object<'a>(&self, index: u16) -> Option<&'a Object> {
        let entry = self.get(index)?.load(Acquire);
        // SAFETY: R8: see above; entries never change once they are set.
        unsafe { (entry as *const Object).as_ref() }
    }
}

/// The line of each word, for tracers, who ask at every instruction.
pub struct Lines(Box<[i32]>);

impl Lines {
    fn new(source: &syntax::Code) -> Lines {
        let mut lines = vec![-1; source.words.len()].into_boxed_slice();
        for run in source.positions.iter() {
            let line = run.position.map_or(-1, |position| position.line as i32);
            let end = (run.end as usize).min(lines.len());
            lines[(run.start as usize).min(end)..end].fill(line);
        }
        Lines(lines)
    }

    /// The line of a word.
    pub fn line(&self, at: usize) -> Option<i32> {
        self.0.get(at).copied().filter(|line| *line >= 0)
    }

    /// Whether a run of instructions of one line begins at the word.
    pub fn starts(&self, at: usize) -> bool {
        at == 0 || self.0.get(at - 1) != self.0.get(at)
    }

    /// The first line from `line` on that has code.
    pub fn first_from(&self, line: i32) -> Option<i32> {
        self.0.iter().copied().filter(|l| *l >= line).min()
    }

    /// Words at which runs of a line begin.
    pub fn starts_of(&self, line: i32) -> impl Iterator<Item = usize> {
        (0..self.0.len()).filter(move |at| self.0[*at] == line && self.starts(*at))
    }
}

impl Drop for SideTable {
    fn drop(&mut self) {
        let entries = self.entries.load(Acquire);
        if !entries.is_null() {
            // SAFETY: R8: dropped with the code that nobody runs any more.
            unsafe { SideTable::free(entries, self.capacity()) };
        }
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if watch::WATCHERS.any() {
            watch::tell_end(self);
        }
        crate::compiled::code_ends(self);
    }
}

impl Traverse for Code {
    fn traverse(&self, visitor: &mut Visitor) {
        // Nobody completes the code meanwhile: to be traversed it is this thread's alone, or the world stands still.
        for slot in self.consts.get() {
            visitor.slot(slot);
        }
        visitor.slot(&self.name);
        visitor.slot(&self.qualname);
        visitor.slot(&self.filename);
    }
}

impl Clear for Code {
    fn clear(&self, _: &mut Thread) {}
}

/// What `code.replace` changes besides the source's plain fields.
pub(crate) struct Parts {
    pub consts: Vec<Ref<Object>>,
    /// They are not those of the source.
    pub other_consts: bool,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    pub filename: Ref<Str>,
}

impl Code {
    /// The code object of compiled code.
    pub fn new(th: &mut Thread, source: Arc<syntax::Code>) -> Ref<Code> {
        Code::within(th, source, &mut Known::default())
    }

    /// The same for a part of a unit of which some names are known.
    fn within(th: &mut Thread, source: Arc<syntax::Code>, known: &mut Known) -> Ref<Code> {
        let consts = source.consts.iter().map(|c| constants::object(th, c, known)).collect();
        let code = Code::with_consts_of(th, source, consts, known);
        watch::created(th, &code);
        code
    }

    /// As [`Code::within`], from constants that are objects already.
    fn with_consts_of(th: &Thread, source: Arc<syntax::Code>, consts: Vec<Ref<Object>>, known: &mut Known) -> Ref<Code> {
        let name = known.intern(th, &source.name).to_ref();
        let qualname = known.intern(th, &source.qualname).to_ref();
        let filename = known.intern(th, &source.filename).to_ref();
        Code::with_names(th, source, Parts { consts, other_consts: false, name, qualname, filename }, None, known)
    }

    pub(crate) fn with_parts(th: &Thread, source: Arc<syntax::Code>, parts: Parts, stacksize: Option<u32>) -> Ref<Code> {
        Code::with_names(th, source, parts, stacksize, &mut Known::default())
    }

    fn with_names(th: &Thread, source: Arc<syntax::Code>, parts: Parts, stacksize: Option<u32>, known: &mut Known) -> Ref<Code> {
        let deferred = source.deferred;
        let (locals, first_free, nlocals, free_count) = match &deferred {
            Some(d) => (d.locals as usize, d.first_free, d.varnames, d.freevars),
            None => {
                (source.locals.len(), source.first_free() as u32, source.varnames().count() as u32, source.freevars().count() as u32)
            }
        };
        let local_count = locals + source.hidden_count as usize;
        let temp_count = source.temp_count as usize;
        let plain = flags::VARARGS | flags::VARKEYWORDS;
        let code = Code {
            head: Head::INIT,
            words: Late::new(words_of(&source)),
            consts: Late::new(parts.consts.into_iter().map(Slot::new).collect()),
            names: Late::new(source.names.iter().map(|n| known.intern(th, n)).collect()),
            local_names: Late::new(source.locals.iter().map(|l| known.intern(th, &l.name)).collect()),
            side: SideTable::new(source.words.len()),
            units: Default::default(),
            events: Default::default(),
            lines: OnceLock::new(),
            flags: source.flags,
            arg_count: source.arg_count,
            posonly_count: source.posonly_count,
            kwonly_count: source.kwonly_count,
            local_count: local_count as u32,
            temp_count: temp_count as u32,
            stacksize: stacksize.unwrap_or(temp_count as u32),
            first_free,
            free_count,
            frame_words: AtomicU32::new(if deferred.is_some() { DEFERRED } else { stack::frame_words(temp_count, local_count) as u32 }),
            exact_positional: source.flags & plain == 0 && source.kwonly_count == 0,
            first_line: source.first_line,
            nlocals,
            other_consts: parts.other_consts,
            name: Slot::new(parts.name),
            qualname: Slot::new(parts.qualname),
            filename: Slot::new(parts.filename),
            source: if deferred.is_some() { OnceLock::new() } else { OnceLock::from(source) },
            deferred,
        };
        let code = th.new_object(code);
        // R6: code is common from birth.
        th.share(code.as_object());
        code
    }

    /// Words of a frame. More than any stack has room for where the code is deferred: [`Code::complete`] mends that.
    #[inline(always)]
    pub fn frame_words(&self) -> usize {
        self.frame_words.load(Acquire) as usize
    }

    /// Reads what was put off, if anything was.
    #[inline(always)]
    pub fn complete(&self) {
        if self.frame_words.load(Acquire) == DEFERRED {
            self.complete_now();
        }
    }

    #[cold]
    #[inline(never)]
    fn complete_now(&self) {
        // Code is looked into by threads that Python knows: nobody else reaches it.
        heap::with_current(|th| self.complete_by(th));
    }

    fn complete_by(&self, th: &Thread) {
        let Some(deferred) = &self.deferred else { return };
        let source = match syntax::format::complete(deferred, self.filename().to_string_lossy().into()) {
            Ok(source) => Arc::new(source),
            // The build read the very same bytes.
            Err(problem) => panic!("the embedded library is damaged: {problem}"),
        };
        let known = &mut Known::default();
        let consts: Vec<Ref<Object>> = source.consts.iter().map(|c| constants::without_sets(th, c, known)).collect();
        for object in &consts {
            // R6: code is common from birth, and so is what it holds.
            th.share(object);
        }
        let names = source.names.iter().map(|n| known.intern(th, n)).collect();
        let local_names = source.locals.iter().map(|l| known.intern(th, &l.name)).collect();
        let frame_words = stack::frame_words(self.temp_count as usize, self.local_count as usize) as u32;
        let lock = COMPLETING.lock();
        if self.frame_words.load(Acquire) != DEFERRED {
            // Another thread was faster.
            drop(lock);
            return;
        }
        // SAFETY: nobody reads these before the frame size is there, and none but the holder of the lock gets here, once.
        unsafe {
            self.words.set(words_of(&source));
            self.consts.set(consts.into_iter().map(Slot::new).collect());
            self.names.set(names);
            self.local_names.set(local_names);
        }
        self.side.capacity.store(SideTable::capacity_for(source.words.len()), Relaxed);
        let _ = self.source.set(source);
        // Release: who sees it sees all of the above.
        self.frame_words.store(frame_words, Release);
    }

    /// Its docstring.
    pub fn docstring(&self) -> Option<&Object> {
        if self.flags & flags::HAS_DOCSTRING != 0 { self.consts().next() } else { None }
    }

    /// Whether its docstring is there without reading what was put off.
    pub fn is_deferred(&self) -> bool {
        self.frame_words.load(Relaxed) == DEFERRED
    }

    /// Whether `replace` gave it other constants than the compiler did.
    pub fn has_other_consts(&self) -> bool {
        self.other_consts
    }

    /// The same code with other constants; `None`: they are too few.
    pub fn with_consts(&self, th: &Thread, consts: Vec<Ref<Object>>) -> Option<Ref<Code>> {
        if consts.len() < self.consts().count() {
            return None;
        }
        let (name, qualname, filename) = (self.name().to_ref(), self.qualname().to_ref(), self.filename().to_ref());
        Some(Code::with_parts(th, self.source_arc(), Parts { consts, other_consts: true, name, qualname, filename }, Some(self.stacksize)))
    }

    /// What the compiler made.
    #[inline(always)]
    pub fn source(&self) -> &syntax::Code {
        self.source_shared()
    }

    #[inline(always)]
    fn source_shared(&self) -> &Arc<syntax::Code> {
        self.complete();
        match self.source.get() {
            Some(source) => source,
            None => unreachable!("code is looked into by threads that Python knows"),
        }
    }

    /// The lines of the words.
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(self.source()))
    }

    /// The word at which the body begins: that of `Resume`.
    pub fn first_word(&self) -> usize {
        let resume = syntax::Op::Resume as u16;
        self.source().words.iter().position(|word| syntax::opcodes::word_op(*word) == resume).unwrap_or(0)
    }

    /// The same, owned.
    pub fn source_arc(&self) -> Arc<syntax::Code> {
        self.source_shared().clone()
    }

    /// The instruction words as they are now, of code that runs or was completed.
    #[inline(always)]
    pub fn words(&self) -> &[AtomicU64] {
        self.words.get()
    }

    /// Where compiled code that calls this code finds the address to enter at.
    pub const ENTRY_OFFSET: usize = core::mem::offset_of!(Code, units) + crate::compiled::Units::ENTRY_OFFSET;

    /// The first instruction.
    #[inline(always)]
    pub fn entry(&self) -> Pc {
        Pc::start(self.words.get())
    }

    /// Constant `k` for a register of a frame that runs this code.
    #[inline(always)]
    pub fn const_at(&self, k: i32) -> Reg {
        match self.consts.get().get(k as usize).and_then(Slot::peek) {
            Some(object) => Reg::uncounted(object),
            None => Reg::NULL,
        }
    }

    /// Name `n`.
    #[inline(always)]
    pub fn name_at(&self, n: i32) -> &'static Str {
        self.names.get()[n as usize]
    }

    /// Name of a local.
    pub fn local_name(&self, local: usize) -> &'static Str {
        self.local_names().get(local).copied().unwrap_or_else(|| objects::names::EMPTY.get())
    }

    /// Names of the named locals, in order.
    pub fn local_names(&self) -> &[&'static Str] {
        self.complete();
        self.local_names.get()
    }

    /// `co_name`.
    pub fn name(&self) -> &Str {
        self.name.peek().unwrap_or_else(|| objects::names::EMPTY.get())
    }

    /// `co_qualname`.
    pub fn qualname(&self) -> &Str {
        self.qualname.peek().unwrap_or_else(|| objects::names::EMPTY.get())
    }

    /// Replaces `co_filename`, here and in those code objects among the constants that come from the same file (`_imp._fix_co_filename`).
    pub fn set_filename(&self, th: &mut Thread, name: &Str) {
        let old = heap::Heaped::to_ref(self.filename());
        if !old.eq_str(name) {
            self.replace_filename(th, &old, name);
        }
    }

    fn replace_filename(&self, th: &mut Thread, old: &Str, name: &Str) {
        if !self.filename().eq_str(old) {
            return;
        }
        self.filename.set(th, self, Some(heap::Heaped::to_ref(name)));
        let inner: Vec<Ref<Code>> = self.consts().filter_map(|c| c.downcast::<Code>().map(heap::Heaped::to_ref)).collect();
        for code in inner {
            code.replace_filename(th, old, name);
        }
    }

    /// `co_filename`.
    pub fn filename(&self) -> &Str {
        self.filename.peek().unwrap_or_else(|| objects::names::EMPTY.get())
    }

    /// The constants.
    pub fn consts(&self) -> impl Iterator<Item = &Object> {
        self.complete();
        self.consts.get().iter().filter_map(Slot::peek)
    }

    /// Whether calling it makes a generator, coroutine or async generator.
    pub fn is_generator(&self) -> bool {
        self.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }
}

fn words_of(source: &syntax::Code) -> Box<[AtomicU64]> {
    source.words.iter().map(|word| AtomicU64::new(*word)).collect()
}
