//! Arguments on their way into a call: `byref(x)`, values that `from_param` has converted, and what each kind of object is passed as.
#![allow(unsafe_code, reason = "values of C types; C entries of class methods that only some classes have")]

use heap::sync::{AtomicPtr, Ordering::*};
use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::typing::descr::MethodDescr;
use objects::{Bool, Builtin, Bytes, Float, Int, Str, none, none_ref, ops, raise};

use crate::cdata::{CData, cdata};
use crate::codes::{self, Encoded, Simple};
use crate::ffi::{self, ffi_type};
use crate::info::{self, Kind};
use crate::meta::CSimpleType;
use crate::names;

/// A value that a call passes as it is: `byref(x)`, or what `from_param` returned.
#[pytype(name = "CArgObject", module = "_ctypes", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct CArg {
    head: Head,
    /// The letter of the value's type.
    tag: u8,
    /// One of libffi's own types.
    ffi: usize,
    value: [u64; 4],
    /// the wrapped object
    #[member(name = "_obj", readonly, none)]
    object: Slot,
}

impl CArg {
    fn new(th: &Thread, tag: u8, ffi: *mut ffi_type, value: [u64; 4], object: Option<Ref<Object>>) -> Ref<CArg> {
        th.new_object(CArg { head: Head::INIT, tag, ffi: ffi.addr(), value, object: Slot::from_option(object) })
    }

    fn encoded(th: &Thread, code: u8, value: Encoded) -> Ref<Object> {
        let ffi = Simple::of(code).map_or_else(ffi::pointer, Simple::ffi);
        let words = value.words();
        CArg::new(th, code, ffi, words, Some(value.keep.unwrap_or_else(none_ref))).up()
    }

    /// The instance that `byref` was given.
    pub fn wrapped(&self, th: &Thread) -> Option<Ref<Object>> {
        self.object.get(th, self)
    }

    /// The value's first bytes.
    fn first<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        for (to, from) in bytes.iter_mut().zip(self.value.iter().flat_map(|word| word.to_ne_bytes())) {
            *to = from;
        }
        bytes
    }
}

fn is_literal(code: u8) -> bool {
    (b' '..0x7f).contains(&code) && code != b'\\' && code != b'\''
}

#[pymethods]
impl CArg {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let tag = char::from(self.tag);
        let number = |value: i64| format!("<cparam '{tag}' ({value})>");
        Ok(match self.tag {
            b'b' | b'B' => number(i8::from_ne_bytes(self.first()).into()),
            b'h' | b'H' => number(i16::from_ne_bytes(self.first()).into()),
            b'i' | b'I' => number(i32::from_ne_bytes(self.first()).into()),
            b'l' | b'L' | b'q' | b'Q' => number(i64::from_ne_bytes(self.first())),
            b'd' | b'f' => {
                let value =
                    if self.tag == b'f' { f32::from_ne_bytes(self.first()).into() } else { f64::from_ne_bytes(self.first()) };
                let value = Float::new(th, value);
                let shown = ops::repr(th, &value)?;
                format!("<cparam '{tag}' ({shown})>")
            }
            b'c' => match u8::from_ne_bytes(self.first()) {
                byte if is_literal(byte) => format!("<cparam '{tag}' ('{}')>", char::from(byte)),
                byte => format!("<cparam '{tag}' ('\\x{byte:02x}')>"),
            },
            // As the C library prints a null pointer.
            b'z' | b'Z' | b'P' if self.value[0] == 0 => format!("<cparam '{tag}' (0x(nil))>"),
            b'z' | b'Z' | b'P' => format!("<cparam '{tag}' ({:#x})>", self.value[0]),
            code if is_literal(code) => format!("<cparam '{tag}' at {self:p}>"),
            code => format!("<cparam 0x{code:02x} at {self:p}>"),
        })
    }
}

/// `byref(instance, offset)`
pub fn by_reference(th: &mut Thread, instance: &Object, offset: isize) -> Result<Ref<Object>, Raised> {
    let Some(target) = cdata(instance) else { return Err(raise::type_error(th, format_args!("expected CData instance"))) };
    let address = target.address().wrapping_offset(offset).addr() as u64;
    Ok(CArg::new(th, b'P', ffi::pointer(), [address, 0, 0, 0], Some(instance.to_owned())).up())
}

/// An argument of a call.
pub struct Argument {
    pub ffi: *mut ffi_type,
    pub value: [u64; 4],
    /// A structure's bytes, which the call reads where they are.
    pub bytes: Vec<u64>,
    /// What must live until the call has returned.
    _keep: Option<Ref<Object>>,
}

impl Argument {
    fn word(ffi: *mut ffi_type, value: u64, keep: Option<Ref<Object>>) -> Argument {
        Argument { ffi, value: [value, 0, 0, 0], bytes: Vec::new(), _keep: keep }
    }
}

/// An instance as an argument.
fn of_instance(th: &mut Thread, object: &Object, instance: &CData) -> Result<Argument, Raised> {
    let known = info::required(th, object.ty())?;
    let keep = Some(object.to_owned());
    Ok(match known.kind {
        Kind::Array => Argument::word(ffi::pointer(), instance.address().addr() as u64, keep),
        Kind::Pointer | Kind::Function => {
            let target = instance.pointer(th).addr() as u64;
            Argument::word(ffi::pointer(), target, keep)
        }
        Kind::Simple(simple) => {
            let mut value = [0u64; 4];
            let bytes = instance.copy_out(th, 32);
            // A simple type has 32 bytes at most.
            for (word, chunk) in value.iter_mut().zip(bytes.chunks(8)) {
                let mut whole = [0; 8];
                whole[..chunk.len()].copy_from_slice(chunk);
                *word = u64::from_ne_bytes(whole);
            }
            Argument { ffi: simple.ffi(), value, bytes: Vec::new(), _keep: keep }
        }
        Kind::Aggregate => {
            let copy = instance.copy_out(th, usize::MAX);
            let mut bytes = vec![0u64; copy.len().div_ceil(8).max(1)];
            // SAFETY: there are as many words as the bytes fill.
            unsafe { core::ptr::copy_nonoverlapping(copy.as_ptr(), bytes.as_mut_ptr().cast(), copy.len()) };
            Argument { ffi: known.ffi.raw(), value: [0; 4], bytes, _keep: keep }
        }
    })
}

/// What an object is passed as; `at` counts from 1.
pub fn of(th: &mut Thread, object: &Object, at: usize) -> Result<Argument, Raised> {
    if let Some(instance) = cdata(object) {
        return of_instance(th, object, instance);
    }
    if let Some(argument) = object.downcast_exact::<CArg>() {
        let ffi = core::ptr::with_exposed_provenance_mut(argument.ffi);
        return Ok(Argument { ffi, value: argument.value, bytes: Vec::new(), _keep: Some(object.to_owned()) });
    }
    if object.is(none()) {
        return Ok(Argument::word(ffi::pointer(), 0, None));
    }
    if let Some(int) = object.downcast::<Int>() {
        return match int.to_u64().or_else(|| int.to_i64().map(i64::cast_unsigned)) {
            Some(value) => Ok(Argument::word(ffi::sint(), value & u64::from(u32::MAX), None)),
            None => Err(raise::overflow_error(th, format_args!("int too long to convert"))),
        };
    }
    if let Some(bytes) = object.downcast::<Bytes>() {
        return Ok(Argument::word(ffi::pointer(), bytes.as_slice().as_ptr().addr() as u64, Some(object.to_owned())));
    }
    if let Some(text) = object.downcast::<Str>() {
        let (address, owner) = codes::wide_copy(th, text)?;
        return Ok(Argument::word(ffi::pointer(), address.addr() as u64, Some(owner)));
    }
    match ops::getattr_opt(th, object, names::_as_parameter_.get())? {
        Some(parameter) => {
            ops::native_recursion(th, " while processing _as_parameter_")?;
            of(th, &parameter, at)
        }
        None => Err(raise::type_error(th, format_args!("Don't know how to convert parameter {at}"))),
    }
}

/// The declaration of the `from_param` that simple types share.
static SHARED_CONVERTER: AtomicPtr<abi::PyMethodDef> = AtomicPtr::new(core::ptr::null_mut());

/// Learns which `from_param` it is that simple types share.
pub fn learn_shared_converter(th: &mut Thread) {
    let own = objects::typing::lookup::own_dict(<CSimpleType as heap::PyType>::type_object());
    let found = own.and_then(|dict| dict.get_str(th, names::from_param.get()));
    if let Some(method) = found.as_ref().and_then(|found| found.downcast_exact_ref::<MethodDescr>()) {
        SHARED_CONVERTER.store(method.method_def().as_ptr(), Release);
    }
}

/// What `c_int.from_param` and its like make of numbers and other builtin objects, without an object in between. `None`: it is another converter,
/// another object, or the value does not fit; then the converter says so.
pub fn of_plain(th: &mut Thread, converter: &Object, value: &Object) -> Option<Argument> {
    let converter = converter.downcast_exact::<Builtin>()?;
    if !converter.is_declared_by(SHARED_CONVERTER.load(Acquire)) {
        return None;
    }
    let cls = as_type(converter.receiver()?)?;
    // Another metaclass may have its own idea of what is an instance.
    if !core::ptr::eq(cls.ty(), <CSimpleType as heap::PyType>::type_object()) {
        return None;
    }
    let known = info::of_class(cls)?;
    let simple = known.simple().filter(|simple| !simple.swapped)?;
    let plain = value.is_exactly::<Int>()
        || value.is_exactly::<Float>()
        || value.is_exactly::<Bytes>()
        || value.is(none())
        || value.is_exactly::<Bool>();
    if !plain {
        return None;
    }
    match simple.encode(th, value, known.size) {
        Ok(encoded) => Some(Argument { ffi: simple.ffi(), value: encoded.words(), bytes: Vec::new(), _keep: encoded.keep }),
        Err(_) => {
            th.take_exception();
            None
        }
    }
}

/// `value._as_parameter_`
pub fn as_parameter(th: &mut Thread, value: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let found = ops::getattr_opt(th, value, names::_as_parameter_.get())?;
    if found.is_some() {
        ops::native_recursion(th, " while processing _as_parameter_")?;
    }
    Ok(found)
}

/// `from_param` of simple types.
pub fn simple_from_param(th: &mut Thread, cls: &Type, value: &Object) -> Result<Ref<Object>, Raised> {
    if ops::isinstance(th, value, cls)? {
        return Ok(value.to_owned());
    }
    let known = info::required(th, cls)?;
    let Some(simple) = known.simple() else { return Err(info::abstract_class(th)) };
    // As CPython does: the bytes are not swapped.
    let simple = Simple { swapped: false, ..simple };
    match simple.encode(th, value, known.size) {
        Ok(encoded) => Ok(CArg::encoded(th, simple.code, encoded)),
        Err(raised) => {
            let Some(error) = th.take_exception() else { return Err(raised) };
            match as_parameter(th, value)? {
                Some(parameter) => simple_from_param(th, cls, &parameter),
                None => Err(th.set_exception(error)),
            }
        }
    }
}

/// Whether it is an array of, or a pointer at, a simple type of this letter; or `byref` of one.
fn is_row_of(th: &Thread, value: &Object, code: u8) -> bool {
    if let Some(known) = info::of_instance(value).filter(|known| matches!(known.kind, Kind::Array | Kind::Pointer))
        && let Some(item) = known.proto(th)
    {
        return info::of_type(&item).is_some_and(|item| item.is_simple(code));
    }
    let wrapped = value.downcast_exact::<CArg>().and_then(|argument| argument.wrapped(th));
    wrapped.is_some_and(|wrapped| info::of_instance(&wrapped).is_some_and(|known| known.is_simple(code)))
}

#[cold]
fn no_interpretation(th: &mut Thread, value: &Object, name: &str) -> Raised {
    let got: String = ops::type_name(value).chars().take(200).collect();
    raise::type_error(th, format_args!("'{got}' object cannot be interpreted as ctypes.{name}"))
}

/// `c_char_p.from_param`
fn char_p(th: &mut Thread, cls: &Type, value: &Object) -> Result<Ref<Object>, Raised> {
    if value.is(none()) {
        return Ok(none_ref());
    }
    if value.is_a::<Bytes>() {
        return encode(th, b'z', value);
    }
    if ops::isinstance(th, value, cls)? || is_row_of(th, value, b'c') {
        return Ok(value.to_owned());
    }
    match as_parameter(th, value)? {
        Some(parameter) => char_p(th, cls, &parameter),
        None => Err(no_interpretation(th, value, "c_char_p")),
    }
}

/// `c_wchar_p.from_param`
fn wchar_p(th: &mut Thread, cls: &Type, value: &Object) -> Result<Ref<Object>, Raised> {
    if value.is(none()) {
        return Ok(none_ref());
    }
    if value.is_a::<Str>() {
        return encode(th, b'Z', value);
    }
    if ops::isinstance(th, value, cls)? || is_row_of(th, value, b'u') {
        return Ok(value.to_owned());
    }
    match as_parameter(th, value)? {
        Some(parameter) => wchar_p(th, cls, &parameter),
        None => Err(no_interpretation(th, value, "c_wchar_p")),
    }
}

/// `c_void_p.from_param`
fn void_p(th: &mut Thread, cls: &Type, value: &Object) -> Result<Ref<Object>, Raised> {
    if value.is(none()) {
        return Ok(none_ref());
    }
    for (is_one, code) in [(value.is_a::<Int>(), b'P'), (value.is_a::<Bytes>(), b'z'), (value.is_a::<Str>(), b'Z')] {
        if is_one {
            return encode(th, code, value);
        }
    }
    if ops::isinstance(th, value, cls)? {
        return Ok(value.to_owned());
    }
    if value.downcast_exact::<CArg>().is_some_and(|argument| argument.tag == b'P') {
        return Ok(value.to_owned());
    }
    if let Some(instance) = cdata(value)
        && let Some(known) = info::of_instance(value)
    {
        let tag = match known.kind {
            Kind::Array | Kind::Pointer => return Ok(value.to_owned()),
            Kind::Function => Some(b'P'),
            Kind::Simple(simple) if matches!(simple.code, b'z' | b'Z') => Some(b'Z'),
            _ => None,
        };
        if let Some(tag) = tag {
            let target = instance.pointer(th).addr() as u64;
            return Ok(CArg::new(th, tag, ffi::pointer(), [target, 0, 0, 0], Some(value.to_owned())).up());
        }
    }
    match as_parameter(th, value)? {
        Some(parameter) => void_p(th, cls, &parameter),
        None => Err(no_interpretation(th, value, "c_void_p")),
    }
}

fn encode(th: &mut Thread, code: u8, value: &Object) -> Result<Ref<Object>, Raised> {
    let encoded = Simple { code, swapped: false }.encode(th, value, 8)?;
    Ok(CArg::encoded(th, code, encoded))
}

macro_rules! class_methods {
    ($($table:ident $entry:ident $function:ident;)*) => {$(
        unsafe extern "C-unwind" fn $entry(cls: *mut abi::PyObject, value: *mut abi::PyObject) -> *mut abi::PyObject {
            // SAFETY: R10, R4: a class method of one argument.
            unsafe { entry_object(|th| $function(th, class(cls.cast()), borrow(value))) }
        }

        static $table: abi::Static<abi::PyMethodDef> = abi::Static::new(abi::PyMethodDef {
            ml_name: c"from_param".as_ptr(),
            ml_meth: Some($entry),
            ml_flags: abi::METH_O | abi::METH_CLASS,
            ml_doc: c"from_param($self, value, /)\n--\n\n".as_ptr(),
        });
    )*};
}

class_methods! {
    CHAR_P char_p_entry char_p;
    WCHAR_P wchar_p_entry wchar_p;
    VOID_P void_p_entry void_p;
}

/// The `from_param` that the first class of a letter has of its own.
pub fn converter_of(code: u8) -> Option<&'static abi::Static<abi::PyMethodDef>> {
    match code {
        b'z' => Some(&CHAR_P),
        b'Z' => Some(&WCHAR_P),
        b'P' => Some(&VOID_P),
        _ => None,
    }
}
