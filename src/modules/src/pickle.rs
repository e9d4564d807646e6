//! `_pickle`: objects as streams of instructions, and back.
//!
//! [`save`] and [`reduce`] write, into [`output`]; [`load`] and [`build`] read, from [`input`]. The classes that Python sees are in
//! [`pickler`], [`unpickler`] and [`buffer`]. What runs is a Rust value of its own, so that functions need no object for it.

pub mod buffer;
mod build;
mod input;
mod load;
mod memo;
mod opcodes;
mod output;
mod pickler;
mod reduce;
mod save;
mod unpickler;

use buffer::PickleBuffer;
use heap::{Object, Raised, Ref, Thread};
use input::Input;
use load::Loader;
use macros::pymodule;
use memo::Memo;
use objects::glue::*;
use objects::{Bytes, exceptions, none, raise};
use output::Output;
use pickler::{Pickler, PicklerMemoProxy, callback_of, protocol_of, write_of};
use save::Saver;
use unpickler::{Unpickler, UnpicklerMemoProxy, buffers_of, file_of};

use crate::errors::ErrorClass;

static PICKLE_ERROR: ErrorClass = ErrorClass::new("_pickle", "PickleError", exceptions::exception_type);
static PICKLING_ERROR: ErrorClass = ErrorClass::under("_pickle", "PicklingError", &PICKLE_ERROR);
static UNPICKLING_ERROR: ErrorClass = ErrorClass::under("_pickle", "UnpicklingError", &PICKLE_ERROR);

/// Names that the module looks up.
#[allow(non_upper_case_globals, reason = "each static is called like the string it holds")]
mod names {
    use objects::str::Name;

    pub static append: Name = Name::new("append");
    pub static dispatch_table: Name = Name::new("dispatch_table");
    pub static find_class: Name = Name::new("find_class");
    pub static latin1: Name = Name::new("latin1");
    pub static main: Name = Name::new("__main__");
    pub static peek: Name = Name::new("peek");
    pub static persistent_id: Name = Name::new("persistent_id");
    pub static persistent_load: Name = Name::new("persistent_load");
    pub static readinto: Name = Name::new("readinto");
    pub static reducer_override: Name = Name::new("reducer_override");
}

/// A run that no `Pickler` stands behind.
fn save(
    th: &mut Thread,
    object: &Object,
    write: Option<Ref<Object>>,
    protocol: &Object,
    fix_imports: bool,
    callback: &Object,
) -> Result<Saver, Raised> {
    let protocol = protocol_of(th, protocol)?;
    let buffer_callback = callback_of(th, callback, protocol)?;
    let mut saver = Saver {
        out: Output::new(write),
        memo: Memo::default(),
        protocol,
        fix_imports: fix_imports && protocol < 3,
        fast: false,
        persistent_id: None,
        reducer_override: None,
        dispatch_table: None,
        buffer_callback,
        open: Vec::new(),
        copyreg_table: None,
    };
    saver.dump(th, object)?;
    Ok(saver)
}

fn restore<'a>(
    th: &mut Thread,
    input: Input<'a>,
    fix_imports: bool,
    encoding: &'a str,
    errors: &'a str,
    buffers: Option<Ref<Object>>,
) -> Result<Ref<Object>, Raised> {
    let mut loader = Loader {
        input,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: load::Memo::default(),
        protocol: 0,
        shared_protocol: None,
        fix_imports,
        encoding,
        errors,
        buffers,
        persistent_load: None,
        find_class: None,
    };
    loader.load(th)
}

#[pymodule(name = "_pickle", types(Pickler, Unpickler, PickleBuffer), hidden(PicklerMemoProxy, UnpicklerMemoProxy))]
pub mod pickle_ {
    //! Optimized C implementation for the Python pickle module.
    #![allow(non_snake_case, reason = "names that Python sees")]
    use super::*;

    #[attr]
    fn PickleError(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        PICKLE_ERROR.object(th)
    }

    #[attr]
    fn PicklingError(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        PICKLING_ERROR.object(th)
    }

    #[attr]
    fn UnpicklingError(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        UNPICKLING_ERROR.object(th)
    }

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    #[function(sig = "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        th: &mut Thread,
        obj: &Object,
        file: &Object,
        #[default(none())] protocol: &Object,
        fix_imports: bool,
        #[default(none())] buffer_callback: &Object,
    ) -> Result<(), Raised> {
        let write = write_of(th, file)?;
        let mut saver = save(th, obj, Some(write), protocol, fix_imports, buffer_callback)?;
        saver.out.flush(th)
    }

    /// Return the pickled representation of the object as a bytes object.
    #[function(sig = "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(
        th: &mut Thread,
        obj: &Object,
        #[default(none())] protocol: &Object,
        fix_imports: bool,
        #[default(none())] buffer_callback: &Object,
    ) -> Result<Ref<Bytes>, Raised> {
        let saver = save(th, obj, None, protocol, fix_imports, buffer_callback)?;
        let bytes = saver.out.finish();
        Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th))
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    #[function(sig = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn load(
        th: &mut Thread,
        file: &Object,
        fix_imports: bool,
        encoding: &str,
        errors: &str,
        buffers: Option<&Object>,
    ) -> Result<Ref<Object>, Raised> {
        let file = file_of(th, file)?;
        let buffers = buffers_of(th, buffers)?;
        restore(th, Input::file(file), fix_imports, encoding, errors, buffers)
    }

    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    #[function(sig = "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn loads(
        th: &mut Thread,
        data: Exported,
        fix_imports: bool,
        encoding: &str,
        errors: &str,
        buffers: Option<&Object>,
    ) -> Result<Ref<Object>, Raised> {
        let buffers = buffers_of(th, buffers)?;
        restore(th, Input::memory(&data), fix_imports, encoding, errors, buffers)
    }
}
