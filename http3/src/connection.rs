//! One QUIC connection, from its handshake to the tunnel: our settings are said, the client's streams are told apart, and requests are
//! answered until one is granted. It waits as long as it is let: whoever calls has the clock.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use quinn::{
    Connection, ConnectionError, IdleTimeout, ReadError, RecvStream, SendStream, TransportConfig, VarInt,
    WriteError,
};
use tokio_util::task::AbortOnDropHandle;

use crate::asides;
use crate::frame::{Found, Place, Scanner, put_frame};
use crate::qpack;
use crate::request::{Request, Status, judge};
use crate::settings::our_settings;
use crate::tunnel::Tunnel;
use crate::violation::{NO_ERROR, Violation};

/// What HTTP/3 is called in a handshake.
pub const ALPN: &[u8] = b"h3";

/// The kind of stream that settings are said on.
pub(crate) const CONTROL: u8 = 0x00;

/// Requests that are turned down before a connection is: somebody who looks around finds nothing more.
const REQUESTS_MAX: usize = 8;

/// The client's streams besides the request: three that the protocol has, and some to keep servers used to others.
const ASIDES: u8 = 8;

/// What may be on its way in each direction of a stream in bytes, and what one client can make us hold.
const WINDOW_BYTES: u32 = 128 * 1024;

/// Bytes that are read at once.
pub(crate) const READ_BYTES: usize = 4 * 1024;

/// A request was given up before it was complete (RFC 9114, 8.1).
const REQUEST_INCOMPLETE: VarInt = VarInt::from_u32(0x10d);

/// Which requests are granted.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The one path.
    pub path: &'a str,
    /// The subprotocols that are spoken. A client that offers some of them is told which; one that offers none may come all the same.
    pub protocols: &'a [&'a str],
}

/// Why there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The client went away.
    #[error(transparent)]
    Gone(#[from] ConnectionError),
    /// The client broke the rules, and was told so.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// The client asked for many things and never for what there is.
    #[error("{REQUESTS_MAX} requests, and none that can be granted")]
    Curious,
}

/// What the transport has to allow for this, and how long a silent client is kept.
pub fn transport(idle: Duration) -> TransportConfig {
    let mut config = TransportConfig::default();
    let window = VarInt::from_u32(WINDOW_BYTES);
    config
        .max_concurrent_bidi_streams(1_u8.into())
        .max_concurrent_uni_streams(ASIDES.into())
        .stream_receive_window(window)
        .receive_window(window)
        .send_window(WINDOW_BYTES.into())
        .datagram_receive_buffer_size(None)
        // A time that QUIC cannot say is as good as none.
        .max_idle_timeout(IdleTimeout::try_from(idle).ok());
    config
}

/// Waits for a WebSocket to be asked for, and grants it. What else is asked for is turned down with its status.
///
/// # Errors
/// The client went away or broke the rules.
pub async fn accept(connection: Connection, rules: Rules<'_>) -> Result<Tunnel, AcceptError> {
    // Beside the requests: a CONNECT may come before any settings, and settings may come late.
    let asides = AbortOnDropHandle::new(tokio::spawn(asides::listen(connection.clone())));
    let mut control = connection.open_uni().await?;
    if say(&mut control, &settings()).await.is_err() {
        return Err(told(&connection, Violation::ClosedCriticalStream));
    }
    for _ in 0..REQUESTS_MAX {
        let (mut send, mut receive) = connection.accept_bi().await?;
        let asked = listen(&mut receive).await;
        match asked.map_err(|violation| told(&connection, violation))? {
            Some(asked) => match judge(&asked.fields, rules.path) {
                Ok(request) => {
                    // Whether the client still hears it shows when it is talked to.
                    let _ = say(&mut send, &granted(&request, rules)).await;
                    let streams = (send, receive, control);
                    return Ok(Tunnel::new(
                        connection,
                        streams,
                        asides,
                        asked.scanner,
                        asked.rest,
                    ));
                }
                Err(status) => turn_down(send, receive, status).await,
            },
            // Only a stream that is over already cannot be reset.
            None => drop(send.reset(REQUEST_INCOMPLETE)),
        }
    }
    connection.close(NO_ERROR, b"");
    Err(AcceptError::Curious)
}

/// Says what was wrong; the connection ends with it.
fn told(connection: &Connection, violation: Violation) -> AcceptError {
    connection.close(violation.code(), violation.to_string().as_bytes());
    violation.into()
}

/// A request as it came.
struct Asked {
    fields: Vec<qpack::Field>,
    /// Stands behind the field section, at the tunnel's first frame.
    scanner: Scanner,
    /// What has come of the tunnel already.
    rest: BytesMut,
}

/// Reads a request's field section; `None` if the client gives it up.
async fn listen(receive: &mut RecvStream) -> Result<Option<Asked>, Violation> {
    let mut scanner = Scanner::new(Place::RequestBegin);
    while let Some(bytes) = more(receive).await {
        let mut rest = bytes.as_ref();
        if let Found::Headers(section) = scanner.next(&mut rest)? {
            scanner.turn(Place::Tunnel);
            return Ok(Some(Asked {
                fields: qpack::decode(&section)?,
                scanner,
                rest: rest.into(),
            }));
        }
    }
    Ok(None)
}

/// The next bytes of a stream; `None` once there are no more, for whatever reason.
pub(crate) async fn more(receive: &mut RecvStream) -> Option<Bytes> {
    let read: Result<_, ReadError> = receive.read_chunk(READ_BYTES, true).await;
    Some(read.ok()??.bytes)
}

async fn say(stream: &mut SendStream, bytes: &[u8]) -> Result<(), WriteError> {
    stream.write_all(bytes).await
}

fn settings() -> Vec<u8> {
    let mut bytes = vec![CONTROL];
    put_frame(&Found::Settings(our_settings()), &mut bytes);
    bytes
}

fn granted(request: &Request, rules: Rules<'_>) -> Vec<u8> {
    let spoken = |offered: &&String| rules.protocols.contains(&offered.as_str());
    let mut fields = vec![(":status", "200")];
    if let Some(protocol) = request.protocols.iter().find(spoken) {
        fields.push(("sec-websocket-protocol", protocol));
    }
    headers(&fields)
}

async fn turn_down(mut send: SendStream, mut receive: RecvStream, status: Status) {
    let mut fields = vec![(":status", status.digits())];
    match status {
        Status::MethodNotAllowed => fields.push(("allow", "CONNECT")),
        Status::BadRequest => fields.push(("sec-websocket-version", "13")),
        Status::Forbidden | Status::NotFound | Status::NotImplemented => {}
    }
    // Somebody who has gone needs no answer; nothing more of the question is wanted.
    let _ = say(&mut send, &headers(&fields)).await;
    let _ = send.finish();
    let _ = receive.stop(NO_ERROR);
}

fn headers(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_frame(&Found::Headers(qpack::encode(fields)), &mut bytes);
    bytes
}
