//! The command line, and where things are kept.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use acaso::app::Wanted;
use acaso::prefs::{AcquaintancesFile, Carrier, Language, SettingsFile};
use clap::Parser;
use directories::BaseDirs;

/// Meet a stranger by chance, in an end-to-end encrypted room for two.
#[derive(Debug, Parser)]
#[command(name = "acaso", version)]
pub(crate) struct Arguments {
    /// The server: a link to it, such as acaso://chat.example.org/, or its name or address
    #[arg(value_name = "LINK", conflicts_with = "server")]
    pub(crate) link: Option<String>,
    /// The server: a name or an address, with or without a port
    #[arg(long, value_name = "ADDR")]
    pub(crate) server: Option<String>,
    /// The name your partners will see
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What carries the links in this run: auto, quic or tcp
    #[arg(long, value_name = "NAME", value_parser = carrier)]
    pub(crate) transport: Option<Carrier>,
    /// Speak without TLS, for trials on one's own computer
    #[arg(long)]
    pub(crate) plain: bool,
    /// Keep the settings in this directory
    #[arg(long, value_name = "DIR", env = "ACASO_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Keep the identities of servers, and the people to meet again, in this directory
    #[arg(long, value_name = "DIR", env = "ACASO_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// The language of this run: en or pt-BR
    #[arg(long = "lang", value_name = "TAG", value_parser = language)]
    pub(crate) language: Option<Language>,
    /// Begin with the page of invitations: make a code for somebody you know, or enter one
    #[arg(long)]
    pub(crate) invitation: bool,
    /// Take the house rules for accepted: for demonstrations
    #[arg(long, hide = true)]
    pub(crate) accept_rules: bool,
    /// Meet somebody at once: for demonstrations
    #[arg(long, hide = true)]
    pub(crate) meet: bool,
    /// Where to put the window: for demonstrations
    #[arg(long, hide = true, value_name = "X,Y,WIDTH,HEIGHT")]
    pub(crate) geometry: Option<Geometry>,
}

/// Where the window stands, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// Left and top.
    pub(crate) position: [f32; 2],
    /// Width and height.
    pub(crate) size: [f32; 2],
}

/// Where this run keeps what it knows.
#[derive(Debug)]
pub(crate) struct Places {
    /// The settings.
    pub(crate) settings: SettingsFile,
    /// The people to meet again.
    pub(crate) people: AcquaintancesFile,
    /// The identities of servers.
    pub(crate) known_servers: PathBuf,
    /// What servers that run in this program keep, each in a directory of its own.
    pub(crate) hosted: PathBuf,
}

/// There is no home to keep anything in.
#[derive(Debug, thiserror::Error)]
#[error("no home directory was found, so nothing can be kept: name directories with --config and --data")]
pub(crate) struct Homeless;

impl Arguments {
    /// Where things are kept: as asked, else at the platform's own places.
    pub(crate) fn places(&self) -> Result<Places, Homeless> {
        let home = BaseDirs::new();
        let within = |asked: &Option<PathBuf>, own: fn(&BaseDirs) -> PathBuf| {
            asked.clone().or_else(|| home.as_ref().map(own)).ok_or(Homeless)
        };
        let config = within(&self.config, |home| home.config_dir().join("acaso"))?;
        let data = within(&self.data, |home| home.data_dir().join("acaso"))?;
        Ok(Places {
            settings: SettingsFile::within(&config),
            people: AcquaintancesFile::within(&data),
            known_servers: data.join("known_servers.toml"),
            hosted: data.join("hosted"),
        })
    }

    /// What another window is told, besides where to go: where this one keeps things, and what holds for this run.
    pub(crate) fn for_another_window(&self) -> Vec<OsString> {
        let directories = [("--config", &self.config), ("--data", &self.data)];
        let mut arguments: Vec<OsString> = directories
            .into_iter()
            .filter_map(|(flag, directory)| Some([flag.into(), directory.clone()?.into_os_string()]))
            .flatten()
            .collect();
        if let Some(language) = self.language {
            let tag = match language {
                Language::Portuguese => "pt-BR",
                Language::System | Language::English => "en",
            };
            arguments.extend(["--lang".into(), tag.into()]);
        }
        arguments
    }

    /// What the window is to begin with.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            server: self.link.clone().or_else(|| self.server.clone()),
            name: self.name.clone(),
            language: self.language,
            carrier: self.transport,
            plain: self.plain,
            rules_accepted: self.accept_rules,
            meet: self.meet,
            invitation: self.invitation,
        }
    }
}

fn carrier(name: &str) -> Result<Carrier, String> {
    match name {
        "auto" => Ok(Carrier::Auto),
        "quic" => Ok(Carrier::Quic),
        "tcp" => Ok(Carrier::Tcp),
        _ => Err("one of auto, quic and tcp".to_owned()),
    }
}

fn language(tag: &str) -> Result<Language, String> {
    match tag.to_ascii_lowercase().split(['-', '_']).next() {
        Some("en") => Ok(Language::English),
        Some("pt") => Ok(Language::Portuguese),
        _ => Err("Acaso speaks en and pt-BR".to_owned()),
    }
}

impl FromStr for Geometry {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers: Vec<f32> = text
            .split(',')
            .filter_map(|number| number.trim().parse().ok())
            .filter(|number: &f32| number.is_finite())
            .collect();
        match *numbers {
            [x, y, width, height] if width > 0.0 && height > 0.0 => Ok(Self {
                position: [x, y],
                size: [width, height],
            }),
            _ => Err("four numbers are needed: left, top, width and height"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_place_is_four_numbers() {
        let place = Geometry {
            position: [640.0, -8.0],
            size: [620.0, 700.0],
        };
        assert_eq!("640,-8, 620,700".parse(), Ok(place));
        for wrong in ["", "1,2,3", "1,2,3,4,5", "1,2,0,4", "a,2,3,4", "1,2,NaN,4"] {
            assert!(wrong.parse::<Geometry>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_language_is_known_by_its_first_part() {
        assert_eq!(language("pt_BR"), Ok(Language::Portuguese));
        assert_eq!(language("EN-gb"), Ok(Language::English));
        assert!(language("fr").is_err());
    }

    #[test]
    fn a_transport_is_one_of_three() {
        assert_eq!(carrier("quic"), Ok(Carrier::Quic));
        assert!(carrier("udp").is_err());
    }

    #[test]
    fn another_window_keeps_its_things_in_the_same_places() {
        let given = ["--config", "c", "--data", "d", "--lang", "pt-BR"];
        let arguments = Arguments::parse_from(["acaso", "--meet", "--server", "::1"].iter().chain(&given));
        assert_eq!(arguments.for_another_window(), given);
    }

    #[test]
    fn a_link_is_a_server() {
        let link = "acaso://192.0.2.7:2000/#12AB";
        let arguments = Arguments::parse_from(["acaso", link]);
        assert_eq!(arguments.wanted().server.as_deref(), Some(link));
        assert!(Arguments::try_parse_from(["acaso", link, "--server", "192.0.2.7"]).is_err());
    }

    #[test]
    fn directories_named_are_used() {
        let arguments = Arguments::parse_from(["acaso", "--config", "c", "--data", "d"]);
        let places = arguments.places().unwrap();
        assert_eq!(places.known_servers, PathBuf::from("d/known_servers.toml"));
    }
}
