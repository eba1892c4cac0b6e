//! Leaves the names of functions out of the modules that are shipped: a third of a megabyte nobody reads.
//!
//! Done by the linker, since `strip = true` also drops the list of target features, without which wasm-bindgen
//! does not know what it may use, and since wasm-opt takes minutes on the engines only to make them larger once
//! compressed.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=--strip-all");
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
