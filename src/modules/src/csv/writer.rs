//! `_csv.writer`: writes records by an object's `write`.

use core::ops::ControlFlow;

use algos::csv as alg;
use algos::csv::Value;
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::with_units;
use objects::{Str, exceptions, none, ops, raise};

use super::dialect::{self, Dialect};

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
///
#[pytype(name = "writer", module = "_csv", flags(BASETYPE, DISALLOW_INSTANTIATION, IMMUTABLETYPE))]
#[repr(C)]
pub struct Writer {
    head: Head,
    write: Slot,
    #[member(name = "dialect", readonly)]
    dialect: Slot,
}

impl Writer {
    /// `writer(fileobj, dialect, **kwargs)`
    pub fn create(th: &mut Thread, file: &Object, dialect: Option<&Object>, kwargs: KwArgs<'_>) -> Result<Ref<Writer>, Raised> {
        let dialect = dialect::of(th, dialect, kwargs)?;
        let name = objects::intern(th, "write");
        match ops::getattr_opt(th, file, name)? {
            Some(write) if ops::is_callable(&write) => {
                Ok(th.new_object(Writer { head: Head::INIT, write: Slot::new(write), dialect: Slot::new(dialect.up()) }))
            }
            _ => Err(raise::type_error(th, format_args!("argument 1 must have a \"write\" method"))),
        }
    }
}

fn field(th: &mut Thread, writer: &mut alg::Writer<'_>, value: &Object) -> Result<(), Raised> {
    let written = if let Some(text) = Str::of(value) {
        with_units!(text, |units| writer.field(units, Value::Str))
    } else if value.is(none()) {
        writer.field::<u8>(&[], Value::Null)
    } else {
        let kind = if ops::is_number(value) { Value::Number } else { Value::Other };
        let text = ops::str_(th, value)?;
        with_units!(text, |units| writer.field(units, kind))
    };
    written.map_err(|message| super::error(th, &message))
}

#[pymethods]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[method(sig = "($self, row, /)")]
    fn writerow(&self, th: &mut Thread, row: &Object) -> Result<Ref<Object>, Raised> {
        let iterator = match ops::iter_all(th, row) {
            Ok(iterator) => iterator,
            Err(_) if raise::matches(th, exceptions::type_error_type()) => {
                drop(th.take_exception());
                let got = ops::type_name(row);
                return Err(super::error(th, &format!("iterable expected, not {got}")));
            }
            Err(raised) => return Err(raised),
        };
        let dialect = self.dialect.peek().and_then(|dialect| dialect.downcast::<Dialect>());
        let Some(dialect) = dialect else { return Err(raise::bad_internal_call(th)) };
        let mut writer = alg::Writer::new(dialect.options());
        while let Some(value) = ops::next(th, &iterator)? {
            field(th, &mut writer, &value)?;
            th.release(value);
        }
        let line = writer.finish().map_err(|message| super::error(th, &message))?;
        let line = Str::from_text(th, &line).ok_or_else(|| raise::memory_error(th))?;
        let Some(write) = self.write.get(th, self) else { return Err(raise::bad_internal_call(th)) };
        ops::call1(th, &write, &line)
    }

    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[method(sig = "($self, rows, /)")]
    fn writerows(&self, th: &mut Thread, seqseq: &Object) -> Result<(), Raised> {
        let rows = ops::iter_all(th, seqseq)?;
        ops::for_each(th, &rows, |th, row| {
            let written = self.writerow(th, &row)?;
            th.release(written);
            Ok(ControlFlow::Continue(()))
        })
    }
}
