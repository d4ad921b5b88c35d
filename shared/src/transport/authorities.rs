//! Who may vouch for a server's name: the authorities that browsers trust, compiled in, and others that a test adds.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::tls::provider;

/// A set of authorities. Cheap to clone.
#[derive(Clone)]
pub struct Authorities(Arc<WebPkiServerVerifier>);

impl Authorities {
    /// Those that everybody trusts.
    pub fn usual() -> &'static Self {
        static USUAL: OnceLock<Authorities> = OnceLock::new();
        USUAL.get_or_init(|| Self::of(usual_roots()))
    }

    /// Those that everybody trusts, and these.
    ///
    /// # Errors
    /// One of them is no certificate of an authority.
    pub fn usual_and(
        others: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, rustls::Error> {
        let mut roots = usual_roots();
        for other in others {
            roots.add(other)?;
        }
        Ok(Self::of(roots))
    }

    fn of(roots: RootCertStore) -> Self {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
        Self(
            verifier
                .build()
                .expect("there are authorities, and no lists of revoked certificates"),
        )
    }

    /// Whether one of them says that this certificate belongs to that name, and still does.
    pub(super) fn vouch(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> bool {
        self.0
            .verify_server_cert(certificate, chain, name, &[], now)
            .is_ok()
    }
}

fn usual_roots() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}

impl Default for Authorities {
    fn default() -> Self {
        Self::usual().clone()
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorities(…)")
    }
}
