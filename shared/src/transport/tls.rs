//! TLS 1.3 with identities pinned by key: whoever shows the known key is the known server. A server for whose name an authority
//! vouches may change its key.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, PeerIncompatible, ServerConfig, SignatureScheme,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream, server};

use super::{Authorities, ConnectError, Demand, Expected, Shown, Unvouched};
use crate::ids::Fingerprint;
use crate::limits::TRANSPORT_HANDSHAKE_TIMEOUT;
use crate::protocol::ALPN;

/// `ring`, by name: two providers compiled into one program would make rustls's own choice panic.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER
        .get_or_init(|| Arc::new(rustls::crypto::ring::default_provider()))
        .clone()
}

pub(super) fn acceptor(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<TlsAcceptor, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    // Resumption would save a tenth of a handshake and let the server link two visits.
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config).into())
}

pub(super) async fn accept(
    acceptor: &TlsAcceptor,
    socket: TcpStream,
) -> io::Result<server::TlsStream<TcpStream>> {
    timeout(TRANSPORT_HANDSHAKE_TIMEOUT, acceptor.accept(socket))
        .await
        .map_err(io::Error::from)?
}

pub(super) async fn connect(
    socket: TcpStream,
    address: SocketAddr,
    demand: Demand<'_>,
) -> Result<(TlsStream<TcpStream>, Shown), ConnectError> {
    let (config, verifier, name) = client(address, demand)?;
    let connector = TlsConnector::from(Arc::new(config));
    let handshake = timeout(TRANSPORT_HANDSHAKE_TIMEOUT, connector.connect(name, socket)).await;
    if let Some(other) = verifier.turned_down() {
        return Err(other);
    }
    match (handshake, verifier.accepted()) {
        (Ok(Ok(stream)), Some(shown)) if stream.get_ref().1.alpn_protocol() == Some(ALPN) => {
            Ok((stream.into(), shown))
        }
        (Ok(Ok(_)), _) => Err(not_ours(address, io::Error::other("another protocol (ALPN)"))),
        (Ok(Err(error)), _) => Err(not_ours(address, error)),
        (Err(_), _) => Err(ConnectError::NoHandshake(address)),
    }
}

fn not_ours(address: SocketAddr, error: io::Error) -> ConnectError {
    ConnectError::NotOurs(address, error)
}

/// What a client begins a handshake with, whatever carries it.
pub(super) fn client(
    address: SocketAddr,
    demand: Demand<'_>,
) -> Result<(ClientConfig, Arc<Verifier>, ServerName<'static>), ConnectError> {
    let name = ServerName::try_from(demand.host.to_owned()).ok();
    let verifier = Arc::new(Verifier {
        expected: demand.expected,
        authorities: name.is_some().then(|| demand.authorities.clone()),
        seen: OnceLock::new(),
    });
    let config =
        client_config(verifier.clone()).map_err(|error| not_ours(address, io::Error::other(error)))?;
    // Names that TLS cannot carry are no reason to refuse: no authority can vouch for one, but a key can be pinned.
    let name = name.unwrap_or_else(|| ServerName::from(address.ip()));
    Ok((config, verifier, name))
}

fn client_config(verifier: Arc<Verifier>) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    Ok(config)
}

pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> Result<Fingerprint, rustls::Error> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    Ok(Fingerprint::of_spki(&parsed.subject_public_key_info()))
}

/// Accepts what is demanded, and remembers what it was shown.
#[derive(Debug)]
pub(super) struct Verifier {
    expected: Expected,
    /// Those who can vouch for the name; `None` for a name that nobody can vouch for.
    authorities: Option<Authorities>,
    seen: OnceLock<Seen>,
}

/// An identity, and why nobody vouches for it if so.
#[derive(Clone, Copy, Debug)]
struct Seen {
    shown: Shown,
    unvouched: Option<Unvouched>,
}

impl Verifier {
    /// The identity that was shown and accepted.
    pub(super) fn accepted(&self) -> Option<Shown> {
        let seen = self.seen.get()?;
        self.expected.accepts(seen.shown).then_some(seen.shown)
    }

    /// What it means for the connection that the identity that was shown was not accepted.
    pub(super) fn turned_down(&self) -> Option<ConnectError> {
        let seen = self.seen.get()?;
        (!self.expected.accepts(seen.shown)).then_some(ConnectError::OtherIdentity {
            shown: seen.shown.fingerprint,
            unvouched: seen.unvouched,
        })
    }

    /// Why nobody vouches for this certificate, if nobody does.
    fn unvouched(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Option<Unvouched> {
        match &self.authorities {
            Some(all) => all.vouch(certificate, chain, name, now).err(),
            None => Some(Unvouched::Unsigned),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let unvouched = self.unvouched(end_entity, intermediates, server_name, now);
        let shown = Shown {
            fingerprint: fingerprint(end_entity)?,
            vouched: unvouched.is_none(),
        };
        // One handshake verifies one certificate, so this is the first and only value.
        self.seen.get_or_init(|| Seen { shown, unvouched });
        if self.expected.accepts(shown) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    /// Real, or the pin would prove nothing: anybody can copy a certificate, only its owner can sign with its key.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}
