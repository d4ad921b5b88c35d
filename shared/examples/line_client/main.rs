//! The client engine on a terminal: a line typed is a message, a line shown is an event. Scripts and tests drive it with `--json`.

use std::path::PathBuf;
use std::process::ExitCode;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{MessageText, Name};
use acaso_shared::session::{
    self, Command, ConversationId, Ending, Event, Goodbye, MessageId, Options, Problem, Session, Visit,
};
use anyhow::Context;
use clap::Parser;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};
use tokio::sync::mpsc::Receiver;

mod show;

/// What `--help` says after the flags.
const EVENTS: &str = r#"WITH --json, ONE OBJECT PER LINE ON STDOUT:
  {"event":"waiting","port":N}                        seated; the other seat is free
  {"event":"paired","name":"…","port":N,"phrase":"…"} somebody came, and the encryption stands; the phrase is the same at
                                                      their end, or somebody sits in between: compare it elsewhere
  {"event":"message","name":"…","text":"…"}           they said something
  {"event":"not_sent","text":"…","reason":"…"}        no_partner | conversation_ended | too_fast | bad_message
  {"event":"partner_left","name":"…","reason":"…"}    left | lost | removed; the seat is kept, the next stranger comes by chance
  {"event":"trying_again","reason":"…","in_millis":N} the link was lost while nobody was there
  {"event":"closed","reason":"…"}                     left | server_closing | room_closed: the end, exit code 0
  {"event":"refused","reason":"…"}                    one sentence: what, why, what next: the end, exit code 1

A line is a message; only QUIT (goodbye) and /say TEXT (says TEXT, whatever it is) are special. The end of input is QUIT after
everything typed has been handed over. Starting this program accepts the house rules: be kind, keep yourself to yourself, nothing
illegal, 18 or older."#;

/// Meet a stranger by chance, line by line.
#[derive(Parser)]
#[command(after_help = EVENTS)]
struct Arguments {
    /// The server: a name or an address, with or without a port
    server: ServerAddress,
    /// The name your partner sees
    #[arg(long, value_parser = Name::parse)]
    name: Option<Name>,
    /// Print events as JSON
    #[arg(long)]
    json: bool,
    /// Accept a changed identity of the server instead of refusing it
    #[arg(long)]
    trust_new: bool,
    /// TCP without TLS: for trials on one's own machine
    #[arg(long)]
    plain: bool,
    /// Where the known servers' identities are kept
    #[arg(long)]
    data: Option<PathBuf>,
}

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
    let (session, events) = session::spawn(Options::new(known_servers(arguments.data)?));
    let visit = Visit {
        plain: arguments.plain,
        ..Visit::new(arguments.server, arguments.name.unwrap_or_else(Name::anonymous))
    };
    session.command(Command::Meet(visit.clone())).await?;
    let mut client = Client {
        session,
        events,
        show: show::Show { json: arguments.json },
        visit,
        trust_new: arguments.trust_new,
        partner: None,
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
    trust_new: bool,
    partner: Option<(ConversationId, Name)>,
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
                line = next_line(lines.as_mut()), if lines.is_some() && self.wish.is_none() => match line? {
                    Some(line) if line == "QUIT" => self.wish = Some(Command::Leave(Goodbye::Now)),
                    Some(line) => self.say(line.strip_prefix("/say ").unwrap_or(&line))?,
                    None => {
                        lines = None;
                        self.wish = Some(Command::Leave(Goodbye::WhenSent));
                    }
                },
            }
        }
    }

    fn say(&mut self, line: &str) -> anyhow::Result<()> {
        let text = match MessageText::parse(line) {
            Ok(text) => text,
            Err(error) => return self.show.not_sent(line, "bad_message", &error.to_string()),
        };
        // Without a partner the engine gives the text back: one place decides.
        let conversation = self.partner.as_ref().map_or(ConversationId(0), |(id, _)| *id);
        self.next_id += 1;
        let id = MessageId(self.next_id);
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
            Event::Calling { .. } => {}
            Event::Waiting { port, .. } => self.show.waiting(port)?,
            Event::Paired(partner) => {
                self.show.paired(&partner)?;
                self.partner = Some((partner.conversation, partner.name));
            }
            Event::Message { text, .. } => self.show.message(self.partner_name(), &text)?,
            Event::NotSent { text, reason, .. } => {
                let (word, sentence) = show::not_sent_reason(reason);
                self.show.not_sent(text.as_str(), word, &sentence)?;
            }
            Event::PartnerLeft { reason, .. } => {
                self.show.partner_left(self.partner_name(), reason)?;
                self.partner = None;
            }
            Event::TryingAgain { problem, in_millis } => self.show.trying_again(&problem, in_millis)?,
            Event::Closed { ending, .. } => return self.closed(ending),
            Event::Delivered { .. }
            | Event::Seen { .. }
            | Event::NotDelivered { .. }
            | Event::Typing { .. }
            | Event::LinkLost { .. }
            | Event::LinkBack { .. }
            | Event::PartnerAway { .. }
            | Event::PartnerBack { .. } => {}
        }
        Ok(None)
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
        self.partner.as_ref().map_or("", |(_, name)| name.as_str())
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
