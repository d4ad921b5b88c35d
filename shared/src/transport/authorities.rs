//! Who may vouch for a server's name: the authorities that browsers trust, compiled in, and others that a test adds.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, RootCertStore};

use super::Unvouched;
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

    /// Whether one of them says that this certificate belongs to that name, and still does; if not, why.
    pub(super) fn vouch(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Unvouched> {
        let at = |time| self.0.verify_server_cert(certificate, chain, name, &[], time);
        let Err(error) = at(now) else { return Ok(()) };
        // The date is looked at before anything else, and anybody can write one: what counts is whether it is the only fault.
        let in_its_time = time_of(&error).is_some_and(|time| at(time).is_ok());
        Err(if in_its_time {
            Unvouched::Outdated
        } else {
            Unvouched::Unsigned
        })
    }
}

/// The last or the first moment of a certificate that is not of this time.
fn time_of(error: &rustls::Error) -> Option<UnixTime> {
    let rustls::Error::InvalidCertificate(error) = error else {
        return None;
    };
    match error {
        CertificateError::ExpiredContext { not_after, .. } => Some(*not_after),
        CertificateError::NotValidYetContext { not_before, .. } => Some(*not_before),
        _ => None,
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};

    use super::*;

    struct Authority(Issuer<'static, KeyPair>, CertificateDer<'static>);

    fn authority() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Authority(Issuer::new(params, key), certificate)
    }

    /// For chat.example.org, from 2020 to 2022.
    fn certificate(by: &Authority) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec!["chat.example.org".into()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2022, 1, 1));
        let key = KeyPair::generate().unwrap();
        params.signed_by(&key, &by.0).unwrap().der().clone()
    }

    #[test]
    fn a_certificate_is_outdated_only_if_its_date_is_all_that_is_wrong_with_it() {
        let (ours, other) = (authority(), authority());
        let authorities = Authorities::usual_and([ours.1.clone()]).unwrap();
        let vouch = |certificate, name: &str, year: u64| {
            let name = ServerName::try_from(name).unwrap();
            let now = Duration::from_secs((year - 1970) * 31_556_952 + 10_000_000);
            authorities.vouch(&certificate, &[], &name, UnixTime::since_unix_epoch(now))
        };
        let name = "chat.example.org";
        assert_eq!(vouch(certificate(&ours), name, 2021), Ok(()));
        // Expired, and a clock that went back to its beginning.
        for year in [2025, 1970] {
            assert_eq!(vouch(certificate(&ours), name, year), Err(Unvouched::Outdated));
            for (certificate, name) in [
                (certificate(&other), name),
                (certificate(&ours), "other.example.org"),
            ] {
                assert_eq!(vouch(certificate, name, year), Err(Unvouched::Unsigned));
            }
        }
    }
}
