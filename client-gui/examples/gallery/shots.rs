//! The set of pictures that the README and its neighbours use.

/// Screens drawn in both themes at the usual size.
const BOTH_THEMES: [&str; 13] = [
    "first", "servers", "error", "rules", "waiting", "offers", "start", "chat", "unsent", "left", "over",
    "identity", "settings",
];

/// Those that are drawn narrow and at twice the text size as well.
const EVERY_SIZE: [&str; 9] = [
    "first", "error", "rules", "waiting", "chat", "unsent", "left", "identity", "settings",
];

/// Drawn once each.
const SINGLE: [&str; 4] = [
    "pill-light pill light 960x680 1",
    "chat-wide-light chat light 1600x1000 1",
    "first-pt-light first light 960x680 1 --lang pt",
    "chat-pt-light chat light 960x680 1 --lang pt",
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
