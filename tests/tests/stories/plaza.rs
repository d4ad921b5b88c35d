//! Public rooms for many: what one says everybody hears, in one order; who does not read delays nobody; what is missed is shown only
//! where the operator keeps it.

use acaso_shared::session::plaza::PlazaCommand;
use acaso_tests::house::{Setup, story};
use acaso_tests::plaza::{PRACA, praca};
use anyhow::{Result, ensure};

fn with_plaza() -> Setup {
    Setup::default().plaza(praca())
}

#[tokio::test]
async fn three_talk_and_see_each_other_come_and_go() -> Result<()> {
    story(with_plaza(), async |house| {
        let mut ana = house.goes_to(PRACA, "Ana").await?;
        ana.enters().await?;
        ana.sees(&["Ana"]).await?;
        let mut bia = house.goes_to(PRACA, "Bia").await?;
        bia.enters().await?;
        bia.sees(&["Ana", "Bia"]).await?;
        ana.sees(&["Ana", "Bia"]).await?;
        let first = ana.posts("hello?\nis anybody here?").await?;
        let post = bia.hears("Ana", "hello?\nis anybody here?").await?;
        ensure!(post.number == first && post.subject.is_none());
        // Two may go by one name.
        let mut other = house.goes_to(PRACA, "Ana").await?;
        other.enters().await?;
        bia.sees(&["Ana", "Ana", "Bia"]).await?;
        let id = bia.says_about(Some("boats"), "they come at ten").await?;
        ensure!(bia.is_posted(id).await? > first);
        for hearer in [&mut ana, &mut other] {
            let post = hearer.hears("Bia", "they come at ten").await?;
            ensure!(post.subject.is_some_and(|subject| subject.as_str() == "boats"));
        }
        other.leaves().await?;
        ana.sees(&["Ana", "Bia"]).await?;
        bia.command(PlazaCommand::Leave).await?;
        ana.sees(&["Ana"]).await?;
        ana.leaves().await
    })
    .await
}
