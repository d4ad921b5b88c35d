//! What a message's text consists of: prose and code, and in prose the stretches that run from right to left. No painting.

use std::ops::Range;

use egui::Color32;
use egui::text::LayoutJob;

use crate::theme::{Face, TextRole};

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// Written for people.
    Prose(&'a str),
    /// Between two lines that begin with three backticks.
    Code(&'a str),
}

/// Three backticks at the beginning of a line, a word naming the language allowed behind the first ones.
const FENCE: &str = "```";

/// Cuts a message into prose and code. A fence that is never closed is prose, like everything else. Never empty.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((before, code, after)) = next_code(rest) {
        push_prose(&mut blocks, before);
        blocks.push(Block::Code(code));
        rest = after;
    }
    push_prose(&mut blocks, rest);
    if blocks.is_empty() {
        blocks.push(Block::Prose(text));
    }
    blocks
}

fn push_prose<'a>(blocks: &mut Vec<Block<'a>>, prose: &'a str) {
    let prose = prose.trim_matches('\n');
    if !prose.trim().is_empty() {
        blocks.push(Block::Prose(prose));
    }
}

/// What stands before the next piece of code, the code, and what stands after it.
fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let mut offset = 0;
    let mut opened: Option<(usize, usize)> = None;
    for line in text.split_inclusive('\n') {
        let after_line = offset + line.len();
        if line.starts_with(FENCE) {
            if let Some((before, begin)) = opened {
                let code = text[begin..offset].trim_end_matches('\n');
                if !code.trim().is_empty() {
                    return Some((&text[..before], code, &text[after_line..]));
                }
            }
            opened = Some((offset, after_line));
        }
        offset = after_line;
    }
    None
}

/// Which font has to lead a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    /// Whatever runs from left to right, or has no direction.
    Plain,
    Arabic,
    Hebrew,
}

impl Script {
    /// The script of a character that has a direction; `None` for spaces and punctuation.
    fn of(c: char) -> Option<Self> {
        match u32::from(c) {
            0x590..=0x5FF | 0xFB1D..=0xFB4F => Some(Self::Hebrew),
            0x600..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => Some(Self::Arabic),
            _ if c.is_whitespace() || c.is_ascii_punctuation() => None,
            _ => Some(Self::Plain),
        }
    }

    fn face(self, usual: Face) -> Face {
        match self {
            Self::Plain => usual,
            Self::Arabic => Face::Arabic,
            Self::Hebrew => Face::Hebrew,
        }
    }
}

/// Whether a text reads from right to left: its first letter decides.
pub fn is_right_to_left(text: &str) -> bool {
    text.chars()
        .find(|c| c.is_alphabetic())
        .and_then(Script::of)
        .is_some_and(|script| script != Script::Plain)
}

/// A text ready to be laid out. Each right-to-left stretch is a section of its own, spaces inside it included, in a family that
/// has its script first: egui orders a run from right to left only within one font.
pub fn message_job(text: &str, role: TextRole, colour: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (script, range) in stretches(text) {
        job.append(
            &text[range],
            0.0,
            role.in_face(script.face(role.face)).format(colour),
        );
    }
    job
}

/// The same, with links in a colour of their own.
pub fn linked_job(
    text: &str,
    role: TextRole,
    colour: Color32,
    links: &[Range<usize>],
    link_colour: Color32,
) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (script, stretch) in stretches(text) {
        let role = role.in_face(script.face(role.face));
        for (is_link, piece) in pieces(stretch, links) {
            let colour = if is_link { link_colour } else { colour };
            job.append(&text[piece], 0.0, role.format(colour));
        }
    }
    job
}

/// Cuts a stretch where links begin and end. Both stand at the borders of characters.
fn pieces(stretch: Range<usize>, links: &[Range<usize>]) -> Vec<(bool, Range<usize>)> {
    let mut pieces = Vec::new();
    let mut at = stretch.start;
    for link in links {
        let (from, to) = (link.start.max(at), link.end.min(stretch.end));
        if from >= to {
            continue;
        }
        pieces.extend([(false, at..from), (true, from..to)]);
        at = to;
    }
    pieces.push((false, at..stretch.end));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

/// Cuts a text where its script changes. What has no direction goes with the letters around it if they agree, and is plain if
/// they do not.
fn stretches(text: &str) -> Vec<(Script, Range<usize>)> {
    let mut cut = Cutter {
        stretches: Vec::new(),
        start: 0,
    };
    let (mut current, mut last_letter_end) = (Script::Plain, 0);
    for (at, c) in text.char_indices() {
        let Some(script) = Script::of(c) else { continue };
        if script != current {
            let end = if current == Script::Plain {
                at
            } else {
                last_letter_end
            };
            cut.at(current, end);
            if script != Script::Plain {
                cut.at(Script::Plain, at);
            }
            current = script;
        }
        last_letter_end = at + c.len_utf8();
    }
    if current != Script::Plain {
        // Closing punctuation belongs to a right-to-left sentence, or it lands on its wrong side.
        let end = if is_right_to_left(text) {
            text.trim_end().len()
        } else {
            last_letter_end
        };
        cut.at(current, end);
    }
    cut.at(Script::Plain, text.len());
    cut.stretches
}

struct Cutter {
    stretches: Vec<(Script, Range<usize>)>,
    start: usize,
}

impl Cutter {
    fn at(&mut self, script: Script, end: usize) {
        if end > self.start {
            self.stretches.push((script, self.start..end));
            self.start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Script, &str)> {
        stretches(text)
            .into_iter()
            .map(|(script, range)| (script, &text[range]))
            .collect()
    }

    #[test]
    fn prose_stays_as_it_is() {
        for text in [
            "hello",
            "two\nlines",
            "a ``` in the middle",
            "```\nnever closed",
            "```\n```",
            "```",
        ] {
            assert_eq!(blocks(text), [Block::Prose(text)], "{text:?}");
        }
    }

    #[test]
    fn code_stands_between_fences() {
        assert_eq!(
            blocks("look:\n```rust\nlet a = 1;\n\nlet b = 2;\n```\nnice"),
            [
                Block::Prose("look:"),
                Block::Code("let a = 1;\n\nlet b = 2;"),
                Block::Prose("nice")
            ]
        );
        assert_eq!(blocks("```\nx\n```"), [Block::Code("x")]);
        assert_eq!(
            blocks("```\nx\n```\n```\ny\n```"),
            [Block::Code("x"), Block::Code("y")]
        );
    }

    #[test]
    fn a_right_to_left_stretch_keeps_its_inner_spaces() {
        use Script::{Arabic, Hebrew, Plain};
        assert_eq!(cut("plain only"), [(Plain, "plain only")]);
        assert_eq!(
            cut("say: مرحبا يا جار ok"),
            [(Plain, "say: "), (Arabic, "مرحبا يا جار"), (Plain, " ok")]
        );
        assert_eq!(cut("שלום מרחבא"), [(Hebrew, "שלום מרחבא")]);
        assert_eq!(cut("שלום يا"), [(Hebrew, "שלום"), (Plain, " "), (Arabic, "يا")]);
    }

    #[test]
    fn closing_punctuation_goes_with_a_right_to_left_sentence_only() {
        assert_eq!(cut("مرحبا يا جار!"), [(Script::Arabic, "مرحبا يا جار!")]);
        assert_eq!(
            cut("so: مرحبا!"),
            [
                (Script::Plain, "so: "),
                (Script::Arabic, "مرحبا"),
                (Script::Plain, "!")
            ]
        );
    }

    #[test]
    fn the_stretches_are_the_whole_text() {
        for text in ["", "a", "א", " א ", "aאbא.", "א\nב\n", "👋 مرحبا 👋", "1 א 2"] {
            let whole: String = cut(text).into_iter().map(|(_, part)| part).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn a_link_is_a_piece_of_its_own_whatever_stands_around_it() {
        assert_eq!(pieces(0..9, &[]), [(false, 0..9)]);
        assert_eq!(
            pieces(0..9, &[2..4, 6..9]),
            [(false, 0..2), (true, 2..4), (false, 4..6), (true, 6..9)]
        );
        assert_eq!(
            pieces(3..9, &[2..4, 8..12]),
            [(true, 3..4), (false, 4..8), (true, 8..9)]
        );
        let text = "אב https://example.org גד";
        let job = linked_job(
            text,
            crate::theme::role::BODY,
            Color32::RED,
            std::slice::from_ref(&(5..24)),
            Color32::BLUE,
        );
        let linked: String = job
            .sections
            .iter()
            .filter(|section| section.format.color == Color32::BLUE)
            .map(|section| &text[section.byte_range.start.0..section.byte_range.end.0])
            .collect();
        assert_eq!(
            (job.text.as_str(), linked.as_str()),
            (text, "https://example.org")
        );
    }

    #[test]
    fn the_first_letter_decides_the_direction() {
        assert!(is_right_to_left("… 12 שלום abc"));
        assert!(!is_right_to_left("abc שלום"));
        assert!(!is_right_to_left("123 👋"));
    }
}
