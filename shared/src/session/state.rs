//! What a client does next: a pure machine. Inputs and the time go in, [`Action`]s come out in the order they are to be done.
//!
//! `calling` is the way to a seat, `seated` what goes on in it, `away` the way back to it, `leaving` how it is given up, `rendezvous` all
//! of that with somebody in particular. `talk` is what happens between the two partners, `delivery` the numbers by which nothing of
//! that is lost.

mod away;
mod calling;
mod leaving;
mod rendezvous;
mod seated;

mod talk;

mod delivery;

use std::time::{Duration, Instant};

use super::Timings;
use super::event::{Command, ConversationId, Event, Habits, NotSent, Visit};
use crate::ids::{
    ConversationNumber, Fingerprint, Generation, MessageText, RendezvousNumber, ResumeToken, RoomPort, Ticket,
};
use crate::limits::SEALED_HANDSHAKE_TIMEOUT;
use crate::protocol::VersionRange;
use crate::protocol::lobby::Rendezvous;
use crate::protocol::room::RoomRequest;
use crate::session::event::{Ending, MessageId, Problem};
use away::Away;
use calling::Calling;
pub(super) use calling::{asked, passes, pause_before};
pub(super) use delivery::{Arrival, Delivery, Due, Impossible};
#[cfg(test)]
pub(super) use delivery::{Mutant, plant};
use rendezvous::{Appointment, Spent};
use talk::{Outcome, Talk};

/// A partner's handshake may take twice what the server allows: it is the server who judges, we only do not wait for ever.
const HANDSHAKE_PATIENCE: Duration = SEALED_HANDSHAKE_TIMEOUT.saturating_mul(2);

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Tell the person.
    Emit(Event),
    /// Visit the lobby and enter a room; whatever attempt was under way is dropped.
    Seek(Visit),
    /// Visit the lobby, ask for a seat at that rendezvous, and enter its room; whatever attempt was under way is dropped.
    MeetAt(Visit, Rendezvous),
    /// Visit the lobby and go back to the seat of that token; whatever attempt was under way is dropped.
    Resume(Visit, ResumeToken),
    /// Tell the lobby that the seat of that token is given up, beside everything else, if the server can be reached.
    Abandon(Visit, Abandoned),
    /// Go through this door of the same server; the seat held until now is given up.
    Enter(RoomPort, Ticket),
    /// Drop the attempt under way.
    StopSeeking,
    /// Say this in the room.
    Send(RoomRequest),
    /// Close the link to the room once everything said was taken.
    HangUp,
    /// The same, after a goodbye. If the other end does not close too it may not have heard that: then tell the lobby.
    GetUp(Visit, Abandoned),
    /// Pin this identity before anything that follows.
    Trust(Visit, Fingerprint),
}

/// A seat that is not wanted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Abandoned {
    pub(super) token: ResumeToken,
    /// Never again beside the partner of that conversation.
    pub(super) block: Option<ConversationNumber>,
}

/// The facts of a seat that the machine needs; the link stays with the driver.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeatFacts {
    pub(super) port: RoomPort,
    pub(super) rooms_in_use: u32,
    /// The way back to it.
    pub(super) resume: ResumeToken,
    pub(super) entered: Entered,
    /// We are the first at a rendezvous.
    pub(super) invitation: Option<Invitation>,
    /// The server knows how two can meet again.
    pub(super) can_keep: bool,
}

/// What the server says to the first at a rendezvous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invitation {
    pub(super) number: RendezvousNumber,
    /// For how much longer somebody can come.
    pub(super) life: Duration,
}

/// How we came by a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// It is a new one.
    New(Generation),
    /// We came back to it.
    Back(ConversationNumber),
}

/// What holds for every visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) versions: VersionRange,
    pub(super) timings: Timings,
}

/// The client, between two inputs.
#[derive(Debug)]
pub(super) struct Machine {
    rules: Rules,
    state: State,
    conversations: u64,
    past: Option<Past>,
    /// Handshakes in a row that came to nothing.
    fruitless: u32,
    spent: Spent,
    actions: Vec<Action>,
}

/// The conversation that ended last: its partner can still be blocked.
#[derive(Debug)]
struct Past {
    visit: Visit,
    id: ConversationId,
    number: ConversationNumber,
    /// The newest token of the seat it was held in.
    token: ResumeToken,
    /// The room was told to block its partner, and nothing says that it heard.
    block_unsure: bool,
}

#[derive(Debug)]
enum State {
    Idle,
    /// An attempt is under way.
    Calling(Calling),
    /// Waiting for the next attempt.
    Resting {
        calling: Calling,
        until: Instant,
    },
    /// In a room.
    Seated(Box<Seated>),
    /// In a conversation whose link is lost.
    Away(Box<Away>),
}

#[derive(Debug)]
struct Seated {
    visit: Visit,
    port: RoomPort,
    rooms_in_use: u32,
    resume: ResumeToken,
    /// What the server was told of old clients on the way to this seat.
    old_clients: bool,
    /// Whom we are to meet here, if not a stranger.
    appointment: Option<Appointment>,
    can_keep: bool,
    heard: Instant,
    pinged: bool,
    talk: Talk,
}

impl Machine {
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            state: State::Idle,
            conversations: 0,
            past: None,
            fruitless: 0,
            spent: Spent::default(),
            actions: Vec::new(),
        }
    }

    /// What is to be done now, in this order.
    pub(super) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// When [`Machine::tick`] wants to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Idle | State::Calling(_) => None,
            State::Resting { calling, until } => {
                let overdue = calling.appointment.as_ref().and_then(Appointment::overdue_at);
                Some(overdue.map_or(*until, |overdue| overdue.min(*until)))
            }
            State::Seated(seated) => Some(seated.deadline(&self.rules.timings)),
            State::Away(away) => Some(away.deadline()),
        }
    }

    /// A person wants something.
    pub(super) fn command(&mut self, command: Command, now: Instant) {
        match command {
            Command::Meet(visit) => self.meet(visit, None),
            Command::TrustIdentity { visit, shown } => self.meet(visit, Some(shown)),
            Command::Say {
                conversation,
                id,
                text,
            } => self.say(conversation, id, text),
            Command::Typing { conversation } => {
                if let Some(talk) = self.talk_of(conversation) {
                    talk.types(now);
                }
            }
            Command::Looked { conversation } => {
                if let Some(talk) = self.talk_of(conversation) {
                    talk.looks();
                }
            }
            Command::Habits(habits) => self.change(habits),
            Command::OldClients(met) => self.meet_old_clients(met),
            Command::TryNow => self.try_now(now),
            Command::Block { conversation } => self.block(conversation),
            Command::Keep { conversation } => self.keep(conversation),
            Command::Leave(goodbye) => self.leave(goodbye, now),
        }
    }

    /// Begins a visit, after pinning that identity, if there is one.
    fn meet(&mut self, visit: Visit, trusted: Option<Fingerprint>) {
        self.go_away(None);
        let trust = trusted.map(|shown| Action::Trust(visit.clone(), shown));
        self.actions.extend(trust);
        if self.is_spent(&visit) {
            // Whatever the server would say to it.
            return self.over(Ending::Problem(Problem::CodeSpent));
        }
        self.call(Calling::first(visit));
    }

    /// Time passed.
    pub(super) fn tick(&mut self, now: Instant) {
        match &self.state {
            State::Idle | State::Calling(_) => {}
            State::Resting { calling, until } => {
                if calling
                    .appointment
                    .as_ref()
                    .is_some_and(|one| one.is_overdue(now))
                {
                    self.nobody_came();
                } else if *until <= now {
                    let calling = calling.clone();
                    self.call(calling);
                }
            }
            State::Seated(_) => self.tick_seated(now),
            State::Away(_) => self.tick_away(now),
        }
    }

    /// A person's text: joins the queue of its own conversation, or comes straight back.
    fn say(&mut self, conversation: ConversationId, id: MessageId, text: MessageText) {
        let refused = match self.talk() {
            Some(talk) => match talk.conversation() {
                Some(open) if open == conversation => talk.queue(id, text).err(),
                Some(_) => Some((text, NotSent::ConversationEnded)),
                None => Some((text, NotSent::NoPartner)),
            },
            None => Some((text, NotSent::NoPartner)),
        };
        if let Some((text, reason)) = refused {
            self.emit(Event::NotSent {
                conversation,
                id,
                text,
                reason,
            });
        }
    }

    /// What the partner is told besides words: for this conversation, and those that follow.
    fn change(&mut self, habits: Habits) {
        let Some(visit) = self.visit_mut() else {
            return;
        };
        visit.habits = habits;
        let stopped = self.talk().and_then(|talk| talk.change(habits));
        self.actions.extend(stopped.map(Action::Emit));
    }

    /// They would like to meet this partner again. Who is away says so when they are back.
    fn keep(&mut self, conversation: ConversationId) {
        let keep = self.talk_of(conversation).and_then(Talk::keep);
        if let State::Seated(_) = self.state {
            self.actions.extend(keep.map(Action::Send));
        }
    }

    /// From now on, whatever the server was told on the way here. Where somebody in particular is looked for it has no meaning.
    fn meet_old_clients(&mut self, met: bool) {
        let Some(visit) = self.visit_mut().filter(|visit| visit.old_clients != met) else {
            return;
        };
        visit.old_clients = met;
        match &self.state {
            State::Calling(calling) => {
                let calling = calling.clone();
                self.call(calling);
            }
            State::Seated(_) => self.renew_seat(),
            State::Idle | State::Resting { .. } | State::Away(_) => {}
        }
    }

    fn visit_mut(&mut self) -> Option<&mut Visit> {
        match &mut self.state {
            State::Idle => None,
            State::Calling(calling) | State::Resting { calling, .. } => Some(&mut calling.visit),
            State::Seated(seated) => Some(&mut seated.visit),
            State::Away(away) => Some(&mut away.seated.visit),
        }
    }

    fn try_now(&mut self, now: Instant) {
        match &self.state {
            State::Resting { calling, .. } => {
                let calling = calling.clone();
                self.call(calling);
            }
            State::Away(_) => self.try_to_come_back(now),
            State::Idle | State::Calling(_) | State::Seated(_) => {}
        }
    }

    fn talk(&mut self) -> Option<&mut Talk> {
        match &mut self.state {
            State::Seated(seated) => Some(&mut seated.talk),
            State::Away(away) => Some(&mut away.seated.talk),
            State::Idle | State::Calling(_) | State::Resting { .. } => None,
        }
    }

    /// What goes on with the partner of that conversation, if it goes on.
    fn talk_of(&mut self, conversation: ConversationId) -> Option<&mut Talk> {
        self.talk()
            .filter(|talk| talk.conversation() == Some(conversation))
    }

    fn carry_out(&mut self, outcome: Outcome) {
        if outcome.began {
            self.conversations += 1;
            self.fruitless = 0;
        }
        self.actions.extend(outcome.replies.into_iter().map(Action::Send));
        self.actions.extend(outcome.events.into_iter().map(Action::Emit));
    }

    fn emit(&mut self, event: Event) {
        self.actions.push(Action::Emit(event));
    }
}

#[cfg(test)]
mod tests;
