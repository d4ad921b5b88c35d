//! HTTP/3, as far as an old client may speak it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::http3(bytes));
