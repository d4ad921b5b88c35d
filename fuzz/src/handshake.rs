//! Two ends of a conversation, and a relay between them that hands over, holds back, repeats, swaps and damages what it likes.

use acaso_shared::codec;
use acaso_shared::ids::{Code, ConversationNumber, Generation, MessageText, RoomPort};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::partner::{Envelope, PartnerControl, PartnerMessage};
use acaso_shared::protocol::room::{Pairing, Role};
use acaso_shared::sealed::{Opened, Sealed};

use crate::memory::within;

/// What opening one envelope may allocate: a plaintext, an answer, keys.
const OPEN_BYTES_MAX: usize = 64 * 1024;

/// Steps of one run: enough for a handshake and some talk, few enough to be done at once.
const STEPS_MAX: usize = 64;

/// One end, and everything it ever said.
struct End {
    sealed: Sealed,
    envelopes: Vec<Envelope>,
    messages: Vec<PartnerMessage>,
    controls: Vec<PartnerControl>,
    /// It refused something: the conversation is over for it.
    over: bool,
}

/// Which codes the two ends have: the two highest bits of the first byte, which mean nothing to a step.
const CODES: [[Option<&str>; 2]; 4] = [
    [None, None],
    [Some("7-crossover-clockwork"), None],
    [Some("7-crossover-clockwork"), Some("7-crossover-clockwork")],
    [Some("7-crossover-clockwork"), Some("7-adroitness-clockwork")],
];

/// Runs what the bytes say: each step is a byte for what is done, and what that needs.
pub fn handshake(bytes: &[u8]) {
    let codes = CODES[bytes.first().map_or(0, |first| usize::from(first >> 6))];
    let mut ends = [(Role::Initiator, codes[0]), (Role::Responder, codes[1])].map(End::new);
    let mut bytes = bytes.iter().copied();
    for _ in 0..STEPS_MAX {
        let Some(what) = bytes.next() else { break };
        let side = usize::from(what & 1);
        match what >> 1 & 7 {
            0 | 1 => hand_over(&mut ends, side, usize::from(bytes.next().unwrap_or(0)), |_| {}),
            2 => {
                let (which, at, flip) = (bytes.next(), bytes.next(), bytes.next());
                let damage = |envelope: &mut Envelope| {
                    spoil(envelope, usize::from(at.unwrap_or(0)), flip.unwrap_or(1));
                };
                hand_over(&mut ends, side, usize::from(which.unwrap_or(0)), damage);
            }
            3 => ends[side].says(bytes.next().unwrap_or(0)),
            4 => ends[side].controls(bytes.next().unwrap_or(0)),
            5 => {
                let number = u64::from(bytes.next().unwrap_or(0));
                hand_over(
                    &mut ends,
                    side,
                    usize::from(bytes.next().unwrap_or(0)),
                    |envelope| {
                        renumber(envelope, number);
                    },
                );
            }
            _ => {
                let length = usize::from(bytes.next().unwrap_or(0));
                let invented: Vec<u8> = bytes.by_ref().take(length).collect();
                if let Ok(envelope) = codec::decode::<Envelope>(&invented) {
                    open(&mut ends, side, &envelope);
                }
            }
        }
        agree(&ends);
        if codes[0] != codes[1] {
            let stands = |end: &End| end.sealed.is_established();
            assert!(!ends.iter().any(stands), "a handshake stands with other words");
        }
    }
}

impl End {
    fn new((role, code): (Role, Option<&str>)) -> Self {
        let pairing = Pairing {
            generation: Generation(1),
            conversation: ConversationNumber(1),
            role,
            version: VERSIONS.max,
            initiator_versions: VERSIONS,
            responder_versions: VERSIONS,
        };
        let port = RoomPort::try_from(2000).expect("a port of a room");
        let begun = match code.map(str::parse::<Code>) {
            Some(code) => Sealed::begin_with(port, &pairing, &code.expect("a code")),
            None => Sealed::begin(port, &pairing),
        };
        let (sealed, first) = begun.expect("there are random numbers");
        Self {
            sealed,
            envelopes: first.into_iter().collect(),
            messages: Vec::new(),
            controls: Vec::new(),
            over: false,
        }
    }

    fn says(&mut self, letter: u8) {
        let words = format!("m{}", char::from(letter).escape_default()).repeat(1 + usize::from(letter) * 2);
        let text = MessageText::parse(&words).expect("short and visible");
        let message = PartnerMessage::Text { text };
        if let Ok(envelope) = self.sealed.seal(&message) {
            self.envelopes.push(envelope);
            self.messages.push(message);
        }
    }

    fn controls(&mut self, next: u8) {
        let control = PartnerControl::Ack { next: next.into() };
        if let Ok(envelope) = self.sealed.seal_control(&control) {
            self.envelopes.push(envelope);
            self.controls.push(control);
        }
    }
}

/// Gives one of the things that one end said to the other end, after doing something to it.
fn hand_over(ends: &mut [End; 2], from: usize, which: usize, change: impl FnOnce(&mut Envelope)) {
    let said = &ends[from].envelopes;
    let Some(mut envelope) = said.get(which % said.len().max(1)).cloned() else {
        return;
    };
    change(&mut envelope);
    open(ends, 1 - from, &envelope);
}

/// Has an end open an envelope. Whatever it believes the other end must have said, under that very number.
fn open(ends: &mut [End; 2], at: usize, envelope: &Envelope) {
    let [one, two] = ends;
    let (end, other) = if at == 0 { (one, two) } else { (two, one) };
    if end.over {
        return;
    }
    let opened = within(OPEN_BYTES_MAX, || end.sealed.open(envelope));
    match (opened, envelope) {
        (Ok(Opened::Established(answer) | Opened::Compared(answer)), _) => end.envelopes.push(answer),
        (Ok(Opened::Again(answer)), _) => {
            assert!(answer.is_none_or(|answer| end.envelopes.contains(&answer)))
        }
        (Ok(Opened::Message(message)), Envelope::Data { sequence, .. }) => {
            assert!(
                end.sealed.phrase().is_some(),
                "believed before the nonce was shown"
            );
            assert!(other.envelopes.contains(envelope), "a message was forged");
            assert!(other.messages.contains(&message), "{sequence} was never said");
        }
        (Ok(Opened::Control(control)), Envelope::Control { .. }) => {
            assert!(other.envelopes.contains(envelope), "a control message was forged");
            assert!(
                other.controls.contains(&control),
                "a control message was never said"
            );
        }
        (Ok(Opened::Revealed), Envelope::Data { .. }) => {
            assert!(other.envelopes.contains(envelope), "a nonce was forged");
        }
        (Ok(Opened::Early), Envelope::Data { .. } | Envelope::Control { .. }) => {}
        (Ok(opened), envelope) => panic!("{envelope:?} was opened as {opened:?}"),
        (Err(_), _) => end.over = true,
    }
}

/// Whoever has a phrase and still talks has the one that the other has: a relay without keys cannot make two that differ and stand.
fn agree(ends: &[End; 2]) {
    if let (Some(ours), Some(theirs)) = (ends[0].sealed.phrase(), ends[1].sealed.phrase()) {
        assert!(ours == theirs, "two phrases");
        assert_eq!(ends[0].sealed.meeting(), ends[1].sealed.meeting());
    }
}

fn spoil(envelope: &mut Envelope, at: usize, flip: u8) {
    let (Envelope::First(bytes)
    | Envelope::Second(bytes)
    | Envelope::Spake(bytes)
    | Envelope::Data {
        ciphertext: bytes, ..
    }
    | Envelope::Control {
        ciphertext: bytes, ..
    }) = envelope
    else {
        return;
    };
    let length = bytes.len().max(1);
    match flip {
        // Without this, nothing would ever be cut or grow.
        0 => bytes.truncate(at % length),
        255 => bytes.extend(std::iter::repeat_n(0, at)),
        flip => {
            if let Some(byte) = bytes.get_mut(at % length) {
                *byte ^= flip;
            }
        }
    }
}

fn renumber(envelope: &mut Envelope, number: u64) {
    match envelope {
        Envelope::Data { sequence, .. } => *sequence = number,
        Envelope::Control { counter, .. } => *counter = number,
        Envelope::First(_) | Envelope::Second(_) | Envelope::Open(_) | Envelope::Spake(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a run with those codes and steps leads to; the steps are those of an honest relay.
    fn stands(codes: [Option<&str>; 2]) -> bool {
        let mut ends = [(Role::Initiator, codes[0]), (Role::Responder, codes[1])].map(End::new);
        for (from, which) in [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)] {
            hand_over(&mut ends, from, which, |_| {});
        }
        ends.iter().all(|end| end.sealed.phrase().is_some())
    }

    #[test]
    fn an_honest_relay_brings_two_with_the_same_code_together_and_no_others() {
        assert!(!stands(CODES[1]) && stands(CODES[2]) && !stands(CODES[3]));
    }
    #[test]
    fn the_seeds_run_through() {
        let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/handshake");
        let mut ran = 0;
        for seed in std::fs::read_dir(seeds).unwrap() {
            handshake(&std::fs::read(seed.unwrap().path()).unwrap());
            ran += 1;
        }
        assert!(ran >= 15, "{ran}");
    }
}
