//! How two members of a circle with a code prove to each other that they know its words, on a connection that has proved their keys: each
//! has one guess for each connection, and learns nothing from a wrong one but that it was wrong (SPAKE2, RFC 9382).

use ring::hmac;
use spake2::{Ed25519Group, Identity, Password, Spake2};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::ids::{Code, Fingerprint};
use crate::limits::SEALED_HANDSHAKE_TIMEOUT;
use crate::link::{Link, LinkError, Peer};
use crate::protocol::peer::PeerMessage;

/// What the two are bound to. Whoever sits in between has other keys, and comes to another result with the same words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub(super) ours: Fingerprint,
    pub(super) theirs: Fingerprint,
}

/// Why the other end is not known to know the words.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unproven {
    /// The words are others, and both know it.
    #[error("the words are not the same")]
    WrongWords,
    /// They heard whether their words are ours, and said nothing more: a broken link, or a guesser who need not say anything more.
    #[error("they were told whether the words are the same, and did not answer")]
    HungUp,
    /// Nothing was learnt by anybody.
    #[error(transparent)]
    Broken(#[from] LinkError),
    /// What was said is no part of this.
    #[error("that is no part of a proof")]
    NoProof,
}

/// Has both prove the words on a stream on which nothing was said; `opener` is whoever opened it. `counted` comes before the other end
/// can learn whether their words are ours, by what we say or do: from there on it is a guess, whatever becomes of the stream.
pub(super) async fn prove<S: AsyncRead + AsyncWrite + Unpin>(
    link: &mut Link<S, Peer>,
    code: &Code,
    keys: Keys,
    opener: bool,
    counted: impl Future<Output = ()>,
) -> Result<(), Unproven> {
    let (guess, message) = Guess::new(code, keys, opener);
    if opener {
        link.send(&PeerMessage::Spake(message)).await?;
        let result = guess.result(&spake(link).await?)?;
        let proof = confirm(link).await?;
        counted.await;
        let proved = result.is_theirs(&proof);
        // Also if they are wrong, so that they need not wait to be told.
        link.send(&PeerMessage::Confirm(result.ours())).await?;
        return proved.then_some(()).ok_or(Unproven::WrongWords);
    }
    let result = guess.result(&spake(link).await?)?;
    counted.await;
    link.send(&PeerMessage::Spake(message)).await?;
    link.send(&PeerMessage::Confirm(result.ours())).await?;
    match confirm(link).await {
        Ok(proof) if result.is_theirs(&proof) => Ok(()),
        Ok(_) => Err(Unproven::WrongWords),
        Err(_) => Err(Unproven::HungUp),
    }
}

async fn spake<S: AsyncRead + AsyncWrite + Unpin>(link: &mut Link<S, Peer>) -> Result<Vec<u8>, Unproven> {
    match hear(link).await? {
        PeerMessage::Spake(message) => Ok(message),
        _ => Err(Unproven::NoProof),
    }
}

/// Nobody is waited for for ever.
async fn hear<S: AsyncRead + AsyncWrite + Unpin>(link: &mut Link<S, Peer>) -> Result<PeerMessage, Unproven> {
    let heard = timeout(SEALED_HANDSHAKE_TIMEOUT, link.receive()).await;
    Ok(heard.map_err(|_| Unproven::NoProof)??)
}

async fn confirm<S: AsyncRead + AsyncWrite + Unpin>(link: &mut Link<S, Peer>) -> Result<[u8; 32], Unproven> {
    match hear(link).await? {
        PeerMessage::Confirm(proof) => Ok(proof),
        _ => Err(Unproven::NoProof),
    }
}

/// The one try on one connection.
struct Guess {
    state: Spake2<Ed25519Group>,
    keys: Keys,
}

impl Guess {
    fn new(code: &Code, keys: Keys, opener: bool) -> (Self, Vec<u8>) {
        let number = code.number().get().to_be_bytes();
        let password = Password::new([b"acaso circle".as_slice(), &number, code.bytes()].concat());
        let [ours, theirs] = [keys.ours, keys.theirs].map(|key| Identity::new(key.as_bytes()));
        let (state, message) = match opener {
            true => Spake2::start_a(&password, &ours, &theirs),
            false => Spake2::start_b(&password, &theirs, &ours),
        };
        (Self { state, keys }, message)
    }

    fn result(self, theirs: &[u8]) -> Result<Proof, Unproven> {
        let key = self.state.finish(theirs).map_err(|_| Unproven::NoProof)?;
        Ok(Proof {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            keys: self.keys,
        })
    }
}

/// What both come to with the same words, and each shows in a way of their own.
struct Proof {
    key: hmac::Key,
    keys: Keys,
}

impl Proof {
    fn ours(&self) -> [u8; 32] {
        let tag = hmac::sign(&self.key, &about(self.keys.ours));
        let mut proof = [0; 32];
        proof.copy_from_slice(tag.as_ref());
        proof
    }

    fn is_theirs(&self, proof: &[u8; 32]) -> bool {
        hmac::verify(&self.key, &about(self.keys.theirs), proof).is_ok()
    }
}

fn about(prover: Fingerprint) -> Vec<u8> {
    [b"acaso circle proof".as_slice(), prover.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(ours: u8, theirs: u8) -> Keys {
        Keys {
            ours: Fingerprint::from([ours; 32]),
            theirs: Fingerprint::from([theirs; 32]),
        }
    }

    /// What both ends come to.
    async fn both(codes: [&Code; 2], keys: [Keys; 2]) -> [Result<(), Unproven>; 2] {
        let (one, other) = tokio::io::duplex(1024);
        let opener = async {
            let mut link = Link::new(one);
            prove(&mut link, codes[0], keys[0], true, async {}).await
        };
        let other = async {
            let mut link = Link::new(other);
            prove(&mut link, codes[1], keys[1], false, async {}).await
        };
        let (opener, other) = tokio::join!(opener, other);
        [opener, other]
    }

    #[tokio::test]
    async fn who_has_the_same_words_is_known_by_them() {
        let code = Code::lasting();
        let outcome = both([&code, &code], [keys(1, 2), keys(2, 1)]).await;
        assert!(outcome.iter().all(Result::is_ok), "{outcome:?}");
    }

    #[tokio::test]
    async fn other_words_are_told_to_both() {
        let outcome = both([&Code::lasting(), &Code::lasting()], [keys(1, 2), keys(2, 1)]).await;
        let [Err(Unproven::WrongWords), Err(Unproven::WrongWords)] = outcome else {
            panic!("{outcome:?}");
        };
    }

    #[tokio::test]
    async fn the_right_words_do_not_help_who_sits_in_between() {
        let code = Code::lasting();
        // Both see the key of whoever passes their words on.
        let outcome = both([&code, &code], [keys(1, 9), keys(2, 9)]).await;
        assert!(outcome.iter().all(Result::is_err), "{outcome:?}");
    }

    #[tokio::test]
    async fn who_hangs_up_after_hearing_whether_they_are_right_has_had_their_guess() {
        let (one, other) = tokio::io::duplex(1024);
        let guesser = async {
            let mut link: Link<_, Peer> = Link::new(one);
            let (_, message) = Guess::new(&Code::lasting(), keys(1, 2), true);
            link.send(&PeerMessage::Spake(message)).await.unwrap();
            assert!(matches!(link.receive().await.unwrap(), PeerMessage::Spake(_)));
            assert!(matches!(link.receive().await.unwrap(), PeerMessage::Confirm(_)));
        };
        let code = Code::lasting();
        let asked = async {
            let mut link = Link::new(other);
            prove(&mut link, &code, keys(2, 1), false, async {}).await
        };
        let ((), outcome) = tokio::join!(guesser, asked);
        assert!(matches!(outcome, Err(Unproven::HungUp)), "{outcome:?}");
    }

    #[tokio::test]
    async fn nobody_learns_whether_they_are_right_before_it_is_counted() {
        let code = Code::lasting();
        for guesser_opens in [true, false] {
            let (one, other) = tokio::io::duplex(1024);
            let (mut guesser, mut asked): (Link<_, Peer>, _) = (Link::new(one), Link::new(other));
            let guess = Guess::new(&code, keys(1, 2), guesser_opens);
            let guessed = async {
                guesser.send(&PeerMessage::Spake(guess.1)).await.unwrap();
                if !guesser_opens {
                    let result = guess.0.result(&spake(&mut guesser).await.unwrap()).unwrap();
                    let confirm = PeerMessage::Confirm(result.ours());
                    guesser.send(&confirm).await.unwrap();
                }
                guesser.receive().await
            };
            let (count, mut counted) = tokio::sync::oneshot::channel();
            let never = async {
                // Everything that was to be said before was said.
                let _ = count.send(());
                std::future::pending::<()>().await;
            };
            let asks = prove(&mut asked, &code, keys(2, 1), !guesser_opens, never);
            tokio::select! {
                biased;
                heard = guessed => panic!("told before it was counted: {heard:?}"),
                outcome = asks => panic!("judged before it was counted: {outcome:?}"),
                // Last, when neither has anything left to do.
                Ok(()) = &mut counted => {}
            }
        }
    }

    #[tokio::test]
    async fn nothing_is_proved_by_saying_what_was_heard() {
        let (one, other) = tokio::io::duplex(1024);
        let parrot = async {
            let mut link: Link<_, Peer> = Link::new(one);
            let (_, message) = Guess::new(&Code::lasting(), keys(1, 2), true);
            link.send(&PeerMessage::Spake(message)).await.unwrap();
            link.receive().await.unwrap();
            let heard = link.receive().await.unwrap();
            link.send(&heard).await.unwrap();
            // Until they have judged it.
            let _ = link.receive().await;
        };
        let code = Code::lasting();
        let asked = async {
            let mut link = Link::new(other);
            prove(&mut link, &code, keys(2, 1), false, async {}).await
        };
        let ((), outcome) = tokio::join!(parrot, asked);
        assert!(matches!(outcome, Err(Unproven::WrongWords)), "{outcome:?}");
    }
}
