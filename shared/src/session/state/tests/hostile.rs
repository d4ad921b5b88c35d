//! Servers and partners that are silent, lie or forge.

use super::*;

#[test]
fn silence_is_asked_about_and_then_taken_for_a_lost_link() {
    let (mut ana, _bia) = couple();
    assert_eq!(ana.later(PING_AFTER), [Action::Send(RoomRequest::Ping)]);
    assert_eq!(ana.later(Duration::from_secs(1)), []);
    ana.hears(RoomEvent::Pong);
    assert_eq!(ana.later(PING_AFTER), [Action::Send(RoomRequest::Ping)]);
    ana.later(DEAD_AFTER);
    assert!(matches!(ana.told.last(), Some(Event::LinkLost { .. })));
}

#[test]
fn a_server_that_asks_is_answered_and_one_that_closes_is_believed() {
    let (mut ana, _bia) = couple();
    assert_eq!(ana.hears(RoomEvent::Ping), [Action::Send(RoomRequest::Pong)]);
    ana.hears(RoomEvent::Closing(Closing::Server));
    let closing = Ending::Closing(Closing::Server);
    assert_eq!(
        ana.told,
        [Event::Closed {
            conversation: Some(ConversationId(1)),
            ending: closing
        }]
    );
}

#[test]
fn a_partner_who_never_greets_is_left_and_another_one_looked_for() {
    let mut ana = Client::seated("Ana");
    ana.hears(pairing(1, Role::Initiator));
    assert_eq!(
        ana.later(HANDSHAKE_PATIENCE - Duration::from_secs(1)),
        [Action::Send(RoomRequest::Ping)]
    );
    let actions = ana.later(Duration::from_secs(1));
    assert_eq!(
        actions,
        [
            Action::Send(RoomRequest::Leave),
            gets_up(None),
            Action::Seek(visit("Ana"))
        ]
    );
    assert!(!ana.told.iter().any(|event| matches!(event, Event::Paired(_))));
}

#[test]
fn a_greeting_that_does_not_verify_is_not_shown_and_a_later_forgery_ends_the_conversation() {
    let mut ana = Client::seated("Ana");
    ana.hears(pairing(1, Role::Initiator));
    let forged = SealedFrame {
        conversation: ConversationNumber(1),
        body: vec![1, 1, 0],
    };
    let actions = ana.hears(RoomEvent::Sealed(forged.clone()));
    assert_eq!(
        actions,
        [
            Action::Send(RoomRequest::Leave),
            gets_up(None),
            Action::Seek(visit("Ana"))
        ]
    );

    let (mut ana, _bia) = couple();
    ana.hears(RoomEvent::Sealed(forged));
    assert!(matches!(
        ana.told[..],
        [Event::Closed {
            ending: Ending::Problem(Problem::Unverified),
            ..
        }]
    ));
}

#[test]
fn versions_that_are_not_ours_or_not_the_highest_are_a_lie() {
    let lies: [fn(&mut Pairing); 3] = [
        |told| told.version = 77,
        |told| told.initiator_versions.max = 2,
        |told| told.responder_versions.min = 2,
    ];
    for lie in lies {
        let mut ana = Client::seated("Ana");
        let RoomEvent::Paired(mut told) = pairing(1, Role::Initiator) else {
            panic!("a pairing")
        };
        lie(&mut told);
        ana.hears(RoomEvent::Paired(told));
        assert!(matches!(
            ana.told[..],
            [Event::Closed {
                ending: Ending::Problem(Problem::Protocol),
                ..
            }]
        ));
    }
}

#[test]
fn handshakes_that_come_to_nothing_again_and_again_are_not_tried_without_a_pause() {
    let mut ana = Client::seated("Ana");
    let fails = |ana: &mut Client| {
        ana.hears(pairing(1, Role::Initiator));
        let body = vec![1, 1, 0];
        let conversation = ConversationNumber(1);
        ana.hears(RoomEvent::Sealed(SealedFrame { conversation, body }))
    };
    for _ in 0..3 {
        assert_eq!(fails(&mut ana).last(), Some(&Action::Seek(visit("Ana"))));
        ana.machine.seated(seat(), ana.now);
        ana.acts();
    }
    for attempt in 1..=3 {
        assert_eq!(fails(&mut ana).last(), Some(&gets_up(None)), "and waits");
        let wait = ana.machine.deadline().unwrap() - ana.now;
        assert!(wait >= Duration::from_secs(1 << (attempt - 1)), "{wait:?}");
        assert_eq!(ana.later(wait), [Action::Seek(visit("Ana"))]);
        ana.machine.seated(seat(), ana.now);
        ana.acts();
    }
    let mut bia = Client::seated("Bia");
    meet(&mut ana, &mut bia, 1);
    met(&mut ana);
    ana.hears(RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Left,
    });
    assert_eq!(fails(&mut ana).last(), Some(&Action::Seek(visit("Ana"))));
}

#[test]
fn a_server_is_asked_again_within_an_hour_whatever_it_says() {
    let mut ana = Client::seated("Ana");
    ana.machine.lost(Problem::LinkLost, ana.now);
    let wait = ana.machine.deadline().unwrap() - ana.now;
    ana.later(wait);
    let retry_after_secs = u32::MAX;
    ana.machine
        .failed(Problem::SlowDown { retry_after_secs }.into(), ana.now);
    let wait = ana.machine.deadline().unwrap() - ana.now;
    assert_eq!(wait, Duration::from_secs(3600));
}
