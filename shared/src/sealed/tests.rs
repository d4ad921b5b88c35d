//! Two ends and whatever a relay could do between them.

mod between;
mod code;

use super::channel::TAG_BYTES;
use super::*;
use crate::codec;
use crate::ids::{ConversationNumber, Generation, MessageText, Name};
use crate::limits::{MESSAGE_BYTES_MAX, PADDED_BYTES};
use crate::protocol::VERSIONS;

fn pairing(role: Role) -> Pairing {
    Pairing {
        generation: Generation(7),
        conversation: ConversationNumber(2),
        role,
        version: 1,
        initiator_versions: VERSIONS,
        responder_versions: VERSIONS,
    }
}

fn port() -> RoomPort {
    RoomPort::try_from(4127).unwrap()
}

fn text(words: &str) -> PartnerMessage {
    PartnerMessage::Text {
        text: MessageText::parse(words).unwrap(),
    }
}

/// The first message of a new initiator.
fn asks() -> (Sealed, Envelope) {
    let (ana, first) = Sealed::begin(port(), &pairing(Role::Initiator)).unwrap();
    (ana, first.expect("the initiator speaks first"))
}

/// The answer of a new responder.
fn answers(first: &Envelope) -> (Sealed, Envelope) {
    let (mut bia, nothing) = Sealed::begin(port(), &pairing(Role::Responder)).unwrap();
    assert!(nothing.is_none());
    let second = sent(bia.open(first).unwrap());
    (bia, second)
}

fn sent(opened: Opened) -> Envelope {
    let Opened::Established(envelope) = opened else {
        panic!("the handshake does not stand: {opened:?}")
    };
    envelope
}

/// Both ends, after an honest handshake.
fn established() -> (Sealed, Sealed) {
    let (mut ana, first) = asks();
    let (mut bia, second) = answers(&first);
    let reveal = sent(ana.open(&second).unwrap());
    assert_eq!(bia.phrase(), None, "not before the initiator has shown its nonce");
    assert_eq!(bia.open(&reveal).unwrap(), Opened::Revealed);
    (ana, bia)
}

#[test]
fn both_ends_read_each_other_and_share_a_meeting_of_their_own() {
    let (mut ana, mut bia) = established();
    for words in ["olá 🌻 你好", "second"] {
        let envelope = ana.seal(&text(words)).unwrap();
        assert_eq!(bia.open(&envelope).unwrap(), Opened::Message(text(words)));
    }
    let envelope = bia.seal(&text("and back")).unwrap();
    assert_eq!(ana.open(&envelope).unwrap(), Opened::Message(text("and back")));
    assert_eq!(ana.meeting(), bia.meeting());
    assert_ne!(ana.meeting(), established().0.meeting());
}

#[test]
fn control_messages_have_nonces_of_their_own() {
    let (mut ana, mut bia) = established();
    for control in [PartnerControl::Sync { next: 3 }, PartnerControl::Typing] {
        let envelope = ana.seal_control(&control).unwrap();
        assert_eq!(bia.open(&envelope).unwrap(), Opened::Control(control));
    }
    let Envelope::Control { counter, ciphertext } = ana.seal_control(&PartnerControl::Typing).unwrap() else {
        panic!("a control message")
    };
    assert_eq!(counter, 2);
    let message = Envelope::Data {
        sequence: counter,
        ciphertext,
    };
    assert!(
        matches!(bia.open(&message), Err(SealError::Forged(_))),
        "nobody can make a message of it"
    );
}

#[test]
fn the_length_tells_only_which_of_four_sizes_it_is() {
    let (mut ana, mut bia) = established();
    let mut lengths = std::collections::BTreeSet::new();
    for length in (1..=MESSAGE_BYTES_MAX).step_by(7).chain([MESSAGE_BYTES_MAX]) {
        let envelope = ana.seal(&text(&"x".repeat(length))).unwrap();
        let Envelope::Data { ciphertext, .. } = &envelope else {
            panic!("sealed")
        };
        lengths.insert(ciphertext.len() - TAG_BYTES);
        assert!(matches!(bia.open(&envelope), Ok(Opened::Message(_))));
    }
    assert_eq!(lengths.into_iter().collect::<Vec<_>>(), PADDED_BYTES);
    let name = ana
        .seal(&PartnerMessage::Introduce {
            name: Name::parse("Ana").unwrap(),
        })
        .unwrap();
    let Envelope::Data { ciphertext, .. } = name else {
        panic!("sealed")
    };
    assert_eq!(ciphertext.len() - TAG_BYTES, PADDED_BYTES[0]);
}

#[test]
fn the_relay_sees_neither_words_nor_names() {
    let (mut ana, _bia) = established();
    let bytes = codec::encode_body(&ana.seal(&text("a very plain canary")).unwrap());
    assert!(!bytes.windows(6).any(|window| window == b"canary"));
}

#[test]
fn what_is_changed_or_renumbered_is_not_accepted() {
    let (mut ana, mut bia) = established();
    let first = ana.seal(&text("one")).unwrap();
    let Envelope::Data {
        sequence,
        mut ciphertext,
    } = first.clone()
    else {
        panic!("sealed")
    };
    let elsewhere = Envelope::Data {
        sequence: sequence + 1,
        ciphertext: ciphertext.clone(),
    };
    assert!(matches!(bia.open(&elsewhere), Err(SealError::Forged(_))));
    ciphertext[3] ^= 1;
    assert!(matches!(
        bia.open(&Envelope::Data { sequence, ciphertext }),
        Err(SealError::Forged(_))
    ));
    assert!(bia.open(&first).is_ok(), "the true one still fits");
    let huge = Envelope::Data {
        sequence: 1,
        ciphertext: vec![0; 5000],
    };
    assert!(matches!(bia.open(&huge), Err(SealError::NoMessage)));
    let beyond = Envelope::Control {
        counter: u64::MAX,
        ciphertext: vec![0; 144],
    };
    assert!(matches!(bia.open(&beyond), Err(SealError::OutOfPhase)));
}

#[test]
fn nothing_can_be_sealed_before_the_handshake_stands() {
    let (mut ana, _first) = asks();
    assert!(matches!(ana.seal(&text("early")), Err(SealError::OutOfPhase)));
    assert!(
        ana.open(&Envelope::Second(vec![1; 80])).is_err(),
        "not an answer to our question"
    );
    assert!(
        ana.open(&Envelope::Second(vec![1; 80])).is_err(),
        "and nothing comes of a second try"
    );
}

#[test]
fn partners_who_were_told_different_things_do_not_understand_each_other() {
    let changes: [fn(&mut Pairing); 6] = [
        |told| told.version = 2,
        |told| told.conversation = ConversationNumber(3),
        |told| told.generation = Generation(8),
        |told| told.responder_versions.max = 9,
        |told| told.initiator_versions.max = 9,
        |told| told.initiator_versions.min = 0,
    ];
    for change in changes {
        let (mut ana, first) = asks();
        let mut other = pairing(Role::Responder);
        change(&mut other);
        let (mut bia, _) = Sealed::begin(port(), &other).unwrap();
        let second = sent(bia.open(&first).unwrap());
        assert!(matches!(ana.open(&second), Err(SealError::Forged(_))));
    }
}
