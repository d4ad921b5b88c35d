//! Noise `NN` (The Noise Protocol Framework, revision 34, §7.5): two messages, two fresh keys, no identities. What identifies the two
//! is the safety phrase, so its commitment and its nonce travel as the messages' payloads. Two who share a code do the same as `NNpsk0`
//! (§9): then not even the first message verifies without it.

use snow::{Builder, HandshakeState, StatelessTransportState};

use super::SealError;
use super::secret::{Commitment, Nonce};
use super::words::Psk;
use crate::codec;
use crate::ids::RoomPort;
use crate::protocol::room::{Pairing, Role};

/// X25519, ChaCha20-Poly1305 and SHA-256: fast on every processor, and all of it in `ring`.
const NOISE: &str = "Noise_NN_25519_ChaChaPoly_SHA256";

/// The same, with a key that both have before.
const NOISE_WITH_KEY: &str = "Noise_NNpsk0_25519_ChaChaPoly_SHA256";

/// Longest handshake message we send or accept, in bytes: the longer ones are a key, a payload and a tag, 80.
const MESSAGE_BYTES_MAX: usize = 256;

/// One end of the handshake, before anything was sent or heard.
pub(super) struct Handshake {
    noise: HandshakeState,
    ours: Nonce,
}

/// The initiator's end, after the first message.
pub(super) struct Asked {
    noise: HandshakeState,
    ours: Nonce,
    /// Kept, since it is sent again, byte for byte, when a link was lost before the answer came.
    pub(super) first: Vec<u8>,
}

/// A handshake that stands.
pub(super) struct Standing {
    pub(super) transport: StatelessTransportState,
    /// The Noise handshake hash: everything that was said.
    pub(super) hash: Vec<u8>,
    pub(super) ours: Nonce,
}

impl Handshake {
    /// With a key it stands only if both have the same one.
    pub(super) fn new(port: RoomPort, pairing: &Pairing, key: Option<&Psk>) -> Result<Self, SealError> {
        let prologue = prologue(port, pairing);
        let params = key
            .map_or(NOISE, |_| NOISE_WITH_KEY)
            .parse()
            .expect("the names of the patterns are constants that parse");
        let mut builder = Builder::new(params).prologue(&prologue)?;
        if let Some(key) = key {
            builder = builder.psk(0, key)?;
        }
        let noise = match pairing.role {
            Role::Initiator => builder.build_initiator()?,
            Role::Responder => builder.build_responder()?,
        };
        Ok(Self {
            noise,
            ours: Nonce::random(),
        })
    }

    /// The initiator speaks first, and binds itself to its nonce before it has seen the other one.
    pub(super) fn ask(mut self) -> Result<Asked, SealError> {
        let first = write(&mut self.noise, self.ours.commitment().as_bytes())?;
        Ok(Asked {
            noise: self.noise,
            ours: self.ours,
            first,
        })
    }

    /// The responder hears the first message. Tells what it answers, and what the initiator bound itself to.
    pub(super) fn answer(mut self, first: &[u8]) -> Result<(Standing, Vec<u8>, Commitment), SealError> {
        let commitment = Commitment::from(read(&mut self.noise, first)?);
        let second = write(&mut self.noise, self.ours.as_bytes())?;
        Ok((finish(self.noise, self.ours)?, second, commitment))
    }
}

impl Asked {
    /// The initiator hears the answer, with the responder's nonce.
    pub(super) fn answered(mut self, second: &[u8]) -> Result<(Standing, Nonce), SealError> {
        let theirs = Nonce::from(read(&mut self.noise, second)?);
        Ok((finish(self.noise, self.ours)?, theirs))
    }
}

fn write(noise: &mut HandshakeState, payload: &[u8; 32]) -> Result<Vec<u8>, SealError> {
    let mut message = vec![0; MESSAGE_BYTES_MAX];
    let length = noise.write_message(payload, &mut message)?;
    message.truncate(length);
    Ok(message)
}

fn read(noise: &mut HandshakeState, message: &[u8]) -> Result<[u8; 32], SealError> {
    let mut payload = [0; MESSAGE_BYTES_MAX];
    let length = noise.read_message(message, &mut payload)?;
    payload
        .get(..length)
        .and_then(|payload| payload.try_into().ok())
        .ok_or(SealError::NoMessage)
}

fn finish(noise: HandshakeState, ours: Nonce) -> Result<Standing, SealError> {
    let hash = noise.get_handshake_hash().to_vec();
    Ok(Standing {
        transport: noise.into_stateless_transport_mode()?,
        hash,
        ours,
    })
}

/// What both must have been told alike, or the handshake fails: where they are, and that nobody talked them into an older version.
pub(super) fn prologue(port: RoomPort, pairing: &Pairing) -> Vec<u8> {
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
