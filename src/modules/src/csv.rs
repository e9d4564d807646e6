//! `_csv`: dialects, readers and writers around the state machines of `algos::csv`.

mod dialect;
mod reader;
mod writer;

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Heaped, Object, PyType, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Dict, Int, List, Str, Tuple, exceptions, raise};

pub use dialect::Dialect;
pub use reader::Reader;
pub use writer::Writer;

static ERROR: Global<Object> = Global::EMPTY;
static DIALECTS: Global<Dict> = Global::EMPTY;
/// How long a field may be.
static LIMIT: AtomicIsize = AtomicIsize::new(128 * 1024);

fn limit() -> isize {
    LIMIT.load(Relaxed)
}

/// Raises `_csv.Error`.
#[cold]
fn error(th: &mut Thread, message: &str) -> Raised {
    match error_class(th) {
        Ok(class) => match as_type(&class) {
            Some(class) => raise::new(th, class, format_args!("{message}")),
            None => raise::value_error(th, format_args!("{message}")),
        },
        Err(raised) => raised,
    }
}

fn error_class(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    ERROR.get_or_init(th, |th| {
        let namespace = Dict::new(th);
        let module = Str::new(th, "_csv");
        namespace.set_by_name(th, "__module__", module.up());
        let bases = Tuple::from_slice(th, &[exceptions::exception_type()]);
        let name = Str::new(th, "Error");
        objects::typing::new_class::new_class(th, objects::typing::type_type(), &name, &bases, &namespace, KwArgs::EMPTY)
    })
}

fn dialects(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    DIALECTS.get_or_init(th, |th| Ok(Dict::new(th)))
}

fn registered(th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
    let dialects = dialects(th)?;
    match dialects.get(th, name)? {
        Some(found) => Ok(found),
        None => Err(error(th, "unknown dialect")),
    }
}

/// One or two arguments by position: the second is a dialect.
fn with_dialect<'a>(th: &mut Thread, function: &str, args: Args<'a>) -> Result<(&'a Object, Option<&'a Object>), Raised> {
    match *args.as_slice() {
        [first] => Ok((first, None)),
        [first, dialect] => Ok((first, Some(dialect))),
        [] => Err(raise::type_error(th, format_args!("{function} expected at least 1 argument, got 0"))),
        _ => Err(raise::type_error(th, format_args!("{function} expected at most 2 arguments, got {}", args.len()))),
    }
}

#[pymodule(name = "_csv", doc = "CSV parsing and writing.\n", types(Dialect), hidden(Reader, Writer))]
pub mod csv {
    use super::*;

    #[constant]
    const QUOTE_MINIMAL: i64 = 0;
    #[constant]
    const QUOTE_ALL: i64 = 1;
    #[constant]
    const QUOTE_NONNUMERIC: i64 = 2;
    #[constant]
    const QUOTE_NONE: i64 = 3;
    #[constant]
    const QUOTE_STRINGS: i64 = 4;
    #[constant]
    const QUOTE_NOTNULL: i64 = 5;

    #[attr(name = "Reader")]
    fn reader_type() -> Ref<Object> {
        Reader::type_object().as_object().to_owned()
    }

    #[attr(name = "Writer")]
    fn writer_type() -> Ref<Object> {
        Writer::type_object().as_object().to_owned()
    }

    #[attr(name = "Error")]
    fn error_type(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        error_class(th)
    }

    #[attr]
    fn _dialects(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        super::dialects(th)
    }

    #[function(
        sig = none,
        doc = "reader($module, iterable, /, dialect='excel', **fmtparams)\n--\n\nReturn a reader object that will process lines from the given iterable.\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines).\n"
    )]
    fn reader(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Reader>, Raised> {
        let (iterable, dialect) = with_dialect(th, "reader", args)?;
        Reader::create(th, iterable, dialect, kwargs)
    }

    #[function(
        sig = none,
        doc = "writer($module, fileobj, /, dialect='excel', **fmtparams)\n--\n\nReturn a writer object that will write user data on the given file object.\n\nThe \"fileobj\" argument can be any object that supports the file API.\nThe optional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n"
    )]
    fn writer(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Writer>, Raised> {
        let (file, dialect) = with_dialect(th, "writer", args)?;
        Writer::create(th, file, dialect, kwargs)
    }

    /// Return a list of all known dialect names.
    #[function(sig = "()")]
    fn list_dialects(th: &mut Thread) -> Result<Ref<List>, Raised> {
        let names = super::dialects(th)?.snapshot_keys(th);
        Ok(List::new(th, names))
    }

    #[function(
        sig = none,
        doc = "register_dialect($module, name, /, dialect='excel', **fmtparams)\n--\n\nCreate a mapping from a string name to a CVS dialect.\n\nThe optional \"dialect\" argument specifies the base dialect instance\nor the name of the registered dialect.  The function also accepts\noptional keyword arguments which override settings provided by the\ndialect.\n"
    )]
    fn register_dialect(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let (name, dialect) = with_dialect(th, "register_dialect", args)?;
        if !name.is_a::<Str>() {
            return Err(raise::type_error(th, format_args!("dialect name must be a string")));
        }
        let dialect = dialect::make(th, Dialect::type_object(), dialect, kwargs)?;
        super::dialects(th)?.set(th, name, dialect)
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function(sig = "(name)")]
    fn unregister_dialect(th: &mut Thread, name: &Object) -> Result<(), Raised> {
        if super::dialects(th)?.del(th, name)? { Ok(()) } else { Err(error(th, "unknown dialect")) }
    }

    /// Return the dialect instance associated with name.
    #[function(sig = "(name)")]
    fn get_dialect(th: &mut Thread, name: &Object) -> Result<Ref<Object>, Raised> {
        registered(th, name)
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(sig = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(th: &mut Thread, new_limit: Option<&Object>) -> Result<isize, Raised> {
        let Some(new) = new_limit else { return Ok(limit()) };
        let Some(new) = new.downcast_exact::<Int>() else {
            return Err(raise::type_error(th, format_args!("limit must be an integer")));
        };
        let Some(new) = new.to_i64().and_then(|new| isize::try_from(new).ok()) else {
            return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t")));
        };
        Ok(LIMIT.swap(new, Relaxed))
    }
}
