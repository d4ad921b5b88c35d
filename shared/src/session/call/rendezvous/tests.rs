//! A client of today and lobbies that say what they like.

use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::*;
use crate::ids::{Generation, Name, RendezvousNumber, ResumeToken, RoomPort, Ticket};
use crate::limits::LOBBY_VISIT_TIMEOUT;
use crate::link::{Link, LobbyHost, RoomHost};
use crate::protocol::Refusal;
use crate::protocol::lobby::{Access, LobbyReply, LobbyRequest};
use crate::protocol::room::RoomEvent;
use crate::session::Options;
use crate::session::state::Invitation;

fn number(number: u32) -> RendezvousNumber {
    RendezvousNumber::try_from(number).unwrap()
}

fn port() -> RoomPort {
    RoomPort::try_from(2000).unwrap()
}

fn ticket() -> Ticket {
    Ticket::from([3; 16])
}

fn invited(number: RendezvousNumber) -> LobbyReply {
    LobbyReply::Invited {
        number,
        life_secs: 600,
        port: port(),
        ticket: ticket(),
    }
}

fn assigned() -> LobbyReply {
    LobbyReply::Assigned {
        port: port(),
        ticket: ticket(),
    }
}

type Heard<P> = Link<TcpStream, P>;

/// A lobby without TLS, on this computer.
struct Lobby {
    listener: TcpListener,
    offers: Offers,
}

impl Lobby {
    async fn new(offers: Offers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, offers }
    }

    fn visit(&self) -> Visit {
        let server = self.listener.local_addr().unwrap().to_string().parse().unwrap();
        Visit {
            plain: true,
            ..Visit::new(server, Name::parse("Ana").unwrap())
        }
    }

    /// Says welcome to whoever comes. Tells what they ask, or nothing if they ask nothing.
    async fn welcomes(&self) -> (Heard<LobbyHost>, Option<LobbyRequest>) {
        let (stream, _) = self.listener.accept().await.unwrap();
        let mut link: Heard<LobbyHost> = Link::new(stream);
        let hello = link.receive().await.unwrap();
        assert!(matches!(hello, LobbyRequest::Hello { .. }));
        let welcome = LobbyReply::Welcome {
            version: 1,
            rooms_in_use: 3,
            access: Access::Open,
            offers: self.offers,
        };
        link.send(&welcome).await.unwrap();
        let asked = link.receive().await.ok();
        (link, asked)
    }

    /// Answers the question that way, and lets them into the room. Tells the question.
    async fn answers(&self, reply: &LobbyReply) -> Option<LobbyRequest> {
        let (mut link, asked) = self.welcomes().await;
        link.send(reply).await.unwrap();
        asked
    }

    async fn seats(&self) {
        let (stream, _) = self.listener.accept().await.unwrap();
        let mut link: Heard<LobbyHost> = Link::new(stream);
        let entered = link.receive().await.unwrap();
        assert!(matches!(entered, LobbyRequest::Enter { ticket: shown, .. } if shown == ticket()));
        let mut link: Heard<RoomHost> = link.turn();
        let seated = RoomEvent::Seated {
            port: port(),
            generation: Generation(1),
            resume: ResumeToken::from([1; 16]),
        };
        link.send(&seated).await.unwrap();
    }
}

/// What comes of asking that at a lobby that answers so, and lets them in if they come.
async fn asks(at: Rendezvous, reply: LobbyReply) -> Result<Seat, Failed> {
    let lobby = Lobby::new(Offers::RENDEZVOUS.and(Offers::ROOMS_IN_LOBBY)).await;
    let directory = tempfile::tempdir().unwrap();
    let caller = Caller::new(Options::new(directory.path().join("known_servers.toml")));
    let expected = LobbyRequest::Rendezvous {
        visitor: caller.visitor,
        at,
    };
    let host = async {
        assert_eq!(lobby.answers(&reply).await, Some(expected));
        lobby.seats().await;
        // Nothing more comes; what is asked for has been had by then.
        std::future::pending::<()>().await;
    };
    let came = async {
        tokio::select! {
            seat = meet_at(lobby.visit(), caller, at) => seat,
            () = host => unreachable!("the host waits for ever"),
        }
    };
    timeout(2 * LOBBY_VISIT_TIMEOUT, came)
        .await
        .expect("a visit has an end")
}

fn problem(came: Result<Seat, Failed>) -> Problem {
    match came {
        Err(Failed::Problem(problem)) => *problem,
        other => panic!("no problem: {other:?}"),
    }
}

#[tokio::test]
async fn the_first_there_is_told_the_number_and_the_time_and_is_seated() {
    let seven = number(7);
    for at in [Rendezvous::Open, Rendezvous::Either { number: seven }] {
        let facts = asks(at, invited(seven)).await.unwrap().facts;
        let life = std::time::Duration::from_secs(600);
        let number = seven;
        assert_eq!(facts.invitation, Some(Invitation { number, life }));
        assert!(facts.can_keep && facts.port == port());
    }
}

#[tokio::test]
async fn who_comes_where_somebody_waits_is_seated_and_told_nothing() {
    let number = number(7);
    for at in [Rendezvous::Come { number }, Rendezvous::Either { number }] {
        let facts = asks(at, assigned()).await.unwrap().facts;
        assert_eq!(facts.invitation, None);
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_a_breach() {
    let seven = number(7);
    for (at, reply) in [
        (Rendezvous::Open, assigned()),
        (Rendezvous::Come { number: seven }, invited(seven)),
        (Rendezvous::Either { number: seven }, invited(number(8))),
        (Rendezvous::Open, LobbyReply::LoggedIn),
    ] {
        assert_eq!(problem(asks(at, reply).await), Problem::Protocol, "{at:?}");
    }
}

#[tokio::test]
async fn a_number_where_nobody_waits_is_said_so_and_so_is_a_guess_too_many() {
    let at = Rendezvous::Come { number: number(7) };
    let nobody = LobbyReply::Refused(Refusal::NoSuchInvitation);
    assert_eq!(problem(asks(at, nobody).await), Problem::NoSuchInvitation);
    let retry_after_secs = 9;
    let slow_down = LobbyReply::Refused(Refusal::SlowDown { retry_after_secs });
    assert_eq!(
        problem(asks(at, slow_down).await),
        Problem::SlowDown { retry_after_secs }
    );
}

#[tokio::test]
async fn a_server_that_does_not_offer_it_is_not_asked() {
    let lobby = Lobby::new(Offers::PLAZAS).await;
    let directory = tempfile::tempdir().unwrap();
    let caller = Caller::new(Options::new(directory.path().join("known_servers.toml")));
    let came = meet_at(lobby.visit(), caller, Rendezvous::Open);
    let (came, (_, asked)) = tokio::join!(came, lobby.welcomes());
    let host = "127.0.0.1".to_owned();
    assert_eq!(problem(came), Problem::NotOffered { host });
    assert_eq!(asked, None);
}
