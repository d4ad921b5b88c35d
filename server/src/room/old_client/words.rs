//! Pychat's words, which are its clients' own: they write the lines about joining and leaving themselves. Understood, and written as
//! they would. Nothing in here knows a socket.

use std::mem;

use acaso_shared::ids::{MessageText, Name};
use acaso_shared::limits::{MESSAGE_BYTES_MAX, NAME_GRAPHEMES_MAX};
use acaso_shared::protocol::partner::OpenWords;
use deunicode::deunicode;

/// What a line about somebody begins with.
const SERVER: &str = "Server: ";

/// What it ends with when they join.
const JOINS: &str = " acabou de se juntar ao chat, diga ola!";

/// What it ends with when they leave.
const LEAVES: &str = " saiu do chat.";

/// Stands for a partner who never said a name.
const NOBODY: &str = "anonymous";

/// Understands what an old client says.
#[derive(Default)]
pub(super) struct Listener {
    /// The name as it was typed, which stands before each message.
    typed: Option<String>,
    name: Option<Name>,
    /// The first bytes of a letter whose last are still to come.
    cut: Vec<u8>,
    /// The last piece filled what is read at once, so that the next one begins in the middle.
    goes_on: bool,
}

impl Listener {
    /// The name they go by, once they typed one that can be shown.
    pub(super) fn name(&self) -> Option<Name> {
        self.name.clone()
    }

    /// What a piece means, as the network brought it: as a rule what was said at once, without any mark of where it ends.
    pub(super) fn hear(&mut self, piece: &[u8], goes_on: bool) -> Vec<OpenWords> {
        let is_rest = mem::replace(&mut self.goes_on, goes_on);
        let text = self.letters(piece, goes_on);
        let (mut words, mut rest) = (Vec::new(), text.as_str());
        if !is_rest {
            if let Some((typed, behind)) = joins(rest) {
                words.extend(self.goes_by(typed));
                rest = behind;
            }
            rest = self.without_name(rest);
        }
        words.extend(parts(rest.trim_end_matches(['\r', '\n'])));
        words
    }

    /// The letters of a piece. What is none becomes a mark; one that was cut in two waits for its end.
    fn letters(&mut self, piece: &[u8], goes_on: bool) -> String {
        let mut bytes = mem::take(&mut self.cut);
        bytes.extend_from_slice(piece);
        if goes_on
            && let Err(error) = str::from_utf8(&bytes)
            && error.error_len().is_none()
        {
            self.cut = bytes.split_off(error.valid_up_to());
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn goes_by(&mut self, typed: &str) -> Option<OpenWords> {
        let shown: String = typed
            .chars()
            .filter(|letter| !letter.is_control())
            .take(NAME_GRAPHEMES_MAX)
            .collect();
        self.typed = Some(typed.to_owned());
        self.name = Name::parse(&shown).ok();
        self.name().map(|name| OpenWords::Introduce { name })
    }

    /// Without what the client writes before each message, and the line about leaving, which the end of the connection says as well.
    fn without_name<'a>(&self, text: &'a str) -> &'a str {
        let Some(typed) = &self.typed else { return text };
        let text = text.strip_suffix(&leave_line(typed)).unwrap_or(text);
        let said = text.strip_prefix(typed.as_str());
        said.and_then(|said| said.strip_prefix(": ")).unwrap_or(text)
    }
}

/// The name in a line about joining, and what stands behind the line.
fn joins(text: &str) -> Option<(&str, &str)> {
    let (name, behind) = text.strip_prefix(SERVER)?.split_once(JOINS)?;
    (!name.contains('\n')).then_some((name, behind))
}

/// A text as messages that are short enough; what shows nothing is none.
fn parts(mut text: &str) -> Vec<OpenWords> {
    let mut parts = Vec::new();
    while !text.is_empty() {
        let (part, rest) = text.split_at(text.floor_char_boundary(MESSAGE_BYTES_MAX));
        parts.extend(MessageText::parse(part).map(|text| OpenWords::Text { text }));
        text = rest;
    }
    parts
}

/// Says things as an old client would, in ASCII alone: any other byte ends its listening.
#[derive(Default)]
pub(super) struct Speaker {
    /// Who is spoken for.
    partner: Option<String>,
}

impl Speaker {
    /// The partner goes by that name.
    pub(super) fn introduce(&mut self, name: &Name) -> Vec<u8> {
        let name = ascii(name.as_str());
        let line = format!("{SERVER}{name}{JOINS}");
        self.partner = Some(name);
        line.into_bytes()
    }

    /// The partner says that: each line with the name before it, so that none can pass for another's.
    pub(super) fn say(&self, text: &MessageText) -> Vec<u8> {
        let partner = self.partner.as_deref().unwrap_or(NOBODY);
        let text = ascii(text.as_str());
        let lines: Vec<_> = text.lines().map(|line| format!("{partner}: {line}")).collect();
        lines.join("\n").into_bytes()
    }

    /// The partner is gone. Of one who never said a name there is nothing to be said.
    pub(super) fn part(&mut self) -> Vec<u8> {
        let partner = self.partner.take();
        partner.map_or_else(Vec::new, |name| leave_line(&name).into_bytes())
    }
}

fn leave_line(name: &str) -> String {
    format!("{SERVER}{name}{LEAVES}")
}

/// As close as ASCII comes to it. Of what steers a terminal only line breaks are left.
fn ascii(text: &str) -> String {
    let is_plain = |letter: char| letter == '\n' || !letter.is_control();
    let plain = |letter| if is_plain(letter) { letter } else { ' ' };
    transliterate(text).chars().map(plain).collect()
}

/// What is ASCII stays as it is, line breaks included; the rest becomes what comes closest.
fn transliterate(text: &str) -> String {
    let letters: Vec<_> = text.chars().collect();
    let runs = letters.chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    runs.map(|run| deunicode(&run.iter().collect::<String>()))
        .collect()
}

/// What one old client says to another, as it came if it can be.
pub(super) fn ascii_bytes(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.is_ascii() {
        return bytes;
    }
    transliterate(&String::from_utf8_lossy(&bytes)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> OpenWords {
        OpenWords::Text {
            text: MessageText::parse(words).unwrap(),
        }
    }

    fn introduce(name: &str) -> OpenWords {
        OpenWords::Introduce {
            name: Name::parse(name).unwrap(),
        }
    }

    fn hear(listener: &mut Listener, words: &str) -> Vec<OpenWords> {
        listener.hear(words.as_bytes(), false)
    }

    #[test]
    fn the_lines_that_the_client_writes_are_understood() {
        let mut listener = Listener::default();
        let joined = hear(
            &mut listener,
            "Server: Ana acabou de se juntar ao chat, diga ola!",
        );
        assert_eq!(joined, [introduce("Ana")]);
        assert_eq!(hear(&mut listener, "Ana: oi"), [text("oi")]);
        assert_eq!(hear(&mut listener, "Ana: "), [], "an empty message shows nothing");
        assert_eq!(hear(&mut listener, "Ana: Ana: oi"), [text("Ana: oi")]);
        assert_eq!(hear(&mut listener, "Server: Ana saiu do chat."), []);
        assert_eq!(listener.name(), Some(Name::parse("Ana").unwrap()));
    }

    #[test]
    fn what_arrives_in_one_piece_is_taken_apart_as_far_as_it_can_be() {
        let mut listener = Listener::default();
        let all = "Server: Ana acabou de se juntar ao chat, diga ola!Ana: oiServer: Ana saiu do chat.";
        assert_eq!(hear(&mut listener, all), [introduce("Ana"), text("oi")]);
    }

    #[test]
    fn whoever_types_by_hand_needs_no_name() {
        let mut listener = Listener::default();
        assert_eq!(hear(&mut listener, "hello: there\r\n"), [text("hello: there")]);
        let others = "Server: Bia saiu do chat.";
        assert_eq!(
            hear(&mut listener, others),
            [text(others)],
            "a name that is not theirs"
        );
        assert_eq!(listener.name(), None);
    }

    #[test]
    fn names_that_cannot_be_shown_are_cut_or_left_out() {
        let mut listener = Listener::default();
        let long = format!(
            "Server: {} acabou de se juntar ao chat, diga ola!",
            "x".repeat(500)
        );
        assert_eq!(hear(&mut listener, &long), [introduce(&"x".repeat(32))]);
        let said = format!("{}: oi", "x".repeat(500));
        assert_eq!(hear(&mut listener, &said), [text("oi")]);
        let empty = "Server:  acabou de se juntar ao chat, diga ola!";
        assert_eq!(hear(&mut Listener::default(), empty), []);
    }

    #[test]
    fn bytes_that_are_no_text_become_marks_and_letters_cut_in_two_are_whole_again() {
        let mut listener = Listener::default();
        assert_eq!(listener.hear(b"ol\xe1", false), [text("ol\u{fffd}")]);
        assert_eq!(
            listener.hear("ol\u{e1}".split_at(2).0.as_bytes(), true),
            [text("ol")]
        );
        assert_eq!(listener.hear(&"ola\u{e1}".as_bytes()[..4], true), [text("ola")]);
        assert_eq!(listener.hear(b"\xa1!", false), [text("\u{e1}!")]);
    }

    #[test]
    fn long_pastes_become_several_messages() {
        let mut listener = Listener::default();
        let words = listener.hear(&[0xff; 4096], false);
        let bytes: usize = words
            .iter()
            .map(|words| match words {
                OpenWords::Text { text } => text.as_str().len(),
                _ => panic!("only texts"),
            })
            .sum();
        assert_eq!((words.len(), bytes), (4, 3 * 4096));
    }

    #[test]
    fn we_write_as_the_client_does_in_ascii_alone() {
        let mut speaker = Speaker::default();
        let said = |words: &str, speaker: &Speaker| {
            String::from_utf8(speaker.say(&MessageText::parse(words).unwrap())).unwrap()
        };
        assert_eq!(said("oi", &speaker), "anonymous: oi");
        assert_eq!(speaker.part(), b"");
        assert_eq!(
            speaker.introduce(&Name::parse("Zoë").unwrap()),
            b"Server: Zoe acabou de se juntar ao chat, diga ola!"
        );
        assert_eq!(said("olá, coração", &speaker), "Zoe: ola, coracao");
        assert_eq!(said("olá\ncoração", &speaker), "Zoe: ola\nZoe: coracao");
        assert_eq!(
            said("a\nServer: b", &speaker),
            "Zoe: a\nZoe: Server: b",
            "nobody passes for the server"
        );
        assert_eq!(said("\u{1b}[31mred\tline", &speaker), "Zoe:  [31mred line");
        assert!(said("🌻 你好", &speaker).is_ascii());
        assert_eq!(speaker.part(), b"Server: Zoe saiu do chat.");
        assert_eq!(speaker.part(), b"");
    }

    #[test]
    fn between_two_old_clients_bytes_go_as_they_come_unless_they_would_hurt() {
        assert_eq!(ascii_bytes(b"a\x00\x1b\r\n".to_vec()), b"a\x00\x1b\r\n");
        assert_eq!(ascii_bytes("olá\r\n\tçx".into()), b"ola\r\n\tcx");
        assert!(ascii_bytes(vec![0xff, b'x']).is_ascii());
    }
}
