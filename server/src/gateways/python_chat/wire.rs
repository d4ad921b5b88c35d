//! The words of python-chat: `Content-length:` and a number, a line's end, and so many bytes of JSON with four texts. Whatever cannot
//! be one of these is either passed over, if it is clear where it ends, or the end of the connection.

use std::io;

use acaso_shared::ids::{Name, PostText, Subject};
use acaso_shared::limits::{NAME_BYTES_MAX, SUBJECT_BYTES_MAX};
use acaso_shared::protocol::plaza::Post;
use bytes::{Buf, BytesMut};
use serde::{Deserialize, Serialize};
use tokio_util::codec::Decoder;

/// Longest body: the longest post, if every letter of it is written as an escape of six.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Longest line before a body; the original writes 20 bytes.
const HEADER_BYTES_MAX: usize = 64;

/// What stands before the number.
const KEY: &[u8] = b"Content-length:";

/// What an old client says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) name: Name,
    pub(super) subject: Option<Subject>,
    pub(super) text: PostText,
}

/// The four texts of a message; that there are just these is what the old client expects.
#[derive(Debug, Serialize, Deserialize)]
struct Message {
    client_name: String,
    subject: String,
    message: String,
    #[serde(default)]
    date: String,
}

/// Cuts what comes into messages.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// Bytes of the body that has begun.
    body: Option<usize>,
}

impl Decoder for Wire {
    /// `None` for what is no message, but ends where it said.
    type Item = Option<Said>;
    type Error = io::Error;

    fn decode(&mut self, from: &mut BytesMut) -> io::Result<Option<Option<Said>>> {
        let length = match self.body {
            Some(length) => length,
            None => match header(from)? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        if from.len() < length {
            self.body = Some(length);
            return Ok(None);
        }
        self.body = None;
        Ok(Some(understood(&from.split_to(length))))
    }
}

/// Takes the line before a body, once it is whole.
fn header(from: &mut BytesMut) -> io::Result<Option<usize>> {
    let beginning = &from[..from.len().min(HEADER_BYTES_MAX)];
    let Some(end) = beginning.iter().position(|byte| *byte == b'\n') else {
        return match beginning.len() {
            HEADER_BYTES_MAX => Err(nonsense("a header that does not end")),
            _ => Ok(None),
        };
    };
    let number = beginning[..end].strip_prefix(KEY);
    let number = number.and_then(|number| std::str::from_utf8(number).ok());
    let length = number.and_then(|number| number.trim().parse::<usize>().ok());
    let length = length.ok_or_else(|| nonsense("a header of another kind"))?;
    if length > BODY_BYTES_MAX {
        return Err(nonsense("a longer message than there can be"));
    }
    from.advance(end + 1);
    Ok(Some(length))
}

fn nonsense(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn understood(body: &[u8]) -> Option<Said> {
    let message: Message = serde_json::from_slice(body).ok()?;
    Some(Said {
        name: name(&message.client_name),
        subject: Subject::parse(&one_line(&message.subject, SUBJECT_BYTES_MAX)).ok(),
        text: PostText::parse(&message.message).ok()?,
    })
}

/// The name that comes closest to what they say it is.
fn name(said: &str) -> Name {
    let mut text = one_line(said, NAME_BYTES_MAX);
    while !text.is_empty() {
        if let Ok(name) = Name::parse(&text) {
            return name;
        }
        text.pop();
    }
    Name::anonymous()
}

/// As much of a text as makes one line of so many bytes.
fn one_line(text: &str, bytes_max: usize) -> String {
    let mut line = String::new();
    for letter in text.trim().chars().filter(|letter| !letter.is_control()) {
        if line.len() + letter.len_utf8() > bytes_max {
            break;
        }
        line.push(letter);
    }
    line
}

/// A post as old clients read it, header and body in one piece: they read a body at once or not at all.
pub(super) fn told(post: &Post) -> Vec<u8> {
    let message = Message {
        client_name: post.author.name.as_str().to_owned(),
        subject: post.subject.as_ref().map_or("", Subject::as_str).to_owned(),
        message: post.text.as_str().to_owned(),
        date: date(post.unix_secs),
    };
    let mut body = serde_json::to_vec(&message).expect("four texts are JSON");
    body.push(b'\n');
    let mut told = KEY.to_vec();
    told.extend_from_slice(body.len().to_string().as_bytes());
    told.push(b'\n');
    told.append(&mut body);
    told
}

/// `2024-06-01 18:30:00`, UTC; nothing for a date that no calendar has.
fn date(unix_secs: u64) -> String {
    let secs = i64::try_from(unix_secs).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_second(secs);
    time.map_or(String::new(), |time| {
        time.strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

#[cfg(test)]
mod tests {
    use acaso_shared::protocol::plaza::{Member, MemberNumber, PostNumber};

    use super::*;

    fn decode(bytes: &[u8]) -> io::Result<Option<Option<Said>>> {
        Wire::default().decode(&mut BytesMut::from(bytes))
    }

    fn framed(json: &str) -> Vec<u8> {
        format!("Content-length:{}\n{json}\n", json.len() + 1).into_bytes()
    }

    fn said(json: &str) -> Option<Said> {
        decode(&framed(json)).unwrap().unwrap()
    }

    const OLA: &str = r#"{"client_name": "Ana", "subject": "assunto", "message": "olá", "date": "d"}"#;

    #[test]
    fn the_bytes_of_the_original_are_a_message() {
        let captured = format!("Content-length:77\n{OLA}\n");
        let Some(Some(said)) = decode(captured.as_bytes()).unwrap() else {
            panic!("no message");
        };
        assert_eq!((said.name.as_str(), said.text.as_str()), ("Ana", "olá"));
        assert_eq!(said.subject.unwrap().as_str(), "assunto");
    }

    #[test]
    fn wherever_a_message_is_split_it_is_the_same() {
        let whole = [framed(OLA), framed(OLA)].concat();
        for at in 0..=whole.len() {
            let (mut wire, mut buffer) = (Wire::default(), BytesMut::new());
            let mut messages = 0;
            for part in [&whole[..at], &whole[at..]] {
                buffer.extend_from_slice(part);
                while let Some(said) = wire.decode(&mut buffer).unwrap() {
                    assert!(said.is_some());
                    messages += 1;
                }
            }
            assert_eq!((messages, buffer.len()), (2, 0), "{at}");
        }
    }

    #[test]
    fn lengths_that_cannot_be_are_the_end() {
        for header in [
            "Content-length:1000000000\n",
            "Content-length:-1\n",
            "Content-length:\n",
            "Content-length:99999999999999999999999\n",
            "Content-Length:77\n",
            "GET / HTTP/1.1\n",
            "\n",
        ] {
            assert!(decode(header.as_bytes()).is_err(), "{header}");
        }
        assert!(decode(&[b'x'; HEADER_BYTES_MAX]).is_err());
        assert!(decode(b"Content-len").unwrap().is_none());
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        for json in [
            "",
            "[]",
            "{\"message\": 7}",
            "\u{fffd}",
            r#"{"client_name": "Ana", "subject": ""}"#,
        ] {
            assert_eq!(said(json), None, "{json}");
        }
        let blank = r#"{"client_name": "Ana", "subject": "", "message": " ", "date": ""}"#;
        assert_eq!(said(blank), None, "nothing is said");
    }

    #[test]
    fn names_and_subjects_are_cut_to_what_they_can_be() {
        let named = |name: &str| {
            let json = serde_json::json!({"client_name": name, "subject": "a\nb", "message": "m"});
            said(&json.to_string()).unwrap()
        };
        assert_eq!(named(" Ana\n\u{7}Bia ").name.as_str(), "AnaBia");
        assert_eq!(named(&"x".repeat(60_000)).name.as_str(), "x".repeat(32));
        assert!(named("").name.as_str().starts_with("anonymous-"));
        assert_eq!(named("Ana").subject.unwrap().as_str(), "ab");
    }

    #[test]
    fn what_is_told_is_one_piece_with_four_texts() {
        let post = Post {
            number: PostNumber(1),
            author: Member {
                number: MemberNumber(1),
                name: Name::parse("Ana").unwrap(),
            },
            subject: None,
            text: PostText::parse("olá\n\"você\"").unwrap(),
            unix_secs: 1_700_000_000,
        };
        let told = told(&post);
        let told = std::str::from_utf8(&told).unwrap();
        let (header, body) = told.split_once('\n').unwrap();
        assert_eq!(header, format!("Content-length:{}", body.len()));
        assert_eq!(
            body,
            "{\"client_name\":\"Ana\",\"subject\":\"\",\"message\":\"olá\\n\\\"você\\\"\",\"date\":\"2023-11-14 22:13:20\"}\n"
        );
    }
}
