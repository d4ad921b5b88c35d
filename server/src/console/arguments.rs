//! The command line.

use std::io::ErrorKind::{NotADirectory, NotFound};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use acaso_server::{
    CertificateFiles, Classic, ConfigError, DecidedLimits, Decisions, PlazaSetup, Rooms, Switch,
    parse_access, parse_classic, parse_rooms,
};
use acaso_shared::ids::PlazaName;
use acaso_shared::protocol::lobby::Access;
use clap::{Parser, Subcommand};

use crate::chores::{AccountChore, ConfigChore, PasswordChore};
use crate::self_test::SelfTest;

/// Name of the usual configuration file.
const CONFIG_FILE: &str = "acaso-server.toml";

/// Pairs strangers at random for a chat between two, each pair in a room with a port of its own.
///
/// Type q and Enter to stop it.
#[derive(Clone, Debug, Parser)]
#[command(name = "acaso-server", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) chore: Option<Chore>,

    /// The configuration file [default: acaso-server.toml in $CONFIGURATION_DIRECTORY or in acaso-server/ among the user's own, if it is there].
    #[arg(long, value_name = "FILE", env = "ACASO_CONFIG", global = true)]
    config: Option<PathBuf>,

    /// The address to listen on: 127.0.0.1 for this computer only, 0.0.0.0 or :: for everybody. Asked for on a terminal.
    #[arg(long, value_name = "IP", env = "ACASO_BIND")]
    bind: Option<IpAddr>,

    /// The lobby's port, which people connect to; 0 takes any free one [default: 1025].
    #[arg(long, env = "ACASO_PORT")]
    port: Option<u16>,

    /// The ports that rooms may have, or `shared`: all rooms behind the lobby's port, if only that is open [default: 1026-9999].
    #[arg(long, value_name = "FIRST-LAST|shared", env = "ACASO_ROOMS", value_parser = parse_rooms)]
    rooms: Option<Rooms>,

    /// The directory for the registry and the server's identity [default: $STATE_DIRECTORY, else a place of the user's own].
    #[arg(long, value_name = "DIR", env = "ACASO_DATA", global = true)]
    data: Option<PathBuf>,

    /// No encryption between clients and server: for trials on one's own machine.
    #[arg(long, env = "ACASO_PLAIN", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "true|false", hide_possible_values = true)]
    plain: Option<bool>,

    /// What is asked of people: open, password (one for all) or accounts [default: open].
    #[arg(long, env = "ACASO_ACCESS", value_parser = parse_access)]
    access: Option<Access>,

    /// A certificate of one's own, with those that vouch for it (PEM), instead of the one the server makes for itself.
    #[arg(long, value_name = "FILE", env = "ACASO_CERT", requires = "key")]
    cert: Option<PathBuf>,

    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", env = "ACASO_KEY", requires = "cert")]
    key: Option<PathBuf>,

    /// Have a plaza of that name, a public room for many; can be said more than once. Instead of those in the configuration file,
    /// where sizes and ports can be set too.
    #[arg(long = "plaza", value_name = "NAME", env = "ACASO_PLAZA", value_delimiter = ',', value_parser = PlazaName::parse)]
    plazas: Vec<PlazaName>,

    /// Let people with a client of an older chat in, at the port that it knows or at another; may be said several times. Off by default.
    #[arg(long, value_name = "KIND[=PORT|=off]", env = "ACASO_CLASSIC", value_parser = parse_classic, value_delimiter = ',')]
    classic: Vec<(Classic, Switch)>,

    /// Wait for Enter before ending after an error: for terminals that close with the program.
    #[arg(long, hide = true)]
    pub(crate) wait_on_error: bool,
}

/// Something else than running a server.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Chore {
    /// Adds, removes and lists accounts, also while the server runs.
    #[command(subcommand)]
    Account(AccountChore),
    /// Sets or removes the password that is the same for all, also while the server runs.
    #[command(subcommand)]
    Password(PasswordChore),
    /// Shows or checks a configuration file.
    #[command(subcommand)]
    Config(ConfigChore),
    /// Proves something about this program, on this machine.
    #[command(subcommand)]
    SelfTest(SelfTest),
}

/// This user has no place for data of their own.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this user has no home directory to keep data in: say where with --data DIR")]
pub(crate) struct NoDataDirectory;

impl Arguments {
    /// The command line and the environment, over the configuration file, which is read now.
    ///
    /// # Errors
    /// The file makes no sense, or cannot be read. Only one that is not there is none.
    pub(crate) fn decisions(&self) -> Result<Decisions, ConfigError> {
        let file = match self.config_file()? {
            Some(file) => Decisions::read(&file)?,
            None => Decisions::default(),
        };
        Ok(self.said().over(file))
    }

    /// Keeps to the configuration file that is found now: if it is gone later, that is an error, and not as if nothing had
    /// been decided.
    pub(super) fn keep_to_file(&mut self) -> Result<(), ConfigError> {
        self.config = self.config_file()?;
        Ok(())
    }

    /// The one that is kept to, if there is one.
    pub(super) fn file_kept_to(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The configuration file: as told, else the usual one if it is there.
    fn config_file(&self) -> Result<Option<PathBuf>, ConfigError> {
        let of_service =
            || std::env::var_os("CONFIGURATION_DIRECTORY").and_then(|list| first_directory(&list));
        let of_user = || Some(directories::BaseDirs::new()?.config_dir().join("acaso-server"));
        match &self.config {
            Some(told) => Ok(Some(told.clone())),
            None => first_there([of_service(), of_user()].into_iter().flatten()),
        }
    }

    fn said(&self) -> Decisions {
        let files = self.cert.clone().zip(self.key.clone());
        Decisions {
            bind: self.bind,
            port: self.port,
            rooms: self.rooms.clone(),
            data: self.data.clone(),
            plain: self.plain,
            access: self.access,
            certificate: files.map(|(certificate, key)| CertificateFiles { certificate, key }),
            plazas: said_plazas(&self.plazas),
            circles: None,
            gateways: self.classic.iter().copied().collect(),
            limits: DecidedLimits::default(),
        }
    }
}

/// None said is nothing said.
fn said_plazas(names: &[PlazaName]) -> Option<Vec<PlazaSetup>> {
    let plazas: Vec<_> = names.iter().cloned().map(PlazaSetup::new).collect();
    (!plazas.is_empty()).then_some(plazas)
}

/// Where the data goes: as decided, else where a service manager wants it, else the user's own place for such things.
pub(crate) fn data_directory(decided: Option<PathBuf>) -> Result<PathBuf, NoDataDirectory> {
    let of_service = std::env::var_os("STATE_DIRECTORY").and_then(|list| first_directory(&list));
    let of_user = || Some(directories::BaseDirs::new()?.data_dir().join("acaso-server"));
    decided.or(of_service).or_else(of_user).ok_or(NoDataDirectory)
}

/// The first of these places that has a configuration file. One that nobody lets us look for may decide a lot, so that is an
/// error; a link that leads nowhere counts as there.
fn first_there(places: impl Iterator<Item = PathBuf>) -> Result<Option<PathBuf>, ConfigError> {
    for path in places.map(|place| place.join(CONFIG_FILE)) {
        match path.symlink_metadata() {
            Ok(_) => return Ok(Some(path)),
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => {}
            Err(error) => return Err(ConfigError::Unreadable { path, error }),
        }
    }
    Ok(None)
}

/// A service manager may name several directories, separated by colons (systemd.exec(5)).
fn first_directory(list: &std::ffi::OsStr) -> Option<PathBuf> {
    std::env::split_paths(list).find(|path| !path.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_is_said_goes_before_what_is_usual() {
        let said = |words: &[&str]| Arguments::parse_from([&["acaso-server"], words].concat()).said();
        let here = said(&[
            "--data",
            "/somewhere",
            "--bind",
            "::1",
            "--access",
            "accounts",
            "--plain",
        ]);
        assert_eq!(data_directory(here.data.clone()), Ok(PathBuf::from("/somewhere")));
        assert_eq!((here.access, here.plain), (Some(Access::Accounts), Some(true)));
        let config = here.config(Ipv4Addr::LOCALHOST.into(), PathBuf::new()).unwrap();
        assert_eq!((config.port, config.rooms), (1025, Rooms::OwnPorts(1026..=9999)));
        let files = said(&["--cert", "c.pem", "--key", "k.pem", "--plain=false"]);
        assert_eq!((files.certificate.is_some(), files.plain), (true, Some(false)));
        assert!(Arguments::try_parse_from(["acaso-server", "--cert", "c.pem"]).is_err());
        assert!(Arguments::try_parse_from(["acaso-server", "--rooms", "1-2"]).is_err());
        let plazas = said(&["--plaza", "Praça", "--plaza", "Boats"]).plazas.unwrap();
        assert_eq!((plazas.len(), plazas[1].name.as_str()), (2, "Boats"));
        assert!(Arguments::try_parse_from(["acaso-server", "--plaza", " "]).is_err());
        let classic = said(&["--classic", "pychat=1100"]);
        assert_eq!(classic.gateways[&Classic::Pychat], Switch::Port(1100));
    }

    #[test]
    fn a_chore_takes_directory_and_file_before_or_after_it() {
        for line in [
            "--data d account add ana",
            "account add ana --data d",
            "account --data d add ana",
        ] {
            let words = ["acaso-server"].into_iter().chain(line.split(' '));
            let arguments = Arguments::try_parse_from(words).unwrap();
            assert_eq!(arguments.said().data, Some("d".into()), "{line}");
        }
    }

    #[test]
    fn only_a_file_that_is_not_there_counts_as_none() {
        let place = tempfile::TempDir::new().unwrap();
        let (empty, full) = (place.path().join("empty"), place.path().join("full"));
        std::fs::create_dir_all(&full).unwrap();
        let file = full.join(CONFIG_FILE);
        std::fs::write(&file, "").unwrap();
        let found = |places: &[&Path]| first_there(places.iter().map(|place| place.to_path_buf()));
        assert_eq!(
            found(&[&empty, &file]).unwrap(),
            None,
            "nowhere, and within a file"
        );
        assert_eq!(found(&[&empty, &full]).unwrap(), Some(file));
        // No file may have such a name, so that the system cannot say whether it is there.
        let unknown = place.path().join("x".repeat(5000));
        let refused = found(&[&unknown, &full]).unwrap_err();
        assert!(matches!(refused, ConfigError::Unreadable { .. }), "{refused}");
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
