//! Owns the sockets, the connections and the clock of a visit to a circle, and does what the machine decides. One loop; nothing in it
//! waits for one thing only.
//!
//! `connection` is one connection to another member, `search` the attempts at new ones, `lobby` the link to the server, `owner`
//! what its owner is told.

mod connection;
mod lobby;
mod owner;
mod search;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::connection::{Attended, Happened};
use self::lobby::{FromLobby, ToLobby};
use self::search::Searches;
use super::machine::{Action, Arrival, LinkId, Machine};
use super::{Circle, CircleCommand, CircleNews, CircleVisit};
use crate::ids::Code;
use crate::limits::QUEUE_LEN;
use crate::link::LinkError;
use crate::protocol::circle::CircleKey;
use crate::session::Options;
use crate::session::call::{self, Caller, Newcomer};
use crate::session::event::{Ending, Problem};
use crate::transport::quic::peers::{Dialled, PeerConnection, PeerEndpoint, Relayed};

/// How long goodbyes may take to reach the other members; nobody waits for it but the end of the program.
const FAREWELL: Duration = Duration::from_millis(450);

pub(super) struct Driver {
    machine: Machine,
    endpoint: Arc<PeerEndpoint>,
    lobby: ToLobby,
    searches: Searches,
    commands: mpsc::Receiver<CircleCommand>,
    /// What the owner wished while they took no news.
    wishes: VecDeque<CircleCommand>,
    news: mpsc::Sender<CircleNews>,
    /// Since they leave: how long they are waited for who take no news.
    waits_until: Option<Instant>,
    /// What members who are reached through the server are to be told.
    leaving: mpsc::Receiver<Relayed>,
    connections: BTreeMap<LinkId, Attended>,
    tasks: JoinSet<()>,
    happening: mpsc::Sender<(LinkId, Happened)>,
    happened: mpsc::Receiver<(LinkId, Happened)>,
    code: Option<Code>,
    next_link: u64,
}

/// What the loop woke up for.
enum Woken {
    Command(Option<CircleCommand>),
    Lobby(FromLobby),
    Leaving(Relayed),
    Dialled(Dialled),
    Stood(PeerConnection),
    Happened(LinkId, Happened),
    Clock,
    /// Something was said, or a task is done.
    Nothing,
}

/// Runs a visit until it is over or the owner lets go of it.
pub(super) async fn run(
    options: Options,
    visit: CircleVisit,
    commands: mpsc::Receiver<CircleCommand>,
    news: mpsc::Sender<CircleNews>,
) {
    if matches!(&visit.circle, Circle::Coded(code) if !code.is_lasting()) {
        // Two words are for two people and one try; of a circle's each newcomer has one.
        return close(&news, Problem::NoSuchInvitation).await;
    }
    match Driver::new(options, visit, commands, news.clone()) {
        Ok(driver) => driver.run().await,
        Err(error) => {
            tracing::warn!(%error, "there is no socket for others to reach");
            close(&news, Problem::LinkLost).await;
        }
    }
}

/// It ends before it has begun.
async fn close(news: &mpsc::Sender<CircleNews>, problem: Problem) {
    let closed = CircleNews::Closed(Ending::Problem(problem));
    // Whoever has closed everything has nothing to be told.
    let _ = news.send(closed).await;
}

impl Driver {
    fn new(
        options: Options,
        visit: CircleVisit,
        commands: mpsc::Receiver<CircleCommand>,
        news: mpsc::Sender<CircleNews>,
    ) -> io::Result<Self> {
        let CircleVisit { visit, circle } = visit;
        let (circle, code) = match circle {
            Circle::Named(name) => (CircleKey::Named(name), None),
            Circle::New => of_code(Code::lasting()),
            Circle::Coded(code) => of_code(code),
        };
        let (endpoint, leaving) = PeerEndpoint::open(&options.dialler, options.timings.members)?;
        let newcomer = Newcomer {
            key: endpoint.visit_key(),
            port: endpoint.port()?,
        };
        let timings = options.timings;
        let mut caller = Caller::new(options);
        caller.dialler = endpoint.dialler(&caller.dialler);
        caller.to_be_reached = true;
        let (happening, happened) = mpsc::channel(QUEUE_LEN);
        let endpoint = Arc::new(endpoint);
        Ok(Self {
            machine: Machine::new(timings, visit.name.clone(), endpoint.key(), code.clone()),
            lobby: ToLobby::new(visit, circle, newcomer, caller),
            searches: Searches::new(Arc::clone(&endpoint)),
            endpoint,
            commands,
            wishes: VecDeque::new(),
            news,
            waits_until: None,
            leaving,
            connections: BTreeMap::new(),
            tasks: JoinSet::new(),
            happening,
            happened,
            code,
            next_link: 0,
        })
    }

    async fn run(mut self) {
        self.settle().await;
        while !self.machine.is_over() {
            let woken = self.wake().await;
            self.handle(woken, Instant::now());
            self.settle().await;
        }
        // The server is told by now, if it takes it.
        self.say_goodbye().await;
        self.endpoint.close(FAREWELL).await;
    }

    /// Until all goodbyes have arrived, or for a moment. Whoever was not told finds out by the silence.
    async fn say_goodbye(&mut self) {
        for connection in std::mem::take(&mut self.connections).into_values() {
            connection.say_goodbye();
        }
        let said = async {
            loop {
                tokio::select! {
                    // A connection that has something to tell first says nothing.
                    Some(_) = self.happened.recv() => {}
                    done = self.tasks.join_next() => if done.is_none() { return },
                }
            }
        };
        let _ = timeout(FAREWELL, said).await;
    }

    async fn wake(&mut self) -> Woken {
        if let Some(wish) = self.wishes.pop_front() {
            return Woken::Command(Some(wish));
        }
        let deadline = self.machine.deadline();
        tokio::select! {
            // A person's wish first: leaving must work however much is said. And the clock before those who may talk without pause.
            biased;
            command = self.commands.recv() => Woken::Command(command),
            () = until(deadline), if deadline.is_some() => Woken::Clock,
            // The others in turn: neither the server nor a member keeps anybody else from being heard.
            woken = async {
                tokio::select! {
                    news = self.lobby.next() => Woken::Lobby(news),
                    Some(relayed) = self.leaving.recv() => Woken::Leaving(relayed),
                    Some(stood) = self.searches.stood() => Woken::Stood(stood),
                    Some((link, happened)) = self.happened.recv() => Woken::Happened(link, happened),
                    Some(dialled) = self.endpoint.accept() => Woken::Dialled(dialled),
                    Some(_) = self.tasks.join_next() => Woken::Nothing,
                }
            } => woken,
        }
    }

    fn handle(&mut self, woken: Woken, now: Instant) {
        match woken {
            Woken::Command(command) => {
                let command = command.unwrap_or(CircleCommand::Leave);
                self.hurry_if_leaving(&command, now);
                self.machine.command(command, now);
            }
            Woken::Lobby(news) => self.lobby_says(news, now),
            Woken::Leaving(relayed) => self.machine.relay(relayed),
            Woken::Dialled(dialled) => self.searches.answer(dialled),
            Woken::Stood(connection) => self.stood(connection, now),
            Woken::Happened(link, happened) => self.happened(link, happened, now),
            Woken::Clock => self.machine.tick(now),
            Woken::Nothing => {}
        }
    }

    fn lobby_says(&mut self, news: FromLobby, now: Instant) {
        match news {
            FromLobby::Gathered(Ok(gathering)) => {
                let arrival = Arrival {
                    member: gathering.member,
                    seen_at: gathering.seen_at,
                    relays: gathering.relays,
                    at_home: gathering.at_home,
                };
                self.lobby.linked(gathering.link, gathering.server);
                self.machine.is_at(self.lobby.look_around());
                self.machine.gathered(arrival, now);
            }
            FromLobby::Gathered(Err(problem)) => self.machine.failed(&problem, now),
            FromLobby::Told(event) => self.machine.told(event, now),
            FromLobby::Taken => {}
            FromLobby::Broken(error) => self.lobby_broken(&error, now),
        }
    }

    fn lobby_broken(&mut self, error: &LinkError, now: Instant) {
        tracing::debug!(%error, "the link to the server ended");
        self.lobby.let_go();
        self.machine.lobby_lost(&call::broken(error), now);
    }

    /// A connection to somebody stands: who it is, is proved; whether we know them, the machine says.
    fn stood(&mut self, connection: PeerConnection, now: Instant) {
        self.next_link += 1;
        let link = LinkId(self.next_link);
        let (key, route) = (connection.key, connection.route());
        let ours = self.machine.key();
        let (attended, task) =
            connection::attend(link, connection, ours, self.code.clone(), self.happening.clone());
        self.connections
            .insert(link, attended.held_by(self.tasks.spawn(task)));
        self.machine.connected(link, key, route, now);
    }

    fn happened(&mut self, link: LinkId, happened: Happened, now: Instant) {
        if !self.connections.contains_key(&link) {
            // It was closed meanwhile.
            return;
        }
        match happened {
            Happened::Asks => self.machine.asks(link, now),
            Happened::Begun => {
                if let Some(connection) = self.connections.get_mut(&link) {
                    connection.begun = true;
                }
                self.machine.begun(link, now);
            }
            Happened::Heard(message) => self.machine.heard(link, message, now),
            Happened::Taken => {}
            Happened::WrongWords { stayed } => self.machine.wrong_words(link, stayed, now),
            Happened::Broken => self.machine.broken(link, now),
        }
    }

    /// Does what the machine decided, and says what can be said.
    async fn settle(&mut self) {
        loop {
            for action in self.machine.take_actions() {
                self.perform(action).await;
            }
            self.say_to_members();
            match self.lobby.say_next() {
                Ok(()) => return,
                Err(error) => self.lobby_broken(&error, Instant::now()),
            }
        }
    }

    /// Whatever is due on each connection, as far as it takes it.
    fn say_to_members(&mut self) {
        let now = Instant::now();
        for (link, connection) in &self.connections {
            // The last place is the goodbye's.
            while connection.begun
                && connection.say.capacity() > 1
                && let Ok(place) = connection.say.try_reserve()
                && let Some(message) = self.machine.due(*link, now)
            {
                place.send(message);
            }
        }
    }

    async fn perform(&mut self, action: Action) {
        match action {
            Action::Tell(news) => self.tell(news).await,
            Action::Gather => self.lobby.gather(),
            Action::StopGathering => self.lobby.stop_gathering(),
            Action::LookAround => self.machine.is_at(self.lobby.look_around()),
            Action::Send(request) => self.lobby.say(request),
            Action::PartFromLobby { goodbye } => {
                if let Some(closing) = self.lobby.part(goodbye) {
                    self.tasks.spawn(closing);
                }
            }
            Action::Pass(relayed) => self.endpoint.relayed(relayed),
            Action::Dial { key, targets } => self.searches.dial(key, targets),
            Action::StopDialling { key } => self.searches.stop(key),
            Action::Begin { link, opens } => {
                if let Some(connection) = self.connections.get_mut(&link) {
                    connection.begin(opens);
                }
            }
            Action::Judge { link } => {
                if let Some(connection) = self.connections.get(&link) {
                    connection.judge.notify_one();
                }
            }
            Action::Part { link } => {
                if let Some(connection) = self.connections.remove(&link) {
                    connection.part();
                }
            }
            Action::Farewell => {
                // Before the owner is told that it is over, and may end the program.
                self.say_goodbye().await;
            }
        }
    }
}

fn of_code(code: Code) -> (CircleKey, Option<Code>) {
    (CircleKey::Coded(code.number()), Some(code))
}

async fn until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline.into()).await;
    }
}
