//! The terminal client and the server as two programs: what scripts rely on.

use acaso_shared::ids::Code;
use acaso_tests::book::Book;
use acaso_tests::house::refuses;
use acaso_tests::loopback::own_address;
use acaso_tests::old_pychat;
use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::programs::{LineClient, ServerProgram, command_line, registers, server_command};

#[tokio::test]
async fn two_meet_talk_part_and_a_third_comes() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let mut ana = LineClient::start(server.lobby, "Ana", desk.path())?;
    let port = ana.event("waiting").await?["port"].as_u64().context("a port")?;
    let port = u16::try_from(port)?;
    registers(data.path(), &[(port, 1)]).await?;

    let mut bia = LineClient::start(server.lobby, "Bia", desk.path())?;
    let (with_ana, with_bia) = (bia.paired().await?, ana.paired().await?);
    assert_eq!(
        (&with_ana["name"], &with_ana["port"]),
        (&"Ana".into(), &port.into())
    );
    assert_eq!(
        (&with_bia["name"], &with_bia["port"]),
        (&"Bia".into(), &port.into())
    );
    assert_eq!(with_ana["phrase"], with_bia["phrase"]);
    let phrase = with_ana["phrase"].as_str().context("a phrase")?;
    assert_eq!(
        phrase.split(' ').count(),
        10,
        "six words and four groups of digits: {phrase}"
    );
    registers(data.path(), &[(port, 2)]).await?;

    ana.types("olá 🌻 你好").await?;
    let heard = bia.event("message").await?;
    assert_eq!(
        (&heard["text"], &heard["name"]),
        (&"olá 🌻 你好".into(), &"Ana".into())
    );
    bia.types("/say QUIT").await?;
    assert_eq!(ana.event("message").await?["text"], "QUIT");
    assert_eq!(bia.event("delivered").await?["id"], 1);

    bia.types("QUIT").await?;
    assert_eq!(bia.event("closed").await?["reason"], "left");
    bia.program.ends_with(0).await?;
    let left = ana.event("partner_left").await?;
    assert_eq!((&left["name"], &left["reason"]), (&"Bia".into(), &"left".into()));
    registers(data.path(), &[(port, 1)]).await?;

    ana.types("is anybody there?").await?;
    let back = ana.event("not_sent").await?;
    assert_eq!(
        (&back["text"], &back["reason"]),
        (&"is anybody there?".into(), &"no_partner".into())
    );

    let mut caio = LineClient::start(server.lobby, "Caio", desk.path())?;
    assert_eq!(caio.paired().await?["port"], port);
    assert_eq!(ana.paired().await?["name"], "Caio");

    // The end of input is a goodbye, after everything typed was handed over.
    for number in 0..12 {
        caio.types(&format!("number {number}")).await?;
    }
    caio.program.ends_input();
    for number in 0..12 {
        assert_eq!(ana.event("message").await?["text"], format!("number {number}"));
    }
    assert_eq!(ana.event("partner_left").await?["reason"], "left");
    caio.program.ends_with(0).await?;
    ana.types("QUIT").await?;
    ana.program.ends_with(0).await?;
    registers(data.path(), &[]).await?;
    refuses((server.lobby.ip(), port).into()).await?;
    server.quits().await
}

#[tokio::test]
async fn goodbyes_of_the_server_end_well_and_refusals_end_badly() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let mut ana = LineClient::start(server.lobby, "Ana", desk.path())?;
    ana.event("waiting").await?;
    server.quits().await?;
    assert_eq!(ana.event("closed").await?["reason"], "server_closing");
    ana.program.ends_with(0).await?;

    let mut bia = LineClient::start(server.lobby, "Bia", desk.path())?;
    let refused = bia.event("refused").await?;
    let reason = refused["reason"].as_str().context("a reason")?;
    assert!(reason.contains(&server.lobby.port().to_string()), "{reason}");
    bia.program.ends_with(1).await
}

#[tokio::test]
async fn two_write_in_a_plaza_and_the_end_of_input_is_a_goodbye() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut command = server_command();
    let command = command_line(&mut command, own_address().into(), 0, data.path());
    let mut server = ServerProgram::start_by(command.args(["--plaza", "Praça"])).await?;
    let about_boats = ["--plaza", "praça", "--subject", "boats"];
    let mut ana = LineClient::start_in(server.lobby, "Ana", desk.path(), &about_boats)?;
    let number = ana.event("entered").await?["member"].clone();
    assert_eq!(ana.event("here").await?["members"][0]["number"], number);
    let mut bia = LineClient::start_in(server.lobby, "Bia", desk.path(), &["--plaza", "Praça"])?;
    bia.event("entered").await?;
    assert_eq!(
        bia.event("here").await?["members"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(ana.event("came").await?["name"], "Bia");

    ana.types("they come at ten").await?;
    let post = bia.event("post").await?;
    assert_eq!(
        (&post["name"], &post["subject"], &post["text"]),
        (&"Ana".into(), &"boats".into(), &"they come at ten".into())
    );
    let posted = ana.event("posted").await?;
    assert_eq!((&posted["id"], &posted["number"]), (&1.into(), &post["number"]));
    ana.types(" ").await?;
    assert_eq!(ana.event("not_posted").await?["reason"], "bad_post");

    for text in ["one", "two"] {
        bia.types(text).await?;
    }
    bia.program.ends_input();
    for text in ["one", "two"] {
        let post = ana.event("post").await?;
        assert_eq!((&post["text"], &post["subject"]), (&text.into(), &Value::Null));
        bia.event("posted").await?;
    }
    assert_eq!(bia.event("closed").await?["reason"], "left");
    bia.program.ends_with(0).await?;
    assert_eq!(ana.event("went").await?["name"], "Bia");

    let mut lost = LineClient::start_in(server.lobby, "Caio", desk.path(), &["--plaza", "Nowhere"])?;
    lost.event("refused").await?;
    lost.program.ends_with(1).await?;
    server.quits().await?;
    assert_eq!(ana.event("closed").await?["reason"], "server_closing");
    ana.program.ends_with(0).await
}

#[tokio::test]
async fn who_lost_the_plaza_can_still_say_goodbye() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut command = server_command();
    let command = command_line(&mut command, own_address().into(), 0, data.path());
    let mut server = ServerProgram::start_by(command.args(["--plaza", "Praça"])).await?;
    let mut ana = LineClient::start_in(server.lobby, "Ana", desk.path(), &["--plaza", "Praça"])?;
    ana.event("entered").await?;
    ana.event("here").await?;
    server.program.kill().await?;
    ana.event("link_lost").await?;
    ana.types("QUIT").await?;
    let closed = loop {
        // Meanwhile it may have tried in vain once more.
        let line = ana.program.line().await?;
        if !line.contains("link_lost") {
            break serde_json::from_str::<Value>(&line)?;
        }
    };
    assert_eq!(
        (&closed["event"], &closed["reason"]),
        (&"closed".into(), &"left".into())
    );
    ana.program.ends_with(0).await
}

#[tokio::test]
async fn whoever_allows_it_meets_an_old_client_and_is_told_that_it_is_not_private() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut command = server_command();
    let command = command_line(&mut command, own_address().into(), 0, data.path());
    let mut server = ServerProgram::start_by(command.args(["--classic", "pychat=0"])).await?;
    let gateway = server.program.line_after("pychat clients come to port ").await?;
    let port: u16 = gateway.split(';').next().context("a port")?.parse()?;
    let errand = old_pychat::Errand {
        lobby: (server.lobby.ip(), port).into(),
        from: None,
        book: Book::default(),
    };
    let mut zoe = LineClient::start_in(server.lobby, "Zoe", desk.path(), &["--allow-classic"])?;
    zoe.event("waiting").await?;
    let mut ana = errand.asks().await?.enters().await?;
    // Once she sits, whoever waits is brought to her.
    zoe.event("waiting").await?;
    let paired = zoe.event("paired").await?;
    assert_eq!(
        (&paired["private"], &paired["port"]),
        (&false.into(), &ana.port.into())
    );
    ana.hears("Server: Zoe acabou de se juntar ao chat, diga ola!")
        .await?;
    ana.types_name("Ana").await?;
    assert_eq!(zoe.event("introduced").await?["name"], "Ana");
    zoe.types("olá").await?;
    assert_eq!(zoe.event("sent").await?["id"], 1);
    ana.hears("Zoe: ola").await?;
    ana.types("oi").await?;
    let heard = zoe.event("message").await?;
    assert_eq!((&heard["name"], &heard["text"]), (&"Ana".into(), &"oi".into()));
    ana.quits().await?;
    let left = zoe.event("partner_left").await?;
    assert_eq!((&left["name"], &left["reason"]), (&"Ana".into(), &"left".into()));
    zoe.types("QUIT").await?;
    zoe.program.ends_with(0).await?;
    server.quits().await
}

/// The text that an event has under that key.
fn text<'a>(event: &'a Value, key: &str) -> Result<&'a str> {
    event[key].as_str().with_context(|| format!("no {key}: {event}"))
}

#[tokio::test]
async fn two_who_know_each_other_meet_by_a_code_and_again_by_the_one_they_keep() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let mut ana = LineClient::start_in(server.lobby, "Ana", desk.path(), &["--invite"])?;
    let invitation = ana.event("invitation").await?;
    let (code, link) = (text(&invitation, "code")?, text(&invitation, "link")?);
    let host = format!("acaso://{}/{code}#", server.lobby);
    assert!(
        link.strip_prefix(&host)
            .is_some_and(|identity| identity.len() == 64),
        "{link}"
    );
    assert!(
        invitation["good_for_millis"]
            .as_u64()
            .is_some_and(|millis| millis > 500_000)
    );

    let mut bia = LineClient::start_by_link(link, "Bia", desk.path())?;
    let (with_ana, with_bia) = (bia.paired().await?, ana.paired().await?);
    for (partner, name) in [(&with_ana, "Ana"), (&with_bia, "Bia")] {
        assert_eq!((text(partner, "name")?, &partner["code"]), (name, &true.into()));
    }
    assert_eq!(with_ana["phrase"], with_bia["phrase"]);
    ana.types("/keep").await?;
    ana.types("it is you").await?;
    assert_eq!(
        bia.event("message").await?["text"],
        "it is you",
        "and nothing before it"
    );
    bia.types("/keep").await?;
    let kept = bia.event("kept").await?;
    assert_eq!(ana.event("kept").await?, kept);
    bia.types("QUIT").await?;
    bia.event("closed").await?;
    assert_eq!(ana.event("partner_left").await?["reason"], "left");
    assert_eq!(
        ana.event("closed").await?["reason"],
        "over",
        "and no stranger comes"
    );
    ana.program.ends_with(0).await?;

    // What is on no command line no other user of the computer reads.
    let again = ["--code", "-", "--keep"];
    let mut bia = LineClient::start_in(server.lobby, "Bia", desk.path(), &again)?;
    bia.types(text(&kept, "code")?).await?;
    assert_eq!(bia.event("invitation").await?["code"], kept["code"]);
    let mut ana = LineClient::start_in(server.lobby, "Ana", desk.path(), &again)?;
    ana.types(text(&kept, "code")?).await?;
    assert_eq!(ana.paired().await?["code"], true);
    assert_eq!(bia.paired().await?["code"], true);
    for client in [&mut ana, &mut bia] {
        client.types("/keep").await?;
    }
    ana.types("the same code next time").await?;
    let next = bia.event("message").await?;
    assert_eq!(next["text"], "the same code next time", "and no other code");
    ana.types("QUIT").await?;
    ana.program.ends_with(0).await?;
    server.quits().await
}

#[tokio::test]
async fn a_wrong_code_is_told_to_both_and_a_used_one_to_whoever_comes_late() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let mut ana = LineClient::start_in(server.lobby, "Ana", desk.path(), &["--invite"])?;
    let invitation = ana.event("invitation").await?;
    let code: Code = text(&invitation, "code")?.parse()?;
    let other = loop {
        let other = Code::for_invitation(code.number()).to_string();
        if other != code.to_string() {
            break other;
        }
    };
    let mut eva = LineClient::start_in(server.lobby, "Eva", desk.path(), &["--code", &other])?;
    eva.event("waiting").await?;
    for guest in [&mut eva, &mut ana] {
        guest.event("comparing").await?;
        let refused = guest.event("refused").await?;
        assert!(text(&refused, "reason")?.contains("not the same"), "{refused}");
        guest.program.ends_with(1).await?;
    }
    let mut bia = LineClient::start_in(server.lobby, "Bia", desk.path(), &["--code", &code.to_string()])?;
    let refused = bia.event("refused").await?;
    assert!(text(&refused, "reason")?.contains("Nobody waits"), "{refused}");
    bia.program.ends_with(1).await?;
    server.quits().await
}

#[tokio::test]
async fn a_circle_of_a_code_is_begun_joined_and_left() -> Result<()> {
    let (data, desk) = (TempDir::new()?, TempDir::new()?);
    let mut server = ServerProgram::start(own_address(), 0, data.path()).await?;
    let mut ana = LineClient::start_in(server.lobby, "Ana", desk.path(), &["--new-circle"])?;
    let begun = ana.event("gathered").await?;
    ana.types("is anybody there?").await?;
    assert_eq!(ana.event("not_said").await?["reason"], "nobody");

    let code = ["--circle-code", text(&begun, "code")?];
    let mut bia = LineClient::start_in(server.lobby, "Bia", desk.path(), &code)?;
    let own = bia.event("gathered").await?;
    assert_eq!(own["code"], begun["code"]);
    let (with_ana, with_bia) = (bia.event("came").await?, ana.event("came").await?);
    assert_eq!(
        (&with_ana["name"], &with_ana["key"]),
        (&"Ana".into(), &begun["key"])
    );
    assert_eq!(
        (&with_bia["name"], &with_bia["key"]),
        (&"Bia".into(), &own["key"])
    );
    assert_eq!(with_bia["path"], "direct");

    ana.types("olá 🌻").await?;
    let heard = bia.event("said").await?;
    assert_eq!(
        (&heard["text"], &heard["name"]),
        (&"olá 🌻".into(), &"Ana".into())
    );
    assert_eq!(ana.event("delivered").await?["id"], 2);

    // The end of input is a goodbye, after everybody has everything.
    for number in 0..12 {
        bia.types(&format!("number {number}")).await?;
    }
    bia.program.ends_input();
    for number in 0..12 {
        assert_eq!(ana.event("said").await?["text"], format!("number {number}"));
    }
    let went = ana.event("went").await?;
    assert_eq!((&went["name"], &went["left"]), (&"Bia".into(), &true.into()));
    bia.program.ends_with(0).await?;
    ana.types("QUIT").await?;
    ana.program.ends_with(0).await?;
    server.quits().await
}
