//! Events as lines: plain ones for people, JSON objects for scripts.

use std::io::Write;

use acaso_shared::ids::{MessageText, RoomPort};
use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::{Ending, NotSent, Partner, Problem};
use serde_json::{Value, json};

/// Where lines go and in which form.
pub(crate) struct Show {
    pub(crate) json: bool,
}

impl Show {
    /// One whole line, handed over at once: whoever reads it waits for it.
    fn line(&self, object: &Value, plain: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{object}")?;
        } else {
            writeln!(out, "{plain}")?;
        }
        Ok(out.flush()?)
    }

    pub(crate) fn waiting(&self, port: RoomPort) -> anyhow::Result<()> {
        let plain = format!("* the other seat in room {port} is free: waiting");
        self.line(&json!({"event": "waiting", "port": port.get()}), &plain)
    }

    pub(crate) fn paired(&self, partner: &Partner) -> anyhow::Result<()> {
        let Partner {
            name, port, phrase, ..
        } = partner;
        let plain = format!("* you met {name} by chance in room {port}\n* safety phrase: {phrase}");
        self.line(
            &json!({"event": "paired", "name": name.as_str(), "port": port.get(), "phrase": phrase.to_string()}),
            &plain,
        )
    }

    pub(crate) fn message(&self, name: &str, text: &MessageText) -> anyhow::Result<()> {
        let plain = format!("{name}: {}", text.as_str());
        self.line(
            &json!({"event": "message", "name": name, "text": text.as_str()}),
            &plain,
        )
    }

    pub(crate) fn not_sent(&self, text: &str, reason: &str, sentence: &str) -> anyhow::Result<()> {
        let plain = format!("* not sent ({sentence}): {text}");
        self.line(
            &json!({"event": "not_sent", "text": text, "reason": reason}),
            &plain,
        )
    }

    pub(crate) fn partner_left(&self, name: &str, reason: Parting) -> anyhow::Result<()> {
        let (reason, sentence) = match reason {
            Parting::Left => ("left", "said goodbye"),
            Parting::Lost => ("lost", "was cut off"),
            Parting::Removed => ("removed", "was removed by the host"),
            Parting::NeverReady => ("never_ready", "never came in"),
        };
        let plain = format!("* {name} {sentence}; waiting for the next stranger");
        self.line(
            &json!({"event": "partner_left", "name": name, "reason": reason}),
            &plain,
        )
    }

    pub(crate) fn trying_again(&self, problem: &Problem, in_millis: u64) -> anyhow::Result<()> {
        let plain = format!("* {problem} Trying again in {} s.", in_millis.div_ceil(1000));
        let reason = problem.to_string();
        self.line(
            &json!({"event": "trying_again", "reason": reason, "in_millis": in_millis}),
            &plain,
        )
    }

    pub(crate) fn closed(&self, ending: &Ending) -> anyhow::Result<()> {
        let (reason, plain) = match ending {
            Ending::Left | Ending::Problem(_) => ("left", "* goodbye"),
            Ending::Closing(Closing::Server) => ("server_closing", "* the server is closing: goodbye"),
            Ending::Closing(Closing::Room) => ("room_closed", "* the host closed this room: goodbye"),
        };
        self.line(&json!({"event": "closed", "reason": reason}), plain)
    }

    pub(crate) fn refused(&self, problem: &Problem) -> anyhow::Result<()> {
        let reason = problem.to_string();
        self.line(
            &json!({"event": "refused", "reason": reason}),
            &format!("* {reason}"),
        )
    }
}

/// A reason as a word for scripts and as words for people.
pub(crate) fn not_sent_reason(reason: NotSent) -> (&'static str, String) {
    match reason {
        NotSent::NoPartner => ("no_partner", "nobody is there".to_owned()),
        NotSent::ConversationEnded => ("conversation_ended", "they are gone".to_owned()),
        NotSent::TooFast { retry_after_secs } => (
            "too_fast",
            format!("too many wait their turn, try again in {retry_after_secs} s"),
        ),
    }
}
