//! What can go wrong on the way, each told apart from the others.

use acaso_shared::session::Problem;
use acaso_tests::book::Book;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{House, Setup};
use acaso_tests::impostor::{BlackHole, silence};
use acaso_tests::loopback::own_address;
use acaso_tests::patience::soon;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::Result;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_name_that_nobody_has() -> Result<()> {
    // Longer than a label may be (RFC 1035 §2.3.4), so that no resolver needs to ask anybody.
    let host = format!("{}.invalid", "x".repeat(64));
    let refused = refused_at(&host, Carrier::Tls).await?;
    assert_eq!(refused, Problem::NameNotFound { host });
    Ok(())
}

#[tokio::test]
async fn a_port_where_nothing_listens() -> Result<()> {
    let host = own_address().to_string();
    let refused = refused_at(&host, Carrier::Tls).await?;
    assert_eq!(refused, Problem::ConnectionRefused { host, port: 1025 });
    Ok(())
}

#[tokio::test]
async fn somebody_who_never_answers() -> Result<()> {
    let address = own_address();
    let listener = TcpListener::bind((address, 1025)).await?;
    let call = tokio::spawn(async move {
        let host = address.to_string();
        Ok::<_, anyhow::Error>((refused_at(&host, Carrier::Tls).await?, host))
    });
    let _silent = silence(&listener).await?;
    let (refused, host) = call.await??;
    assert_eq!(refused, Problem::TimedOut { host });
    Ok(())
}

#[tokio::test]
async fn a_firewall_that_swallows_what_goes_to_the_lobby() -> Result<()> {
    let address = own_address();
    let _swallowed = BlackHole::new((address, 1025).into()).await?;
    let host = address.to_string();
    assert_eq!(refused_at(&host, Carrier::Tls).await?, Problem::TimedOut { host });
    Ok(())
}

#[tokio::test]
async fn somebody_who_speaks_another_language() -> Result<()> {
    let address = own_address();
    let listener = TcpListener::bind((address, 1025)).await?;
    let answering = tokio::spawn(async move {
        for _ in 0..2 {
            let (mut socket, _) = soon("somebody calls", listener.accept()).await??;
            socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await?;
            // Closed only once the other end has: a reset could overtake the answer.
            socket.shutdown().await?;
            tokio::io::copy(&mut socket, &mut tokio::io::sink()).await?;
        }
        Ok::<_, anyhow::Error>(())
    });
    let host = address.to_string();
    for carrier in [Carrier::Tls, Carrier::Plain] {
        let refused = refused_at(&host, carrier).await?;
        let expected = Problem::NotAcaso {
            host: host.clone(),
            port: 1025,
        };
        assert_eq!(refused, expected, "over {carrier}");
    }
    // The second may have been reset while it hung up.
    drop(answering.await?);
    Ok(())
}

#[tokio::test]
async fn tls_and_plain_do_not_understand_each_other() -> Result<()> {
    for (theirs, ours) in [(Carrier::Plain, Carrier::Tls), (Carrier::Tls, Carrier::Plain)] {
        let house = House::open(Setup::default().over(theirs)).await?;
        let desk = tempfile::tempdir()?;
        let errand = Errand::new(house.lobby(), desk.path())?.over(ours);
        let mut ana = Stranger::arrives("Ana", errand, house.book()).await?;
        let refused = ana.is_refused().await?;
        assert!(matches!(refused, Problem::NotAcaso { .. }), "{refused:?}");
        house.closes().await?;
    }
    Ok(())
}

/// Why somebody who goes there for the first time is refused.
async fn refused_at(host: &str, carrier: Carrier) -> Result<Problem> {
    let desk = tempfile::tempdir()?;
    let errand = Errand::new(host, desk.path())?.over(carrier);
    let mut ana = Stranger::arrives("Ana", errand, &Book::default()).await?;
    ana.is_refused().await
}
