//! Addresses of the web in a text: where they stand, and to whom they lead.

use std::fmt;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use url::{Host, Url};

/// An address of the web that somebody wrote. It leads nowhere until the person has seen to whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    url: Url,
}

/// What somebody wrote stays out of logs.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(…)")
    }
}

impl Link {
    /// Reads an address. Only the web's own: nothing that starts a program or opens a file.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then_some(Self { url })
    }

    /// The address as a browser takes it, in plain letters.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// To whom it leads: the host, in its own letters, and the port if it is an unusual one.
    pub fn host(&self) -> String {
        let host = match self.url.host() {
            Some(Host::Domain(name)) => idna::domain_to_unicode(name).0,
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => format!("[{address}]"),
            None => String::new(),
        };
        self.with_port(&host)
    }

    /// The host as it is asked for on the network, where that differs: `аррӏе.com` is `xn--80ak6aa92e.com`.
    pub fn host_in_ascii(&self) -> Option<String> {
        let ascii = self.with_port(self.url.host_str().unwrap_or_default());
        (ascii != self.host()).then_some(ascii)
    }

    fn with_port(&self, host: &str) -> String {
        self.url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// As many links of a message as are looked for: more is no conversation.
const LINKS_MAX: usize = 64;

/// Where links stand in a text, in order.
pub fn links(text: &str) -> Vec<(Range<usize>, Link)> {
    // Most messages have none, and this is asked for each of them in each frame.
    if !text.contains("://") {
        return Vec::new();
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
        .links(text)
        .filter_map(|found| Some((found.start()..found.end(), Link::parse(found.as_str())?)))
        .take(LINKS_MAX)
        .collect()
}
