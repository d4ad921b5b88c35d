//! HTTP/3 as AIO-CHAT's client speaks it: its own streams, an extended CONNECT before anything was heard, and DATA. The bytes of the
//! request are those that its library says.

use std::fs;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use acaso_http3::{ALPN, Found, Place, Scanner, put_frame, qpack};
use acaso_server::Classic;
use anyhow::{Context as _, Result, bail};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Connection, Endpoint, RecvStream, SendStream};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::WebSocket;
use crate::house::House;
use crate::patience::soon;

/// The control stream: its kind, and settings as aioquic has them (a table of 4,096 bytes, 16 streams blocked on it, and one that
/// nobody knows).
const CONTROL: &[u8] = &[0x00, 0x04, 0x07, 0x01, 0x50, 0x00, 0x07, 0x10, 0x21, 0x01];

/// The encoder's and the decoder's stream, on which nothing is said.
const ENCODER: &[u8] = &[0x02];
const DECODER: &[u8] = &[0x03];

/// `:method CONNECT, :scheme https, :authority localhost:4433, :path /ws, :protocol websocket, user-agent aioquic/1.2.0,
/// sec-websocket-version 13, sec-websocket-protocol chat, superchat`, Huffman-coded, as captured.
const CONNECT: &[u8] = &[
    0x00, 0x00, 0xcf, 0xd7, 0x50, 0x8a, 0xa0, 0xe4, 0x1d, 0x13, 0x9d, 0x09, 0xb8, 0xd3, 0x4c, 0xb3, 0x51,
    0x03, 0x2f, 0x77, 0x73, 0x2f, 0x00, 0xb9, 0x5d, 0x87, 0x49, 0xc8, 0x7a, 0x3f, 0x87, 0xf0, 0x58, 0xd0,
    0x72, 0x75, 0x2a, 0x7f, 0x5f, 0x50, 0x89, 0x19, 0x8f, 0xda, 0xd3, 0x11, 0x80, 0xae, 0x25, 0xc1, 0x2f,
    0x08, 0x41, 0x48, 0xb7, 0x82, 0xc6, 0x83, 0x93, 0xa9, 0x52, 0xb7, 0x72, 0xd8, 0x83, 0x1e, 0xaf, 0x02,
    0x31, 0x33, 0x2f, 0x08, 0x41, 0x48, 0xb7, 0x82, 0xc6, 0x83, 0x93, 0xa9, 0x52, 0xb5, 0x76, 0x1d, 0x27,
    0x21, 0xe8, 0x8b, 0x24, 0xe3, 0x4f, 0xd2, 0x88, 0xb6, 0xb2, 0xd8, 0x49, 0xc6, 0x9f,
];

/// Somebody with the client over HTTP/3.
#[derive(Debug)]
pub struct Http3 {
    /// The connection, for those without manners.
    pub connection: Connection,
    _endpoint: Endpoint,
    _streams: Vec<SendStream>,
}

/// What was answered to a request.
#[derive(Debug)]
pub struct Http3Reply {
    /// The fields, the status first.
    pub fields: Vec<(String, String)>,
    /// The rest of the request's stream.
    pub tunnel: Tunnel,
}

impl Http3 {
    /// Connects to that house, trusts its certificate for the name `localhost` and no other, and opens its three streams.
    ///
    /// # Errors
    /// The connection does not stand.
    pub async fn connects(house: &House) -> Result<Self> {
        let (endpoint, connection) = Self::shakes_hands(house).await?;
        let mut streams = Vec::new();
        for said in [CONTROL, ENCODER, DECODER] {
            let mut stream = soon("a stream is granted", connection.open_uni()).await??;
            stream.write_all(said).await?;
            streams.push(stream);
        }
        Ok(Self {
            connection,
            _endpoint: endpoint,
            _streams: streams,
        })
    }

    /// Connects, and opens nothing.
    ///
    /// # Errors
    /// The connection does not stand.
    pub async fn shakes_hands(house: &House) -> Result<(Endpoint, Connection)> {
        let mut roots = RootCertStore::empty();
        let certificate = fs::read(house.data().join("certificate.pem"))?;
        roots.add(CertificateDer::from_pem_slice(&certificate)?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![ALPN.to_vec()];
        let address = house.gateway(Classic::AiochatH3);
        let endpoint = Endpoint::client((address.ip(), 0).into())?;
        let config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
        let connecting = endpoint.connect_with(config, address, "localhost")?;
        let connection = soon("a handshake", connecting).await??;
        Ok((endpoint, connection))
    }

    /// Joins as AIO-CHAT's client does.
    ///
    /// # Errors
    /// It may not.
    pub async fn joins(&self) -> Result<WebSocket<Tunnel>> {
        let reply = self.asks(CONNECT).await?;
        let expected = [(":status", "200"), ("sec-websocket-protocol", "chat")];
        let fields = reply
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        if !fields.clone().eq(expected) {
            bail!("instead of a WebSocket: {:?}", fields.collect::<Vec<_>>());
        }
        Ok(WebSocket::over(reply.tunnel))
    }

    /// Asks with those fields, and hears the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn asks_for(&self, fields: &[(&str, &str)]) -> Result<Http3Reply> {
        self.asks(&qpack::encode(fields)).await
    }

    async fn asks(&self, section: &[u8]) -> Result<Http3Reply> {
        let (mut send, mut receive) = soon("a stream is granted", self.connection.open_bi()).await??;
        let mut request = Vec::new();
        put_frame(&Found::Headers(section.to_vec()), &mut request);
        send.write_all(&request).await?;
        let mut scanner = Scanner::new(Place::RequestBegin);
        loop {
            let read = soon("an answer", receive.read_chunk(4096, true)).await??;
            let bytes = read.context("the stream ended without an answer")?.bytes;
            let mut rest = bytes.as_ref();
            if let Found::Headers(section) = scanner.next(&mut rest)? {
                scanner.turn(Place::Tunnel);
                let fields = qpack::decode(&section)?.into_iter();
                let fields: Result<_, std::string::FromUtf8Error> = fields
                    .map(|(name, value)| Ok((String::from_utf8(name)?, String::from_utf8(value)?)))
                    .collect();
                let tunnel = Tunnel {
                    send,
                    receive,
                    scanner,
                    arrived: rest.to_vec(),
                };
                return Ok(Http3Reply {
                    fields: fields?,
                    tunnel,
                });
            }
        }
    }
}

/// A client's end of a tunnel: one DATA frame for each write.
#[derive(Debug)]
pub struct Tunnel {
    /// Its stream, for those without manners.
    pub send: SendStream,
    receive: RecvStream,
    scanner: Scanner,
    arrived: Vec<u8>,
}

impl AsyncRead for Tunnel {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let length = this.arrived.len().min(into.remaining());
            let mut rest = &this.arrived[..length];
            let found = this.scanner.next(&mut rest).map_err(io::Error::other)?;
            let filled = into.filled().len();
            if let Found::Data(payload) = found {
                into.put_slice(payload);
            }
            let taken = length - rest.len();
            this.arrived.drain(..taken);
            if into.filled().len() > filled {
                return Poll::Ready(Ok(()));
            }
            if this.arrived.is_empty() {
                let mut space = [0; 4096];
                let mut read = ReadBuf::new(&mut space);
                ready!(AsyncRead::poll_read(Pin::new(&mut this.receive), cx, &mut read))?;
                if read.filled().is_empty() {
                    return Poll::Ready(Ok(()));
                }
                this.arrived.extend_from_slice(read.filled());
            }
        }
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let mut framed = Vec::new();
        put_frame(&Found::Data(bytes), &mut framed);
        let taken = ready!(AsyncWrite::poll_write(Pin::new(&mut this.send), cx, &framed))?;
        if taken < framed.len() {
            return Poll::Ready(Err(io::Error::other("more than fits a window at once")));
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Only a stream that is over already cannot be finished.
        let _ = self.get_mut().send.finish();
        Poll::Ready(Ok(()))
    }
}
