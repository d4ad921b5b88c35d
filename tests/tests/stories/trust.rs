//! A server's identity: pinned at first use, and from then on whoever shows another is told nothing at all.

use acaso_shared::ids::Fingerprint;
use acaso_shared::session::{Command, Problem};
use acaso_tests::between::{Between, Meddling};
use acaso_tests::book::Book;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{Entrance, House, Setup, story};
use acaso_tests::impostor::Impostor;
use acaso_tests::loopback::own_address;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, bail};

#[tokio::test]
async fn a_changed_identity_blocks_and_is_told_nothing_until_it_is_trusted() -> Result<()> {
    let desk = tempfile::tempdir()?;
    let server = (own_address(), 1025).into();
    let book = Book::default();

    let house = House::open_at(server, Setup::default()).await?;
    let known = house.server().fingerprint();
    let mut ana = Stranger::arrives("Ana", Errand::new(server, desk.path())?, &book).await?;
    ana.waits().await?;
    ana.leaves().await?;
    house.closes().await?;

    let impostor = Impostor::new(server).await?;
    ana.asks_again().await?;
    impostor.is_turned_down().await?;
    let shown = match ana.is_refused().await? {
        Problem::IdentityChanged {
            known: pinned,
            shown,
            visits,
            ..
        } => {
            assert_eq!((Some(pinned), visits), (known, 1));
            shown
        }
        other => bail!("{other}"),
    };
    assert_eq!(shown, impostor.identity());
    // And again: refusing changes nothing.
    ana.asks_again().await?;
    impostor.is_turned_down().await?;
    assert!(matches!(
        ana.is_refused().await?,
        Problem::IdentityChanged { visits: 1, .. }
    ));
    drop(impostor);

    // The same host, set up anew: its key is another, and this time it is meant.
    let house = House::open_at(server, Setup::default()).await?;
    ana.asks_again().await?;
    let Problem::IdentityChanged { shown, .. } = ana.is_refused().await? else {
        bail!("a new key went unnoticed");
    };
    assert_eq!(Some(shown), house.server().fingerprint());
    let visit = ana.visit().clone();
    ana.command(Command::TrustIdentity { visit, shown }).await?;
    ana.waits().await?;
    let mut bia = house.arrives("Bia").await?;
    bia.meets("Ana").await?;
    ana.meets("Bia").await?;
    ana.leaves().await?;
    drop(bia);
    house.closes().await
}

#[tokio::test]
async fn a_link_is_held_against_the_server_before_anything_is_said() -> Result<()> {
    let desk = tempfile::tempdir()?;
    let server = (own_address(), 1025).into();
    let book = Book::default();
    let house = House::open_at(server, Setup::default()).await?;
    let linked = house.server().fingerprint();
    house.closes().await?;

    // At first use, where nothing else is known.
    let impostor = Impostor::new(server).await?;
    let errand = Errand::new(server, desk.path())?.by_link(linked);
    let mut ana = Stranger::arrives("Ana", errand, &book).await?;
    impostor.is_turned_down().await?;
    assert_eq!(
        other_than_linked(ana.is_refused().await?)?,
        (linked, Some(impostor.identity()))
    );
    drop(impostor);

    let house = House::open_at(server, Setup::default()).await?;
    let shown = house.server().fingerprint();
    ana.asks_again().await?;
    assert_eq!(other_than_linked(ana.is_refused().await?)?, (linked, shown));
    ana.asks_by_link(shown).await?;
    ana.waits().await?;
    ana.leaves().await?;
    // Known by now, and still held against what a link says.
    ana.asks_by_link(linked).await?;
    assert_eq!(other_than_linked(ana.is_refused().await?)?, (linked, shown));
    ana.asks_by_link(None).await?;
    ana.waits().await?;
    ana.leaves().await?;
    house.closes().await?;

    // Neither known nor linked: nobody is asked to trust it all the same.
    let impostor = Impostor::new(server).await?;
    ana.asks_by_link(linked).await?;
    impostor.is_turned_down().await?;
    let refused = other_than_linked(ana.is_refused().await?)?;
    assert_eq!(refused, (linked, Some(impostor.identity())));
    Ok(())
}

/// What the link said, and what was shown.
fn other_than_linked(refused: Problem) -> Result<(Option<Fingerprint>, Option<Fingerprint>)> {
    match refused {
        Problem::OtherThanLinked { linked, shown, .. } => Ok((Some(linked), Some(shown))),
        other => bail!("{other}"),
    }
}

#[tokio::test]
async fn a_link_with_an_identity_is_not_followed_without_encryption() -> Result<()> {
    story(Setup::default().over(Carrier::Plain), async |house| {
        let desk = tempfile::tempdir()?;
        let errand = Errand::new(house.lobby(), desk.path())?.over(Carrier::Plain);
        let errand = errand.by_link(Some(Fingerprint::of_spki(b"a key")));
        let mut ana = Stranger::arrives("Ana", errand, house.book()).await?;
        assert!(matches!(ana.is_refused().await?, Problem::PlainRefused { .. }));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_server_known_with_tls_is_never_spoken_to_in_plain() -> Result<()> {
    story(Setup::default().over(Carrier::Tls), async |house| {
        let desk = tempfile::tempdir()?;
        let errand = Errand::new(house.lobby(), desk.path())?;
        let mut ana = Stranger::arrives("Ana", errand.clone(), house.book()).await?;
        ana.waits().await?;
        ana.leaves().await?;
        let mut ana = Stranger::arrives("Ana", errand.over(Carrier::Plain), house.book()).await?;
        assert!(matches!(ana.is_refused().await?, Problem::PlainRefused { .. }));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_room_that_shows_another_key_than_its_lobby_is_told_nothing() -> Result<()> {
    let rooms = 2000..=2000;
    story(
        Setup::default()
            .over(Carrier::Tls)
            .by(Entrance::Doors)
            .rooms(rooms.clone()),
        async |house| {
            // Somebody passes the lobby on as it is, and stands at the door themselves.
            let between = Between::new(house.lobby(), [], Meddling::Listens).await?;
            let impostor = Impostor::new((between.lobby().ip(), *rooms.start()).into()).await?;
            let mut ana = house.arrives_at(between.lobby(), "Ana").await?;
            impostor.is_turned_down().await?;
            let refused = ana.is_refused().await?;
            assert!(matches!(refused, Problem::RoomIdentity { .. }), "{refused}");
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_file_of_known_servers_that_cannot_be_read_is_no_first_use() -> Result<()> {
    story(Setup::default(), async |house| {
        let desk = tempfile::tempdir()?;
        let errand = Errand::new(house.lobby(), desk.path())?;
        std::fs::write(&errand.options.known_servers, "[[server]]\naddress = 7")?;
        let mut ana = Stranger::arrives("Ana", errand, house.book()).await?;
        let refused = ana.is_refused().await?;
        assert!(matches!(refused, Problem::Pins { .. }), "{refused}");
        Ok(())
    })
    .await
}
