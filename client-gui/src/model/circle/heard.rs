//! What the engine tells of a circle, and what becomes of it.

use std::time::{Duration, Instant};

use acaso_shared::ids::{Code, Fingerprint, MessageText, Name};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::Ending;
use acaso_shared::session::circle::{CircleNews, Path};

use super::{Circle, CircleSheet, CircleStanding, Happened, Reach, Speaker};
use crate::hygiene::shown_text;
use crate::model::line::Pause;
use crate::model::{Notice, Now};

/// In a busy circle notices of messages come this far apart at least.
const NOTICE_EVERY: Duration = Duration::from_secs(10);

impl Circle {
    /// Takes in what happened; `seen` if it happens before the person's eyes. Answers what is worth a notice.
    pub(in crate::model) fn hear(&mut self, news: CircleNews, seen: bool, now: &Now) -> Option<Notice> {
        match news {
            CircleNews::Calling { attempt } => self.calling(attempt, now),
            CircleNews::Gathered { member, key, code } => self.gathered(member, key, code),
            CircleNews::Came {
                member,
                name,
                key,
                path,
            } => return self.came(member, &name, key, path, now),
            CircleNews::Path { member, path } => {
                self.members.reach(member, Reach::By(path));
            }
            CircleNews::Unreachable { member } => self.unreachable(member, now),
            CircleNews::Said { member, text } => return self.heard_words(member, &text, seen, now),
            CircleNews::Delivered { id, member } => self.talk.delivered(id, member),
            CircleNews::NotDelivered { id, member } => {
                let name = self.members.name(member);
                self.talk.not_delivered(id, member, name);
            }
            CircleNews::NotSaid { id, text, reason } => {
                self.talk.take_back(id);
                self.draft.take_back(text.as_str(), reason, now);
            }
            CircleNews::Away { member } => self.turned(member, Reach::Away, Happened::Away, now),
            CircleNews::Back { member, path } => self.turned(member, Reach::By(path), Happened::Back, now),
            CircleNews::Went { member, left } => self.went(member, left, now),
            CircleNews::WrongWords { open } => {
                self.shut = !open;
                self.talk
                    .happened(Happened::WrongWords { open }, None, &now.local);
            }
            CircleNews::LobbyLost { retry_in_millis } => {
                self.lobby_lost = Some(Pause::new(retry_in_millis, now));
            }
            CircleNews::LobbyBack => self.lobby_lost = None,
            CircleNews::Closed(ending) => self.close(ending, now),
        }
        None
    }

    /// Once inside, another attempt is one to reach the server again.
    fn calling(&mut self, attempt: u32, now: &Now) {
        match (&mut self.standing, &mut self.lobby_lost) {
            (CircleStanding::Calling { attempt: known }, _) => *known = attempt,
            (_, Some(pause)) => pause.end(now),
            (_, None) => {}
        }
    }

    fn gathered(&mut self, member: CircleMember, key: Fingerprint, code: Option<Code>) {
        self.standing = CircleStanding::Inside;
        self.me = Some(member);
        self.key = Some(key);
        if code.is_some() {
            self.code = code;
        }
    }

    fn came(
        &mut self,
        member: CircleMember,
        name: &Name,
        key: Fingerprint,
        path: Path,
        now: &Now,
    ) -> Option<Notice> {
        let name = self.members.came(member, name, key, path);
        self.draft.allow_again();
        // Whoever has the lower number was there first.
        let before_us = self.me.is_some_and(|me| member < me) && !self.members.went_before(member);
        let what = if before_us { Happened::Here } else { Happened::Came };
        self.talk.happened(what, Some(name.clone()), &now.local);
        let circle = self.name.clone();
        (!before_us).then_some(Notice::CameToCircle { circle, name })
    }

    fn unreachable(&mut self, member: CircleMember, now: &Now) {
        if self.members.unreachable(member) {
            self.talk.happened(Happened::Unreachable, None, &now.local);
        }
    }

    fn heard_words(
        &mut self,
        member: CircleMember,
        text: &MessageText,
        seen: bool,
        now: &Now,
    ) -> Option<Notice> {
        // Nobody speaks whom the engine has not named before.
        let name = self.members.name(member)?;
        self.talk
            .said(Speaker::Member(member, name.clone()), text, &now.local);
        self.unread += usize::from(!seen);
        self.below += usize::from(!self.at_bottom);
        self.is_worth_a_notice(now).then(|| Notice::SaidInCircle {
            circle: self.name.clone(),
            name,
            text: shown_text(text.as_str()),
        })
    }

    fn is_worth_a_notice(&mut self, now: &Now) -> bool {
        let lately = |at: Instant| now.instant.saturating_duration_since(at) < NOTICE_EVERY;
        if self.noticed.is_some_and(lately) {
            return false;
        }
        self.noticed = Some(now.instant);
        true
    }

    /// A member is away, or back.
    fn turned(&mut self, member: CircleMember, reach: Reach, what: Happened, now: &Now) {
        if let Some(name) = self.members.reach(member, reach) {
            self.talk.happened(what, Some(name), &now.local);
        }
    }

    fn went(&mut self, member: CircleMember, left: bool, now: &Now) {
        let Some(gone) = self.members.remove(member) else {
            return;
        };
        self.talk.went(member, gone.name());
        // Who was never reached is missed by nobody.
        if let Some(known) = gone.known {
            let what = if left { Happened::Left } else { Happened::Lost };
            self.talk.happened(what, Some(known.name), &now.local);
        }
    }

    /// It is over: what is not known to have arrived will not be.
    fn close(&mut self, ending: Ending, now: &Now) {
        self.talk.close(|member| self.members.name(member));
        let at = now.local.clone();
        self.standing = CircleStanding::Over { ending, at };
        self.lobby_lost = None;
        if matches!(self.sheet, Some(CircleSheet::People)) {
            self.sheet = None;
        }
    }
}
