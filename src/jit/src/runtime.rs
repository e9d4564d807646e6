//! What units know of the runtime: functions that they call, addresses of what never moves, places of fields.
#![allow(unsafe_code, reason = "addresses of functions and objects, as numbers")]

use heap::sync::{AtomicU64, Ordering::Relaxed};
use heap::world::WorldSlot;
use heap::{Heaped, PyType, Thread};
use interp::compiled::helpers::{duplicate, flush_float, flush_int, hold, long_int, new_float, new_instance, new_int, release, release_left_over, replace, step, step_inlined, store_float, store_int};
use interp::compiled::inlined::{link, unlink};
use interp::frame::Frame;
use objects::compiled::small_int;
use objects::list::iter::ListIter;
use objects::range::iter::RangeIter;
use objects::tuple::iter::TupleIter;
use objects::{Dict, Float, Int, List, Str, Tuple};
use syntax::opcodes::Op;

use crate::hir::{Class, Word};

/// Where the thread's poll word and its two owners that are *mine* stand.
pub const POLL: usize = core::mem::offset_of!(Thread, world) + WorldSlot::POLL_OFFSET;
pub const MINE: usize = core::mem::offset_of!(Thread, world) + WorldSlot::MINE_OFFSET;
pub const FRAME_PC: usize = Frame::PC_OFFSET;
pub const FRAME_GLOBALS: usize = Frame::GLOBALS_OFFSET;
pub const FRAME_BUILTINS: usize = Frame::BUILTINS_OFFSET;
pub const FRAME_OBJECT: usize = Frame::OBJECT_OFFSET;
/// Where a thread has its stack's top and limit, and how many frames may still be entered (32 bits).
pub const STACK_TOP: usize = Thread::STACK_TOP_OFFSET;
pub const STACK_LIMIT: usize = Thread::STACK_LIMIT_OFFSET;
pub const RECURSION: usize = Thread::RECURSION_OFFSET;
/// Where a function has its code, namespaces and closure.
pub use interp::Function as FunctionLayout;

macro_rules! helpers {
    ($($name:ident $function:ident,)*) => {
        /// A function that units call.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Helper { $($name),* }

        impl Helper {
            /// All of them, in the order of their symbols.
            pub const ALL: &'static [Helper] = &[$(Helper::$name),*];

            pub fn name(self) -> &'static str {
                match self { $(Helper::$name => stringify!($function)),* }
            }

            pub fn address(self) -> usize {
                match self { $(Helper::$name => $function as *const () as usize),* }
            }
        }
    };
}
helpers! {
    Step step,
    NewInt new_int,
    NewFloat new_float,
    FlushInt flush_int,
    FlushFloat flush_float,
    Hold hold,
    Release release,
    LongInt long_int,
    ReleaseLeftOver release_left_over,
    StoreFloat store_float,
    StoreInt store_int,
    Left left,
    StepInlined step_inlined,
    NewInstance new_instance,
    Replace replace,
    Duplicate duplicate,
    Link link,
    Unlink unlink,
    AskForGc ask_for_gc,
}

/// The second word of what a quick half returns that left something over.
pub const LEFT_OVER: u64 = interp::compiled::Next::LEFT_OVER_MARK;

/// The second word of what a quick half returns that did nothing.
pub const UNDONE: u64 = interp::compiled::Next::UNDONE_MARK;

/// The address of the quick half of a form, of which there is one.
pub fn quick_half(form: u16) -> u64 {
    let half = Op::from_u16(form).and_then(interp::compiled::quick_half);
    half.map_or(0, |half| half as *const () as u64)
}

/// After so many exits at one place whoever compiles hears of it.
const LEFT_OFTEN: u64 = 128;

/// A unit was left at one of its exits.
extern "C" fn left(counters: &[AtomicU64; 1], exit: u64) {
    let counters = core::ptr::from_ref(counters).cast::<AtomicU64>();
    // SAFETY: a unit passes its own counters: a word that is whoever compiles' own, then one for each exit.
    let (site, counter) = unsafe { (&*counters, &*counters.add(exit as usize + 1)) };
    // Threads that leave at once may lose a count.
    let count = counter.load(Relaxed) + 1;
    counter.store(count, Relaxed);
    if count % LEFT_OFTEN == 0 {
        crate::manager::left_often(site.load(Relaxed) as usize, exit as u32);
    }
}

/// The collector runs at the next safepoint.
extern "C" fn ask_for_gc(th: &mut Thread) {
    th.world.ask(heap::world::poll::GC);
}

/// What a register holds that holds this; not a constant of some code.
pub fn word(word: Word) -> u64 {
    let object = match word {
        Word::None => objects::none().as_object(),
        Word::True => objects::true_().as_object(),
        Word::False => objects::false_().as_object(),
        Word::Small(n) => match small_int(i64::from(n)) {
            Some(object) => object,
            None => unreachable!("{n} is no small int"),
        },
        Word::Const(_) => unreachable!("the code knows its constants"),
    };
    core::ptr::from_ref(object) as u64 | 1
}

/// The address of a class.
pub fn type_of(class: Class) -> u64 {
    let ty = match class {
        Class::Any => unreachable!("nothing is compared with any class"),
        Class::Int => Int::type_object(),
        Class::Float => Float::type_object(),
        Class::Bool => objects::bool_type(),
        Class::None => objects::none().ty(),
        Class::Str => Str::type_object(),
        Class::List => List::type_object(),
        Class::Tuple => Tuple::type_object(),
        Class::RangeIter => RangeIter::type_object(),
        Class::ListIter => ListIter::type_object(),
        Class::TupleIter => TupleIter::type_object(),
        Class::Dict => Dict::type_object(),
        Class::Function => interp::Function::type_object(),
        Class::Type => objects::typing::type_type(),
    };
    core::ptr::from_ref(ty) as u64
}
