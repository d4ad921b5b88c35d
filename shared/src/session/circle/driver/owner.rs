//! What the owner of a visit is told, and that it ends when they leave, whether they take their news or not.

use std::time::Instant;

use super::{Driver, FAREWELL, until};
use crate::limits::QUEUE_LEN;
use crate::session::circle::{CircleCommand, CircleNews};

impl Driver {
    /// Tells the owner, who may take no news for a while. That they leave is heard all the same, and said to the members at once; who
    /// then goes on taking none is told no more, for the server is to hear of it, too, and the visit to end.
    pub(super) async fn tell(&mut self, news: CircleNews) {
        loop {
            let hears = self.wishes.len() < QUEUE_LEN && self.waits_until.is_none();
            let wish = tokio::select! {
                biased;
                place = self.news.reserve() => {
                    // Whoever has closed everything has nothing to be told.
                    if let Ok(place) = place {
                        place.send(news);
                    }
                    // Who takes something may take the rest.
                    self.waits_until = self.waits_until.map(|_| Instant::now() + FAREWELL);
                    return;
                }
                () = until(self.waits_until), if self.waits_until.is_some() => {
                    tracing::trace!("who leaves takes no news");
                    return;
                }
                wish = self.commands.recv(), if hears => wish.unwrap_or(CircleCommand::Leave),
            };
            self.hurry_if_leaving(&wish, Instant::now());
            if wish == CircleCommand::Leave {
                self.say_goodbye().await;
            }
            self.wishes.push_back(wish);
        }
    }

    /// From here on nobody is waited for without a limit.
    pub(super) fn hurry_if_leaving(&mut self, wish: &CircleCommand, now: Instant) {
        if *wish == CircleCommand::Leave {
            self.waits_until.get_or_insert(now + FAREWELL);
        }
    }
}
