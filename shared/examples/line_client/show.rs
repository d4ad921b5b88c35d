//! Events as lines: plain ones for people, JSON objects for scripts.

use std::io::Write;

use acaso_shared::ids::{Code, MessageText, Name, RoomPort};
use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{Ending, MessageId, NotSent, Partner, Problem};
use serde_json::{Value, json};

/// Where lines go and in which form.
pub(crate) struct Show {
    pub(crate) json: bool,
}

impl Show {
    /// One whole line, handed over at once: whoever reads it waits for it.
    pub(crate) fn line(&self, object: &Value, plain: &str) -> anyhow::Result<()> {
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
            name,
            port,
            phrase,
            had_code,
            ..
        } = partner;
        let how = if *had_code {
            "with the same code"
        } else {
            "by chance"
        };
        let plain = format!("* you met {name} {how} in room {port}\n* safety phrase: {phrase}");
        self.line(
            &json!({"event": "paired", "name": name.as_str(), "port": port.get(), "phrase": phrase.to_string(), "private": true, "code": had_code}),
            &plain,
        )
    }

    /// The code is for the other one, so it goes where all lines go.
    pub(crate) fn invitation(
        &self,
        code: &Code,
        link: &ServerLink,
        good_for_millis: u64,
    ) -> anyhow::Result<()> {
        let minutes = good_for_millis.div_ceil(60_000);
        let plain = format!(
            "* waiting {minutes} min for whoever has this code: {code}\n* the same as a link: {link}\n* tell it to nobody else, and not through this server"
        );
        self.line(
            &json!({"event": "invitation", "code": code.to_string(), "link": link.to_string(), "good_for_millis": good_for_millis}),
            &plain,
        )
    }

    /// From here on a code of two words is of no use to anybody else.
    pub(crate) fn comparing(&self, port: RoomPort) -> anyhow::Result<()> {
        let plain = "* somebody came: comparing the words";
        self.line(&json!({"event": "comparing", "port": port.get()}), plain)
    }

    pub(crate) fn kept(&self, code: &Code) -> anyhow::Result<()> {
        let plain = format!(
            "* you both would like to meet again: at this server, with --code {code} (shown once, stored nowhere)"
        );
        self.line(&json!({"event": "kept", "code": code.to_string()}), &plain)
    }

    pub(crate) fn paired_open(&self, port: RoomPort) -> anyhow::Result<()> {
        let plain = format!(
            "* you met somebody by chance in room {port}\n* NOT PRIVATE: they have an old client, nothing is sealed, the server reads along"
        );
        self.line(
            &json!({"event": "paired", "port": port.get(), "private": false}),
            &plain,
        )
    }

    pub(crate) fn introduced(&self, name: &Name) -> anyhow::Result<()> {
        self.line(
            &json!({"event": "introduced", "name": name.as_str()}),
            &format!("* they go by {name}"),
        )
    }

    /// Only for scripts: people expect what they say to go.
    pub(crate) fn sent(&self, id: MessageId) -> anyhow::Result<()> {
        self.for_scripts(&json!({"event": "sent", "id": id.0}))
    }

    pub(crate) fn message(&self, name: &str, text: &MessageText) -> anyhow::Result<()> {
        let plain = format!("{name}: {}", text.as_str());
        self.line(
            &json!({"event": "message", "name": name, "text": text.as_str()}),
            &plain,
        )
    }

    /// Only for scripts: people expect what they say to arrive.
    pub(crate) fn delivered(&self, id: MessageId) -> anyhow::Result<()> {
        self.for_scripts(&json!({"event": "delivered", "id": id.0}))
    }

    /// Only for scripts, as there is no line to put a mark on.
    pub(crate) fn seen(&self, id: MessageId) -> anyhow::Result<()> {
        self.for_scripts(&json!({"event": "seen", "id": id.0}))
    }

    pub(crate) fn for_scripts(&self, object: &Value) -> anyhow::Result<()> {
        if self.json { self.line(object, "") } else { Ok(()) }
    }

    pub(crate) fn typing(&self, name: &str, typing: bool) -> anyhow::Result<()> {
        let object = json!({"event": "typing", "typing": typing});
        if typing {
            self.line(&object, &format!("* {name} is writing"))
        } else {
            self.for_scripts(&object)
        }
    }

    pub(crate) fn not_delivered(&self, id: MessageId, text: &str) -> anyhow::Result<()> {
        let plain = format!("* not known to have arrived: {text}");
        self.line(
            &json!({"event": "not_delivered", "id": id.0, "text": text}),
            &plain,
        )
    }

    pub(crate) fn link_lost(&self, retry_in_millis: u64, grace_left_millis: u64) -> anyhow::Result<()> {
        let plain = format!(
            "* connection lost, trying again in {} s (the seat is kept for {} s); nothing you wrote is lost",
            retry_in_millis.div_ceil(1000),
            grace_left_millis.div_ceil(1000)
        );
        self.line(
            &json!({"event": "link_lost", "retry_in_millis": retry_in_millis, "grace_left_millis": grace_left_millis}),
            &plain,
        )
    }

    pub(crate) fn link_back(&self) -> anyhow::Result<()> {
        self.line(&json!({"event": "link_back"}), "* connected again")
    }

    pub(crate) fn partner_away(&self, name: &str, grace_left_millis: u64) -> anyhow::Result<()> {
        let plain = format!(
            "* {name}'s connection is unstable (waiting {} s)",
            grace_left_millis.div_ceil(1000)
        );
        self.line(
            &json!({"event": "partner_away", "grace_left_millis": grace_left_millis}),
            &plain,
        )
    }

    pub(crate) fn partner_back(&self, name: &str) -> anyhow::Result<()> {
        self.line(
            &json!({"event": "partner_back"}),
            &format!("* {name} is connected again"),
        )
    }

    pub(crate) fn not_sent(&self, text: &str, reason: &str, sentence: &str) -> anyhow::Result<()> {
        let plain = format!("* not sent ({sentence}): {text}");
        self.line(
            &json!({"event": "not_sent", "text": text, "reason": reason}),
            &plain,
        )
    }

    /// Strangers come one after the other; whom one had a code with does not come twice.
    pub(crate) fn partner_left(&self, name: &str, reason: Parting, next: bool) -> anyhow::Result<()> {
        let (reason, sentence) = match reason {
            Parting::Left => ("left", "said goodbye"),
            Parting::Lost => ("lost", "was cut off"),
            Parting::Removed => ("removed", "was removed by the host"),
            Parting::NeverReady => ("never_ready", "never came in"),
        };
        let what_next = if next {
            "; waiting for the next stranger"
        } else {
            ""
        };
        let plain = format!("* {name} {sentence}{what_next}");
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
            Ending::Closing(Closing::NobodyCame) => ("nobody_came", "* nobody came in time"),
            Ending::Closing(Closing::RendezvousOver) => ("over", "* the conversation is over: goodbye"),
        };
        self.line(&json!({"event": "closed", "reason": reason}), plain)
    }

    /// A code of four words stays good.
    pub(crate) fn nobody_came(&self, lasts: bool) -> anyhow::Result<()> {
        let plain = if lasts {
            "* nobody came in time: the code stays good"
        } else {
            "* nobody came in time: the code is void"
        };
        self.line(&json!({"event": "closed", "reason": "nobody_came"}), plain)
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
