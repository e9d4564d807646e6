//! Pickling by reduction, and of what is found by its name.

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::as_type;
use objects::{Dict, Str, Tuple, ops, raise, typing};

use super::opcodes::*;
use super::save::{Saver, note, shown_type};
use super::{PICKLING_ERROR, names};

/// The parts of what a reducer returned; `None` in Python is absent here.
struct Reduction<'a> {
    function: &'a Object,
    args: &'a Tuple,
    state: Option<&'a Object>,
    items: Option<&'a Object>,
    pairs: Option<&'a Object>,
    setter: Option<&'a Object>,
}

#[cold]
fn refuse<T>(th: &mut Thread, message: core::fmt::Arguments<'_>) -> Result<T, Raised> {
    Err(PICKLING_ERROR.raise(th, message))
}

fn parse<'a>(th: &mut Thread, reduced: &'a Object) -> Result<Reduction<'a>, Raised> {
    let Some(tuple) = reduced.downcast::<Tuple>() else {
        let got = shown_type(th, reduced);
        return refuse(th, format_args!("__reduce__ must return a string or tuple, not {got}"));
    };
    if !(2..=6).contains(&tuple.len()) {
        return refuse(th, format_args!("tuple returned by __reduce__ must contain 2 through 6 elements"));
    }
    let part = |index: usize| (index < tuple.len()).then(|| tuple.get(index)).filter(|part| !part.is(objects::none()));
    let function = tuple.get(0);
    if !ops::is_callable(function) {
        let got = shown_type(th, function);
        return refuse(th, format_args!("first item of the tuple returned by __reduce__ must be callable, not {got}"));
    }
    let Some(args) = tuple.get(1).downcast::<Tuple>() else {
        let got = shown_type(th, tuple.get(1));
        return refuse(th, format_args!("second item of the tuple returned by __reduce__ must be a tuple, not {got}"));
    };
    let reduction = Reduction { function, args, state: part(2), items: part(3), pairs: part(4), setter: part(5) };
    for (which, iterator) in [("fourth", reduction.items), ("fifth", reduction.pairs)] {
        if let Some(iterator) = iterator.filter(|iterator| !ops::is_iterator(iterator)) {
            let got = shown_type(th, iterator);
            return refuse(th, format_args!("{which} item of the tuple returned by __reduce__ must be an iterator, not {got}"));
        }
    }
    if let Some(setter) = reduction.setter.filter(|setter| !ops::is_callable(setter)) {
        let got = shown_type(th, setter);
        return refuse(th, format_args!("sixth item of the tuple returned by __reduce__ must be callable, not {got}"));
    }
    Ok(reduction)
}

impl Saver {
    /// Saves a part of an object; a failure says which part.
    fn save_part(&mut self, th: &mut Thread, part: &Object, object: &Object, what: &str) -> Result<(), Raised> {
        match self.save(th, part) {
            Ok(()) => Ok(()),
            Err(_) => Err(note(th, object, format_args!("{what}"))),
        }
    }

    /// `function(*args)` stands for the object.
    pub fn save_reduction(&mut self, th: &mut Thread, function: &Object, args: Ref<Tuple>, object: &Object) -> Result<(), Raised> {
        let reduction = Reduction { function, args: &args, state: None, items: None, pairs: None, setter: None };
        self.save_call(th, &reduction, object)?;
        self.memoize_made(object);
        Ok(())
    }

    /// Writes what a reducer returned.
    pub fn save_reduced(&mut self, th: &mut Thread, reduced: &Object, object: &Object) -> Result<(), Raised> {
        let reduction = parse(th, reduced)?;
        let by_name = match self.protocol >= 2 {
            true => ops::getattr_opt(th, reduction.function, &objects::names::__name__)?,
            false => None,
        };
        let is_called = |name: &str| by_name.as_ref().and_then(|found| found.downcast_ref::<Str>()).is_some_and(|found| found.eq_text(name));
        if is_called("__newobj_ex__") {
            self.save_new_ex(th, reduction.args, object)?;
        } else if is_called("__newobj__") {
            self.save_new(th, reduction.args, object)?;
        } else {
            self.save_call(th, &reduction, object)?;
        }
        self.memoize_made(object);
        if let Some(items) = reduction.items {
            self.append_all(th, items, object)?;
        }
        if let Some(pairs) = reduction.pairs {
            self.set_all(th, pairs, object)?;
        }
        let Some(state) = reduction.state else { return Ok(()) };
        let Some(setter) = reduction.setter else {
            self.save_part(th, state, object, "state")?;
            self.out.op(BUILD);
            return Ok(());
        };
        self.save_part(th, setter, object, "state setter")?;
        self.save(th, object)?;
        self.save_part(th, state, object, "state")?;
        self.out.put(&[TUPLE2, REDUCE, POP]);
        Ok(())
    }

    /// The object was made on the stack; if it contains itself it was written before, and that one is taken.
    fn memoize_made(&mut self, object: &Object) {
        match self.memo.get(object) {
            Some(number) => {
                self.out.op(POP);
                self.put_get(number);
            }
            None => self.memoize(object),
        }
    }

    fn save_call(&mut self, th: &mut Thread, reduction: &Reduction<'_>, object: &Object) -> Result<(), Raised> {
        self.save_part(th, reduction.function, object, "reconstructor")?;
        self.save_part(th, reduction.args, object, "reconstructor arguments")?;
        self.out.op(REDUCE);
        Ok(())
    }

    fn save_new(&mut self, th: &mut Thread, args: &Tuple, object: &Object) -> Result<(), Raised> {
        let Some((cls, rest)) = args.as_slice().split_first() else {
            return refuse(th, format_args!("__newobj__ expected at least 1 argument, got 0"));
        };
        if as_type(cls).is_none() {
            let got = shown_type(th, cls);
            return refuse(th, format_args!("first argument to __newobj__() must be a class, not {got}"));
        }
        let own = ops::getattr(th, object, &objects::names::__class__)?;
        if !Thread::same(&*own, *cls) {
            let (own, cls) = (ops::repr(th, &own)?, ops::repr(th, cls)?);
            return refuse(th, format_args!("first argument to __newobj__() must be {own}, not {cls}"));
        }
        self.save_part(th, cls, object, "class")?;
        let rest = Tuple::from_slice(th, rest);
        self.save_part(th, &rest, object, "__new__ arguments")?;
        self.out.op(NEWOBJ);
        Ok(())
    }

    fn save_new_ex(&mut self, th: &mut Thread, args: &Tuple, object: &Object) -> Result<(), Raised> {
        let [cls, args, kwargs] = *args.as_slice() else {
            let got = args.len();
            return refuse(th, format_args!("__newobj_ex__ expected 3 arguments, got {got}"));
        };
        if as_type(cls).is_none() {
            let got = shown_type(th, cls);
            return refuse(th, format_args!("first argument to __newobj_ex__() must be a class, not {got}"));
        }
        let Some(positional) = args.downcast::<Tuple>() else {
            let got = shown_type(th, args);
            return refuse(th, format_args!("second argument to __newobj_ex__() must be a tuple, not {got}"));
        };
        let Some(keywords) = kwargs.downcast::<Dict>() else {
            let got = shown_type(th, kwargs);
            return refuse(th, format_args!("third argument to __newobj_ex__() must be a dict, not {got}"));
        };
        if self.protocol >= 4 {
            self.save_part(th, cls, object, "class")?;
            self.save_part(th, args, object, "__new__ arguments")?;
            self.save_part(th, kwargs, object, "__new__ arguments")?;
            self.out.op(NEWOBJ_EX);
            return Ok(());
        }
        // partial(cls.__new__, cls, *args, **kwargs)()
        let functools = interp::import::import_module(th, "functools")?;
        let partial = ops::getattr_str(th, &functools, "partial")?;
        let new = ops::getattr(th, cls, &objects::names::__new__)?;
        let mut all = vec![&*new, cls];
        all.extend(positional.iter());
        let all = Tuple::from_slice(th, &all);
        let maker = ops::call_ex(th, &partial, &all, Some(keywords))?;
        self.save_part(th, &maker, object, "reconstructor")?;
        self.save(th, Tuple::empty_static())?;
        self.out.op(REDUCE);
        Ok(())
    }

    // --- by name ---

    pub fn save_type(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        for value in [objects::none(), objects::ellipsis(), objects::not_implemented()] {
            if object.is(value.ty()) {
                let class = typing::type_type().to_ref().up();
                let args = Tuple::from_slice(th, &[value]);
                return self.save_reduction(th, &class, args, object);
            }
        }
        self.save_global(th, object, None)
    }

    pub fn save_global(&mut self, th: &mut Thread, object: &Object, name: Option<&Str>) -> Result<(), Raised> {
        let name = match name {
            Some(name) => name.to_ref().up(),
            None => match ops::getattr_opt(th, object, &objects::names::__qualname__)? {
                Some(name) => name,
                None => ops::getattr(th, object, &objects::names::__name__)?,
            },
        };
        let Some(name) = name.downcast_ref::<Str>() else {
            let got = ops::type_name(&name);
            return Err(raise::type_error(th, format_args!("a name must be a string, not {got}")));
        };
        let module = which_module(th, object, name)?;
        if self.protocol >= 2 && self.save_extension(th, &module, name)? {
            return Ok(());
        }
        if self.protocol >= 4 {
            self.save(th, &module)?;
            self.save(th, name)?;
            self.out.op(STACK_GLOBAL);
        } else {
            self.save_path(th, &module, name)?;
        }
        self.memoize(object);
        Ok(())
    }

    /// Writes the code of a registered extension, if there is one for the name.
    fn save_extension(&mut self, th: &mut Thread, module: &Str, name: &Str) -> Result<bool, Raised> {
        let copyreg = interp::import::import_module(th, "copyreg")?;
        let registry = ops::getattr_str(th, &copyreg, "_extension_registry")?;
        let Some(registry) = registry.downcast_ref::<Dict>() else {
            return Err(raise::runtime_error(th, format_args!("copyreg._extension_registry should be a dict, not {}", ops::type_name(&registry))));
        };
        if registry.is_empty() {
            return Ok(false);
        }
        let key = Tuple::from_slice(th, &[module, name]);
        let Some(code) = registry.get(th, &key)? else { return Ok(false) };
        let code = match ops::index(th, &code)?.to_i64() {
            Some(code @ 1..=0x7fff_ffff) => code,
            Some(code) => return Err(raise::runtime_error(th, format_args!("extension code {code} is out of range"))),
            None => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
        };
        match code {
            0..=0xff => self.out.op_with(EXT1, &[code as u8]),
            0x100..=0xffff => self.out.op_with(EXT2, &(code as u16).to_le_bytes()),
            _ => self.out.op_with(EXT4, &(code as u32).to_le_bytes()),
        }
        Ok(true)
    }

    /// Old protocols know plain names only: a dotted one is looked up step by step when it is loaded.
    fn save_path(&mut self, th: &mut Thread, module: &Str, name: &Str) -> Result<(), Raised> {
        let text = name.to_string_lossy();
        let mut parts = text.split('.');
        let top = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        if rest.is_empty() {
            return self.save_top_level(th, module, name);
        }
        let builtins = interp::import::import_module(th, "builtins")?;
        let getattr = ops::getattr_str(th, &builtins, "getattr")?;
        for _ in &rest {
            self.save(th, &getattr)?;
            if self.protocol < 2 {
                self.out.op(MARK);
            }
        }
        let top = Str::new(th, top);
        self.save_top_level(th, module, &top)?;
        for attribute in rest {
            let attribute = objects::intern(th, attribute);
            self.save(th, attribute)?;
            self.out.op(if self.protocol < 2 { TUPLE } else { TUPLE2 });
            self.out.op(REDUCE);
        }
        Ok(())
    }

    fn save_top_level(&mut self, th: &mut Thread, module: &Str, name: &Str) -> Result<(), Raised> {
        let (mut module, mut name) = (module.to_ref(), name.to_ref());
        if self.protocol < 3 && self.fix_imports {
            (module, name) = python2_name(th, module, name)?;
        }
        for (text, what) in [(&module, "module"), (&name, "global")] {
            let fits = if self.protocol >= 3 { text.to_utf8().is_some() } else { text.is_ascii() };
            if !fits {
                return Err(self.cannot_name(th, what, text));
            }
        }
        self.out.line(GLOBAL, module.to_utf8().unwrap_or_default().as_bytes());
        self.out.put(name.to_utf8().unwrap_or_default().as_bytes());
        self.out.put(b"\n");
        Ok(())
    }
}

impl Saver {
    /// A name that the protocol has no encoding for.
    #[cold]
    fn cannot_name(&self, th: &mut Thread, what: &str, text: &Str) -> Raised {
        let protocol = self.protocol;
        let _ = if protocol >= 3 {
            raise::unicode_surrogates(th, text)
        } else {
            let start = text.chars().iter().position(|c| c > 0x7f).unwrap_or(0);
            raise::unicode_encode_error(th, "ascii", text, start, start + 1, "ordinal not in range(128)")
        };
        let Some(error) = th.take_exception() else { return raise::bad_internal_call(th) };
        match ops::repr(th, text) {
            Ok(shown) => {
                let _ = PICKLING_ERROR.raise(th, format_args!("can't pickle {what} identifier {shown} using pickle protocol {protocol}"));
                raise::chain(th, error)
            }
            Err(raised) => raised,
        }
    }
}

/// The names that Python 2 had.
fn python2_name(th: &mut Thread, module: Ref<Str>, name: Ref<Str>) -> Result<(Ref<Str>, Ref<Str>), Raised> {
    let compat = interp::import::import_module(th, "_compat_pickle")?;
    let by_name = ops::getattr_str(th, &compat, "REVERSE_NAME_MAPPING")?;
    let key = Tuple::from_slice(th, &[module.as_object(), name.as_object()]);
    if let Some(found) = lookup(th, &by_name, &key)? {
        let pair = found.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2);
        if let Some((module, name)) = pair.and_then(|pair| Some((Str::of(pair.get(0))?, Str::of(pair.get(1))?))) {
            return Ok((module.to_ref(), name.to_ref()));
        }
        return Err(raise::runtime_error(th, format_args!("_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples")));
    }
    let by_module = ops::getattr_str(th, &compat, "REVERSE_IMPORT_MAPPING")?;
    if let Some(found) = lookup(th, &by_module, &module)? {
        return match found.downcast::<Str>() {
            Ok(found) => Ok((found, name)),
            Err(_) => Err(raise::runtime_error(th, format_args!("_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings"))),
        };
    }
    Ok((module, name))
}

/// An entry of a dict that a library module holds.
pub fn lookup(th: &mut Thread, dict: &Object, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
    match dict.downcast::<Dict>() {
        Some(dict) => dict.get(th, key),
        None => Err(raise::runtime_error(th, format_args!("a table of the library should be a dict, not {}", ops::type_name(dict)))),
    }
}

/// Follows a dotted name from a module on; `None`: it leads nowhere.
fn resolve(th: &mut Thread, module: &Object, name: &str) -> Result<Option<Ref<Object>>, Raised> {
    let mut at = th.retain(module);
    for part in name.split('.') {
        let part = Str::new(th, part);
        at = match ops::getattr_opt(th, &at, &part)? {
            Some(found) => found,
            None => return Ok(None),
        };
    }
    Ok(Some(at))
}

/// The module that has the object under this name.
fn which_module(th: &mut Thread, object: &Object, name: &Str) -> Result<Ref<Str>, Raised> {
    let text = name.to_string_lossy();
    let given = ops::getattr_opt(th, object, &objects::names::__module__)?;
    if text.split('.').any(|part| part == "<locals>") {
        let shown = ops::repr(th, object)?;
        return refuse(th, format_args!("Can't pickle local object {shown}"));
    }
    let module = match given.filter(|module| !module.is(objects::none())) {
        Some(module) => module,
        None => search_modules(th, object, &text)?,
    };
    let Ok(module) = module.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("module name must be a string")));
    };
    let imported = match import_named(th, &module) {
        Ok(imported) => imported,
        Err(raised) => return Err(cannot_import(th, object, raised)),
    };
    let found = if text.contains('.') { follow(th, &imported, &text) } else { ops::getattr(th, &imported, name) };
    match found {
        Ok(found) if Thread::same(&*found, object) => Ok(module),
        Ok(_) => {
            let shown = ops::repr(th, object)?;
            refuse(th, format_args!("Can't pickle {shown}: it's not the same object as {module}.{name}"))
        }
        Err(raised) => {
            let Some(error) = raise::catch(th, objects::exceptions::attribute_error_type()) else { return Err(raised) };
            let shown = ops::repr(th, object)?;
            let _ = PICKLING_ERROR.raise(th, format_args!("Can't pickle {shown}: it's not found as {module}.{name}"));
            Err(raise::chain(th, error))
        }
    }
}

/// Follows a dotted name from a module on, or raises `AttributeError`.
pub fn follow(th: &mut Thread, module: &Object, name: &str) -> Result<Ref<Object>, Raised> {
    let mut at = th.retain(module);
    for part in name.split('.') {
        let part = Str::new(th, part);
        at = ops::getattr(th, &at, &part)?;
    }
    Ok(at)
}

/// A module by its name, imported if it is not yet.
pub fn import_named(th: &mut Thread, module: &Str) -> Result<Ref<Object>, Raised> {
    if module.is_empty() {
        return Err(raise::value_error(th, format_args!("Empty module name")));
    }
    interp::import::import_named(th, module)
}

#[cold]
fn cannot_import(th: &mut Thread, object: &Object, raised: Raised) -> Raised {
    use objects::exceptions::{import_error_type, value_error_type};
    let Some(error) = raise::catch(th, import_error_type()).or_else(|| raise::catch(th, value_error_type())) else { return raised };
    let shown = ops::repr(th, object).and_then(|object| Ok((object, ops::str_(th, &error)?)));
    match shown {
        Ok((object, message)) => {
            let _ = PICKLING_ERROR.raise(th, format_args!("Can't pickle {object}: {message}"));
            raise::chain(th, error)
        }
        Err(raised) => raised,
    }
}

/// The first loaded module that has the object under this name, else `__main__`.
fn search_modules(th: &mut Thread, object: &Object, name: &str) -> Result<Ref<Object>, Raised> {
    let modules = interp::sys::modules(th)?;
    for (key, module) in modules.snapshot(th) {
        let Some(text) = Str::of(&key) else { continue };
        if module.is(objects::none()) || text.eq_text("__main__") || text.eq_text("__mp_main__") {
            continue;
        }
        if let Some(found) = resolve(th, &module, name)?
            && Thread::same(&*found, object)
        {
            return Ok(key);
        }
    }
    Ok(names::main.get().as_object().to_owned())
}
