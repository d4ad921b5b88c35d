//! Conversations with people who have old clients: only where they were wished for, and only in words that belong there.

use super::*;
use crate::protocol::partner::OpenWords;

fn tolerant() -> Visit {
    Visit {
        old_clients: true,
        ..visit("Ana")
    }
}

/// Somebody who would meet people with old clients, and waits.
fn seated_tolerant() -> Client {
    let mut ana = Client::new();
    ana.wants(Command::Meet(tolerant()));
    ana.machine.seated(seat(), ana.now);
    ana.acts();
    ana.told.clear();
    ana
}

fn paired_open(both: bool) -> RoomEvent {
    let conversation = ConversationNumber(1);
    RoomEvent::PairedOpen { conversation, both }
}

fn frame(words: OpenWords) -> SealedFrame {
    SealedFrame {
        conversation: ConversationNumber(1),
        body: codec::encode_body(&Envelope::Open(words)),
    }
}

fn says(words: OpenWords) -> RoomEvent {
    RoomEvent::Sealed(frame(words))
}

/// Somebody in a conversation with an old client.
fn met_old() -> Client {
    let mut ana = seated_tolerant();
    let name = Name::parse("Ana").unwrap();
    let introduction = Action::Send(RoomRequest::Sealed(frame(OpenWords::Introduce { name })));
    assert_eq!(ana.hears(paired_open(false)), [introduction]);
    let (conversation, port) = (ConversationId(1), port());
    assert_eq!(ana.told, [Event::PairedOpen { conversation, port }]);
    ana.told.clear();
    ana
}

/// What the link is given, while it takes everything and the person is told so.
fn goes(client: &mut Client) -> Vec<Action> {
    let mut all = Vec::new();
    loop {
        let told = client.told.len();
        client.machine.pump(client.now);
        let actions = client.acts();
        if actions.is_empty() && client.told.len() == told {
            return all;
        }
        all.extend(actions);
    }
}

fn is_over(client: &Client, problem: &Problem) -> bool {
    matches!(client.told.last(), Some(Event::Closed { ending: Ending::Problem(why), .. }) if why == problem)
}

#[test]
fn what_is_said_goes_in_clear_and_is_told_once_the_link_has_taken_it() {
    let mut ana = met_old();
    let conversation = ConversationId(1);
    let name = Name::parse("Zé").unwrap();
    ana.hears(says(OpenWords::Introduce { name: name.clone() }));
    ana.hears(says(OpenWords::Text { text: text("oi") }));
    assert_eq!(
        ana.told,
        [
            Event::Introduced { conversation, name },
            Event::Message {
                conversation,
                text: text("oi")
            }
        ]
    );
    ana.told.clear();
    ana.says(1, 7, "hello");
    ana.machine.pump(ana.now);
    let said = Action::Send(RoomRequest::Sealed(frame(OpenWords::Text {
        text: text("hello"),
    })));
    assert_eq!(ana.acts(), [said]);
    assert_eq!(ana.told, [], "the link has it, but has not taken it yet");
    ana.machine.pump(ana.now);
    let id = MessageId(7);
    assert_eq!(ana.acts(), []);
    assert_eq!(ana.told, [Event::Sent { conversation, id }]);
}

#[test]
fn typing_and_looking_are_told_to_nobody() {
    let mut ana = met_old();
    let conversation = ConversationId(1);
    assert_eq!(ana.wants(Command::Typing { conversation }), []);
    assert_eq!(ana.wants(Command::Looked { conversation }), []);
    assert_eq!(ana.pumps(), []);
    assert_eq!(ana.told, []);
}

#[test]
fn messages_are_paced_and_leaving_waits_for_them() {
    let mut ana = met_old();
    for id in 0..12 {
        ana.says(1, id, "again");
    }
    assert_eq!(goes(&mut ana).len(), 10);
    assert_eq!(ana.wants(Command::Leave(Goodbye::WhenSent)), []);
    let wait = ana.machine.deadline().unwrap() - ana.now;
    ana.later(wait);
    assert_eq!(goes(&mut ana).len(), 1);
    let wait = ana.machine.deadline().unwrap() - ana.now;
    ana.later(wait);
    let last = goes(&mut ana);
    assert_eq!(last.len(), 3, "the last text, a goodbye, and up: {last:?}");
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Left,
            ..
        })
    ));
}

#[test]
fn a_lost_link_is_the_end_of_it_and_the_next_partner_is_looked_for() {
    let mut ana = met_old();
    ana.says(1, 1, "on the way");
    ana.says(1, 2, "waits its turn");
    ana.machine.pump(ana.now);
    ana.acts();
    ana.machine.lost(Problem::LinkLost, ana.now);
    let given_up = Abandoned {
        token: TOKEN.into(),
        block: None,
    };
    assert_eq!(
        ana.acts(),
        [Action::HangUp, Action::Abandon(tolerant(), given_up)]
    );
    let conversation = ConversationId(1);
    assert_eq!(
        ana.told[..3],
        [
            Event::NotDelivered {
                conversation,
                id: MessageId(1)
            },
            Event::NotSent {
                conversation,
                id: MessageId(2),
                text: text("waits its turn"),
                reason: NotSent::ConversationEnded
            },
            Event::PartnerLeft {
                conversation,
                reason: Parting::Lost
            },
        ]
    );
    assert!(matches!(ana.told[3..], [Event::TryingAgain { .. }]));
    let wait = ana.machine.deadline().unwrap() - ana.now;
    assert_eq!(ana.later(wait), [Action::Seek(tolerant())]);
}

#[test]
fn a_partner_who_leaves_makes_room_for_the_next_whoever_that_is() {
    let mut ana = met_old();
    let conversation = ConversationNumber(1);
    let reason = Parting::Left;
    ana.hears(RoomEvent::PartnerLeft { conversation, reason });
    ana.told.clear();
    let mut bia = Client::seated("Bia");
    meet(&mut ana, &mut bia, 2);
    assert_eq!(met(&mut ana).conversation, ConversationId(2));
    // Words in clear have no place any more.
    let body = codec::encode_body(&Envelope::Open(OpenWords::Text { text: text("psst") }));
    let conversation = ConversationNumber(2);
    ana.hears(RoomEvent::Sealed(SealedFrame { conversation, body }));
    assert!(is_over(&ana, &Problem::Unverified), "{:?}", ana.told);
}

#[test]
fn whoever_did_not_wish_for_it_refuses_it_whatever_the_server_says() {
    let mut ana = Client::seated("Ana");
    assert_eq!(
        ana.hears(paired_open(false)),
        [Action::Send(RoomRequest::Leave), gets_up(None)]
    );
    assert!(is_over(&ana, &Problem::Protocol));

    let mut ana = seated_tolerant();
    ana.hears(paired_open(true));
    assert!(is_over(&ana, &Problem::Protocol), "ours is no old client");
}

#[test]
fn a_sealed_conversation_is_never_turned_into_one_in_clear() {
    // In the middle of one, also for who would meet old clients.
    let (mut ana, mut bia) = (seated_tolerant(), Client::seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    met(&mut ana);
    ana.hears(paired_open(false));
    assert!(is_over(&ana, &Problem::Protocol));
    for words in [
        OpenWords::Text { text: text("psst") },
        OpenWords::Introduce {
            name: Name::parse("Bia").unwrap(),
        },
        OpenWords::Verbatim(b"psst".to_vec()),
    ] {
        let (mut ana, mut bia) = (seated_tolerant(), Client::seated("Bia"));
        meet(&mut ana, &mut bia, 1);
        met(&mut ana);
        ana.hears(says(words));
        assert!(is_over(&ana, &Problem::Unverified), "{:?}", ana.told);
    }
    // And before the handshake stands.
    let mut ana = seated_tolerant();
    ana.hears(pairing(1, Role::Initiator));
    ana.hears(paired_open(false));
    assert!(is_over(&ana, &Problem::Protocol));
    let mut ana = seated_tolerant();
    ana.hears(pairing(1, Role::Initiator));
    ana.hears(says(OpenWords::Text { text: text("psst") }));
    assert!(
        !ana.told
            .iter()
            .any(|event| matches!(event, Event::Message { .. }))
    );
}

#[test]
fn what_does_not_belong_into_a_conversation_in_clear_ends_it() {
    for body in [
        codec::encode_body(&Envelope::Open(OpenWords::Verbatim(b"raw".to_vec()))),
        codec::encode_body(&Envelope::First(vec![0; 48])),
        b"\xff\xff".to_vec(),
    ] {
        let mut ana = met_old();
        let conversation = ConversationNumber(1);
        ana.hears(RoomEvent::Sealed(SealedFrame { conversation, body }));
        assert!(is_over(&ana, &Problem::Protocol), "{:?}", ana.told);
    }
    // Nor is it ever sealed afterwards, or the partner away.
    let mut ana = met_old();
    ana.hears(RoomEvent::PartnerAway {
        conversation: ConversationNumber(1),
        grace_secs: 60,
    });
    assert_eq!(ana.told, []);
    ana.hears(pairing(1, Role::Responder));
    assert!(is_over(&ana, &Problem::Protocol));
}

/// How a seat is given up for one that is looked for with another wish.
fn looks_anew(old_clients: bool) -> [Action; 3] {
    let visit = Visit {
        old_clients,
        ..tolerant()
    };
    let (token, block) = (TOKEN.into(), None);
    [
        Action::Send(RoomRequest::Leave),
        Action::GetUp(visit.clone(), Abandoned { token, block }),
        Action::Seek(visit),
    ]
}

#[test]
fn who_wishes_no_old_clients_any_more_tells_the_server_by_another_seat() {
    let mut ana = seated_tolerant();
    assert_eq!(ana.wants(Command::OldClients(true)), [], "nothing has changed");
    assert_eq!(ana.wants(Command::OldClients(false)), looks_anew(false));
    assert_eq!(ana.told, [Event::Calling { attempt: 1 }]);
    ana.machine.seated(seat(), ana.now);
    assert!(ana.acts().is_empty());
    // A name in clear would be among these.
    let said = ana.hears(paired_open(false));
    assert!(is_over(&ana, &Problem::Protocol), "{:?}", ana.told);
    assert_eq!(said[..], looks_anew(false)[..2]);
}

#[test]
fn on_the_way_to_a_seat_another_wish_begins_the_way_anew() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(tolerant()));
    assert_eq!(
        ana.wants(Command::OldClients(false)),
        [Action::Seek(visit("Ana"))]
    );
    assert_eq!(ana.wants(Command::OldClients(true)), [Action::Seek(tolerant())]);
}

#[test]
fn a_conversation_goes_on_and_the_seat_is_changed_after_it() {
    let (mut ana, mut bia) = (seated_tolerant(), Client::seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    met(&mut ana);
    assert_eq!(ana.wants(Command::OldClients(false)), []);
    let parting = RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Left,
    };
    assert_eq!(ana.hears(parting.clone()), looks_anew(false));
    // And back again: the seat is as good as it was.
    let (mut ana, mut bia) = (seated_tolerant(), Client::seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    met(&mut ana);
    ana.wants(Command::OldClients(false));
    ana.wants(Command::OldClients(true));
    assert_eq!(ana.hears(parting), []);
    // In one that goes on nothing of it can become clear.
    let (mut ana, mut bia) = (seated_tolerant(), Client::seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    met(&mut ana);
    ana.wants(Command::OldClients(false));
    ana.hears(paired_open(false));
    assert!(is_over(&ana, &Problem::Protocol), "{:?}", ana.told);
}
