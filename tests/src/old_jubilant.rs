//! Jubilant's client as it was: TLS without a look at the certificate, one send for each step, and one reading of 1,024 bytes after it.

use std::sync::Arc;

use acaso_server::Classic;
use anyhow::{Context, Result, ensure};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::house::House;
use crate::patience::{seen, soon};

/// What the original reads at once.
const READ_BYTES: usize = 1024;

/// Somebody with that client.
#[derive(Debug)]
pub struct Jubilant {
    line: TlsStream<TcpStream>,
}

impl Jubilant {
    /// Connects and makes the handshake; has heard nothing yet.
    ///
    /// # Errors
    /// The connection does not stand.
    pub async fn connects(house: &House) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth();
        let address = house.gateway(Classic::Jubilant);
        let line = TcpStream::connect(address).await?;
        line.set_nodelay(true)?;
        let shaking = TlsConnector::from(Arc::new(config)).connect(ServerName::from(address.ip()), line);
        let line = soon("a handshake", shaking).await??;
        Ok(Self { line })
    }

    /// Connects, and agrees on the version.
    ///
    /// # Errors
    /// They do not agree.
    pub async fn agrees(house: &House) -> Result<Self> {
        let mut client = Self::connects(house).await?;
        client.hears("VERSION 1.0").await?;
        client.sends(b"VERSION 1.0").await?;
        client.hears("VERSION OK").await?;
        Ok(client)
    }

    /// Comes in with an account.
    ///
    /// # Errors
    /// It is not let in.
    pub async fn logs_in(house: &House, account: &str, password: &str) -> Result<Self> {
        let mut client = Self::agrees(house).await?;
        let auth = format!("AUTH|{account}|{password}");
        client.sends(auth.as_bytes()).await?;
        client.hears("AUTH OK").await?;
        Ok(client)
    }

    /// Says those bytes in one send.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn sends(&mut self, bytes: &[u8]) -> Result<()> {
        let sent = async {
            self.line.write_all(bytes).await?;
            self.line.flush().await
        };
        Ok(soon("the bytes are taken", sent).await??)
    }

    /// Reads once.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn reads(&mut self) -> Result<String> {
        let mut space = [0; READ_BYTES];
        let read = soon("something is answered", self.line.read(&mut space)).await??;
        ensure!(read > 0, "the connection ended");
        let heard = std::str::from_utf8(&space[..read]).context("letters are cut")?;
        Ok(heard.to_owned())
    }

    /// Hears exactly that in one reading.
    ///
    /// # Errors
    /// Something else was said.
    pub async fn hears(&mut self, expected: &str) -> Result<()> {
        let heard = self.reads().await?;
        ensure!(heard == expected, "instead of {expected:?}: {heard:?}");
        Ok(())
    }

    /// Says something, and reads the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn says(&mut self, text: &str) -> Result<String> {
        self.sends(text.as_bytes()).await?;
        self.reads().await
    }

    /// Says something, and is answered that it came, and that these lines were said meanwhile.
    ///
    /// # Errors
    /// The answer is another.
    pub async fn is_answered(&mut self, text: &str, lines: &[&str]) -> Result<()> {
        let answer = self.says(text).await?;
        let expected = [&["Message received"], lines].concat().join("\n");
        ensure!(answer == expected, "instead of {expected:?}: {answer:?}");
        Ok(())
    }

    /// Asks, saying nothing, until it has heard just these lines, in as many answers as that takes.
    ///
    /// # Errors
    /// It hears something else.
    pub async fn gathers(&mut self, lines: &[&str]) -> Result<()> {
        let expected: String = lines.iter().map(|line| format!("\n{line}")).collect();
        let mut heard = String::new();
        seen(format!("{expected:?} was told"), async || {
            let answer = self.says(" ").await?;
            let news = answer.strip_prefix("Message received");
            heard += news.with_context(|| format!("no answer: {answer:?}"))?;
            ensure!(expected.starts_with(&heard), "{heard:?}");
            Ok(if heard == expected {
                Ok(())
            } else {
                Err(heard.clone())
            })
        })
        .await
    }

    /// Hears nothing more, and the connection ends in good order.
    ///
    /// # Errors
    /// It does not.
    pub async fn is_left(mut self) -> Result<()> {
        let mut rest = Vec::new();
        soon("the connection ends", self.line.read_to_end(&mut rest)).await??;
        ensure!(rest.is_empty(), "there was more: {rest:?}");
        Ok(())
    }

    /// The connection below TLS, for those without manners.
    pub fn socket(&self) -> &TcpStream {
        self.line.get_ref().0
    }
}

/// Takes everybody for the server, as the original does.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
