//! Notices of the desktop: what is worth calling somebody back for. One task owns them; a desktop that takes none, or never
//! answers, holds nothing up.

mod desk;

use tokio::sync::mpsc;

use crate::bridge::Wake;

/// Longest text of a notice in characters: a popup shows less.
const BODY_CHARS_MAX: usize = 240;

/// Requests on their way to the task. The window makes at most a few a second, and each replaces the one before.
const REQUESTS_MAX: usize = 16;

/// A notice as it is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Banner {
    /// The head: who, or what happened.
    pub summary: String,
    /// The text, plain: whatever looks like markup in it is text.
    pub body: String,
    /// The label of what a click does.
    pub open: String,
}

/// Names and words stay out of logs.
impl std::fmt::Debug for Banner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Banner(…)")
    }
}

/// What the window needs for notices; tests bring their own.
pub trait Notifier {
    /// Shows this notice in place of the one before. Never waits.
    fn show(&mut self, banner: Banner);
    /// Takes the notice back: the person is looking.
    fn withdraw(&mut self);
}

/// What the task is asked for.
#[derive(Debug)]
enum Request {
    Show(Banner),
    Withdraw,
}

/// Notices of this desktop.
pub struct Notices {
    requests: mpsc::Sender<Request>,
}

impl Notices {
    /// The handle, and the task to run. A click on a notice calls `raise`.
    pub fn new(raise: Wake) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (requests, taken) = mpsc::channel(REQUESTS_MAX);
        (Self { requests }, desk::serve(taken, raise))
    }
}

impl Notifier for Notices {
    fn show(&mut self, mut banner: Banner) {
        banner.body = shortened(&banner.body);
        // Full: the desktop is not answering, and what it has not shown by now it need not show at all.
        self.requests.try_send(Request::Show(banner)).ok();
    }

    fn withdraw(&mut self) {
        self.requests.try_send(Request::Withdraw).ok();
    }
}

/// No more of a message than a popup can hold, without control characters.
fn shortened(text: &str) -> String {
    let mut chars = text
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .filter(|c| !c.is_control());
    let mut short: String = chars.by_ref().take(BODY_CHARS_MAX).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_shortened_between_characters() {
        assert_eq!(shortened("olá\n🌻\u{7}"), "olá 🌻");
        let long = shortened(&"ж".repeat(2000));
        assert_eq!(long.chars().count(), BODY_CHARS_MAX + 1);
        assert!(long.ends_with('…'));
    }
}
