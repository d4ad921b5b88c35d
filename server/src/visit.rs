//! Somebody who stays on the link to the lobby, in a plaza or in a circle: their task writes what is in the mailbox, passes on what they
//! say, asks for signs of life. It decides nothing about where they are, and when it ends whoever keeps that place knows that they are gone.

mod mailbox;
mod meter;

use std::sync::Arc;
use std::time::Duration;

use acaso_shared::link::{Exchanged, Link, LinkError, LobbyHost, Phase};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::transport::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

pub(crate) use self::mailbox::{Mailbox, Size, Slot, mailbox};
pub(crate) use self::meter::{Meter, Rate};
use crate::room::Context;

/// Longest time that somebody who said too much is not heard.
const REST_MAX: Duration = Duration::from_secs(2);

/// Bytes that are written to one visitor at once.
const BATCH_BYTES: usize = 16 * 1024;

/// What is said where somebody stays, seen from there.
pub(crate) trait Stay: Send {
    /// The server's side of the link.
    type Host: Phase<Send: Send, Receive: Send>;
    /// What the keeper of the place is asked.
    type Order: Send;
    /// How much is heard from one visitor; after that they are left alone for a while.
    const WORDS: Rate;

    /// What it means.
    fn hear(&mut self, said: Said<Self>) -> Heard<Self::Order>;
    /// Sees where they come from, as often as they say something. What it means for the keeper, if anything.
    fn look(&mut self, _: &Stream) -> Option<Self::Order> {
        None
    }
    /// When to look again, whatever they say. They are asked for a sign of life before.
    fn look_again(&self) -> Option<Instant> {
        None
    }
    /// They have gone.
    fn leave(&self) -> Self::Order;
    /// Asks for a sign of life.
    fn ping() -> Event<Self>;
    /// A sign of life.
    fn pong() -> Event<Self>;
    /// No, and why.
    fn refused(refusal: Refusal) -> Event<Self>;
}

/// What a visitor of such a place says.
pub(crate) type Said<G> = <<G as Stay>::Host as Phase>::Receive;

/// What is said to a visitor of such a place.
pub(crate) type Event<G> = <<G as Stay>::Host as Phase>::Send;

/// What something that was said means.
#[derive(Debug)]
pub(crate) enum Heard<O> {
    /// It is for the keeper.
    Order(O),
    /// They ask for a sign of life.
    Ping,
    /// No more than that they are there.
    Nothing,
    /// Nobody may say that.
    Refused(Refusal),
}

/// One visit.
pub(crate) struct Visit<G: Stay> {
    pub(crate) who: G,
    pub(crate) mailbox: Mailbox<Event<G>>,
    /// Why they have to go.
    pub(crate) parting: oneshot::Receiver<Refusal>,
    pub(crate) keeper: mpsc::Sender<G::Order>,
    pub(crate) context: Arc<Context>,
}

/// How a visit ends.
enum End {
    /// Goodbye, or nobody is there any more.
    Gone,
    /// They have to go.
    Refused(Refusal),
}

/// What is known of somebody's link.
struct Pulse {
    heard: Instant,
    asked: bool,
    words: Meter,
    rests_until: Option<Instant>,
}

impl<G: Stay> Visit<G> {
    /// Lets them in with that welcome and stays with them until they are gone.
    pub(crate) async fn run(self, mut link: Link<Stream, LobbyHost>, welcome: &LobbyReply) {
        if link.send(welcome).await.is_err() {
            return;
        }
        self.stays(link.turn()).await;
    }

    /// Stays with somebody who was let in, until they are gone.
    pub(crate) async fn stays(mut self, mut link: Link<Stream, G::Host>) {
        let end = self.stay(&mut link).await;
        // Everybody else need not wait for the farewell. A place that is being closed tells nobody.
        let _ = self.keeper.send(self.who.leave()).await;
        match end {
            End::Refused(refusal) => {
                // Where too much waits to be read nothing more is said.
                let _ = link.queue(&G::refused(refusal));
                link.close(self.context.timings.farewell).await;
            }
            End::Gone => _ = link.close(self.context.timings.farewell).await,
        }
    }

    async fn stay(&mut self, link: &mut Link<Stream, G::Host>) -> End {
        let mut pulse = Pulse::new(G::WORDS);
        let stop = self.context.stop.clone();
        loop {
            let may_hear = pulse.rests_until.is_none() || !link.is_idle();
            let heard = tokio::select! {
                () = stop.cancelled() => return End::Refused(Refusal::Closing),
                Ok(refusal) = &mut self.parting, if !self.parting.is_terminated() => return End::Refused(refusal),
                () = tokio::time::sleep_until(pulse.deadline(&self.context)) => match self.look_at(&mut pulse, link) {
                    Ok(()) => continue,
                    Err(end) => return end,
                },
                Some(()) = at(self.who.look_again()) => match self.look(link).await {
                    Ok(()) => continue,
                    Err(end) => return end,
                },
                said = self.mailbox.next(), if link.is_idle() => match said.map(|said| link.queue_encoded(&said)) {
                    Some(Ok(())) => match self.add_to_batch(link) {
                        Ok(()) => continue,
                        Err(_) => return End::Gone,
                    },
                    Some(Err(_)) => return End::Gone,
                    // Everything was said that was to be said to them.
                    None => return self.parting.try_recv().map_or(End::Gone, End::Refused),
                },
                exchanged = link.exchange(), if may_hear => match exchanged {
                    Ok(Exchanged::Said) => continue,
                    Ok(Exchanged::Heard(request)) => request,
                    Err(error) => return end_of(&error),
                },
            };
            pulse.hears();
            let passed_on = match self.look(link).await {
                Ok(()) => self.heard(heard, link).await,
                Err(end) => Err(end),
            };
            if let Err(end) = passed_on {
                return end;
            }
        }
    }

    /// Whatever waits beside the first, as far as it is to be written at once.
    fn add_to_batch(&mut self, link: &mut Link<Stream, G::Host>) -> Result<(), LinkError> {
        while link.queued_bytes() < BATCH_BYTES
            && let Some(said) = self.mailbox.next_there()
        {
            link.queue_encoded(&said)?;
        }
        Ok(())
    }

    async fn heard(&mut self, said: Said<G>, link: &mut Link<Stream, G::Host>) -> Result<(), End> {
        match self.who.hear(said) {
            Heard::Order(order) => self.asks_keeper(order).await,
            // One sign of life is enough for whoever asks without reading.
            Heard::Ping if !link.is_idle() => Ok(()),
            Heard::Ping => link.queue(&G::pong()).map_err(|_| End::Gone),
            Heard::Nothing => Ok(()),
            Heard::Refused(refusal) => Err(End::Refused(refusal)),
        }
    }

    /// Where they are; and if that is open from now on, something is said that has to be answered from there.
    async fn look(&mut self, link: &mut Link<Stream, G::Host>) -> Result<(), End> {
        let before = self.who.look_again();
        let order = self.who.look(link.stream());
        let is_open_anew = self.who.look_again().is_some_and(|again| Some(again) != before);
        if is_open_anew && link.is_idle() {
            link.queue(&G::ping()).map_err(|_| End::Gone)?;
        }
        match order {
            Some(order) => self.asks_keeper(order).await,
            None => Ok(()),
        }
    }

    async fn asks_keeper(&self, order: G::Order) -> Result<(), End> {
        // Waits while the keeper has much to do, who never waits for us. One that has ended is being stopped.
        self.keeper
            .send(order)
            .await
            .map_err(|_| End::Refused(Refusal::Closing))
    }

    /// Their time has come: they may be heard again, are asked for a sign of life, or are gone.
    fn look_at(&self, pulse: &mut Pulse, link: &mut Link<Stream, G::Host>) -> Result<(), End> {
        if pulse.rests_until.take().is_some() {
            return Ok(());
        }
        if pulse.asked {
            return Err(End::Gone);
        }
        pulse.asked = true;
        match link.is_idle() {
            true => link.queue(&G::ping()).map_err(|_| End::Gone),
            // They have something to take; that they do has a time of its own.
            false => Ok(()),
        }
    }
}

impl Pulse {
    fn new(words: Rate) -> Self {
        let now = Instant::now();
        Self {
            heard: now,
            asked: false,
            words: Meter::new(words, now),
            rests_until: None,
        }
    }

    fn hears(&mut self) {
        let now = Instant::now();
        (self.heard, self.asked) = (now, false);
        self.words.charge(1, now);
        let rest = self.words.wait(0, now).min(REST_MAX);
        self.rests_until = (!rest.is_zero()).then(|| now + rest);
    }

    fn deadline(&self, context: &Context) -> Instant {
        let timings = &context.timings;
        let silence = if self.asked {
            timings.dead_after
        } else {
            timings.ping_after
        };
        self.rests_until.unwrap_or(self.heard + silence)
    }
}

/// Waits until then, if there is such a time.
async fn at(time: Option<Instant>) -> Option<()> {
    tokio::time::sleep_until(time?).await;
    Some(())
}

fn end_of(error: &LinkError) -> End {
    match error {
        LinkError::Unexpected(_) | LinkError::FrameTooLong => End::Refused(Refusal::Unexpected),
        LinkError::NotReading(_) | LinkError::WriteTimeout(_) => End::Refused(Refusal::NotReading),
        LinkError::Closed(_) => End::Gone,
    }
}
