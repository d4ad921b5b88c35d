//! What an operator decided, from wherever it comes: a file, the environment, the command line. What was left open stays open
//! until all are laid over each other.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use acaso_shared::limits::{LOBBY_PORT, ROOM_PORTS};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::lobby::Access;
use serde::{Deserialize, Deserializer, de};

use super::gateways::{self, BadGateway, DecidedGateways};
use super::plazas::{self, BadPlazas, PlazaSetup};
use super::{CertificateFiles, Circles, Config, Limits, Rooms, Timings};
use crate::network::Network;

/// The usual file: every key with its default and what it means.
pub const DEFAULT_FILE: &str = include_str!("default.toml");

/// What an operator decided; `None` was left open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Decisions {
    /// See [`Config::bind`].
    pub bind: Option<IpAddr>,
    /// See [`Config::port`].
    pub port: Option<u16>,
    /// See [`Config::rooms`].
    #[serde(deserialize_with = "rooms")]
    pub rooms: Option<Rooms>,
    /// See [`Config::data`].
    pub data: Option<PathBuf>,
    /// See [`Config::plain`].
    pub plain: Option<bool>,
    /// See [`Config::access`].
    #[serde(deserialize_with = "access")]
    pub access: Option<Access>,
    /// See [`Config::certificate`].
    pub certificate: Option<CertificateFiles>,
    /// See [`Config::plazas`].
    #[serde(rename = "plaza", deserialize_with = "plazas::plazas")]
    pub plazas: Option<Vec<PlazaSetup>>,
    /// See [`Config::circles`].
    pub circles: Option<Circles>,
    /// See [`Config::gateways`].
    pub gateways: DecidedGateways,
    /// See [`Config::limits`].
    pub limits: DecidedLimits,
}

/// What was decided about limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DecidedLimits {
    /// See [`Limits::connections`].
    #[serde(deserialize_with = "at_least_one")]
    pub connections: Option<u32>,
    /// See [`Limits::joins`].
    #[serde(deserialize_with = "at_least_one")]
    pub joins: Option<u32>,
    /// See [`Limits::wrong_codes`].
    #[serde(deserialize_with = "at_least_one")]
    pub wrong_codes: Option<u32>,
    /// See [`Limits::exempt`].
    pub exempt: Option<Vec<Network>>,
}

/// Why a configuration file cannot be used. Each is one sentence: where, what, what next.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("the configuration file {} cannot be read ({error}): check its name and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's word.
        error: io::Error,
    },
    /// Something in it makes no sense.
    #[error(
        "{}, line {line}, column {column}: {reason}. Correct it there; `acaso-server config default` shows every key with what it means", path.display()
    )]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Counts from 1.
        line: usize,
        /// Counts from 1, in characters.
        column: usize,
        /// What is wrong.
        reason: String,
    },
}

/// Decisions that exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// No encryption, and a certificate for it.
    #[error("a certificate is of no use without encryption: take out either `plain` or the certificate")]
    Certificate,
    /// See [`BadPlazas`].
    #[error(transparent)]
    Plazas(#[from] BadPlazas),
    /// See [`BadGateway`].
    #[error(transparent)]
    Gateway(#[from] BadGateway),
}

impl Decisions {
    /// Reads a configuration file. Paths in it are taken from where it is.
    ///
    /// # Errors
    /// Says what is wrong and where.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
            path: path.into(),
            error,
        })?;
        let mut decisions = Self::parse(&text, path)?;
        let from_here = |named: &mut PathBuf| *named = path.parent().unwrap_or(Path::new("")).join(&*named);
        decisions.data.iter_mut().for_each(from_here);
        if let Some(files) = &mut decisions.certificate {
            [&mut files.certificate, &mut files.key]
                .into_iter()
                .for_each(from_here);
        }
        Ok(decisions)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.get(..at).unwrap_or(text);
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            ConfigError::Wrong {
                path: path.into(),
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
                // Some of its reasons have several lines.
                reason: error.message().trim_end().replace('\n', ", "),
            }
        })
    }

    /// These, and where they leave something open, the others.
    #[must_use]
    pub fn over(self, mut others: Self) -> Self {
        others.gateways.extend(self.gateways);
        Self {
            bind: self.bind.or(others.bind),
            port: self.port.or(others.port),
            rooms: self.rooms.or(others.rooms),
            data: self.data.or(others.data),
            plain: self.plain.or(others.plain),
            access: self.access.or(others.access),
            certificate: self.certificate.or(others.certificate),
            plazas: self.plazas.or(others.plazas),
            circles: self.circles.or(others.circles),
            gateways: others.gateways,
            limits: DecidedLimits {
                connections: self.limits.connections.or(others.limits.connections),
                joins: self.limits.joins.or(others.limits.joins),
                wrong_codes: self.limits.wrong_codes.or(others.limits.wrong_codes),
                exempt: self.limits.exempt.or(others.limits.exempt),
            },
        }
    }

    /// A server as decided, at that address and with that directory; what was left open is as usual.
    ///
    /// # Errors
    /// Two decisions exclude each other.
    pub fn config(self, bind: IpAddr, data: PathBuf) -> Result<Config, Contradiction> {
        let (usual, port) = (Limits::default(), self.port.unwrap_or(LOBBY_PORT));
        let config = Config {
            bind,
            port,
            rooms: self.rooms.unwrap_or_default(),
            data,
            plain: self.plain.unwrap_or(false),
            versions: VERSIONS,
            access: self.access.unwrap_or(Access::Open),
            certificate: self.certificate,
            plazas: self.plazas.unwrap_or_default(),
            circles: self.circles.unwrap_or_default(),
            gateways: gateways::gateways(&self.gateways, port),
            limits: Limits {
                connections: self.limits.connections.unwrap_or(usual.connections),
                joins: self.limits.joins.unwrap_or(usual.joins),
                wrong_codes: self.limits.wrong_codes.unwrap_or(usual.wrong_codes),
                exempt: self.limits.exempt.unwrap_or(usual.exempt),
            },
            timings: Timings::default(),
        };
        config.check().map(|()| config)
    }
}

/// Understands where rooms are entered: through ports of their own, `2000-2999` or one by itself; or `shared`, through the lobby's.
///
/// # Errors
/// Says what to write instead.
pub fn parse_rooms(text: &str) -> Result<Rooms, String> {
    if text.trim() == "shared" {
        return Ok(Rooms::Shared(ROOM_PORTS));
    }
    let port = |text: &str| text.trim().parse::<u16>().ok();
    let range = match text.split_once('-') {
        Some((first, last)) => port(first).zip(port(last)),
        None => port(text).map(|only| (only, only)),
    };
    match range {
        Some((first, last)) if first <= last && ROOM_PORTS.contains(&first) && ROOM_PORTS.contains(&last) => {
            Ok(Rooms::OwnPorts(first..=last))
        }
        _ => Err(format!(
            "say the first and the last port, such as 2000-2999, within {}-{}; or shared, if only the lobby's port is open",
            ROOM_PORTS.start(),
            ROOM_PORTS.end()
        )),
    }
}

/// Understands what is asked of people: `open`, `password` or `accounts`.
///
/// # Errors
/// Says what to write instead.
pub fn parse_access(text: &str) -> Result<Access, String> {
    match text {
        "open" => Ok(Access::Open),
        "password" => Ok(Access::Password),
        "accounts" => Ok(Access::Accounts),
        _ => Err("say open, password or accounts".into()),
    }
}

fn rooms<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rooms>, D::Error> {
    parse_rooms(&String::deserialize(from)?)
        .map(Some)
        .map_err(de::Error::custom)
}

fn access<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Access>, D::Error> {
    parse_access(&String::deserialize(from)?)
        .map(Some)
        .map_err(de::Error::custom)
}

fn at_least_one<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match u32::deserialize(from)? {
        0 => Err(de::Error::custom("with 0 nobody could come: say 1 at least")),
        number => Ok(Some(number)),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::config::Classic;

    fn parse(text: &str) -> Result<Decisions, ConfigError> {
        Decisions::parse(text, Path::new("a.toml"))
    }

    fn config(decisions: Decisions) -> Config {
        decisions
            .config(Ipv4Addr::LOCALHOST.into(), "data".into())
            .unwrap()
    }

    #[test]
    fn the_usual_file_says_what_holds_without_it() {
        let (said, usual) = (config(parse(DEFAULT_FILE).unwrap()), config(Decisions::default()));
        assert_eq!(format!("{said:?}"), format!("{usual:?}"));
        let said = parse(DEFAULT_FILE).unwrap();
        assert!(said.port.is_some() && said.rooms.is_some() && said.plain.is_some() && said.access.is_some());
        let limits = &said.limits;
        assert_eq!(said.gateways.len(), Classic::ALL.len());
        assert_eq!(said.circles, Some(Circles::default()));
        assert!(limits.connections.is_some() && limits.joins.is_some());
        assert!(limits.wrong_codes.is_some() && limits.exempt.is_some());
    }

    #[test]
    fn the_usual_file_shows_every_key_also_those_without_a_default() {
        // A line that begins with # and no space is one that could hold.
        let uncommented: String = DEFAULT_FILE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.is_empty() && !key.starts_with(' ') => key.to_owned() + "\n",
                _ => line.to_owned() + "\n",
            })
            .collect();
        let all = parse(&uncommented).unwrap();
        assert!(all.bind.is_some() && all.data.is_some() && all.certificate.is_some());
        let plaza = &all.plazas.unwrap()[0];
        let usual = PlazaSetup::new(plaza.name.clone());
        assert_eq!(
            (plaza.people_max, plaza.history),
            (usual.people_max, usual.history)
        );
        assert!(plaza.port.is_some());
    }

    #[test]
    fn what_is_wrong_is_said_with_line_column_and_reason() {
        for (text, at, word) in [
            ("port = 1025\nprot = 7\n", (2, 1), "prot"),
            ("port = 70000\n", (1, 8), "70000"),
            ("access = \"closed\"\n", (1, 10), "accounts"),
            ("# ação\nrooms = \"1-2\"\n", (2, 9), "2000-2999"),
            ("[limits]\nconnections = 0\n", (2, 15), "nobody"),
            ("[limits]\nexempt = [\"here\"]\n", (2, 10), "203.0.113.0/24"),
            ("[limits]\nconections = 3\n", (2, 1), "conections"),
            ("[gateways]\npychatt = true\n", (2, 1), "pychat"),
            ("[gateways]\npychat = 70000\n", (2, 10), "port"),
            ("[gateways]\npychat = \"yes\"\n", (2, 10), "port"),
            ("[certificate]\ncert = \"a.pem\"\n", (1, 1), "key"),
            ("port 1025\n", (1, 6), "="),
            ("[circles]\npeople_max = 17\n", (2, 14), "2 to 16"),
            ("[circles]\nrelay_kib_all = 0\n", (2, 17), "relay = false"),
            ("[circles]\nmembers = 5\n", (2, 1), "members"),
            ("[[plaza]]\nname = \"\"\n", (2, 8), "name"),
            ("[[plaza]]\npeople_max = 5\n", (1, 1), "name"),
            ("[[plaza]]\nname = \"a\"\npeople_max = 1\n", (3, 14), "2 to 10000"),
            ("[[plaza]]\nname = \"a\"\nhistory = 51\n", (3, 11), "50"),
            ("[[plaza]]\nname = \"a\"\nsize = 5\n", (3, 1), "size"),
            (
                "[[plaza]]\nname = \"a\"\n[[plaza]]\nname = \"A\"\n",
                (1, 1),
                "another name",
            ),
        ] {
            let error = parse(text).unwrap_err();
            let ConfigError::Wrong {
                line, column, reason, ..
            } = &error
            else {
                panic!("{error}");
            };
            assert!(reason.contains(word), "{error}");
            assert_eq!((*line, *column), at, "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }

    #[test]
    fn what_is_said_first_goes_before() {
        let flags = parse("port = 2000").unwrap();
        let file = parse("port = 3000\naccess = \"password\"\n[limits]\njoins = 5").unwrap();
        let config = config(flags.over(file));
        assert_eq!(
            (config.port, config.access, config.limits.joins),
            (2000, Access::Password, 5)
        );
        assert_eq!(config.limits.connections, Limits::default().connections);
    }

    #[test]
    fn a_certificate_without_encryption_is_a_contradiction() {
        let both = parse("plain = true\n[certificate]\ncert = \"c.pem\"\nkey = \"k.pem\"").unwrap();
        let refused = both.config(Ipv4Addr::LOCALHOST.into(), "data".into());
        assert_eq!(refused.unwrap_err(), Contradiction::Certificate);
    }

    #[test]
    fn a_gateway_is_off_until_it_is_switched_on_and_nothing_goes_with_a_password() {
        assert_eq!(config(Decisions::default()).gateways, []);
        let on = || parse("[gateways]\npychat = true").unwrap();
        assert_eq!(config(on()).gateways.len(), 1);
        let off = parse("[gateways]\npychat = false").unwrap();
        assert_eq!(config(off.over(on())).gateways, []);
        let closed = parse("access = \"password\"").unwrap().over(on());
        let refused = closed.config(Ipv4Addr::LOCALHOST.into(), "data".into());
        assert!(refused.unwrap_err().to_string().contains("password"));
    }

    #[test]
    fn paths_are_taken_from_where_the_file_is() {
        let directory = tempfile::TempDir::new().unwrap();
        let file = directory.path().join("acaso.toml");
        fs::write(
            &file,
            "data = \"d\"\n[certificate]\ncert = \"c.pem\"\nkey = \"/k.pem\"",
        )
        .unwrap();
        let read = Decisions::read(&file).unwrap();
        assert_eq!(read.data, Some(directory.path().join("d")));
        let files = read.certificate.unwrap();
        assert_eq!(files.certificate, directory.path().join("c.pem"));
        assert_eq!(files.key, Path::new("/k.pem"));
        let missing = Decisions::read(&directory.path().join("none.toml")).unwrap_err();
        assert!(missing.to_string().contains("none.toml"), "{missing}");
    }

    #[test]
    fn room_ranges_are_parsed_and_bounded() {
        assert_eq!(parse_rooms("1026-9999"), Ok(Rooms::default()));
        assert_eq!(parse_rooms(" 2000 - 2000 "), Ok(Rooms::OwnPorts(2000..=2000)));
        assert_eq!(parse_rooms("2000"), Ok(Rooms::OwnPorts(2000..=2000)));
        assert_eq!(parse_rooms("shared"), Ok(Rooms::Shared(ROOM_PORTS)));
        for wrong in [
            "",
            "share",
            "1025-2000",
            "2000-10000",
            "3000-2000",
            "a-b",
            "2000-",
        ] {
            assert!(parse_rooms(wrong).unwrap_err().contains("1026-9999"), "{wrong}");
        }
    }
}
