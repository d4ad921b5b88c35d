//! What is said in a plaza, in both directions.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::plaza(bytes));
