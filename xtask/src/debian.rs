//! Debian packages: which ones a chore needs, which are missing, and how they get here.
//!
//! Building needs none beyond the linker. What the window loads at run time it loads by name, so no linker and no `ldd`
//! knows these lists; they were found by starting it on a bare system until it ran.

use std::collections::HashSet;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{output, run, succeeds};

/// Packages for one purpose, and what to look for where there are no Debian packages.
pub(crate) struct Need {
    /// Completes “to …”.
    purpose: &'static str,
    packages: &'static [&'static str],
    /// The same in the words of any other system.
    elsewhere: &'static str,
}

/// The window tests: a display without a screen, a message bus, and what the window loads under X11.
pub(crate) const WINDOW_TESTS: Need = Need {
    purpose: "run the window tests",
    packages: &[
        "xvfb",
        "dbus-daemon",
        "libx11-6",
        "libx11-xcb1",
        "libxcursor1",
        "libxi6",
        "libxkbcommon0",
        "libxkbcommon-x11-0",
        "libgl1",
    ],
    elsewhere: "Xvfb, dbus-daemon, the X11 client libraries (X11, Xcursor, Xi, xkbcommon, xkbcommon-x11) and Mesa's OpenGL",
};

/// A window on a real display, be it X11 or Wayland.
pub(crate) const WINDOW: Need = Need {
    purpose: "open windows",
    packages: &[
        "libx11-6",
        "libx11-xcb1",
        "libxcursor1",
        "libxi6",
        "libxkbcommon0",
        "libxkbcommon-x11-0",
        "libgl1",
        "libegl1",
        "libwayland-client0",
        "libwayland-cursor0",
        "libwayland-egl1",
    ],
    elsewhere: "OpenGL, EGL, and the client libraries of X11 (X11, Xcursor, Xi, xkbcommon, xkbcommon-x11) or Wayland",
};

/// The screenshots: a display without a screen, and fonts for the scripts that people write in.
pub(crate) const SCREENSHOTS: Need = Need {
    purpose: "draw the screenshots",
    packages: &[
        "xvfb",
        "libx11-6",
        "libx11-xcb1",
        "libxcursor1",
        "libxi6",
        "libxkbcommon0",
        "libxkbcommon-x11-0",
        "libgl1",
        "fontconfig",
        "fonts-noto-core",
        "fonts-noto-cjk",
        "fonts-noto-color-emoji",
    ],
    elsewhere: "Xvfb, the X11 client libraries, Mesa's OpenGL, and the Noto fonts (core, CJK, colour emoji)",
};

/// The page in a browser.
pub(crate) const BROWSER: Need = Need {
    purpose: "look at the page in a browser",
    packages: &["chromium", "chromium-driver"],
    elsewhere: "Chromium and its driver (chromedriver)",
};

/// Sees to it that the packages are there: installs them if we are root, otherwise says how.
///
/// # Errors
/// If something is missing and we may not install it, or the installation fails.
pub(crate) fn ensure(need: &Need) -> Result<()> {
    if cfg!(not(target_os = "linux")) {
        return Ok(());
    }
    if !succeeds(Command::new("apt-get").arg("--version")) {
        println!(
            "this is no Debian: to {}, it needs {}",
            need.purpose, need.elsewhere
        );
        return Ok(());
    }
    let missing = missing(need.packages, &installed(need.packages));
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !is_root() {
        bail!(
            "packages are missing to {}; install them, then try again:\n  sudo apt-get update && sudo apt-get install --no-install-recommends -y {names}",
            need.purpose
        );
    }
    println!("to {}, installing: {names}", need.purpose);
    install(&missing)
}

fn install(packages: &[&str]) -> Result<()> {
    run(apt_get().arg("update"))?;
    run(apt_get()
        .args(["install", "-y", "--no-install-recommends"])
        .args(packages))
}

/// Quiet, and never with a question.
fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("-qq").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// What dpkg knows about packages. It fails if it does not know one of them, and still tells about the others.
fn installed(packages: &[&str]) -> String {
    Command::new("dpkg-query")
        .args(["--show", "--showformat", "${db:Status-Status} ${Package}\n"])
        .args(packages)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

/// Those of `packages` that `known`, in dpkg's words, does not call installed.
fn missing<'p>(packages: &[&'p str], known: &str) -> Vec<&'p str> {
    let installed: HashSet<&str> = known
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .collect();
    packages
        .iter()
        .copied()
        .filter(|package| !installed.contains(package))
        .collect()
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_installed_is_not_missing() {
        let known = "installed libgl1\nconfig-files libegl1\nnot-installed xvfb\ninstalled libc6\n";
        assert_eq!(
            missing(&["libgl1", "libegl1", "xvfb", "libxi6"], known),
            ["libegl1", "xvfb", "libxi6"]
        );
        assert!(missing(&["libgl1"], known).is_empty());
    }

    #[test]
    fn no_list_names_a_package_twice() {
        for need in [WINDOW_TESTS, WINDOW, SCREENSHOTS] {
            let distinct: HashSet<_> = need.packages.iter().collect();
            assert_eq!(distinct.len(), need.packages.len(), "to {}", need.purpose);
        }
    }
}
