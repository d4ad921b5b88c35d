//! Who may come into a plaza, how many, and how much they may write: whoever may not is told why, and nobody else notices.

use std::time::Duration;

use acaso_server::{Accounts, PlazaSetup};
use acaso_shared::ids::Password;
use acaso_shared::limits::POSTS_BURST;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{Access, LobbyReply, LobbyRequest};
use acaso_shared::session::plaza::{NotPosted, PlazaNews, list};
use acaso_shared::session::{Ending, Login, Problem};
use acaso_tests::house::{Setup, story};
use acaso_tests::patience::{seen, soon};
use acaso_tests::plaza::{PRACA, praca};
use anyhow::{Result, bail, ensure};

use super::{options, two, with_plaza};

#[tokio::test]
async fn who_writes_too_much_is_told_when_to_go_on_and_others_are_not_touched() -> Result<()> {
    story(with_plaza(), async |house| {
        let (mut ana, mut bia) = two(house).await?;
        for number in 0..POSTS_BURST {
            ana.says(&number.to_string()).await?;
        }
        ana.says("one too many").await?;
        for number in 0..POSTS_BURST {
            bia.hears("Ana", &number.to_string()).await?;
        }
        let refused = loop {
            match ana.next().await? {
                PlazaNews::Posted { .. } => {}
                PlazaNews::NotPosted { text, reason, .. } => {
                    ensure!(text.as_str() == "one too many");
                    break reason;
                }
                other => bail!("instead of an answer: {other:?}"),
            }
        };
        let slow_down = Refusal::SlowDown { retry_after_secs: 1 };
        ensure!(refused == NotPosted::Refused(slow_down), "{refused:?}");
        bia.posts("all the same").await?;
        ana.hears("Bia", "all the same").await?;
        seen("it is taken a second later", async || {
            let id = ana.says("later").await?;
            Ok(ana.is_posted(id).await.map_err(|error| error.to_string()))
        })
        .await?;
        bia.hears("Ana", "later").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_plaza_that_is_full_says_so_and_has_room_again_when_somebody_goes() -> Result<()> {
    let small = Setup::default().plaza(PlazaSetup {
        people_max: 2,
        ..praca()
    });
    story(small, async |house| {
        let (ana, _bia) = two(house).await?;
        let refused = house.directions().not_in_plaza(PRACA).await?;
        ensure!(matches!(refused, Refusal::Full { people: 2, .. }), "{refused:?}");
        let mut cai = house.goes_to(PRACA, "Cai").await?;
        let Ending::Problem(Problem::Full { people: 2, .. }) = cai.is_closed().await? else {
            bail!("not told that it is full");
        };
        // Neither a seat nor anybody in another plaza is in the way.
        house.two_strangers_meet().await?;
        ana.leaves().await?;
        seen("there is room", async || {
            let entered = house.directions().in_plaza("Cai").await;
            Ok(entered.map(drop))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn where_a_password_is_asked_for_nobody_comes_in_without() -> Result<()> {
    story(with_plaza().access(Access::Password), async |house| {
        let password = Password::parse("open sesame")?;
        Accounts::open(house.data())?.set_server_password(&password)?;
        ensure!(house.directions().not_in_plaza(PRACA).await? == Refusal::Unexpected);
        let mut link = house.directions().welcomed().await?;
        link.send(&LobbyRequest::Plazas).await?;
        let answer = soon("an answer", link.receive()).await??;
        ensure!(answer == LobbyReply::Refused(Refusal::Unexpected));

        let mut visit = house.visit("Ana")?;
        let mut without = house.goes_by(visit.clone(), PRACA);
        let Ending::Problem(Problem::LoginNeeded { .. }) = without.is_closed().await? else {
            bail!("no login was needed");
        };
        let account = None;
        visit.login = Some(Box::new(Login { account, password }));
        ensure!(list(options(house, "list"), visit.clone()).await?.len() == 1);
        let mut ana = house.goes_by(visit, PRACA);
        ana.enters().await?;
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn who_is_barred_is_taken_out_and_told_for_how_long() -> Result<()> {
    let here = with_plaza().limits(|_| {});
    story(here, async |house| {
        let (mut ana, mut bia) = two(house).await?;
        let network = "127.0.0.0/8".parse()?;
        house.server().ban(network, Duration::from_secs(60)).await?;
        for barred in [&mut ana, &mut bia] {
            let Ending::Problem(Problem::Banned {
                remaining_secs: 1..=60,
            }) = barred.is_closed().await?
            else {
                bail!("not told that they are barred");
            };
        }
        ensure!(house.server().unban(network).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn people_in_a_plaza_count_for_their_network() -> Result<()> {
    let two_each = with_plaza().limits(|limits| limits.connections = 2);
    story(two_each, async |house| {
        let (ana, _bia) = two(house).await?;
        let refused = house.directions().not_in_plaza(PRACA).await?;
        ensure!(matches!(refused, Refusal::SlowDown { .. }), "{refused:?}");
        ana.leaves().await?;
        seen("there is room", async || {
            Ok(house.directions().in_plaza("Cai").await.map(drop))
        })
        .await
    })
    .await
}
