//! What happened in a story, in order and with times: told when the story fails, and only then.

use std::any::Any;
use std::fmt::{Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::Result;

/// Written by everybody who takes part, on whatever thread.
#[derive(Clone)]
pub(crate) struct Journal {
    begin: Instant,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self {
            begin: Instant::now(),
            lines: Arc::default(),
        }
    }

    /// Notes what has just happened, or what is about to.
    pub(crate) fn note(&self, what: impl AsRef<str>) {
        let line = format!("{:8.3} s  {}", self.begin.elapsed().as_secs_f64(), what.as_ref());
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    /// Runs the story of this journal. If it fails, everything noted is printed, and the reason last.
    pub(crate) fn tells(&self, story: impl FnOnce() -> Result<()>) -> Result<(), Failed> {
        // An assertion's own message and backtrace come before what is printed here.
        let reason = match catch_unwind(AssertUnwindSafe(story)) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => format!("{error:#}"),
            Err(panic) => message(panic.as_ref()),
        };
        self.note("it fails");
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = thread::current();
        // At one go: another story may print at the same time.
        eprintln!(
            "\n{} went like this:\n{}",
            thread.name().unwrap_or("the story"),
            lines.join("\n")
        );
        Err(Failed(reason))
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it panicked".to_owned())
}

/// Why a story failed, in one line and without a backtrace: what a test returns is printed as for a programmer.
pub(crate) struct Failed(String);

impl Debug for Failed {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
