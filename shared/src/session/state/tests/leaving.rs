//! Goodbyes: at once, when everything was said, and by whoever closes the room.

use super::*;

fn goodbye() -> [Action; 2] {
    [Action::Send(RoomRequest::Leave), gets_up(None)]
}

fn left() -> Event {
    Event::Closed {
        conversation: Some(ConversationId(1)),
        ending: Ending::Left,
    }
}

#[test]
fn leaving_when_sent_says_everything_first_and_waits_until_it_arrived() {
    let (mut ana, mut bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "before I go");
    }
    ana.wants(Command::Leave(Goodbye::WhenSent));
    settle(&mut ana, &mut bia);
    ana.later(Duration::from_secs(1));
    settle(&mut ana, &mut bia);
    assert!(!ana.told.contains(&left()), "the last four are not acknowledged");
    bia.later(Duration::from_millis(100));
    let acknowledgement = bia.pumps();
    for action in acknowledgement {
        if let Action::Send(RoomRequest::Sealed(frame)) = action {
            ana.hears(RoomEvent::Sealed(frame));
        }
    }
    assert_eq!(plain(ana.pumps()), goodbye());
    let delivered = ana
        .told
        .iter()
        .filter(|event| matches!(event, Event::Delivered { .. }));
    assert_eq!(delivered.count(), 12);
    assert_eq!(ana.told.last(), Some(&left()));
}

#[test]
fn nobody_who_leaves_waits_longer_than_five_seconds_for_a_partner_who_does_not_answer() {
    let (mut ana, _bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "are you there?");
    }
    ana.wants(Command::Leave(Goodbye::WhenSent));
    ana.pumps();
    ana.later(Duration::from_secs(1));
    ana.pumps();
    assert_eq!(plain(ana.later(Duration::from_millis(4999))), []);
    assert_eq!(plain(ana.later(Duration::from_millis(1))), goodbye());
    let unknown = ana
        .told
        .iter()
        .filter(|event| matches!(event, Event::NotDelivered { .. }));
    assert_eq!(unknown.count(), 12);
    assert_eq!(ana.told.last(), Some(&left()));
}

#[test]
fn the_last_words_tell_what_arrived() {
    let (mut ana, mut bia) = couple();
    ana.says(1, 1, "did you get this?");
    settle(&mut ana, &mut bia);
    let last_words = bia.wants(Command::Leave(Goodbye::Now));
    relay(&mut ana, &mut bia, Vec::new(), last_words);
    let delivered = Event::Delivered {
        conversation: ConversationId(1),
        id: MessageId(1),
    };
    assert_eq!(
        ana.told,
        [delivered],
        "before the room says that the partner left"
    );
    ana.says(1, 2, "wait!");
    assert_eq!(numbers(&ana.pumps()), [], "nobody is there to take it");
}

#[test]
fn leaving_at_once_gives_back_what_still_waited() {
    let (mut ana, _bia) = couple();
    ana.says(1, 1, "too late");
    let actions = ana.wants(Command::Leave(Goodbye::Now));
    assert_eq!(plain(actions), goodbye());
    assert!(matches!(
        ana.told[..],
        [
            Event::NotSent { .. },
            Event::Closed {
                ending: Ending::Left,
                ..
            }
        ]
    ));
}

#[test]
fn meeting_the_next_one_leaves_this_one_with_a_goodbye() {
    let (mut ana, _bia) = couple();
    let actions = ana.wants(Command::Meet(visit("Ana")));
    assert_eq!(
        plain(actions),
        [
            Action::Send(RoomRequest::Leave),
            gets_up(None),
            Action::Seek(visit("Ana"))
        ]
    );
}

#[test]
fn a_seat_that_came_after_cancelling_is_given_back() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(visit("Ana")));
    ana.wants(Command::Leave(Goodbye::Now));
    ana.machine.seated(seat(), ana.now);
    assert_eq!(ana.acts(), [Action::Send(RoomRequest::Leave), Action::HangUp]);
}

#[test]
fn a_partner_who_says_goodbye_and_stays_has_left() {
    let (mut ana, mut bia) = couple();
    let last_words = bia.wants(Command::Leave(Goodbye::Now));
    relay(&mut ana, &mut bia, Vec::new(), last_words);
    ana.says(1, 1, "wait!");
    assert_eq!(ana.pumps(), []);
    assert_eq!(ana.later(Duration::from_millis(4999)), []);
    let actions = plain(ana.later(Duration::from_millis(1)));
    let [leave, get_up] = goodbye();
    assert_eq!(actions, [leave, get_up, Action::Seek(visit("Ana"))]);
    let conversation = ConversationId(1);
    let expected = [
        Event::NotSent {
            conversation,
            id: MessageId(1),
            text: text("wait!"),
            reason: NotSent::ConversationEnded,
        },
        Event::PartnerLeft {
            conversation,
            reason: Parting::Left,
        },
        Event::Calling { attempt: 1 },
    ];
    assert_eq!(ana.told, expected);
}
