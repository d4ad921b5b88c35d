//! A peer's bytes, cut into frames by the two that do it: a link, and the relay.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::frame(bytes));
