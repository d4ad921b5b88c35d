//! A circle as a member sees it: who is in it and how they are reached, what was said, and what they are writing.

mod delivery;
mod door;
mod draft;
mod heard;
mod members;
mod talk;

pub use delivery::{Delivered, Delivery};
pub use door::{CircleDoor, DoorField, DoorTrouble};
pub use draft::{CircleDraft, CircleNote};
pub use members::{Known, Member, Members, Reach};
pub use talk::{Happened, Said, Speaker, Talk, TalkRow, Talked};

use std::time::{Duration, Instant};

use acaso_shared::ids::{BadMessage, Code, Fingerprint};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::circle::{self, CircleCommand, CircleVisit};
use acaso_shared::session::{Ending, MessageId};
use jiff::Zoned;
use jiff::civil::Date;

use super::Now;
use super::line::Pause;
use super::typed::{self, Typed};
use crate::hygiene::{Link, shown_line, shown_name};

/// A visit to a circle.
#[derive(Debug)]
pub struct Circle {
    /// Which visit of this window it is.
    pub number: u64,
    /// Where, and as whom.
    pub visit: CircleVisit,
    /// What one goes by there, fit to be shown.
    pub called: String,
    /// The circle's name, fit to be shown; nothing if it goes by a code.
    pub name: Option<String>,
    /// What others need to come, where a code is needed.
    pub code: Option<Code>,
    /// How the visit is.
    pub standing: CircleStanding,
    /// Who we are there.
    me: Option<CircleMember>,
    /// The key that the others see of us.
    pub key: Option<Fingerprint>,
    /// The server is lost: nobody new can come until it is back.
    pub lobby_lost: Option<Pause>,
    /// Too many came without knowing the words: nobody new is let in.
    pub shut: bool,
    /// The others.
    pub members: Members,
    /// What was said, and what happened.
    pub talk: Talk,
    /// What is being written.
    pub draft: CircleDraft,
    /// What lies over it.
    pub sheet: Option<CircleSheet>,
    /// The sheet wants the keyboard; the view takes it.
    pub sheet_focus: bool,
    /// Messages that came while nobody looked.
    pub unread: usize,
    /// Messages that came below what is on screen.
    pub below: usize,
    /// Whether the newest row is on screen; the view says so.
    pub at_bottom: bool,
    /// Scroll to the newest row; the view takes it.
    pub to_newest: bool,
    /// Today, for dates; unknown until time is first told.
    pub today: Option<Date>,
    /// When a message was last worth a notice.
    noticed: Option<Instant>,
}

/// How a visit to a circle is.
#[derive(Debug)]
pub enum CircleStanding {
    /// On the way in.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// Introduced; whoever is there is reached one by one.
    Inside,
    /// The visit is over.
    Over {
        /// Why.
        ending: Ending,
        /// When, in local time.
        at: Zoned,
    },
}

/// What can lie over a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CircleSheet {
    /// Who is in it, where there is no room for a column.
    People,
    /// Somebody's key, to be compared.
    Key {
        /// Whose, by what they go by; nothing for one's own.
        name: Option<String>,
        /// The key.
        key: Fingerprint,
        /// It was copied.
        copied: bool,
    },
    /// The code that others need to come.
    Code {
        /// It was copied.
        copied: bool,
    },
    /// Whether a link is to be opened.
    Link(Link),
}

/// What is asked for with what stands in the composer.
pub(super) enum Wanted {
    /// Nothing, for now.
    Nothing,
    /// To leave.
    Leave,
    /// To say this.
    Say(CircleCommand),
}

impl Circle {
    /// On the way in; what was being written there before is there again.
    pub(super) fn new(number: u64, visit: CircleVisit, kept: Option<String>) -> Self {
        let code = match &visit.circle {
            circle::Circle::Coded(code) => Some(code.clone()),
            circle::Circle::Named(_) | circle::Circle::New => None,
        };
        Self {
            number,
            called: shown_name(&visit.visit.name),
            name: Self::shown(&visit),
            visit,
            code,
            standing: CircleStanding::Calling { attempt: 1 },
            me: None,
            key: None,
            lobby_lost: None,
            shut: false,
            members: Members::default(),
            talk: Talk::default(),
            draft: CircleDraft::holding(kept),
            sheet: None,
            sheet_focus: false,
            unread: 0,
            below: 0,
            at_bottom: true,
            to_newest: false,
            today: None,
            noticed: None,
        }
    }

    /// The name of the circle of that visit, fit to be shown.
    pub(super) fn shown(visit: &CircleVisit) -> Option<String> {
        match &visit.circle {
            circle::Circle::Named(name) => Some(shown_line(name.as_str())),
            circle::Circle::New | circle::Circle::Coded(_) => None,
        }
    }

    /// Whether one has ever been let in.
    pub(super) fn was_inside(&self) -> bool {
        self.me.is_some()
    }

    /// Whether one is in it.
    pub fn is_inside(&self) -> bool {
        matches!(self.standing, CircleStanding::Inside)
    }

    /// Whether the visit is over.
    pub fn is_over(&self) -> bool {
        matches!(self.standing, CircleStanding::Over { .. })
    }

    /// How many are in it, oneself and those who are away for a moment included.
    pub fn people(&self) -> usize {
        1 + self.members.hearing()
    }

    /// Whether somebody else here goes by the same name: then a number tells the two apart.
    pub fn has_namesake(&self, number: CircleMember, name: &str) -> bool {
        self.members.others_by(number, name) || self.called.to_lowercase() == name.to_lowercase()
    }

    /// Something was written, or said and not heard so far, that is lost when one goes.
    pub(super) fn has_unfinished(&self) -> bool {
        self.draft.has_words() || self.talk.any_waits()
    }

    /// What is not finished there, when it is left, and for which visit it was written.
    pub(super) fn unfinished(self) -> Option<KeptWords> {
        let mut visit = self.visit;
        if let Some(code) = self.code {
            visit.circle = circle::Circle::Coded(code);
        }
        let text = self.draft.left_over()?;
        Some(KeptWords { visit, text })
    }

    /// Says what stands in the composer, if somebody is there.
    pub(super) fn say(&mut self, id: MessageId, now: &Now) -> Wanted {
        let text = match typed::read(&self.draft.body.text) {
            Ok(Typed::Quit) => return Wanted::Leave,
            Ok(Typed::Say(text)) => text,
            Err(BadMessage::Empty) => return Wanted::Nothing,
            Err(BadMessage::TooLong(bytes)) => {
                self.draft.note = Some(CircleNote::TooLong { bytes });
                return Wanted::Nothing;
            }
        };
        if !self.is_inside() || self.members.hearing() == 0 {
            self.draft.note = Some(CircleNote::Nobody);
            return Wanted::Nothing;
        }
        let delivery = Delivery::to(id, self.members.listeners());
        self.talk.said(Speaker::Me(delivery), &text, &now.local);
        self.draft.clear();
        self.below = 0;
        self.to_newest = true;
        Wanted::Say(CircleCommand::Say { id, text })
    }

    /// Shows who is here over what was said, or puts it away.
    pub(super) fn toggle_people(&mut self) {
        if self.sheet == Some(CircleSheet::People) {
            self.close_sheet();
        } else if !self.is_over() {
            self.open_sheet(CircleSheet::People);
        }
    }

    /// Shows the code that others need to come, or puts it away.
    pub(super) fn toggle_code(&mut self) {
        if matches!(self.sheet, Some(CircleSheet::Code { .. })) {
            self.close_sheet();
        } else if self.code.is_some() {
            self.open_sheet(CircleSheet::Code { copied: false });
        }
    }

    /// Shows a member's key, or one's own.
    pub(super) fn show_key(&mut self, of: Option<CircleMember>) {
        let (name, key) = match of {
            None => (None, self.key),
            Some(number) => {
                let known = self.members.get(number).and_then(|member| member.known.as_ref());
                let name = known.map(|known| known.name.clone());
                (name, known.map(|known| known.key))
            }
        };
        if let Some(key) = key {
            self.open_sheet(CircleSheet::Key {
                name,
                key,
                copied: false,
            });
        }
    }

    /// What the sheet that lies over it has to be copied; from now on it says that it was.
    pub(super) fn copy_from_sheet(&mut self) -> Option<String> {
        match self.sheet.as_mut()? {
            CircleSheet::Key { key, copied, .. } => {
                *copied = true;
                Some(key.to_string())
            }
            CircleSheet::Code { copied } => {
                *copied = true;
                self.code.as_ref().map(ToString::to_string)
            }
            CircleSheet::People | CircleSheet::Link(_) => None,
        }
    }

    /// Lays this sheet over the circle; it takes the keyboard.
    pub(super) fn open_sheet(&mut self, sheet: CircleSheet) {
        self.sheet = Some(sheet);
        self.sheet_focus = true;
    }

    /// Takes the sheet away; the keyboard goes back to where one writes.
    pub(super) fn close_sheet(&mut self) {
        if self.sheet.take().is_some() {
            self.draft.body.focus = true;
        }
    }

    /// Counts what counts. Answers after how long a number changes.
    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        self.today = Some(now.local.date());
        if self.at_bottom {
            self.below = 0;
        }
        let pause = self.lobby_lost.as_mut().and_then(|pause| pause.tick(now));
        [self.draft.tick(now), pause].into_iter().flatten().min()
    }
}

/// What was being written to a circle when it was left.
pub(super) struct KeptWords {
    pub(super) visit: CircleVisit,
    pub(super) text: String,
}

/// Words stay out of logs.
impl std::fmt::Debug for KeptWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptWords({} bytes)", self.text.len())
    }
}
