//! Two who have met: words both ways, at the server's pace, to the right one.

use super::*;

#[test]
fn two_meet_and_talk_both_ways() {
    let (mut ana, mut bia) = couple();
    ana.says(1, 1, "olá 🌻 你好");
    settle(&mut ana, &mut bia);
    assert_eq!(
        bia.told,
        [Event::Message {
            conversation: ConversationId(1),
            text: text("olá 🌻 你好")
        }]
    );
}

#[test]
fn a_burst_goes_at_once_and_the_rest_at_the_servers_pace() {
    let (mut ana, _bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "quick");
    }
    assert_eq!(numbers(&ana.pumps()).len(), 10);
    ana.later(Duration::from_millis(199));
    assert_eq!(numbers(&ana.pumps()), []);
    ana.later(Duration::from_millis(1));
    assert_eq!(numbers(&ana.pumps()).len(), 1);
    assert!(ana.told.is_empty());
}

#[test]
fn a_moment_that_came_while_the_link_was_busy_is_not_waited_for_again() {
    let (mut ana, _bia) = couple();
    for id in 0..11 {
        ana.says(1, id, "quick");
    }
    ana.pumps();
    ana.later(Duration::from_millis(200));
    assert!(
        ana.machine.deadline().unwrap() > ana.now,
        "or the driver would spin until the link takes more"
    );
}

#[test]
fn what_was_not_handed_over_when_the_partner_left_comes_back_and_goes_to_nobody_else() {
    let (mut ana, _bia) = couple();
    for id in 0..12 {
        ana.says(1, id, "for Bia only");
    }
    ana.pumps();
    let left = RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Left,
    };
    assert_eq!(ana.hears(left), []);
    let back = ana
        .told
        .iter()
        .filter(|event| matches!(event, Event::NotSent { .. }))
        .count();
    assert_eq!(back, 2);
    let unknown = ana
        .told
        .iter()
        .filter(|event| matches!(event, Event::NotDelivered { .. }))
        .count();
    assert_eq!(unknown, 10, "went, and was not acknowledged");
    let parted = Event::PartnerLeft {
        conversation: ConversationId(1),
        reason: Parting::Left,
    };
    assert_eq!(ana.told.last(), Some(&parted));
    ana.says(1, 12, "typed as she left");
    assert!(matches!(
        ana.told.last(),
        Some(Event::NotSent {
            reason: NotSent::NoPartner,
            ..
        })
    ));

    let mut cleo = Client::seated("Cleo");
    meet(&mut ana, &mut cleo, 2);
    ana.says(1, 13, "still for Bia");
    assert!(matches!(
        ana.told.last(),
        Some(Event::NotSent {
            reason: NotSent::ConversationEnded,
            ..
        })
    ));
    assert_eq!(numbers(&ana.pumps()), []);
}

#[test]
fn frames_of_an_ended_conversation_disturb_nobody() {
    let (mut ana, mut bia) = couple();
    bia.says(1, 1, "late");
    let late = bia.pumps();
    ana.hears(RoomEvent::PartnerLeft {
        conversation: ConversationNumber(1),
        reason: Parting::Lost,
    });
    ana.told.clear();
    relay(&mut ana, &mut bia, Vec::new(), late.clone());
    let mut cleo = Client::seated("Cleo");
    meet(&mut ana, &mut cleo, 2);
    ana.told.clear();
    relay(&mut ana, &mut bia, Vec::new(), late);
    assert_eq!(ana.told, []);
}

#[test]
fn a_full_outbox_gives_the_text_back_with_a_time() {
    let (mut ana, _bia) = couple();
    for id in 0..300 {
        ana.says(1, id, "flood");
    }
    let refused = ana.told.iter().filter(|event| {
        matches!(
            event,
            Event::NotSent {
                reason: NotSent::TooFast { retry_after_secs: 2 },
                ..
            }
        )
    });
    assert_eq!(refused.count(), 300 - 256);
}

#[test]
fn the_highest_version_that_both_speak_is_spoken() {
    let (old, both) = (VersionRange { min: 1, max: 1 }, VersionRange { min: 1, max: 2 });
    for (theirs, version) in [(old, 1), (both, 2)] {
        let mut ana = Client::seated("Ana");
        let mut bia = Client::seated("Bia");
        ana.machine.rules.versions = both;
        bia.machine.rules.versions = theirs;
        let told = |role| {
            RoomEvent::Paired(Pairing {
                generation: Generation(1),
                conversation: ConversationNumber(1),
                role,
                version,
                initiator_versions: both,
                responder_versions: theirs,
            })
        };
        let first = ana.hears(told(Role::Initiator));
        bia.hears(told(Role::Responder));
        relay(&mut ana, &mut bia, first, Vec::new());
        assert!(met(&mut ana).phrase == met(&mut bia).phrase);
    }
}

#[test]
fn whoever_is_told_of_an_older_version_than_the_other_meets_nobody() {
    let both = VersionRange { min: 1, max: 2 };
    let (mut ana, mut bia) = (Client::seated("Ana"), Client::seated("Bia"));
    for client in [&mut ana, &mut bia] {
        client.machine.rules.versions = both;
    }
    let told = |role, theirs| {
        RoomEvent::Paired(Pairing {
            generation: Generation(1),
            conversation: ConversationNumber(1),
            role,
            version: 1,
            initiator_versions: if role == Role::Initiator { both } else { theirs },
            responder_versions: if role == Role::Initiator { theirs } else { both },
        })
    };
    // Each is told that the other one is old: both believe it, and the handshake does not.
    let old = VersionRange { min: 1, max: 1 };
    let first = ana.hears(told(Role::Initiator, old));
    bia.hears(told(Role::Responder, old));
    relay(&mut ana, &mut bia, first, Vec::new());
    let paired = |event: &Event| matches!(event, Event::Paired(_));
    assert!(!ana.told.iter().chain(&bia.told).any(paired));
}
