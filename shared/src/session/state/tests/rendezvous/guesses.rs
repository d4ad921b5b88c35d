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

/// Whether the person was told, and the code is of no use to anybody any more who asks for it at this client.
fn is_burnt_and_told(mut client: Client, code: &Code) -> bool {
    let told = *ending(&client) == wrong_code();
    let again = client.wants(Command::Meet(by("Bia", Way::Code(code.clone()))));
    told && again.is_empty()
}

/// Tells whether the guess was right. If it was not, Ana hears something made up.
fn guesses_at_ana() -> bool {
    let (mut ana, code) = inviting();
    let guess = Code::for_invitation(code.number());
    let asked = ana.hears(pairing(1, Role::Initiator));
    let (mut mallory, _) = operator(Role::Responder, &guess);
    let first = ana.hears(says(mallory.open(&said(&asked))));
    let is_right = mallory.open(&said(&first)).is_ok();
    assert_eq!(is_right, guess == code);
    if !is_right {
        ana.hears(sealed(&Envelope::Second(vec![9; 80])));
        assert!(is_burnt_and_told(ana, &code));
    }
    is_right
}

/// The same with Bia, who answers.
fn guesses_at_bia() -> bool {
    let code = Code::for_invitation(number(7));
    let guess = Code::for_invitation(number(7));
    let mut bia = coming(&code);
    bia.hears(pairing(1, Role::Responder));
    let (mut mallory, asked) = operator(Role::Initiator, &guess);
    let answer = bia.hears(sealed(&asked.expect("the initiator speaks first")));
    bia.hears(says(mallory.open(&said(&answer))));
    let is_right = !matches!(bia.told.last(), Some(Event::Closed { .. }));
    assert_eq!(is_right, guess == code);
    assert!(is_right || is_burnt_and_told(bia, &code));
    is_right
}

#[test]
fn ten_thousand_operators_guess_once_at_each_end_and_each_time_the_code_is_burnt_and_the_person_told() {
    const OPERATORS: usize = 10_000;
    let threads = 4;
    let crowd = || {
        let tries = (0..OPERATORS / threads).flat_map(|_| [guesses_at_ana(), guesses_at_bia()]);
        tries.filter(|right| *right).count()
    };
    let right: usize = std::thread::scope(|scope| {
        let crowds: Vec<_> = (0..threads).map(|_| scope.spawn(crowd)).collect();
        crowds.into_iter().map(|crowd| crowd.join().unwrap()).sum()
    });
    // One in 65,536 is: a third of the times somebody, and ten of them never.
    assert!(right < 10, "{right} guessed right");
}
