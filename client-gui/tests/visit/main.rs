//! One visit at the real window, from the first screen to the next partner, by what stands on the screen.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot help fails its test"
)]

mod circle;
mod composer;
mod drafts;
mod host;
mod hygiene;
mod identity;
mod invitation;
mod keep;
mod line;
mod login;
mod notices;
mod open;
mod plaza;
mod reach;
mod safety;
mod settings;
mod states;
mod way;

mod person;
mod world;

/// What every story needs.
mod prelude {
    pub(crate) use acaso_shared::session::{
        Command, ConversationId, Event, Goodbye, Habits, Login, MessageId, NotSent, Problem, Transport,
    };
    pub(crate) use acaso_shared::transport::Unvouched;
    pub(crate) use eframe::egui::accesskit::Role;
    pub(crate) use eframe::egui::{self, Key, Modifiers, Theme};
    pub(crate) use egui_kittest::kittest::Queryable as _;

    pub(crate) use crate::person::{Beginning, Person};
    pub(crate) use crate::world::*;
}
