//! A conversation's encryption after the handshake: a key for each direction, and nonces that are never used for two plaintexts.

use serde::Serialize;
use serde::de::DeserializeOwned;
use snow::StatelessTransportState;

use super::secret::{Commitment, Nonce, Secret};
use super::{SealError, padding};
use crate::codec;
use crate::limits::PADDED_BYTES;
use crate::protocol::partner::{PartnerControl, PartnerMessage};

/// Bytes of the authentication tag at the end of each ciphertext (RFC 8439 §2.8).
pub(super) const TAG_BYTES: usize = 16;

/// Sequence numbers end here: the upper half of the nonces belongs to control messages, so that no nonce is ever used twice.
const SEQUENCE_END: u64 = 1 << 63;

pub(super) struct Channel {
    transport: StatelessTransportState,
    /// Sequence numbers and counters used up by us.
    said: u64,
    controls: u64,
    proof: Proof,
}

/// What the safety phrase comes from.
pub(super) enum Proof {
    /// The initiator bound itself to its nonce and has not shown it yet: nothing else of theirs is believed before.
    Promised {
        commitment: Commitment,
        hash: Vec<u8>,
        ours: Nonce,
    },
    /// Both nonces are known.
    Known(Secret),
}

impl Channel {
    pub(super) fn new(transport: StatelessTransportState, proof: Proof) -> Self {
        Self {
            transport,
            said: 0,
            controls: 0,
            proof,
        }
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Known(secret) => Some(secret),
            Proof::Promised { .. } => None,
        }
    }

    /// A message under the next sequence number.
    pub(super) fn seal(&mut self, message: &PartnerMessage) -> Result<(u64, Vec<u8>), SealError> {
        let sequence = self.said;
        if sequence >= SEQUENCE_END {
            return Err(SealError::OutOfPhase);
        }
        let ciphertext = self.encrypt(sequence, message)?;
        self.said += 1;
        Ok((sequence, ciphertext))
    }

    /// A control message under the next counter.
    pub(super) fn seal_control(&mut self, control: &PartnerControl) -> Result<(u64, Vec<u8>), SealError> {
        let counter = self.controls;
        if counter >= SEQUENCE_END {
            return Err(SealError::OutOfPhase);
        }
        let ciphertext = self.encrypt(SEQUENCE_END | counter, control)?;
        self.controls += 1;
        Ok((counter, ciphertext))
    }

    /// Tells `None` for the initiator's nonce, which was checked and is nothing to be shown.
    pub(super) fn open(
        &mut self,
        sequence: u64,
        ciphertext: &[u8],
    ) -> Result<Option<PartnerMessage>, SealError> {
        if sequence >= SEQUENCE_END {
            return Err(SealError::OutOfPhase);
        }
        match (self.decrypt(sequence, ciphertext)?, &self.proof) {
            (
                PartnerMessage::Reveal { nonce },
                Proof::Promised {
                    commitment,
                    hash,
                    ours,
                },
            ) => {
                let theirs = Nonce::from(nonce);
                if theirs.commitment() != *commitment {
                    return Err(SealError::PromiseBroken);
                }
                self.proof = Proof::Known(Secret::new(hash, theirs, *ours));
                Ok(None)
            }
            (_, Proof::Promised { .. }) | (PartnerMessage::Reveal { .. }, Proof::Known(_)) => {
                Err(SealError::OutOfPhase)
            }
            (message, Proof::Known(_)) => Ok(Some(message)),
        }
    }

    pub(super) fn open_control(&self, counter: u64, ciphertext: &[u8]) -> Result<PartnerControl, SealError> {
        if counter >= SEQUENCE_END {
            return Err(SealError::OutOfPhase);
        }
        self.decrypt(SEQUENCE_END | counter, ciphertext)
    }

    pub(super) fn encrypt<T: Serialize>(&self, nonce: u64, message: &T) -> Result<Vec<u8>, SealError> {
        let padded = padding::pad(&codec::encode_body(message));
        let mut ciphertext = vec![0; padded.len() + TAG_BYTES];
        let length = self.transport.write_message(nonce, &padded, &mut ciphertext)?;
        ciphertext.truncate(length);
        Ok(ciphertext)
    }

    fn decrypt<T: DeserializeOwned>(&self, nonce: u64, ciphertext: &[u8]) -> Result<T, SealError> {
        let mut padded = [0; PADDED_BYTES[PADDED_BYTES.len() - 1] + TAG_BYTES];
        if ciphertext.len() > padded.len() {
            return Err(SealError::NoMessage);
        }
        let length = self.transport.read_message(nonce, ciphertext, &mut padded)?;
        let message = padded
            .get(..length)
            .and_then(padding::unpad)
            .ok_or(SealError::NoMessage)?;
        codec::decode(message).map_err(|_| SealError::NoMessage)
    }
}
