//! What a member of a circle says to the server, and what it means.

use std::net::SocketAddr;
use std::sync::Arc;

use acaso_shared::limits::DATAGRAM_BYTES_MAX;
use acaso_shared::link::CircleHost;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleEvent, CircleMember, CircleRequest};
use acaso_shared::transport::Stream;
use tokio::time::Instant;

use super::whereabouts::Whereabouts;
use super::{Order, Seat};
use crate::guard::whole_secs;
use crate::room::Context;
use crate::visit::{Heard, Meter, Rate, Stay};

/// Changes of addresses: a computer that changes networks has one or two of them, and each is told to everybody else. When all change theirs
/// at once, what is told fills no mailbox.
const INTRODUCTIONS: Rate = Rate {
    burst: 4,
    per_second: 1,
};

/// A member.
#[derive(Debug)]
pub(super) struct Member {
    seat: Seat,
    whereabouts: Whereabouts,
    introductions: Meter,
    /// Bytes that are carried for them; `None` where nothing is.
    carried: Option<Meter>,
    context: Arc<Context>,
}

impl Stay for Member {
    type Host = CircleHost;
    type Order = Order;

    /// Datagrams are limited by their bytes, and whoever is gone is to be found out soon, however much they said before.
    const WORDS: Rate = Rate {
        burst: 4096,
        per_second: 4096,
    };

    fn hear(&mut self, said: CircleRequest) -> Heard<Order> {
        match said {
            CircleRequest::Introduce(introduction) => {
                let now = Instant::now();
                if !self.introductions.take(1, now) {
                    return Heard::Refused(Refusal::SlowDown {
                        retry_after_secs: whole_secs(self.introductions.wait(1, now)),
                    });
                }
                Heard::Order(Order::Introduce(self.seat, introduction))
            }
            CircleRequest::Relay { to, datagram } => self.relay(to, datagram),
            // Its answer is that nothing more comes: what is in the mailbox is written first.
            CircleRequest::Leave => Heard::Order(self.leave()),
            CircleRequest::Ping => Heard::Ping,
            CircleRequest::Pong => Heard::Nothing,
            // That is said first, and once.
            CircleRequest::Prove(_) => Heard::Refused(Refusal::Unexpected),
        }
    }

    fn look(&mut self, stream: &Stream) -> Option<Order> {
        let seen = self.context.quic.as_ref()?.footing(stream)?;
        let moved = self.whereabouts.look(seen, Instant::now());
        moved.map(|seen_at| Order::Move(self.seat, seen_at))
    }

    fn look_again(&self) -> Option<Instant> {
        self.whereabouts.look_again()
    }

    fn leave(&self) -> Order {
        Order::Leave(self.seat)
    }

    fn ping() -> CircleEvent {
        CircleEvent::Ping
    }

    fn pong() -> CircleEvent {
        CircleEvent::Pong
    }

    fn refused(refusal: Refusal) -> CircleEvent {
        CircleEvent::Refused(refusal)
    }
}

impl Member {
    pub(super) fn new(
        seat: Seat,
        seen_at: Option<SocketAddr>,
        carried: Option<Meter>,
        context: Arc<Context>,
    ) -> Self {
        Self {
            seat,
            whereabouts: Whereabouts::new(seen_at),
            introductions: Meter::new(INTRODUCTIONS, Instant::now()),
            carried,
            context,
        }
    }

    /// Whatever is too much is lost, as datagrams may be; their own protocol slows down then.
    fn relay(&mut self, to: CircleMember, datagram: Vec<u8>) -> Heard<Order> {
        let Some(carried) = &mut self.carried else {
            return Heard::Refused(Refusal::Unexpected);
        };
        if datagram.len() > DATAGRAM_BYTES_MAX {
            return Heard::Refused(Refusal::Unexpected);
        }
        let (cost, now) = (super::cost(&datagram), Instant::now());
        if !carried.wait(cost, now).is_zero() {
            return Heard::Nothing;
        }
        carried.charge(cost, now);
        Heard::Order(Order::Relay(self.seat, to, datagram))
    }
}
