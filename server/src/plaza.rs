//! Plazas: public rooms for many, whose words the server relays and can read. Each is one task that owns who is in it, the order of
//! what is said, and the last posts; it never waits for any of its members, each of whom is written to by a task of their own.

mod history;
mod keeper;
mod member;
mod meter;

use std::net::IpAddr;
use std::sync::Arc;

use acaso_shared::ids::{Name, PlazaName, PostText, Subject};
use acaso_shared::link::{Link, LobbyHost};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{Member, MemberNumber, PlazaFacts, Post, PostNumber, PostTag};
use acaso_shared::transport::Stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use self::keeper::Keeper;
use crate::budget::{Budget, Place};
use crate::config::PlazaSetup;
use crate::guard::Pass;
use crate::room::{Context, Removal};

/// Length of a plaza's mailbox: full means that it has more to do than time, and members wait with what they say.
const ORDERS_LEN: usize = 64;

/// When somebody may try again who found a plaza full, in seconds: people stay for minutes.
const FULL_RETRY_SECS: u32 = 30;

/// A look at a plaza for its operator: a plaza is public, and who hosts it reads along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlazaLook {
    /// Who is there, the longest first.
    pub members: Vec<Member>,
    /// The last posts that were asked for, the newest last. Kept in memory only, as many as fifty.
    pub posts: Vec<Post>,
}

/// All plazas of a server, in the operator's order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plazas(Arc<[Plaza]>);

/// One plaza, to be asked.
#[derive(Debug)]
struct Plaza {
    setup: PlazaSetup,
    /// Where it is entered.
    port: u16,
    /// One for each who may be in it.
    room: Arc<Semaphore>,
    orders: mpsc::Sender<Order>,
}

/// What a plaza is asked.
#[derive(Debug)]
enum Order {
    /// Somebody comes in.
    Enter(Box<Newcomer>),
    /// Somebody says something to everybody.
    Say(MemberNumber, Saying),
    /// Somebody says goodbye; everything before it was taken.
    Leave(MemberNumber),
    /// Somebody who stays wants to be called something else.
    Rename(MemberNumber, Name, oneshot::Sender<Result<(), Refusal>>),
    /// The operator takes people out.
    Remove(Removal),
    /// The operator looks, for posts after that one.
    Look(Option<PostNumber>, oneshot::Sender<PlazaLook>),
}

/// What somebody says.
#[derive(Debug)]
struct Saying {
    tag: PostTag,
    subject: Option<Subject>,
    text: PostText,
}

/// Leave to come into a plaza, until it is accepted or dropped.
#[derive(Debug)]
pub(crate) struct Invitation {
    name: Name,
    /// The last post they saw.
    seen: Option<PostNumber>,
    counted: Counted,
    orders: mpsc::Sender<Order>,
}

/// Where a translator has its member called something else: our own words have none for that.
#[derive(Clone, Debug)]
pub(crate) struct Naming(mpsc::Sender<Order>);

/// What holds somebody's place as long as they are here: in the count of their network, among the descriptors, in the plaza.
#[derive(Debug)]
struct Counted {
    pass: Pass,
    _descriptor: Place,
    _room: OwnedSemaphorePermit,
}

/// Somebody who may come in.
#[derive(Debug)]
struct Newcomer {
    link: Link<Stream, LobbyHost>,
    name: Name,
    seen: Option<PostNumber>,
    counted: Counted,
}

impl Plazas {
    /// Starts them, each entered at that port. They live until the context's stop; if one ends before, so does the task that is
    /// handed back, and the server has failed.
    pub(crate) fn start(
        setups: impl IntoIterator<Item = (PlazaSetup, u16)>,
        context: &Arc<Context>,
    ) -> (Self, JoinHandle<()>) {
        let mut running = JoinSet::new();
        let plazas = setups
            .into_iter()
            .map(|(setup, port)| {
                let (plaza, keeper) = Plaza::new(setup, port, context);
                running.spawn(keeper.run());
                plaza
            })
            .collect();
        let running = tokio::spawn(watch_over(running, Arc::clone(context)));
        (Self(plazas), running)
    }

    /// Whether there are any.
    pub(crate) fn are_there(&self) -> bool {
        !self.0.is_empty()
    }

    /// As the lobby lists them.
    pub(crate) fn facts(&self) -> Vec<PlazaFacts> {
        self.0.iter().map(Plaza::facts).collect()
    }

    /// Lets somebody into the plaza of that name, whose network was asked about before.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn invite(
        &self,
        plaza: &PlazaName,
        (name, seen): (Name, Option<PostNumber>),
        pass: Pass,
        budget: &Budget,
    ) -> Result<Invitation, Refusal> {
        self.find(plaza)
            .ok_or(Refusal::NoSuchPlaza)?
            .invite((name, seen), pass, budget)
    }

    /// The same into the first, for whoever knows of none.
    ///
    /// # Errors
    /// The refusal to say.
    pub(crate) fn invite_to_first(
        &self,
        who: (Name, Option<PostNumber>),
        pass: Pass,
        budget: &Budget,
    ) -> Result<Invitation, Refusal> {
        self.0
            .first()
            .ok_or(Refusal::NoSuchPlaza)?
            .invite(who, pass, budget)
    }

    /// A look at the plaza of that name, with its posts after that one; `None` if there is none.
    pub(crate) async fn look(&self, plaza: &PlazaName, after: Option<PostNumber>) -> Option<PlazaLook> {
        let (answer, look) = oneshot::channel();
        let order = Order::Look(after, answer);
        self.find(plaza)?.orders.send(order).await.ok()?;
        look.await.ok()
    }

    /// Takes people out of all of them.
    pub(crate) async fn remove(&self, removal: &Removal) {
        for plaza in self.0.iter() {
            // One that has ended has nobody in it.
            let _ = plaza.orders.send(Order::Remove(removal.clone())).await;
        }
    }

    fn find(&self, name: &PlazaName) -> Option<&Plaza> {
        let wanted = name.as_str().to_lowercase();
        self.0
            .iter()
            .find(|plaza| plaza.setup.name.as_str().to_lowercase() == wanted)
    }
}

impl Plaza {
    fn new(setup: PlazaSetup, port: u16, context: &Arc<Context>) -> (Self, Keeper) {
        let (orders, ordered) = mpsc::channel(ORDERS_LEN);
        let room = Arc::new(Semaphore::new(setup.people_max as usize));
        let keeper = Keeper::new(&setup, Arc::clone(context), orders.clone(), ordered);
        let plaza = Self {
            setup,
            port,
            room,
            orders,
        };
        (plaza, keeper)
    }

    fn invite(
        &self,
        (name, seen): (Name, Option<PostNumber>),
        pass: Pass,
        budget: &Budget,
    ) -> Result<Invitation, Refusal> {
        let full = || Refusal::Full {
            people: self.people(),
            retry_after_secs: FULL_RETRY_SECS,
        };
        let room = Arc::clone(&self.room).try_acquire_owned();
        let counted = Counted {
            pass,
            _room: room.map_err(|_| full())?,
            _descriptor: budget.member().ok_or_else(full)?,
        };
        Ok(Invitation {
            name,
            seen,
            counted,
            orders: self.orders.clone(),
        })
    }

    fn facts(&self) -> PlazaFacts {
        PlazaFacts {
            name: self.setup.name.clone(),
            people: self.people(),
            people_max: self.setup.people_max,
            port: self.port,
            history: self.setup.history,
        }
    }

    fn people(&self) -> u32 {
        let free = u32::try_from(self.room.available_permits()).unwrap_or(u32::MAX);
        self.setup.people_max.saturating_sub(free)
    }
}

impl Invitation {
    /// Where they can be renamed once they are in.
    pub(crate) fn naming(&self) -> Naming {
        Naming(self.orders.clone())
    }

    /// Accepts it: from here on the link is the plaza's.
    ///
    /// # Errors
    /// The plaza has ended; the link comes back.
    pub(crate) async fn accept(self, link: Link<Stream, LobbyHost>) -> Result<(), Link<Stream, LobbyHost>> {
        let Ok(turn) = self.orders.reserve().await else {
            return Err(link);
        };
        turn.send(Order::Enter(Box::new(Newcomer {
            link,
            name: self.name,
            seen: self.seen,
            counted: self.counted,
        })));
        Ok(())
    }
}

impl Naming {
    /// Has them called something else from here on, under the number with which they came in. They keep their place and whatever
    /// limits them; everybody else sees one come and another go.
    ///
    /// # Errors
    /// The refusal to say: too often, or there is no such member.
    pub(crate) async fn rename(&self, number: MemberNumber, name: Name) -> Result<(), Refusal> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Rename(number, name, answer);
        self.0.send(order).await.map_err(|_| Refusal::Closing)?;
        answered.await.unwrap_or(Err(Refusal::Closing))
    }
}

impl Counted {
    fn address(&self) -> IpAddr {
        self.pass.address()
    }
}

/// Ends with the first that ends, or once all have ended after the stop.
async fn watch_over(mut running: JoinSet<()>, context: Arc<Context>) {
    if running.is_empty() {
        return context.stop.cancelled().await;
    }
    while let Some(ended) = running.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a plaza has failed");
        }
        if !context.stop.is_cancelled() {
            return;
        }
    }
}
