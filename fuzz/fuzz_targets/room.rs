//! What is said at a door and in a room, in both directions.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| acaso_fuzz::room(bytes));
