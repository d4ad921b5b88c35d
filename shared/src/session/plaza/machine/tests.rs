//! What a visitor of a plaza does next, told without sockets and clocks.

use super::*;
use crate::ids::Name;
use crate::protocol::plaza::{Member, Post};

fn machine() -> (Machine, Instant) {
    (Machine::new(Timings::default()), Instant::now())
}

/// Somebody inside, with nothing left to do.
fn inside() -> (Machine, Instant) {
    let (mut machine, now) = machine();
    machine.entered(MemberNumber(7), None, now);
    machine.take_actions();
    (machine, now)
}

fn text(text: &str) -> PostText {
    PostText::parse(text).unwrap()
}

fn say(id: u64) -> PlazaCommand {
    PlazaCommand::Post {
        id: MessageId(id),
        subject: None,
        text: text("hello"),
    }
}

fn post(number: u64) -> PlazaEvent {
    PlazaEvent::Post(Post {
        number: PostNumber(number),
        author: Member {
            number: MemberNumber(1),
            name: Name::anonymous(),
        },
        subject: None,
        text: text("from somebody else"),
        unix_secs: 0,
    })
}

fn told(machine: &mut Machine) -> Vec<PlazaNews> {
    let actions = machine.take_actions().into_iter();
    actions
        .filter_map(|action| match action {
            Action::Tell(news) => Some(news),
            _ => None,
        })
        .collect()
}

fn not_posted(id: u64, reason: NotPosted) -> PlazaNews {
    PlazaNews::NotPosted {
        id: MessageId(id),
        subject: None,
        text: text("hello"),
        reason,
    }
}

#[test]
fn a_first_attempt_that_fails_is_the_end() {
    let (mut machine, now) = machine();
    let begins = [
        Action::Tell(PlazaNews::Calling { attempt: 1 }),
        Action::Call(None),
    ];
    assert_eq!(machine.take_actions(), begins);
    machine.failed(Problem::LinkLost, now);
    assert_eq!(
        told(&mut machine),
        [PlazaNews::Closed(Ending::Problem(Problem::LinkLost))]
    );
    assert!(machine.is_over());
}

#[test]
fn posts_are_answered_under_the_senders_own_numbers() {
    let (mut machine, now) = inside();
    machine.command(say(40));
    machine.command(say(41));
    let [
        Action::Send(PlazaRequest::Post { tag: first, .. }),
        Action::Send(PlazaRequest::Post { tag: second, .. }),
    ] = machine.take_actions()[..]
    else {
        panic!("two posts");
    };
    let refusal = Refusal::SlowDown { retry_after_secs: 1 };
    machine.heard(
        PlazaEvent::Posted {
            tag: first,
            number: PostNumber(9),
            unix_secs: 5,
        },
        now,
    );
    machine.heard(PlazaEvent::NotPosted { tag: second, refusal }, now);
    // Nobody asked for this one.
    machine.heard(
        PlazaEvent::NotPosted {
            tag: PostTag(99),
            refusal,
        },
        now,
    );
    assert_eq!(
        told(&mut machine),
        [
            PlazaNews::Posted {
                id: MessageId(40),
                number: PostNumber(9),
                unix_secs: 5
            },
            not_posted(41, NotPosted::Refused(refusal))
        ]
    );
}

#[test]
fn what_cannot_be_said_now_comes_back_at_once() {
    let (mut machine, _) = machine();
    machine.take_actions();
    machine.command(say(1));
    assert_eq!(told(&mut machine), [not_posted(1, NotPosted::NotTaken)]);
    let (mut machine, _) = inside();
    for id in 0..POSTS_UNANSWERED_MAX as u64 {
        machine.command(say(id));
    }
    assert!(told(&mut machine).is_empty());
    machine.command(say(100));
    assert_eq!(told(&mut machine), [not_posted(100, NotPosted::NotTaken)]);
}

#[test]
fn a_lost_link_gives_back_what_has_no_answer_and_is_tried_again_ever_more_slowly() {
    let (mut machine, mut now) = inside();
    machine.heard(post(3), now);
    machine.command(say(1));
    machine.take_actions();
    machine.lost(Problem::LinkLost, now);
    let mut pauses = Vec::new();
    for attempt in 1..9 {
        let news = told(&mut machine);
        let lost = match (attempt, &news[..]) {
            (1, [back, lost]) => {
                assert_eq!(back, &not_posted(1, NotPosted::Unknown));
                lost
            }
            (_, [lost]) => lost,
            other => panic!("{other:?}"),
        };
        let PlazaNews::LinkLost { retry_in_millis } = lost else {
            panic!("{lost:?}");
        };
        pauses.push(retry_in_millis / 1000);
        now = machine.deadline().unwrap();
        machine.tick(now);
        let calls = [
            Action::Tell(PlazaNews::Calling { attempt }),
            Action::Call(Some(PostNumber(3))),
        ];
        assert_eq!(machine.take_actions(), calls);
        machine.failed(
            Problem::TimedOut {
                host: "somewhere".into(),
            },
            now,
        );
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
}

#[test]
fn nobody_is_told_a_post_twice_and_a_server_that_counts_anew_is_believed() {
    let (mut machine, now) = inside();
    machine.heard(post(3), now);
    machine.heard(post(3), now);
    machine.heard(post(2), now);
    assert_eq!(told(&mut machine).len(), 1);
    machine.lost(Problem::LinkLost, now);
    machine.command(PlazaCommand::TryNow);
    machine.entered(MemberNumber(8), Some(PostNumber(4)), now);
    machine.heard(post(3), now);
    machine.take_actions();
    machine.heard(post(4), now);
    assert_eq!(told(&mut machine).len(), 1);
    machine.lost(Problem::LinkLost, now);
    machine.command(PlazaCommand::TryNow);
    machine.entered(MemberNumber(1), Some(PostNumber(1)), now);
    machine.take_actions();
    machine.heard(post(1), now);
    assert_eq!(told(&mut machine).len(), 1);
}

#[test]
fn a_silent_plaza_is_asked_for_a_sign_of_life_and_then_counts_as_lost() {
    let (mut machine, now) = inside();
    let timings = Timings::default();
    machine.tick(now + timings.ping_after);
    assert_eq!(machine.take_actions(), [Action::Send(PlazaRequest::Ping)]);
    machine.heard(PlazaEvent::Pong, now + timings.ping_after);
    assert_eq!(machine.deadline(), Some(now + timings.ping_after * 2));
    machine.tick(now + timings.ping_after * 2);
    machine.take_actions();
    machine.tick(now + timings.ping_after + timings.dead_after);
    let actions = machine.take_actions();
    assert!(
        matches!(
            actions[..],
            [Action::HangUp, Action::Tell(PlazaNews::LinkLost { .. })]
        ),
        "{actions:?}"
    );
}

#[test]
fn a_plaza_that_parts_from_who_does_not_read_is_come_back_to_and_others_are_believed() {
    let (mut machine, now) = inside();
    machine.heard(PlazaEvent::Refused(Refusal::NotReading), now);
    assert!(matches!(told(&mut machine)[..], [PlazaNews::LinkLost { .. }]));
    let (mut machine, now) = inside();
    machine.heard(PlazaEvent::Refused(Refusal::Closing), now);
    assert_eq!(
        told(&mut machine),
        [PlazaNews::Closed(Ending::Closing(Closing::Server))]
    );
    let (mut machine, now) = inside();
    machine.heard(PlazaEvent::Refused(Refusal::Banned { remaining_secs: 9 }), now);
    let banned = Problem::Banned { remaining_secs: 9 };
    assert_eq!(told(&mut machine), [PlazaNews::Closed(Ending::Problem(banned))]);
    assert!(machine.is_over());
}

#[test]
fn who_leaves_is_given_back_what_has_no_answer() {
    let (mut machine, _) = inside();
    machine.command(say(1));
    machine.take_actions();
    machine.command(PlazaCommand::Leave);
    assert_eq!(
        machine.take_actions(),
        [
            Action::TakeLeave,
            Action::Tell(not_posted(1, NotPosted::Unknown)),
            Action::Tell(PlazaNews::Closed(Ending::Left)),
        ]
    );
    machine.command(PlazaCommand::Leave);
    assert_eq!(machine.take_actions(), []);
}
