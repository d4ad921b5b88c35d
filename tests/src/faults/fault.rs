//! What can go wrong on the way, and how it is called when it is counted.

use std::time::Duration;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Both ends are told at once that the connection is gone.
    Reset,
    /// Only the client is told; the server keeps a connection on which nobody is.
    ClientReset,
    /// Only the server is told.
    ServerReset,
    /// Whatever goes this way, its end included, is swallowed from now on, and nobody is told.
    HalfOpen(Way),
    /// Whatever goes either way is swallowed from now on.
    Swallowed,
    /// Both are told once so many more bytes went this way.
    CutAfter(Way, usize),
    /// Half of what comes next this way arrives, and then both are told: in the middle of a frame.
    Torn(Way),
    /// Nothing moves for so long; then everything does.
    Freeze(Duration),
    /// For so long, everything comes later by so much.
    Delay {
        /// By how much.
        each: Duration,
        /// For how long.
        lasting: Duration,
    },
    /// Datagrams only: for so long, so many in a hundred are lost.
    Loss {
        /// In a hundred.
        percent: u32,
        /// For how long.
        lasting: Duration,
    },
    /// Datagrams only: for so long, so many in a hundred come after those sent later.
    Reorder {
        /// In a hundred.
        percent: u32,
        /// For how long.
        lasting: Duration,
    },
    /// Datagrams only: for so long, so many in a hundred come twice.
    Duplicate {
        /// In a hundred.
        percent: u32,
        /// For how long.
        lasting: Duration,
    },
    /// Datagrams only: for so long, all are lost. Longer than silence may last, this is a cut.
    Outage(Duration),
    /// Datagrams only: from now on the server sees the client's come from another port.
    Rebind,
    /// Nothing more is to go wrong.
    Calm,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// [`Fault::Reset`]
    Reset,
    /// [`Fault::ClientReset`]
    ClientReset,
    /// [`Fault::ServerReset`]
    ServerReset,
    /// [`Fault::HalfOpen`]
    HalfOpen,
    /// [`Fault::Swallowed`]
    Swallowed,
    /// [`Fault::CutAfter`], once it has cut.
    CutAfter,
    /// [`Fault::Torn`], once it has torn.
    Torn,
    /// [`Fault::Freeze`]
    Freeze,
    /// [`Fault::Delay`], or with datagrams each one delayed.
    Delay,
    /// Datagrams that [`Fault::Loss`] lost.
    Loss,
    /// Datagrams that [`Fault::Reorder`] held back.
    Reorder,
    /// Datagrams that came twice.
    Duplicate,
    /// [`Fault::Outage`]
    Outage,
    /// [`Fault::Rebind`]
    Rebind,
}

impl Kind {
    /// What can befall a link over TCP.
    pub const TCP: [Self; 9] = [
        Self::Reset,
        Self::ClientReset,
        Self::ServerReset,
        Self::HalfOpen,
        Self::Swallowed,
        Self::CutAfter,
        Self::Torn,
        Self::Freeze,
        Self::Delay,
    ];

    /// What can befall one over UDP.
    pub const UDP: [Self; 7] = [
        Self::Loss,
        Self::Reorder,
        Self::Duplicate,
        Self::Delay,
        Self::Freeze,
        Self::Outage,
        Self::Rebind,
    ];

    /// Whether a link cannot outlive it.
    pub fn cuts(self) -> bool {
        match self {
            Self::Reset
            | Self::ClientReset
            | Self::ServerReset
            | Self::HalfOpen
            | Self::Swallowed
            | Self::CutAfter
            | Self::Torn
            | Self::Outage => true,
            Self::Freeze | Self::Delay | Self::Loss | Self::Reorder | Self::Duplicate | Self::Rebind => false,
        }
    }

    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::ClientReset => "reset, the server not told",
            Self::ServerReset => "reset, the client not told",
            Self::HalfOpen => "one way swallowed",
            Self::Swallowed => "both ways swallowed",
            Self::CutAfter => "cut after some bytes",
            Self::Torn => "cut inside a frame",
            Self::Freeze => "frozen",
            Self::Delay => "delayed",
            Self::Loss => "datagram lost",
            Self::Reorder => "datagram held back",
            Self::Duplicate => "datagram doubled",
            Self::Outage => "outage",
            Self::Rebind => "other port",
        }
    }
}
