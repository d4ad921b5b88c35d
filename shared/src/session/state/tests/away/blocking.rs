//! How a seat is given up, and its partner blocked, over a link that is lost or may be.

use super::*;

#[test]
fn leaving_while_the_link_is_lost_gives_the_seat_up_at_once() {
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    let actions = ana.wants(Command::Leave(Goodbye::Now));
    let abandoned = Abandoned {
        token: token(1),
        block: None,
    };
    assert_eq!(
        actions,
        [Action::StopSeeking, Action::Abandon(visit("Ana"), abandoned)]
    );
    assert!(matches!(
        ana.told.last(),
        Some(Event::Closed {
            conversation: Some(FIRST),
            ending: Ending::Left
        })
    ));
    ana.machine.seated(back(2), ana.now);
    assert_eq!(
        ana.acts(),
        [Action::Send(RoomRequest::Leave), Action::HangUp],
        "the attempt that was under way came too late"
    );
}

#[test]
fn a_partner_can_be_blocked_in_the_middle_after_it_and_with_a_lost_link() {
    let block = Command::Block { conversation: FIRST };
    let blocked = RoomRequest::Block { conversation: NUMBER };
    let (mut ana, _bia) = couple();
    let actions = plain(ana.wants(block.clone()));
    assert_eq!(
        actions,
        [
            Action::Send(blocked.clone()),
            Action::Send(RoomRequest::Leave),
            gets_up(Some(NUMBER))
        ]
    );

    let (mut ana, _bia) = couple();
    ana.hears(RoomEvent::PartnerLeft {
        conversation: NUMBER,
        reason: Parting::Left,
    });
    assert_eq!(ana.wants(block.clone()), [Action::Send(blocked.clone())]);
    let goodbye = [Action::Send(RoomRequest::Leave), gets_up(Some(NUMBER))];
    assert_eq!(
        ana.wants(Command::Leave(Goodbye::Now)),
        goodbye,
        "the room may not have heard"
    );

    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    let abandoned = Abandoned {
        token: token(1),
        block: Some(NUMBER),
    };
    assert_eq!(
        ana.wants(block),
        [Action::StopSeeking, Action::Abandon(visit("Ana"), abandoned)]
    );
}

fn told_in_the_lobby() -> Action {
    let abandoned = Abandoned {
        token: token(1),
        block: Some(NUMBER),
    };
    Action::Abandon(visit("Ana"), abandoned)
}

#[test]
fn the_last_partner_can_be_blocked_wherever_we_are_by_now() {
    let block = Command::Block { conversation: FIRST };
    let left = RoomEvent::PartnerLeft {
        conversation: NUMBER,
        reason: Parting::Left,
    };
    let moves: [fn(&mut Client); 4] = [
        |ana| {
            ana.wants(Command::Leave(Goodbye::Now));
        },
        |ana| {
            ana.wants(Command::Meet(visit("Ana")));
        },
        |ana| {
            ana.machine.lost(Problem::LinkLost, ana.now);
            ana.acts();
        },
        |ana| {
            ana.wants(Command::Meet(visit("Ana")));
            ana.machine.seated(
                SeatFacts {
                    resume: token(9),
                    ..seat()
                },
                ana.now,
            );
            ana.acts();
        },
    ];
    for moves_on in moves {
        let (mut ana, _bia) = couple();
        ana.hears(left.clone());
        moves_on(&mut ana);
        assert_eq!(ana.wants(block.clone()), [told_in_the_lobby()]);
    }
    let (mut ana, _bia) = couple();
    ana.loses_its_link();
    ana.tries();
    ana.fails(Failed::Over(Parting::Left));
    assert_eq!(ana.wants(block), [told_in_the_lobby()]);
    let other = Command::Block {
        conversation: ConversationId(7),
    };
    assert_eq!(ana.wants(other), []);
}

#[test]
fn a_block_that_the_room_may_not_have_heard_is_told_again() {
    let blocking = || {
        let (mut ana, _bia) = couple();
        ana.hears(RoomEvent::PartnerLeft {
            conversation: NUMBER,
            reason: Parting::Left,
        });
        ana.wants(Command::Block { conversation: FIRST });
        ana
    };
    let mut ana = blocking();
    ana.machine.lost(Problem::LinkLost, ana.now);
    assert_eq!(ana.acts(), [Action::HangUp, told_in_the_lobby()]);

    let mut ana = blocking();
    ana.hears(pairing(2, Role::Responder));
    ana.loses_its_link();
    ana.tries();
    ana.machine.seated(
        SeatFacts {
            entered: Entered::Back(ConversationNumber(2)),
            ..back(2)
        },
        ana.now,
    );
    let again = Action::Send(RoomRequest::Block { conversation: NUMBER });
    assert_eq!(ana.acts()[0], again);

    let mut ana = blocking();
    ana.hears(pairing(2, Role::Responder));
    ana.loses_its_link();
    ana.tries();
    let actions = ana.fails(Failed::Over(Parting::Lost));
    assert_eq!(actions, [told_in_the_lobby(), Action::Seek(visit("Ana"))]);
}
