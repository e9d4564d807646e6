//! Iterators that native code reads to their end, which is one step where there is a GIL: `list(map(str, d))`, `",".join(map(str, s))`,
//! `dict(zip(d.keys(), d.values()))`.
//!
//! What other threads may change of that is copied at one moment: an iterator that stands at the beginning of a common container goes through a copy
//! from then on. It may also have been made a moment before, when the container had another size: a GIL hardly ever changes hands between the two, and
//! here that is only an error of the program if its own thread made the change ([`Thread::locks_taken`]).

use heap::{Object, PyType, Raised, Ref, Thread, Type};

use super::iter::iterated_as;
use crate::dict::iter as dict;
use crate::dict::ordered::{OrderedDict, OrderedIter};
use crate::dict::views::DictKeys;
use crate::list::iter::{ListIter, ListReverseIter};
use crate::set::iter::SetIter;
use crate::tuple::iter::TupleIter;
use crate::{Builtin, Dict, Method, Tuple, above, hooks, names, typing};

const HEAP: u64 = abi::Py_TPFLAGS_HEAPTYPE as u64;
/// Longer tuples are data, not the sources of an iterator.
const SOURCES: usize = 64;
/// Chains of more parts are not looked through.
const LOOKS: u32 = 200;

/// The copies of common containers that the iterators of one chain go through: two iterators over one container see it at one moment.
pub struct Copies {
    made: Vec<(Ref<Object>, Ref<Object>)>,
    /// [`Thread::locks_taken`] before the first.
    locks: u32,
}

impl Copies {
    /// Whether this thread cannot have changed a container since it had taken so many locks.
    pub fn only_others_changed(&self, locks_taken: u32) -> bool {
        self.locks == locks_taken
    }

    /// The copy of a common container. `None`: there is no memory for one.
    pub fn of<T: PyType>(&mut self, th: &mut Thread, container: &Object, copy: impl FnOnce(&mut Thread) -> Result<Ref<Object>, Raised>) -> Option<Ref<T>> {
        let known = self.made.iter().find(|(of, _)| of.is(container)).map(|(_, copy)| copy.clone());
        let copy = match known {
            Some(copy) => copy,
            None => match copy(th) {
                Ok(made) => {
                    self.made.push((container.to_owned(), made.clone()));
                    made
                }
                Err(_) => {
                    drop(th.take_exception());
                    return None;
                }
            },
        };
        copy.downcast::<T>().ok()
    }
}

/// How far native code will read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// To the end, unless something is raised.
    All,
    /// Until it has found what it looks for: whoever has the iterator may go on with it.
    Some,
}

/// Native code is about to read the iterator.
#[inline]
pub(super) fn settle(th: &mut Thread, iterator: &Object, reads: Reads) {
    if heap::multi_threaded_ever() && th.is_mine(iterator) && !(reads == Reads::Some && is_end(iterator)) {
        settle_chain(th, iterator);
    }
}

#[inline(never)]
fn settle_chain(th: &mut Thread, iterator: &Object) {
    let mut chain = Chain { th: Some(th), ends: Vec::new(), looks: LOOKS };
    if chain.is_native(iterator, false) {
        let ends = chain.ends;
        let mut copies = Copies { made: Vec::new(), locks: th.locks_taken() };
        for end in &ends {
            settle_end(th, end, &mut copies);
        }
    }
}

/// Lets an iterator over a container go through a copy.
fn settle_end(th: &mut Thread, end: &Object, copies: &mut Copies) {
    if let Some(end) = end.downcast_exact::<SetIter>() {
        end.settle(th, copies);
    } else if let Some(end) = end.downcast_exact::<ListIter>() {
        end.settle(th, copies);
    } else if let Some(end) = end.downcast_exact::<ListReverseIter>() {
        end.settle(th, copies);
    } else if let Some(end) = end.downcast_exact::<OrderedIter>() {
        end.settle(th, copies);
    } else if let Some(end) = end.downcast_exact::<TupleIter>() {
        end.settle(th);
    } else if !dict::settle(th, end, copies) {
        (hooks::get().settle)(th, end, copies);
    }
}

/// For `max(d, key=d.get)` and `sorted(d, key=d.get)`, where other threads may change the dict: a copy of one moment, and the key function for that.
pub fn keyed_by_itself(th: &mut Thread, iterable: &Object, key: &Object) -> Option<(Ref<Dict>, Ref<Object>)> {
    let get = key.downcast_exact::<Builtin>()?;
    let receiver = get.receiver()?;
    let dict = receiver.downcast::<Dict>().filter(|dict| !th.is_mine(*dict))?;
    let same = match iterable.downcast_exact::<DictKeys>() {
        Some(keys) => keys.dict(th).is(dict),
        None => iterable.is(receiver) && (iterated_as::<Dict>(receiver).is_some() || iterated_as::<OrderedDict>(receiver).is_some()),
    };
    let of = |ty: &Type| super::lookup_type_attr(th, ty, &names::get);
    let is_plain = |ty: &Type| of(receiver.ty()).zip(of(ty)).is_some_and(|(a, b)| a.is(&*b));
    if !same || !get.name_is("get") || !(is_plain(Dict::type_object()) || is_plain(OrderedDict::type_object())) {
        return None;
    }
    let copied = dict.copy_entries(th).and_then(|copy| {
        let get = super::getattr(th, &copy, &names::get)?;
        Ok((copy, get))
    });
    if copied.is_err() {
        drop(th.take_exception());
    }
    copied.ok()
}

/// Whether it goes through a container itself, and not through other iterators.
fn is_end(iterator: &Object) -> bool {
    iterator.is_exactly::<SetIter>()
        || iterator.is_exactly::<ListIter>()
        || iterator.is_exactly::<ListReverseIter>()
        || dict::is_iterator(iterator)
        || iterator.is_exactly::<OrderedIter>()
        || matches!(iterator.ty().tp_name_bytes(), b"collections._deque_iterator" | b"collections._deque_reverse_iterator")
}

/// Whether a step of the iterator may run a program's code, or wait for something. Nobody changes meanwhile what the iterators name.
pub fn step_runs_code(iterator: &Object) -> bool {
    !Chain { th: None, ends: Vec::new(), looks: LOOKS }.is_native(iterator, true)
}

/// A chain of iterators that is looked through.
struct Chain<'a> {
    /// The thread that is about to read it.
    th: Option<&'a Thread>,
    /// The iterators over containers that it ends in, and those whose items `itertools.chain` goes through; but for those that a program may also
    /// read by itself, or through another iterator.
    ends: Vec<Ref<Object>>,
    /// How many objects may still be looked at.
    looks: u32,
}

impl Chain<'_> {
    /// Whether reading the object runs none of a program's code. A program `knows` it, or what it is a part of, besides this chain.
    fn is_native(&mut self, object: &Object, known: bool) -> bool {
        self.looks = self.looks.saturating_sub(1);
        match part_of_chain(object) {
            Part::Code => false,
            Part::Other => true,
            Part::Link if self.looks == 0 => false,
            // Its items are data.
            Part::Link if object.is_exactly::<TupleIter>() => true,
            Part::Link if is_end(object) => {
                self.note_end(object, known);
                true
            }
            Part::Link => {
                let chains = object.ty().tp_name_bytes() == b"itertools.chain";
                let mut native = true;
                for_each_part(object, &mut |part| native = native && self.part_is_native(part, known, chains));
                native
            }
        }
    }

    fn part_is_native(&mut self, part: &Object, known: bool, of_chain: bool) -> bool {
        let known = known || self.th.is_none_or(|th| !part.is_unique(th));
        if !part.is_exactly::<TupleIter>() {
            return self.is_native(part, known);
        }
        // Its items are data, but to `itertools.chain`.
        let mut native = true;
        if of_chain {
            self.note_end(part, known);
            heap::visit_children(part, &mut |tuple| for_each_part(tuple, &mut |item| native = native && self.part_is_native(item, known, false)));
        }
        native
    }

    fn note_end(&mut self, end: &Object, known: bool) {
        if let Some(th) = self.th.filter(|_| !known) {
            self.ends.push(th.retain(end));
        }
    }
}

/// What an iterator names: the sources that are in a tuple, too.
fn for_each_part(iterator: &Object, visit: &mut dyn FnMut(&Object)) {
    heap::visit_children(iterator, &mut |child| match child.downcast_exact::<Tuple>() {
        Some(sources) if sources.len() <= SOURCES => sources.iter().for_each(&mut *visit),
        Some(_) => {}
        None => visit(child),
    });
}

/// What an object is that an iterator names.
enum Part {
    /// A program's code, or something that may wait.
    Code,
    /// A native iterator.
    Link,
    /// A container, or a native function.
    Other,
}

fn part_of_chain(object: &Object) -> Part {
    let ty = object.ty();
    if ty.tp_iternext().is_none() {
        let class = typing::as_type(object).is_some_and(|class| class.has_flag(HEAP));
        let calls = ty.tp_call().is_some() && (ty.has_flag(HEAP) || above::is_python_function(object) || object.is_a::<Method>());
        return if class || calls { Part::Code } else { Part::Other };
    }
    // Iterators over builtin containers, and around other iterators, wait for nothing themselves; those of other modules read files and the like.
    let name = ty.tp_name_bytes();
    let plain = !name.contains(&b'.') || name.starts_with(b"itertools.") || name.starts_with(b"collections.");
    if !plain || ty.has_flag(HEAP) || is_generator(object) { Part::Code } else { Part::Link }
}

fn is_generator(object: &Object) -> bool {
    object.ty().tp_name_bytes() == b"generator"
}
