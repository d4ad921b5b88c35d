//! This computer's addresses, as others could type them.

use std::net::{IpAddr, SocketAddr, UdpSocket};

/// The addresses of this computer's interfaces, with the interfaces' names. Not those that mean something only on this
/// computer, or only together with an interface. First those by which this computer goes to others: they reach it there, if anywhere;
/// an interface for virtual machines or containers may be listed before.
pub fn addresses_of_this_computer() -> Vec<(IpAddr, String)> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "this computer's addresses cannot be listed");
        Vec::new()
    });
    let own = interfaces
        .into_iter()
        .map(|interface| (interface.ip(), interface.name))
        .filter(|(ip, _)| !ip.is_loopback() && !is_link_local(*ip));
    likeliest_first(own.collect(), &ELSEWHERE.map(own_towards))
}

/// Addresses that are nobody's, kept for documentation: the way to them is the way to everybody.
const ELSEWHERE: [&str; 2] = ["192.0.2.1:9", "[2001:db8::1]:9"];

/// Our own address on the way there, if there is a way. Nothing is sent: the system only chooses.
fn own_towards(there: &str) -> Option<IpAddr> {
    let there: SocketAddr = there.parse().ok()?;
    let any = if there.is_ipv6() { "[::]:0" } else { "0.0.0.0:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(there).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

fn likeliest_first(mut own: Vec<(IpAddr, String)>, routed: &[Option<IpAddr>]) -> Vec<(IpAddr, String)> {
    own.sort_by_key(|(ip, _)| !routed.contains(&Some(*ip)));
    own
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_others_comes_before_what_leads_to_containers() {
        let own = [
            ("172.17.0.1", "docker0"),
            ("192.168.1.20", "eth0"),
            ("10.0.0.1", "virbr0"),
            ("2001:db8::7", "eth0"),
        ];
        let own = own.map(|(ip, name)| (ip.parse().unwrap(), name.to_owned()));
        let routed = [Some("192.168.1.20".parse().unwrap()), None];
        let sorted = likeliest_first(own.to_vec(), &routed);
        let ips: Vec<_> = sorted.iter().map(|(ip, _)| ip.to_string()).collect();
        assert_eq!(ips, ["192.168.1.20", "172.17.0.1", "10.0.0.1", "2001:db8::7"]);
        assert_eq!(likeliest_first(own.to_vec(), &[None, None]), own);
    }

    #[test]
    fn the_own_address_on_the_way_is_one_of_ours() {
        assert_eq!(own_towards("127.0.0.1:9"), "127.0.0.1".parse().ok());
        assert_eq!(own_towards("nowhere"), None);
    }

    #[test]
    fn link_local_addresses_are_not_for_typing() {
        for (address, expected) in [
            ("169.254.3.4", true),
            ("fe80::1", true),
            ("192.0.2.7", false),
            ("2001:db8::7", false),
        ] {
            assert_eq!(is_link_local(address.parse().unwrap()), expected, "{address}");
        }
    }
}
