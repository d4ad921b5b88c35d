//! Reaches one address by whatever carries a connection there: TCP, QUIC, or the first of the two that stands.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;

use crate::limits::CONNECT_TIMEOUT;
use crate::session::event::Transport;
use crate::transport::{Carrier, ConnectError, Dialler, Security, Shown, Stream};

/// How long TLS over TCP may take before QUIC is tried beside it.
const TLS_ALONE: Duration = Duration::from_millis(250);

/// How long what carried the lobby may take to a door before the other is tried beside it.
const CARRIER_ALONE: Duration = Duration::from_secs(1);

/// How long QUIC is tried where TCP was refused or reached something else. A server opens both or neither, so this helps only behind
/// what says no for it, and must not keep people waiting for a server that is down.
const SECOND_CHANCE: Duration = Duration::from_secs(1);

/// How long QUIC is tried alone by whoever is to be reached where the server sees them: its second packet goes after a second.
const QUIC_ALONE: Duration = Duration::from_millis(2500);

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
            // Without encryption there is no QUIC, whatever is wished for.
            (Transport::Tcp, _) | (_, Security::Plain) => Self::only(Carrier::Tcp),
            (Transport::Quic, Security::Tls(_)) => Self::only(Carrier::Quic),
            (Transport::Auto, Security::Tls(_)) => Self {
                first: Carrier::Tcp,
                other: Some((TLS_ALONE, SECOND_CHANCE)),
            },
        }
    }

    /// How to reach a lobby for whoever is to be reached by others at the socket that the lobby sees.
    pub(super) fn gathering(transport: Transport, security: Security<'_>) -> Self {
        let plan = Self::lobby(transport, security);
        match plan.other {
            None => plan,
            Some(_) => Self {
                first: Carrier::Quic,
                other: Some((QUIC_ALONE, CONNECT_TIMEOUT)),
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
            // The only answer that is final: whose key it is does not depend on what carries it. What is not ours at all may stand in
            // the way of the one and not of the other.
            Some(Err(error @ ConnectError::OtherIdentity { .. })) => return Err(error),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::pki_types::PrivateKeyDer;
    use tokio::net::{TcpListener, UdpSocket};

    use super::*;
    use crate::transport::{Acceptor, Liveness, quic};

    fn acceptor() -> Acceptor {
        let made = rcgen::generate_simple_self_signed(vec!["acaso.invalid".into()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        Acceptor::tls(vec![made.cert.der().clone()], key).unwrap()
    }

    /// Both sockets of one port, for each of which a test decides what is there.
    async fn port() -> (TcpListener, UdpSocket, SocketAddr) {
        loop {
            let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = tcp.local_addr().unwrap();
            if let Ok(udp) = UdpSocket::bind(address).await {
                return (tcp, udp, address);
            }
        }
    }

    fn serve_tcp(tcp: TcpListener, acceptor: Acceptor) {
        tokio::spawn(async move {
            while let Ok((socket, _)) = tcp.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = acceptor.accept(socket).await;
                    std::future::pending::<()>().await;
                    drop(stream);
                });
            }
        });
    }

    fn serve_quic(udp: UdpSocket, acceptor: &Acceptor) {
        let config = acceptor.quic(Liveness::default()).unwrap();
        let (udp, runtime) = (udp.into_std().unwrap(), Arc::new(quinn::TokioRuntime));
        let endpoint = quinn::Endpoint::new(quinn::EndpointConfig::default(), config, udp, runtime).unwrap();
        tokio::spawn(async move {
            while let Some(incoming) = endpoint.accept().await {
                tokio::spawn(quic::accept(incoming, Arc::new(()), ()));
            }
        });
    }

    async fn carried(address: SocketAddr, plan: Plan) -> Option<Carrier> {
        let security = Security::first_use("acaso");
        let reached = reach(&Dialler::default(), address, security, plan).await;
        reached.ok().map(|reached| reached.carrier)
    }

    fn auto() -> Plan {
        Plan::lobby(Transport::Auto, Security::first_use("acaso"))
    }

    #[tokio::test]
    async fn tcp_goes_first_and_quic_where_tcp_is_silent_or_shut() {
        let acceptor = acceptor();
        let (tcp, udp, both) = port().await;
        serve_tcp(tcp, acceptor.clone());
        serve_quic(udp, &acceptor);
        assert_eq!(
            carried(both, Plan::only(Carrier::Quic)).await,
            Some(Carrier::Quic)
        );
        // However busy this computer is, it is the one or the other, and as good as always the first.
        assert!(carried(both, auto()).await.is_some());

        let (_silent, udp, address) = port().await;
        serve_quic(udp, &acceptor);
        assert_eq!(carried(address, auto()).await, Some(Carrier::Quic));

        let (shut, udp, address) = port().await;
        drop(shut);
        serve_quic(udp, &acceptor);
        assert_eq!(carried(address, auto()).await, Some(Carrier::Quic));
    }

    #[tokio::test]
    async fn a_door_is_reached_as_the_lobby_was_and_otherwise_by_the_other() {
        let acceptor = acceptor();
        let security = Security::first_use("acaso");
        let door = |lobby| Plan::door(Transport::Auto, security, lobby);
        // Datagrams are lost on the way: the connection stands.
        let (tcp, _deaf, address) = port().await;
        serve_tcp(tcp, acceptor.clone());
        assert_eq!(carried(address, door(Carrier::Quic)).await, Some(Carrier::Tcp));

        // Nobody listens: the door is shut, whoever else may be there.
        let (shut, udp, address) = port().await;
        drop(shut);
        serve_quic(udp, &acceptor);
        assert_eq!(carried(address, door(Carrier::Tcp)).await, None);
        assert_eq!(carried(address, Plan::only(Carrier::Tcp)).await, None);
    }

    /// Something else is there, which hangs up on everybody.
    fn serve_nonsense(tcp: TcpListener) {
        tokio::spawn(async move { while let Ok((_hung_up, _)) = tcp.accept().await {} });
    }

    #[tokio::test]
    async fn what_is_not_ours_over_the_one_does_not_stand_in_the_way_of_the_other() {
        let acceptor = acceptor();
        let (tcp, udp, address) = port().await;
        serve_nonsense(tcp);
        serve_quic(udp, &acceptor);
        assert_eq!(carried(address, Plan::only(Carrier::Tcp)).await, None);
        assert_eq!(carried(address, auto()).await, Some(Carrier::Quic));
        // Also while the one is still being tried that comes to something.
        let plan = Plan {
            first: Carrier::Quic,
            other: Some((Duration::ZERO, Duration::ZERO)),
        };
        assert_eq!(carried(address, plan).await, Some(Carrier::Quic));

        // Where nothing is behind it, that is what is told.
        let (tcp, _deaf, address) = port().await;
        serve_nonsense(tcp);
        let refused = reach(&Dialler::default(), address, Security::first_use("acaso"), auto()).await;
        assert!(matches!(refused, Err(ConnectError::NotOurs(..))), "{refused:?}");
    }

    #[tokio::test]
    async fn another_identity_is_final() {
        let (tcp, udp, address) = port().await;
        serve_tcp(tcp, acceptor());
        serve_quic(udp, &acceptor());
        let dialler = Dialler::default();
        let first_use = Security::first_use("acaso");
        let (_, shown) = dialler.connect(address, first_use, Carrier::Quic).await.unwrap();
        // Over QUIC the right key would be found.
        let known = Security::pinned("acaso", shown.unwrap().fingerprint);
        let plan = Plan {
            first: Carrier::Tcp,
            other: Some((Duration::from_secs(60), SECOND_CHANCE)),
        };
        let refused = reach(&dialler, address, known, plan).await;
        assert!(
            matches!(refused, Err(ConnectError::OtherIdentity { .. })),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn nobody_is_waited_for_long_where_nothing_is() {
        let (tcp, udp, address) = port().await;
        drop((tcp, udp));
        let refused = reach(&Dialler::default(), address, Security::first_use("acaso"), auto()).await;
        assert!(matches!(refused, Err(ConnectError::Refused(_))), "{refused:?}");
    }

    #[test]
    fn without_encryption_there_is_only_tcp() {
        for wished in [Transport::Auto, Transport::Tcp, Transport::Quic] {
            assert_eq!(Plan::lobby(wished, Security::Plain), Plan::only(Carrier::Tcp));
        }
    }
}
