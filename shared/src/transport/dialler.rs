//! What a client dials with. TCP needs nothing kept; over QUIC all its connections share one socket for each family of
//! addresses, which follows the computer from network to network.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quinn::Endpoint;

use super::{Carrier, ConnectError, Security, Shown, Stream, quic, tcp, tls};
use crate::limits::{DEAD_AFTER, PING_AFTER};

/// When a silent QUIC connection is asked for a sign of life, and when it is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liveness {
    /// Silence after which the other end is asked.
    pub ping_after: Duration,
    /// Silence after which the connection is dead.
    pub dead_after: Duration,
}

impl Default for Liveness {
    fn default() -> Self {
        Self {
            ping_after: PING_AFTER,
            dead_after: DEAD_AFTER,
        }
    }
}

/// What a client dials with. Clones share their sockets.
#[derive(Clone, Debug, Default)]
pub struct Dialler(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    liveness: Liveness,
    source: Option<IpAddr>,
    endpoints: Mutex<Endpoints>,
}

#[derive(Debug, Default)]
struct Endpoints {
    v4: Option<Endpoint>,
    v6: Option<Endpoint>,
}

impl Dialler {
    /// One whose QUIC connections keep to these times.
    pub fn new(liveness: Liveness) -> Self {
        Self(Arc::new(Shared {
            liveness,
            ..Shared::default()
        }))
    }

    /// One that calls from that address of this computer.
    pub fn from_address(source: IpAddr, liveness: Liveness) -> Self {
        Self(Arc::new(Shared {
            liveness,
            source: Some(source),
            ..Shared::default()
        }))
    }

    /// One like this whose QUIC connections all go from that endpoint.
    pub(super) fn over(&self, endpoint: &Endpoint) -> Self {
        Self(Arc::new(Shared {
            liveness: self.0.liveness,
            source: self.0.source,
            endpoints: Mutex::new(Endpoints {
                v4: Some(endpoint.clone()),
                v6: Some(endpoint.clone()),
            }),
        }))
    }

    /// The address of this computer that it calls from, if it is to be a certain one.
    pub(super) fn source(&self) -> Option<IpAddr> {
        self.0.source
    }

    /// Connects, within [`CONNECT_TIMEOUT`](crate::limits::CONNECT_TIMEOUT) and, under TLS,
    /// [`TRANSPORT_HANDSHAKE_TIMEOUT`](crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT) more; over QUIC, where both are one, within the
    /// latter alone. Tells the identity the server showed. Dropped before it is done, it says nothing to anybody.
    ///
    /// # Errors
    /// Tells apart what a person can do something about. Without encryption there is no QUIC.
    pub async fn connect(
        &self,
        address: SocketAddr,
        security: Security<'_>,
        carrier: Carrier,
    ) -> Result<(Stream, Option<Shown>), ConnectError> {
        match (carrier, security) {
            (Carrier::Tcp, Security::Plain) => {
                let tcp = tcp::connect(address, self.0.source).await?;
                Ok((Stream::Plain(tcp), None))
            }
            (Carrier::Tcp, Security::Tls(demand)) => {
                let tcp = tcp::connect(address, self.0.source).await?;
                let (stream, shown) = tls::connect(tcp, address, demand).await?;
                Ok((Stream::Tls(Box::new(stream)), Some(shown)))
            }
            (Carrier::Quic, Security::Plain) => Err(ConnectError::NotOurs(
                address,
                io::Error::new(io::ErrorKind::Unsupported, "QUIC is never unencrypted"),
            )),
            (Carrier::Quic, Security::Tls(demand)) => {
                let endpoint = self
                    .endpoint(address)
                    .map_err(|error| no_socket(address, &error))?;
                let (stream, shown) = quic::connect(&endpoint, address, demand, self.0.liveness).await?;
                Ok((Stream::Quic(Box::new(stream)), Some(shown)))
            }
        }
    }

    /// Changes to new sockets, as if the computer had come into another network; QUIC connections go on over them.
    ///
    /// # Errors
    /// The system gives no socket; the old ones stay.
    pub fn rebind(&self) -> io::Result<()> {
        let endpoints = self.endpoints();
        for (endpoint, any) in [(&endpoints.v4, ANY_V4), (&endpoints.v6, ANY_V6)] {
            if let Some(endpoint) = endpoint {
                endpoint.rebind(self.socket(any)?)?;
            }
        }
        Ok(())
    }

    /// The socket for that family of addresses, made when it is first needed.
    fn endpoint(&self, address: SocketAddr) -> io::Result<Endpoint> {
        let mut endpoints = self.endpoints();
        let (kept, any) = match address {
            SocketAddr::V4(_) => (&mut endpoints.v4, ANY_V4),
            SocketAddr::V6(_) => (&mut endpoints.v6, ANY_V6),
        };
        if let Some(endpoint) = kept {
            return Ok(endpoint.clone());
        }
        let endpoint = quic::client(self.socket(any)?)?;
        Ok(kept.insert(endpoint).clone())
    }

    fn socket(&self, any: IpAddr) -> io::Result<UdpSocket> {
        let source = self.0.source.filter(|source| source.is_ipv4() == any.is_ipv4());
        UdpSocket::bind((source.unwrap_or(any), 0))
    }

    fn endpoints(&self) -> MutexGuard<'_, Endpoints> {
        self.0.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const ANY_V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const ANY_V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

fn no_socket(address: SocketAddr, error: &io::Error) -> ConnectError {
    tracing::debug!(%address, %error, "no socket to dial with");
    ConnectError::TimedOut(address)
}
