//! Keeps OpenSSL from running before `_ssl` is imported: see `src/start.rs`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The binary's own build script says it again: what is said here reaches this crate's tests alone.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "x86_64") {
        println!("cargo:rustc-link-arg=-Wl,--wrap=OPENSSL_cpuid_setup");
    }
}
