//! What this computer offers a server: its addresses, and a port at which nobody listens yet.

use std::net::{Ipv4Addr, TcpListener};

use acaso_server::addresses_of_this_computer;
use acaso_shared::limits::LOBBY_PORT;

use crate::hosting::{OwnAddress, Told};

/// Where a second server may listen: beyond the ports of rooms, so that none of them is lost.
const NEXT_PORTS: std::ops::Range<u16> = 10_025..10_075;

/// Looks; asks the system, and so takes a moment.
pub(super) fn survey() -> Told {
    let own = addresses_of_this_computer();
    let own = own
        .into_iter()
        .map(|(ip, interface)| OwnAddress { ip, interface });
    Told::Surveyed {
        own: own.collect(),
        port: std::iter::once(LOBBY_PORT)
            .chain(NEXT_PORTS)
            .find(|port| is_free(*port))
            .unwrap_or(LOBBY_PORT),
    }
}

/// At this moment; whoever starts a server a moment later may be told otherwise.
fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}
