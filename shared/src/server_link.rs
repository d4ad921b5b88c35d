//! A server's address together with its identity, as a host hands them to others: a link to copy, to scan, or to type. Whoever comes
//! by such a link need not trust blindly whom they find there the first time. An invitation is such a link with its code in it.

use std::fmt;
use std::str::FromStr;

use crate::address::{BadAddress, ServerAddress};
use crate::ids::{BadCode, Code, Fingerprint};
use crate::limits::LOBBY_PORT;

/// How a link begins; an address may begin so too.
pub const SCHEME: &str = "acaso://";

/// What somebody types to come to a server: an address as [`ServerAddress`] reads it, behind `/` the code of whom they are to meet there, if
/// it is somebody in particular, and behind `#` the identity that the server has to show, if that is known. Written as
/// `acaso://chat.example.org/7-crossover-clockwork#` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerLink {
    /// Where the server is.
    pub server: ServerAddress,
    /// The identity it must show; `None` leaves that to what is known of it.
    pub identity: Option<Fingerprint>,
    /// Whom to meet there; a secret of the two. Nothing that opens the link tells it to the server.
    pub code: Option<Code>,
}

/// Why a text is neither a link nor an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// What stands before the `/` and the `#`, or all of it.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// What stands behind the `#`: a part of it is missing, most likely.
    #[error(
        "what follows the # is not a server's identity of 64 digits: copy the whole link, or leave out the # and what follows"
    )]
    Identity,
    /// What stands behind the `/`.
    #[error("what follows the / is no code of an invitation: {0}")]
    Code(#[from] BadCode),
}

impl FromStr for ServerLink {
    type Err = BadLink;

    fn from_str(text: &str) -> Result<Self, BadLink> {
        let (server, identity) = match text.split_once('#') {
            Some((server, identity)) => (server, Some(identity.parse().map_err(|_| BadLink::Identity)?)),
            None => (text, None),
        };
        let (server, code) = with_code(server)?;
        Ok(Self {
            server,
            identity,
            code,
        })
    }
}

/// Reads what stands before the `#`.
fn with_code(text: &str) -> Result<(ServerAddress, Option<Code>), BadLink> {
    let text = text.trim();
    let host = text.strip_prefix(SCHEME).unwrap_or(text);
    let (server, code) = host.split_once('/').unwrap_or((host, ""));
    let code = code.trim_matches('/');
    let server = server.parse().or_else(|bad| match bad {
        BadAddress::Empty => Err(bad),
        // Shown as a whole: the rest of it may be what is wrong.
        _ => text.parse(),
    })?;
    let code = (!code.is_empty()).then(|| code.parse()).transpose()?;
    Ok((server, code))
}

impl From<ServerAddress> for ServerLink {
    fn from(server: ServerAddress) -> Self {
        Self {
            server,
            identity: None,
            code: None,
        }
    }
}

/// The link, in no more letters than it needs: a picture of it is the coarser for it.
impl fmt::Display for ServerLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port) = (self.server.host(), self.server.port());
        f.write_str(SCHEME)?;
        match host.contains(':') {
            true => write!(f, "[{host}]")?,
            false => f.write_str(host)?,
        }
        if port != LOBBY_PORT {
            write!(f, ":{port}")?;
        }
        f.write_str("/")?;
        if let Some(code) = &self.code {
            write!(f, "{code}")?;
        }
        match &self.identity {
            Some(identity) => write!(f, "#{}", identity.groups().concat()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(server: &str, identity: Option<Fingerprint>) -> ServerLink {
        ServerLink {
            server: server.parse().unwrap(),
            identity,
            code: None,
        }
    }

    fn code() -> Option<Code> {
        Some("7-crossover-clockwork".parse().unwrap())
    }

    #[test]
    fn a_link_reads_back_as_it_was_written() {
        let identity = Fingerprint::of_spki(b"a key");
        for server in [
            "chat.example.org",
            "192.0.2.7:2000",
            "2001:db8::7",
            "[2001:db8::7]:2000",
        ] {
            for identity in [None, Some(identity)] {
                for code in [None, code(), Some(Code::lasting())] {
                    let link = ServerLink {
                        code,
                        ..link(server, identity)
                    };
                    assert_eq!(link.to_string().parse(), Ok(link.clone()), "{link}");
                }
            }
        }
        let written = link("[2001:db8::7]:2000", Some(identity)).to_string();
        let digits = written.strip_prefix("acaso://[2001:db8::7]:2000/#").unwrap();
        assert_eq!(digits.len(), 64, "{digits}");
    }

    #[test]
    fn an_address_is_a_link_that_says_nothing_about_the_identity() {
        for address in [" chat.example.org:2000 ", "acaso://chat.example.org:2000/"] {
            assert_eq!(address.parse(), Ok(link("chat.example.org:2000", None)));
        }
        let server: ServerAddress = "::1".parse().unwrap();
        assert_eq!(ServerLink::from(server.clone()).server, server);
    }

    #[test]
    fn an_invitation_is_read_however_it_was_written() {
        let identity = Fingerprint::of_spki(b"a key");
        for (text, identity) in [
            ("acaso://chat.example.org/7-crossover-clockwork".to_owned(), None),
            (" chat.example.org/7 CROSSOVER clockwork/ ".to_owned(), None),
            (
                format!("acaso://chat.example.org:1025/7-crossover-clockwork#{identity}"),
                Some(identity),
            ),
        ] {
            let expected = ServerLink {
                code: code(),
                ..link("chat.example.org", identity)
            };
            assert_eq!(text.parse(), Ok(expected.clone()), "{text}");
            assert!(
                !format!("{expected:?}").contains("crossover"),
                "logs learn no words"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_link_is_told_apart() {
        let read = str::parse::<ServerLink>;
        for short in [
            "chat.example.org#",
            "chat.example.org/#12AB",
            "chat.example.org#xyz",
        ] {
            assert_eq!(read(short), Err(BadLink::Identity), "{short}");
        }
        let identity = Fingerprint::of_spki(b"a key");
        assert_eq!(read(&format!("#{identity}")), Err(BadAddress::Empty.into()));
        assert_eq!(read("/7-crossover-clockwork"), Err(BadAddress::Empty.into()));
        assert_eq!(
            read("chat.example.org/rooms"),
            Err(BadLink::Code(BadCode::Number))
        );
        assert_eq!(
            read("chat.example.org/7-crossover"),
            Err(BadLink::Code(BadCode::Length(1)))
        );
        let web = "https://chat.example.org";
        assert_eq!(
            read(web),
            Err(BadAddress::Port("//chat.example.org".into()).into())
        );
        assert_eq!(
            read("two words"),
            Err(BadAddress::Host("two words".into()).into())
        );
    }
}
