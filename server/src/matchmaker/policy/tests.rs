//! What one visitor can hold, and what a look at the lonely can cost.

use acaso_shared::ids::VisitorToken;
use acaso_shared::protocol::VersionRange;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::room::Client;

const RULES: Rules = Rules {
    lonely: Duration::from_secs(2),
    repair_patience: Duration::from_secs(20),
    repair_memory: Duration::from_secs(30 * 60),
    port_retry: Duration::from_secs(60),
    invitation: Duration::from_secs(600),
    rendezvous: Duration::from_secs(3600),
};

fn policy() -> Policy {
    let ports = (2000..5000).map(|port| RoomPort::try_from(port).unwrap());
    Policy::new(RULES, ports)
}

fn wish(version: u16) -> Wish {
    Wish {
        visitor: VisitorToken::random().hash(),
        versions: VersionRange {
            min: version,
            max: version,
        },
        client: Client::Ours { meets_old: false },
    }
}

#[test]
fn one_visitor_holds_a_few_seats_at_most_and_stands_in_nobodys_way() {
    let (mut policy, mut rng, now) = (policy(), StdRng::seed_from_u64(1), Instant::now());
    let (greedy, other) = (wish(1), wish(1));
    let seats: Vec<_> = (0..SEATS_EACH_MAX)
        .map(|_| policy.join(greedy, now, &mut rng).unwrap())
        .collect();
    assert_eq!(policy.join(greedy, now, &mut rng), Err(NoSeat::TooMany));
    assert!(!policy.join(other, now, &mut rng).unwrap().fresh);
    policy.emptied(seats[0].port, seats[0].visit, now);
    assert!(policy.join(greedy, now, &mut rng).is_ok());
    assert_eq!(policy.join(greedy, now, &mut rng), Err(NoSeat::TooMany));
    policy.closed(seats[1].port, true, now);
    assert!(policy.join(greedy, now, &mut rng).is_ok());
}

#[test]
fn two_who_fit_are_found_among_many_who_fit_nobody_though_few_are_looked_at_at_once() {
    let (mut policy, mut rng, now) = (policy(), StdRng::seed_from_u64(2), Instant::now());
    // Nobody has a version in common with anybody, but for the first and the last, who met.
    let mut wishes: Vec<_> = (0..1000).map(wish).collect();
    wishes[999].versions = wishes[0].versions;
    policy.met.remember(wishes[0].visitor, wishes[999].visitor, now);
    for wish in &wishes {
        let seat = policy.join(*wish, now, &mut rng).unwrap();
        assert!(seat.fresh);
        policy.seated(seat.port, seat.visit, now);
    }
    let later = now + RULES.repair_patience;
    assert_eq!(policy.lonely_for_long(later, &mut rng).len(), 512);
    let moved = (0..1000).find_map(|_| policy.due(later, &mut rng).pop());
    let mover = moved.unwrap().wish.visitor;
    assert!([wishes[0].visitor, wishes[999].visitor].contains(&mover));
}
