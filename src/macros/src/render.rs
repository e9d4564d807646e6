//! From [`crate::model`] to tokens. Rendering cannot fail.
//!
//! Expansions name nothing but `::objects::glue` (which re-exports what they need of `heap` and `abi`) and what the author wrote.

pub mod entry;
pub mod methods;
pub mod module;
pub mod pytype;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A C string literal; NUL bytes cannot be in one and end it.
pub fn c_string(text: &str) -> TokenStream {
    let text = text.split('\0').next().unwrap_or_default();
    let literal = Literal::c_string(&std::ffi::CString::new(text).expect("it was cut at the first NUL"));
    quote!(#literal)
}

/// A docstring's `*const c_char`.
pub fn doc_pointer(doc: Option<&str>) -> TokenStream {
    match doc {
        Some(text) => {
            let text = c_string(text);
            quote!(#text.as_ptr())
        }
        None => quote!(::core::ptr::null()),
    }
}

/// The lint exceptions of generated items.
pub fn allowances() -> TokenStream {
    quote! {
        #[allow(unsafe_code, reason = "C entries and ABI tables, written by the macro: R4")]
        #[allow(clippy::all, clippy::undocumented_unsafe_blocks, reason = "written by a macro")]
        #[allow(non_upper_case_globals, non_snake_case, unused_variables, unreachable_code, reason = "written by a macro")]
    }
}
