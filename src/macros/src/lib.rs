//! Declarations of Python types and modules: `#[pytype]`, `#[pymethods]`, `#[pymodule]`.
//!
//! Owns: the way from a Rust item to the ABI's static tables (`PyTypeObject`, `PyMethodDef`, …) and to one C entry per method or slot (R4).
//! Expansions are `const` data and small entries; whatever is more than a few instructions long lives in `objects::glue`, which they call.
//!
//! Must never know: what any type means. It sees tokens only.
//!
//! Start reading at [`model`]: `parse` makes it from tokens, `render` makes tokens from it. What authors write is shown in
//! `src/objects/src/glue.rs`.

mod model;
mod parse;
mod render;
mod slots;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Declares the static type object of a Rust struct.
#[proc_macro_attribute]
pub fn pytype(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(parse::pytype::parse(args.into(), item.into()).map(|ty| render::pytype::render(&ty)))
}

/// Declares slots, methods and attributes of a type.
#[proc_macro_attribute]
pub fn pymethods(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(parse::methods::parse(args.into(), item.into()).map(|part| render::methods::render(&part)))
}

/// Declares a native module.
#[proc_macro_attribute]
pub fn pymodule(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(parse::module::parse(args.into(), item.into()).map(|module| render::module::render(&module)))
}

fn expand(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(syn::Error::into_compile_error).into()
}
