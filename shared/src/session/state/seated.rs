//! In a room: what it says, what the partner says, and whether the link is alive.

use std::time::{Duration, Instant};

use super::calling::Calling;
use super::talk::{Begins, Progress, Said, Talk, Terms};
use super::{Abandoned, Action, Appointment, Entered, Machine, SeatFacts, Seated, State};
use crate::ids::{Code, ConversationNumber, RoomPort, Ticket};
use crate::protocol::Refusal;
use crate::protocol::room::{Pairing, Parting, RoomEvent, RoomRequest, SealedFrame};
use crate::session::Timings;
use crate::session::call;
use crate::session::event::{ConversationId, Ending, Event, Problem};

impl Seated {
    pub(super) fn deadline(&self, timings: &Timings) -> Instant {
        let silence = if self.pinged {
            timings.dead_after
        } else {
            timings.ping_after
        };
        let alive = self.heard + silence;
        let overdue = self.appointment.as_ref().and_then(Appointment::overdue_at);
        let others = [self.talk.deadline(), overdue];
        others.into_iter().flatten().fold(alive, Instant::min)
    }
}

impl Machine {
    /// The attempt ended with a seat.
    pub(in crate::session) fn seated(&mut self, seat: SeatFacts, now: Instant) {
        match (std::mem::replace(&mut self.state, State::Idle), seat.entered) {
            (State::Calling(mut calling), Entered::New(generation)) => {
                match (&mut calling.appointment, seat.invitation) {
                    (Some(appointment), Some(invitation)) => {
                        self.invited(appointment, invitation, seat.port, now);
                    }
                    _ => self.emit(Event::Waiting {
                        port: seat.port,
                        rooms_in_use: seat.rooms_in_use,
                    }),
                }
                self.state = State::Seated(Box::new(Seated {
                    old_clients: calling.visit.old_clients,
                    appointment: calling.appointment,
                    can_keep: seat.can_keep,
                    visit: calling.visit,
                    port: seat.port,
                    rooms_in_use: seat.rooms_in_use,
                    resume: seat.resume,
                    heard: now,
                    pinged: false,
                    talk: Talk::Alone { generation },
                }));
            }
            (State::Away(away), Entered::Back(number)) if away.seated.talk.number() == Some(number) => {
                self.came_back(*away, seat.resume, now);
            }
            // The attempt was given up while its last packet was on the way, or leads to somewhere else than it should.
            (other, _) => {
                self.state = other;
                self.actions
                    .extend([Action::Send(RoomRequest::Leave), Action::HangUp]);
                if !matches!(self.state, State::Idle) {
                    self.over(Ending::Problem(Problem::Protocol));
                }
            }
        }
    }

    /// The room said something.
    pub(in crate::session) fn heard(&mut self, event: RoomEvent, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        seated.heard = now;
        seated.pinged = false;
        let number = seated.talk.number();
        match event {
            RoomEvent::Sealed(frame) => self.sealed(&frame, now),
            RoomEvent::Paired(pairing) => self.paired(&pairing, now),
            RoomEvent::PartnerAway {
                conversation,
                grace_secs,
            } if number == Some(conversation) => {
                let grace = Duration::from_secs(u64::from(grace_secs)).min(GRACE_MAX);
                let outcome = seated.talk.partner_lost(grace, now);
                self.carry_out(outcome);
            }
            RoomEvent::PartnerBack { conversation } if number == Some(conversation) => {
                let outcome = seated.talk.partner_back(now);
                self.carry_out(outcome);
            }
            RoomEvent::PartnerLeft { conversation, reason } if number == Some(conversation) => {
                self.partner_left(reason);
            }
            // Of a conversation that ended while it was on the way.
            RoomEvent::PartnerAway { .. }
            | RoomEvent::PartnerBack { .. }
            | RoomEvent::PartnerLeft { .. }
            | RoomEvent::Pong => {}
            RoomEvent::Move { port, ticket } => self.moved(port, ticket),
            RoomEvent::Closing(closing) => self.over(Ending::Closing(closing)),
            RoomEvent::Refused(Refusal::TooSlow) => self.lost(Problem::LinkLost, now),
            RoomEvent::Refused(refusal) => {
                let problem = call::refused(refusal, self.rules.versions);
                self.over(Ending::Problem(problem));
            }
            RoomEvent::Ping => self.actions.push(Action::Send(RoomRequest::Pong)),
            RoomEvent::PairedOpen { conversation, both } => self.paired_open(conversation, both),
            RoomEvent::Kept { conversation } if number == Some(conversation) => self.kept(),
            RoomEvent::Kept { .. } => {}
            RoomEvent::Resumed { .. } | RoomEvent::Seated { .. } => {
                self.over(Ending::Problem(Problem::Protocol));
            }
        }
    }

    /// The link to the room broke. Who was alone waits again by itself; who was not comes back to the seat.
    pub(in crate::session) fn lost(&mut self, problem: Problem, now: Instant) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        if seated.talk.is_clear() && problem == Problem::LinkLost {
            self.lost_in_clear(now);
        } else if seated.talk.number().is_none() {
            let calling = Calling::back_to(seated.visit.clone(), seated.appointment.clone());
            let token = seated.resume;
            self.actions.push(Action::HangUp);
            self.block_in_the_lobby(token);
            self.rest_or_close(calling, problem, now);
        } else if problem == Problem::LinkLost {
            self.actions.push(Action::HangUp);
            self.link_lost(now);
        } else {
            self.over(Ending::Problem(problem));
        }
    }

    /// The link broke in a conversation with somebody who has an old client: it has ended, and we look for the next partner. The room
    /// may not know yet that its seat is free.
    fn lost_in_clear(&mut self, now: Instant) {
        let State::Seated(mut seated) = std::mem::replace(&mut self.state, State::Idle) else {
            return;
        };
        let (token, leaving) = (seated.resume, seated.talk.leaving().is_some());
        let conversation = self.ended(&mut seated);
        let block = self.unsure_block(token);
        let given_up = Action::Abandon(seated.visit.clone(), Abandoned { token, block });
        self.actions.extend([Action::HangUp, given_up]);
        if leaving {
            let ending = Ending::Left;
            return self.emit(Event::Closed { conversation, ending });
        }
        let reason = Parting::Lost;
        let parted = conversation.map(|conversation| Event::PartnerLeft { conversation, reason });
        self.actions.extend(parted.map(Action::Emit));
        self.rest_or_close(Calling::returning(seated.visit), Problem::LinkLost, now);
    }

    pub(super) fn tick_seated(&mut self, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        let timings = self.rules.timings;
        let stopped = seated.talk.tick(now);
        self.actions.extend(stopped.map(Action::Emit));
        if seated.talk.leaving().is_some_and(|leaving| leaving <= now) {
            self.over(Ending::Left);
        } else if seated.talk.farewell_until().is_some_and(|until| until <= now) {
            self.part();
        } else if seated.talk.handshake_overdue(now) {
            self.start_over(now);
        } else if seated.waits_in_vain(now) {
            self.nobody_came();
        } else if seated.heard + timings.dead_after <= now {
            self.lost(Problem::LinkLost, now);
        } else if !seated.pinged && seated.heard + timings.ping_after <= now {
            seated.pinged = true;
            self.actions.push(Action::Send(RoomRequest::Ping));
        }
    }

    /// The link has taken everything so far: hands over what waits its turn, as fast as is allowed.
    pub(in crate::session) fn pump(&mut self, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        match seated.talk.next_said(now) {
            Said::Nothing => {}
            Said::Went(event) => self.emit(event),
            Said::Frame(frame) => self.actions.push(Action::Send(RoomRequest::Sealed(frame))),
            Said::Everything => self.over(Ending::Left),
        }
    }

    fn paired(&mut self, pairing: &Pairing, now: Instant) {
        let code = match self.keeps_appointment() {
            Ok(code) => code,
            Err(error) => {
                tracing::debug!(%error, "the pairing makes no sense");
                return self.over(Ending::Problem(Problem::Protocol));
            }
        };
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        let comparing = code.is_some().then_some(Event::Comparing { port: seated.port });
        self.actions.extend(comparing.map(Action::Emit));
        let terms = Terms {
            port: seated.port,
            versions: self.rules.versions,
            // Two who met by a lasting code have one. A second would have to take its place, at both ends or at none, which nobody can
            // promise: whoever then has only the new one, and whoever has only the old one, would never meet again.
            can_keep: seated.can_keep && !code.as_ref().is_some_and(Code::is_lasting),
            code,
        };
        match seated.talk.begin(terms, pairing, now) {
            Ok(first) => self
                .actions
                .extend(first.map(|frame| Action::Send(RoomRequest::Sealed(frame)))),
            Err(error) => {
                tracing::debug!(%error, "the pairing makes no sense");
                self.over(Ending::Problem(Problem::Protocol));
            }
        }
    }

    /// Somebody with an old client came. Whatever the room says: not without our wish, and never as if ours were one.
    fn paired_open(&mut self, number: ConversationNumber, both: bool) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        if !seated.visit.old_clients || both || seated.appointment.is_some() {
            return self.over(Ending::Problem(Problem::Protocol));
        }
        let begins = Begins {
            id: ConversationId(self.conversations + 1),
            number,
            port: seated.port,
        };
        match seated.talk.begin_clear(begins, &seated.visit.name, &self.rules) {
            Ok(outcome) => self.carry_out(outcome),
            Err(error) => {
                tracing::debug!(%error, "the pairing makes no sense");
                self.over(Ending::Problem(Problem::Protocol));
            }
        }
    }

    fn sealed(&mut self, frame: &SealedFrame, now: Instant) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        let next = ConversationId(self.conversations + 1);
        match seated.talk.open(frame, next, &seated.visit, &self.rules, now) {
            Ok(outcome) => self.carry_out(outcome),
            // They knew the words, or they would not have come so far.
            Err(error) if seated.appointment.is_some() && seated.talk.progress() == Progress::Stands => {
                tracing::debug!(%error, "a sealed frame does not verify");
                self.over(Ending::Problem(Problem::Unverified));
            }
            // Nobody was shown yet: this partner is not worth a word, the next one may be.
            Err(error) if seated.talk.conversation().is_none() => {
                tracing::debug!(%error, "the handshake failed");
                self.start_over(now);
            }
            Err(error) if seated.talk.is_clear() => {
                tracing::debug!(%error, "a conversation in clear is none");
                self.over(Ending::Problem(Problem::Protocol));
            }
            Err(error) => {
                tracing::debug!(%error, "a sealed frame does not verify");
                self.over(Ending::Problem(Problem::Unverified));
            }
        }
    }

    fn moved(&mut self, port: RoomPort, ticket: Ticket) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        if seated.talk.conversation().is_some() || seated.appointment.is_some() {
            return self.over(Ending::Problem(Problem::Protocol));
        }
        let (calling, token) = (Calling::returning(seated.visit.clone()), seated.resume);
        self.block_in_the_lobby(token);
        self.state = State::Calling(calling);
        self.actions.push(Action::Enter(port, ticket));
    }

    /// Where nobody sits opposite, a seat that was taken with another wish about old clients is changed for a new one.
    pub(super) fn renew_seat(&mut self) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        let fits = seated.old_clients == seated.visit.old_clients || seated.appointment.is_some();
        if seated.talk.number().is_some() || fits {
            return;
        }
        let calling = Calling::returning(seated.visit.clone());
        self.go_away(None);
        self.call(calling);
    }

    /// Leaves this room and goes back to the lobby, as if the person had asked; after some handshakes in a row that came to nothing,
    /// with a pause. A rendezvous is over with it: the other one did not know the words.
    fn start_over(&mut self, now: Instant) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        if seated.appointment.is_some() {
            return self.unmet(Parting::NeverReady);
        }
        let mut calling = Calling::returning(seated.visit.clone());
        self.go_away(None);
        self.fruitless = self.fruitless.saturating_add(1);
        match self.fruitless.checked_sub(FRUITLESS_MAX) {
            None | Some(0) => self.call(calling),
            Some(beyond) => {
                calling.attempt = beyond;
                self.rest(calling, Problem::Unverified, now);
            }
        }
    }

    /// Leaves a partner who said goodbye and is still there, and looks for the next one, unless it was just this one who was looked for.
    fn part(&mut self) {
        let State::Seated(seated) = &self.state else {
            return;
        };
        let calling = Calling::returning(seated.visit.clone());
        let reason = Parting::Left;
        let unmet = seated.unmet(reason);
        if let Some(conversation) = self.go_away(None) {
            self.emit(Event::PartnerLeft { conversation, reason });
        }
        match unmet {
            Some(ending) => self.over(ending),
            None => self.call(calling),
        }
    }

    /// Both would like to meet again. Nobody but us can have asked.
    fn kept(&mut self) {
        let State::Seated(seated) = &mut self.state else {
            return;
        };
        match seated.talk.kept() {
            Ok(kept) => self.actions.extend(kept.map(Action::Emit)),
            Err(error) => {
                tracing::debug!(%error, "the room makes something up");
                self.over(Ending::Problem(Problem::Protocol));
            }
        }
    }
}

/// Handshakes in a row that may come to nothing before we wait: an accident or two, not a server or somebody in between who has us
/// try until they like what they see.
const FRUITLESS_MAX: u32 = 3;

/// However long a server says that it keeps a seat, nobody waits longer than a day.
const GRACE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
