//! The statements. One call, one transaction; when to call is not decided here.

use std::time::{Duration, SystemTime};

use acaso_shared::ids::{AccountName, RoomPort};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::guard::Ban;
use crate::network::Network;

const WRITE: &str = "INSERT INTO rooms (id, connections, since) VALUES (?1, ?2, ?3)
    ON CONFLICT (id) DO UPDATE SET connections = excluded.connections";
const DELETE: &str = "DELETE FROM rooms WHERE id = ?1";
const PASSWORD: &str = "SELECT hash FROM password";
const ACCOUNT: &str = "SELECT hash FROM accounts WHERE name = ?1";
const BAN: &str = "INSERT OR REPLACE INTO bans (network, until, since) VALUES (?1, ?2, ?3)";

/// Whose password.
#[derive(Clone, Debug)]
pub(crate) enum Whose {
    /// The one that all share.
    Server,
    /// That account's.
    Account(AccountName),
}

/// How many seats of a room are given; with none, it has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) port: RoomPort,
    pub(super) connections: u8,
}

/// The tables, as the server uses them.
pub(super) struct Rows {
    database: Connection,
}

impl Rows {
    pub(super) fn new(database: Connection) -> Self {
        Self { database }
    }

    /// Writes all of them, in this order, or none.
    pub(super) fn write(&mut self, rows: impl IntoIterator<Item = Row>) -> rusqlite::Result<()> {
        let now = seconds_since_1970(SystemTime::now());
        let batch = self
            .database
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in rows {
            let id = row.port.get();
            match row.connections {
                0 => batch.prepare_cached(DELETE)?.execute([id])?,
                connections => batch
                    .prepare_cached(WRITE)?
                    .execute(params![id, connections, now])?,
            };
        }
        batch.commit()
    }

    /// What the password of that account, or of the server, is compared with.
    pub(super) fn secret(&self, whose: &Whose) -> rusqlite::Result<Option<String>> {
        let hash = |row: &rusqlite::Row<'_>| row.get(0);
        match whose {
            Whose::Server => self.database.query_row(PASSWORD, [], hash).optional(),
            Whose::Account(name) => self.database.query_row(ACCOUNT, [name.as_str()], hash).optional(),
        }
    }

    /// All bans. A row that is none is passed over.
    pub(super) fn bans(&self) -> rusqlite::Result<Vec<Ban>> {
        let mut bans = self.database.prepare("SELECT network, until FROM bans")?;
        let rows = bans.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        let ban = |(network, until): (String, i64)| {
            let until = Duration::from_secs(u64::try_from(until).ok()?);
            Some(Ban {
                network: network.parse().ok()?,
                until: SystemTime::UNIX_EPOCH.checked_add(until)?,
            })
        };
        rows.map(|row| row.map(ban))
            .filter_map(Result::transpose)
            .collect()
    }

    /// Keeps a ban, and forgets those that are over.
    pub(super) fn ban(&mut self, ban: &Ban) -> rusqlite::Result<()> {
        let now = seconds_since_1970(SystemTime::now());
        let change = self.database.transaction()?;
        change.execute("DELETE FROM bans WHERE until <= ?1", [now])?;
        let row = params![ban.network.to_string(), seconds_since_1970(ban.until), now];
        change.execute(BAN, row)?;
        change.commit()
    }

    pub(super) fn unban(&mut self, network: Network) -> rusqlite::Result<()> {
        let unban = "DELETE FROM bans WHERE network = ?1";
        self.database.execute(unban, [network.to_string()]).map(drop)
    }

    /// Removes all rows of rooms and brings what the write-ahead log holds into the database file.
    pub(super) fn clear(&mut self) -> rusqlite::Result<()> {
        self.database.execute("DELETE FROM rooms", [])?;
        self.database
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }
}

pub(super) fn seconds_since_1970(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
