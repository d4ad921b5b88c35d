//! Two who share a code, and what may come instead of the other one.

mod cuts;
mod guesses;
mod taken;

use super::*;
use crate::ids::{Code, RendezvousNumber};
use crate::limits::{INVITATION_LIFE, RENDEZVOUS_LIFE, TICKET_LIFE};
use crate::protocol::lobby::Rendezvous;
use crate::session::event::Way;

fn number(number: u32) -> RendezvousNumber {
    RendezvousNumber::try_from(number).unwrap()
}

fn by(name: &str, way: Way) -> Visit {
    Visit { way, ..visit(name) }
}

fn invited_for(life: Duration) -> SeatFacts {
    SeatFacts {
        invitation: Some(Invitation {
            number: number(7),
            life,
        }),
        can_keep: true,
        ..seat()
    }
}

fn assigned() -> SeatFacts {
    SeatFacts {
        can_keep: true,
        ..seat()
    }
}

/// Ana, who has made an invitation and waits, and its code.
fn inviting() -> (Client, Code) {
    let mut ana = Client::new();
    let visit = by("Ana", Way::Invite);
    assert_eq!(
        ana.wants(Command::Meet(visit.clone())),
        [Action::MeetAt(visit, Rendezvous::Open)]
    );
    ana.machine.seated(invited_for(INVITATION_LIFE), ana.now);
    assert_eq!(ana.acts(), []);
    let (code, millis) = invitation(&mut ana);
    assert_eq!((code.number(), millis), (number(7), 600_000));
    assert!(!code.is_lasting());
    ana.told.clear();
    (ana, code)
}

/// What was told of an invitation last.
fn invitation(client: &mut Client) -> (Code, u64) {
    match client.told.pop() {
        Some(Event::Invited {
            code,
            good_for_millis,
            ..
        }) => (code, good_for_millis),
        other => panic!("no invitation: {other:?}"),
    }
}

/// Bia, who came with that code to where somebody is.
fn coming(code: &Code) -> Client {
    let mut bia = Client::new();
    let visit = by("Bia", Way::Code(code.clone()));
    let actions = bia.wants(Command::Meet(visit.clone()));
    let number = code.number();
    let at = match code.is_lasting() {
        true => Rendezvous::Either { number },
        false => Rendezvous::Come { number },
    };
    assert_eq!(actions, [Action::MeetAt(visit, at)]);
    bia.machine.seated(assigned(), bia.now);
    assert_eq!(bia.acts(), []);
    bia.told.clear();
    bia
}

fn acquainted() -> (Client, Client) {
    let (mut ana, code) = inviting();
    let mut bia = coming(&code);
    meet(&mut ana, &mut bia, 1);
    for client in [&mut ana, &mut bia] {
        let partner = met(client);
        assert!(partner.had_code && partner.can_keep);
        client.told.clear();
    }
    (ana, bia)
}

fn ending(client: &Client) -> &Ending {
    match client.told.last() {
        Some(Event::Closed { ending, .. }) => ending,
        other => panic!("it is not over: {other:?}"),
    }
}

fn left(client: &mut Client, reason: Parting) -> Vec<Action> {
    client.hears(RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason,
    })
}

fn wrong_code() -> Ending {
    Ending::Problem(Problem::WrongCode { spent: true })
}

/// The first thing that goes to the partner among it, as it comes from there.
fn frame(actions: &[Action]) -> RoomEvent {
    let frame = actions.iter().find_map(|action| match action {
        Action::Send(RoomRequest::Sealed(frame)) => Some(frame.clone()),
        _ => None,
    });
    RoomEvent::Sealed(frame.expect("something is said to the partner"))
}

#[test]
fn with_the_same_code_two_meet_and_when_one_goes_it_is_over_for_both() {
    let (mut ana, mut bia) = acquainted();
    bia.says(1, 1, "it is you");
    settle(&mut ana, &mut bia);
    assert!(matches!(ana.told.last(), Some(Event::Message { .. })));
    bia.wants(Command::Leave(Goodbye::Now));
    let actions = left(&mut ana, Parting::Left);
    assert_eq!(
        actions,
        [
            Action::Send(RoomRequest::Leave),
            Action::GetUp(
                by("Ana", Way::Invite),
                Abandoned {
                    token: TOKEN.into(),
                    block: None
                }
            )
        ],
        "and nobody else is looked for"
    );
    let over = Ending::Closing(Closing::RendezvousOver);
    assert!(matches!(
        ana.told[..],
        [.., Event::PartnerLeft { .. }, Event::Closed { .. }]
    ));
    assert_eq!(ending(&ana), &over);
    ana.hears(RoomEvent::Closing(Closing::RendezvousOver));
    assert_eq!(ana.machine.deadline(), None, "idle");
    let block = ana.wants(Command::Block {
        conversation: ConversationId(1),
    });
    assert!(matches!(
        block[..],
        [Action::Abandon(_, Abandoned { block: Some(_), .. })]
    ));
}

#[test]
fn with_other_words_both_are_told_and_the_code_is_spent() {
    let (mut ana, code) = inviting();
    let other = another(&code);
    let mut bia = coming(&other);
    let asked = ana.hears(pairing(1, Role::Initiator));
    bia.hears(pairing(1, Role::Responder));
    let compared = bia.hears(frame(&asked));
    let first = ana.hears(frame(&compared));
    let goes = bia.hears(frame(&first));
    assert_eq!(goes.first(), Some(&Action::Send(RoomRequest::Leave)));
    assert_eq!(ending(&bia), &wrong_code());
    left(&mut ana, Parting::Left);
    assert_eq!(ending(&ana), &wrong_code());
    assert!(!ana.told.iter().any(|event| matches!(event, Event::Paired(_))));
    for (mut client, code) in [(ana, code), (bia, other)] {
        let again = by("Bia", Way::Code(code));
        assert_eq!(client.wants(Command::Meet(again)), [], "no server is asked");
        assert_eq!(client.told.last(), Some(&closed(Problem::CodeSpent)));
    }
}

/// The same number with other words.
fn another(code: &Code) -> Code {
    loop {
        let other = Code::for_invitation(code.number());
        if other != *code {
            return other;
        }
    }
}

fn closed(problem: Problem) -> Event {
    Event::Closed {
        conversation: None,
        ending: Ending::Problem(problem),
    }
}

#[test]
fn a_code_that_was_tried_is_not_tried_again_whatever_came_of_it() {
    let (_, code) = inviting();
    let mut bia = coming(&code);
    bia.hears(pairing(1, Role::Responder));
    bia.wants(Command::Leave(Goodbye::Now));
    assert_eq!(bia.wants(Command::Meet(by("Bia", Way::Code(code)))), []);
    assert_eq!(bia.told.last(), Some(&closed(Problem::CodeSpent)));
    let lasting = Code::lasting();
    let mut bia = coming(&lasting);
    bia.hears(pairing(1, Role::Responder));
    left(&mut bia, Parting::Left);
    let wrong = Ending::Problem(Problem::WrongCode { spent: false });
    assert_eq!(ending(&bia), &wrong);
    assert_eq!(bia.wants(Command::Meet(by("Bia", Way::Code(lasting)))).len(), 1);
}

#[test]
fn no_server_gets_a_second_try_out_of_a_pairing() {
    for again in [1, 2] {
        let (mut ana, _) = inviting();
        ana.hears(pairing(1, Role::Initiator));
        let actions = ana.hears(pairing(again, Role::Initiator));
        assert!(
            actions.iter().all(|action| envelope(action).is_none()),
            "{actions:?}"
        );
        assert_eq!(ending(&ana), &Ending::Problem(Problem::Protocol));
    }
}

#[test]
fn nobody_without_the_words_gets_in() {
    let (mut ana, _) = inviting();
    let mut stranger = Client::seated("Eva");
    ana.hears(pairing(1, Role::Responder));
    let first = stranger.hears(pairing(1, Role::Initiator));
    ana.hears(frame(&first));
    assert_eq!(ending(&ana), &wrong_code());

    let (mut ana, _) = inviting();
    let asked = ana.hears(pairing(1, Role::Initiator));
    stranger = Client::seated("Eva");
    stranger.hears(pairing(1, Role::Responder));
    let actions = stranger.hears(frame(&asked));
    assert_eq!(actions.last(), Some(&Action::Seek(visit("Eva"))), "not for her");
    left(&mut ana, Parting::Left);
    assert_eq!(ending(&ana), &wrong_code());
}

#[test]
fn of_whoever_never_said_a_word_it_is_not_said_that_theirs_were_wrong() {
    for role in [Role::Initiator, Role::Responder] {
        let (mut ana, _) = inviting();
        ana.hears(pairing(1, role));
        left(&mut ana, Parting::NeverReady);
        assert_eq!(ending(&ana), &Ending::Problem(Problem::CodeSpent));
    }
    let (mut ana, code) = inviting();
    let mut bia = coming(&code);
    let asked = ana.hears(pairing(1, Role::Initiator));
    bia.hears(pairing(1, Role::Responder));
    bia.hears(frame(&asked));
    left(&mut bia, Parting::NeverReady);
    assert_eq!(ending(&bia), &wrong_code(), "she was heard, and then nothing");
}

#[test]
fn from_the_moment_when_somebody_comes_the_code_is_told_to_nobody() {
    let comparing = Event::Comparing { port: port() };
    let (mut ana, code) = inviting();
    let mut bia = coming(&code);
    for (client, role) in [(&mut ana, Role::Initiator), (&mut bia, Role::Responder)] {
        client.hears(pairing(1, role));
        assert_eq!(client.told, std::slice::from_ref(&comparing));
    }
    ana.machine.lost(Problem::LinkLost, ana.now);
    ana.acts();
    let wait = ana.machine.deadline().unwrap() - ana.now;
    ana.later(wait);
    let back = SeatFacts {
        entered: Entered::Back(ConversationNumber(1)),
        ..assigned()
    };
    ana.machine.seated(back, ana.now);
    ana.acts();
    assert_eq!(ana.told.last(), Some(&comparing), "and nobody waits");
    assert!(
        !ana.told
            .iter()
            .any(|event| matches!(event, Event::Waiting { .. }))
    );
    let mut stranger = Client::seated("Eva");
    stranger.hears(pairing(1, Role::Initiator));
    assert_eq!(stranger.told, []);
}

#[test]
fn where_somebody_in_particular_is_awaited_nobody_is_sent_elsewhere_or_talked_to_in_clear() {
    let ticket = Ticket::from([1; 16]);
    let conversation = ConversationNumber(1);
    for event in [
        RoomEvent::Move { port: port(), ticket },
        RoomEvent::PairedOpen {
            conversation,
            both: false,
        },
    ] {
        let mut ana = Client::new();
        let visit = Visit {
            old_clients: true,
            ..by("Ana", Way::Invite)
        };
        ana.wants(Command::Meet(visit));
        ana.machine.seated(invited_for(INVITATION_LIFE), ana.now);
        ana.acts();
        assert_eq!(
            ana.wants(Command::OldClients(false)),
            [],
            "no other seat is asked for"
        );
        ana.hears(event);
        assert_eq!(ending(&ana), &Ending::Problem(Problem::Protocol));
    }
}

#[test]
fn whose_number_nobody_waits_at_hears_so_at_once() {
    let mut bia = Client::new();
    let code: Code = "7-crossover-clockwork".parse().unwrap();
    for _ in 0..2 {
        bia.wants(Command::Meet(by("Bia", Way::Code(code.clone()))));
        bia.machine.failed(Problem::NoSuchInvitation.into(), bia.now);
        assert_eq!(bia.acts(), []);
        assert_eq!(bia.told.last(), Some(&closed(Problem::NoSuchInvitation)));
    }
}

#[test]
fn nobody_comes_says_the_server_or_at_last_our_clock() {
    let (mut ana, _) = inviting();
    ana.hears(RoomEvent::Closing(Closing::NobodyCame));
    assert_eq!(ending(&ana), &Ending::Closing(Closing::NobodyCame));

    let (mut ana, _) = inviting();
    let begun = ana.now;
    while let Some(deadline) = ana.machine.deadline() {
        assert_eq!(ana.told, []);
        ana.later(deadline - ana.now);
        ana.hears(RoomEvent::Ping);
    }
    let waited = ana.now - begun;
    let last_ticket = INVITATION_LIFE + TICKET_LIFE;
    assert!((last_ticket..last_ticket + Duration::from_secs(10)).contains(&waited));
    assert_eq!(ending(&ana), &Ending::Closing(Closing::NobodyCame));

    let (mut ana, _) = inviting();
    ana.machine.lost(Problem::LinkLost, ana.now);
    ana.acts();
    let mut waited = Duration::ZERO;
    while ana.machine.deadline().is_some() {
        let wait = ana.machine.deadline().unwrap() - ana.now;
        waited += wait;
        assert!(waited < INVITATION_LIFE + Duration::from_secs(60));
        ana.later(wait);
        let host = "chat.example.org".into();
        ana.machine.failed(Problem::TimedOut { host }.into(), ana.now);
        ana.acts();
    }
    assert_eq!(ending(&ana), &Ending::Closing(Closing::NobodyCame));
}

#[test]
fn by_a_lasting_code_whoever_comes_first_waits() {
    let code = Code::lasting();
    let number = code.number();
    let mut ana = Client::new();
    let visit = by("Ana", Way::Code(code.clone()));
    let either = Rendezvous::Either { number };
    assert_eq!(
        ana.wants(Command::Meet(visit.clone())),
        [Action::MeetAt(visit.clone(), either)]
    );
    let life = RENDEZVOUS_LIFE;
    let invitation_there = Some(Invitation { number, life });
    ana.machine.seated(
        SeatFacts {
            invitation: invitation_there,
            ..seat()
        },
        ana.now,
    );
    ana.acts();
    assert_eq!(invitation(&mut ana), (code.clone(), 3_600_000));
    ana.machine.lost(Problem::LinkLost, ana.now);
    ana.acts();
    let wait = ana.machine.deadline().unwrap() - ana.now;
    assert_eq!(ana.later(wait), [Action::MeetAt(visit, either)]);
    // Bia came meanwhile.
    ana.machine.seated(assigned(), ana.now);
    ana.acts();
    let mut bia = coming(&code);
    meet(&mut ana, &mut bia, 1);
    for client in [&mut ana, &mut bia] {
        let partner = met(client);
        assert!(
            partner.had_code && !partner.can_keep,
            "they have a code that stays good"
        );
        let conversation = partner.conversation;
        assert_eq!(client.wants(Command::Keep { conversation }), []);
    }
}

#[test]
fn what_is_forged_after_the_words_were_the_same_is_no_wrong_code() {
    let (mut ana, code) = inviting();
    let mut bia = coming(&code);
    let asked = ana.hears(pairing(1, Role::Initiator));
    bia.hears(pairing(1, Role::Responder));
    let compared = bia.hears(frame(&asked));
    let first = ana.hears(frame(&compared));
    bia.hears(frame(&first));
    let conversation = ConversationNumber(1);
    let body = codec::encode_body(&Envelope::Data {
        sequence: 0,
        ciphertext: vec![0; 144],
    });
    bia.hears(RoomEvent::Sealed(SealedFrame { conversation, body }));
    assert_eq!(ending(&bia), &Ending::Problem(Problem::Unverified));
}
