//! Address prefixes: what one person, one household or one office comes from, as far as an address tells.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;

/// Bits of an IPv4 address that tell one from another.
const PREFIX_V4: u8 = 32;

/// The same for IPv6: a household is given a /64 at least, and may use any address in it.
const PREFIX_V6: u8 = 64;

/// All addresses that begin alike: `203.0.113.0/24`, `2001:db8::/32`, or one address by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

/// A text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is neither an address nor a network: say one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32"
)]
pub struct BadNetwork(String);

impl Network {
    /// This computer by itself.
    pub(crate) const LOOPBACK_V4: Self = Self(IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8)));

    /// The same in IPv6.
    pub(crate) const LOOPBACK_V6: Self = Self(IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)));

    /// The one that limits go by: the address itself for IPv4, the /64 for IPv6. An IPv4 address in IPv6 dress is IPv4.
    pub(crate) fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let bits = if address.is_ipv4() { PREFIX_V4 } else { PREFIX_V6 };
        Self::new(address, bits)
    }

    /// Whether that address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    fn new(address: IpAddr, bits: u8) -> Self {
        Self(IpNet::new_assert(address, bits).trunc())
    }

    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().ok()?;
        let address = written.to_canonical();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        // In ::ffff:192.0.2.0/120 the first 96 bits are the dress.
        let dress = if written.is_ipv6() && address.is_ipv4() {
            96
        } else {
            0
        };
        let bits = match bits {
            Some(bits) => bits.checked_sub(dress).filter(|bits| *bits <= longest)?,
            None => longest,
        };
        Some(Self::new(address, bits))
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        // Only a short piece is repeated, without what could steer a terminal.
        let shown = || text.chars().filter(|c| !c.is_control()).take(50).collect();
        Self::parse(text.trim()).ok_or_else(|| BadNetwork(shown()))
    }
}

impl From<IpAddr> for Network {
    /// That address by itself.
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self::new(address, if address.is_ipv4() { 32 } else { 128 })
    }
}

impl TryFrom<String> for Network {
    type Error = BadNetwork;

    fn try_from(text: String) -> Result<Self, BadNetwork> {
        text.parse()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.prefix_len() == self.0.max_prefix_len() {
            true => self.0.addr().fmt(f),
            false => self.0.fmt(f),
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_counts_by_itself_and_a_household_as_one() {
        assert_eq!(Network::of(ip("192.0.2.7")), network("192.0.2.7"));
        assert_ne!(Network::of(ip("192.0.2.7")), Network::of(ip("192.0.2.8")));
        assert_eq!(Network::of(ip("::ffff:192.0.2.7")), Network::of(ip("192.0.2.7")));
        assert_eq!(Network::of(ip("2001:db8::7")), network("2001:db8::/64"));
        assert_eq!(Network::of(ip("2001:db8::7")), Network::of(ip("2001:db8::8:9")));
        assert_ne!(Network::of(ip("2001:db8:0:1::7")), Network::of(ip("2001:db8::7")));
    }

    #[test]
    fn a_network_reads_back_as_it_is_shown() {
        for (typed, shown) in [
            ("203.0.113.9/24", "203.0.113.0/24"),
            (" 203.0.113.9 ", "203.0.113.9"),
            ("2001:DB8::7/32", "2001:db8::/32"),
            ("::1", "::1"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ] {
            assert_eq!(network(typed).to_string(), shown);
            assert_eq!(network(shown), network(typed));
        }
    }

    #[test]
    fn what_is_no_network_is_said_without_steering_the_terminal() {
        for wrong in [
            "",
            "here",
            "1.2.3",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/-1",
            "1.2.3.4/",
            "::ffff:1.2.3.4/95",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        let said = "\u{1b}[2J".parse::<Network>().unwrap_err().to_string();
        assert!(
            !said.contains('\u{1b}') && said.contains("203.0.113.0/24"),
            "{said}"
        );
    }

    #[test]
    fn an_address_is_found_in_its_network_in_either_dress() {
        let network = network("203.0.113.0/24");
        assert!(network.contains(ip("203.0.113.200")) && network.contains(ip("::ffff:203.0.113.200")));
        assert!(!network.contains(ip("203.0.114.1")) && !network.contains(ip("::1")));
    }
}
