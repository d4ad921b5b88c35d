//! The catalogues against the code, and against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::SystemTime;

use acaso_shared::address::BadAddress;
use acaso_shared::ids::{BadCode, BadName, Fingerprint, RoomPort};
use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::Problem;
use acaso_shared::transport::Unvouched;
use jiff::civil::date;

use super::*;
use crate::prefs::AcquaintancesError;

const BOTH: [Spoken; 2] = [Spoken::English, Spoken::Portuguese];

/// The messages of a language: name and whole text.
fn messages(language: Spoken) -> BTreeMap<String, String> {
    let mut messages = BTreeMap::new();
    let mut current = None;
    for line in language.catalogue().1.iter().flat_map(|source| source.lines()) {
        if line.starts_with('#') || line.trim().is_empty() {
            current = None;
        } else if line.starts_with([' ', '}']) {
            let name: &String = current.as_ref().expect("a line that continues a message");
            messages.entry(name.clone()).and_modify(|text: &mut String| {
                text.push('\n');
                text.push_str(line);
            });
        } else {
            let (name, text) = line.split_once(" = ").expect("a message has a name");
            let twice = messages.insert(name.to_owned(), text.to_owned());
            assert_eq!(twice, None, "{name} stands twice in {language:?}");
            current = Some(name.to_owned());
        }
    }
    messages
}

/// The gaps of a message.
fn gaps(text: &str) -> BTreeSet<String> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn every_key_is_in_both_languages_and_no_language_has_more() {
    let keys: BTreeSet<String> = Key::ALL.iter().map(|key| key.id().to_owned()).collect();
    assert_eq!(keys.len(), Key::ALL.len(), "two keys have one name");
    for language in BOTH {
        let there: BTreeSet<String> = messages(language).into_keys().collect();
        let missing: Vec<_> = keys.difference(&there).collect();
        let unknown: Vec<_> = there.difference(&keys).collect();
        assert!(missing.is_empty(), "{language:?} lacks {missing:?}");
        assert!(
            unknown.is_empty(),
            "{language:?} has {unknown:?}, which no code asks for"
        );
    }
}

#[test]
fn every_key_is_used_by_the_code() {
    let mut code = String::new();
    read_code(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut code);
    let used: BTreeSet<&str> = code
        .split("Key::")
        .skip(1)
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or_default()
        })
        .collect();
    let unused: Vec<_> = Key::ALL
        .iter()
        .filter(|key| !used.contains(format!("{key:?}").as_str()))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

/// All code but tests, which prove nothing about what the window says.
fn read_code(directory: &Path, code: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") || path.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() {
            read_code(&path, code);
        } else {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn both_languages_have_the_same_gaps_and_can_be_said() {
    let portuguese = messages(Spoken::Portuguese);
    for (name, text) in messages(Spoken::English) {
        assert_eq!(gaps(&text), gaps(&portuguese[&name]), "{name}");
    }
    for language in BOTH {
        let (words, messages) = (Words::speaking(language), messages(language));
        for key in Key::ALL {
            let gaps = gaps(&messages[key.id()]);
            for number in [0u32, 1, 2, 16] {
                let values: Vec<(&str, Value<'_>)> =
                    gaps.iter().map(|gap| (gap.as_str(), number.into())).collect();
                let said = words.fill(*key, &values);
                assert!(
                    !said.trim().is_empty() && !said.contains(['{', '}']),
                    "{key:?}: {said}"
                );
            }
        }
    }
}

#[test]
#[should_panic(expected = "cannot be said")]
fn a_forgotten_gap_is_found_by_whoever_runs_the_tests() {
    Words::speaking(Spoken::English).get(Key::ChatWriteTo);
}

/// A Saturday.
fn noon() -> jiff::Zoned {
    date(2026, 3, 14)
        .at(12, 0, 0, 0)
        .in_tz("America/Sao_Paulo")
        .unwrap()
}

fn another_identity(unvouched: Option<Unvouched>) -> Problem {
    Problem::IdentityChanged {
        server: "chat.example.org".parse().unwrap(),
        known: Fingerprint::of_spki(b"known"),
        since: SystemTime::UNIX_EPOCH,
        visits: 41,
        shown: Fingerprint::of_spki(b"shown"),
        unvouched,
    }
}

fn problems() -> Vec<Problem> {
    let host = || "chat.example.org".to_owned();
    let port = RoomPort::try_from(4127).unwrap();
    vec![
        Problem::NameNotFound { host: host() },
        Problem::ConnectionRefused {
            host: host(),
            port: 1025,
        },
        Problem::TimedOut { host: host() },
        Problem::NotAcaso {
            host: host(),
            port: 1025,
        },
        Problem::PlainRefused { host: host() },
        another_identity(None),
        another_identity(Some(Unvouched::Outdated)),
        another_identity(Some(Unvouched::Unsigned)),
        Problem::OtherThanLinked {
            server: "chat.example.org".parse().unwrap(),
            linked: Fingerprint::of_spki(b"linked"),
            shown: Fingerprint::of_spki(b"shown"),
        },
        Problem::RoomIdentity { port },
        Problem::Version {
            theirs: VersionRange { min: 2, max: 3 },
            ours: VersionRange { min: 1, max: 1 },
        },
        Problem::Full {
            people: 17_948,
            retry_after_secs: 30,
        },
        Problem::Registry { retry_after_secs: 30 },
        Problem::LoginNeeded {
            host: host(),
            account: false,
        },
        Problem::LoginNeeded {
            host: host(),
            account: true,
        },
        Problem::LoginWrong {
            account: false,
            retry_after_secs: 0,
        },
        Problem::LoginWrong {
            account: true,
            retry_after_secs: 4,
        },
        Problem::SlowDown { retry_after_secs: 30 },
        Problem::SeatTaken { retry_after_secs: 3 },
        Problem::Banned { remaining_secs: 60 },
        Problem::NoSuchInvitation,
        Problem::WrongCode { spent: true },
        Problem::CodeSpent,
        Problem::NotOffered {
            host: "chat.example.org".to_owned(),
        },
        Problem::CircleFull,
        Problem::NoSuchPlaza,
        Problem::Closing,
        Problem::RoomUnreachable {
            port,
            address: Ipv4Addr::LOCALHOST.into(),
        },
        Problem::DoorShut,
        Problem::LinkLost,
        Problem::Unverified,
        Problem::Protocol,
        Problem::Pins {
            detail: "/home/ana: disk full".to_owned(),
        },
    ]
}

#[test]
fn whatever_goes_wrong_has_words_of_its_own_and_says_what_next() {
    for language in BOTH {
        let words = Words::speaking(language);
        let mut sentences: Vec<Sentence> = problems().iter().map(|p| words.problem(p, &noon())).collect();
        sentences.extend(
            [
                Parting::Left,
                Parting::Lost,
                Parting::Removed,
                Parting::NeverReady,
            ]
            .map(|p| words.parting(p, "Ana")),
        );
        sentences.extend(
            [Closing::Room, Closing::NobodyCame, Closing::RendezvousOver].map(|why| words.closing(why)),
        );
        sentences.extend(
            [
                BadCode::Number,
                BadCode::Length(1),
                BadCode::Word {
                    word: "clokwork".to_owned(),
                    place: 2,
                },
            ]
            .map(|bad| words.bad_code(&bad)),
        );
        sentences.extend(
            [
                AcquaintancesError::File {
                    path: "people.toml".into(),
                    detail: "disk full".to_owned(),
                },
                AcquaintancesError::SetAside {
                    kept: "broken.toml".into(),
                },
                AcquaintancesError::Full,
                AcquaintancesError::Busy,
            ]
            .map(|why| words.acquaintances(&why)),
        );
        sentences.push(words.parting_open(Parting::Lost, "Ana"));
        sentences.extend([BadName::Empty, BadName::TooLong, BadName::Control].map(|bad| words.bad_name(bad)));
        for bad in [
            BadAddress::Empty,
            BadAddress::Port("x".to_owned()),
            BadAddress::Host("a b".to_owned()),
        ] {
            sentences.push(words.bad_address(&bad));
        }
        let heads: BTreeSet<&str> = sentences.iter().map(|s| s.what.as_str()).collect();
        assert_eq!(
            heads.len(),
            sentences.len(),
            "two of them cannot be told apart: {heads:?}"
        );
        for Sentence { what, next } in &sentences {
            assert!(!what.ends_with('.'), "a head: {what}");
            assert!(
                next.ends_with('.') || next.ends_with("disk full"),
                "what next: {next}"
            );
        }
    }
}

#[test]
fn ports_are_names_and_people_are_numbers() {
    let words = Words::speaking(Spoken::English);
    let port = RoomPort::try_from(4127).unwrap();
    let unreachable = words.problem(
        &Problem::RoomUnreachable {
            port,
            address: Ipv4Addr::LOCALHOST.into(),
        },
        &noon(),
    );
    assert_eq!(unreachable.what, "The lobby answers, room 4127 does not");
    assert!(unreachable.next.contains("at 127.0.0.1"));
    let full = |people| {
        words
            .problem(
                &Problem::Full {
                    people,
                    retry_after_secs: 5,
                },
                &noon(),
            )
            .next
    };
    assert_eq!(full(1), "One person is here. Try again in 5 s.");
    assert_eq!(full(17_948), "17948 people are here. Try again in 5 s.");
    let one = VersionRange { min: 2, max: 2 };
    let version = words.problem(
        &Problem::Version {
            theirs: one,
            ours: VersionRange { min: 1, max: 1 },
        },
        &noon(),
    );
    assert_eq!(version.what, "This server speaks version 2");
}

#[test]
fn a_name_from_right_to_left_does_not_turn_what_stands_around_it() {
    let words = Words::speaking(Spoken::English);
    let title = |name: &str| words.fill(Key::WindowTitle, &[("what", name.into())]);
    assert_eq!(title("Ana"), "Ana · Acaso", "no marks where none are needed");
    assert_eq!(title("你好"), "你好 · Acaso");
    assert_eq!(title("مرينا"), "\u{2068}مرينا\u{2069} · Acaso");
    assert_eq!(title("a\u{202E}b"), "\u{2068}a\u{202E}b\u{2069} · Acaso");
}

#[test]
fn the_first_language_of_the_system_that_we_speak_is_spoken() {
    let choose = |tags: &[&str]| first_spoken(tags.iter().map(|&tag| tag.to_owned()));
    assert_eq!(choose(&["pt-BR", "en-US"]), Spoken::Portuguese);
    assert_eq!(choose(&["fr-FR", "pt_PT.UTF-8", "en"]), Spoken::Portuguese);
    assert_eq!(choose(&["de-DE", "en-GB"]), Spoken::English);
    assert_eq!(choose(&["C"]), Spoken::English);
    assert_eq!(choose(&[]), Spoken::English);
    assert_eq!(Words::new(Language::Portuguese).language(), Spoken::Portuguese);
}

#[test]
fn dates_are_said_as_people_say_them() {
    let today = date(2026, 3, 14);
    let (en, pt) = (
        Words::speaking(Spoken::English),
        Words::speaking(Spoken::Portuguese),
    );
    assert_eq!(en.day(today, today), "Today");
    assert_eq!(pt.day(date(2026, 3, 13), today), "Ontem");
    assert_eq!(en.day(date(2026, 3, 3), today), "Tuesday, 3 March");
    assert_eq!(
        pt.day(date(2025, 12, 31), today),
        "quarta-feira, 31 de dezembro de 2025"
    );
    let at = date(2026, 3, 14)
        .at(9, 1, 59, 0)
        .in_tz("America/Sao_Paulo")
        .unwrap();
    assert_eq!(en.weekday_and_time(&at), "Saturday 09:01");
    assert_eq!(
        (en.elapsed(8), en.elapsed(754), en.elapsed(3_600)),
        ("0:08".into(), "12:34".into(), "1:00:00".into())
    );
}

#[test]
fn the_end_of_a_ban_is_a_time_on_the_clock() {
    let (en, pt) = (
        Words::speaking(Spoken::English),
        Words::speaking(Spoken::Portuguese),
    );
    let head =
        |words: &Words, remaining_secs| words.problem(&Problem::Banned { remaining_secs }, &noon()).what;
    assert_eq!(head(&en, 90 * 60), "You are barred here until 13:30");
    assert_eq!(head(&pt, 86_400), "Você está barrado aqui até domingo 12:00");
    assert_eq!(head(&en, 30 * 86_400), "You are barred here until 13 April 12:00");
    assert!(
        head(&en, u32::MAX).contains("2162"),
        "so far off that the year counts"
    );
}
