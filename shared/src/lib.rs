//! What both ends of Acaso agree on, and the client engine.
//!
//! Read from the top: a [`session`] is what a person does; it speaks [`sealed`] words to a partner over a [`link`], which
//! carries the [`protocol`] as bytes of the [`codec`] over a [`transport`].

pub mod session;

pub mod sealed;

pub mod known_servers;
pub mod link;
pub mod transport;

pub mod codec;

pub mod protocol;

pub mod server_link;

pub mod address;

pub mod ids;
pub mod limits;
