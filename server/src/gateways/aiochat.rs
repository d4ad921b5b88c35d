//! AIO-CHAT's clients over TCP: they say a name, then lines as they are, and are shown what others say.

use std::sync::Arc;

use acaso_shared::ids::PlazaName;

use super::doorway::Doorkeeper;
use super::talk::{Dialect, Visit, talk};
use super::wire::Raw;
use crate::entrance::Entrance;
use crate::lobby::Hall;

/// Lets them into that plaza until the context's stop.
pub(crate) async fn run(entrance: Entrance, plaza: PlazaName, hall: Arc<Hall>) {
    let plaza = Arc::new(plaza);
    let doorkeeper = Doorkeeper::new(&hall);
    doorkeeper
        .receive_all(&entrance, |line, newcomer, hall| {
            let plaza = Arc::clone(&plaza);
            async move {
                let visit = Visit::new(&hall, &plaza, newcomer);
                talk(Raw::new(line), Dialect::NameFirst, visit).await;
            }
        })
        .await;
}
