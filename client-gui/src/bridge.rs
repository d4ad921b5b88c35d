//! Between the window and the engine: wishes over, events back, and the window woken for each. Nothing here waits on the
//! window's thread, except for the goodbye at the very end.

mod circles;
mod guest;
mod pins;
mod plazas;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::Fingerprint;
use acaso_shared::limits::QUEUE_LEN;
use acaso_shared::session::circle::{self, CircleCommand, CircleNews, CircleSession, CircleVisit};
use acaso_shared::session::plaza::{PlazaCommand, PlazaVisit};
use acaso_shared::session::{
    self, Command, Ending, Event, NotSent, NotTaken, Options, Problem, Session, Visit,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{self, Receiver, error::TryRecvError};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::model::OfPlazas;
use guest::Out;
use pins::Pins;
use plazas::Plazas;

/// Longest wait for settings to be on disk after the goodbye, when the window closes.
const LAST_WRITE_PATIENCE: Duration = Duration::from_millis(500);

/// When to look again whether the engine's queue has room. It is full for the blink in which the engine is busy.
const FULL_QUEUE_PAUSE: Duration = Duration::from_millis(50);

/// One wish of each kind, and a blocked partner for each conversation that can pass while a queue is full.
const WAITING_MAX: usize = 16;

/// Wakes the window, from any thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What the window needs of an engine; tests bring their own.
pub trait Engine {
    /// Passes a wish on. A text that cannot be passed on comes back as an event.
    fn ask(&mut self, command: Command);
    /// The next event, if one has come. Never waits.
    fn hear(&mut self) -> Option<Event>;
    /// Asks a server which plazas there are. An earlier question is answered no more.
    fn look_for_plazas(&mut self, visit: Visit);
    /// Goes into a plaza, and out of the one that it may be in.
    fn enter_plaza(&mut self, visit: PlazaVisit);
    /// Passes a wish on to the engine that is in a plaza. A post that cannot be passed on comes back as news.
    fn ask_plaza(&mut self, command: PlazaCommand);
    /// What there is to tell of plazas: of the latest question and the latest visit. Never waits.
    fn hear_of_plazas(&mut self) -> Option<OfPlazas>;
    /// Goes into a circle, and out of the one that it may be in.
    fn enter_circle(&mut self, visit: CircleVisit);
    /// Passes a wish on to the engine that is in a circle. A text that cannot be passed on comes back as news.
    fn ask_circle(&mut self, command: CircleCommand);
    /// What there is to tell of the latest visit to a circle. Never waits.
    fn hear_of_circle(&mut self) -> Option<CircleNews>;
    /// Looks up by which identity this server is known. Answered only where there is one that no authority vouches for.
    fn look_for_pin(&mut self, server: ServerAddress);
    /// What was found. Never waits.
    fn hear_of_pin(&mut self) -> Option<(ServerAddress, Fingerprint)>;
    /// Says goodbye, and waits for it for a moment.
    fn end(&mut self);
}

/// The real engine, on threads of its own.
pub struct Bridge {
    /// Taken at the end.
    running: Option<Running>,
    events: Receiver<Event>,
    /// Wishes that found the engine's queue full, in order. Few at most: a later one makes most earlier ones void.
    waiting: VecDeque<Command>,
    /// Texts that the engine's queue had no room for.
    returned: VecDeque<Event>,
    /// The engines that ask for plazas, and visit them.
    plazas: Plazas,
    /// The engine that visits circles.
    circle: Out<CircleSession>,
    known_servers: PathBuf,
    pins: Pins,
    /// The engine ended by itself, and that was said.
    lost: bool,
    wake: Wake,
}

struct Running {
    runtime: Runtime,
    session: Session,
    /// Services that may finish what they are at when the window closes.
    finishing: Vec<JoinHandle<()>>,
}

impl Bridge {
    /// Starts the engine, with its file of known servers.
    ///
    /// # Errors
    /// The operating system gives us no thread or no poller.
    pub fn start(known_servers: PathBuf, wake: Wake) -> io::Result<Self> {
        // One thread serves one conversation and the desktop's services with ease.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("acaso-engine")
            .enable_all()
            .build()?;
        let (session, events) = {
            let _inside = runtime.enter();
            session::spawn(Options::new(known_servers.clone()))
        };
        let (forward, forwarded) = mpsc::channel(QUEUE_LEN);
        runtime.spawn(pass_on(events, forward, Arc::clone(&wake)));
        Ok(Self {
            running: Some(Running {
                runtime,
                session,
                finishing: Vec::new(),
            }),
            events: forwarded,
            waiting: VecDeque::new(),
            returned: VecDeque::new(),
            plazas: Plazas::new(known_servers.clone(), Arc::clone(&wake)),
            circle: Out::new(Arc::clone(&wake)),
            pins: Pins::new(known_servers.clone(), Arc::clone(&wake)),
            known_servers,
            lost: false,
            wake,
        })
    }

    /// Runs a service of the window beside the engine, until the window closes.
    pub fn run(&self, service: impl Future<Output = ()> + Send + 'static) {
        if let Some(running) = &self.running {
            running.runtime.spawn(service);
        }
    }

    /// The same, for a service that ends by itself when its last request is done: the window's end waits for it for a moment.
    pub fn run_to_its_end(&mut self, service: impl Future<Output = ()> + Send + 'static) {
        if let Some(running) = &mut self.running {
            running.finishing.push(running.runtime.spawn(service));
        }
    }

    fn pass(&mut self, command: Command) {
        let Some(running) = &self.running else { return };
        match running.session.try_command(command) {
            Ok(()) => {}
            Err(NotTaken(Command::Say {
                conversation,
                id,
                text,
            })) => self.returned.push_back(Event::NotSent {
                conversation,
                id,
                text,
                reason: NotSent::TooFast { retry_after_secs: 1 },
            }),
            // Said again with the next letter, or when something else comes to be looked at.
            Err(NotTaken(Command::Typing { .. })) => {}
            Err(NotTaken(command)) => {
                wait(&mut self.waiting, command);
                let wake = Arc::clone(&self.wake);
                running.runtime.spawn(async move {
                    sleep(FULL_QUEUE_PAUSE).await;
                    wake();
                });
            }
        }
    }
}

impl Engine for Bridge {
    fn ask(&mut self, command: Command) {
        if self.waiting.is_empty() || matches!(command, Command::Say { .. }) {
            self.pass(command);
        } else {
            wait(&mut self.waiting, command);
        }
    }

    fn hear(&mut self) -> Option<Event> {
        // In their order, as long as there is room.
        for command in std::mem::take(&mut self.waiting) {
            self.ask(command);
        }
        if let Some(event) = self.returned.pop_front() {
            return Some(event);
        }
        match self.events.try_recv() {
            Ok(event) => Some(event),
            Err(TryRecvError::Disconnected) if !self.lost && self.running.is_some() => {
                self.lost = true;
                // Only a mistake of ours ends an engine that nobody ended: the text on screen stays, with a word about it.
                Some(Event::Closed {
                    conversation: None,
                    ending: Ending::Problem(Problem::LinkLost),
                })
            }
            Err(TryRecvError::Disconnected | TryRecvError::Empty) => None,
        }
    }

    fn look_for_plazas(&mut self, visit: Visit) {
        if let Some(running) = &self.running {
            self.plazas.look(&running.runtime, visit);
        }
    }

    fn enter_plaza(&mut self, visit: PlazaVisit) {
        if let Some(running) = &self.running {
            self.plazas.enter(&running.runtime, visit);
        }
    }

    fn ask_plaza(&mut self, command: PlazaCommand) {
        if let Some(running) = &self.running {
            self.plazas.ask(&running.runtime, command);
        }
    }

    fn hear_of_plazas(&mut self) -> Option<OfPlazas> {
        self.plazas.hear()
    }

    fn enter_circle(&mut self, visit: CircleVisit) {
        if let Some(running) = &self.running {
            let options = Options::new(self.known_servers.clone());
            self.circle
                .enter(&running.runtime, || circle::spawn(options, visit));
        }
    }

    fn ask_circle(&mut self, command: CircleCommand) {
        if let Some(running) = &self.running {
            self.circle.ask(&running.runtime, command);
        }
    }

    fn hear_of_circle(&mut self) -> Option<CircleNews> {
        self.circle.hear()
    }

    fn look_for_pin(&mut self, server: ServerAddress) {
        if let Some(running) = &self.running {
            self.pins.look(&running.runtime, server);
        }
    }

    fn hear_of_pin(&mut self) -> Option<(ServerAddress, Fingerprint)> {
        self.pins.hear()
    }

    fn end(&mut self) {
        let Some(running) = self.running.take() else {
            return;
        };
        // An engine that waits for us to take an event would not hear that it is to end.
        self.events.close();
        while self.events.try_recv().is_ok() {}
        self.plazas.leave(&running.runtime);
        self.circle.leave(&running.runtime);
        let mut farewells = self.plazas.farewells();
        farewells.extend(self.circle.farewells());
        running.runtime.block_on(async {
            running.session.finish().await;
            // Said at the same time, each within a second and a half.
            for farewell in farewells {
                farewell.await.ok();
            }
            for service in running.finishing {
                // A disk that hangs does not keep the window open.
                timeout(LAST_WRITE_PATIENCE, service).await.ok();
            }
        });
        running.runtime.shutdown_background();
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.end();
    }
}

/// Puts a wish behind those that wait, without those that it makes void: another visit, or none, ends what was wished for the one
/// before; a later word about the same thing counts alone. Whom somebody blocked is never forgotten.
fn wait(waiting: &mut VecDeque<Command>, command: Command) {
    let is_visit = |command: &Command| {
        matches!(
            command,
            Command::Meet(_) | Command::Leave(_) | Command::TrustIdentity { .. }
        )
    };
    waiting.retain(|earlier| match earlier {
        Command::Block { .. } => true,
        Command::Meet(_) | Command::Leave(_) | Command::TrustIdentity { .. } => !is_visit(&command),
        earlier if is_visit(&command) => matches!(earlier, Command::Habits(_)),
        earlier => std::mem::discriminant(earlier) != std::mem::discriminant(&command),
    });
    if waiting.len() < WAITING_MAX {
        waiting.push_back(command);
    }
}

/// Hands events to the window and wakes it for each. A window that does not take them makes the engine wait, as it should.
async fn pass_on<T>(mut events: Receiver<T>, window: mpsc::Sender<T>, wake: Wake) {
    while let Some(event) = events.recv().await {
        if window.send(event).await.is_err() {
            return;
        }
        wake();
    }
    drop(window);
    wake();
}

#[cfg(test)]
mod tests;
