//! Noise `NN` (The Noise Protocol Framework, revision 34, §7.5): two messages, two fresh keys, no identities.

use snow::{Builder, HandshakeState, StatelessTransportState};

use crate::codec;
use crate::ids::RoomPort;
use crate::protocol::room::{Pairing, Role};

/// X25519, ChaCha20-Poly1305 and SHA-256: fast on every processor, and all of it in `ring`.
const NOISE: &str = "Noise_NN_25519_ChaChaPoly_SHA256";

/// Longest handshake message we send or accept, in bytes: the longer one is a key and a tag, 48.
const MESSAGE_BYTES_MAX: usize = 256;

pub(super) struct Handshake {
    /// Given away by `finish`.
    noise: Option<HandshakeState>,
}

impl Handshake {
    pub(super) fn new(port: RoomPort, pairing: &Pairing) -> Result<Self, snow::Error> {
        let prologue = prologue(port, pairing);
        let params = NOISE
            .parse()
            .expect("the name of the pattern is a constant that parses");
        let builder = Builder::new(params).prologue(&prologue)?;
        let noise = match pairing.role {
            Role::Initiator => builder.build_initiator()?,
            Role::Responder => builder.build_responder()?,
        };
        Ok(Self { noise: Some(noise) })
    }

    pub(super) fn write(&mut self) -> Result<Vec<u8>, snow::Error> {
        let mut message = vec![0; MESSAGE_BYTES_MAX];
        let length = self.noise()?.write_message(&[], &mut message)?;
        message.truncate(length);
        Ok(message)
    }

    pub(super) fn read(&mut self, message: &[u8]) -> Result<(), snow::Error> {
        let mut payload = [0; MESSAGE_BYTES_MAX];
        self.noise()?.read_message(message, &mut payload)?;
        Ok(())
    }

    /// The keys, and the hash of everything said.
    pub(super) fn finish(&mut self) -> Result<(StatelessTransportState, Vec<u8>), snow::Error> {
        let noise = self.noise.take().ok_or(snow::Error::Input)?;
        let hash = noise.get_handshake_hash().to_vec();
        Ok((noise.into_stateless_transport_mode()?, hash))
    }

    fn noise(&mut self) -> Result<&mut HandshakeState, snow::Error> {
        self.noise.as_mut().ok_or(snow::Error::Input)
    }
}

/// What both must have been told alike, or the handshake fails: where they are, and that nobody talked them into an older version.
fn prologue(port: RoomPort, pairing: &Pairing) -> Vec<u8> {
    let told = (
        port,
        pairing.generation,
        pairing.conversation,
        pairing.version,
        pairing.initiator_versions,
        pairing.responder_versions,
    );
    [b"acaso conversation".as_slice(), &codec::encode_body(&told)].concat()
}
