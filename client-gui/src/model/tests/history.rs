//! Rows, groups and days.

use super::*;

#[test]
fn messages_group_by_sender_and_five_minutes() {
    let mut person = Person::talking();
    person.hears(writes(1, "a"));
    person.waits(60 * SECOND);
    person.hears(writes(1, "b"));
    person.says("c");
    person.hears(writes(1, "d"));
    person.waits(301 * SECOND);
    person.hears(writes(1, "e"));
    let history = &person.chat().history;
    let opens: Vec<bool> = history.entries().iter().map(|e| e.opens).collect();
    assert_eq!(opens, [true, true, false, true, true, true]);
    let closes: Vec<bool> = (1..6).map(|i| history.closes(i)).collect();
    assert_eq!(closes, [false, true, true, true, true]);
}

#[test]
fn a_message_taken_back_leaves_a_whole_group_behind() {
    let mut person = Person::talking();
    person.says("a");
    person.says("b");
    person.says("c");
    person.hears(not_sent(1, 0, "a", NotSent::TooFast { retry_after_secs: 1 }));
    let entries = person.chat().history.entries();
    assert_eq!(
        entries.iter().map(|e| e.opens).collect::<Vec<_>>(),
        [true, true, false]
    );
}

#[test]
fn a_new_day_gets_a_line() {
    let mut person = Person::talking();
    person.hears(writes(1, "good night"));
    person.waits(Duration::from_secs(10 * 3600));
    person.hears(writes(1, "good morning"));
    let days: Vec<&What> = person
        .chat()
        .history
        .entries()
        .iter()
        .map(|e| &e.what)
        .filter(|w| matches!(w, What::Day(_)))
        .collect();
    assert_eq!(days, [&What::Day(date(2026, 3, 15))]);
}

#[test]
fn a_partner_who_writes_without_end_does_not_fill_the_memory() {
    let mut history = History::beginning(Person::at_first().now.local);
    let at = Person::at_first().now.local;
    for _ in 0..45_000 {
        history.say(at.clone(), By::Them, &text("x"), None);
    }
    assert!(history.entries().len() <= 20_000);
    assert!(history.entries()[0].opens, "what is left begins with a group");
}
