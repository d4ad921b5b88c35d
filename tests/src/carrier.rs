//! What carries the links of a story: whatever is told of strangers is to be true over each.

use std::fmt;

use acaso_shared::session::Transport;
use acaso_shared::transport;
use clap::ValueEnum;

/// What carries the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Carrier {
    /// TCP as it is.
    Plain,
    /// TLS over TCP.
    Tls,
    /// QUIC.
    Quic,
}

impl Carrier {
    /// What clients are told to use.
    pub fn transport(self) -> Transport {
        match self {
            Self::Plain | Self::Tls => Transport::Tcp,
            Self::Quic => Transport::Quic,
        }
    }

    /// What those dial with who speak the protocol by hand.
    pub(crate) fn dialled(self) -> transport::Carrier {
        match self {
            Self::Plain | Self::Tls => transport::Carrier::Tcp,
            Self::Quic => transport::Carrier::Quic,
        }
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain TCP",
            Self::Tls => "TLS",
            Self::Quic => "QUIC",
        })
    }
}
