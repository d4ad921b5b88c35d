//! What hosted servers log, told apart by the threads it comes from. Bounded: of a server that logs without end the last lines remain.

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::hosting::{HostId, Line};

/// Lines of one server that wait to be taken.
const LINES_MAX: usize = 500;

/// Longest line, in characters.
const LINE_CHARS_MAX: usize = 300;

thread_local! {
    /// The server that this thread belongs to.
    static OWNER: Cell<Option<HostId>> = const { Cell::new(None) };
}

/// Where hosted servers' lines go: a layer of the program's own log, and whoever shows them.
#[derive(Clone, Debug, Default)]
pub struct HostLog(Arc<Mutex<HashMap<HostId, VecDeque<Line>>>>);

/// A server's lines are kept as long as this is.
pub(super) struct Listening {
    log: HostLog,
    id: HostId,
}

impl HostLog {
    /// From here on what this thread logs is that server's.
    pub(super) fn belong_to(id: HostId) {
        OWNER.set(Some(id));
    }

    /// Keeps that server's lines; this thread is one of its own.
    pub(super) fn listen(&self, id: HostId) -> Listening {
        Self::belong_to(id);
        self.lines().insert(id, VecDeque::new());
        let log = self.clone();
        Listening { log, id }
    }

    /// Takes what has come since the last time.
    pub(super) fn take(&self, id: HostId) -> Vec<Line> {
        self.lines()
            .get_mut(&id)
            .map(|lines| lines.drain(..).collect())
            .unwrap_or_default()
    }

    /// A line is whole or not there, so a thread that failed while it held them has broken none.
    fn lines(&self) -> MutexGuard<'_, HashMap<HostId, VecDeque<Line>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What comes from a thread that no server has for itself, the registry's for one, may be any server's.
    fn keep(&self, owner: Option<HostId>, line: &Line) {
        for (id, lines) in self.lines().iter_mut() {
            if owner.is_none_or(|owner| owner == *id) {
                lines.push_back(line.clone());
                while lines.len() > LINES_MAX {
                    lines.pop_front();
                }
            }
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.log.lines().remove(&self.id);
    }
}

impl<S: Subscriber> Layer<S> for HostLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if !about.target().starts_with("acaso_server") || *about.level() > Level::INFO {
            return;
        }
        let mut said = Said::default();
        event.record(&mut said);
        let line = Line {
            is_warning: *about.level() <= Level::WARN,
            text: said.line(),
        };
        self.keep(OWNER.get(), &line);
    }
}

/// A line in the making.
#[derive(Default)]
struct Said {
    message: String,
    values: String,
}

impl Said {
    fn line(self) -> String {
        let line = self.message + &self.values;
        line.chars().take(LINE_CHARS_MAX).collect()
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.values, " · {name} {value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::prelude::*;

    use super::*;

    fn say(text: &str) {
        tracing::warn!(target: "acaso_server::room", port = 4127, "{text}");
        tracing::info!(target: "acaso_shared::session", "of no concern");
        tracing::debug!(target: "acaso_server::room", "too much");
    }

    #[test]
    fn each_server_has_its_own_lines_and_what_is_nobodys_goes_to_all() {
        let log = HostLog::default();
        let subscriber = tracing_subscriber::registry().with(log.clone());
        tracing::subscriber::with_default(subscriber, || {
            let _one = log.listen(HostId(1));
            let _two = log.listen(HostId(2));
            say("of two");
            OWNER.set(None);
            say("of nobody");
        });
        let texts = |id| -> Vec<_> { log.take(id).into_iter().map(|line| line.text).collect() };
        assert!(texts(HostId(1)).is_empty(), "nobody listens any more");
        let log = HostLog::default();
        let subscriber = tracing_subscriber::registry().with(log.clone());
        let _one = log.listen(HostId(1));
        let _two = log.listen(HostId(2));
        tracing::subscriber::with_default(subscriber, || {
            say("of two");
            OWNER.set(None);
            say("of nobody");
        });
        let texts = |id| -> Vec<_> { log.take(id).into_iter().map(|line| line.text).collect() };
        assert_eq!(texts(HostId(1)), ["of nobody · port 4127"]);
        assert_eq!(texts(HostId(2)), ["of two · port 4127", "of nobody · port 4127"]);
        assert!(texts(HostId(2)).is_empty());
    }

    #[test]
    fn a_server_that_logs_without_end_keeps_its_last_lines() {
        let log = HostLog::default();
        let _one = log.listen(HostId(1));
        for number in 0..2 * LINES_MAX {
            let line = Line {
                is_warning: false,
                text: number.to_string(),
            };
            log.keep(Some(HostId(1)), &line);
        }
        let lines = log.take(HostId(1));
        assert_eq!(lines.len(), LINES_MAX);
        assert_eq!(lines.last().map(|line| line.text.as_str()), Some("999"));
    }
}
