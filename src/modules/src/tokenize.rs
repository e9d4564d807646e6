//! `_tokenize`: CPython's tokenizer over the lines that a callable gives.

use heap::sync::Mutex;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::{Bytes, Int, Str, Tuple, exceptions, ops, raise};
use syntax::tokenizer::{Problem, Reader, Stop, Token, Tokenizer};
use syntax::{ErrorKind, WarningKind};

use crate::serial::Serial;

const FILENAME: &str = "<string>";

#[pytype(name = "TokenizerIter", module = "_tokenize", doc = none, flags(OWN_GETATTR))]
#[repr(C)]
pub struct TokenizerIter {
    head: Head,
    readline: Slot,
    /// The line of the last token, which those after it share.
    line: Slot<Str>,
    #[untraversed]
    encoding: Option<String>,
    /// Away while a step is under way.
    #[untraversed]
    state: Mutex<Option<Box<Tokenizer>>>,
    #[untraversed]
    serial: Serial,
}

/// Lines as text, from a callable that ends with `StopIteration` or an empty line.
struct Lines<'a, 't> {
    th: &'t mut Thread,
    readline: &'a Object,
    encoding: Option<&'a str>,
}

impl Reader for Lines<'_, '_> {
    type Error = Raised;

    fn line(&mut self) -> Result<Option<String>, Raised> {
        let line = match ops::call0(self.th, self.readline) {
            Ok(line) => line,
            Err(raised) => {
                return match raise::catch(self.th, exceptions::stop_iteration_type()) {
                    Some(_) => Ok(None),
                    None => Err(raised),
                };
            }
        };
        let line: Ref<Str> = match self.encoding {
            Some(encoding) => {
                if !line.is_a::<Bytes>() {
                    return Err(raise::type_error(self.th, format_args!("readline() returned a non-bytes object")));
                }
                objects::str::decode_object(self.th, &line, Some(encoding), Some("replace"))?
            }
            None => match line.downcast_ref::<Str>() {
                Some(line) => line.to_ref(),
                None => return Err(raise::type_error(self.th, format_args!("readline() returned a non-string object"))),
            },
        };
        match line.to_utf8() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(raise::unicode_surrogates(self.th, &line)),
        }
    }
}

#[pymethods]
impl TokenizerIter {
    #[slot(tp_new, sig = "(readline, /, *, encoding=None, extra_tokens=False)")]
    fn tp_new(th: &mut Thread, cls: &Type, readline: &Object, encoding: Option<&str>, extra_tokens: bool) -> Ref<TokenizerIter> {
        th.new_instance(
            cls,
            TokenizerIter {
                head: Head::INIT,
                readline: Slot::new(readline.to_ref()),
                line: Slot::new(Str::empty()),
                encoding: encoding.map(str::to_owned),
                state: Mutex::new(Some(Box::new(Tokenizer::new(extra_tokens)))),
                serial: Serial::new(),
            },
        )
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<TokenizerIter> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.serial.step(th, self.as_object(), |th| self.step(th))
    }
}

impl TokenizerIter {
    fn step(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let taken = self.state.lock().take();
        let Some(mut tokenizer) = taken else { return Err(raise::value_error(th, format_args!("iterator already executing"))) };
        let Some(readline) = self.readline.get(th, self) else { return Ok(None) };
        let result = tokenizer.next(&mut Lines { th, readline: &readline, encoding: self.encoding.as_deref() });
        let warnings = core::mem::take(&mut tokenizer.warnings);
        *self.state.lock() = Some(tokenizer);
        th.release(readline);
        for warning in warnings {
            issue(th, &warning)?;
        }
        match result {
            Ok(Some(token)) => Ok(Some(self.object(th, token))),
            Ok(None) => Ok(None),
            Err(Stop::Reader(raised)) => Err(raised),
            Err(Stop::Error(problem)) => Err(raise_problem(th, &problem)),
        }
    }

    fn object(&self, th: &mut Thread, token: Token) -> Ref<Object> {
        let Token { kind, text, start, end, line } = token;
        let line = match line {
            Some(line) => {
                let line = Str::new(th, &line);
                self.line.set(th, self, Some(line.clone()));
                line
            }
            None => self.line.get(th, self).unwrap_or_else(Str::empty),
        };
        let kind = Int::from_i64(th, i64::from(kind)).up();
        let text: Ref<Object> = if text.len() < 24 { objects::intern(th, &text).to_ref().up() } else { Str::new(th, &text).up() };
        let first = Int::from_i64(th, i64::from(start.0)).up();
        let last = if start.0 == end.0 { first.clone() } else { Int::from_i64(th, i64::from(end.0)).up() };
        let col = Int::from_i64(th, start.1).up();
        let end_col = Int::from_i64(th, end.1).up();
        let start = Tuple::from_array(th, [first, col]).up();
        let end = Tuple::from_array(th, [last, end_col]).up();
        Tuple::from_array(th, [kind, text, start, end, line.up()]).up()
    }
}

fn issue(th: &mut Thread, warning: &syntax::tokenizer::LineWarning) -> Result<(), Raised> {
    let filename = objects::intern(th, FILENAME);
    let warning = syntax::Warning {
        kind: WarningKind::Syntax,
        msg: warning.msg.clone(),
        lineno: warning.line,
        offset: 0,
        end_lineno: warning.line,
        end_offset: 0,
    };
    interp::compile::issue_warning(th, filename, &warning)
}

fn raise_problem(th: &mut Thread, problem: &Problem) -> Raised {
    let cls = match problem.kind {
        ErrorKind::Indentation => exceptions::indentation_error_type(),
        ErrorKind::Tab => exceptions::tab_error_type(),
        _ => exceptions::syntax_error_type(),
    };
    // (filename, line, column, text, end line, end column)
    let message = Str::new(th, &problem.msg);
    let filename = Str::new(th, FILENAME);
    let line = Int::from_i64(th, i64::from(problem.line));
    let offset = Int::from_i64(th, problem.offset);
    let text: Ref<Object> = match &problem.text {
        Some(text) => Str::new(th, text).up(),
        None => objects::none_ref(),
    };
    let place = match problem.kind {
        ErrorKind::Syntax => {
            let end = Int::from_i64(th, problem.end.unwrap_or(-1));
            Tuple::from_slice(th, &[filename.as_object(), line.as_object(), offset.as_object(), &text, line.as_object(), end.as_object()])
        }
        _ => Tuple::from_slice(th, &[filename.as_object(), line.as_object(), offset.as_object(), &text, objects::none(), objects::none()]),
    };
    raise::call_class(th, cls, &[message.as_object(), place.as_object()])
}


#[pymodule(name = "_tokenize", types(TokenizerIter))]
pub mod tokenize {
    use super::*;
}
