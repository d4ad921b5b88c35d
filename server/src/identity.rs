//! Who the server is: a key and a certificate that it makes for itself at its first start, and keeps, or that an operator has from
//! an authority.

use std::fs;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use acaso_shared::ids::Fingerprint;
use acaso_shared::transport::{self, Acceptor};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::CertificateFiles;

/// The private key: whoever has it can pretend to be this server.
const KEY_FILE: &str = "key.pem";

/// The certificate that is shown.
const CERTIFICATE_FILE: &str = "certificate.pem";

/// Why the server has no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file cannot be read or written.
    #[error("{} cannot be used ({error}): check its permissions and the free space, then start again", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's word.
        error: io::Error,
    },
    /// A certificate without its key. A new key would be another identity, so none is made.
    #[error("{} is missing: put it back from a backup, or delete {CERTIFICATE_FILE} beside it to begin with a new identity, which everybody will be warned of", path.display())]
    KeyMissing {
        /// Where the key should be.
        path: PathBuf,
    },
    /// The files are there, but they are no key and certificate that fit.
    #[error("{KEY_FILE} and {CERTIFICATE_FILE} in {} are damaged or do not belong together ({detail}): put them back from a backup, or delete both to begin with a new identity, which everybody will be warned of", directory.display())]
    Damaged {
        /// Where they are.
        directory: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The operator's own certificate cannot be used.
    #[error("{} and {} cannot be used ({detail}): both must be PEM, the certificate first in its file and those that vouch for it behind it", files.certificate.display(), files.key.display())]
    Files {
        /// Where they are.
        files: CertificateFiles,
        /// What is wrong.
        detail: String,
    },
    /// There is no UDP for QUIC.
    #[error("UDP cannot be used at {ip} ({error}): choose another address with --bind")]
    NoUdp {
        /// The address.
        ip: IpAddr,
        /// The operating system's word.
        error: io::Error,
    },
    /// The certificate cannot be shown over QUIC.
    #[error("the certificate cannot be used for QUIC ({0}): choose another")]
    NotForQuic(String),
}

/// What the server shows, and how people compare it.
#[derive(Clone, Debug)]
pub(crate) struct ServerIdentity {
    pub(crate) acceptor: Acceptor,
    pub(crate) fingerprint: Fingerprint,
}

/// What is presented to whoever comes; it can be changed while the server runs.
#[derive(Debug)]
pub(crate) struct Presented(RwLock<Shown>);

#[derive(Clone, Debug)]
struct Shown {
    acceptor: Acceptor,
    fingerprint: Option<Fingerprint>,
}

impl Presented {
    /// That identity; without one, nothing is encrypted.
    pub(crate) fn new(identity: Option<ServerIdentity>) -> Self {
        Self(RwLock::new(match identity {
            Some(identity) => identity.into(),
            None => Shown {
                acceptor: Acceptor::Plain,
                fingerprint: None,
            },
        }))
    }

    pub(crate) fn acceptor(&self) -> Acceptor {
        self.shown().acceptor
    }

    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        self.shown().fingerprint
    }

    /// From here on that identity.
    pub(crate) fn change(&self, identity: ServerIdentity) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = identity.into();
    }

    fn shown(&self) -> Shown {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl From<ServerIdentity> for Shown {
    fn from(identity: ServerIdentity) -> Self {
        Self {
            acceptor: identity.acceptor,
            fingerprint: Some(identity.fingerprint),
        }
    }
}

/// Loads the operator's own certificate, or else the one in that directory.
///
/// # Errors
/// As [`load_or_make`], and if those files are no certificate and its key.
pub(crate) fn load(
    directory: &Path,
    files: Option<&CertificateFiles>,
) -> Result<ServerIdentity, IdentityError> {
    let Some(files) = files else {
        return load_or_make(directory);
    };
    let text = |path: &PathBuf| {
        fs::read_to_string(path).map_err(|error| IdentityError::File {
            path: path.clone(),
            error,
        })
    };
    let (certificate, key) = (text(&files.certificate)?, text(&files.key)?);
    present(&key, &certificate).map_err(|detail| IdentityError::Files {
        files: files.clone(),
        detail,
    })
}

/// Whether a server could show that certificate; tells the identity that people would see.
///
/// # Errors
/// Says which file is wrong and what to do.
pub fn check_certificate(files: &CertificateFiles) -> Result<Fingerprint, IdentityError> {
    // With files of one's own the directory is not looked at.
    Ok(load(Path::new(""), Some(files))?.fingerprint)
}

/// Loads the identity in that directory, or makes one at the first start.
///
/// # Errors
/// Says which file is wrong and what to do. An identity is never replaced.
pub(crate) fn load_or_make(directory: &Path) -> Result<ServerIdentity, IdentityError> {
    let (key_file, certificate_file) = (directory.join(KEY_FILE), directory.join(CERTIFICATE_FILE));
    let (key, certificate) = (read(&key_file)?, read(&certificate_file)?);
    let damaged = |detail: String| IdentityError::Damaged {
        directory: directory.into(),
        detail,
    };
    let key = match (key, &certificate) {
        (Some(key), _) => key,
        (None, Some(_)) => return Err(IdentityError::KeyMissing { path: key_file }),
        (None, None) => {
            let key =
                KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|error| damaged(error.to_string()))?;
            write(&key_file, key.serialize_pem().as_bytes())?;
            key.serialize_pem()
        }
    };
    let certificate = match certificate {
        Some(certificate) => certificate,
        // Also after a start that ended between the two files: the identity is the key.
        None => {
            let certificate = certify(&key).map_err(|error| damaged(error.to_string()))?;
            write(&certificate_file, certificate.as_bytes())?;
            certificate
        }
    };
    present(&key, &certificate).map_err(damaged)
}

fn certify(key: &str) -> Result<String, rcgen::Error> {
    // Our clients check no name, they pin the key. AIO-CHAT's check this one, and can be told to trust the certificate.
    let mut params = CertificateParams::new(vec!["acaso.invalid".into(), "localhost".into()])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Acaso");
    Ok(params.self_signed(&KeyPair::from_pem(key)?)?.pem())
}

fn present(key: &str, certificate: &str) -> Result<ServerIdentity, String> {
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| error.to_string())?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect();
    let chain = chain.map_err(|error| error.to_string())?;
    let certificate = chain.first().ok_or("there is no certificate in it")?;
    let fingerprint = transport::fingerprint(certificate).map_err(|error| error.to_string())?;
    let acceptor = Acceptor::tls(chain, key).map_err(|error| error.to_string())?;
    Ok(ServerIdentity {
        acceptor,
        fingerprint,
    })
}

fn read(path: &Path) -> Result<Option<String>, IdentityError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(IdentityError::File {
            path: path.into(),
            error,
        }),
    }
}

/// Written aside and renamed, so that no half of a file is ever found; readable to its owner only from the first byte.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), IdentityError> {
    let written = || {
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error: io::Error| IdentityError::File {
        path: path.into(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn an_identity_is_made_once_and_kept() {
        let directory = TempDir::new().unwrap();
        let made = load_or_make(directory.path()).unwrap();
        let loaded = load_or_make(directory.path()).unwrap();
        assert_eq!(made.fingerprint, loaded.fingerprint);
        fs::remove_file(directory.path().join(CERTIFICATE_FILE)).unwrap();
        let certified_anew = load_or_make(directory.path()).unwrap();
        assert_eq!(made.fingerprint, certified_anew.fingerprint);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let directory = TempDir::new().unwrap();
        load_or_make(directory.path()).unwrap();
        let mode = fs::metadata(directory.path().join(KEY_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_lost_or_damaged_key_is_never_replaced() {
        let directory = TempDir::new().unwrap();
        load_or_make(directory.path()).unwrap();
        let key = directory.path().join(KEY_FILE);
        fs::write(&key, "nonsense").unwrap();
        assert!(matches!(
            load_or_make(directory.path()),
            Err(IdentityError::Damaged { .. })
        ));
        let stranger = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        fs::write(&key, stranger.serialize_pem()).unwrap();
        assert!(matches!(
            load_or_make(directory.path()),
            Err(IdentityError::Damaged { .. })
        ));
        fs::remove_file(&key).unwrap();
        assert!(matches!(
            load_or_make(directory.path()),
            Err(IdentityError::KeyMissing { .. })
        ));
        assert!(!key.exists());
    }
}
