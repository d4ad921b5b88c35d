//! Real sockets on loopback: what the pin proves, and how failures are told apart.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT;

struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

fn identity() -> Identity {
    let made = rcgen::generate_simple_self_signed(vec!["acaso.invalid".into()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    Identity {
        certificate: made.cert.der().clone(),
        key,
    }
}

async fn serve(acceptor: Acceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut stream) = acceptor.accept(socket).await {
                    let _ = stream.write_all(b"hello").await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    address
}

/// The same over QUIC; what the guest said last is told besides.
async fn serve_quic(acceptor: &Acceptor) -> (SocketAddr, tokio::sync::mpsc::Receiver<String>) {
    let config = acceptor.quic(Liveness::default()).unwrap().unwrap();
    let endpoint = quinn::Endpoint::server(config, "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = endpoint.local_addr().unwrap();
    let (heard, last_words) = tokio::sync::mpsc::channel(8);
    tokio::spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            let heard = heard.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = quic::accept(incoming, Arc::new(()), ()).await else {
                    return;
                };
                let mut words = String::new();
                stream.write_all(b"hello").await.unwrap();
                stream.read_to_string(&mut words).await.unwrap();
                heard.send(words).await.unwrap();
            });
        }
    });
    (address, last_words)
}

fn tls(expected: Option<Fingerprint>) -> Security<'static> {
    match expected {
        Some(key) => Security::pinned("127.0.0.1", key),
        None => Security::first_use("127.0.0.1"),
    }
}

#[tokio::test]
async fn a_first_visit_learns_the_identity_and_later_ones_demand_it() {
    let server = identity();
    let known = fingerprint(&server.certificate).unwrap();
    let address = serve(Acceptor::tls(vec![server.certificate], server.key).unwrap()).await;
    let (mut stream, shown) = connect(address, tls(None)).await.unwrap();
    let expected = Shown {
        fingerprint: known,
        vouched: false,
    };
    assert_eq!(shown, Some(expected));
    let mut words = String::new();
    stream.read_to_string(&mut words).await.unwrap();
    assert_eq!(words, "hello");
    assert!(connect(address, tls(Some(known))).await.is_ok());

    let other = Fingerprint::of_spki(b"another key");
    let refused = connect(address, tls(Some(other))).await;
    assert!(matches!(refused, Err(ConnectError::OtherIdentity { shown, .. }) if shown == known));
}

#[tokio::test]
async fn over_quic_the_same_identity_is_demanded_and_last_words_arrive() {
    let server = identity();
    let known = fingerprint(&server.certificate).unwrap();
    let acceptor = Acceptor::tls(vec![server.certificate], server.key).unwrap();
    let (address, mut last_words) = serve_quic(&acceptor).await;
    let dialler = Dialler::default();
    let dial = |key| dialler.connect(address, tls(key), Carrier::Quic);

    let (mut stream, shown) = dial(None).await.unwrap();
    assert_eq!(shown.unwrap().fingerprint, known);
    stream.write_all(b"and ").await.unwrap();
    let mut words = [0; 5];
    stream.read_exact(&mut words).await.unwrap();
    assert_eq!(&words, b"hello");
    // Another network, in the middle of it.
    dialler.rebind().unwrap();
    stream.write_all(b"goodbye").await.unwrap();
    // Dropped with words on their way: a socket would deliver them.
    drop(stream);
    assert_eq!(last_words.recv().await.unwrap(), "and goodbye");

    assert!(dial(Some(known)).await.is_ok());
    let refused = dial(Some(Fingerprint::of_spki(b"another key"))).await;
    assert!(matches!(refused, Err(ConnectError::OtherIdentity { shown, .. }) if shown == known));
}

#[tokio::test]
async fn an_authority_vouches_for_the_name_and_for_no_other() {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let authority = params.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(params, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let named = rcgen::CertificateParams::new(vec!["chat.example.org".into()]).unwrap();
    let certificate = named.signed_by(&key, &issuer).unwrap().der().clone();
    let acceptor = Acceptor::tls(
        vec![certificate],
        PrivateKeyDer::Pkcs8(key.serialize_der().into()),
    );
    let address = serve(acceptor.unwrap()).await;

    let trusted = Authorities::usual_and([authority.der().clone()]).unwrap();
    let visit = async |host, expected, authorities| {
        let demand = Demand {
            host,
            expected,
            authorities,
        };
        connect(address, Security::Tls(demand)).await
    };
    let name = "chat.example.org";
    let (_, shown) = visit(name, Expected::Vouched, &trusted).await.unwrap();
    assert!(shown.unwrap().vouched);
    for (host, authorities) in [
        (name, Authorities::usual()),
        ("other.example.org", &trusted),
        ("::1", &trusted),
    ] {
        let (_, shown) = visit(host, Expected::Anybody, authorities).await.unwrap();
        assert!(!shown.unwrap().vouched, "{host}");
        let refused = visit(host, Expected::Vouched, authorities).await;
        assert!(
            matches!(refused, Err(ConnectError::OtherIdentity { .. })),
            "{host}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn whoever_says_nothing_over_quic_gives_their_turn_back_and_is_not_waited_for() {
    let server = identity();
    let acceptor = Acceptor::tls(vec![server.certificate], server.key).unwrap();
    let config = acceptor.quic(Liveness::default()).unwrap().unwrap();
    let endpoint = quinn::Endpoint::server(config, "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = endpoint.local_addr().unwrap();
    let (turn, given_back) = tokio::sync::oneshot::channel::<()>();
    let accepted = tokio::spawn(async move {
        let incoming = endpoint.accept().await.unwrap();
        quic::accept(incoming, Arc::new(()), turn).await
    });
    let dialler = Dialler::default();
    let _silent = dialler.connect(address, tls(None), Carrier::Quic).await.unwrap();
    let given_back = tokio::time::timeout(TRANSPORT_HANDSHAKE_TIMEOUT, given_back).await;
    assert!(given_back.unwrap().is_err());
    assert!(!accepted.is_finished());
    // From here on time passes as soon as nobody has anything to do.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let gone = accepted.await.unwrap().unwrap_err();
    assert_eq!(gone.kind(), io::ErrorKind::TimedOut);
    assert!(began.elapsed() <= TRANSPORT_HANDSHAKE_TIMEOUT + std::time::Duration::from_millis(10));
}

#[tokio::test]
async fn a_copied_certificate_without_its_key_proves_nothing() {
    let (server, thief) = (identity(), identity());
    let known = fingerprint(&server.certificate).unwrap();
    // rustls refuses to serve a key that does not fit the certificate, so the thief resolves it by hand.
    #[derive(Debug)]
    struct Stolen(Arc<rustls::sign::CertifiedKey>);
    impl rustls::server::ResolvesServerCert for Stolen {
        fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<rustls::sign::CertifiedKey>> {
            Some(self.0.clone())
        }
    }
    use std::sync::Arc;
    let provider = rustls::crypto::ring::default_provider();
    let key = provider.key_provider.load_private_key(thief.key).unwrap();
    let stolen = Stolen(Arc::new(rustls::sign::CertifiedKey::new(
        vec![server.certificate],
        key,
    )));
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(stolen));
    config.alpn_protocols = vec![crate::protocol::ALPN.to_vec()];
    let address = serve(Acceptor::Tls(Arc::new(config).into())).await;
    let refused = connect(address, tls(Some(known))).await;
    assert!(matches!(refused, Err(ConnectError::NotOurs(..))), "{refused:?}");
}

#[tokio::test]
async fn failures_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    assert!(matches!(
        connect(closed, tls(None)).await,
        Err(ConnectError::Refused(_))
    ));

    let plain = serve(Acceptor::Plain).await;
    assert!(matches!(
        connect(plain, tls(None)).await,
        Err(ConnectError::NotOurs(..))
    ));
    assert!(connect(plain, Security::Plain).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_speaks_is_not_waited_for() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let socket = TcpStream::connect(address).await.unwrap();
    let server = identity();
    let acceptor = Acceptor::tls(vec![server.certificate], server.key).unwrap();
    let started = tokio::time::Instant::now();
    assert!(acceptor.accept(socket).await.is_err());
    assert!(started.elapsed() <= TRANSPORT_HANDSHAKE_TIMEOUT + std::time::Duration::from_millis(10));
}
