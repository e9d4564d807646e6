//! What happens to a warning: the first filter that matches says.

use heap::sync::Ordering::Relaxed;
use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, Int, List, Str, Tuple, exceptions, none, ops, raise, typing};

use super::{VERSION, filters, once_registry, setting};

/// A warning to be decided about.
pub struct Warning<'a> {
    pub category: &'a Object,
    /// A text, or an instance of the category.
    pub message: &'a Object,
    pub filename: &'a Str,
    pub line: i64,
    pub module: &'a Object,
    /// What the module has warned of already.
    pub registry: Option<&'a Dict>,
    pub source_line: Option<&'a Object>,
    /// The object that a `ResourceWarning` is about.
    pub source: Option<&'a Object>,
}

/// Whether a filter's pattern fits: `None` fits everything, a string itself, others by their `match`.
fn fits(th: &mut Thread, pattern: &Object, text: &Object) -> Result<bool, Raised> {
    if pattern.is(none()) {
        return Ok(true);
    }
    if pattern.is_exactly::<Str>() {
        return ops::eq(th, pattern, text);
    }
    let name = objects::intern(th, "match");
    Ok(!ops::call_method(th, pattern, name, &[text])?.is(none()))
}

/// The action of the first filter in a list that fits, and the filter.
fn search(th: &mut Thread, list: &List, name: &str, warning: &Warning<'_>, text: &Object) -> Result<Option<(Ref<Object>, Ref<Object>)>, Raised> {
    // The list may change while patterns are asked.
    let mut at = 0;
    while let Some(filter) = list.get(th, at) {
        let parts = filter.downcast_ref::<Tuple>().and_then(|filter| <[&Object; 5]>::try_from(filter.as_slice()).ok());
        let Some([action, message, category, module, line]) = parts else {
            return Err(raise::value_error(th, format_args!("warnings.{name} item {at} isn't a 5-tuple")));
        };
        if !action.is_a::<Str>() {
            let got = ops::type_name(action);
            return Err(raise::type_error(th, format_args!("action must be a string, not '{got}'")));
        }
        let fitting = fits(th, message, text)?;
        let in_module = fits(th, module, warning.module)?;
        let of_class = ops::issubclass(th, warning.category, category)?;
        let line = ops::index_isize(th, line)? as i64;
        if of_class && fitting && in_module && (line == 0 || line == warning.line) {
            return Ok(Some((action.to_owned(), filter.clone())));
        }
        at += 1;
    }
    Ok(None)
}

/// The filters of the current context, if programs keep them there.
fn context_filters(th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
    let Some(variable) = super::CONTEXT.get(th) else { return Ok(None) };
    let get = objects::intern(th, "get");
    let context = ops::call_method(th, &variable, get, &[none()])?;
    if context.is(none()) {
        return Ok(None);
    }
    let filters = ops::getattr_str(th, &context, "_filters")?;
    if !filters.is_a::<List>() {
        return Err(raise::value_error(th, format_args!("_filters of warnings._warnings_context must be a list")));
    }
    Ok(Some(filters))
}

/// What is to happen, and the filter that says so.
fn action_for(th: &mut Thread, warning: &Warning<'_>, text: &Object) -> Result<(Ref<Object>, Ref<Object>), Raised> {
    let found = match context_filters(th)? {
        Some(list) => match list.downcast_ref::<List>() {
            Some(list) => search(th, list, "_warnings_context _filters", warning, text)?,
            None => None,
        },
        None => {
            let list = match setting(th, "filters", false)? {
                Some(list) => list,
                None => filters(th)?.up(),
            };
            match list.downcast_ref::<List>() {
                Some(list) => search(th, list, "filters", warning, text)?,
                None => return Err(raise::value_error(th, format_args!("_warnings.filters must be a list"))),
            }
        }
    };
    if let Some(found) = found {
        return Ok(found);
    }
    let action = match setting(th, "defaultaction", false)? {
        None => Str::new(th, "default").up(),
        Some(action) if action.is_a::<Str>() => action,
        Some(action) => {
            let got = ops::type_name(&action);
            return Err(raise::type_error(th, format_args!("_warnings.defaultaction must be a string, not '{got}'")));
        }
    };
    Ok((action, objects::none_ref()))
}

/// Whether a registry has a key, after it was emptied if the filters have changed since. With `set` it has the key afterwards.
fn seen(th: &mut Thread, registry: &Dict, key: &Object, set: bool) -> Result<bool, Raised> {
    let (name, now) = (objects::intern(th, "version"), VERSION.load(Relaxed));
    let version = registry.get_str(th, name);
    if version.and_then(|version| version.downcast_ref::<Int>().and_then(Int::to_i64)) != Some(now) {
        registry.clear_entries(th);
        let now = Int::from_i64(th, now);
        registry.set_str(th, name, now.up());
    } else if let Some(value) = registry.get(th, key)? {
        return ops::is_true(th, &value);
    }
    if set {
        registry.set(th, key, objects::true_())?;
    }
    Ok(false)
}

/// `warn_explicit`
pub fn warn_explicitly(th: &mut Thread, warning: Warning<'_>) -> Result<(), Raised> {
    if warning.module.is(none()) {
        return Ok(());
    }
    let is_instance = heap::is_subtype(warning.message.ty(), exceptions::warning_type());
    let (text, message) = if is_instance {
        (ops::str_(th, warning.message)?.up(), warning.message.to_owned())
    } else {
        (warning.message.to_owned(), ops::call1(th, warning.category, warning.message)?)
    };
    let line = Int::from_i64(th, warning.line);
    let key = Tuple::from_slice(th, &[&text, warning.category, &line]);
    if let Some(registry) = warning.registry
        && seen(th, registry, &key, false)?
    {
        return Ok(());
    }
    let (action, filter) = action_for(th, &warning, &text)?;
    let name = action.downcast_ref::<Str>().map(Str::to_string_lossy).unwrap_or_default();
    match name.as_str() {
        "error" => return Err(raise::object(th, warning.category, Some(&*message))),
        "ignore" => return Ok(()),
        "always" | "all" => {}
        _ => {
            if let Some(registry) = warning.registry {
                registry.set(th, &key, objects::true_())?;
            }
            if already(th, &name, &action, &filter, &warning, &text)? {
                return Ok(());
            }
        }
    }
    show(th, &warning, &text, &message)
}

/// Whether an action that shows a warning once has done so.
fn already(th: &mut Thread, name: &str, action: &Object, filter: &Object, warning: &Warning<'_>, text: &Object) -> Result<bool, Raised> {
    let key = Tuple::from_slice(th, &[text, warning.category]);
    match name {
        "default" => Ok(false),
        "module" => warning.registry.map_or(Ok(false), |registry| seen(th, registry, &key, true)),
        "once" => match warning.registry {
            Some(registry) => seen(th, registry, &key, true),
            None => {
                let registry = match setting(th, "onceregistry", false)? {
                    Some(registry) => registry,
                    None => once_registry(th)?.up(),
                };
                match registry.downcast_ref::<Dict>() {
                    Some(registry) => seen(th, registry, &key, true),
                    None => {
                        let got = ops::type_name(&registry);
                        Err(raise::type_error(th, format_args!("_warnings.onceregistry must be a dict, not '{got}'")))
                    }
                }
            }
        },
        _ => {
            let (action, filter) = (ops::repr(th, action)?, ops::repr(th, filter)?);
            Err(raise::runtime_error(th, format_args!("Unrecognized action ({action}) in warnings.filters:\n {filter}")))
        }
    }
}

fn show(th: &mut Thread, warning: &Warning<'_>, text: &Object, message: &Object) -> Result<(), Raised> {
    // Who warns of an object that was not closed wants to be told where it was made: that takes the library.
    let Some(show) = setting(th, "_showwarnmsg", warning.source.is_some())? else { return print(th, warning, text) };
    if !ops::is_callable(&show) {
        return Err(raise::type_error(th, format_args!("warnings._showwarnmsg() must be set to a callable")));
    }
    let Some(make) = setting(th, "WarningMessage", false)? else {
        return Err(raise::runtime_error(th, format_args!("unable to get warnings.WarningMessage")));
    };
    let line = Int::from_i64(th, warning.line);
    let source = warning.source.unwrap_or(none());
    let shown = ops::call(th, &make, &[message, warning.category, warning.filename, &line, none(), none(), source])?;
    let result = ops::call1(th, &show, &shown)?;
    th.release(result);
    Ok(())
}

/// Without the library: to standard error. What goes wrong there is lost.
fn print(th: &mut Thread, warning: &Warning<'_>, text: &Object) -> Result<(), Raised> {
    let Some(stderr) = (objects::hooks::get().sys_attribute)(th, "stderr").filter(|stderr| !stderr.is(none())) else { return Ok(()) };
    let text = ops::str_(th, text)?;
    let category = typing::as_type(warning.category).map(typing::short_name).unwrap_or_default();
    let mut shown = format!("{}:{}: {category}: {text}\n", warning.filename, warning.line);
    let line = match warning.source_line.and_then(|line| line.downcast::<Str>()) {
        Some(line) => Some(line.to_string_lossy()),
        None => std::fs::read_to_string(warning.filename.to_string_lossy())
            .ok()
            .and_then(|source| source.lines().nth(usize::try_from(warning.line - 1).ok()?).map(str::to_owned)),
    };
    if let Some(line) = line {
        shown.push_str(&format!("  {}\n", line.trim()));
    }
    let (shown, write) = (Str::new(th, &shown), objects::intern(th, "write"));
    if ops::call_method(th, &stderr, write, &[&shown]).is_err() {
        drop(th.take_exception());
    }
    Ok(())
}
