//! The clean-up process, as a chore starts it.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};

fn broom(directory: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .arg("sweep-when-orphaned")
        .arg(directory)
        .stdin(Stdio::piped());
    command
}

#[test]
fn a_directory_goes_when_its_owner_is_gone_and_not_before() -> Result<()> {
    let parent = tempfile::tempdir()?;
    let directory = parent.path().join("acaso-demo");
    std::fs::create_dir_all(directory.join("deep"))?;
    std::fs::write(directory.join("deep/file"), "text")?;

    let mut broom = broom(&directory).spawn()?;
    assert_eq!(broom.try_wait()?, None);
    assert!(directory.exists());

    drop(broom.stdin.take().context("its stdin is a pipe")?);
    assert!(broom.wait()?.success());
    assert!(!directory.exists());
    Ok(())
}

#[test]
fn a_directory_of_somebody_else_stays() -> Result<()> {
    let parent = tempfile::tempdir()?;
    let directory = parent.path().join("precious");
    std::fs::create_dir(&directory)?;
    assert!(!broom(&directory).stdin(Stdio::null()).status()?.success());
    assert!(directory.exists());
    Ok(())
}
