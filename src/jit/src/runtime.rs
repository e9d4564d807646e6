//! What units know of the runtime: functions that they call, addresses of what never moves, places of fields.
#![allow(unsafe_code, reason = "addresses of functions and objects, as numbers")]

use heap::world::WorldSlot;
use heap::{Heaped, PyType, Thread};
use interp::compiled::compact::{exchange, may_return, own, return_with, run_step};
use interp::compiled::feedback::Builtin;
use interp::compiled::helpers::{come_back, duplicate, finish_step, flush_float, flush_int, hold, interpret, is_instance, length, long_int, new_float, new_instance, new_int, release, release_later, replace, store_float, store_int, touched};
use interp::compiled::inlined::{link, unlink};
use interp::frame::Frame;
use objects::compiled::small_int;
use objects::list::iter::ListIter;
use objects::range::iter::RangeIter;
use objects::tuple::iter::TupleIter;
use objects::{Dict, Float, Int, List, Str, Tuple};
use syntax::opcodes::Op;

use crate::exits::{leave, observe};
use crate::hir::{Class, Word};

/// Where the thread's poll word and its two owners that are *mine* stand.
pub const POLL: usize = core::mem::offset_of!(Thread, world) + WorldSlot::POLL_OFFSET;
pub const MINE: usize = core::mem::offset_of!(Thread, world) + WorldSlot::MINE_OFFSET;
pub const FRAME_GLOBALS: usize = Frame::GLOBALS_OFFSET;
pub const FRAME_BUILTINS: usize = Frame::BUILTINS_OFFSET;
pub const FRAME_OBJECT: usize = Frame::OBJECT_OFFSET;
/// Where a thread has its stack's top and limit, and how many frames may still be entered (32 bits).
pub const STACK_TOP: usize = Thread::STACK_TOP_OFFSET;
pub const STACK_LIMIT: usize = Thread::STACK_LIMIT_OFFSET;
pub const RECURSION: usize = Thread::RECURSION_OFFSET;
/// Its innermost frame, and the lowest address that the machine's stack may reach.
pub const CURRENT_FRAME: usize = Thread::FRAME_OFFSET;
pub const NATIVE_LIMIT: usize = Thread::NATIVE_LIMIT_OFFSET;
/// Where a code object says where it is entered by compiled code that calls it.
pub const CODE_ENTRY: usize = interp::Code::ENTRY_OFFSET;
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
    FinishStep finish_step,
    NewInt new_int,
    NewFloat new_float,
    FlushInt flush_int,
    FlushFloat flush_float,
    Hold hold,
    Release release,
    ReleaseLater release_later,
    LongInt long_int,
    StoreFloat store_float,
    StoreInt store_int,
    Leave leave,
    Observe observe,
    NewInstance new_instance,
    Link link,
    Replace replace,
    Interpret interpret,
    ComeBack come_back,
    Touched touched,
    Unlink unlink,
    Power power,
    Length length,
    IsInstance is_instance,
    RunStep run_step,
    Exchange exchange,
    Duplicate duplicate,
    MayReturn may_return,
    ReturnWith return_with,
    Own own,
}

/// As `float.__pow__` computes it.
extern "C" fn power(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

/// The second word of what a quick half returns that left something over.
pub const LEFT_OVER: u64 = interp::compiled::Next::LEFT_OVER_MARK;

/// The second word of what a quick half returns that did nothing.
pub const UNDONE: u64 = interp::compiled::Next::UNDONE_MARK;

/// The second word of what [`run_step`] returns where the unit goes on.
pub const BEHIND: u64 = interp::compiled::Next::BEHIND_MARK;

/// The address of `NotImplemented`.
pub fn not_implemented() -> u64 {
    core::ptr::from_ref(objects::not_implemented()) as u64
}

/// The address of a builtin function.
pub fn builtin(builtin: Builtin) -> u64 {
    interp::compiled::feedback::address_of(builtin) as u64
}

/// The table of handlers of single instructions, by number.
pub fn handlers() -> u64 {
    interp::compiled::handlers() as u64
}

/// The address of the quick half of a form, of which there is one.
pub fn quick_half(form: u16) -> u64 {
    let half = Op::from_u16(form).and_then(interp::compiled::whole::half);
    half.map_or(0, |half| half as *const () as u64)
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
