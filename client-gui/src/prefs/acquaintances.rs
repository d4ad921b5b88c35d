//! The people one has agreed with to meet again, each by the code that both keep: a small TOML file, apart from the settings, since
//! what stands in it is secret. One task owns it, so that the window never waits for the disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Code, Name};
use jiff::civil::Date;
use serde::Deserialize;
use tokio::sync::mpsc;
use toml::{Table, Value};

use super::shared_file::SharedFile;

/// More than a list can show well, and than anybody keeps.
pub const ACQUAINTANCES_MAX: usize = 100;

/// More wishes than a person has while one is carried out.
const WISHES_MAX: usize = 16;

/// Somebody whom both have agreed to meet again.
#[derive(Clone, PartialEq, Eq)]
pub struct Acquaintance {
    /// The name they went by.
    pub name: Name,
    /// Where to meet.
    pub server: ServerAddress,
    /// What both keep.
    pub code: Code,
    /// The day on which they agreed.
    pub since: Date,
}

/// Names and codes stay out of logs.
impl fmt::Debug for Acquaintance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acquaintance(…)")
    }
}

/// What is to be done with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// See who is there.
    Look,
    /// Keep somebody.
    Keep(Acquaintance),
    /// Never mind whoever has this code.
    Forget(Code),
}

/// What became of a wish: everybody who is kept from now on, or the reason why it was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The wish.
    pub to: Wish,
    /// The latest first.
    pub people: Result<Vec<Acquaintance>, AcquaintancesError>,
}

/// Why a wish was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcquaintancesError {
    /// The operating system does not let us read or write the file; it is as it was.
    #[error("{}: {detail}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// The system's word.
        detail: String,
    },
    /// The file is not what we write. It was set aside, and the next wish finds none.
    #[error("{}", kept.display())]
    SetAside {
        /// Where it is now.
        kept: PathBuf,
    },
    /// As many are kept as may be.
    #[error("{ACQUAINTANCES_MAX}")]
    Full,
    /// Too much is to be done already.
    #[error("…")]
    Busy,
}

/// What the window needs to have people kept; tests bring their own.
pub trait Acquaintances {
    /// Asks for this; the answer is heard later.
    fn ask(&mut self, wish: Wish);
    /// The next answer.
    fn hear(&mut self) -> Option<Answer>;
}

/// The file.
#[derive(Clone, Debug)]
pub struct AcquaintancesFile {
    file: SharedFile,
}

/// Somebody as the file has them. Another version may write more into a row, and rows that this one cannot read: both stay as they are.
#[derive(Deserialize)]
struct Row {
    name: String,
    server: String,
    code: String,
    since: String,
}

impl AcquaintancesFile {
    /// The file in this directory. Nothing is read or made yet.
    pub fn within(directory: &Path) -> Self {
        Self {
            file: SharedFile::within(directory, "people.toml"),
        }
    }

    /// Carries a wish out, and answers who is kept then, the latest first.
    ///
    /// # Errors
    /// Says why nothing was changed.
    pub fn carry_out(&self, wish: &Wish) -> Result<Vec<Acquaintance>, AcquaintancesError> {
        // A look waits for no other window, as long as there is something to see.
        if *wish == Wish::Look
            && let Some(people) = self.read()?.as_ref().and_then(people_in)
        {
            return Ok(people);
        }
        let _lock = self.file.lock().map_err(|error| self.failed(&error))?;
        let mut table = self.load()?;
        if *wish != Wish::Look {
            change(&mut table, wish)?;
            let text = table.to_string();
            self.file
                .write(text.as_bytes())
                .map_err(|error| self.failed(&error))?;
        }
        Ok(people_in(&table).unwrap_or_default())
    }

    /// The file, which is set aside if it is none of ours: under the lock, since another window may have just mended it.
    fn load(&self) -> Result<Table, AcquaintancesError> {
        if let Some(table) = self.read()?.filter(|table| people_in(table).is_some()) {
            return Ok(table);
        }
        let kept = self.file.set_aside().map_err(|error| self.failed(&error))?;
        Err(AcquaintancesError::SetAside { kept })
    }

    /// What stands in the file; an empty table if there is none, and nothing if it is no table.
    fn read(&self) -> Result<Option<Table>, AcquaintancesError> {
        let Some(bytes) = self.file.read().map_err(|error| self.failed(&error))? else {
            return Ok(Some(Table::new()));
        };
        Ok(String::from_utf8(bytes).ok().and_then(|text| text.parse().ok()))
    }

    fn failed(&self, error: &io::Error) -> AcquaintancesError {
        AcquaintancesError::File {
            path: self.file.path().to_owned(),
            detail: error.to_string(),
        }
    }
}

/// The key of the list.
const PEOPLE: &str = "people";

/// Everybody whom this version can read; nothing if there is something else where the list should be.
fn people_in(table: &Table) -> Option<Vec<Acquaintance>> {
    match table.get(PEOPLE) {
        None => Some(Vec::new()),
        Some(Value::Array(rows)) => Some(rows.iter().filter_map(Row::read).collect()),
        Some(_) => None,
    }
}

/// Carries a wish out, and leaves everything else as it is.
fn change(table: &mut Table, wish: &Wish) -> Result<(), AcquaintancesError> {
    let empty = || Value::Array(Vec::new());
    let Value::Array(rows) = table.entry(PEOPLE).or_insert_with(empty) else {
        return Ok(());
    };
    let is_of = |row: &Value, code: &Code| Row::read(row).is_some_and(|person| person.code == *code);
    match wish {
        Wish::Look => {}
        Wish::Forget(code) => rows.retain(|row| !is_of(row, code)),
        Wish::Keep(person) => {
            rows.retain(|row| !is_of(row, &person.code));
            // Nobody is forgotten for somebody else without being asked about.
            if rows.iter().filter_map(Row::read).count() >= ACQUAINTANCES_MAX {
                return Err(AcquaintancesError::Full);
            }
            rows.insert(0, Row::of(person));
        }
    }
    Ok(())
}

impl Row {
    fn read(value: &Value) -> Option<Acquaintance> {
        let row: Self = value.clone().try_into().ok()?;
        Some(Acquaintance {
            name: Name::parse(&row.name).ok()?,
            server: row.server.parse().ok()?,
            code: row.code.parse().ok()?,
            since: row.since.parse().ok()?,
        })
    }

    fn of(person: &Acquaintance) -> Value {
        let columns = [
            ("name", person.name.as_str().to_owned()),
            ("server", person.server.to_string()),
            ("code", person.code.to_string()),
            ("since", person.since.to_string()),
        ];
        Value::Table(
            columns
                .map(|(key, text)| (key.to_owned(), Value::String(text)))
                .into_iter()
                .collect(),
        )
    }
}

/// The real one: dropped, it lets its task carry out what is left and end.
pub struct AcquaintancesHandle {
    wishes: mpsc::Sender<Wish>,
    answers: mpsc::Receiver<Answer>,
    /// Wishes that could not even be left.
    refused: Vec<Wish>,
}

impl AcquaintancesHandle {
    /// The handle, and the task to run.
    pub fn new(
        file: AcquaintancesFile,
        woken: impl Fn() + Send + 'static,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (wishes, wished) = mpsc::channel(WISHES_MAX);
        // Somebody who does not listen to answers leaves no more wishes than these either.
        let (answer, answers) = mpsc::channel(WISHES_MAX);
        let task = carry_out_all(file, wished, answer, woken);
        let handle = Self {
            wishes,
            answers,
            refused: Vec::new(),
        };
        (handle, task)
    }
}

impl Acquaintances for AcquaintancesHandle {
    fn ask(&mut self, wish: Wish) {
        if let Err(error) = self.wishes.try_send(wish)
            && self.refused.len() < WISHES_MAX
        {
            self.refused.push(error.into_inner());
        }
    }

    fn hear(&mut self) -> Option<Answer> {
        let refused = |to| Answer {
            to,
            people: Err(AcquaintancesError::Busy),
        };
        let answer = self.answers.try_recv().ok();
        answer.or_else(|| self.refused.pop().map(refused))
    }
}

/// For a window that ends: nothing more is kept.
pub struct NoAcquaintances;

impl Acquaintances for NoAcquaintances {
    fn ask(&mut self, _wish: Wish) {}

    fn hear(&mut self) -> Option<Answer> {
        None
    }
}

async fn carry_out_all(
    file: AcquaintancesFile,
    mut wished: mpsc::Receiver<Wish>,
    answers: mpsc::Sender<Answer>,
    woken: impl Fn() + Send,
) {
    while let Some(to) = wished.recv().await {
        let (file, wish) = (file.clone(), to.clone());
        let done = tokio::task::spawn_blocking(move || file.carry_out(&wish)).await;
        let people = done.unwrap_or(Err(AcquaintancesError::Busy));
        // A window that has gone needs no answer, and what it wished is still done.
        answers.send(Answer { to, people }).await.ok();
        woken();
    }
}

#[cfg(test)]
mod tests;
