//! libexpat, as its header declares it. Text is UTF-8, and ends with a NUL.
#![allow(unsafe_code, non_snake_case, reason = "declarations of a C library, under its names")]

use core::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_ulonglong, c_void};

/// A parser. Never moved, never null in what follows.
#[repr(C)]
pub struct ParserStruct {
    _opaque: [u8; 0],
}
pub type Parser = *mut ParserStruct;
pub type Text = *const c_char;
pub type Data = *mut c_void;

/// What an element may contain.
#[repr(C)]
pub struct Content {
    pub kind: c_int,
    pub quant: c_int,
    pub name: Text,
    pub numchildren: c_uint,
    pub children: *mut Content,
}

/// What the bytes of an encoding mean.
#[repr(C)]
pub struct Encoding {
    pub map: [c_int; 256],
    pub data: Data,
    pub convert: Option<unsafe extern "C" fn(Data, Text) -> c_int>,
    pub release: Option<unsafe extern "C" fn(Data)>,
}

#[repr(C)]
pub struct Version {
    pub major: c_int,
    pub minor: c_int,
    pub micro: c_int,
}

/// What the library was built with; the last one has the number 0.
#[repr(C)]
pub struct Feature {
    pub number: c_int,
    pub name: Text,
    pub value: c_long,
}

pub const TRUE: c_uchar = 1;
pub const FALSE: c_uchar = 0;
pub const STATUS_ERROR: c_int = 0;
pub const STATUS_OK: c_int = 1;
pub const ERROR_INVALID_ARGUMENT: c_int = 41;

pub type OnStart = Option<unsafe extern "C" fn(Data, Text, *mut Text)>;
pub type OnName = Option<unsafe extern "C" fn(Data, Text)>;
pub type OnTwo = Option<unsafe extern "C" fn(Data, Text, Text)>;
pub type OnText = Option<unsafe extern "C" fn(Data, Text, c_int)>;
pub type OnNothing = Option<unsafe extern "C" fn(Data)>;
pub type OnAnswer = Option<unsafe extern "C" fn(Data) -> c_int>;
pub type OnUnparsed = Option<unsafe extern "C" fn(Data, Text, Text, Text, Text, Text)>;
pub type OnNotation = Option<unsafe extern "C" fn(Data, Text, Text, Text, Text)>;
/// Its first argument is what `XML_SetExternalEntityRefHandlerArg` says.
pub type OnExternal = Option<unsafe extern "C" fn(Data, Text, Text, Text, Text) -> c_int>;
pub type OnDoctype = Option<unsafe extern "C" fn(Data, Text, Text, Text, c_int)>;
pub type OnEntity = Option<unsafe extern "C" fn(Data, Text, c_int, Text, c_int, Text, Text, Text, Text)>;
pub type OnXml = Option<unsafe extern "C" fn(Data, Text, Text, c_int)>;
pub type OnElement = Option<unsafe extern "C" fn(Data, Text, *mut Content)>;
pub type OnAttlist = Option<unsafe extern "C" fn(Data, Text, Text, Text, Text, c_int)>;
pub type OnSkipped = Option<unsafe extern "C" fn(Data, Text, c_int)>;
pub type OnEncoding = Option<unsafe extern "C" fn(Data, Text, *mut Encoding) -> c_int>;

// SAFETY: R4: the signatures are those of the header.
unsafe extern "C" {
    pub fn XML_ParserCreate_MM(encoding: Text, memory: *const c_void, separator: Text) -> Parser;
    pub fn XML_ExternalEntityParserCreate(parser: Parser, context: Text, encoding: Text) -> Parser;
    pub fn XML_ParserFree(parser: Parser);
    pub fn XML_Parse(parser: Parser, text: Text, len: c_int, last: c_int) -> c_int;
    pub fn XML_GetBuffer(parser: Parser, len: c_int) -> *mut c_void;
    pub fn XML_ParseBuffer(parser: Parser, len: c_int, last: c_int) -> c_int;
    pub fn XML_StopParser(parser: Parser, resumable: c_uchar) -> c_int;
    pub fn XML_SetUserData(parser: Parser, data: Data);
    pub fn XML_SetEncoding(parser: Parser, encoding: Text) -> c_int;
    pub fn XML_SetBase(parser: Parser, base: Text) -> c_int;
    pub fn XML_GetBase(parser: Parser) -> Text;
    pub fn XML_GetInputContext(parser: Parser, offset: *mut c_int, size: *mut c_int) -> Text;
    pub fn XML_GetSpecifiedAttributeCount(parser: Parser) -> c_int;
    pub fn XML_SetParamEntityParsing(parser: Parser, flag: c_int) -> c_int;
    pub fn XML_UseForeignDTD(parser: Parser, flag: c_uchar) -> c_int;
    pub fn XML_SetReturnNSTriplet(parser: Parser, flag: c_int);
    pub fn XML_GetErrorCode(parser: Parser) -> c_int;
    pub fn XML_GetCurrentLineNumber(parser: Parser) -> c_ulong;
    pub fn XML_GetCurrentColumnNumber(parser: Parser) -> c_ulong;
    pub fn XML_GetCurrentByteIndex(parser: Parser) -> c_long;
    pub fn XML_ErrorString(code: c_int) -> Text;
    pub fn XML_ExpatVersion() -> Text;
    pub fn XML_ExpatVersionInfo() -> Version;
    pub fn XML_GetFeatureList() -> *const Feature;
    pub fn XML_FreeContentModel(parser: Parser, model: *mut Content);
    pub fn XML_SetBillionLaughsAttackProtectionActivationThreshold(parser: Parser, bytes: c_ulonglong) -> c_uchar;
    pub fn XML_SetBillionLaughsAttackProtectionMaximumAmplification(parser: Parser, factor: f32) -> c_uchar;
    #[cfg(expat_reparse_deferral)]
    pub fn XML_SetReparseDeferralEnabled(parser: Parser, enabled: c_uchar) -> c_uchar;
    #[cfg(expat_alloc_tracker)]
    pub fn XML_SetAllocTrackerActivationThreshold(parser: Parser, bytes: c_ulonglong) -> c_uchar;
    #[cfg(expat_alloc_tracker)]
    pub fn XML_SetAllocTrackerMaximumAmplification(parser: Parser, factor: f32) -> c_uchar;

    pub fn XML_SetStartElementHandler(parser: Parser, handler: OnStart);
    pub fn XML_SetEndElementHandler(parser: Parser, handler: OnName);
    pub fn XML_SetProcessingInstructionHandler(parser: Parser, handler: OnTwo);
    pub fn XML_SetCharacterDataHandler(parser: Parser, handler: OnText);
    pub fn XML_SetUnparsedEntityDeclHandler(parser: Parser, handler: OnUnparsed);
    pub fn XML_SetNotationDeclHandler(parser: Parser, handler: OnNotation);
    pub fn XML_SetStartNamespaceDeclHandler(parser: Parser, handler: OnTwo);
    pub fn XML_SetEndNamespaceDeclHandler(parser: Parser, handler: OnName);
    pub fn XML_SetCommentHandler(parser: Parser, handler: OnName);
    pub fn XML_SetStartCdataSectionHandler(parser: Parser, handler: OnNothing);
    pub fn XML_SetEndCdataSectionHandler(parser: Parser, handler: OnNothing);
    pub fn XML_SetDefaultHandler(parser: Parser, handler: OnText);
    pub fn XML_SetDefaultHandlerExpand(parser: Parser, handler: OnText);
    pub fn XML_SetNotStandaloneHandler(parser: Parser, handler: OnAnswer);
    pub fn XML_SetExternalEntityRefHandler(parser: Parser, handler: OnExternal);
    pub fn XML_SetExternalEntityRefHandlerArg(parser: Parser, data: Data);
    pub fn XML_SetStartDoctypeDeclHandler(parser: Parser, handler: OnDoctype);
    pub fn XML_SetEndDoctypeDeclHandler(parser: Parser, handler: OnNothing);
    pub fn XML_SetEntityDeclHandler(parser: Parser, handler: OnEntity);
    pub fn XML_SetXmlDeclHandler(parser: Parser, handler: OnXml);
    pub fn XML_SetElementDeclHandler(parser: Parser, handler: OnElement);
    pub fn XML_SetAttlistDeclHandler(parser: Parser, handler: OnAttlist);
    pub fn XML_SetSkippedEntityHandler(parser: Parser, handler: OnSkipped);
    pub fn XML_SetUnknownEncodingHandler(parser: Parser, handler: OnEncoding, data: Data);
}
