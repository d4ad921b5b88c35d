//! Addresses of this computer that nobody else uses: each server of a story has all ports of one to itself.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU16, Ordering};

/// Addresses that one process may draw. The last byte is never 0 or 255, which some systems take for broadcasts.
const PER_PROCESS: u16 = 8 * 254;

/// An address in 127.0.0.0/8 that no other story of this process uses, and none of another process that runs now.
///
/// # Panics
/// After more addresses than one process opens servers.
pub fn own_address() -> Ipv4Addr {
    static DRAWN: AtomicU16 = AtomicU16::new(0);
    let turn = DRAWN.fetch_add(1, Ordering::Relaxed);
    assert!(turn < PER_PROCESS, "one process opens fewer servers than that");
    // Two processes meet in one address only if their ids are 7,936 apart; the addresses below 127.8 stay free for people.
    let process = 8 * 32 + std::process::id() % (248 * 32);
    let byte = |value: u32| u8::try_from(value).expect("the sums above are chosen to fit");
    let (second, third) = (
        byte(process >> 5),
        byte((process & 31) << 3 | u32::from(turn / 254)),
    );
    let fourth = byte(1 + u32::from(turn % 254));
    Ipv4Addr::new(127, second, third, fourth)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_address_is_drawn_twice_and_all_are_of_this_computer() {
        let drawn: HashSet<_> = (0..100).map(|_| own_address()).collect();
        assert_eq!(drawn.len(), 100);
        assert!(
            drawn
                .iter()
                .all(|address| address.is_loopback() && address.octets()[1] >= 8)
        );
    }
}
