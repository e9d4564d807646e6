//! `Context`: what operations go by, and what they have reported.

use std::sync::Arc;

use algos::decimal::{self as alg, MAX_EMAX, MAX_PREC, MIN_EMIN, Number, Rounding, Status};
use heap::sync::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, List, Str, Tuple, exceptions, none, raise, typing};

use super::number::Decimal;
use super::signals::{self, SignalDict, Word};

/// The fields of a context. Each is read and written for itself, as under CPython's lock.
pub struct State {
    prec: AtomicI64,
    emax: AtomicI64,
    emin: AtomicI64,
    rounding: AtomicU8,
    clamp: AtomicBool,
    capitals: AtomicBool,
    pub status: AtomicU32,
    pub traps: AtomicU32,
    /// The context is gone: its mappings, which may live longer, are invalid.
    pub ended: AtomicBool,
}

impl State {
    fn new(context: alg::Context, capitals: bool, status: Status, traps: Status) -> Arc<State> {
        Arc::new(State {
            prec: AtomicI64::new(context.prec),
            emax: AtomicI64::new(context.emax),
            emin: AtomicI64::new(context.emin),
            rounding: AtomicU8::new(context.rounding as u8),
            clamp: AtomicBool::new(context.clamp),
            capitals: AtomicBool::new(capitals),
            status: AtomicU32::new(status.0),
            traps: AtomicU32::new(traps.0),
            ended: AtomicBool::new(false),
        })
    }
}

/// The context affects almost all operations and controls rounding,
/// Over/Underflow, raising of exceptions and much more.  A new context
/// can be constructed as follows:
///
///     >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,
///     ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,
///     ...             traps=[InvalidOperation, DivisionByZero, Overflow],
///     ...             flags=[])
///     >>>
///
#[pytype(
    name = "Context",
    module = "decimal",
    flags(BASETYPE),
    sig = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
    parts(unary, binary, tests, rest)
)]
#[repr(C)]
pub struct Context {
    head: Head,
    /// The mappings `flags` and `traps`, made when they are first wanted.
    flags: Slot,
    traps: Slot,
    #[untraversed]
    state: Arc<State>,
}

impl Drop for Context {
    fn drop(&mut self) {
        self.state.ended.store(true, Relaxed);
    }
}

const DEFAULT: alg::Context = alg::Context { prec: 28, emax: 999_999, emin: -999_999, rounding: Rounding::HalfEven, clamp: false };
const DEFAULT_TRAPS: Status = Status(Status::INVALID.0 | Status::DIVISION_BY_ZERO.0 | Status::OVERFLOW.0);

/// `DefaultContext`, `BasicContext`, `ExtendedContext`.
pub static TEMPLATES: [Global<Context>; 3] = [Global::EMPTY, Global::EMPTY, Global::EMPTY];

/// One of the templates.
pub fn template(th: &mut Thread, which: usize) -> Result<Ref<Context>, Raised> {
    TEMPLATES[which].get_or_init(th, |th| {
        let (context, traps) = match which {
            0 => (DEFAULT, DEFAULT_TRAPS),
            1 => {
                let traps = DEFAULT_TRAPS | Status::UNDERFLOW | Status::CLAMPED;
                (alg::Context { prec: 9, rounding: Rounding::HalfUp, ..DEFAULT }, traps)
            }
            _ => (alg::Context { prec: 9, ..DEFAULT }, Status::NONE),
        };
        Ok::<_, Raised>(Context::make(th, Context::type_object(), context, true, Status::NONE, traps))
    })
}

/// Arguments of the constructor and of `localcontext`.
pub const NAMES: [&str; 8] = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];

#[cold]
fn bad_rounding(th: &mut Thread) -> Raised {
    raise::type_error(
        th,
        format_args!(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]"
        ),
    )
}

/// A rounding mode by its name.
pub fn rounding(th: &mut Thread, value: &Object) -> Result<Rounding, Raised> {
    let found = value.downcast::<Str>().and_then(|name| Rounding::ALL.into_iter().find(|mode| name.eq_text(mode.name())));
    found.ok_or_else(|| bad_rounding(th))
}

/// An integer attribute.
pub fn integer(th: &mut Thread, value: &Object) -> Result<i64, Raised> {
    let Some(n) = value.downcast::<Int>() else {
        return Err(raise::type_error(th, format_args!("an integer is required")));
    };
    n.to_i64().ok_or_else(|| raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t")))
}

impl Context {
    fn make(th: &Thread, cls: &Type, context: alg::Context, capitals: bool, status: Status, traps: Status) -> Ref<Context> {
        let state = State::new(context, capitals, status, traps);
        th.new_instance(cls, Context { head: Head::INIT, flags: Slot::NULL, traps: Slot::NULL, state })
    }

    /// A context for one of the interchange formats.
    pub fn ieee(th: &Thread, prec: i64, emax: i64) -> Ref<Context> {
        let context = alg::Context { prec, emax, emin: 1 - emax, rounding: Rounding::HalfEven, clamp: true };
        Context::make(th, Context::type_object(), context, true, Status::NONE, Status::NONE)
    }

    /// What operations go by.
    #[inline]
    pub fn arithmetic(&self) -> alg::Context {
        let state = &*self.state;
        alg::Context {
            prec: state.prec.load(Relaxed),
            emax: state.emax.load(Relaxed),
            emin: state.emin.load(Relaxed),
            rounding: Rounding::ALL[usize::from(state.rounding.load(Relaxed) & 7)],
            clamp: state.clamp.load(Relaxed),
        }
    }

    pub fn is_capital(&self) -> bool {
        self.state.capitals.load(Relaxed)
    }

    pub fn status(&self) -> Status {
        Status(self.state.status.load(Relaxed))
    }

    pub fn traps(&self) -> Status {
        Status(self.state.traps.load(Relaxed))
    }

    /// Sets flags without raising what they trap.
    pub fn note(&self, status: Status) {
        let (old, word) = (self.state.status.load(Relaxed), &self.state.status);
        if old & status.0 != status.0 {
            word.fetch_or(status.0, Relaxed);
        }
    }

    /// Sets flags, and raises what they trap.
    #[inline]
    pub fn report(&self, th: &mut Thread, status: Status) -> Result<(), Raised> {
        if status == Status::NONE { Ok(()) } else { self.report_some(th, status) }
    }

    fn report_some(&self, th: &mut Thread, status: Status) -> Result<(), Raised> {
        self.note(status);
        if status.has(Status::MALLOC) {
            return Err(raise::memory_error(th));
        }
        let trapped = status & self.traps();
        if trapped == Status::NONE { Ok(()) } else { Err(signals::raise_trapped(th, trapped)) }
    }

    /// The result of an operation under this context.
    #[inline]
    pub fn compute(
        &self,
        th: &mut Thread,
        operation: impl FnOnce(&alg::Context, &mut Status) -> Number,
    ) -> Result<Ref<Decimal>, Raised> {
        let mut status = Status::NONE;
        let number = operation(&self.arithmetic(), &mut status);
        self.report(th, status)?;
        Ok(Decimal::new(th, number))
    }

    /// A copy, with no flags if they are not wanted.
    pub fn duplicate(&self, th: &Thread, with_flags: bool) -> Ref<Context> {
        let status = if with_flags { self.status() } else { Status::NONE };
        Context::make(th, Context::type_object(), self.arithmetic(), self.is_capital(), status, self.traps())
    }

    /// Sets those attributes for which a value is given.
    pub fn assign(&self, th: &mut Thread, values: [Option<&Object>; 8]) -> Result<(), Raised> {
        let [prec, rounding, emin, emax, capitals, clamp, flags, traps] = values.map(|value| value.filter(|value| !value.is(none())));
        if prec.is_some() {
            self.set_prec(th, prec)?;
        }
        if rounding.is_some() {
            self.set_rounding(th, rounding)?;
        }
        if emin.is_some() {
            self.set_emin(th, emin)?;
        }
        if emax.is_some() {
            self.set_emax(th, emax)?;
        }
        if capitals.is_some() {
            self.set_capitals(th, capitals)?;
        }
        if clamp.is_some() {
            self.set_clamp(th, clamp)?;
        }
        for (value, word) in [(traps, &self.state.traps), (flags, &self.state.status)] {
            if let Some(value) = value {
                let bits = match value.downcast::<List>() {
                    Some(list) => signals::bits_of_list(th, list)?,
                    None => signals::bits_of_mapping(th, value)?,
                };
                word.store(bits.0, Relaxed);
            }
        }
        Ok(())
    }

    fn mapping(&self, th: &mut Thread, slot: &Slot, word: Word) -> Result<Ref<Object>, Raised> {
        if let Some(mapping) = slot.get(th, self) {
            return Ok(mapping);
        }
        let mapping = SignalDict::of(th, &self.state, word)?;
        // Of two threads that make it at once, one wins.
        match slot.set_if_null(th, self, mapping.clone()) {
            Ok(()) => Ok(mapping),
            Err(_) => Ok(slot.get(th, self).unwrap_or(mapping)),
        }
    }

    fn ranged(th: &mut Thread, value: Option<&Object>, low: i64, high: i64, text: &str) -> Result<i64, Raised> {
        let Some(value) = value else { return Err(no_deletion(th)) };
        let n = integer(th, value)?;
        if (low..=high).contains(&n) { Ok(n) } else { Err(raise::value_error(th, format_args!("valid {text}"))) }
    }
}

#[cold]
fn no_deletion(th: &mut Thread) -> Raised {
    raise::new(th, exceptions::attribute_error_type(), format_args!("context attributes cannot be deleted"))
}

#[pymethods]
impl Context {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Context>, Raised> {
        let model = template(th, 0)?;
        Ok(Context::make(th, cls, model.arithmetic(), model.is_capital(), Status::NONE, model.traps()))
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let values = super::bind(th, NAMES, args, kwargs)?;
        self.assign(th, values)
    }

    #[slot(tp_setattro)]
    fn setattr(&self, th: &mut Thread, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let name = typing::instance::attribute_name(th, name)?;
        if value.is_none() {
            return Err(no_deletion(th));
        }
        let result = typing::instance::generic_setattr(th, self, name, value);
        if result.is_err()
            && typing::lookup::lookup(th, self.as_object().ty(), name).is_none()
            && raise::catch(th, exceptions::attribute_error_type()).is_some()
        {
            return Err(raise::no_attribute(th, self, name));
        }
        result
    }

    #[getter(name = "flags")]
    fn flags_mapping(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.mapping(th, &self.flags, Word::Flags)
    }

    #[setter(flags)]
    fn set_flags(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else { return Err(no_deletion(th)) };
        let bits = signals::bits_of_mapping(th, value)?;
        self.state.status.store(bits.0, Relaxed);
        Ok(())
    }

    #[getter(name = "traps")]
    fn traps_mapping(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.mapping(th, &self.traps, Word::Traps)
    }

    #[setter(traps)]
    fn set_traps(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else { return Err(no_deletion(th)) };
        let bits = signals::bits_of_mapping(th, value)?;
        self.state.traps.store(bits.0, Relaxed);
        Ok(())
    }

    #[getter]
    fn prec(&self) -> i64 {
        self.state.prec.load(Relaxed)
    }

    #[setter(prec)]
    fn set_prec(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let prec = Context::ranged(th, value, 1, MAX_PREC, "range for prec is [1, MAX_PREC]")?;
        self.state.prec.store(prec, Relaxed);
        Ok(())
    }

    #[getter(name = "Emax")]
    fn emax(&self) -> i64 {
        self.state.emax.load(Relaxed)
    }

    #[setter(Emax)]
    fn set_emax(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let emax = Context::ranged(th, value, 0, MAX_EMAX, "range for Emax is [0, MAX_EMAX]")?;
        self.state.emax.store(emax, Relaxed);
        Ok(())
    }

    #[getter(name = "Emin")]
    fn emin(&self) -> i64 {
        self.state.emin.load(Relaxed)
    }

    #[setter(Emin)]
    fn set_emin(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let emin = Context::ranged(th, value, MIN_EMIN, 0, "range for Emin is [MIN_EMIN, 0]")?;
        self.state.emin.store(emin, Relaxed);
        Ok(())
    }

    #[getter]
    fn rounding(&self, th: &mut Thread) -> Ref<Str> {
        objects::intern(th, self.arithmetic().rounding.name()).to_ref()
    }

    #[setter(rounding)]
    fn set_rounding(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else { return Err(no_deletion(th)) };
        let mode = rounding(th, value)?;
        self.state.rounding.store(mode as u8, Relaxed);
        Ok(())
    }

    #[getter]
    fn capitals(&self) -> i64 {
        i64::from(self.is_capital())
    }

    #[setter(capitals)]
    fn set_capitals(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let on = Context::ranged(th, value, 0, 1, "values for capitals are 0 or 1")?;
        self.state.capitals.store(on == 1, Relaxed);
        Ok(())
    }

    #[getter]
    fn clamp(&self) -> i64 {
        i64::from(self.state.clamp.load(Relaxed))
    }

    #[setter(clamp)]
    fn set_clamp(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let on = Context::ranged(th, value, 0, 1, "values for clamp are 0 or 1")?;
        self.state.clamp.store(on == 1, Relaxed);
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let context = self.arithmetic();
        format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
            context.prec,
            context.rounding.name(),
            context.emin,
            context.emax,
            self.capitals(),
            self.clamp(),
            signals::signal_names(self.status()),
            signals::signal_names(self.traps()),
        )
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let context = self.arithmetic();
        let flags = signals::signal_list(th, self.status())?;
        let traps = signals::signal_list(th, self.traps())?;
        let rounding = self.rounding(th);
        let number = |n: i64| Int::from_i64(th, n).up();
        let state = [
            number(context.prec),
            rounding.up(),
            number(context.emin),
            number(context.emax),
            number(self.capitals()),
            number(self.clamp()),
            flags.up(),
            traps.up(),
        ];
        let state = Tuple::from_array(th, state);
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &state]))
    }

    /// Return Emin - prec + 1, the least exponent of a subnormal result.
    #[method(name = "Etiny")]
    fn etiny(&self) -> i64 {
        self.arithmetic().etiny()
    }

    /// Return Emax - prec + 1, the largest exponent if clamp is set.
    #[method(name = "Etop")]
    fn etop(&self) -> i64 {
        self.arithmetic().etop()
    }

    /// Reset all flags to False.
    #[method]
    fn clear_flags(&self) {
        self.state.status.store(0, Relaxed);
    }

    /// Set all traps to False.
    #[method]
    fn clear_traps(&self) {
        self.state.traps.store(0, Relaxed);
    }

    /// Return a duplicate of the context.
    #[method]
    fn copy(&self, th: &mut Thread) -> Ref<Context> {
        self.duplicate(th, true)
    }

    #[method]
    fn __copy__(&self, th: &mut Thread) -> Ref<Context> {
        self.duplicate(th, true)
    }
}
