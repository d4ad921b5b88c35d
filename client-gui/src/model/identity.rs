//! The server shows another identity than the one known, or one that nobody vouches for any more: both fingerprints, and what was on screen before.

use std::time::SystemTime;

use acaso_shared::ids::Fingerprint;
use acaso_shared::session::Visit;
use acaso_shared::transport::Unvouched;
use jiff::civil::Date;

use super::Conversation;

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
