//! The page in a real browser, driven as WebDriver has it, in a plaza with somebody at our own client. Not part of the usual tests, since
//! it needs Chromium and its driver: `cargo xtask web` runs it, and takes pictures of the page where it is asked to.

mod driver;

use std::path::PathBuf;

use acaso_server::Classic;
use acaso_tests::house::{House, Setup, story_once};
use acaso_tests::plaza::{PRACA, Villager, praca};
use anyhow::{Result, ensure};

use self::driver::{Browser, Look};

/// What no page may run, whoever says it.
const MARKUP: &str = "<img src=x onerror=\"document.title='broken into'\"><b>bold?</b>";

fn setup() -> Setup {
    let mut plaza = praca();
    plaza.history = 10;
    Setup::default().plaza(plaza).way_in(Classic::Web)
}

async fn villager(house: &House, name: &str) -> Result<Villager> {
    let mut villager = house.goes_to(PRACA, name).await?;
    villager.enters().await?;
    Ok(villager)
}

/// Opens the page and goes in.
async fn visits(browser: &Browser, house: &House, name: &str) -> Result<()> {
    browser
        .goes(&format!("http://{}/", house.gateway(Classic::Web)))
        .await?;
    // Where there is one plaza, nobody is asked which.
    browser.has("#choose option").await?;
    browser.types("#name", name).await?;
    browser.clicks("#enter button").await?;
    browser.sees("#title", PRACA).await
}

#[tokio::test]
#[ignore = "needs Chromium and its driver: cargo xtask web"]
async fn somebody_with_a_browser_talks_in_a_plaza_and_comes_back() -> Result<()> {
    story_once(setup(), async |house| {
        let mut bia = villager(house, "Bia").await?;
        let browser = Browser::opens(Look::default()).await?;
        visits(&browser, house, "Ana").await?;
        bia.sees(&["Ana", "Bia"]).await?;
        browser.sees("#people-title", "2 people").await?;
        bia.posts(MARKUP).await?;
        browser.sees("#posts", MARKUP).await?;
        ensure!(
            browser.count("#posts img, #posts b").await? == 0,
            "markup was believed"
        );
        browser.types("#subject", "boats").await?;
        browser.types("#text", "at ten\nor so").await?;
        browser.clicks("#composer button").await?;
        let post = bia.hears("Ana", "at ten\nor so").await?;
        ensure!(post.subject.is_some_and(|subject| subject.as_str() == "boats"));
        browser.sees("#posts .subject", "boats").await?;
        browser.sees("#posts .mine", "(you)").await?;
        // A draft outlives the page, and what was said while it was away is shown.
        browser.types("#text", "half a thought").await?;
        browser.runs("socket.close()").await?;
        browser.sees("#strip-words", "Connection lost").await?;
        bia.posts("while you were away").await?;
        browser.clicks("#try-now").await?;
        browser.sees("#posts", "while you were away").await?;
        ensure!(
            browser.value("#text").await? == "half a thought",
            "the draft is gone"
        );
        browser.clicks("#leave").await?;
        bia.sees(&["Bia"]).await?;
        ensure!(browser.complaints().await?.is_empty(), "the browser complains");
        bia.leaves().await
    })
    .await
}

#[tokio::test]
#[ignore = "needs Chromium and its driver: cargo xtask web"]
async fn the_page_speaks_portuguese_and_is_drawn_in_every_size_and_light() -> Result<()> {
    story_once(setup(), async |house| {
        let mut bia = villager(house, "Bia").await?;
        bia.posts("Alguém sabe quando chegam os barcos?").await?;
        let looks = [
            ("light", Look::default()),
            (
                "dark",
                Look {
                    dark: true,
                    ..Look::default()
                },
            ),
            (
                "narrow-pt",
                Look {
                    size: (480, 720),
                    language: "pt-BR",
                    ..Look::default()
                },
            ),
        ];
        for (name, look) in looks {
            let browser = Browser::opens(look).await?;
            browser
                .goes(&format!("http://{}/", house.gateway(Classic::Web)))
                .await?;
            let honest = if look.language == "pt-BR" {
                "Nada aqui é privado"
            } else {
                "Nothing here is private"
            };
            browser.sees("#door .note", honest).await?;
            picture(&browser, &format!("door-{name}")).await?;
            visits(&browser, house, "Ana").await?;
            browser.types("#text", "Às dez, dizem.").await?;
            browser.clicks("#composer button").await?;
            bia.hears("Ana", "Às dez, dizem.").await?;
            browser.sees("#posts", "Às dez, dizem.").await?;
            picture(&browser, &format!("plaza-{name}")).await?;
            ensure!(browser.overflow().await? == 0, "{name}: wider than the window");
            ensure!(
                browser.unnamed().await?.is_empty(),
                "{name}: something has no name for who cannot see it"
            );
        }
        bia.leaves().await
    })
    .await
}

/// Kept where `ACASO_PICTURES` says.
async fn picture(browser: &Browser, name: &str) -> Result<()> {
    match std::env::var_os("ACASO_PICTURES").map(PathBuf::from) {
        Some(directory) => Ok(std::fs::write(
            directory.join(format!("web-{name}.png")),
            browser.picture().await?,
        )?),
        None => Ok(()),
    }
}
