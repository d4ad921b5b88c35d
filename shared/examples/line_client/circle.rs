//! A visit to a circle on a terminal: a line typed is said to everybody there, a line shown is news.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::Duration;

use acaso_shared::ids::{Code, Fingerprint, MessageText, Name};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::circle::{
    self, Circle, CircleCommand, CircleNews, CircleSession, CircleVisit, NotSaid, Path,
};
use acaso_shared::session::{Ending, MessageId, Options, Visit};
use anyhow::Context;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use crate::next_line;
use crate::show::Show;

/// How long the end of input waits until everybody has everything.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Goes to the circle and stays until the end of the visit or of the input.
pub(crate) async fn run(
    options: Options,
    visit: Visit,
    circle: Circle,
    show: Show,
) -> anyhow::Result<ExitCode> {
    eprintln!(
        "line_client: in a circle computers talk to each other directly: everybody in it sees your internet address, and so tells roughly where you are"
    );
    let (session, news) = circle::spawn(options, CircleVisit { visit, circle });
    let mut goer = Goer {
        session,
        news,
        show,
        gathered: false,
        there: BTreeMap::new(),
        unanswered: BTreeMap::new(),
        next_id: 0,
        held: None,
        leaves_at: None,
    };
    let code = goer.stay().await?;
    goer.session.finish().await;
    Ok(code)
}

struct Goer {
    session: CircleSession,
    news: Receiver<CircleNews>,
    show: Show,
    gathered: bool,
    there: BTreeMap<CircleMember, Name>,
    /// What was said, and who of those who were there is not known to have it.
    unanswered: BTreeMap<MessageId, BTreeSet<CircleMember>>,
    next_id: u64,
    /// A line typed before we were introduced. No other is read before.
    held: Option<String>,
    /// When we leave at the latest, once there is no more input.
    leaves_at: Option<Instant>,
}

impl Goer {
    async fn stay(&mut self) -> anyhow::Result<ExitCode> {
        let mut lines = Some(BufReader::new(tokio::io::stdin()).lines());
        loop {
            if self.gathered
                && let Some(line) = self.held.take()
            {
                self.say(&line).await?;
            }
            self.leave_if_answered();
            tokio::select! {
                news = self.news.recv() => {
                    let news = news.context("the engine ended")?;
                    if let Some(code) = self.happened(news)? {
                        return Ok(code);
                    }
                }
                interrupted = tokio::signal::ctrl_c() => {
                    interrupted?;
                    self.session.command(CircleCommand::Leave).await?;
                }
                () = until(self.leaves_at), if self.leaves_at.is_some() => {
                    self.leaves_at = None;
                    self.session.command(CircleCommand::Leave).await?;
                }
                line = next_line(lines.as_mut()), if lines.is_some() && self.held.is_none() => match line? {
                    Some(line) => self.typed(&line).await?,
                    None => {
                        lines = None;
                        self.leaves_at = Some(Instant::now() + LAST_ANSWERS);
                    }
                },
            }
        }
    }

    async fn typed(&mut self, line: &str) -> anyhow::Result<()> {
        match line {
            "QUIT" => Ok(self.session.command(CircleCommand::Leave).await?),
            "/now" => Ok(self.session.command(CircleCommand::TryNow).await?),
            line => {
                self.held = Some(line.strip_prefix("/say ").unwrap_or(line).to_owned());
                Ok(())
            }
        }
    }

    async fn say(&mut self, line: &str) -> anyhow::Result<()> {
        self.next_id += 1;
        let id = MessageId(self.next_id);
        let text = match MessageText::parse(line) {
            Ok(text) => text,
            Err(error) => return self.not_said(id, line, "bad_message", &error.to_string()),
        };
        self.unanswered.insert(id, self.there.keys().copied().collect());
        Ok(self.session.command(CircleCommand::Say { id, text }).await?)
    }

    /// Shows what happened; tells the exit code if it was the end.
    fn happened(&mut self, news: CircleNews) -> anyhow::Result<Option<ExitCode>> {
        match news {
            CircleNews::Calling { .. } => {}
            CircleNews::Gathered { member, key, code } => self.was_gathered(member, key, code.as_ref())?,
            CircleNews::Came {
                member,
                name,
                key,
                path,
            } => self.came(member, name, key, path)?,
            CircleNews::Said { member, text } => {
                let name = self.name(member);
                let object = json!({"event": "said", "member": member.0, "name": name.as_str(), "text": text.as_str()});
                self.show.line(&object, &format!("{name}: {}", text.as_str()))?;
            }
            CircleNews::Delivered { id, member } => {
                self.answered(id, member);
                self.show
                    .for_scripts(&json!({"event": "delivered", "id": id.0, "member": member.0}))?;
            }
            CircleNews::NotDelivered { id, member } => {
                self.answered(id, member);
                let plain = format!("* {} may not have your line {}", self.name(member), id.0);
                let object = json!({"event": "not_delivered", "id": id.0, "member": member.0});
                self.show.line(&object, &plain)?;
            }
            CircleNews::NotSaid { id, text, reason } => {
                let (word, sentence) = why_not(reason);
                self.not_said(id, text.as_str(), word, &sentence)?;
            }
            CircleNews::Closed(Ending::Problem(problem)) => {
                self.show.refused(&problem)?;
                return Ok(Some(ExitCode::FAILURE));
            }
            CircleNews::Closed(ending) => {
                self.show.closed(&ending)?;
                return Ok(Some(ExitCode::SUCCESS));
            }
            news => self.changed(news)?,
        }
        Ok(None)
    }

    /// How others are reached, and the server.
    fn changed(&mut self, news: CircleNews) -> anyhow::Result<()> {
        let (object, plain) = match news {
            CircleNews::Path { member, path } => (
                json!({"event": "path", "member": member.0, "path": word(path)}),
                format!("* {} is reached {} now", self.name(member), words(path)),
            ),
            CircleNews::Unreachable { member } => (
                json!({"event": "unreachable", "member": member.0}),
                "* somebody is there whom no way leads to from here; it is tried again now and then".to_owned(),
            ),
            CircleNews::Away { member } => (
                self.about("away", member),
                format!("* the link to {} is lost; what you say is kept for them", self.name(member)),
            ),
            CircleNews::Back { member, path } => (
                json!({"event": "back", "member": member.0, "name": self.name(member).as_str(), "path": word(path)}),
                format!("* {} is back", self.name(member)),
            ),
            CircleNews::Went { member, left } => self.went(member, left),
            CircleNews::WrongWords { open } => (
                json!({"event": "wrong_words", "open": open}),
                match open {
                    true => "* the words of the code were not the same at both ends: somebody mistyped them, or guessed".to_owned(),
                    false => "* somebody guessed at the words too often: nobody new is let in from here on".to_owned(),
                },
            ),
            CircleNews::LobbyLost { retry_in_millis } => (
                json!({"event": "lobby_lost", "retry_in_millis": retry_in_millis}),
                "* the server is not there: nobody new can come, those who are here talk on".to_owned(),
            ),
            CircleNews::LobbyBack => (
                json!({"event": "lobby_back"}),
                "* the server is back".to_owned(),
            ),
            other => anyhow::bail!("news that nobody shows: {other:?}"),
        };
        self.show.line(&object, &plain)
    }

    fn was_gathered(
        &mut self,
        member: CircleMember,
        key: Fingerprint,
        code: Option<&Code>,
    ) -> anyhow::Result<()> {
        self.gathered = true;
        let code = code.map(ToString::to_string);
        let object = json!({"event": "gathered", "member": member.0, "key": key.to_string(), "code": code});
        let invites = code.map_or(String::new(), |code| {
            format!("\n* whoever has this code can come: {code}")
        });
        let plain = format!("* introduced; whoever is there follows. Your key: {key}{invites}");
        self.show.line(&object, &plain)
    }

    fn came(&mut self, member: CircleMember, name: Name, key: Fingerprint, path: Path) -> anyhow::Result<()> {
        let object = json!({
            "event": "came", "member": member.0, "name": name.as_str(), "key": key.to_string(), "path": word(path),
        });
        let plain = format!("* {name} is here, reached {}. Their key: {key}", words(path));
        self.there.insert(member, name);
        self.show.line(&object, &plain)
    }

    fn went(&mut self, member: CircleMember, left: bool) -> (Value, String) {
        let name = self.there.remove(&member).unwrap_or_else(Name::anonymous);
        for waiting in self.unanswered.values_mut() {
            waiting.remove(&member);
        }
        let object = json!({"event": "went", "member": member.0, "name": name.as_str(), "left": left});
        let how = if left { "left" } else { "is gone" };
        (object, format!("* {name} {how}"))
    }

    fn not_said(&mut self, id: MessageId, text: &str, word: &str, sentence: &str) -> anyhow::Result<()> {
        self.unanswered.remove(&id);
        let object = json!({"event": "not_said", "id": id.0, "text": text, "reason": word});
        self.show
            .line(&object, &format!("* not said ({sentence}): {text}"))
    }

    fn answered(&mut self, id: MessageId, member: CircleMember) {
        if let Some(waiting) = self.unanswered.get_mut(&id) {
            waiting.remove(&member);
        }
    }

    /// At the end of input nobody waits longer than until everybody has everything, or to be introduced at all.
    fn leave_if_answered(&mut self) {
        self.unanswered.retain(|_, waiting| !waiting.is_empty());
        if self.gathered && self.unanswered.is_empty() && self.held.is_none() {
            self.leaves_at = self.leaves_at.map(|_| Instant::now());
        }
    }

    fn name(&self, member: CircleMember) -> Name {
        self.there.get(&member).cloned().unwrap_or_else(Name::anonymous)
    }

    fn about(&self, event: &str, member: CircleMember) -> Value {
        json!({"event": event, "member": member.0, "name": self.name(member).as_str()})
    }
}

/// A path as a word for scripts.
fn word(path: Path) -> &'static str {
    match path {
        Path::Direct => "direct",
        Path::Relayed => "relayed",
    }
}

/// A path in words for people.
fn words(path: Path) -> &'static str {
    match path {
        Path::Direct => "directly",
        Path::Relayed => "through the server, which cannot read it",
    }
}

/// A reason as a word for scripts and as words for people.
fn why_not(reason: NotSaid) -> (&'static str, String) {
    match reason {
        NotSaid::Nobody => ("nobody", "nobody is there".to_owned()),
        NotSaid::TooFast { retry_after_secs } => (
            "too_fast",
            format!("too much at once, try again in {retry_after_secs} s"),
        ),
    }
}

async fn until(time: Option<Instant>) {
    if let Some(time) = time {
        tokio::time::sleep_until(time).await;
    }
}
