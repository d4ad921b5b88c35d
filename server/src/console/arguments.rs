//! The command line.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use acaso_server::{Config, Limits, Timings};
use acaso_shared::limits::{LOBBY_PORT, ROOM_PORTS};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::lobby::Access;
use clap::{Parser, Subcommand};

use crate::self_test::SelfTest;

/// Pairs strangers at random for a chat between two, each pair in a room with a port of its own.
///
/// Type q and Enter to stop it.
#[derive(Clone, Debug, Parser)]
#[command(name = "acaso-server", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) chore: Option<Chore>,

    /// The address to listen on: 127.0.0.1 for this computer only, 0.0.0.0 or :: for everybody. Asked for on a terminal.
    #[arg(long, value_name = "IP")]
    pub(crate) bind: Option<IpAddr>,

    /// The lobby's port, which people connect to; 0 takes any free one.
    #[arg(long, default_value_t = LOBBY_PORT)]
    pub(crate) port: u16,

    /// The ports that rooms may have.
    #[arg(long, value_name = "FIRST-LAST", default_value = "1026-9999", value_parser = parse_rooms)]
    pub(crate) rooms: RangeInclusive<u16>,

    /// The directory for the registry and the server's identity [default: $STATE_DIRECTORY, else a place of the user's own].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// No encryption between clients and server: for trials on one's own machine.
    #[arg(long)]
    pub(crate) plain: bool,

    /// Wait for Enter before ending after an error: for terminals that close with the program.
    #[arg(long, hide = true)]
    pub(crate) wait_on_error: bool,
}

/// Something else than running a server.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Chore {
    /// Proves something about this program, on this machine.
    #[command(subcommand)]
    SelfTest(SelfTest),
}

/// This user has no place for data of their own.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this user has no home directory to keep data in: say where with --data DIR")]
pub(super) struct NoDataDirectory;

impl Arguments {
    pub(super) fn config(&self, bind: IpAddr, data: PathBuf) -> Config {
        Config {
            bind,
            port: self.port,
            rooms: self.rooms.clone(),
            data,
            plain: self.plain,
            versions: VERSIONS,
            access: Access::Open,
            certificate: None,
            limits: Limits::default(),
            timings: Timings::default(),
        }
    }

    /// Where the data goes: as told, else where a service manager wants it, else the user's own place for such things.
    pub(super) fn data_directory(&self) -> Result<PathBuf, NoDataDirectory> {
        let of_service = std::env::var_os("STATE_DIRECTORY").and_then(|list| first_directory(&list));
        let of_user = || Some(directories::BaseDirs::new()?.data_dir().join("acaso-server"));
        self.data
            .clone()
            .or(of_service)
            .or_else(of_user)
            .ok_or(NoDataDirectory)
    }
}

/// A service manager may name several directories, separated by colons (systemd.exec(5)).
fn first_directory(list: &std::ffi::OsStr) -> Option<PathBuf> {
    std::env::split_paths(list).find(|path| !path.as_os_str().is_empty())
}

fn parse_rooms(text: &str) -> Result<RangeInclusive<u16>, String> {
    let port = |text: &str| text.trim().parse::<u16>().ok();
    let range = match text.split_once('-') {
        Some((first, last)) => port(first).zip(port(last)),
        None => port(text).map(|only| (only, only)),
    };
    match range {
        Some((first, last)) if first <= last && ROOM_PORTS.contains(&first) && ROOM_PORTS.contains(&last) => {
            Ok(first..=last)
        }
        _ => Err(format!(
            "say the first and the last port, such as 2000-2999, within {}-{}",
            ROOM_PORTS.start(),
            ROOM_PORTS.end()
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn room_ranges_are_parsed_and_bounded() {
        assert_eq!(parse_rooms("1026-9999"), Ok(1026..=9999));
        assert_eq!(parse_rooms(" 2000 - 2000 "), Ok(2000..=2000));
        assert_eq!(parse_rooms("2000"), Ok(2000..=2000));
        for wrong in ["", "1025-2000", "2000-10000", "3000-2000", "a-b", "2000-"] {
            assert!(parse_rooms(wrong).unwrap_err().contains("1026-9999"), "{wrong}");
        }
    }

    #[test]
    fn what_is_said_goes_before_what_is_usual() {
        let arguments = Arguments::parse_from(["acaso-server", "--data", "/somewhere", "--bind", "::1"]);
        assert_eq!(arguments.data_directory(), Ok(PathBuf::from("/somewhere")));
        assert_eq!((arguments.port, arguments.rooms), (1025, 1026..=9999));
    }

    #[cfg(unix)]
    #[test]
    fn the_first_directory_of_a_service_counts() {
        assert_eq!(
            first_directory("/var/lib/a:/var/lib/b".as_ref()),
            Some("/var/lib/a".into())
        );
        assert_eq!(first_directory("".as_ref()), None);
    }
}
