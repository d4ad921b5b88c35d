//! The Rust toolchain: adds formatter and linter where they are missing, and knows the version whose lints are binding.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::run::{output, run, succeeds};

/// The toolchain that the workspace names as `rust-version`: another one has other lints, which may warn but not fail.
const NAMED: &str = env!("CARGO_PKG_RUST_VERSION");

/// Adds `rustfmt` and `clippy` if they are missing.
///
/// # Errors
/// If they are missing and there is no rustup to add them.
pub(crate) fn ensure_components() -> Result<()> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(subcommand, _)| !succeeds(cargo().args([subcommand, "--version"])))
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !succeeds(Command::new("rustup").arg("--version")) {
        bail!("{names} is missing and there is no rustup to add it: install it the way Rust was installed");
    }
    println!("adding to the Rust toolchain: {names}");
    run(Command::new("rustup").args(["component", "add"]).args(missing))
}

/// Installs what adds that subcommand to cargo, if it is missing.
///
/// # Errors
/// If it cannot be installed.
pub(crate) fn ensure_subcommand(subcommand: &str, package: &str) -> Result<()> {
    if succeeds(cargo().args([subcommand, "--version"])) {
        return Ok(());
    }
    println!("installing {package}, which takes some minutes");
    run(cargo().args(["install", "--locked", package]))
}

/// Whether the compiler in use is the named one, patch releases apart.
///
/// # Errors
/// If the compiler does not tell its version.
pub(crate) fn is_named() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = output(Command::new(rustc).arg("--version"))?;
    let minor = minor(&version).with_context(|| format!("“{}” tells no version", version.trim()))?;
    let named = minor == NAMED;
    if !named {
        println!("Rust {minor} is not {NAMED}: its lints are shown and do not fail the check");
    }
    Ok(named)
}

/// `1.95` of `rustc 1.95.2 (…)`.
fn minor(version: &str) -> Option<&str> {
    let number = version.strip_prefix("rustc ")?.split([' ', '-']).next()?;
    let (minor, _patch) = number.rsplit_once('.')?;
    minor.contains('.').then_some(minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minor_version_is_read_from_what_rustc_says() {
        assert_eq!(minor("rustc 1.95.0 (abc 2026-01-01)\n"), Some("1.95"));
        assert_eq!(minor("rustc 1.99.0-nightly (abc 2026-01-01)"), Some("1.99"));
        assert_eq!(minor("rustc 2"), None);
        assert_eq!(minor("gcc 12.2.0"), None);
    }

    #[test]
    fn the_named_version_is_a_minor_one() {
        assert_eq!(minor(&format!("rustc {NAMED}.0")), Some(NAMED));
    }
}
