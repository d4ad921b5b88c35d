//! The engine for circles, as the bridge drives it.

use std::future::Future;

use acaso_shared::session::Ending;
use acaso_shared::session::circle::{CircleCommand, CircleNews, CircleSession, NotSaid, NotTaken};

use super::guest::Guest;

/// When to try again whether the engine's queue has room: it is full for the blink in which the engine is busy.
const FULL_QUEUE_SECS: u32 = 1;

impl Guest for CircleSession {
    type Command = CircleCommand;
    type News = CircleNews;

    fn pass(&self, command: CircleCommand) -> Result<(), CircleCommand> {
        self.try_command(command).map_err(|NotTaken(command)| command)
    }

    fn is_goodbye(command: &CircleCommand) -> bool {
        *command == CircleCommand::Leave
    }

    fn returned(command: CircleCommand) -> Option<CircleNews> {
        match command {
            CircleCommand::Say { id, text } => Some(CircleNews::NotSaid {
                id,
                text,
                reason: NotSaid::TooFast {
                    retry_after_secs: FULL_QUEUE_SECS,
                },
            }),
            CircleCommand::TryNow | CircleCommand::Leave => None,
        }
    }

    fn closed(ending: Ending) -> CircleNews {
        CircleNews::Closed(ending)
    }

    fn is_closed(news: &CircleNews) -> bool {
        matches!(news, CircleNews::Closed(_))
    }

    fn finish(self) -> impl Future<Output = ()> + Send {
        CircleSession::finish(self)
    }
}
