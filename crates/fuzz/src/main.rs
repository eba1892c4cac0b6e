//! One target guided by coverage: that of the name in `MODULENS_FUZZ`, by libFuzzer, which reads the arguments.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use modulens_fuzz::{Target, find};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("MODULENS_FUZZ").unwrap_or_default();
    find(&name).expect("MODULENS_FUZZ has to name a target")
});

fuzz_target!(|bytes: &[u8]| {
    (TARGET.run)(bytes);
});
