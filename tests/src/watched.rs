//! What Linux knows of a process: what it costs, seen from outside.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

/// What Linux knows of a process.
#[derive(Clone, Copy, Debug)]
pub struct Watched(
    /// The process's number.
    pub u32,
);

impl Watched {
    /// How long its threads have been on a processor.
    ///
    /// # Errors
    /// There is no such process, or this is not Linux.
    pub fn cpu(self) -> Result<Duration> {
        let mut nanos = 0;
        for thread in std::fs::read_dir(self.file("task")).context("this needs Linux's /proc")? {
            let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let on_cpu = text.split_whitespace().next().context("an empty schedstat")?;
            nanos += on_cpu.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Its resident memory in KiB.
    ///
    /// # Errors
    /// There is no such process, or this is not Linux.
    pub fn resident_kib(self) -> Result<u64> {
        let status = std::fs::read_to_string(self.file("status")).context("this needs Linux's /proc")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.context("no VmRSS in its status")?.parse()?)
    }

    /// How many files and connections it has open.
    ///
    /// # Errors
    /// There is no such process, or this is not Linux.
    pub fn descriptors(self) -> Result<usize> {
        Ok(std::fs::read_dir(self.file("fd"))?.count())
    }

    fn file(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.0))
    }
}
