//! What the engine tells, and what becomes of it.

use acaso_shared::ids::{Code, MessageText, Name, RoomPort};
use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::{ConversationId, Ending, Event, MessageId, NotSent, Problem};

use crate::hygiene::{shown_name, shown_text};

use super::invitation::link_of;
use super::{
    Conversation, Deaf, Effect, Failed, Front, Identity, Invited, Kept, Model, Notice, Now, Outing, Presence,
    Screen, Trouble, WaitState, Waiting, Who,
};

/// A text comes back at once: by then at most one more has come and gone.
const LATELY_MAX: usize = 3;

impl Model {
    /// Takes in what the engine tells.
    pub fn heard(&mut self, event: Event, now: &Now) -> Vec<Effect> {
        if !self.listens_to(&event) {
            return Vec::new();
        }
        match event {
            Event::Calling { attempt } => self.progress(WaitState::Calling { attempt }, now),
            Event::Waiting { port, rooms_in_use } => return self.seated(port, rooms_in_use, now),
            Event::TryingAgain { problem, in_millis } => {
                self.progress(WaitState::trying_again(problem, in_millis, now), now);
            }
            Event::Paired(partner) => {
                return self.paired(
                    |kept, replaced, now| Conversation::sealed(&partner, kept, replaced, now),
                    now,
                );
            }
            // The setting was turned off on the way here: somebody else, then.
            Event::PairedOpen { .. } if !self.settings.old_clients => return self.go_on(now),
            Event::PairedOpen { conversation, port } => {
                return self.paired(
                    |kept, replaced, now| Conversation::open(conversation, port, kept, replaced, now),
                    now,
                );
            }
            Event::Invited {
                port,
                code,
                good_for_millis,
            } => return self.invited(port, code, good_for_millis, now),
            Event::Comparing { port } => return self.compares(port, now),
            Event::Kept { conversation, code } => self.kept(conversation, code, now),
            Event::Introduced { conversation, name } => self.introduced(conversation, &name),
            Event::Sent { conversation, id } => self.of_ours(conversation, |h| h.sent(id)),
            Event::Message { conversation, text } => return self.message(conversation, &text, now),
            Event::NotSent {
                conversation,
                id,
                text,
                reason,
            } => self.not_sent(conversation, id, &text, reason, now),
            Event::PartnerLeft { conversation, reason } => self.partner_left(conversation, reason, now),
            Event::Closed { ending, .. } => return self.closed(ending, now),
            Event::Delivered { conversation, id } => self.of_ours(conversation, |h| h.delivered(id)),
            Event::Seen { conversation, id } => self.of_ours(conversation, |h| h.seen(id)),
            Event::NotDelivered { conversation, id } => {
                self.of_ours(conversation, |h| h.not_delivered(id));
            }
            Event::Typing { conversation, typing } => self.typing(conversation, typing),
            Event::LinkLost { .. }
            | Event::LinkBack { .. }
            | Event::PartnerAway { .. }
            | Event::PartnerBack { .. } => self.line(&event, now),
        }
        Vec::new()
    }

    /// Whether this is about the present visit. A problem always is: the engine is idle after it.
    fn listens_to(&mut self, event: &Event) -> bool {
        match (self.deaf, event) {
            (Deaf::No, _) => true,
            (Deaf::UntilClosed, Event::Closed { .. }) => {
                self.deaf = Deaf::No;
                // The person has left already: how the visit ended is of no more interest.
                false
            }
            (Deaf::UntilCalling, Event::Closed { ending, .. }) if *ending == Ending::Left => false,
            (Deaf::UntilCalling, Event::Calling { .. } | Event::Closed { .. }) => {
                self.deaf = Deaf::No;
                true
            }
            // What could not be said comes back as long as somebody could still be told it.
            (Deaf::UntilCalling, Event::NotSent { .. }) => true,
            (Deaf::UntilClosed | Deaf::UntilCalling, _) => false,
        }
    }

    /// The way to a partner goes on.
    fn progress(&mut self, state: WaitState, now: &Now) {
        match &mut self.screen {
            Screen::Waiting(waiting) => waiting.state = state,
            Screen::Chat(conversation) => {
                if conversation.is_talking() {
                    // Only a visit begun anew takes the engine from a partner to the way to one.
                    conversation.part(Parting::Lost, now);
                }
                if let Presence::Left(left) = &mut conversation.presence {
                    left.state = state;
                }
            }
            Screen::First | Screen::Rules(_) | Screen::Invitation | Screen::Identity(_) => {
                let way = self.visit.as_ref().map(|visit| visit.way.clone());
                let mut waiting = Waiting::new(self.host(), way.unwrap_or_default(), now);
                waiting.state = state;
                self.screen = Screen::Waiting(waiting);
            }
        }
    }

    /// In a room: the server is one to remember.
    fn seated(&mut self, port: RoomPort, rooms_in_use: u32, now: &Now) -> Vec<Effect> {
        self.progress(WaitState::Seated { port, rooms_in_use }, now);
        self.remember_server()
    }

    /// Somebody came to where a code leads: it is of no use to anybody else.
    fn compares(&mut self, port: RoomPort, now: &Now) -> Vec<Effect> {
        if let Screen::Waiting(waiting) = &mut self.screen {
            waiting.invited = None;
        }
        self.seated(port, 0, now)
    }

    /// In a room where only somebody with this code can come.
    fn invited(&mut self, port: RoomPort, code: Code, good_for_millis: u64, now: &Now) -> Vec<Effect> {
        let mut effects = self.seated(port, 0, now);
        let visit = self.visit.as_ref();
        let link = visit.map(|visit| link_of(visit, visit.identity.as_deref().copied(), &code));
        // Without TLS no identity is shown.
        let unknown = visit.filter(|visit| visit.identity.is_none() && !visit.plain);
        effects.extend(unknown.map(|visit| Effect::LookForPin(visit.server.clone())));
        let name = self.invitation.name_of(&code);
        if let Screen::Waiting(waiting) = &mut self.screen {
            let before = waiting.invited.take().filter(|before| before.code == code);
            let mut invited = Invited::new(code, link.unwrap_or_default(), name, good_for_millis, now);
            if let Some(before) = before {
                (invited.copied_code, invited.copied_link) = (before.copied_code, before.copied_link);
                invited.link = before.link;
            }
            waiting.invited = Some(Box::new(invited));
        }
        effects
    }

    /// Somebody sits opposite; `begin` makes the conversation of what was typed for somebody else, and of whether that one was on
    /// this very screen.
    fn paired(
        &mut self,
        begin: impl FnOnce(Option<Kept>, bool, &Now) -> Conversation,
        now: &Now,
    ) -> Vec<Effect> {
        let mut effects = self.remember_server();
        let told = self.settings.notices || matches!(&self.screen, Screen::Waiting(w) if w.tell_me);
        let kept = self.take_kept();
        let replaced = matches!(self.screen, Screen::Chat(_));
        let mut conversation = begin(kept, replaced, now);
        conversation.by_code = self.is_to_known();
        conversation.vouched = conversation.had_code && !self.has_lasting_code();
        self.carry_code_to(&mut conversation);
        self.code_is_used();
        let who = conversation.who.clone();
        self.lately.insert(0, (conversation.id, who.clone()));
        self.lately.truncate(LATELY_MAX);
        self.screen = Screen::Chat(Box::new(conversation));
        // Nothing in a page is lost by closing it, and somebody is looking at an empty window. Nor in a list of plazas; but who is
        // in one may be writing, and is told there.
        self.page = None;
        if matches!(self.outing, Some(Outing::Choosing(_) | Outing::Door(_))) {
            self.outing = None;
            self.front = Front::Visit;
        }
        if told && !self.focused {
            effects.push(Effect::Tell(Notice::Joined { who }));
        }
        effects
    }

    /// The partner with the old client has typed a name: they are called so wherever they are named.
    fn introduced(&mut self, id: ConversationId, name: &Name) {
        let who = Who::Named(shown_name(name));
        if let Some((_, known)) = self.lately.iter_mut().find(|(lately, _)| *lately == id) {
            known.clone_from(&who);
        }
        if let Some(conversation) = self.conversation_mut().filter(|c| c.id == id) {
            conversation.go_by(who);
        }
    }

    fn message(&mut self, id: ConversationId, text: &MessageText, now: &Now) -> Vec<Effect> {
        let (seen, focused, told) = (self.is_seen(), self.focused, self.settings.notices);
        let Some(conversation) = self.talk(id) else {
            return Vec::new();
        };
        conversation.hear(text, seen, now);
        if focused || !told {
            return Vec::new();
        }
        let who = conversation.who.clone();
        let text = shown_text(text.as_str());
        vec![Effect::Tell(Notice::Wrote { who, text })]
    }

    /// A text comes back: into the composer it came from, or, if somebody else sits opposite by now, as a draft for nobody.
    fn not_sent(
        &mut self,
        id: ConversationId,
        message: MessageId,
        text: &MessageText,
        why: NotSent,
        now: &Now,
    ) {
        let meant_for = self.name_of(id);
        let Some(conversation) = self.conversation_mut() else {
            self.keep(text.as_str(), &meant_for);
            return;
        };
        if conversation.id == id {
            conversation.history.take_back(message);
        } else {
            conversation.composer.keep_from(&meant_for);
        }
        conversation.composer.take_back(text.as_str());
        conversation.composer.explain(why, &meant_for, now);
    }

    fn partner_left(&mut self, id: ConversationId, reason: Parting, now: &Now) {
        if let Some(conversation) = self.talk(id) {
            conversation.part(reason, now);
        }
    }

    fn closed(&mut self, ending: Ending, now: &Now) -> Vec<Effect> {
        if let Ending::Problem(Problem::IdentityChanged {
            known,
            since,
            visits,
            shown,
            unvouched,
            ..
        }) = &ending
            && let Some(visit) = self.visit.clone()
        {
            let (known, since, visits) = (*known, *since, *visits);
            let (shown, unvouched) = (*shown, *unvouched);
            self.end_conversation(&ending, now);
            let behind = self.take_conversation();
            self.page = None;
            self.screen = Screen::Identity(Box::new(Identity {
                visit,
                known,
                since,
                visits,
                shown,
                unvouched,
                today: now.local.date(),
                copied: false,
                behind,
            }));
            return Vec::new();
        }
        let mut asked = self.ask_for_login(&ending);
        if self.end_conversation(&ending, now) {
            return asked;
        }
        self.go_to_first();
        if self.is_to_known() {
            asked.extend(self.show_invitations());
        }
        match ending {
            Ending::Left => {}
            Ending::Closing(Closing::NobodyCame) if self.has_lasting_code() => {
                self.first.fail(Trouble::NobodyCame);
            }
            Ending::Closing(closing) => self.first.fail(Trouble::Closing(closing)),
            Ending::Problem(problem) => {
                let at = now.local.clone();
                self.first
                    .fail(Trouble::Problem(Box::new(Failed { problem, at })));
            }
        }
        asked
    }

    /// If there is a text on screen it stays there, with the reason. Answers whether there is one.
    fn end_conversation(&mut self, ending: &Ending, now: &Now) -> bool {
        let Some(conversation) = self.conversation_mut() else {
            return false;
        };
        if matches!(conversation.presence, Presence::Over(_)) {
            return true;
        }
        if *ending == Ending::Left {
            return false;
        }
        conversation.end(ending.clone(), now);
        true
    }

    /// The server let us in: the latest of the known ones, from now on.
    pub(super) fn remember_server(&mut self) -> Vec<Effect> {
        let Some(visit) = &self.visit else {
            return Vec::new();
        };
        // What a link says of the identity is looked at only where there is one.
        let (server, proven) = (visit.server.clone(), visit.identity.is_some() && !visit.plain);
        let mut effects = self.let_in(&server);
        let shortened = proven && self.settings.shorten_link(&server);
        let another = self.settings.remember_server(&server);
        if another {
            self.first.servers.clone_from(&self.settings.servers);
        }
        if shortened || another {
            effects.push(Effect::Save);
        }
        effects
    }

    /// What was typed for whoever was opposite until now, and what came back after they had gone.
    pub(super) fn take_kept(&mut self) -> Option<Kept> {
        if let Screen::Chat(conversation) = &mut self.screen {
            let who = conversation.who.clone();
            if let Some(kept) = conversation.composer.take_kept(&who) {
                self.keep(&kept.text, &kept.from);
            }
        }
        self.kept.take()
    }

    /// Keeps a text until there is a composer to hold it, behind what is kept already.
    fn keep(&mut self, text: &str, from: &Who) {
        match &mut self.kept {
            Some(kept) => {
                kept.text.push('\n');
                kept.text.push_str(text);
            }
            None => {
                self.kept = Some(Kept {
                    text: text.to_owned(),
                    from: from.clone(),
                });
            }
        }
    }

    fn name_of(&self, id: ConversationId) -> Who {
        let known = self.lately.iter().find(|(lately, _)| *lately == id);
        known.map_or_else(|| Who::Named(String::from("…")), |(_, who)| who.clone())
    }

    /// The server of the present visit, as one would type it.
    pub(super) fn host(&self) -> String {
        self.visit
            .as_ref()
            .map(|v| v.server.to_string())
            .unwrap_or_default()
    }

    fn take_conversation(&mut self) -> Option<Box<Conversation>> {
        match std::mem::replace(&mut self.screen, Screen::First) {
            Screen::Chat(conversation) => Some(conversation),
            other => {
                self.screen = other;
                None
            }
        }
    }
}
