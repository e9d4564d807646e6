//! Argument parsing: from C's argument arrays, tuples and dicts to one place per parameter, with CPython's messages.
//!
//! Owns: [`ParamSpec`], the only description of a signature at run time. Nothing here is generic, so that a signature costs its entry a
//! few instructions and a static.
//!
//! Invariant: after a successful bind every required parameter has its place filled.

use core::fmt;

use super::convert::{Error, is_str, raise, str_equals, str_text};
use super::suggest;
use heap::{Object, Raised, Ref, Thread, Type};

/// A signature, for parsing.
pub struct ParamSpec {
    /// The function's name, as messages show it.
    pub func: &'static str,
    /// The parameters but for `*args` and `**kwargs`, in order: their places.
    pub names: &'static [&'static str],
    pub positional_only: u8,
    /// Those that may be given by position.
    pub positional: u8,
    /// Those of them that must be given.
    pub required: u8,
    /// Keyword-only parameters that must be given; they come first among their kind.
    pub required_keywords: u8,
    pub var_args: bool,
    pub var_keywords: bool,
}

/// Stands for the signature of a slot's operands.
pub static SLOT_OPERAND: ParamSpec = ParamSpec::bare("");
/// Stands for the signature of attribute slots, whose name must be a string.
pub static ATTRIBUTE_NAME: ParamSpec = ParamSpec::bare("attribute name");

impl ParamSpec {
    const fn bare(func: &'static str) -> ParamSpec {
        ParamSpec {
            func,
            names: &["value"],
            positional_only: 1,
            positional: 1,
            required: 1,
            required_keywords: 0,
            var_args: false,
            var_keywords: false,
        }
    }

    fn accepts_keywords(&self) -> bool {
        self.var_keywords || usize::from(self.positional_only) < self.names.len()
    }

    /// The place of the parameter that the keyword names.
    fn place_of(&self, keyword: &Object) -> Option<usize> {
        let first = usize::from(self.positional_only);
        self.names[first..].iter().position(|name| str_equals(keyword, name)).map(|at| at + first)
    }
}

/// The positional arguments behind the named ones: `*args`.
#[derive(Clone, Copy)]
pub struct Args<'a>(&'a [&'a Object]);

impl<'a> Args<'a> {
    /// Arguments that Rust passes on.
    pub fn new(args: &'a [&'a Object]) -> Args<'a> {
        Args(args)
    }

    /// All from index `first` on.
    #[inline(always)]
    pub fn behind(args: &'a [&'a Object], first: usize) -> Args<'a> {
        Args(args.get(first..).unwrap_or(&[]))
    }

    /// The arguments, for as long as the call.
    pub fn as_slice(self) -> &'a [&'a Object] {
        self.0
    }
}

impl<'a> core::ops::Deref for Args<'a> {
    type Target = [&'a Object];
    fn deref(&self) -> &[&'a Object] {
        self.0
    }
}

/// The keyword arguments that no parameter takes: `**kwargs`.
#[derive(Clone, Copy)]
pub struct KwArgs<'a> {
    names: &'a [&'a Object],
    values: &'a [&'a Object],
    /// Keywords that name a parameter of this signature are not part of it.
    taken: Option<&'static ParamSpec>,
}

impl<'a> KwArgs<'a> {
    /// Keyword arguments that Rust passes on: `names` are strings, one for each value.
    pub fn new(names: &'a [&'a Object], values: &'a [&'a Object]) -> KwArgs<'a> {
        KwArgs { names, values, taken: None }
    }

    /// None at all.
    pub const EMPTY: KwArgs<'static> = KwArgs { names: &[], values: &[], taken: None };

    /// Names and values, in the order of the call.
    pub fn iter(self) -> impl Iterator<Item = (&'a Object, &'a Object)> {
        let all = self.names.iter().copied().zip(self.values.iter().copied());
        all.filter(move |(name, _)| self.taken.is_none_or(|spec| spec.place_of(name).is_none()))
    }

    pub fn len(self) -> usize {
        if self.taken.is_none() { self.names.len() } else { self.iter().count() }
    }

    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// The value of one keyword.
    pub fn get(self, name: &str) -> Option<&'a Object> {
        self.iter().find(|(key, _)| str_equals(key, name)).map(|(_, value)| value)
    }
}

/// Holds the keyword arguments of a dict while they are used: the dict may change meanwhile.
pub struct KwBuffer(Option<Box<Keywords>>);

#[derive(Default)]
struct Keywords {
    names: Vec<Ref<Object>>,
    values: Vec<Ref<Object>>,
}

impl KwBuffer {
    /// Allocates nothing.
    #[inline(always)]
    pub const fn new() -> KwBuffer {
        KwBuffer(None)
    }

    /// The names.
    pub fn names<'a>(&'a self) -> &'a [&'a Object] {
        self.0.as_ref().map_or(&[], |all| as_borrowed(&all.names))
    }

    /// The values.
    pub fn values<'a>(&'a self) -> &'a [&'a Object] {
        self.0.as_ref().map_or(&[], |all| as_borrowed(&all.values))
    }

    /// Adds one.
    pub fn push(&mut self, name: Ref<Object>, value: Ref<Object>) {
        let all = self.0.get_or_insert_default();
        all.names.push(name);
        all.values.push(value);
    }
}

/// `Ref` and `&Object` are both a non-null pointer.
pub(crate) fn as_borrowed<'a>(refs: &'a [Ref<Object>]) -> &'a [&'a Object] {
    const { assert!(size_of::<Ref<Object>>() == size_of::<&Object>()) };
    // SAFETY: R2: `Ref` is a transparent non-null pointer to an object that it holds a count on.
    unsafe { core::slice::from_raw_parts(refs.as_ptr().cast(), refs.len()) }
}

/// C's argument array.
///
/// # Safety
/// `args` points at `nargs` objects that live for `'a`.
#[inline(always)]
pub unsafe fn argument_slice<'a>(args: *const *mut abi::PyObject, nargs: isize) -> &'a [&'a Object] {
    if nargs <= 0 {
        return &[];
    }
    // SAFETY: the caller's promise; `&Object` is a non-null pointer.
    unsafe { core::slice::from_raw_parts(args.cast(), nargs as usize) }
}

/// The items of a tuple.
///
/// # Safety
/// `tuple` is a tuple that lives for `'a`, or null.
#[inline(always)]
pub unsafe fn tuple_slice<'a>(tuple: *mut abi::PyObject) -> &'a [&'a Object] {
    if tuple.is_null() {
        return &[];
    }
    let tuple: *mut abi::PyTupleObject = tuple.cast();
    // SAFETY: R13: a tuple's items never change; the layout is the ABI's.
    unsafe { argument_slice((&raw const (*tuple).ob_item).cast(), (*tuple).ob_base.ob_size) }
}

/// `METH_FASTCALL`: checks the count.
///
/// # Safety
/// As [`argument_slice`].
#[inline(always)]
pub unsafe fn positional<'a>(
    th: &mut Thread,
    spec: &'static ParamSpec,
    args: *const *mut abi::PyObject,
    nargs: isize,
) -> Result<&'a [&'a Object], Raised> {
    // SAFETY: the caller's promise.
    fitting(th, spec, unsafe { argument_slice(args, nargs) })
}

/// `METH_VARARGS`: checks the count.
///
/// # Safety
/// As [`tuple_slice`].
#[inline(always)]
pub unsafe fn positional_tuple<'a>(th: &mut Thread, spec: &'static ParamSpec, args: *mut abi::PyObject) -> Result<&'a [&'a Object], Raised> {
    // SAFETY: the caller's promise.
    fitting(th, spec, unsafe { tuple_slice(args) })
}

#[inline(always)]
fn fitting<'a>(th: &mut Thread, spec: &'static ParamSpec, args: &'a [&'a Object]) -> Result<&'a [&'a Object], Raised> {
    if args.len() < usize::from(spec.required) || !spec.var_args && args.len() > usize::from(spec.positional) {
        return Err(Misfit { spec, why: Why::Positional(args.len()) }.raise(th));
    }
    Ok(args)
}

/// Positional arguments alone, if they are as many as the signature takes: each stands in its place then.
#[inline(always)]
fn in_order<'a>(spec: &'static ParamSpec, args: &'a [&'a Object], bound: &mut [Option<&'a Object>]) -> Option<(Args<'a>, KwArgs<'a>)> {
    let positional = usize::from(spec.positional);
    if args.len() < usize::from(spec.required) || spec.required_keywords != 0 || !spec.var_args && args.len() > positional {
        return None;
    }
    for (place, arg) in bound.iter_mut().take(positional).zip(args) {
        *place = Some(arg);
    }
    Some((Args::behind(args, positional), KwArgs { names: &[], values: &[], taken: None }))
}

/// `METH_FASTCALL | METH_KEYWORDS`.
///
/// # Safety
/// `args` holds `nargs` positional arguments and then one for each of `names`, a tuple of strings or null; all live for `'a`.
#[inline(always)]
pub unsafe fn keywords<'a>(
    th: &mut Thread,
    spec: &'static ParamSpec,
    args: *const *mut abi::PyObject,
    nargs: isize,
    names: *mut abi::PyObject,
    bound: &mut [Option<&'a Object>],
) -> Result<(Args<'a>, KwArgs<'a>), Raised> {
    if names.is_null()
        // SAFETY: the caller's promise.
        && let Some(all) = in_order(spec, unsafe { argument_slice::<'a>(args, nargs) }, bound)
    {
        return Ok(all);
    }
    // SAFETY: the caller's promise.
    unsafe { named(th, spec, args, nargs, names, bound) }
}

/// [`keywords`], whatever was given.
///
/// # Safety
/// As [`keywords`].
#[inline(never)]
unsafe fn named<'a>(
    th: &mut Thread,
    spec: &'static ParamSpec,
    args: *const *mut abi::PyObject,
    nargs: isize,
    names: *mut abi::PyObject,
    bound: &mut [Option<&'a Object>],
) -> Result<(Args<'a>, KwArgs<'a>), Raised> {
    // SAFETY: the caller's promise.
    let (names, all) = unsafe {
        let names = tuple_slice::<'a>(names);
        (names, argument_slice::<'a>(args, nargs.max(0) + names.len() as isize))
    };
    let (args, values) = all.split_at(nargs.max(0) as usize);
    bind(spec, args, names, values, bound).map_err(|misfit| misfit.raise(th))
}

/// `tp_vectorcall` and instances' vectorcall functions.
///
/// # Safety
/// As [`keywords`]; the count's top bit is a flag.
#[inline(always)]
pub unsafe fn vectorcall<'a>(
    th: &mut Thread,
    spec: &'static ParamSpec,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    names: *mut abi::PyObject,
    bound: &mut [Option<&'a Object>],
) -> Result<(Args<'a>, KwArgs<'a>), Raised> {
    let nargs = nargsf & !abi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    // SAFETY: the caller's promise.
    unsafe { keywords(th, spec, args, nargs as isize, names, bound) }
}

/// `tp_new`, `tp_init`, `tp_call`. Unless `strict`, a signature without keyword parameters ignores keyword arguments.
///
/// # Safety
/// `args` is a tuple, `kwargs` a dict or null; they live for `'a`.
#[inline(always)]
pub unsafe fn tuple_dict<'a>(
    th: &mut Thread,
    spec: &'static ParamSpec,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
    strict: impl FnOnce() -> bool,
    buffer: &'a mut KwBuffer,
    bound: &mut [Option<&'a Object>],
) -> Result<(Args<'a>, KwArgs<'a>), Raised> {
    // SAFETY: the caller's promise.
    let args = unsafe { tuple_slice::<'a>(args) };
    if kwargs.is_null()
        && let Some(all) = in_order(spec, args, bound)
    {
        return Ok(all);
    }
    if !kwargs.is_null() && (spec.accepts_keywords() || strict()) {
        // SAFETY: the caller's promise.
        super::convert::dict_items(th, unsafe { Object::borrow(kwargs) }, &mut |name, value| buffer.push(name, value))?;
    }
    let buffer: &'a KwBuffer = buffer;
    bind(spec, args, buffer.names(), buffer.values(), bound).map_err(|misfit| misfit.raise(th))
}

/// Whether `tp_new` of `base`, called for `cls`, refuses keyword arguments that it does not know: not where a subclass has its own
/// `__init__`, which may take them.
///
/// # Safety
/// `cls` is a type object.
pub unsafe fn new_is_strict(cls: *mut abi::PyTypeObject, base: &Type) -> bool {
    // SAFETY: the caller's promise.
    let cls = unsafe { Type::borrow(cls) };
    core::ptr::eq(cls, base) || same(cls.tp_init().map(|f| f as usize), base.tp_init().map(|f| f as usize))
}

/// The same for `tp_init`, with `__new__`.
///
/// # Safety
/// `object` is a live object.
pub unsafe fn init_is_strict(object: *mut abi::PyObject, base: &Type) -> bool {
    // SAFETY: the caller's promise.
    let cls = unsafe { Object::borrow(object) }.ty();
    core::ptr::eq(cls, base) || same(cls.tp_new().map(|f| f as usize), base.tp_new().map(|f| f as usize))
}

fn same(a: Option<usize>, b: Option<usize>) -> bool {
    a == b
}

/// Why arguments do not fit a signature.
#[derive(Clone, Copy)]
pub struct Misfit<'a> {
    spec: &'static ParamSpec,
    why: Why<'a>,
}

#[derive(Clone, Copy)]
enum Why<'a> {
    /// Keywords for a function that takes none.
    NoKeywords,
    /// The wrong number, for a function that takes no keywords.
    Positional(usize),
    /// More than there are parameters.
    TooMany { args: usize, keywords: usize },
    /// More by position than may be given so.
    TooManyByPosition(usize),
    /// Fewer by position than must be given so.
    TooFewByPosition(usize),
    /// Nothing at this place.
    Missing(usize),
    /// This place twice.
    Twice(usize),
    /// A keyword that is no string.
    NoString,
    /// A keyword that names no parameter.
    Unexpected(&'a Object),
}

impl Misfit<'_> {
    #[cold]
    #[inline(never)]
    fn raise(self, th: &mut Thread) -> Raised {
        raise(th, Error::Type, format_args!("{self}"))
    }
}

impl fmt::Display for Misfit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spec = self.spec;
        let func = spec.func;
        let (required, positional) = (usize::from(spec.required), usize::from(spec.positional));
        match self.why {
            Why::NoKeywords => write!(f, "{func}() takes no keyword arguments"),
            Why::Positional(given) => {
                let (bound, count) = match given < required {
                    _ if required == positional && !spec.var_args => ("", required),
                    true => ("at least ", required),
                    false => ("at most ", positional),
                };
                write!(f, "{func} expected {bound}{count} argument{}, got {given}", plural(count))
            }
            Why::TooMany { args, keywords } => {
                let places = spec.names.len();
                // "keyword" where there are no others, so that the number makes sense.
                let kind = if args == 0 { "keyword " } else { "" };
                write!(f, "{func}() takes at most {places} {kind}argument{} ({} given)", plural(places), args + keywords)
            }
            Why::TooManyByPosition(_) if positional == 0 => write!(f, "{func}() takes no positional arguments"),
            Why::TooManyByPosition(given) => {
                let bound = if required < positional { "at most" } else { "exactly" };
                write!(f, "{func}() takes {bound} {positional} positional argument{} ({given} given)", plural(positional))
            }
            Why::TooFewByPosition(given) => {
                let needed = required.min(usize::from(spec.positional_only));
                let bound = if needed < positional { "at least" } else { "exactly" };
                write!(f, "{func}() takes {bound} {needed} positional argument{} ({given} given)", plural(needed))
            }
            Why::Missing(place) => write!(f, "{func}() missing required argument '{}' (pos {})", spec.names[place], place + 1),
            Why::Twice(place) => write!(f, "argument for {func}() given by name ('{}') and position ({})", spec.names[place], place + 1),
            Why::NoString => f.write_str("keywords must be strings"),
            Why::Unexpected(name) => {
                let name = str_text(name).unwrap_or_default();
                write!(f, "{func}() got an unexpected keyword argument '{name}'")?;
                let known = spec.names[usize::from(spec.positional_only)..].iter().copied();
                match suggest::closest(&name, known) {
                    Some(close) => write!(f, ". Did you mean '{close}'?"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Puts each argument into its parameter's place. The order of the checks is the order in which CPython reports.
fn bind<'a>(
    spec: &'static ParamSpec,
    args: &'a [&'a Object],
    names: &'a [&'a Object],
    values: &'a [&'a Object],
    bound: &mut [Option<&'a Object>],
) -> Result<(Args<'a>, KwArgs<'a>), Misfit<'a>> {
    let positional = usize::from(spec.positional);
    check_counts(spec, args.len(), names.len()).map_err(|why| Misfit { spec, why })?;
    for (place, arg) in bound.iter_mut().zip(args.iter().take(positional)) {
        *place = Some(arg);
    }
    let by_position = args.len().min(positional);
    if !names.is_empty() {
        bind_keywords(spec, by_position, names, values, bound).map_err(|why| Misfit { spec, why })?;
    }
    // What is wrong with the keywords is only said when nothing is missing.
    if let Some(place) = required_places(spec).find(|&place| bound[place].is_none()) {
        return Err(Misfit { spec, why: Why::Missing(place) });
    }
    if !names.is_empty() {
        check_unexpected(spec, by_position, names).map_err(|why| Misfit { spec, why })?;
    }
    Ok((Args::behind(args, positional), KwArgs { names, values, taken: Some(spec) }))
}

/// The places that must be filled: the first positional ones, and the first keyword-only ones.
fn required_places(spec: &ParamSpec) -> impl Iterator<Item = usize> {
    let positional = usize::from(spec.positional);
    (0..usize::from(spec.required)).chain(positional..positional + usize::from(spec.required_keywords))
}

fn check_counts(spec: &ParamSpec, args: usize, keywords: usize) -> Result<(), Why<'static>> {
    let (required, positional) = (usize::from(spec.required), usize::from(spec.positional));
    if !spec.accepts_keywords() {
        if keywords != 0 {
            return Err(Why::NoKeywords);
        }
        if args < required || !spec.var_args && args > positional {
            return Err(Why::Positional(args));
        }
        return Ok(());
    }
    if !spec.var_args && !spec.var_keywords && args + keywords > spec.names.len() {
        return Err(Why::TooMany { args, keywords });
    }
    if !spec.var_args && args > positional {
        return Err(Why::TooManyByPosition(args));
    }
    if args < required.min(usize::from(spec.positional_only)) {
        return Err(Why::TooFewByPosition(args));
    }
    Ok(())
}

fn bind_keywords<'a>(
    spec: &ParamSpec,
    by_position: usize,
    names: &[&'a Object],
    values: &[&'a Object],
    bound: &mut [Option<&'a Object>],
) -> Result<(), Why<'a>> {
    for (name, value) in names.iter().zip(values) {
        if !is_str(name) {
            return Err(Why::NoString);
        }
        if let Some(place) = spec.place_of(name)
            && place >= by_position
        {
            bound[place] = Some(value);
        }
    }
    Ok(())
}

/// Keywords that name no parameter, or one that was given by position.
fn check_unexpected<'a>(spec: &ParamSpec, by_position: usize, names: &[&'a Object]) -> Result<(), Why<'a>> {
    for place in usize::from(spec.positional_only)..by_position {
        if names.iter().any(|name| str_equals(name, spec.names[place])) {
            return Err(Why::Twice(place));
        }
    }
    match names.iter().find(|name| spec.place_of(name).is_none()) {
        Some(name) if !spec.var_keywords => Err(Why::Unexpected(name)),
        _ => Ok(()),
    }
}

/// Which argument an error is about.
#[derive(Clone, Copy)]
pub struct At {
    pub spec: &'static ParamSpec,
    pub index: u8,
    /// Whether `None` would have done, too.
    pub or_none: bool,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spec = self.spec;
        if core::ptr::eq(spec, &SLOT_OPERAND) {
            return f.write_str("operand");
        }
        write!(f, "{}() argument", spec.func)?;
        if self.index >= spec.positional_only {
            return write!(f, " '{}'", spec.names.get(usize::from(self.index)).unwrap_or(&"?"));
        }
        // An only argument has no number.
        match spec.names.len() == 1 && spec.required == 1 && !spec.var_args {
            true => Ok(()),
            false => write!(f, " {}", self.index + 1),
        }
    }
}

impl At {
    /// `f() argument 1 must be str, not int`
    #[cold]
    #[inline(never)]
    pub fn bad_argument(self, th: &mut Thread, expected: &str, arg: &Object) -> Raised {
        let or_none = if self.or_none { " or None" } else { "" };
        let ty = arg.ty();
        let got = match super::convert::is_none(arg) {
            true => "None".into(),
            false => String::from_utf8_lossy(ty.tp_name_bytes()),
        };
        if core::ptr::eq(self.spec, &ATTRIBUTE_NAME) {
            return raise(th, Error::Type, format_args!("attribute name must be string, not '{got}'"));
        }
        raise(th, Error::Type, format_args!("{self} must be {expected}{or_none}, not {got}"))
    }

    /// A place that binding should have filled; only a wrong `ParamSpec` comes here.
    #[cold]
    #[inline(never)]
    pub fn missing(self, th: &mut Thread) -> Raised {
        let name = self.spec.names.get(usize::from(self.index)).unwrap_or(&"?");
        raise(th, Error::Type, format_args!("{}() missing required argument '{name}' (pos {})", self.spec.func, self.index + 1))
    }
}

#[cfg(test)]
mod tests;
