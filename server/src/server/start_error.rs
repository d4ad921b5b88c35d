//! What can keep a server from starting, each with what to do about it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use acaso_shared::ids::PlazaName;
use acaso_shared::limits::ROOM_PORTS;

use crate::budget::TooFewDescriptors;
use crate::config::{Classic, Contradiction};
use crate::data::DataError;
use crate::identity::IdentityError;
use crate::registry::OpenError;

/// Why a server does not start. Each is one sentence: what, why, what next.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The range of ports for rooms is empty, or not within what the protocol allows.
    #[error(
        "rooms cannot have the ports {}-{}: choose a range within {}-{}", .0.start(), .0.end(), ROOM_PORTS.start(), ROOM_PORTS.end()
    )]
    Rooms(RangeInclusive<u16>),
    /// The address belongs to another computer, or to none.
    #[error("{address} is not an address of this computer: choose one of its own, or 0.0.0.0 for all")]
    NotOurs {
        /// The address.
        address: IpAddr,
    },
    /// Another program listens there.
    #[error(
        "port {} of {} is taken by another program ({error}): stop that program, or choose another port with --port", address.port(), address.ip()
    )]
    PortTaken {
        /// Where the lobby was to listen.
        address: SocketAddr,
        /// The operating system's word.
        error: io::Error,
    },
    /// The system lets only privileged programs listen there.
    #[error(
        "this user may not listen on port {} ({error}): choose a port from 1024 on with --port", address.port()
    )]
    PortForbidden {
        /// Where the lobby was to listen.
        address: SocketAddr,
        /// The operating system's word.
        error: io::Error,
    },
    /// Any other reason not to listen.
    #[error(
        "nothing can listen on {address} ({error}): choose another address with --bind or another port with --port"
    )]
    Listen {
        /// Where the lobby was to listen.
        address: SocketAddr,
        /// The operating system's word.
        error: io::Error,
    },
    /// A plaza's own port cannot be had.
    #[error(
        "the plaza {plaza} cannot have port {port} ({error}): choose another for it, or take its port out, for the lobby's"
    )]
    Plaza {
        /// Which.
        plaza: PlazaName,
        /// The port.
        port: u16,
        /// The operating system's word.
        error: io::Error,
    },
    /// The port of a gateway cannot be had.
    #[error(
        "nothing can listen on port {port} for the clients of {classic} ({error}): choose another one with --classic {classic}=PORT, or take it out"
    )]
    Gateway {
        /// Whose clients.
        classic: Classic,
        /// The port.
        port: u16,
        /// The operating system's word.
        error: io::Error,
    },
    /// See [`Contradiction`].
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// See [`TooFewDescriptors`].
    #[error(transparent)]
    Descriptors(#[from] TooFewDescriptors),
    /// See [`DataError`].
    #[error(transparent)]
    Data(#[from] DataError),
    /// See [`IdentityError`].
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// See [`OpenError`].
    #[error(transparent)]
    Registry(#[from] OpenError),
}
