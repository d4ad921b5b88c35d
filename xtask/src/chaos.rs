//! Two clients talk through networks that fail at random moments, many pairs at once: is anything lost, doubled or out of order? How
//! that is done is `acaso-load`'s business, which lives beside the stories.

use anyhow::Result;

use crate::cargo::cargo;
use crate::run::run;

/// Builds what is needed, and does it as those arguments say; see `cargo xtask chaos --help`.
///
/// # Errors
/// Something was lost, doubled or out of order, or a run did not end as it should; seeds are told.
pub(crate) fn chaos(arguments: &[&str]) -> Result<()> {
    let program = [
        "run",
        "--quiet",
        "--package",
        "acaso-tests",
        "--bin",
        "acaso-load",
    ];
    run(cargo().args(program).args(["--", "chaos"]).args(arguments))
}
