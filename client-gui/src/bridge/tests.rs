//! The bridge and a real engine, without a window.

use std::net::TcpListener;
use std::sync::mpsc::sync_channel;

use acaso_shared::ids::{MessageText, Name, PlazaName, PostText};
use acaso_shared::session::plaza::{NotPosted, PlazaNews};
use acaso_shared::session::{ConversationId, Goodbye, MessageId, Visit};

use super::*;

/// A bridge, its directory, and what hears it wake the window.
fn bridge() -> (Bridge, tempfile::TempDir, std::sync::mpsc::Receiver<()>) {
    let directory = tempfile::tempdir().unwrap();
    let (woken, wakes) = sync_channel(256);
    let wake: Wake = Arc::new(move || {
        woken.try_send(()).ok();
    });
    let bridge = Bridge::start(directory.path().join("known_servers.toml"), wake).unwrap();
    (bridge, directory, wakes)
}

/// The next event, which the window was woken for.
fn next(bridge: &mut Bridge, wakes: &std::sync::mpsc::Receiver<()>) -> Event {
    loop {
        if let Some(event) = bridge.hear() {
            return event;
        }
        wakes
            .recv_timeout(Duration::from_secs(20))
            .expect("the window is woken for each event");
    }
}

#[test]
fn what_waits_for_room_is_what_still_counts() {
    let one = ConversationId(1);
    let mut waiting = VecDeque::new();
    for command in [
        Command::Looked { conversation: one },
        Command::Looked { conversation: one },
        Command::TryNow,
        Command::Block { conversation: one },
        Command::Leave(Goodbye::Now),
        Command::Meet(Visit::new(
            "192.0.2.7".parse().unwrap(),
            Name::parse("Ana").unwrap(),
        )),
        Command::Leave(Goodbye::Now),
    ] {
        wait(&mut waiting, command);
    }
    assert_eq!(
        waiting,
        [Command::Block { conversation: one }, Command::Leave(Goodbye::Now)]
    );
}

/// An address at which nobody listens: somebody did a moment ago, and the port is not given out again so soon.
fn nobody() -> String {
    TcpListener::bind("127.0.0.31:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string()
}

#[test]
fn a_wish_goes_over_and_the_window_is_woken_for_what_comes_back() {
    let (mut bridge, _directory, wakes) = bridge();
    bridge.ask(Command::Meet(Visit {
        plain: true,
        ..Visit::new(nobody().parse().unwrap(), Name::parse("Ana").unwrap())
    }));
    assert_eq!(next(&mut bridge, &wakes), Event::Calling { attempt: 1 });
    let closed = next(&mut bridge, &wakes);
    let Event::Closed {
        ending: Ending::Problem(Problem::ConnectionRefused { host, .. }),
        ..
    } = closed
    else {
        panic!("{closed:?}");
    };
    assert_eq!(host, "127.0.0.31");
    bridge.end();
    assert_eq!(
        bridge.hear(),
        None,
        "an engine that was ended is not one that was lost"
    );
}

#[test]
fn more_texts_than_the_engine_takes_come_back_and_a_goodbye_is_never_lost() {
    let (mut bridge, _directory, wakes) = bridge();
    let many = 50 * u64::try_from(QUEUE_LEN).unwrap();
    for id in 0..many {
        bridge.ask(Command::Say {
            conversation: ConversationId(1),
            id: MessageId(id),
            text: MessageText::parse("hello?").unwrap(),
        });
    }
    bridge.ask(Command::Leave(Goodbye::Now));
    let (mut back, mut left) = (0, false);
    while back < many || !left {
        match next(&mut bridge, &wakes) {
            Event::NotSent { .. } => back += 1,
            Event::Closed {
                ending: Ending::Left, ..
            } => left = true,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_server_that_is_not_there_has_no_plazas_and_a_later_question_takes_the_place_of_an_earlier_one() {
    let (mut bridge, _directory, wakes) = bridge();
    let visit = || Visit {
        plain: true,
        ..Visit::new(nobody().parse().unwrap(), Name::parse("Ana").unwrap())
    };
    bridge.look_for_plazas(visit());
    bridge.look_for_plazas(visit());
    let refused = |told: &OfPlazas| {
        matches!(
            told,
            OfPlazas::Listed(Err(Problem::ConnectionRefused { host, .. })) if host == "127.0.0.31"
        )
    };
    let told = next_of_plazas(&mut bridge, &wakes);
    assert!(refused(&told), "{told:?}");
    bridge.end();
    assert_eq!(bridge.hear_of_plazas(), None, "one answer");
}

#[test]
fn a_post_for_no_plaza_comes_back() {
    let (mut bridge, _directory, wakes) = bridge();
    let text = PostText::parse("hello?").unwrap();
    bridge.ask_plaza(PlazaCommand::Post {
        id: MessageId(7),
        subject: None,
        text: text.clone(),
    });
    let back = OfPlazas::News(PlazaNews::NotPosted {
        id: MessageId(7),
        subject: None,
        text,
        reason: NotPosted::NotTaken,
    });
    assert_eq!(next_of_plazas(&mut bridge, &wakes), back);
}

#[test]
fn a_visit_to_a_plaza_tells_its_news_until_it_is_left() {
    let (mut bridge, _directory, wakes) = bridge();
    let visit = |plaza: &str| PlazaVisit {
        visit: Visit {
            plain: true,
            ..Visit::new(nobody().parse().unwrap(), Name::parse("Ana").unwrap())
        },
        plaza: PlazaName::parse(plaza).unwrap(),
    };
    bridge.enter_plaza(visit("Feira"));
    let calling = OfPlazas::News(PlazaNews::Calling { attempt: 1 });
    assert_eq!(next_of_plazas(&mut bridge, &wakes), calling);
    bridge.enter_plaza(visit("Praça"));
    assert_eq!(
        next_of_plazas(&mut bridge, &wakes),
        calling,
        "of the latest visit only"
    );
    bridge.ask_plaza(PlazaCommand::Leave);
    assert_eq!(bridge.hear_of_plazas(), None);
    bridge.end();
}

/// The next thing told of plazas, which the window was woken for.
fn next_of_plazas(bridge: &mut Bridge, wakes: &std::sync::mpsc::Receiver<()>) -> OfPlazas {
    loop {
        if let Some(told) = bridge.hear_of_plazas() {
            return told;
        }
        wakes
            .recv_timeout(Duration::from_secs(20))
            .expect("the window is woken for whatever is told");
    }
}
