//! What a client can do wrong, by the names and codes of HTTP/3 (RFC 9114, 8.1) and QPACK (RFC 9204, 6).

use quinn::VarInt;

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A second control stream, or a push from a client.
    #[error("a stream that cannot be")]
    StreamCreation,
    /// A stream ended that has to live as long as the connection.
    #[error("a critical stream was closed")]
    ClosedCriticalStream,
    /// A frame of a kind that has no business there.
    #[error("a frame in the wrong place")]
    FrameUnexpected,
    /// A frame that does not add up.
    #[error("a malformed frame")]
    Frame,
    /// More than anybody who means well has to say.
    #[error("more than is taken from one client")]
    ExcessiveLoad,
    /// Settings that contradict themselves, or belong to HTTP/2.
    #[error("malformed settings")]
    Settings,
    /// The control stream did not begin with settings.
    #[error("no settings")]
    MissingSettings,
    /// A field section that cannot be decompressed, or refers to a table that was never granted.
    #[error("a field section that cannot be decompressed")]
    Decompression,
    /// Something for a table that was never granted.
    #[error("an instruction for a table that was never granted")]
    EncoderStream,
    /// Something about a table that does not exist.
    #[error("an acknowledgement of a table that does not exist")]
    DecoderStream,
}

impl Violation {
    /// The code that says so on the wire.
    pub fn code(self) -> VarInt {
        VarInt::from_u32(match self {
            Self::StreamCreation => 0x103,
            Self::ClosedCriticalStream => 0x104,
            Self::FrameUnexpected => 0x105,
            Self::Frame => 0x106,
            Self::ExcessiveLoad => 0x107,
            Self::Settings => 0x109,
            Self::MissingSettings => 0x10a,
            Self::Decompression => 0x200,
            Self::EncoderStream => 0x201,
            Self::DecoderStream => 0x202,
        })
    }
}

/// Nothing is wrong: whoever leaves, or stops listening to what has been answered already, says this.
pub(crate) const NO_ERROR: VarInt = VarInt::from_u32(0x100);
