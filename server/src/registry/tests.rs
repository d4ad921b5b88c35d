//! The registry over real files, looked at through connections of its own.

use std::sync::mpsc::Receiver;
use std::time::SystemTime;

use acaso_shared::ids::{AccountName, Password};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

/// A registry that takes orders and never carries them out.
pub(crate) struct Stalled {
    queue: Receiver<Order>,
    /// What was taken out of the queue.
    orders: Vec<Order>,
    rows: Vec<(RoomPort, u8)>,
}

impl Stalled {
    pub(crate) fn registry() -> (Registry, Self) {
        let (orders, queue) = sync_channel(QUEUE_LEN);
        let places = Arc::new(Semaphore::new(QUEUE_LEN));
        let stalled = Self {
            queue,
            orders: Vec::new(),
            rows: Vec::new(),
        };
        (Registry { orders, places }, stalled)
    }

    /// The rows that are ordered so many times in all, one after the other.
    pub(crate) async fn ordered(&mut self, times: usize) -> &[(RoomPort, u8)] {
        while self.rows.len() < times {
            tokio::task::yield_now().await;
            for order in self.queue.try_iter() {
                if let Errand::Raise {
                    port, connections, ..
                }
                | Errand::Lower {
                    port, connections, ..
                } = &order.errand
                {
                    self.rows.push((*port, *connections));
                }
                // Whoever waits for an answer waits on.
                self.orders.push(order);
            }
        }
        &self.rows
    }
}

struct Desk {
    directory: TempDir,
    registry: Registry,
}

impl Desk {
    fn open() -> Self {
        let directory = TempDir::new().unwrap();
        let registry = Registry::open(directory.path()).unwrap();
        Self { directory, registry }
    }

    fn look(&self) -> Connection {
        Connection::open(self.directory.path().join(FILE_NAME)).unwrap()
    }

    fn rows(&self) -> Vec<(u16, u8)> {
        let database = self.look();
        let mut rows = database
            .prepare("select id, connections from rooms order by id")
            .unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}

fn port(number: u16) -> RoomPort {
    RoomPort::try_from(number).unwrap()
}

#[tokio::test]
async fn rows_are_right_once_an_order_returns() {
    let desk = Desk::open();
    desk.registry.raise(port(1026), 1).await.unwrap();
    desk.registry.raise(port(9999), 1).await.unwrap();
    desk.registry.raise(port(1026), 2).await.unwrap();
    assert_eq!(desk.rows(), [(1026, 2), (9999, 1)]);
    desk.registry.lower(port(1026), 1).await;
    desk.registry.lower(port(9999), 0).await;
    assert_eq!(desk.rows(), [(1026, 1)]);
}

#[tokio::test]
async fn many_orders_at_once_are_all_written() {
    let desk = Desk::open();
    let orders: tokio::task::JoinSet<_> = (1026..=9999)
        .map(|number| {
            let registry = desk.registry.clone();
            async move { registry.raise(port(number), 1).await }
        })
        .collect();
    assert!(orders.join_all().await.iter().all(Result::is_ok));
    assert_eq!(desk.rows().len(), 8974);
}

#[tokio::test]
async fn while_the_database_is_locked_newcomers_are_refused_and_leavers_are_owed() {
    let desk = Desk::open();
    desk.registry.raise(port(1026), 1).await.unwrap();
    desk.registry.raise(port(1027), 1).await.unwrap();
    let lock = desk.look();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let leaver = tokio::spawn({
        let registry = desk.registry.clone();
        async move { registry.lower(port(1026), 0).await }
    });
    assert_eq!(desk.registry.raise(port(1028), 1).await, Err(NotRecorded));
    assert_eq!(desk.rows(), [(1026, 1), (1027, 1)]);
    assert!(!leaver.is_finished());
    lock.execute_batch("ROLLBACK").unwrap();
    leaver.await.unwrap();
    assert_eq!(desk.rows(), [(1027, 1)]);
}

#[tokio::test]
async fn an_order_after_an_owed_one_has_the_last_word() {
    let desk = Desk::open();
    desk.registry.raise(port(1026), 2).await.unwrap();
    let lock = desk.look();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let owed = desk.registry.lower(port(1026), 1);
    let given_up = tokio::time::timeout(Duration::ZERO, owed).await;
    assert!(given_up.is_err(), "it cannot be written yet");
    lock.execute_batch("ROLLBACK").unwrap();
    desk.registry.raise(port(1026), 2).await.unwrap();
    desk.registry.raise(port(1027), 1).await.unwrap();
    assert_eq!(desk.rows(), [(1026, 2), (1027, 1)]);
}

#[tokio::test]
async fn the_rows_of_an_earlier_run_are_gone_after_a_start() {
    let desk = Desk::open();
    desk.registry.raise(port(1026), 2).await.unwrap();
    let again = Registry::open(desk.directory.path()).unwrap();
    assert_eq!(desk.rows(), []);
    drop(again);
}

#[tokio::test]
async fn closing_leaves_one_file_without_rows() {
    let desk = Desk::open();
    desk.registry.raise(port(1026), 2).await.unwrap();
    desk.registry.close().await;
    let files: Vec<_> = std::fs::read_dir(desk.directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, [FILE_NAME]);
    assert_eq!(desk.rows(), []);
    assert_eq!(desk.registry.raise(port(1026), 1).await, Err(NotRecorded));
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(FILE_NAME);
    let newer = Connection::open(&path).unwrap();
    newer
        .execute_batch("CREATE TABLE rooms (id); INSERT INTO rooms VALUES (7); PRAGMA user_version = 3;")
        .unwrap();
    drop(newer);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(
        Registry::open(directory.path()),
        Err(OpenError::Newer { found: 3, .. })
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn other_files_are_told_apart_and_left_as_they_are() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(FILE_NAME);
    std::fs::write(&path, "not a database, but long enough to be looked at".repeat(9)).unwrap();
    let error = Registry::open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error}");

    std::fs::remove_file(&path).unwrap();
    let foreign = Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE recipes (id)").unwrap();
    let error = Registry::open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");

    foreign
        .execute_batch("DROP TABLE recipes; BEGIN EXCLUSIVE")
        .unwrap();
    let error = Registry::open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
}

#[tokio::test]
async fn a_file_of_version_1_is_brought_to_this_one() {
    let directory = TempDir::new().unwrap();
    let old = Connection::open(directory.path().join(FILE_NAME)).unwrap();
    old.execute_batch(
        "CREATE TABLE rooms (
            id INTEGER PRIMARY KEY CHECK (id BETWEEN 1026 AND 9999),
            connections INTEGER NOT NULL CHECK (connections IN (1, 2)),
            since INTEGER NOT NULL
        ) STRICT;
        INSERT INTO rooms VALUES (2000, 1, 0);
        PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    let registry = Registry::open(directory.path()).unwrap();
    let desk = Desk { directory, registry };
    assert_eq!(desk.rows(), []);
    desk.registry.raise(port(2001), 1).await.unwrap();
    assert_eq!(desk.registry.secret(Whose::Server).await, Ok(None));
    let version: u8 = desk
        .look()
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 2);
}

#[tokio::test]
async fn bans_outlive_a_run_and_end_by_the_calendar() {
    let desk = Desk::open();
    let ban = |network: &str, secs: u64| Ban {
        network: network.parse().unwrap(),
        until: SystemTime::UNIX_EPOCH + Duration::from_secs(secs),
    };
    let far = ban("203.0.113.0/24", 4_000_000_000);
    desk.registry.ban(ban("2001:db8::/32", 1)).await.unwrap();
    desk.registry
        .ban(ban("203.0.113.0/24", 3_900_000_000))
        .await
        .unwrap();
    desk.registry.ban(far).await.unwrap();
    desk.registry.close().await;
    let again = Registry::open(desk.directory.path()).unwrap();
    assert_eq!(
        again.bans().await,
        Ok(vec![far]),
        "the last word, and none that is over"
    );
    again.unban(far.network).await.unwrap();
    assert_eq!(again.bans().await, Ok(vec![]));
}

#[tokio::test]
async fn accounts_change_beside_a_running_server_and_passwords_are_nowhere_in_the_file() {
    let desk = Desk::open();
    desk.registry.raise(port(2000), 1).await.unwrap();
    let accounts = Accounts::open(desk.directory.path()).unwrap();
    let name = |text| AccountName::parse(text).unwrap();
    let password = |text| Password::parse(text).unwrap();
    let hash = async |of| desk.registry.secret(Whose::Account(name(of))).await.unwrap();
    assert_eq!(hash("ana").await, None);
    accounts.add(&name("ana"), &password("correct horse")).unwrap();
    let refused = accounts.add(&name("ana"), &password("battery staple"));
    assert!(matches!(refused, Err(AccountError::Exists(_))), "{refused:?}");
    accounts.add(&name("bia"), &password("correct horse")).unwrap();
    let first = hash("ana").await.unwrap();
    assert!(crate::passwords::fits(&password("correct horse"), &first));
    assert_ne!(hash("bia").await.unwrap(), first);
    accounts
        .change_password(&name("ana"), &password("battery staple"))
        .unwrap();
    assert!(crate::passwords::fits(
        &password("battery staple"),
        &hash("ana").await.unwrap()
    ));
    assert_eq!(accounts.list().unwrap(), ["ana", "bia"]);
    accounts.remove(&name("ana")).unwrap();
    assert!(matches!(
        accounts.remove(&name("ana")),
        Err(AccountError::Unknown(_))
    ));
    assert_eq!(hash("ana").await, None);
    accounts.set_server_password(&password("open sesame")).unwrap();
    accounts.set_server_password(&password("open barley")).unwrap();
    let shared = desk.registry.secret(Whose::Server).await.unwrap().unwrap();
    assert!(crate::passwords::fits(&password("open barley"), &shared));
    assert!(accounts.clear_server_password().unwrap() && !accounts.clear_server_password().unwrap());
    assert_eq!(desk.rows(), [(2000, 1)], "rooms are left alone");
    for file in std::fs::read_dir(desk.directory.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for text in ["correct horse", "battery staple", "open sesame"] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone_also_in_a_directory_for_all_and_if_it_was_not_so_before() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::open();
    let mode = |file: &std::path::PathBuf| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    let set = |file: &std::path::PathBuf, mode| {
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let files = || {
        let files = std::fs::read_dir(desk.directory.path()).unwrap();
        files.map(|file| file.unwrap().path()).collect::<Vec<_>>()
    };
    desk.registry.raise(port(2000), 1).await.unwrap();
    assert!(files().len() > 1, "SQLite has files beside it");
    assert!(files().iter().all(|file| mode(file) == 0o600));
    files().iter().for_each(|file| set(file, 0o644));
    let accounts = Accounts::open(desk.directory.path()).unwrap();
    assert!(files().iter().all(|file| mode(file) == 0o600));
    drop(accounts);
    assert_eq!(desk.rows(), [(2000, 1)]);
}
