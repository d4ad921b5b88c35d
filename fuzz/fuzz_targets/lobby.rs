//! What is said in the lobby, in both directions.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::lobby(bytes));
