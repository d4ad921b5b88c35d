//! What another process holds in its memory, as far as it can write there.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result};

/// Whether that text is anywhere in it, as UTF-8.
pub(crate) fn holds(process: u32, text: &str) -> Result<bool> {
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let wanted = AhoCorasick::new([text])?;
    for line in fs::read_to_string(format!("/proc/{process}/maps"))?.lines() {
        let mut columns = line.split_whitespace();
        let (Some(range), Some(rights)) = (columns.next(), columns.next()) else {
            continue;
        };
        if !rights.starts_with("rw") {
            continue;
        }
        let (begin, end) = range.split_once('-').context("no range in /proc/…/maps")?;
        let (begin, end) = (u64::from_str_radix(begin, 16)?, u64::from_str_radix(end, 16)?);
        let mut bytes = vec![0; usize::try_from(end - begin)?];
        // A region that went meanwhile holds nothing.
        if memory.read_exact_at(&mut bytes, begin).is_ok() && wanted.is_match(&bytes) {
            return Ok(true);
        }
    }
    Ok(false)
}
