//! Which networks the operator barred, and until when: a list of values.

use std::net::IpAddr;
use std::time::SystemTime;

use super::Network;

/// Bans at once: each is looked at for each newcomer, and an operator types them by hand.
pub(crate) const BANS_MAX: usize = 1024;

/// A network that may not come for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Who.
    pub network: Network,
    /// Until when, by the calendar: a ban outlives the server's run.
    pub until: SystemTime,
}

/// All of them, one for each network.
#[derive(Debug, Default)]
pub(super) struct Bans {
    list: Vec<Ban>,
}

impl Bans {
    /// For how many more seconds that address is barred, if it is.
    pub(super) fn remaining_secs(&self, address: IpAddr, now: SystemTime) -> Option<u32> {
        let left = |ban: &Ban| ban.until.duration_since(now).ok();
        let longest = self
            .list
            .iter()
            .filter(|ban| ban.network.contains(address))
            .filter_map(left)
            .filter(|left| !left.is_zero())
            .max()?;
        Some(super::whole_secs(longest))
    }

    /// Adds one; one of the same network is replaced.
    pub(super) fn add(&mut self, ban: Ban, now: SystemTime) {
        self.list
            .retain(|other| other.network != ban.network && other.until > now);
        self.list.push(ban);
    }

    /// Takes that one out; false if there is none.
    pub(super) fn remove(&mut self, network: Network) -> bool {
        let before = self.list.len();
        self.list.retain(|ban| ban.network != network);
        self.list.len() < before
    }

    /// Those that still hold, by network.
    pub(super) fn holding(&self, now: SystemTime) -> Vec<Ban> {
        let mut bans: Vec<_> = self.list.iter().copied().filter(|ban| ban.until > now).collect();
        bans.sort_by_key(|ban| ban.network);
        bans
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn ban(network: &str, until: SystemTime) -> Ban {
        Ban {
            network: network.parse().unwrap(),
            until,
        }
    }

    #[test]
    fn the_longest_ban_counts_and_ends_by_itself() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let address = "203.0.113.9".parse().unwrap();
        let mut bans = Bans::default();
        assert_eq!(bans.remaining_secs(address, now), None);
        bans.add(ban("203.0.113.0/24", now + Duration::from_millis(1500)), now);
        bans.add(ban("203.0.113.9", now + Duration::from_secs(60)), now);
        assert_eq!(bans.remaining_secs(address, now), Some(60));
        assert!(bans.remove("203.0.113.9".parse().unwrap()));
        assert!(!bans.remove("203.0.113.9".parse().unwrap()));
        assert_eq!(bans.remaining_secs(address, now), Some(2), "never too early");
        assert_eq!(bans.remaining_secs(address, now + Duration::from_secs(2)), None);
        assert_eq!(bans.remaining_secs("203.0.114.9".parse().unwrap(), now), None);
    }

    #[test]
    fn a_network_is_listed_once_with_its_last_word_while_it_holds() {
        let now = SystemTime::now();
        let mut bans = Bans::default();
        let later = ban("2001:db8::/32", now + Duration::from_secs(9));
        bans.add(ban("2001:db8::/32", now + Duration::from_secs(90)), now);
        bans.add(later, now);
        bans.add(ban("192.0.2.1", now + Duration::from_secs(1)), now);
        assert_eq!(bans.holding(now + Duration::from_secs(1)), [later]);
        assert_eq!(bans.holding(now).len(), 2);
    }
}
