//! As much HTTP/3 as one WebSocket needs (RFC 9114, 9204, 9220): a client's extended CONNECT becomes a [`Tunnel`] of bytes in both
//! directions. It knows nothing of WebSocket frames, of chats, or of who may come.
//!
//! Read from the top: a connection is accepted, its streams are told apart, frames are found in them, field sections are decompressed, and
//! the request is judged. All but the first and the last are values without sockets or clocks, and everything has a ceiling.

mod connection;

mod tunnel;

mod asides;

mod request;

pub mod qpack;

mod settings;

mod frame;

mod varint;

mod violation;

pub use self::connection::{ALPN, AcceptError, Rules, accept, transport};
pub use self::frame::{Found, Place, Scanner, put_frame};
pub use self::request::{Request, Status, judge};
pub use self::settings::{check_settings, our_settings};
pub use self::tunnel::Tunnel;
pub use self::violation::Violation;
