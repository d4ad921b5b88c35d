//! What another program prints, line by line, with an end to every wait.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How far a program may print ahead of us; a program further ahead waits at its pipe, and nothing is lost.
const LINES_AHEAD: usize = 256;

/// The lines of a stream that a thread of its own reads.
pub(crate) struct Lines {
    arriving: Receiver<String>,
}

impl Lines {
    /// Reads `stream` until it ends.
    pub(crate) fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, arriving) = sync_channel(LINES_AHEAD);
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { arriving }
    }

    /// The first line to come in which `pick` finds what it looks for; lines before it are let go.
    ///
    /// # Errors
    /// If the stream ends first, or nothing is found `within` that time; `what` names it in the sentence.
    pub(crate) fn find<T>(
        &self,
        what: &str,
        within: Duration,
        mut pick: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + within;
        loop {
            match self
                .arriving
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    if let Some(found) = pick(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("{what} did not come within {} s", within.as_secs()),
                Err(RecvTimeoutError::Disconnected) => bail!("{what} did not come: the program ended before"),
            }
        }
    }

    /// Whether the stream ends `within` that time; lines before its end are let go.
    pub(crate) fn end(&self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        loop {
            match self
                .arriving
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(_line) => {}
                Err(error) => return error == RecvTimeoutError::Disconnected,
            }
        }
    }

    /// Hands every further line to `show`; the answer tells when the stream has ended.
    pub(crate) fn show_rest(self, show: impl Fn(&str) + Send + 'static) -> Ended {
        let (sender, end) = sync_channel(0);
        thread::spawn(move || {
            let _tells_by_dropping = sender;
            self.arriving.iter().for_each(|line| show(&line));
        });
        Ended { end }
    }
}

/// Tells when a stream has ended.
pub(crate) struct Ended {
    end: Receiver<()>,
}

impl Ended {
    /// Whether the stream ends `within` that time.
    pub(crate) fn comes(&self, within: Duration) -> bool {
        self.end.recv_timeout(within) == Err(RecvTimeoutError::Disconnected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[test]
    fn a_line_is_found_among_others() {
        let lines = Lines::of(&b"one\ntwo 2\nthree\n"[..]);
        let number = lines.find("a number", SOON, |line| {
            line.strip_prefix("two ")?.parse::<u8>().ok()
        });
        assert_eq!(number.ok(), Some(2));
        assert_eq!(lines.find("a line", SOON, |line| Some(line.len())).ok(), Some(5));
    }

    #[test]
    fn the_end_and_the_deadline_are_told_apart() {
        let ended = Lines::of(&b"one\n"[..]).find("a seat", SOON, |_| None::<()>);
        assert_eq!(
            ended.unwrap_err().to_string(),
            "a seat did not come: the program ended before"
        );
        let (_writer, reader) = Pipe::open();
        let late = Lines::of(reader).find("a seat", Duration::ZERO, |_| None::<()>);
        assert_eq!(late.unwrap_err().to_string(), "a seat did not come within 0 s");
    }

    #[test]
    fn an_end_is_waited_for_through_further_lines() {
        assert!(Lines::of(&b"one\ntwo\n"[..]).end(SOON));
        let (_writer, reader) = Pipe::open();
        assert!(!Lines::of(reader).end(Duration::ZERO));
    }

    #[test]
    fn the_rest_is_shown_and_its_end_told() {
        let (writer, reader) = Pipe::open();
        let ended = Lines::of(reader).show_rest(|_| {});
        assert!(!ended.comes(Duration::ZERO));
        drop(writer);
        assert!(ended.comes(SOON));
    }

    /// The reading end of a pipe that stays open for as long as its writer lives.
    struct Pipe(Receiver<()>);

    impl Pipe {
        fn open() -> (std::sync::mpsc::SyncSender<()>, Self) {
            let (writer, reader) = sync_channel(0);
            (writer, Self(reader))
        }
    }

    impl Read for Pipe {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            assert!(self.0.recv().is_err(), "nothing is ever written");
            Ok(0)
        }
    }
}
