//! The page in a headless Chromium: it is talked with through its driver, and drawn in light, dark and narrow.

use std::fs;

use anyhow::{Context, Result};

use crate::cargo::{cargo, root};
use crate::debian;
use crate::run::run;

/// Runs the browser's stories and keeps pictures of the page.
///
/// # Errors
/// A story failed, or Chromium is not there and cannot be installed.
pub(crate) fn web() -> Result<()> {
    debian::ensure(&debian::BROWSER)?;
    let pictures = root().join("target").join("web");
    fs::create_dir_all(&pictures).with_context(|| format!("{} cannot be made", pictures.display()))?;
    run(cargo().env("ACASO_PICTURES", &pictures).args([
        "test",
        "-p",
        "acaso-tests",
        "--test",
        "browser",
        "--",
        "--ignored",
        "--test-threads",
        "1",
    ]))?;
    println!("pictures of the page are in {}", pictures.display());
    Ok(())
}
