//! See `src/compile.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| ntro_fuzz::compile(text));
