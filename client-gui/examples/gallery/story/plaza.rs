//! Feira, a plaza: thirty-one people, a bench and a cat.

use acaso::action::Action;
use acaso::model::{OfPlazas, Outing};
use acaso_shared::ids::{Name, PlazaName, PostText, Subject};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::plaza::{Member, MemberNumber, PlazaFacts, Post, PostNumber};
use acaso_shared::session::plaza::{NotPosted, PlazaNews};
use acaso_shared::session::{Ending, MessageId, Problem};
use anyhow::{Context, Result, bail};

use super::{Story, room};

const ANA: MemberNumber = MemberNumber(99);

/// Who is there besides Ana, by the order in which they came.
const OTHERS: [&str; 17] = [
    "anonymous-71C0",
    "Bartolomeu",
    "Ewa",
    "Haruki",
    "Inês",
    "Jonas",
    "Kaveh",
    "Marina",
    "Ngozi",
    "Oluwaseun",
    "Petra",
    "Raúl",
    "Soraia",
    "Tomás",
    "Vasil",
    "Yael",
    "Ewa",
];

/// Author, subject, text, and minutes after 13:41.
type Said = (usize, Option<&'static str>, &'static str, u64);

const ENGLISH: [Said; 4] = [
    (
        1,
        Some("The bench by the river"),
        "Somebody has painted it yellow overnight. I asked around; nobody knows who, everybody approves.",
        0,
    ),
    (
        15,
        None,
        "It was drying when I passed at six. Two brushes, one cat.",
        3,
    ),
    (0, None, "I can neither confirm nor deny the cat.", 11),
    (
        8,
        Some("Reading on Thursday"),
        "Bring one page of anything. Last time we had a tax letter read as a ghost story, and it won.\nDoors at seven, \
         tea from half past six. https://example.org/reading",
        17,
    ),
];

const PORTUGUESE: [Said; 4] = [
    (
        1,
        Some("O banco à beira do rio"),
        "Alguém o pintou de amarelo durante a noite. Perguntei por aí; ninguém sabe quem foi, todos aprovam.",
        0,
    ),
    (
        15,
        None,
        "Estava secando quando passei às seis. Dois pincéis, um gato.",
        3,
    ),
    (0, None, "Não confirmo nem desminto o gato.", 11),
    (
        8,
        Some("Leitura na quinta"),
        "Tragam uma página de qualquer coisa. Da última vez foi uma carta do fisco lida como conto de fantasma, e \
         ganhou.\nPortas às sete, chá a partir das seis e meia. https://example.org/leitura",
        17,
    ),
];

impl Story {
    fn told(&mut self, told: OfPlazas) {
        let now = self.now();
        let _ = self.model.heard_of_plazas(told, &now);
    }

    fn happens(&mut self, news: PlazaNews) {
        self.told(OfPlazas::News(news));
    }

    pub(super) fn list_plazas(&mut self, none: bool) -> Result<()> {
        self.wish(Action::Plazas);
        let facts = |name: &str, people, people_max, history| -> Result<PlazaFacts> {
            Ok(PlazaFacts {
                name: PlazaName::parse(name)?,
                people,
                people_max,
                port: 1025,
                history,
            })
        };
        let found = if none {
            Vec::new()
        } else {
            vec![
                facts("Feira", 30, 200, 50)?,
                facts(if self.portuguese { "Xadrez" } else { "Chess corner" }, 1, 40, 0)?,
                facts("Café", 0, 1000, 10)?,
            ]
        };
        self.told(OfPlazas::Listed(Ok(found)));
        Ok(())
    }

    /// The first screen had no name, and what is typed on the list is none.
    pub(super) fn give_no_name(&mut self) -> Result<()> {
        self.model.first.name.clear();
        self.list_plazas(false)?;
        if let Some(Outing::Choosing(plazas)) = &mut self.model.outing {
            plazas.goes_by.typed = Some("x".repeat(40));
        }
        self.wish(Action::EnterPlaza(PlazaName::parse("Feira")?));
        Ok(())
    }

    pub(super) fn find_no_plaza(&mut self) -> Result<()> {
        self.wish(Action::Plazas);
        self.told(OfPlazas::Listed(Err(Problem::TimedOut {
            host: super::SERVER.to_owned(),
        })));
        Ok(())
    }

    /// On the way in, or inside where nobody has said anything.
    pub(super) fn come_in(&mut self, inside: bool) -> Result<()> {
        self.list_plazas(false)?;
        self.wish(Action::EnterPlaza(PlazaName::parse("Feira")?));
        if inside {
            self.happens(PlazaNews::Entered { member: ANA });
            self.happens(PlazaNews::Here(vec![Member {
                number: ANA,
                name: Name::parse("Ana")?,
            }]));
        }
        Ok(())
    }

    pub(super) fn wait_beside_a_plaza(&mut self) -> Result<()> {
        self.wait(23)?;
        let _ = self.model.noticed();
        self.told(OfPlazas::Listed(Ok(vec![PlazaFacts {
            name: PlazaName::parse("Feira")?,
            people: 31,
            people_max: 200,
            port: 1025,
            history: 50,
        }])));
        Ok(())
    }

    pub(super) fn stand_in_a_plaza(&mut self) -> Result<()> {
        self.list_plazas(false)?;
        self.go_in()
    }

    fn go_in(&mut self) -> Result<()> {
        self.wish(Action::EnterPlaza(PlazaName::parse("Feira")?));
        self.happens(PlazaNews::Entered { member: ANA });
        let named = |(number, name): (u64, &str)| -> Result<Member> {
            Ok(Member {
                number: MemberNumber(number),
                name: Name::parse(name)?,
            })
        };
        let mut members: Vec<Member> = (0..).zip(OTHERS).map(named).collect::<Result<_>>()?;
        members.push(named((ANA.0, "Ana"))?);
        for n in 40..53 {
            members.push(named((n, &format!("visitor-{n}F0")))?);
        }
        self.happens(PlazaNews::Here(members));
        for said in if self.portuguese { PORTUGUESE } else { ENGLISH } {
            self.somebody_posts(said)?;
        }
        self.happens(PlazaNews::Went(MemberNumber(12)));
        self.happens(PlazaNews::Came(named((60, "Wanjiru"))?));
        self.ana_posts(if self.portuguese {
            "Contem comigo. Tenho uma receita que parece bilhete de resgate."
        } else {
            "Count me in. I have a recipe that reads like a ransom note."
        })?;
        let id = self.answer()?;
        self.happens(PlazaNews::Posted {
            id,
            number: PostNumber(9),
            unix_secs: self.unix_secs(20),
        });
        self.somebody_posts((
            3,
            None,
            if self.portuguese {
                "楽しみです。Eu levo o chá."
            } else {
                "楽しみです。I will bring the tea."
            },
            21,
        ))
    }

    /// So many minutes after 13:41.
    fn unix_secs(&self, minutes: u64) -> u64 {
        let began = u64::try_from(self.began.1.timestamp().as_second()).unwrap_or(0);
        began - 20 * 60 - 30 + minutes * 60
    }

    fn somebody_posts(&mut self, (who, subject, text, minutes): Said) -> Result<()> {
        let name = OTHERS.get(who).context("somebody is there")?;
        self.happens(PlazaNews::Post(Post {
            number: PostNumber(minutes),
            author: Member {
                number: MemberNumber(u64::try_from(who)?),
                name: Name::parse(name)?,
            },
            subject: subject.map(Subject::parse).transpose()?,
            text: PostText::parse(text)?,
            unix_secs: self.unix_secs(minutes),
        }));
        Ok(())
    }

    fn ana_posts(&mut self, text: &str) -> Result<()> {
        let Some(Outing::Inside(plaza)) = &mut self.model.outing else {
            bail!("nobody is in a plaza")
        };
        text.clone_into(&mut plaza.draft.body.text);
        self.wish(Action::Post);
        Ok(())
    }

    /// The number of Ana's latest post: the first thing she says in these stories.
    fn answer(&self) -> Result<MessageId> {
        let plaza = self.model.plaza().context("Ana is in a plaza")?;
        let waits = plaza.posts.count() - 1;
        plaza
            .posts
            .waiting(waits)
            .context("a post waits for its answer")?;
        Ok(MessageId(0))
    }

    pub(super) fn meet_beside_a_plaza(&mut self) -> Result<()> {
        self.wait(23)?;
        self.list_plazas(false)?;
        self.go_in()?;
        self.pair("Marina")
    }

    /// Somebody takes the other seat.
    fn pair(&mut self, name: &str) -> Result<()> {
        let partner = self.partner(name, room()?)?;
        self.heard(acaso_shared::session::Event::Paired(partner));
        Ok(())
    }

    pub(super) fn lose_a_plaza(&mut self) -> Result<()> {
        self.stand_in_a_plaza()?;
        self.happens(PlazaNews::LinkLost {
            retry_in_millis: 4_000,
        });
        Ok(())
    }

    pub(super) fn post_too_fast(&mut self) -> Result<()> {
        self.stand_in_a_plaza()?;
        let text = if self.portuguese {
            "E quem traz o gato?"
        } else {
            "And who brings the cat?"
        };
        self.ana_posts(text)?;
        self.happens(PlazaNews::NotPosted {
            id: MessageId(1),
            subject: Some(Subject::parse(if self.portuguese {
                "Quinta"
            } else {
                "Thursday"
            })?),
            text: PostText::parse(text)?,
            reason: NotPosted::Refused(Refusal::SlowDown { retry_after_secs: 3 }),
        });
        Ok(())
    }

    pub(super) fn see_who_is_there(&mut self) -> Result<()> {
        self.stand_in_a_plaza()?;
        self.wish(Action::People);
        Ok(())
    }

    pub(super) fn plaza_closes(&mut self) -> Result<()> {
        self.stand_in_a_plaza()?;
        self.happens(PlazaNews::Closed(Ending::Problem(Problem::Closing)));
        Ok(())
    }
}
