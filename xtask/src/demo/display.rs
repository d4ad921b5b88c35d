//! Whether there is a display that a window can open on: not only named in the environment, but answering.

/// Whether a window has a chance. Its own word, once it runs, is the last one.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) fn is_usable() -> bool {
    true
}

/// Whether a window has a chance. Its own word, once it runs, is the last one.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn is_usable() -> bool {
    wayland::answers() || x11::answers()
}

#[cfg(all(unix, not(target_os = "macos")))]
mod wayland {
    use std::os::unix::net::UnixStream;
    use std::path::PathBuf;

    pub(super) fn answers() -> bool {
        socket().is_some_and(|path| UnixStream::connect(path).is_ok())
    }

    fn socket() -> Option<PathBuf> {
        let name = std::env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty())?;
        // An absolute name replaces the directory when joined, as the protocol wants it.
        Some(PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR").unwrap_or_default()).join(name))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
mod x11 {
    use std::net::{TcpStream, ToSocketAddrs};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    /// A display is on this computer or behind a forwarded port on it.
    const ANSWER: Duration = Duration::from_secs(3);

    pub(super) fn answers() -> bool {
        let Ok(display) = std::env::var("DISPLAY") else {
            return false;
        };
        parse(&display).is_some_and(|(host, number)| connects(host, number))
    }

    /// Host and number of `[host]:number[.screen]`; the host is empty for this computer's own socket.
    pub(super) fn parse(display: &str) -> Option<(&str, u16)> {
        let (host, number) = display.rsplit_once(':')?;
        let number = number.split('.').next()?.parse().ok()?;
        Some((if host == "unix" { "" } else { host }, number))
    }

    fn connects(host: &str, number: u16) -> bool {
        if host.is_empty() {
            return connects_here(&format!("/tmp/.X11-unix/X{number}"));
        }
        let Some(port) = number.checked_add(6000) else {
            return false;
        };
        let Ok(mut addresses) = (host, port).to_socket_addrs() else {
            return false;
        };
        addresses.any(|address| TcpStream::connect_timeout(&address, ANSWER).is_ok())
    }

    fn connects_here(path: &str) -> bool {
        UnixStream::connect(path).is_ok() || connects_abstract(path)
    }

    /// In a container the directory of sockets may be missing while the network, and with it Linux' abstract ones, is shared.
    #[cfg(target_os = "linux")]
    fn connects_abstract(path: &str) -> bool {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::SocketAddr;
        SocketAddr::from_abstract_name(path).is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
    }

    #[cfg(not(target_os = "linux"))]
    fn connects_abstract(_path: &str) -> bool {
        false
    }
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::x11::parse;

    #[test]
    fn a_display_is_read_as_host_and_number() {
        assert_eq!(parse(":0"), Some(("", 0)));
        assert_eq!(parse("unix:1.0"), Some(("", 1)));
        assert_eq!(parse("localhost:10.0"), Some(("localhost", 10)));
        assert_eq!(parse("0"), None);
        assert_eq!(parse(":x"), None);
    }
}
