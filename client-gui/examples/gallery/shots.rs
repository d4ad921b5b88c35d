//! The set of pictures that the README and its neighbours use.

/// Screens drawn in both themes at the usual size.
const BOTH_THEMES: [&str; 40] = [
    "first",
    "servers",
    "error",
    "login",
    "password",
    "rules",
    "waiting",
    "offers",
    "start",
    "chat",
    "states",
    "plazas",
    "plazas-waiting",
    "plaza",
    "plaza-met",
    "plaza-lost",
    "circle-asks",
    "circle",
    "circle-lost",
    "open",
    "phrase",
    "lost",
    "away",
    "block",
    "link",
    "unsent",
    "left",
    "over",
    "identity",
    "host",
    "host-form",
    "invite",
    "invited",
    "invite-enter",
    "invite-wrong",
    "invite-people",
    "known",
    "keep",
    "kept",
    "settings",
];

/// Those that are drawn narrow and at twice the text size as well.
const EVERY_SIZE: [&str; 27] = [
    "first",
    "error",
    "login",
    "rules",
    "waiting",
    "chat",
    "states",
    "plazas",
    "plaza",
    "circle-asks",
    "circle-door",
    "circle",
    "circle-key",
    "open",
    "phrase",
    "lost",
    "link",
    "unsent",
    "left",
    "identity",
    "host",
    "host-form",
    "invited",
    "invite-enter",
    "invite-people",
    "kept",
    "settings",
];

/// Drawn once each.
const SINGLE: [&str; 43] = [
    "pill-light pill light 960x680 1",
    "chat-wide-light chat light 1600x1000 1",
    "first-pt-light first light 960x680 1 --lang pt",
    "chat-pt-light chat light 960x680 1 --lang pt",
    "phrase-pt-light phrase light 960x680 1 --lang pt",
    "lost-pt-light lost light 960x680 1 --lang pt",
    "login-pt-light login light 960x680 1 --lang pt",
    "settings-tall-light settings light 960x1000 1",
    "plaza-pt-light plaza light 960x680 1 --lang pt",
    "plazas-pt-light plazas light 960x680 1 --lang pt",
    "plaza-wide-light plaza light 1600x1000 1",
    "plaza-people-light plaza-people light 480x560 1",
    "plaza-unsent-light plaza-unsent light 960x680 1",
    "plaza-over-light plaza-over light 960x680 1",
    "plazas-none-light plazas-none light 960x680 1",
    "circle-asks-pt-light circle-asks light 960x680 1 --lang pt",
    "circle-door-light circle-door light 960x680 1",
    "circle-bad-code-light circle-bad-code light 960x680 1",
    "circle-empty-light circle-empty light 960x680 1",
    "circle-pt-light circle light 960x680 1 --lang pt",
    "circle-key-light circle-key light 960x680 1",
    "circle-code-light circle-code light 960x680 1",
    "circle-people-light circle-people light 480x560 1",
    "circle-over-light circle-over light 960x680 1",
    "host-pt-light host light 960x680 1 --lang pt",
    "host-wide-light host light 1600x1000 1",
    "host-taken-light host-taken light 960x680 1",
    "host-stop-light host-stop light 960x680 1",
    "open-pt-light open light 960x680 1 --lang pt",
    "open-start-light open-start light 960x680 1",
    "open-left-light open-left light 960x680 1",
    "barred-light barred light 960x680 1",
    "invited-lost-light invited-lost light 960x680 1",
    "invite-bad-light invite-bad light 960x680 1",
    "invite-forget-light invite-forget light 960x680 1",
    "invited-kept-light invited-kept light 960x680 1",
    "known-left-light known-left light 960x680 1",
    "kept-stored-light kept-stored light 960x680 1",
    "invited-pt-light invited light 960x680 1 --lang pt",
    "invite-enter-pt-light invite-enter light 960x680 1 --lang pt",
    "kept-pt-light kept light 960x680 1 --lang pt",
    "outdated-light outdated light 960x680 1",
    "outdated-pt-light outdated light 480x560 1 --lang pt",
];

/// One picture a line: `NAME SCREEN THEME SIZE SCALE [MORE…]`.
pub(crate) fn list() -> String {
    let mut lines = Vec::new();
    for screen in BOTH_THEMES {
        for theme in ["light", "dark"] {
            lines.push(format!("{screen}-{theme} {screen} {theme} 960x680 1"));
        }
    }
    for screen in EVERY_SIZE {
        lines.push(format!("{screen}-narrow-light {screen} light 480x560 1"));
        lines.push(format!("{screen}-double-light {screen} light 800x600 2"));
    }
    lines.extend(SINGLE.map(str::to_owned));
    lines.join("\n") + "\n"
}
