//! What may cross from one interpreter to another, and how: some immutable values as they are, views of memory, queues by their number,
//! and everything else as a pickle, where the sender allows it.
#![allow(unsafe_code, reason = "the slots of an exporter are called")]

use core::ffi::c_int;

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bool, Bytes, Float, Int, MemoryView, Str, Tuple, exceptions, intern, none, ops, raise};

use super::channels::{self, ChannelId};
use super::queues;
use crate::errors::ErrorClass;

pub static NOT_SHAREABLE: ErrorClass = ErrorClass::new("concurrent.interpreters", "NotShareableError", exceptions::type_error_type);

/// Gives a class its docstring.
pub fn describe(th: &mut Thread, class: &Object, doc: &str) -> Result<(), Raised> {
    let doc = Str::new(th, doc);
    ops::setattr(th, class, intern(th, "__doc__"), &doc)
}

/// What happens to that which cannot cross by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    Refuse,
    Pickle,
}

/// An object on its way: no code of its own runs until it arrives.
pub struct Data {
    how: How,
    /// The value, the pickle's bytes, or the number of a queue.
    pub value: Ref<Object>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Itself,
    Pickled,
    Queue,
    /// An identifier of a channel, packed.
    Channel,
    /// The same, for an end of the library's.
    ChannelEnd,
    /// A [`BufferView`], of which a `memoryview` is made.
    Memory,
    /// A tuple of which items are on their way, too: pairs of a number that says how, and the value.
    Tuple,
}

const HOW: [How; 7] = [How::Itself, How::Pickled, How::Queue, How::Channel, How::ChannelEnd, How::Memory, How::Tuple];

/// Whether the type of an object is one that crosses.
pub fn is_shareable(th: &mut Thread, object: &Object) -> bool {
    is_plain(object)
        || object.downcast_exact::<Tuple>().is_some()
        || object.downcast_exact::<MemoryView>().is_some()
        || queues::is_queue(th, object)
        || object.downcast_exact::<ChannelId>().is_some()
        || channels::is_end(th, object)
}

fn is_plain(object: &Object) -> bool {
    object.is(none())
        || object.downcast_exact::<Bool>().is_some()
        || object.downcast_exact::<Int>().is_some()
        || object.downcast_exact::<Float>().is_some()
        || object.downcast_exact::<Str>().is_some()
        || object.downcast_exact::<Bytes>().is_some()
}

impl Data {
    /// The data of an object.
    pub fn of(th: &mut Thread, object: &Object, fallback: Fallback) -> Result<Data, Raised> {
        if is_plain(object) {
            let small = object.downcast_exact::<Int>().is_none_or(|int| int.to_i64().is_some());
            if small || fallback == Fallback::Pickle {
                return Ok(Data { how: How::Itself, value: object.to_ref() });
            }
            // The form in which numbers cross is a machine word.
            let _: Raised = raise::overflow_error(th, format_args!("try sending as bytes"));
            return Err(refused(th, object));
        }
        if let Some(tuple) = object.downcast_exact::<Tuple>() {
            return Data::of_tuple(th, tuple, fallback);
        }
        if object.downcast_exact::<MemoryView>().is_some() {
            let view = MemoryView::new(th, object)?;
            let held = th.new_object(BufferView { head: Head::INIT, view: Slot::new(view) });
            return Ok(Data { how: How::Memory, value: held.up() });
        }
        if queues::is_queue(th, object) {
            let number = ops::getattr_str(th, object, "_id")?;
            return Ok(Data { how: How::Queue, value: number });
        }
        if let Some(id) = object.downcast_exact::<ChannelId>() {
            return Ok(Data { how: How::Channel, value: id.pack(th) });
        }
        if channels::is_end(th, object) {
            let id = ops::getattr_str(th, object, "_id")?;
            let Some(id) = id.downcast_ref::<ChannelId>() else {
                let got = ops::type_name(&id);
                return Err(raise::type_error(th, format_args!("'_id' attribute must be an _interpchannels.ChannelID object, not {got}")));
            };
            return Ok(Data { how: How::ChannelEnd, value: id.pack(th) });
        }
        if fallback == Fallback::Refuse {
            return Err(refused(th, object));
        }
        let pickle = interp::import::import_module(th, "pickle")?;
        match ops::call_method(th, &pickle, intern(th, "dumps"), &[object]) {
            Ok(value) => Ok(Data { how: How::Pickled, value }),
            Err(raised) => match raise::catch(th, exceptions::exception_type()) {
                Some(_) => Err(refused(th, object)),
                None => Err(raised),
            },
        }
    }

    fn of_tuple(th: &mut Thread, tuple: &Tuple, fallback: Fallback) -> Result<Data, Raised> {
        ops::native_recursion(th, " while sharing a tuple")?;
        if tuple.iter().all(|item| is_plain(item) && item.downcast_exact::<Int>().is_none_or(|int| int.to_i64().is_some())) {
            return Ok(Data { how: How::Itself, value: tuple.as_object().to_ref() });
        }
        let mut packed = Vec::with_capacity(2 * tuple.len());
        for item in tuple.iter() {
            match Data::of(th, item, fallback) {
                Ok(data) => {
                    packed.push(crate::os::int(th, data.how as i64));
                    packed.push(data.value);
                }
                Err(raised) => {
                    let class = NOT_SHAREABLE.get(th)?;
                    return Err(if raise::matches(th, &class) { refused(th, tuple.as_object()) } else { raised });
                }
            }
        }
        Ok(Data { how: How::Tuple, value: Tuple::new(th, packed).up() })
    }

    /// What arrives.
    pub fn arrive(self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.how {
            // Bytes are told apart by where they lie, which somebody may look at.
            How::Itself => match self.value.downcast_exact_ref::<Bytes>() {
                Some(bytes) => Ok(Bytes::new(th, bytes.as_slice()).up()),
                None => Ok(self.value),
            },
            How::Memory => MemoryView::new(th, &self.value).map(Ref::up),
            How::Queue => queues::queue_object(th, &self.value),
            How::Channel => channels::unpack(th, &self.value, false),
            How::ChannelEnd => channels::unpack(th, &self.value, true),
            How::Pickled => {
                let pickle = interp::import::import_module(th, "pickle")?;
                ops::call_method(th, &pickle, intern(th, "loads"), &[&*self.value])
            }
            How::Tuple => {
                ops::native_recursion(th, " while sharing a tuple")?;
                let Ok(packed) = self.value.downcast::<Tuple>() else { return Ok(none().to_ref()) };
                let mut items = Vec::with_capacity(packed.len() / 2);
                for at in (0..packed.len()).step_by(2) {
                    let code = packed.get(at).downcast::<Int>().and_then(Int::to_i64).and_then(|code| usize::try_from(code).ok());
                    let how = code.and_then(|code| HOW.get(code)).copied().unwrap_or(How::Itself);
                    items.push(Data { how, value: packed.get(at + 1).to_ref() }.arrive(th)?);
                }
                Ok(Tuple::new(th, items).up())
            }
        }
    }

    /// Gives it up at once.
    pub fn release(self, th: &mut Thread) {
        th.release(self.value);
    }
}

/// Raises `NotShareableError` about an object, because of what is raised, if anything is.
#[cold]
fn refused(th: &mut Thread, object: &Object) -> Raised {
    let cause = th.take_exception();
    let (class, shown) = match (NOT_SHAREABLE.get(th), ops::repr(th, object)) {
        (Ok(class), Ok(shown)) => (class, shown.to_string_lossy()),
        (Err(raised), _) | (_, Err(raised)) => return raised,
    };
    let raised = raise::new(th, &class, format_args!("{shown} does not support cross-interpreter data"));
    if let Some(current) = th.exception().map(Object::to_owned)
        && let Some(current) = exceptions::as_exception(&current)
    {
        current.set_cause(th, cause);
    }
    raised
}

/// What shows another interpreter's memory: it is between the view and its exporter.
#[pytype(name = "CrossInterpreterBufferView", module = "_interpreters", doc = none, flags(DISALLOW_INSTANTIATION, BASETYPE))]
#[repr(C)]
pub struct BufferView {
    head: Head,
    view: Slot<MemoryView>,
}

/// The buffer slots of `memoryview`.
fn slots() -> Option<(abi::getbufferproc, abi::releasebufferproc)> {
    let table = <MemoryView as heap::PyType>::type_object().tp_as_buffer();
    // SAFETY: R3: a static type's table stays.
    let table = unsafe { table.as_ref() }?;
    Some((table.bf_getbuffer?, table.bf_releasebuffer?))
}

#[pymethods]
impl BufferView {
    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, out: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        let (Some((get, _)), Some(view)) = (slots(), self.view.peek()) else {
            return Err(raise::buffer_error(th, format_args!("the view has no memory")));
        };
        // SAFETY: R4: the slot has this signature; the view lives as long as this object, and `out` is the caller's.
        if unsafe { objects::buffer::call_get(th, get, view.as_object(), out, flags) } != 0 {
            return Err(th.already_raised());
        }
        // The buffer is given back through this object, which keeps the view.
        // SAFETY: R2: the slot has put a count of the view there.
        let own = unsafe { Ref::<Object>::from_raw_nullable(out.obj) };
        out.obj = th.retain(self.as_object()).into_raw();
        if let Some(own) = own {
            th.release(own);
        }
        Ok(())
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, out: &mut Py_buffer) {
        if let (Some((_, release)), Some(view)) = (slots(), self.view.peek()) {
            // SAFETY: R4: the slot has this signature; it is called once for each buffer that the view gave.
            unsafe { objects::buffer::call_release(release, view.as_object(), out) };
        }
    }
}
