//! Somebody in between: relaying honestly, trying twice, or playing both ends.

use super::*;

/// The nonce that an initiator's first message of the conversation shows, as its partner would read it.
fn reveal_of(nonce: [u8; 32]) -> PartnerMessage {
    PartnerMessage::Reveal { nonce }
}

#[test]
fn relayed_honestly_both_read_the_same_phrase() {
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let (ana, bia) = established();
        let phrase = ana.phrase().unwrap();
        assert!(bia.phrase() == Some(phrase.clone()));
        assert!(seen.insert(phrase.to_string()), "no two conversations share one");
    }
}

#[test]
fn with_two_handshakes_the_phrases_differ() {
    for _ in 0..200 {
        // Mallory is the responder towards Ana and the initiator towards Bia, and follows the protocol to the letter.
        let (mut ana, to_mallory) = asks();
        let (mut mallory_a, to_ana) = answers(&to_mallory);
        let (mut mallory_b, to_bia) = asks();
        let (mut bia, from_bia) = answers(&to_bia);
        let from_ana = sent(ana.open(&to_ana).unwrap());
        assert_eq!(mallory_a.open(&from_ana).unwrap(), Opened::Revealed);
        let reveal = sent(mallory_b.open(&from_bia).unwrap());
        assert_eq!(bia.open(&reveal).unwrap(), Opened::Revealed);
        assert!(ana.phrase() == mallory_a.phrase() && bia.phrase() == mallory_b.phrase());
        assert!(ana.phrase() != bia.phrase() && ana.meeting() != bia.meeting());
    }
}

#[test]
fn a_nonce_chosen_after_the_commitment_ends_it_before_anything_is_shown() {
    let (mut mallory, first) = asks();
    let (mut bia, second) = answers(&first);
    // Mallory has seen Bia's nonce, and would now like another one than it committed to.
    sent(mallory.open(&second).unwrap());
    let lie = other_reveal(&mallory, [9; 32]);
    assert!(matches!(bia.open(&lie), Err(SealError::PromiseBroken)));
    assert!(bia.phrase().is_none() && bia.meeting().is_none());
}

/// The same number used for another nonce, as only a program that breaks the rules would.
fn other_reveal(mallory: &Sealed, nonce: [u8; 32]) -> Envelope {
    let State::Open(channel) = &mallory.state else {
        panic!("established")
    };
    Envelope::Data {
        sequence: 0,
        ciphertext: channel.encrypt(0, &reveal_of(nonce)).unwrap(),
    }
}

#[test]
fn nothing_is_believed_before_the_nonce_was_shown_and_it_is_shown_once() {
    let (mut ana, first) = asks();
    let (mut bia, second) = answers(&first);
    let reveal = sent(ana.open(&second).unwrap());
    let eager = ana.seal(&text("before the promise is kept")).unwrap();
    assert!(matches!(bia.open(&eager), Err(SealError::OutOfPhase)));
    assert_eq!(bia.open(&reveal).unwrap(), Opened::Revealed);
    let again = ana.seal(&reveal_of([1; 32])).unwrap();
    assert!(matches!(bia.open(&again), Err(SealError::OutOfPhase)));
    let backwards = bia.seal(&reveal_of([1; 32])).unwrap();
    assert!(
        matches!(ana.open(&backwards), Err(SealError::OutOfPhase)),
        "the responder promised nothing"
    );
}

#[test]
fn the_same_handshake_bytes_again_are_harmless() {
    let (mut ana, first) = asks();
    assert_eq!(ana.unanswered(), Some(first.clone()));
    let (mut bia, second) = answers(&first);
    let reveal = sent(ana.open(&second).unwrap());
    assert_eq!(ana.unanswered(), None);
    assert_eq!(bia.open(&first).unwrap(), Opened::Again(Some(second.clone())));
    assert_eq!(ana.open(&second).unwrap(), Opened::Again(None));
    bia.open(&reveal).unwrap();
    assert_eq!(bia.open(&first).unwrap(), Opened::Again(Some(second)));
    let envelope = ana.seal(&text("still here")).unwrap();
    assert_eq!(bia.open(&envelope).unwrap(), Opened::Message(text("still here")));
    assert!(ana.phrase() == bia.phrase());
}

#[test]
fn a_second_and_different_handshake_ends_the_conversation() {
    let (mut ana, first) = asks();
    let (mut bia, second) = answers(&first);
    ana.open(&second).unwrap();
    let (_, another_first) = asks();
    assert!(matches!(bia.open(&another_first), Err(SealError::OtherHandshake)));
    let (_, another_second) = answers(&first);
    assert!(matches!(
        ana.open(&another_second),
        Err(SealError::OtherHandshake)
    ));
    assert!(matches!(ana.open(&first), Err(SealError::OtherHandshake)));
}

#[test]
fn what_overtakes_the_handshake_after_a_lost_link_is_not_held_against_anybody() {
    let (mut ana, first) = asks();
    let (mut bia, second) = answers(&first);
    let sync = bia.seal_control(&PartnerControl::Sync { next: 0 }).unwrap();
    assert_eq!(ana.open(&sync).unwrap(), Opened::Early);
    assert!(matches!(ana.open(&second), Ok(Opened::Established(_))));
}
