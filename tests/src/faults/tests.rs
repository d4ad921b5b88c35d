//! Each way in which the network fails does what its name says, and nothing else.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::patience::{seen, soon};

/// A client and a server with the network between them, over TCP.
struct Pair {
    network: Network,
    client: TcpStream,
    server: TcpStream,
}

impl Pair {
    async fn new() -> Result<Self> {
        let lobby = TcpListener::bind((own_address(), 0)).await?;
        let network = Network::new(lobby.local_addr()?, [], 7).await?;
        let client = TcpStream::connect(network.lobby()).await?;
        let (server, _) = soon("the connection is carried on", lobby.accept()).await??;
        let mut pair = Self {
            network,
            client,
            server,
        };
        pair.carries(b"a first word").await?;
        Ok(pair)
    }

    async fn carries(&mut self, word: &[u8]) -> Result<()> {
        let mut heard = vec![0; word.len()];
        self.client.write_all(word).await?;
        soon("the word arrives", self.server.read_exact(&mut heard)).await??;
        assert_eq!(heard, word);
        Ok(())
    }

    async fn counts(&self, kind: Kind) -> Result<()> {
        let tally = self.network.tally();
        seen(kind.name(), async || {
            Ok(match tally.of(kind) {
                1 => Ok(()),
                times => Err(times),
            })
        })
        .await
    }
}

async fn is_reset(socket: &mut TcpStream) -> Result<Vec<u8>> {
    let mut heard = Vec::new();
    let end = soon("the end", socket.read_to_end(&mut heard)).await?;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    Ok(heard)
}

#[tokio::test]
async fn a_reset_is_told_to_both_or_to_one() -> Result<()> {
    let mut pair = Pair::new().await?;
    pair.network.strike(Fault::Reset);
    is_reset(&mut pair.client).await?;
    is_reset(&mut pair.server).await?;
    pair.counts(Kind::Reset).await?;

    let mut pair = Pair::new().await?;
    pair.network.strike(Fault::ClientReset);
    is_reset(&mut pair.client).await?;
    pair.server.write_all(b"is anybody there?").await?;
    pair.counts(Kind::ClientReset).await?;

    let mut pair = Pair::new().await?;
    pair.network.strike(Fault::ServerReset);
    is_reset(&mut pair.server).await?;
    pair.client.write_all(b"is anybody there?").await?;
    pair.counts(Kind::ServerReset).await
}

#[tokio::test]
async fn what_is_cut_after_some_bytes_arrives_so_far() -> Result<()> {
    let mut pair = Pair::new().await?;
    pair.network.strike(Fault::CutAfter(Way::Up, 5));
    // The order and the bytes take two ways; whatever goes before it arrives whole.
    let heard = talks_until_cut(&mut pair).await?;
    assert_eq!(heard % 8, 5, "{heard} bytes arrived");
    pair.counts(Kind::CutAfter).await?;

    let mut pair = Pair::new().await?;
    pair.network.strike(Fault::Torn(Way::Up));
    let heard = talks_until_cut(&mut pair).await?;
    assert_ne!(heard % 8, 0, "{heard} bytes arrived");
    pair.counts(Kind::Torn).await
}

/// Says words of eight bytes, each after the one before arrived, until the link is cut; how many bytes arrived.
async fn talks_until_cut(pair: &mut Pair) -> Result<usize> {
    let mut heard = 0;
    loop {
        pair.client.write_all(b"8 bytes.").await?;
        let mut word = [0; 8];
        let mut length = 0;
        while length < word.len() {
            match soon("a word or the end", pair.server.read(&mut word[length..])).await? {
                Ok(read @ 1..) => length += read,
                Ok(_) | Err(_) => return Ok(heard + length),
            }
        }
        heard += length;
    }
}

#[tokio::test]
async fn what_is_swallowed_arrives_nowhere_and_the_other_way_still_does() -> Result<()> {
    let mut pair = Pair::new().await?;
    pair.network.strike(Fault::HalfOpen(Way::Up));
    pair.counts(Kind::HalfOpen).await?;
    pair.client.write_all(b"swallowed").await?;
    pair.client.shutdown().await?;
    pair.server.write_all(b"said").await?;
    pair.server.shutdown().await?;
    let mut heard = Vec::new();
    soon("what is said", pair.client.read_to_end(&mut heard)).await??;
    assert_eq!(heard, b"said");
    heard.clear();
    soon("the link ends with its ends", pair.server.read_to_end(&mut heard)).await??;
    assert_eq!(heard, b"");
    Ok(())
}

#[tokio::test]
async fn frozen_bytes_arrive_when_it_is_over() -> Result<()> {
    let frozen = Duration::from_millis(150);
    let mut pair = Pair::new().await?;
    let begin = Instant::now();
    pair.network.strike(Fault::Freeze(frozen));
    pair.counts(Kind::Freeze).await?;
    pair.carries(b"later").await?;
    assert!(begin.elapsed() >= frozen, "{:?}", begin.elapsed());
    Ok(())
}

#[tokio::test]
async fn datagrams_are_lost_doubled_and_seen_from_another_port_as_ordered() -> Result<()> {
    let server = TcpListener::bind((own_address(), 0)).await?;
    let lobby = server.local_addr()?;
    let server = UdpSocket::bind(lobby).await?;
    let network = Network::new(lobby, [], 7).await?;
    let client = UdpSocket::bind((own_address(), 0)).await?;
    client.connect(network.lobby()).await?;
    let lasting = Duration::from_secs(600);
    let mut word = [0; 16];

    client.send(b"one").await?;
    let (_, seen_from) = soon("it arrives", server.recv_from(&mut word)).await??;
    server.send_to(b"answer", seen_from).await?;
    assert_eq!(soon("the answer", client.recv(&mut word)).await??, 6);

    network.strike(Fault::Duplicate {
        percent: 100,
        lasting,
    });
    client.send(b"two").await?;
    for _ in 0..2 {
        assert_eq!(soon("it arrives twice", server.recv_from(&mut word)).await??.0, 3);
    }
    network.strike(Fault::Loss {
        percent: 100,
        lasting,
    });
    client.send(b"lost").await?;
    seen("it is lost", async || {
        Ok(match network.tally().of(Kind::Loss) {
            1 => Ok(()),
            times => Err(times),
        })
    })
    .await?;
    network.calms();
    network.strike(Fault::Rebind);
    // The change takes a moment; what comes before it comes from the old port.
    let changed = seen("another port", async || {
        client.send(b"anew").await?;
        let (length, from) = soon("it arrives", server.recv_from(&mut word)).await??;
        assert_eq!(length, 4, "what was lost stays lost");
        Ok(if from == seen_from {
            Err("the old one")
        } else {
            Ok(from)
        })
    })
    .await?;
    server.send_to(b"answer", changed).await?;
    assert_eq!(soon("the answer", client.recv(&mut word)).await??, 6);
    Ok(())
}
