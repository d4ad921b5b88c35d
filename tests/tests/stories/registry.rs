//! The registry: right whenever somebody looks, one server's alone, and no reason to end a chat when it fails.

use acaso_server::StartError;
use acaso_shared::protocol::room::Parting;
use acaso_shared::session::Problem;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{Setup, no_second_server, story};
use acaso_tests::rows::rows;
use anyhow::{Context, Result, bail};
use rusqlite::Connection;

#[tokio::test]
async fn a_second_server_says_who_holds_the_directory_and_changes_nothing() -> Result<()> {
    let setup = Setup::default();
    story(setup.clone(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        ana.waits().await?;
        let before = (rows(house.data())?, std::fs::read(house.data().join("lock"))?);
        let refused = no_second_server(&setup, house.data()).await?;
        let pid = std::process::id().to_string();
        assert!(matches!(refused, StartError::Data(_)), "{refused:?}");
        assert!(refused.to_string().contains(&pid), "{refused}");
        assert_eq!(
            (rows(house.data())?, std::fs::read(house.data().join("lock"))?),
            before
        );

        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_registry_of_a_later_age_is_left_as_it_is() -> Result<()> {
    let data = tempfile::tempdir()?;
    let path = data.path().join(acaso_server::REGISTRY_FILE);
    let later = Connection::open(&path)?;
    later.execute_batch(
        "CREATE TABLE rooms (id INTEGER PRIMARY KEY, connections INTEGER, mood TEXT);
         INSERT INTO rooms VALUES (2000, 2, 'cheerful');
         PRAGMA user_version = 9;",
    )?;
    drop(later);
    let before = std::fs::read(&path)?;
    let refused = no_second_server(&Setup::default(), data.path()).await?;
    assert!(matches!(refused, StartError::Registry(_)), "{refused:?}");
    assert_eq!(std::fs::read(&path)?, before);
    Ok(())
}

#[tokio::test]
async fn while_the_registry_is_locked_newcomers_are_refused_and_chats_go_on() -> Result<()> {
    story(Setup::default(), async |house| {
        let mut ana = house.arrives("Ana").await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;

        let lock = Connection::open(house.data().join(acaso_server::REGISTRY_FILE))?;
        lock.execute_batch("BEGIN EXCLUSIVE")?;
        let mut caio = house.arrives("Caio").await?;
        let refused = caio.is_refused().await?;
        let Problem::Registry {
            retry_after_secs: 1..,
        } = refused
        else {
            bail!("{refused:?}");
        };
        ana.says("still here?").await?;
        bia.hears("still here?").await?;
        // Leaving works, and is made good for in the registry as soon as that is possible.
        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;

        lock.execute_batch("ROLLBACK")?;
        caio.asks_again().await?;
        caio.meets("Ana").await?;
        ana.meets("Caio").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn rows_are_right_while_people_come_and_go() -> Result<()> {
    story(Setup::plain(), async |house| {
        let directions = house.directions();
        for _ in 0..20 {
            let assigned = directions.assigned().await?;
            let port = assigned.port.get();
            // Told only after the commit: no waiting here, nor anywhere below where somebody comes.
            assert_eq!(rows(house.data())?.get(&port), Some(&1));
            let other = directions.assigned().await?;
            assert_eq!(
                (other.port.get(), rows(house.data())?.get(&port)),
                (port, Some(&2))
            );
            let (mut one, mut other) = (assigned.enters().await?, other.enters().await?);
            one.befriended().await?;
            other.befriended().await?;
            other.leaves().await?;
            one.is_left(Parting::Left).await?;
            // Told only after the commit, too.
            assert_eq!(rows(house.data())?.get(&port), Some(&1));
            one.leaves().await?;
            house.registers(&[]).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_key_is_its_owners_alone() -> Result<()> {
    story(Setup::default().over(Carrier::Tls), async |house| {
        let fingerprint = house.server().fingerprint().context("a server with TLS")?;
        let shown = acaso_shared::transport::connect(
            house.lobby(),
            acaso_shared::transport::Security::first_use("acaso"),
        );
        assert_eq!(shown.await?.1.map(|shown| shown.fingerprint), Some(fingerprint));
        #[cfg(unix)]
        for entry in std::fs::read_dir(house.data())? {
            use std::os::unix::fs::PermissionsExt;
            let entry = entry?;
            let text = std::fs::read(entry.path())?;
            if text.windows(11).any(|window| window == b"PRIVATE KEY") {
                assert_eq!(entry.metadata()?.permissions().mode() & 0o777, 0o600);
                return Ok(());
            }
        }
        bail!("no key was kept")
    })
    .await
}
