//! The relay over scripted streams: what arrives in which pieces, and what is taken when, is the test's choice.

use std::collections::VecDeque;
use std::task::Waker;

use acaso_shared::ids::Ticket;
use acaso_shared::limits::{RELAY_BYTES_PER_SECOND, RELAY_FRAMES_PER_SECOND, SEALED_BYTES_MAX};
use acaso_shared::protocol::VERSIONS;
use acaso_shared::protocol::room::{RoomEvent, SealedFrame};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::room::allowance::Allowance;

/// A stream that yields what the test put in, one piece a read, and takes as many bytes as the test allows.
#[derive(Default)]
struct Scripted {
    pieces: VecDeque<Vec<u8>>,
    ended: bool,
    may_take: usize,
    writes: Vec<Vec<u8>>,
}

impl AsyncRead for Scripted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.pieces.pop_front() {
            Some(piece) => into.put_slice(&piece),
            None if self.ended => {}
            None => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = bytes.len().min(self.may_take);
        if taken == 0 {
            return Poll::Pending;
        }
        self.may_take -= taken;
        self.writes.push(bytes[..taken].to_vec());
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Two in conversation 7, both taking everything.
fn conversation() -> Relay<Scripted> {
    let mut relay = Relay::new(Carried::default());
    for side in Side::BOTH {
        let stream = Scripted {
            may_take: usize::MAX,
            ..Scripted::default()
        };
        relay.lines[side] = Some(Box::new(Line::new(stream, &[], Instant::now())));
    }
    relay.set_conversation(Some(ConversationNumber(7)));
    relay
}

impl Relay<Scripted> {
    fn stream(&mut self, side: Side) -> &mut Scripted {
        &mut self.lines[side].as_mut().unwrap().stream
    }

    fn arrives(&mut self, side: Side, piece: &[u8]) {
        self.stream(side).pieces.push_back(piece.to_vec());
    }

    /// One turn of the task.
    fn turn(&mut self) -> Option<(Side, Said)> {
        match self.poll_carry(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(said) => Some(said),
            Poll::Pending => None,
        }
    }

    /// All the time in the world has passed for that sender.
    fn has_rested(&mut self, side: Side) {
        let line = self.lines[side].as_mut().unwrap();
        line.allowance = Allowance::full(Instant::now());
        line.rests_until = None;
    }

    fn taken(&mut self, side: Side) -> Vec<u8> {
        self.stream(side).writes.concat()
    }
}

fn sealed(conversation: u32, body: &[u8]) -> Vec<u8> {
    let frame = SealedFrame {
        conversation: ConversationNumber(conversation),
        body: body.to_vec(),
    };
    codec::encode(&RoomRequest::Sealed(frame)).to_vec()
}

fn request(request: &RoomRequest) -> Vec<u8> {
    codec::encode(request).to_vec()
}

#[test]
fn a_run_of_frames_goes_out_in_one_write_and_nothing_is_kept() {
    let mut relay = conversation();
    let run = [sealed(7, b"one"), sealed(7, b"two"), sealed(7, &[3; 900])].concat();
    relay.arrives(Side::A, &run);
    assert!(relay.turn().is_none());
    assert_eq!(relay.stream(Side::B).writes, [run]);
    assert!(relay.taken(Side::A).is_empty());
    let line = relay.lines[Side::A].as_ref().unwrap();
    assert_eq!((line.frames, line.inbox.capacity()), (3, 0));
}

#[test]
fn what_is_carried_is_counted_and_what_nobody_hears_is_not() {
    let mut relay = conversation();
    let run = [sealed(7, b"one"), sealed(6, b"stale"), sealed(7, b"two")].concat();
    relay.arrives(Side::A, &run);
    relay.arrives(Side::B, &sealed(7, b"three"));
    assert!(relay.turn().is_none());
    assert_eq!(relay.carried.count(), 3);
    relay.lines[Side::B] = None;
    relay.arrives(Side::A, &sealed(7, b"to nobody"));
    assert!(relay.turn().is_none());
    assert_eq!(relay.carried.count(), 3);
}

#[test]
fn frames_cut_anywhere_arrive_whole_and_in_order() {
    let mut relay = conversation();
    let run = [sealed(7, b"one"), sealed(7, b"two")].concat();
    for byte in &run {
        relay.arrives(Side::B, &[*byte]);
    }
    while !relay.stream(Side::B).pieces.is_empty() {
        assert!(relay.turn().is_none());
    }
    assert_eq!(
        relay.stream(Side::A).writes,
        [sealed(7, b"one"), sealed(7, b"two")]
    );
}

#[test]
fn frames_of_another_conversation_go_nowhere() {
    let mut relay = conversation();
    relay.arrives(
        Side::A,
        &[sealed(6, b"old"), sealed(7, b"now"), sealed(8, b"not yet")].concat(),
    );
    assert!(relay.turn().is_none());
    assert_eq!(relay.taken(Side::B), sealed(7, b"now"));

    relay.set_conversation(None);
    relay.arrives(Side::A, &sealed(7, b"too late"));
    assert!(relay.turn().is_none());
    assert_eq!(relay.taken(Side::B), sealed(7, b"now"));
}

#[test]
fn what_is_said_to_nobody_goes_nowhere() {
    let mut relay = conversation();
    relay.lines[Side::B] = None;
    relay.arrives(
        Side::A,
        &[sealed(7, b"anybody?"), request(&RoomRequest::Ping)].concat(),
    );
    assert!(relay.turn().is_none());
    assert_eq!(relay.taken(Side::A), codec::encode(&RoomEvent::Pong));
}

#[test]
fn everything_before_a_goodbye_is_handed_over_first() {
    let mut relay = conversation();
    relay.stream(Side::B).may_take = 5;
    let (words, leave) = (sealed(7, b"last words"), request(&RoomRequest::Leave));
    relay.arrives(Side::A, &[words.clone(), leave].concat());
    assert!(matches!(relay.turn(), Some((Side::A, Said::Leave))));
    relay.lines[Side::A] = None;
    relay.set_conversation(None);
    relay.lines[Side::B].as_mut().unwrap().say(&RoomEvent::Ping);
    relay.stream(Side::B).may_take = usize::MAX;
    assert!(relay.turn().is_none());
    assert_eq!(
        relay.taken(Side::B),
        [&words[..], &codec::encode(&RoomEvent::Ping)].concat()
    );
}

#[test]
fn a_word_for_the_room_between_two_frames_holds_up_neither() {
    let mut relay = conversation();
    let conversation = ConversationNumber(7);
    let ready = request(&RoomRequest::Ready { conversation });
    relay.arrives(Side::A, &[sealed(7, b"one"), ready, sealed(7, b"two")].concat());
    assert!(matches!(
        relay.turn(),
        Some((Side::A, Said::Ready(ConversationNumber(7))))
    ));
    assert!(relay.turn().is_none());
    assert_eq!(
        relay.taken(Side::B),
        [sealed(7, b"one"), sealed(7, b"two")].concat()
    );
}

#[test]
fn what_is_said_to_the_room_without_end_does_not_reach_it() {
    let mut relay = conversation();
    let ready = |number| {
        let conversation = ConversationNumber(number);
        request(&RoomRequest::Ready { conversation })
    };
    relay.arrives(Side::A, &ready(6).repeat(100));
    assert!(relay.turn().is_none(), "of an earlier conversation");
    relay.arrives(Side::A, &ready(7));
    assert!(matches!(relay.turn(), Some((Side::A, Said::Ready(_)))));
    relay.arrives(Side::A, &ready(7));
    assert!(
        matches!(relay.turn(), Some((Side::A, Said::Unexpected))),
        "nobody is ready twice"
    );
    relay.set_conversation(Some(ConversationNumber(8)));
    relay.arrives(Side::A, &ready(8));
    assert!(matches!(relay.turn(), Some((Side::A, Said::Ready(_)))));
}

#[test]
fn a_half_sent_frame_is_finished_before_anything_else_is_said() {
    let mut relay = conversation();
    relay.stream(Side::B).may_take = 9;
    relay.arrives(Side::A, &sealed(7, &[1; 300]));
    assert!(matches!(relay.turn(), Some((Side::B, Said::Stuck))));
    relay.arrives(Side::B, &request(&RoomRequest::Ping));
    assert!(relay.turn().is_none());
    relay.stream(Side::B).may_take = usize::MAX;
    assert!(relay.turn().is_none());
    let pong = codec::encode(&RoomEvent::Pong);
    assert_eq!(relay.taken(Side::B), [&sealed(7, &[1; 300])[..], &pong].concat());
}

#[test]
fn who_does_not_take_is_reported_once_and_their_partner_is_not_read_meanwhile() {
    let mut relay = conversation();
    relay.stream(Side::B).may_take = 9;
    relay.arrives(Side::A, &sealed(7, b"one"));
    relay.arrives(Side::A, &sealed(7, b"two"));
    assert!(matches!(relay.turn(), Some((Side::B, Said::Stuck))));
    assert!(relay.lines[Side::B].as_ref().unwrap().owed_since().is_some());
    for _ in 0..3 {
        assert!(relay.turn().is_none());
        assert_eq!(relay.stream(Side::A).pieces.len(), 1);
    }
    relay.stream(Side::B).may_take = usize::MAX;
    assert!(relay.turn().is_none());
    assert_eq!(
        relay.taken(Side::B),
        [sealed(7, b"one"), sealed(7, b"two")].concat()
    );
    assert!(relay.lines[Side::B].as_ref().unwrap().owed_since().is_none());
}

#[test]
fn one_who_does_not_take_can_still_speak() {
    let mut relay = conversation();
    relay.stream(Side::B).may_take = 9;
    relay.arrives(Side::A, &sealed(7, &[1; 300]));
    relay.arrives(Side::B, &sealed(7, b"I am slow"));
    while relay.turn().is_some() {}
    assert_eq!(relay.taken(Side::A), sealed(7, b"I am slow"));
}

#[test]
fn nothing_is_lost_however_slowly_and_unevenly_it_is_taken() {
    for seed in 0..200 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut relay = conversation();
        let mut sent = Two::<Vec<u8>>::default();
        for _ in 0..60 {
            let side = if rng.random() { Side::A } else { Side::B };
            let body = vec![rng.random(); rng.random_range(0..3000)];
            sent[side].extend(sealed(7, &body));
        }
        for side in Side::BOTH {
            let mut rest = &sent[side][..];
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at(rng.random_range(1..=rest.len().min(7000)));
                relay.arrives(side, piece);
                rest = behind;
            }
        }
        while Side::BOTH
            .iter()
            .any(|side| relay.taken(side.other()).len() < sent[*side].len())
        {
            let side = if rng.random() { Side::A } else { Side::B };
            relay.stream(side).may_take = rng.random_range(1..2000);
            relay.turn();
        }
        assert_eq!(relay.taken(Side::B), sent[Side::A], "seed {seed}");
        assert_eq!(relay.taken(Side::A), sent[Side::B], "seed {seed}");
    }
}

#[test]
fn a_peer_who_asks_for_signs_of_life_without_end_is_not_answered_without_end() {
    let mut relay = conversation();
    relay.stream(Side::A).may_take = 0;
    for _ in 0..1000 {
        relay.arrives(Side::A, &request(&RoomRequest::Ping).repeat(100));
    }
    while !relay.stream(Side::A).pieces.is_empty() {
        relay.turn();
        relay.has_rested(Side::A);
    }
    relay.stream(Side::A).may_take = usize::MAX;
    relay.turn();
    assert!((100..2000).contains(&relay.taken(Side::A).len()));
}

#[test]
fn what_has_no_place_in_a_room_is_told_as_such() {
    let announced = u32::try_from(SEALED_BYTES_MAX + 1).unwrap().to_le_bytes();
    let enter = RoomRequest::Enter {
        ticket: Ticket::random(),
        versions: VERSIONS,
    };
    let torn = sealed(7, b"torn");
    for rude in [
        &announced[..],
        &[5, 0, 0, 0, 99, 0, 0, 0, 0],
        &[0, 0, 0, 0],
        &request(&enter),
        // One byte less than its own inner length says.
        &[&[torn[0] - 1], &torn[1..torn.len() - 1]].concat(),
    ] {
        let mut relay = conversation();
        relay.arrives(Side::A, &[&sealed(7, b"polite"), rude].concat());
        assert!(
            matches!(relay.turn(), Some((Side::A, Said::Unexpected))),
            "{rude:?}"
        );
        assert_eq!(relay.taken(Side::B), sealed(7, b"polite"));
    }
}

#[test]
fn the_end_of_a_line_is_told() {
    let mut relay = conversation();
    relay.stream(Side::B).ended = true;
    assert!(matches!(relay.turn(), Some((Side::B, Said::Lost(_)))));
}

#[test]
fn what_came_along_with_the_ticket_is_handled() {
    let mut relay = conversation();
    let stream = Scripted {
        may_take: usize::MAX,
        ..Scripted::default()
    };
    let early = request(&RoomRequest::Leave);
    relay.lines[Side::A] = Some(Box::new(Line::new(stream, &early, Instant::now())));
    assert!(matches!(relay.turn(), Some((Side::A, Said::Leave))));
}

#[test]
fn who_says_too_much_is_not_read_for_a_while_and_loses_nothing() {
    let mut relay = conversation();
    let (flood, more) = (sealed(7, b"so much").repeat(600), sealed(7, b"to say"));
    relay.arrives(Side::A, &flood);
    relay.arrives(Side::A, &more);
    assert!(matches!(relay.turn(), Some((Side::A, Said::Rests))));
    let until = relay.lines[Side::A].as_ref().unwrap().rests_until;
    assert!(until.is_some_and(|until| until > Instant::now()));
    relay.arrives(Side::B, &sealed(7, b"calm down"));
    for _ in 0..3 {
        assert!(relay.turn().is_none());
        assert_eq!(relay.stream(Side::A).pieces.len(), 1);
    }
    assert_eq!(
        relay.taken(Side::A),
        sealed(7, b"calm down"),
        "the partner may speak"
    );
    relay.has_rested(Side::A);
    assert!(relay.turn().is_none());
    assert_eq!(relay.taken(Side::B), [flood, more].concat());
}

#[test]
fn a_whole_outbox_passes_at_once() {
    let mut relay = conversation();
    let outbox: Vec<_> = (0..256).map(|_| sealed(7, &[9; 4500])).collect();
    outbox.iter().for_each(|frame| relay.arrives(Side::A, frame));
    assert!(relay.turn().is_none());
    while !relay.stream(Side::A).pieces.is_empty() {
        assert!(relay.turn().is_none());
    }
    assert_eq!(relay.taken(Side::B), outbox.concat());
}

#[test]
fn a_wish_to_meet_again_reaches_the_room_once_and_the_partner_never() {
    let mut relay = conversation();
    let keep = |number| {
        let conversation = ConversationNumber(number);
        request(&RoomRequest::Keep { conversation })
    };
    let around = [
        sealed(7, b"one"),
        keep(6),
        keep(7),
        keep(7),
        keep(7),
        sealed(7, b"two"),
    ];
    relay.arrives(Side::A, &around.concat());
    assert!(matches!(
        relay.turn(),
        Some((Side::A, Said::Keep(ConversationNumber(7))))
    ));
    assert!(relay.turn().is_none());
    assert_eq!(
        relay.taken(Side::B),
        [sealed(7, b"one"), sealed(7, b"two")].concat()
    );
    assert!(relay.taken(Side::A).is_empty());
    relay.set_conversation(Some(ConversationNumber(8)));
    relay.arrives(Side::A, &keep(8));
    assert!(matches!(relay.turn(), Some((Side::A, Said::Keep(_)))));
}

#[test]
fn a_wish_to_meet_again_splits_delays_and_costs_nothing() {
    let (one, two) = (sealed(7, b"one"), sealed(7, b"two"));
    let keep = || {
        request(&RoomRequest::Keep {
            conversation: ConversationNumber(7),
        })
    };
    let is_kept = |said| matches!(said, Some((Side::A, Said::Keep(ConversationNumber(7)))));
    for ahead in [0, RELAY_FRAMES_PER_SECOND] {
        let mut relay = conversation();
        let now = Instant::now();
        let line = relay.lines[Side::A].as_mut().unwrap();
        line.allowance.charge_frames(2 * RELAY_FRAMES_PER_SECOND, now);
        line.allowance
            .charge_bytes(2 * RELAY_BYTES_PER_SECOND as usize, now);
        line.allowance.charge_frames(ahead, now);
        let before = line.allowance;
        relay.arrives(Side::A, &keep());
        assert!(is_kept(relay.turn()));
        assert_eq!(relay.lines[Side::A].as_ref().unwrap().allowance, before);
    }
    let mut relay = conversation();
    relay.arrives(Side::A, &[&*one, &*keep(), &*two].concat());
    assert!(is_kept(relay.turn()));
    let run = [&*one, &*two].concat();
    assert_eq!(
        relay.stream(Side::B).writes,
        [run],
        "one write, before the room hears of it"
    );
}

#[test]
fn whatever_else_is_said_with_a_wish_to_meet_again_is_heard_after_it() {
    let mut relay = conversation();
    let conversation = ConversationNumber(7);
    let said = [
        request(&RoomRequest::Keep { conversation }),
        sealed(7, b"bye"),
        request(&RoomRequest::Leave),
        sealed(7, b"late"),
    ];
    relay.arrives(Side::A, &said.concat());
    assert!(matches!(relay.turn(), Some((Side::A, Said::Keep(_)))));
    assert_eq!(relay.taken(Side::B), said[1]);
    assert!(matches!(relay.turn(), Some((Side::A, Said::Leave))));
    assert_eq!(relay.taken(Side::B), said[1]);
}

#[test]
fn wishes_not_to_meet_somebody_again_reach_the_room_twice_in_a_conversation() {
    let mut relay = conversation();
    let block = request(&RoomRequest::Block {
        conversation: ConversationNumber(7),
    });
    relay.arrives(Side::A, &block.repeat(100));
    for _ in 0..2 {
        assert!(matches!(
            relay.turn(),
            Some((Side::A, Said::Block(ConversationNumber(7))))
        ));
    }
    assert!(relay.turn().is_none());
}
