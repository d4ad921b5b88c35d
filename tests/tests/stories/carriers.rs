//! TCP and QUIC beside each other, and certificates that an authority has signed.

use std::net::{IpAddr, UdpSocket};
use std::path::Path;

use acaso_server::CertificateFiles;
use acaso_shared::session::{Command, Problem};
use acaso_shared::transport::{Authorities, Dialler, Unvouched};
use acaso_tests::book::Book;
use acaso_tests::carrier::Carrier;
use acaso_tests::house::{Entrance, House, Setup, story, story_once};
use acaso_tests::loopback::own_address;
use acaso_tests::stranger::{Errand, Stranger};
use anyhow::{Result, bail, ensure};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};

#[tokio::test]
async fn somebody_over_tcp_and_somebody_over_quic_meet_in_one_room() -> Result<()> {
    story_once(Setup::default(), async |house| {
        let desk = tempfile::tempdir()?;
        let errand = |carrier: Carrier| {
            let desk = desk.path().join(carrier.to_string());
            anyhow::Ok(Errand::new(house.lobby(), &desk)?.over(carrier))
        };
        let mut ana = Stranger::arrives("Ana", errand(Carrier::Quic)?, house.book()).await?;
        ana.waits().await?;
        let mut bia = Stranger::arrives("Bia", errand(Carrier::Tls)?, house.book()).await?;
        let there = bia.meets("Ana").await?.port;
        ensure!(ana.meets("Bia").await?.port == there, "in two rooms");
        ana.says("by datagrams").await?;
        bia.hears("by datagrams").await?;
        bia.says("by a stream of bytes").await?;
        ana.hears("by a stream of bytes").await?;
        // The door has closed long ago, and the port stays open for Ana.
        house.is_shut(there.get()).await?;
        ensure!(
            UdpSocket::bind(house.door(there.get())).is_err(),
            "her port is free"
        );
        bia.leaves().await?;
        ana.is_left(acaso_shared::protocol::room::Parting::Left).await?;
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn whoever_changes_networks_in_a_chat_over_quic_talks_on() -> Result<()> {
    story(Setup::default().over(Carrier::Quic), async |house| {
        let desk = tempfile::tempdir()?;
        let dialler = Dialler::default();
        let errand = Errand::new(house.lobby(), desk.path())?.over(Carrier::Quic);
        let errand = errand.options(|options| options.dialler = dialler.clone());
        let mut ana = Stranger::arrives("Ana", errand, house.book()).await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        for place in ["at home", "on the way", "at work"] {
            // Nothing but the words themselves may happen to either.
            ana.says(place).await?;
            bia.hears(place).await?;
            bia.says("I hear you").await?;
            ana.hears("I hear you").await?;
            dialler.rebind()?;
        }
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn a_port_that_another_program_has_for_datagrams_is_no_room() -> Result<()> {
    let doors = Setup::default().by(Entrance::Doors).rooms(2000..=2001);
    story(doors, async |house| {
        let _other = UdpSocket::bind(house.door(2000))?;
        // Without encryption there is no QUIC, and nobody needs it.
        let rooms: &[u16] = match house.carrier() {
            Carrier::Plain => &[2000, 2001],
            Carrier::Tls | Carrier::Quic => &[2001],
        };
        let mut ana = house.arrives("Ana").await?;
        let there = ana.waits().await?.get();
        ensure!(rooms.contains(&there), "in room {there}");
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn over_quic_too_a_changed_identity_is_told_nothing() -> Result<()> {
    let desk = tempfile::tempdir()?;
    let server = (own_address(), 1025).into();
    let book = Book::default();
    let quic = Setup::default().over(Carrier::Quic);
    let house = House::open_at(server, quic.clone()).await?;
    let known = house.server().fingerprint();
    let errand = Errand::new(server, desk.path())?.over(Carrier::Quic);
    let mut ana = Stranger::arrives("Ana", errand, &book).await?;
    ana.waits().await?;
    ana.leaves().await?;
    house.closes().await?;

    let house = House::open_at(server, quic).await?;
    ana.asks_again().await?;
    let Problem::IdentityChanged {
        known: pinned, shown, ..
    } = ana.is_refused().await?
    else {
        bail!("a new key went unnoticed");
    };
    ensure!((Some(pinned), Some(shown)) == (known, house.server().fingerprint()));
    house.closes().await
}

#[tokio::test]
async fn a_server_that_an_authority_vouches_for_may_renew_its_key_but_not_go_without() -> Result<()> {
    story(Setup::default(), async |house| {
        if house.carrier() == Carrier::Plain {
            return Ok(());
        }
        let desk = tempfile::tempdir()?;
        let authority = Authority::new()?;
        let renew = || {
            let files = authority.certify(house.lobby().ip(), desk.path())?;
            anyhow::Ok(house.server().reload_identity(Some(&files))?)
        };
        let first = renew()?;
        let trusted = Authorities::usual_and([authority.certificate.der().clone()])?;
        let errand = Errand::new(house.lobby(), desk.path())?.over(house.carrier());
        let errand = errand.options(|options| options.authorities = trusted);
        let mut ana = Stranger::arrives("Ana", errand, house.book()).await?;
        ana.waits().await?;
        // Whoever sits there notices nothing of another certificate, also when the door opens anew.
        ensure!(renew()? != first, "it is the same key");
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        bia.leaves().await?;
        ana.is_left(acaso_shared::protocol::room::Parting::Left).await?;
        ana.leaves().await?;
        ana.asks_again().await?;
        ana.waits().await?;
        ana.leaves().await?;

        let own = house.server().reload_identity(None)?;
        ana.asks_again().await?;
        let Problem::IdentityChanged { shown, unvouched, .. } = ana.is_refused().await? else {
            bail!("nobody vouches for the server any more, and that went unnoticed");
        };
        ensure!((Some(shown), unvouched) == (own, Some(Unvouched::Unsigned)));
        // Whoever trusts it nevertheless is not asked again when an authority vouches for it once more, with yet another key.
        let visit = ana.visit().clone();
        ana.command(Command::TrustIdentity { visit, shown }).await?;
        ana.waits().await?;
        ana.leaves().await?;
        renew()?;
        ana.asks_again().await?;
        ana.waits().await?;
        ana.leaves().await?;
        // And asked if it goes without again.
        ensure!(house.server().reload_identity(None)? == own);
        ana.asks_again().await?;
        let refused = ana.is_refused().await?;
        ensure!(matches!(refused, Problem::IdentityChanged { .. }), "{refused}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn certificates_that_make_no_sense_change_nothing() -> Result<()> {
    story_once(Setup::default(), async |house| {
        let desk = tempfile::tempdir()?;
        let before = house.server().fingerprint();
        let files = Authority::new()?.certify(house.lobby().ip(), desk.path())?;
        let stranger = KeyPair::generate()?;
        std::fs::write(&files.key, stranger.serialize_pem())?;
        let refused = house.server().reload_identity(Some(&files));
        let said = refused.err().map(|error| error.to_string()).unwrap_or_default();
        ensure!(said.contains("key.pem"), "{said}");
        ensure!(house.server().fingerprint() == before);
        house.two_strangers_meet().await
    })
    .await
}

/// An authority that nobody but a story trusts.
struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let issuer = Issuer::new(params, key);
        Ok(Self { certificate, issuer })
    }

    /// A certificate for that host, with a key of its own.
    fn certify(&self, host: IpAddr, directory: &Path) -> Result<CertificateFiles> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new(vec![host.to_string()])?;
        let chain = params.signed_by(&key, &self.issuer)?.pem() + &self.certificate.pem();
        let files = CertificateFiles {
            certificate: directory.join("certificate.pem"),
            key: directory.join("key.pem"),
        };
        std::fs::write(&files.certificate, chain)?;
        std::fs::write(&files.key, key.serialize_pem())?;
        Ok(files)
    }
}
