//! The client engine: a person's wishes in ([`Command`]), what happened out ([`Event`]). It knows no window and no terminal.

pub mod event;

pub use event::{
    Command, ConversationId, Ending, Event, Goodbye, MessageId, NotSent, Partner, Problem, Visit,
};
