//! What went wrong, and why somebody is gone, in words: what happened, and what to do about it.

use acaso_shared::address::BadAddress;
use acaso_shared::ids::BadName;
use acaso_shared::limits::NAME_GRAPHEMES_MAX;
use acaso_shared::protocol::VersionRange;
use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::session::Problem;
use acaso_shared::transport::Unvouched;
use jiff::{SignedDuration, Zoned};

use super::{Key, Value, Words};

/// One fact in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What happened; a head without a full stop.
    pub what: String,
    /// Why, and what next.
    pub next: String,
}

impl Words {
    /// Why an address cannot be used.
    pub fn bad_address(&self, why: &BadAddress) -> Sentence {
        let (what, next, text) = match why {
            BadAddress::Empty => (Key::TroubleAddressEmpty, Key::TroubleAddressEmptyNext, ""),
            BadAddress::Port(text) => (
                Key::TroubleAddressPort,
                Key::TroubleAddressPortNext,
                text.as_str(),
            ),
            BadAddress::Host(text) => (
                Key::TroubleAddressHost,
                Key::TroubleAddressHostNext,
                text.as_str(),
            ),
        };
        self.sentence(what, next, &[("text", text.into())])
    }

    /// Why a name cannot be used.
    pub fn bad_name(&self, why: BadName) -> Sentence {
        let (what, next) = match why {
            BadName::Empty => (Key::TroubleNameEmpty, Key::TroubleNameEmptyNext),
            BadName::TooLong => (Key::TroubleNameTooLong, Key::TroubleNameTooLongNext),
            BadName::Control => (Key::TroubleNameControl, Key::TroubleNameControlNext),
        };
        self.sentence(what, next, &[("max", NAME_GRAPHEMES_MAX.into())])
    }

    /// What a circle is called: by its name, or as one that goes by a code.
    pub fn circle(&self, name: Option<&str>) -> String {
        name.map_or_else(|| self.get(Key::CircleCoded), str::to_owned)
    }

    /// Why no circle can be called so.
    pub fn bad_circle_name(&self) -> Sentence {
        let max = ("max", NAME_GRAPHEMES_MAX.into());
        self.sentence(Key::CircleBadName, Key::CircleBadNameNext, &[max])
    }

    /// Why the partner is gone.
    pub fn parting(&self, why: Parting, name: &str) -> Sentence {
        let what = match why {
            Parting::Left => Key::LeftGoodbye,
            Parting::Lost => Key::LeftLost,
            Parting::Removed => Key::LeftRemoved,
            Parting::NeverReady => Key::LeftNeverReady,
        };
        self.sentence(what, Key::LeftBody, &[("name", name.into())])
    }

    /// The same of somebody with an old client: a lost line was never waited for, and the host could read the words.
    pub fn parting_open(&self, why: Parting, name: &str) -> Sentence {
        let mut sentence = self.parting(why, name);
        if why == Parting::Lost {
            sentence.what = self.fill(Key::LeftLostOpen, &[("name", name.into())]);
        }
        sentence.next = self.get(Key::LeftBodyOpen);
        sentence
    }

    /// Why the room is no more.
    pub fn closing(&self, why: Closing) -> Sentence {
        let (what, next) = match why {
            Closing::Server => (Key::ClosingServer, Key::ClosingServerNext),
            Closing::Room => (Key::ClosingRoom, Key::ClosingRoomNext),
            Closing::NobodyCame => (Key::ClosingNobodyCame, Key::ClosingNobodyCameNext),
            Closing::RendezvousOver => (Key::ClosingRendezvousOver, Key::ClosingRendezvousOverNext),
        };
        self.sentence(what, next, &[])
    }

    /// What went wrong on the way to a partner, or with one; `at` is when it was told.
    pub fn problem(&self, problem: &Problem, at: &Zoned) -> Sentence {
        match problem {
            Problem::NameNotFound { host } => {
                self.about_host(Key::ProblemNameNotFound, Key::ProblemNameNotFoundNext, host)
            }
            Problem::TimedOut { host } => {
                self.about_host(Key::ProblemTimedOut, Key::ProblemTimedOutNext, host)
            }
            Problem::PlainRefused { host } => {
                self.about_host(Key::ProblemPlainRefused, Key::ProblemPlainRefusedNext, host)
            }
            Problem::IdentityChanged {
                server, unvouched, ..
            } => self.identity(*unvouched, &server.to_string()),
            Problem::ConnectionRefused { host, port } => self.about_port(
                Key::ProblemConnectionRefused,
                Key::ProblemConnectionRefusedNext,
                host,
                *port,
            ),
            Problem::NotAcaso { host, port } => {
                self.about_port(Key::ProblemNotAcaso, Key::ProblemNotAcasoNext, host, *port)
            }
            Problem::OtherThanLinked { server, .. } => self.about_host(
                Key::ProblemOtherThanLinked,
                Key::ProblemOtherThanLinkedNext,
                &server.to_string(),
            ),
            Problem::RoomIdentity { port } => self.about_port(
                Key::ProblemRoomIdentity,
                Key::ProblemRoomIdentityNext,
                "",
                port.get(),
            ),
            Problem::RoomUnreachable { port, address } => self.sentence(
                Key::ProblemRoomUnreachable,
                Key::ProblemRoomUnreachableNext,
                &[
                    ("port", port.get().to_string().into()),
                    ("address", address.to_string().into()),
                ],
            ),
            Problem::Version { theirs, ours } => self.version(*theirs, *ours),
            Problem::Full {
                people,
                retry_after_secs,
            } => self.sentence(
                Key::ProblemFull,
                Key::ProblemFullNext,
                &[("people", (*people).into()), ("secs", (*retry_after_secs).into())],
            ),
            Problem::Registry { retry_after_secs } => self.sentence(
                Key::ProblemRegistry,
                Key::ProblemRegistryNext,
                &[("secs", (*retry_after_secs).into())],
            ),
            Problem::Closing => self.closing(Closing::Server),
            Problem::DoorShut => self.sentence(Key::ProblemDoorShut, Key::ProblemDoorShutNext, &[]),
            Problem::LinkLost => self.sentence(Key::ProblemLinkLost, Key::ProblemLinkLostNext, &[]),
            Problem::Unverified => self.sentence(Key::ProblemUnverified, Key::ProblemUnverifiedNext, &[]),
            Problem::LoginNeeded { account, .. } => self.sentence(
                Key::ProblemLoginNeeded,
                Key::ProblemLoginNeededNext,
                &[("account", yes_or_no(*account).into())],
            ),
            Problem::LoginWrong {
                account,
                retry_after_secs,
            } => self.sentence(
                Key::ProblemLoginWrong,
                Key::ProblemLoginWrongNext,
                &[
                    ("account", yes_or_no(*account).into()),
                    ("secs", (*retry_after_secs).into()),
                ],
            ),
            Problem::SlowDown { retry_after_secs } => self.sentence(
                Key::ProblemSlowDown,
                Key::ProblemSlowDownNext,
                &[("secs", (*retry_after_secs).into())],
            ),
            Problem::SeatTaken { retry_after_secs } => self.sentence(
                Key::ProblemSeatTaken,
                Key::ProblemSeatTakenNext,
                &[("secs", (*retry_after_secs).into())],
            ),
            Problem::Banned { remaining_secs } => self.banned(*remaining_secs, at),
            Problem::NoSuchInvitation => self.sentence(
                Key::ProblemNoSuchInvitation,
                Key::ProblemNoSuchInvitationNext,
                &[],
            ),
            Problem::WrongCode { spent } => self.sentence(
                Key::ProblemWrongCode,
                Key::ProblemWrongCodeNext,
                &[("spent", yes_or_no(*spent).into())],
            ),
            Problem::CodeSpent => self.sentence(Key::ProblemCodeSpent, Key::ProblemCodeSpentNext, &[]),
            Problem::NotOffered { host } => {
                self.about_host(Key::ProblemNotOffered, Key::ProblemNotOfferedNext, host)
            }
            Problem::CircleFull => self.sentence(Key::ProblemCircleFull, Key::ProblemCircleFullNext, &[]),
            Problem::NoSuchPlaza => self.sentence(Key::ProblemNoSuchPlaza, Key::ProblemNoSuchPlazaNext, &[]),
            Problem::Protocol => self.sentence(Key::ProblemProtocol, Key::ProblemProtocolNext, &[]),
            Problem::Pins { detail } => self.sentence(
                Key::ProblemPins,
                Key::ProblemPinsNext,
                &[("detail", detail.into())],
            ),
        }
    }

    /// The end of a ban is a time on the clock: by the time it is read, a span would be wrong.
    fn banned(&self, remaining_secs: u32, at: &Zoned) -> Sentence {
        let span = SignedDuration::from_secs(i64::from(remaining_secs));
        let until = at.checked_add(span).unwrap_or_else(|_| at.clone());
        let time = self.moment(&until, at);
        self.sentence(
            Key::ProblemBanned,
            Key::ProblemBannedNext,
            &[("time", time.into())],
        )
    }

    /// In which way an identity is not the one known.
    fn identity(&self, unvouched: Option<Unvouched>, host: &str) -> Sentence {
        let (what, next) = match unvouched {
            None => (Key::ProblemIdentityChanged, Key::ProblemIdentityChangedNext),
            Some(Unvouched::Outdated) => (Key::ProblemIdentityOutdated, Key::ProblemIdentityOutdatedNext),
            Some(Unvouched::Unsigned) => (Key::ProblemIdentityUnsigned, Key::ProblemIdentityUnsignedNext),
        };
        self.about_host(what, next, host)
    }

    fn version(&self, theirs: VersionRange, ours: VersionRange) -> Sentence {
        let single = yes_or_no(theirs.min == theirs.max);
        let ours = if ours.min == ours.max {
            ours.max.to_string()
        } else {
            format!("{}–{}", ours.min, ours.max)
        };
        self.sentence(
            Key::ProblemVersion,
            Key::ProblemVersionNext,
            &[
                ("single", single.into()),
                ("from", theirs.min.into()),
                ("to", theirs.max.into()),
                ("ours", ours.into()),
            ],
        )
    }

    fn about_host(&self, what: Key, next: Key, host: &str) -> Sentence {
        self.sentence(what, next, &[("host", host.into())])
    }

    /// A port is a name that happens to be written in digits: as text, no language groups them into thousands.
    fn about_port(&self, what: Key, next: Key, host: &str, port: u16) -> Sentence {
        self.sentence(
            what,
            next,
            &[("host", host.into()), ("port", port.to_string().into())],
        )
    }

    /// Both halves, filled with the same values.
    pub(crate) fn sentence(&self, what: Key, next: Key, values: &[(&str, Value<'_>)]) -> Sentence {
        Sentence {
            what: self.fill(what, values),
            next: self.fill(next, values),
        }
    }
}

/// As the catalogue asks.
pub(crate) fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
