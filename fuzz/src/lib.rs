//! Whatever a stranger, a relay or a server could send, thrown at everything that reads it. Each target is a function of bytes
//! that panics when a promise is broken; nothing here knows what throws.

mod handshake;
mod http3;
mod memory;
mod wire;

pub use handshake::handshake;
pub use http3::http3;
pub use wire::{frame, lobby, partner, plaza, room};
