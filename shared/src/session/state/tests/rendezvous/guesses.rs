//! The operator sits in between, and has one guess at each end.

use super::*;
use crate::sealed::{Opened, SealError, Sealed};

/// What a client says to the operator, who is the partner.
fn said(actions: &[Action]) -> Envelope {
    let said = actions.iter().find_map(envelope);
    said.expect("something is said to the partner")
}

fn says(opened: Result<Opened, SealError>) -> RoomEvent {
    let Ok(Opened::Compared(envelope)) = opened else {
        panic!("nothing was compared: {opened:?}")
    };
    sealed(&envelope)
}

fn sealed(envelope: &Envelope) -> RoomEvent {
    RoomEvent::Sealed(SealedFrame {
        conversation: ConversationNumber(1),
        body: codec::encode_body(envelope),
    })
}

/// The operator as the partner of somebody, in that part and with that guess.
fn operator(role: Role, guess: &Code) -> (Sealed, Option<Envelope>) {
    let RoomEvent::Paired(pairing) = pairing(1, role) else {
        panic!("a pairing")
    };
    Sealed::begin_with(port(), &pairing, guess).unwrap()
}

/// What an operator does who sees that the guess was wrong, or may be.
#[derive(Clone, Copy)]
enum Deed {
    /// Goes on, with something made up if need be.
    Answers,
    /// Cuts the link, in the hope that nobody is told.
    Cuts,
    /// Says nothing more, and lets the time run out.
    FallsSilent,
    /// Has the person lose the link and come back, in the hope of another try.
    HasThemComeBack,
}

/// Half of them cut.
const DEEDS: [Deed; 6] = [
    Deed::Answers,
    Deed::Cuts,
    Deed::FallsSilent,
    Deed::Cuts,
    Deed::HasThemComeBack,
    Deed::Cuts,
];

impl Deed {
    /// Does that to somebody, after `said` went last; `answer` is what goes on.
    fn is_done_to(self, client: &mut Client, said: &[Action], answer: RoomEvent) -> Ending {
        match self {
            Self::Answers => _ = client.hears(answer),
            Self::Cuts => _ = left(client, Parting::Lost),
            Self::FallsSilent => _ = left(client, Parting::NeverReady),
            Self::HasThemComeBack => {
                comes_back(client, said);
                client.hears(answer);
            }
        }
        match self {
            Self::Cuts => Ending::Problem(Problem::CodeSpent),
            Self::Answers | Self::FallsSilent | Self::HasThemComeBack => wrong_code(),
        }
    }
}

/// Loses the link and is back; what is said again is what was said, byte for byte, or nothing.
fn comes_back(client: &mut Client, said: &[Action]) {
    client.machine.lost(Problem::LinkLost, client.now);
    client.acts();
    let wait = client.machine.deadline().unwrap() - client.now;
    client.later(wait);
    let back = SeatFacts {
        entered: Entered::Back(ConversationNumber(1)),
        ..assigned()
    };
    client.machine.seated(back, client.now);
    let again: Vec<_> = client.acts().iter().filter_map(envelope).collect();
    let before: Vec<_> = said.iter().filter_map(envelope).collect();
    assert!(
        again.iter().all(|envelope| before.contains(envelope)),
        "a second try"
    );
}

/// Whether the person was told that, and the code is of no use to anybody any more who asks for it at this client.
fn is_burnt_and_told(mut client: Client, code: &Code, told: &Ending) -> bool {
    let told = ending(&client) == told;
    let again = client.wants(Command::Meet(by("Bia", Way::Code(code.clone()))));
    told && again.is_empty()
}

/// Tells whether the guess was right.
fn guesses_at_ana(deed: Deed) -> bool {
    let (mut ana, code) = inviting();
    let guess = Code::for_invitation(code.number());
    let asked = ana.hears(pairing(1, Role::Initiator));
    let (mut mallory, _) = operator(Role::Responder, &guess);
    let first = ana.hears(says(mallory.open(&said(&asked))));
    let is_right = mallory.open(&said(&first)).is_ok();
    assert_eq!(is_right, guess == code);
    if !is_right {
        let told = deed.is_done_to(&mut ana, &first, sealed(&Envelope::Second(vec![9; 80])));
        assert!(is_burnt_and_told(ana, &code, &told));
    }
    is_right
}

/// The same with Bia, who answers.
fn guesses_at_bia(deed: Deed) -> bool {
    let code = Code::for_invitation(number(7));
    let guess = Code::for_invitation(number(7));
    let mut bia = coming(&code);
    bia.hears(pairing(1, Role::Responder));
    let (mut mallory, asked) = operator(Role::Initiator, &guess);
    let answer = bia.hears(sealed(&asked.expect("the initiator speaks first")));
    let told = deed.is_done_to(&mut bia, &answer, says(mallory.open(&said(&answer))));
    let is_right = !matches!(bia.told.last(), Some(Event::Closed { .. }));
    assert!(!is_right || guess == code);
    assert!(is_right || is_burnt_and_told(bia, &code, &told));
    is_right
}

#[test]
fn ten_thousand_operators_guess_once_at_each_end_and_each_time_the_code_is_burnt_and_the_person_told() {
    const OPERATORS: usize = 10_000;
    let threads = 4;
    let crowd = || {
        let deeds = DEEDS.iter().cycle().take(OPERATORS / threads);
        let tries = deeds.flat_map(|deed| [guesses_at_ana(*deed), guesses_at_bia(*deed)]);
        tries.filter(|right| *right).count()
    };
    let right: usize = std::thread::scope(|scope| {
        let crowds: Vec<_> = (0..threads).map(|_| scope.spawn(crowd)).collect();
        crowds.into_iter().map(|crowd| crowd.join().unwrap()).sum()
    });
    // One in 65,536 is: a third of the times somebody, and ten of them never.
    assert!(right < 10, "{right} guessed right");
}

/// Plays the other end of one code to each of the two, and passes on what each says to it. Tells whether nobody found out.
fn sits_between() -> bool {
    let (mut ana, code) = inviting();
    let mut bia = coming(&code);
    let guess = Code::for_invitation(code.number());
    let (mut to_ana, _) = operator(Role::Responder, &guess);
    let (mut to_bia, asked) = operator(Role::Initiator, &guess);
    let asked_by_ana = ana.hears(pairing(1, Role::Initiator));
    bia.hears(pairing(1, Role::Responder));
    let first = ana.hears(says(to_ana.open(&said(&asked_by_ana))));
    let answer = bia.hears(sealed(&asked.expect("the initiator speaks first")));
    bia.hears(says(to_bia.open(&said(&answer))));
    // With a wrong guess there is no second handshake to pass on, and Bia has gone.
    let is_right = to_ana.open(&said(&first)).is_ok();
    if !is_right {
        left(&mut ana, Parting::Left);
        assert!(is_burnt_and_told(ana, &code, &wrong_code()));
        assert!(is_burnt_and_told(bia, &code, &wrong_code()));
    }
    is_right
}

#[test]
fn whoever_sits_between_two_with_one_code_has_one_guess_and_both_are_told() {
    let right = (0..200).filter(|_| sits_between()).count();
    assert!(right < 3, "{right} guessed right");
}
