//! Seats beside somebody in particular that are not free for a moment.

use super::*;
use crate::limits::TAKEN_SEAT_RETRIES;

/// Bia, on the way with that code, to a seat that is not free.
fn kept_waiting(bia: &mut Client, retry_after_secs: u32) -> Vec<Action> {
    let busy = Problem::SlowDown { retry_after_secs };
    bia.machine.failed(busy.into(), bia.now);
    bia.acts()
}

#[test]
fn a_seat_that_is_not_free_is_asked_for_again_a_few_times() {
    let mut bia = Client::new();
    let code: Code = "7-crossover-clockwork".parse().unwrap();
    let number = code.number();
    let visit = by("Bia", Way::Code(code));
    let asks = [Action::MeetAt(visit.clone(), Rendezvous::Come { number })];
    assert_eq!(bia.wants(Command::Meet(visit)), asks);
    let (begun, taken) = (bia.now, Problem::SeatTaken { retry_after_secs: 3 });
    for _ in 0..TAKEN_SEAT_RETRIES {
        assert_eq!(kept_waiting(&mut bia, 3), []);
        let problem = taken.clone();
        assert!(
            matches!(bia.told.last(), Some(Event::TryingAgain { problem: told, .. }) if *told == problem)
        );
        let wait = bia.machine.deadline().unwrap() - bia.now;
        assert!(wait >= Duration::from_secs(3), "sooner than was asked");
        assert_eq!(bia.later(wait), asks);
    }
    assert!(bia.now - begun > TICKET_LIFE, "an unused ticket is void by then");
    kept_waiting(&mut bia, 3);
    assert_eq!(bia.told.last(), Some(&closed(taken)));
    assert_eq!(bia.machine.deadline(), None);
}

#[test]
fn whoever_is_told_to_wait_for_long_or_comes_to_no_number_of_somebody_else_is_told_so_at_once() {
    let mut bia = Client::new();
    bia.wants(Command::Meet(by(
        "Bia",
        Way::Code("7-crossover-clockwork".parse().unwrap()),
    )));
    kept_waiting(&mut bia, 500);
    let slow = Problem::SlowDown {
        retry_after_secs: 500,
    };
    assert_eq!(bia.told.last(), Some(&closed(slow)));
    for way in [Way::Stranger, Way::Invite] {
        bia.wants(Command::Meet(by("Bia", way)));
        kept_waiting(&mut bia, 3);
        let slow = Problem::SlowDown { retry_after_secs: 3 };
        assert_eq!(bia.told.last(), Some(&closed(slow)));
    }
}
