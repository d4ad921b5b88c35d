//! What Ana and Marina say to each other.

use anyhow::Result;

use super::Story;

impl Story {
    pub(super) fn say_hello(&mut self) -> Result<()> {
        self.meet()?;
        let (theirs, ours) = if self.portuguese {
            (
                "Oi, quem quer que você seja 👋",
                "Olá! Ana, do Porto. Aqui chove de lado 🌧️",
            )
        } else {
            (
                "Hello, whoever you are 👋",
                "Olá! Ana, from Porto. It is raining sideways here 🌧️",
            )
        };
        self.hear(theirs)?;
        self.pass(50);
        self.say(ours)
    }

    pub(super) fn talk(&mut self) -> Result<()> {
        self.say_hello()?;
        self.say(if self.portuguese { "E você?" } else { "And you?" })?;
        self.pass(70);
        self.hear("أهلا وسهلا، يا جار!")?;
        if self.portuguese {
            self.talk_in_portuguese()
        } else {
            self.talk_in_english()
        }
    }

    fn talk_in_english(&mut self) -> Result<()> {
        self.hear("Marina. Beirut, by way of Osaka.")?;
        self.hear("My grandmother would say: كل تأخيرة وفيها خيرة")?;
        self.hear("And my landlord: 一期一会。今日の出会いは二度とない。")?;
        self.pass(110);
        self.say(
            "I had to look that one up. Every delay has something good in it? I was an hour late for a tram once \
             and met my oldest friend at the stop, so I am inclined to believe her.",
        )?;
        self.pass(90);
        self.hear("She was never wrong. Look, this is how I chose today's lunch:")?;
        self.hear(
            "```rust\nlet dish = menu.choose(&mut rng)?;\nprintln!(\"{dish}, then\"); // soup again\n```",
        )?;
        self.pass(60);
        self.say("Soup is a good sign 🍲")
    }

    fn talk_in_portuguese(&mut self) -> Result<()> {
        self.hear("Marina. Beirute, passando por Osaka.")?;
        self.hear("Minha avó diria: كل تأخيرة وفيها خيرة")?;
        self.hear("E o senhorio: 一期一会。今日の出会いは二度とない。")?;
        self.pass(110);
        self.say(
            "Essa eu tive de procurar. Todo atraso traz algo de bom? Uma vez perdi o bonde por uma hora e conheci \
             minha amiga mais antiga no ponto, então acho que acredito nela.",
        )?;
        self.pass(90);
        self.hear("Ela nunca errou. Olha como escolhi o almoço de hoje:")?;
        self.hear("```rust\nlet prato = menu.choose(&mut rng)?;\nprintln!(\"{prato}, então\"); // sopa de novo\n```")?;
        self.pass(60);
        self.say("Sopa é bom sinal 🍲")
    }
}
