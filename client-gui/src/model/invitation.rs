//! Meeting somebody one knows: making a code for one person, entering one, or choosing somebody with whom a code was kept.

use std::fmt;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Code, Fingerprint};
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::{Visit, Way as WayThere};
use jiff::civil::Date;

use super::{Effect, Field, First, Front, KeptCode, Model, Now, Rules, Screen, Trouble, Way};
use crate::action::{Action, Invite};
use crate::prefs::{Acquaintance, AcquaintancesError, Answer, Wish};

/// The screen of invitations. As the fields of the first screen it outlives every visit.
#[derive(Default)]
pub struct Invitation {
    /// Which of its halves is open.
    pub half: Half,
    /// The code as typed.
    pub code: String,
    /// People one has agreed with to meet again, the latest first.
    pub people: Vec<Acquaintance>,
    /// Why that list is not as it should be.
    pub people_trouble: Option<AcquaintancesError>,
    /// Whoever has this code is about to be forgotten, once that is confirmed.
    pub forgetting: Option<Code>,
    /// That question wants the keyboard; the view takes it.
    pub forgetting_focus: bool,
    /// Codes to meet somebody again that outlived their conversation, since nobody has put them away.
    pub held: Vec<KeptCode>,
    /// What stood in the server's field before the server of somebody kept, which asks for a login, had to stand there.
    typed_server: Option<String>,
    /// Today, for dates.
    pub today: Date,
}

/// A code that is typed stays out of logs.
impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation({:?}, {} people)", self.half, self.people.len())
    }
}

/// The halves of that screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Half {
    /// Making a code.
    #[default]
    Making,
    /// Entering one.
    Entering,
}

impl Invitation {
    /// The name of whoever has this code, if they were kept.
    pub(super) fn name_of(&self, code: &Code) -> Option<String> {
        let known = self.people.iter().find(|person| person.code == *code);
        known.map(|person| crate::hygiene::shown_name(&person.name))
    }
}

impl First {
    /// Whether the server's field holds a link with a code.
    pub fn has_linked_code(&self) -> bool {
        code_in_link(&self.server).is_some()
    }
}

impl Model {
    /// Takes in what the person wishes about invitations.
    pub(super) fn invite(&mut self, wish: Invite, now: &Now) -> Vec<Effect> {
        match wish {
            Invite::Open => self.open_invitations(),
            Invite::Close => self.close_invitations(),
            Invite::Turn(half) => self.turn_invitations(half),
            Invite::Make => self.meet_known(WayThere::Invite, now),
            Invite::Enter => self.enter_code(now),
            Invite::Meet(code) => self.meet_again(code, now),
            Invite::CopyCode | Invite::CopyLink => self.copy_invitation(wish == Invite::CopyLink),
            Invite::AskForget(code) => self.ask_to_forget(Some(code)),
            Invite::Held(wish, code) => self.of_held(wish, &code),
            Invite::KeepAll => self.ask_to_forget(None),
            Invite::Forget(code) => {
                self.invitation.forgetting = None;
                vec![Effect::People(Wish::Forget(code))]
            }
        }
    }

    /// From the first screen, or from what is left of a conversation. Who waits for a stranger keeps the place: the invitation is
    /// another window's.
    fn open_invitations(&mut self) -> Vec<Effect> {
        let mut effects = match &self.screen {
            Screen::First if self.front == Front::Visit => Vec::new(),
            Screen::Waiting(waiting) if waiting.is_for_stranger() => return self.window_for_invitation(),
            Screen::Chat(conversation) if !conversation.is_talking() => self.leave(),
            _ => return Vec::new(),
        };
        let Some((visit, saved)) = self.filled_in() else {
            return effects;
        };
        effects.extend(saved);
        // Whoever was among others meanwhile comes back to them from there.
        self.front = Front::Visit;
        if !self.settings.rules_accepted.contains(&visit.server) {
            self.screen = Screen::Rules(Rules::before(visit.server.clone(), Way::Invitation));
            self.visit = Some(visit);
            return effects;
        }
        effects.extend(self.show_invitations());
        effects
    }

    /// The screen itself, and who is kept as it is known now: another window may have kept somebody.
    pub(super) fn show_invitations(&mut self) -> Vec<Effect> {
        self.screen = Screen::Invitation;
        self.page = None;
        self.invitation.forgetting = None;
        self.first.focus = Some(Field::Meet);
        vec![Effect::People(Wish::Look)]
    }

    fn window_for_invitation(&mut self) -> Vec<Effect> {
        let link = self.visit.as_ref().map(|visit| visit.server.to_string());
        vec![Effect::NewWindow {
            link,
            invitation: true,
        }]
    }

    /// Back to the first screen; what was typed is still there when one comes again.
    fn close_invitations(&mut self) -> Vec<Effect> {
        if matches!(self.screen, Screen::Invitation) {
            self.take_field_back();
            self.go_to_first();
        }
        Vec::new()
    }

    /// A login is asked for by the server that stands in the field: one where somebody kept is met is lent it until it lets us in.
    pub(super) fn lend_field_to(&mut self, server: &ServerAddress) {
        let typed = self.first.server.parse::<ServerLink>();
        if typed.is_ok_and(|link| link.server == *server) {
            return;
        }
        let typed = std::mem::replace(&mut self.first.server, server.to_string());
        self.invitation.typed_server.get_or_insert(typed);
    }

    /// What the person typed stands there again.
    pub(super) fn take_field_back(&mut self) {
        if let Some(typed) = self.invitation.typed_server.take() {
            self.settings.server.clone_from(&typed);
            self.first.server = typed;
        }
    }

    fn turn_invitations(&mut self, half: Half) -> Vec<Effect> {
        self.invitation.half = half;
        self.first.trouble = None;
        self.first.focus = Some(Field::Meet);
        Vec::new()
    }

    fn enter_code(&mut self, now: &Now) -> Vec<Effect> {
        match self.invitation.code.parse() {
            Ok(code) => self.meet_known(WayThere::Code(code), now),
            Err(bad) => {
                self.first.fail(Trouble::Code(bad));
                Vec::new()
            }
        }
    }

    /// With somebody who was kept, at the server where both were.
    fn meet_again(&mut self, code: Code, now: &Now) -> Vec<Effect> {
        let Some(person) = self.invitation.people.iter().find(|person| person.code == code) else {
            return Vec::new();
        };
        let server = person.server.clone();
        let typed = self.first.server.parse::<ServerLink>();
        if typed.is_ok_and(|link| link.server == server) {
            return self.meet_known(WayThere::Code(code), now);
        }
        // What is typed in the field may be where one goes next: it is not touched.
        let typed = std::mem::replace(&mut self.first.server, server.to_string());
        let kept = self.settings.server.clone();
        let effects = self.meet_known(WayThere::Code(code), now);
        self.first.server = typed;
        self.settings.server = kept;
        effects
    }

    /// On the way to somebody one knows. What is wrong with the fields is said on this screen, which has those of the login, too.
    fn meet_known(&mut self, way: WayThere, now: &Now) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Invitation) {
            return Vec::new();
        }
        let Some((visit, mut effects)) = self.filled_in() else {
            return Vec::new();
        };
        let visit = Visit { way, ..visit };
        if !self.settings.rules_accepted.contains(&visit.server) {
            self.screen = Screen::Rules(Rules::before(visit.server.clone(), Way::Invitation));
            self.visit = Some(visit);
            return effects;
        }
        effects.extend(self.begin(visit, now));
        effects
    }

    /// Takes the code out of a link in the server's field: it is nothing to be written to the settings.
    pub(super) fn take_code_of_link(&mut self) -> bool {
        let Some((server, code)) = code_in_link(&self.first.server) else {
            return false;
        };
        self.first.server = server;
        self.invitation.code = code.to_string();
        self.invitation.half = Half::Entering;
        true
    }

    fn copy_invitation(&mut self, link: bool) -> Vec<Effect> {
        let Screen::Waiting(waiting) = &mut self.screen else {
            return Vec::new();
        };
        let Some(invited) = &mut waiting.invited else {
            return Vec::new();
        };
        invited.copied_link = link;
        invited.copied_code = !link;
        let text = if link {
            invited.link.clone()
        } else {
            invited.code.to_string()
        };
        vec![Effect::Copy(text.into())]
    }

    /// The server is known by this identity: whoever comes by the link has to find the same one.
    pub fn pinned(&mut self, server: &ServerAddress, pin: Fingerprint) {
        if let (Screen::Waiting(waiting), Some(visit)) = (&mut self.screen, &self.visit)
            && let Some(invited) = &mut waiting.invited
            && visit.server == *server
            && visit.identity.is_none()
        {
            invited.link = link_of(visit, Some(pin), &invited.code);
        }
    }

    fn ask_to_forget(&mut self, code: Option<Code>) -> Vec<Effect> {
        self.invitation.forgetting_focus = code.is_some();
        self.invitation.forgetting = code;
        Vec::new()
    }

    /// Whether the visit is by a code that is good for more than one try.
    pub(super) fn has_lasting_code(&self) -> bool {
        let way = self.visit.as_ref().map(|visit| &visit.way);
        matches!(way, Some(WayThere::Code(code)) if code.is_lasting())
    }

    /// Somebody was met: a code for one try has done what it was typed for.
    pub(super) fn code_is_used(&mut self) {
        let way = self.visit.as_ref().map(|visit| &visit.way);
        if matches!(way, Some(WayThere::Code(_))) {
            self.invitation.code.clear();
        }
    }

    /// Takes in who is kept, or why it could not be done.
    pub fn heard_of_people(&mut self, answer: Answer, now: &Now) {
        self.invitation.today = now.local.date();
        let kept = match &answer.to {
            Wish::Keep(person) => Some(person.code.clone()),
            Wish::Look | Wish::Forget(_) => None,
        };
        if let Some(code) = kept {
            let trouble = answer.people.as_ref().err().cloned();
            self.kept_on_disk(&code, trouble);
        } else {
            self.invitation.people_trouble = answer.people.as_ref().err().cloned();
        }
        if let Ok(people) = answer.people {
            self.invitation.people = people;
        }
    }
}

/// A link with a code, as the link without it and the code.
fn code_in_link(text: &str) -> Option<(String, Code)> {
    let mut link: ServerLink = text.parse().ok()?;
    let code = link.code.take()?;
    let without = match link.identity {
        Some(_) => link.to_string(),
        None => link.server.to_string(),
    };
    Some((without, code))
}

/// The link by which the other one comes.
pub(super) fn link_of(visit: &Visit, identity: Option<Fingerprint>, code: &Code) -> String {
    let link = ServerLink {
        server: visit.server.clone(),
        identity,
        code: Some(code.clone()),
    };
    link.to_string()
}

impl From<Invite> for Action {
    fn from(wish: Invite) -> Self {
        Self::Invitation(wish)
    }
}
