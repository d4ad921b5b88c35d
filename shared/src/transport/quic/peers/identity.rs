//! Who somebody is in a circle: a key made for one visit. Both ends of a connection prove theirs; nobody vouches for anybody.

use std::fmt;
use std::sync::Arc;

use quinn::Connection;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519, PublicKeyData, SigningKey};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, PeerIncompatible, ServerConfig,
    SignatureScheme,
};

use super::super::tls;
use crate::ids::Fingerprint;
use crate::protocol::circle::{Challenge, KeyProof};
use crate::protocol::peer::PEER_ALPN;

/// The key of one visit, private half and all. Clones are the same key.
#[derive(Clone)]
pub(crate) struct VisitKey {
    pair: Arc<KeyPair>,
    fingerprint: Fingerprint,
}

/// A key, and what shows it.
pub(super) struct Identity {
    pub(super) key: VisitKey,
    certificate: CertificateDer<'static>,
}

/// Why there is no identity, or none to be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoIdentity {
    /// No key could be made.
    #[error("no key can be made: {0}")]
    Made(#[from] rcgen::Error),
    /// TLS does not take it.
    #[error("TLS does not take the key: {0}")]
    Taken(#[from] rustls::Error),
    /// Nor does QUIC.
    #[error("QUIC does not take the key: {0}")]
    Quic(#[from] quinn::crypto::rustls::NoInitialCipherSuite),
}

impl VisitKey {
    /// One that nobody ever had.
    pub(crate) fn random() -> Result<Self, NoIdentity> {
        let pair = KeyPair::generate_for(&PKCS_ED25519)?;
        Ok(Self {
            fingerprint: Fingerprint::of_spki(&pair.subject_public_key_info()),
            pair: Arc::new(pair),
        })
    }

    /// What the others see of it.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Proves to a server that it is ours. `None` if it cannot be signed with, which no key made here is known for.
    pub(crate) fn prove(&self, challenge: &Challenge) -> Option<KeyProof> {
        let signature = self.pair.sign(&challenge.to_be_signed()).ok()?;
        Some(KeyProof {
            public: self.pair.der_bytes().try_into().ok()?,
            signature: signature.try_into().ok()?,
        })
    }
}

impl fmt::Debug for VisitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VisitKey").field(&self.fingerprint).finish()
    }
}

impl Identity {
    /// One that nobody ever had.
    pub(super) fn random() -> Result<Self, NoIdentity> {
        let key = VisitKey::random()?;
        // What the certificate says besides the key is looked at by nobody.
        let certificate = CertificateParams::default()
            .self_signed(&*key.pair)?
            .der()
            .clone();
        Ok(Self { key, certificate })
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.pair.serialize_der()))
    }

    /// For whoever dials us: anybody with a key of their own. Whose it is, is looked at before anything is said.
    pub(super) fn listening(&self) -> Result<QuicServerConfig, NoIdentity> {
        let mut config = ServerConfig::builder_with_provider(tls::provider())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(Arc::new(Owner(None)))
            .with_single_cert(vec![self.certificate.clone()], self.private())?;
        config.alpn_protocols = vec![PEER_ALPN.to_vec()];
        config.send_tls13_tickets = 0;
        Ok(config.try_into()?)
    }

    /// For whom we dial: nobody but the owner of that key.
    pub(super) fn dialling(&self, key: Fingerprint) -> Result<QuicClientConfig, NoIdentity> {
        let mut config = ClientConfig::builder_with_provider(tls::provider())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Owner(Some(key))))
            .with_client_auth_cert(vec![self.certificate.clone()], self.private())?;
        config.alpn_protocols = vec![PEER_ALPN.to_vec()];
        config.resumption = Resumption::disabled();
        Ok(config.try_into()?)
    }
}

/// The key that the other end of a connection has proved to have.
pub(super) fn shown(connection: &Connection) -> Option<Fingerprint> {
    let chain = connection.peer_identity()?;
    let chain = chain.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    tls::fingerprint(chain.first()?).ok()
}

/// Accepts whoever owns the key shown, or that one key only.
#[derive(Debug)]
struct Owner(Option<Fingerprint>);

impl Owner {
    fn accept(&self, certificate: &CertificateDer<'_>) -> Result<(), rustls::Error> {
        let shown = tls::fingerprint(certificate)?;
        match self.0 {
            Some(key) if key != shown => Err(CertificateError::ApplicationVerificationFailure.into()),
            _ => Ok(()),
        }
    }

    /// Real, or a key would prove nothing: anybody can copy a certificate, only its owner can sign with its key.
    fn verify(
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &tls::provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn schemes() -> Vec<SignatureScheme> {
        tls::provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

impl ServerCertVerifier for Owner {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.accept(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Self::verify(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Self::schemes()
    }
}

impl ClientCertVerifier for Owner {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.accept(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Self::verify(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Self::schemes()
    }
}
