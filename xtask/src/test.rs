//! The whole check, the same that CI runs: formatting, lints, all tests, documentation, and the tests with real windows.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cargo::cargo;
use crate::run::run;
use crate::{debian, toolchain};

/// One part of the check.
struct Step {
    name: &'static str,
    arguments: &'static [&'static str],
    /// More arguments where warnings are errors.
    strict: &'static [&'static str],
    /// Flags for rustdoc where warnings are errors.
    strict_docs: &'static str,
}

impl Step {
    const fn new(name: &'static str, arguments: &'static [&'static str]) -> Self {
        Self {
            name,
            arguments,
            strict: &[],
            strict_docs: "",
        }
    }
}

/// Cheap things first. All steps ask for the same packages, features and kinds of target, development dependencies
/// included: only then do lints and documentation share one set of checked crates, and both runs of tests one set of
/// built ones. `build` comes before the tests because a test that starts a program of ours needs it built.
const STEPS: [Step; 6] = [
    Step::new("formatting", &["fmt", "--all", "--check"]),
    Step {
        strict: &["--", "-D", "warnings"],
        ..Step::new(
            "lints",
            &["clippy", "--workspace", "--all-targets", "--all-features"],
        )
    },
    Step {
        strict_docs: "-D warnings",
        ..Step::new(
            "documentation",
            &[
                "doc",
                "--workspace",
                "--all-features",
                "--no-deps",
                "--lib",
                "--examples",
                "--bin",
                "xtask",
            ],
        )
    },
    Step::new(
        "build",
        &["build", "--workspace", "--all-targets", "--all-features"],
    ),
    Step::new(
        "tests",
        &["test", "--workspace", "--all-features", "--no-fail-fast"],
    ),
    Step::new(
        "window tests",
        &[
            "test",
            "--workspace",
            "--all-features",
            "--test",
            "window",
            "--",
            "--ignored",
            "--nocapture",
        ],
    ),
];

/// Runs every step and stops at the first that fails.
///
/// # Errors
/// If something is missing that cannot be installed, or a step fails.
pub(crate) fn test() -> Result<()> {
    debian::ensure(&debian::WINDOW_TESTS)?;
    toolchain::ensure_components()?;
    let strict = toolchain::is_named()?;
    let begin = Instant::now();
    for step in &STEPS {
        take(step, strict)?;
    }
    println!("==> everything passed in {}", clock(begin));
    Ok(())
}

fn take(step: &Step, strict: bool) -> Result<()> {
    println!("==> {}", step.name);
    let begin = Instant::now();
    run(&mut command(step, strict)).with_context(|| format!("{} did not pass", step.name))?;
    println!("==> {}: passed in {}", step.name, clock(begin));
    Ok(())
}

fn command(step: &Step, strict: bool) -> Command {
    let mut command = cargo();
    command.args(step.arguments);
    // What failed is said in words; with RUST_BACKTRACE set, each error would carry a backtrace behind them.
    if step.arguments.first() == Some(&"test") {
        command.env("RUST_LIB_BACKTRACE", "0");
    }
    if strict {
        command.args(step.strict);
        if !step.strict_docs.is_empty() {
            command.env("RUSTDOCFLAGS", step.strict_docs);
        }
    }
    command
}

/// The time since `begin`, as `m:ss`.
fn clock(begin: Instant) -> String {
    let secs = begin.elapsed().as_secs();
    format!("{}:{:02} min", secs / 60, secs % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(command: &Command) -> String {
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn warnings_are_errors_on_the_named_toolchain_alone() {
        let [_, lints, docs, ..] = &STEPS;
        assert!(arguments(&command(lints, true)).ends_with("-- -D warnings"));
        assert!(!arguments(&command(lints, false)).contains("-D"));
        assert_eq!(command(docs, true).get_envs().count(), 1);
        assert_eq!(command(docs, false).get_envs().count(), 0);
    }

    #[test]
    fn errors_of_tests_carry_no_backtrace() {
        for step in &STEPS {
            let is_test = step.name.ends_with("tests");
            let quiet = command(step, false)
                .get_envs()
                .any(|(name, value)| name == "RUST_LIB_BACKTRACE" && value == Some("0".as_ref()));
            assert_eq!(quiet, is_test, "{}", step.name);
        }
    }

    #[test]
    fn the_steps_that_compile_share_one_set_of_features() {
        for step in STEPS.iter().skip(1) {
            assert!(step.arguments.contains(&"--workspace"), "{}", step.name);
            assert!(step.arguments.contains(&"--all-features"), "{}", step.name);
        }
    }
}
