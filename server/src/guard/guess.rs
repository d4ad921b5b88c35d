//! Tries at the numbers of codes: each counts against the network it comes from, until it has turned out to be right.

use std::time::Duration;

use acaso_shared::protocol::Refusal;

use super::{Guard, Pass, slow_down};
use crate::network::Network;

/// A try at the number of somebody who waits for whom they share a code with. Counts against the network it comes from until it is taken
/// back.
#[derive(Debug)]
pub(crate) struct Guess(Option<Box<Tried>>);

#[derive(Debug)]
struct Tried {
    guard: Guard,
    network: Network,
    at: Duration,
}

impl Pass {
    /// They try the number of somebody who waits for whom they share a code with.
    ///
    /// # Errors
    /// The refusal to say: too many such tries of their network were wrong, or nobody knows yet.
    pub(crate) fn guess(&self) -> Result<Guess, Refusal> {
        if !self.0.is_counted {
            return Ok(Guess(None));
        }
        let tried = self.ask(|ledger, network, at| ledger.guess(network, at).map(|()| (network, at)));
        let (network, at) = tried.map_err(slow_down)?;
        let guard = self.0.guard.clone();
        Ok(Guess(Some(Box::new(Tried { guard, network, at }))))
    }
}

impl Guess {
    /// It was right, or nothing came of it for which they cannot be blamed.
    pub(crate) fn take_back(self) {
        if let Some(tried) = self.0 {
            let mut books = tried.guard.books();
            books.ledger.take_back_guess(tried.network, tried.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;

    #[test]
    fn a_guess_counts_until_it_is_taken_back_and_not_for_who_is_exempt() {
        let limits = Limits {
            wrong_codes: 1,
            ..Limits::default()
        };
        let guard = Guard::new(limits, Duration::ZERO, []);
        let stranger = guard.enter("192.0.2.7".parse().unwrap()).unwrap();
        let guess = stranger.guess().unwrap();
        assert!(matches!(stranger.guess(), Err(Refusal::SlowDown { .. })));
        guess.take_back();
        drop(stranger.guess().unwrap());
        assert!(matches!(stranger.guess(), Err(Refusal::SlowDown { .. })));
        let neighbour = guard.enter("::1".parse().unwrap()).unwrap();
        assert!((0..3).all(|_| neighbour.guess().is_ok()));
    }
}
