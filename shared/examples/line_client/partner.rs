//! A visit to one person on a terminal, a stranger or somebody one knows: a line typed is a message, a line shown is an event.

use std::collections::{BTreeMap, VecDeque};
use std::io::IsTerminal;
use std::process::ExitCode;

use acaso_shared::ids::{AccountName, Code, MessageText, Name};
use acaso_shared::known_servers::KnownServers;
use acaso_shared::protocol::room::Closing;
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{
    self, Command, ConversationId, Ending, Event, Goodbye, MessageId, Options, Partner, Problem, Session,
    Visit, Way,
};
use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc::Receiver;

use crate::{login, next_line, show};

/// What a person said on the command line that is not about one visit.
pub(crate) struct Person {
    pub(crate) user: Option<AccountName>,
    /// A changed identity of the server is accepted.
    pub(crate) trust_new: bool,
    /// Everybody is worth meeting again.
    pub(crate) keeps: bool,
}

/// Meets whom the visit is to, until its end or that of the input.
pub(crate) async fn run(
    options: Options,
    visit: Visit,
    person: Person,
    show: show::Show,
) -> anyhow::Result<ExitCode> {
    let servers = KnownServers::at(&options.known_servers);
    let (session, events) = session::spawn(options);
    session.command(Command::Meet(visit.clone())).await?;
    let mut client = Client {
        session,
        events,
        show,
        visit,
        servers,
        person,
        seated: false,
        partner: None,
        can_keep: false,
        conversation: ConversationId(0),
        unanswered: BTreeMap::new(),
        next_id: 0,
        wishes: VecDeque::new(),
    };
    let code = client.talk().await?;
    client.session.finish().await;
    Ok(code)
}

struct Client {
    session: Session,
    events: Receiver<Event>,
    show: show::Show,
    visit: Visit,
    servers: KnownServers,
    person: Person,
    /// A seat was had.
    seated: bool,
    partner: Option<Name>,
    /// The server knows how they could be met again.
    can_keep: bool,
    /// The newest conversation: what is typed is meant for it, also if it has just ended.
    conversation: ConversationId,
    /// What was said and is not known to have arrived; the engine holds no more than its outbox.
    unanswered: BTreeMap<MessageId, MessageText>,
    next_id: u64,
    /// Wishes that the engine has not taken yet; until then no further line is read, so there are a few at most.
    wishes: VecDeque<Command>,
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
                taken = pass_on(&self.session, self.wishes.front().cloned()), if !self.wishes.is_empty() => {
                    taken?;
                    self.wishes.pop_front();
                }
                interrupted = tokio::signal::ctrl_c() => {
                    interrupted?;
                    self.wishes = VecDeque::from([Command::Leave(Goodbye::Now)]);
                }
                line = next_line(lines.as_mut()), if lines.is_some() && self.takes_lines() => match line? {
                    Some(line) => self.typed(&line)?,
                    None => {
                        lines = None;
                        self.wishes.push_back(Command::Leave(Goodbye::WhenSent));
                    }
                },
            }
        }
    }

    /// On a terminal a password may have to be asked for first, and must not be taken for a line.
    fn takes_lines(&self) -> bool {
        self.wishes.is_empty() && (self.seated || !std::io::stdin().is_terminal())
    }

    fn typed(&mut self, line: &str) -> anyhow::Result<()> {
        let conversation = self.conversation;
        match line {
            "QUIT" => self.wishes.push_back(Command::Leave(Goodbye::Now)),
            "/block" => self.wishes.push_back(Command::Block { conversation }),
            "/now" => self.wishes.push_back(Command::TryNow),
            "/keep" => self.keep(),
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
        self.wishes.push_back(Command::Say {
            conversation,
            id,
            text,
        });
        Ok(())
    }

    /// Nothing tells the partner of it, and nothing tells us what the partner thinks of it.
    fn keep(&mut self) {
        let conversation = self.conversation;
        if self.partner.is_none() {
            eprintln!("line_client: nobody is here whom you could meet again");
        } else if self.can_keep {
            self.wishes.push_back(Command::Keep { conversation });
        } else if self.lasts() {
            eprintln!("line_client: the code by which you met stays good: keep that one");
        } else {
            eprintln!(
                "line_client: this server does not know how two can meet again: ask its host to update it"
            );
        }
    }

    /// Shows an event; tells the exit code if it was the last one.
    fn happened(&mut self, event: Event) -> anyhow::Result<Option<ExitCode>> {
        match event {
            Event::Calling { .. } => {}
            Event::Invited {
                code,
                good_for_millis,
                ..
            } => self.invited(&code, good_for_millis)?,
            Event::Comparing { port } => self.show.comparing(port)?,
            Event::Kept { code, .. } => self.show.kept(&code)?,
            Event::PairedOpen { conversation, port } => {
                self.show.paired_open(port)?;
                self.conversation = conversation;
                self.partner = None;
                self.can_keep = false;
            }
            Event::Introduced { name, .. } => {
                self.show.introduced(&name)?;
                self.partner = Some(name);
            }
            Event::Waiting { port, .. } => {
                self.seated = true;
                self.show.waiting(port)?;
            }
            Event::Paired(partner) => self.met(partner)?,
            Event::Message { text, .. } => {
                self.show.message(self.partner_name(), &text)?;
                self.looked();
            }
            Event::PartnerLeft { reason, .. } => {
                let next = self.visit.way == Way::Stranger;
                self.show.partner_left(self.partner_name(), reason, next)?;
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

    /// Shows the code, and the link that has it in it. An identity that an authority vouches for may change without harm.
    fn invited(&mut self, code: &Code, good_for_millis: u64) -> anyhow::Result<()> {
        self.seated = true;
        let server = self.visit.server.clone();
        let known = self.servers.look_up(&server)?;
        let pinned = known
            .filter(|known| !known.vouched)
            .map(|known| known.fingerprint);
        let link = ServerLink {
            server,
            identity: self.visit.identity.as_deref().copied().or(pinned),
            code: Some(code.clone()),
        };
        self.show.invitation(code, &link, good_for_millis)
    }

    fn met(&mut self, partner: Partner) -> anyhow::Result<()> {
        self.show.paired(&partner)?;
        self.conversation = partner.conversation;
        self.partner = Some(partner.name);
        self.can_keep = partner.can_keep;
        if self.person.keeps {
            self.keep();
        }
        Ok(())
    }

    /// Whether the visit is by a code that stays good.
    fn lasts(&self) -> bool {
        matches!(&self.visit.way, Way::Code(code) if code.is_lasting())
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
            Ending::Problem(Problem::IdentityChanged { shown, .. }) if self.person.trust_new => {
                let visit = self.visit.clone();
                self.wishes.push_back(Command::TrustIdentity { visit, shown });
                // Once: a server that shows a third identity is refused.
                self.person.trust_new = false;
                Ok(None)
            }
            Ending::Problem(Problem::LoginNeeded { host, account })
                if self.visit.login.is_none() && std::io::stdin().is_terminal() =>
            {
                let user = self.person.user.take();
                self.visit.login = Some(login::ask(&host, user, account)?);
                self.wishes.push_back(Command::Meet(self.visit.clone()));
                Ok(None)
            }
            Ending::Problem(problem) => {
                self.show.refused(&problem)?;
                Ok(Some(ExitCode::FAILURE))
            }
            Ending::Closing(Closing::NobodyCame) => {
                self.show.nobody_came(self.lasts())?;
                Ok(Some(ExitCode::SUCCESS))
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
