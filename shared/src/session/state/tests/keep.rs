//! The wish to meet again: both have it, one has it, or a room makes it up.

use super::*;
use crate::ids::Code;

fn keep() -> Command {
    Command::Keep {
        conversation: ConversationId(1),
    }
}

fn said() -> Action {
    Action::Send(RoomRequest::Keep {
        conversation: ConversationNumber(1),
    })
}

fn both() -> RoomEvent {
    RoomEvent::Kept {
        conversation: ConversationNumber(1),
    }
}

/// Two at a server that knows how two can meet again.
fn keepers() -> (Client, Client) {
    let seated = |name| {
        let mut client = Client::new();
        client.wants(Command::Meet(visit(name)));
        let facts = SeatFacts {
            can_keep: true,
            ..seat()
        };
        client.machine.seated(facts, client.now);
        client.acts();
        client
    };
    let (mut ana, mut bia) = (seated("Ana"), seated("Bia"));
    meet(&mut ana, &mut bia, 1);
    assert!(met(&mut ana).can_keep && met(&mut bia).can_keep);
    ana.told.clear();
    bia.told.clear();
    (ana, bia)
}

fn kept(client: &mut Client) -> Code {
    match client.told.pop() {
        Some(Event::Kept { code, .. }) => code,
        other => panic!("not kept: {other:?}"),
    }
}

fn back(client: &mut Client) -> Vec<Action> {
    let facts = SeatFacts {
        entered: Entered::Back(ConversationNumber(1)),
        resume: [2; 16].into(),
        can_keep: true,
        ..seat()
    };
    client.machine.seated(facts, client.now);
    client.acts()
}

fn cut(client: &mut Client) {
    client.machine.lost(Problem::LinkLost, client.now);
    client.acts();
    let wait = client.machine.deadline().unwrap() - client.now;
    client.later(wait);
}

#[test]
fn both_who_say_so_hold_the_same_lasting_code() {
    let (mut ana, mut bia) = keepers();
    for client in [&mut ana, &mut bia] {
        assert_eq!(client.wants(keep()), [said()]);
        assert_eq!(client.told, [], "nothing yet");
        assert_eq!(client.hears(both()), []);
    }
    let code = kept(&mut ana);
    assert!(code.is_lasting() && code == kept(&mut bia));
}

#[test]
fn it_is_said_once_and_told_once() {
    let (mut ana, _bia) = keepers();
    assert_eq!(ana.wants(keep()), [said()]);
    assert_eq!(ana.wants(keep()), []);
    ana.hears(both());
    kept(&mut ana);
    assert_eq!(ana.hears(both()), []);
    assert_eq!(ana.wants(keep()), []);
    assert_eq!(ana.told, [], "a room that says it again says nothing new");
}

#[test]
fn a_single_press_changes_nothing_at_either_end() {
    let (mut ana, mut bia) = keepers();
    let (before, at) = (bia.machine.deadline(), ana.machine.deadline());
    let actions = ana.wants(keep());
    relay(&mut ana, &mut bia, actions, Vec::new());
    assert_eq!((bia.machine.deadline(), ana.machine.deadline()), (before, at));
    assert_eq!((&ana.told, &bia.told), (&Vec::new(), &Vec::new()));
    bia.says(1, 1, "bye then");
    settle(&mut ana, &mut bia);
    assert!(matches!(ana.told[..], [Event::Message { .. }]));
}

#[test]
fn a_room_that_makes_it_up_is_left() {
    let (mut ana, _bia) = keepers();
    ana.hears(both());
    let protocol = Ending::Problem(Problem::Protocol);
    assert!(matches!(ana.told.last(), Some(Event::Closed { ending, .. }) if *ending == protocol));

    let mut ana = Client::seated("Ana");
    ana.hears(pairing(1, Role::Initiator));
    ana.hears(both());
    assert!(matches!(ana.told.last(), Some(Event::Closed { ending, .. }) if *ending == protocol));
}

#[test]
fn what_is_told_of_an_earlier_conversation_is_late_and_no_lie() {
    let (mut ana, _bia) = keepers();
    ana.wants(keep());
    ana.hears(RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Left,
    });
    ana.told.clear();
    assert_eq!(ana.hears(both()), []);
    assert_eq!(ana.told, []);
    assert_eq!(ana.wants(keep()), [], "they are gone");
}

#[test]
fn a_server_that_does_not_know_it_is_not_told() {
    let (mut ana, _bia) = couple();
    assert_eq!(ana.wants(keep()), []);
    assert_eq!(
        ana.wants(Command::Keep {
            conversation: ConversationId(9)
        }),
        []
    );
}

#[test]
fn who_says_so_while_away_says_it_when_back() {
    let (mut ana, _bia) = keepers();
    cut(&mut ana);
    assert_eq!(ana.wants(keep()), []);
    assert!(back(&mut ana).contains(&said()));
    ana.hears(both());
    kept(&mut ana);
}

#[test]
fn a_press_that_may_have_been_lost_with_the_link_is_said_again_and_an_answered_one_is_not() {
    let (mut ana, _bia) = keepers();
    assert_eq!(ana.wants(keep()), [said()]);
    cut(&mut ana);
    assert!(back(&mut ana).contains(&said()));
    ana.hears(both());
    kept(&mut ana);
    cut(&mut ana);
    assert!(!back(&mut ana).contains(&said()));
}
