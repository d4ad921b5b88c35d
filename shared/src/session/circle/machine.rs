//! What a member of a circle does next: a pure machine. Inputs and the time go in, [`Action`]s come out in the order they are to be done.
//! It knows no sockets and no clock.
//!
//! `lobby` is the way to the server and what it says, `introductions` who is looked for, `peer` one other member, `search` how that one is
//! looked for, `guesses` and `words` who is let in.

mod guesses;
mod introductions;
mod lobby;
mod peer;
mod search;
mod words;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

pub(super) use self::lobby::Arrival;
use self::lobby::Lobby;
use self::peer::Peer;
use self::words::Words;
use super::{CircleCommand, CircleNews, NotSaid};
use crate::ids::{Code, Fingerprint, MessageText, Name};
use crate::limits::{MESSAGE_BURST, OUTBOX_MESSAGES_MAX};
use crate::protocol::circle::{CircleMember, CircleRequest};
use crate::protocol::peer::PeerMessage;
use crate::session::Timings;
use crate::session::event::{Ending, MessageId};
use crate::session::pacer::Pacer;
use crate::transport::quic::peers::{Relayed, Route};

/// Seconds after which a full queue surely has room again.
const QUEUE_RETRY_SECS: u32 = 2;

/// Of so many who went, the keys and the numbers are remembered: neither comes again.
const GONE_MAX: usize = 1024;

/// Numbers for those to whom the server gives one that somebody else had before it was started anew.
const SPARE_NUMBERS_FROM: u32 = 1 << 31;

/// Names a connection to another member for as long as the visit goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LinkId(pub(super) u64);

/// One way to try, and how long to wait before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) route: Route,
    pub(super) after: Duration,
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Tell the person.
    Tell(CircleNews),
    /// Visit the lobby and ask to be introduced.
    Gather,
    /// Drop the attempt under way.
    StopGathering,
    /// Have the others told where we are, if that has changed.
    LookAround,
    /// Say this to the server.
    Send(CircleRequest),
    /// Close the link to the server, after a goodbye if it is one.
    PartFromLobby { goodbye: bool },
    /// A datagram came through the server.
    Pass(Relayed),
    /// Try to reach the owner of that key on all these ways at once, again and again; whatever was tried for it before is dropped.
    Dial { key: Fingerprint, targets: Vec<Target> },
    /// Do not go on trying.
    StopDialling { key: Fingerprint },
    /// Open that connection's stream, or wait for the other end to open it, and have the words proved if there are any.
    Begin { link: LinkId, opens: bool },
    /// Whoever is on that connection may learn whether their words are ours.
    Judge { link: LinkId },
    /// Close that connection.
    Part { link: LinkId },
    /// Say goodbye on all connections that are in use, and close them.
    Farewell,
}

/// One visit to a circle.
#[derive(Debug)]
pub(super) struct Machine {
    around: Around,
    name: Name,
    key: Fingerprint,
    code: Option<Code>,
    lobby: Lobby,
    /// Told once.
    gathered: bool,
    over: bool,
    peers: BTreeMap<Fingerprint, Peer>,
    words: Option<Words>,
    /// Who said goodbye: a key is good for one visit.
    left: VecDeque<Fingerprint>,
    /// Who was introduced and found no room.
    unmet: VecDeque<lobby::Met>,
    /// The numbers that were shown to the person.
    shown: VecDeque<CircleMember>,
    next_spare: u32,
    next_acquaintance: u64,
    /// What was typed and has not gone to anybody.
    queue: VecDeque<(MessageId, MessageText)>,
    pacer: Pacer,
    /// When the next message may go, if the queue waits for that.
    next_at: Option<Instant>,
}

/// What everybody here needs.
#[derive(Debug)]
pub(super) struct Around {
    timings: Timings,
    /// The server relays, as far as we know, and is there.
    relays: bool,
    /// The server is on this computer: only then can others be at its own addresses.
    at_home: bool,
    /// The address at which the server sees us.
    seen_at: Option<IpAddr>,
    /// The addresses of this computer.
    own: Vec<IpAddr>,
    actions: Vec<Action>,
}

impl Around {
    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    fn tell(&mut self, news: CircleNews) {
        self.actions.push(Action::Tell(news));
    }

    /// Whether that is this computer, or one in a network of its own: no network of people is smaller than these.
    fn is_near(&self, there: IpAddr) -> bool {
        let shares = |own: &IpAddr| match (own, there.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(there)) => own.octets()[..3] == there.octets()[..3],
            (IpAddr::V6(own), IpAddr::V6(there)) => own.segments()[..4] == there.segments()[..4],
            _ => false,
        };
        there.to_canonical().is_loopback() || self.own.iter().any(shares)
    }
}

impl Machine {
    /// On the way for the first time, with that key.
    pub(super) fn new(timings: Timings, name: Name, key: Fingerprint, code: Option<Code>) -> Self {
        let mut machine = Self {
            around: Around {
                timings,
                relays: false,
                at_home: false,
                seen_at: None,
                own: Vec::new(),
                actions: Vec::new(),
            },
            name,
            key,
            words: code.as_ref().map(|_| Words::default()),
            code,
            lobby: Lobby::Resting {
                attempt: 1,
                until: None,
            },
            gathered: false,
            over: false,
            peers: BTreeMap::new(),
            left: VecDeque::new(),
            unmet: VecDeque::new(),
            shown: VecDeque::new(),
            next_spare: SPARE_NUMBERS_FROM,
            next_acquaintance: 1,
            queue: VecDeque::new(),
            pacer: Pacer::new(MESSAGE_BURST, timings.message_every),
            next_at: None,
        };
        machine.call(1);
        machine
    }

    pub(super) fn take_actions(&mut self) -> Vec<Action> {
        let mut actions = std::mem::take(&mut self.around.actions);
        self.tell_of_guesses(&mut actions);
        actions
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// When [`Machine::tick`] is to be called.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let peers = self
            .peers
            .values()
            .filter_map(|peer| peer.deadline(&self.around.timings));
        let own = [self.lobby.deadline(&self.around.timings), self.next_at];
        own.into_iter().flatten().chain(peers).min()
    }

    pub(super) fn tick(&mut self, now: Instant) {
        self.lobby_tick(now);
        self.judge(now);
        for peer in self.peers.values_mut() {
            peer.tick(&mut self.around, now);
        }
        self.say_next(now);
        self.sweep(now);
    }

    pub(super) fn command(&mut self, command: CircleCommand, now: Instant) {
        match command {
            CircleCommand::Say { id, text } => self.say(id, text, now),
            CircleCommand::TryNow => self.try_now(now),
            CircleCommand::Leave => self.leave(),
        }
        self.sweep(now);
    }

    fn say(&mut self, id: MessageId, text: MessageText, now: Instant) {
        let reason = if self.queue.len() >= OUTBOX_MESSAGES_MAX {
            let retry_after_secs = QUEUE_RETRY_SECS;
            NotSaid::TooFast { retry_after_secs }
        } else if !self.peers.values().any(Peer::is_known) {
            NotSaid::Nobody
        } else {
            self.queue.push_back((id, text));
            return self.say_next(now);
        };
        self.around.tell(CircleNews::NotSaid { id, text, reason });
    }

    /// Lets through what may go by now: to everybody who is there at this moment, however far each is in hearing it.
    fn say_next(&mut self, now: Instant) {
        self.next_at = None;
        while let Some((id, text)) = self.queue.pop_front() {
            if !self.peers.values().any(Peer::is_known) {
                let reason = NotSaid::Nobody;
                self.around.tell(CircleNews::NotSaid { id, text, reason });
                continue;
            }
            if let Err(next) = self.pacer.take(now) {
                self.queue.push_front((id, text));
                self.next_at = Some(next);
                return;
            }
            for peer in self.peers.values_mut().filter(|peer| peer.is_known()) {
                peer.say(&mut self.around, id, &text, now);
            }
        }
    }

    fn try_now(&mut self, now: Instant) {
        self.call_now();
        self.around.act(Action::LookAround);
        for peer in self.peers.values_mut() {
            peer.search_now(&mut self.around, now);
        }
    }

    fn leave(&mut self) {
        if self.over {
            return;
        }
        self.around.act(Action::Farewell);
        self.take_leave();
        self.end(Ending::Left);
    }

    /// What was typed comes back; of what went, it is said what may not have arrived.
    fn end(&mut self, ending: Ending) {
        for (id, text) in std::mem::take(&mut self.queue) {
            let reason = NotSaid::Nobody;
            self.around.tell(CircleNews::NotSaid { id, text, reason });
        }
        for peer in self.peers.values() {
            peer.give_up(&mut self.around);
        }
        self.peers.clear();
        self.over = true;
        self.around.tell(CircleNews::Closed(ending));
    }

    /// Whether a connection with the owner of that key is worth anything to us.
    pub(super) fn connected(&mut self, link: LinkId, key: Fingerprint, route: Route, now: Instant) {
        let closed = |words: &Words| !words.let_in(key, now);
        match self.peers.get_mut(&key) {
            Some(peer) if !self.words.as_ref().is_some_and(closed) => {
                peer.connected(&mut self.around, link, route, now);
            }
            _ => self.around.act(Action::Part { link }),
        }
    }

    /// A stream stands, and the words were proved if there are any.
    pub(super) fn begun(&mut self, link: LinkId, now: Instant) {
        let words = self.words.as_mut();
        if let Some(peer) = self.peers.values_mut().find(|peer| peer.has(link)) {
            if let Some(words) = words {
                words.proved(peer.key());
            }
            peer.begun(link, now);
        }
        self.judge(now);
    }

    /// That connection is no more.
    pub(super) fn broken(&mut self, link: LinkId, now: Instant) {
        if let Some(peer) = self.peers.values_mut().find(|peer| peer.has(link)) {
            peer.broken(&mut self.around, link, now);
        }
        self.sweep(now);
    }

    /// Another member said something on that connection.
    pub(super) fn heard(&mut self, link: LinkId, message: PeerMessage, now: Instant) {
        if let Some(peer) = self.peers.values_mut().find(|peer| peer.has(link)) {
            peer.heard(&mut self.around, link, message, now);
        }
        self.sweep(now);
    }

    /// What is to be said next on that connection, which has to take it.
    pub(super) fn due(&mut self, link: LinkId, now: Instant) -> Option<PeerMessage> {
        let peer = self.peers.values_mut().find(|peer| peer.has(link))?;
        peer.due(link, &self.name, now)
    }
}

/// Keeps the latest few.
fn remember<T>(kept: &mut VecDeque<T>, one: T) {
    if kept.len() >= GONE_MAX {
        kept.pop_front();
    }
    kept.push_back(one);
}

#[cfg(test)]
mod tests;
