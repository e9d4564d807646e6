//! `XMLParser`: feeds a target, which is a `TreeBuilder` most of the time, with the events of a document.
//!
//! Invariant: as in [`crate::parser`]: the library's parser is touched in turn, and takes no input from its handlers.
#![allow(unsafe_code, reason = "calls of a C library, and its callbacks")]

use core::ffi::{c_char, c_int};
use std::ffi::CString;
use std::sync::Arc;

use heap::sync::{AtomicBool, Mutex, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::exceptions::{attribute_error_type, runtime_warning_type};
use objects::glue::{upward, *};
use objects::{Bytes, Dict, Int, Str, Tuple, codecs, none, none_ref, ops, raise, warn};

use super::ERROR;
use super::builder::{self, Event, TreeBuilder};
use crate::expat::{self, Data, Parser, Text};
use crate::handlers::{self, Link, called, decoded};
use crate::pyexpat::error_string;
use crate::turn::Turn;

/// What is read of a file at once.
const READ: i64 = 64 * 1024;
/// What the library is fed at once.
const CHUNK: usize = 1 << 20;
const UNDEFINED_ENTITY: c_int = 11;

/// The methods of a target, in the order of the parser's slots.
const METHODS: [&str; 9] = ["start_ns", "end_ns", "start", "data", "end", "comment", "pi", "close", "doctype"];

#[derive(Clone, Copy)]
enum Method {
    StartNs,
    EndNs,
    Start,
    Data,
    End,
    Comment,
    Instruction,
    Close,
    Doctype,
}

#[pytype(name = "XMLParser", module = "xml.etree.ElementTree", flags(BASETYPE), doc = none)]
#[repr(C)]
pub struct Reader {
    head: Head,
    #[member(name = "target", readonly, none)]
    target: Slot,
    #[member(name = "entity", readonly, none)]
    entity: Slot<Dict>,
    /// Names as the library has them, and as trees have them.
    names: Slot<Dict>,
    methods: [Slot; 9],
    /// None until `__init__` was called.
    #[untraversed]
    core: Mutex<Option<Arc<Core>>>,
}

struct Core {
    parser: Parser,
    link: Box<Link<Reader>>,
    turn: Turn,
    running: AtomicBool,
}

impl Drop for Core {
    fn drop(&mut self) {
        // SAFETY: R4: nobody else has the parser.
        unsafe { expat::XML_ParserFree(self.parser) };
    }
}

impl Core {
    fn new(th: &mut Thread, encoding: Option<&str>) -> Result<Core, Raised> {
        let encoding = encoding.map(|encoding| CString::new(encoding).unwrap_or_default());
        let encoding = encoding.as_ref().map_or(core::ptr::null(), |encoding| encoding.as_ptr());
        // SAFETY: R4: texts or null; the library's own memory functions.
        let parser = unsafe { expat::XML_ParserCreate_MM(encoding, core::ptr::null(), c"}".as_ptr()) };
        if parser.is_null() {
            return Err(raise::memory_error(th));
        }
        let link = Box::<Link<Reader>>::default();
        let data: Data = core::ptr::from_ref(&*link).cast_mut().cast();
        // SAFETY: R4: the parser is ours; the link lives in a box of its own until the parser is freed.
        unsafe { expat::XML_SetUserData(parser, data) };
        // SAFETY: as above.
        unsafe { expat::XML_SetUnknownEncodingHandler(parser, Some(handlers::on_unknown_encoding::<Reader>), data) };
        Ok(Core { parser, link, turn: Turn::new(), running: AtomicBool::new(false) })
    }
}

/// Calls a function of the library with the parser of a core, in its turn.
macro_rules! told {
    ($core:expr, $function:ident $(, $argument:expr)*) => {{
        // SAFETY: R4: the parser is alive, and it is our turn, or nobody else has it yet.
        unsafe { expat::$function($core.parser $(, $argument)*) }
    }};
}

impl Reader {
    fn method(&self, th: &Thread, method: Method) -> Option<Ref<Object>> {
        self.methods[method as usize].get(th, self)
    }

    fn core(&self, th: &mut Thread) -> Result<Arc<Core>, Raised> {
        let core = self.core.lock().clone();
        core.ok_or_else(|| raise::value_error(th, format_args!("XMLParser.__init__() wasn't called")))
    }

    fn builder(&self, th: &Thread) -> Option<Ref<TreeBuilder>> {
        self.target.get(th, self).as_deref().and_then(builder::exact).map(Heaped::to_ref)
    }

    /// A name, with its namespace in braces.
    fn name(&self, th: &mut Thread, name: Text) -> Result<Ref<Object>, Raised> {
        let raw = handlers::text(th, name)?;
        let names = self.names.get(th, self);
        if let Some(names) = &names
            && let Some(known) = names.get(th, &raw)?
        {
            return Ok(known);
        }
        let text = str_text(&raw).unwrap_or_default();
        let full = if text.contains('}') { Str::new(th, &format!("{{{text}")).up() } else { raw.clone() };
        if let Some(names) = &names {
            names.set(th, &raw, full.clone())?;
        }
        Ok(full)
    }

    fn call(&self, th: &mut Thread, method: Method, arguments: &[&Object]) -> Result<(), Raised> {
        match self.method(th, method) {
            Some(method) => ops::call(th, &method, arguments).map(drop),
            None => Ok(()),
        }
    }

    /// Raises `ParseError`; `what` says what is wrong, if the library does not.
    #[cold]
    fn error(&self, th: &mut Thread, core: &Core, code: c_int, what: Option<&str>) -> Raised {
        let (line, column) = (told!(core, XML_GetCurrentLineNumber), told!(core, XML_GetCurrentColumnNumber));
        let what = what.or_else(|| error_string(code)).unwrap_or("(null)");
        let message = format!("{what}: line {line}, column {column}");
        let make = |th: &mut Thread| {
            let (class, message) = (ERROR.get(th)?, Str::new(th, &message));
            let exception = ops::call1(th, &class, &message)?;
            let code = upward::from_i64(th, code.into());
            let place = [line, column].map(|number| upward::from_i128(th, number.into()));
            let place = Tuple::from_array(th, place).up();
            for (name, value) in [("code", code), ("position", place)] {
                let name = Str::new(th, name);
                ops::setattr(th, &exception, &name, &value)?;
            }
            Ok(exception)
        };
        match make(th) {
            Ok(exception) => raise::set(th, exception),
            Err(raised) => raised,
        }
    }

    /// Feeds the library.
    fn parse(&self, th: &mut Thread, core: &Core, text: &[u8], last: bool) -> Result<(), Raised> {
        if core.running.load(Relaxed) {
            return Err(raise::runtime_error(th, format_args!("a handler cannot feed the parser that calls it")));
        }
        let mut rest = text;
        loop {
            let (now, later) = rest.split_at(rest.len().min(CHUNK));
            let last = c_int::from(last && later.is_empty());
            core.running.store(true, Relaxed);
            let feed = || told!(core, XML_Parse, now.as_ptr().cast::<c_char>(), now.len() as c_int, last);
            let (status, failed) = core.link.run(th, self, feed);
            core.running.store(false, Relaxed);
            if failed {
                return Err(th.already_raised());
            }
            if status == expat::STATUS_ERROR {
                return Err(self.error(th, core, told!(core, XML_GetErrorCode), None));
            }
            if later.is_empty() {
                return Ok(());
            }
            rest = later;
            th.safepoint();
        }
    }

    fn in_turn<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Thread, &Core) -> Result<R, Raised>) -> Result<R, Raised> {
        let core = self.core(th)?;
        core.turn.take(th, self.as_object(), |th| body(th, &core))
    }

    /// Tells the library what it is to call.
    fn configure(&self, core: &Core) {
        let has = |method: Method| !self.methods[method as usize].is_null();
        if has(Method::StartNs) || has(Method::EndNs) {
            self.watch(core, Event::StartNs);
        }
        told!(core, XML_SetStartElementHandler, Some(on_start));
        told!(core, XML_SetEndElementHandler, Some(on_end));
        told!(core, XML_SetDefaultHandlerExpand, Some(on_default));
        told!(core, XML_SetCharacterDataHandler, Some(on_data));
        told!(core, XML_SetStartDoctypeDeclHandler, Some(on_doctype));
        if has(Method::Comment) {
            self.watch(core, Event::Comment);
        }
        if has(Method::Instruction) {
            self.watch(core, Event::Instruction);
        }
    }

    fn watch(&self, core: &Core, event: Event) {
        match event {
            Event::Start | Event::End => {}
            Event::StartNs | Event::EndNs => {
                told!(core, XML_SetStartNamespaceDeclHandler, Some(on_start_ns));
                told!(core, XML_SetEndNamespaceDeclHandler, Some(on_end_ns));
            }
            Event::Comment => told!(core, XML_SetCommentHandler, Some(on_comment)),
            Event::Instruction => told!(core, XML_SetProcessingInstructionHandler, Some(on_instruction)),
        }
    }

    /// What `close` and `_parse_whole` answer for a tree builder.
    fn tree(&self, th: &Thread) -> Option<Ref<Object>> {
        self.builder(th).map(|builder| builder.result(th))
    }
}

unsafe extern "C" fn on_start(data: Data, tag: Text, attributes: *mut Text) {
    called(data, |th, reader: &Reader| {
        let tag = reader.name(th, tag)?;
        let mut attrib = None;
        let mut at = attributes;
        loop {
            // SAFETY: R4: pairs of texts, ended by null.
            let key = unsafe { *at };
            if key.is_null() {
                break;
            }
            // SAFETY: R4: the other half of the pair.
            let value = unsafe { *at.add(1) };
            let (key, value) = (reader.name(th, key)?, handlers::text(th, value)?);
            let dict: &Ref<Dict> = attrib.get_or_insert_with(|| Dict::new(th));
            let dict = dict.clone();
            dict.set(th, &key, value)?;
            // SAFETY: R4: the end was not reached.
            at = unsafe { at.add(2) };
        }
        if let Some(builder) = reader.builder(th) {
            return builder.begin(th, &tag, attrib).map(drop);
        }
        let attrib = attrib.unwrap_or_else(|| Dict::new(th));
        reader.call(th, Method::Start, &[&tag, &attrib])
    });
}

unsafe extern "C" fn on_end(data: Data, tag: Text) {
    called(data, |th, reader: &Reader| {
        if let Some(builder) = reader.builder(th) {
            return builder.finish(th).map(drop);
        }
        let tag = reader.name(th, tag)?;
        reader.call(th, Method::End, &[&tag])
    });
}

fn take_data(th: &mut Thread, reader: &Reader, text: &Object) -> Result<(), Raised> {
    match reader.builder(th) {
        Some(builder) => builder.take(th, text),
        None => reader.call(th, Method::Data, &[text]),
    }
}

unsafe extern "C" fn on_data(data: Data, text: Text, len: c_int) {
    called(data, |th, reader: &Reader| {
        let text = handlers::sized(th, text, len)?;
        take_data(th, reader, &text)
    });
}

/// Sees what nobody else does: among it references to entities that the document does not declare.
unsafe extern "C" fn on_default(data: Data, text: Text, len: c_int) {
    called(data, |th, reader: &Reader| {
        let text = handlers::sized(th, text, len)?;
        let text = str_text(&text).unwrap_or_default();
        let Some(name) = text.strip_prefix('&').filter(|_| text.len() >= 2) else { return Ok(()) };
        let name = Str::new(th, name.strip_suffix(';').unwrap_or(name));
        let known = match reader.entity.get(th, reader) {
            Some(entities) => entities.get(th, &name)?,
            None => None,
        };
        match known {
            Some(value) => take_data(th, reader, &value),
            None => {
                let core = reader.core(th)?;
                let shown: String = text.chars().take(100).collect();
                Err(reader.error(th, &core, UNDEFINED_ENTITY, Some(&format!("undefined entity {shown}"))))
            }
        }
    });
}

fn text_or_empty(th: &mut Thread, text: Text) -> Result<Ref<Object>, Raised> {
    if text.is_null() { decoded(th, b"") } else { handlers::text(th, text) }
}

unsafe extern "C" fn on_start_ns(data: Data, prefix: Text, uri: Text) {
    called(data, |th, reader: &Reader| {
        let (prefix, uri) = (text_or_empty(th, prefix)?, text_or_empty(th, uri)?);
        match reader.builder(th) {
            Some(builder) if builder.wants(Event::StartNs) => {
                let pair = Tuple::from_array(th, [prefix, uri]);
                builder.tell(th, Event::StartNs, &pair)
            }
            Some(_) => Ok(()),
            None => reader.call(th, Method::StartNs, &[&prefix, &uri]),
        }
    });
}

unsafe extern "C" fn on_end_ns(data: Data, prefix: Text) {
    called(data, |th, reader: &Reader| match reader.builder(th) {
        Some(builder) => builder.tell(th, Event::EndNs, none()),
        None => {
            let prefix = text_or_empty(th, prefix)?;
            reader.call(th, Method::EndNs, &[&prefix])
        }
    });
}

unsafe extern "C" fn on_comment(data: Data, comment: Text) {
    called(data, |th, reader: &Reader| {
        let comment = handlers::text(th, comment)?;
        match reader.builder(th) {
            Some(builder) => builder.note_comment(th, &comment).map(drop),
            None => reader.call(th, Method::Comment, &[&comment]),
        }
    });
}

unsafe extern "C" fn on_instruction(data: Data, target: Text, text: Text) {
    called(data, |th, reader: &Reader| {
        let builder = reader.builder(th);
        if builder.as_ref().is_some_and(|builder| !builder.wants(Event::Instruction) && !builder.inserts_instructions()) {
            return Ok(());
        }
        let (target, text) = (handlers::text(th, target)?, handlers::text(th, text)?);
        match builder {
            Some(builder) => builder.note_instruction(th, &target, &text).map(drop),
            None => reader.call(th, Method::Instruction, &[&target, &text]),
        }
    });
}

unsafe extern "C" fn on_doctype(data: Data, name: Text, system: Text, public: Text, _internal: c_int) {
    called(data, |th, reader: &Reader| {
        let [name, system, public] =
            [name, system, public].map(|text| if text.is_null() { Ok(none_ref()) } else { reader.name(th, text) });
        let (name, system, public) = (name?, system?, public?);
        if let Some(doctype) = reader.method(th, Method::Doctype) {
            return ops::call(th, &doctype, &[&name, &public, &system]).map(drop);
        }
        let own = Str::new(th, "doctype");
        if ops::getattr_opt(th, reader, &own)?.is_some() {
            let message = "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.";
            warn::warn(th, runtime_warning_type(), format_args!("{message}"), 1)?;
        }
        Ok(())
    });
}

#[pymethods]
impl Reader {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Reader> {
        let reader = Reader {
            head: Head::INIT,
            target: Slot::NULL,
            entity: Slot::NULL,
            names: Slot::NULL,
            methods: core::array::from_fn(|_| Slot::NULL),
            core: Mutex::new(None),
        };
        th.new_instance(cls, reader)
    }

    #[slot(tp_init, sig = "(*, target=None, encoding=None)")]
    fn tp_init(&self, th: &mut Thread, target: Option<&Object>, encoding: Option<&str>) -> Result<(), Raised> {
        if self.core.lock().as_ref().is_some_and(|core| core.running.load(Relaxed)) {
            return Err(raise::runtime_error(th, format_args!("a handler cannot begin the parser anew that calls it")));
        }
        let core = Core::new(th, encoding)?;
        let target = match target.filter(|target| !target.is(none())) {
            Some(target) => target.to_ref(),
            None => TreeBuilder::create(th, TreeBuilder::type_object()).up(),
        };
        for (slot, name) in self.methods.iter().zip(METHODS) {
            let method = match ops::getattr_str(th, &target, name) {
                Ok(method) => Some(method),
                Err(_) if raise::catch(th, attribute_error_type()).is_some() => None,
                Err(raised) => return Err(raised),
            };
            slot.set(th, self, method);
        }
        let (entity, names) = (Dict::new(th), Dict::new(th));
        self.entity.set(th, self, Some(entity));
        self.names.set(th, self, Some(names));
        self.target.set(th, self, Some(target));
        self.configure(&core);
        // The one before, if there was one, ends where this returns.
        let _before = self.core.lock().replace(Arc::new(core));
        Ok(())
    }

    #[getter]
    fn version(&self) -> String {
        // SAFETY: R4: three numbers.
        let version = unsafe { expat::XML_ExpatVersionInfo() };
        format!("Expat {}.{}.{}", version.major, version.minor, version.micro)
    }

    #[method(sig = "($self, data, /)")]
    fn feed(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
        self.core(th)?;
        let buffer;
        let is_text = is_str(data);
        let bytes = if is_text {
            upward::str_utf8(th, data)?.as_bytes()
        } else {
            buffer = Buffer::with_flags(th, data, abi::PyBUF_SIMPLE)?;
            buffer.as_slice()
        };
        if c_int::try_from(bytes.len()).is_err() {
            return Err(raise::overflow_error(th, format_args!("size does not fit in an int")));
        }
        self.in_turn(th, |th, core| {
            if is_text && !core.running.load(Relaxed) {
                // Whether the library takes it does not matter.
                told!(core, XML_SetEncoding, c"utf-8".as_ptr());
            }
            self.parse(th, core, bytes, false)
        })
    }

    #[method]
    fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        self.in_turn(th, |th, core| {
            if !cfg!(expat_reparse_deferral) {
                // An older library has nothing to defer.
                let _ = (th, core);
                return Ok(());
            }
            #[cfg(expat_reparse_deferral)]
            told!(core, XML_SetReparseDeferralEnabled, expat::FALSE);
            let result = self.parse(th, core, b"", false);
            #[cfg(expat_reparse_deferral)]
            told!(core, XML_SetReparseDeferralEnabled, expat::TRUE);
            result
        })
    }

    #[method]
    fn close(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.in_turn(th, |th, core| self.parse(th, core, b"", true))?;
        if let Some(tree) = self.tree(th) {
            return Ok(tree);
        }
        match self.method(th, Method::Close) {
            Some(close) => ops::call0(th, &close),
            None => Ok(none_ref()),
        }
    }

    #[method(sig = "($self, file, /)")]
    fn _parse_whole(&self, th: &mut Thread, file: &Object) -> Result<Ref<Object>, Raised> {
        self.core(th)?;
        let read = ops::getattr_str(th, file, "read")?;
        loop {
            let size = Int::from_i64(th, READ);
            let got = ops::call1(th, &read, &size)?;
            let bytes = match ((*got).downcast_exact::<Str>(), (*got).downcast_exact::<Bytes>()) {
                (Some(text), _) => codecs::encode(th, text, Some("utf-8"), Some("surrogatepass"))?,
                (_, Some(_)) => got.clone(),
                _ => break,
            };
            let Some(bytes) = (*bytes).downcast_exact::<Bytes>().filter(|bytes| !bytes.is_empty()) else { break };
            let is_text = is_str(&got);
            self.in_turn(th, |th, core| {
                if is_text && !core.running.load(Relaxed) {
                    // Whatever the document says of its encoding: it was decoded before.
                    told!(core, XML_SetEncoding, c"utf-8".as_ptr());
                }
                self.parse(th, core, bytes.as_slice(), false)
            })?;
        }
        self.in_turn(th, |th, core| self.parse(th, core, b"", true))?;
        Ok(self.tree(th).unwrap_or_else(none_ref))
    }

    #[method(sig = "($self, events_queue, events_to_report=None, /)")]
    fn _setevents(&self, th: &mut Thread, events_queue: &Object, events_to_report: Option<&Object>) -> Result<(), Raised> {
        self.core(th)?;
        let Some(builder) = self.builder(th) else {
            return Err(raise::type_error(th, format_args!("event handling only supported for ElementTree.TreeBuilder targets")));
        };
        let append = ops::getattr_str(th, events_queue, "append")?;
        builder.set_report(th, append);
        let Some(events) = events_to_report.filter(|events| !events.is(none())) else {
            let name = Str::new(th, "end").up();
            builder.set_event(th, Event::End, name);
            return Ok(());
        };
        let names = match ops::to_vec(th, events) {
            Ok(names) => names,
            Err(_) if raise::catch(th, objects::exceptions::type_error_type()).is_some() => {
                return Err(raise::type_error(th, format_args!("events must be a sequence")));
            }
            Err(raised) => return Err(raised),
        };
        for name in names {
            let text = match name.downcast_ref::<Bytes>() {
                Some(bytes) => Some(String::from_utf8_lossy(bytes.as_slice()).into_owned()),
                None => str_text(&name),
            };
            let Some(text) = text else { return Err(raise::value_error(th, format_args!("invalid events sequence"))) };
            let Some(event) = Event::named(&text) else {
                return Err(raise::value_error(th, format_args!("unknown event '{text}'")));
            };
            builder.set_event(th, event, name);
            self.in_turn(th, |_, core| {
                self.watch(core, event);
                Ok(())
            })?;
        }
        Ok(())
    }
}
