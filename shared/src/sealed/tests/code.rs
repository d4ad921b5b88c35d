//! Two with a code, and whoever has another one or none.

use super::*;
use crate::ids::RendezvousNumber;

fn seven() -> RendezvousNumber {
    RendezvousNumber::try_from(7).unwrap()
}

fn code() -> Code {
    "7-crossover-clockwork".parse().unwrap()
}

fn asks_with(code: &Code) -> (Sealed, Envelope) {
    let (ana, first) = Sealed::begin_with(port(), &pairing(Role::Initiator), code).unwrap();
    (ana, first.expect("the initiator speaks first"))
}

fn waits_with(code: &Code) -> Sealed {
    let (bia, nothing) = Sealed::begin_with(port(), &pairing(Role::Responder), code).unwrap();
    assert!(nothing.is_none());
    bia
}

fn compared(opened: Result<Opened, SealError>) -> Envelope {
    match opened {
        Ok(Opened::Compared(answer)) => answer,
        other => panic!("nothing was compared: {other:?}"),
    }
}

/// Two who compared their codes, and the initiator's first message after it.
fn after_comparing(hers: &Code, his: &Code) -> (Sealed, Sealed, Envelope) {
    let (mut ana, to_bia) = asks_with(hers);
    let mut bia = waits_with(his);
    let to_ana = compared(bia.open(&to_bia));
    let first = compared(ana.open(&to_ana));
    (ana, bia, first)
}

fn is_burnt(end: &mut Sealed) -> bool {
    let (_, another_try) = asks_with(&code());
    matches!(end.open(&another_try), Err(SealError::OutOfPhase)) && end.phrase().is_none()
}

#[test]
fn with_the_same_words_both_read_each_other_and_a_phrase_too() {
    for code in [code(), Code::lasting()] {
        let (mut ana, mut bia, first) = after_comparing(&code, &code);
        let second = sent(bia.open(&first).unwrap());
        let reveal = sent(ana.open(&second).unwrap());
        assert_eq!(bia.open(&reveal).unwrap(), Opened::Revealed);
        let envelope = ana.seal(&text("olá")).unwrap();
        assert_eq!(bia.open(&envelope).unwrap(), Opened::Message(text("olá")));
        assert!(ana.phrase().is_some() && ana.phrase() == bia.phrase());
        assert!(ana.code().is_some_and(|code| code.is_lasting()) && ana.code() == bia.code());
    }
}

#[test]
fn the_code_to_meet_again_is_this_conversations_own() {
    let (ana, bia) = established();
    assert!(ana.code().is_some() && ana.code() == bia.code());
    assert_ne!(ana.code(), established().0.code());
    let (ana, _) = asks();
    assert_eq!(ana.code(), None, "not before the handshake stands");
}

#[test]
fn with_other_words_the_first_message_does_not_verify() {
    let four = Code::from_secret(&[7; 32]);
    for other in [
        "7-adroitness-clockwork",
        "7-crossover-aardvark",
        "8-crossover-clockwork",
    ]
    .map(|other| other.parse().unwrap())
    .into_iter()
    .chain([four])
    {
        let (_, mut bia, first) = after_comparing(&code(), &other);
        assert!(matches!(bia.open(&first), Err(SealError::Forged(_))), "{other}");
        assert!(is_burnt(&mut bia));
    }
    let (mut ana, _, _) = after_comparing(&code(), &"7-adroitness-aardvark".parse().unwrap());
    let (_, made_up) = answers(&asks().1);
    assert!(matches!(ana.open(&made_up), Err(SealError::Forged(_))));
    assert!(is_burnt(&mut ana));
}

#[test]
fn nobody_is_talked_out_of_comparing_nor_into_it() {
    let mut bia = waits_with(&code());
    let (_, plain) = asks();
    assert!(matches!(bia.open(&plain), Err(SealError::OutOfPhase)));
    assert!(is_burnt(&mut bia), "asking again with the code is too late");

    let (mut ana, _) = asks_with(&code());
    let (_, plain) = answers(&plain);
    assert!(matches!(ana.open(&plain), Err(SealError::OutOfPhase)));

    let (mut ana, _) = asks();
    let (_, spake) = asks_with(&code());
    assert!(matches!(ana.open(&spake), Err(SealError::OutOfPhase)));
    let (mut ana, mut bia) = established();
    assert!(matches!(bia.open(&spake), Err(SealError::OtherHandshake)));
    let still = ana.seal(&text("still here")).unwrap();
    assert_eq!(bia.open(&still).unwrap(), Opened::Message(text("still here")));
}

/// There is no point at that height.
const NOT_ON_THE_CURVE: u8 = 2;

#[test]
fn what_is_no_part_of_a_comparison_is_refused() {
    let (_, honest) = asks_with(&code());
    let Envelope::Spake(honest) = honest else {
        panic!("a part of a comparison")
    };
    let mut not_on_the_curve = honest.clone();
    not_on_the_curve[1..].fill(0);
    not_on_the_curve[1] = NOT_ON_THE_CURVE;
    for bad in [
        Vec::new(),
        vec![b'A'],
        honest[..32].to_vec(),
        [honest.as_slice(), &[0]].concat(),
        vec![0; 5000],
        not_on_the_curve,
    ] {
        let mut bia = waits_with(&code());
        let opened = bia.open(&Envelope::Spake(bad));
        assert!(matches!(opened, Err(SealError::NotCompared(_))));
        assert!(is_burnt(&mut bia));
    }
    let (mut ana, own) = asks_with(&code());
    assert!(
        matches!(ana.open(&own), Err(SealError::NotCompared(_))),
        "her own, back"
    );
}

#[test]
fn an_element_of_small_order_is_as_good_as_a_wrong_guess() {
    // The neutral element, the point of order two, and one of order four.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut second = [0xff; 32];
    (second[0], second[31]) = (0xec, 0x7f);
    for element in [neutral, second, [0; 32]] {
        let mut bia = waits_with(&code());
        let answer = compared(bia.open(&Envelope::Spake([&b"A"[..], &element].concat())));
        assert!(matches!(answer, Envelope::Spake(_)));
        let (_, _, first) = after_comparing(&code(), &code());
        assert!(matches!(bia.open(&first), Err(SealError::Forged(_))));
    }
}

#[test]
fn the_same_bytes_again_are_harmless_at_every_step() {
    let (mut ana, to_bia) = asks_with(&code());
    assert_eq!(ana.unanswered(), Some(to_bia.clone()));
    let mut bia = waits_with(&code());
    let to_ana = compared(bia.open(&to_bia));
    assert_eq!(bia.unanswered(), None);
    assert_eq!(bia.open(&to_bia).unwrap(), Opened::Again(Some(to_ana.clone())));
    let first = compared(ana.open(&to_ana));
    assert_eq!(ana.unanswered(), Some(first.clone()));
    assert_eq!(ana.open(&to_ana).unwrap(), Opened::Again(Some(first.clone())));
    let second = sent(bia.open(&first).unwrap());
    for (heard, answer) in [(&to_bia, &to_ana), (&first, &second)] {
        assert_eq!(bia.open(heard).unwrap(), Opened::Again(Some(answer.clone())));
    }
    let reveal = sent(ana.open(&second).unwrap());
    assert_eq!(ana.open(&second).unwrap(), Opened::Again(None));
    assert_eq!(bia.open(&reveal).unwrap(), Opened::Revealed);
    assert!(ana.phrase().is_some() && ana.phrase() == bia.phrase());
}

#[test]
fn a_second_and_different_comparison_is_a_second_guess_and_ends_it() {
    let (_, mut bia, first) = after_comparing(&code(), &code());
    let (_, another) = asks_with(&code());
    assert!(matches!(bia.open(&another), Err(SealError::OtherHandshake)));
    assert!(matches!(bia.open(&first), Err(SealError::OutOfPhase)));

    let (mut ana, _, _) = after_comparing(&code(), &code());
    let another = compared(waits_with(&code()).open(&asks_with(&code()).1));
    assert!(matches!(ana.open(&another), Err(SealError::OtherHandshake)));
}

#[test]
fn with_the_same_words_in_another_conversation_nothing_stands() {
    let mut elsewhere = pairing(Role::Responder);
    elsewhere.conversation = ConversationNumber(3);
    let (mut ana, to_bia) = asks_with(&code());
    let (mut bia, _) = Sealed::begin_with(port(), &elsewhere, &code()).unwrap();
    let to_ana = compared(bia.open(&to_bia));
    let first = compared(ana.open(&to_ana));
    assert!(matches!(bia.open(&first), Err(SealError::Forged(_))));
}

/// Towards Ana, Mallory is the responder, with a guess. Tells whether it was right; if not Ana hears something all the same.
fn guesses_at_ana(code: &Code, guess: &Code) -> bool {
    let (mut ana, mut mallory, first) = after_comparing(code, guess);
    let right = matches!(mallory.open(&first), Ok(Opened::Established(_)));
    if !right {
        let made_up = Envelope::Second(vec![9; 80]);
        assert!(matches!(ana.open(&made_up), Err(SealError::Forged(_))));
        assert!(is_burnt(&mut ana));
    }
    right
}

/// Towards Bia, Mallory is the initiator.
fn guesses_at_bia(code: &Code, guess: &Code) -> bool {
    let (_, mut bia, first) = after_comparing(guess, code);
    match bia.open(&first) {
        Ok(Opened::Established(_)) => true,
        Err(SealError::Forged(_)) => {
            assert!(is_burnt(&mut bia));
            false
        }
        other => panic!("neither right nor wrong: {other:?}"),
    }
}

#[test]
fn hundreds_in_between_guess_once_at_each_end_and_are_found_out() {
    for _ in 0..300 {
        let code = Code::for_invitation(seven());
        for guesses in [guesses_at_ana, guesses_at_bia] {
            let guess = Code::for_invitation(seven());
            assert_eq!(guesses(&code, &guess), code == guess);
        }
    }
    assert!(guesses_at_ana(&code(), &code()) && guesses_at_bia(&code(), &code()));
}
