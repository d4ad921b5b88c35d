//! The console's commands: one letter each.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use acaso_server::{BadNetwork, Ban, CirclesLook, Network, RoomFacts};
use acaso_shared::ids::RoomPort;
use acaso_shared::protocol::plaza::PlazaFacts;

/// What can be typed.
pub(super) const HELP: &str = "\
q                   say goodbye to everybody and stop (also Ctrl-C)
r                   list the rooms in use
plazas              list the plazas
circles             say how many circles there are
kick PORT           close a room; whoever is in it is told so
ban NETWORK TIME    bar 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32 for 10m, 2h or 7d, and take out who is here from there
bans                list the bans
unban NETWORK       let it in again
reload              read the configuration file again; nobody is disconnected
h                   this help
";

/// What an operator wants.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Nothing,
    Quit,
    Rooms,
    Plazas,
    Circles,
    Help,
    Order(Order),
    /// The word is known, but what follows it makes no sense.
    Unclear(String),
    Unknown(String),
}

/// What changes something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    Kick(RoomPort),
    Ban(Network, Duration),
    Bans,
    Unban(Network),
    Reload,
}

impl Command {
    pub(super) fn parse(line: &str) -> Self {
        let line = line.trim().to_lowercase();
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => Self::Nothing,
            ["q" | "quit" | "exit"] => Self::Quit,
            ["r" | "rooms"] => Self::Rooms,
            ["plazas"] => Self::Plazas,
            ["circles"] => Self::Circles,
            ["h" | "help" | "?"] => Self::Help,
            ["bans"] => Self::Order(Order::Bans),
            ["reload"] => Self::Order(Order::Reload),
            ["kick", port] => order(kick(port)),
            ["kick", ..] => Self::Unclear("say which room, such as: kick 2000".into()),
            ["ban", network, time] => order(ban(network, time)),
            ["ban", ..] => Self::Unclear("say whom and for how long, such as: ban 203.0.113.0/24 2h".into()),
            ["unban", network] => order(unban(network)),
            ["unban", ..] => Self::Unclear("say whom, such as: unban 203.0.113.0/24".into()),
            _ => Self::Unknown(line),
        }
    }
}

fn order(understood: Result<Order, String>) -> Command {
    understood.map_or_else(Command::Unclear, Command::Order)
}

fn kick(port: &str) -> Result<Order, String> {
    let port = port
        .parse()
        .ok()
        .and_then(|port: u16| RoomPort::try_from(port).ok());
    port.map(Order::Kick)
        .ok_or_else(|| "a room is known by its port, from 1026 to 9999: type r for those in use".into())
}

fn ban(network: &str, time: &str) -> Result<Order, String> {
    let network = network.parse().map_err(|error: BadNetwork| error.to_string())?;
    Ok(Order::Ban(network, parse_time(time)?))
}

fn unban(network: &str) -> Result<Order, String> {
    let network = network.parse().map_err(|error: BadNetwork| error.to_string())?;
    Ok(Order::Unban(network))
}

/// A number and a unit, such as 90s, 10m, 2h, 7d.
fn parse_time(text: &str) -> Result<Duration, String> {
    let parsed = || {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let secs = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return None,
        };
        let secs = number.parse::<u64>().ok()?.checked_mul(secs)?;
        (secs > 0).then_some(Duration::from_secs(secs))
    };
    parsed().ok_or_else(|| "say a time such as 90s, 10m, 2h or 7d".into())
}

/// One line per ban, and one for all.
pub(super) fn list_bans(bans: &[Ban]) -> String {
    let mut text = String::new();
    for ban in bans {
        let left = age(ban.until.duration_since(SystemTime::now()).unwrap_or_default());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<24}  for another {left}", ban.network.to_string());
    }
    let _ = writeln!(text, "{} barred", count(bans.len(), "network"));
    text
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

/// One line per plaza. What is said there is not shown: it would stay in a terminal's memory, and in whatever records it.
pub(super) fn list_plazas(plazas: &[PlazaFacts]) -> String {
    let mut text = String::new();
    for plaza in plazas {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}: {} of {} people, port {}",
            plaza.name, plaza.people, plaza.people_max, plaza.port
        );
    }
    let _ = writeln!(text, "{}", count(plazas.len(), "plaza"));
    text
}

/// How many there are; neither their names nor who is in them.
pub(super) fn count_circles(CirclesLook { circles, people }: CirclesLook) -> String {
    format!("{}, {people} people in them\n", count(circles, "circle"))
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

pub(super) fn age(age: Duration) -> String {
    let secs = age.as_secs();
    match (secs / 3600, secs / 60 % 60, secs % 60) {
        (0, 0, secs) => format!("{secs} s"),
        (0, minutes, secs) => format!("{minutes} min {secs:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_understood_however_they_are_typed() {
        assert_eq!(Command::parse(" Q \r"), Command::Quit);
        assert_eq!(Command::parse("rooms"), Command::Rooms);
        assert_eq!(Command::parse("Plazas"), Command::Plazas);
        assert_eq!(Command::parse("circles"), Command::Circles);
        assert_eq!(Command::parse("?"), Command::Help);
        assert_eq!(Command::parse("  "), Command::Nothing);
        assert_eq!(Command::parse("Quick"), Command::Unknown("quick".into()));
        assert_eq!(Command::parse("q now"), Command::Unknown("q now".into()));
    }

    #[test]
    fn an_order_that_lacks_something_is_told_what() {
        let ban = |line: &str| match Command::parse(line) {
            Command::Order(Order::Ban(network, time)) => Ok((network.to_string(), time.as_secs())),
            other => Err(format!("{other:?}")),
        };
        assert_eq!(ban("ban 203.0.113.9/24 2h"), Ok(("203.0.113.0/24".into(), 7200)));
        assert_eq!(ban(" BAN 2001:DB8::7  90S "), Ok(("2001:db8::7".into(), 90)));
        let port = RoomPort::try_from(2000).unwrap();
        assert_eq!(Command::parse("kick 2000"), Command::Order(Order::Kick(port)));
        assert_eq!(ban("ban 1.2.3.4 7d"), Ok(("1.2.3.4".into(), 604_800)));
        for (unclear, hint) in [
            ("ban", "ban 203.0.113.0/24 2h"),
            ("ban 1.2.3.4", "2h"),
            ("ban here 2h", "neither an address nor a network"),
            ("ban 1.2.3.4 2", "10m"),
            ("ban 1.2.3.4 h", "10m"),
            ("ban 1.2.3.4 0m", "10m"),
            ("ban 1.2.3.4 1ª", "10m"),
            ("ban 1.2.3.4 99999999999999999999d", "10m"),
            ("ban 1.2.3.4 2 hours", "2h"),
            ("unban", "unban 203"),
            ("kick", "kick 2000"),
            ("kick 1025", "type r"),
            ("kick ana", "type r"),
        ] {
            let Command::Unclear(why) = Command::parse(unclear) else {
                panic!("{unclear}");
            };
            assert!(why.contains(hint), "{unclear}: {why}");
        }
    }

    #[test]
    fn bans_are_listed_with_the_time_that_is_left() {
        let ban = Ban {
            network: "203.0.113.0/24".parse().unwrap(),
            until: SystemTime::now() + Duration::from_millis(7_199_900),
        };
        let text = list_bans(&[ban]);
        assert_eq!(
            text,
            "203.0.113.0/24            for another 1 h 59 min\n1 network barred\n"
        );
        assert_eq!(list_bans(&[]), "0 networks barred\n");
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
