//! A server that runs in the window's own program, and the form that starts one.

use acaso::action::{Action, HostWish};
use acaso::hosting::{
    Census, HostId, Line, OwnAddress, PlazaSeen, PostSeen, Refused, RoomInUse, Standing, Told,
};
use acaso_shared::ids::{Fingerprint, Name};
use anyhow::Result;

use super::Story;

const FIRST: HostId = HostId(1);

impl Story {
    fn hears_of_host(&mut self, told: Told) {
        let now = self.now();
        let _ = self.model.heard_of_host(told, &now);
    }

    /// The form, on a computer with one address of its own.
    pub(super) fn want_to_host(&mut self) -> Result<()> {
        self.model.host.offered = true;
        self.wish(Action::OpenHost);
        self.hears_of_host(Told::Surveyed {
            own: vec![OwnAddress {
                ip: "192.168.1.20".parse()?,
                interface: "eth0".to_owned(),
            }],
            port: 1025,
        });
        Ok(())
    }

    pub(super) fn find_the_port_taken(&mut self) -> Result<()> {
        self.want_to_host()?;
        self.wish(Action::Host(HostWish::Start));
        self.hears_of_host(Told::NotStarted(FIRST, Refused::PortTaken { port: 1025 }));
        Ok(())
    }

    /// Twenty-two rooms, three of them with one who waits, and a plaza.
    pub(super) fn host(&mut self) -> Result<()> {
        self.want_to_host()?;
        self.wish(Action::Host(HostWish::Start));
        self.hears_of_host(Told::Started(
            FIRST,
            Standing {
                address: "192.168.1.20:1025".parse()?,
                identity: Some(Fingerprint::of_spki(b"the key of a server")),
                rooms: 1026..=9999,
                single_port: false,
                own: Vec::new(),
            },
        ));
        self.pass(2_400);
        self.hears_of_host(Told::Counted(FIRST, census(18)?));
        self.pass(9);
        self.hears_of_host(Told::Counted(FIRST, census(22)?));
        self.pass(5);
        let line = Line {
            is_warning: false,
            text: "the door does not open · port 4130".to_owned(),
        };
        self.hears_of_host(Told::Logged(FIRST, vec![line]));
        Ok(())
    }

    pub(super) fn stop_hosting(&mut self) -> Result<()> {
        self.host()?;
        self.wish(Action::Host(HostWish::Stop));
        Ok(())
    }
}

/// So many rooms, spread as chance would.
fn census(rooms: u16) -> Result<Census> {
    let mut rooms: Vec<_> = (0..rooms)
        .map(|nth| RoomInUse {
            port: 1026 + (nth * 1_511 + 3_101) % 8_974,
            seats: if nth % 8 == 3 { 1 } else { 2 },
        })
        .collect();
    rooms.sort_by_key(|room| room.port);
    let name = |name| Name::parse(name);
    let post = |unix_secs, who, text: &str| {
        Ok::<_, anyhow::Error>(PostSeen {
            unix_secs,
            name: name(who)?,
            text: text.to_owned(),
        })
    };
    Ok(Census {
        rooms,
        carried: 4_127,
        plazas: vec![PlazaSeen {
            name: "Feira".to_owned(),
            people: 5,
            members: ["Ana", "Bia", "Caio", "Marina", "Yuki"]
                .into_iter()
                .map(name)
                .collect::<Result<_, _>>()?,
            posts: vec![
                post(1_773_510_000, "Bia", "Pears: who has the small ones?")?,
                post(1_773_510_120, "Yuki", "At the third stand, by the fountain.")?,
                post(1_773_510_180, "Caio", "And they are sweet.")?,
            ],
        }],
    })
}
