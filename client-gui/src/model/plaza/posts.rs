//! What was posted in a plaza, and the lines between: days, who came and went. Bounded: the oldest go first.

use std::collections::VecDeque;

use acaso_shared::ids::Subject;
use acaso_shared::protocol::plaza::{self, MemberNumber};
use acaso_shared::session::MessageId;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::namesakes::Namesakes;
use crate::hygiene::{shown_line, shown_name, shown_text};
use crate::model::Now;

/// As many rows, and as many bytes of text, as are held: a plaza is talked in all day, and a post has up to 60 KiB.
const ROWS_MAX: usize = 2_000;
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// As many names as a line of comings and goings tells one by one.
const NAMES_MAX: usize = 5;

/// As much of a post as is shown at first: a post of sixty thousand lines would hold up whoever looks at it.
const LINES_SHOWN: usize = 40;
const BYTES_SHOWN: usize = 6 * 1024;

/// Fewer lines than this are not hidden.
const LINES_HIDDEN_MIN: usize = 8;

/// Ids of posts on their way: behind every row there is.
const ON_THE_WAY: u64 = 1 << 62;

/// The rows of a plaza, oldest first.
#[derive(Debug, Default)]
pub struct Posts {
    rows: VecDeque<Row>,
    /// Ours that wait for an answer, in order.
    on_the_way: Vec<OnTheWay>,
    next_id: u64,
    bytes: usize,
    authors: Namesakes,
}

/// One row.
#[derive(Debug)]
pub struct Row {
    /// Unique within the plaza, and growing.
    pub id: u64,
    /// What.
    pub what: RowWhat,
}

/// What a row holds.
#[derive(Debug)]
pub enum RowWhat {
    /// A new day.
    Day(Date),
    /// Somebody posted something.
    Post {
        /// What.
        post: Post,
        /// It is ours.
        mine: bool,
    },
    /// Some came, some went.
    Moves(Moves),
}

/// Who came and went between two posts.
#[derive(Debug, Default)]
pub struct Moves {
    /// Who came.
    pub came: Named,
    /// Who went.
    pub went: Named,
}

/// A few by name, the others by number.
#[derive(Default)]
pub struct Named {
    /// The first of them, fit to be shown.
    pub names: Vec<String>,
    /// How many more.
    pub more: usize,
}

/// Names stay out of logs.
impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Named({})", self.names.len() + self.more)
    }
}

/// A post, fit to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Post {
    /// Who wrote it, for certain.
    pub author: MemberNumber,
    /// What they go by.
    pub name: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The words.
    pub text: String,
    /// How much of them is shown at first, in bytes, where they are very many.
    pub fold: Option<usize>,
    /// When, in local time.
    pub at: Zoned,
}

/// What people write stays out of logs.
impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Post({}, {} bytes)", self.author.0, self.text.len())
    }
}

/// One of ours that waits for an answer.
struct OnTheWay {
    id: MessageId,
    post: Post,
    /// Subject and words as typed.
    typed: Typed,
}

/// A subject and words, as typed.
type Typed = (Option<String>, String);

impl std::fmt::Debug for OnTheWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OnTheWay({:?})", self.id)
    }
}

impl Post {
    /// A post as the plaza tells it, in the local time of now.
    pub(super) fn of(post: &plaza::Post, now: &Now) -> Self {
        let at = local(post.unix_secs, now.local.time_zone());
        let subject = post.subject.as_ref().map(Subject::as_str);
        Self::new(&post.author, subject, post.text.as_str(), at)
    }

    /// The same of its parts, as somebody wrote them.
    pub(super) fn new(author: &plaza::Member, subject: Option<&str>, text: &str, at: Zoned) -> Self {
        let text = shown_text(text);
        Self {
            author: author.number,
            name: shown_name(&author.name),
            subject: subject.map(shown_line),
            fold: fold(&text),
            text,
            at,
        }
    }

    /// How many lines it has, as its author broke them.
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    fn bytes(&self) -> usize {
        self.name.len() + self.text.len() + self.subject.as_ref().map_or(0, String::len)
    }
}

impl Posts {
    /// How many rows there are, those on their way included.
    pub fn count(&self) -> usize {
        self.rows.len() + self.on_the_way.len()
    }

    /// What names a row for good.
    pub fn id(&self, row: usize) -> u64 {
        match self.rows.get(row) {
            Some(row) => row.id,
            None => self
                .on_the_way
                .get(row - self.rows.len())
                .map_or(u64::MAX, |waiting| ON_THE_WAY + waiting.id.0),
        }
    }

    /// A row that has its place.
    pub fn row(&self, row: usize) -> Option<&Row> {
        self.rows.get(row)
    }

    /// A post of ours that waits for an answer.
    pub fn waiting(&self, row: usize) -> Option<&Post> {
        let waiting = self.on_the_way.get(row.checked_sub(self.rows.len())?)?;
        Some(&waiting.post)
    }

    fn newest_day(&self) -> Option<Date> {
        self.rows.iter().rev().find_map(Row::day)
    }

    /// Whether anybody else wrote under this name.
    pub(super) fn others_by(&self, number: MemberNumber, name: &str) -> bool {
        self.authors.others(number, name)
    }

    /// A post in its place. What is not of today has its day above it.
    pub(super) fn add(&mut self, post: Post, mine: bool, today: Date) {
        let day = post.at.date();
        if self.newest_day().unwrap_or(today) != day {
            self.push(RowWhat::Day(day));
        }
        self.bytes += post.bytes();
        self.authors.add(post.author, &post.name);
        self.push(RowWhat::Post { post, mine });
        while self.rows.len() > ROWS_MAX || (self.bytes > BYTES_MAX && self.rows.len() > 1) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.rows.pop_front() else {
            return;
        };
        self.bytes -= oldest.bytes();
        if let RowWhat::Post { post, .. } = oldest.what {
            self.authors.remove(post.author, &post.name);
        }
    }

    /// Ours goes on its way.
    pub(super) fn send(&mut self, id: MessageId, post: Post, typed: Typed) {
        self.on_the_way.push(OnTheWay { id, post, typed });
    }

    /// Ours was taken: it has its place, and its time.
    pub(super) fn posted(&mut self, id: MessageId, unix_secs: u64, now: &Now) {
        if let Some(mut waiting) = self.take_waiting(id) {
            waiting.post.at = local(unix_secs, now.local.time_zone());
            self.add(waiting.post, true, now.local.date());
        }
    }

    /// Ours was not taken.
    pub(super) fn take_back(&mut self, id: MessageId) {
        self.take_waiting(id);
    }

    /// Whether any of ours waits for an answer.
    pub(in crate::model) fn any_waits(&self) -> bool {
        !self.on_the_way.is_empty()
    }

    /// None of those on their way will be answered.
    pub(super) fn take_all_back(&mut self) -> Vec<Typed> {
        let waiting = std::mem::take(&mut self.on_the_way);
        waiting.into_iter().map(|waiting| waiting.typed).collect()
    }

    fn take_waiting(&mut self, id: MessageId) -> Option<OnTheWay> {
        let place = self.on_the_way.iter().position(|waiting| waiting.id == id)?;
        Some(self.on_the_way.remove(place))
    }

    /// Somebody came.
    pub(super) fn came(&mut self, name: String) {
        self.moved(|moves| &mut moves.came, name);
    }

    /// Somebody is gone.
    pub(super) fn went(&mut self, name: String) {
        self.moved(|moves| &mut moves.went, name);
    }

    /// Notes a name in the line of comings and goings at the end; all between two posts share one.
    fn moved(&mut self, which: impl Fn(&mut Moves) -> &mut Named, name: String) {
        if !matches!(self.rows.back(), Some(row) if matches!(row.what, RowWhat::Moves(_))) {
            self.push(RowWhat::Moves(Moves::default()));
        }
        if let Some(RowWhat::Moves(moves)) = self.rows.back_mut().map(|row| &mut row.what) {
            let named = which(moves);
            if named.names.len() < NAMES_MAX {
                self.bytes += name.len();
                named.names.push(name);
            } else {
                named.more += 1;
            }
        }
    }

    fn push(&mut self, what: RowWhat) {
        let id = self.next_id;
        self.next_id += 1;
        self.rows.push_back(Row { id, what });
    }
}

impl Row {
    fn bytes(&self) -> usize {
        match &self.what {
            RowWhat::Post { post, .. } => post.bytes(),
            RowWhat::Moves(Moves { came, went }) => came.bytes() + went.bytes(),
            RowWhat::Day(_) => 0,
        }
    }

    fn day(&self) -> Option<Date> {
        match &self.what {
            RowWhat::Day(day) => Some(*day),
            RowWhat::Post { post, .. } => Some(post.at.date()),
            RowWhat::Moves(_) => None,
        }
    }
}

impl Named {
    fn bytes(&self) -> usize {
        self.names.iter().map(String::len).sum()
    }
}

/// Where to stop at first in a text of very many lines or words: at the end of a line, or of a character.
fn fold(text: &str) -> Option<usize> {
    let by_lines = text.match_indices('\n').nth(LINES_SHOWN - 1).map(|(at, _)| at);
    let by_bytes = (text.len() > BYTES_SHOWN).then(|| text.floor_char_boundary(BYTES_SHOWN));
    let end = by_lines.into_iter().chain(by_bytes).min()?;
    // To hide a few lines is not worth a button.
    let rest = &text[end..];
    (rest.lines().count() > LINES_HIDDEN_MIN || rest.len() > BYTES_SHOWN / 4).then_some(end)
}

/// A moment of the server's clock, as the local clock shows it; one that no clock shows is the beginning of time.
fn local(unix_secs: u64, zone: &TimeZone) -> Zoned {
    let moment = i64::try_from(unix_secs)
        .ok()
        .and_then(|secs| Timestamp::from_second(secs).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(zone.clone())
}
