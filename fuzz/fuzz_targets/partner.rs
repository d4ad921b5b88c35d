//! What partners say to each other, inside and around the encryption.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::partner(bytes));
