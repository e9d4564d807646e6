//! How the library calls programs back.
//!
//! Each function here is called by libexpat in the middle of [`XmlParser::run`], on the thread that runs it, with a [`Link`]: it finds the
//! thread and the parser there. What fails is noted in the link and ends the run; until then no handler is called any more.
//!
//! Invariant: what libexpat points to is read before any Python code runs, but for what a flush of buffered text may call first: a parser
//! at work takes no input (`XmlParser::run`), so that its texts stay where they are.
#![allow(unsafe_code, reason = "a C library's callbacks")]

use core::ffi::{CStr, c_char, c_int};

use heap::sync::{AtomicBool, AtomicPtr, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, Dict, Int, List, Str, Tuple, codecs, none_ref, ops, raise};

use crate::expat::{self, Content, Data, Encoding, Parser, Text};
use crate::parser::XmlParser;

/// What a callback finds. Only the thread that runs the parser touches it, while it does.
pub struct Link<P> {
    thread: AtomicPtr<Thread>,
    parser: AtomicPtr<P>,
    failed: AtomicBool,
}

impl<P> Default for Link<P> {
    fn default() -> Link<P> {
        Link { thread: AtomicPtr::default(), parser: AtomicPtr::default(), failed: AtomicBool::default() }
    }
}

impl<P> Link<P> {
    /// Runs something that calls back; whether a callback failed.
    pub fn run<R>(&self, th: &mut Thread, parser: &P, call: impl FnOnce() -> R) -> (R, bool) {
        self.failed.store(false, Relaxed);
        self.thread.store(th, Relaxed);
        self.parser.store(core::ptr::from_ref(parser).cast_mut(), Relaxed);
        let result = call();
        self.thread.store(core::ptr::null_mut(), Relaxed);
        self.parser.store(core::ptr::null_mut(), Relaxed);
        (result, self.failed.swap(false, Relaxed))
    }
}

/// Calls something on behalf of the library. `None`: it failed, now or before.
pub fn called<P, R>(data: Data, body: impl FnOnce(&mut Thread, &P) -> Result<R, Raised>) -> Option<R> {
    // SAFETY: R4: the parser was given this link, which lives as long as it does.
    let link = unsafe { &*data.cast::<Link<P>>() };
    let (thread, parser) = (link.thread.load(Relaxed), link.parser.load(Relaxed));
    if thread.is_null() || link.failed.load(Relaxed) {
        return None;
    }
    // SAFETY: R10: `Link::run` has lent the thread to this call and does not touch it before it returns; the parser is borrowed there.
    let (th, parser) = unsafe { (&mut *thread, &*parser) };
    match body(th, parser) {
        Ok(result) => Some(result),
        Err(_) => {
            link.failed.store(true, Relaxed);
            None
        }
    }
}

/// A text of the library's.
fn bytes<'a>(text: Text) -> Option<&'a [u8]> {
    // SAFETY: R4: null or a C string, which stays where it is during the callback.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn slice<'a>(text: Text, len: c_int) -> Option<&'a [u8]> {
    let len = usize::try_from(len).unwrap_or(0);
    // SAFETY: R4: null or as many bytes, which stay where they are during the callback.
    (!text.is_null()).then(|| unsafe { core::slice::from_raw_parts(text.cast(), len) })
}

/// The `str` of UTF-8.
pub fn decoded(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Object>, Raised> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Str::try_from_utf8(th, text).map(Ref::up).ok_or_else(|| raise::memory_error(th)),
        Err(_) => {
            let object = Bytes::new(th, bytes);
            codecs::decode(th, &object, bytes, Some("utf-8"), None).map(Ref::up)
        }
    }
}

/// A text as Python's `str` or `None`.
pub fn text(th: &mut Thread, text: Text) -> Result<Ref<Object>, Raised> {
    bytes(text).map_or_else(|| Ok(none_ref()), |bytes| decoded(th, bytes))
}

pub fn sized(th: &mut Thread, text: Text, len: c_int) -> Result<Ref<Object>, Raised> {
    slice(text, len).map_or_else(|| Ok(none_ref()), |bytes| decoded(th, bytes))
}

/// The same for names, of which a parser keeps one each.
fn name(th: &mut Thread, parser: &XmlParser, name: Text) -> Result<Ref<Object>, Raised> {
    let name = text(th, name)?;
    match parser.interned(th) {
        Some(dict) => dict.set_default(th, &name, &name).map(|(kept, _)| kept),
        None => Ok(name),
    }
}

fn number(th: &mut Thread, value: c_int) -> Ref<Object> {
    Int::from_i64(th, value.into()).up()
}

/// The kinds of handlers, in the order in which a parser keeps them: name of the attribute, names of the accessors, function of the
/// library, and ours.
macro_rules! for_each_handler {
    ($use:ident) => {
        $use! {
            StartElement, "StartElementHandler", start_element, set_start_element, XML_SetStartElementHandler, on_start_element;
            EndElement, "EndElementHandler", end_element, set_end_element, XML_SetEndElementHandler, on_end_element;
            ProcessingInstruction, "ProcessingInstructionHandler", instruction, set_instruction, XML_SetProcessingInstructionHandler, on_instruction;
            CharacterData, "CharacterDataHandler", character_data, set_character_data, XML_SetCharacterDataHandler, on_character_data;
            UnparsedEntityDecl, "UnparsedEntityDeclHandler", unparsed, set_unparsed, XML_SetUnparsedEntityDeclHandler, on_unparsed;
            NotationDecl, "NotationDeclHandler", notation, set_notation, XML_SetNotationDeclHandler, on_notation;
            StartNamespaceDecl, "StartNamespaceDeclHandler", start_namespace, set_start_namespace, XML_SetStartNamespaceDeclHandler, on_start_namespace;
            EndNamespaceDecl, "EndNamespaceDeclHandler", end_namespace, set_end_namespace, XML_SetEndNamespaceDeclHandler, on_end_namespace;
            Comment, "CommentHandler", comment, set_comment, XML_SetCommentHandler, on_comment;
            StartCdataSection, "StartCdataSectionHandler", start_cdata, set_start_cdata, XML_SetStartCdataSectionHandler, on_start_cdata;
            EndCdataSection, "EndCdataSectionHandler", end_cdata, set_end_cdata, XML_SetEndCdataSectionHandler, on_end_cdata;
            Default, "DefaultHandler", default, set_default, XML_SetDefaultHandler, on_default;
            DefaultHandlerExpand, "DefaultHandlerExpand", default_expand, set_default_expand, XML_SetDefaultHandlerExpand, on_default_expand;
            NotStandalone, "NotStandaloneHandler", not_standalone, set_not_standalone, XML_SetNotStandaloneHandler, on_not_standalone;
            ExternalEntityRef, "ExternalEntityRefHandler", external_entity, set_external_entity, XML_SetExternalEntityRefHandler, on_external_entity;
            StartDoctypeDecl, "StartDoctypeDeclHandler", start_doctype, set_start_doctype, XML_SetStartDoctypeDeclHandler, on_start_doctype;
            EndDoctypeDecl, "EndDoctypeDeclHandler", end_doctype, set_end_doctype, XML_SetEndDoctypeDeclHandler, on_end_doctype;
            EntityDecl, "EntityDeclHandler", entity, set_entity, XML_SetEntityDeclHandler, on_entity;
            XmlDecl, "XmlDeclHandler", xml, set_xml, XML_SetXmlDeclHandler, on_xml;
            ElementDecl, "ElementDeclHandler", element, set_element, XML_SetElementDeclHandler, on_element;
            AttlistDecl, "AttlistDeclHandler", attlist, set_attlist, XML_SetAttlistDeclHandler, on_attlist;
            SkippedEntity, "SkippedEntityHandler", skipped, set_skipped, XML_SetSkippedEntityHandler, on_skipped;
        }
    };
}
pub(crate) use for_each_handler;

macro_rules! kinds {
    ($($kind:ident, $attribute:literal, $get:ident, $put:ident, $set:ident, $on:ident;)*) => {
        /// A kind of handler.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Handler {
            $($kind,)*
        }

        impl Handler {
            pub const ALL: [Handler; 22] = [$(Handler::$kind),*];

            /// As tracebacks show who called the handler.
            pub fn name(self) -> &'static str {
                match self {
                    $(Handler::$kind => stringify!($kind),)*
                }
            }

            /// Tells the library whether it is to call.
            pub fn install(self, parser: Parser, on: bool) {
                match self {
                    // SAFETY: R4: the parser is alive; the function has the signature of the handler.
                    $(Handler::$kind => unsafe { expat::$set(parser, if on { Some($on) } else { None }) },)*
                }
            }
        }
    };
}

for_each_handler!(kinds);

/// Keeps the library from going on with text after a failure, or when its handler goes away while it is called.
pub fn ignore_text(parser: Parser) {
    unsafe extern "C" fn ignore(_: Data, _: Text, _: c_int) {}
    // SAFETY: R4: the parser is alive.
    unsafe { expat::XML_SetCharacterDataHandler(parser, Some(ignore)) };
}

/// Makes any reference to another document fail.
pub fn refuse_external(parser: Parser) {
    unsafe extern "C" fn refuse(_: Data, _: Text, _: Text, _: Text, _: Text) -> c_int {
        expat::STATUS_ERROR
    }
    // SAFETY: R4: the parser is alive.
    unsafe { expat::XML_SetExternalEntityRefHandler(parser, Some(refuse)) };
}

/// Calls a handler, if there is one, after the text before it.
fn deliver(
    data: Data,
    kind: Handler,
    arguments: impl FnOnce(&mut Thread, &XmlParser) -> Result<Vec<Ref<Object>>, Raised>,
) -> Option<Option<Ref<Object>>> {
    called(data, |th, parser: &XmlParser| {
        if !parser.has(kind) {
            return Ok(None);
        }
        parser.flush(th)?;
        let arguments = arguments(th, parser).inspect_err(|_| parser.silence(th))?;
        parser.call(th, kind, &arguments)
    })
}

/// A handler's answer as a number.
fn answer(data: Data, result: Option<Option<Ref<Object>>>) -> c_int {
    let Some(Some(result)) = result else { return 0 };
    called(data, |th, _: &XmlParser| {
        let number = ops::index_isize(th, &result)?;
        Ok(c_int::from(number != 0))
    })
    .unwrap_or(0)
}

unsafe extern "C" fn on_start_element(data: Data, element: Text, attributes: *mut Text) {
    deliver(data, Handler::StartElement, |th, parser| {
        let mut pairs = Vec::new();
        let most = parser.attributes_to_report();
        let mut at = attributes;
        while pairs.len() < most {
            // SAFETY: R4: pairs of texts, ended by null.
            let key = unsafe { *at };
            if key.is_null() {
                break;
            }
            // SAFETY: R4: the other half of the pair.
            let value = unsafe { *at.add(1) };
            pairs.push((name(th, parser, key)?, text(th, value)?));
            // SAFETY: R4: the end was not reached.
            at = unsafe { at.add(2) };
        }
        let container = if parser.ordered_attributes() {
            let items = pairs.into_iter().flat_map(|(key, value)| [key, value]).collect();
            List::new(th, items).up()
        } else {
            let dict = Dict::new(th);
            for (key, value) in pairs {
                dict.set(th, &key, value)?;
            }
            dict.up()
        };
        Ok(vec![name(th, parser, element)?, container])
    });
}

unsafe extern "C" fn on_end_element(data: Data, element: Text) {
    deliver(data, Handler::EndElement, |th, parser| Ok(vec![name(th, parser, element)?]));
}

unsafe extern "C" fn on_instruction(data: Data, target: Text, rest: Text) {
    deliver(data, Handler::ProcessingInstruction, |th, parser| Ok(vec![name(th, parser, target)?, text(th, rest)?]));
}

unsafe extern "C" fn on_character_data(data: Data, text: *const c_char, len: c_int) {
    let Some(text) = slice(text, len) else { return };
    called(data, |th, parser: &XmlParser| parser.take_text(th, text));
}

unsafe extern "C" fn on_unparsed(data: Data, entity: Text, base: Text, system: Text, public: Text, notation: Text) {
    deliver(data, Handler::UnparsedEntityDecl, |th, parser| names(th, parser, &[entity, base, system, public, notation]));
}

fn names(th: &mut Thread, parser: &XmlParser, texts: &[Text]) -> Result<Vec<Ref<Object>>, Raised> {
    texts.iter().map(|&text| name(th, parser, text)).collect()
}

unsafe extern "C" fn on_notation(data: Data, notation: Text, base: Text, system: Text, public: Text) {
    deliver(data, Handler::NotationDecl, |th, parser| names(th, parser, &[notation, base, system, public]));
}

unsafe extern "C" fn on_start_namespace(data: Data, prefix: Text, uri: Text) {
    deliver(data, Handler::StartNamespaceDecl, |th, parser| names(th, parser, &[prefix, uri]));
}

unsafe extern "C" fn on_end_namespace(data: Data, prefix: Text) {
    deliver(data, Handler::EndNamespaceDecl, |th, parser| names(th, parser, &[prefix]));
}

unsafe extern "C" fn on_comment(data: Data, comment: Text) {
    deliver(data, Handler::Comment, |th, _| Ok(vec![text(th, comment)?]));
}

unsafe extern "C" fn on_start_cdata(data: Data) {
    deliver(data, Handler::StartCdataSection, |_, _| Ok(Vec::new()));
}

unsafe extern "C" fn on_end_cdata(data: Data) {
    deliver(data, Handler::EndCdataSection, |_, _| Ok(Vec::new()));
}

unsafe extern "C" fn on_default(data: Data, text: Text, len: c_int) {
    deliver(data, Handler::Default, |th, _| Ok(vec![sized(th, text, len)?]));
}

unsafe extern "C" fn on_default_expand(data: Data, text: Text, len: c_int) {
    deliver(data, Handler::DefaultHandlerExpand, |th, _| Ok(vec![sized(th, text, len)?]));
}

unsafe extern "C" fn on_not_standalone(data: Data) -> c_int {
    let result = deliver(data, Handler::NotStandalone, |_, _| Ok(Vec::new()));
    answer(data, result)
}

unsafe extern "C" fn on_external_entity(data: Data, context: Text, base: Text, system: Text, public: Text) -> c_int {
    let result = deliver(data, Handler::ExternalEntityRef, |th, parser| {
        let mut arguments = vec![text(th, context)?];
        arguments.extend(names(th, parser, &[base, system, public])?);
        Ok(arguments)
    });
    answer(data, result)
}

unsafe extern "C" fn on_start_doctype(data: Data, doctype: Text, system: Text, public: Text, internal: c_int) {
    deliver(data, Handler::StartDoctypeDecl, |th, parser| {
        let mut arguments = names(th, parser, &[doctype, system, public])?;
        arguments.push(number(th, internal));
        Ok(arguments)
    });
}

unsafe extern "C" fn on_end_doctype(data: Data) {
    deliver(data, Handler::EndDoctypeDecl, |_, _| Ok(Vec::new()));
}

#[allow(clippy::too_many_arguments, reason = "the library's signature")]
unsafe extern "C" fn on_entity(
    data: Data,
    entity: Text,
    parameter: c_int,
    value: Text,
    len: c_int,
    base: Text,
    system: Text,
    public: Text,
    notation: Text,
) {
    deliver(data, Handler::EntityDecl, |th, parser| {
        let mut arguments = vec![name(th, parser, entity)?, number(th, parameter), sized(th, value, len)?];
        arguments.extend(names(th, parser, &[base, system, public, notation])?);
        Ok(arguments)
    });
}

unsafe extern "C" fn on_xml(data: Data, version: Text, encoding: Text, standalone: c_int) {
    deliver(data, Handler::XmlDecl, |th, _| Ok(vec![text(th, version)?, text(th, encoding)?, number(th, standalone)]));
}

unsafe extern "C" fn on_element(data: Data, element: Text, model: *mut Content) {
    deliver(data, Handler::ElementDecl, |th, parser| {
        // SAFETY: R4: a tree of the library's, freed below.
        let model = content(th, unsafe { &*model })?;
        Ok(vec![name(th, parser, element)?, model])
    });
    // SAFETY: R4: the parser was given this link, which lives as long as it does.
    let link = unsafe { &*data.cast::<Link<XmlParser>>() };
    // SAFETY: `Link::run` borrows the parser.
    if let Some(parser) = unsafe { link.parser.load(Relaxed).as_ref() } {
        parser.free_model(model);
    }
}

/// `(type, quantifier, name, children)`
fn content(th: &mut Thread, model: &Content) -> Result<Ref<Object>, Raised> {
    ops::native_recursion(th, " in conv_content_model")?;
    let mut children = Vec::with_capacity(model.numchildren as usize);
    for index in 0..model.numchildren as usize {
        // SAFETY: R4: there are as many children.
        let child = unsafe { &*model.children.add(index) };
        children.push(content(th, child)?);
    }
    let children = Tuple::new(th, children).up();
    let items = [number(th, model.kind), number(th, model.quant), text(th, model.name)?, children];
    Ok(Tuple::from_array(th, items).up())
}

unsafe extern "C" fn on_attlist(data: Data, element: Text, attribute: Text, kind: Text, default: Text, required: c_int) {
    deliver(data, Handler::AttlistDecl, |th, parser| {
        let mut arguments = names(th, parser, &[element, attribute])?;
        arguments.extend([text(th, kind)?, text(th, default)?, number(th, required)]);
        Ok(arguments)
    });
}

unsafe extern "C" fn on_skipped(data: Data, entity: Text, parameter: c_int) {
    deliver(data, Handler::SkippedEntity, |th, parser| Ok(vec![name(th, parser, entity)?, number(th, parameter)]));
}

/// Asks Python's codecs about an encoding that the library does not know: one of single bytes, that is.
pub unsafe extern "C" fn on_unknown_encoding<P>(data: Data, encoding: Text, info: *mut Encoding) -> c_int {
    let map = called(data, |th, _: &P| {
        let all: [u8; 256] = core::array::from_fn(|byte| byte as u8);
        let object = Bytes::new(th, &all);
        let encoding = String::from_utf8_lossy(bytes(encoding).unwrap_or_default()).into_owned();
        let text = codecs::decode(th, &object, &all, Some(&encoding), Some("replace"))?;
        if text.len() != 256 {
            return Err(raise::value_error(th, format_args!("multi-byte encodings are not supported")));
        }
        Ok(core::array::from_fn(|byte| match text.char_at(byte) {
            0xFFFD => -1,
            point => point.cast_signed(),
        }))
    });
    let Some(map) = map else { return expat::STATUS_ERROR };
    // SAFETY: R4: the library wants to have this filled.
    unsafe { info.write(Encoding { map, data: core::ptr::null_mut(), convert: None, release: None }) };
    expat::STATUS_OK
}
