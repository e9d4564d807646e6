//! `isinstance`, `issubclass`, `callable`, names of types for messages.

use std::sync::OnceLock;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};

use heap::sync::{AtomicU32, Ordering::Relaxed};

use crate::glue::Global;
use crate::typing::{self, as_type};
use crate::{Str, Tuple, names, raise};

/// The name of the object's type as messages give it: without its module for classes, the whole `tp_name` otherwise.
pub fn type_name(obj: &Object) -> String {
    message_name(obj.ty())
}

/// `tp_name` as CPython's `%T`-less messages print it.
pub fn message_name(ty: &Type) -> String {
    String::from_utf8_lossy(ty.tp_name_bytes()).into_owned()
}

/// `callable(obj)`
pub fn is_callable(obj: &Object) -> bool {
    obj.ty().tp_call().is_some()
}

/// `isinstance(obj, cls)`
pub fn isinstance(th: &mut Thread, obj: &Object, cls: &Object) -> Result<bool, Raised> {
    if core::ptr::eq(obj.ty().as_object(), cls) {
        return Ok(true);
    }
    if cls.ty().is(typing::type_type()) {
        return real_isinstance(th, obj, cls);
    }
    if let Some(classes) = classes_of(th, cls)? {
        for i in 0..classes.len() {
            if isinstance(th, obj, classes.get(i))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    super::call::native_recursion(th, " in __instancecheck__")?;
    if let Some(answer) = INSTANCE_CHECK.answer(th, cls.ty()) {
        return answer(th, cls, obj);
    }
    match super::attr::call_special(th, cls, &names::__instancecheck__, &[obj])? {
        Some(result) => super::is_true(th, &result),
        None => real_isinstance(th, obj, cls),
    }
}

/// A special method of metaclasses that does nothing but call a native function, which is then called at once: the checks of
/// `abc.ABCMeta`, which the module `_abc` answers.
pub struct Shortcut {
    name: &'static crate::str::Name,
    method: Global,
    native: OnceLock<Check>,
    /// The version tag of the metaclass that was last found to have the method.
    tag: AtomicU32,
}

/// A native answer, given the class and the instance or other class.
pub type Check = fn(&mut Thread, &Object, &Object) -> Result<bool, Raised>;

/// `__instancecheck__`
pub static INSTANCE_CHECK: Shortcut = Shortcut::new(&names::__instancecheck__);
/// `__subclasscheck__`
pub static SUBCLASS_CHECK: Shortcut = Shortcut::new(&names::__subclasscheck__);

impl Shortcut {
    const fn new(name: &'static crate::str::Name) -> Shortcut {
        Shortcut { name, method: Global::EMPTY, native: OnceLock::new(), tag: AtomicU32::new(0) }
    }

    /// Whether it is known.
    pub fn is_installed(&self) -> bool {
        self.native.get().is_some()
    }

    /// From now on `native` stands for the method that `metaclass` has in its own namespace. Only the first call counts.
    pub fn install(&self, th: &mut Thread, metaclass: &Type, native: Check) {
        if self.is_installed() {
            return;
        }
        let method = typing::lookup::own_dict(metaclass).and_then(|dict| dict.get_str(th, self.name));
        if method.is_some() {
            self.method.set(th, method);
            let _ = self.native.set(native);
        }
    }

    /// Whether it answers for the classes of `metaclass`.
    pub fn covers(&self, th: &Thread, metaclass: &Type) -> bool {
        self.answer(th, metaclass).is_some()
    }

    /// The method that it stands for.
    pub fn method(&self, th: &Thread) -> Option<Ref<Object>> {
        self.method.get(th)
    }

    /// The native function, if that is what the method of `metaclass` comes to.
    #[inline]
    fn answer(&self, th: &Thread, metaclass: &Type) -> Option<Check> {
        let native = *self.native.get()?;
        let tag = metaclass.version_tag();
        if tag != 0 && tag == self.tag.load(Relaxed) {
            return Some(native);
        }
        // The tag is read before the namespace: what changes afterwards changes the tag.
        let tag = typing::lookup::assign_tag(th, metaclass);
        let (found, method) = (typing::lookup::lookup(th, metaclass, self.name)?, self.method.get(th)?);
        if !found.is(&*method) {
            return None;
        }
        self.tag.store(tag, Relaxed);
        Some(native)
    }
}

/// The members of a tuple of classes or of a union.
fn classes_of(th: &mut Thread, cls: &Object) -> Result<Option<Ref<Tuple>>, Raised> {
    if let Some(tuple) = cls.downcast::<Tuple>() {
        super::call::native_recursion(th, " in __instancecheck__")?;
        return Ok(Some(tuple.to_ref()));
    }
    Ok(crate::union_args(cls))
}

/// `type.__instancecheck__`
pub fn real_isinstance(th: &mut Thread, obj: &Object, cls: &Object) -> Result<bool, Raised> {
    if let Some(cls) = as_type(cls) {
        if heap::is_subtype(obj.ty(), cls) {
            return Ok(true);
        }
        if typing::shows_own_class(th, obj) {
            return Ok(false);
        }
        // `__class__` may say something else (proxies, mocks).
        return Ok(match super::attr::getattr_opt(th, obj, &names::__class__)? {
            Some(claimed) => as_type(&claimed).is_some_and(|claimed| !core::ptr::eq(claimed, obj.ty()) && heap::is_subtype(claimed, cls)),
            None => false,
        });
    }
    check_class(th, cls, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match super::attr::getattr_opt(th, obj, &names::__class__)? {
        Some(claimed) => abstract_issubclass(th, &claimed, cls),
        None => Ok(false),
    }
}

/// `issubclass(sub, cls)`
pub fn issubclass(th: &mut Thread, sub: &Object, cls: &Object) -> Result<bool, Raised> {
    if cls.ty().is(typing::type_type()) {
        if Thread::same(sub, cls) {
            return Ok(true);
        }
        return real_issubclass(th, sub, cls);
    }
    if let Some(classes) = classes_of(th, cls)? {
        for i in 0..classes.len() {
            if issubclass(th, sub, classes.get(i))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    super::call::native_recursion(th, " in __subclasscheck__")?;
    if let Some(answer) = SUBCLASS_CHECK.answer(th, cls.ty()) {
        return answer(th, cls, sub);
    }
    match super::attr::call_special(th, cls, &names::__subclasscheck__, &[sub])? {
        Some(result) => super::is_true(th, &result),
        None => real_issubclass(th, sub, cls),
    }
}

/// `type.__subclasscheck__`
pub fn real_issubclass(th: &mut Thread, sub: &Object, cls: &Object) -> Result<bool, Raised> {
    if let (Some(sub), Some(cls)) = (as_type(sub), as_type(cls)) {
        return Ok(heap::is_subtype(sub, cls));
    }
    check_class(th, sub, "issubclass() arg 1 must be a class")?;
    if crate::union_args(cls).is_none() {
        check_class(th, cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    }
    abstract_issubclass(th, sub, cls)
}

fn bases_of(th: &mut Thread, cls: &Object) -> Result<Option<Ref<Tuple>>, Raised> {
    Ok(super::attr::getattr_opt(th, cls, &names::__bases__)?.and_then(|b| b.downcast::<Tuple>().ok()))
}

fn check_class(th: &mut Thread, cls: &Object, message: &str) -> Result<(), Raised> {
    if as_type(cls).is_some() || bases_of(th, cls)?.is_some() {
        return Ok(());
    }
    Err(raise::type_error(th, format_args!("{message}")))
}

fn abstract_issubclass(th: &mut Thread, sub: &Object, cls: &Object) -> Result<bool, Raised> {
    if Thread::same(sub, cls) {
        return Ok(true);
    }
    super::call::native_recursion(th, " in __issubclass__")?;
    let Some(bases) = bases_of(th, sub)? else { return Ok(false) };
    for i in 0..bases.len() {
        if abstract_issubclass(th, bases.get(i), cls)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The name of a type as messages give it in full (C's `%T`): with its module, but for `builtins` and `__main__`.
pub fn full_type_name(th: &mut Thread, ty: &Type) -> String {
    let name = qualified_type_name(th, ty);
    match name.strip_prefix("__main__.") {
        Some(own) => own.to_owned(),
        None => name,
    }
}

/// `obj.__class__.__name__` and module for default reprs: `module.qualname` or `qualname` for builtins.
pub fn qualified_type_name(th: &mut Thread, ty: &Type) -> String {
    let qualname = typing::qualname(th, ty);
    match typing::module_of(th, ty).and_then(|m| m.downcast::<Str>().ok()) {
        Some(module) if !module.eq_text("builtins") => format!("{module}.{qualname}"),
        _ => qualname,
    }
}
