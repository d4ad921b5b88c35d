//! A file of known servers, on disk.

use super::*;
use crate::protocol::lobby::Offers;

fn server(text: &str) -> ServerAddress {
    text.parse().unwrap()
}

fn shown(key: &[u8]) -> Shown {
    Shown {
        fingerprint: Fingerprint::of_spki(key),
        vouched: false,
    }
}

fn blessed(key: &[u8]) -> Shown {
    Shown {
        vouched: true,
        ..shown(key)
    }
}

#[test]
fn an_authority_may_bless_another_key_and_nobody_else_may() {
    let directory = tempfile::tempdir().unwrap();
    let servers = KnownServers::at(directory.path().join("known_servers.toml"));
    let host = server("chat.example.org");
    servers.note_visit(&host, blessed(b"one")).unwrap();
    let renewed = servers.note_visit(&host, blessed(b"two")).unwrap();
    assert_eq!(
        (renewed.fingerprint, renewed.visits),
        (shown(b"two").fingerprint, 2)
    );
    assert!(
        !servers
            .note_visit(&host, shown(b"two"))
            .unwrap()
            .accepts(shown(b"two"))
    );
    assert_eq!(servers.look_up(&host).unwrap(), Some(renewed));
}

#[test]
fn a_pinned_key_changes_only_once_an_authority_has_blessed_it() {
    let directory = tempfile::tempdir().unwrap();
    let servers = KnownServers::at(directory.path().join("known_servers.toml"));
    let host = server("chat.example.org");
    servers.note_visit(&host, shown(b"one")).unwrap();
    let other = servers.note_visit(&host, blessed(b"two")).unwrap();
    assert!(!other.accepts(blessed(b"two")));
    servers.note_visit(&host, blessed(b"one")).unwrap();
    let moved = servers.note_visit(&host, blessed(b"two")).unwrap();
    assert_eq!((moved.fingerprint, moved.visits), (shown(b"two").fingerprint, 3));
}

#[test]
fn a_key_trusted_without_its_blessing_lasts_until_the_blessing_is_back() {
    let directory = tempfile::tempdir().unwrap();
    let servers = KnownServers::at(directory.path().join("known_servers.toml"));
    let host = server("chat.example.org");
    servers.note_visit(&host, blessed(b"one")).unwrap();
    servers.trust(&host, shown(b"one").fingerprint).unwrap();
    let expired = servers.note_visit(&host, shown(b"one")).unwrap();
    assert!(expired.accepts(shown(b"one")) && !expired.accepts(shown(b"two")));
    assert_eq!(servers.look_up(&host).unwrap(), Some(expired.clone()));
    // Renewed, with a key of its own.
    assert!(expired.accepts(blessed(b"two")));
    let renewed = servers.note_visit(&host, blessed(b"two")).unwrap();
    assert!(!renewed.accepts(shown(b"two")) && !renewed.accepts(shown(b"one")));
    assert!(renewed.accepts(blessed(b"three")));
}

#[test]
fn the_first_visit_pins_and_later_ones_count() {
    let directory = tempfile::tempdir().unwrap();
    let servers = KnownServers::at(directory.path().join("data/known_servers.toml"));
    let (host, print) = (server("chat.example.org:7"), shown(b"one"));
    assert_eq!(servers.look_up(&host).unwrap(), None);
    servers.note_visit(&host, print).unwrap();
    servers.note_visit(&host, print).unwrap();
    let pinned = servers.note_visit(&host, shown(b"an impostor")).unwrap();
    assert!(!pinned.accepts(shown(b"an impostor")));
    let known = servers.look_up(&host).unwrap().unwrap();
    assert_eq!((known.fingerprint, known.visits), (print.fingerprint, 2));
    assert_eq!(
        servers.look_up(&server("chat.example.org")).unwrap(),
        None,
        "another port is another server"
    );
}

#[test]
fn an_identity_is_replaced_or_forgotten_only_when_asked() {
    let directory = tempfile::tempdir().unwrap();
    let servers = KnownServers::at(directory.path().join("known_servers.toml"));
    let (host, new) = (server("::1"), Fingerprint::of_spki(b"two"));
    servers.note_visit(&host, shown(b"one")).unwrap();
    servers.trust(&host, new).unwrap();
    assert_eq!(servers.list().unwrap().len(), 1);
    assert_eq!(servers.look_up(&host).unwrap().unwrap().fingerprint, new);
    servers.forget(&host).unwrap();
    assert_eq!(servers.list().unwrap(), []);
}

#[test]
fn a_damaged_file_is_an_error_and_stays_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("known_servers.toml");
    std::fs::write(&path, "[[server]]\naddress = 'x'\n").unwrap();
    let servers = KnownServers::at(&path);
    let error = servers.note_visit(&server("x"), shown(b"one")).unwrap_err();
    assert!(error.to_string().contains("known_servers.toml"), "{error}");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "[[server]]\naddress = 'x'\n"
    );
}

#[test]
fn doors_that_were_not_reached_are_remembered_beside_the_servers_and_without_them() {
    let directory = tempfile::tempdir().unwrap();
    let servers = KnownServers::at(directory.path().join("known_servers.toml"));
    let (pinned, plain) = (server("chat.example.org"), server("127.0.0.1"));
    servers.note_visit(&pinned, shown(b"one")).unwrap();
    let when = Unreached {
        since: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000),
        offers: Offers::PLAZAS,
    };
    for host in [&pinned, &plain] {
        assert_eq!(servers.unreached(host).unwrap(), None);
        servers.note_unreached(host, when).unwrap();
        assert_eq!(servers.unreached(host).unwrap(), Some(when));
    }
    assert_eq!(
        servers.list().unwrap().len(),
        1,
        "no identity of the other is known"
    );
    servers.note_visit(&pinned, shown(b"one")).unwrap();
    assert_eq!(servers.unreached(&pinned).unwrap(), Some(when));
    servers.forget(&pinned).unwrap();
    assert_eq!(servers.unreached(&pinned).unwrap(), None);
    assert_eq!(servers.unreached(&plain).unwrap(), Some(when));
}

#[test]
fn a_file_from_before_anything_was_known_of_doors_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("known_servers.toml");
    let fingerprint = shown(b"one").fingerprint;
    let old = format!(
        "[[server]]\naddress = \"chat.example.org\"\nfingerprint = \"{fingerprint}\"\nsince_unix_secs = 7\nvisits = 3\n"
    );
    std::fs::write(&path, &old).unwrap();
    let servers = KnownServers::at(&path);
    assert_eq!(servers.list().unwrap()[0].visits, 3);
    assert_eq!(servers.unreached(&server("chat.example.org")).unwrap(), None);
    servers.change(|_| ()).unwrap();
    assert!(!std::fs::read_to_string(&path).unwrap().contains("unreached"));
}
