//! The registry as anybody sees it from outside: `select id, connections from rooms`, through a connection of one's own.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};

use crate::book::Seats;
use crate::patience::PATIENCE;

/// Rooms and their connections.
///
/// # Errors
/// There is no registry in that directory, or it cannot be read.
pub fn rows(data: &Path) -> Result<Seats> {
    let path = data.join(acaso_server::REGISTRY_FILE);
    let database = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("{} does not open", path.display()))?;
    database.busy_timeout(PATIENCE)?;
    let mut query = database.prepare("select id, connections from rooms")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
