//! `xmlparser`: a parser of libexpat's, and the handlers that it calls.
//!
//! Invariant: the library's parser is touched under the turn of its family only (a parser of an external entity shares memory with the one
//! it was made from), by one thread at a time; a handler may come back on the same thread. A parser that runs takes no input.
#![allow(unsafe_code, non_snake_case, reason = "calls of a C library; names that Python sees")]

use core::ffi::{CStr, c_int};
use std::ffi::CString;
use std::sync::Arc;

use heap::sync::{AtomicBool, AtomicIsize, Mutex, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::{upward, *};
use objects::{ByteArray, Bytes, Dict, Int, Str, none, none_ref, ops, raise};

use crate::expat::{self, Content, Parser};
use crate::handlers::{self, Handler, Link, for_each_handler};
use crate::pyexpat::{ERROR, error_string};
use crate::turn::Turn;

/// How much text is kept for one call, unless the program says otherwise.
const BUFFER_SIZE: isize = 8192;
/// What the library is fed at once.
const CHUNK: usize = 1 << 20;
/// What is read of a file at once.
const READ: usize = 2048;

/// XML parser
#[cfg_attr(
    expat_alloc_tracker,
    pytype(name = "xmlparser", module = "pyexpat", flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE), parts(handlers, tracker))
)]
#[cfg_attr(
    not(expat_alloc_tracker),
    pytype(name = "xmlparser", module = "pyexpat", flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE), parts(handlers))
)]
#[repr(C)]
pub struct XmlParser {
    head: Head,
    handlers: [Slot; 22],
    #[member(name = "intern", readonly, none)]
    intern: Slot<Dict>,
    /// Goes before its parent, from whose parser this one's was made.
    #[untraversed]
    core: Core,
    parent: Option<Ref<XmlParser>>,
}

struct Core {
    parser: Parser,
    link: Box<Link<XmlParser>>,
    turn: Arc<Turn>,
    /// Text that waits for more, if it is to wait.
    text: Mutex<Option<Vec<u8>>>,
    text_size: AtomicIsize,
    running: AtomicBool,
    in_callback: AtomicBool,
    ordered: AtomicBool,
    specified: AtomicBool,
    prefixes: AtomicBool,
    deferral: AtomicBool,
}

impl Core {
    fn new(parser: Parser, turn: Arc<Turn>) -> Core {
        let link = Box::<Link<XmlParser>>::default();
        let data = core::ptr::from_ref(&*link).cast_mut().cast();
        // SAFETY: R4: the parser is ours; the link lives in a box of its own until the parser is freed.
        unsafe { expat::XML_SetUserData(parser, data) };
        // SAFETY: as above.
        unsafe { expat::XML_SetExternalEntityRefHandlerArg(parser, data) };
        // SAFETY: as above.
        unsafe { expat::XML_SetUnknownEncodingHandler(parser, Some(handlers::on_unknown_encoding::<XmlParser>), data) };
        Core {
            parser,
            link,
            turn,
            text: Mutex::new(None),
            text_size: AtomicIsize::new(BUFFER_SIZE),
            running: AtomicBool::new(false),
            in_callback: AtomicBool::new(false),
            ordered: AtomicBool::new(false),
            specified: AtomicBool::new(false),
            prefixes: AtomicBool::new(false),
            deferral: AtomicBool::new(cfg!(expat_reparse_deferral)),
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        // SAFETY: R4: nobody else has the parser; its children, which hold a count of its object, are gone.
        unsafe { expat::XML_ParserFree(self.parser) };
    }
}

fn c_text(text: Option<&str>) -> Option<CString> {
    // A `&str` argument has no NUL.
    text.map(|text| CString::new(text).unwrap_or_default())
}

fn pointer(text: Option<&CStr>) -> expat::Text {
    text.map_or(core::ptr::null(), CStr::as_ptr)
}

impl XmlParser {
    pub fn create(
        th: &mut Thread,
        encoding: Option<&str>,
        separator: Option<&str>,
        intern: Option<Ref<Dict>>,
    ) -> Result<Ref<XmlParser>, Raised> {
        let (encoding, separator) = (c_text(encoding), c_text(separator));
        // SAFETY: R4: texts or null; the library's own memory functions.
        let parser =
            unsafe { expat::XML_ParserCreate_MM(pointer(encoding.as_deref()), core::ptr::null(), pointer(separator.as_deref())) };
        if parser.is_null() {
            return Err(raise::runtime_error(th, format_args!("XML_ParserCreate failed")));
        }
        Ok(XmlParser::around(th, Core::new(parser, Arc::new(Turn::new())), intern, None))
    }

    fn around(th: &mut Thread, core: Core, intern: Option<Ref<Dict>>, parent: Option<Ref<XmlParser>>) -> Ref<XmlParser> {
        let handlers = core::array::from_fn(|_| Slot::NULL);
        th.new_object(XmlParser { head: Head::INIT, handlers, intern: Slot::from_option(intern), core, parent })
    }

    /// Runs something that touches the library's parser.
    fn in_turn<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        self.core.turn.take(th, self.as_object(), body)
    }

    /// A parser that runs takes no input: the texts that it shows its handlers would go.
    fn refuse_handlers(&self, th: &mut Thread, method: &str) -> Result<(), Raised> {
        if !self.core.running.load(Relaxed) {
            return Ok(());
        }
        Err(raise::runtime_error(th, format_args!("cannot call {method}() from within a handler")))
    }

    /// Lets the library work; it may call handlers. It does not work yet.
    fn run(&self, th: &mut Thread, work: impl FnOnce(Parser) -> c_int) -> Result<c_int, Raised> {
        let core = &self.core;
        let was_running = core.running.swap(true, Relaxed);
        debug_assert!(!was_running);
        let (status, failed) = core.link.run(th, self, || work(core.parser));
        core.running.store(false, Relaxed);
        if failed { Err(th.already_raised()) } else { Ok(status) }
    }

    /// What `Parse` answers for the library's status.
    fn result(&self, th: &mut Thread, status: c_int) -> Result<c_int, Raised> {
        if status == expat::STATUS_ERROR {
            // SAFETY: R4: the parser is alive, and it is our turn.
            let code = unsafe { expat::XML_GetErrorCode(self.core.parser) };
            return Err(self.error(th, code, None));
        }
        self.flush(th)?;
        Ok(status)
    }

    /// Raises `ExpatError`.
    #[cold]
    fn error(&self, th: &mut Thread, code: c_int, message: Option<&str>) -> Raised {
        // SAFETY: R4: the parser is alive, and it is our turn.
        let (line, column) =
            unsafe { (expat::XML_GetCurrentLineNumber(self.core.parser), expat::XML_GetCurrentColumnNumber(self.core.parser)) };
        let message = match message {
            Some(message) => message.to_owned(),
            None => format!("{}: line {line}, column {column}", error_string(code).unwrap_or("(null)")),
        };
        let make = |th: &mut Thread| {
            let (class, message) = (ERROR.get(th)?, Str::new(th, &message));
            let exception = ops::call1(th, &class, &message)?;
            for (name, value) in [("code", i128::from(code)), ("lineno", line.into()), ("offset", column.into())] {
                let (name, value) = (Str::new(th, name), upward::from_i128(th, value));
                ops::setattr(th, &exception, &name, &value)?;
            }
            Ok(exception)
        };
        match make(th) {
            Ok(exception) => raise::set(th, exception),
            Err(raised) => raised,
        }
    }

    /// Whether there is a handler.
    pub fn has(&self, kind: Handler) -> bool {
        !self.handlers[kind as usize].is_null()
    }

    /// The names of the parser, unless the program wants none to be kept.
    pub fn interned(&self, th: &Thread) -> Option<Ref<Dict>> {
        self.intern.get(th, self)
    }

    pub fn ordered_attributes(&self) -> bool {
        self.core.ordered.load(Relaxed)
    }

    /// How many attributes of the element that begins are reported: all, or those that stand in the document.
    pub fn attributes_to_report(&self) -> usize {
        if !self.core.specified.load(Relaxed) {
            return usize::MAX;
        }
        // SAFETY: R4: the parser is alive, and it is our turn.
        let count = unsafe { expat::XML_GetSpecifiedAttributeCount(self.core.parser) };
        usize::try_from(count / 2).unwrap_or(0)
    }

    pub fn free_model(&self, model: *mut Content) {
        // SAFETY: R4: the model was made by this parser, and is freed once.
        unsafe { expat::XML_FreeContentModel(self.core.parser, model) };
    }

    /// Calls a handler. After a failure the parser has none any more.
    pub fn call(&self, th: &mut Thread, kind: Handler, arguments: &[Ref<Object>]) -> Result<Option<Ref<Object>>, Raised> {
        let Some(handler) = self.handlers[kind as usize].get(th, self) else { return Ok(None) };
        let arguments: Vec<&Object> = arguments.iter().map(|argument| &**argument).collect();
        self.core.in_callback.store(true, Relaxed);
        let result = ops::call(th, &handler, &arguments);
        self.core.in_callback.store(false, Relaxed);
        if result.is_err() {
            crate::pyexpat::trace(th, kind);
            // SAFETY: R4: the parser is alive, and it is our turn.
            unsafe { expat::XML_StopParser(self.core.parser, expat::FALSE) };
            self.silence(th);
        }
        result.map(Some)
    }

    /// Takes all handlers away, after a failure.
    pub fn silence(&self, th: &mut Thread) {
        for kind in Handler::ALL {
            kind.install(self.core.parser, false);
        }
        handlers::ignore_text(self.core.parser);
        handlers::refuse_external(self.core.parser);
        let exception = th.take_exception();
        for slot in &self.handlers {
            slot.set(th, self, None);
        }
        if let Some(exception) = exception {
            let _ = raise::again(th, exception);
        }
    }

    /// Text of the document: it is kept, if it is to be, or handed on.
    pub fn take_text(&self, th: &mut Thread, text: &[u8]) -> Result<(), Raised> {
        let size = self.core.text_size.load(Relaxed).unsigned_abs();
        let kept = self.core.text.lock().as_ref().map(Vec::len);
        let Some(kept) = kept else { return self.send_text(th, text) };
        if text.len() > size.saturating_sub(kept) {
            self.flush(th)?;
            if !self.has(Handler::CharacterData) {
                return Ok(());
            }
        }
        // The handler may have said otherwise.
        if text.len() <= self.core.text_size.load(Relaxed).unsigned_abs()
            && let Some(buffer) = &mut *self.core.text.lock()
        {
            buffer.extend_from_slice(text);
            return Ok(());
        }
        self.send_text(th, text)
    }

    /// Hands kept text to its handler.
    pub fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        let text = match &mut *self.core.text.lock() {
            Some(text) if !text.is_empty() => core::mem::take(text),
            _ => return Ok(()),
        };
        self.send_text(th, &text)
    }

    fn send_text(&self, th: &mut Thread, text: &[u8]) -> Result<(), Raised> {
        if !self.has(Handler::CharacterData) {
            return Ok(());
        }
        let text = handlers::decoded(th, text).inspect_err(|_| self.silence(th))?;
        self.call(th, Handler::CharacterData, &[text])?;
        Ok(())
    }

    fn handler(&self, th: &mut Thread, kind: Handler) -> Option<Ref<Object>> {
        self.handlers[kind as usize].get(th, self)
    }

    fn set_handler(&self, th: &mut Thread, kind: Handler, value: Option<&Object>) -> Result<(), Raised> {
        let value = present(th, value)?;
        self.in_turn(th, |th| {
            if kind == Handler::CharacterData {
                // What was kept is the old handler's.
                self.flush(th)?;
            }
            let handler = (!value.is(none())).then(|| value.to_ref());
            let on = handler.is_some();
            self.handlers[kind as usize].set(th, self, handler);
            if !on && kind == Handler::CharacterData && self.core.in_callback.load(Relaxed) {
                handlers::ignore_text(self.core.parser);
            } else {
                kind.install(self.core.parser, on);
            }
            Ok(())
        })
    }

    /// One of the library's numbers.
    fn number<N: ToPy>(&self, th: &mut Thread, ask: impl FnOnce(Parser) -> N) -> Result<Ref<Object>, Raised> {
        self.in_turn(th, |th| ask(self.core.parser).to_py(th))
    }

    /// Sets one of the limits that protect against small documents that become large.
    fn limit(&self, th: &mut Thread, set: impl FnOnce(Parser) -> u8, otherwise: &str) -> Result<(), Raised> {
        self.in_turn(th, |th| {
            if set(self.core.parser) == expat::TRUE {
                Ok(())
            } else {
                Err(self.error(th, expat::ERROR_INVALID_ARGUMENT, Some(otherwise)))
            }
        })
    }

    fn limit_factor(&self, th: &mut Thread, factor: f32, set: impl FnOnce(Parser, f32) -> u8) -> Result<(), Raised> {
        let otherwise = if factor >= 1.0 { "parser must be a root parser" } else { "'max_factor' must be at least 1.0" };
        self.limit(th, |parser| set(parser, factor), otherwise)
    }
}

fn present<'a>(th: &mut Thread, value: Option<&'a Object>) -> Result<&'a Object, Raised> {
    value.ok_or_else(|| raise::runtime_error(th, format_args!("Cannot delete attribute")))
}

fn truth(th: &mut Thread, value: Option<&Object>) -> Result<bool, Raised> {
    let value = present(th, value)?;
    ops::is_true(th, value)
}

/// A number of bytes: an int, which may be large.
struct Threshold(u64);

impl FromArg<'_> for Threshold {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        let number = ops::index(th, arg)?;
        if number.is_negative() {
            return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
        }
        let number = number
            .to_u64()
            .ok_or_else(|| raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long long")));
        number.map(Threshold)
    }
}

/// Reads some of a file.
fn read(th: &mut Thread, method: &Object) -> Result<Vec<u8>, Raised> {
    let size = Int::from_i64(th, READ as i64);
    let got = ops::call1(th, method, &size)?;
    let bytes = match (got.downcast_ref::<Bytes>(), got.downcast_ref::<ByteArray>()) {
        (Some(bytes), _) => bytes.as_slice().to_vec(),
        (_, Some(_)) => Buffer::new(th, &got)?.to_vec(),
        _ => {
            let got = ops::type_name(&got);
            return Err(raise::type_error(th, format_args!("read() did not return a bytes object (type={got})")));
        }
    };
    if bytes.len() > READ {
        let message = format_args!("read() returned too much data: {READ} bytes requested, {} returned", bytes.len());
        return Err(raise::value_error(th, message));
    }
    Ok(bytes)
}

#[pymethods]
impl XmlParser {
    /// Parse XML data.
    ///
    /// 'isfinal' should be true at end of input.
    #[method(sig = "($self, data, isfinal=False, /)")]
    fn Parse(&self, th: &mut Thread, data: &Object, isfinal: bool) -> Result<c_int, Raised> {
        let buffer;
        let is_text = is_str(data);
        let mut rest = if is_text {
            upward::str_utf8(th, data)?.as_bytes()
        } else {
            buffer = Buffer::with_flags(th, data, abi::PyBUF_SIMPLE)?;
            buffer.as_slice()
        };
        self.in_turn(th, |th| {
            self.refuse_handlers(th, "Parse")?;
            if is_text {
                // Whether the library takes it does not matter.
                // SAFETY: R4: the parser is alive, and it is our turn.
                unsafe { expat::XML_SetEncoding(self.core.parser, c"utf-8".as_ptr()) };
            }
            loop {
                let (now, later) = rest.split_at(rest.len().min(CHUNK));
                let last = later.is_empty() && isfinal;
                // SAFETY: R4: as many bytes, which stay where they are; it is our turn.
                let feed =
                    |parser| unsafe { expat::XML_Parse(parser, now.as_ptr().cast(), now.len() as c_int, c_int::from(last)) };
                let status = self.run(th, feed)?;
                if status == expat::STATUS_ERROR || later.is_empty() {
                    return self.result(th, status);
                }
                rest = later;
                th.safepoint();
            }
        })
    }

    /// Parse XML data from file-like object.
    #[method(sig = "($self, file, /)")]
    fn ParseFile(&self, th: &mut Thread, file: &Object) -> Result<c_int, Raised> {
        let name = Str::new(th, "read");
        let Some(method) = ops::getattr_opt(th, file, &name)? else {
            return Err(raise::type_error(th, format_args!("argument must have 'read' attribute")));
        };
        self.in_turn(th, |th| {
            loop {
                // What reads may come back, too.
                self.refuse_handlers(th, "ParseFile")?;
                // The library says now if it wants nothing; what it lends for the bytes is asked for again when they are there.
                let space = |parser| {
                    // SAFETY: R4: the parser is alive, and it is our turn.
                    unsafe { expat::XML_GetBuffer(parser, READ as c_int) }
                };
                if space(self.core.parser).is_null() {
                    return self.result(th, expat::STATUS_ERROR);
                }
                let bytes = read(th, &method)?;
                let feed = |parser| {
                    let to = space(parser);
                    if to.is_null() {
                        return expat::STATUS_ERROR;
                    }
                    // SAFETY: R4: the library has lent room for `READ` bytes.
                    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to.cast(), bytes.len()) };
                    // SAFETY: R4: as many bytes are there now.
                    unsafe { expat::XML_ParseBuffer(parser, bytes.len() as c_int, c_int::from(bytes.is_empty())) }
                };
                let status = self.run(th, feed)?;
                if status == expat::STATUS_ERROR || bytes.is_empty() {
                    return self.result(th, status);
                }
            }
        })
    }

    /// Set the base URL for the parser.
    #[method(sig = "($self, base, /)")]
    fn SetBase(&self, th: &mut Thread, base: &str) -> Result<(), Raised> {
        let base = c_text(Some(base));
        self.in_turn(th, |th| {
            // SAFETY: R4: the parser is alive, and it is our turn; it copies the text.
            let status = unsafe { expat::XML_SetBase(self.core.parser, pointer(base.as_deref())) };
            if status == expat::STATUS_ERROR { Err(raise::memory_error(th)) } else { Ok(()) }
        })
    }

    /// Return base URL string for the parser.
    #[method]
    fn GetBase(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.in_turn(th, |th| {
            // SAFETY: R4: the parser is alive, and it is our turn.
            let base = unsafe { expat::XML_GetBase(self.core.parser) };
            handlers::text(th, base)
        })
    }

    /// Return the untranslated text of the input that caused the current event.
    ///
    /// If the event was generated by a large amount of text (such as
    /// a start tag for an element with many attributes), not all of the
    /// text may be available.
    #[method]
    fn GetInputContext(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.in_turn(th, |th| {
            if !self.core.in_callback.load(Relaxed) {
                return Ok(none_ref());
            }
            let (mut offset, mut size) = (0, 0);
            // SAFETY: R4: the parser is alive, and it is our turn.
            let context = unsafe { expat::XML_GetInputContext(self.core.parser, &raw mut offset, &raw mut size) };
            let (Ok(offset), Ok(size)) = (usize::try_from(offset), usize::try_from(size)) else { return Ok(none_ref()) };
            if context.is_null() || offset > size {
                return Ok(none_ref());
            }
            // SAFETY: R4: `size` bytes, of which the event's begin at the offset.
            let bytes = unsafe { core::slice::from_raw_parts(context.cast::<u8>().add(offset), size - offset) };
            Bytes::try_new(th, bytes).map(Ref::up).ok_or_else(|| raise::memory_error(th))
        })
    }

    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[method(sig = "($self, context, encoding=<unrepresentable>, /)")]
    fn ExternalEntityParserCreate(
        &self,
        th: &mut Thread,
        context: &Object,
        encoding: Option<&str>,
    ) -> Result<Ref<XmlParser>, Raised> {
        let context = match context {
            context if context.is(none()) => None,
            context if !is_str(context) => {
                let got = ops::type_name(context);
                let message = format_args!("ExternalEntityParserCreate() argument 1 must be str or None, not {got}");
                return Err(raise::type_error(th, message));
            }
            context => Some(upward::str_utf8(th, context)?),
        };
        if context.is_some_and(|context| context.contains('\0')) {
            return Err(raise::value_error(th, format_args!("embedded null character")));
        }
        let (context, encoding) = (c_text(context), c_text(encoding));
        self.in_turn(th, |th| {
            let (context, encoding) = (pointer(context.as_deref()), pointer(encoding.as_deref()));
            // SAFETY: R4: texts or null; the parser is alive, and it is our turn.
            let parser = unsafe { expat::XML_ExternalEntityParserCreate(self.core.parser, context, encoding) };
            if parser.is_null() {
                return Err(raise::memory_error(th));
            }
            let (own, core) = (&self.core, Core::new(parser, self.core.turn.clone()));
            core.text_size.store(own.text_size.load(Relaxed), Relaxed);
            *core.text.lock() = own.text.lock().as_ref().map(|_| Vec::new());
            for (from, to) in [
                (&own.ordered, &core.ordered),
                (&own.specified, &core.specified),
                (&own.prefixes, &core.prefixes),
                (&own.deferral, &core.deferral),
            ] {
                to.store(from.load(Relaxed), Relaxed);
            }
            let (intern, parent) = (self.interned(th), self.to_ref());
            let child = XmlParser::around(th, core, intern, Some(parent));
            for kind in Handler::ALL {
                if let Some(handler) = self.handler(th, kind) {
                    child.handlers[kind as usize].set(th, &*child, Some(handler));
                    kind.install(parser, true);
                }
            }
            Ok(child)
        })
    }

    /// Controls parsing of parameter entities (including the external DTD subset).
    ///
    /// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
    /// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
    /// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
    /// was successful.
    #[method(sig = "($self, flag, /)")]
    fn SetParamEntityParsing(&self, th: &mut Thread, flag: i32) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        self.number(th, |parser| unsafe { expat::XML_SetParamEntityParsing(parser, flag) })
    }

    /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
    ///
    /// This readily allows the use of a 'default' document type controlled
    /// by the application, while still getting the advantage of providing
    /// document type information to the parser.  'flag' defaults to True if
    /// not provided.
    #[method(sig = "($self, flag=True, /)")]
    fn UseForeignDTD(&self, th: &mut Thread, flag: bool) -> Result<(), Raised> {
        self.in_turn(th, |th| {
            // SAFETY: R4: the parser is alive, and it is our turn.
            match unsafe { expat::XML_UseForeignDTD(self.core.parser, u8::from(flag)) } {
                0 => Ok(()),
                code => Err(self.error(th, code, None)),
            }
        })
    }

    /// Sets the number of output bytes needed to activate protection against billion laughs attacks.
    ///
    /// The number of output bytes includes amplification from entity expansion
    /// and reading DTD files.
    ///
    /// Parser objects usually have a protection activation threshold of 8 MiB,
    /// but the actual default value depends on the underlying Expat library.
    ///
    /// Activation thresholds below 4 MiB are known to break support for DITA 1.3
    /// payload and are hence not recommended.
    #[method(sig = "($self, threshold, /)")]
    fn SetBillionLaughsAttackProtectionActivationThreshold(&self, th: &mut Thread, threshold: Threshold) -> Result<(), Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        let set = |parser| unsafe { expat::XML_SetBillionLaughsAttackProtectionActivationThreshold(parser, threshold.0) };
        self.limit(th, set, "parser must be a root parser")
    }

    /// Sets the maximum tolerated amplification factor for protection against billion laughs attacks.
    ///
    /// The amplification factor is calculated as "(direct + indirect) / direct"
    /// while parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "indirect" is the number of bytes added by expanding
    /// entities and reading external DTD files, combined.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value greater than
    /// or equal to 1.0. Amplification factors greater than 30,000 can be observed
    /// in the middle of parsing even with benign files in practice. In particular,
    /// the activation threshold should be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[method(sig = "($self, max_factor, /)")]
    fn SetBillionLaughsAttackProtectionMaximumAmplification(&self, th: &mut Thread, max_factor: f64) -> Result<(), Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        let set = |parser, factor| unsafe { expat::XML_SetBillionLaughsAttackProtectionMaximumAmplification(parser, factor) };
        self.limit_factor(th, max_factor as f32, set)
    }

    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    #[method(sig = "($self, enabled, /)")]
    fn SetReparseDeferralEnabled(&self, th: &mut Thread, enabled: bool) -> Result<(), Raised> {
        self.in_turn(th, |_| {
            #[cfg(expat_reparse_deferral)]
            {
                // SAFETY: R4: the parser is alive, and it is our turn.
                unsafe { expat::XML_SetReparseDeferralEnabled(self.core.parser, u8::from(enabled)) };
                self.core.deferral.store(enabled, Relaxed);
            }
            // An older library has nothing to defer.
            let _ = enabled;
            Ok(())
        })
    }

    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    #[method]
    fn GetReparseDeferralEnabled(&self) -> bool {
        self.core.deferral.load(Relaxed)
    }

    #[getter]
    fn ErrorCode(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        self.number(th, |parser| unsafe { expat::XML_GetErrorCode(parser) })
    }

    #[getter(name = "ErrorLineNumber")]
    #[getter(name = "CurrentLineNumber")]
    fn line(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        self.number(th, |parser| unsafe { expat::XML_GetCurrentLineNumber(parser) }.cast_signed())
    }

    #[getter(name = "ErrorColumnNumber")]
    #[getter(name = "CurrentColumnNumber")]
    fn column(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        self.number(th, |parser| unsafe { expat::XML_GetCurrentColumnNumber(parser) }.cast_signed())
    }

    #[getter(name = "ErrorByteIndex")]
    #[getter(name = "CurrentByteIndex")]
    fn byte_index(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        self.number(th, |parser| unsafe { expat::XML_GetCurrentByteIndex(parser) })
    }

    #[getter]
    fn buffer_text(&self) -> bool {
        self.core.text.lock().is_some()
    }

    #[setter]
    fn set_buffer_text(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let wanted = truth(th, value)?;
        self.in_turn(th, |th| {
            if wanted {
                self.core.text.lock().get_or_insert_default();
            } else {
                self.flush(th)?;
                *self.core.text.lock() = None;
            }
            Ok(())
        })
    }

    #[getter]
    fn buffer_size(&self) -> isize {
        self.core.text_size.load(Relaxed)
    }

    #[setter]
    fn set_buffer_size(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = present(th, value)?;
        let Some(value) = value.downcast_ref::<Int>() else {
            return Err(raise::type_error(th, format_args!("buffer_size must be an integer")));
        };
        let size = match value.to_i64() {
            Some(size) if size <= 0 => return Err(raise::value_error(th, format_args!("buffer_size must be greater than zero"))),
            Some(size) => size,
            None => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
        };
        if size == self.core.text_size.load(Relaxed) as i64 {
            return Ok(());
        }
        if size > i64::from(i32::MAX) {
            return Err(raise::value_error(th, format_args!("buffer_size must not be greater than {}", i32::MAX)));
        }
        self.in_turn(th, |th| {
            self.flush(th)?;
            // As the original has it, a size alone makes text wait.
            self.core.text.lock().get_or_insert_default();
            self.core.text_size.store(size as isize, Relaxed);
            Ok(())
        })
    }

    #[getter]
    fn buffer_used(&self) -> usize {
        self.core.text.lock().as_ref().map_or(0, Vec::len)
    }

    #[getter]
    fn namespace_prefixes(&self) -> bool {
        self.core.prefixes.load(Relaxed)
    }

    #[setter]
    fn set_namespace_prefixes(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let wanted = truth(th, value)?;
        self.in_turn(th, |_| {
            self.core.prefixes.store(wanted, Relaxed);
            // SAFETY: R4: the parser is alive, and it is our turn.
            unsafe { expat::XML_SetReturnNSTriplet(self.core.parser, c_int::from(wanted)) };
            Ok(())
        })
    }

    #[getter(name = "ordered_attributes")]
    fn get_ordered_attributes(&self) -> bool {
        self.core.ordered.load(Relaxed)
    }

    #[setter]
    fn set_ordered_attributes(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let wanted = truth(th, value)?;
        self.core.ordered.store(wanted, Relaxed);
        Ok(())
    }

    #[getter]
    fn specified_attributes(&self) -> bool {
        self.core.specified.load(Relaxed)
    }

    #[setter]
    fn set_specified_attributes(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let wanted = truth(th, value)?;
        self.core.specified.store(wanted, Relaxed);
        Ok(())
    }
}

macro_rules! handler_attributes {
    ($($kind:ident, $attribute:literal, $get:ident, $put:ident, $set:ident, $on:ident;)*) => {
        #[pymethods(part = "handlers")]
        impl XmlParser {
            $(
                #[getter(name = $attribute)]
                fn $get(&self, th: &mut Thread) -> Option<Ref<Object>> {
                    self.handler(th, Handler::$kind)
                }

                #[setter(name = $attribute)]
                fn $put(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
                    self.set_handler(th, Handler::$kind, value)
                }
            )*
        }
    };
}

for_each_handler!(handler_attributes);

#[cfg(expat_alloc_tracker)]
#[pymethods(part = "tracker")]
impl XmlParser {
    /// Sets the number of allocated bytes of dynamic memory needed to activate protection against disproportionate use of RAM.
    ///
    /// Parser objects usually have an allocation activation threshold of 64 MiB,
    /// but the actual default value depends on the underlying Expat library.
    #[method(sig = "($self, threshold, /)")]
    fn SetAllocTrackerActivationThreshold(&self, th: &mut Thread, threshold: Threshold) -> Result<(), Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        let set = |parser| unsafe { expat::XML_SetAllocTrackerActivationThreshold(parser, threshold.0) };
        self.limit(th, set, "parser must be a root parser")
    }

    /// Sets the maximum amplification factor between direct input and bytes of dynamic memory allocated.
    ///
    /// The amplification factor is calculated as "allocated / direct" while
    /// parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "allocated" is the number of bytes of
    /// dynamic memory allocated in the parser hierarchy.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value
    /// greater than or equal to 1.0.  Amplification factors greater than
    /// 100.0 can be observed near the start of parsing even with benign
    /// files in practice.  In particular, the activation threshold should
    /// be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[method(sig = "($self, max_factor, /)")]
    fn SetAllocTrackerMaximumAmplification(&self, th: &mut Thread, max_factor: f64) -> Result<(), Raised> {
        // SAFETY: R4: the parser is alive, and it is our turn.
        let set = |parser, factor| unsafe { expat::XML_SetAllocTrackerMaximumAmplification(parser, factor) };
        self.limit_factor(th, max_factor as f32, set)
    }
}
