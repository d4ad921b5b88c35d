//! Bytes that nobody who means well would send, thrown at everything that reads bytes: the targets of `fuzz`, one after the other,
//! from the corpus that is kept there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{cargo, root};
use crate::run::{output, run};
use crate::toolchain;

/// Seconds for each target: what an afternoon gives, and what shows that all targets still run.
const SECONDS: u32 = 600;
const SMOKE_SECONDS: u32 = 10;

/// Longest input in bytes: a frame over its ceiling must be among them.
const INPUT_BYTES_MAX: u32 = 70_000;

/// Memory that a target may have in MiB, libFuzzer's own included. What each input may allocate, the targets check themselves.
const MEMORY_MIB_MAX: u32 = 1024;

/// Seconds that one input may take; most take microseconds.
const INPUT_SECONDS_MAX: u32 = 10;

/// Runs every target for a while.
///
/// # Errors
/// A target found something; its last words are printed, and where the input is.
pub(crate) fn fuzz(smoke: bool) -> Result<()> {
    toolchain::ensure_subcommand("fuzz", "cargo-fuzz")?;
    let seconds = if smoke { SMOKE_SECONDS } else { SECONDS };
    let target_directory = target_directory();
    run(&mut fuzzing("build", &target_directory))?;
    let targets = output(cargo().args(["fuzz", "list"]))?;
    for target in targets.lines() {
        println!("fuzzing {target} for {seconds} s");
        let found = found(&target_directory, target)?;
        let seeds = root().join("fuzz").join("corpus").join(target);
        run(fuzzing("run", &target_directory)
            .arg(target)
            .args([found, seeds])
            .arg("--")
            .args([
                format!("-max_total_time={seconds}"),
                format!("-max_len={INPUT_BYTES_MAX}"),
                format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
                format!("-timeout={INPUT_SECONDS_MAX}"),
                "-verbosity=0".into(),
                "-print_final_stats=1".into(),
            ]))?;
    }
    Ok(())
}

/// cargo-fuzz as it runs with any toolchain: address sanitizing needs a nightly one, and there is no unsafe code of ours to be watched.
fn fuzzing(what: &str, target_directory: &Path) -> Command {
    let mut command = cargo();
    command
        .args(["fuzz", what, "--sanitizer", "none", "--target-dir"])
        .arg(target_directory);
    command
}

/// Instrumented builds have a place of their own, so that they do not undo the others.
fn target_directory() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("fuzz")
}

/// Where inputs go that led somewhere new. They are kept for the next time, and are nothing for the repository.
fn found(target_directory: &Path, target: &str) -> Result<PathBuf> {
    let directory = target_directory.join("corpus").join(target);
    fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    Ok(directory)
}
