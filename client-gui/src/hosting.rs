//! Servers that run in this very program, as the window knows them: what it asks of whoever runs them, and what it is told. Plain
//! values, so that the window is the same whether servers can be run here or not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Fingerprint, Name};
use acaso_shared::limits::LOBBY_PORT;
use acaso_shared::server_link::ServerLink;

/// Names one server that this program was asked to run, for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u64);

/// What the window asks of whoever runs servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Look which addresses this computer has, and which port is free.
    Survey,
    /// Run a server.
    Start(HostId, Plan),
    /// Say goodbye to everybody there, and end it.
    Stop(HostId),
}

/// How a server is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where it listens.
    pub bind: IpAddr,
    /// The lobby's port; 0 is any free one.
    pub port: u16,
    /// All rooms behind the lobby's port, so that no other has to be open.
    pub single_port: bool,
    /// The name of a public room for many, if there is to be one.
    pub plaza: Option<String>,
}

/// An address of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAddress {
    /// The address.
    pub ip: IpAddr,
    /// What it belongs to: a cable, a radio, as the system calls it.
    pub interface: String,
}

/// What the window is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// What this computer offers.
    Surveyed {
        /// Its addresses, without those that nobody else can use.
        own: Vec<OwnAddress>,
        /// A port at which nobody listens yet.
        port: u16,
    },
    /// It runs.
    Started(HostId, Standing),
    /// It does not.
    NotStarted(HostId, Refused),
    /// Who is there has changed.
    Counted(HostId, Census),
    /// Something stands in its log.
    Logged(HostId, Vec<Line>),
    /// A part of it has failed: it brings nobody together any more.
    Failed(HostId),
    /// It has ended, after a goodbye to everybody if there was time for one.
    Stopped(HostId),
}

/// A server that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where its lobby listens.
    pub address: SocketAddr,
    /// Its identity.
    pub identity: Option<Fingerprint>,
    /// The numbers that its rooms may have.
    pub rooms: RangeInclusive<u16>,
    /// Whether its rooms are entered through the lobby's port only.
    pub single_port: bool,
    /// The addresses of this computer, as far as it listens there.
    pub own: Vec<IpAddr>,
}

/// Why a server does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Another program listens there.
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The system keeps that port for itself.
    PortForbidden {
        /// The port.
        port: u16,
    },
    /// The address belongs to another computer, or to none.
    NotOurs {
        /// The address.
        ip: IpAddr,
    },
    /// Another server uses the directory that belongs to this port.
    DataHeld {
        /// The directory.
        path: String,
    },
    /// The name cannot be a plaza's.
    Plaza,
    /// Anything else.
    Other {
        /// One sentence.
        detail: String,
    },
}

/// Who is at a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// The rooms in use, by number.
    pub rooms: Vec<RoomInUse>,
    /// Sealed frames carried so far: messages, and the signs that belong to them.
    pub carried: u64,
    /// The plazas.
    pub plazas: Vec<PlazaSeen>,
}

/// A room in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomInUse {
    /// Its number.
    pub port: u16,
    /// Seats that are given: 1 or 2.
    pub seats: u8,
}

/// A plaza, as its host may look into it: it is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlazaSeen {
    /// What it is called.
    pub name: String,
    /// How many people are in it.
    pub people: u32,
    /// The names they go by.
    pub members: Vec<Name>,
    /// The last things said there, the latest last.
    pub posts: Vec<PostSeen>,
}

/// Something said in a plaza.
#[derive(Clone, PartialEq, Eq)]
pub struct PostSeen {
    /// When, in seconds since 1970, UTC.
    pub unix_secs: u64,
    /// The name of who said it.
    pub name: Name,
    /// What it is about, and the words.
    pub text: String,
}

/// Words and names stay out of logs.
impl std::fmt::Debug for PostSeen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostSeen(at {}, …)", self.unix_secs)
    }
}

/// A line of a server's own log. No names and no texts of people are ever in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it is about something that is not as it should be.
    pub is_warning: bool,
    /// The line.
    pub text: String,
}

/// As many posts of a plaza as its host is shown.
pub const POSTS_SHOWN: usize = 20;

/// As many members of a plaza as its host is named; of the others there is the number.
pub const MEMBERS_NAMED: usize = 40;

/// What the window needs of whoever runs servers; tests bring their own.
pub trait Hosts {
    /// Whether servers can be run in this program at all.
    fn is_offered(&self) -> bool;
    /// Passes an order on. Never waits.
    fn order(&mut self, order: Order);
    /// What has happened, if anything has. Never waits.
    fn hear(&mut self) -> Option<Told>;
    /// Ends all servers, saying goodbye to everybody there, and waits for it for three seconds and a half at most.
    fn end(&mut self);
}

/// Nobody runs servers here.
#[derive(Debug)]
pub struct NoHosts;

impl Hosts for NoHosts {
    fn is_offered(&self) -> bool {
        false
    }

    fn order(&mut self, _: Order) {}

    fn hear(&mut self) -> Option<Told> {
        None
    }

    fn end(&mut self) {}
}

/// How far a server can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From this computer.
    ThisComputer,
    /// From wherever that one address can be reached.
    OneAddress,
    /// From everywhere.
    Everybody,
}

impl Reach {
    /// Where nobody from elsewhere can come.
    pub const THIS_COMPUTER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    /// Every address of the older kind.
    pub const ALL_V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    /// Every address.
    pub const ALL: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

    /// How far a server that listens there can be reached.
    pub fn of(bind: IpAddr) -> Self {
        match bind {
            bind if bind.is_loopback() => Self::ThisComputer,
            bind if bind.is_unspecified() => Self::Everybody,
            _ => Self::OneAddress,
        }
    }
}

impl Standing {
    /// What others type: addresses of this computer that lead here, the likeliest first. None, if it has none but its own.
    pub fn typed(&self) -> Vec<ServerAddress> {
        let ip = self.address.ip();
        let ips: Vec<IpAddr> = match Reach::of(ip) {
            Reach::ThisComputer | Reach::OneAddress => vec![ip],
            Reach::Everybody => self.own.clone(),
        };
        ips.into_iter().filter_map(|ip| self.at(ip)).collect()
    }

    /// What is typed on this very computer.
    pub fn from_here(&self) -> Option<ServerAddress> {
        let ip = self.address.ip();
        let here = if ip.is_unspecified() {
            Reach::THIS_COMPUTER
        } else {
            ip
        };
        self.at(here)
    }

    /// The server at that address, with its identity.
    pub fn link(&self, server: ServerAddress) -> ServerLink {
        ServerLink {
            server,
            identity: self.identity,
            code: None,
        }
    }

    /// The link for others; where nobody else can come, the one for this computer.
    pub fn link_for_others(&self) -> Option<ServerLink> {
        let server = self.typed().into_iter().next().or_else(|| self.from_here())?;
        Some(self.link(server))
    }

    /// Whether others need not type the port.
    pub fn has_usual_port(&self) -> bool {
        self.address.port() == LOBBY_PORT
    }

    fn at(&self, ip: IpAddr) -> Option<ServerAddress> {
        SocketAddr::new(ip, self.address.port()).to_string().parse().ok()
    }
}

impl Census {
    /// How many seats are given, in rooms and in plazas together.
    pub fn people(&self) -> usize {
        let in_rooms: usize = self.rooms.iter().map(|room| usize::from(room.seats)).sum();
        let in_plazas = self.plazas.iter().map(|plaza| plaza.people);
        in_plazas.fold(in_rooms, |sum, people| {
            sum.saturating_add(usize::try_from(people).unwrap_or(usize::MAX))
        })
    }

    /// How many sit alone.
    pub fn waiting(&self) -> usize {
        self.rooms.iter().filter(|room| room.seats == 1).count()
    }

    /// The room of that number, if it is in use.
    pub fn room(&self, port: u16) -> Option<RoomInUse> {
        let at = self.rooms.binary_search_by_key(&port, |room| room.port).ok()?;
        self.rooms.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(address: &str, own: &[&str]) -> Standing {
        Standing {
            address: address.parse().unwrap(),
            identity: Some(Fingerprint::of_spki(b"a key")),
            rooms: 1026..=9999,
            single_port: false,
            own: own.iter().map(|ip| ip.parse().unwrap()).collect(),
        }
    }

    fn typed(address: &str, own: &[&str]) -> Vec<String> {
        let typed = standing(address, own).typed();
        typed.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn others_type_an_address_that_leads_here() {
        let own = ["192.168.1.20", "2001:db8::7"];
        assert_eq!(typed("192.168.1.20:1025", &own), ["192.168.1.20"]);
        assert_eq!(
            typed("0.0.0.0:2000", &own),
            ["192.168.1.20:2000", "[2001:db8::7]:2000"]
        );
        assert_eq!(typed("127.0.0.1:1025", &own), ["127.0.0.1"]);
        assert!(typed("0.0.0.0:1025", &[]).is_empty());
    }

    #[test]
    fn the_link_is_one_that_can_be_typed() {
        let standing = standing("0.0.0.0:2000", &[]);
        let link = standing.link_for_others().unwrap();
        assert_eq!(link.server.to_string(), "127.0.0.1:2000");
        assert_eq!(link.to_string().parse(), Ok(link));
    }

    #[test]
    fn who_sits_alone_waits() {
        let room = |port, seats| RoomInUse { port, seats };
        let census = Census {
            rooms: vec![room(1026, 2), room(4127, 1)],
            ..Census::default()
        };
        assert_eq!((census.people(), census.waiting()), (3, 1));
        let plaza = PlazaSeen {
            name: "Feira".to_owned(),
            people: 5,
            members: Vec::new(),
            posts: Vec::new(),
        };
        let plazas = vec![plaza];
        let with_plaza = Census {
            plazas,
            ..census.clone()
        };
        assert_eq!((with_plaza.people(), with_plaza.waiting()), (8, 1));
        assert_eq!(
            (census.room(4127), census.room(4128)),
            (Some(room(4127, 1)), None)
        );
    }
}
