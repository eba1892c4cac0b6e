//! Leaves the names of functions out of the engines that are shipped: a third of a megabyte nobody reads.
//!
//! Done by the linker, since `strip = true` also drops the list of target features, without which wasm-bindgen
//! does not know what it may use, and since wasm-opt takes minutes on the engines only to make them larger once
//! compressed. The other modules keep the names up to wasm-opt, which sorts the functions by them (what is alike lies
//! together, and is smaller by 3 % once compressed) and leaves them out itself.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") {
        for bin in ["engine-cpu", "engine-webgpu"] {
            println!("cargo::rustc-link-arg-bin={bin}=--strip-all");
            println!("cargo::rustc-link-arg-bin={bin}=--keep-section=target_features");
        }
        for bin in ["page", "store", "map"] {
            println!("cargo::rustc-link-arg-bin={bin}=--strip-debug");
        }
    }
}
