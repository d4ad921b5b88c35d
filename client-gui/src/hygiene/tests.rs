//! What stays as it is, and what does not.

use super::*;

/// Names of real people and places of names, of 30 scripts and more, and emoji.
const REAL: &str = include_str!("tests/names.txt");

fn name(text: &str) -> String {
    shown_name(&Name::parse(text).unwrap())
}

#[test]
fn real_names_of_many_scripts_pass_unchanged_and_are_not_suspected() {
    use unicode_script::UnicodeScript as _;
    let names: Vec<&str> = REAL
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    let scripts: std::collections::HashSet<_> = names
        .iter()
        .flat_map(|name| name.chars().map(|c| c.script()))
        .filter(|script| {
            !matches!(
                script,
                unicode_script::Script::Common | unicode_script::Script::Inherited
            )
        })
        .collect();
    assert!(
        names.len() >= 200 && scripts.len() >= 30,
        "{} names, {} scripts",
        names.len(),
        scripts.len()
    );
    for real in names {
        assert_eq!(name(real), real);
        assert_eq!(shown_text(real), real);
        assert!(!mixes_alphabets(real), "{real} is suspected");
    }
}

#[test]
fn names_cannot_hide_or_turn_what_stands_beside_them() {
    assert_eq!(name("a\u{202E}b\u{2066}c\u{200F}"), "abc");
    assert_eq!(name("\u{200B}\u{2060}"), "?");
    assert_eq!(name("\u{3164}"), "?", "a letter without a look");
    assert_eq!(name("A\u{E0041}\u{E0042}na"), "Ana", "invisible letters");
    assert_eq!(
        name("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"),
        "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"
    );
}

#[test]
fn marks_pile_up_no_higher_than_people_write_them() {
    let zalgo = format!("Z{}o", "\u{301}".repeat(60));
    assert_eq!(shown_text(&zalgo), format!("Z{}o", "\u{301}".repeat(4)));
    let joined = format!("Z{}", "\u{301}\u{200D}".repeat(60));
    assert_eq!(
        shown_text(&joined).matches('\u{301}').count(),
        4,
        "joiners do not begin anew"
    );
    let thai = format!("ก{}", "\u{0E49}".repeat(60));
    assert_eq!(shown_text(&thai).chars().count(), 9);
    for real in [
        "ཧྐྵྨླྺྼྻྂ",
        "וְהָאָ֗רֶץ",
        "Viê\u{323}t",
        "ᾧ",
        "नि॒र्ऋ॑ति",
        "ที่นี่",
        "ក្រុមហ៊ុន",
        "ᾅ\u{323}",
    ] {
        assert_eq!(shown_text(real), real);
    }
}

#[test]
fn a_message_keeps_its_lines_and_shows_what_cannot_be_seen() {
    assert_eq!(shown_text("one\r\ntwo\tthree\n"), "one\ntwo\tthree\n");
    assert_eq!(shown_text("a\u{0}b\u{1B}[2Jc\u{7F}"), "a□b□[2Jc□");
    assert_eq!(shown_text("\u{202E}evil\u{2069}"), "evil");
    assert_eq!(
        shown_text("12\u{200F}\u{200E} ok"),
        "12\u{200F}\u{200E} ok",
        "needed where directions mix"
    );
    assert_eq!(
        shown_text("👩‍🚀 ❤️ नमस्\u{200D}ते می\u{200C}خواهم"),
        "👩‍🚀 ❤️ नमस्\u{200D}ते می\u{200C}خواهم"
    );
}

#[test]
fn a_word_of_several_alphabets_is_flagged() {
    for mixed in [
        "Mаrina",
        "Αna",
        "pаypal",
        "Bорис",
        "A\u{200D}нa",
        "O'Нeil",
        "ana_мария",
        "Хi",
        "שaלום",
    ] {
        assert!(mixes_alphabets(mixed), "{mixed}");
    }
    for honest in [
        "DJ Ваня",
        "Ana Мария",
        "Lee小明",
        "東京タワー",
        "なつみchan",
        "김Kim",
        "Zoë ♥ 7",
        "Ana 🌻",
        "ㄅㄆ漢",
    ] {
        assert!(!mixes_alphabets(honest), "{honest}");
    }
}

fn found(text: &str) -> Vec<(String, String)> {
    links(text)
        .into_iter()
        .map(|(range, link)| (text[range].to_owned(), link.host()))
        .collect()
}

#[test]
fn links_are_found_where_they_stand() {
    assert_eq!(
        found("nothing, not even example.org or mailto:ana@example.org"),
        []
    );
    assert_eq!(
        found("see (https://example.org/a_(b)), and HTTP://EXAMPLE.net:8080!"),
        [
            ("https://example.org/a_(b)".to_owned(), "example.org".to_owned()),
            (
                "HTTP://EXAMPLE.net:8080".to_owned(),
                "example.net:8080".to_owned()
            ),
        ]
    );
    assert_eq!(
        found("javascript://alert(1) file:///etc/passwd ftp://example.org ssh://a@b"),
        []
    );
    assert_eq!(found(&"https://a.example/ ".repeat(900)).len(), 64);
}

#[test]
fn a_link_says_to_whom_it_leads() {
    let trap = Link::parse("https://bank.example@evil.example/login").unwrap();
    assert_eq!(trap.host(), "evil.example");
    assert_eq!(trap.host_in_ascii(), None);
    let look_alike = Link::parse("https://аррӏе.com/").unwrap();
    assert_eq!(
        (look_alike.host().as_str(), look_alike.host_in_ascii().as_deref()),
        ("аррӏе.com", Some("xn--80ak6aa92e.com"))
    );
    assert_eq!(look_alike.as_str(), "https://xn--80ak6aa92e.com/");
    assert_eq!(Link::parse("http://0x7f.1/").unwrap().host(), "127.0.0.1");
    assert_eq!(Link::parse("http://[::1]:81/").unwrap().host(), "[::1]:81");
    for nothing in [
        "https://",
        "http://exa mple.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///",
        "file:///etc/passwd",
    ] {
        assert!(Link::parse(nothing).is_none(), "{nothing}");
    }
}
