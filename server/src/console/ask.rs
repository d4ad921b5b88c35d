//! The one question: which address to listen on.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const THIS_COMPUTER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const ALL_V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const ALL: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// The addresses to choose from; the first is chosen by pressing Enter.
#[derive(Debug)]
pub(super) struct Choices {
    list: Vec<(IpAddr, String)>,
}

/// What was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Address(IpAddr),
    Quit,
}

/// Why an answer makes no sense.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadAnswer {
    #[error("there is no number {number} in the list: type one from 1 to {last}, or an address")]
    NoSuchNumber { number: u64, last: usize },
    #[error("that is not an address: type a number from the list, or an address such as 192.0.2.7")]
    NotAnAddress,
    #[error("{0} is not an address of this computer: type a number from the list")]
    NotOurs(IpAddr),
}

impl Choices {
    /// To choose from: this computer only, one of its own addresses, or all.
    pub(super) fn new(own: Vec<(IpAddr, String)>) -> Self {
        let mut list = vec![(THIS_COMPUTER, "this computer only".to_owned())];
        list.extend(own);
        list.push((ALL_V4, "all IPv4 addresses".into()));
        list.push((ALL, "all addresses, IPv4 and IPv6".into()));
        Self { list }
    }

    /// The question with its answers.
    pub(super) fn question(&self) -> String {
        let mut text = String::from("Which address shall Acaso listen on?\n");
        for (number, (address, note)) in (1..).zip(&self.list) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {number}  {:<39}  {note}", address.to_string());
        }
        text + &self.prompt()
    }

    pub(super) fn prompt(&self) -> String {
        format!("Number or address [{THIS_COMPUTER}]: ")
    }

    /// Understands an answer: nothing, a number of the list, or an address of this computer.
    pub(super) fn parse(&self, line: &str) -> Result<Answer, BadAnswer> {
        let line = line.trim();
        match line.to_lowercase().as_str() {
            "" => return Ok(Answer::Address(THIS_COMPUTER)),
            "all" => return Ok(Answer::Address(ALL_V4)),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
        if let Ok(number) = line.parse::<u64>() {
            let chosen = usize::try_from(number)
                .ok()
                .and_then(|number| self.list.get(number.checked_sub(1)?));
            let last = self.list.len();
            return chosen
                .map(|(address, _)| Answer::Address(*address))
                .ok_or(BadAnswer::NoSuchNumber { number, last });
        }
        let address: IpAddr = line
            .trim_matches(['[', ']'])
            .parse()
            .map_err(|_| BadAnswer::NotAnAddress)?;
        if address.is_loopback() || self.list.iter().any(|(ours, _)| *ours == address) {
            Ok(Answer::Address(address))
        } else {
            Err(BadAnswer::NotOurs(address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Choices {
        let own = ["192.0.2.7", "2001:db8::7"];
        Choices::new(own.map(|ip| (ip.parse().unwrap(), "eth0".to_owned())).into())
    }

    fn address(text: &str) -> Result<Answer, BadAnswer> {
        Ok(Answer::Address(text.parse().unwrap()))
    }

    #[test]
    fn every_sensible_answer_is_understood() {
        for (line, chosen) in [
            ("", "127.0.0.1"),
            ("1", "127.0.0.1"),
            (" 2 ", "192.0.2.7"),
            ("3", "2001:db8::7"),
            ("4", "0.0.0.0"),
            ("all", "0.0.0.0"),
            ("5", "::"),
            ("[2001:db8:0::7]", "2001:db8::7"),
            ("127.0.0.9", "127.0.0.9"),
            ("::1", "::1"),
        ] {
            assert_eq!(choices().parse(line), address(chosen), "{line}");
        }
        assert_eq!(choices().parse("Q"), Ok(Answer::Quit));
    }

    #[test]
    fn a_bad_answer_hears_what_is_wrong() {
        let last = 5;
        assert_eq!(
            choices().parse("6"),
            Err(BadAnswer::NoSuchNumber { number: 6, last })
        );
        assert_eq!(
            choices().parse("0"),
            Err(BadAnswer::NoSuchNumber { number: 0, last })
        );
        assert_eq!(choices().parse("my computer"), Err(BadAnswer::NotAnAddress));
        assert_eq!(choices().parse("1.2.3"), Err(BadAnswer::NotAnAddress));
        let elsewhere: IpAddr = "198.51.100.1".parse().unwrap();
        assert_eq!(
            choices().parse("198.51.100.1"),
            Err(BadAnswer::NotOurs(elsewhere))
        );
    }

    #[test]
    fn the_question_numbers_what_can_be_chosen() {
        let question = choices().question();
        assert!(question.contains("  2  192.0.2.7 "), "{question}");
        assert!(question.ends_with("[127.0.0.1]: "), "{question}");
    }
}
