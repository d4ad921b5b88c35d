//! The file of settings: a small TOML file that several windows, and several versions of Acaso, share. It is written aside and
//! renamed, under a lock beside it; keys that this version does not know stay in it.

use std::io;
use std::path::{Path, PathBuf};

use acaso_shared::address::ServerAddress;
use serde::{Deserialize, Serialize};
use toml::Table;

use super::shared_file::SharedFile;
use super::{ACCEPTED_MAX, Carrier, Language, Motion, SERVERS_MAX, Settings, TEXT_PERCENTS, ThemeChoice};

/// Where settings are kept.
#[derive(Clone, Debug)]
pub struct SettingsFile {
    file: SharedFile,
}

/// What a start found.
#[derive(Debug)]
pub enum Loaded {
    /// The settings as they were kept, or fresh ones where none were.
    Fine(Settings),
    /// The file is not what we write. It was set aside, and the settings are fresh.
    SetAside {
        /// Where the broken file is now.
        kept: PathBuf,
    },
}

/// Why settings could not be read or kept: the path, and the operating system's word.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
pub struct SettingsFileError {
    path: PathBuf,
    error: io::Error,
}

/// The file's form. Every key may be missing: an older version did not know it.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Document {
    theme: ThemeChoice,
    language: Language,
    text_percent: u16,
    motion: Motion,
    notices: bool,
    typing: bool,
    seen: bool,
    carrier: Carrier,
    old_clients: bool,
    server: String,
    name: String,
    servers: Vec<String>,
    rules_accepted: Vec<String>,
    circles_agreed: bool,
}

impl SettingsFile {
    /// The settings in this directory. Nothing is read or made yet.
    pub fn within(directory: &Path) -> Self {
        Self {
            file: SharedFile::within(directory, "settings.toml"),
        }
    }

    /// Reads the settings; a file that is broken is set aside, so that nothing in it is lost.
    ///
    /// # Errors
    /// The operating system does not let us read the file, or set it aside. Then it must not be written either.
    pub fn load(&self) -> Result<Loaded, SettingsFileError> {
        let Some(bytes) = self.file.read().map_err(|error| self.failed(error))? else {
            return Ok(Loaded::Fine(Settings::default()));
        };
        if let Some(settings) = std::str::from_utf8(&bytes).ok().and_then(parse) {
            return Ok(Loaded::Fine(settings));
        }
        let kept = self.file.set_aside().map_err(|error| self.failed(error))?;
        Ok(Loaded::SetAside { kept })
    }

    /// Keeps the settings. What other versions of Acaso wrote beside them stays.
    ///
    /// # Errors
    /// The directory is not writable, or the disk is full; the old file is untouched then.
    pub fn save(&self, settings: &Settings) -> Result<(), SettingsFileError> {
        self.replace(settings).map_err(|error| self.failed(error))
    }

    fn replace(&self, settings: &Settings) -> io::Result<()> {
        let _lock = self.file.lock()?;
        let mut table: Table = self
            .file
            .read()?
            .and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok())
            .unwrap_or_default();
        let ours = Table::try_from(Document::from(settings)).map_err(io::Error::other)?;
        table.extend(ours);
        self.file.write(table.to_string().as_bytes())
    }

    fn failed(&self, error: io::Error) -> SettingsFileError {
        SettingsFileError {
            path: self.file.path().to_owned(),
            error,
        }
    }
}

impl From<&Settings> for Document {
    fn from(settings: &Settings) -> Self {
        let text = |servers: &[ServerAddress]| servers.iter().map(ToString::to_string).collect();
        Self {
            theme: settings.theme,
            language: settings.language,
            text_percent: settings.text_percent,
            motion: settings.motion,
            notices: settings.notices,
            typing: settings.typing,
            seen: settings.seen,
            carrier: settings.carrier,
            old_clients: settings.old_clients,
            server: settings.server.clone(),
            name: settings.name.clone(),
            servers: text(&settings.servers),
            rules_accepted: text(&settings.rules_accepted),
            circles_agreed: settings.circles_agreed,
        }
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

/// Reads a file's text; nothing if it is not what we write.
fn parse(text: &str) -> Option<Settings> {
    let document: Document = toml::from_str(text).ok()?;
    Some(Settings {
        theme: document.theme,
        language: document.language,
        text_percent: nearest(document.text_percent),
        motion: document.motion,
        notices: document.notices,
        typing: document.typing,
        seen: document.seen,
        carrier: document.carrier,
        old_clients: document.old_clients,
        server: document.server,
        name: document.name,
        servers: addresses(&document.servers, SERVERS_MAX)?,
        rules_accepted: addresses(&document.rules_accepted, ACCEPTED_MAX)?,
        circles_agreed: document.circles_agreed,
    })
}

fn addresses(texts: &[String], most: usize) -> Option<Vec<ServerAddress>> {
    texts.iter().take(most).map(|text| text.parse().ok()).collect()
}

/// The text size offered that is nearest to one written by hand.
fn nearest(percent: u16) -> u16 {
    TEXT_PERCENTS
        .into_iter()
        .min_by_key(|offered| offered.abs_diff(percent))
        .unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(directory: &tempfile::TempDir) -> SettingsFile {
        SettingsFile::within(&directory.path().join("made when needed"))
    }

    fn loaded(file: &SettingsFile) -> Settings {
        match file.load().unwrap() {
            Loaded::Fine(settings) => settings,
            Loaded::SetAside { kept } => panic!("set aside as {}", kept.display()),
        }
    }

    #[test]
    fn what_was_kept_is_there_again() {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        assert_eq!(loaded(&file), Settings::default(), "nothing there yet");
        let mut settings = Settings {
            theme: ThemeChoice::Dark,
            language: Language::Portuguese,
            text_percent: 150,
            motion: Motion::Little,
            notices: false,
            typing: false,
            seen: true,
            carrier: Carrier::Quic,
            old_clients: true,
            circles_agreed: true,
            server: "chat.example.org".to_owned(),
            name: "Ana \"Porto\" 🌻".to_owned(),
            ..Settings::default()
        };
        settings.remember_server(&"[2001:db8::7]:2000".parse().unwrap());
        settings.accept_rules(&"chat.example.org".parse().unwrap());
        file.save(&settings).unwrap();
        assert_eq!(loaded(&file), settings);
    }

    #[test]
    fn keys_of_a_later_version_stay() {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        file.save(&Settings::default()).unwrap();
        let text = fs::read_to_string(file.file.path()).unwrap();
        fs::write(file.file.path(), format!("{text}\n[plaza]\ntopic = \"soup\"\n")).unwrap();
        file.save(&Settings {
            notices: false,
            ..Settings::default()
        })
        .unwrap();
        assert!(
            fs::read_to_string(file.file.path())
                .unwrap()
                .contains("topic = \"soup\"")
        );
        assert!(!loaded(&file).notices);
    }

    #[test]
    fn a_broken_file_is_set_aside_and_nothing_of_it_is_lost() {
        for broken in [
            "theme = [",
            "theme = \"plaid\"",
            "servers = [\"no server at all\"]",
            "\u{0}",
        ] {
            let directory = tempfile::tempdir().unwrap();
            let file = file(&directory);
            fs::create_dir_all(file.file.path().parent().unwrap()).unwrap();
            fs::write(file.file.path(), broken).unwrap();
            let Loaded::SetAside { kept } = file.load().unwrap() else {
                panic!("{broken:?} was taken for settings");
            };
            assert_eq!(fs::read_to_string(kept).unwrap(), broken);
            assert_eq!(loaded(&file), Settings::default());
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_a_broken_file_too() {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        fs::create_dir_all(file.file.path().parent().unwrap()).unwrap();
        fs::write(file.file.path(), [0xFF, 0xFE, 0x00]).unwrap();
        assert!(matches!(file.load(), Ok(Loaded::SetAside { .. })));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_stays() {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        fs::create_dir_all(file.file.path()).unwrap();
        assert!(file.load().is_err(), "a directory is no file");
        assert!(file.save(&Settings::default()).is_err());
        assert!(file.file.path().is_dir());
    }

    #[test]
    fn a_text_size_written_by_hand_becomes_one_that_is_offered() {
        assert_eq!(parse("text_percent = 140").unwrap().text_percent, 150);
        assert_eq!(parse("text_percent = 0").unwrap().text_percent, 100);
        assert_eq!(parse("text_percent = 9999").unwrap().text_percent, 200);
    }

    #[test]
    fn the_latest_server_comes_first_and_the_list_is_bounded() {
        let mut settings = Settings::default();
        for i in 0..20 {
            settings.remember_server(&format!("192.0.2.{i}").parse().unwrap());
        }
        assert!(settings.remember_server(&"192.0.2.15".parse().unwrap()));
        assert!(
            !settings.remember_server(&"192.0.2.15".parse().unwrap()),
            "nothing new"
        );
        assert_eq!(settings.servers.len(), SERVERS_MAX);
        assert_eq!(settings.servers.first(), "192.0.2.15".parse().ok().as_ref());
        assert_eq!(settings.servers.get(1), "192.0.2.19".parse().ok().as_ref());
    }
}
