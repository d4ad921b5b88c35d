//! Binding the ports that are not rooms': the lobby's, and those of gateways. None of them is touched before it is certain that
//! all can be had.

use std::io;
use std::net::SocketAddr;

use super::StartError;
use crate::config::{Config, Gateway};
use crate::entrance::Entrance;
use crate::lobby;
use crate::quic::Quic;

/// How often the system is asked for another port when the one it chose is one that rooms need.
const ANY_PORT_TRIES: usize = 64;

/// A gateway whose port is open. Nobody is let in yet.
#[derive(Debug)]
pub(super) struct BoundGateway {
    /// The gateway, with the port it has now; without one it shares the lobby's.
    pub(super) gateway: Gateway,
    /// `None` if it shares the lobby's.
    pub(super) entrance: Option<Entrance>,
}

/// Binds the lobby.
pub(super) fn lobby(config: &Config, quic: Option<&Quic>) -> Result<(Entrance, SocketAddr), StartError> {
    let wanted = SocketAddr::new(config.bind, config.port);
    outside_of_rooms(config, wanted, quic).map_err(|error| explain(wanted, error))
}

/// Binds all gateways.
pub(super) fn gateways(config: &Config) -> Result<Vec<BoundGateway>, StartError> {
    config
        .gateways
        .iter()
        .map(|gateway| bind_gateway(config, *gateway))
        .collect()
}

/// Old clients know TCP alone.
fn bind_gateway(config: &Config, gateway: Gateway) -> Result<BoundGateway, StartError> {
    let Some(port) = gateway.port else {
        return Ok(BoundGateway {
            gateway,
            entrance: None,
        });
    };
    let classic = gateway.classic;
    let wanted = SocketAddr::new(config.bind, port);
    let refused = |error| StartError::Gateway { classic, port, error };
    let (entrance, address) = outside_of_rooms(config, wanted, None).map_err(refused)?;
    let port = Some(address.port());
    Ok(BoundGateway {
        gateway: Gateway { classic, port },
        entrance: Some(entrance),
    })
}

/// Opens a port. Where any will do, it is not one that a room needs, as long as there are others.
fn outside_of_rooms(
    config: &Config,
    wanted: SocketAddr,
    quic: Option<&Quic>,
) -> io::Result<(Entrance, SocketAddr)> {
    let bind = || -> io::Result<_> {
        let entrance = open(wanted, quic)?;
        let address = entrance.address()?;
        Ok((entrance, address))
    };
    let mut bound = bind()?;
    // Those that do not suit are held until another is found, or the system might offer them again.
    let mut unsuitable = Vec::new();
    while wanted.port() == 0 && config.rooms.listen_on(bound.1.port()) && unsuitable.len() < ANY_PORT_TRIES {
        unsuitable.push(std::mem::replace(&mut bound, bind()?));
    }
    Ok(bound)
}

/// Where any port will do, the system offers one that is free for TCP; for UDP somebody may have it, and then the next will do.
fn open(wanted: SocketAddr, quic: Option<&Quic>) -> io::Result<Entrance> {
    let open = || Entrance::open(wanted.ip(), wanted.port(), lobby::BACKLOG, quic);
    let mut opened = open();
    for _ in 0..ANY_PORT_TRIES {
        match &opened {
            Err(error) if wanted.port() == 0 && error.kind() == io::ErrorKind::AddrInUse => opened = open(),
            _ => break,
        }
    }
    opened
}

fn explain(address: SocketAddr, error: io::Error) -> StartError {
    match error.kind() {
        io::ErrorKind::AddrNotAvailable => StartError::NotOurs {
            address: address.ip(),
        },
        io::ErrorKind::AddrInUse => StartError::PortTaken { address, error },
        io::ErrorKind::PermissionDenied => StartError::PortForbidden { address, error },
        _ => StartError::Listen { address, error },
    }
}
