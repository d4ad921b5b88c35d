//! Addresses that carry one thing more: to which of our ports somebody speaks. The endpoint takes them for addresses and knows
//! nothing of it, so that one endpoint can serve all ports.
//!
//! Of an IPv4 peer the port of ours goes into an IPv6 address that no peer can have (RFC 6666: packets to 100::/64 are
//! discarded): all of it is in the address, so it survives the token that proves an address. Of an IPv6 peer there is no
//! room left but in the flow information, which that token does not keep; so the lobby's is none at all, and only the doors of
//! rooms cannot ask an IPv6 peer for a proof.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// Tells an IPv6 peer's flow information from the lack of it.
const MARKED: u32 = 1 << 16;

/// The peer at that address, speaking to that port of ours.
pub(super) fn mark(peer: SocketAddr, port: u16, lobby: u16) -> SocketAddr {
    let v6 = match peer {
        SocketAddr::V4(v4) => return packed(*v4.ip(), v4.port(), port),
        SocketAddr::V6(v6) => v6,
    };
    if let Some(v4) = v6.ip().to_ipv4_mapped() {
        return packed(v4, v6.port(), port);
    }
    let flow = if port == lobby && !is_packed(v6.ip()) {
        0
    } else {
        MARKED | u32::from(port)
    };
    SocketAddrV6::new(*v6.ip(), v6.port(), flow, v6.scope_id()).into()
}

/// The peer, and the port of ours.
pub(super) fn unmark(marked: SocketAddr, lobby: u16) -> (SocketAddr, u16) {
    let SocketAddr::V6(v6) = marked else {
        return (marked, lobby);
    };
    let [.., ours, high, low] = v6.ip().segments();
    match v6.flowinfo() {
        0 if is_packed(v6.ip()) => {
            let ip = Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
            (SocketAddr::new(IpAddr::V4(ip), v6.port()), ours)
        }
        flow => {
            let port = if flow == 0 { lobby } else { low_half(flow) };
            let peer = SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id());
            (peer.into(), port)
        }
    }
}

fn packed(ip: Ipv4Addr, port: u16, ours: u16) -> SocketAddr {
    let bits = ip.to_bits();
    let ip = Ipv6Addr::new(0x100, 0, 0, 0, 0, ours, low_half(bits >> 16), low_half(bits));
    SocketAddr::new(IpAddr::V6(ip), port)
}

fn is_packed(ip: &Ipv6Addr) -> bool {
    ip.segments()[..4] == [0x100, 0, 0, 0]
}

fn low_half(bits: u32) -> u16 {
    u16::try_from(bits & 0xffff).expect("16 bits fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_speaks_to_whatever_port_is_told_apart_and_found_again() {
        let peers = [
            "192.0.2.7:5000",
            "[2001:db8::7]:5000",
            "[fe80::7%3]:5000",
            // Nobody has this address; whoever pretends to is not taken for 192.0.2.7.
            "[100::402:c000:207]:5000",
        ];
        let mut marks = std::collections::HashSet::new();
        for peer in peers {
            let peer: SocketAddr = peer.parse().unwrap();
            for port in [1025, 1026, 9999] {
                let marked = mark(peer, port, 1025);
                assert_eq!(unmark(marked, 1025), (peer, port));
                assert!(marks.insert(marked), "{peer} at {port}");
            }
        }
    }

    #[test]
    fn an_ipv4_peer_is_the_same_whatever_socket_heard_it() {
        let (plain, mapped) = ("192.0.2.7:5000", "[::ffff:192.0.2.7]:5000");
        let heard = |peer: &str| mark(peer.parse().unwrap(), 1026, 1025);
        assert_eq!(heard(plain), heard(mapped));
    }

    #[test]
    fn what_a_proof_keeps_of_an_address_is_enough_where_proofs_are_asked_for() {
        for (peer, port, provable) in [
            ("192.0.2.7:5000", 1025, true),
            ("192.0.2.7:5000", 1026, true),
            ("[2001:db8::7]:5000", 1025, true),
            ("[2001:db8::7]:5000", 1026, false),
        ] {
            let marked = mark(peer.parse().unwrap(), port, 1025);
            let kept = SocketAddr::new(marked.ip(), marked.port());
            assert_eq!(kept == marked, provable, "{peer} at {port}");
        }
    }
}
