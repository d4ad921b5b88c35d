//! Circles: groups whose members talk to each other directly. The server introduces them, over the link on which they came to the lobby,
//! and hears nothing of what they say; where the operator lets it, it carries datagrams that it cannot read.
//!
//! One task keeps all of them: they come and go with whoever names them, are counted together, and nothing in them waits.

mod circle;
mod door;
mod keeper;
mod member;
mod numbers;
mod whereabouts;

use std::net::SocketAddr;
use std::sync::Arc;

use acaso_shared::link::{Link, LobbyHost};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleKey, CircleMember, Introduction};
use acaso_shared::transport::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use self::circle::Inside;
use self::keeper::Keeper;
use crate::budget::Place;
use crate::config;
use crate::guard::Pass;
use crate::room::{Context, Removal};

/// Length of the keeper's mailbox: full means that it has more to do than time, and members wait with what they say.
const ORDERS_LEN: usize = 64;

/// What a relayed datagram counts at least, in bytes, however little it says: about what is written and read around it.
const DATAGRAM_COST_MIN: usize = 128;

/// All circles of a server, to be asked.
#[derive(Clone, Debug)]
pub(crate) struct Circles {
    are_offered: bool,
    orders: mpsc::Sender<Order>,
}

/// How many circles there are, and how many people are introduced in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CirclesLook {
    /// Circles with anybody in them.
    pub circles: usize,
    /// People in all of them.
    pub people: usize,
}

/// Somebody who wants to be introduced.
#[derive(Debug)]
pub(crate) struct Newcomer {
    pub(crate) circle: CircleKey,
    pub(crate) introduction: Introduction,
    /// Where they came from, over QUIC; they have proved it.
    pub(crate) seen_at: Option<SocketAddr>,
    pub(crate) pass: Pass,
}

/// Leave to come into a circle, until it is accepted or dropped.
#[derive(Debug)]
pub(crate) struct Admission(oneshot::Sender<Link<Stream, LobbyHost>>);

/// One member of one circle of this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Seat {
    circle: CircleNumber,
    member: CircleMember,
}

/// Names a circle as long as it lasts; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct CircleNumber(u64);

/// What the keeper is asked.
#[derive(Debug)]
enum Order {
    /// Somebody comes.
    Gather(Box<Newcomer>, Place, oneshot::Sender<Result<Admission, Refusal>>),
    /// Somebody has proved their key.
    Enter(Seat, Box<Inside>),
    /// Somebody's addresses in their own network have changed.
    Introduce(Seat, Introduction),
    /// Somebody is elsewhere, which they have proved.
    Move(Seat, SocketAddr),
    /// Somebody has something carried to another member.
    Relay(Seat, CircleMember, Vec<u8>),
    /// Somebody says goodbye, or is gone.
    Leave(Seat),
    /// The operator takes people out.
    Remove(Removal),
    /// The operator looks.
    Look(oneshot::Sender<CirclesLook>),
}

impl Circles {
    /// Starts the task that keeps them. It lives until the context's stop; if it ends before, the server has failed.
    pub(crate) fn start(setup: config::Circles, context: &Arc<Context>) -> (Self, JoinHandle<()>) {
        let (orders, ordered) = mpsc::channel(ORDERS_LEN);
        let keeper = Keeper::new(setup, Arc::clone(context), orders.clone(), ordered);
        let circles = Self {
            are_offered: setup.max > 0,
            orders,
        };
        (circles, tokio::spawn(keeper.run()))
    }

    /// Whether people are introduced here.
    pub(crate) fn are_offered(&self) -> bool {
        self.are_offered
    }

    /// Lets somebody into a circle, whose network was asked about before.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) async fn gather(
        &self,
        newcomer: Newcomer,
        place: Option<Place>,
    ) -> Result<Admission, Refusal> {
        let Some(place) = place else {
            return Err(keeper::full(self.look().await.people));
        };
        let (answer, answered) = oneshot::channel();
        let order = Order::Gather(Box::new(newcomer), place, answer);
        self.orders.send(order).await.map_err(|_| Refusal::Closing)?;
        answered.await.unwrap_or(Err(Refusal::Closing))
    }

    /// How much is going on. Nothing, where the keeper has ended.
    pub(crate) async fn look(&self) -> CirclesLook {
        let (answer, look) = oneshot::channel();
        // One that has ended does not answer either.
        let _ = self.orders.send(Order::Look(answer)).await;
        look.await.unwrap_or_default()
    }

    /// Takes people out of all of them.
    pub(crate) async fn remove(&self, removal: &Removal) {
        // One that has ended has nobody in it.
        let _ = self.orders.send(Order::Remove(removal.clone())).await;
    }
}

/// What a relayed datagram counts, in bytes.
fn cost(datagram: &[u8]) -> u32 {
    u32::try_from(datagram.len().max(DATAGRAM_COST_MIN)).unwrap_or(u32::MAX)
}

impl Admission {
    /// Accepts it: from here on the link is the circle's.
    ///
    /// # Errors
    /// The server is being stopped; the link comes back.
    pub(crate) fn accept(self, link: Link<Stream, LobbyHost>) -> Result<(), Box<Link<Stream, LobbyHost>>> {
        self.0.send(link).map_err(Box::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_counts_its_bytes_and_an_empty_one_too() {
        assert_eq!(cost(&[0; 1200]), 1200);
        assert_eq!(cost(&[]), 128);
    }
}
