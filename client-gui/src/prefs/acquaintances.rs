//! The people one has agreed with to meet again, each by the code that both keep: a small TOML file, apart from the settings, since
//! what stands in it is secret. One task owns it, so that the window never waits for the disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Code, Name};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

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
    /// What both keep, and nobody else.
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
    /// Keep somebody; whoever was kept by that other code is the same person.
    Keep {
        /// Whom.
        person: Acquaintance,
        /// The code by which they were met this time.
        instead_of: Option<Code>,
    },
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

/// The file's form.
#[derive(Default, Serialize, Deserialize)]
struct Document {
    #[serde(default)]
    people: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
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
        if *wish == Wish::Look {
            return self.load();
        }
        let _lock = self.file.lock().map_err(|error| self.failed(&error))?;
        let people = changed(self.load()?, wish)?;
        let document = Document::from(&people);
        let text = toml::to_string(&document).map_err(|error| self.failed(&io::Error::other(error)))?;
        self.file
            .write(text.as_bytes())
            .map_err(|error| self.failed(&error))?;
        Ok(people)
    }

    fn load(&self) -> Result<Vec<Acquaintance>, AcquaintancesError> {
        let Some(bytes) = self.file.read().map_err(|error| self.failed(&error))? else {
            return Ok(Vec::new());
        };
        if let Some(people) = std::str::from_utf8(&bytes).ok().and_then(parse) {
            return Ok(people);
        }
        let kept = self.file.set_aside().map_err(|error| self.failed(&error))?;
        Err(AcquaintancesError::SetAside { kept })
    }

    fn failed(&self, error: &io::Error) -> AcquaintancesError {
        AcquaintancesError::File {
            path: self.file.path().to_owned(),
            detail: error.to_string(),
        }
    }
}

/// The list after a wish.
fn changed(mut people: Vec<Acquaintance>, wish: &Wish) -> Result<Vec<Acquaintance>, AcquaintancesError> {
    match wish {
        Wish::Look => {}
        Wish::Forget(code) => people.retain(|known| known.code != *code),
        Wish::Keep { person, instead_of } => {
            people.retain(|known| known.code != person.code && Some(&known.code) != instead_of.as_ref());
            // Nobody is forgotten for somebody else without being asked about.
            if people.len() >= ACQUAINTANCES_MAX {
                return Err(AcquaintancesError::Full);
            }
            people.insert(0, person.clone());
        }
    }
    Ok(people)
}

fn parse(text: &str) -> Option<Vec<Acquaintance>> {
    let document: Document = toml::from_str(text).ok()?;
    document.people.into_iter().map(Row::read).collect()
}

impl Row {
    fn read(self) -> Option<Acquaintance> {
        Some(Acquaintance {
            name: Name::parse(&self.name).ok()?,
            server: self.server.parse().ok()?,
            code: self.code.parse().ok()?,
            since: self.since.parse().ok()?,
        })
    }
}

impl From<&Vec<Acquaintance>> for Document {
    fn from(people: &Vec<Acquaintance>) -> Self {
        let row = |person: &Acquaintance| Row {
            name: person.name.as_str().to_owned(),
            server: person.server.to_string(),
            code: person.code.to_string(),
            since: person.since.to_string(),
        };
        Self {
            people: people.iter().map(row).collect(),
        }
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
