//! Who of two held up the end-to-end handshake, judged by what the relay can see of it: how often each spoke.

/// What one partner has done since the two were paired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Conduct {
    /// Sealed frames said.
    pub(super) frames: u32,
    /// Whether they said that the encryption stands.
    pub(super) ready: bool,
}

/// Whose seat is to be given to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    Initiator,
    Responder,
    Both,
    Nobody,
}

/// The handshake goes: initiator's first message; responder's second, and its introduction; what the initiator had committed
/// to, and its introduction. Whoever
/// had the word and kept silent is to blame; if all was said, whoever does not confirm it.
pub(super) fn blame(initiator: Conduct, responder: Conduct) -> Blame {
    match (initiator.frames, responder.frames) {
        _ if initiator.ready && responder.ready => Blame::Nobody,
        (0, _) => Blame::Initiator,
        (_, 0..2) => Blame::Responder,
        (1..3, _) => Blame::Initiator,
        _ => match (initiator.ready, responder.ready) {
            (false, false) => Blame::Both,
            (false, true) => Blame::Initiator,
            (true, _) => Blame::Responder,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_had_the_word_and_kept_silent_is_to_blame() {
        let conduct = |frames, ready| Conduct { frames, ready };
        for (initiator, responder, expected) in [
            (conduct(0, false), conduct(0, false), Blame::Initiator),
            (conduct(0, false), conduct(9, true), Blame::Initiator),
            (conduct(1, false), conduct(0, false), Blame::Responder),
            (conduct(1, false), conduct(1, false), Blame::Responder),
            (conduct(7, false), conduct(1, false), Blame::Responder),
            (conduct(1, false), conduct(2, false), Blame::Initiator),
            (conduct(2, false), conduct(2, false), Blame::Initiator),
            (conduct(3, false), conduct(2, false), Blame::Both),
            (conduct(3, false), conduct(2, true), Blame::Initiator),
            (conduct(3, true), conduct(2, false), Blame::Responder),
            (conduct(3, true), conduct(2, true), Blame::Nobody),
        ] {
            assert_eq!(
                blame(initiator, responder),
                expected,
                "{initiator:?} {responder:?}"
            );
        }
    }
}
