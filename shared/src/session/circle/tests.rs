//! Members over real sockets on loopback, and a lobby that introduces them.

mod guesser;
mod leaving;
mod lobby;
mod member;

use std::time::Duration;

use self::guesser::Guesser;
use self::lobby::{Identity, Lobby, Manners};
use self::member::{Member, circle, gathered, say_all, timings};
use super::{Circle, CircleCommand, CircleNews, Path};
use crate::ids::{Code, Fingerprint};
use crate::limits::WRONG_WORDS_MAX;
use crate::session::Timings;
use crate::session::event::{Ending, MessageId, Problem};

#[tokio::test]
async fn who_gathers_meets_and_what_is_said_reaches_everybody_once_and_in_order() {
    let lobby = Lobby::open(Manners::default());
    let mut members = gathered(&lobby, &["Ana", "Bia", "Caio"]).await;
    say_all(&mut members, 20).await;
    for member in &members {
        assert!(member.came().iter().all(|(_, path)| *path == Path::Direct));
    }
}

#[tokio::test]
async fn the_circle_goes_on_without_its_lobby_and_takes_newcomers_when_that_is_back() {
    let identity = Identity::random();
    let manners = Manners::default();
    let lobby = Lobby::open_at("127.0.0.1:0".parse().unwrap(), &identity, manners, 0).unwrap();
    let address = lobby.address;
    let mut members = gathered(&lobby, &["Ana", "Bia", "Caio"]).await;
    lobby.stop().await;
    for member in &mut members {
        member
            .until(|news| matches!(news, CircleNews::LobbyLost { .. }).then_some(()))
            .await;
    }
    say_all(&mut members, 3).await;

    // It has forgotten everybody, and gives the same numbers to others.
    let lobby = Lobby::open_at(address, &identity, manners, 0).unwrap();
    for member in members.iter_mut().rev() {
        member.command(CircleCommand::TryNow).await;
        member
            .until(|news| matches!(news, CircleNews::LobbyBack).then_some(()))
            .await;
    }
    members.push(Member::enter(&lobby, "Davi", circle()));
    for member in &mut members {
        member.came_in(3).await;
    }
    say_all(&mut members, 3).await;
    for member in &members {
        assert_eq!(member.came().len(), 3, "nobody came twice: {:?}", member.seen);
    }
}

#[tokio::test]
async fn a_lobby_that_introduces_false_keys_brings_nobody_together() {
    let lies = Some(Fingerprint::from([7; 32]));
    let lobby = Lobby::open(Manners {
        lies,
        ..Manners::default()
    });
    let mut ana = Member::enter(&lobby, "Ana", circle());
    ana.until(|news| matches!(news, CircleNews::Gathered { .. }).then_some(()))
        .await;
    // Of Ana alone something false was said: she knows Bia's key, and reaches her.
    let mut bia = Member::enter(&lobby, "Bia", circle());
    for member in [&mut ana, &mut bia] {
        member
            .until(|news| matches!(news, CircleNews::Unreachable { .. }).then_some(()))
            .await;
        assert_eq!(member.came(), []);
    }
}

#[tokio::test]
async fn where_there_is_no_way_people_are_told() {
    let lobby = Lobby::open(Manners {
        hides: true,
        ..Manners::default()
    });
    let mut ana = Member::enter(&lobby, "Ana", circle());
    let _bia = Member::enter(&lobby, "Bia", circle());
    ana.until(|news| matches!(news, CircleNews::Unreachable { .. }).then_some(()))
        .await;
}

#[tokio::test]
async fn where_there_is_no_way_but_through_the_server_that_one_is_taken() {
    let lobby = Lobby::open(Manners {
        hides: true,
        relays: true,
        ..Manners::default()
    });
    let mut members = gathered(&lobby, &["Ana", "Bia"]).await;
    say_all(&mut members, 10).await;
    for member in &members {
        assert!(member.came().iter().all(|(_, path)| *path == Path::Relayed));
    }
    assert!(lobby.relayed() > 0);
}

#[tokio::test]
async fn a_circle_with_a_code_lets_in_who_knows_the_words_and_nobody_else() {
    let lobby = Lobby::open(Manners::default());
    let mut ana = Member::enter(&lobby, "Ana", Circle::New);
    let code = ana
        .until(|news| match news {
            CircleNews::Gathered { code, .. } => code.clone(),
            _ => None,
        })
        .await;
    let mut bia = Member::enter(&lobby, "Bia", Circle::Coded(code.clone()));
    ana.came_in(1).await;
    bia.came_in(1).await;
    assert_eq!(ana.came(), [("Bia".to_owned(), Path::Direct)]);

    let mut guesser = Member::enter(&lobby, "Eva", Circle::Coded(other_words(&code)));
    for member in [&mut ana, &mut bia, &mut guesser] {
        let open = member
            .until(|news| match news {
                CircleNews::WrongWords { open } => Some(*open),
                _ => None,
            })
            .await;
        assert!(open, "one guess does not close it");
    }
    let mut members = [ana, bia];
    say_all(&mut members, 2).await;
    assert!(
        guesser.came().is_empty(),
        "no name is told to who does not know the words"
    );
}

#[tokio::test]
async fn more_who_know_the_words_than_may_guess_come_at_once_and_all_are_let_in() {
    let lobby = Lobby::open(Manners::default());
    let code = Code::lasting();
    let mut members: Vec<_> = (0..WRONG_WORDS_MAX + 2)
        .map(|member| Member::enter(&lobby, &format!("Member {member}"), Circle::Coded(code.clone())))
        .collect();
    for member in &mut members {
        member.came_in(WRONG_WORDS_MAX + 1).await;
        let wrong = |news: &CircleNews| matches!(news, CircleNews::WrongWords { .. });
        assert!(!member.seen.iter().any(wrong), "{:?}", member.seen);
    }
}

#[tokio::test]
async fn who_says_nothing_once_they_know_whether_they_are_right_has_guessed() {
    let lobby = Lobby::open(Manners::default());
    let mut ana = Member::enter(&lobby, "Ana", Circle::New);
    let (key, code) = ana
        .until(|news| match news {
            CircleNews::Gathered { key, code, .. } => Some((*key, code.clone()?)),
            _ => None,
        })
        .await;
    let mut guesser = Guesser::enter(&lobby, &code, key).await;
    let words = other_words(&code);
    let told = ana.until(|news| match news {
        CircleNews::WrongWords { open } => Some(*open),
        _ => None,
    });
    tokio::select! {
        open = told => assert!(open, "one guess does not close it"),
        () = guesser.guesses_in_silence(&words) => panic!("they were told more"),
    }
    assert_eq!(ana.came(), []);
}

#[tokio::test]
async fn after_a_few_wrong_words_nobody_new_is_let_in() {
    let lobby = Lobby::open(Manners::default());
    let mut ana = Member::enter(&lobby, "Ana", Circle::New);
    let code = ana
        .until(|news| match news {
            CircleNews::Gathered { code, .. } => code.clone(),
            _ => None,
        })
        .await;
    let mut open = true;
    for guess in 1..=WRONG_WORDS_MAX {
        assert!(open, "after {} wrong words", guess - 1);
        let _guesser = Member::enter(&lobby, "Eva", Circle::Coded(other_words(&code)));
        open = ana
            .until(|news| match news {
                CircleNews::WrongWords { open } => Some(*open),
                _ => None,
            })
            .await;
    }
    assert!(!open);
    let mut late = Member::enter(&lobby, "Bia", Circle::Coded(code));
    late.until(|news| matches!(news, CircleNews::Unreachable { .. }).then_some(()))
        .await;
    assert_eq!(ana.came(), []);
}

/// Another circle's words, at the same number.
fn other_words(code: &Code) -> Code {
    let words = Code::lasting().words().join("-");
    format!("{}-{words}", code.number()).parse().unwrap()
}

#[tokio::test]
async fn who_cannot_be_introduced_at_all_is_told_why() {
    let lobby = Lobby::open(Manners::default());
    let address = lobby.address;
    lobby.stop().await;
    let mut never = Member::enter_at(address, "Bia", circle());
    let ending = never
        .until(|news| match news {
            CircleNews::Closed(ending) => Some(ending.clone()),
            _ => None,
        })
        .await;
    assert!(matches!(ending, Ending::Problem(_)), "{ending:?}");
}

#[tokio::test]
async fn who_vanishes_is_missed_for_a_while_and_then_gone() {
    let lobby = Lobby::open(Manners::default());
    let timings = Timings {
        grace: Duration::from_secs(1),
        ..timings()
    };
    let mut ana = Member::enter_in(lobby.address, "Ana", circle(), timings);
    let mut bia = Member::enter(&lobby, "Bia", circle());
    ana.came_in(1).await;
    bia.came_in(1).await;
    let number = ana.number_of("Bia");
    bia.vanish().await;
    ana.until(|news| matches!(news, CircleNews::Away { member } if *member == number).then_some(()))
        .await;
    ana.say(1, "are you there?").await;
    let went = CircleNews::Went {
        member: number,
        left: false,
    };
    ana.until(|news| (*news == went).then_some(())).await;
    let lost = CircleNews::NotDelivered {
        id: MessageId(1),
        member: number,
    };
    assert!(ana.seen.contains(&lost), "{:?}", ana.seen);
}

#[tokio::test]
async fn a_circle_has_no_code_of_two_words() {
    let lobby = Lobby::open(Manners::default());
    let code = "7-crossover-clockwork".parse().unwrap();
    let mut ana = Member::enter(&lobby, "Ana", Circle::Coded(code));
    let closed = CircleNews::Closed(Ending::Problem(Problem::NoSuchInvitation));
    assert_eq!(ana.next().await, closed);
}

#[tokio::test]
async fn a_direct_way_takes_the_place_of_the_one_through_the_server_and_nothing_is_lost() {
    let lobby = Lobby::open(Manners {
        hides: true,
        relays: true,
        ..Manners::default()
    });
    let mut members = gathered(&lobby, &["Ana", "Bia"]).await;
    let mut texts = 0;
    while texts < 20 {
        if texts == 10 {
            lobby.reveal();
        }
        texts += 1;
        members[0].say(texts, &texts.to_string()).await;
    }
    let bia = &mut members[1];
    bia.until(|news| {
        matches!(
            news,
            CircleNews::Path {
                path: Path::Direct,
                ..
            }
        )
        .then_some(())
    })
    .await;
    let expected: Vec<_> = (1..=texts).map(|text| text.to_string()).collect();
    while bia.heard_from("Ana") != expected {
        bia.next().await;
    }
    say_all(&mut members, 5).await;
    let missed = |news: &CircleNews| matches!(news, CircleNews::Away { .. } | CircleNews::Went { .. });
    assert!(
        !members.iter().any(|member| member.seen.iter().any(missed)),
        "nobody was missed meanwhile"
    );
}
