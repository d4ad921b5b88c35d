//! The server shows another identity than the one known, or one that nobody vouches for any more: both fingerprints, and what was on screen before.

use std::time::SystemTime;

use acaso_shared::ids::Fingerprint;
use acaso_shared::session::{Command, Visit};
use acaso_shared::transport::Unvouched;
use jiff::civil::Date;

use super::{Conversation, Effect, Model, Now, Screen};

/// What there is to compare.
#[derive(Debug)]
pub struct Identity {
    /// The visit that was refused.
    pub visit: Visit,
    /// The pinned fingerprint.
    pub known: Fingerprint,
    /// When it was pinned.
    pub since: SystemTime,
    /// How many visits it stood for.
    pub visits: u64,
    /// What the server shows now.
    pub shown: Fingerprint,
    /// If an authority had vouched for the server: why none does now.
    pub unvouched: Option<Unvouched>,
    /// Today, for dates.
    pub today: Date,
    /// Whether both were copied already.
    pub copied: bool,
    /// What a partner left behind: it comes back to the screen if the person stays away.
    pub(super) behind: Option<Box<Conversation>>,
}

impl Identity {
    /// Whether the key is the known one, and only the authority's word is missing.
    pub fn same_key(&self) -> bool {
        self.known == self.shown
    }

    /// Both fingerprints, as text to take to the host.
    pub(super) fn as_text(&self) -> String {
        format!("{}\n{}\n{}", self.visit.server, self.known, self.shown)
    }
}

impl Model {
    /// The server shows another identity: what a partner left behind comes back, else the first screen.
    pub(super) fn stay_away(&mut self) -> Vec<Effect> {
        let Screen::Identity(identity) = &mut self.screen else {
            return Vec::new();
        };
        match identity.behind.take() {
            Some(conversation) => self.screen = Screen::Chat(conversation),
            None => self.go_to_first(),
        }
        Vec::new()
    }

    pub(super) fn trust(&mut self, now: &Now) -> Vec<Effect> {
        let Screen::Identity(identity) = &mut self.screen else {
            return Vec::new();
        };
        let (visit, shown) = (identity.visit.clone(), identity.shown);
        if let Some(behind) = identity.behind.take() {
            // Its draft goes along, as one for nobody.
            self.screen = Screen::Chat(behind);
        }
        // The settings may have changed since that visit began.
        let visit = self.as_set(visit);
        self.wait_for(&visit, now);
        vec![Effect::Ask(Command::TrustIdentity { visit, shown })]
    }

    pub(super) fn copy_fingerprints(&mut self) -> Vec<Effect> {
        let Screen::Identity(identity) = &mut self.screen else {
            return Vec::new();
        };
        identity.copied = true;
        vec![Effect::Copy(identity.as_text().into())]
    }
}
