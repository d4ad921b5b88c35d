//! What the person wishes, and what becomes of it.

mod change;

use acaso_shared::ids::BadMessage;
use acaso_shared::session::circle::CircleCommand;
use acaso_shared::session::plaza::PlazaCommand;
use acaso_shared::session::{Command, Goodbye, MessageId, Visit, Way as WayThere};

use super::typed::{self, Typed};
use super::{Deaf, Effect, Front, Model, Note, Now, Page, Presence, Rules, Screen, Waiting, Way};
use crate::action::{Action, Invite};

impl Model {
    /// Takes in what the person wishes.
    pub fn wish(&mut self, action: Action, now: &Now) -> Vec<Effect> {
        match action {
            Action::Meet => self.meet(now),
            Action::AgreeToRules => self.agree(now),
            Action::TryNow => self.try_now(now),
            Action::Next => self.next(now),
            Action::Send => self.send(now),
            Action::Cancel | Action::Leave => self.leave(),
            Action::DeclineRules => self.show_first(),
            Action::WaitHere => self.wait_here(),
            Action::TellMe => self.tell_me(),
            Action::ToNewest => self.show_newest(),
            Action::DoNotConnect => self.stay_away(),
            Action::TrustIdentity => self.trust(now),
            Action::CopyFingerprints => self.copy_fingerprints(),
            Action::Copy(text) => vec![Effect::Copy(text.into())],
            Action::SafetyPhrase
            | Action::CopyPhrase
            | Action::AskBlock
            | Action::Block
            | Action::AskLink(_)
            | Action::OpenLink
            | Action::CopyLink
            | Action::CloseSheet => self.over_conversation(action),
            Action::OpenSettings => self.turn_to(Some(Page::Settings)),
            Action::ReadRules => self.turn_to(Some(Page::Rules(Rules::again()))),
            Action::ClosePage => self.close_page(),
            Action::ForgetServer(server) => {
                self.settings.forget_server(&server);
                self.first.servers.clone_from(&self.settings.servers);
                self.logins.forget(&server);
                self.first.login.take_if(|fields| fields.server == server);
                vec![Effect::Save, Effect::Unremember(server)]
            }
            Action::Change(change) => self.change(change),
            Action::OpenHost => self.open_host(),
            Action::Host(wish) => self.wish_of_host(wish),
            Action::NewWindow => self.new_window(),
            Action::Plazas
            | Action::LookAgain
            | Action::EnterPlaza(_)
            | Action::LeavePlaza
            | Action::ToRoom
            | Action::ToPlaza
            | Action::Post
            | Action::Unfold(_)
            | Action::People
            | Action::Circles
            | Action::AgreeToCircles
            | Action::EnterCircle(_)
            | Action::LeaveCircle
            | Action::Say
            | Action::ShowKey(_)
            | Action::CircleCode
            | Action::CopyFromSheet => self.out(action, now),
            Action::KeepOpen => self.keep_open(),
            Action::CloseAnyway => self.close_anyway(),
            Action::Invitation(wish) => self.invite(wish, now),
            Action::Keep(wish) => self.keep_in_touch(wish),
        }
    }

    /// From the first screen: to the rules, or on the way.
    fn meet(&mut self, now: &Now) -> Vec<Effect> {
        if !matches!(self.screen, Screen::First) || self.front == Front::Outing {
            return Vec::new();
        }
        // A link with a code leads to who made it, and to nobody else.
        if self.take_code_of_link() {
            return self.invite(Invite::Open, now);
        }
        let Some((visit, mut effects)) = self.filled_in() else {
            return Vec::new();
        };
        if self.settings.rules_accepted.contains(&visit.server) {
            effects.extend(self.begin(visit, now));
            return effects;
        }
        self.screen = Screen::Rules(Rules::before(visit.server.clone(), Way::Stranger));
        self.visit = Some(visit);
        effects
    }

    /// Whom to visit, as the first screen says, and what is kept of it; or what is wrong there is marked.
    pub(super) fn filled_in(&mut self) -> Option<(Visit, Vec<Effect>)> {
        self.take_code_of_link();
        let visit = match self.first.visit(self.plain) {
            Ok(visit) => visit,
            Err(trouble) => {
                self.first.fail(trouble);
                return None;
            }
        };
        if let Some(login) = &visit.login {
            self.logins.keep(&visit.server, (**login).clone());
        }
        self.first.trouble = None;
        // With the identity that a link says, until the server was met and is known by itself.
        self.settings.server.clone_from(&self.first.server);
        self.settings.name.clone_from(&self.first.name);
        Some((visit, vec![Effect::Save]))
    }

    fn agree(&mut self, now: &Now) -> Vec<Effect> {
        let Screen::Rules(Rules {
            confirmed: true, way, ..
        }) = &self.screen
        else {
            return Vec::new();
        };
        let way = *way;
        let Some(visit) = self.visit.clone() else {
            return Vec::new();
        };
        self.settings.accept_rules(&visit.server);
        let mut effects = vec![Effect::Save];
        effects.extend(match way {
            Way::Stranger => self.begin(visit, now),
            Way::Plaza => self.look_for_plazas(visit),
            Way::Invitation => self.show_invitations(),
            Way::Circle => self.open_door(visit),
        });
        effects
    }

    /// A visit, as the settings are now.
    pub(super) fn as_set(&self, visit: Visit) -> Visit {
        let login = self.logins.of(&visit.server).cloned().map(Box::new);
        Visit {
            transport: self.carrier.unwrap_or(self.settings.carrier).into(),
            habits: self.settings.habits(),
            old_clients: self.settings.old_clients,
            login,
            ..visit
        }
    }

    /// On the way to a partner.
    pub(super) fn begin(&mut self, visit: Visit, now: &Now) -> Vec<Effect> {
        let visit = self.as_set(visit);
        self.wait_for(&visit, now);
        vec![Effect::Ask(Command::Meet(visit))]
    }

    /// The screen of somebody who is on the way. The draft waits, too.
    pub(super) fn wait_for(&mut self, visit: &Visit, now: &Now) {
        self.kept = self.take_kept();
        self.hold_codes();
        self.visit = Some(visit.clone());
        self.deaf = Deaf::UntilCalling;
        self.page = None;
        let way = visit.way.clone();
        self.screen = Screen::Waiting(Waiting::new(visit.server.to_string(), way, now));
    }

    /// Somewhere in a visit: the same again, at once.
    pub(super) fn go_on(&mut self, now: &Now) -> Vec<Effect> {
        match (&self.screen, self.visit.clone()) {
            (Screen::Waiting(_) | Screen::Chat(_), Some(visit)) => self.begin(visit, now),
            _ => Vec::new(),
        }
    }

    /// A partner is waited for while our link is lost: the engine knows the way back to them, and to nobody else.
    fn try_now(&mut self, now: &Now) -> Vec<Effect> {
        if self.plaza_in_front().is_some() {
            return vec![Effect::AskPlaza(PlazaCommand::TryNow)];
        }
        if self.circle_in_front().is_some() {
            return vec![Effect::AskCircle(CircleCommand::TryNow)];
        }
        match self.conversation() {
            Some(conversation) if conversation.is_talking() => vec![Effect::Ask(Command::TryNow)],
            // A visit begun anew would have another code: the engine knows the way back to where this one is good.
            _ if self.is_to_known() => vec![Effect::Ask(Command::TryNow)],
            _ => self.go_on(now),
        }
    }

    fn next(&mut self, now: &Now) -> Vec<Effect> {
        let may = self
            .conversation_mut()
            .is_some_and(|conversation| conversation.may_go_on(now));
        if !may {
            return Vec::new();
        }
        // Whoever one knew has left: next is a stranger.
        if let Some(visit) = &mut self.visit {
            visit.way = WayThere::Stranger;
        }
        self.go_on(now)
    }

    /// Whether the visit is to somebody one knows.
    pub(super) fn is_to_known(&self) -> bool {
        let way = self.visit.as_ref().map(|visit| &visit.way);
        way.is_some_and(|way| *way != WayThere::Stranger)
    }

    /// Says what stands in the composer, to the one it was typed for.
    fn send(&mut self, now: &Now) -> Vec<Effect> {
        let id = MessageId(self.next_message);
        let Some(conversation) = self.conversation_mut() else {
            return Vec::new();
        };
        let text = match typed::read(&conversation.composer.text) {
            Ok(Typed::Quit) => return self.leave(),
            Ok(Typed::Say(text)) => text,
            Err(BadMessage::Empty) => return Vec::new(),
            Err(BadMessage::TooLong(bytes)) => {
                conversation.composer.note = Some(Note::TooLong { bytes });
                return Vec::new();
            }
        };
        if !conversation.is_talking() || conversation.is_guarded(now) || !conversation.composer.is_meant(now)
        {
            return Vec::new();
        }
        conversation.say(id, &text, now);
        let conversation = conversation.id;
        self.next_message += 1;
        vec![Effect::Ask(Command::Say {
            conversation,
            id,
            text,
        })]
    }

    /// Goodbye: the conversation is erased, and its draft with it.
    pub(super) fn leave(&mut self) -> Vec<Effect> {
        match &self.screen {
            // The engine is idle already: there is nobody to take leave of.
            Screen::Chat(conversation) if matches!(conversation.presence, Presence::Over(_)) => {
                self.go_to_first();
                Vec::new()
            }
            Screen::Waiting(_) | Screen::Chat(_) => {
                let back = matches!(self.screen, Screen::Waiting(_)) && self.is_to_known();
                self.go_to_first();
                self.deaf = Deaf::UntilClosed;
                let mut effects = vec![Effect::Ask(Command::Leave(Goodbye::Now))];
                if back {
                    effects.extend(self.show_invitations());
                }
                effects
            }
            Screen::First | Screen::Rules(_) | Screen::Invitation | Screen::Identity(_) => Vec::new(),
        }
    }

    /// Back to the first screen, filled in as it was. Nothing of a conversation remains.
    pub(super) fn go_to_first(&mut self) {
        self.hold_codes();
        self.screen = Screen::First;
        self.page = None;
        self.kept = None;
        self.lately.clear();
        self.first.trouble = self.held_for().map(|name| super::Trouble::CodeHeld { name });
        self.first.focus_first();
        // Whoever was out meanwhile is there again.
        if self.plaza().is_some() || self.circle().is_some() {
            self.bring(Front::Outing);
        }
    }

    fn show_first(&mut self) -> Vec<Effect> {
        if matches!(self.screen, Screen::Rules(_)) {
            self.go_to_first();
        }
        Vec::new()
    }

    fn wait_here(&mut self) -> Vec<Effect> {
        if let Some(Presence::Left(left)) = self.conversation_mut().map(|c| &mut c.presence) {
            left.staying = true;
        }
        Vec::new()
    }

    fn tell_me(&mut self) -> Vec<Effect> {
        match &mut self.screen {
            Screen::Waiting(waiting) => {
                waiting.tell_me = true;
                vec![Effect::Minimise]
            }
            _ => Vec::new(),
        }
    }

    fn show_newest(&mut self) -> Vec<Effect> {
        if let Some(plaza) = self.plaza_in_front() {
            plaza.to_newest = true;
            plaza.below = 0;
            return Vec::new();
        }
        if let Some(circle) = self.circle_in_front() {
            circle.to_newest = true;
            circle.below = 0;
            return Vec::new();
        }
        if let Some(conversation) = self.conversation_mut() {
            conversation.to_newest = true;
            conversation.below = 0;
        }
        Vec::new()
    }

    pub(super) fn turn_to(&mut self, page: Option<Page>) -> Vec<Effect> {
        // Nothing stands in front of the question about an identity: there is no way past it.
        if !matches!(self.screen, Screen::Identity(_)) || self.front == Front::Outing {
            self.page = page;
            self.see();
        }
        Vec::new()
    }

    /// From the rules, read again, back to the settings; from those back to the screen.
    fn close_page(&mut self) -> Vec<Effect> {
        if self.page.is_none() && self.stop_choosing() {
            return Vec::new();
        }
        let back = match self.page {
            Some(Page::Rules(_)) => Some(Page::Settings),
            Some(Page::Settings | Page::Host) | None => None,
        };
        if back.is_none() {
            self.bring(self.front);
        }
        self.turn_to(back)
    }
}
