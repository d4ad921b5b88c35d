//! The task that keeps all circles: which there are, and whose turn it is to be told of whom. Its members' tasks are its own; it puts what
//! is to be told into their mailboxes, and waits for none of them. Names of circles are known here alone, and are said to nobody.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use acaso_shared::link::{Link, LobbyHost};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::circle::{CircleEvent, CircleKey, CircleMember};
use acaso_shared::transport::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, Instant, sleep};
use tokio_util::task::JoinMap;

use super::circle::{Circle, Expected, FULL_RETRY_SECS, Inside};
use super::door::Door;
use super::member::Member;
use super::{Admission, CircleNumber, CirclesLook, Newcomer, Order, Seat, numbers};
use crate::budget::Place;
use crate::config;
use crate::guard::Guess;
use crate::network::Network;
use crate::room::{Context, Removal};
use crate::visit::{Mailbox, Meter, Rate, Size, Visit, mailbox};

/// What waits for one member: half of it is for datagrams, some eighty of the longest; the other half is more than everybody's coming and
/// going a few times over.
const MAILBOX: Size = Size {
    pieces: 256,
    bytes: 256 * 1024,
};

/// Seconds' worth of datagrams that may be said at once: a newcomer makes a handshake of some 6 KB with each of fifteen members.
const BURST_SECS: u32 = 8;

/// How many circles may have as much carried as they can, until there is nothing left for others.
const CIRCLES_AT_ONCE: u32 = 4;

/// All circles.
#[derive(Debug)]
pub(super) struct Keeper {
    setup: config::Circles,
    context: Arc<Context>,
    orders: mpsc::Receiver<Order>,
    /// For members, to say what they have to say.
    to_itself: mpsc::Sender<Order>,
    circles: BTreeMap<CircleNumber, Circle>,
    numbers: HashMap<CircleKey, CircleNumber>,
    newest: u64,
    visits: JoinMap<Seat, ()>,
    /// Bytes that are carried for all.
    carried: Meter,
}

impl Keeper {
    pub(super) fn new(
        setup: config::Circles,
        context: Arc<Context>,
        to_itself: mpsc::Sender<Order>,
        orders: mpsc::Receiver<Order>,
    ) -> Self {
        Self {
            setup,
            context,
            orders,
            to_itself,
            circles: BTreeMap::new(),
            numbers: HashMap::new(),
            newest: 0,
            visits: JoinMap::new(),
            carried: bytes_meter(setup.relay_kib_all),
        }
    }

    /// Keeps the circles until the stop, then waits for everybody's farewells.
    pub(super) async fn run(mut self) {
        let stop = self.context.stop.clone();
        loop {
            tokio::select! {
                // What was said before somebody went is told before that.
                biased;
                () = stop.cancelled() => break,
                Some(order) = self.orders.recv() => self.obey(order),
                Some((seat, ended)) = self.visits.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a visit to a circle has failed");
                    }
                    self.part(seat, None);
                }
            }
            // Whoever was told something gets a turn to pass it on.
            tokio::task::yield_now().await;
        }
        // Everybody hears of the stop by themselves; whoever was just coming in finds nobody to let them.
        self.orders.close();
        while self.visits.join_next().await.is_some() {}
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Gather(newcomer, place, answer) => self.gather(*newcomer, place, answer),
            Order::Enter(seat, inside) => self.enter(seat, *inside),
            Order::Introduce(seat, introduction) => {
                if let Some(circle) = self.circles.get_mut(&seat.circle) {
                    circle.introduce(seat.member, introduction);
                }
            }
            Order::Move(seat, seen_at) => {
                if let Some(circle) = self.circles.get_mut(&seat.circle) {
                    circle.moved(seat.member, seen_at);
                }
            }
            Order::Relay(seat, to, datagram) => self.relay(seat, to, datagram),
            Order::Leave(seat) => self.part(seat, None),
            Order::Remove(removal) => self.remove(&removal),
            Order::Look(answer) => {
                // Whoever asked may have given up.
                let _ = answer.send(self.look());
            }
        }
    }

    fn gather(
        &mut self,
        newcomer: Newcomer,
        place: Place,
        answer: oneshot::Sender<Result<Admission, Refusal>>,
    ) {
        let (door, link) = oneshot::channel();
        let (may, told) = match self.may_gather(&newcomer) {
            Ok(may) => (Some(may), Ok(Admission(door))),
            Err(refusal) => (None, Err(refusal)),
        };
        // Whoever asked may have given up.
        if let (Some(may), Ok(())) = (may, answer.send(told)) {
            self.expect(may, newcomer, (place, link));
        }
    }

    fn expect(
        &mut self,
        (number, guess): (CircleNumber, Option<Guess>),
        newcomer: Newcomer,
        (place, link): (Place, oneshot::Receiver<Link<Stream, LobbyHost>>),
    ) {
        let Newcomer {
            circle: key,
            introduction,
            seen_at,
            pass,
        } = newcomer;
        let network = pass.counted_network();
        let carried_in_one = self.carried_in_one();
        let circle = self.circles.entry(number);
        let circle = circle.or_insert_with(|| Circle::new(network, carried_in_one));
        self.numbers.insert(key, number);
        let expected = Expected {
            network,
            comes_back: circle.owner(introduction.key).is_some(),
        };
        let member = circle.expect(expected, numbers::clock());
        let seat = Seat {
            circle: number,
            member,
        };
        let door = Door::new(introduction.key, member, seen_at, self.setup.relay);
        let (slot, mailbox) = mailbox(MAILBOX);
        let (farewell, parting) = oneshot::channel();
        let inside = Inside {
            address: pass.address(),
            network,
            seen_at,
            introduction: introduction.sifted(pass.address().is_loopback()),
            slot,
            farewell,
        };
        let (visit, context) = (
            self.visit((seat, seen_at), mailbox, parting),
            Arc::clone(&self.context),
        );
        self.visits.spawn(seat, async move {
            // Without a link they went away in the last moment.
            if let Ok(link) = link.await
                && let Some(link) = door.proved(link, &context).await
            {
                // A keeper that has ended is being stopped, of which the visit hears, too.
                let _ = visit.keeper.send(Order::Enter(seat, Box::new(inside))).await;
                unless_guessed(visit.stays(link), guess, context.timings.number_known).await;
            }
            drop((pass, place));
        });
    }

    fn visit(
        &self,
        (seat, seen_at): (Seat, Option<SocketAddr>),
        mailbox: Mailbox<CircleEvent>,
        parting: oneshot::Receiver<Refusal>,
    ) -> Visit<Member> {
        let relay = self.setup.relay;
        let carried = relay.then(|| bytes_meter(self.setup.relay_kib_each));
        Visit {
            who: Member::new(seat, seen_at, carried, Arc::clone(&self.context)),
            mailbox,
            parting,
            keeper: self.to_itself.clone(),
            context: Arc::clone(&self.context),
        }
    }

    /// Somebody has proved their key. Whoever has the same is the same, and has lost the link of before.
    fn enter(&mut self, seat: Seat, inside: Inside) {
        let Some(circle) = self.circles.get_mut(&seat.circle) else {
            return;
        };
        if !circle.arrives(seat.member) {
            return;
        }
        let before = circle.owner(inside.introduction.key);
        // They may have been barred since they asked, and the one whose place they come back to may be gone.
        let barred = self.context.guard.may_come(inside.address).err();
        let turned_away = || circle.turns_away(inside.network, before, self.setup.people_max);
        if let Some(refusal) = barred.or_else(turned_away) {
            // They may be gone already.
            let _ = inside.farewell.send(refusal);
            return;
        }
        if let Some(before) = before {
            circle.part(before, None);
        }
        circle.take_in(seat.member, inside);
    }

    /// The circle that somebody comes to, which may have to be made, and what they guessed; there is place for them.
    fn may_gather(&mut self, newcomer: &Newcomer) -> Result<(CircleNumber, Option<Guess>), Refusal> {
        let pass = &newcomer.pass;
        // They may have been barred since they asked.
        self.context.guard.may_come(pass.address())?;
        self.forget_those_that_are_over();
        let number = self.numbers.get(&newcomer.circle).copied();
        let circle = number.and_then(|number| Some((number, self.circles.get_mut(&number)?)));
        let Some((number, circle)) = circle else {
            let guess = guess(newcomer)?;
            self.may_begin(pass.counted_network())?;
            self.newest += 1;
            return Ok((CircleNumber(self.newest), guess));
        };
        // Whoever comes back takes the place of before, once they have proved that it is they.
        let before = circle.owner(newcomer.introduction.key);
        // Nor need anybody guess where somebody of their own network is.
        let guess = match before.is_some() || circle.has_of(pass.counted_network()) {
            true => None,
            false => guess(newcomer)?,
        };
        match circle.turns_away(pass.counted_network(), before, self.setup.people_max) {
            Some(refusal) => {
                // They ask again by themselves, and have learned no address.
                if let Some(guess) = guess {
                    guess.take_back();
                }
                Err(refusal)
            }
            None => Ok((number, guess)),
        }
    }

    /// A circle's share of what is carried for all, but not less than is carried for one member.
    fn carried_in_one(&self) -> Meter {
        let share = self.setup.relay_kib_all / CIRCLES_AT_ONCE;
        bytes_meter(share.max(self.setup.relay_kib_each))
    }

    /// Whether people of that network may begin one more.
    fn may_begin(&self, network: Option<Network>) -> Result<(), Refusal> {
        let begun = |network| {
            self.circles
                .values()
                .filter(|circle| circle.begun_by == Some(network))
                .count()
        };
        if network.is_some_and(|network| begun(network) >= self.setup.per_network as usize) {
            return Err(Refusal::SlowDown {
                retry_after_secs: FULL_RETRY_SECS,
            });
        }
        // Also those where nobody has proved a key yet.
        let taken = self.circles.values().filter(|circle| !circle.is_empty());
        match taken.count() >= self.setup.max as usize {
            true => Err(full(self.look().people)),
            false => Ok(()),
        }
    }

    fn forget_those_that_are_over(&mut self) {
        let clock = numbers::clock();
        self.circles.retain(|_, circle| !circle.is_over(clock));
        self.numbers.retain(|_, number| self.circles.contains_key(number));
    }

    fn relay(&mut self, seat: Seat, to: CircleMember, datagram: Vec<u8>) {
        if let Some(circle) = self.circles.get_mut(&seat.circle) {
            circle.relay((seat.member, to), datagram, &mut self.carried);
        }
    }

    fn part(&mut self, seat: Seat, why: Option<Refusal>) {
        if let Some(circle) = self.circles.get_mut(&seat.circle) {
            circle.part(seat.member, why);
        }
    }

    fn remove(&mut self, removal: &Removal) {
        let remaining_secs = removal.remaining_secs;
        for circle in self.circles.values_mut() {
            for member in circle.from(|address| (removal.is_from)(address)) {
                circle.part(member, Some(Refusal::Banned { remaining_secs }));
            }
        }
    }

    fn look(&self) -> CirclesLook {
        let people = self.circles.values().map(Circle::people);
        CirclesLook {
            circles: people.clone().filter(|people| *people > 0).count(),
            people: people.sum(),
        }
    }
}

/// Whoever comes by a number may have tried one after the other, to learn who is where: that counts as a guess, also where nobody is.
fn guess(newcomer: &Newcomer) -> Result<Option<Guess>, Refusal> {
    match newcomer.circle {
        CircleKey::Named(_) => Ok(None),
        CircleKey::Coded(_) => newcomer.pass.guess().map(Some),
    }
}

/// Lets them stay. Who stays so long knew the number.
async fn unless_guessed(visit: impl Future<Output = ()>, guess: Option<Guess>, known_after: Duration) {
    let mut visit = pin!(visit);
    if let Some(guess) = guess {
        tokio::select! {
            () = &mut visit => return,
            () = sleep(known_after) => guess.take_back(),
        }
    }
    visit.await;
}

/// There is place for nobody, with so many people here.
pub(super) fn full(people: usize) -> Refusal {
    Refusal::Full {
        people: u32::try_from(people).unwrap_or(u32::MAX),
        retry_after_secs: FULL_RETRY_SECS,
    }
}

fn bytes_meter(kib_per_second: u32) -> Meter {
    let per_second = kib_per_second.saturating_mul(1024);
    let rate = Rate {
        burst: per_second.saturating_mul(BURST_SECS),
        per_second,
    };
    Meter::new(rate, Instant::now())
}
