//! A connection that is lost, ours or theirs, and that comes back.

use crate::prelude::*;

#[test]
fn a_lost_connection_says_when_it_tries_again_and_one_goes_on_writing() {
    let mut ana = Person::talking();
    ana.says("before");
    ana.hears(link_lost(1, 4, 60));
    assert!(ana.sees("Connection lost. Trying again in 4 s; nothing you wrote is lost."));
    assert!(ana.sees("Your connection is down · seat kept for 60 s"));
    ana.waits(1);
    assert!(ana.sees("Trying again in 3 s") && ana.sees("seat kept for 59 s"));
    assert_eq!(ana.keyboard_is_at(), "Write to Marina");
    ana.says("meanwhile");
    assert_eq!(ana.said().len(), 2, "the engine keeps it until the line is back");
    assert!(ana.sees("You, 14:02: meanwhile (Sending)"));
    assert!(ana.sees("You can go on writing. It is delivered when the line is back."));

    ana.clicks("Try now");
    assert_eq!(ana.asked(), [Command::TryNow]);
    ana.presses_with(Modifiers::COMMAND, Key::R);
    assert_eq!(ana.asked(), [Command::TryNow]);
    ana.hears(link_lost(1, 0, 55));
    assert!(ana.sees("Trying again now; nothing you wrote is lost."));
    ana.hears(Event::LinkBack {
        conversation: ConversationId(1),
    });
    assert!(!ana.sees("Connection lost") && ana.sees("Room 4127 · encrypted between you two"));
    ana.hears(delivered(1, 1));
    assert!(ana.sees("You, 14:02: before (Delivered)") && ana.sees("meanwhile (Delivered)"));
}

#[test]
fn a_lost_connection_can_be_left() {
    for narrow in [false, true] {
        let beginning = Beginning::known();
        let beginning = if narrow { beginning.narrow() } else { beginning };
        let mut ana = beginning.open().goes_waiting().goes_talking();
        ana.hears(link_lost(1, 4, 60));
        ana.asked();
        ana.clicks("Leave");
        assert!(ana.is_at_first());
        assert_eq!(ana.asked(), [Command::Leave(Goodbye::Now)]);
    }
}

#[test]
fn a_window_that_counts_draws_once_a_second_and_no_more_when_the_line_is_back() {
    let mut ana = Person::talking();
    let pause = |ana: &mut Person| {
        ana.look();
        ana.window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
    };
    ana.hears(link_lost(1, 4, 60));
    let counting = pause(&mut ana);
    assert!(
        counting.as_millis() <= 1000 && counting.as_millis() > 500,
        "{counting:?}"
    );
    ana.hears(Event::LinkBack {
        conversation: ConversationId(1),
    });
    assert_eq!(pause(&mut ana), std::time::Duration::MAX);
}

#[test]
fn an_unstable_partner_is_waited_for() {
    let mut ana = Person::talking();
    ana.hears(typing(1, true));
    ana.hears(Event::PartnerAway {
        conversation: ConversationId(1),
        grace_left_millis: 48_000,
    });
    assert!(ana.sees("Their connection is unstable · waiting 48 s"));
    assert!(!ana.sees("Marina is writing"));
    ana.waits(2);
    assert!(ana.sees("waiting 46 s"));
    ana.hears(Event::PartnerBack {
        conversation: ConversationId(1),
    });
    assert!(ana.sees("Room 4127 · encrypted between you two"));
    ana.hears(Event::PartnerAway {
        conversation: ConversationId(1),
        grace_left_millis: 48_000,
    });
    ana.hears(leaves(1));
    assert!(!ana.sees("unstable") && ana.sees("Marina said goodbye"));
}
