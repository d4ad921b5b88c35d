//! The statements. One call, one transaction; when to call is not decided here.

use std::time::SystemTime;

use acaso_shared::ids::RoomPort;
use rusqlite::{Connection, TransactionBehavior, params};

const WRITE: &str = "INSERT INTO rooms (id, connections, since) VALUES (?1, ?2, ?3)
    ON CONFLICT (id) DO UPDATE SET connections = excluded.connections";
const DELETE: &str = "DELETE FROM rooms WHERE id = ?1";

/// How many seats of a room are given; with none, it has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) port: RoomPort,
    pub(super) connections: u8,
}

/// The table of rooms.
pub(super) struct Rows {
    database: Connection,
}

impl Rows {
    pub(super) fn new(database: Connection) -> Self {
        Self { database }
    }

    /// Writes all of them, in this order, or none.
    pub(super) fn write(&mut self, rows: impl IntoIterator<Item = Row>) -> rusqlite::Result<()> {
        let now = seconds_since_1970();
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

    /// Removes all rows and brings what the write-ahead log holds into the database file.
    pub(super) fn clear(&mut self) -> rusqlite::Result<()> {
        self.database.execute("DELETE FROM rooms", [])?;
        self.database
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }
}

fn seconds_since_1970() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
