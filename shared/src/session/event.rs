//! The engine's vocabulary: everything a window or a terminal can ask of it, and everything it can tell them.

mod problem;

use crate::address::ServerAddress;
use crate::ids::{AccountName, Code, Fingerprint, MessageText, Name, Password, RoomPort};
use crate::protocol::room::{Closing, Parting, Role};
use crate::sealed::SafetyPhrase;
pub use problem::Problem;

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
    /// The identity that the server must show, from a link to it. What is pinned must fit as well.
    pub identity: Option<Box<Fingerprint>>,
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
    /// Meet people with old clients too. Such a conversation cannot be sealed: the server reads along.
    pub old_clients: bool,
    /// Whom to meet.
    pub way: Way,
}

/// Whom to meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// A stranger, by chance.
    #[default]
    Stranger,
    /// Somebody to whom the code is read that [`Event::Invited`] tells.
    Invite,
    /// Whoever has the same code: where they wait already, or if the code is a lasting one whoever of the two comes first.
    Code(Code),
}

impl Visit {
    /// A visit as most are: encrypted, over whatever carries it, without a login.
    pub fn new(server: ServerAddress, name: Name) -> Self {
        Self {
            server,
            identity: None,
            name,
            plain: false,
            transport: Transport::Auto,
            login: None,
            habits: Habits::default(),
            old_clients: false,
            way: Way::Stranger,
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
    /// Whether to meet people with old clients has changed. Where nobody sits opposite another seat is looked for, as the server hears
    /// of it only on the way to one; a conversation goes on.
    OldClients(bool),
    /// Do not wait for the next attempt to come back: try now.
    TryNow,
    /// Never again beside the partner of that conversation, who is not told; and leave as by [`Goodbye::Now`] if it is going on. Of those
    /// that have ended the last one can be named, wherever we are by now; a server remembers it for some minutes.
    Block {
        /// The conversation, going on or ended just before.
        conversation: ConversationId,
    },
    /// They would like to meet this partner again, who hears of it only if they would like to as well: then both are told
    /// [`Event::Kept`]. Can be said while both are here, and is not taken back; whoever leaves at the same moment may not be told.
    Keep {
        /// The conversation, going on.
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
    /// Seated where only somebody with this code can come; instead of `Waiting`. Told again, with the time that is left, if the link
    /// was lost meanwhile. Good until [`Event::Comparing`], for a code of two words.
    Invited {
        /// The room.
        port: RoomPort,
        /// What the other one has to have.
        code: Code,
        /// For how much longer, in milliseconds.
        good_for_millis: u64,
    },
    /// Somebody came who may have the same code, or not: the words are being compared, and nobody is shown yet. From here on a code of two
    /// words is spent, whatever comes of it, and is not to be told to anybody. Told again if our link was lost meanwhile.
    Comparing {
        /// The room.
        port: RoomPort,
    },
    /// Both would like to meet again: both have this code now, and nobody else has, unless somebody sat in between when they met.
    Kept {
        /// In which conversation.
        conversation: ConversationId,
        /// For a visit by [`Way::Code`], at the same server.
        code: Code,
    },
    /// Somebody sits in the other seat, and the end-to-end encryption stands.
    Paired(Partner),
    /// Somebody with an old client sits in the other seat: nothing is sealed, the server reads along, and there is no way back to the
    /// conversation if the link is lost. Only after a [`Visit`] that allows it.
    PairedOpen {
        /// The conversation that begins.
        conversation: ConversationId,
        /// The room.
        port: RoomPort,
    },
    /// The partner with the old client typed a name: the one they go by from here on.
    Introduced {
        /// In which conversation.
        conversation: ConversationId,
        /// The name; whatever they say it is.
        name: Name,
    },
    /// That message, and every one before it, went to a partner with an old client, which confirms nothing.
    Sent {
        /// In which conversation.
        conversation: ConversationId,
        /// The sender's number for it.
        id: MessageId,
    },
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
    /// The partner is gone. The seat is kept, and the engine waits in the same room for the next stranger; who had a rendezvous is told
    /// [`Event::Closed`] next.
    PartnerLeft {
        /// The conversation that ended.
        conversation: ConversationId,
        /// Why.
        reason: Parting,
    },
    /// The link broke before anybody was met, or a room could not be had, nor the seat beside somebody in particular; the engine tries again
    /// by itself.
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
    /// Whether [`Command::Keep`] can be said: the server knows it, and the two did not meet by a lasting code, which goes on to be good.
    pub can_keep: bool,
    /// Whether both had the same code. If it was made for an invitation, nobody sits in between unless they guessed it at the only try, or
    /// were told it. A lasting one was made in a conversation, and is no better than that: whoever sat in between there knows it.
    pub had_code: bool,
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
