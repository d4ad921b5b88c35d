//! Asking cargo to build, and knowing where it puts things.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::run::run;

/// A program of ours, as cargo names it.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    /// The server.
    Server,
    /// The desktop client.
    Window,
    /// The client for terminals and scripts, an example of the engine.
    LineClient,
    /// What draws every screen for the screenshots, an example of the desktop client.
    Gallery,
}

impl Program {
    fn package(self) -> &'static str {
        match self {
            Self::Server => "acaso-server",
            Self::Window | Self::Gallery => "acaso",
            Self::LineClient => "acaso-shared",
        }
    }

    /// `--bin` or `--example`, and the name.
    fn target(self) -> [&'static str; 2] {
        match self {
            Self::Server => ["--bin", "acaso-server"],
            Self::Window => ["--bin", "acaso"],
            Self::LineClient => ["--example", "line_client"],
            Self::Gallery => ["--example", "gallery"],
        }
    }

    /// Where it is, once built.
    fn path(self, profile: &Path) -> PathBuf {
        let [kind, name] = self.target();
        let directory = if kind == "--example" {
            profile.join("examples")
        } else {
            profile.to_owned()
        };
        directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// How to build.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Quickly.
    Dev,
    /// As people will run it.
    Release,
}

/// The cargo that started us, in the repository's root.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Builds programs together, and says where they are, in the same order.
///
/// # Errors
/// If the build fails.
pub(crate) fn build<const N: usize>(profile: Profile, programs: [Program; N]) -> Result<[PathBuf; N]> {
    let mut command = cargo();
    command.arg("build");
    match profile {
        // The same set of features as in the tests: what they have built need not be built again.
        Profile::Dev => command.args(["--workspace", "--all-features"]),
        Profile::Release => command
            .arg("--release")
            .args(programs.iter().flat_map(|program| ["-p", program.package()])),
    };
    command.args(programs.iter().flat_map(|program| program.target()));
    run(&mut command)?;
    let directory = output_directory(profile)?;
    Ok(programs.map(|program| program.path(&directory)))
}

/// The repository's root: of the package that cargo runs now, since clones that share a target directory share this program.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        here.parent().map_or(here.clone(), Path::to_path_buf)
    })
}

/// Where cargo puts programs: beside this one, whatever `CARGO_TARGET_DIR` or a configuration says, since the same cargo
/// has just built it, as `<target>/debug/xtask`.
fn output_directory(profile: Profile) -> Result<PathBuf> {
    let here = std::env::current_exe().context("the path of this program is unknown")?;
    let target = here
        .ancestors()
        .nth(2)
        .context("this program was not built by cargo")?;
    Ok(target.join(match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_stand_apart_from_programs() {
        let profile = Path::new("target").join("release");
        assert!(Program::Server.path(&profile).starts_with("target/release"));
        assert!(
            Program::LineClient
                .path(&profile)
                .starts_with("target/release/examples")
        );
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").exists() && root().join("xtask").exists());
    }
}
