//! The client engine on a terminal: a line typed is a message, a line shown is an event. Scripts and tests drive it with `--json`.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use acaso_shared::ids::{AccountName, MessageText, Name};
use acaso_shared::session::{
    self, Command, ConversationId, Ending, Event, Goodbye, Habits, MessageId, Options, Problem, Session,
    Visit,
};
use anyhow::Context;
use arguments::Arguments;
use clap::Parser;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};
use tokio::sync::mpsc::Receiver;

mod arguments;
mod login;
mod plaza;
mod show;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| {
            let outcome = runtime.block_on(run(arguments));
            // A thread may still wait for the next line on stdin, which nobody is going to type.
            runtime.shutdown_background();
            outcome
        });
    outcome.unwrap_or_else(|error: anyhow::Error| {
        eprintln!("line_client: {error:#}");
        ExitCode::FAILURE
    })
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.plain {
        eprintln!(
            "line_client: --plain: whoever is on the way sees when and how much you write, and can pose as the server"
        );
    }
    let options = Options::new(known_servers(arguments.data)?);
    let visit = Visit {
        plain: arguments.plain,
        transport: arguments.transport,
        login: login::from_environment(arguments.user.clone())?,
        habits: Habits {
            typing: arguments.tell,
            seen: arguments.tell,
        },
        identity: arguments.server.identity.map(Box::new),
        old_clients: arguments.allow_classic,
        ..Visit::new(
            arguments.server.server,
            arguments.name.unwrap_or_else(Name::anonymous),
        )
    };
    if let Some(plaza) = arguments.plaza {
        let show = show::Show { json: arguments.json };
        return plaza::run(options, visit, plaza, arguments.subject, show).await;
    }
    let (session, events) = session::spawn(options);
    session.command(Command::Meet(visit.clone())).await?;
    let mut client = Client {
        session,
        events,
        show: show::Show { json: arguments.json },
        visit,
        user: arguments.user,
        trust_new: arguments.trust_new,
        seated: false,
        partner: None,
        conversation: ConversationId(0),
        unanswered: BTreeMap::new(),
        next_id: 0,
        wish: None,
    };
    let code = client.talk().await?;
    client.session.finish().await;
    Ok(code)
}

fn known_servers(data: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let directory = match data {
        Some(directory) => directory,
        None => directories::ProjectDirs::from("org", "Acaso", "acaso")
            .context(
                "this account has no home directory: say where to keep the known servers with --data DIR",
            )?
            .data_dir()
            .to_owned(),
    };
    Ok(directory.join("known_servers.toml"))
}

struct Client {
    session: Session,
    events: Receiver<Event>,
    show: show::Show,
    visit: Visit,
    user: Option<AccountName>,
    trust_new: bool,
    /// A seat was had.
    seated: bool,
    partner: Option<Name>,
    /// The newest conversation: what is typed is meant for it, also if it has just ended.
    conversation: ConversationId,
    /// What was said and is not known to have arrived; the engine holds no more than its outbox.
    unanswered: BTreeMap<MessageId, MessageText>,
    next_id: u64,
    /// A wish that the engine has not taken yet; until then no further line is read.
    wish: Option<Command>,
}

impl Client {
    /// Passes lines in and events out until the visit is over.
    async fn talk(&mut self) -> anyhow::Result<ExitCode> {
        let mut lines = Some(BufReader::new(tokio::io::stdin()).lines());
        loop {
            tokio::select! {
                event = self.events.recv() => {
                    let event = event.context("the engine ended")?;
                    if let Some(code) = self.happened(event)? {
                        return Ok(code);
                    }
                }
                taken = pass_on(&self.session, self.wish.clone()), if self.wish.is_some() => {
                    taken?;
                    self.wish = None;
                }
                interrupted = tokio::signal::ctrl_c() => {
                    interrupted?;
                    self.wish = Some(Command::Leave(Goodbye::Now));
                }
                line = next_line(lines.as_mut()), if lines.is_some() && self.takes_lines() => match line? {
                    Some(line) => self.typed(&line)?,
                    None => {
                        lines = None;
                        self.wish = Some(Command::Leave(Goodbye::WhenSent));
                    }
                },
            }
        }
    }

    /// On a terminal a password may have to be asked for first, and must not be taken for a line.
    fn takes_lines(&self) -> bool {
        self.wish.is_none() && (self.seated || !std::io::stdin().is_terminal())
    }

    fn typed(&mut self, line: &str) -> anyhow::Result<()> {
        let conversation = self.conversation;
        match line {
            "QUIT" => self.wish = Some(Command::Leave(Goodbye::Now)),
            "/block" => self.wish = Some(Command::Block { conversation }),
            "/now" => self.wish = Some(Command::TryNow),
            line => self.say(line.strip_prefix("/say ").unwrap_or(line))?,
        }
        Ok(())
    }

    fn say(&mut self, line: &str) -> anyhow::Result<()> {
        let text = match MessageText::parse(line) {
            Ok(text) => text,
            Err(error) => return self.show.not_sent(line, "bad_message", &error.to_string()),
        };
        // Without a partner the engine gives the text back: one place decides.
        let conversation = self.conversation;
        self.next_id += 1;
        let id = MessageId(self.next_id);
        self.unanswered.insert(id, text.clone());
        self.wish = Some(Command::Say {
            conversation,
            id,
            text,
        });
        Ok(())
    }

    /// Shows an event; tells the exit code if it was the last one.
    fn happened(&mut self, event: Event) -> anyhow::Result<Option<ExitCode>> {
        match event {
            // Said only to who asks for it, which cannot be done here yet.
            Event::Calling { .. } | Event::Invited { .. } | Event::Kept { .. } => {}
            Event::PairedOpen { conversation, port } => {
                self.show.paired_open(port)?;
                self.conversation = conversation;
                self.partner = None;
            }
            Event::Introduced { name, .. } => {
                self.show.introduced(&name)?;
                self.partner = Some(name);
            }
            Event::Waiting { port, .. } => {
                self.seated = true;
                self.show.waiting(port)?;
            }
            Event::Paired(partner) => {
                self.show.paired(&partner)?;
                self.conversation = partner.conversation;
                self.partner = Some(partner.name);
            }
            Event::Message { text, .. } => {
                self.show.message(self.partner_name(), &text)?;
                self.looked();
            }
            Event::PartnerLeft { reason, .. } => {
                self.show.partner_left(self.partner_name(), reason)?;
                self.partner = None;
            }
            Event::TryingAgain { problem, in_millis } => self.show.trying_again(&problem, in_millis)?,
            Event::Closed { ending, .. } => return self.closed(ending),
            Event::Sent { .. }
            | Event::Delivered { .. }
            | Event::Seen { .. }
            | Event::NotDelivered { .. }
            | Event::NotSent { .. } => self.became_of_ours(event)?,
            Event::Typing { typing, .. } => self.show.typing(self.partner_name(), typing)?,
            Event::LinkLost {
                retry_in_millis,
                grace_left_millis,
                ..
            } => self.show.link_lost(retry_in_millis, grace_left_millis)?,
            Event::LinkBack { .. } => self.show.link_back()?,
            Event::PartnerAway {
                grace_left_millis, ..
            } => {
                self.show.partner_away(self.partner_name(), grace_left_millis)?;
            }
            Event::PartnerBack { .. } => self.show.partner_back(self.partner_name())?,
        }
        Ok(None)
    }

    /// Shows what became of something we said.
    fn became_of_ours(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Sent { id, .. } => {
                self.unanswered.remove(&id);
                self.show.sent(id)
            }
            Event::Delivered { id, .. } => {
                self.unanswered.remove(&id);
                self.show.delivered(id)
            }
            Event::Seen { id, .. } => self.show.seen(id),
            Event::NotDelivered { id, .. } => {
                let text = self.unanswered.remove(&id);
                self.show
                    .not_delivered(id, text.as_ref().map_or("", MessageText::as_str))
            }
            Event::NotSent { id, text, reason, .. } => {
                self.unanswered.remove(&id);
                let (word, sentence) = show::not_sent_reason(reason);
                self.show.not_sent(text.as_str(), word, &sentence)
            }
            _ => Ok(()),
        }
    }

    /// What is shown was looked at. If the engine has no time to hear it now, the next message tells it as well.
    fn looked(&self) {
        let conversation = self.conversation;
        if self.visit.habits.seen
            && let Err(busy) = self.session.try_command(Command::Looked { conversation })
        {
            eprintln!("line_client: {busy}");
        }
    }

    fn closed(&mut self, ending: Ending) -> anyhow::Result<Option<ExitCode>> {
        match ending {
            Ending::Problem(Problem::IdentityChanged { shown, .. }) if self.trust_new => {
                let visit = self.visit.clone();
                self.wish = Some(Command::TrustIdentity { visit, shown });
                // Once: a server that shows a third identity is refused.
                self.trust_new = false;
                Ok(None)
            }
            Ending::Problem(Problem::LoginNeeded { host, account })
                if self.visit.login.is_none() && std::io::stdin().is_terminal() =>
            {
                let user = self.user.take();
                self.visit.login = Some(login::ask(&host, user, account)?);
                self.wish = Some(Command::Meet(self.visit.clone()));
                Ok(None)
            }
            Ending::Problem(problem) => {
                self.show.refused(&problem)?;
                Ok(Some(ExitCode::FAILURE))
            }
            ending => {
                self.show.closed(&ending)?;
                Ok(Some(ExitCode::SUCCESS))
            }
        }
    }

    fn partner_name(&self) -> &str {
        // Somebody with an old client may never say a name.
        self.partner.as_ref().map_or("somebody", Name::as_str)
    }
}

/// Waits beside everything else until the engine takes a wish: it takes none while its events wait to be shown.
async fn pass_on(session: &Session, wish: Option<Command>) -> anyhow::Result<()> {
    match wish {
        Some(wish) => Ok(session.command(wish).await?),
        None => std::future::pending().await,
    }
}

async fn next_line(lines: Option<&mut Lines<BufReader<Stdin>>>) -> std::io::Result<Option<String>> {
    match lines {
        Some(lines) => lines.next_line().await,
        None => std::future::pending().await,
    }
}
