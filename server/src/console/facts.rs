//! What the operator is told once the server runs: one line per fact.

use std::net::IpAddr;
use std::path::Path;

use acaso_server::{Accounts, Circles, Gateway, Limits, Rooms, Server, addresses_of_this_computer};
use acaso_shared::limits::LOBBY_PORT;
use acaso_shared::protocol::lobby::Access;
use acaso_shared::protocol::plaza::PlazaFacts;

/// All facts, each on a line of its own, the address first.
pub(super) fn of(server: &Server, config_file: Option<&Path>) -> String {
    let (address, capacity) = (server.address(), server.capacity());
    let mut facts = vec![format!("listening on {address}")];
    let own: Vec<_> = addresses_of_this_computer()
        .into_iter()
        .map(|(ip, _)| ip)
        .collect();
    facts.extend(reach(address.ip(), address.port(), &own));
    if !address.ip().is_loopback() {
        facts.push(to_open(
            &entrances(server),
            server.gateways(),
            &server.config().rooms,
            server.config().plain,
        ));
    }
    facts.push(rooms(capacity.rooms, &server.config().rooms));
    facts.extend(server.gateways().iter().map(|gateway| way_in(server, *gateway)));
    facts.push(format!(
        "carries {} strangers at once, with {} files and connections allowed to this process",
        capacity.strangers, capacity.descriptors
    ));
    facts.extend(plazas(server));
    facts.extend(circles(server.config().circles));
    facts.push(access(server));
    facts.push(limits(&server.config().limits));
    facts.extend(config_file.map(|file| format!("configuration: {}", file.display())));
    facts.push(format!("data directory: {}", server.data().display()));
    facts.push(match server.fingerprint() {
        Some(fingerprint) => format!("fingerprint: {fingerprint}"),
        None => {
            "WARNING: --plain means no encryption between clients and this server: use it only for trials"
                .into()
        }
    });
    facts.push("type q to stop, r for the rooms, h for help".into());
    facts.join("\n") + "\n"
}

/// Each plaza, where it is entered, and what that takes from the rooms.
fn plazas(server: &Server) -> Vec<String> {
    let lobby = server.address().port();
    let plaza = |plaza: &PlazaFacts| match plaza.port {
        port if port == lobby => format!(
            "plaza: {}, {} people, entered in the lobby",
            plaza.name, plaza.people_max
        ),
        port => format!(
            "plaza: {}, {} people, entered in the lobby and at port {port}{}",
            plaza.name,
            plaza.people_max,
            match &server.config().rooms {
                Rooms::OwnPorts(ports) if ports.contains(&port) => ", which no room has therefore",
                _ => "",
            }
        ),
    };
    server.plazas().iter().map(plaza).collect()
}

/// How many circles there may be, and what they cost.
fn circles(circles: Circles) -> Option<String> {
    let Circles { max, people_max, .. } = circles;
    let relayed = match circles.relay {
        false => "nothing of what they say comes here".to_owned(),
        true => format!(
            "what two cannot say directly is carried here, {} KiB a second at most, encrypted between the two",
            circles.relay_kib_all
        ),
    };
    (max > 0).then(|| format!("circles: {max} of {people_max} people; {relayed}"))
}

/// A way in for an older chat's clients, and whether it takes a port away from the rooms.
fn way_in(server: &Server, Gateway { classic, port }: Gateway) -> String {
    match port {
        None => format!(
            "{classic} clients come to port {}, the lobby's own; what they say is not encrypted",
            server.address().port()
        ),
        Some(port) => {
            let is_rooms = server.config().rooms.listen_on(port);
            let taken = if is_rooms { ", which no room has" } else { "" };
            let seen = match classic.is_under_tls() {
                true => "the server can read what they say",
                false => "what they say is not encrypted",
            };
            format!("{classic} clients come to port {port}{taken}; {seen}")
        }
    }
}

/// What is asked of people, and whether anybody can answer it.
pub(super) fn access(server: &Server) -> String {
    let accounts = || Accounts::open(server.data());
    // Whoever types these may not be who runs the server, and then has another directory without it.
    let here = shown(server.data());
    match server.access() {
        Access::Open => "access: open to everybody".into(),
        Access::Password => match accounts().and_then(|accounts| accounts.has_server_password()) {
            Ok(false) => format!(
                "access: one password for all, but none is set: nobody gets in until `acaso-server password set --data {here}`"
            ),
            Ok(true) | Err(_) => "access: one password for all".into(),
        },
        Access::Accounts => match accounts().and_then(|accounts| accounts.list()) {
            Ok(names) if names.is_empty() => format!(
                "access: accounts, but there are none: nobody gets in until `acaso-server account add NAME --data {here}`"
            ),
            Ok(names) => format!("access: accounts ({})", names.len()),
            Err(_) => "access: accounts".into(),
        },
    }
}

/// A directory as it can be typed from anywhere.
fn shown(directory: &Path) -> String {
    let whole = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    match whole.display().to_string() {
        path if path.contains(char::is_whitespace) => format!("\"{path}\""),
        path => path,
    }
}

/// The lobby's port, and the plazas' own.
fn entrances(server: &Server) -> Vec<u16> {
    let mut ports = vec![server.address().port()];
    for plaza in server.plazas() {
        if !ports.contains(&plaza.port) {
            ports.push(plaza.port);
        }
    }
    ports
}

/// How many rooms there may be, and where.
fn rooms(count: usize, rooms: &Rooms) -> String {
    match rooms {
        Rooms::OwnPorts(ports) => format!("rooms: {count} on ports {}-{}", ports.start(), ports.end()),
        Rooms::Shared(_) => format!("rooms: {count} behind the lobby's port"),
    }
}

/// What has to let people through: QUIC comes by UDP.
fn to_open(entrances: &[u16], gateways: &[Gateway], rooms: &Rooms, plain: bool) -> String {
    let by = if plain { "TCP" } else { "TCP and, for QUIC, UDP" };
    let numbers: Vec<_> = entrances.iter().map(u16::to_string).collect();
    let (numbers, plural) = (numbers.join(", "), if numbers.len() == 1 { "" } else { "s" });
    let own = gateways.iter().filter_map(|gateway| {
        let by = if gateway.classic.is_quic() { "UDP" } else { "TCP" };
        Some((gateway.port?, by))
    });
    let old: String = own
        .filter(|(port, _)| !rooms.listen_on(*port))
        .map(|(port, by)| format!(", and {port}, {by}"))
        .collect();
    match rooms {
        Rooms::OwnPorts(ports) => {
            let (first, last) = (ports.start(), ports.end());
            format!("ports to open in firewall and router: {numbers} and {first}-{last}, {by}{old}")
        }
        Rooms::Shared(_) => format!("port{plural} to open in firewall and router: {numbers}, {by}{old}"),
    }
}

/// What each network may use.
pub(super) fn limits(limits: &Limits) -> String {
    let Limits {
        connections,
        joins,
        wrong_codes,
        exempt,
    } = limits;
    let exempt: Vec<_> = exempt.iter().map(ToString::to_string).collect();
    let but = match exempt.is_empty() {
        true => String::new(),
        false => format!(", but {} not counted", exempt.join(" and ")),
    };
    format!(
        "limits for each network: {connections} people, {joins} joins and {wrong_codes} wrong codes in 10 minutes{but}"
    )
}

/// What others type to come here.
fn reach(bind: IpAddr, port: u16, own: &[IpAddr]) -> Vec<String> {
    if bind.is_loopback() {
        return vec![format!(
            "reached from this computer only, as {}",
            typed(bind, port)
        )];
    }
    let addresses: Vec<_> = match bind.is_unspecified() {
        true => own
            .iter()
            .copied()
            .filter(|ip| bind.is_ipv6() || ip.is_ipv4())
            .collect(),
        false => vec![bind],
    };
    let mut facts: Vec<_> = addresses
        .into_iter()
        .map(|ip| format!("others type {}", typed(ip, port)))
        .collect();
    if facts.is_empty() {
        facts.push("others cannot come yet: this computer has no address but its own".into());
    } else if own
        .iter()
        .any(|ip| matches!(ip, IpAddr::V4(v4) if v4.is_private()))
    {
        facts.push("from outside your network others type your router's public address instead".into());
    }
    facts
}

/// An address as it is typed: the port only where it is not the usual one.
fn typed(ip: IpAddr, port: u16) -> String {
    match (ip, port) {
        (_, LOBBY_PORT) => ip.to_string(),
        (IpAddr::V4(_), _) => format!("{ip}:{port}"),
        (IpAddr::V6(_), _) => format!("[{ip}]:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use acaso_server::Classic;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn without_encryption_there_is_no_quic_to_open_ports_for() {
        let encrypted = to_open(&[1025, 2500], &[], &Rooms::default(), false);
        assert!(
            encrypted.ends_with("1025, 2500 and 1026-9999, TCP and, for QUIC, UDP"),
            "{encrypted}"
        );
        let old = [None, Some(2000), Some(11_000)].map(|port| Gateway {
            classic: Classic::Pychat,
            port,
        });
        let plain = to_open(&[1025], &old, &Rooms::default(), true);
        assert!(plain.ends_with("1026-9999, TCP, and 11000, TCP"), "{plain}");
    }

    #[test]
    fn where_rooms_share_the_lobbys_port_no_other_is_to_be_opened() {
        let shared = Rooms::Shared(1026..=9999);
        let open = to_open(&[1025], &[], &shared, false);
        assert!(open.ends_with("router: 1025, TCP and, for QUIC, UDP"), "{open}");
        assert_eq!(rooms(8974, &shared), "rooms: 8974 behind the lobby's port");
    }

    #[test]
    fn a_directory_is_shown_so_that_it_can_be_typed() {
        let directory = std::path::absolute("some where").unwrap();
        assert_eq!(
            shown(Path::new("some where")),
            format!("\"{}\"", directory.display())
        );
    }

    #[test]
    fn the_usual_port_is_not_typed() {
        assert_eq!(typed(ip("192.0.2.7"), 1025), "192.0.2.7");
        assert_eq!(typed(ip("192.0.2.7"), 2000), "192.0.2.7:2000");
        assert_eq!(typed(ip("2001:db8::7"), 2000), "[2001:db8::7]:2000");
    }

    #[test]
    fn each_way_to_come_is_a_fact() {
        let own = [ip("10.0.0.2"), ip("2001:db8::7")];
        assert!(reach(ip("127.0.0.1"), 1025, &own)[0].contains("this computer only"));
        let all_v4 = reach(ip("0.0.0.0"), 1025, &own);
        assert_eq!(all_v4[0], "others type 10.0.0.2");
        assert!(all_v4[1].contains("router"), "{all_v4:?}");
        assert_eq!(reach(ip("::"), 7, &own)[1], "others type [2001:db8::7]:7");
        assert_eq!(
            reach(ip("2001:db8::7"), 7, &own[1..]),
            ["others type [2001:db8::7]:7"]
        );
        assert!(reach(ip("0.0.0.0"), 7, &[])[0].contains("no address"));
    }
}
