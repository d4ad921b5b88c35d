//! What a network may use, and when it may again.

use super::*;
use crate::guard::recent::WINDOW;

fn ledger(connections: u32, joins: u32) -> Ledger {
    let limits = Limits {
        connections,
        joins,
        ..Limits::default()
    };
    Ledger::new(limits, secs(1), PAGES_MAX)
}

fn home() -> Network {
    "192.0.2.7".parse().unwrap()
}

fn nth(number: u32) -> Network {
    Network::of(std::net::Ipv4Addr::from(number).into())
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[test]
fn a_network_has_so_many_people_here_and_others_are_not_touched() {
    let mut ledger = ledger(2, 100);
    for _ in 0..3 {
        ledger.enter(home(), secs(0)).unwrap();
    }
    assert_eq!(ledger.join(home(), secs(0)), Ok(()));
    assert_eq!(ledger.join(home(), secs(0)), Ok(()));
    assert_eq!(ledger.join(home(), secs(0)), Err(Wait(CROWDED_RETRY)));
    ledger.enter(nth(1), secs(0)).unwrap();
    assert_eq!(ledger.join(nth(1), secs(0)), Ok(()));
    ledger.leave(home(), true, secs(1));
    assert_eq!(ledger.join(home(), secs(1)), Ok(()));
}

#[test]
fn who_was_cut_off_is_heard_while_their_seats_still_count_but_not_without_end() {
    let mut ledger = ledger(4, 100);
    for _ in 0..4 {
        ledger.enter(home(), secs(0)).unwrap();
        ledger.join(home(), secs(0)).unwrap();
    }
    for _ in 0..SPARE_VISITS {
        assert_eq!(ledger.enter(home(), secs(0)), Ok(()));
    }
    assert_eq!(ledger.enter(home(), secs(0)), Err(Wait(CROWDED_RETRY)));
    ledger.leave(home(), false, secs(0));
    assert_eq!(ledger.enter(home(), secs(0)), Ok(()));
}

#[test]
fn joins_are_counted_over_ten_minutes_and_the_wait_is_real() {
    let mut ledger = ledger(100, 3);
    ledger.enter(home(), secs(0)).unwrap();
    for second in [10, 20, 30] {
        ledger.join(home(), secs(second)).unwrap();
    }
    assert_eq!(ledger.join(home(), secs(40)), Err(Wait(secs(570))));
    assert_eq!(ledger.join(home(), secs(609)), Err(Wait(secs(1))));
    assert_eq!(ledger.join(home(), secs(610)), Ok(()));
    assert_eq!(ledger.join(home(), secs(610)), Err(Wait(secs(10))));
}

#[test]
fn a_tightened_limit_counts_what_was_joined_before() {
    let mut ledger = ledger(100, 3);
    ledger.enter(home(), secs(0)).unwrap();
    for second in [10, 20, 30] {
        ledger.join(home(), secs(second)).unwrap();
    }
    ledger.set_limits(Limits {
        joins: 1,
        ..Limits::default()
    });
    assert_eq!(ledger.join(home(), secs(40)), Err(Wait(secs(590))));
    assert_eq!(ledger.join(home(), secs(630)), Ok(()));
    ledger.set_limits(Limits {
        joins: 0,
        ..Limits::default()
    });
    assert_eq!(
        ledger.join(home(), secs(640)),
        Err(Wait(secs(590))),
        "nobody at all"
    );
}

#[test]
fn guesses_are_counted_by_themselves_until_they_turn_out_to_be_right() {
    let limits = Limits {
        wrong_codes: 2,
        ..Limits::default()
    };
    let mut ledger = Ledger::new(limits, secs(1), PAGES_MAX);
    ledger.guess(home(), secs(10)).unwrap();
    ledger.guess(home(), secs(20)).unwrap();
    assert_eq!(ledger.guess(home(), secs(30)), Err(Wait(secs(580))));
    assert_eq!(ledger.guess(nth(1), secs(30)), Ok(()));
    ledger.enter(home(), secs(30)).unwrap();
    assert_eq!(ledger.join(home(), secs(30)), Ok(()), "that is no guess");
    ledger.take_back_guess(home(), secs(20));
    assert_eq!(ledger.guess(home(), secs(40)), Ok(()));
    assert_eq!(ledger.guess(home(), secs(40)), Err(Wait(secs(570))));
    ledger.leave(home(), true, secs(50));
    ledger.sweep(secs(50));
    assert_eq!(ledger.guess(home(), secs(50)), Err(Wait(secs(560))), "remembered");
}

#[test]
fn wrong_logins_double_the_wait_up_to_a_minute_and_only_time_forgets() {
    let mut ledger = ledger(16, 100);
    let waits: Vec<_> = (0..9)
        .map(|_| ledger.wrong_login(home(), secs(5)).0.as_secs())
        .collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(ledger.may_log_in(home(), secs(6)), Err(Wait(secs(59))));
    assert_eq!(ledger.may_log_in(nth(1), secs(6)), Ok(()));
    assert_eq!(ledger.may_log_in(home(), secs(65)), Ok(()));
    assert_eq!(ledger.begin_login(home(), secs(65)), Ok(true));
    ledger.end_login(home(), secs(65));
    assert_eq!(
        ledger.wrong_login(home(), secs(66)),
        Wait(secs(60)),
        "a right one in between changes nothing"
    );
    assert_eq!(
        ledger.wrong_login(home(), secs(66) + LOGIN_MEMORY),
        Wait(secs(1)),
        "forgotten after a while"
    );
}

#[test]
fn one_login_of_a_network_is_looked_at_at_a_time() {
    let mut ledger = ledger(16, 100);
    assert_eq!(ledger.begin_login(home(), secs(0)), Ok(true));
    assert_eq!(ledger.begin_login(home(), secs(0)), Ok(false));
    assert_eq!(ledger.begin_login(nth(1), secs(0)), Ok(true));
    ledger.sweep(secs(0));
    assert_eq!(ledger.pages.len(), 2, "kept, though nobody is counted here");
    ledger.wrong_login(home(), secs(1));
    ledger.end_login(home(), secs(1));
    assert_eq!(ledger.begin_login(home(), secs(1)), Err(Wait(secs(1))));
    assert_eq!(ledger.begin_login(home(), secs(2)), Ok(true));
}

#[test]
fn whoever_left_nothing_to_remember_leaves_the_table() {
    let mut ledger = ledger(16, 100);
    ledger.enter(home(), secs(0)).unwrap();
    ledger.leave(home(), false, secs(1));
    assert_eq!(ledger.pages.len(), 0);
    ledger.enter(home(), secs(1)).unwrap();
    ledger.join(home(), secs(1)).unwrap();
    ledger.leave(home(), true, secs(2));
    assert_eq!(ledger.pages.len(), 1, "a join is remembered");
}

#[test]
fn the_table_has_a_ceiling_whoever_comes_and_never_forgets_who_is_here() {
    let mut ledger = Ledger::new(Limits::default(), secs(1), 3000);
    for number in 0..1000 {
        ledger.enter(nth(number), secs(0)).unwrap();
    }
    for number in 1000..100_000 {
        let now = secs(u64::from(number) / 1000);
        ledger.enter(nth(number), now).unwrap();
        ledger.join(nth(number), now).unwrap();
        ledger.leave(nth(number), true, now);
        assert!(ledger.pages.len() <= 3000);
    }
    assert!((0..1000).all(|number| ledger.pages[&nth(number)].connections == 1));
    assert_eq!(
        ledger.pages[&nth(99_999)].joins.len(),
        1,
        "the newest are remembered"
    );
}

#[test]
fn after_the_window_a_large_table_empties_itself() {
    let mut ledger = Ledger::new(Limits::default(), secs(1), PAGES_MAX);
    for number in 0..5000 {
        ledger.enter(nth(number), secs(0)).unwrap();
        ledger.join(nth(number), secs(0)).unwrap();
        ledger.leave(nth(number), true, secs(0));
    }
    for number in 5000..10_000 {
        ledger.enter(nth(number), WINDOW).unwrap();
        ledger.leave(nth(number), false, WINDOW);
    }
    // The sweep comes when the table would grow, so that an entry costs O(1) on average.
    ledger.sweep(WINDOW);
    assert_eq!(ledger.pages.len(), 0);
}
