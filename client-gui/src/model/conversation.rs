//! What two people have between pairing and parting, as one of them sees it; afterwards what is left of it on screen.

use std::time::{Duration, Instant};

use acaso_shared::ids::{MessageText, RoomPort};
use acaso_shared::protocol::room::{Closing, Parting, Role};
use acaso_shared::sealed::SafetyPhrase;
use acaso_shared::session::{ConversationId, Ending, MessageId, Partner};
use jiff::Zoned;

use super::waiting::until_next_second;
use super::{By, Composer, Entry, History, Keep, Kept, Line, Now, Sheet, State, WaitState, What, Who};
use crate::hygiene::{mixes_alphabets, shown_name};

/// *Next* is a mistake easily made: with words exchanged its key counts only twice within this time.
const NEXT_TWICE: Duration = Duration::from_secs(3);

/// Whoever is typing when the person opposite changes would send to the wrong one: for this long nothing is sent.
const NEWCOMER_GUARD: Duration = Duration::from_secs(1);

/// A conversation.
#[derive(Debug)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Who sits opposite.
    pub who: Who,
    /// Its letters are of several alphabets: it may be made to look like another one.
    pub mixed: bool,
    /// Who can read it.
    pub secrecy: Secrecy,
    /// The room.
    pub port: RoomPort,
    /// Our part: decides which half of the meeting is drawn as whose.
    pub role: Role,
    /// Seed of the picture of the meeting.
    pub meeting: [u8; 32],
    /// How long ago the two met.
    pub age: Duration,
    /// Whether the partner is there.
    pub presence: Presence,
    /// How the links are, ours and theirs.
    pub line: Line,
    /// They are writing.
    pub typing: bool,
    /// They met by a code that both had.
    pub had_code: bool,
    /// It was made for this meeting and went by another way: it vouches for that nobody is in between. One that was kept is only as
    /// good as the meeting it comes from.
    pub vouched: bool,
    /// It takes place where one has met by a code: no stranger comes there afterwards.
    pub by_code: bool,
    /// How far keeping in touch has come.
    pub keep: Keep,
    /// What lies over it.
    pub sheet: Option<Sheet>,
    /// The sheet wants the keyboard; the view takes it.
    pub sheet_focus: bool,
    /// What was said.
    pub history: History,
    /// What is being typed.
    pub composer: Composer,
    /// Messages that came while nobody looked.
    pub unread: usize,
    /// Messages that came below what is on screen.
    pub below: usize,
    /// Whether the newest row is on screen; the view says so.
    pub at_bottom: bool,
    /// Scroll to the newest row; the view takes it.
    pub to_newest: bool,
    met: Instant,
    /// The newest of their messages that the engine was told about as looked at.
    looked_at: Option<u64>,
    /// Somebody else was opposite, on this very screen, the moment before.
    replaced: bool,
    next_asked: Option<Instant>,
}

/// Who can read a conversation.
#[derive(Debug)]
pub enum Secrecy {
    /// The two who have it. Both compare these words to know that nobody is in between.
    Sealed(SafetyPhrase),
    /// The host as well: one of the two has an old client, which cannot encrypt.
    Open,
}

/// Whether the partner is there.
#[derive(Debug)]
pub enum Presence {
    /// Yes.
    Talking,
    /// Gone; the seat is kept, and the next stranger may come any moment.
    Left(Left),
    /// Gone, and so is the room.
    Over(Over),
}

/// The partner is gone, and we wait in the same room.
#[derive(Debug)]
pub struct Left {
    /// Why.
    pub reason: Parting,
    /// When, in local time.
    pub at: Zoned,
    /// How long ago.
    pub elapsed: Duration,
    /// The person chose to wait here: what is left to say fits into one line.
    pub staying: bool,
    /// The person blocked who left.
    pub blocked: bool,
    /// How far the way to the next one is.
    pub state: WaitState,
    since: Instant,
}

/// The visit is over.
#[derive(Debug)]
pub struct Over {
    /// Why.
    pub ending: Ending,
    /// When, in local time.
    pub at: Zoned,
    /// Why the partner left, if that is all there is to say: no room remains where one met by a code.
    pub parted: Option<Parting>,
}

impl Conversation {
    /// A conversation begins. What was typed for somebody else comes along; `replaced` if that one was on screen just now.
    pub(super) fn sealed(partner: &Partner, kept: Option<Kept>, replaced: bool, now: &Now) -> Self {
        let mut conversation = Self::open(partner.conversation, partner.port, kept, replaced, now);
        conversation.go_by(Who::Named(shown_name(&partner.name)));
        Self {
            secrecy: Secrecy::Sealed(partner.phrase.clone()),
            role: partner.role,
            meeting: partner.meeting,
            history: History::beginning(now.local.clone()),
            had_code: partner.had_code,
            keep: Keep::with(partner.name.clone(), partner.can_keep),
            ..conversation
        }
    }

    /// The same with somebody who has an old client: anybody's name is theirs until they type one, and the host reads along.
    pub(super) fn open(
        id: ConversationId,
        port: RoomPort,
        kept: Option<Kept>,
        replaced: bool,
        now: &Now,
    ) -> Self {
        let mut history = History::beginning(now.local.clone());
        history.push(now.local.clone(), What::NotPrivate);
        Self {
            id,
            mixed: false,
            who: Who::OldClient,
            secrecy: Secrecy::Open,
            port,
            role: Role::Initiator,
            // Nothing that both share, and nothing to compare: the picture is this window's own.
            meeting: rand::random(),
            age: Duration::ZERO,
            presence: Presence::Talking,
            line: Line::default(),
            typing: false,
            had_code: false,
            vouched: false,
            by_code: false,
            keep: Keep::impossible(),
            sheet: None,
            sheet_focus: false,
            history,
            composer: Composer::holding(kept),
            unread: 0,
            below: 0,
            at_bottom: true,
            to_newest: false,
            met: now.instant,
            looked_at: None,
            replaced,
            next_asked: None,
        }
    }

    /// They go by this from here on.
    pub(super) fn go_by(&mut self, who: Who) {
        self.mixed = matches!(&who, Who::Named(name) if mixes_alphabets(name));
        self.who = who;
    }

    /// Whether the host can read it, because one of the two has an old client.
    pub fn is_open(&self) -> bool {
        matches!(self.secrecy, Secrecy::Open)
    }

    /// Whether the partner is there.
    pub fn is_talking(&self) -> bool {
        matches!(self.presence, Presence::Talking)
    }

    /// Whether the key for *Next* was pressed once, and wants to be pressed again.
    pub fn asks_next_again(&self) -> bool {
        self.next_asked.is_some()
    }

    /// Whether *Next* may be done: at once without words or without a partner, else when asked twice.
    pub(super) fn may_go_on(&mut self, now: &Now) -> bool {
        // With somebody one knows there is no next one as long as they are there.
        if self.by_code && self.is_talking() {
            return false;
        }
        if !self.is_talking() || !self.history.has_words() {
            return true;
        }
        let asked = self.next_asked.replace(now.instant);
        asked.is_some_and(|at| now.instant.saturating_duration_since(at) <= NEXT_TWICE)
    }

    /// Whether somebody new has just appeared under the person's fingers.
    pub(super) fn is_guarded(&self, now: &Now) -> bool {
        let changed = self.replaced || self.composer.kept_from().is_some();
        changed && now.instant.saturating_duration_since(self.met) < NEWCOMER_GUARD
    }

    /// We said something.
    pub(super) fn say(&mut self, id: MessageId, text: &MessageText, now: &Now) {
        self.history.say(now.local.clone(), By::Me, text, Some(id));
        self.composer.clear();
        self.composer.focus = true;
        self.next_asked = None;
        self.below = 0;
        self.to_newest = true;
    }

    /// They said something; `seen` if it happens before the person's eyes.
    pub(super) fn hear(&mut self, text: &MessageText, seen: bool, now: &Now) {
        self.history.say(now.local.clone(), By::Them, text, None);
        self.typing = false;
        self.unread += usize::from(!seen);
        self.below += usize::from(!self.at_bottom);
    }

    /// They are gone; we wait in the same room.
    pub(super) fn part(&mut self, reason: Parting, now: &Now) {
        self.history.push(now.local.clone(), What::Left(reason));
        self.stop();
        self.presence = Presence::Left(Left {
            reason,
            at: now.local.clone(),
            elapsed: Duration::ZERO,
            staying: false,
            blocked: false,
            // How many rooms are in use was not asked again; nothing on this screen says so.
            state: WaitState::Seated {
                port: self.port,
                rooms_in_use: 0,
            },
            since: now.instant,
        });
    }

    /// The visit is over.
    pub(super) fn end(&mut self, ending: Ending, now: &Now) {
        let parted = match &self.presence {
            Presence::Left(left) if ending == Ending::Closing(Closing::RendezvousOver) => Some(left.reason),
            Presence::Left(_) | Presence::Talking | Presence::Over(_) => None,
        };
        if parted.is_none() {
            self.history.push(now.local.clone(), What::Ended(ending.clone()));
        }
        self.stop();
        // The code to meet again is shown once, and not taken from before one's eyes.
        self.sheet.take_if(|sheet| *sheet != Sheet::Kept);
        self.presence = Presence::Over(Over {
            ending,
            at: now.local.clone(),
            parted,
        });
    }

    /// What goes on only as long as both are there.
    fn stop(&mut self) {
        self.next_asked = None;
        self.typing = false;
        self.line = Line::default();
        if matches!(self.sheet, Some(Sheet::Phrase { .. } | Sheet::Keep)) {
            self.sheet = None;
        }
    }

    /// What became of a message of ours; nothing if the row is none. What had not arrived when the conversation ended will not.
    pub fn state_of(&self, entry: &Entry) -> Option<State> {
        match self.history.state(entry)? {
            State::Sending if !self.is_talking() => Some(State::NotDelivered),
            state => Some(state),
        }
    }

    /// Whether there is something of theirs that the person sees now for the first time, as the engine should know.
    pub(super) fn looks(&mut self) -> bool {
        let newest = self.history.newest_of(By::Them);
        if !self.is_talking() || !self.at_bottom || newest <= self.looked_at {
            return false;
        }
        self.looked_at = newest;
        true
    }

    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        self.age = now.instant.saturating_duration_since(self.met);
        self.composer.tick(now);
        if self.at_bottom {
            self.below = 0;
        }
        let next = self.tick_next(now);
        let counting = self.composer.is_counting().then_some(Duration::from_secs(1));
        let left = match &mut self.presence {
            Presence::Left(left) => left.tick(now),
            Presence::Talking | Presence::Over(_) => None,
        };
        [next, counting, left, self.line.tick(now)]
            .into_iter()
            .flatten()
            .min()
    }

    /// Forgets the first press of *Next* when its time is up.
    fn tick_next(&mut self, now: &Now) -> Option<Duration> {
        let at = self.next_asked?;
        let left = NEXT_TWICE.saturating_sub(now.instant.saturating_duration_since(at));
        if left.is_zero() {
            self.next_asked = None;
            return None;
        }
        Some(left)
    }
}

impl Left {
    /// Once a second only while seconds are shown: a window that nothing happens in draws nothing.
    fn tick(&mut self, now: &Now) -> Option<Duration> {
        self.elapsed = now.instant.saturating_duration_since(self.since);
        self.state.tick(now);
        let counts = self.staying || matches!(self.state, WaitState::TryingAgain { .. });
        counts.then(|| until_next_second(self.elapsed))
    }
}
