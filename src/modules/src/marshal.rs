//! `marshal`: code objects in our own format, for `.pyc` files of our own tag.

use std::sync::Arc;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, names, ops, raise};

/// In front of a marshalled code object.
const CODE_TAG: u8 = b'c';

#[pymodule(name = "marshal")]
pub mod marshal {
    //! This module contains functions that can read and write Python values in
    //! a binary format. The format is specific to Python, but independent of
    //! machine architecture issues.
    use super::*;

    #[attr]
    fn version(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(objects::Int::from_i64(th, 5).up())
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(sig = "(value, version=version, /, *, allow_code=True)")]
    fn dumps(th: &mut Thread, value: &Object, #[default(5)] _version: i64, allow_code: bool) -> Result<Ref<Bytes>, Raised> {
        let Some(code) = value.downcast::<interp::Code>() else {
            return Err(raise::not_implemented(th, format_args!("marshal of '{}' objects", ops::type_name(value))));
        };
        if !allow_code {
            return Err(raise::value_error(th, format_args!("marshalling code objects is disallowed")));
        }
        let mut data = vec![CODE_TAG];
        data.extend(syntax::format::write(code.source()));
        Ok(Bytes::new(th, &data))
    }

    /// Convert the bytes-like object to a value.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(th: &mut Thread, bytes: Buffer, allow_code: bool) -> Result<Ref<Object>, Raised> {
        match bytes.as_slice().split_first() {
            Some((&CODE_TAG, rest)) if allow_code => match syntax::format::read(rest) {
                Ok(code) => Ok(interp::Code::new(th, Arc::new(code)).up()),
                Err(syntax::format::FormatError::Truncated) => {
                    Err(raise::new(th, objects::exceptions::eof_error_type(), format_args!("marshal data too short")))
                }
                Err(error) => Err(raise::value_error(th, format_args!("bad marshal data ({error})"))),
            },
            Some((&CODE_TAG, _)) => Err(raise::value_error(th, format_args!("unmarshalling code objects is disallowed"))),
            Some(_) => Err(raise::value_error(th, format_args!("bad marshal data (unknown type code)"))),
            None => Err(raise::new(th, objects::exceptions::eof_error_type(), format_args!("marshal data too short"))),
        }
    }

    /// Write the value on the open file.
    #[function(sig = "(value, file, version=version, /, *, allow_code=True)")]
    fn dump(th: &mut Thread, value: &Object, file: &Object, #[default(5)] _version: i64, allow_code: bool) -> Result<Ref<Object>, Raised> {
        let data = dumps(th, value, _version, allow_code)?;
        ops::call_method(th, file, names::write.get(), &[&data])
    }

    /// Read one value from the open file and return it.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(th: &mut Thread, file: &Object, allow_code: bool) -> Result<Ref<Object>, Raised> {
        let data = ops::call_method(th, file, names::read.get(), &[])?;
        let Some(data) = data.downcast_ref::<Bytes>() else {
            let got = ops::type_name(&data);
            return Err(raise::type_error(th, format_args!("file.read() returned not bytes but {got}")));
        };
        let _ = data;
        let loads_name = objects::intern(th, "loads");
        let module = interp::import::import_module(th, "marshal")?;
        let _ = allow_code;
        ops::call_method(th, &module, loads_name, &[data])
    }
}
