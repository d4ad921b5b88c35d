//! Text for terminals and from terminals: without what only a terminal obeys, and in the lines that the clients of AIO-CHAT show.

use acaso_shared::ids::Name;
use acaso_shared::limits::NAME_BYTES_MAX;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::Post;

const SECS_PER_DAY: u64 = 24 * 60 * 60;

/// What begins a sequence that a terminal obeys.
const ESCAPE: char = '\u{1b}';

/// Who speaks when it is the server itself.
const SERVER: &str = "Acaso";

/// The text without escape sequences and control characters. Line breaks and tabs stay.
pub(super) fn plain(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        match letter {
            ESCAPE => skip_sequence(&mut letters),
            '\n' | '\t' => plain.push(letter),
            _ if letter.is_control() => {}
            _ => plain.push(letter),
        }
    }
    plain
}

/// What follows an escape character (ECMA-48, 5.4 and 5.6): parameters up to a final letter, or a string up to its end.
fn skip_sequence(letters: &mut std::str::Chars<'_>) {
    match letters.next() {
        Some('[') => _ = letters.find(|letter| matches!(letter, '@'..='~')),
        Some(']' | 'P' | 'X' | '^' | '_') => {
            let mut last = ' ';
            let _ = letters.find(|letter| {
                let is_end = *letter == '\u{7}' || last == ESCAPE && *letter == '\\';
                last = *letter;
                is_end
            });
        }
        _ => {}
    }
}

/// The name that is meant, cut to what a name can be; `None` if nothing of it is visible.
pub(super) fn name(text: &str) -> Option<Name> {
    let text = plain(text).replace(['\n', '\t'], " ");
    let mut name = &text.trim()[..text.trim().floor_char_boundary(NAME_BYTES_MAX)];
    loop {
        match Name::parse(name) {
            Ok(name) => return Some(name),
            // No more often than a name has bytes.
            Err(acaso_shared::ids::BadName::TooLong) => {
                name = &name[..name.floor_char_boundary(name.len() - 1)];
            }
            Err(_) => return None,
        }
    }
}

/// A post as AIO-CHAT's clients are shown one: `HH:MM:SS <> name: text`, with an end of line, since two that come together would
/// otherwise run into each other.
pub(super) fn line(post: &Post) -> String {
    format!("{} <> {}\n", clock(post.unix_secs), said(post))
}

/// Who says what about which subject: `name: [subject] text`.
pub(super) fn said(post: &Post) -> String {
    let subject = post
        .subject
        .as_ref()
        .map(|subject| format!("[{}] ", subject.as_str()));
    let said = format!(
        "{}: {}{}",
        post.author.name,
        subject.unwrap_or_default(),
        post.text.as_str()
    );
    plain(&said).trim_end().to_owned()
}

/// A word of the server itself, in the same form.
pub(super) fn notice(unix_secs: u64, words: &str) -> String {
    format!("{} <> {SERVER}: {words}\n", clock(unix_secs))
}

/// The time of day, UTC.
fn clock(unix_secs: u64) -> String {
    let secs = unix_secs % SECS_PER_DAY;
    format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}

/// A refusal in words, for those whose client knows no other form.
pub(super) fn why(refusal: Refusal) -> String {
    match refusal {
        Refusal::Full {
            people,
            retry_after_secs,
        } => {
            format!("{people} people are here, and no more fit: try again in {retry_after_secs} s")
        }
        Refusal::SlowDown { retry_after_secs } => {
            format!("too much, too fast: try again in {retry_after_secs} s")
        }
        Refusal::Banned { .. } => "the host has barred your network".into(),
        Refusal::Closing => "the server is closing: try again later".into(),
        Refusal::NotReading => "more waits to be read than the server keeps: come back".into(),
        Refusal::TooSlow => "nothing was said for too long: come back".into(),
        Refusal::NoSuchPlaza => "there is no such plaza here any more".into(),
        Refusal::NoSuchInvitation => "nobody waits with that code".into(),
        Refusal::CircleFull => "that circle is full".into(),
        Refusal::Registry { retry_after_secs } => {
            format!("the server cannot write: try again in {retry_after_secs} s")
        }
        Refusal::Version(_)
        | Refusal::BadTicket
        | Refusal::Unexpected
        | Refusal::Login { .. }
        | Refusal::Forgotten => "that is not understood here".into(),
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::{PostText, Subject};
    use acaso_shared::protocol::plaza::{Member, MemberNumber, PostNumber};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_left_out() {
        assert_eq!(plain("\u{1b}[33mana: oi\n\u{1b}[0m"), "ana: oi\n");
        assert_eq!(plain("a\u{1b}]0;title\u{7}b\u{1b}]2;t\u{1b}\\c\u{1b}Md"), "abcd");
        assert_eq!(plain("a\rb\u{9b}31mc\0\td"), "ab31mc\td");
        assert_eq!(plain("cut short\u{1b}["), "cut short");
    }

    #[test]
    fn a_name_is_cut_to_what_a_name_can_be() {
        assert_eq!(name(" Ana\r\n").unwrap().as_str(), "Ana");
        assert_eq!(name("\u{1b}[31mAna\tB\u{1b}[0m").unwrap().as_str(), "Ana B");
        assert_eq!(name(&"x".repeat(4000)).unwrap().as_str(), "x".repeat(32));
        assert_eq!(name(&"金".repeat(60)).unwrap().as_str(), "金".repeat(32));
        assert_eq!(name(" \n\u{7}"), None);
    }

    #[test]
    fn a_post_is_one_line_with_the_time_in_utc() {
        let mut post = Post {
            number: PostNumber(7),
            author: Member {
                number: MemberNumber(1),
                name: Name::parse("Ana").unwrap(),
            },
            subject: None,
            text: PostText::parse("oi\u{1b}[2J\n").unwrap(),
            unix_secs: 1_800_003_661,
        };
        assert_eq!(line(&post), "09:01:01 <> Ana: oi\n");
        post.subject = Some(Subject::parse("the sea").unwrap());
        assert_eq!(line(&post), "09:01:01 <> Ana: [the sea] oi\n");
        assert_eq!(notice(86_399, "no"), "23:59:59 <> Acaso: no\n");
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_comes_through(text in any::<String>()) {
            let plain = plain(&text);
            prop_assert!(plain.chars().all(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')));
        }

        #[test]
        fn every_name_is_a_name_or_none(text in any::<String>()) {
            if let Some(name) = name(&text) {
                prop_assert_eq!(Name::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
