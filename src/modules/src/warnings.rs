//! `_warnings`: whether a warning is shown, ignored or raised ([`decide`]), and where it comes from ([`origin`]).
//!
//! Showing is the library's: `warnings._showwarnmsg`. Programs set attributes of `warnings` (`filters`, `defaultaction` …), which win over the
//! objects that are kept here.
//!
//! Invariant: the lock guards the filters' version; like the library's functions that change filters, Python code takes it by name.

mod decide;
mod origin;

use heap::locks::{Acquired, Patience, PyRLock};
use heap::sync::{AtomicI64, Ordering::Relaxed};
use heap::{Object, PyType, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, List, Str, Tuple, exceptions, none, ops, raise};

use decide::{Warning, warn_explicitly};

static FILTERS: Global<List> = Global::EMPTY;
static ONCE: Global<Dict> = Global::EMPTY;
static CONTEXT: Global = Global::EMPTY;
static LOCK: PyRLock = PyRLock::new();
/// Grows with each change of the filters: registries of another version are out of date.
static VERSION: AtomicI64 = AtomicI64::new(1);

/// The filters that there are at the start: where they are set by name, a module is compared, not matched.
fn filters(th: &mut Thread) -> Result<Ref<List>, Raised> {
    FILTERS.get_or_init(th, |th| {
        let ignored = [
            exceptions::deprecation_warning_type(),
            exceptions::pending_deprecation_warning_type(),
            exceptions::import_warning_type(),
            exceptions::resource_warning_type(),
        ];
        let zero = objects::Int::from_i64(th, 0);
        let (default, ignore, main) = (Str::new(th, "default"), Str::new(th, "ignore"), Str::new(th, "__main__"));
        let mut all = vec![Tuple::from_slice(th, &[&default, none(), ignored[0], &main, &zero]).up()];
        for category in ignored {
            all.push(Tuple::from_slice(th, &[&ignore, none(), category, none(), &zero]).up());
        }
        Ok(List::new(th, all))
    })
}

fn once_registry(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    ONCE.get_or_init(th, |th| Ok(Dict::new(th)))
}

/// An attribute of the module `warnings`, if that is there; imported for it if `import`.
fn setting(th: &mut Thread, name: &str, import: bool) -> Result<Option<Ref<Object>>, Raised> {
    let module = Str::new(th, "warnings");
    let module = match (objects::hooks::get().sys_module)(th, &module)? {
        Some(module) => module,
        None if import => match interp::import::import_module(th, "warnings") {
            Ok(module) => module,
            Err(raised) => return if raise::catch(th, exceptions::import_error_type()).is_some() { Ok(None) } else { Err(raised) },
        },
        None => return Ok(None),
    };
    let name = objects::intern(th, name);
    ops::getattr_opt(th, &module, name)
}

/// The class of a warning: that of the message if it is one, else what the caller says.
fn category_of(th: &mut Thread, message: &Object, category: &Object) -> Result<Ref<Object>, Raised> {
    let warning = exceptions::warning_type();
    if heap::is_subtype(message.ty(), warning) {
        return Ok(message.ty().to_owned());
    }
    if category.is(none()) {
        return Ok(exceptions::user_warning_type().to_owned());
    }
    let is_warning = objects::typing::as_type(category).is_some_and(|category| heap::is_subtype(category, warning));
    if is_warning {
        return Ok(category.to_owned());
    }
    let got = ops::type_name(category);
    Err(raise::type_error(th, format_args!("category must be a Warning subclass, not '{got}'")))
}

/// The line that a warning is about, by way of the library's cache of lines: it asks the loader of the module whose globals these are, and
/// knows the line afterwards, when the warning is shown.
fn source_line(th: &mut Thread, filename: &Str, globals: &Object, line: i32) -> Result<Option<Ref<Object>>, Raised> {
    let Some(dict) = globals.downcast::<Dict>() else {
        let got = ops::type_name(globals);
        return Err(raise::type_error(th, format_args!("module_globals must be a dict, not '{got}'")));
    };
    let is_main = dict.get_by_name(th, "__name__").is_some_and(|name| name.downcast_ref::<Str>().is_some_and(|name| name.eq_text("__main__")));
    let loader = if is_main && dict.get_by_name(th, "__spec__").is_some_and(|spec| spec.is(none())) {
        // A script, or what the prompt reads, comes from no import.
        dict.get_by_name(th, "__loader__").unwrap_or_else(objects::none_ref)
    } else {
        // `__loader__` and `__spec__.loader` should agree; who decides is the import system.
        let bootstrap = interp::import::import_module(th, "importlib._bootstrap_external")?;
        let bless = ops::getattr_str(th, &bootstrap, "_bless_my_loader")?;
        ops::call1(th, &bless, globals)?
    };
    if loader.is(none()) {
        return Ok(None);
    }
    let lines = cached_lines(th, filename, globals);
    let Ok(lines) = lines else {
        // A loader that fails costs the line, not the warning.
        return if raise::catch(th, exceptions::exception_type()).is_some() { Ok(None) } else { lines.map(Some) };
    };
    let line = lines.downcast_ref::<List>().and_then(|lines| lines.get(th, usize::try_from(line - 1).ok()?));
    Ok(line)
}

fn cached_lines(th: &mut Thread, filename: &Str, globals: &Object) -> Result<Ref<Object>, Raised> {
    let cache = interp::import::import_module(th, "linecache")?;
    let lines = ops::getattr_str(th, &cache, "getlines")?;
    ops::call(th, &lines, &[filename, globals])
}

fn me() -> u64 {
    crate::thread::ident() as u64
}

#[pymodule(name = "_warnings")]
pub mod warnings {
    //! _warnings provides basic warning filtering support.
    //! It is a helper module to speed up interpreter start-up.
    use super::*;

    #[attr(name = "filters")]
    fn first_filters(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(super::filters(th)?.up())
    }

    #[attr(name = "_onceregistry")]
    fn first_registry(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(once_registry(th)?.up())
    }

    #[attr]
    fn _defaultaction(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(Str::new(th, "default").up())
    }

    /// Holds the filters of the current context, where programs want them to be local to it.
    #[attr]
    fn _warnings_context(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        CONTEXT.get_or_init(th, |th| {
            let (name, variable) = (Str::new(th, "warnings_context"), <crate::contextvars::ContextVar as PyType>::type_object());
            // `_contextvars` may not have been imported yet.
            objects::typing::ready(th, variable)?;
            ops::call1(th, variable, &name)
        })
    }

    #[function]
    fn _acquire_lock(th: &mut Thread) -> Result<(), Raised> {
        while LOCK.acquire(th, me(), Patience::Forever) == Some(Acquired::Interrupted) {
            crate::signal::run_handlers(th)?;
        }
        Ok(())
    }

    #[function]
    fn _release_lock(th: &mut Thread) -> Result<(), Raised> {
        LOCK.release(me()).map_err(|_| raise::runtime_error(th, format_args!("cannot release un-acquired lock")))
    }

    #[function]
    fn _filters_mutated_lock_held(th: &mut Thread) -> Result<(), Raised> {
        if !LOCK.owned_by(me()) {
            return Err(raise::runtime_error(th, format_args!("warnings lock is not held")));
        }
        VERSION.fetch_add(1, Relaxed);
        Ok(())
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    ///
    ///   message
    ///     Text of the warning message.
    ///   category
    ///     The Warning category subclass. Defaults to UserWarning.
    ///   stacklevel
    ///     How far up the call stack to make this warning appear. A value of 2 for
    ///     example attributes the warning to the caller of the code calling warn().
    ///   source
    ///     If supplied, the destroyed object which emitted a ResourceWarning
    ///   skip_file_prefixes
    ///     An optional tuple of module filename prefixes indicating frames to skip
    ///     during stacklevel computations for stack frame attribution.
    #[function(sig = "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=<unrepresentable>)", shows = "($module, /, message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())")]
    fn warn(
        th: &mut Thread,
        message: &Object,
        category: Option<&Object>,
        stacklevel: isize,
        source: Option<&Object>,
        skip_file_prefixes: Option<&Tuple>,
    ) -> Result<(), Raised> {
        let category = category_of(th, message, category.unwrap_or(none()))?;
        let prefixes = skip_file_prefixes.unwrap_or_else(|| Tuple::empty_static());
        for prefix in prefixes.iter() {
            if !prefix.is_a::<Str>() {
                let got = ops::type_name(prefix);
                return Err(raise::type_error(th, format_args!("Found non-str '{got}' in skip_file_prefixes.")));
            }
        }
        let stacklevel = if prefixes.is_empty() { stacklevel } else { stacklevel.max(2) };
        let origin = origin::find(th, stacklevel, prefixes)?;
        let warning = Warning {
            category: &category,
            message,
            filename: &origin.filename,
            line: origin.line,
            module: &origin.module,
            registry: Some(&origin.registry),
            source_line: None,
            source: source.filter(|source| !source.is(none())),
        };
        warn_explicitly(th, warning)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)")]
    fn warn_explicit(
        th: &mut Thread,
        message: &Object,
        category: &Object,
        filename: &Str,
        lineno: i32,
        module: Option<&Object>,
        registry: Option<&Object>,
        module_globals: Option<&Object>,
        source: Option<&Object>,
    ) -> Result<(), Raised> {
        let category = category_of(th, message, category)?;
        let source_line = match module_globals.filter(|globals| !globals.is(none())) {
            Some(globals) => source_line(th, filename, globals, lineno)?,
            None => None,
        };
        let registry = match registry.filter(|registry| !registry.is(none())) {
            None => None,
            Some(registry) => match registry.downcast::<Dict>() {
                Some(registry) => Some(registry),
                None => return Err(raise::type_error(th, format_args!("'registry' must be a dict or None"))),
            },
        };
        let named;
        let module = match module {
            Some(module) => module,
            None => {
                named = origin::module_of_file(th, filename);
                named.as_object()
            }
        };
        // At the end of the process there may be no module any more.
        if module.is(none()) {
            return Ok(());
        }
        let warning = Warning {
            category: &category,
            message,
            filename,
            line: lineno.into(),
            module,
            registry,
            source_line: source_line.as_deref(),
            source: source.filter(|source| !source.is(none())),
        };
        warn_explicitly(th, warning)
    }
}
