//! What a member of a plaza says, and what it means.

use acaso_shared::link::PlazaHost;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{MemberNumber, PlazaEvent, PlazaRequest};

use super::{Order, Saying};
use crate::visit::{Heard, Rate, Stay};

/// A member, by the number with which they came in.
#[derive(Debug)]
pub(super) struct PlazaMember(pub(super) MemberNumber);

impl Stay for PlazaMember {
    type Host = PlazaHost;
    type Order = Order;

    /// Posts have limits of their own.
    const WORDS: Rate = Rate {
        burst: 64,
        per_second: 16,
    };

    fn hear(&mut self, said: PlazaRequest) -> Heard<Order> {
        match said {
            PlazaRequest::Post { tag, subject, text } => {
                Heard::Order(Order::Say(self.0, Saying { tag, subject, text }))
            }
            // Its answer is that nothing more comes: what is in the mailbox is written first.
            PlazaRequest::Leave => Heard::Order(self.leave()),
            PlazaRequest::Ping => Heard::Ping,
            PlazaRequest::Pong => Heard::Nothing,
        }
    }

    fn leave(&self) -> Order {
        Order::Leave(self.0)
    }

    fn ping() -> PlazaEvent {
        PlazaEvent::Ping
    }

    fn pong() -> PlazaEvent {
        PlazaEvent::Pong
    }

    fn refused(refusal: Refusal) -> PlazaEvent {
        PlazaEvent::Refused(refusal)
    }
}
