//! What a member of a circle says to the server, and what it means.

use std::sync::Arc;

use acaso_shared::limits::DATAGRAM_BYTES_MAX;
use acaso_shared::link::CircleHost;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleEvent, CircleMember, CircleRequest};
use acaso_shared::transport::Stream;
use tokio::time::Instant;

use super::{Order, Seat};
use crate::room::Context;
use crate::visit::{Heard, Meter, Rate, Stay};

/// What a change of addresses counts for: it is told to everybody else, and a computer that changes networks has one or two of them.
const INTRODUCTION_COST: u32 = 512;

/// A member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) seat: Seat,
    /// Bytes that are carried for them; `None` where nothing is.
    pub(super) carried: Option<Meter>,
    pub(super) context: Arc<Context>,
}

impl Stay for Member {
    type Host = CircleHost;
    type Order = Order;

    /// Eight changes of addresses at once and one a second; datagrams are limited by their bytes before.
    const WORDS: Rate = Rate {
        burst: 8 * INTRODUCTION_COST,
        per_second: INTRODUCTION_COST,
    };

    fn cost(said: &CircleRequest) -> u32 {
        match said {
            CircleRequest::Introduce(_) => INTRODUCTION_COST,
            CircleRequest::Relay { .. }
            | CircleRequest::Leave
            | CircleRequest::Ping
            | CircleRequest::Pong => 1,
        }
    }

    fn hear(&mut self, said: CircleRequest, stream: &Stream) -> Heard<Order> {
        match said {
            CircleRequest::Introduce(introduction) => {
                let seen_at = self.context.quic.as_ref().and_then(|quic| quic.peer(stream));
                Heard::Order(Order::Introduce(self.seat, introduction, seen_at))
            }
            CircleRequest::Relay { to, datagram } => self.relay(to, datagram),
            // Its answer is that nothing more comes: what is in the mailbox is written first.
            CircleRequest::Leave => Heard::Order(self.leave()),
            CircleRequest::Ping => Heard::Ping,
            CircleRequest::Pong => Heard::Nothing,
        }
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
    /// Whatever is too much is lost, as datagrams may be; their own protocol slows down then.
    fn relay(&mut self, to: CircleMember, datagram: Vec<u8>) -> Heard<Order> {
        let Some(carried) = &mut self.carried else {
            return Heard::Refused(Refusal::Unexpected);
        };
        if datagram.len() > DATAGRAM_BYTES_MAX {
            return Heard::Refused(Refusal::Unexpected);
        }
        match carried.take(datagram.len(), Instant::now()) {
            true => Heard::Order(Order::Relay(self.seat, to, datagram)),
            false => Heard::Nothing,
        }
    }
}
