//! Reaches one address by whatever carries a connection there: TCP, QUIC, or the first of the two that stands.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;

use crate::session::event::Transport;
use crate::transport::{Carrier, ConnectError, Dialler, Security, Shown, Stream};

/// How long TLS over TCP may take before QUIC is tried beside it.
const TLS_ALONE: Duration = Duration::from_millis(250);

/// How long what carried the lobby may take to a door before the other is tried beside it.
const CARRIER_ALONE: Duration = Duration::from_secs(1);

/// How long QUIC is tried where TCP was refused. A server opens both or neither, so this helps only behind a firewall that says no
/// for it, and must not keep people waiting for a server that is down.
const SECOND_CHANCE: Duration = Duration::from_secs(1);

/// A connection, and what it came to be by.
#[derive(Debug)]
pub(super) struct Reached {
    pub(super) stream: Stream,
    /// The identity that the other end has proved; `None` without encryption.
    pub(super) identity: Option<Shown>,
    pub(super) address: SocketAddr,
    pub(super) carrier: Carrier,
}

/// What is tried, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    first: Carrier,
    /// How long the first is tried alone, and how long the other may take once the first was refused; `None`: it is not tried.
    other: Option<(Duration, Duration)>,
}

impl Plan {
    /// How to reach a lobby.
    pub(super) fn lobby(transport: Transport, security: Security<'_>) -> Self {
        match (transport, security) {
            (Transport::Tcp, _) | (Transport::Auto, Security::Plain) => Self::only(Carrier::Tcp),
            (Transport::Quic, _) => Self::only(Carrier::Quic),
            (Transport::Auto, Security::Tls(_)) => Self {
                first: Carrier::Tcp,
                other: Some((TLS_ALONE, SECOND_CHANCE)),
            },
        }
    }

    /// How to reach a door of a lobby that was reached so. Refused there is refused: the door is shut.
    pub(super) fn door(transport: Transport, security: Security<'_>, lobby: Carrier) -> Self {
        let plan = Self::lobby(transport, security);
        Self {
            first: lobby,
            other: plan.other.map(|_| (CARRIER_ALONE, Duration::ZERO)),
        }
    }

    fn only(first: Carrier) -> Self {
        Self { first, other: None }
    }
}

/// Reaches that address by that plan. Whatever else was tried is dropped without a word.
pub(super) async fn reach(
    dialler: &Dialler,
    address: SocketAddr,
    security: Security<'_>,
    plan: Plan,
) -> Result<Reached, ConnectError> {
    let dial = |carrier, patience: Option<Duration>| async move {
        let dialled = dialler.connect(address, security, carrier);
        let (stream, identity) = match patience {
            Some(patience) => timeout(patience, dialled)
                .await
                .unwrap_or(Err(ConnectError::TimedOut(address)))?,
            None => dialled.await?,
        };
        Ok(Reached {
            stream,
            identity,
            address,
            carrier,
        })
    };
    let mut other = plan.other.map(|times| (opposite(plan.first), times));
    let mut attempts = FuturesUnordered::from_iter([dial(plan.first, None)]);
    let mut worst = None;
    loop {
        let attempt = match other {
            Some((carrier, (alone, _))) => match timeout(alone, attempts.next()).await {
                Ok(attempt) => attempt,
                Err(_) => {
                    other = None;
                    attempts.push(dial(carrier, None));
                    continue;
                }
            },
            None => attempts.next().await,
        };
        match attempt {
            Some(Ok(reached)) => return Ok(reached),
            // Somebody is there, but not whom we want: they would be so over the other as well.
            Some(Err(error @ (ConnectError::NotOurs(..) | ConnectError::OtherIdentity { .. }))) => {
                return Err(error);
            }
            Some(Err(error)) => {
                if let Some((carrier, (_, patience))) = other.take()
                    && !patience.is_zero()
                {
                    attempts.push(dial(carrier, Some(patience)));
                }
                worst = Some(more_telling(worst, error));
            }
            None => return Err(worst.unwrap_or(ConnectError::TimedOut(address))),
        }
    }
}

fn opposite(carrier: Carrier) -> Carrier {
    match carrier {
        Carrier::Tcp => Carrier::Quic,
        Carrier::Quic => Carrier::Tcp,
    }
}

/// Of two failures on the way to one server, the one that says more about it.
pub(super) fn more_telling(one: Option<ConnectError>, other: ConnectError) -> ConnectError {
    let says = |error: &ConnectError| match error {
        ConnectError::TimedOut(_) => 0,
        ConnectError::NoHandshake(_) => 1,
        ConnectError::Refused(_) => 2,
        ConnectError::NotOurs(..) => 3,
        ConnectError::OtherIdentity { .. } => 4,
    };
    match one {
        Some(one) if says(&one) >= says(&other) => one,
        _ => other,
    }
}
