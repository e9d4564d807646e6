//! How the binary is linked: at a fixed address. Position independence would cost tens of thousands of relocations at every start, and an
//! indirection at every test of a type.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bins=-no-pie");
}
