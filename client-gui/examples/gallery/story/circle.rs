//! Five people who know each other, and a boat to be painted.

use acaso::action::{Action, WhichCircle};
use acaso::model::Outing;
use acaso_shared::ids::{Code, Fingerprint, MessageText, Name};
use acaso_shared::protocol::circle::CircleMember;
use acaso_shared::session::circle::{CircleNews, NotSaid, Path};
use acaso_shared::session::{Ending, MessageId, Problem};
use anyhow::{Result, bail};

use super::Story;

const ANA: CircleMember = CircleMember(7);

/// The others, by the order in which they came.
const OTHERS: [(u32, &str, Path); 4] = [
    (2, "Kaveh", Path::Direct),
    (3, "Inês", Path::Direct),
    (5, "Haruki", Path::Relayed),
    (9, "Wanjiru", Path::Direct),
];

const CODE: &str = "417318-crossover-clockwork-adroitness-crackdown";

impl Story {
    fn happens_in_circle(&mut self, news: CircleNews) {
        let now = self.now();
        let _ = self.model.heard_of_circle(news, &now);
    }

    pub(super) fn be_asked_about_circles(&mut self) {
        self.wish(Action::Circles);
    }

    pub(super) fn come_to_a_door(&mut self) -> Result<()> {
        self.be_asked_about_circles();
        self.wish(Action::AgreeToCircles);
        let name = self.of_two("the boat", "o barco").to_owned();
        let Some(Outing::Door(door)) = &mut self.model.outing else {
            bail!("nobody stands at a door")
        };
        door.name = name;
        Ok(())
    }

    pub(super) fn mistype_a_circles_code(&mut self) -> Result<()> {
        self.come_to_a_door()?;
        if let Some(Outing::Door(door)) = &mut self.model.outing {
            door.name.clear();
            CODE.replace("clockwork", "clockwrok").clone_into(&mut door.code);
        }
        self.wish(Action::EnterCircle(WhichCircle::Coded));
        Ok(())
    }

    fn of_two<'a>(&self, english: &'a str, portuguese: &'a str) -> &'a str {
        if self.portuguese { portuguese } else { english }
    }

    fn gather(&mut self, which: WhichCircle) -> Result<()> {
        self.come_to_a_door()?;
        self.wish(Action::EnterCircle(which));
        self.happens_in_circle(CircleNews::Gathered {
            member: ANA,
            key: Fingerprint::of_spki(b"Ana"),
            code: match which {
                WhichCircle::New | WhichCircle::Coded => Some(CODE.parse::<Code>()?),
                WhichCircle::Named => None,
            },
        });
        Ok(())
    }

    pub(super) fn begin_a_circle(&mut self) -> Result<()> {
        self.gather(WhichCircle::New)
    }

    fn comes(&mut self, (number, name, path): (u32, &str, Path)) -> Result<()> {
        self.happens_in_circle(CircleNews::Came {
            member: CircleMember(number),
            name: Name::parse(name)?,
            key: Fingerprint::of_spki(name.as_bytes()),
            path,
        });
        Ok(())
    }

    fn says(&mut self, number: u32, english: &str, portuguese: &str) -> Result<()> {
        let text = MessageText::parse(self.of_two(english, portuguese))?;
        self.happens_in_circle(CircleNews::Said {
            member: CircleMember(number),
            text,
        });
        self.pass(31);
        Ok(())
    }

    fn ana_says(&mut self, english: &str, portuguese: &str) -> Result<()> {
        let text = self.of_two(english, portuguese).to_owned();
        let Some(circle) = self.model.circle_mut() else {
            bail!("nobody is in a circle")
        };
        circle.draft.body.text = text;
        self.wish(Action::Say);
        self.pass(12);
        Ok(())
    }

    fn reaches(&mut self, id: u64, members: &[u32]) {
        for member in members {
            self.happens_in_circle(CircleNews::Delivered {
                id: MessageId(id),
                member: CircleMember(*member),
            });
        }
    }

    pub(super) fn talk_in_a_circle(&mut self) -> Result<()> {
        self.gather(WhichCircle::Named)?;
        for other in OTHERS.into_iter().take(3) {
            self.comes(other)?;
        }
        self.pass(40);
        self.says(
            2,
            "The hull is dry. If we paint on Saturday she is in the water by May.",
            "O casco secou. Se pintarmos no sábado, em maio ela está na água.",
        )?;
        self.says(3, "What colour did we say?", "Que cor a gente combinou?")?;
        self.ana_says("Green. We voted. Twice.", "Verde. Votamos. Duas vezes.")?;
        self.reaches(0, &[2, 3, 5]);
        self.comes(OTHERS[3])?;
        self.happens_in_circle(CircleNews::Unreachable {
            member: CircleMember(11),
        });
        self.says(
            5,
            "青にしましょう。I can bring two brushes and one opinion.",
            "青にしましょう。Levo dois pincéis e uma opinião.",
        )?;
        self.happens_in_circle(CircleNews::Away {
            member: CircleMember(3),
        });
        self.ana_says("Bring the brushes.", "Traga os pincéis.")?;
        self.reaches(1, &[2, 5, 9]);
        Ok(())
    }

    pub(super) fn compare_a_key(&mut self) -> Result<()> {
        self.talk_in_a_circle()?;
        self.wish(Action::ShowKey(Some(CircleMember(2))));
        Ok(())
    }

    pub(super) fn see_a_circles_people(&mut self) -> Result<()> {
        self.talk_in_a_circle()?;
        self.wish(Action::People);
        Ok(())
    }

    /// The server goes; somebody leaves without a word, and somebody writes too fast.
    pub(super) fn lose_the_lobby(&mut self) -> Result<()> {
        self.talk_in_a_circle()?;
        self.happens_in_circle(CircleNews::LobbyLost {
            retry_in_millis: 8_000,
        });
        self.happens_in_circle(CircleNews::NotDelivered {
            id: MessageId(1),
            member: CircleMember(3),
        });
        self.happens_in_circle(CircleNews::Went {
            member: CircleMember(3),
            left: false,
        });
        self.ana_says("And rollers.", "E rolos.")?;
        let text = self.of_two("And rollers.", "E rolos.").to_owned();
        self.happens_in_circle(CircleNews::NotSaid {
            id: MessageId(2),
            text: MessageText::parse(&text)?,
            reason: NotSaid::TooFast { retry_after_secs: 3 },
        });
        Ok(())
    }

    pub(super) fn show_a_circles_code(&mut self) -> Result<()> {
        self.gather(WhichCircle::New)?;
        self.comes((9, "Wanjiru", Path::Direct))?;
        self.happens_in_circle(CircleNews::WrongWords { open: true });
        self.wish(Action::CircleCode);
        Ok(())
    }

    pub(super) fn be_put_out_of_a_circle(&mut self) -> Result<()> {
        self.talk_in_a_circle()?;
        self.happens_in_circle(CircleNews::Closed(Ending::Problem(Problem::Protocol)));
        Ok(())
    }
}
