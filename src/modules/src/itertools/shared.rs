//! `groupby` and `tee`: iterators that share what they read.

use heap::sync::{AtomicBool, AtomicUsize, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::{Tuple, none, ops, raise};

use crate::serial::Serial;

type Step = Result<Option<Ref<Object>>, Raised>;

/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[pytype(name = "groupby", module = "itertools", sig = "(iterable, key=None)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct GroupBy {
    head: Head,
    iterator: Slot,
    key_function: Slot,
    target: Slot,
    key: Slot,
    value: Slot,
    /// The number of the group handed out last: older ones are exhausted.
    group: AtomicUsize,
    #[untraversed]
    serial: Serial,
}

/// One group.
#[pytype(name = "_grouper", module = "itertools", lock = instance, flags(OWN_GETATTR))]
#[repr(C)]
pub struct Grouper {
    head: Head,
    parent: Slot<GroupBy>,
    target: Slot,
    number: usize,
}

impl GroupBy {
    /// Reads the next element and its key.
    fn read(&self, th: &mut Thread) -> Result<bool, Raised> {
        let Some(iterator) = self.iterator.get(th, self) else { return Ok(false) };
        let Some(value) = ops::next(th, &iterator)? else { return Ok(false) };
        let key = match self.key_function.get(th, self) {
            Some(function) => ops::call(th, &function, &[&value])?,
            None => value.clone(),
        };
        self.value.set(th, self, Some(value));
        self.key.set(th, self, Some(key));
        Ok(true)
    }
}

#[pymethods]
impl GroupBy {
    #[slot(tp_new, sig = "(iterable, key=None)")]
    fn tp_new(th: &mut Thread, cls: &Type, iterable: &Object, #[default(objects::none())] key: &Object) -> Result<Ref<GroupBy>, Raised> {
        let iterator = ops::iter(th, iterable)?;
        let key_function = Slot::from_option((!key.is(none())).then(|| key.to_owned()));
        let made = GroupBy {
            head: Head::INIT,
            iterator: Slot::new(iterator),
            key_function,
            target: Slot::NULL,
            key: Slot::NULL,
            value: Slot::NULL,
            group: AtomicUsize::new(0),
            serial: Serial::new(),
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<GroupBy> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            let number = self.group.fetch_add(1, Relaxed) + 1;
            loop {
                let fresh = match (self.key.get(th, self), self.target.get(th, self)) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(key), Some(target)) => !ops::eq(th, &target, &key)?,
                };
                if fresh {
                    break;
                }
                if !self.read(th)? {
                    return Ok(None);
                }
            }
            let Some(key) = self.key.get(th, self) else { return Ok(None) };
            self.target.set(th, self, Some(key.clone()));
            let group = th.new_object(Grouper { head: Head::INIT, parent: Slot::new(self.to_ref()), target: Slot::new(key.clone()), number });
            Ok(Some(Tuple::from_array(th, [key, group.up()]).up()))
        })
    }
}

#[pymethods]
impl Grouper {
    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Grouper> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        let (Some(parent), Some(target)) = (self.parent.get(th, self), self.target.get(th, self)) else { return Ok(None) };
        parent.serial.step(th, &parent, |th| {
            if parent.group.load(Relaxed) != self.number {
                return Ok(None);
            }
            if parent.value.is_null() && !parent.read(th)? {
                return Ok(None);
            }
            let Some(key) = parent.key.get(th, &*parent) else { return Ok(None) };
            if !ops::eq(th, &target, &key)? {
                return Ok(None);
            }
            let value = parent.value.take(th, &*parent);
            Ok(value)
        })
    }
}

/// Iterator wrapped to make it copyable.
#[pytype(name = "_tee", module = "itertools", sig = "(iterable, /)", weakref, lock = instance)]
#[repr(C)]
pub struct Tee {
    head: Head,
    link: Slot<TeeLink>,
    #[untraversed]
    serial: Serial,
}

/// One item that some copies have read and others will: a chain that the slowest copy holds on to.
#[pytype(name = "_tee_dataobject", module = "itertools", lock = instance, flags(OWN_GETATTR))]
#[repr(C)]
pub struct TeeLink {
    head: Head,
    iterator: Slot,
    value: Slot,
    next: Slot<TeeLink>,
    #[untraversed]
    serial: Serial,
    /// While a thread asks the source for the item other threads wait; the source itself must not ask.
    running: AtomicBool,
}

impl TeeLink {
    fn new(th: &mut Thread, iterator: Ref<Object>) -> Ref<TeeLink> {
        th.new_object(TeeLink { head: Head::INIT, iterator: Slot::new(iterator), value: Slot::NULL, next: Slot::NULL, serial: Serial::new(), running: AtomicBool::new(false) })
    }

    /// The item and the link behind it, read from the source the first time.
    fn read(&self, th: &mut Thread) -> Result<Option<(Ref<Object>, Ref<TeeLink>)>, Raised> {
        // The next link is set after the value: who finds it finds both.
        if let (Some(next), Some(value)) = (self.next.get(th, self), self.value.get(th, self)) {
            return Ok(Some((value, next)));
        }
        self.serial.step_unless(th, self, |th| self.refuse(th), |th| {
            if self.running.swap(true, AcqRel) {
                return Err(raise::runtime_error(th, format_args!("cannot re-enter the tee iterator")));
            }
            let read = self.read_source(th);
            self.running.store(false, Release);
            read
        })
    }

    /// A thread that has waited for the source a while: native code will be done, under a GIL nobody could come between. What runs other
    /// code may wait for this very thread; CPython refuses whoever comes between.
    fn refuse(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.running.load(Acquire)
            && let Some(source) = self.iterator.get(th, self)
            && may_run_code(th, &source)
        {
            return Err(raise::runtime_error(th, format_args!("cannot re-enter the tee iterator")));
        }
        Ok(())
    }

    fn read_source(&self, th: &mut Thread) -> Result<Option<(Ref<Object>, Ref<TeeLink>)>, Raised> {
        if let (Some(next), Some(value)) = (self.next.get(th, self), self.value.get(th, self)) {
            return Ok(Some((value, next)));
        }
        let Some(iterator) = self.iterator.get(th, self) else { return Ok(None) };
        let Some(value) = ops::next(th, &iterator)? else { return Ok(None) };
        let next = TeeLink::new(th, iterator);
        self.value.set(th, self, Some(value.clone()));
        self.next.set(th, self, Some(next.clone()));
        self.iterator.set(th, self, None);
        Ok(Some((value, next)))
    }
}

/// Whether a step of the iterator, which another thread takes now, may run a program's code, or wait for something.
fn may_run_code(th: &Thread, iterator: &Object) -> bool {
    // R6, R13: nobody changes what the iterators name while they are followed.
    let _stopped = heap::world::stop(th);
    ops::step_runs_code(iterator)
}

fn tee_over(th: &mut Thread, iterable: &Object) -> Result<Ref<Tee>, Raised> {
    let iterator = ops::iter(th, iterable)?;
    if let Some(tee) = iterator.downcast_ref::<Tee>() {
        return Ok(copy(th, tee));
    }
    let link = TeeLink::new(th, iterator);
    Ok(th.new_object(Tee { head: Head::INIT, link: Slot::new(link), serial: Serial::new() }))
}

fn copy(th: &mut Thread, tee: &Tee) -> Ref<Tee> {
    let link = Slot::from_option(tee.link.get(th, tee));
    th.new_object(Tee { head: Head::INIT, link, serial: Serial::new() })
}

/// `tee(iterable, n)`
pub fn tee(th: &mut Thread, iterable: &Object, n: usize) -> Result<Ref<Tuple>, Raised> {
    if n == 0 {
        return Ok(Tuple::empty());
    }
    let first = tee_over(th, iterable)?;
    let mut all: Vec<Ref<Object>> = Vec::with_capacity(n);
    for _ in 1..n {
        all.push(copy(th, &first).up());
    }
    all.insert(0, first.up());
    Ok(Tuple::new(th, all))
}

#[pymethods]
impl Tee {
    #[slot(tp_new, sig = "(iterable, /)")]
    fn tp_new(th: &mut Thread, _cls: &Type, iterable: &Object) -> Result<Ref<Tee>, Raised> {
        tee_over(th, iterable)
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Tee> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        let refuse = |th: &mut Thread| self.link.get(th, self).map_or(Ok(()), |link| link.refuse(th));
        self.serial.step_unless(th, self, refuse, |th| {
            let Some(link) = self.link.get(th, self) else { return Ok(None) };
            match link.read(th)? {
                Some((value, next)) => {
                    self.link.set(th, self, Some(next));
                    Ok(Some(value))
                }
                None => Ok(None),
            }
        })
    }

    /// Returns an independent iterator.
    #[method]
    fn __copy__(&self, th: &mut Thread) -> Ref<Tee> {
        copy(th, self)
    }
}
