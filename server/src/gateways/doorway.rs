//! Lets people in by a gateway's own port. Each is counted as in the lobby and is a task of their own; whoever may not come is cut off,
//! since most older protocols have no word for it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::budget::Place;
use crate::entrance::{Caller, Entrance};
use crate::guard::Pass;
use crate::lobby::Hall;
use crate::room::is_the_peers;

/// People who have come by one gateway and have not said yet who they are. The newest is cut off then: each has little time.
const NAMELESS_MAX: usize = 256;

/// How long a gateway rests when the system gives no connection: descriptors come back as others leave.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// How long a connection may be silent before the system asks whether anybody is there: these protocols have no sign of life.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// How often the system asks when it gets no answer.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(15);

/// Somebody who may come.
#[derive(Debug)]
pub(super) struct Newcomer {
    /// Their place in the count of their network.
    pub(super) pass: Pass,
    /// Dropped once they have a place in a plaza.
    pub(super) waiting: Waiting,
}

/// What is held by somebody of whom nothing is known yet: a place among the descriptors, and one among their like.
#[derive(Debug)]
pub(super) struct Waiting {
    _place: Place,
    _turn: OwnedSemaphorePermit,
}

/// Counts those who come by one gateway.
#[derive(Debug)]
pub(super) struct Doorkeeper {
    hall: Arc<Hall>,
    nameless: Arc<Semaphore>,
}

impl Doorkeeper {
    pub(super) fn new(hall: &Arc<Hall>) -> Self {
        Self {
            hall: Arc::clone(hall),
            nameless: Arc::new(Semaphore::new(NAMELESS_MAX)),
        }
    }

    /// Lets people in over TCP until the context's stop.
    pub(super) async fn receive_all<V: Future<Output = ()> + Send + 'static>(
        &self,
        entrance: &Entrance,
        visit: impl Fn(TcpStream, Newcomer, Arc<Hall>) -> V,
    ) {
        let receiving = async {
            loop {
                let place = self.place().await;
                let Some((line, ip)) = accept(entrance).await else {
                    continue;
                };
                if let Some(newcomer) = self.admit(ip, place) {
                    self.spawn(visit(line, newcomer, Arc::clone(&self.hall)));
                }
            }
        };
        let _ = self.hall.context.stop.run_until_cancelled(receiving).await;
    }

    /// A place for whoever comes next, as soon as there is one.
    pub(super) async fn place(&self) -> Place {
        self.hall.context.budget.wait_passing().await
    }

    /// Whether somebody may come from there. Whoever may not is not told.
    pub(super) fn admit(&self, ip: IpAddr, place: Place) -> Option<Newcomer> {
        let pass = self
            .hall
            .guard
            .enter(ip)
            .inspect_err(|refusal| tracing::debug!(?refusal, "somebody with an old client may not come"));
        let Ok(turn) = Arc::clone(&self.nameless).try_acquire_owned() else {
            tracing::debug!("somebody was cut off: too many have come without a word");
            return None;
        };
        Some(Newcomer {
            pass: pass.ok()?,
            waiting: Waiting {
                _place: place,
                _turn: turn,
            },
        })
    }

    /// Has somebody received; the server's stop waits for it.
    pub(super) fn spawn(&self, visit: impl Future<Output = ()> + Send + 'static) {
        self.hall.context.tracker.spawn(visit);
    }
}

async fn accept(entrance: &Entrance) -> Option<(TcpStream, IpAddr)> {
    match entrance.accept().await {
        Ok(Caller::Tcp(line, address)) => match keep_alive(&line) {
            Ok(()) => Some((line, address.ip().to_canonical())),
            // They have gone already.
            Err(_) => None,
        },
        // A gateway's port is not opened for QUIC.
        Ok(Caller::Quic(_)) => None,
        Err(error) if is_the_peers(&error) => None,
        Err(error) => {
            tracing::warn!(%error, "a gateway gets no connection");
            tokio::time::sleep(ACCEPT_REST).await;
            None
        }
    }
}

fn keep_alive(line: &TcpStream) -> io::Result<()> {
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE_EVERY);
    SockRef::from(line).set_tcp_keepalive(&keepalive)?;
    line.set_nodelay(true)
}
