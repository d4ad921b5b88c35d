//! A link that breaks in the middle of a conversation, at either end and at any moment.

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

/// A room that hands frames over one by one, and whose links can be cut in between.
struct Room {
    ends: [Client; 2],
    queue: VecDeque<(usize, SealedFrame)>,
}

impl Room {
    fn says(&mut self, who: usize, actions: Vec<Action>) {
        self.queue
            .extend(actions.into_iter().filter_map(|action| match action {
                Action::Send(RoomRequest::Sealed(frame)) => Some((1 - who, frame)),
                _ => None,
            }));
    }

    /// Hands over the next frame, if any is on its way.
    fn step(&mut self) -> bool {
        for who in [0, 1] {
            let said = self.ends[who].pumps();
            self.says(who, said);
        }
        let Some((to, frame)) = self.queue.pop_front() else {
            return false;
        };
        let answers = self.ends[to].hears(RoomEvent::Sealed(frame));
        self.says(to, answers);
        true
    }

    /// What is on its way is lost, whichever way.
    fn cut(&mut self, who: usize) {
        self.queue.clear();
        self.ends[who].loses_its_link();
        self.ends[1 - who].hears(RoomEvent::PartnerAway {
            conversation: NUMBER,
            grace_secs: 60,
        });
        self.ends[1 - who].pumps();
    }

    fn mend(&mut self, who: usize) {
        self.ends[who].tries();
        let said = self.ends[who].comes_back(2);
        self.says(who, said);
        let answers = self.ends[1 - who].hears(RoomEvent::PartnerBack { conversation: NUMBER });
        self.says(1 - who, answers);
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

/// Two meet and say three things each, with one link cut after so many frames. Tells whether that was before the end.
fn meets_although_cut(after: usize, who: usize) -> bool {
    let mut room = Room {
        ends: [Client::seated("Ana"), Client::seated("Bia")],
        queue: VecDeque::new(),
    };
    for (end, role) in [(0, Role::Initiator), (1, Role::Responder)] {
        let first = room.ends[end].hears(pairing(1, role));
        room.says(end, first);
    }
    let mut frames = 0;
    let mut spoken = [false; 2];
    loop {
        if frames == after {
            room.cut(who);
            room.mend(who);
        }
        let goes_on = room.step();
        frames += 1;
        for end in [0, 1] {
            let paired = |event: &Event| matches!(event, Event::Paired(_));
            if !spoken[end] && room.ends[end].told.iter().any(paired) {
                spoken[end] = true;
                for id in 1..=3 {
                    room.ends[end].says(1, id, &format!("{end} says {id}"));
                }
            } else if !goes_on && frames > after {
                assert!(spoken[end], "cut after {after}, {end} met nobody");
            }
        }
        if !goes_on && frames > after && spoken == [true; 2] && room.queue.is_empty() && !room.step() {
            break;
        }
    }
    for end in [0, 1] {
        let other = 1 - end;
        let expected: Vec<String> = (1..=3).map(|id| format!("{other} says {id}")).collect();
        assert_eq!(texts(&room.ends[end].told), expected, "cut {who} after {after}");
    }
    after < 14
}

#[test]
fn a_cut_at_any_moment_of_the_meeting_loses_nothing() {
    for who in [0, 1] {
        let mut after = 0;
        while meets_although_cut(after, who) {
            after += 1;
        }
    }
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
fn leaving_while_the_link_is_lost_gives_the_seat_up_at_once() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    let actions = ana.wants(Command::Leave(Goodbye::Now));
    let abandoned = Abandoned {
        token: token(1),
        block: None,
    };
    assert_eq!(
        actions,
        [Action::StopSeeking, Action::Abandon(visit("Ana"), abandoned)]
    );
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            conversation: Some(FIRST),
            ending: Ending::Left
        })
    ));
    ana.machine.seated(back(2), ana.now);
    assert_eq!(
        ana.acts(),
        [Action::Send(RoomRequest::Leave), Action::HangUp],
        "the attempt that was under way came too late"
    );
}

#[test]
fn a_partner_can_be_blocked_in_the_middle_after_it_and_with_a_lost_link() {
    let block = Command::Block { conversation: FIRST };
    let blocked = RoomRequest::Block { conversation: NUMBER };
    let (mut ana, _bia) = couple();
    let actions = plain(ana.wants(block.clone()));
    assert_eq!(
        actions,
        [
            Action::Send(blocked.clone()),
            Action::Send(RoomRequest::Leave),
            gets_up(Some(NUMBER))
        ]
    );

    let (mut ana, _bia) = couple();
    ana.hears(RoomEvent::PartnerLeft {
        conversation: NUMBER,
        reason: Parting::Left,
    });
    assert_eq!(ana.wants(block.clone()), [Action::Send(blocked.clone())]);
    let goodbye = [Action::Send(RoomRequest::Leave), gets_up(Some(NUMBER))];
    assert_eq!(
        ana.wants(Command::Leave(Goodbye::Now)),
        goodbye,
        "the room may not have heard"
    );

    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    let abandoned = Abandoned {
        token: token(1),
        block: Some(NUMBER),
    };
    assert_eq!(
        ana.wants(block),
        [Action::StopSeeking, Action::Abandon(visit("Ana"), abandoned)]
    );
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

fn told_in_the_lobby() -> Action {
    let abandoned = Abandoned {
        token: token(1),
        block: Some(NUMBER),
    };
    Action::Abandon(visit("Ana"), abandoned)
}

#[test]
fn the_last_partner_can_be_blocked_wherever_we_are_by_now() {
    let block = Command::Block { conversation: FIRST };
    let left = RoomEvent::PartnerLeft {
        conversation: NUMBER,
        reason: Parting::Left,
    };
    let moves: [fn(&mut Client); 4] = [
        |ana| {
            ana.wants(Command::Leave(Goodbye::Now));
        },
        |ana| {
            ana.wants(Command::Meet(visit("Ana")));
        },
        |ana| {
            ana.machine.lost(Problem::LinkLost, ana.now);
            ana.acts();
        },
        |ana| {
            ana.wants(Command::Meet(visit("Ana")));
            ana.machine.seated(
                SeatFacts {
                    resume: token(9),
                    ..seat()
                },
                ana.now,
            );
            ana.acts();
        },
    ];
    for moves_on in moves {
        let (mut ana, _bia) = couple();
        ana.hears(left.clone());
        moves_on(&mut ana);
        assert_eq!(ana.wants(block.clone()), [told_in_the_lobby()]);
    }
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    ana.tries();
    ana.fails(Failed::Over(Parting::Left));
    assert_eq!(ana.wants(block), [told_in_the_lobby()]);
    let other = Command::Block {
        conversation: ConversationId(7),
    };
    assert_eq!(ana.wants(other), []);
}

#[test]
fn a_block_that_the_room_may_not_have_heard_is_told_again() {
    let blocking = || {
        let (mut ana, _bia) = couple();
        ana.hears(RoomEvent::PartnerLeft {
            conversation: NUMBER,
            reason: Parting::Left,
        });
        ana.wants(Command::Block { conversation: FIRST });
        ana
    };
    let mut ana = blocking();
    ana.machine.lost(Problem::LinkLost, ana.now);
    assert_eq!(ana.acts(), [Action::HangUp, told_in_the_lobby()]);

    let mut ana = blocking();
    ana.hears(pairing(2, Role::Responder));
    ana.loses_its_link();
    ana.tries();
    ana.machine.seated(
        SeatFacts {
            entered: Entered::Back(ConversationNumber(2)),
            ..back(2)
        },
        ana.now,
    );
    let again = Action::Send(RoomRequest::Block { conversation: NUMBER });
    assert_eq!(ana.acts()[0], again);

    let mut ana = blocking();
    ana.hears(pairing(2, Role::Responder));
    ana.loses_its_link();
    ana.tries();
    let actions = ana.fails(Failed::Over(Parting::Lost));
    assert_eq!(actions, [told_in_the_lobby(), Action::Seek(visit("Ana"))]);
}

#[test]
fn a_link_that_breaks_the_rules_is_left_with_a_goodbye() {
    let (mut ana, _bia) = couple();
    ana.machine.lost(Problem::Protocol, ana.now);
    assert_eq!(ana.acts().last(), Some(&gets_up(None)));
}
