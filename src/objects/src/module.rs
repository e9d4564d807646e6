//! `module`: a namespace with a name, and what it says when an attribute is missing.

#![allow(unsafe_code, reason = "extension modules bring C functions that look after their memory")]

use core::ffi::{c_int, c_void};
use std::sync::OnceLock;

use heap::sync::{AtomicPtr, Ordering::*};
use heap::{Head, Slot, foreign};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::text::Text;
use crate::typing::instance;
use crate::{Dict, FrozenSet, Set, Str, hooks, names, none, ops, raise};

/// Create a module object.
///
/// The name must be a string; the optional doc argument can have any type.
#[pytype(name = "module", export = "PyModule_Type", sig = "(name, doc=None)", flags(BASETYPE), dict, weakref = weakrefs, gc = custom)]
#[repr(C)]
pub struct Module {
    head: Head,
    #[member(none, name = "__dict__", readonly, doc = none)]
    dict: Slot<Dict>,
    /// The definition of an extension module.
    definition: AtomicPtr<abi::PyModuleDef>,
    /// Memory of an extension module.
    state: AtomicPtr<c_void>,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
    /// For messages, in case `__name__` is gone.
    name: Slot,
}

/// The definition of an extension module, as an object: the extension has it as a static.
#[pytype(name = "moduledef", export = "PyModuleDef_Type", flags(DISALLOW_INSTANTIATION), layout = PyModuleDef, doc = none, gc = none, prefix = no)]
#[repr(C)]
pub struct Definition {
    head: Head,
    /// C's fields.
    rest: [usize; 11],
}

impl Traverse for Module {
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.dict);
        visitor.slot(&self.name);
        // What C keeps in its memory is common, and not to be looked at while C may run: it holds nothing that is still to be shared.
        if let Some(traverse) = self.own(|def| def.m_traverse)
            && !heap::with_current(Thread::is_sharing).unwrap_or(false)
        {
            let arg = core::ptr::from_mut(visitor).cast();
            // SAFETY: R4: the module's function for this; `visit_state` gets the visitor back, which outlives the call.
            unsafe { traverse(self.as_ptr(), visit_state, arg) };
        }
    }
}

/// Receives what a module's memory holds.
unsafe extern "C-unwind" fn visit_state(object: *mut PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `traverse` passed the visitor.
    let visitor = unsafe { &mut *arg.cast::<Visitor<'_>>() };
    // SAFETY: R6: C passes null or an object that it holds.
    unsafe { visitor.raw(object) };
    visitor.result()
}

impl Clear for Module {
    fn clear(&self, th: &mut Thread) {
        if let Some(clear) = self.own(|def| def.m_clear) {
            // SAFETY: R4: the module's function for this.
            let status = foreign::call(th, clear as *const (), |_| {}, || unsafe { clear(self.as_ptr()) });
            if status < 0 && th.exception().is_some() {
                raise::unraisable(th, "Exception ignored in m_clear of module", Some(self));
            }
        }
        self.dict.set(th, self, None);
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        if let Some(free) = self.own(|def| def.m_free) {
            // SAFETY: R10: objects end where no reference of Rust's to the thread is used.
            let th = unsafe { Thread::from_tls() };
            // SAFETY: R4: the module's function for this; nobody else knows the module any more.
            foreign::call(th, free as *const (), |_| {}, || unsafe { free(self.as_ptr().cast()) });
        }
        // SAFETY: R4: null, or made by C's allocator for this module (`Module::set_state`).
        unsafe { libc::free(self.state()) };
    }
}

impl Module {
    /// A function of the module's definition, if there is memory for it to look after.
    fn own<F>(&self, function: impl FnOnce(&abi::PyModuleDef) -> Option<F>) -> Option<F> {
        // SAFETY: R4: definitions are statics of extensions, which are never unloaded.
        let def = unsafe { self.definition().as_ref() }?;
        if def.m_size > 0 && self.state().is_null() {
            return None;
        }
        function(def)
    }

    fn fields(dict: Ref<Dict>) -> Module {
        Module {
            head: Head::INIT,
            dict: Slot::new(dict),
            definition: AtomicPtr::new(core::ptr::null_mut()),
            state: AtomicPtr::new(core::ptr::null_mut()),
            weakrefs: 0,
            name: Slot::NULL,
        }
    }

    /// A module that knows its name and nothing else.
    pub fn new(th: &mut Thread, name: &str) -> Ref<Module> {
        let name = crate::str::intern(th, name);
        Module::from_name(th, name)
    }

    /// The same, from a string.
    pub fn from_name(th: &mut Thread, name: &Str) -> Ref<Module> {
        let dict = Dict::new(th);
        let module = th.new_object(Module::fields(dict));
        module.set_up(th, name, None);
        module
    }

    fn set_up(&self, th: &mut Thread, name: &Str, doc: Option<&Object>) {
        let Some(dict) = self.dict() else { return };
        dict.set_str(th, &names::__name__, name.to_ref().up());
        dict.set_str(th, &names::__doc__, doc.unwrap_or(none()).to_ref());
        dict.set_str(th, &names::__package__, crate::none_ref());
        dict.set_str(th, &names::__loader__, crate::none_ref());
        dict.set_str(th, &names::__spec__, crate::none_ref());
        self.name.set(th, self, Some(name.to_ref().up()));
    }

    /// The namespace; it is set when the module is made and never replaced.
    #[inline(always)]
    pub fn dict(&self) -> Option<&Dict> {
        self.dict.peek()
    }

    /// The definition of an extension module, or null.
    pub fn definition(&self) -> *mut abi::PyModuleDef {
        self.definition.load(Acquire)
    }

    /// Sets the definition.
    pub fn set_definition(&self, definition: *mut abi::PyModuleDef) {
        self.definition.store(definition, Release);
    }

    /// Memory of an extension module, or null.
    pub fn state(&self) -> *mut c_void {
        self.state.load(Acquire)
    }

    /// Sets that memory, which comes from C's `malloc`: the module frees it.
    pub fn set_state(&self, state: *mut c_void) {
        self.state.store(state, Release);
    }

    fn entry(&self, th: &Thread, name: &Str) -> Option<Ref<Object>> {
        self.dict().and_then(|dict| dict.get_str(th, name))
    }

    fn text_entry(&self, th: &Thread, name: &Str) -> Option<Ref<Str>> {
        self.entry(th, name).and_then(|value| value.downcast::<Str>().ok())
    }

    fn namespace(&self, th: &mut Thread) -> Result<&Dict, Raised> {
        match self.dict() {
            Some(dict) => Ok(dict),
            None => Err(raise::type_error(th, format_args!("<module>.__dict__ is not a dictionary"))),
        }
    }
}

/// `__name__` of a module, for messages.
pub fn module_name(th: &Thread, module: &Object) -> Option<String> {
    module.downcast::<Module>()?.text_entry(th, &names::__name__).map(|name| name.to_string_lossy())
}

/// An attribute of a module's spec, truth-tested.
fn spec_says(th: &mut Thread, spec: &Object, name: &str) -> Result<bool, Raised> {
    let name = crate::str::intern(th, name);
    match ops::getattr_opt(th, spec, name)? {
        Some(value) => ops::is_true(th, &value),
        None => Ok(false),
    }
}

/// Whether a module's spec says that its import still runs.
pub fn is_initializing(th: &mut Thread, spec: Option<&Object>) -> Result<bool, Raised> {
    match spec {
        Some(spec) if !spec.is(none()) => spec_says(th, spec, "_initializing"),
        _ => Ok(false),
    }
}

/// The file that a module was loaded from.
pub fn file_origin(th: &mut Thread, spec: &Object) -> Result<Option<Ref<Str>>, Raised> {
    if spec.is(none()) || !spec_says(th, spec, "has_location")? {
        return Ok(None);
    }
    let name = crate::str::intern(th, "origin");
    Ok(ops::getattr_opt(th, spec, name)?.and_then(|origin| origin.downcast::<Str>().ok()))
}

/// Whether the file lies where the script does, so that it may hide a module of the same name from elsewhere.
pub fn may_shadow(th: &mut Thread, origin: &Str) -> Result<bool, Raised> {
    let origin = origin.to_string_lossy();
    let Some((mut folder, file)) = origin.rsplit_once('/') else { return Ok(false) };
    if file == "__init__.py" {
        match folder.rsplit_once('/') {
            Some((parent, _)) => folder = parent,
            None => return Ok(false),
        }
    }
    let Some(flags) = (hooks::get().sys_attribute)(th, "flags") else { return Ok(false) };
    if spec_says(th, &flags, "safe_path")? {
        return Ok(false);
    }
    Ok(match SCRIPT_FOLDER.get() {
        Some(first) if first.is_empty() => std::env::current_dir().is_ok_and(|here| here.as_os_str() == folder),
        Some(first) => first == folder,
        None => false,
    })
}

static SCRIPT_FOLDER: OnceLock<String> = OnceLock::new();

/// Notes what was put in front of `sys.path` for the program; empty for the folder where the process is.
pub fn set_script_folder(folder: &str) {
    let _ = SCRIPT_FOLDER.set(folder.to_owned());
}

/// Whether the library has a module of this name.
pub fn is_stdlib_name(th: &mut Thread, name: &Str) -> Result<bool, Raised> {
    match (hooks::get().sys_attribute)(th, "stdlib_module_names") {
        Some(names) if names.is_a::<Set>() || names.is_a::<FrozenSet>() => ops::contains(th, &names, name),
        _ => Ok(false),
    }
}

fn is_uninitialized_submodule(th: &mut Thread, spec: &Object, name: &Str) -> Result<bool, Raised> {
    let key = crate::str::intern(th, "_uninitialized_submodules");
    match ops::getattr_opt(th, spec, key)? {
        Some(list) => ops::contains(th, &list, name),
        None => Ok(false),
    }
}

/// What is said of an attribute that is missing, and perhaps why it is.
fn missing_text(th: &mut Thread, module: &Module, name: &Str) -> Result<String, Raised> {
    let Some(own) = module.text_entry(th, &names::__name__) else { return Ok(format!("module has no attribute '{name}'")) };
    let plain = format!("module '{own}' has no attribute '{name}'");
    let Some(spec) = module.entry(th, &names::__spec__) else { return Ok(plain) };
    let origin = file_origin(th, &spec)?;
    let shadows = match &origin {
        Some(origin) => may_shadow(th, origin)?,
        None => false,
    };
    let shown = origin.as_ref().map(|origin| origin.to_string_lossy()).unwrap_or_default();
    if shadows && is_stdlib_name(th, &own)? {
        return Ok(format!(
            "{plain} (consider renaming '{shown}' since it has the same name as the standard library module named '{own}' and prevents \
             importing that standard library module)"
        ));
    }
    if is_initializing(th, Some(&spec))? {
        return Ok(match origin {
            Some(_) if shadows => {
                format!("{plain} (consider renaming '{shown}' if it has the same name as a library you intended to import)")
            }
            Some(_) => format!(
                "partially initialized module '{own}' from '{shown}' has no attribute '{name}' (most likely due to a circular import)"
            ),
            None => format!("partially initialized module '{own}' has no attribute '{name}' (most likely due to a circular import)"),
        });
    }
    if is_uninitialized_submodule(th, &spec, name)? {
        return Ok(format!("cannot access submodule '{name}' of module '{own}' (most likely due to a circular import)"));
    }
    Ok(plain)
}

/// The repr that importlib gives a module.
fn describe(th: &mut Thread, module: &Module) -> Result<Text, Raised> {
    let mut text = Text::new("<module ");
    let spec = ops::getattr_opt(th, module, &names::__spec__)?;
    if let Some(spec) = spec
        && ops::is_true(th, &spec)?
    {
        let attribute = |th: &mut Thread, name: &str| {
            let name = crate::str::intern(th, name);
            ops::getattr(th, &spec, name)
        };
        let name = attribute(th, "name")?;
        if name.is(none()) {
            text.push("'?'");
        } else {
            text.push_repr(th, &name)?;
        }
        let origin = attribute(th, "origin")?;
        if !origin.is(none()) {
            if spec_says(th, &spec, "has_location")? {
                text.push(" from ").push_repr(th, &origin)?;
            } else {
                text.push(" (").push_display(th, &origin)?.push(")");
            }
            return Ok(text);
        }
        let loader = attribute(th, "loader")?;
        if ops::type_name(&loader) == "NamespaceLoader" {
            let path = ops::getattr_str(th, &loader, "_path")?;
            let path = ops::to_list(th, &path)?;
            text.push(" (namespace) from ").push_repr(th, &path)?;
        } else if !loader.is(none()) {
            text.push(" (").push_repr(th, &loader)?.push(")");
        }
        return Ok(text);
    }
    match ops::getattr_opt(th, module, &names::__name__)? {
        Some(name) => text.push_repr(th, &name)?,
        None => text.push("'?'"),
    };
    if let Some(file) = ops::getattr_opt(th, module, &names::__file__)? {
        text.push(" from ").push_repr(th, &file)?;
    } else if let Some(loader) = ops::getattr_opt(th, module, &names::__loader__)?.filter(|loader| !loader.is(none())) {
        text.push(" (").push_repr(th, &loader)?.push(")");
    }
    Ok(text)
}

#[pymethods]
impl Module {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Module> {
        let dict = Dict::new(th);
        let module = th.new_instance(cls, Module::fields(dict));
        instance::starts_in_dict(&module);
        module
    }

    #[slot(tp_init, sig = "(name, doc=None)")]
    fn init(&self, th: &mut Thread, name: &Str, doc: Option<&Object>) {
        self.set_up(th, name, doc);
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        Ok(describe(th, self)?.push(">").finish(th))
    }

    #[slot(tp_getattro)]
    fn getattro(&self, th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        let name = instance::attribute_name(th, name)?;
        if let Some(found) = instance::generic_getattr_opt(th, self, name)? {
            return Ok(found);
        }
        if let Some(getattr) = self.entry(th, &names::__getattr__) {
            return ops::call1(th, &getattr, name);
        }
        let text = missing_text(th, self, name)?;
        Err(raise::attribute_error(th, self, name, &text))
    }

    /// __dir__() -> list
    /// specialized dir() implementation
    #[method]
    fn __dir__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let dict = ops::getattr(th, self, &names::__dict__)?;
        let Some(dict) = dict.downcast_ref::<Dict>() else {
            return Err(raise::type_error(th, format_args!("<module>.__dict__ is not a dictionary")));
        };
        match dict.get_str(th, &names::__dir__) {
            Some(dir) => ops::call0(th, &dir),
            None => Ok(ops::to_list(th, dict)?.up()),
        }
    }

    #[getter]
    fn __annotations__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let dict = self.namespace(th)?;
        if let Some(known) = dict.get_str(th, &names::__annotations__) {
            return Ok(known);
        }
        let made = match dict.get_str(th, &names::__annotate__).filter(|annotate| ops::is_callable(annotate)) {
            None => Dict::new(th).up(),
            Some(annotate) => {
                let format = crate::Int::from_i64(th, 1);
                let made = ops::call1(th, &annotate, &format)?;
                if !made.is_a::<Dict>() {
                    let name = ops::type_name(&made);
                    return Err(raise::type_error(th, format_args!("__annotate__ returned non-dict of type '{name}'")));
                }
                made
            }
        };
        let spec = dict.get_str(th, &names::__spec__);
        // While the module runs, more annotations may come.
        if !is_initializing(th, spec.as_deref())? {
            dict.set_str(th, &names::__annotations__, made.clone());
        }
        Ok(made)
    }

    #[setter(__annotations__)]
    fn set_annotations(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let dict = self.namespace(th)?;
        match value {
            Some(value) => dict.set_str(th, &names::__annotations__, value.to_ref()),
            None if dict.pop_str(th, &names::__annotations__).is_some() => {}
            None => return Err(raise::attribute_error(th, self, &names::__annotations__, "__annotations__")),
        }
        dict.pop_str(th, &names::__annotate__);
        Ok(())
    }

    #[getter]
    fn __annotate__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let dict = self.namespace(th)?;
        if let Some(known) = dict.get_str(th, &names::__annotate__) {
            return Ok(known);
        }
        dict.set_str(th, &names::__annotate__, crate::none_ref());
        Ok(crate::none_ref())
    }

    #[setter(__annotate__)]
    fn set_annotate(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("cannot delete __annotate__ attribute")));
        };
        if !value.is(none()) && !ops::is_callable(value) {
            return Err(raise::type_error(th, format_args!("__annotate__ must be callable or None")));
        }
        let dict = self.namespace(th)?;
        dict.set_str(th, &names::__annotate__, value.to_ref());
        if !value.is(none()) {
            dict.pop_str(th, &names::__annotations__);
        }
        Ok(())
    }
}
