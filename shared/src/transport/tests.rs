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

fn tls(expected: Option<Fingerprint>) -> Security<'static> {
    Security::Tls {
        host: "127.0.0.1",
        expected,
    }
}

#[tokio::test]
async fn a_first_visit_learns_the_identity_and_later_ones_demand_it() {
    let server = identity();
    let known = fingerprint(&server.certificate).unwrap();
    let address = serve(Acceptor::tls(server.certificate, server.key).unwrap()).await;
    let (mut stream, shown) = connect(address, tls(None)).await.unwrap();
    assert_eq!(shown, Some(known));
    let mut words = String::new();
    stream.read_to_string(&mut words).await.unwrap();
    assert_eq!(words, "hello");
    assert!(connect(address, tls(Some(known))).await.is_ok());

    let other = Fingerprint::of_spki(b"another key");
    let refused = connect(address, tls(Some(other))).await;
    assert!(matches!(refused, Err(ConnectError::OtherIdentity { shown }) if shown == known));
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
    let acceptor = Acceptor::tls(server.certificate, server.key).unwrap();
    let started = tokio::time::Instant::now();
    assert!(acceptor.accept(socket).await.is_err());
    assert!(started.elapsed() <= TRANSPORT_HANDSHAKE_TIMEOUT + std::time::Duration::from_millis(10));
}
