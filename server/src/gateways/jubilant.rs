//! Jubilant's clients, over TLS: they say the version and an account with its password, then messages. Each message is answered, and the
//! answer brings what others said meanwhile, since such a client listens only after it has spoken.

mod news;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use acaso_shared::ids::{AccountName, Name, Password, PlazaName, PostText};
use acaso_shared::limits::{POST_BYTES_MAX, WRITE_TIMEOUT};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Access;
use acaso_shared::protocol::plaza::{PlazaEvent, PlazaRequest, PostTag};
use acaso_shared::transport::Stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use self::news::News;
use super::doorway::{Doorkeeper, Newcomer};
use super::member::Member;
use super::plain::{plain, said, why};
use crate::entrance::Entrance;
use crate::guard::Pass;
use crate::lobby::Hall;

/// The one version there ever was, as each side says it.
const VERSION: &str = "VERSION 1.0";

/// Bytes of one reading, which is one message: as many as a record of TLS has.
const READ_BYTES: usize = 16 * 1024;

// Each byte that is no UTF-8 becomes a replacement character of three bytes. Every message is a post all the same.
const _: () = assert!(3 * READ_BYTES <= POST_BYTES_MAX);

/// Lets them into that plaza until the context's stop.
pub(crate) async fn run(entrance: Entrance, plaza: PlazaName, hall: Arc<Hall>) {
    let plaza = Arc::new(plaza);
    let doorkeeper = Doorkeeper::new(&hall);
    doorkeeper
        .receive_all(&entrance, |line, newcomer, hall| {
            let plaza = Arc::clone(&plaza);
            async move {
                let acceptor = hall.context.presented.acceptor();
                let shaken = hall.context.stop.run_until_cancelled(acceptor.accept(line));
                match shaken.await {
                    Some(Ok(stream)) => receive(Line::new(stream), newcomer, &plaza, &hall).await,
                    Some(Err(error)) => {
                        tracing::debug!(%error, "somebody at jubilant's port speaks no TLS 1.3");
                    }
                    None => {}
                }
            }
        })
        .await;
}

/// Stays with them until they or the plaza have had enough.
async fn receive(mut line: Line, newcomer: Newcomer, plaza: &PlazaName, hall: &Hall) {
    let farewell = hall.context.timings.farewell;
    let greeted = greet(&mut line, newcomer, plaza, hall);
    let greeted = hall.context.stop.run_until_cancelled(greeted).await;
    if let Some(Ok(member)) = greeted {
        let mut stay = Stay {
            line,
            member,
            news: News::default(),
            tags: 0,
        };
        while stay.turn().await.is_ok() {}
        // What they said before they went was taken first.
        stay.member.leave(farewell).await;
        line = stay.line;
    }
    line.close(farewell).await;
}

/// The visit is over: there is nothing left to be told that such a client would understand.
#[derive(Debug)]
struct Over;

/// Everything before the first message, each step in its time.
async fn greet(line: &mut Line, newcomer: Newcomer, plaza: &PlazaName, hall: &Hall) -> Result<Member, Over> {
    let patience = hall.context.timings.lobby_visit;
    line.say(VERSION).await?;
    if step(line.hear_within(patience).await?) != Some(VERSION) {
        line.say("VERSION MISMATCH").await?;
        return Err(Over);
    }
    line.say("VERSION OK").await?;
    let answer = credentials(line.hear_within(patience).await?);
    let Newcomer { pass, waiting } = newcomer;
    match admit(answer, plaza, &pass, hall).await {
        Ok(member) => {
            drop(waiting);
            line.say("AUTH OK").await?;
            Ok(member)
        }
        Err(refusal) => {
            tracing::debug!(?refusal, "somebody with jubilant's client may not come in");
            // Whatever the reason is: their client knows this one word.
            line.say("AUTH FAILED").await?;
            Err(Over)
        }
    }
}

/// Looks the account up, also where nobody else is asked for one, and brings them into the plaza under its name.
async fn admit(
    answer: Option<Credentials>,
    plaza: &PlazaName,
    pass: &Pass,
    hall: &Hall,
) -> Result<Member, Refusal> {
    // It may be asked for since the server was started; an account is no answer to it.
    if hall.gate.asked() == Access::Password {
        return Err(Refusal::Unexpected);
    }
    let Credentials { account, password } = answer.ok_or(Refusal::Unexpected)?;
    let name = account
        .as_ref()
        .and_then(|account| Name::parse(account.as_str()).ok());
    hall.gate
        .log_in(Access::Accounts, account, password, pass)
        .await?;
    let name = name.ok_or(Refusal::Unexpected)?;
    Member::enter_known(hall, plaza, (name, None), pass).await
}

/// What somebody says of who they are.
#[derive(Debug, PartialEq, Eq)]
struct Credentials {
    /// `None` where no account can have such a name; it is as much work as any other then.
    account: Option<AccountName>,
    password: Password,
}

/// A step's words: by hand they come with an end of line.
fn step(said: &[u8]) -> Option<&str> {
    let said = std::str::from_utf8(said).ok()?;
    Some(said.trim_end_matches(['\r', '\n']))
}

/// `AUTH|name|password`; the password may have bars in it.
fn credentials(said: &[u8]) -> Option<Credentials> {
    let (account, password) = step(said)?.strip_prefix("AUTH|")?.split_once('|')?;
    Some(Credentials {
        account: AccountName::parse(account).ok(),
        password: Password::parse(password).ok()?,
    })
}

/// Somebody in the plaza.
struct Stay {
    line: Line,
    member: Member,
    news: News,
    tags: u64,
}

impl Stay {
    async fn turn(&mut self) -> Result<(), Over> {
        let message = tokio::select! {
            event = self.member.next() => return self.note(event.map_err(|_| Over)?),
            message = self.line.hear() => plain(&String::from_utf8_lossy(message?)),
        };
        // A message in which nothing is visible is a way to ask what others said.
        if let Ok(text) = PostText::parse(message.trim_end()) {
            self.post(text).await?;
        }
        self.line.say(&self.news.answer()).await
    }

    /// Has that said, and knows what became of it.
    async fn post(&mut self, text: PostText) -> Result<(), Over> {
        self.tags += 1;
        let ours = PostTag(self.tags);
        let post = PlazaRequest::Post {
            tag: ours,
            subject: None,
            text,
        };
        self.member.say(&post).map_err(|_| Over)?;
        loop {
            match self.member.next().await.map_err(|_| Over)? {
                PlazaEvent::Posted { tag, .. } if tag == ours => return Ok(()),
                PlazaEvent::NotPosted { tag, refusal } if tag == ours => {
                    self.news.add(format!("Acaso: not passed on: {}", why(refusal)));
                    return Ok(());
                }
                event => self.note(event)?,
            }
        }
    }

    /// Keeps what others say for the next answer.
    fn note(&mut self, event: PlazaEvent) -> Result<(), Over> {
        match event {
            PlazaEvent::Post(post) => self.news.add(said(&post)),
            PlazaEvent::Ping => self.member.say(&PlazaRequest::Pong).map_err(|_| Over)?,
            PlazaEvent::Refused(refusal) => {
                tracing::debug!(?refusal, "somebody with jubilant's client has to go");
                return Err(Over);
            }
            // These clients know neither lists nor comings and goings, and what was asked was answered above.
            PlazaEvent::Here { .. }
            | PlazaEvent::Came(_)
            | PlazaEvent::Went { .. }
            | PlazaEvent::Posted { .. }
            | PlazaEvent::NotPosted { .. }
            | PlazaEvent::Pong => {}
        }
        Ok(())
    }
}

/// Their connection: no framing, one reading is one message.
struct Line {
    stream: Stream,
    read: Box<[u8]>,
}

impl Line {
    fn new(stream: Stream) -> Self {
        Self {
            stream,
            read: vec![0; READ_BYTES].into(),
        }
    }

    /// The next message. Cancel-safe.
    async fn hear(&mut self) -> Result<&[u8], Over> {
        match self.stream.read(&mut self.read).await {
            Ok(read @ 1..) => Ok(&self.read[..read]),
            Ok(0) | Err(_) => Err(Over),
        }
    }

    async fn hear_within(&mut self, patience: Duration) -> Result<&[u8], Over> {
        timeout(patience, self.hear()).await.map_err(|_| Over)?
    }

    /// Says something in one record. Whoever does not take it has gone.
    async fn say(&mut self, words: &str) -> Result<(), Over> {
        let said = async {
            self.stream.write_all(words.as_bytes()).await?;
            self.stream.flush().await
        };
        match timeout(WRITE_TIMEOUT, said).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Over),
        }
    }

    /// Says that this was all, and waits for the other end to close as well, but not for long.
    async fn close(mut self, patience: Duration) {
        let farewell = async {
            self.stream.shutdown().await?;
            tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await?;
            Ok::<_, io::Error>(())
        };
        // Somebody who has gone already needs no farewell.
        let _ = timeout(patience, farewell).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_to_be(account: Option<&str>, password: &str) -> Option<Credentials> {
        Some(Credentials {
            account: account.map(|account| AccountName::parse(account).unwrap()),
            password: Password::parse(password).unwrap(),
        })
    }

    #[test]
    fn an_account_and_its_password_stand_between_bars() {
        assert_eq!(
            credentials(b"AUTH|ana|correct horse"),
            said_to_be(Some("ana"), "correct horse")
        );
        assert_eq!(credentials(b"AUTH|Ana|a|b|\r\n"), said_to_be(Some("ana"), "a|b|"));
        assert_eq!(credentials("AUTH|ana maria|a".as_bytes()), said_to_be(None, "a"));
        assert_eq!(credentials(b"AUTH||a"), said_to_be(None, "a"));
    }

    #[test]
    fn what_says_no_password_is_no_answer() {
        let long = format!("AUTH|ana|{}", "x".repeat(READ_BYTES));
        for said in ["", "AUTH", "AUTH|ana", "AUTH|ana|", "auth|ana|a", "ana|a", &long] {
            assert_eq!(credentials(said.as_bytes()), None, "{said:.20}");
        }
        assert_eq!(credentials(b"AUTH|ana|\xff"), None);
    }

    #[test]
    fn a_version_is_taken_with_an_end_of_line_and_nothing_else() {
        assert_eq!(step(b"VERSION 1.0\r\n"), Some(VERSION));
        for other in [b"VERSION 1.1" as &[u8], b" VERSION 1.0", b"VERSION 1.0 ", b"\xff"] {
            assert_ne!(step(other), Some(VERSION));
        }
    }
}
