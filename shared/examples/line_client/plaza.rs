//! A visit to a plaza on a terminal: a line typed is a post, a line shown is news.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::Duration;

use acaso_shared::ids::{Name, PlazaName, PostText, Subject};
use acaso_shared::limits::POSTS_UNANSWERED_MAX;
use acaso_shared::protocol::plaza::{Member, MemberNumber, Post};
use acaso_shared::session::plaza::{self, NotPosted, PlazaCommand, PlazaNews, PlazaSession, PlazaVisit};
use acaso_shared::session::{Ending, MessageId, Options, Visit};
use anyhow::Context;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use crate::next_line;
use crate::show::Show;

/// How long the end of input waits for answers.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Goes to the plaza and stays until the end of the visit or of the input.
pub(crate) async fn run(
    options: Options,
    visit: Visit,
    plaza: PlazaName,
    subject: Option<Subject>,
    show: Show,
) -> anyhow::Result<ExitCode> {
    let (session, news) = plaza::spawn(options, PlazaVisit { visit, plaza });
    let mut goer = Goer {
        session,
        news,
        show,
        subject,
        inside: false,
        here: BTreeMap::new(),
        unanswered: BTreeSet::new(),
        next_id: 0,
        held: None,
        leaves_at: None,
    };
    let code = goer.stay().await?;
    goer.session.finish().await;
    Ok(code)
}

struct Goer {
    session: PlazaSession,
    news: Receiver<PlazaNews>,
    show: Show,
    subject: Option<Subject>,
    inside: bool,
    here: BTreeMap<MemberNumber, Name>,
    unanswered: BTreeSet<MessageId>,
    next_id: u64,
    /// A line typed while nothing could be posted, until it can be. No other is read before.
    held: Option<String>,
    /// When we leave at the latest, once there is no more input.
    leaves_at: Option<Instant>,
}

impl Goer {
    async fn stay(&mut self) -> anyhow::Result<ExitCode> {
        let mut lines = Some(BufReader::new(tokio::io::stdin()).lines());
        loop {
            if self.may_post()
                && let Some(line) = self.held.take()
            {
                self.post(&line).await?;
            }
            tokio::select! {
                news = self.news.recv() => {
                    let news = news.context("the engine ended")?;
                    if let Some(code) = self.happened(news)? {
                        return Ok(code);
                    }
                }
                interrupted = tokio::signal::ctrl_c() => {
                    interrupted?;
                    self.session.command(PlazaCommand::Leave).await?;
                }
                () = until(self.leaves_at), if self.leaves_at.is_some() => {
                    self.leaves_at = None;
                    self.session.command(PlazaCommand::Leave).await?;
                }
                line = next_line(lines.as_mut()), if lines.is_some() && self.held.is_none() => match line? {
                    Some(line) => self.typed(&line).await?,
                    None => {
                        lines = None;
                        self.leaves_at = Some(Instant::now() + LAST_ANSWERS);
                        self.leave_if_answered();
                    }
                },
            }
        }
    }

    async fn typed(&mut self, line: &str) -> anyhow::Result<()> {
        match line {
            "QUIT" => Ok(self.session.command(PlazaCommand::Leave).await?),
            "/now" => Ok(self.session.command(PlazaCommand::TryNow).await?),
            line => {
                self.held = Some(line.strip_prefix("/say ").unwrap_or(line).to_owned());
                Ok(())
            }
        }
    }

    fn may_post(&self) -> bool {
        self.inside && self.unanswered.len() < POSTS_UNANSWERED_MAX
    }

    async fn post(&mut self, line: &str) -> anyhow::Result<()> {
        self.next_id += 1;
        let id = MessageId(self.next_id);
        let text = match PostText::parse(line) {
            Ok(text) => text,
            Err(error) => return self.not_posted(id, line, "bad_post", &error.to_string()),
        };
        self.unanswered.insert(id);
        let subject = self.subject.clone();
        Ok(self
            .session
            .command(PlazaCommand::Post { id, subject, text })
            .await?)
    }

    /// Shows what happened; tells the exit code if it was the end.
    fn happened(&mut self, news: PlazaNews) -> anyhow::Result<Option<ExitCode>> {
        match news {
            PlazaNews::Calling { .. } => {}
            PlazaNews::Entered { member } => {
                self.inside = true;
                self.here.clear();
                self.leave_if_answered();
                let object = json!({"event": "entered", "member": member.0});
                self.show.line(
                    &object,
                    "* inside: everybody here, and the server, reads what you write",
                )?;
            }
            PlazaNews::Here(members) => self.are_here(members)?,
            PlazaNews::Came(member) => {
                let plain = format!("* {} came", member.name);
                self.show
                    .line(&about("came", member.number, member.name.as_str()), &plain)?;
                self.here.insert(member.number, member.name);
            }
            PlazaNews::Went(number) => self.went(number)?,
            PlazaNews::Post(post) => self.post_came(&post)?,
            PlazaNews::Posted {
                id,
                number,
                unix_secs,
            } => {
                self.answered(id);
                self.show.for_scripts(
                    &json!({"event": "posted", "id": id.0, "number": number.0, "unix_secs": unix_secs}),
                )?;
            }
            PlazaNews::NotPosted { id, text, reason, .. } => {
                let (word, sentence) = why_not(reason);
                self.not_posted(id, text.as_str(), word, &sentence)?;
            }
            PlazaNews::LinkLost { retry_in_millis } => {
                self.inside = false;
                let plain = format!(
                    "* connection lost, trying again in {} s",
                    retry_in_millis.div_ceil(1000)
                );
                let object = json!({"event": "link_lost", "retry_in_millis": retry_in_millis});
                self.show.line(&object, &plain)?;
            }
            PlazaNews::Closed(Ending::Problem(problem)) => {
                self.show.refused(&problem)?;
                return Ok(Some(ExitCode::FAILURE));
            }
            PlazaNews::Closed(ending) => {
                self.show.closed(&ending)?;
                return Ok(Some(ExitCode::SUCCESS));
            }
        }
        Ok(None)
    }

    fn are_here(&mut self, members: Vec<Member>) -> anyhow::Result<()> {
        let objects: Vec<_> = members
            .iter()
            .map(|member| json!({"number": member.number.0, "name": member.name.as_str()}))
            .collect();
        let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
        let plain = format!("* here: {}", names.join(", "));
        self.show
            .line(&json!({"event": "here", "members": objects}), &plain)?;
        let members = members.into_iter();
        self.here
            .extend(members.map(|member| (member.number, member.name)));
        Ok(())
    }

    fn went(&mut self, number: MemberNumber) -> anyhow::Result<()> {
        let name = self.here.remove(&number).unwrap_or_else(Name::anonymous);
        let plain = format!("* {name} went");
        self.show.line(&about("went", number, name.as_str()), &plain)
    }

    fn post_came(&self, post: &Post) -> anyhow::Result<()> {
        let (name, text) = (post.author.name.as_str(), post.text.as_str());
        let subject = post.subject.as_ref().map(Subject::as_str);
        let about = subject.map_or(String::new(), |subject| format!(" [{subject}]"));
        let object = json!({
            "event": "post", "number": post.number.0, "author": post.author.number.0, "name": name,
            "subject": subject, "text": text, "unix_secs": post.unix_secs,
        });
        self.show.line(&object, &format!("{name}{about}: {text}"))
    }

    fn not_posted(&mut self, id: MessageId, text: &str, word: &str, sentence: &str) -> anyhow::Result<()> {
        self.answered(id);
        let object = json!({"event": "not_posted", "id": id.0, "text": text, "reason": word});
        self.show
            .line(&object, &format!("* not posted ({sentence}): {text}"))
    }

    fn answered(&mut self, id: MessageId) {
        self.unanswered.remove(&id);
        self.leave_if_answered();
    }

    /// At the end of input nobody waits longer than for the last answer, or to come in at all.
    fn leave_if_answered(&mut self) {
        if self.inside && self.unanswered.is_empty() && self.held.is_none() {
            self.leaves_at = self.leaves_at.map(|_| Instant::now());
        }
    }
}

fn about(event: &str, number: MemberNumber, name: &str) -> Value {
    json!({"event": event, "number": number.0, "name": name})
}

/// A reason as a word for scripts and as words for people.
fn why_not(reason: NotPosted) -> (&'static str, String) {
    use acaso_shared::protocol::Refusal::SlowDown;
    match reason {
        NotPosted::Refused(SlowDown { retry_after_secs }) => (
            "too_fast",
            format!("too much at once, try again in {retry_after_secs} s"),
        ),
        NotPosted::Refused(_) => ("refused", "the plaza does not take it".to_owned()),
        NotPosted::Unknown => (
            "unknown",
            "the connection was lost, it may have arrived".to_owned(),
        ),
        NotPosted::NotTaken => (
            "not_taken",
            "not inside, or too many wait for an answer".to_owned(),
        ),
    }
}

async fn until(time: Option<Instant>) {
    if let Some(time) = time {
        tokio::time::sleep_until(time).await;
    }
}
