//! Links that break: while somebody is awaited, while words are compared, and in the conversation.

use super::*;

#[test]
fn whose_number_is_gone_when_they_are_back_is_told_that_the_code_is_spent_or_that_nobody_came() {
    for (at, told) in [
        (Duration::ZERO, Ending::Problem(Problem::CodeSpent)),
        (INVITATION_LIFE, Ending::Closing(Closing::NobodyCame)),
    ] {
        let (mut ana, code) = inviting();
        ana.now += at;
        ana.machine.lost(Problem::LinkLost, ana.now);
        ana.acts();
        let wait = ana.machine.deadline().unwrap() - ana.now;
        ana.later(wait);
        ana.machine.failed(Problem::NoSuchInvitation.into(), ana.now);
        assert_eq!(ana.acts(), []);
        assert_eq!(ending(&ana), &told);
        assert_eq!(ana.machine.deadline(), None);
        let again = ana.wants(Command::Meet(by("Ana", Way::Code(code))));
        assert_eq!(again.is_empty(), told == Ending::Problem(Problem::CodeSpent));
    }
}

#[test]
fn whoever_lost_the_link_comes_back_to_the_same_invitation_for_the_time_that_is_left() {
    let (mut ana, code) = inviting();
    ana.later(Duration::from_secs(1));
    ana.machine.lost(Problem::LinkLost, ana.now);
    assert_eq!(ana.acts(), [Action::HangUp]);
    let wait = ana.machine.deadline().unwrap() - ana.now;
    let number = code.number();
    let back = Action::MeetAt(by("Ana", Way::Invite), Rendezvous::Either { number });
    assert_eq!(ana.later(wait), [back]);
    ana.machine.seated(invited_for(Duration::from_secs(590)), ana.now);
    assert_eq!(ana.acts(), []);
    assert_eq!(invitation(&mut ana), (code.clone(), 590_000));
    let mut bia = coming(&code);
    meet(&mut ana, &mut bia, 1);
    assert!(met(&mut ana).had_code);
}

/// Ana, who has sent what she compares, lost her link, and is on the way back.
fn cut_while_comparing() -> (Client, Client, Vec<Action>) {
    let (mut ana, code) = inviting();
    let mut bia = coming(&code);
    let asked = ana.hears(pairing(1, Role::Initiator));
    bia.hears(pairing(1, Role::Responder));
    ana.machine.lost(Problem::LinkLost, ana.now);
    assert_eq!(ana.acts(), [Action::HangUp]);
    let wait = ana.machine.deadline().unwrap() - ana.now;
    let resumes = ana.later(wait);
    assert!(matches!(resumes[..], [Action::Resume(..)]));
    (ana, bia, asked)
}

#[test]
fn a_cut_within_the_grace_goes_on_with_the_same_try() {
    let (mut ana, mut bia, asked) = cut_while_comparing();
    let answer = bia.hears(frame(&asked));
    let back = SeatFacts {
        entered: Entered::Back(ConversationNumber(1)),
        resume: [2; 16].into(),
        ..assigned()
    };
    ana.machine.seated(back, ana.now);
    let again = ana.acts();
    assert_eq!(frame(&again), frame(&asked), "byte for byte");
    let answer_again = bia.hears(frame(&again));
    assert_eq!(frame(&answer_again), frame(&answer), "byte for byte");
    let first = ana.hears(frame(&answer_again));
    relay(&mut ana, &mut bia, first, Vec::new());
    assert!(met(&mut ana).had_code && met(&mut bia).had_code);
}

#[test]
fn a_link_that_breaks_for_good_while_words_are_compared_spends_the_code() {
    let spent = Ending::Problem(Problem::CodeSpent);
    let (mut ana, mut bia, _) = cut_while_comparing();
    ana.machine.failed(Failed::Over(Parting::Lost), ana.now);
    assert_eq!(ana.acts(), []);
    assert_eq!(ending(&ana), &spent);
    left(&mut bia, Parting::Lost);
    assert_eq!(ending(&bia), &spent);

    let (mut ana, _, _) = cut_while_comparing();
    let end = ana.now + Duration::from_secs(60);
    while let Some(deadline) = ana.machine.deadline() {
        assert!(deadline <= end);
        ana.later(deadline - ana.now);
    }
    assert_eq!(ending(&ana), &spent);

    let (mut ana, _, _) = cut_while_comparing();
    ana.machine.failed(Failed::Over(Parting::Left), ana.now);
    ana.acts();
    assert_eq!(ending(&ana), &wrong_code(), "they found it out meanwhile");
}

#[test]
fn a_conversation_that_ends_while_we_are_away_is_over() {
    let (mut ana, _bia) = acquainted();
    ana.machine.lost(Problem::LinkLost, ana.now);
    ana.acts();
    let wait = ana.machine.deadline().unwrap() - ana.now;
    ana.later(wait);
    ana.machine.failed(Failed::Over(Parting::Left), ana.now);
    assert_eq!(ana.acts(), []);
    assert_eq!(ending(&ana), &Ending::Closing(Closing::RendezvousOver));
}

#[test]
fn a_partner_who_never_answers_ends_it() {
    let (mut ana, _) = inviting();
    ana.hears(pairing(1, Role::Initiator));
    let end = ana.now + HANDSHAKE_PATIENCE;
    while ana.now < end {
        ana.later(ana.machine.deadline().unwrap() - ana.now);
        ana.hears(RoomEvent::Ping);
    }
    assert_eq!(ending(&ana), &Ending::Problem(Problem::CodeSpent));
}
