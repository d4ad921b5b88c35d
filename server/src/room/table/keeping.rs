//! Two who would like to meet again. What one of them says stays here: until the other says it too nobody is told, nothing is waited
//! for, and nothing goes another way or at another time than if it had not been said.

use acaso_shared::ids::ConversationNumber;
use acaso_shared::protocol::room::RoomEvent;

use super::Table;
use crate::room::seat::{Side, Two};

/// Who of the two said so, and who was told that both did.
#[derive(Clone, Debug, Default)]
pub(super) struct Keeping {
    wish: Two<bool>,
    told: Two<bool>,
}

impl Table {
    /// They would like to meet their partner of that conversation again.
    pub(super) fn keep(&mut self, side: Side, conversation: ConversationNumber) {
        if let Some(going) = &mut self.going
            && going.number == conversation
            && !going.open
        {
            going.keeping.wish[side] = true;
            self.tell_kept();
        }
    }

    /// Somebody is back, who may not have heard what they were told before.
    pub(super) fn tell_kept_again(&mut self, side: Side) {
        if let Some(going) = &mut self.going {
            going.keeping.told[side] = false;
        }
        self.tell_kept();
    }

    /// Tells both that both said so, once the two are present and shown to each other.
    pub(super) fn tell_kept(&mut self) {
        let Some(going) = &mut self.going else { return };
        let both = going.keeping.wish.iter().all(|wish| *wish);
        let are_present = self.seats.iter().all(|seat| seat.guest().is_some());
        if !both || !are_present || going.ready_until.is_some() {
            return;
        }
        let words = RoomEvent::Kept {
            conversation: going.number,
        };
        for side in Side::BOTH {
            if let Some(line) = &mut self.relay.lines[side]
                && !std::mem::replace(&mut going.keeping.told[side], true)
            {
                line.say(&words);
            }
        }
    }
}
