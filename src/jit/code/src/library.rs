//! The back end: a library that is opened when the first unit is compiled.
//!
//! Invariant: it is asked for its version before anything else. It stays open for good, since threads may be inside at any time. Where it
//! is looked for: `PYSTON_LOWER`, if that is set; beside the library that this is part of, if it is part of one; beside the program; in `../lib`
//! of the program's folder, where it is installed.
#![allow(unsafe_code, reason = "calls functions of another library")]
use libloading::Library;
use lir::Unit;
use lir::door::{
    Answer, COMPILE_NAME, CompileFunction, FREE_NAME, FreeFunction, Options, Request, Times, VERSION, VERSION_NAME,
    VersionFunction,
};
use std::ffi::CStr;
use std::fmt;
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const FILE: &str = "libpyston_lower.so";
const VARIABLE: &str = "PYSTON_LOWER";

/// Why there is no back end.
#[derive(Debug)]
pub enum OpenError {
    /// It is at none of these places.
    NotFound(Vec<PathBuf>),
    /// It is there, and cannot be used: what the system said.
    Broken(PathBuf, String),
    /// It is of another version.
    Version(PathBuf, u32),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::NotFound(places) => {
                let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
                write!(f, "no {FILE}: {}", places.join(", "))
            }
            OpenError::Broken(path, why) => write!(f, "{}: {why}", path.display()),
            OpenError::Version(path, found) => write!(f, "{}: version {found:#x}, not {VERSION:#x}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// What the environment says instead.
fn wanted() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Where the library may lie.
fn places() -> Vec<PathBuf> {
    let mut places = Vec::new();
    if let Some(folder) = own_library().as_deref().and_then(Path::parent) {
        places.push(folder.join(FILE));
    }
    let program = std::env::current_exe().and_then(|path| path.canonicalize()).unwrap_or_default();
    if let Some(folder) = program.parent() {
        // Where a build for tests leaves it; one beside the program may be older then.
        if cfg!(debug_assertions) {
            places.push(folder.join("deps").join(FILE));
        }
        places.extend([folder.join(FILE), folder.join("../lib").join(FILE)]);
    }
    places
}

/// The shared library that holds this code, if one does.
fn own_library() -> Option<PathBuf> {
    // SAFETY: plain data, of which zeros are a value.
    let mut found: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: an address of this image, and a place for the answer.
    if unsafe { libc::dladdr(own_library as *const libc::c_void, &raw mut found) } == 0 || found.dli_fname.is_null() {
        return None;
    }
    // SAFETY: the linker's name of the image, which stays as long as the image does.
    let name = unsafe { CStr::from_ptr(found.dli_fname) };
    let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes())).canonicalize().ok()?;
    path.to_string_lossy().contains(".so").then_some(path)
}

/// What became of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compiled {
    /// What [`crate::Region::load`] takes.
    pub object: Vec<u8>,
    /// The text that was asked for.
    pub text: String,
    pub times: Times,
}

/// The open library.
pub struct BackEnd {
    compile: CompileFunction,
    free: FreeFunction,
    /// Never closed: LLVM's threads' own memory has destructors in it.
    _library: ManuallyDrop<Library>,
}

impl BackEnd {
    /// Opens the library, wherever it is.
    ///
    /// # Errors
    /// If it is nowhere, or what is there cannot be used.
    pub fn find() -> Result<Self, OpenError> {
        if let Some(path) = wanted() {
            return Self::open(&path);
        }
        let places = places();
        match places.iter().find(|place| place.exists()) {
            Some(path) => Self::open(path),
            None => Err(OpenError::NotFound(places)),
        }
    }

    /// Whether there is a library to be opened.
    pub fn is_there() -> bool {
        match wanted() {
            Some(path) => path.exists(),
            None => places().iter().any(|place| place.exists()),
        }
    }

    /// Opens the library at a path.
    ///
    /// # Errors
    /// If it is not there, or what is there cannot be used.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let broken = |error: libloading::Error| OpenError::Broken(path.to_owned(), error.to_string());
        // SAFETY: what it runs when it is opened are LLVM's constructors, which touch nothing but themselves.
        let library = ManuallyDrop::new(unsafe { Library::new(path) }.map_err(broken)?);
        // SAFETY: the name belongs to this type in every version.
        let version = unsafe { *library.get::<VersionFunction>(VERSION_NAME.to_bytes_with_nul()).map_err(broken)? }();
        if version != VERSION {
            return Err(OpenError::Version(path.to_owned(), version));
        }
        // SAFETY: in this version the name belongs to this type.
        let compile = unsafe { *library.get::<CompileFunction>(COMPILE_NAME.to_bytes_with_nul()).map_err(broken)? };
        // SAFETY: as above.
        let free = unsafe { *library.get::<FreeFunction>(FREE_NAME.to_bytes_with_nul()).map_err(broken)? };
        Ok(Self { compile, free, _library: library })
    }

    /// Makes an object of a unit.
    ///
    /// # Errors
    /// What is wrong with the unit, as text.
    pub fn compile(&self, unit: &Unit, options: Options) -> Result<Compiled, String> {
        self.compile_bytes(&unit.to_bytes(), options)
    }

    /// Makes an object of a unit's bytes.
    ///
    /// # Errors
    /// What is wrong with them, as text.
    pub fn compile_bytes(&self, bytes: &[u8], options: Options) -> Result<Compiled, String> {
        let request = Request { unit: bytes.as_ptr(), len: bytes.len(), options };
        let mut answer = Answer::EMPTY;
        // SAFETY: the request is complete and stays; the answer is empty.
        unsafe { (self.compile)(&raw const request, &raw mut answer) };
        // SAFETY: the library has just filled it.
        let object = unsafe { answer.object.as_slice() }.to_vec();
        // SAFETY: as above.
        let text = String::from_utf8_lossy(unsafe { answer.text.as_slice() }).into_owned();
        let (failed, times) = (answer.failed, answer.times);
        // SAFETY: as above; nothing refers to it any more.
        unsafe { (self.free)(&raw mut answer) };
        if failed { Err(String::from_utf8_lossy(&object).into_owned()) } else { Ok(Compiled { object, text, times }) }
    }
}
