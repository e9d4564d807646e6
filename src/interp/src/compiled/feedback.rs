//! What inline caches say, for whoever compiles: read by an attached thread, as plain data.
//!
//! What a cache names may just be ending elsewhere: its memory is there until the thread's next safepoint (R8), but not what it holds. So objects are
//! handed out held.

use heap::sync::{AtomicPtr, Ordering::*};
use heap::{Object, Ref, Thread};
use objects::typing::{lookup, shapes};
use objects::Dict;

use crate::adapt::Cached;
use crate::code::Code;
use crate::fast;
use crate::function::Function;
use crate::ops::{attr_cache, call, global, special};

pub use crate::ops::special::Operands;

/// So many words of the cache of an instruction that looks attributes up say something of a type each.
pub const ENTRIES: usize = attr_cache::ENTRIES;

/// Whether there is a type that such a word speaks of, which the thread may look at.
pub fn is_valid(th: &Thread, cache: u64) -> bool {
    let version = Cached::of(cache).version();
    version != 0 && lookup::is_valid_tag(th, version)
}

/// What instances of a type have under a name, by the type's version tag.
pub struct OfType {
    pub tag: u32,
    /// Only instances whose values are inline: others may hide it.
    pub is_inline: bool,
    pub found: Ref<Object>,
}

/// What the first cache word of a `LoadMethodType` or `LoadAttrType` knows.
pub fn of_type(th: &Thread, code: &Code, cache: u64) -> Option<OfType> {
    let cached = Cached::of(cache);
    let is_inline = match cached.kind() {
        attr_cache::TYPE_OF_SHAPED => true,
        attr_cache::TYPE_OF_PLAIN => false,
        _ => return None,
    };
    found(th, code, cached).map(|found| OfType { tag: cached.version(), is_inline, found })
}

/// A property of a type, by the type's version tag: the property, and its getter now.
pub struct OfProperty {
    pub tag: u32,
    pub property: Ref<Object>,
    pub getter: Ref<Object>,
}

/// What the first cache word of a `LoadAttrProperty` knows.
pub fn property(th: &Thread, code: &Code, cache: u64) -> Option<OfProperty> {
    let cached = Cached::of(cache);
    let property = (cached.kind() == attr_cache::PROPERTY).then(|| found(th, code, cached))??;
    let getter = (*property).downcast_exact::<objects::Property>()?.getter_function(th)?;
    Some(OfProperty { tag: cached.version(), property, getter })
}

/// What the first cache word of a `CallClass` knows: the class's tag, and its `__init__`.
pub fn init_of(th: &Thread, code: &Code, cache: u64) -> Option<(u32, Ref<Object>)> {
    let cached = Cached::of(cache);
    (cached.kind() == call::INIT).then(|| found(th, code, cached))?.map(|init| (cached.version(), init))
}

/// What the first cache word of a `SubscriptPy` or `StoreSubscriptPy` knows: the tag of a type, and the function that it has for the instruction.
pub fn method_of(th: &Thread, code: &Code, cache: u64) -> Option<(u32, Ref<Object>)> {
    let cached = Cached::of(cache);
    (cached.kind() == special::METHOD).then(|| found(th, code, cached))?.map(|method| (cached.version(), method))
}

/// What the right operand of an operator is that the left one's class has a function for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    /// Of the same class.
    Same,
    Int,
    Float,
}

/// What the first cache word of an `AddPy` and its like knows.
pub fn operator_of(th: &Thread, code: &Code, cache: u64) -> Option<(u32, Ref<Object>, Right)> {
    let cached = Cached::of(cache);
    let right = match cached.kind() {
        special::OPERATOR_SAME => Right::Same,
        special::OPERATOR_INT => Right::Int,
        special::OPERATOR_FLOAT => Right::Float,
        _ => return None,
    };
    found(th, code, cached).map(|method| (cached.version(), method, right))
}

fn found(th: &Thread, code: &Code, cached: Cached) -> Option<Ref<Object>> {
    let found = if lookup::is_valid_tag(th, cached.version()) { code.side.object(cached.slot()) } else { None };
    hold(th, found?)
}

/// A hold on an object that was there a moment ago; `None` if it is ending.
pub fn hold(th: &Thread, object: &Object) -> Option<Ref<Object>> {
    fast::cached(th, object)?.into_ref(th)
}

/// What the first cache word of a `LoadAttrSlot` knows: a type's version tag, and the word of its instances that holds the attribute.
pub fn slot_to_load(cache: u64) -> Option<(u32, u16)> {
    let cached = Cached::of(cache);
    cached.is(cached.version(), attr_cache::SLOT).then(|| (cached.version(), cached.slot()))
}

/// Where an attribute is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Store {
    pub tag: u32,
    /// Word of the instance.
    pub word: u16,
    pub into: Into,
}

/// What the slot is before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Into {
    /// Full.
    Full,
    /// Full or empty: a `__slots__` member.
    Member,
    /// Empty in an instance of the first shape, which has the second one afterwards.
    Step(u32, u32),
}

/// What the first cache word of a `StoreAttrSlot` knows.
pub fn slot_to_store(code: &Code, cache: u64) -> Option<Store> {
    let cached = Cached::of(cache);
    let (word, into) = match cached.kind() {
        attr_cache::SLOT => (cached.slot(), Into::Full),
        attr_cache::MEMBER => (cached.slot(), Into::Member),
        attr_cache::STEP => {
            let (word, before, after) = attr_cache::step_of(code.side.value(cached.slot()));
            (word, Into::Step(before, after))
        }
        _ => return None,
    };
    (cached.version() != 0).then(|| Store { tag: cached.version(), word, into })
}

/// The shape of a new instance.
pub const NO_VALUES: u32 = shapes::EMPTY;

/// Where a `LoadGlobal` finds its name: an entry of a version of the globals' keys; or none there, and one of the builtins' keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Global {
    Module { version: u32, place: u16 },
    Builtin { absent: u32, version: u32, place: u16 },
}

/// What the two cache words of a `LoadGlobalModule` or `LoadGlobalBuiltin` know.
pub fn global_of(first: u64, second: u64) -> Option<Global> {
    let (first, second) = (Cached::of(first), Cached::of(second));
    match first.kind() {
        global::IN_GLOBALS => Some(Global::Module { version: first.version(), place: first.slot() }),
        global::NOT_IN_GLOBALS if second.kind() == global::IN_BUILTINS => {
            Some(Global::Builtin { absent: first.version(), version: second.version(), place: second.slot() })
        }
        _ => None,
    }
}

/// What is there now.
pub fn global_now(th: &Thread, globals: &Object, builtins: &Object, at: Global) -> Option<Ref<Object>> {
    let (dict, version, place) = match at {
        Global::Module { version, place } => (globals, version, place),
        Global::Builtin { version, place, .. } => (builtins, version, place),
    };
    hold(th, dict.downcast_exact::<Dict>()?.peek_at(th, version, place.into())?)
}

/// Functions of `builtins` whose calls compiled code makes itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Builtin {
    Len,
    IsInstance,
}

impl Builtin {
    const ALL: [(Builtin, &str); 2] = [(Builtin::Len, "len"), (Builtin::IsInstance, "isinstance")];

    pub fn arguments(self) -> i32 {
        match self {
            Builtin::Len => 1,
            Builtin::IsInstance => 2,
        }
    }
}

/// The functions, which live as long as the process: an address says who it is.
static BUILTINS: [AtomicPtr<Object>; Builtin::ALL.len()] = [const { AtomicPtr::new(core::ptr::null_mut()) }; Builtin::ALL.len()];

/// Notes the functions of a new module `builtins`.
pub(crate) fn note_builtins(th: &mut Thread, module: &Object) {
    for ((_, name), place) in Builtin::ALL.iter().zip(&BUILTINS) {
        if let Ok(function) = objects::ops::attr::getattr_str(th, module, name) {
            place.store(function.into_raw().cast(), Release);
        }
    }
}

/// Where a function is.
pub fn address_of(builtin: Builtin) -> *const Object {
    BUILTINS[builtin as usize].load(Acquire)
}

/// Which one an object is.
pub fn builtin_of(object: &Object) -> Option<Builtin> {
    let is_this = |place: &AtomicPtr<Object>| core::ptr::eq(place.load(Acquire), object);
    let found = BUILTINS.iter().position(is_this)?;
    Some(Builtin::ALL[found].0)
}

/// A function whose calls may be compiled into their callers.
pub struct Callee<'a> {
    pub code: &'a Code,
    pub globals: &'a Object,
    pub builtins: &'a Object,
}

/// How many of its last parameters the object has values for, which is a function.
pub fn defaults_of(object: &Object) -> usize {
    object.downcast_exact::<Function>().map_or(0, Function::default_count)
}

/// What a call of the object runs, if it is a function.
pub fn callee(object: &Object) -> Option<Callee<'_>> {
    let function = object.downcast_exact::<Function>()?;
    Some(Callee { code: function.code_plainly()?, globals: function.globals(), builtins: function.builtins() })
}
