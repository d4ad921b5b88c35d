//! A window behind others, and a history that is not at its end.

use crate::prelude::*;

#[test]
fn a_window_behind_others_counts_in_its_title_and_gives_notice() {
    let mut ana = Person::talking();
    ana.hears(writes(1, "seen"));
    assert_eq!(ana.world.borrow().notices, [], "nothing for a window in front");
    ana.focuses(false);
    ana.hears(writes(1, "hello"));
    ana.hears(writes(1, "are you there?"));
    assert_eq!(
        ana.model().title(ana.window.state().words()),
        "(2) Marina · Acaso"
    );
    {
        let world = ana.world.borrow();
        let told: Vec<_> = world
            .notices
            .iter()
            .map(|n| (n.summary.as_str(), n.body.as_str()))
            .collect();
        assert_eq!(told, [("Marina", "hello"), ("Marina", "are you there?")]);
    }
    ana.focuses(true);
    assert_eq!(ana.model().title(ana.window.state().words()), "Marina · Acaso");
    assert_eq!(ana.world.borrow().withdrawn, 1);
}

#[test]
fn a_pill_counts_what_comes_below_and_leads_there() {
    let mut ana = Person::talking();
    for i in 0..60 {
        ana.world
            .borrow_mut()
            .events
            .push_back(writes(1, &format!("line {i}")));
    }
    ana.look();
    assert!(
        ana.sees("line 59") && !ana.sees("new message"),
        "at the bottom it stays there"
    );
    ana.window.hover_at(egui::pos2(480.0, 300.0));
    ana.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 600.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    ana.look();
    ana.hears(writes(1, "far below"));
    ana.hears(writes(1, "further below"));
    assert!(ana.sees("2 new messages") && !ana.sees("further below"));
    ana.clicks("2 new messages");
    assert!(ana.sees("further below") && !ana.sees("new messages"));
}
