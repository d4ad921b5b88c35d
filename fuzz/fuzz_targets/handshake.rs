//! A relay that does what it likes between two who make a handshake and talk.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::handshake(bytes));
