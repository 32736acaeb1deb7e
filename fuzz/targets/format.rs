//! See `src/format.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| ntro_fuzz::format(text));
