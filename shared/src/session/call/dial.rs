//! From a name to a stream: look it up, dial its addresses, say in a person's terms why none answered.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{sleep, timeout};

use super::reach::{Plan, Reached, more_telling, reach};
use super::{Caller, Place};
use crate::address::ServerAddress;
use crate::ids::Fingerprint;
use crate::known_servers::Known;
use crate::limits::CONNECT_TIMEOUT;
use crate::session::event::{Problem, Visit};
use crate::transport::{ConnectError, Demand, Expected, Security, Stream, Unvouched};

/// How long one of a name's addresses is tried alone before the next one joins (RFC 8305 §5).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

pub(super) async fn resolve(server: &ServerAddress) -> Result<Vec<SocketAddr>, Problem> {
    let host = server.host().to_owned();
    let found = match timeout(
        CONNECT_TIMEOUT,
        tokio::net::lookup_host((server.host(), server.port())),
    )
    .await
    {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the name does not resolve");
            Vec::new()
        }
        Err(_) => return Err(Problem::TimedOut { host }),
    };
    if found.is_empty() {
        Err(Problem::NameNotFound { host })
    } else {
        Ok(found)
    }
}

/// Dials all addresses of a name, each a little after the one before; the first that stands is taken.
pub(super) async fn dial_first(
    visit: &Visit,
    known: Option<&Known>,
    caller: &Caller,
    addresses: &[SocketAddr],
) -> Result<Reached, Problem> {
    let security = security(visit, known, caller)?;
    let plan = match caller.to_be_reached {
        true => Plan::gathering(visit.transport, security),
        false => Plan::lobby(visit.transport, security),
    };
    let mut attempts: FuturesUnordered<_> = (0u32..)
        .zip(addresses)
        .map(|(turn, address)| async move {
            sleep(NEXT_ADDRESS_AFTER * turn).await;
            reach(&caller.dialler, *address, security, plan).await
        })
        .collect();
    let mut worst = None;
    while let Some(attempt) = attempts.next().await {
        match attempt {
            Ok(reached) => return Ok(reached),
            Err(error) => worst = Some(more_telling(worst, error)),
        }
    }
    Err(worst.map_or_else(
        || Problem::NameNotFound {
            host: visit.server.host().to_owned(),
        },
        |error| lobby_problem(&error, visit, known),
    ))
}

fn security<'a>(
    visit: &'a Visit,
    known: Option<&Known>,
    caller: &'a Caller,
) -> Result<Security<'a>, Problem> {
    let linked = visit.identity.as_deref();
    let linked = linked.map_or(Expected::Anybody, |key| Expected::Key(*key));
    match (visit.plain, known) {
        (true, None) if visit.identity.is_none() => Ok(Security::Plain),
        (true, _) => Err(Problem::PlainRefused {
            host: visit.server.host().to_owned(),
        }),
        (false, known) => Ok(Security::Tls(Demand {
            host: visit.server.host(),
            expected: known.map_or(linked, Known::expected),
            authorities: &caller.authorities,
        })),
    }
}

fn lobby_problem(error: &ConnectError, visit: &Visit, known: Option<&Known>) -> Problem {
    let server = &visit.server;
    let host = server.host().to_owned();
    match (error, known) {
        // Against the link's word nobody is asked to trust it all the same.
        (ConnectError::OtherIdentity { shown, .. }, _)
            if let Some(linked) = visit.identity.as_deref()
                && linked != shown =>
        {
            other_than_linked(server, *linked, *shown)
        }
        (ConnectError::OtherIdentity { shown, unvouched }, Some(known)) => {
            identity_changed(known, *shown, *unvouched)
        }
        (ConnectError::Refused(_), _) => Problem::ConnectionRefused {
            host,
            port: server.port(),
        },
        (ConnectError::TimedOut(_) | ConnectError::NoHandshake(_), _) => Problem::TimedOut { host },
        (ConnectError::NotOurs(..) | ConnectError::OtherIdentity { .. }, _) => Problem::NotAcaso {
            host,
            port: server.port(),
        },
    }
}

/// What the link says is held against what is shown also where something is known: a host who has taken a new key says so in a new link.
pub(super) fn fits_link(visit: &Visit, shown: Option<Fingerprint>) -> Result<(), Problem> {
    match (visit.identity.as_deref(), shown) {
        (Some(&linked), Some(shown)) if linked != shown => {
            Err(other_than_linked(&visit.server, linked, shown))
        }
        _ => Ok(()),
    }
}

fn other_than_linked(server: &ServerAddress, linked: Fingerprint, shown: Fingerprint) -> Problem {
    Problem::OtherThanLinked {
        server: server.clone(),
        linked,
        shown,
    }
}

/// `unvouched` says why nobody vouches for what is shown. That counts only where somebody did.
pub(super) fn identity_changed(known: &Known, shown: Fingerprint, unvouched: Option<Unvouched>) -> Problem {
    Problem::IdentityChanged {
        server: known.server.clone(),
        known: known.fingerprint,
        since: known.since,
        visits: known.visits,
        shown,
        unvouched: unvouched.filter(|_| known.vouched),
    }
}

/// Dials a port of the lobby's own address: a door, or the lobby again. Never trusted with an identity of its own.
pub(super) async fn again(place: &Place, port: u16) -> Result<Stream, ConnectError> {
    let mut address = place.lobby;
    address.set_port(port);
    let security = match place.identity {
        Some(identity) => Security::pinned(place.server.host(), identity),
        None => Security::Plain,
    };
    let plan = Plan::door(place.transport, security, place.carrier);
    let reached = reach(&place.dialler, address, security, plan).await?;
    Ok(reached.stream)
}
