//! Instances of C types: memory of their own, of another instance, or somewhere else, and what must live as long as they do.
//!
//! Invariant: an instance's memory stays where it is while the instance is locked or *mine* (`resize` moves it). It begins at a multiple of 16 if
//! it is the instance's own. What was told to keep something alive tells its root, the instance that owns the memory.
#![allow(unsafe_code, reason = "memory of C values")]

use core::ffi::{c_int, c_void};

use heap::sync::{AtomicPtr, AtomicUsize, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Dict, Str, Tuple, none, none_ref, ops, raise};

use crate::codes::{Bits, Encoded, NoValue, Simple};
use crate::function::CFuncPtr;
use crate::info::{self, Info, Kind};
use crate::names;

/// XXX to be provided
#[pytype(name = "_CData", module = "_ctypes", flags(BASETYPE, DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct CData {
    head: Head,
    at: AtomicPtr<u8>,
    size: AtomicUsize,
    /// The instance whose memory this is a part of.
    base: Option<Ref<CData>>,
    /// Which part.
    index: usize,
    length: usize,
    /// What must live as long as the memory, seen from the root.
    #[member(name = "_objects", readonly, none)]
    objects: Slot,
    /// Memory for small values. A place that is divisible by 16.
    value: core::cell::UnsafeCell<[u64; 2]>,
    /// Whether the memory is the instance's own.
    owns: bool,
}

const _: () = assert!(core::mem::offset_of!(CData, value) % 16 == 0);

/// Where the memory of a new instance is.
pub enum Memory<'a> {
    /// Its own, all zero.
    Fresh,
    /// Its own, a copy.
    Copy(*const u8),
    /// Somewhere.
    At(*mut u8),
    /// A part of another instance: which, and where.
    Part(&'a CData, usize, *mut u8),
}

/// A place in memory.
#[derive(Clone, Copy)]
pub enum Place {
    /// So many bytes into an instance's memory.
    Within(usize),
    /// Anywhere.
    At(*mut u8),
}

/// How an item or field is read and written, where its type does not say so: a row of characters is a string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub code: Option<Simple>,
    pub bits: Option<Bits>,
}

impl Access {
    pub const PLAIN: Access = Access { code: None, bits: None };
}

impl Drop for CData {
    fn drop(&mut self) {
        if self.owns && !self.is_inside() {
            // SAFETY: the memory came from `memory_for`.
            unsafe { libc::free(self.at.load(Relaxed).cast()) };
        }
    }
}

/// Zeroed memory, aligned for any type and at least so.
fn memory_for(size: usize, align: usize) -> Option<*mut u8> {
    let size = size.max(1);
    if align <= 16 {
        // SAFETY: a plain allocation.
        let made: *mut u8 = unsafe { libc::calloc(1, size) }.cast();
        return (!made.is_null()).then_some(made);
    }
    let mut made: *mut c_void = core::ptr::null_mut();
    // SAFETY: an alignment of a type is a power of two, and greater than a pointer's here; the memory is as long as what is cleared.
    unsafe {
        if libc::posix_memalign(&raw mut made, align.next_power_of_two(), size) != 0 {
            return None;
        }
        made.cast::<u8>().write_bytes(0, size);
    }
    Some(made.cast())
}

/// The object as an instance of a C type.
pub fn cdata(object: &Object) -> Option<&CData> {
    object.downcast::<CData>()
}

impl CData {
    /// Whether the memory is inside the object.
    fn is_inside(&self) -> bool {
        core::ptr::eq(self.at.load(Relaxed), self.value.get().cast())
    }

    /// A new instance of a class.
    pub fn make(th: &mut Thread, cls: &Type, info: &Info, memory: Memory<'_>) -> Result<Ref<Object>, Raised> {
        if !heap::is_subtype(cls, <CData as heap::PyType>::type_object()) {
            let name = ops::message_name(cls);
            return Err(raise::type_error(th, format_args!("instances of {name} have no memory")));
        }
        info.make_final();
        let is_small = info.size <= 16;
        let owns = matches!(memory, Memory::Fresh | Memory::Copy(_));
        let at = match memory {
            Memory::At(at) | Memory::Part(_, _, at) => at,
            _ if is_small => core::ptr::null_mut(),
            _ => match memory_for(info.size, info.align) {
                Some(at) => at,
                None => return Err(raise::memory_error(th)),
            },
        };
        let (base, index) = match memory {
            Memory::Part(base, index, _) => (Some(base.to_ref()), index),
            _ => (None, 0),
        };
        let fields = CData {
            head: Head::INIT,
            at: AtomicPtr::new(at),
            size: AtomicUsize::new(info.size),
            base,
            index,
            length: info.length,
            objects: Slot::NULL,
            value: core::cell::UnsafeCell::new([0; 2]),
            // It owns nothing until it knows where.
            owns: owns && !is_small,
        };
        let made = if heap::is_subtype(cls, <CFuncPtr as heap::PyType>::type_object()) {
            CFuncPtr::make(th, cls, fields).up()
        } else {
            th.new_instance(cls, fields).up()
        };
        // SAFETY: R9: nobody else knows the instance, which begins with these fields.
        let new: &mut CData = unsafe { &mut *made.as_ptr().cast() };
        if owns && is_small {
            *new.at.get_mut() = new.value.get().cast();
        }
        new.owns = owns;
        if let Memory::Copy(from) = memory {
            // SAFETY: the caller's memory is a value of the type.
            unsafe { core::ptr::copy_nonoverlapping(from, *new.at.get_mut(), info.size) };
        }
        Ok(made)
    }

    /// An instance that sees the memory at an address.
    pub fn at_address(th: &mut Thread, cls: &Type, at: *mut u8) -> Result<Ref<Object>, Raised> {
        if interp::audit::is_on() {
            let address = objects::Int::from_usize(th, at.addr());
            interp::audit::event(th, "ctypes.cdata", &[&address])?;
        }
        let info = info::required(th, cls)?;
        CData::make(th, cls, info, Memory::At(at))
    }

    pub fn size(&self) -> usize {
        self.size.load(Acquire)
    }

    pub fn length(&self) -> usize {
        self.length
    }

    /// The address of the memory. It is the reader's business that it stays there.
    pub fn address(&self) -> *mut u8 {
        self.at.load(Acquire)
    }

    /// One stretch of reads and writes of memory, under the lock.
    pub fn with<R>(&self, th: &mut Thread, place: Place, body: impl FnOnce(&Thread, *mut u8) -> R) -> R {
        let guard = th.lock(self.as_object());
        let at = match place {
            Place::Within(offset) => self.at.load(Relaxed).wrapping_add(offset),
            Place::At(at) => at,
        };
        body(&guard, at)
    }

    /// A copy of so many bytes from the start of the memory, at most as many as there are.
    pub fn copy_out(&self, th: &mut Thread, most: usize) -> Vec<u8> {
        self.with(th, Place::Within(0), |_, at| {
            let size = self.size().min(most);
            // SAFETY: R9: the memory is so long and stays under the lock.
            if size == 0 { Vec::new() } else { unsafe { core::slice::from_raw_parts(at, size) }.to_vec() }
        })
    }

    /// The first eight bytes: the pointer that a pointer's memory holds.
    pub fn pointer(&self, th: &mut Thread) -> *mut u8 {
        // SAFETY: R9: instances of pointers have room for one.
        self.with(th, Place::Within(0), |_, at| unsafe { at.cast::<*mut u8>().read_unaligned() })
    }

    /// Writes the first eight bytes.
    pub fn set_pointer(&self, th: &mut Thread, pointer: *mut u8) {
        let pointer = pointer.expose_provenance();
        // SAFETY: as above.
        self.with(th, Place::Within(0), |_, at| unsafe { at.cast::<usize>().write_unaligned(pointer) });
    }

    /// `resize(instance, size)`
    pub fn resize(&self, th: &mut Thread, size: usize) -> Result<(), Raised> {
        if !self.owns {
            return Err(raise::value_error(th, format_args!("Memory cannot be resized because this object doesn't own it")));
        }
        let done = self.with(th, Place::Within(0), |_, at| {
            if size > 16 {
                let old = self.size();
                let moved: *mut u8 = match self.is_inside() {
                    // SAFETY: a plain allocation.
                    true => unsafe { libc::calloc(1, size) }.cast(),
                    // SAFETY: R9: the memory is the instance's own, and stays under the lock.
                    false => unsafe { libc::realloc(at.cast(), size) }.cast(),
                };
                if moved.is_null() {
                    return false;
                }
                if self.is_inside() {
                    // SAFETY: both are so long.
                    unsafe { core::ptr::copy_nonoverlapping(at, moved, old.min(size)) };
                }
                self.at.store(moved, Release);
            }
            self.size.store(size, Release);
            true
        });
        if done { Ok(()) } else { Err(raise::memory_error(th)) }
    }

    /// The instance that owns the memory.
    fn root(&self) -> &CData {
        let mut at = self;
        while let Some(base) = &at.base {
            at = base;
        }
        at
    }

    /// What the root keeps alive: a dict, `None`, or one object.
    pub fn kept(&self, th: &mut Thread) -> Ref<Object> {
        let root = self.root();
        if let Some(kept) = root.objects.get(th, root) {
            return kept;
        }
        let fresh = if root.length != 0 { Dict::new(th).up() } else { none_ref() };
        root.objects.get_or_put(th, root, fresh)
    }

    /// As [`CData::kept`]; of an instance of its own that has no dict yet, a new one. What a cast shares with its source.
    pub fn kept_to_share(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let kept = self.kept(th);
        if self.base.is_none() && kept.is(none()) {
            let fresh = Dict::new(th);
            self.objects.set(th, self, Some(fresh.up()));
        }
        self.objects.get(th, self)
    }

    /// What a cast's result keeps alive.
    pub fn set_kept(&self, th: &mut Thread, kept: Option<Ref<Object>>) {
        self.objects.set(th, self, kept);
    }

    /// The name of one part of this instance, seen from the root.
    fn key(&self, th: &mut Thread, index: usize) -> Result<Ref<Str>, Raised> {
        let mut key = format!("{:x}", index as u32);
        let mut at = self;
        while let Some(base) = &at.base {
            if 255usize.saturating_sub(key.len()) < 16 {
                return Err(raise::value_error(th, format_args!("ctypes object structure too deep")));
            }
            key.push_str(&format!(":{:x}", at.index as u32));
            at = base;
        }
        Ok(Str::new(th, &key))
    }

    /// Keeps an object alive for one part of the memory.
    pub fn keep(&self, th: &mut Thread, index: usize, keep: Option<Ref<Object>>) -> Result<(), Raised> {
        let Some(keep) = keep.filter(|keep| !keep.is(none())) else { return Ok(()) };
        let root = self.root();
        match self.kept(th).downcast_exact::<Dict>() {
            Ok(kept) => {
                let key = self.key(th, index)?;
                kept.set(th, &key, keep)
            }
            Err(_) => {
                root.objects.set(th, root, Some(keep));
                Ok(())
            }
        }
    }

    /// The value of a simple type, or an error.
    pub fn read_simple(
        &self,
        th: &mut Thread,
        place: Place,
        simple: Simple,
        size: usize,
        bits: Option<Bits>,
    ) -> Result<Ref<Object>, Raised> {
        // SAFETY: R9: the place is within the memory, or the program's own business; under the lock it stays.
        let read: Result<_, NoValue> = self.with(th, place, |th, at| unsafe { simple.decode(th, at, size, bits) });
        read.map_err(|no| no.raise(th))
    }

    /// An item or a field: a value of a simple type, else an instance that sees its part of the memory.
    pub fn read(
        &self,
        th: &mut Thread,
        ty: &Object,
        access: Access,
        index: usize,
        size: usize,
        place: Place,
    ) -> Result<Ref<Object>, Raised> {
        if let Some(code) = access.code {
            return self.read_simple(th, place, code, size, None);
        }
        let Some(cls) = as_type(ty) else { return Err(info::abstract_class(th)) };
        let info = info::required(th, cls)?;
        if let Some(simple) = info.simple()
            && !is_simple_subclass(cls)
        {
            return self.read_simple(th, place, simple, size, access.bits);
        }
        let at = self.with(th, place, |_, at| at);
        CData::make(th, cls, info, Memory::Part(self, index, at))
    }

    /// Puts a value into an item or a field.
    #[allow(clippy::too_many_arguments, reason = "what a field is, and the value")]
    pub fn write(
        &self,
        th: &mut Thread,
        ty: &Object,
        access: Access,
        value: &Object,
        index: usize,
        size: usize,
        place: Place,
    ) -> Result<(), Raised> {
        let keep = self.store(th, ty, access, value, size, place)?;
        self.keep(th, index, keep)
    }

    fn store_encoded(
        &self,
        th: &mut Thread,
        simple: Simple,
        value: Encoded,
        bits: Option<Bits>,
        place: Place,
    ) -> Option<Ref<Object>> {
        // SAFETY: R9: the place is within the memory, or the program's own business; under the lock it stays.
        self.with(th, place, |_, at| unsafe { simple.store(at, &value, bits) });
        value.keep
    }

    fn store(
        &self,
        th: &mut Thread,
        ty: &Object,
        access: Access,
        value: &Object,
        size: usize,
        place: Place,
    ) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(code) = access.code {
            let value = code.encode(th, value, size)?;
            return Ok(self.store_encoded(th, code, value, None, place));
        }
        let Some(cls) = as_type(ty) else { return Err(info::abstract_class(th)) };
        let info = info::required(th, cls)?;
        let Some(source) = cdata(value) else {
            if let Some(simple) = info.simple() {
                let value = simple.encode(th, value, size)?;
                return Ok(self.store_encoded(th, simple, value, access.bits, place));
            }
            return self.store_other(th, cls, info, access, value, size, place);
        };
        if ops::isinstance(th, value, ty)? {
            let bytes = source.copy_out(th, size);
            // SAFETY: R9: as above; an instance of the type has as many bytes as the place.
            self.with(th, place, |_, at| unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len()) });
            return Ok(Some(source.kept(th)));
        }
        let of_value = info::of_instance(value);
        let (got, wanted) = (ops::type_name(value), ops::message_name(cls));
        let same = |th: &Thread, other: &Info| match (other.proto(th), info.proto(th)) {
            (Some(a), Some(b)) => Thread::same(&*a, &*b),
            (a, b) => a.is_none() && b.is_none(),
        };
        if info.kind == Kind::Pointer
            && let Some(of_value) = of_value.filter(|of_value| of_value.kind == Kind::Array)
            && same(th, of_value)
        {
            let target = source.address();
            // SAFETY: R9: as above; the place has room for a pointer.
            self.with(th, place, |_, at| unsafe { at.cast::<*mut u8>().write_unaligned(target) });
            // The pointer keeps the array alive, and all that the array does.
            let kept = source.kept(th);
            return Ok(Some(Tuple::from_array(th, [kept, value.to_owned()]).up()));
        }
        Err(raise::type_error(th, format_args!("incompatible types, {got} instance instead of {wanted} instance")))
    }

    /// A value that is no instance of a C type goes into a place of a type that is not simple.
    #[allow(clippy::too_many_arguments, reason = "one step of `store`")]
    fn store_other(
        &self,
        th: &mut Thread,
        cls: &Type,
        info: &Info,
        access: Access,
        value: &Object,
        size: usize,
        place: Place,
    ) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(args) = value.downcast::<Tuple>() {
            let made = match ops::call(th, cls, args.as_slice()) {
                Ok(made) => made,
                Err(_) => {
                    let name = ops::message_name(cls);
                    return Err(crate::call::extend_error(th, objects::exceptions::runtime_error_type(), &format!("({name}) ")));
                }
            };
            return self.store(th, cls, access, &made, size, place);
        }
        if value.is(none()) && info.kind == Kind::Pointer {
            // SAFETY: R9: as in `store`; the place has room for a pointer.
            self.with(th, place, |_, at| unsafe { at.cast::<usize>().write_unaligned(0) });
            return Ok(None);
        }
        let (got, wanted) = (ops::type_name(value), ops::message_name(cls));
        Err(raise::type_error(th, format_args!("expected {wanted} instance, got {got}")))
    }

    /// What `bf_getbuffer` of all C types does.
    pub fn fill_buffer(&self, th: &mut Thread, view: &mut Py_buffer) -> Result<(), Raised> {
        let cls = self.as_object().ty();
        let info = info::required(th, cls)?;
        // The innermost items of arrays of arrays.
        let (mut item, mut itemsize) = (info.proto(th).filter(|_| info.kind == Kind::Array), info.size);
        while let Some(ty) = item {
            let Some(inner) = info::of_type(&ty) else { break };
            itemsize = inner.size;
            item = inner.proto(th).filter(|_| inner.kind == Kind::Array);
        }
        *view = Py_buffer::ZERO;
        view.obj = th.retain(self.as_object()).into_raw();
        let (at, size) = self.with(th, Place::Within(0), |_, at| (at, self.size()));
        view.buf = at.cast();
        view.len = size.cast_signed();
        view.format = info.format.as_ref().map_or(c"B".as_ptr(), |format| format.as_ptr()).cast_mut();
        // A shape has as many dimensions as arrays are nested.
        view.ndim = info.shape.len() as c_int;
        view.shape = if info.shape.is_empty() { core::ptr::null_mut() } else { info.shape.as_ptr().cast_mut() };
        // What is no array is one item, however much memory `resize` gave it. CPython leaves the item's size as it was; what its views show is the same.
        view.itemsize = if info.shape.is_empty() { view.len } else { itemsize.cast_signed() };
        Ok(())
    }
}

/// Whether the class is derived from a simple type like `c_int`: its instances stand for themselves, not for their values.
pub fn is_simple_subclass(cls: &Type) -> bool {
    let is_simple = heap::is_subtype(cls.ty(), <crate::meta::CSimpleType as heap::PyType>::type_object());
    is_simple
        && objects::typing::base(cls)
            .is_none_or(|base| !core::ptr::eq(base, <crate::simple::SimpleData as heap::PyType>::type_object()))
}

/// `tp_new` of most C types.
pub fn new_instance(th: &mut Thread, cls: &Type) -> Result<Ref<Object>, Raised> {
    let info = info::required(th, cls)?;
    CData::make(th, cls, info, Memory::Fresh)
}

#[pymethods]
impl CData {
    /// the base object
    #[getter]
    fn _b_base_(&self) -> Option<Ref<Object>> {
        self.base.as_ref().map(|base| base.as_object().to_owned())
    }

    /// whether the object owns the memory or not
    #[getter]
    fn _b_needsfree_(&self) -> i64 {
        i64::from(self.owns)
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        Err(raise::type_error(th, format_args!("unhashable type")))
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, _flags: c_int) -> Result<(), Raised> {
        self.fill_buffer(th, view)
    }

    /// default __ctypes_from_outparam__ method returns self.
    #[method]
    fn __ctypes_from_outparam__(&self) -> &Self {
        self
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let info = info::required(th, self.as_object().ty())?;
        if info.is_pointer_or_has_one() {
            return Err(raise::value_error(th, format_args!("ctypes objects containing pointers cannot be pickled")));
        }
        let dict = ops::getattr(th, self.as_object(), &objects::names::__dict__)?;
        let bytes = self.copy_out(th, usize::MAX);
        let bytes = Bytes::new(th, &bytes);
        let state = Tuple::from_array(th, [dict, bytes.up()]);
        let args = Tuple::from_array(th, [self.as_object().ty().to_owned(), state.up()]);
        let unpickle = crate::module::unpickle_function(th)?;
        Ok(Tuple::from_array(th, [unpickle, args.up()]).up())
    }

    #[method(sig = "($self, dict, data, /)")]
    fn __setstate__(&self, th: &mut Thread, dict: &Dict, data: &Object) -> Result<(), Raised> {
        let data = match data.downcast::<Str>() {
            Some(text) => text.to_wtf8(),
            None => Buffer::new(th, data)?.to_vec(),
        };
        self.with(th, Place::Within(0), |_, at| {
            let len = data.len().min(self.size());
            // SAFETY: R9: the memory is so long and stays under the lock.
            unsafe { core::ptr::copy_nonoverlapping(data.as_ptr(), at, len) };
        });
        let own = ops::getattr(th, self.as_object(), &objects::names::__dict__)?;
        let Some(own) = own.downcast_ref::<Dict>() else {
            let (cls, got) = (ops::type_name(self.as_object()), ops::type_name(&own));
            return Err(raise::type_error(th, format_args!("{cls}.__dict__ must be a dictionary, not {got}")));
        };
        own.update(th, dict)
    }
}

/// `instance.__ctypes_from_outparam__()`
pub fn from_out_parameter(th: &mut Thread, instance: &Object) -> Result<Ref<Object>, Raised> {
    ops::call_method(th, instance, names::__ctypes_from_outparam__.get(), &[])
}
