//! The library that programs embed: exports the C API (`build.rs`) and nothing else.
//!
//! Owns nothing but its own beginning. Start reading at `capi::embed`, then `startup`.
#![allow(unsafe_code, reason = "the linker's list of what runs when the library is loaded")]

/// Runs when the library is loaded: from then on its functions know how the interpreter is brought up.
// SAFETY: the dynamic linker calls functions of this list once, with arguments that the function ignores.
#[used]
#[unsafe(link_section = ".init_array")]
static LOADED: extern "C" fn() = loaded;

extern "C" fn loaded() {
    startup::prepare();
}
