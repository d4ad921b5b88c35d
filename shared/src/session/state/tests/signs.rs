//! Delivered, seen, typing: what partners tell each other besides words.

use super::*;

const FIRST: ConversationId = ConversationId(1);

fn couple_with(anas: Habits, bias: Habits) -> (Client, Client) {
    let (mut ana, mut bia) = couple();
    ana.wants(Command::Habits(anas));
    bia.wants(Command::Habits(bias));
    (ana, bia)
}

const TELLING: Habits = Habits {
    typing: true,
    seen: true,
};

fn types(client: &mut Client) -> Vec<Action> {
    client.wants(Command::Typing { conversation: FIRST });
    client.pumps()
}

fn typing(typing: bool) -> Event {
    Event::Typing {
        conversation: FIRST,
        typing,
    }
}

#[test]
fn each_message_is_told_as_delivered_once_it_arrived() {
    let (mut ana, mut bia) = couple();
    for id in [7, 8] {
        ana.says(1, id, "words");
    }
    settle(&mut ana, &mut bia);
    assert_eq!(ana.told, []);
    acknowledge(&mut ana, &mut bia);
    let delivered = |id| Event::Delivered {
        conversation: FIRST,
        id: MessageId(id),
    };
    assert_eq!(ana.told, [delivered(7), delivered(8)]);
}

#[test]
fn typing_is_told_every_three_seconds_and_over_after_five_or_a_message() {
    let (mut ana, mut bia) = couple_with(TELLING, TELLING);
    let sign = types(&mut ana);
    assert_eq!(sign.len(), 1);
    assert_eq!(types(&mut ana), [], "told a moment ago");
    relay(&mut ana, &mut bia, sign, Vec::new());
    assert_eq!(bia.told, [typing(true)]);
    bia.later(Duration::from_secs(5));
    assert_eq!(bia.told, [typing(true), typing(false)]);

    bia.told.clear();
    ana.later(Duration::from_secs(3));
    ana.pumps();
    let sign = types(&mut ana);
    assert_eq!(sign.len(), 1);
    relay(&mut ana, &mut bia, sign, Vec::new());
    ana.says(1, 1, "typed");
    settle(&mut ana, &mut bia);
    assert_eq!(bia.told[..2], [typing(true), typing(false)]);
    assert!(matches!(bia.told[2], Event::Message { .. }));
}

#[test]
fn who_does_not_tell_is_not_told() {
    let (mut ana, mut bia) = couple_with(Habits::default(), TELLING);
    assert_eq!(types(&mut ana), []);
    let sign = types(&mut bia);
    relay(&mut ana, &mut bia, Vec::new(), sign);
    ana.says(1, 1, "look at this");
    settle(&mut ana, &mut bia);
    bia.wants(Command::Looked { conversation: FIRST });
    settle(&mut ana, &mut bia);
    let told = |event: &Event| matches!(event, Event::Typing { .. } | Event::Seen { .. });
    assert!(!ana.told.iter().any(told));
}

#[test]
fn switching_it_off_ends_it_at_once() {
    let (mut ana, mut bia) = couple_with(TELLING, TELLING);
    let sign = types(&mut ana);
    relay(&mut ana, &mut bia, sign, Vec::new());
    bia.wants(Command::Habits(Habits::default()));
    assert_eq!(bia.told, [typing(true), typing(false)]);
    assert_eq!(types(&mut bia), []);
}

#[test]
fn the_newest_message_that_was_looked_at_is_told_and_its_arrival_first() {
    let (mut ana, mut bia) = couple_with(TELLING, TELLING);
    for id in [1, 2] {
        ana.says(1, id, "look at this");
    }
    settle(&mut ana, &mut bia);
    bia.wants(Command::Looked { conversation: FIRST });
    settle(&mut ana, &mut bia);
    let (conversation, newest) = (FIRST, MessageId(2));
    let expected = [
        Event::Delivered {
            conversation,
            id: MessageId(1),
        },
        Event::Delivered {
            conversation,
            id: newest,
        },
        Event::Seen {
            conversation,
            id: newest,
        },
    ];
    assert_eq!(ana.told, expected);
    bia.wants(Command::Looked { conversation: FIRST });
    assert_eq!(bia.pumps(), [], "nothing new was looked at");
}

#[test]
fn nobody_types_any_more_in_a_conversation_that_ended_or_waits() {
    let ends: [fn(&mut Client); 3] = [
        |bia| {
            bia.hears(RoomEvent::PartnerLeft {
                conversation: ConversationNumber(1),
                reason: Parting::Left,
            });
        },
        |bia| bia.machine.lost(Problem::LinkLost, bia.now),
        |bia| {
            bia.hears(RoomEvent::PartnerAway {
                conversation: ConversationNumber(1),
                grace_secs: 60,
            });
        },
    ];
    for end in ends {
        let (mut ana, mut bia) = couple_with(TELLING, TELLING);
        let sign = types(&mut ana);
        relay(&mut ana, &mut bia, sign, Vec::new());
        end(&mut bia);
        bia.acts();
        assert_eq!(bia.told[..2], [typing(true), typing(false)]);
        assert_eq!(bia.told.len(), 3);
    }
}

#[test]
fn what_was_done_while_it_was_off_is_never_told() {
    let (mut ana, mut bia) = couple_with(TELLING, TELLING);
    bia.wants(Command::Typing { conversation: FIRST });
    bia.wants(Command::Habits(Habits::default()));
    assert_eq!(bia.pumps(), [], "the signal had not gone yet");
    ana.says(1, 1, "look at this");
    settle(&mut ana, &mut bia);
    bia.wants(Command::Looked { conversation: FIRST });
    acknowledge(&mut ana, &mut bia);
    bia.wants(Command::Habits(TELLING));
    assert_eq!(bia.pumps(), [], "looked at while that was nobody's business");
    bia.wants(Command::Looked { conversation: FIRST });
    assert_eq!(bia.pumps().len(), 1);
}
