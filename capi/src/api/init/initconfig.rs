//! `PyInitConfig`: a configuration by names (PEP 741), which does not depend on the layout of a struct.

use core::ffi::{CStr, c_char, c_int};
use std::ffi::CString;

use abi::{PyConfig, PyPreConfig};

use super::preconfig::{Py_PreInitialize, of_kind};
use super::pyconfig::{ISOLATED, PyConfig_Clear, isolated};
use super::table::{CONFIG, Field, Kind, PRECONFIG};
use super::text::{characters, items, replace, replace_list, wide};
use crate::api::misc::encode;
use crate::embed::Stop;

/// What went wrong last.
enum Failed {
    Nothing,
    Error(String),
    Exit(c_int),
}

/// The configuration, as C holds it.
pub struct PyInitConfig {
    preconfig: PyPreConfig,
    config: PyConfig,
    modules: Vec<(*const c_char, Option<abi::PyInit>)>,
    failed: Failed,
    /// The text of `PyInitConfig_GetError`.
    message: CString,
}

type This = *mut PyInitConfig;

/// The configuration of a pointer.
///
/// # Safety
/// R4: made by `PyInitConfig_Create` and not freed; no other thread uses it.
unsafe fn of<'a>(this: This) -> &'a mut PyInitConfig {
    // SAFETY: the caller's promise.
    unsafe { &mut *this }
}

impl PyInitConfig {
    fn fail(&mut self, message: &str) -> c_int {
        self.failed = Failed::Error(message.to_owned());
        -1
    }

    fn stop(&mut self, stop: &Stop) -> c_int {
        self.failed = match &stop.function {
            Some(function) if !function.is_empty() => Failed::Error(format!("{function}: {}", stop.err)),
            Some(_) => Failed::Error(stop.err.clone()),
            None => Failed::Exit(stop.code),
        };
        -1
    }

    /// A field by its name, with the struct that it is in.
    fn find(&mut self, name: &str) -> Option<(&'static Field, *mut u8)> {
        if let Some(field) = CONFIG.iter().find(|field| field.name == name) {
            return Some((field, (&raw mut self.config).cast()));
        }
        let field = PRECONFIG.iter().find(|field| field.name == name)?;
        Some((field, (&raw mut self.preconfig).cast()))
    }
}

/// The name that C gave.
///
/// # Safety
/// R4: a C string.
unsafe fn name_of<'a>(name: *const c_char) -> &'a str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap_or_default()
}

const UNKNOWN: &str = "unknown config option name";

/// A configuration that looks at nothing outside of the program.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_Create() -> This {
    let made = PyInitConfig { preconfig: of_kind(ISOLATED), config: isolated(), modules: Vec::new(), failed: Failed::Nothing, message: CString::default() };
    Box::into_raw(Box::new(made))
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_Free(this: This) {
    if !this.is_null() {
        // SAFETY: R4: the function's contract.
        unsafe {
            PyConfig_Clear(&raw mut (*this).config);
            drop(Box::from_raw(this));
        }
    }
}

/// What went wrong last: 1 if anything did.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_GetError(this: This, message: *mut *const c_char) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe {
        let this = of(this);
        let text = match &this.failed {
            Failed::Nothing => {
                message.write(core::ptr::null());
                return 0;
            }
            Failed::Error(text) => text.clone(),
            Failed::Exit(code) => format!("exit code {code}"),
        };
        this.message = CString::new(text.replace('\0', "")).unwrap_or_default();
        message.write(this.message.as_ptr());
        1
    }
}

/// Whether the process is to end, and with which code.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_GetExitCode(this: This, code: *mut c_int) -> c_int {
    // SAFETY: R4: the function's contract.
    match unsafe { of(this) }.failed {
        Failed::Exit(exit) => {
            // SAFETY: as above.
            unsafe { code.write(exit) };
            1
        }
        _ => 0,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_HasOption(this: This, name: *const c_char) -> c_int {
    // SAFETY: R4: the function's contract.
    c_int::from(unsafe { of(this).find(name_of(name)) }.is_some())
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_GetInt(this: This, name: *const c_char, value: *mut i64) -> c_int {
    // SAFETY: R4: the function's contract; the table says what the fields are.
    unsafe {
        let this = of(this);
        let Some((field, base)) = this.find(name_of(name)) else { return this.fail(UNKNOWN) };
        let number = match field.kind {
            Kind::Int | Kind::Unsigned => i64::from(*field.of::<c_int>(base)),
            Kind::UnsignedLong => match i64::try_from(*field.of::<core::ffi::c_ulong>(base)) {
                Ok(number) => number,
                Err(_) => return this.fail("config option value doesn't fit into int64_t"),
            },
            _ => return this.fail("config option type is not int"),
        };
        value.write(number);
        0
    }
}

/// A wide string as UTF-8, in memory that C frees with `free`; null for what cannot be encoded.
///
/// # Safety
/// R4: a wide string.
unsafe fn utf8(text: *const abi::wchar_t) -> *mut c_char {
    // SAFETY: the caller's promise.
    let encoded = encode(unsafe { characters(text) }.unwrap_or_default()).ok().filter(|bytes| core::str::from_utf8(bytes).is_ok());
    match encoded.and_then(|bytes| CString::new(bytes).ok()) {
        // SAFETY: a C string.
        Some(text) => unsafe { libc::strdup(text.as_ptr()) },
        None => core::ptr::null_mut(),
    }
}

/// A copy of a text, which C frees with `free`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_GetStr(this: This, name: *const c_char, value: *mut *mut c_char) -> c_int {
    // SAFETY: R4: the function's contract; the table says what the fields are.
    unsafe {
        let this = of(this);
        let Some((field, base)) = this.find(name_of(name)) else { return this.fail(UNKNOWN) };
        let Some(place) = field.text(base) else { return this.fail("config option type is not string") };
        if (*place).is_null() {
            value.write(core::ptr::null_mut());
            return 0;
        }
        let text = utf8(*place);
        value.write(text);
        if text.is_null() { this.fail("encoding error") } else { 0 }
    }
}

/// Copies of a list's texts, which C frees with `PyInitConfig_FreeStrList`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_GetStrList(this: This, name: *const c_char, count: *mut usize, texts: *mut *mut *mut c_char) -> c_int {
    // SAFETY: R4: the function's contract; the table says what the fields are.
    unsafe {
        let this = of(this);
        let Some((field, base)) = this.find(name_of(name)) else { return this.fail(UNKNOWN) };
        let Some(list) = field.texts(base) else { return this.fail("config option type is not string list") };
        let found = items(&*list);
        let array: *mut *mut c_char = libc::malloc((found.len() + 1) * size_of::<*mut c_char>()).cast();
        if array.is_null() {
            return this.fail("memory allocation failed");
        }
        for (at, &text) in found.iter().enumerate() {
            let copy = utf8(text);
            if copy.is_null() {
                PyInitConfig_FreeStrList(at, array);
                return this.fail("encoding error");
            }
            array.add(at).write(copy);
        }
        count.write(found.len());
        texts.write(array);
        0
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_FreeStrList(count: usize, texts: *mut *mut c_char) {
    // SAFETY: R4: the function's contract.
    unsafe {
        (0..count).for_each(|at| libc::free((*texts.add(at)).cast()));
        libc::free(texts.cast());
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_SetInt(this: This, name: *const c_char, value: i64) -> c_int {
    // SAFETY: R4: the function's contract; the table says what the fields are.
    unsafe {
        let this = of(this);
        let name = name_of(name);
        let Some((field, base)) = this.find(name) else { return this.fail(UNKNOWN) };
        match field.kind {
            Kind::Int => match c_int::try_from(value) {
                Ok(value) => field.of::<c_int>(base).write(value),
                Err(_) => return this.fail("config option value is out of int range"),
            },
            Kind::Unsigned => match u32::try_from(value) {
                Ok(value) => field.of::<u32>(base).write(value),
                Err(_) => return this.fail("config option value is out of unsigned int range"),
            },
            Kind::UnsignedLong => match u64::try_from(value) {
                Ok(value) => field.of::<u64>(base).write(value),
                Err(_) => return this.fail("config option value is out of unsigned long range"),
            },
            _ => return this.fail("config option type is not int"),
        }
        if name == "hash_seed" {
            this.config.use_hash_seed = 1;
        }
        0
    }
}

/// A C string as wide characters, if it is UTF-8.
///
/// # Safety
/// R4: a C string.
unsafe fn from_utf8(text: *const c_char) -> Option<*mut abi::wchar_t> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    core::str::from_utf8(bytes).ok().map(|text| wide(text.as_bytes()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_SetStr(this: This, name: *const c_char, value: *const c_char) -> c_int {
    // SAFETY: R4: the function's contract; the table says what the fields are.
    unsafe {
        let this = of(this);
        let Some((field, base)) = this.find(name_of(name)) else { return this.fail(UNKNOWN) };
        let Some(place) = field.text(base) else { return this.fail("config option type is not string") };
        if value.is_null() {
            if field.kind == Kind::Text {
                return this.fail("config option string cannot be NULL");
            }
            replace(place, core::ptr::null_mut());
            return 0;
        }
        match from_utf8(value) {
            Some(text) if text.is_null() => this.fail("memory allocation failed"),
            Some(text) => {
                replace(place, text);
                0
            }
            None => this.fail("decoding error"),
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_SetStrList(this: This, name: *const c_char, count: usize, texts: *const *mut c_char) -> c_int {
    // SAFETY: R4: the function's contract; the table says what the fields are.
    unsafe {
        let this = of(this);
        let name = name_of(name);
        let Some((field, base)) = this.find(name) else { return this.fail(UNKNOWN) };
        let Some(list) = field.texts(base) else { return this.fail("config option type is not strings list") };
        if (0..count).any(|at| CStr::from_ptr(*texts.add(at)).to_str().is_err()) {
            return this.fail("decoding error");
        }
        let fresh = (0..count).filter_map(|at| from_utf8(*texts.add(at))).collect();
        if !replace_list(&mut *list, fresh) {
            return this.fail("memory allocation failed");
        }
        if name == "module_search_paths" {
            this.config.module_search_paths_set = 1;
        }
        0
    }
}

/// Adds a built-in module.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyInitConfig_AddModule(this: This, name: *const c_char, init: Option<abi::PyInit>) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe { of(this) }.modules.push((name, init));
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_InitializeFromInitConfig(this: This) -> c_int {
    // SAFETY: R4: the function's contract.
    unsafe {
        let this = of(this);
        for (name, init) in core::mem::take(&mut this.modules) {
            crate::inittab::PyImport_AppendInittab(name, init);
        }
        let status = Py_PreInitialize(&raw const this.preconfig);
        if status.kind != 0 {
            let message = CStr::from_ptr(status.err_msg).to_string_lossy().into_owned();
            return this.fail(&message);
        }
        match super::from_config(&this.config) {
            Ok(()) => 0,
            Err(stop) => this.stop(&stop),
        }
    }
}
