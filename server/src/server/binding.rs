//! Binding the ports that are not rooms': the lobby's, and those of gateways. None of them is touched before it is certain that
//! all can be had.

use std::io;
use std::net::SocketAddr;

use super::StartError;
use crate::config::{Config, Gateway};
use crate::entrance::Entrance;
use crate::gateways::aiochat_h3;
use crate::identity::Presented;
use crate::lobby;
use crate::quic::Quic;

/// How often the system is asked for another port when the one it chose is one that rooms need.
const ANY_PORT_TRIES: usize = 64;

/// A gateway whose port is open. Nobody is let in yet.
#[derive(Debug)]
pub(super) struct BoundGateway {
    /// The gateway, with the port it has now; without one it shares the lobby's.
    pub(super) gateway: Gateway,
    pub(super) way: Way,
}

/// By what people come.
#[derive(Debug)]
pub(super) enum Way {
    /// The lobby's own port.
    Lobbys,
    /// A TCP port.
    Tcp(Entrance),
    /// A UDP port, for HTTP/3.
    Http3(aiochat_h3::Opened),
}

/// Binds the lobby.
pub(super) fn lobby(config: &Config, quic: Option<&Quic>) -> Result<(Entrance, SocketAddr), StartError> {
    let wanted = SocketAddr::new(config.bind, config.port);
    outside_of_rooms(config, wanted, quic).map_err(|error| explain(wanted, error))
}

/// Binds all gateways.
pub(super) fn gateways(config: &Config, presented: &Presented) -> Result<Vec<BoundGateway>, StartError> {
    config
        .gateways
        .iter()
        .map(|gateway| bind_gateway(config, *gateway, presented))
        .collect()
}

/// Old clients know one carrier alone: most of them TCP.
fn bind_gateway(
    config: &Config,
    gateway: Gateway,
    presented: &Presented,
) -> Result<BoundGateway, StartError> {
    let Some(port) = gateway.port else {
        let way = Way::Lobbys;
        return Ok(BoundGateway { gateway, way });
    };
    let classic = gateway.classic;
    let wanted = SocketAddr::new(config.bind, port);
    let bound = if classic.is_quic() {
        udp_outside_of_rooms(config, wanted, presented).map(|(opened, port)| (Way::Http3(opened), port))
    } else {
        outside_of_rooms(config, wanted, None).map(|(entrance, address)| (Way::Tcp(entrance), address.port()))
    };
    let (way, port) = bound.map_err(|error| StartError::Gateway { classic, port, error })?;
    let port = Some(port);
    Ok(BoundGateway {
        gateway: Gateway { classic, port },
        way,
    })
}

fn udp_outside_of_rooms(
    config: &Config,
    wanted: SocketAddr,
    presented: &Presented,
) -> io::Result<(aiochat_h3::Opened, u16)> {
    suitable(config, wanted, || {
        let opened = aiochat_h3::open(wanted.ip(), wanted.port(), presented)?;
        let port = opened.port()?;
        Ok((opened, port))
    })
}

fn outside_of_rooms(
    config: &Config,
    wanted: SocketAddr,
    quic: Option<&Quic>,
) -> io::Result<(Entrance, SocketAddr)> {
    let bind = || {
        let entrance = open(wanted, quic)?;
        let address = entrance.address()?;
        Ok(((entrance, address), address.port()))
    };
    Ok(suitable(config, wanted, bind)?.0)
}

/// Opens a port. Where any will do, it is not one that a room needs, as long as there are others.
fn suitable<T>(
    config: &Config,
    wanted: SocketAddr,
    bind: impl Fn() -> io::Result<(T, u16)>,
) -> io::Result<(T, u16)> {
    let mut bound = bind()?;
    // Those that do not suit are held until another is found, or the system might offer them again.
    let mut unsuitable = Vec::new();
    while wanted.port() == 0 && config.rooms.listen_on(bound.1) && unsuitable.len() < ANY_PORT_TRIES {
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
