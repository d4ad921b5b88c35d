//! What was said in the plaza and has not been told yet to a client that listens only after it has spoken. It is bounded, and knows no
//! sockets.

use std::collections::VecDeque;

/// What every answer begins with.
const RECEIVED: &str = "Message received";

/// Longest answer in bytes: as much as the client reads at once, and it reads once.
const ANSWER_BYTES_MAX: usize = 1024;

/// Bytes that wait at most: the longest post with its name, and then some.
const WAITING_BYTES_MAX: usize = 64 * 1024;

/// Lines that wait at most, however short they are.
const WAITING_MAX: usize = 256;

/// What waits for the next answers.
#[derive(Debug, Default)]
pub(super) struct News {
    waiting: VecDeque<String>,
    bytes: usize,
    /// Lines that fell out since the last answer.
    missed: u64,
}

impl News {
    /// Has that told. If too much waits then, the oldest fall out.
    pub(super) fn add(&mut self, line: String) {
        self.bytes += line.len();
        self.waiting.push_back(line);
        while self.waiting.len() > 1 && (self.waiting.len() > WAITING_MAX || self.bytes > WAITING_BYTES_MAX) {
            let oldest = self.waiting.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.len());
            self.missed += 1;
        }
    }

    /// The next answer: that their message came, and below it as much as fits. A line that fits no answer is told in parts.
    pub(super) fn answer(&mut self) -> String {
        let mut answer = RECEIVED.to_owned();
        if self.missed > 0 {
            answer += &format!("\nAcaso: older messages that were lost: {}", self.missed);
            self.missed = 0;
        }
        let before = answer.len();
        while let Some(line) = self.waiting.pop_front() {
            let room = ANSWER_BYTES_MAX.saturating_sub(answer.len() + 1);
            let fits = match line.len() <= room {
                true => line.len(),
                // Begun only where it is the first, so that what can stay whole does.
                false if answer.len() == before => line.floor_char_boundary(room),
                false => 0,
            };
            let (now, later) = line.split_at(fits);
            if fits > 0 {
                answer.push('\n');
                answer += now;
                self.bytes -= fits;
            }
            if !later.is_empty() {
                self.waiting.push_front(later.to_owned());
                break;
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn waiting(lines: impl IntoIterator<Item = String>) -> News {
        let mut news = News::default();
        lines.into_iter().for_each(|line| news.add(line));
        news
    }

    #[test]
    fn where_nobody_spoke_it_is_what_the_original_answered() {
        assert_eq!(News::default().answer(), "Message received");
    }

    #[test]
    fn what_was_said_stands_below_once() {
        let mut news = waiting(["Bia: oi".into(), "Caio: olá".into()]);
        assert_eq!(news.answer(), "Message received\nBia: oi\nCaio: olá");
        assert_eq!(news.answer(), "Message received");
    }

    #[test]
    fn what_does_not_fit_waits_and_only_what_never_fits_is_cut() {
        let (long, longest) = ("x".repeat(600), "é".repeat(700));
        let mut news = waiting([long.clone(), long.clone(), longest]);
        assert_eq!(news.answer(), format!("Message received\n{long}"));
        assert_eq!(news.answer(), format!("Message received\n{long}"));
        // 1,024 less the first line and a line break are 1,007 bytes, and a letter has two.
        assert_eq!(news.answer(), format!("Message received\n{}", "é".repeat(503)));
        assert_eq!(news.answer(), format!("Message received\n{}", "é".repeat(197)));
        assert_eq!(news.bytes, 0);
    }

    #[test]
    fn when_too_much_waits_the_oldest_fall_out_and_it_is_said() {
        let mut news = waiting((0..300).map(|number| number.to_string()));
        let answer = news.answer();
        assert!(answer.starts_with("Message received\nAcaso: older messages that were lost: 44\n44\n45\n"));
        let mut news = waiting(["a".into(), "x".repeat(WAITING_BYTES_MAX + 1)]);
        assert_eq!((news.waiting.len(), news.missed), (1, 1));
        assert!(news.answer().contains("lost: 1\nxxx"));
    }

    proptest! {
        #[test]
        fn every_answer_fits_and_nothing_is_lost_or_doubled(lines in prop::collection::vec("[a-zé金⛵]{1,900}", 0..20)) {
            let mut news = waiting(lines.clone());
            let mut told = String::new();
            while !news.waiting.is_empty() {
                let answer = news.answer();
                prop_assert!(answer.len() <= ANSWER_BYTES_MAX);
                told += &answer.strip_prefix(RECEIVED).unwrap().replace('\n', "");
            }
            prop_assert_eq!(told, lines.concat());
            prop_assert_eq!(news.bytes, 0);
        }
    }
}
