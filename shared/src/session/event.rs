//! The engine's vocabulary: everything a window or a terminal can ask of it, and everything it can tell them.

use std::net::IpAddr;
use std::time::SystemTime;

use crate::address::ServerAddress;
use crate::ids::{AccountName, Fingerprint, MessageText, Name, Password, RoomPort};
use crate::protocol::VersionRange;
use crate::protocol::room::{Closing, Parting, Role};
use crate::sealed::SafetyPhrase;

/// Names one conversation for as long as the program runs; a new partner is a new conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId(pub u64);

/// Names one message of ours; chosen by whoever sends the command, unique within a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

/// Whom to visit, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The server.
    pub server: ServerAddress,
    /// The name the partner will see.
    pub name: Name,
    /// Speak TCP without TLS: for trials on one's own machine. Refused for a server once seen with TLS.
    pub plain: bool,
    /// What carries the links.
    pub transport: Transport,
    /// Said only if the server asks.
    pub login: Option<Box<Login>>,
    /// What the partner is told besides words.
    pub habits: Habits,
}

impl Visit {
    /// A visit as most are: encrypted, over whatever carries it, without a login.
    pub fn new(server: ServerAddress, name: Name) -> Self {
        Self {
            server,
            name,
            plain: false,
            transport: Transport::Auto,
            login: None,
            habits: Habits::default(),
        }
    }
}

/// What carries the links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP; QUIC as well when TLS over TCP does not stand within 250 ms. The first that stands is taken.
    #[default]
    Auto,
    /// TLS over TCP, or TCP as it is.
    Tcp,
    /// QUIC over UDP, which survives a change of network.
    Quic,
}

/// What a server may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The account, where there are accounts.
    pub account: Option<AccountName>,
    /// The password.
    pub password: Password,
}

/// What the partner is told besides words. Each is shown only to who also tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Habits {
    /// That something is being typed.
    pub typing: bool,
    /// That their messages were looked at.
    pub seen: bool,
}

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Meet a stranger. Whoever is in a room or on the way to one leaves it first: this is also *Next*.
    Meet(Visit),
    /// Say something to the partner of that conversation, and to nobody else: if it has ended, the text comes back.
    Say {
        /// The conversation the text was typed for.
        conversation: ConversationId,
        /// The sender's own number for it.
        id: MessageId,
        /// The words.
        text: MessageText,
    },
    /// The person is typing a message. Passed on now and then, if they chose so.
    Typing {
        /// The conversation it is typed for.
        conversation: ConversationId,
    },
    /// The person looked at everything that came so far. Passed on if they chose so.
    Looked {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// What the partner is told besides words has changed.
    Habits(Habits),
    /// Do not wait for the next attempt to come back: try now.
    TryNow,
    /// Never again beside the partner of that conversation, who is not told; and leave as by [`Goodbye::Now`] if it is going on. One that
    /// has ended can be named as long as we keep the seat it was held in.
    Block {
        /// The conversation, going on or ended just before.
        conversation: ConversationId,
    },
    /// Say goodbye and go: answered by [`Event::Closed`] with [`Ending::Left`], at once; also cancels waiting.
    Leave(Goodbye),
    /// Pin the identity that the server of that visit showed, then visit it. Only after [`Problem::IdentityChanged`].
    TrustIdentity {
        /// The visit that was refused.
        visit: Visit,
        /// The fingerprint the person has seen and accepts; anything else is refused again.
        shown: Fingerprint,
    },
}

/// How to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// At once; what still waits its turn comes back as [`Event::NotSent`] first.
    Now,
    /// After everything said so far has arrived, or five seconds after the last of it went.
    WhenSent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// On the way: looking the server up, connecting, asking for a seat.
    Calling {
        /// 1 for the first try.
        attempt: u32,
    },
    /// Seated, and the other seat is free.
    Waiting {
        /// The room.
        port: RoomPort,
        /// How many rooms were in use when the lobby was asked.
        rooms_in_use: u32,
    },
    /// Somebody sits in the other seat, and the end-to-end encryption stands.
    Paired(Partner),
    /// The partner said something.
    Message {
        /// In which conversation.
        conversation: ConversationId,
        /// The words.
        text: MessageText,
    },
    /// The partner's program has that message, and every one before it.
    Delivered {
        /// In which conversation.
        conversation: ConversationId,
        /// The sender's number for it.
        id: MessageId,
    },
    /// The partner has looked at that message, and every one before it.
    Seen {
        /// In which conversation.
        conversation: ConversationId,
        /// The sender's number for it.
        id: MessageId,
    },
    /// The conversation ended before that message was known to have arrived. It may have.
    NotDelivered {
        /// In which conversation.
        conversation: ConversationId,
        /// The sender's number for it.
        id: MessageId,
    },
    /// The partner began or stopped typing.
    Typing {
        /// In which conversation.
        conversation: ConversationId,
        /// Whether they are.
        typing: bool,
    },
    /// Our link was lost in the middle of a conversation; nothing is lost with it. Told anew for each attempt.
    LinkLost {
        /// The conversation, which goes on.
        conversation: ConversationId,
        /// When the next attempt begins, in milliseconds from now; 0 while one is under way.
        retry_in_millis: u64,
        /// How much longer the seat is kept, in milliseconds.
        grace_left_millis: u64,
    },
    /// Our link is back; what was said meanwhile follows.
    LinkBack {
        /// The conversation.
        conversation: ConversationId,
    },
    /// The partner's link was lost. What is said is kept for them.
    PartnerAway {
        /// The conversation, which goes on.
        conversation: ConversationId,
        /// How much longer their seat is kept, in milliseconds.
        grace_left_millis: u64,
    },
    /// The partner is back.
    PartnerBack {
        /// The conversation.
        conversation: ConversationId,
    },
    /// A text was not handed over, and will not be: it belongs back into the composer.
    NotSent {
        /// The conversation it was meant for.
        conversation: ConversationId,
        /// The sender's number for it.
        id: MessageId,
        /// The words, back.
        text: MessageText,
        /// Why.
        reason: NotSent,
    },
    /// The partner is gone. The seat is kept, and the engine waits in the same room for the next stranger.
    PartnerLeft {
        /// The conversation that ended.
        conversation: ConversationId,
        /// Why.
        reason: Parting,
    },
    /// The link broke before anybody was met, or a room could not be had; the engine tries again by itself.
    TryingAgain {
        /// Why.
        problem: Problem,
        /// When, in milliseconds from now.
        in_millis: u64,
    },
    /// The visit is over. The engine is idle and takes the next [`Command::Meet`].
    Closed {
        /// The conversation that ended with it, if one was going on.
        conversation: Option<ConversationId>,
        /// Why.
        ending: Ending,
    },
}

/// Who sits in the other seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The conversation that begins.
    pub conversation: ConversationId,
    /// The name they go by; whatever they say it is.
    pub name: Name,
    /// The room.
    pub port: RoomPort,
    /// Our part in the handshake: decides which half of the meeting is drawn as whose.
    pub role: Role,
    /// What both compare over another way of talking, to know that nobody sits in between.
    pub phrase: SafetyPhrase,
    /// Bytes that both ends of this conversation share and that no other conversation has: seed of the picture of the
    /// meeting. Derived under a label of its own; says nothing about keys.
    pub meeting: [u8; 32],
}

/// Why a visit is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// We said goodbye.
    Left,
    /// The server or the operator ended it.
    Closing(Closing),
    /// It could not begin, or it broke.
    Problem(Problem),
}

/// Why a text was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// Nobody is there.
    NoPartner,
    /// The conversation it was typed for has ended.
    ConversationEnded,
    /// Too many messages wait their turn.
    TooFast {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
}

/// What can go wrong on the way to a partner. `Display` is one plain English sentence: what, why, what next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The name does not resolve.
    #[error(
        "There is no server called {host}: the name may be misspelt, or this computer is offline; check the address, then try again."
    )]
    NameNotFound {
        /// The name as typed.
        host: String,
    },
    /// Nothing listens there.
    #[error(
        "{host} is there, but Acaso is not: nothing listens at port {port}; ask the host whether it is running."
    )]
    ConnectionRefused {
        /// The host as typed.
        host: String,
        /// The lobby's port.
        port: u16,
    },
    /// No answer in time, or no route.
    #[error("No answer from {host}: it may be off, or a firewall drops us; try again, or ask the host.")]
    TimedOut {
        /// The host as typed.
        host: String,
    },
    /// Somebody answers, but does not speak this protocol, or not over TLS.
    #[error(
        "{host} answers at port {port}, but not as an Acaso server: check the port, and whether the server runs with --plain."
    )]
    NotAcaso {
        /// The host as typed.
        host: String,
        /// The lobby's port.
        port: u16,
    },
    /// Plain TCP was asked for, but this server is known with TLS.
    #[error("{host} is known with encryption and is not spoken to without it: start without --plain.")]
    PlainRefused {
        /// The host as typed.
        host: String,
    },
    /// The server's key is not the pinned one. Nothing was sent.
    #[error(
        "{server} shows another identity than the one known: ask its host which is right, then trust the new one, or do not connect. Known: {known}. Shown now: {shown}."
    )]
    IdentityChanged {
        /// The server.
        server: ServerAddress,
        /// The pinned fingerprint.
        known: Fingerprint,
        /// When it was pinned.
        since: SystemTime,
        /// How many visits it stood for.
        visits: u64,
        /// What the server shows now.
        shown: Fingerprint,
    },
    /// A room shows another key than the lobby of this visit.
    #[error(
        "Room {port} shows another identity than its lobby, so nothing was sent to it: somebody may be in between; tell the host."
    )]
    RoomIdentity {
        /// The room.
        port: RoomPort,
    },
    /// No version in common.
    #[error("This server speaks versions {} to {}, yours speaks {} to {}: update Acaso, or ask the host to.", theirs.min, theirs.max, ours.min, ours.max)]
    Version {
        /// What the server speaks.
        theirs: VersionRange,
        /// What we speak.
        ours: VersionRange,
    },
    /// Every seat is taken.
    #[error("Every seat is taken: {people} people are here; try again in {retry_after_secs} s.")]
    Full {
        /// How many people are there.
        people: u32,
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// The server cannot record a room at the moment.
    #[error(
        "The server cannot open a room at the moment, its registry does not take new entries: try again in {retry_after_secs} s, or tell the host."
    )]
    Registry {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// The server asks for a password, and none was given.
    #[error("{host} asks for {}: ask the host for it.", if *.account { "an account and its password" } else { "a password" })]
    LoginNeeded {
        /// The host as typed.
        host: String,
        /// Whether for an account as well.
        account: bool,
    },
    /// The account or the password is not right.
    #[error("The {} not right: look at capitals, then try again in {retry_after_secs} s.", if *.account { "account or the password is" } else { "password is" })]
    LoginWrong {
        /// Whether an account was asked for as well.
        account: bool,
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// Too much, too fast, from this network.
    #[error("Too many tries from your network: wait {retry_after_secs} s, then try again.")]
    SlowDown {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// The operator barred this network.
    #[error(
        "You are barred from this server for {remaining_secs} s more: choose another server, or ask its host."
    )]
    Banned {
        /// For how much longer, in seconds.
        remaining_secs: u32,
    },
    /// The server is being stopped.
    #[error("The server is closing: try again later, or choose another.")]
    Closing,
    /// The lobby answered, the room's port cannot be reached.
    #[error(
        "The lobby answers, room {port} does not: the host must open port {port} (1026 to 9999) at {address}; tell them this number."
    )]
    RoomUnreachable {
        /// The room's port.
        port: RoomPort,
        /// The very address that answered as lobby.
        address: IpAddr,
    },
    /// Doors were found shut several times in a row.
    #[error(
        "The door of the room was shut each time we came to it: the network may be very slow; try again."
    )]
    DoorShut,
    /// The link to the room broke.
    #[error("The connection to the server was lost: check the network, then meet somebody again.")]
    LinkLost,
    /// What the partner sent does not verify: it was changed on the way, or never theirs.
    #[error(
        "What came as your partner's words does not verify, so the conversation was ended: somebody may be in between, or their program is broken; meet somebody else."
    )]
    Unverified,
    /// The other end broke the rules of the protocol.
    #[error(
        "The server said something that makes no sense here, so the visit was ended: try again, or tell its host."
    )]
    Protocol,
    /// The file of known servers cannot be read or written.
    #[error(
        "The file of known servers cannot be used ({detail}), so the server's identity cannot be checked: mend the file or its directory, then try again."
    )]
    Pins {
        /// The operating system's or the parser's word, with the path.
        detail: String,
    },
}
