//! The plazas of a server: where they are entered, and what their operator sees of them.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use acaso_shared::ids::PlazaName;
use acaso_shared::protocol::plaza::{PlazaFacts, PostNumber};

use super::{Server, StartError};
use crate::config::{Config, PlazaSetup};
use crate::entrance::Entrance;
use crate::lobby;
use crate::plaza::PlazaLook;
use crate::quic::Quic;

/// The entrances of plazas, beside the lobby's own.
pub(super) struct Opened {
    /// By port.
    pub(super) entrances: BTreeMap<u16, Entrance>,
    /// Each plaza, and the port where it is entered.
    pub(super) plazas: Vec<(PlazaSetup, u16)>,
}

/// Opens the plazas' own ports. Those that share one share an entrance, the lobby's as well.
///
/// # Errors
/// A port cannot be had.
pub(super) fn open(config: &Config, lobby: SocketAddr, quic: Option<&Quic>) -> Result<Opened, StartError> {
    let mut opened = Opened {
        entrances: BTreeMap::new(),
        plazas: Vec::new(),
    };
    for setup in &config.plazas {
        let port = match setup.port {
            Some(port) if port != lobby.port() && !opened.entrances.contains_key(&port) => {
                let no_port = |error| StartError::Plaza {
                    plaza: setup.name.clone(),
                    port,
                    error,
                };
                let (port, entrance) = open_at(config, port, quic).map_err(no_port)?;
                opened.entrances.insert(port, entrance);
                port
            }
            shared => shared.unwrap_or(lobby.port()),
        };
        opened.plazas.push((setup.clone(), port));
    }
    Ok(opened)
}

fn open_at(config: &Config, port: u16, quic: Option<&Quic>) -> io::Result<(u16, Entrance)> {
    let entrance = Entrance::open(config.bind, port, lobby::BACKLOG, quic)?;
    let port = entrance.address()?.port();
    if let Some(quic) = quic {
        quic.count_at(port);
    }
    Ok((port, entrance))
}

impl Server {
    /// The plazas, in the operator's order.
    pub fn plazas(&self) -> Vec<PlazaFacts> {
        self.hall.plazas.facts()
    }

    /// Who is in a plaza, and what was said there after that post, as far as it is kept; `None` if there is no plaza of that name.
    pub async fn plaza(&self, name: &PlazaName, after: Option<PostNumber>) -> Option<PlazaLook> {
        self.hall.plazas.look(name, after).await
    }
}
