//! Servers that do not let everybody in: what they ask, what they answer, and that guessing does not pay.

use std::time::Duration;

use acaso_server::Accounts;
use acaso_shared::ids::{AccountName, Password, VisitorToken};
use acaso_shared::link::{Link, LobbyGuest};
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest, Wishes};
use acaso_shared::protocol::{Refusal, VERSIONS};
use acaso_shared::transport::Stream;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::loopback::own_address;
use acaso_tests::patience::{seen, soon};
use anyhow::{Result, bail, ensure};
use tempfile::TempDir;

use crate::programs::{LineClient, ServerProgram, command_line, server_command};

#[tokio::test]
async fn one_password_for_all_opens_the_lobby_and_nothing_else_does() -> Result<()> {
    story(unhurried(Access::Password), async |house| {
        let none_yet = logs_in(house, None, "open sesame").await?;
        ensure!(
            matches!(none_yet, Answer::Refused(Refusal::Login { .. })),
            "{none_yet:?}"
        );
        Accounts::open(house.data())?.set_server_password(&password("open sesame")?)?;
        let wrong = logs_in(house, None, "open barley").await?;
        ensure!(
            matches!(wrong, Answer::Refused(Refusal::Login { .. })),
            "{wrong:?}"
        );
        let Answer::LoggedIn(mut guest) = logs_in(house, None, "open sesame").await? else {
            bail!("the right password does not open");
        };
        ensure!(matches!(asks(&mut guest).await?, LobbyReply::Assigned { .. }));
        let mut without = welcomed(house, Access::Password).await?;
        let told = asks(&mut without).await?;
        ensure!(told == LobbyReply::Refused(Refusal::Unexpected), "{told:?}");
        // The ticket is not used; the seat comes back when it runs out.
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn accounts_come_and_go_while_the_server_runs() -> Result<()> {
    story(unhurried(Access::Accounts), async |house| {
        let accounts = Accounts::open(house.data())?;
        let ana = AccountName::parse("ana")?;
        accounts.add(&ana, &password("correct horse")?)?;
        let right = logs_in(house, Some("ana"), "correct horse").await?;
        ensure!(matches!(right, Answer::LoggedIn(_)), "{right:?}");
        for (account, secret) in [
            (Some("ana"), "battery"),
            (None, "correct horse"),
            (Some("bia"), "correct horse"),
        ] {
            let wrong = logs_in(house, account, secret).await?;
            ensure!(
                matches!(wrong, Answer::Refused(Refusal::Login { .. })),
                "{wrong:?}"
            );
        }
        accounts.change_password(&ana, &password("battery")?)?;
        let old = logs_in(house, Some("ana"), "correct horse").await?;
        ensure!(matches!(old, Answer::Refused(Refusal::Login { .. })), "{old:?}");
        let new = logs_in(house, Some("ana"), "battery").await?;
        ensure!(matches!(new, Answer::LoggedIn(_)), "{new:?}");
        accounts.remove(&ana)?;
        let gone = logs_in(house, Some("ana"), "battery").await?;
        ensure!(matches!(gone, Answer::Refused(Refusal::Login { .. })), "{gone:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_unknown_name_is_as_much_work_as_a_wrong_password() -> Result<()> {
    story(unhurried(Access::Accounts), async |house| {
        Accounts::open(house.data())?.add(&AccountName::parse("ana")?, &password("correct horse")?)?;
        let server = house.server();
        for (tries, account) in [(1, Some("ana")), (2, Some("nobody")), (3, None)] {
            let told = logs_in(house, account, "wrong").await?;
            // Nobody has to wait here, so that nothing but the work could tell them apart.
            ensure!(
                matches!(told, Answer::Refused(Refusal::Login { retry_after_secs: 0 })),
                "{told:?}"
            );
            ensure!(server.passwords_compared() == tries, "{account:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_guesses_waits_longer_each_time_and_is_not_even_looked_at_meanwhile() -> Result<()> {
    // This computer is exempt from what is counted, but not from this.
    story(Setup::default().access(Access::Password), async |house| {
        Accounts::open(house.data())?.set_server_password(&password("open sesame")?)?;
        let compared = || house.server().passwords_compared();
        for (tries, wait) in [(1, 1), (2, 2)] {
            let told = seen("a guess is looked at", async || {
                let told = logs_in(house, None, "open barley").await?;
                Ok(if compared() == tries { Ok(told) } else { Err("not yet") })
            });
            let told = told.await?;
            ensure!(
                matches!(told, Answer::Refused(Refusal::Login { retry_after_secs }) if retry_after_secs == wait),
                "{told:?}"
            );
        }
        // Two seconds are to be waited now, and the right password makes no difference.
        let hurried = logs_in(house, None, "open sesame").await?;
        ensure!(
            matches!(hurried, Answer::Refused(Refusal::Login { retry_after_secs: 1..=2 })),
            "{hurried:?}"
        );
        ensure!(compared() == 2, "it was looked at");
        let heard = seen("the wait is over", async || {
            Ok(match logs_in(house, None, "open sesame").await? {
                Answer::LoggedIn(guest) => Ok(guest),
                Answer::Refused(refusal) => Err(format!("{refusal:?}")),
            })
        });
        drop(heard.await?);
        ensure!(compared() == 3, "while somebody waits nothing is compared");
        // A right one forgives nothing: the third wrong one has its four seconds.
        let told = logs_in(house, None, "open barley").await?;
        ensure!(
            matches!(told, Answer::Refused(Refusal::Login { retry_after_secs: 4 })),
            "{told:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn many_who_guess_at_once_gain_nothing_by_it() -> Result<()> {
    story(Setup::plain().access(Access::Password), async |house| {
        Accounts::open(house.data())?.set_server_password(&password("open sesame")?)?;
        let mut guests = Vec::new();
        for _ in 0..20 {
            guests.push(welcomed(house, Access::Password).await?);
        }
        for guest in &mut guests {
            guest.send(&login(None, "open barley")?).await?;
        }
        for guest in &mut guests {
            let told = soon("an answer", guest.receive()).await??;
            ensure!(
                matches!(told, LobbyReply::Refused(Refusal::Login { .. })),
                "{told:?}"
            );
        }
        // One of a network is compared at a time, and if it is wrong, that ends it for those who wait.
        let compared = house.server().passwords_compared();
        ensure!(compared == 1, "{compared} guesses were compared");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn many_who_are_right_at_once_all_get_in() -> Result<()> {
    story(Setup::plain().access(Access::Password), async |house| {
        Accounts::open(house.data())?.set_server_password(&password("open sesame")?)?;
        let mut guests = Vec::new();
        for _ in 0..10 {
            guests.push(welcomed(house, Access::Password).await?);
        }
        for guest in &mut guests {
            guest.send(&login(None, "open sesame")?).await?;
        }
        for guest in &mut guests {
            let told = soon("an answer", guest.receive()).await??;
            ensure!(told == LobbyReply::LoggedIn, "{told:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_nothing_is_asked_a_password_is_out_of_place() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut guest = welcomed(house, Access::Open).await?;
        guest.send(&login(None, "open sesame")?).await?;
        let told = soon("an answer", guest.receive()).await??;
        ensure!(told == LobbyReply::Refused(Refusal::Unexpected), "{told:?}");
        ensure!(house.server().passwords_compared() == 0);
        house.two_strangers_meet().await
    })
    .await
}

#[tokio::test]
async fn a_terminal_client_logs_in_where_it_is_asked_and_ends_at_once_where_it_cannot() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let accounts = Accounts::open(data.path())?;
    for account in ["ana", "bia"] {
        accounts.add(&AccountName::parse(account)?, &password("correct horse")?)?;
    }
    let mut command = server_command();
    let command = command_line(&mut command, own_address().into(), 0, data.path());
    let mut server = ServerProgram::start_by(command.args(["--access", "accounts"])).await?;
    let visit = |name, login| LineClient::start_as(server.lobby, name, desk.path(), login);

    let mut nobody = visit("Nobody", None)?;
    nobody.event("refused").await?;
    nobody.program.ends_with(1).await?;
    let mut ana = visit("Ana", Some(("ana", "correct horse")))?;
    ana.event("waiting").await?;
    let mut bia = visit("Bia", Some(("bia", "correct horse")))?;
    ensure!(bia.paired().await?["name"] == "Ana");
    let mut wrong = visit("Wrong", Some(("ana", "battery")))?;
    wrong.event("refused").await?;
    wrong.program.ends_with(1).await?;
    server.quits().await
}

/// A house that asks that, where nobody waits after a wrong answer.
fn unhurried(access: Access) -> Setup {
    Setup::default()
        .access(access)
        .timings(|timings| timings.wrong_login = Duration::ZERO)
}

/// What comes of a login.
#[derive(Debug)]
enum Answer {
    LoggedIn(Link<Stream, LobbyGuest>),
    Refused(Refusal),
}

async fn logs_in(house: &House, account: Option<&str>, secret: &str) -> Result<Answer> {
    let mut guest = Link::new(house.directions().dial(house.lobby().port()).await?);
    guest.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    match soon("a welcome", guest.receive()).await?? {
        LobbyReply::Welcome { .. } => {}
        LobbyReply::Refused(refusal) => return Ok(Answer::Refused(refusal)),
        other => bail!("instead of a welcome: {other:?}"),
    }
    guest.send(&login(account, secret)?).await?;
    match soon("an answer", guest.receive()).await?? {
        LobbyReply::LoggedIn => Ok(Answer::LoggedIn(guest)),
        LobbyReply::Refused(refusal) => Ok(Answer::Refused(refusal)),
        other => bail!("instead of an answer: {other:?}"),
    }
}

async fn welcomed(house: &House, asked: Access) -> Result<Link<Stream, LobbyGuest>> {
    let mut guest = Link::new(house.directions().dial(house.lobby().port()).await?);
    guest.send(&LobbyRequest::Hello { versions: VERSIONS }).await?;
    match soon("a welcome", guest.receive()).await?? {
        LobbyReply::Welcome { access, .. } if access == asked => Ok(guest),
        other => bail!("instead of a welcome that asks {asked:?}: {other:?}"),
    }
}

async fn asks(guest: &mut Link<Stream, LobbyGuest>) -> Result<LobbyReply> {
    let visitor = VisitorToken::random();
    guest
        .send(&LobbyRequest::Join {
            visitor,
            wishes: Wishes::default(),
        })
        .await?;
    Ok(soon("an answer", guest.receive()).await??)
}

fn login(account: Option<&str>, secret: &str) -> Result<LobbyRequest> {
    let account = account.map(AccountName::parse).transpose()?;
    let password = password(secret)?;
    Ok(LobbyRequest::Login { account, password })
}

fn password(text: &str) -> Result<Password> {
    Ok(Password::parse(text)?)
}
