//! This computer's addresses, as others could type them.

use std::net::IpAddr;

/// The addresses of this computer's interfaces, with the interfaces' names. Not those that mean something only on this
/// computer, or only together with an interface.
pub fn addresses_of_this_computer() -> Vec<(IpAddr, String)> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "this computer's addresses cannot be listed");
        Vec::new()
    });
    interfaces
        .into_iter()
        .map(|interface| (interface.ip(), interface.name))
        .filter(|(ip, _)| !ip.is_loopback() && !is_link_local(*ip))
        .collect()
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
