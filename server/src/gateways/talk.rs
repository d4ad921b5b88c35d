//! A client of AIO-CHAT in a plaza: lines in and lines out. What is decided about them is a value without sockets; the loop below carries
//! it out.

use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

use acaso_shared::ids::{Name, PlazaName, PostText};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{PlazaEvent, PlazaRequest, PostTag};
use tokio::time::timeout;

use super::doorway::Newcomer;
use super::member::Member;
use super::plain::{line, name, notice, plain, why};
use super::wire::Wire;
use crate::lobby::Hall;

/// Posts that one client can have on their way: as many as a plaza takes at once, and some for the round trip.
const UNANSWERED_MAX: usize = 8;

/// How AIO-CHAT's clients say who they are: a name, a hyphen, and so many hexadecimal digits.
const SUFFIX_DIGITS: usize = 5;

/// Somebody who may come, and where to.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    hall: &'a Hall,
    plaza: &'a PlazaName,
    newcomer: Newcomer,
}

impl<'a> Visit<'a> {
    pub(super) fn new(hall: &'a Hall, plaza: &'a PlazaName, newcomer: Newcomer) -> Self {
        Self {
            hall,
            plaza,
            newcomer,
        }
    }
}

/// Which of AIO-CHAT's clients it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Says the name first, then lines; never hears its own.
    NameFirst,
    /// Says the name before each line, and hears its own lines unchanged.
    NameInLine,
}

/// What a client said, understood.
#[derive(Debug, PartialEq, Eq)]
enum Understood {
    /// This, under that name if it was said.
    Line(Option<Name>, PostText),
    /// Nothing that anybody could read.
    Nothing,
    /// Too much, or no name.
    Mistake(String),
}

impl Dialect {
    /// The name to come in with, from what was said first; clients that say theirs with their first line hear others before it.
    async fn first_name(self, wire: &mut impl Wire) -> Option<Result<Name, String>> {
        match self {
            Self::NameFirst => {
                let said = wire.hear().await?;
                Some(name(&said).ok_or_else(|| {
                    "a name needs at least one visible character: connect again and say yours first".into()
                }))
            }
            Self::NameInLine => Some(Ok(Name::anonymous())),
        }
    }

    fn understand(self, said: &str) -> Understood {
        let said = plain(said);
        let (name, text) = match self {
            Self::NameFirst => (None, said.as_str()),
            Self::NameInLine => split(&said),
        };
        match PostText::parse(text.trim_end()) {
            Ok(text) => Understood::Line(name, text),
            Err(acaso_shared::ids::BadPost::Empty) => Understood::Nothing,
            Err(too_long) => Understood::Mistake(too_long.to_string()),
        }
    }

    /// What its author is shown of a line that was taken.
    fn echo(self, said: String) -> Option<String> {
        (self == Self::NameInLine).then_some(said)
    }
}

/// `user-1a2b3: line` as the name and the line; anything else is a line of whoever spoke last.
fn split(said: &str) -> (Option<Name>, &str) {
    let Some((prefix, line)) = said.split_once(": ") else {
        return (None, said);
    };
    let is_suffix =
        |digits: &str| digits.len() == SUFFIX_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match prefix.rsplit_once('-') {
        Some((user, digits)) if !user.is_empty() && is_suffix(digits) => match name(prefix) {
            Some(name) => (Some(name), line),
            None => (None, said),
        },
        _ => (None, said),
    }
}

/// Stays with them until they or the plaza have had enough.
pub(super) async fn talk(mut wire: impl Wire, dialect: Dialect, visit: Visit<'_>) {
    let farewell = visit.hall.context.timings.farewell;
    let reason = match Talk::begin(&mut wire, dialect, visit).await {
        Ok(mut talk) => {
            let end = talk.run(&mut wire).await;
            talk.member.leave(farewell).await;
            end
        }
        Err(end) => end,
    };
    if let End::Told(words) = reason {
        // Whoever does not take it has gone.
        let _ = wire.say(&notice(now(), &words)).await;
    }
    wire.close(farewell).await;
}

/// How a visit ends.
enum End {
    /// Nobody is there any more.
    Gone,
    /// There is something to be told.
    Told(String),
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Told(why(refusal))
    }
}

/// Somebody in the plaza.
struct Talk {
    dialect: Dialect,
    name: Name,
    member: Member,
    /// What waits for an answer, as it was said.
    unanswered: VecDeque<(PostTag, String)>,
    tags: u64,
}

impl Talk {
    async fn begin(wire: &mut impl Wire, dialect: Dialect, visit: Visit<'_>) -> Result<Self, End> {
        let Visit {
            hall,
            plaza,
            newcomer,
        } = visit;
        let Newcomer { pass, waiting } = newcomer;
        let timings = &hall.context.timings;
        let named = timeout(timings.lobby_visit, dialect.first_name(wire));
        let named = match hall.context.stop.run_until_cancelled(named).await {
            None => return Err(Refusal::Closing.into()),
            Some(Err(_)) => return Err(Refusal::TooSlow.into()),
            Some(Ok(None)) => return Err(End::Gone),
            Some(Ok(Some(named))) => named,
        };
        let name = named.map_err(End::Told)?;
        let member = Member::enter(hall, plaza, (name.clone(), None), &pass).await?;
        drop(waiting);
        Ok(Self {
            dialect,
            name,
            member,
            unanswered: VecDeque::new(),
            tags: 0,
        })
    }

    async fn run(&mut self, wire: &mut impl Wire) -> End {
        loop {
            let may_say = self.member.is_idle() && self.unanswered.len() < UNANSWERED_MAX;
            let went_on = tokio::select! {
                event = self.member.next() => match event {
                    Ok(event) => self.tell(wire, event).await,
                    Err(_) => Err(Refusal::Closing.into()),
                },
                said = wire.hear(), if may_say => match said {
                    Some(said) => self.hear(wire, said).await,
                    None => Err(End::Gone),
                },
            };
            if let Err(end) = went_on {
                return end;
            }
        }
    }

    async fn hear(&mut self, wire: &mut impl Wire, said: String) -> Result<(), End> {
        let (name, text) = match self.dialect.understand(&said) {
            Understood::Line(name, text) => (name, text),
            Understood::Nothing => return Ok(()),
            Understood::Mistake(words) => return show(wire, &notice(now(), &words)).await,
        };
        if let Some(name) = name.filter(|name| *name != self.name)
            && let Err(refusal) = self.rename(wire, name).await?
        {
            return show(wire, &notice(now(), &why(refusal))).await;
        }
        self.tags += 1;
        let tag = PostTag(self.tags);
        self.unanswered.push_back((tag, said));
        let post = PlazaRequest::Post {
            tag,
            subject: None,
            text,
        };
        self.member.say(&post).map_err(|_| Refusal::Closing.into())
    }

    /// Is called something else from here on; what waits for an answer is answered before, so that its name is the old one.
    async fn rename(&mut self, wire: &mut impl Wire, name: Name) -> Result<Result<(), Refusal>, End> {
        while !self.unanswered.is_empty() {
            let event = self.member.next().await.map_err(|_| Refusal::Closing)?;
            self.tell(wire, event).await?;
        }
        let renamed = self.member.rename(name.clone()).await;
        if renamed.is_ok() {
            self.name = name;
        }
        Ok(renamed)
    }

    async fn tell(&mut self, wire: &mut impl Wire, event: PlazaEvent) -> Result<(), End> {
        let words = match event {
            PlazaEvent::Post(post) => Some(line(&post)),
            PlazaEvent::Posted { tag, .. } => self.answered(tag).and_then(|said| self.dialect.echo(said)),
            PlazaEvent::NotPosted { tag, refusal } => {
                self.answered(tag);
                Some(notice(now(), &format!("not sent: {}", why(refusal))))
            }
            PlazaEvent::Refused(refusal) => return Err(refusal.into()),
            PlazaEvent::Ping => return self.member.say(&PlazaRequest::Pong).map_err(|_| End::Gone),
            // AIO-CHAT's clients know neither lists nor comings and goings.
            PlazaEvent::Here { .. } | PlazaEvent::Came(_) | PlazaEvent::Went { .. } | PlazaEvent::Pong => {
                None
            }
        };
        match words {
            Some(words) => show(wire, &words).await,
            None => Ok(()),
        }
    }

    fn answered(&mut self, tag: PostTag) -> Option<String> {
        let at = self.unanswered.iter().position(|(waiting, _)| *waiting == tag)?;
        self.unanswered.remove(at).map(|(_, said)| said)
    }
}

/// Whoever does not take it has gone.
async fn show(wire: &mut impl Wire, words: &str) -> Result<(), End> {
    wire.say(words).await.map_err(|_| End::Gone)
}

fn now() -> u64 {
    // Before 1970 it is early in the morning.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(name: Option<&str>, text: &str) -> Understood {
        let name = name.map(|name| Name::parse(name).unwrap());
        Understood::Line(name, PostText::parse(text).unwrap())
    }

    #[test]
    fn a_line_of_the_quic_client_has_its_name_in_front() {
        let understand = |said| Dialect::NameInLine.understand(said);
        assert_eq!(
            understand("ana-0a1f3: oi: tudo?\n"),
            understood(Some("ana-0a1f3"), "oi: tudo?")
        );
        let coloured = "\u{1b}[33mana-0a1f3: oi\n\u{1b}[0m";
        assert_eq!(understand(coloured), understood(Some("ana-0a1f3"), "oi"));
        assert_eq!(understand("ana-0a1f3: \n"), Understood::Nothing);
    }

    #[test]
    fn what_has_no_such_name_is_a_line_as_it_is() {
        for said in [
            "note: bring bread",
            "ana-0a1f: oi",
            "ana-0a1fg: oi",
            "-0a1f3: oi",
            "oi",
        ] {
            assert_eq!(Dialect::NameInLine.understand(said), understood(None, said));
        }
        let line = "ana-0a1f3: oi";
        assert_eq!(Dialect::NameFirst.understand(line), understood(None, line));
    }

    #[test]
    fn what_nobody_could_read_is_nothing_and_what_is_too_long_is_told() {
        assert_eq!(Dialect::NameFirst.understand(" \u{1b}[0m\n"), Understood::Nothing);
        let long = "x".repeat(acaso_shared::limits::POST_BYTES_MAX + 1);
        let Understood::Mistake(words) = Dialect::NameFirst.understand(&long) else {
            panic!("a post that is too long was taken");
        };
        assert!(words.contains("61441"), "{words}");
    }

    #[test]
    fn only_the_quic_client_hears_itself() {
        assert_eq!(Dialect::NameInLine.echo("a".into()).as_deref(), Some("a"));
        assert_eq!(Dialect::NameFirst.echo("a".into()), None);
    }
}
