//! What a stranger's name may show.

use super::*;

#[test]
fn a_strangers_name_cannot_hide_or_turn_what_stands_beside_it() {
    let shown = |name: &str| shown_name(&Name::parse(name).unwrap());
    assert_eq!(shown("Ana"), "Ana");
    assert_eq!(shown("a\u{202E}b\u{2066}c\u{200F}"), "abc");
    assert_eq!(shown("\u{200B}\u{2060}"), "?");
    assert_eq!(shown("Z\u{301}\u{302}\u{303}\u{304}o"), "Z\u{301}\u{302}o");
    assert_eq!(shown("👨‍👩‍👧"), "👨‍👩‍👧", "a family stays one");
    assert_eq!(shown("Việt"), "Việt");
}
