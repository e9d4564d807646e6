//! What the interpreter needs from the layers above, set once at start (`cli/wire.rs`; style, "Direction").
//!
//! The defaults raise an error that names what is missing, so that this crate's tests run alone.

use std::sync::OnceLock;

use heap::sync::{AtomicI32, Ordering::Relaxed};
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::{Str, raise};

/// Upward calls of the interpreter.
pub trait Hooks: Sync + Send {
    /// A taken safepoint: what the poll word asks for beyond the heap's part (signals, pending calls, asynchronous exceptions).
    fn signals(&self, _th: &mut Thread, _bits: u32) -> Result<(), Raised> {
        Ok(())
    }
    /// The interpreter ends: no handler of a signal runs any more.
    fn end_signals(&self, _th: &mut Thread) {}
    /// `sys.displayhook(value)`.
    fn display(&self, th: &mut Thread, _value: &Object) -> Result<Ref<Object>, Raised> {
        Err(missing(th, "sys.displayhook"))
    }
    /// `from module import name` where the module has no such attribute.
    fn import_from_fallback(&self, th: &mut Thread, _module: &Object, name: &Str) -> Result<Ref<Object>, Raised> {
        let text = name.to_string_lossy();
        Err(raise::import_error(th, format_args!("cannot import name '{text}'"), Some(name), None))
    }
    /// `compile` to or from `ast` nodes.
    #[allow(clippy::too_many_arguments, reason = "those of `compile`")]
    fn compile_ast(
        &self,
        th: &mut Thread,
        _source: &Object,
        _filename: &Str,
        _mode: syntax::Mode,
        _flags: u32,
        _optimize: i32,
        _feature_version: Option<u32>,
    ) -> Result<Ref<Object>, Raised> {
        Err(missing(th, "compile() with ast nodes"))
    }
    /// The plain prompt (`sys._baserepl`).
    fn base_prompt(&self, th: &mut Thread) -> Result<(), Raised> {
        Err(missing(th, "the prompt"))
    }
    /// A native module was made: whoever stands above may add to it.
    fn native_module_made(&self, _th: &mut Thread, _name: &str, _module: &objects::Module) -> Result<(), Raised> {
        Ok(())
    }
    /// Suffixes of the names of extension modules' files.
    fn extension_suffixes(&self) -> &'static [&'static str] {
        &[]
    }
    /// The extension module that a file defines, for its spec, full name and path.
    fn create_extension(&self, th: &mut Thread, _spec: &Object, name: &Str, _path: &Str) -> Result<Ref<Object>, Raised> {
        Err(raise::import_error(th, format_args!("extension modules cannot be loaded"), Some(name), None))
    }
    /// Executes an extension module that was created.
    fn execute_extension(&self, _th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        Ok(())
    }
    /// Names of modules that the program which embeds us added to the built-in ones.
    fn added_modules(&self) -> Vec<String> {
        Vec::new()
    }
    /// Such a module, for its spec and name; nothing if there is none of that name.
    fn create_added(&self, _th: &mut Thread, _spec: &Object, _name: &Str) -> Result<Option<Ref<Object>>, Raised> {
        Ok(None)
    }
    /// Whether hot code could be compiled in a process that asks for it.
    fn can_compile(&self) -> bool {
        false
    }
    /// A warning of the compiler.
    fn syntax_warning(&self, _th: &mut Thread, _filename: &Str, _warning: &syntax::Warning) -> Result<(), Raised> {
        Ok(())
    }
}

#[cold]
fn missing(th: &mut Thread, what: &str) -> Raised {
    raise::not_implemented(th, format_args!("{what} is not available"))
}

struct Nothing;
impl Hooks for Nothing {}

static HOOKS: OnceLock<&'static dyn Hooks> = OnceLock::new();

/// Installs the hooks; only the first call counts.
pub fn set_hooks(hooks: &'static dyn Hooks) {
    let _ = HOOKS.set(hooks);
}

/// The installed hooks.
#[inline]
pub fn hooks() -> &'static dyn Hooks {
    HOOKS.get().copied().unwrap_or(&Nothing)
}

/// The namespace of the module `builtins`.
pub fn builtins(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    match objects::builtins_ref::namespace() {
        Some(namespace) => Ok(th.retain(namespace.as_object())),
        None => Err(missing(th, "the module builtins")),
    }
}

static RECURSION_LIMIT: AtomicI32 = AtomicI32::new(1000);

/// The recursion limit of threads that start now.
pub fn recursion_limit() -> i32 {
    RECURSION_LIMIT.load(Relaxed)
}

/// Sets the limit of threads that start later; running ones are told by `stack::set_recursion_limit`.
pub fn set_recursion_limit(limit: i32) {
    RECURSION_LIMIT.store(limit, Relaxed);
}
