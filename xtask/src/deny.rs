//! What may come in as a dependency: licences, bans and sources as `deny.toml` has them, and known defects where the database of
//! advisories can be had.

use std::path::PathBuf;

use anyhow::Result;

use crate::cargo::cargo;
use crate::run::{run, succeeds};
use crate::toolchain;

/// Checks every dependency.
///
/// # Errors
/// Something came in that may not, or what checks it cannot be installed.
pub(crate) fn deny() -> Result<()> {
    toolchain::ensure_subcommand("deny", "cargo-deny")?;
    run(cargo().args(["deny", "check", "licenses", "bans", "sources"]))?;
    if !succeeds(cargo().args(["deny", "fetch", "db"])) && !has_database() {
        println!("advisories: NOT CHECKED, since their database can neither be fetched nor is it here");
        return Ok(());
    }
    run(cargo().args(["deny", "check", "--disable-fetch", "advisories"]))
}

/// Whether a database was fetched before; cargo-deny keeps it beside cargo's own things.
fn has_database() -> bool {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let databases = home.and_then(|home| std::fs::read_dir(home.join("advisory-dbs")).ok());
    databases
        .is_some_and(|mut databases| databases.any(|entry| entry.is_ok_and(|entry| entry.path().is_dir())))
}
