//! Declarations that use every feature once: that they compile is most of the test.

use super::*;
use heap::{Head, Slot, VarHead};
use macros::{pymethods, pymodule, pytype};

/// A box for one object.
///
/// It has a second paragraph.
#[pytype(name = "box", module = "glue", sig = "(content=None, /, *, label='')", flags(BASETYPE), weakref, lock = instance, vectorcall, parts(text))]
#[repr(C)]
struct Box_ {
    head: Head,
    #[member(readonly)]
    content: Slot,
    #[member(name = "hits")]
    hits: isize,
    /// Others.
    #[member(none)]
    others: Slot,
    vectorcall: Option<vectorcallfunc>,
}

#[pymethods]
impl Box_ {
    #[slot(tp_new, tp_vectorcall, sig = "(content=None, /, *, label='')")]
    fn new<'a>(th: &mut Thread, cls: &Type, content: Option<&'a Object>, label: &'a str) -> Result<Ref<Box_>, Raised> {
        let _ = (th.id(), cls, content, label);
        Err(raise(th, Error::Type, format_args!("no")))
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<(), Raised> {
        self.content.set(th, self, None);
        Ok(())
    }

    #[slot(sq_length, mp_length)]
    fn len(&self, _th: &mut Thread) -> Result<usize, Raised> {
        Ok(1)
    }

    #[slot(tp_repr, tp_str)]
    fn repr(&self) -> &'static str {
        "box"
    }

    #[slot(tp_hash)]
    fn hash(&self, _th: &Thread) -> isize {
        -1
    }

    #[slot(nb_add)]
    fn add(_th: &mut Thread, a: &Object, _b: &Object) -> Result<Ref<Object>, Raised> {
        Ok(a.to_owned())
    }

    #[slot(nb_power)]
    fn pow(a: &Object, _b: &Object, _modulo: &Object) -> Ref<Object> {
        a.to_ref()
    }

    #[slot(nb_inplace_add)]
    fn iadd(&self, _th: &mut Thread, _other: &Object) -> Result<Ref<Box_>, Raised> {
        Ok(self.to_ref())
    }

    #[slot(nb_bool)]
    fn truth(&self) -> bool {
        true
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let _ = op.symbol();
        Ok(other.to_owned())
    }

    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, _th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        Ok(None)
    }

    #[slot(mp_subscript)]
    #[method(name = "__getitem__", coexist)]
    fn get(&self, _th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        Ok(key.to_owned())
    }

    #[slot(mp_ass_subscript)]
    fn set(&self, _th: &mut Thread, _key: &Object, _value: Option<&Object>) -> Result<(), Raised> {
        Ok(())
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, _index: isize) -> Result<Ref<Object>, Raised> {
        Err(raise(th, Error::Type, format_args!("no")))
    }

    #[slot(sq_contains)]
    fn contains(&self, _th: &mut Thread, _value: &Object) -> Result<bool, Raised> {
        Ok(false)
    }

    #[slot(tp_getattro)]
    fn getattro(&self, _th: &mut Thread, name: &Box_) -> Ref<Box_> {
        name.to_ref()
    }

    #[slot(tp_setattro)]
    fn setattro(&self, _th: &mut Thread, _name: &Object, _value: Option<&Object>) -> Result<(), Raised> {
        Ok(())
    }

    #[slot(tp_descr_get)]
    fn descr_get(&self, _th: &mut Thread, _instance: Option<&Object>, _owner: Option<&Type>) -> Result<Ref<Box_>, Raised> {
        Ok(self.to_ref())
    }

    #[slot(tp_call)]
    fn call(&self, _th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Option<Ref<Object>> {
        args.first().copied().or(kwargs.get("x")).map(Heaped::to_ref)
    }

    #[slot(vectorcall)]
    fn vectorcall(&self, _th: &mut Thread, args: Args<'_>, _kwargs: KwArgs<'_>) -> usize {
        args.len()
    }

    #[slot(am_send)]
    fn send(&self, _th: &mut Thread, value: &Object) -> Result<SendResult, Raised> {
        Ok(SendResult::Next(value.to_owned()))
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, _th: &mut Thread, view: &mut Py_buffer, _flags: i32) -> Result<(), Raised> {
        view.len = 0;
        Ok(())
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, view: &mut Py_buffer) {
        view.len = 0;
    }

    #[slot(tp_finalize)]
    fn finalize(&self, _th: &mut Thread) {}

    /// Remove and return item at index.
    #[method(sig = "($self, index=-1, /)")]
    fn pop(&self, _th: &mut Thread, index: isize) -> isize {
        index
    }

    /// Append object to the end of the box.
    #[method]
    fn append(&self, _th: &mut Thread, object: &Object) {
        let _ = object;
    }

    #[method]
    fn clear(&self) {}

    #[method(sig = "(key, default=None, /)")]
    fn setdefault(&self, _th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        Ok(default.unwrap_or(key).to_owned())
    }

    #[method(sig = "(sep=None, /, maxsplit=-1, *, strict=False, owner=None, **rest)")]
    fn split(&self, th: &mut Thread, sep: Option<&Box_>, maxsplit: isize, strict: bool, owner: Option<Ref<Box_>>, rest: KwArgs<'_>) -> Result<bool, Raised> {
        let _ = (sep, maxsplit, owner, rest.len(), th);
        Ok(strict)
    }

    #[method(sig = none)]
    fn update(&self, #[default(3)] count: i32, args: Args<'_>) -> usize {
        args.len() + count as usize
    }

    #[classmethod(sig = "(iterable, value=None, /)")]
    fn fromkeys(cls: &Type, _th: &mut Thread, iterable: Ref<Object>, value: Option<&Object>) -> Ref<Object> {
        let _ = (cls, value);
        iterable
    }

    #[staticmethod]
    fn maketrans(x: &Object) -> Ref<Object> {
        x.to_ref()
    }

    #[method(name = "__class_getitem__", class)]
    fn class_getitem(cls: &Type, _th: &mut Thread, _item: &Object) -> Ref<Object> {
        cls.to_ref().up()
    }

    /// How full it is.
    #[getter]
    fn real(&self, _th: &mut Thread) -> f64 {
        0.5
    }

    #[setter]
    fn set_real(&self, _th: &mut Thread, _value: Option<&Object>) -> Result<(), Raised> {
        Ok(())
    }
}

#[pymethods(part = "text")]
impl Box_ {
    #[method]
    fn upper(&self) -> String {
        "BOX".to_owned()
    }

    #[slot(nb_subtract)]
    fn sub(a: &Object, _b: &Object) -> Ref<Object> {
        a.to_ref()
    }
}

#[pytype(name = "subbox", base = Box_)]
#[repr(C)]
struct SubBox {
    base: Box_,
    more: [Slot; 2],
}

#[pytype(name = "row", itemsize = 8)]
#[repr(C)]
struct Row {
    head: VarHead,
}

#[pymodule(name = "glue", types(super::Box_, super::SubBox), parts(super::more))]
mod module {
    //! A module.
    use super::*;

    #[constant]
    const PI: f64 = 3.0;
    #[constant(name = "NAME")]
    const OTHER: &str = "x";

    /// Square root.
    #[function]
    fn sqrt(_th: &mut Thread, x: f64) -> Result<f64, Raised> {
        Ok(x.sqrt())
    }

    #[function(sig = "(a, b=0)")]
    fn both(#[module] module: &Object, a: i64, b: u64) -> u64 {
        let _ = module;
        a as u64 + b
    }

    #[attr]
    fn made(_th: &mut Thread) -> &'static str {
        "made"
    }

    #[exec]
    fn exec(_th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        Ok(())
    }
}

#[pymodule(part)]
mod more {
    #[function]
    fn nothing() {}
}

fn text(ptr: *const core::ffi::c_char) -> &'static str {
    // SAFETY: null or a C string literal.
    if ptr.is_null() { "" } else { unsafe { core::ffi::CStr::from_ptr(ptr) }.to_str().unwrap_or("?") }
}

#[test]
fn tables_have_the_abis_form() {
    let ty = Box_::type_object();
    assert_eq!(text(ty.tp_name()), "glue.box");
    assert_eq!(text(ty.tp_doc()), "box(content=None, /, *, label='')\n--\n\nA box for one object.\n\nIt has a second paragraph.");
    // SAFETY: the table is static and ends with a row of zeros.
    let methods = unsafe {
        let mut row = ty.tp_methods();
        core::iter::from_fn(|| {
            let this = *row;
            row = row.add(1);
            (!this.ml_name.is_null()).then_some(this)
        })
        .map(|def| (text(def.ml_name), def.ml_flags, text(def.ml_doc)))
        .collect::<Vec<_>>()
    };
    let flags = |name: &str| methods.iter().find(|(n, ..)| *n == name).map(|(_, flags, _)| *flags);
    assert_eq!(flags("append"), Some(abi::METH_O));
    assert_eq!(flags("clear"), Some(abi::METH_NOARGS));
    assert_eq!(flags("pop"), Some(abi::METH_FASTCALL));
    assert_eq!(flags("split"), Some(abi::METH_FASTCALL | abi::METH_KEYWORDS));
    assert_eq!(flags("fromkeys"), Some(abi::METH_FASTCALL | abi::METH_CLASS));
    assert_eq!(flags("maketrans"), Some(abi::METH_O | abi::METH_STATIC));
    assert_eq!(flags("upper"), Some(abi::METH_NOARGS));
    let doc = |name: &str| methods.iter().find(|(n, ..)| *n == name).map(|(.., doc)| *doc);
    assert_eq!(doc("pop"), Some("pop($self, index=-1, /)\n--\n\nRemove and return item at index."));
    assert_eq!(doc("split"), Some("split($self, sep=None, /, maxsplit=-1, *, strict=False, owner=None, **rest)\n--\n\n"));
    assert_eq!(doc("update"), Some(""));
    // SAFETY: the tables are static.
    unsafe {
        assert!((*ty.tp_as_number()).nb_add.is_some() && (*ty.tp_as_number()).nb_subtract.is_some());
        assert!((*ty.tp_as_number()).nb_multiply.is_none());
        assert_eq!((*ty.tp_members()).kind, abi::Py_T_OBJECT_EX);
    }
    assert!(ty.has_flag(type_flags::HAVE_GC) && ty.has_flag(type_flags::PREFIX) && ty.has_flag(type_flags::FINALIZER));
    let row = Row::type_object();
    assert!(row.tp_as_number().is_null() && row.tp_methods().is_null() && row.tp_getset().is_null() && row.tp_traverse().is_none());
    assert!(core::ptr::eq(SubBox::type_object().tp_base(), ty.raw()));
    let names: Vec<&str> = module::MODULE.parts.iter().flat_map(|part| part.methods.iter()).map(|def| text(unsafe { (*def).ml_name })).collect();
    assert_eq!(names, ["sqrt", "both", "nothing"]);
    assert_eq!(module::MODULE.doc(), Some("A module."));
}
