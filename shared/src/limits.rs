//! Every limit of the wire and of the engine, each with its reason. Nothing here knows who obeys it.

use std::time::Duration;

/// Longest frame body in bytes. It bounds what one peer can make the other hold; the longest sealed message needs 4.4 KB,
/// the rest is room for later kinds of frame.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;

/// Longest message text in bytes of UTF-8: some 700 words, far more than a turn of a conversation.
pub const MESSAGE_BYTES_MAX: usize = 4096;

/// Longest display name in grapheme clusters: what fits a window's header.
pub const NAME_GRAPHEMES_MAX: usize = 32;

/// Longest display name in bytes: 32 graphemes of a script with three-byte letters and a mark each.
pub const NAME_BYTES_MAX: usize = 128;

/// Longest name of an account in bytes.
pub const ACCOUNT_NAME_BYTES_MAX: usize = 32;

/// Longest password in bytes: what is hashed at a peer's wish is bounded.
pub const PASSWORD_BYTES_MAX: usize = 128;

/// Longest subject of a post in bytes of UTF-8: a long line.
pub const SUBJECT_BYTES_MAX: usize = 256;

/// Longest text of a post in bytes of UTF-8: with a subject, a name and what goes with them it fits one frame.
pub const POST_BYTES_MAX: usize = 60 * 1024;

/// Posts that a plaza takes from one person at once.
pub const POSTS_BURST: u32 = 5;

/// Posts per second that a plaza takes from one person after a burst: nobody reads a thousand people who write faster.
pub const POSTS_PER_SECOND: u32 = 1;

/// Bytes of posts that a plaza takes from one person at once: a burst of the longest.
pub const POSTED_BYTES_BURST: u32 = 5 * 60 * 1024;

/// Bytes of posts per second that a plaza takes from one person after a burst: a long one every four seconds.
pub const POSTED_BYTES_PER_SECOND: u32 = 16 * 1024;

/// Posts that wait for an answer in the engine: as many as a plaza takes at once, and as many again on the way.
pub const POSTS_UNANSWERED_MAX: usize = 10;

/// Elements of a list on the wire: a longer one comes in pages. As many of the longest names fit a frame.
pub const LIST_LEN_MAX: usize = 256;

/// How long the seat of somebody whose link was lost is kept: a change of network or a short way through a tunnel.
pub const GRACE: Duration = Duration::from_secs(60);

/// Longest pause between two attempts to come back while a grace runs.
pub const GRACE_PAUSE_MAX: Duration = Duration::from_secs(5);

/// At most one signal of typing per so long.
pub const TYPING_EVERY: Duration = Duration::from_secs(3);

/// A signal of typing that was not renewed is over.
pub const TYPING_OVER_AFTER: Duration = Duration::from_secs(5);

/// Longest body of a sealed frame in bytes: the largest padded plaintext, its tag, and the envelope around it.
pub const SEALED_BYTES_MAX: usize = 5 * 1024;

/// Plaintexts are padded to one of these sizes in bytes before they are sealed, since a length tells what was said.
pub const PADDED_BYTES: [usize; 4] = [128, 512, 2048, 4352];

/// How long a ticket opens a door. A client on a slow link needs a round trip or three to use it.
pub const TICKET_LIFE: Duration = Duration::from_secs(10);

/// How many times a client goes back to the lobby by itself when it finds a door shut.
pub const SHUT_DOOR_RETRIES: u32 = 3;

/// How many times a client asks again by itself for the seat beside somebody in particular that is not free: by then a ticket that was out
/// for it is void, or whoever waits there is back.
pub const TAKEN_SEAT_RETRIES: u32 = 4;

/// How long a room's door may take before the lobby's port is tried instead: three attempts of TCP (after 0, 1 and 3 s, RFC 6298), and
/// more than half of a ticket's life is left.
pub const DOOR_PATIENCE: Duration = Duration::from_secs(4);

/// Longest wait for a TCP connection to stand, or for name resolution to answer.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);

/// Longest wait for a transport (TLS) handshake.
pub const TRANSPORT_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait for the partner's part in the end-to-end handshake; who does not answer loses the seat.
pub const SEALED_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest visit to the lobby, from the first byte to the assignment.
pub const LOBBY_VISIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest wait for one write to a peer to be taken; a reader stuck past it is treated as lost.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// A link that was silent this long is asked for a sign of life.
pub const PING_AFTER: Duration = Duration::from_secs(15);

/// A link that was silent this long is dead: two pings went unanswered.
pub const DEAD_AFTER: Duration = Duration::from_secs(40);

/// Messages that the sender's engine holds for one conversation; a person does not type further ahead than this.
pub const OUTBOX_MESSAGES_MAX: usize = 256;

/// Messages that the engine lets through at once before it paces them.
pub const MESSAGE_BURST: u32 = 10;

/// Messages per second that the engine lets through after a burst.
pub const MESSAGES_PER_SECOND: u32 = 5;

/// Frames of any kind that the server takes from one sender at once: a whole outbox, sent again after a lost link, and as much
/// again for what goes with it.
pub const RELAY_FRAMES_BURST: u32 = 512;

/// Frames of any kind per second that the server takes from one sender after a burst.
pub const RELAY_FRAMES_PER_SECOND: u32 = 64;

/// Bytes that the server takes from one sender at once: as many of the longest frames as it takes.
pub const RELAY_BYTES_BURST: u32 = 512 * 5 * 1024;

/// Bytes per second that the server takes from one sender after a burst.
pub const RELAY_BYTES_PER_SECOND: u32 = 256 * 1024;

/// Longest time that a sender who said too much is not read: much less than what makes a link count as dead.
pub const RELAY_REST_MAX: Duration = Duration::from_secs(2);

/// Length of the queues between tasks: full means that the reader is too slow, and the writer waits.
pub const QUEUE_LEN: usize = 64;

/// First and last port a room can have: above the privileged ports and the lobby, below 10,000.
pub const ROOM_PORTS: std::ops::RangeInclusive<u16> = 1026..=9999;

/// The lobby's port unless an operator says otherwise.
pub const LOBBY_PORT: u16 = 1025;

/// Back-off between attempts to come back, in seconds; the last one repeats.
pub const BACKOFF_SECS: [u64; 6] = [1, 2, 4, 8, 16, 30];

/// How long an invitation's room waits for whom the code was read to.
pub const INVITATION_LIFE: Duration = Duration::from_secs(600);

/// How long a room waits where both know the number of the rendezvous: people are less punctual than codes are short.
pub const RENDEZVOUS_LIFE: Duration = Duration::from_secs(3600);

/// People in one circle: each has a link to every other one.
pub const CIRCLE_MEMBERS_MAX: usize = 16;

/// Addresses of its own network that a member of a circle has the others told.
pub const ADDRESSES_MAX: usize = 8;

/// Longest datagram that is relayed between members of a circle: an Ethernet frame's worth.
pub const DATAGRAM_BYTES_MAX: usize = 1500;

/// When a silent link between two members of a circle is asked for a sign of life: a mapping in a router that nobody uses is gone after
/// 30 seconds, and who has gone without a word is to be missed.
pub const MEMBER_PING_AFTER: Duration = Duration::from_millis(2500);

/// A link between two members that was silent this long is dead: with the time until it was asked, at most 15 seconds.
pub const MEMBER_DEAD_AFTER: Duration = Duration::from_secs(12);

/// A link between two members on which something was not acknowledged for this long is lost.
pub const MEMBER_UNANSWERED_AFTER: Duration = Duration::from_secs(4);

/// How long all ways to a member are tried at once before the next thing is tried.
pub const MEETING_TIMEOUT: Duration = Duration::from_secs(4);

/// Members, introduced or away, of whom the engine keeps account: a circle's worth, and those who come in the place of who is missed.
pub const ACQUAINTANCES_MAX: usize = 4 * CIRCLE_MEMBERS_MAX;

/// Guesses at the words that one member hears before it lets nobody new into a circle with a code: of 2^32 possible ones nobody comes far.
pub const WRONG_WORDS_MAX: usize = 8;

/// After that time a guess counts no more: whoever guesses on for a year has made half a million, and closes nobody's circle for ever.
pub const WRONG_WORDS_FORGOTTEN_AFTER: Duration = Duration::from_secs(600);
