//! A link that breaks in the middle of a conversation, at either end and at any moment.

mod blocking;
mod cuts;

use super::*;
use crate::ids::ResumeToken;

const NUMBER: ConversationNumber = ConversationNumber(1);
const FIRST: ConversationId = ConversationId(1);

fn back(token: u8) -> SeatFacts {
    SeatFacts {
        resume: [token; 16].into(),
        entered: Entered::Back(NUMBER),
        ..seat()
    }
}

fn token(byte: u8) -> ResumeToken {
    [byte; 16].into()
}

impl Client {
    fn loses_its_link(&mut self) {
        self.machine.lost(Problem::LinkLost, self.now);
        assert_eq!(self.acts(), [Action::HangUp]);
    }

    /// Waits until it tries to come back; tells with which token.
    fn tries(&mut self) -> ResumeToken {
        let next = self.machine.deadline().unwrap();
        self.now = next;
        self.machine.tick(next);
        match &self.acts()[..] {
            [Action::Resume(_, token)] => *token,
            other => panic!("it did something else: {other:?}"),
        }
    }

    fn comes_back(&mut self, token: u8) -> Vec<Action> {
        self.machine.seated(back(token), self.now);
        self.acts()
    }

    fn fails(&mut self, failed: impl Into<Failed>) -> Vec<Action> {
        self.machine.failed(failed.into(), self.now);
        self.acts()
    }
}

fn texts(told: &[Event]) -> Vec<&str> {
    told.iter()
        .filter_map(|event| match event {
            Event::Message { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn who_loses_the_link_tries_again_and_again_and_says_so() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    for expected_millis in [1000, 2000, 4000, 5000, 5000] {
        let Some(Event::LinkLost {
            conversation: FIRST,
            retry_in_millis,
            ..
        }) = ana.told.pop()
        else {
            panic!("told something else")
        };
        let chance = if expected_millis == 5000 { 0 } else { 500 };
        assert!(
            (expected_millis..=expected_millis + chance).contains(&retry_in_millis),
            "{retry_in_millis}"
        );
        assert_eq!(ana.tries(), token(1));
        assert!(matches!(
            ana.told.pop(),
            Some(Event::LinkLost {
                retry_in_millis: 0,
                ..
            })
        ));
        assert_eq!(ana.fails(Problem::LinkLost), []);
    }
    let Some(Event::LinkLost {
        grace_left_millis, ..
    }) = ana.told.pop()
    else {
        panic!("told something else")
    };
    assert!(
        (40_000..45_000).contains(&grace_left_millis),
        "{grace_left_millis}"
    );
}

#[test]
fn who_comes_back_says_what_is_missing_and_has_a_new_way_back() {
    let (mut ana, mut bia) = couple();
    ana.says(1, 1, "on its way as the link broke");
    ana.pumps();
    ana.loses_its_link();
    ana.says(1, 2, "typed meanwhile");
    assert_eq!(ana.pumps(), []);
    ana.tries();
    ana.told.clear();
    let ready = Action::Send(RoomRequest::Ready { conversation: NUMBER });
    assert_eq!(ana.comes_back(2), [ready]);
    assert_eq!(ana.told, [Event::LinkBack { conversation: FIRST }]);
    bia.says(1, 1, "meanwhile here");
    bia.hears(RoomEvent::PartnerBack { conversation: NUMBER });
    settle(&mut ana, &mut bia);
    assert_eq!(
        texts(&bia.told),
        ["on its way as the link broke", "typed meanwhile"]
    );
    assert_eq!(texts(&ana.told), ["meanwhile here"]);
    ana.loses_its_link();
    assert_eq!(ana.tries(), token(2));
}

#[test]
fn what_is_said_to_somebody_away_waits_for_them() {
    let (mut ana, mut bia) = couple();
    ana.hears(RoomEvent::PartnerAway {
        conversation: NUMBER,
        grace_secs: 48,
    });
    let away = Event::PartnerAway {
        conversation: FIRST,
        grace_left_millis: 48_000,
    };
    assert_eq!(ana.told, [away]);
    ana.says(1, 1, "are you there?");
    assert_eq!(ana.pumps(), []);
    bia.loses_its_link();
    bia.tries();
    bia.told.clear();
    bia.comes_back(2);
    ana.hears(RoomEvent::PartnerBack { conversation: NUMBER });
    assert_eq!(ana.told.last(), Some(&Event::PartnerBack { conversation: FIRST }));
    settle(&mut ana, &mut bia);
    assert_eq!(texts(&bia.told), ["are you there?"]);
}

#[test]
fn who_comes_back_too_late_hears_why_and_waits_for_the_next_one() {
    let (mut ana, _bia) = couple();
    ana.says(1, 1, "did it arrive?");
    ana.pumps();
    ana.loses_its_link();
    ana.says(1, 2, "never went");
    ana.tries();
    ana.told.clear();
    let actions = ana.fails(Failed::Over(Parting::Left));
    assert_eq!(actions, [Action::Seek(visit("Ana"))]);
    let expected = [
        Event::NotDelivered {
            conversation: FIRST,
            id: MessageId(1),
        },
        Event::NotSent {
            conversation: FIRST,
            id: MessageId(2),
            text: text("never went"),
            reason: NotSent::ConversationEnded,
        },
        Event::PartnerLeft {
            conversation: FIRST,
            reason: Parting::Left,
        },
        Event::Calling { attempt: 1 },
    ];
    assert_eq!(ana.told, expected);
}

#[test]
fn the_grace_ends_the_conversation_and_not_the_visit() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    ana.tries();
    let actions = ana.later(Duration::from_secs(60));
    let abandoned = Abandoned {
        token: token(1),
        block: None,
    };
    assert_eq!(
        actions,
        [
            Action::StopSeeking,
            Action::Abandon(visit("Ana"), abandoned),
            Action::Seek(visit("Ana"))
        ]
    );
    let lost = Event::PartnerLeft {
        conversation: FIRST,
        reason: Parting::Lost,
    };
    assert!(ana.told.contains(&lost));
    ana.fails(Problem::LinkLost);
    assert!(
        matches!(ana.told.last(), Some(Event::TryingAgain { .. })),
        "the server may still be out of reach"
    );
}

#[test]
fn an_attempt_that_hangs_makes_room_for_the_next_one() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    ana.tries();
    assert_eq!(ana.later(Duration::from_secs(15)), [Action::StopSeeking]);
    ana.tries();
}

#[test]
fn trying_now_does_not_wait_and_does_not_try_twice() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    let actions = ana.wants(Command::TryNow);
    assert_eq!(actions, [Action::Resume(visit("Ana"), token(1))]);
    assert_eq!(ana.wants(Command::TryNow), []);
}

#[test]
fn another_identity_on_the_way_back_ends_the_conversation() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    ana.tries();
    ana.fails(Problem::RoomIdentity { port: port() });
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(Problem::RoomIdentity { .. }),
            ..
        })
    ));
}

#[test]
fn who_was_about_to_meet_somebody_comes_back_without_a_word_of_a_conversation() {
    let mut ana = Client::seated("Ana");
    let first = ana.hears(pairing(1, Role::Initiator));
    ana.loses_its_link();
    assert!(matches!(ana.told[..], [Event::TryingAgain { .. }]));
    ana.tries();
    let ping = vec![Action::Send(RoomRequest::Ping)];
    assert_eq!(
        ana.comes_back(2),
        [ping, first].concat(),
        "the handshake is asked again, byte for byte"
    );
    assert!(matches!(ana.told.last(), Some(Event::Waiting { .. })));
}

#[test]
fn whoever_was_about_to_be_met_and_is_gone_is_not_mentioned() {
    let mut ana = Client::seated("Ana");
    ana.hears(pairing(1, Role::Responder));
    ana.loses_its_link();
    ana.tries();
    let actions = ana.fails(Failed::Over(Parting::NeverReady));
    assert_eq!(actions, [Action::Seek(visit("Ana"))]);
    assert!(
        !ana.told
            .iter()
            .any(|event| matches!(event, Event::PartnerLeft { .. }))
    );
}

#[test]
fn a_seat_in_another_conversation_than_ours_is_not_taken() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    ana.tries();
    ana.machine.seated(
        SeatFacts {
            entered: Entered::Back(ConversationNumber(2)),
            ..back(2)
        },
        ana.now,
    );
    assert_eq!(
        ana.acts()[..2],
        [Action::Send(RoomRequest::Leave), Action::HangUp]
    );
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(Problem::Protocol),
            ..
        })
    ));
}

#[test]
fn a_link_that_breaks_the_rules_is_left_with_a_goodbye() {
    let (mut ana, _bia) = couple();
    ana.machine.lost(Problem::Protocol, ana.now);
    assert_eq!(ana.acts().last(), Some(&gets_up(None)));
}
