//! What the window knows: plain values, changed by what the engine tells ([`Model::heard`]), by what the person wishes
//! ([`Model::wish`]) and by time ([`Model::tick`]). It answers with [`Effect`]s and knows neither egui nor sockets.

mod circle;
mod closing;
mod composer;
mod conversation;
mod effect;
mod events;
mod first;
mod goes_by;
mod history;
mod host;
mod identity;
mod invitation;
mod keep;
mod line;
mod login;
mod noticed;
mod outing;
mod plaza;
mod plazas;
mod sheet;
mod signs;
mod typed;
mod waiting;
mod who;
mod wishes;

#[cfg(test)]
mod tests;

pub use circle::{
    Circle, CircleDoor, CircleDraft, CircleNote, CircleSheet, CircleStanding, Delivered, Delivery, DoorField,
    DoorTrouble, Happened, Known, Member, Members, Reach, Said, Speaker, Talk, TalkRow, Talked,
};
pub use closing::Closing;
pub use composer::{Composer, Note};
pub use conversation::{Conversation, Left, Over, Presence, Secrecy};
pub use effect::{Clipping, Effect, Notice};
pub use first::{Failed, Field, First, Rules, Trouble, Way};
pub use goes_by::AskedName;
pub use history::{By, Entry, History, State, What};
pub use host::{Host, HostField, HostForm, HostState, HostTrouble, Hosted, LogEntry, Logged};
pub use identity::Identity;
pub use invitation::{Half, Invitation};
pub use keep::{Keep, KeptCode, Storing};
pub use line::{Away, Line, Lost, Pause};
pub use login::LoginFields;
pub use outing::{Aside, Front, OfPlazas, Outing};
pub use plaza::{
    Moves, Named, People, Person, Plaza, PlazaDraft, PlazaSheet, Post, PostNote, Posts, Row, RowWhat,
    Standing,
};
pub use plazas::{Looking, Plazas};
pub use sheet::Sheet;
pub use waiting::{Invited, WaitState, Waiting};
pub use who::Who;

use std::time::{Duration, Instant};

use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{ConversationId, Visit};
use jiff::Zoned;

use crate::prefs::{Carrier, Settings};
use crate::wording::{Key, Words};
use circle::KeptWords;
use login::Logins;
use outing::KeptPost;

/// The present, as the program tells it to the model: the model never looks at a clock.
#[derive(Clone, Debug)]
pub struct Now {
    /// For spans of time.
    pub instant: Instant,
    /// For times of day and dates.
    pub local: Zoned,
}

impl Now {
    /// This very moment, in the system's time zone.
    pub fn read() -> Self {
        Self {
            instant: Instant::now(),
            local: Zoned::now(),
        }
    }
}

/// Everything the window knows.
#[derive(Debug)]
pub struct Model {
    /// Which screen is up, and what it shows.
    pub screen: Screen,
    /// A page in front of the screen.
    pub page: Option<Page>,
    /// Among others: choosing a plaza or a circle, or in one.
    pub outing: Option<Outing>,
    /// Whether that, or the screen, stands in front.
    pub front: Front,
    /// Servers that run in this program.
    pub host: Host,
    /// The fields of the first screen: they outlive every visit.
    pub first: First,
    /// Meeting somebody one knows: what was typed, and who was kept.
    pub invitation: Invitation,
    /// What is remembered between two runs.
    pub settings: Settings,
    /// Whether the window has the keyboard.
    pub focused: bool,
    /// Speak without TLS: chosen on the command line, for trials.
    plain: bool,
    /// What carries the links in this run, whatever the settings say: chosen on the command line.
    carrier: Option<Carrier>,
    /// The visit that is on, or was on last.
    visit: Option<Visit>,
    /// What was said to servers that asked, in this run.
    logins: Logins,
    /// What was typed for somebody, while there is no conversation to hold it.
    kept: Option<Kept>,
    /// Who sat opposite lately: names the person a late [`NotSent`](acaso_shared::session::Event::NotSent) was meant for.
    lately: Vec<(ConversationId, Who)>,
    /// What of the engine's words is still about a visit that the person has ended.
    deaf: Deaf,
    /// The number of the next message of ours.
    next_message: u64,
    /// The number of the latest visit to a plaza or a circle.
    next_outing: u64,
    /// Posts that were not finished when their plaza was left, the latest first.
    posts_kept: Vec<KeptPost>,
    /// What was being written to circles when they were left, the latest first.
    words_kept: Vec<KeptWords>,
    /// What is asked before the window closes, while it is asked.
    pub closing: Option<Closing>,
    /// That question wants the keyboard; the view takes it.
    pub closing_focus: bool,
    /// It was asked.
    sure_to_close: bool,
}

/// The screens of a visit.
#[derive(Debug)]
pub enum Screen {
    /// Where to, and as whom.
    First,
    /// The house rules, before the first pairing at a server.
    Rules(Rules),
    /// Meeting somebody one knows: [`Model::invitation`].
    Invitation,
    /// On the way to a partner.
    Waiting(Waiting),
    /// With a partner, or with what one left behind.
    Chat(Box<Conversation>),
    /// The server shows another identity than the one known.
    Identity(Box<Identity>),
}

/// Pages that can stand in front of any screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The settings.
    Settings,
    /// The house rules, read again.
    Rules(Rules),
    /// Servers that run in this program.
    Host,
}

/// A draft, and for whom it was typed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    text: String,
    from: Who,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({} bytes)", self.text.len())
    }
}

/// Between a wish and the engine's first word about it, what the engine says is about the visit before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deaf {
    /// It is heard.
    No,
    /// The person left: nothing counts until the engine has closed the visit.
    UntilClosed,
    /// The person went on to somebody else: nothing counts until the engine is on its way.
    UntilCalling,
}

impl Model {
    /// The model at start, before anything was wished.
    pub fn new(settings: Settings, plain: bool) -> Self {
        Self {
            screen: Screen::First,
            page: None,
            outing: None,
            front: Front::Visit,
            host: Host::default(),
            first: First::new(&settings),
            invitation: Invitation::default(),
            settings,
            focused: true,
            plain,
            carrier: None,
            visit: None,
            logins: Logins::default(),
            kept: None,
            lately: Vec::new(),
            deaf: Deaf::No,
            next_message: 0,
            next_outing: 0,
            posts_kept: Vec::new(),
            words_kept: Vec::new(),
            closing: None,
            closing_focus: false,
            sure_to_close: false,
        }
    }

    /// Fills in the first screen from elsewhere than the settings.
    pub fn fill_in(&mut self, server: Option<String>, name: Option<String>) {
        if let Some(server) = server {
            self.first.server = server;
        }
        if let Some(name) = name {
            self.first.name = name;
        }
        self.first.focus_first();
    }

    /// What carries the links in this run, until another is chosen in the settings.
    pub fn carry_by(&mut self, carrier: Option<Carrier>) {
        self.carrier = carrier;
    }

    /// Takes the rules of the server in the field for accepted: they were read elsewhere.
    pub fn accept_rules(&mut self) {
        if let Ok(link) = self.first.server.parse::<ServerLink>() {
            self.settings.accept_rules(&link.server);
        }
    }

    /// Something to be read on the first screen, unless something more pressing stands there.
    pub fn complain(&mut self, trouble: Trouble) {
        self.first.trouble.get_or_insert(trouble);
    }

    /// The conversation on screen, whether it goes on or is over.
    pub fn conversation(&self) -> Option<&Conversation> {
        match &self.screen {
            Screen::Chat(conversation) => Some(conversation),
            _ => None,
        }
    }

    /// The same, to change it.
    pub fn conversation_mut(&mut self) -> Option<&mut Conversation> {
        match &mut self.screen {
            Screen::Chat(conversation) => Some(conversation),
            _ => None,
        }
    }

    /// What the window's title says: who is there, and how much of theirs was not seen yet.
    pub fn title(&self, words: &Words) -> String {
        let unread = self.conversation().map_or(0, |c| c.unread)
            + self.plaza().map_or(0, |p| p.unread)
            + self.circle().map_or(0, |c| c.unread);
        let what = match &self.screen {
            _ if matches!(self.outing_in_front(), Some(Outing::Choosing(_))) => words.get(Key::Plazas),
            _ if matches!(self.outing_in_front(), Some(Outing::Door(_))) => words.get(Key::Circle),
            _ if self.outing_in_front().is_some() => self.company(words).unwrap_or_default(),
            Screen::First | Screen::Rules(_) | Screen::Invitation | Screen::Identity(_) => {
                return words.get(Key::AppName);
            }
            Screen::Waiting(waiting) => waiting.title(words),
            Screen::Chat(conversation) if conversation.is_talking() => conversation.who.called_first(words),
            // The visit is over: no seat is kept, but words may still be unread.
            Screen::Chat(conversation) if matches!(conversation.presence, Presence::Over(_)) => {
                if unread == 0 {
                    return words.get(Key::AppName);
                }
                conversation.who.called_first(words)
            }
            Screen::Chat(_) => words.get(Key::WaitingTitle),
        };
        let what = ("what", what.into());
        if unread == 0 {
            return words.fill(Key::WindowTitle, &[what]);
        }
        words.fill(Key::WindowTitleUnread, &[("count", unread.into()), what])
    }

    /// The window came to the front, or went from it.
    pub fn focus(&mut self, focused: bool) -> Vec<Effect> {
        let came = focused && !self.focused;
        self.focused = focused;
        self.see();
        if came { vec![Effect::Withdraw] } else { Vec::new() }
    }

    /// Brings everything that counts time up to the present. Answers after how long it wants to be asked again, if ever.
    pub fn tick(&mut self, now: &Now) -> Option<Duration> {
        let plaza = self.plaza_mut().and_then(|plaza| plaza.tick(now));
        let circle = self.circle_mut().and_then(|circle| circle.tick(now));
        [plaza, circle, self.tick_screen(now)].into_iter().flatten().min()
    }

    fn tick_screen(&mut self, now: &Now) -> Option<Duration> {
        match &mut self.screen {
            Screen::First | Screen::Rules(_) | Screen::Invitation | Screen::Identity(_) => None,
            Screen::Waiting(waiting) => waiting.tick(now),
            Screen::Chat(conversation) => conversation.tick(now),
        }
    }

    /// Whether the conversation is before the person's eyes.
    fn is_seen(&self) -> bool {
        self.focused && self.page.is_none() && self.front == Front::Visit
    }

    /// What is before the person's eyes is read.
    fn see(&mut self) {
        if self.is_outing_seen() {
            if let Some(plaza) = self.plaza_mut() {
                plaza.unread = 0;
            }
            if let Some(circle) = self.circle_mut() {
                circle.unread = 0;
            }
        }
        let seen = self.is_seen();
        if let Some(conversation) = self.conversation_mut()
            && seen
        {
            conversation.unread = 0;
        }
    }
}
