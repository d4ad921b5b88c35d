//! Two members on loopback: who is who, and that a datagram may go another way.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

fn member() -> (Arc<PeerEndpoint>, mpsc::Receiver<Relayed>) {
    let liveness = Liveness {
        ping_after: Duration::from_millis(500),
        dead_after: Duration::from_secs(5),
    };
    let (endpoint, leaving) = PeerEndpoint::open(&Dialler::default(), liveness).unwrap();
    (Arc::new(endpoint), leaving)
}

fn at(member: &PeerEndpoint) -> Route {
    Route::Direct(SocketAddr::from(([127, 0, 0, 1], member.port().unwrap())))
}

/// Says hello on a stream, and hears it back.
async fn greet(opener: &PeerConnection, other: &PeerConnection) {
    let (mut opened, mut taken) = tokio::join!(
        async {
            let mut stream = opener.stream(true).await.unwrap();
            stream.write_all(b"hello").await.unwrap();
            stream
        },
        async { other.stream(false).await.unwrap() }
    );
    let mut words = [0; 5];
    taken.read_exact(&mut words).await.unwrap();
    taken.write_all(&words).await.unwrap();
    opened.read_exact(&mut words).await.unwrap();
    assert_eq!(&words, b"hello");
}

#[tokio::test]
async fn both_ends_know_whose_key_the_other_has_and_either_may_open_the_stream() {
    let ((ana, _), (bia, _)) = (member(), member());
    let dialled = tokio::spawn(ana.dial(at(&bia), bia.key()));
    let answered = bia.accept().await.unwrap().stand().await.unwrap();
    let dialled = dialled.await.unwrap().unwrap();
    assert_eq!((dialled.key, answered.key), (bia.key(), ana.key()));
    assert_eq!(dialled.route(), at(&bia));
    greet(&answered, &dialled).await;
}

#[tokio::test]
async fn who_has_another_key_than_the_one_introduced_is_not_talked_to() {
    let ((ana, _), (bia, _), (eva, _)) = (member(), member(), member());
    let dialled = tokio::spawn(ana.dial(at(&eva), bia.key()));
    let answered = eva.accept().await.unwrap().stand().await;
    assert!(dialled.await.unwrap().is_err(), "it is not the one who is meant");
    assert!(answered.is_err(), "nor does it learn who called");
}

#[tokio::test]
async fn servers_and_members_are_not_taken_for_each_other() {
    let (ana, _) = member();
    let Route::Direct(address) = at(&ana) else {
        unreachable!("it is on this computer");
    };
    let endpoint = Arc::clone(&ana);
    let answers = tokio::spawn(async move { endpoint.accept().await.unwrap().stand().await });
    let security = crate::transport::Security::first_use("127.0.0.1");
    let refused = Dialler::default()
        .connect(address, security, crate::transport::Carrier::Quic)
        .await;
    assert!(refused.is_err());
    assert!(answers.await.unwrap().is_err());
}

#[tokio::test]
async fn a_connection_through_a_third_is_one_like_any_other() {
    let ((ana, mut from_ana), (bia, mut from_bia)) = (member(), member());
    // The third one knows them by its own numbers, and cannot read what it carries.
    let (ana_there, bia_there) = (Arc::clone(&ana), Arc::clone(&bia));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(Relayed { member: 2, datagram }) = from_ana.recv() => {
                    assert!(datagram.len() <= crate::limits::DATAGRAM_BYTES_MAX);
                    bia_there.relayed(Relayed { member: 1, datagram });
                }
                Some(Relayed { member: 1, datagram }) = from_bia.recv() => {
                    ana_there.relayed(Relayed { member: 2, datagram });
                }
                else => return,
            }
        }
    });
    let dialled = tokio::spawn(ana.dial(Route::Relayed(2), bia.key()));
    let answered = bia.accept().await.unwrap().stand().await.unwrap();
    let dialled = dialled.await.unwrap().unwrap();
    assert_eq!(
        (dialled.route(), answered.route()),
        (Route::Relayed(2), Route::Relayed(1))
    );
    assert_eq!((dialled.key, answered.key), (bia.key(), ana.key()));
    greet(&dialled, &answered).await;
}

#[tokio::test]
async fn who_is_asked_whether_they_are_there_dials_again_and_is_known_to_be() {
    let ((ana, _), (bia, _)) = (member(), member());
    let dialled = tokio::spawn(ana.dial(at(&bia), bia.key()));
    let first = bia.accept().await.unwrap();
    assert!(!first.is_there(), "anybody can say where they are");
    first.ask_again();
    let second = bia.accept().await.unwrap();
    assert!(second.is_there());
    assert_eq!(second.stand().await.unwrap().key, ana.key());
    assert_eq!(dialled.await.unwrap().unwrap().key, bia.key());
}
