//! What a typed text means: `QUIT` alone leaves, `/say …` says the rest as it stands, everything else is just said.

use acaso_shared::ids::{BadMessage, MessageText};

/// The meaning of a typed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Leave.
    Quit,
    /// Say this.
    Say(MessageText),
}

/// Reads what was typed.
pub(super) fn read(text: &str) -> Result<Typed, BadMessage> {
    if text.trim() == "QUIT" {
        return Ok(Typed::Quit);
    }
    let words = text.strip_prefix("/say ").unwrap_or(text);
    MessageText::parse(words).map(Typed::Say)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        match read(text) {
            Ok(Typed::Say(text)) => Some(text.as_str().to_owned()),
            Ok(Typed::Quit) | Err(_) => None,
        }
    }

    #[test]
    fn quit_alone_leaves_and_say_says_it() {
        assert_eq!(read("QUIT"), Ok(Typed::Quit));
        assert_eq!(read(" QUIT\n"), Ok(Typed::Quit));
        assert_eq!(said("/say QUIT").as_deref(), Some("QUIT"));
        assert_eq!(said("quit").as_deref(), Some("quit"), "a word like any other");
        assert_eq!(said("QUIT it").as_deref(), Some("QUIT it"));
    }

    #[test]
    fn other_slashes_are_text_and_nothing_is_trimmed() {
        assert_eq!(said("/join #rust").as_deref(), Some("/join #rust"));
        assert_eq!(said("/saying so").as_deref(), Some("/saying so"));
        assert_eq!(said("  indented\n").as_deref(), Some("  indented\n"));
    }

    #[test]
    fn nothing_is_never_said() {
        assert_eq!(read(" \n\t"), Err(BadMessage::Empty));
        assert_eq!(read("/say  "), Err(BadMessage::Empty));
    }
}
