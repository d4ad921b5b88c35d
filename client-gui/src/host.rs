//! Runs servers in this program: each on a thread and a runtime of its own, so that none of them and not the window ever waits for
//! another. The only part of the client that knows the server's library.

mod log;
mod plazas;
mod run;
mod survey;

pub use log::HostLog;

use std::collections::HashMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

use crate::bridge::Wake;
use crate::hosting::{HostId, Hosts, Order, Refused, Told};
use run::{Errand, run};

/// News on their way to the window. What changes often is told only where there is room, so a window that is slow misses nothing but
/// states in between.
const NEWS_LEN: usize = 64;

/// Servers of one program at most: each has threads and files of its own.
const SERVERS_MAX: usize = 8;

/// Longest wait for all goodbyes when the window closes: a server takes three seconds at most.
const END_PATIENCE: Duration = Duration::from_millis(3500);

/// The servers of this program.
pub struct Launcher {
    /// Each server's data is kept in a directory of its own in here.
    data: PathBuf,
    log: HostLog,
    running: HashMap<HostId, Running>,
    news: Receiver<Told>,
    tell: Sender<Told>,
    wake: Wake,
}

struct Running {
    /// Dropped, or used: the server is to end.
    stop: Option<oneshot::Sender<()>>,
    /// Closed once its thread has ended, however that came.
    ended: std::sync::mpsc::Receiver<()>,
}

impl Launcher {
    /// Runs nothing yet. Servers will keep their data in that directory, and what they log comes through that log.
    pub fn new(data: PathBuf, log: HostLog, wake: Wake) -> Self {
        let (tell, news) = mpsc::channel(NEWS_LEN);
        Self {
            data,
            log,
            running: HashMap::new(),
            news,
            tell,
            wake,
        }
    }

    fn survey(&self) {
        let (tell, wake) = (self.tell.clone(), self.wake.clone());
        let surveyed = thread::Builder::new()
            .name("acaso-survey".to_owned())
            .spawn(move || {
                // A window that is gone asks for nothing.
                if tell.blocking_send(survey::survey()).is_ok() {
                    wake();
                }
            });
        if let Err(error) = surveyed {
            tracing::warn!(%error, "this computer's addresses cannot be looked up");
        }
    }

    fn start(&mut self, id: HostId, plan: crate::hosting::Plan) {
        self.running.retain(|_, running| !running.has_ended());
        if self.running.len() >= SERVERS_MAX {
            let detail = format!("this program runs {SERVERS_MAX} servers already");
            return self.refuse(id, detail);
        }
        let (stop, stopped) = oneshot::channel();
        let (alive, ended) = std::sync::mpsc::sync_channel(0);
        let errand = Errand {
            id,
            data: self.data.join(plan.port.to_string()),
            plan,
            log: self.log.clone(),
            tell: self.tell.clone(),
            wake: self.wake.clone(),
            stopped,
            _alive: alive,
        };
        let thread = thread::Builder::new().name(format!("acaso-host-{}", id.0));
        match thread.spawn(move || run(errand)) {
            Ok(_) => {
                let stop = Some(stop);
                self.running.insert(id, Running { stop, ended });
            }
            Err(error) => self.refuse(id, error.to_string()),
        }
    }

    fn refuse(&self, id: HostId, detail: String) {
        let refused = Refused::Other { detail };
        if self.tell.try_send(Told::NotStarted(id, refused)).is_ok() {
            (self.wake)();
        }
    }

    fn stop(&mut self, id: HostId) {
        if let Some(stop) = self.running.get_mut(&id).and_then(|running| running.stop.take()) {
            // It may have ended by itself meanwhile.
            let _ = stop.send(());
        }
    }
}

impl Running {
    fn has_ended(&self) -> bool {
        matches!(
            self.ended.try_recv(),
            Err(std::sync::mpsc::TryRecvError::Disconnected)
        )
    }
}

impl Hosts for Launcher {
    fn is_offered(&self) -> bool {
        true
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Survey => self.survey(),
            Order::Start(id, plan) => self.start(id, plan),
            Order::Stop(id) => self.stop(id),
        }
    }

    fn hear(&mut self) -> Option<Told> {
        self.news.try_recv().ok()
    }

    fn end(&mut self) {
        // A server whose news nobody takes must not wait with them.
        self.news.close();
        let until = Instant::now() + END_PATIENCE;
        let ids: Vec<_> = self.running.keys().copied().collect();
        ids.into_iter().for_each(|id| self.stop(id));
        for (_, running) in self.running.drain() {
            let left = until.saturating_duration_since(Instant::now());
            // Either way it is over.
            let _ = running.ended.recv_timeout(left);
        }
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        self.end();
    }
}
