//! A visit to somebody in particular: where they are looked for, with which code, and what it means when they do not come, or come with
//! other words. From here nobody is ever sent to a stranger.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::talk::Progress;
use super::{Invitation, Machine, Seated, State};
use crate::ids::{Code, RoomPort};
use crate::limits::TICKET_LIFE;
use crate::protocol::lobby::Rendezvous;
use crate::protocol::room::{Closing, Parting};
use crate::session::call::Failed;
use crate::session::event::{Ending, Event, Problem, Visit, Way};

/// However long a server says that a rendezvous lasts, nobody waits longer than a day.
const LIFE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// By how much the server's clock may be behind ours before we go by ours.
const CLOCKS_APART: Duration = Duration::from_secs(5);

/// How long after the end we go by our own clock: it is the server who says that nobody came, and not before the last ticket is void.
const OVERDUE_AFTER: Duration = TICKET_LIFE.saturating_add(CLOCKS_APART);

/// Codes that are remembered as spent: many more than a person reads to others while one program runs.
const SPENT_MAX: usize = 256;

/// Whom we are to meet, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Appointment {
    /// None until the server chose its number.
    code: Option<Code>,
    /// We were there first: until when it holds.
    until: Option<Instant>,
    /// Somebody came.
    paired: bool,
}

impl Appointment {
    /// Whom that visit is to.
    pub(super) fn of(visit: &Visit) -> Option<Self> {
        let code = match &visit.way {
            Way::Stranger => return None,
            Way::Invite => None,
            Way::Code(code) => Some(code.clone()),
        };
        Some(Self {
            code,
            until: None,
            paired: false,
        })
    }

    /// What the lobby is asked.
    pub(super) fn at(&self) -> Rendezvous {
        match &self.code {
            None => Rendezvous::Open,
            // Our own one, to which we come back, or one where either may come first.
            Some(code) if self.until.is_some() || code.is_lasting() => Rendezvous::Either {
                number: code.number(),
            },
            Some(code) => Rendezvous::Come {
                number: code.number(),
            },
        }
    }

    /// What it means that a seat beside somebody in particular cannot be had: the server has us wait for so short a time only when it is not
    /// free at this moment, and for a longer one when it has had enough of us.
    pub(super) fn in_particular(&self, problem: Problem) -> Problem {
        match problem {
            Problem::SlowDown { retry_after_secs }
                if self.looks_for_somebody() && u64::from(retry_after_secs) <= TICKET_LIFE.as_secs() =>
            {
                Problem::SeatTaken { retry_after_secs }
            }
            problem => problem,
        }
    }

    /// Whether it is the number of somebody who may wait there, and not our own.
    fn looks_for_somebody(&self) -> bool {
        self.code.is_some() && self.until.is_none()
    }

    /// When it is over at the latest, by our clock.
    pub(super) fn overdue_at(&self) -> Option<Instant> {
        self.until
            .filter(|_| !self.paired)
            .map(|until| until + OVERDUE_AFTER)
    }

    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        self.overdue_at().is_some_and(|overdue| overdue <= now)
    }

    /// Whether the code is good for one try only.
    fn is_single(&self) -> bool {
        !self.code.as_ref().is_some_and(Code::is_lasting)
    }

    /// How it ends if the other one is gone before anybody was shown. Of somebody who never said a word of the handshake nobody knows
    /// whether they had the words: they may be a link that was dead before we came.
    fn unmet(&self, reason: Parting, progress: Progress) -> Ending {
        match (reason, progress) {
            (Parting::Lost, _) | (Parting::NeverReady, Progress::Silent) => self.cut_off(),
            (Parting::Left | Parting::NeverReady, Progress::Silent | Progress::Begun) => {
                Ending::Problem(Problem::WrongCode {
                    spent: self.is_single(),
                })
            }
            (Parting::Left | Parting::NeverReady, Progress::Stands) | (Parting::Removed, _) => {
                Ending::Closing(Closing::RendezvousOver)
            }
        }
    }

    /// They were gone before the words were shown to be the same. Whether they knew them nobody can tell: who did not can cut the link.
    fn cut_off(&self) -> Ending {
        Ending::Problem(if self.is_single() {
            Problem::CodeSpent
        } else {
            Problem::LinkLost
        })
    }
}

/// Codes of which one try was made, so that no server gets another one out of us.
#[derive(Debug, Default)]
pub(super) struct Spent(VecDeque<Code>);

impl Spent {
    pub(super) fn includes(&self, code: &Code) -> bool {
        self.0.contains(code)
    }

    fn add(&mut self, code: &Code) {
        if !code.is_lasting() && !self.includes(code) {
            self.0.truncate(SPENT_MAX - 1);
            self.0.push_front(code.clone());
        }
    }

    /// A code for an invitation that was never used before.
    fn fresh(&self, invitation: Invitation) -> Code {
        loop {
            let code = Code::for_invitation(invitation.number);
            if !self.includes(&code) {
                return code;
            }
        }
    }
}

impl Machine {
    /// Whether that visit is one with a code of which the one try was made.
    pub(super) fn is_spent(&self, visit: &Visit) -> bool {
        matches!(&visit.way, Way::Code(code) if self.spent.includes(code))
    }

    /// We are the first at a rendezvous: the code is made, or still the same.
    pub(super) fn invited(
        &mut self,
        appointment: &mut Appointment,
        invitation: Invitation,
        port: RoomPort,
        now: Instant,
    ) {
        let life = invitation.life.min(LIFE_MAX);
        appointment.until = Some(now + life);
        let code = appointment
            .code
            .get_or_insert_with(|| self.spent.fresh(invitation));
        let code = code.clone();
        let good_for_millis = super::talk::millis(life);
        self.emit(Event::Invited {
            port,
            code,
            good_for_millis,
        });
    }

    /// Somebody came to where we wait: from here on a code of two words is spent, whatever comes of it. Tells the code by which they are
    /// known; an error if the room sends a second one, or one too early.
    pub(super) fn keeps_appointment(&mut self) -> Result<Option<Code>, Unexpected> {
        let State::Seated(seated) = &mut self.state else {
            return Err(Unexpected);
        };
        let Some(appointment) = &mut seated.appointment else {
            return Ok(None);
        };
        if std::mem::replace(&mut appointment.paired, true) {
            return Err(Unexpected);
        }
        let code = appointment.code.clone().ok_or(Unexpected)?;
        self.spent.add(&code);
        Ok(Some(code))
    }

    /// The attempt to come back to our own rendezvous failed, for the number is gone: its time is over, or before that somebody came, who met
    /// what was left of our link. Tells whether that was all.
    pub(super) fn appointment_is_void(
        &mut self,
        appointment: Option<&Appointment>,
        failed: &Failed,
        now: Instant,
    ) -> bool {
        let gone = matches!(failed, Failed::Problem(problem) if **problem == Problem::NoSuchInvitation);
        let Some((appointment, until)) = appointment
            .filter(|_| gone)
            .and_then(|ours| Some((ours, ours.until?)))
        else {
            return false;
        };
        if until <= now + CLOCKS_APART {
            self.nobody_came();
        } else {
            appointment.code.iter().for_each(|code| self.spent.add(code));
            self.over(appointment.cut_off());
        }
        true
    }

    /// The time of a rendezvous is over. Whatever we had of it is given up.
    pub(super) fn nobody_came(&mut self) {
        self.over(Ending::Closing(Closing::NobodyCame));
    }

    /// The other one of a rendezvous is gone, or cannot be what they should be: with them the visit is over.
    pub(super) fn unmet(&mut self, reason: Parting) {
        let ending = match &self.state {
            State::Seated(seated) => seated.unmet(reason),
            State::Away(away) => away.seated.unmet(reason),
            State::Idle | State::Calling(_) | State::Resting { .. } => None,
        };
        if let Some(ending) = ending {
            self.over(ending);
        }
    }
}

impl Seated {
    /// How a rendezvous ends whose other one is gone.
    pub(super) fn unmet(&self, reason: Parting) -> Option<Ending> {
        let appointment = self.appointment.as_ref()?;
        Some(match self.talk.conversation() {
            Some(_) => Ending::Closing(Closing::RendezvousOver),
            None => appointment.unmet(reason, self.talk.progress()),
        })
    }

    /// Nobody came in time, as far as we can tell.
    pub(super) fn waits_in_vain(&self, now: Instant) -> bool {
        self.appointment
            .as_ref()
            .is_some_and(|appointment| appointment.is_overdue(now))
    }
}

/// The room says that somebody came, where nobody can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rendezvous is with one person, and once")]
pub(super) struct Unexpected;
