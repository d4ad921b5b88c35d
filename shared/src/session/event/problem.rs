//! What can go wrong on the way to a partner, each with what a person can do about it.

use std::net::IpAddr;
use std::time::SystemTime;

use crate::address::ServerAddress;
use crate::ids::{Fingerprint, RoomPort};
use crate::protocol::VersionRange;
use crate::transport::Unvouched;

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
    /// The server's key is not the pinned one, or no authority vouches any more for a server for which one did. Nothing was sent.
    #[error("{server} {} Known: {known}. Shown now: {shown}.", changed(*.unvouched, known == shown))]
    IdentityChanged {
        /// The server.
        server: ServerAddress,
        /// The pinned fingerprint.
        known: Fingerprint,
        /// When it was pinned.
        since: SystemTime,
        /// How many visits it stood for.
        visits: u64,
        /// What the server shows now; the same as `known` if only the authority's word is missing.
        shown: Fingerprint,
        /// If an authority had vouched for this server: why none does now.
        unvouched: Option<Unvouched>,
    },
    /// The server's key is not the one in the link that the person came by. Nothing was sent.
    #[error(
        "{server} shows another identity than the link says, so nothing was sent to it: ask the host for the link again. In the link: {linked}. Shown now: {shown}."
    )]
    OtherThanLinked {
        /// The server.
        server: ServerAddress,
        /// The fingerprint in the link.
        linked: Fingerprint,
        /// What the server shows.
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
    #[error("The {} not right: look at capitals, then try again{}.", if *.account { "account or the password is" } else { "password is" }, waiting(*.retry_after_secs))]
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
    /// There is no plaza of that name.
    #[error("There is no such plaza at this server any more: look at its list of plazas.")]
    NoSuchPlaza,
    /// Nobody waits at that number.
    #[error(
        "Nobody waits with that code: it was used, or it is older than ten minutes, or its number was misheard; ask for a new one."
    )]
    NoSuchInvitation,
    /// Somebody came, and the words were not the same. A code of two words is spent by it, at both ends.
    #[error(
        "The words were not the same at both ends{}: somebody mistyped one, or does not know them.",
        if *.spent { ", so that this code is spent; make a new one" } else { "; the code is still good" }
    )]
    WrongCode {
        /// Whether the code is spent.
        spent: bool,
    },
    /// One try was made with a code of two words, and there is no other. If nobody was met by it, whoever came was gone before the words were
    /// shown to be the same: that a connection broke, and that somebody guessed wrong and cut theirs, looks the same.
    #[error(
        "One try was made with this code, and it is good for no other; if nobody was met, a connection broke or somebody guessed wrong, and nobody can tell which: make a new one."
    )]
    CodeSpent,
    /// Somebody is looked for with that number, and the seat beside them cannot be had at this moment. It is tried again a few times.
    #[error(
        "The seat at that number is not free at the moment: somebody else is on the way to it, or whoever waits there has lost the connection; try again in {retry_after_secs} s."
    )]
    SeatTaken {
        /// When to try again, in seconds.
        retry_after_secs: u32,
    },
    /// The server knows no rendezvous, or no circles.
    #[error("{host} is older than this: ask its host to update the server.")]
    NotOffered {
        /// The host as typed.
        host: String,
    },
    /// As many are in that circle as may be.
    #[error(
        "As many people are in that circle as a circle holds: wait until somebody leaves, or begin another."
    )]
    CircleFull,
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

/// What is wrong with an identity, and what next.
fn changed(unvouched: Option<Unvouched>, same_key: bool) -> String {
    let what = match unvouched {
        None => "shows another identity than the one known",
        Some(Unvouched::Outdated) => {
            "shows a certificate that has expired, or this computer's clock is wrong: look at the clock first"
        }
        Some(Unvouched::Unsigned) => "is vouched for by no authority any more",
    };
    let next = if same_key {
        "the key is the same: ask its host, then trust it all the same, or do not connect."
    } else {
        "the key is another: ask its host which is right, then trust the new one, or do not connect."
    };
    match unvouched {
        None => format!("{what}: ask its host which is right, then trust the new one, or do not connect."),
        Some(_) => format!("{what}; {next}"),
    }
}

/// ` in 4 s`, or nothing if there is nothing to wait for.
fn waiting(secs: u32) -> String {
    match secs {
        0 => String::new(),
        secs => format!(" in {secs} s"),
    }
}
