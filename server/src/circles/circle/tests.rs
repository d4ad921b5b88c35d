use super::*;
use crate::visit::{Mailbox, Rate, Size, mailbox};

const CLOCK: CircleMember = CircleMember(100);

const SIZE: Size = Size {
    pieces: 4,
    bytes: 64 * 1024,
};

const GENEROUS: Rate = Rate {
    burst: 1024 * 1024,
    per_second: 1024 * 1024,
};

fn meter(rate: Rate) -> Meter {
    Meter::new(rate, Instant::now())
}

fn circle() -> Circle {
    Circle::new(None, meter(GENEROUS))
}

/// Somebody from there, with a key that is told apart by a number.
fn inside(address: &str, key: u8) -> (Inside, Mailbox<CircleEvent>, oneshot::Receiver<Refusal>) {
    let (slot, mailbox) = mailbox(SIZE);
    let (farewell, parting) = oneshot::channel();
    let seen_at: SocketAddr = address.parse().unwrap();
    let introduction = Introduction {
        key: Fingerprint::from([key; 32]),
        local: local(4000),
    };
    let inside = Inside {
        address: seen_at.ip(),
        network: Some(Network::of(seen_at.ip())),
        seen_at: Some(seen_at),
        introduction: introduction.sifted(seen_at.ip().is_loopback()),
        slot,
        farewell,
    };
    (inside, mailbox, parting)
}

fn local(port: u16) -> Vec<SocketAddr> {
    let addresses = ["10.0.0.7", "127.0.0.1", "::1"].map(|ip| SocketAddr::new(ip.parse().unwrap(), port));
    addresses.into()
}

/// Gives somebody from there a place, as they are expected.
fn expect(circle: &mut Circle, address: &str, comes_back: bool) -> CircleMember {
    let expected = Expected {
        network: Some(Network::of(address.parse().unwrap())),
        comes_back,
    };
    circle.expect(expected, CLOCK)
}

/// Somebody from there is in it.
fn enters(
    circle: &mut Circle,
    address: &str,
    key: u8,
) -> (CircleMember, Mailbox<CircleEvent>, oneshot::Receiver<Refusal>) {
    let member = expect(circle, address, false);
    assert!(circle.arrives(member));
    let (inside, mailbox, parting) = inside(&format!("{address}:5000"), key);
    circle.take_in(member, inside);
    (member, mailbox, parting)
}

fn waiting(mailbox: &mut Mailbox<CircleEvent>) -> usize {
    std::iter::from_fn(|| mailbox.next_there()).count()
}

#[test]
fn addresses_of_the_servers_computer_are_told_on_it_and_nowhere_else() {
    let (told, ..) = inside("127.0.0.1:5000", 1);
    let met = |at_home| match told.met(CLOCK, at_home) {
        CircleEvent::Met {
            seen_at,
            introduction,
            ..
        } => (seen_at, introduction.local.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(met(true), (told.seen_at, 3));
    assert_eq!(met(false), (None, 1));
    let (far, ..) = inside("192.0.2.7:5000", 1);
    assert!(matches!(
        far.met(CLOCK, false),
        CircleEvent::Met { seen_at: Some(_), .. }
    ));
}

#[test]
fn who_does_not_read_goes_when_the_mailbox_is_full_and_others_are_told_of_that_too() {
    let mut circle = circle();
    let (_first, mut unread, mut parting) = enters(&mut circle, "192.0.2.7", 1);
    let (changed, mut second, _parting) = enters(&mut circle, "192.0.2.8", 2);
    assert_eq!((waiting(&mut second), circle.people()), (1, 2));
    // The first was told of the second, and is told of changes until there is no place.
    for port in (4001..).take(2 * SIZE.pieces) {
        let (inside, ..) = inside("192.0.2.8:5000", 2);
        let elsewhere = Introduction {
            local: local(port),
            ..inside.introduction
        };
        circle.introduce(changed, elsewhere);
    }
    assert_eq!(circle.people(), 1);
    assert_eq!(parting.try_recv(), Ok(Refusal::NotReading));
    assert_eq!(
        (waiting(&mut unread), waiting(&mut second)),
        (SIZE.pieces, 1),
        "the second is told that the first went"
    );
}

#[test]
fn others_are_told_of_what_has_changed_and_of_nothing_else() {
    let mut circle = circle();
    let (_first, mut others, _parting) = enters(&mut circle, "192.0.2.7", 1);
    let (second, _mailbox, _) = enters(&mut circle, "192.0.2.8", 2);
    assert_eq!(waiting(&mut others), 1);
    for (port, told) in [(4000, 0), (4001, 1), (4001, 0)] {
        let (inside, ..) = inside("192.0.2.8:5000", 2);
        let said = Introduction {
            local: local(port),
            ..inside.introduction
        };
        circle.introduce(second, said);
        assert_eq!(waiting(&mut others), told, "at {port}");
    }
    circle.moved(second, "192.0.2.9:6000".parse().unwrap());
    assert_eq!(waiting(&mut others), 1);
}

#[test]
fn a_datagram_never_takes_the_place_of_news() {
    let mut circle = circle();
    let (one, _one, _) = enters(&mut circle, "192.0.2.7", 1);
    let (other, mut unread, mut parting) = enters(&mut circle, "192.0.2.8", 2);
    let mut all = meter(GENEROUS);
    for _ in 0..100 {
        circle.relay((one, other), vec![7; 1200], &mut all);
    }
    circle.part(one, None);
    assert!(parting.try_recv().is_err(), "nobody has to go for a flood");
    assert_eq!(
        waiting(&mut unread),
        3,
        "who is there, one datagram, and that the other went"
    );
    assert_eq!(circle.people(), 1);
}

#[test]
fn what_reaches_nobody_is_counted_for_nobody_and_each_circle_has_its_share() {
    let two = Rate {
        burst: 2400,
        per_second: 1,
    };
    let mut all = meter(two);
    let mut busy = Circle::new(None, meter(two));
    let (one, ..) = enters(&mut busy, "192.0.2.7", 1);
    let (other, mut mailbox, _) = enters(&mut busy, "192.0.2.8", 2);
    for _ in 0..10 {
        busy.relay((one, CircleMember(7)), vec![7; 1200], &mut all);
        busy.relay((one, one), vec![7; 1200], &mut all);
    }
    waiting(&mut mailbox);
    let mut carried = 0;
    for _ in 0..10 {
        busy.relay((one, other), vec![7; 1200], &mut all);
        carried += waiting(&mut mailbox);
    }
    assert_eq!(carried, 2);
    let mut calm = Circle::new(None, meter(GENEROUS));
    let (one, ..) = enters(&mut calm, "192.0.2.7", 1);
    let (other, mut mailbox, _) = enters(&mut calm, "192.0.2.8", 2);
    waiting(&mut mailbox);
    calm.relay((one, other), vec![], &mut all);
    assert_eq!(waiting(&mut mailbox), 0, "there is nothing left for all");
    calm.relay((one, other), vec![], &mut meter(GENEROUS));
    assert_eq!(waiting(&mut mailbox), 1);
}

#[test]
fn one_network_has_half_of_the_places_and_all_together_no_more_than_there_are() {
    const PEOPLE_MAX: usize = 6;
    let mut circle = circle();
    let [here, there] = ["192.0.2.7", "192.0.2.8"];
    let network = |address: &str| Some(Network::of(address.parse().unwrap()));
    let turned_away =
        |circle: &Circle, address, before| circle.turns_away(network(address), before, PEOPLE_MAX);
    let (first, ..) = enters(&mut circle, here, 1);
    for _ in 0..2 {
        assert_eq!(turned_away(&circle, here, None), None);
        // A place is taken before a key was proved.
        expect(&mut circle, here, false);
    }
    let too_many = Refusal::SlowDown {
        retry_after_secs: FULL_RETRY_SECS,
    };
    assert_eq!(turned_away(&circle, here, None), Some(too_many));
    assert_eq!(turned_away(&circle, here, Some(first)), None, "who comes back");
    expect(&mut circle, here, true);
    assert_eq!(turned_away(&circle, here, Some(first)), None);
    for _ in 0..3 {
        assert_eq!(turned_away(&circle, there, None), None);
        expect(&mut circle, there, false);
    }
    assert_eq!(turned_away(&circle, there, None), Some(Refusal::CircleFull));
    assert_eq!(
        circle.turns_away(None, None, PEOPLE_MAX),
        Some(Refusal::CircleFull)
    );
    let mut small = self::circle();
    enters(&mut small, here, 1);
    assert_eq!(
        small.turns_away(network(here), None, 2),
        None,
        "two behind one router"
    );
}

#[test]
fn a_key_is_found_and_whoever_is_expected_comes_once() {
    let mut circle = circle();
    let (member, ..) = enters(&mut circle, "192.0.2.7", 1);
    assert_eq!(circle.owner(Fingerprint::from([1; 32])), Some(member));
    assert_eq!(circle.owner(Fingerprint::from([2; 32])), None);
    assert!(!circle.arrives(member), "they are here already");
    let gone = expect(&mut circle, "192.0.2.7", false);
    circle.part(gone, None);
    assert!(!circle.arrives(gone), "they gave up");
}

#[test]
fn a_circle_is_remembered_until_nobody_can_be_given_a_number_again() {
    let mut circle = circle();
    let members = [
        expect(&mut circle, "192.0.2.7", false),
        expect(&mut circle, "192.0.2.7", false),
    ];
    assert_eq!(members, [CLOCK, CircleMember(101)]);
    assert!(!circle.is_over(CircleMember(102)), "two are about to come");
    for member in members {
        circle.part(member, None);
    }
    assert!(!circle.is_over(CLOCK) && !circle.is_over(CircleMember(101)));
    assert!(circle.is_over(CircleMember(102)));
}
