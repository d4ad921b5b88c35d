//! The task that keeps one plaza: who is in it, the order of what is said, and what is kept of it. Its members' tasks are its own;
//! it puts what is to be told into their mailboxes, and waits for none of them.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use acaso_shared::codec::Encoded;
use acaso_shared::ids::Name;
use acaso_shared::limits::LIST_LEN_MAX;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::protocol::plaza::{Member, MemberNumber, PlazaEvent, Post, PostNumber, PostTag};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::task::JoinMap;

use super::history::History;
use super::member::PlazaMember;
use super::meter::{Meters, OF_ALL, OF_ONE};
use super::{Newcomer, Order, PlazaLook, Saying};
use crate::config::PlazaSetup;
use crate::guard::whole_secs;
use crate::room::{Context, Removal};
use crate::visit::{Meter, Rate, Size, Slot, Visit, mailbox};

/// What waits for one member. A thousand people who come within a second are a thousand pieces to each of them. The bytes are fifty of the
/// longest posts, which newcomers may be shown at once, and a few more; they are shared by all members, so that a thousand who do not read
/// hold not much more than one.
const MAILBOX: Size = Size {
    pieces: 1024,
    bytes: 7 * 512 * 1024,
};

/// New names for one person, in seconds: each costs so many, and there are enough for three to begin with.
const NAME_COST: u32 = 10;
const NAMES: Rate = Rate {
    burst: 3 * NAME_COST,
    per_second: 1,
};

/// One plaza.
#[derive(Debug)]
pub(super) struct Keeper {
    context: Arc<Context>,
    orders: mpsc::Receiver<Order>,
    /// For its members, to say what they have to say.
    to_itself: mpsc::Sender<Order>,
    /// By the number with which they came in.
    members: BTreeMap<MemberNumber, Inside>,
    visits: JoinMap<MemberNumber, ()>,
    newest_member: u64,
    history: History,
    meters: Meters,
}

/// Somebody who is in the plaza.
#[derive(Debug)]
struct Inside {
    /// As everybody sees them: of another number than at first if they are called something else since.
    member: Member,
    address: IpAddr,
    slot: Slot<PlazaEvent>,
    farewell: oneshot::Sender<Refusal>,
    meters: Meters,
    names: Meter,
}

impl Keeper {
    pub(super) fn new(
        setup: &PlazaSetup,
        context: Arc<Context>,
        to_itself: mpsc::Sender<Order>,
        orders: mpsc::Receiver<Order>,
    ) -> Self {
        let before_first = before_first_number();
        Self {
            context,
            orders,
            to_itself,
            members: BTreeMap::new(),
            visits: JoinMap::new(),
            newest_member: before_first,
            history: History::new(setup.history, before_first),
            meters: Meters::new(OF_ALL, Instant::now()),
        }
    }

    /// Keeps the plaza until the stop, then waits for its members' farewells.
    pub(super) async fn run(mut self) {
        let stop = self.context.stop.clone();
        loop {
            tokio::select! {
                // What was said before somebody went is told before that.
                biased;
                () = stop.cancelled() => break,
                Some(order) = self.orders.recv() => self.obey(order),
                Some((number, ended)) = self.visits.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a visit to a plaza has failed");
                    }
                    self.part(number, None);
                }
            }
            // Whoever was told something gets a turn to pass it on.
            tokio::task::yield_now().await;
        }
        self.close().await;
    }

    /// Everybody hears of the stop by themselves; whoever was just coming in does so too.
    async fn close(mut self) {
        self.orders.close();
        while let Ok(order) = self.orders.try_recv() {
            if let Order::Enter(newcomer) = order {
                self.enter(*newcomer);
            }
        }
        while self.visits.join_next().await.is_some() {}
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Enter(newcomer) => self.enter(*newcomer),
            Order::Say(number, saying) => self.say(number, saying),
            Order::Leave(number) => self.part(number, None),
            Order::Rename(number, name, answer) => {
                // Whoever asked may have gone.
                let _ = answer.send(self.rename(number, name));
            }
            Order::Remove(removal) => self.remove(&removal),
            Order::Look(after, answer) => {
                // Whoever asked may have given up.
                let _ = answer.send(PlazaLook {
                    members: self
                        .members
                        .values()
                        .map(|inside| inside.member.clone())
                        .collect(),
                    posts: self.history.after(after),
                });
            }
        }
    }

    fn enter(&mut self, newcomer: Newcomer) {
        let Newcomer {
            link,
            name,
            seen,
            counted,
        } = newcomer;
        let number = self.next_member();
        let member = Member { number, name };
        let (slot, mailbox) = mailbox(MAILBOX);
        let (farewell, parting) = oneshot::channel();
        let address = counted.address();
        let welcome = LobbyReply::Entered {
            member: number,
            newest: self.history.newest(),
        };
        let visit = Visit {
            who: PlazaMember(number),
            mailbox,
            parting,
            keeper: self.to_itself.clone(),
            context: Arc::clone(&self.context),
        };
        self.visits.spawn(number, async move {
            visit.run(link, &welcome).await;
            drop(counted);
        });
        self.tell_all(&Encoded::of(&PlazaEvent::Came(member.clone())), None);
        self.members.insert(
            number,
            Inside {
                member,
                address,
                slot,
                farewell,
                meters: Meters::new(OF_ONE, Instant::now()),
                names: Meter::new(NAMES, Instant::now()),
            },
        );
        self.show_around(number, seen);
        // They may have been barred between the lobby and here.
        if let Err(refusal) = self.context.guard.may_come(address) {
            self.part(number, Some(refusal));
        }
    }

    fn next_member(&mut self) -> MemberNumber {
        self.newest_member += 1;
        MemberNumber(self.newest_member)
    }

    /// Another name has another number, so that nobody takes it for a name of the first; the place and all meters stay.
    fn rename(&mut self, number: MemberNumber, name: Name) -> Result<(), Refusal> {
        let fresh = self.next_member();
        let inside = self.members.get_mut(&number).ok_or(Refusal::Closing)?;
        let now = Instant::now();
        let wait = inside.names.wait(NAME_COST, now);
        if !wait.is_zero() {
            let retry_after_secs = whole_secs(wait);
            return Err(Refusal::SlowDown { retry_after_secs });
        }
        inside.names.charge(NAME_COST, now);
        let came = Member { number: fresh, name };
        let member = std::mem::replace(&mut inside.member, came.clone()).number;
        // They are never shown as gone before they have come.
        self.tell_all(&Encoded::of(&PlazaEvent::Came(came)), Some(number));
        self.tell_all(&Encoded::of(&PlazaEvent::Went { member }), Some(number));
        Ok(())
    }

    /// Tells a newcomer who is here, and what was said.
    fn show_around(&mut self, number: MemberNumber, seen: Option<PostNumber>) {
        let members: Vec<_> = self.members.values().map(|inside| &inside.member).collect();
        let pages: Vec<_> = members
            .chunks(LIST_LEN_MAX)
            .map(|page| {
                let members = page.iter().copied().cloned().collect();
                Encoded::of(&PlazaEvent::Here { members })
            })
            .collect();
        let shown: Vec<_> = self.history.shown(seen).cloned().collect();
        for said in pages.iter().chain(&shown) {
            self.tell(number, said);
        }
    }

    fn say(&mut self, number: MemberNumber, saying: Saying) {
        let Some(inside) = self.members.get_mut(&number) else {
            return;
        };
        let Saying { tag, subject, text } = saying;
        let bytes = text.as_str().len() + subject.as_ref().map_or(0, |subject| subject.as_str().len());
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let now = Instant::now();
        let wait = inside.meters.wait(bytes, now).max(self.meters.wait(bytes, now));
        if !wait.is_zero() {
            return self.tell(number, &not_posted(tag, wait));
        }
        inside.meters.charge(bytes, now);
        self.meters.charge(bytes, now);
        let post = Post {
            number: self.history.next(),
            author: inside.member.clone(),
            subject,
            text,
            unix_secs: unix_secs(),
        };
        self.publish((number, tag), post);
    }

    fn publish(&mut self, (author, tag): (MemberNumber, PostTag), post: Post) {
        let (number, unix_secs) = (post.number, post.unix_secs);
        let said = Encoded::of(&PlazaEvent::Post(post));
        self.history.keep(number, said.clone());
        self.tell_all(&said, Some(author));
        let posted = PlazaEvent::Posted {
            tag,
            number,
            unix_secs,
        };
        self.tell(author, &Encoded::of(&posted));
    }

    fn tell(&mut self, number: MemberNumber, said: &Encoded<PlazaEvent>) {
        let Some(inside) = self.members.get(&number) else {
            return;
        };
        if inside.slot.put(said).is_err() {
            self.part(number, Some(Refusal::NotReading));
        }
    }

    /// Tells everybody but one. Whoever does not read is parted from, which everybody else is told in turn, until nobody is left who
    /// does not read; nobody waits for them.
    fn tell_all(&mut self, said: &Encoded<PlazaEvent>, but: Option<MemberNumber>) {
        let mut gone = VecDeque::from(self.put_all(said, but));
        while let Some(member) = gone.pop_front() {
            gone.extend(self.put_all(&Encoded::of(&PlazaEvent::Went { member }), None));
        }
    }

    /// Puts it into everybody's mailbox but one's. Those whose mailbox is full are members no more, and are told of as they were seen.
    fn put_all(&mut self, said: &Encoded<PlazaEvent>, but: Option<MemberNumber>) -> Vec<MemberNumber> {
        let others = self.members.iter().filter(|(number, _)| Some(**number) != but);
        let full: Vec<_> = others
            .filter(|(_, inside)| inside.slot.put(said).is_err())
            .map(|(number, _)| *number)
            .collect();
        full.into_iter()
            .filter_map(|number| self.show_out(number, Some(Refusal::NotReading)))
            .collect()
    }

    /// Somebody is gone, or has to go for that reason; everybody else is told.
    fn part(&mut self, number: MemberNumber, why: Option<Refusal>) {
        if let Some(member) = self.show_out(number, why) {
            self.tell_all(&Encoded::of(&PlazaEvent::Went { member }), None);
        }
    }

    /// Ends a membership, of which nobody else is told yet. Tells under which number it was seen, if there was one.
    fn show_out(&mut self, number: MemberNumber, why: Option<Refusal>) -> Option<MemberNumber> {
        let inside = self.members.remove(&number)?;
        if let Some(refusal) = why {
            // They may be gone already.
            let _ = inside.farewell.send(refusal);
        }
        Some(inside.member.number)
    }

    fn remove(&mut self, removal: &Removal) {
        let theirs = self
            .members
            .iter()
            .filter(|(_, inside)| (removal.is_from)(inside.address));
        let theirs: Vec<_> = theirs.map(|(number, _)| *number).collect();
        let remaining_secs = removal.remaining_secs;
        for number in theirs {
            self.part(number, Some(Refusal::Banned { remaining_secs }));
        }
    }
}

fn not_posted(tag: PostTag, wait: Duration) -> Encoded<PlazaEvent> {
    let retry_after_secs = whole_secs(wait);
    let refusal = Refusal::SlowDown { retry_after_secs };
    Encoded::of(&PlazaEvent::NotPosted { tag, refusal })
}

fn unix_secs() -> u64 {
    since_1970().as_secs()
}

/// Members and posts are numbered from the millisecond of the start, with six digits for them, so that whoever comes back to a server
/// that was started anew takes nobody for another, and no post for one that they saw.
fn before_first_number() -> u64 {
    let millis = u64::try_from(since_1970().as_millis()).unwrap_or(0);
    millis.wrapping_mul(1_000_000)
}

/// A clock that stands before 1970 is wrong by more than a date can help.
fn since_1970() -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap_or_default()
}
