//! The way to a seat, and back to one when nobody sat beside us.

use super::*;

#[test]
fn a_shut_door_is_tried_three_times_again_and_then_told() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(visit("Ana")));
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for (refused, problem) in [
        (false, Problem::DoorShut),
        (
            true,
            Problem::RoomUnreachable {
                port: port(),
                address,
            },
        ),
    ] {
        for _ in 0..3 {
            ana.machine.failed(
                Failed::DoorShut {
                    port: port(),
                    address,
                    refused,
                },
                ana.now,
            );
            assert_eq!(ana.acts(), [Action::Seek(visit("Ana"))]);
        }
        ana.machine.failed(
            Failed::DoorShut {
                port: port(),
                address,
                refused,
            },
            ana.now,
        );
        assert_eq!(ana.acts(), []);
        let told = Event::Closed {
            conversation: None,
            ending: Ending::Problem(problem),
        };
        assert_eq!(ana.told.last(), Some(&told));
        ana.wants(Command::Meet(visit("Ana")));
    }
}

#[test]
fn the_first_attempt_tells_its_problem_at_once() {
    let mut ana = Client::new();
    ana.wants(Command::Meet(visit("Ana")));
    ana.machine.failed(
        Problem::TimedOut {
            host: "chat.example.org".into(),
        }
        .into(),
        ana.now,
    );
    assert_eq!(ana.acts(), []);
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(_),
            ..
        })
    ));
}

#[test]
fn who_waits_and_loses_the_link_waits_again_by_itself_until_cancelled() {
    let mut ana = Client::seated("Ana");
    ana.machine.lost(Problem::LinkLost, ana.now);
    assert_eq!(ana.acts(), [Action::HangUp]);
    for expected_secs in [1, 2, 4, 8, 16, 30, 30] {
        let Some(Event::TryingAgain { in_millis, .. }) = ana.told.pop() else {
            panic!("told nothing")
        };
        assert!(
            (expected_secs * 1000..=expected_secs * 1000 + 500).contains(&in_millis),
            "{in_millis}"
        );
        assert_eq!(
            ana.later(Duration::from_millis(in_millis)),
            [Action::Seek(visit("Ana"))]
        );
        ana.machine.failed(
            Problem::ConnectionRefused {
                host: "x".into(),
                port: 1,
            }
            .into(),
            ana.now,
        );
        ana.acts();
    }
    assert_eq!(ana.wants(Command::Leave(Goodbye::Now)), [Action::StopSeeking]);
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Left,
            ..
        })
    ));
    assert_eq!(ana.machine.deadline(), None);
}

#[test]
fn who_waits_alone_can_be_moved_and_who_talks_cannot() {
    let mut ana = Client::seated("Ana");
    let ticket = Ticket::from([1; 16]);
    assert_eq!(
        ana.hears(RoomEvent::Move { port: port(), ticket }),
        [Action::Enter(port(), ticket)]
    );
    let (mut ana, _bia) = couple();
    ana.hears(RoomEvent::Move { port: port(), ticket });
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            ending: Ending::Problem(Problem::Protocol),
            ..
        })
    ));
}

#[test]
fn trust_is_pinned_before_the_visit() {
    let mut ana = Client::new();
    let shown = Fingerprint::from([1; 32]);
    let actions = ana.wants(Command::TrustIdentity {
        visit: visit("Ana"),
        shown,
    });
    assert_eq!(
        actions,
        [Action::Trust(visit("Ana"), shown), Action::Seek(visit("Ana"))]
    );
}
