//! The ways in for clients of older chats. Each gateway is one small module over the same rooms: it speaks that chat's words with
//! whoever comes, and ours with everybody else.

pub(crate) mod pychat;
pub(crate) mod python_chat;
pub(crate) mod tracker;

mod aiochat;
pub(crate) mod aiochat_h3;
mod jubilant;
mod web;

mod page;
mod talk;

mod member;

mod doorway;
mod plain;
mod wire;

use std::sync::Arc;

use acaso_shared::ids::PlazaName;
use tokio::task::JoinSet;

use crate::entrance::Entrance;
use crate::lobby::Hall;

/// An open way into a plaza.
#[derive(Debug)]
pub(crate) enum IntoPlaza {
    /// For AIO-CHAT's clients over TCP.
    Aiochat(Entrance),
    /// For AIO-CHAT's clients over HTTP/3.
    AiochatH3(aiochat_h3::Opened),
    /// For jubilant's clients.
    Jubilant(Entrance),
    /// For browsers.
    Web(Entrance),
}

/// Lets people into that plaza by all of these, until the context's stop; ends before that if one of them fails.
pub(crate) async fn run(ways: Vec<IntoPlaza>, plaza: Option<PlazaName>, hall: Arc<Hall>) {
    let mut receiving = JoinSet::new();
    for (way, plaza) in ways.into_iter().zip(std::iter::repeat(plaza)) {
        // None is opened where there is no plaza.
        let Some(plaza) = plaza else { continue };
        let hall = Arc::clone(&hall);
        match way {
            IntoPlaza::Aiochat(entrance) => receiving.spawn(aiochat::run(entrance, plaza, hall)),
            IntoPlaza::AiochatH3(opened) => receiving.spawn(opened.run(plaza, hall)),
            IntoPlaza::Jubilant(entrance) => receiving.spawn(jubilant::run(entrance, plaza, hall)),
            IntoPlaza::Web(entrance) => receiving.spawn(web::run(entrance, plaza, hall)),
        };
    }
    while let Some(ended) = receiving.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "nobody is let in by one of the gateways any more");
            return;
        }
    }
    hall.context.stop.cancelled().await;
}
