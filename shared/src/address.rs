//! Where a server is, as people write it: an IPv4 or IPv6 address or a name, with or without a port. No look-ups here.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use crate::limits::LOBBY_PORT;

/// Longest host name in the DNS (RFC 1035 §2.3.4).
const HOST_BYTES_MAX: usize = 253;

/// A server's address: host and lobby port. Parsing accepts `chat.example.org`, `192.0.2.7:2000`, `2001:db8::7`,
/// `[2001:db8::7]:2000`, each also behind `acaso://`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerAddress {
    host: String,
    port: u16,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Nothing there.
    #[error("the server's address is missing: type a name or an address such as 192.0.2.7")]
    Empty,
    /// What follows the colon is no port.
    #[error("“{0}” is not a port: type a number from 1 to 65535, or leave it out")]
    Port(String),
    /// Neither a name nor an address.
    #[error(
        "“{0}” is not a server's address: type a name such as chat.example.org, or an address such as 192.0.2.7"
    )]
    Host(String),
}

impl ServerAddress {
    /// The name or the address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The lobby's port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for ServerAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        let text = text
            .strip_prefix("acaso://")
            .unwrap_or(text)
            .trim_end_matches('/');
        if text.is_empty() {
            return Err(BadAddress::Empty);
        }
        let (host, port) = split_port(text)?;
        let host = parse_host(host).ok_or_else(|| BadAddress::Host(host.to_owned()))?;
        Ok(Self {
            host,
            port: port.unwrap_or(LOBBY_PORT),
        })
    }
}

/// Separates what may be a port from what may be a host. An IPv6 address without brackets has no port.
fn split_port(text: &str) -> Result<(&str, Option<u16>), BadAddress> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest
            .split_once(']')
            .ok_or_else(|| BadAddress::Host(text.to_owned()))?;
        if host.parse::<Ipv6Addr>().is_err() {
            return Err(BadAddress::Host(host.to_owned()));
        }
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(parse_port(port)?))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(BadAddress::Port(after.to_owned())),
        };
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => Ok((host, Some(parse_port(port)?))),
        _ => Ok((text, None)),
    }
}

fn parse_port(text: &str) -> Result<u16, BadAddress> {
    match text.parse() {
        Ok(0) | Err(_) => Err(BadAddress::Port(text.to_owned())),
        Ok(port) => Ok(port),
    }
}

fn parse_host(text: &str) -> Option<String> {
    if let Ok(v6) = text.parse::<Ipv6Addr>() {
        return Some(v6.to_string());
    }
    // Scoped addresses (fe80::1%eth0) and names in any script: the resolver knows best, we only keep out what cannot be one.
    let fits = !text.is_empty()
        && text.len() <= HOST_BYTES_MAX
        && !text.starts_with(['.', '-'])
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '%' | ':'));
    let looks_like_v4 = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    (fits && (!looks_like_v4 || text.parse::<std::net::Ipv4Addr>().is_ok())).then(|| text.to_lowercase())
}

/// The address as one would type it: the port only where it is not the usual one.
impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.host.contains(':'), self.port) {
            (_, LOBBY_PORT) => f.write_str(&self.host),
            (true, port) => write!(f, "[{}]:{port}", self.host),
            (false, port) => write!(f, "{}:{port}", self.host),
        }
    }
}

impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, u16), BadAddress> {
        text.parse::<ServerAddress>().map(|a| (a.host, a.port))
    }

    #[test]
    fn every_usual_way_to_write_an_address_is_understood() {
        for (text, host, port) in [
            ("chat.example.org", "chat.example.org", 1025),
            (" Chat.Example.org:2000 ", "chat.example.org", 2000),
            ("192.0.2.7", "192.0.2.7", 1025),
            ("192.0.2.7:99", "192.0.2.7", 99),
            ("2001:db8::7", "2001:db8::7", 1025),
            ("[2001:DB8:0::7]:2000", "2001:db8::7", 2000),
            ("[::1]", "::1", 1025),
            ("acaso://localhost:1030/", "localhost", 1030),
            ("münchen.example", "münchen.example", 1025),
        ] {
            assert_eq!(read(text), Ok((host.into(), port)), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_an_address_says_which_part_is_wrong() {
        assert_eq!(read("  "), Err(BadAddress::Empty));
        assert_eq!(read("host:0"), Err(BadAddress::Port("0".into())));
        assert_eq!(read("host:70000"), Err(BadAddress::Port("70000".into())));
        assert_eq!(read("[::1"), Err(BadAddress::Host("[::1".into())));
        assert_eq!(read("300.1.2.3"), Err(BadAddress::Host("300.1.2.3".into())));
        assert_eq!(read("two words"), Err(BadAddress::Host("two words".into())));
    }

    #[test]
    fn an_address_prints_as_it_can_be_typed() {
        for text in ["chat.example.org", "chat.example.org:7", "::1", "[::1]:7"] {
            assert_eq!(
                text.parse::<ServerAddress>().map(|a| a.to_string()),
                Ok(text.to_owned())
            );
        }
    }
}
