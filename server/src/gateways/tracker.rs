//! The tracker of the P2P group's peers: tells each who comes where those are who came before, and is told nothing. Peers talk to each
//! other without us. A peer listens at the port it came from, over IPv4; where it came from is all that is kept, in memory.

mod peers;

use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use acaso_shared::limits::WRITE_TIMEOUT;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Access;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

pub(crate) use self::peers::Peers;
use crate::access::Gate;
use crate::budget::Budget;
use crate::entrance::Caller;
use crate::guard::Pass;
use crate::room::Context;

/// How long a peer may take to refuse us before a newcomer is told of it all the same: whoever cannot be reached from here may be
/// reached from there.
const PROBE_PATIENCE: Duration = Duration::from_millis(500);

/// What stands between two addresses, and for none.
const NONE: &str = "-";

/// What a visit needs.
pub(crate) struct Visit<'a> {
    pub(crate) pass: &'a Pass,
    pub(crate) gate: &'a Gate,
    pub(crate) peers: &'a Peers,
    pub(crate) context: &'a Context,
}

impl Visit<'_> {
    /// Tells a peer of the others, and keeps its address for those who come. Ends within the times for a probe, a write and a farewell.
    ///
    /// # Errors
    /// Why they are told nothing; their client knows no words for it.
    pub(crate) async fn receive(&self, caller: Caller) -> Result<(), Refusal> {
        if self.gate.asked() != Access::Open {
            return Err(Refusal::Unexpected);
        }
        let Caller::Tcp(line, address) = caller else {
            return Err(Refusal::Unexpected);
        };
        // An address with colons in it would not be understood by anybody who is told it.
        let Some(newcomer) = v4(address) else {
            return Err(Refusal::Unexpected);
        };
        self.pass.join()?;
        self.probe().await;
        let others = self.peers.come(newcomer, Instant::now());
        if let Err(error) = tell(line, &others, self.context.timings.farewell).await {
            tracing::debug!(%error, "a peer was gone before it was told of the others");
        }
        Ok(())
    }

    /// Forgets those who refuse to be called: their program has ended.
    async fn probe(&self) {
        let mut probes = JoinSet::new();
        for peer in self.peers.to_probe(Instant::now()) {
            let budget = self.context.budget.clone();
            probes.spawn(async move { refuses(peer, &budget).await.then_some(peer) });
        }
        while let Some(probed) = probes.join_next().await {
            if let Ok(Some(gone)) = probed {
                self.peers.forget(gone);
            }
        }
    }
}

/// Whether nothing listens there. Where that cannot be found out, something may.
async fn refuses(peer: SocketAddrV4, budget: &Budget) -> bool {
    let Some(_place) = budget.passing() else {
        return false;
    };
    match timeout(PROBE_PATIENCE, TcpStream::connect(peer)).await {
        Ok(Err(error)) => error.kind() == io::ErrorKind::ConnectionRefused,
        Ok(Ok(_)) | Err(_) => false,
    }
}

/// The address as an old client writes it, if it can.
fn v4(address: SocketAddr) -> Option<SocketAddrV4> {
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => Some(SocketAddrV4::new(ip, address.port())),
        IpAddr::V6(_) => None,
    }
}

/// Says all there is to say, in one write, and waits until they close as well.
async fn tell(mut line: TcpStream, others: &[SocketAddrV4], farewell: Duration) -> io::Result<()> {
    line.set_nodelay(true)?;
    timeout(WRITE_TIMEOUT, line.write_all(list(others).as_bytes())).await??;
    line.shutdown().await?;
    // Whatever they say, and whether they close: the answer was all.
    let _ = timeout(farewell, line.read(&mut [0])).await;
    Ok(())
}

fn list(others: &[SocketAddrV4]) -> String {
    let others: Vec<_> = others.iter().map(SocketAddrV4::to_string).collect();
    if others.is_empty() {
        NONE.to_owned()
    } else {
        others.join(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_the_original_wrote_them() {
        let (one, other) = (
            "192.0.2.7:5000".parse().unwrap(),
            "198.51.100.1:41000".parse().unwrap(),
        );
        assert_eq!(list(&[]), "-");
        assert_eq!(list(&[one]), "192.0.2.7:5000");
        assert_eq!(list(&[one, other]), "192.0.2.7:5000-198.51.100.1:41000");
    }

    #[tokio::test]
    async fn whoever_does_not_listen_any_more_refuses() {
        let budget = Budget::raise(crate::budget::Doors::Tcp).unwrap();
        let listener = tokio::net::TcpListener::bind("127.1.3.1:0").await.unwrap();
        let SocketAddr::V4(peer) = listener.local_addr().unwrap() else {
            panic!("it was bound so");
        };
        assert!(!refuses(peer, &budget).await);
        drop(listener);
        assert!(refuses(peer, &budget).await);
    }

    #[test]
    fn only_what_an_old_client_can_read_is_kept() {
        let there = |text: &str| v4(text.parse().unwrap());
        assert_eq!(there("[::ffff:192.0.2.7]:5000"), there("192.0.2.7:5000"));
        assert_eq!(there("[2001:db8::7]:5000"), None);
    }
}
