//! Exception classes and the bits that stand for them, and the mappings `Context.flags` and `Context.traps`.

use std::sync::Arc;

use algos::decimal::Status;
use heap::sync::{AtomicU32, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Dict, List, Str, Tuple, exceptions, names, not_implemented_ref, ops, raise, typing};

use super::context::State;

/// An exception class of the module.
pub struct Class {
    pub name: &'static str,
    bases: &'static [Base],
    made: Global<Type>,
}

enum Base {
    Ours(&'static Class),
    Builtin(fn() -> &'static Type),
}

impl Class {
    const fn new(name: &'static str, bases: &'static [Base]) -> Class {
        Class { name, bases, made: Global::EMPTY }
    }

    /// The class.
    pub fn get(&self, th: &mut Thread) -> Result<Ref<Type>, Raised> {
        self.made.get_or_init(th, |th| {
            let mut bases = Vec::new();
            for base in self.bases {
                bases.push(match base {
                    Base::Ours(class) => class.get(th)?.up(),
                    Base::Builtin(class) => class().as_object().to_owned(),
                });
            }
            let namespace = Dict::new(th);
            let (name, module) = (Str::new(th, self.name), Str::new(th, "decimal"));
            namespace.set(th, &names::__module__, &module)?;
            let bases = Tuple::new(th, bases);
            let class = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
            match as_type(&class) {
                Some(class) => Ok(class.to_ref()),
                None => Err(raise::system_error(th, format_args!("type() made no class"))),
            }
        })
    }
}

macro_rules! classes {
    ($($name:ident $text:literal [$($base:expr),*];)*) => {
        $(pub static $name: Class = Class::new($text, &[$($base),*]);)*
        /// Every exception class.
        pub static ALL: &[&Class] = &[$(&$name),*];
    };
}

classes! {
    EXCEPTION "DecimalException" [Base::Builtin(exceptions::arithmetic_error_type)];
    CLAMPED "Clamped" [Base::Ours(&EXCEPTION)];
    INVALID_OPERATION "InvalidOperation" [Base::Ours(&EXCEPTION)];
    DIVISION_BY_ZERO "DivisionByZero" [Base::Ours(&EXCEPTION), Base::Builtin(exceptions::zero_division_error_type)];
    INEXACT "Inexact" [Base::Ours(&EXCEPTION)];
    ROUNDED "Rounded" [Base::Ours(&EXCEPTION)];
    SUBNORMAL "Subnormal" [Base::Ours(&EXCEPTION)];
    FLOAT_OPERATION "FloatOperation" [Base::Ours(&EXCEPTION), Base::Builtin(exceptions::type_error_type)];
    OVERFLOW "Overflow" [Base::Ours(&INEXACT), Base::Ours(&ROUNDED)];
    UNDERFLOW "Underflow" [Base::Ours(&INEXACT), Base::Ours(&ROUNDED), Base::Ours(&SUBNORMAL)];
    CONVERSION_SYNTAX "ConversionSyntax" [Base::Ours(&INVALID_OPERATION)];
    DIVISION_IMPOSSIBLE "DivisionImpossible" [Base::Ours(&INVALID_OPERATION)];
    DIVISION_UNDEFINED "DivisionUndefined" [Base::Ours(&INVALID_OPERATION), Base::Builtin(exceptions::zero_division_error_type)];
    INVALID_CONTEXT "InvalidContext" [Base::Ours(&INVALID_OPERATION)];
}

/// The signals, in the order in which they are shown and raised.
pub static SIGNALS: [(&Class, Status); 9] = [
    (&INVALID_OPERATION, Status::INVALID),
    (&FLOAT_OPERATION, Status::FLOAT_OPERATION),
    (&DIVISION_BY_ZERO, Status::DIVISION_BY_ZERO),
    (&OVERFLOW, Status::OVERFLOW),
    (&UNDERFLOW, Status::UNDERFLOW),
    (&SUBNORMAL, Status::SUBNORMAL),
    (&INEXACT, Status::INEXACT),
    (&ROUNDED, Status::ROUNDED),
    (&CLAMPED, Status::CLAMPED),
];

/// What an invalid operation was in particular.
static CONDITIONS: [(&Class, Status); 5] = [
    (&INVALID_OPERATION, Status::INVALID_OPERATION),
    (&CONVERSION_SYNTAX, Status::CONVERSION_SYNTAX),
    (&DIVISION_IMPOSSIBLE, Status::DIVISION_IMPOSSIBLE),
    (&DIVISION_UNDEFINED, Status::DIVISION_UNDEFINED),
    (&INVALID_CONTEXT, Status::INVALID_CONTEXT),
];

/// The names of the signals that are set, in the order of their bits.
pub fn signal_names(status: Status) -> String {
    let mut set: Vec<_> = SIGNALS.iter().filter(|(_, bits)| status.has(*bits)).collect();
    set.sort_by_key(|(_, bits)| bits.0.trailing_zeros());
    let names: Vec<_> = set.iter().map(|(class, _)| class.name).collect();
    names.join(", ")
}

/// The classes of the signals that are set.
pub fn signal_list(th: &mut Thread, status: Status) -> Result<Ref<List>, Raised> {
    let mut classes = Vec::new();
    for (class, _) in SIGNALS.iter().filter(|(_, bits)| status.has(*bits)) {
        classes.push(class.get(th)?.up());
    }
    Ok(List::new(th, classes))
}

/// Raises the first of the signals, with all conditions as its argument.
#[cold]
pub fn raise_trapped(th: &mut Thread, trapped: Status) -> Raised {
    let Some((first, _)) = SIGNALS.iter().find(|(_, bits)| trapped.has(*bits)) else {
        return raise::runtime_error(th, format_args!("internal error in flags_as_exception"));
    };
    let mut classes = Vec::new();
    for (class, _) in CONDITIONS.iter().chain(&SIGNALS[1..]).filter(|(_, bits)| trapped.has(*bits)) {
        match class.get(th) {
            Ok(class) => classes.push(class.up()),
            Err(raised) => return raised,
        }
    }
    let list = List::new(th, classes);
    match first.get(th) {
        Ok(class) => raise::with_value(th, &class, list.up()),
        Err(raised) => raised,
    }
}

#[cold]
fn no_signal(th: &mut Thread) -> Raised {
    raise::new(
        th,
        exceptions::key_error_type(),
        format_args!(
            "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]"
        ),
    )
}

/// The bits of a signal's class.
fn bits_of(th: &mut Thread, key: &Object) -> Result<Status, Raised> {
    for (class, bits) in &SIGNALS {
        if class.get(th)?.is(key) {
            return Ok(*bits);
        }
    }
    Err(no_signal(th))
}

/// The bits of a list of signals, conditions among them.
pub fn bits_of_list(th: &mut Thread, list: &List) -> Result<Status, Raised> {
    let mut status = Status::NONE;
    for key in list.snapshot(th) {
        let condition = CONDITIONS[1..].iter().find_map(|(class, bits)| match class.get(th) {
            Ok(class) if class.is(&*key) => Some(*bits),
            _ => None,
        });
        status |= match condition {
            Some(bits) => bits,
            None => bits_of(th, &key)?,
        };
    }
    Ok(status)
}

#[cold]
fn invalid_dict(th: &mut Thread) -> Raised {
    raise::new(th, exceptions::key_error_type(), format_args!("invalid signal dict"))
}

/// The bits that a dict of signals and truth values says.
fn bits_of_dict(th: &mut Thread, dict: &Dict) -> Result<Status, Raised> {
    if dict.len() != SIGNALS.len() {
        return Err(invalid_dict(th));
    }
    let mut status = Status::NONE;
    let keys = ops::to_vec(th, dict)?;
    for key in keys {
        let bits = bits_of(th, &key)?;
        match dict.get(th, &key)? {
            Some(value) if ops::is_true(th, &value)? => status |= bits,
            Some(_) => {}
            None => return Err(invalid_dict(th)),
        }
    }
    Ok(status)
}

/// The bits that a value of `flags` or `traps` says: a mapping of ours, or a dict.
pub fn bits_of_mapping(th: &mut Thread, value: &Object) -> Result<Status, Raised> {
    if let Some(mapping) = value.downcast::<SignalDict>() {
        return match mapping.bits() {
            Some(bits) => Ok(Status(bits.load(Relaxed))),
            None => Err(raise::value_error(th, format_args!("invalid signal dict"))),
        };
    }
    match value.downcast::<Dict>() {
        Some(dict) => bits_of_dict(th, dict),
        None => Err(raise::type_error(th, format_args!("argument must be a signal dict"))),
    }
}

/// Which word of a context a mapping shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Flags,
    Traps,
}

/// The base of the mapping class.
#[pytype(name = "SignalDictMixin", module = "decimal", flags(BASETYPE), doc = none)]
#[repr(C)]
pub struct SignalDict {
    head: Head,
    #[untraversed]
    state: Option<(Arc<State>, Word)>,
}

/// The mapping class itself: also a `MutableMapping`.
static MAPPING: Global<Type> = Global::EMPTY;

fn mapping_class(th: &mut Thread) -> Result<Ref<Type>, Raised> {
    MAPPING.get_or_init(th, |th| {
        let abc = interp::import::import_module(th, "collections.abc")?;
        let abc = match ops::getattr_str(th, &abc, "MutableMapping") {
            Ok(class) => class,
            Err(raised) => return Err(raised),
        };
        let (name, module) = (Str::new(th, "SignalDict"), Str::new(th, "abc"));
        let namespace = Dict::new(th);
        namespace.set(th, &names::__module__, &module)?;
        let bases = Tuple::from_slice(th, &[<SignalDict as PyType>::type_object(), &abc]);
        let class = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
        match as_type(&class) {
            Some(class) => Ok(class.to_ref()),
            None => Err(raise::system_error(th, format_args!("type() made no class"))),
        }
    })
}

/// Makes the classes.
pub fn prepare(th: &mut Thread) -> Result<(), Raised> {
    for class in ALL {
        class.get(th)?;
    }
    mapping_class(th).map(drop)
}

impl SignalDict {
    /// A mapping that shows a word of a context.
    pub fn of(th: &mut Thread, state: &Arc<State>, word: Word) -> Result<Ref<Object>, Raised> {
        let class = mapping_class(th)?;
        Ok(th.new_instance(&class, SignalDict { head: Head::INIT, state: Some((Arc::clone(state), word)) }).up())
    }

    /// The word, as long as the context lives.
    fn bits(&self) -> Option<&AtomicU32> {
        let (state, word) = self.state.as_ref().filter(|(state, _)| !state.ended.load(Relaxed))?;
        Some(match word {
            Word::Flags => &state.status,
            Word::Traps => &state.traps,
        })
    }

    fn known(&self, th: &mut Thread) -> Result<&AtomicU32, Raised> {
        self.bits().ok_or_else(|| raise::value_error(th, format_args!("invalid signal dict")))
    }

    fn status(&self, th: &mut Thread) -> Result<Status, Raised> {
        Ok(Status(self.known(th)?.load(Relaxed)))
    }
}

#[pymethods]
impl SignalDict {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<SignalDict>, Raised> {
        Ok(th.new_instance(cls, SignalDict { head: Head::INIT, state: None }))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let status = self.status(th)?;
        let items: Vec<_> = SIGNALS
            .iter()
            .map(|(class, bits)| format!("<class 'decimal.{}'>:{}", class.name, if status.has(*bits) { "True" } else { "False" }))
            .collect();
        Ok(format!("{{{}}}", items.join(", ")))
    }

    #[slot(mp_length)]
    fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.known(th).map(|_| SIGNALS.len())
    }

    #[slot(mp_subscript)]
    fn getitem(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        let status = self.status(th)?;
        Ok(status.has(bits_of(th, key)?))
    }

    #[slot(mp_ass_subscript)]
    fn setitem(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::value_error(th, format_args!("signal keys cannot be deleted")));
        };
        let bits = bits_of(th, key)?;
        let on = ops::is_true(th, value)?;
        let word = self.known(th)?;
        if on { word.fetch_or(bits.0, Relaxed) } else { word.fetch_and(!bits.0, Relaxed) };
        Ok(())
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.known(th)?;
        let all = signal_list(th, Status::ALL)?;
        ops::iter(th, &all)
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let name = ops::type_name(self);
        Err(raise::type_error(th, format_args!("unhashable type: '{name}'")))
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented_ref());
        }
        let status = self.status(th)?;
        let theirs = if let Some(other) = other.downcast::<SignalDict>() {
            other.status(th)?
        } else if let Some(dict) = other.downcast::<Dict>() {
            match bits_of_dict(th, dict) {
                Ok(bits) => bits,
                Err(raised) => match raise::catch(th, exceptions::key_error_type()) {
                    Some(_) => return Ok(not_implemented_ref()),
                    None => return Err(raised),
                },
            }
        } else {
            return Ok(not_implemented_ref());
        };
        let same = SIGNALS.iter().all(|(_, bits)| status.has(*bits) == theirs.has(*bits));
        Ok(objects::bool_ref(same == (op == CompareOp::Eq)))
    }

    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let status = self.status(th)?;
        let copy = Dict::new(th);
        for (class, bits) in &SIGNALS {
            let class = class.get(th)?;
            copy.set(th, &class, &objects::bool_ref(status.has(*bits)))?;
        }
        Ok(copy)
    }
}
