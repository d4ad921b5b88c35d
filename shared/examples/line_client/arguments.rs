//! The command line, and what `--help` tells scripts.

use std::path::PathBuf;

use acaso_shared::ids::{AccountName, CircleName, Name, PlazaName, Subject};
use acaso_shared::server_link::ServerLink;
use acaso_shared::session::circle::Circle;
use acaso_shared::session::{Transport, Way};
use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::code::{self, Given};

/// What `--help` says after the flags.
const EVENTS: &str = r#"WITH --json, ONE OBJECT PER LINE ON STDOUT:
  {"event":"waiting","port":N}                        seated; the other seat is free
  {"event":"invitation","code":"…","link":"…","good_for_millis":N}
                                                      instead of "waiting", with --invite, or --code where you are the first there:
                                                      whoever has the code comes here; again, with what is left, after a lost link
  {"event":"comparing","port":N}                      somebody came there: the words are compared, and a code of two is spent
  {"event":"paired","name":"…","port":N,"phrase":"…"} somebody came, and the encryption stands; the phrase is the same at
                                                      their end, or somebody sits in between: compare it elsewhere
                                                      "private":true is in it: the operator cannot read along; so is "code":true
                                                      if both had the same code, and false if you met by chance
  {"event":"paired","port":N,"private":false}         somebody with an old client came (with --allow-classic): nothing is sealed
  {"event":"introduced","name":"…"}                   they typed the name they go by
  {"event":"sent","id":N}                             your Nth line, and those before it, went to them, who confirm nothing
  {"event":"message","name":"…","text":"…"}           they said something
  {"event":"delivered","id":N}                        their program has your Nth line, counted from 1, and those before it
  {"event":"seen","id":N}                             they looked at it and those before it (with --tell)
  {"event":"typing","typing":true|false}              they began or stopped typing (with --tell)
  {"event":"not_sent","text":"…","reason":"…"}        no_partner | conversation_ended | too_fast | bad_message
  {"event":"not_delivered","id":N,"text":"…"}         it went, the conversation ended, nobody knows whether it arrived
  {"event":"kept","code":"…"}                         both of you said /keep: by this code, with --code, you meet again here; not
                                                      where you met by such a code, which stays good
  {"event":"link_lost","retry_in_millis":N,"grace_left_millis":N}
                                                      your link broke; nothing is lost, it is tried again (0: right now)
  {"event":"link_back"}                               and stands again
  {"event":"partner_away","grace_left_millis":N}      their link broke; what you say is kept for them
  {"event":"partner_back"}                            and stands again
  {"event":"partner_left","name":"…","reason":"…"}    left | lost | removed; the seat is kept, the next stranger comes by chance;
                                                      where you had a code, the end follows
  {"event":"trying_again","reason":"…","in_millis":N} the link was lost while nobody was there, or a seat was not free
  {"event":"closed","reason":"…"}                     left | server_closing | room_closed | nobody_came | over: the end, exit code 0
  {"event":"refused","reason":"…"}                    one sentence: what, why, what next: the end, exit code 1

WITH --plaza, INSTEAD OF THOSE ABOUT A PARTNER:
  {"event":"entered","member":N}                      inside, for the first time or again; who you are there
  {"event":"here","members":[{"number":N,"name":"…"}]}
                                                      some of those who are here, you among them
  {"event":"came"|"went","number":N,"name":"…"}       somebody came or went
  {"event":"post","number":N,"author":N,"name":"…","subject":"…"|null,"text":"…","unix_secs":N}
                                                      somebody else wrote something
  {"event":"posted","id":N,"number":N,"unix_secs":N}  your Nth line was taken
  {"event":"not_posted","id":N,"text":"…","reason":"…"}
                                                      too_fast | refused | unknown | not_taken | bad_post
  {"event":"link_lost","retry_in_millis":N}           your link broke; it is tried again, and "entered" follows

WITH --circle, --circle-code AND --new-circle, INSTEAD OF THOSE ABOUT A PARTNER:
  {"event":"gathered","member":N,"key":"…","code":"…"|null}
                                                      introduced; whoever is there follows, one by one, as each is reached
  {"event":"came","member":N,"name":"…","key":"…","path":"direct"|"relayed"}
                                                      that member is reached: what you say from here on is for them, too
  {"event":"path","member":N,"path":"…"}              they are reached another way than before
  {"event":"unreachable","member":N}                  somebody was introduced to whom no way was found; tried again now and then
  {"event":"said","member":N,"name":"…","text":"…"}   they said something; each thing once, in the order in which they said it
  {"event":"delivered"|"not_delivered","id":N,"member":M}
                                                      that member has your Nth line, and those before it; or may never have it
  {"event":"not_said","id":N,"text":"…","reason":"…"} nobody | too_fast | bad_message
  {"event":"away"|"back","member":N,"name":"…"}       the link to them is lost, or stands again; nothing is lost with it
  {"event":"went","member":N,"name":"…","left":true|false}
                                                      they said goodbye, or were away for too long
  {"event":"wrong_words","open":true|false}           somebody did not know the words; and whether newcomers are still let in
  {"event":"lobby_lost","retry_in_millis":N}          the server is gone, the circle goes on; {"event":"lobby_back"}: it is back

A line is a message, or a post. Special are only QUIT (goodbye), /block (never again beside them, and goodbye; also after they left), /now (do
not wait for the next attempt, try it now), /keep (you would like to meet them again; they hear of it only if they say so too) and /say TEXT (says TEXT, whatever it is). The end of input is QUIT after everything
typed has arrived, five seconds at most. A server that asks for a password gets the one in the environment variable ACASO_PASSWORD;
without it, it is asked for on a terminal, and elsewhere the visit is refused. What stands on a command line every user of this computer
can read: with - instead of a code, --code and --circle-code take it from the first line of the input. Starting this program accepts the house rules: be
kind, keep yourself to yourself, nothing illegal, 18 or older."#;

/// Meet a stranger by chance, line by line.
#[derive(Parser)]
#[command(after_help = EVENTS)]
pub(crate) struct Arguments {
    /// The server: a name or an address, with or without a port, or a link to it; an invitation's link has its code in it
    pub(crate) server: ServerLink,
    /// The name your partner sees
    #[arg(long, value_parser = Name::parse)]
    pub(crate) name: Option<Name>,
    /// Your account, where the server asks for one; its password is read from ACASO_PASSWORD, or asked for on a terminal
    #[arg(long, value_name = "ACCOUNT", value_parser = AccountName::parse)]
    pub(crate) user: Option<AccountName>,
    /// What carries the links: auto is TCP, and QUIC where TCP does not get through
    #[arg(long, default_value = "auto", value_parser = PossibleValuesParser::new(["auto", "quic", "tcp"]).map(transport))]
    pub(crate) transport: Transport,
    /// Tell your partner what you looked at, and be told the same and when they type
    #[arg(long)]
    pub(crate) tell: bool,
    /// Meet somebody you know: prints a code to read to them, good for ten minutes and one try
    #[arg(long, conflicts_with_all = ["code", "plaza", "allow_classic"])]
    pub(crate) invite: bool,
    /// Meet whoever has the same code: of two words, where they wait for you; of four, whoever of you comes first waits. With - it is the
    /// first line of the input
    #[arg(long, value_name = "CODE", conflicts_with_all = ["plaza", "allow_classic"])]
    pub(crate) code: Option<Given>,
    /// Say /keep to everybody you meet
    #[arg(long, conflicts_with = "plaza")]
    pub(crate) keep: bool,
    /// Go to the plaza of that name, a public room for many, instead of meeting a stranger
    #[arg(long, value_name = "NAME", value_parser = PlazaName::parse)]
    pub(crate) plaza: Option<PlazaName>,
    /// Talk in the circle of that name: a few people whose computers talk to each other directly, introduced by the server; whoever knows
    /// the name can come, and everybody there sees your internet address
    #[arg(long, value_name = "NAME", value_parser = CircleName::parse, group = "in_circle", conflicts_with_all = ELSEWHERE)]
    pub(crate) circle: Option<CircleName>,
    /// Talk in the circle of that code, of four words; with - it is the first line of the input
    #[arg(long, value_name = "CODE", value_parser = code::of_circle, group = "in_circle", conflicts_with_all = ELSEWHERE)]
    pub(crate) circle_code: Option<Given>,
    /// Begin a circle that only those can join who have the code that is printed
    #[arg(long, group = "in_circle", conflicts_with_all = ELSEWHERE)]
    pub(crate) new_circle: bool,
    /// What your posts in the plaza are about
    #[arg(long, value_name = "TEXT", requires = "plaza", value_parser = Subject::parse)]
    pub(crate) subject: Option<Subject>,
    /// Meet people with clients of older chats too, where the server lets them in: nothing can be sealed then, and the server reads along
    #[arg(long)]
    pub(crate) allow_classic: bool,
    /// Print events as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Accept a changed identity of the server instead of refusing it
    #[arg(long)]
    pub(crate) trust_new: bool,
    /// TCP without TLS: for trials on one's own machine
    #[arg(long)]
    pub(crate) plain: bool,
    /// Where the known servers' identities are kept
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}

/// What has no meaning in a circle.
const ELSEWHERE: [&str; 6] = ["invite", "code", "keep", "plaza", "allow_classic", "tell"];

impl Arguments {
    /// Which circle to go to, if to one.
    ///
    /// # Errors
    /// The input has no code for one.
    pub(crate) fn in_circle(&self) -> anyhow::Result<Option<Circle>> {
        let named = self.circle.clone().map(Circle::Named);
        let coded = self.circle_code.as_ref().map(Given::lasting_code).transpose()?;
        let coded = coded.map(Circle::Coded);
        Ok(named.or(coded).or(self.new_circle.then_some(Circle::New)))
    }

    /// Whom to meet.
    ///
    /// # Errors
    /// Two different wishes, or the input has no code.
    pub(crate) fn way(&self) -> anyhow::Result<Way> {
        let linked = self.server.code.as_ref();
        let elsewhere = self.invite
            || self.code.is_some()
            || self.plaza.is_some()
            || self.allow_classic
            || self.circle.is_some()
            || self.circle_code.is_some()
            || self.new_circle;
        if linked.is_some() && elsewhere {
            anyhow::bail!(
                "the link is an invitation: leave out --invite, --code, --plaza, --allow-classic and those about circles, or the code in the link"
            );
        }
        let given = self.code.as_ref().map(Given::code).transpose()?;
        Ok(match given.or_else(|| linked.cloned()) {
            Some(code) => Way::Code(code),
            None if self.invite => Way::Invite,
            None => Way::Stranger,
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "clap hands over what was typed")]
fn transport(word: String) -> Transport {
    match word.as_str() {
        "quic" => Transport::Quic,
        "tcp" => Transport::Tcp,
        _ => Transport::Auto,
    }
}
