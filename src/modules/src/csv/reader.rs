//! `_csv.reader`: records of the lines that an iterator yields.
//!
//! Invariant: the state machine is touched under its mutex, line by line, and never across a call-out.

use algos::csv as alg;
use heap::sync::{AtomicIsize, Mutex, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::with_units;
use objects::{Float, List, Str, none_ref, ops, raise};

use super::dialect::{self, Dialect};
use crate::serial::Serial;

struct Machine {
    reader: alg::Reader,
    /// A record was begun and nobody has taken it.
    begun: bool,
}

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
///
#[pytype(name = "reader", module = "_csv", flags(BASETYPE, DISALLOW_INSTANTIATION, IMMUTABLETYPE))]
#[repr(C)]
pub struct Reader {
    head: Head,
    lines: Slot,
    #[member(name = "dialect", readonly)]
    dialect: Slot,
    line_num: AtomicIsize,
    #[untraversed]
    machine: Mutex<Box<Machine>>,
    #[untraversed]
    serial: Serial,
}

impl Reader {
    /// `reader(iterable, dialect, **kwargs)`
    pub fn create(th: &mut Thread, iterable: &Object, dialect: Option<&Object>, kwargs: KwArgs<'_>) -> Result<Ref<Reader>, Raised> {
        let lines = ops::iter(th, iterable)?;
        let dialect = dialect::of(th, dialect, kwargs)?;
        let reader = alg::Reader::new(Dialect::options(&dialect).clone(), super::limit());
        Ok(th.new_object(Reader {
            head: Head::INIT,
            lines: Slot::new(lines),
            dialect: Slot::new(dialect.up()),
            line_num: AtomicIsize::new(0),
            machine: Mutex::new(Box::new(Machine { reader, begun: false })),
            serial: Serial::new(),
        }))
    }

    fn record(&self, th: &mut Thread) -> Result<Option<Ref<List>>, Raised> {
        let Some(lines) = self.lines.get(th, self) else { return Ok(None) };
        {
            let mut machine = self.machine.lock();
            machine.reader.start();
            machine.reader.set_limit(super::limit());
            machine.begun = true;
        }
        loop {
            let Some(line) = ops::next(th, &lines)? else {
                let rest = self.machine.lock().reader.finish();
                return self.finished(th, rest);
            };
            let Some(text) = Str::of(&line) else {
                let got = ops::type_name(&line);
                let message = format!("iterator should return strings, not {got} (the file should be opened in text mode)");
                return Err(super::error(th, &message));
            };
            if !self.machine.lock().begun {
                return Err(super::error(th, "iterator has already advanced the reader"));
            }
            self.line_num.fetch_add(1, Relaxed);
            let record = with_units!(text, |units| self.machine.lock().reader.feed(units));
            match record {
                Ok(None) => {}
                complete => return self.finished(th, complete),
            }
        }
    }

    fn finished(&self, th: &mut Thread, record: Result<Option<Vec<alg::Field>>, alg::ReadError>) -> Result<Option<Ref<List>>, Raised> {
        match record {
            Ok(None) => Ok(None),
            Ok(Some(fields)) => {
                self.machine.lock().begun = false;
                let mut items = Vec::with_capacity(fields.len());
                for field in fields {
                    items.push(match field {
                        alg::Field::Str(text) => Str::from_text(th, &text).ok_or_else(|| raise::memory_error(th))?.up(),
                        alg::Field::Float(value) => Float::new(th, value).up(),
                        alg::Field::Null => none_ref(),
                    });
                }
                Ok(Some(List::try_new(th, items).map_err(|e| e.raise(th))?))
            }
            Err(alg::ReadError::Csv(message)) => Err(super::error(th, &message)),
            Err(alg::ReadError::Float(text)) => {
                let text = Str::from_text(th, &text).ok_or_else(|| raise::memory_error(th))?;
                let shown = ops::repr(th, &text)?.to_string_lossy();
                Err(raise::value_error(th, format_args!("could not convert string to float: {shown}")))
            }
        }
    }
}

#[pymethods]
impl Reader {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<List>>, Raised> {
        self.serial.step(th, self, |th| self.record(th))
    }

    #[getter]
    fn line_num(&self) -> isize {
        self.line_num.load(Relaxed)
    }
}
