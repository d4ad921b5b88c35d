//! By which identities servers are known, for links to them. The file is read away from the window's thread.

use std::path::PathBuf;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::Fingerprint;
use acaso_shared::known_servers::KnownServers;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::Wake;

/// More answers than a window leaves unheard: each goes with an invitation of its own.
const ANSWERS_MAX: usize = 4;

/// What was asked for, and what was found.
pub(super) struct Pins {
    known_servers: PathBuf,
    found: Sender<(ServerAddress, Fingerprint)>,
    answers: Receiver<(ServerAddress, Fingerprint)>,
    wake: Wake,
}

impl Pins {
    pub(super) fn new(known_servers: PathBuf, wake: Wake) -> Self {
        let (found, answers) = mpsc::channel(ANSWERS_MAX);
        Self {
            known_servers,
            found,
            answers,
            wake,
        }
    }

    /// Looks this server up. A file that cannot be read has been told of by the visit, which reads it, too.
    pub(super) fn look(&self, runtime: &Runtime, server: ServerAddress) {
        let known_servers = KnownServers::at(self.known_servers.clone());
        let (found, wake) = (self.found.clone(), self.wake.clone());
        runtime.spawn_blocking(move || {
            let known = known_servers.look_up(&server).ok().flatten();
            // An identity that an authority vouches for may change without harm.
            if let Some(known) = known.filter(|known| !known.vouched)
                && found.try_send((server, known.fingerprint)).is_ok()
            {
                wake();
            }
        });
    }

    pub(super) fn hear(&mut self) -> Option<(ServerAddress, Fingerprint)> {
        self.answers.try_recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use acaso_shared::transport::Shown;
    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn a_server_for_which_nobody_vouches_is_found_by_what_it_showed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("known_servers.toml");
        let [pinned, vouched]: [ServerAddress; 2] =
            ["192.0.2.7:2000", "chat.example.org"].map(|typed| typed.parse().unwrap());
        let shown = |byte, vouched| Shown {
            fingerprint: [byte; 32].into(),
            vouched,
        };
        let known = KnownServers::at(&path);
        known.note_visit(&vouched, shown(1, true)).unwrap();
        known.note_visit(&pinned, shown(2, false)).unwrap();
        let runtime = Builder::new_current_thread().build().unwrap();
        let (woken, waking) = std::sync::mpsc::sync_channel(2);
        let wake: Wake = Arc::new(move || woken.send(()).unwrap());
        let mut pins = Pins::new(path, wake);
        pins.look(&runtime, vouched);
        pins.look(&runtime, pinned.clone());
        waking.recv().unwrap();
        assert_eq!(pins.hear(), Some((pinned, [2; 32].into())));
        drop(runtime);
        assert_eq!(pins.hear(), None, "an authority's word needs no other");
    }
}
