//! Somebody one knows: a code is made, entered, guessed wrongly, and kept.

use acaso::action::{Action, Invite, KeepWish};
use acaso::model::Half;
use acaso::prefs::{Acquaintance, Answer, Wish};
use acaso_shared::ids::{Code, Name};
use acaso_shared::session::{Event, Partner, Problem};
use anyhow::{Result, bail};
use jiff::civil::date;

use super::{MARINA, SERVER, Story, TALK, room, seed};
use acaso::model::Screen;

const CODE: &str = "7-crossover-clockwork";
const KEPT: &str = "482913-crossover-clockwork-hurricane-snowslide";

impl Story {
    pub(super) fn invitations(&mut self, half: Half) {
        self.wish(Action::Invitation(Invite::Open));
        self.wish(Action::Invitation(Invite::Turn(half)));
    }

    /// A code is made, and good for a while.
    pub(super) fn make_a_code(&mut self) -> Result<()> {
        self.invitations(Half::Making);
        self.wish(Action::Invitation(Invite::Make));
        self.wait_with(CODE, 581_000)
    }

    fn wait_with(&mut self, code: &str, good_for_millis: u64) -> Result<()> {
        self.heard(Event::Calling { attempt: 1 });
        self.heard(Event::Invited {
            port: room()?,
            code: code.parse()?,
            good_for_millis,
        });
        let Screen::Waiting(waiting) = &mut self.model.screen else {
            bail!("nobody waits")
        };
        waiting.meeting = seed(21);
        Ok(())
    }

    pub(super) fn lose_the_way_to_a_code(&mut self) -> Result<()> {
        self.make_a_code()?;
        self.pass(41);
        self.heard(Event::TryingAgain {
            problem: Problem::LinkLost,
            in_millis: 4_000,
        });
        Ok(())
    }

    pub(super) fn type_a_code(&mut self, typed: &str) {
        self.invitations(Half::Entering);
        typed.clone_into(&mut self.model.invitation.code);
    }

    pub(super) fn mistype_a_code(&mut self) {
        self.type_a_code("7-crossover-clokwork");
        self.wish(Action::Invitation(Invite::Enter));
    }

    pub(super) fn guess_wrongly(&mut self) {
        self.type_a_code("7-crossover-snowslide");
        self.wish(Action::Invitation(Invite::Enter));
        self.heard(Event::Calling { attempt: 1 });
        self.fail(Problem::WrongCode { spent: true });
    }

    /// Two people were kept before; the second is about to be forgotten.
    pub(super) fn look_whom_one_kept(&mut self, forgetting: bool) -> Result<()> {
        self.invitations(Half::Making);
        let kept = |name: &str, server: &str, since| -> Result<Acquaintance> {
            Ok(Acquaintance {
                name: Name::parse(name)?,
                server: server.parse()?,
                code: Code::lasting(),
                since,
            })
        };
        let people = vec![
            Acquaintance {
                code: KEPT.parse()?,
                ..kept(MARINA, SERVER, date(2026, 3, 3))?
            },
            kept("João", "192.168.1.20", date(2025, 11, 21))?,
            kept("さくら", "[2001:db8::7]:2025", date(2025, 6, 1))?,
        ];
        let second = people.get(1).map(|person| person.code.clone());
        let now = self.now();
        self.model.heard_of_people(
            Answer {
                to: Wish::Look,
                people: Ok(people),
            },
            &now,
        );
        if let Some(code) = second.filter(|_| forgetting) {
            self.wish(Action::Invitation(Invite::AskForget(code)));
        }
        Ok(())
    }

    /// Waiting for somebody whom one kept.
    pub(super) fn wait_for_whom_one_kept(&mut self) -> Result<()> {
        self.look_whom_one_kept(false)?;
        self.wish(Action::Invitation(Invite::Meet(KEPT.parse()?)));
        self.wait_with(KEPT, 3_581_000)
    }

    /// The talk with somebody who came by a code.
    pub(super) fn talk_by_code(&mut self) -> Result<()> {
        self.make_a_code()?;
        let partner = self.partner(MARINA, room()?)?;
        self.heard(Event::Paired(Partner {
            had_code: true,
            ..partner
        }));
        self.hear("It is really you!")?;
        self.say("Who else knows the word clockwork?")?;
        self.arrive()
    }

    pub(super) fn part_by_code(&mut self) -> Result<()> {
        self.talk_by_code()?;
        self.heard(Event::PartnerLeft {
            conversation: TALK,
            reason: acaso_shared::protocol::room::Parting::Left,
        });
        self.heard(Event::Closed {
            conversation: Some(TALK),
            ending: acaso_shared::session::Ending::Closing(
                acaso_shared::protocol::room::Closing::RendezvousOver,
            ),
        });
        Ok(())
    }

    pub(super) fn ask_to_keep(&mut self) -> Result<()> {
        self.talk_and(Action::Keep(KeepWish::Ask))
    }

    /// Both said so; with `stored` the code is on the disk.
    pub(super) fn keep_in_touch(&mut self, stored: bool) -> Result<()> {
        self.ask_to_keep()?;
        self.wish(Action::Keep(KeepWish::Say));
        self.heard(Event::Kept {
            conversation: TALK,
            code: KEPT.parse()?,
        });
        if !stored {
            return Ok(());
        }
        self.wish(Action::Keep(KeepWish::Store));
        let Some(kept) = self.model.conversation().and_then(|c| c.keep.kept.clone()) else {
            bail!("nobody was kept")
        };
        let answer = Answer {
            to: Wish::Keep(kept.person.clone()),
            people: Ok(vec![kept.person]),
        };
        let now = self.now();
        self.model.heard_of_people(answer, &now);
        Ok(())
    }
}
