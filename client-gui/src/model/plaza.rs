//! A plaza as somebody in it sees it: who is here, what was posted, and what they are writing.

mod draft;
mod namesakes;
mod people;
mod posts;

pub use draft::{PlazaDraft, PostNote};
pub use people::{People, Person};
pub use posts::{Moves, Named, Post, Posts, Row, RowWhat};

use std::time::{Duration, Instant};

use acaso_shared::ids::{PostText, Subject};
use acaso_shared::protocol::plaza::{self, Member, MemberNumber};
use acaso_shared::session::plaza::{NotPosted, PlazaCommand, PlazaNews, PlazaVisit};
use acaso_shared::session::{Ending, MessageId};
use jiff::Zoned;
use jiff::civil::Date;

use super::line::Pause;
use super::outing::KeptPost;
use super::{Notice, Now};
use crate::hygiene::{Link, shown_line, shown_name, shown_text};

/// As many returns as are kept in mind: what was posted before an earlier one has been told long ago.
const WAS_ME_MAX: usize = 16;

/// In a busy plaza notices come this far apart at least.
const NOTICE_EVERY: Duration = Duration::from_secs(10);

/// A visit to a plaza.
#[derive(Debug)]
pub struct Plaza {
    /// Which visit of this window it is.
    pub number: u64,
    /// Where, and as whom.
    pub visit: PlazaVisit,
    /// The plaza's name, fit to be shown.
    pub name: String,
    /// How the link is.
    pub standing: Standing,
    /// Who we are there.
    pub me: Option<MemberNumber>,
    /// Who we were there before a link was lost, or the plaza left with something unfinished; the latest last.
    was_me: Vec<MemberNumber>,
    /// Who is here.
    pub people: People,
    /// What was posted, and who came and went.
    pub posts: Posts,
    /// What is being written.
    pub draft: PlazaDraft,
    /// What lies over it.
    pub sheet: Option<PlazaSheet>,
    /// The sheet wants the keyboard; the view takes it.
    pub sheet_focus: bool,
    /// The long post that is shown to its end, by the id of its row.
    pub unfolded: Option<u64>,
    /// Posts that came while nobody looked.
    pub unread: usize,
    /// Posts that came below what is on screen.
    pub below: usize,
    /// Whether the newest row is on screen; the view says so.
    pub at_bottom: bool,
    /// Scroll to the newest row; the view takes it.
    pub to_newest: bool,
    /// Today, for dates; unknown until time is first told.
    pub today: Option<Date>,
    /// When a post was last worth a notice.
    noticed: Option<Instant>,
}

/// How the link to a plaza is.
#[derive(Debug)]
pub enum Standing {
    /// On the way in, for the first time.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// Inside.
    Inside,
    /// The link was lost; it is tried to come back.
    Lost(Pause),
    /// The visit is over.
    Over {
        /// Why.
        ending: Ending,
        /// When, in local time.
        at: Zoned,
    },
}

/// What can lie over a plaza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlazaSheet {
    /// Who is here, where there is no room for a column.
    People,
    /// Whether a link is to be opened.
    Link(Link),
}

impl Plaza {
    /// On the way in; what was being written there before is there again.
    pub(super) fn new(number: u64, visit: PlazaVisit, kept: Option<KeptPost>) -> Self {
        let (draft, was_me) = kept.map_or_else(Default::default, |kept| (kept.draft, kept.was_me));
        Self {
            number,
            name: Self::shown(&visit),
            visit,
            standing: Standing::Calling { attempt: 1 },
            me: None,
            was_me,
            people: People::default(),
            posts: Posts::default(),
            draft: draft.focused(),
            sheet: None,
            sheet_focus: false,
            unfolded: None,
            unread: 0,
            below: 0,
            at_bottom: true,
            to_newest: false,
            today: None,
            noticed: None,
        }
    }

    /// The name of the plaza of that visit, fit to be shown.
    pub(super) fn shown(visit: &PlazaVisit) -> String {
        shown_line(visit.plaza.as_str())
    }

    /// Whether one has ever been let in.
    pub(super) fn was_inside(&self) -> bool {
        self.me.is_some()
    }

    /// Whether something can be posted now.
    pub fn is_inside(&self) -> bool {
        matches!(self.standing, Standing::Inside)
    }

    /// Whether the visit is over.
    pub fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Over { .. })
    }

    /// Takes in what happened; `seen` if it happens before the person's eyes. Answers what is worth a notice.
    pub(super) fn hear(&mut self, news: PlazaNews, seen: bool, now: &Now) -> Option<Notice> {
        match news {
            PlazaNews::Calling { attempt } => self.calling(attempt, now),
            PlazaNews::Entered { member } => self.entered(member),
            PlazaNews::Here(members) => members.iter().for_each(|member| self.people.add(member)),
            PlazaNews::Came(member) => self.came(&member),
            PlazaNews::Went(member) => {
                if let Some(name) = self.people.remove(member) {
                    self.posts.went(name);
                }
            }
            PlazaNews::Post(post) => return self.posted(&post, seen, now),
            PlazaNews::Posted { id, unix_secs, .. } => self.posts.posted(id, unix_secs, now),
            PlazaNews::NotPosted {
                id,
                subject,
                text,
                reason,
            } => {
                self.posts.take_back(id);
                let about = subject.as_ref().map(Subject::as_str);
                let unsure = reason == NotPosted::Unknown;
                self.draft.take_back(about, text.as_str(), unsure);
                self.draft.explain(reason, now);
            }
            PlazaNews::LinkLost { retry_in_millis } => {
                self.standing = Standing::Lost(Pause::new(retry_in_millis, now));
            }
            PlazaNews::Closed(ending) => self.close(ending, now),
        }
        None
    }

    /// Once inside, another attempt is part of coming back.
    fn calling(&mut self, attempt: u32, now: &Now) {
        match &mut self.standing {
            Standing::Lost(pause) => pause.end(now),
            standing => *standing = Standing::Calling { attempt },
        }
    }

    fn entered(&mut self, member: MemberNumber) {
        self.standing = Standing::Inside;
        self.draft.allow_again();
        if let Some(before) = self.me.replace(member) {
            self.was(before);
        }
        self.people.begin_anew(member);
    }

    fn was(&mut self, before: MemberNumber) {
        self.was_me.push(before);
        if self.was_me.len() > WAS_ME_MAX {
            self.was_me.remove(0);
        }
    }

    fn came(&mut self, member: &Member) {
        self.people.add(member);
        if self.me != Some(member.number) {
            self.posts.came(shown_name(&member.name));
        }
    }

    /// A post, somebody else's or one of ours whose answer was lost with a link: then it need not be posted again.
    fn posted(&mut self, post: &plaza::Post, seen: bool, now: &Now) -> Option<Notice> {
        let mine = self.me == Some(post.author.number) || self.was_me.contains(&post.author.number);
        self.posts.add(Post::of(post, now), mine, now.local.date());
        if mine {
            self.draft.forget_if(post);
            return None;
        }
        self.unread += usize::from(!seen);
        self.below += usize::from(!self.at_bottom);
        self.is_worth_a_notice(now).then(|| Notice::Posted {
            plaza: self.name.clone(),
            name: shown_name(&post.author.name),
            text: shown_text(post.text.as_str()),
        })
    }

    /// In a busy plaza not every post is.
    fn is_worth_a_notice(&mut self, now: &Now) -> bool {
        let lately = |at: Instant| now.instant.saturating_duration_since(at) < NOTICE_EVERY;
        if self.noticed.is_some_and(lately) {
            return false;
        }
        self.noticed = Some(now.instant);
        true
    }

    /// What was posted without an answer comes back: nobody can say what became of it.
    fn take_all_back(&mut self) {
        for (subject, text) in self.posts.take_all_back() {
            self.draft.take_back(subject.as_deref(), &text, true);
            self.draft.note = Some(PostNote::Unknown);
        }
    }

    /// Something was written, or posted without an answer so far, that nobody else has for certain.
    pub(super) fn has_unfinished(&self) -> bool {
        self.draft.has_anything() || self.posts.any_waits()
    }

    /// What is not finished there, when it is left.
    pub(super) fn unfinished(mut self) -> Option<KeptPost> {
        self.take_all_back();
        if let Some(me) = self.me {
            self.was(me);
        }
        Some(KeptPost {
            draft: self.draft.left_over()?,
            visit: self.visit,
            was_me: self.was_me,
        })
    }

    /// It is over, and what waits for an answer gets none.
    fn close(&mut self, ending: Ending, now: &Now) {
        self.take_all_back();
        let at = now.local.clone();
        self.standing = Standing::Over { ending, at };
        if matches!(self.sheet, Some(PlazaSheet::People)) {
            self.sheet = None;
        }
    }

    /// Posts what stands in the composer, if it can be.
    pub(super) fn post(&mut self, id: MessageId, now: &Now) -> Option<PlazaCommand> {
        if !self.is_inside() {
            self.draft.refuse_for_now();
            return None;
        }
        let (subject, text): (Option<Subject>, PostText) = self.draft.read()?;
        let me = Member {
            number: self.me?,
            name: self.visit.visit.name.clone(),
        };
        let about = subject.as_ref().map(Subject::as_str);
        let shown = Post::new(&me, about, text.as_str(), now.local.clone());
        let typed = (
            subject.as_ref().map(|subject| subject.as_str().to_owned()),
            text.as_str().to_owned(),
        );
        self.posts.send(id, shown, typed);
        self.draft = PlazaDraft::default().focused();
        self.below = 0;
        self.to_newest = true;
        Some(PlazaCommand::Post { id, subject, text })
    }

    /// Shows who is here over the plaza, or puts it away.
    pub(super) fn toggle_people(&mut self) {
        if self.sheet == Some(PlazaSheet::People) {
            self.close_sheet();
        } else if !self.is_over() {
            self.open_sheet(PlazaSheet::People);
        }
    }

    /// Shows a long post to its end, or as little of it as at first.
    pub(super) fn unfold(&mut self, row: u64) {
        self.unfolded = (self.unfolded != Some(row)).then_some(row);
    }

    /// Lays this sheet over the plaza; it takes the keyboard.
    pub(super) fn open_sheet(&mut self, sheet: PlazaSheet) {
        self.sheet = Some(sheet);
        self.sheet_focus = true;
    }

    /// Takes the sheet away; the keyboard goes back to where one writes.
    pub(super) fn close_sheet(&mut self) {
        if self.sheet.take().is_some() {
            self.draft.focus = true;
        }
    }

    /// Whether somebody else, present or heard of, goes by the same name: then a number tells the two apart.
    pub fn has_namesake(&self, number: MemberNumber, name: &str) -> bool {
        self.people.others_by(number, name) || self.posts.others_by(number, name)
    }

    /// Counts what counts. Answers after how long a number changes.
    pub(super) fn tick(&mut self, now: &Now) -> Option<Duration> {
        self.today = Some(now.local.date());
        if self.at_bottom {
            self.below = 0;
        }
        let pause = match &mut self.standing {
            Standing::Lost(pause) => pause.tick(now),
            _ => None,
        };
        [self.draft.tick(now), pause].into_iter().flatten().min()
    }
}
