//! The console's commands: one letter each.

use std::fmt::Write;
use std::time::Duration;

use acaso_server::RoomFacts;

/// What can be typed.
pub(super) const HELP: &str = "\
q  say goodbye to everybody and stop (also Ctrl-C)
r  list the rooms in use
h  this help
";

/// What an operator wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Nothing,
    Quit,
    Rooms,
    Help,
    Unknown(String),
}

impl Command {
    pub(super) fn parse(line: &str) -> Self {
        match line.trim().to_lowercase().as_str() {
            "" => Self::Nothing,
            "q" | "quit" | "exit" => Self::Quit,
            "r" | "rooms" => Self::Rooms,
            "h" | "help" | "?" => Self::Help,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

/// The answer to a word that is no command. Only a short piece of it is repeated, without what could steer a terminal.
pub(super) fn hint(word: &str) -> String {
    let shown: String = word.chars().filter(|c| !c.is_control()).take(20).collect();
    format!("“{shown}” is no command: type h for help\n")
}

/// One line per room, and one for all.
pub(super) fn list(rooms: &[RoomFacts]) -> String {
    let mut text = String::new();
    for room in rooms {
        let age = age(room.since.elapsed().unwrap_or_default());
        let state = if room.connections == 2 {
            "two together"
        } else {
            "one waiting"
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:>5}  {}  {state:<12}  open for {age}",
            room.port, room.connections
        );
    }
    let people: usize = rooms.iter().map(|room| usize::from(room.connections)).sum();
    let _ = writeln!(
        text,
        "{} in use, {}",
        count(rooms.len(), "room"),
        count(people, "stranger")
    );
    text
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

fn age(age: Duration) -> String {
    let secs = age.as_secs();
    match (secs / 3600, secs / 60 % 60, secs % 60) {
        (0, 0, secs) => format!("{secs} s"),
        (0, minutes, secs) => format!("{minutes} min {secs:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use acaso_shared::ids::RoomPort;

    use super::*;

    #[test]
    fn commands_are_understood_however_they_are_typed() {
        assert_eq!(Command::parse(" Q \r"), Command::Quit);
        assert_eq!(Command::parse("rooms"), Command::Rooms);
        assert_eq!(Command::parse("?"), Command::Help);
        assert_eq!(Command::parse("  "), Command::Nothing);
        assert_eq!(Command::parse("Quick"), Command::Unknown("quick".into()));
    }

    #[test]
    fn a_hint_repeats_nothing_that_steers_a_terminal() {
        let hint = hint("\u{1b}[2Jhello");
        assert!(
            !hint.contains('\u{1b}') && hint.contains("hello") && hint.contains("h for help"),
            "{hint}"
        );
    }

    #[test]
    fn rooms_are_listed_with_a_sum() {
        let room = |port, connections| RoomFacts {
            port: RoomPort::try_from(port).unwrap(),
            connections,
            since: SystemTime::now() - Duration::from_secs(125),
        };
        let text = list(&[room(1026, 2), room(9999, 1)]);
        assert!(
            text.starts_with(" 1026  2  two together  open for 2 min 05 s\n"),
            "{text}"
        );
        assert!(text.ends_with("2 rooms in use, 3 strangers\n"), "{text}");
        assert_eq!(list(&[]), "0 rooms in use, 0 strangers\n");
    }
}
