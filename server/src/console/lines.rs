//! Lines typed by the operator, read on a thread of their own: reading a terminal cannot be cancelled, a thread can be left.

use std::io::{BufRead, Read};

use tokio::sync::mpsc;

/// Longest line looked at, in bytes; the rest of a longer one counts as the next.
const LINE_BYTES_MAX: u64 = 1024;

/// Lines waiting to be handled. Full means that somebody pours in text: the reader waits.
const LINES_MAX: usize = 16;

pub(super) struct Lines {
    /// `None` once nobody wants to hear more.
    typed: Option<mpsc::Receiver<String>>,
}

impl Lines {
    pub(super) fn from_stdin() -> Self {
        let (sender, typed) = mpsc::channel(LINES_MAX);
        let reader = move || read(std::io::stdin().lock(), &sender);
        let started = std::thread::Builder::new().name("console".into()).spawn(reader);
        if let Err(error) = started {
            tracing::warn!(%error, "the console cannot be read; a signal ends the server");
        }
        Self { typed: Some(typed) }
    }

    /// The next line, without its end; `None` at the end of input. After [`stop`](Self::stop) it waits for ever. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<String> {
        match &mut self.typed {
            Some(typed) => typed.recv().await,
            None => std::future::pending().await,
        }
    }

    /// Hears no more.
    pub(super) fn stop(&mut self) {
        self.typed = None;
    }
}

/// Reads until the end, or until nobody listens.
fn read(mut input: impl BufRead, to: &mpsc::Sender<String>) {
    loop {
        let mut line = Vec::new();
        match input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if to.blocking_send(line).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_trimmed_and_a_flood_without_line_ends_comes_in_pieces() {
        let (sender, mut typed) = mpsc::channel(LINES_MAX);
        let flood = "x".repeat(1500);
        read(format!("q\r\n\n {flood}\nlast").as_bytes(), &sender);
        drop(sender);
        let lines: Vec<_> = std::iter::from_fn(|| typed.blocking_recv()).collect();
        let lengths: Vec<_> = lines.iter().map(String::len).collect();
        assert_eq!(lengths, [1, 0, 1023, 477, 4]);
    }
}
