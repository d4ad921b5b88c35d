//! One member's task: writes what is in the mailbox, passes on what they say, asks for signs of life. It decides nothing about the
//! plaza, and when it ends its keeper knows that they are gone.

use std::sync::Arc;
use std::time::Duration;

use acaso_shared::link::{Exchanged, Link, LinkError, LobbyHost, PlazaHost};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::LobbyReply;
use acaso_shared::protocol::plaza::{MemberNumber, PlazaEvent, PlazaRequest, PostNumber};
use acaso_shared::transport::Stream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::mailbox::Mailbox;
use super::meter::{Meter, Rate};
use super::{Order, Saying};
use crate::room::Context;

/// Words of any kind that are heard from one member; after that they are left alone for a while. Posts have limits of their own.
const WORDS: Rate = Rate {
    burst: 64,
    per_second: 16,
};

/// Longest time that somebody who said too much is not heard.
const REST_MAX: Duration = Duration::from_secs(2);

/// Bytes that are written to one member at once.
const BATCH_BYTES: usize = 16 * 1024;

/// One visit to a plaza.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) number: MemberNumber,
    /// The newest post when they came.
    pub(super) newest: Option<PostNumber>,
    pub(super) mailbox: Mailbox,
    /// Why they have to go.
    pub(super) parting: oneshot::Receiver<Refusal>,
    pub(super) plaza: mpsc::Sender<Order>,
    pub(super) context: Arc<Context>,
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

impl Visit {
    /// Lets them in and stays with them until they are gone.
    pub(super) async fn run(mut self, mut link: Link<Stream, LobbyHost>) {
        let entered = LobbyReply::Entered {
            member: self.number,
            newest: self.newest,
        };
        if link.send(&entered).await.is_err() {
            return;
        }
        let mut link = link.turn();
        let end = self.stay(&mut link).await;
        // Everybody else need not wait for the farewell. A plaza that is being stopped tells nobody.
        let _ = self.plaza.send(Order::Leave(self.number)).await;
        match end {
            End::Refused(refusal) => {
                // Where too much waits to be read nothing more is said.
                let _ = link.queue(&PlazaEvent::Refused(refusal));
                link.close(self.context.timings.farewell).await;
            }
            End::Gone => _ = link.close(self.context.timings.farewell).await,
        }
    }

    async fn stay(&mut self, link: &mut Link<Stream, PlazaHost>) -> End {
        let mut pulse = Pulse::new();
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
            if let Err(end) = self.heard(heard, link).await {
                return end;
            }
        }
    }

    /// Whatever waits beside the first, as far as it is to be written at once.
    fn add_to_batch(&mut self, link: &mut Link<Stream, PlazaHost>) -> Result<(), LinkError> {
        while link.queued_bytes() < BATCH_BYTES
            && let Some(said) = self.mailbox.next_there()
        {
            link.queue_encoded(&said)?;
        }
        Ok(())
    }

    async fn heard(&mut self, request: PlazaRequest, link: &mut Link<Stream, PlazaHost>) -> Result<(), End> {
        let order = match request {
            PlazaRequest::Post { tag, subject, text } => {
                Order::Say(self.number, Saying { tag, subject, text })
            }
            // Its answer is that nothing more comes: what is in the mailbox is written first.
            PlazaRequest::Leave => Order::Leave(self.number),
            // One sign of life is enough for whoever asks without reading.
            PlazaRequest::Ping if !link.is_idle() => return Ok(()),
            PlazaRequest::Ping => return link.queue(&PlazaEvent::Pong).map_err(|_| End::Gone),
            PlazaRequest::Pong => return Ok(()),
        };
        // Waits while the plaza has much to do: it never waits for us. One that has ended is being stopped.
        self.plaza
            .send(order)
            .await
            .map_err(|_| End::Refused(Refusal::Closing))
    }

    /// Their time has come: they may be heard again, are asked for a sign of life, or are gone.
    fn look_at(&self, pulse: &mut Pulse, link: &mut Link<Stream, PlazaHost>) -> Result<(), End> {
        if pulse.rests_until.take().is_some() {
            return Ok(());
        }
        if pulse.asked {
            return Err(End::Gone);
        }
        pulse.asked = true;
        match link.is_idle() {
            true => link.queue(&PlazaEvent::Ping).map_err(|_| End::Gone),
            // They have something to take; that they do has a time of its own.
            false => Ok(()),
        }
    }
}

impl Pulse {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            heard: now,
            asked: false,
            words: Meter::new(WORDS, now),
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

fn end_of(error: &LinkError) -> End {
    match error {
        LinkError::Unexpected(_) | LinkError::FrameTooLong => End::Refused(Refusal::Unexpected),
        LinkError::NotReading(_) | LinkError::WriteTimeout(_) => End::Refused(Refusal::NotReading),
        LinkError::Closed(_) => End::Gone,
    }
}
