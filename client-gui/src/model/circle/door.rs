//! The page that leads to a circle: once ever what it means to be in one, then which one.

use acaso_shared::ids::{BadCode, BadName, CircleName, Code};
use acaso_shared::session::circle::{Circle, CircleVisit};
use acaso_shared::session::{Problem, Visit};

use crate::action::WhichCircle;
use crate::model::{AskedName, Failed, Now};

/// The page.
pub struct CircleDoor {
    /// The server and how to get there; the name is the one to go by.
    pub visit: Visit,
    /// It was never agreed to be in a circle: that is asked first.
    pub asks: bool,
    /// The name to go by, where the first screen had none.
    pub goes_by: AskedName,
    /// The circle's name, as typed.
    pub name: String,
    /// A code, as typed.
    pub code: String,
    /// What stands in the way.
    pub trouble: Option<DoorTrouble>,
    /// What wants the keyboard; the view takes it.
    pub focus: Option<DoorField>,
}

/// Codes and names stay out of logs.
impl std::fmt::Debug for CircleDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CircleDoor({:?}, asks: {})", self.visit.server, self.asks)
    }
}

/// What can have the keyboard on that page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorField {
    /// The circle's name.
    Name,
    /// The code.
    Code,
    /// What does without both: the answer to the question.
    Agree,
}

/// What stands in the way to a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorTrouble {
    /// No circle can be called so.
    Name(BadName),
    /// No code is spelt so.
    Code(BadCode),
    /// It is an invitation's code, for two.
    ForTwo,
    /// The circle could not be visited.
    Problem(Box<Failed>),
}

impl CircleDoor {
    /// The page for that server; with a field for a name if there is none yet.
    pub(in crate::model) fn of(visit: Visit, asks: bool, goes_by: AskedName) -> Self {
        let focus = Some(if asks { DoorField::Agree } else { DoorField::Name });
        Self {
            visit,
            asks,
            focus: focus.filter(|_| asks || !goes_by.is_asked()),
            goes_by,
            name: String::new(),
            code: String::new(),
            trouble: None,
        }
    }

    /// Turned away from a circle: what was typed is there again.
    pub(in crate::model) fn back_from(visit: CircleVisit, problem: Problem, now: &Now) -> Self {
        let mut door = Self::of(visit.visit, false, AskedName::default());
        match visit.circle {
            Circle::Named(name) => name.as_str().clone_into(&mut door.name),
            Circle::Coded(code) => {
                door.code = code.to_string();
                door.focus = Some(DoorField::Code);
            }
            Circle::New => {}
        }
        let at = now.local.clone();
        door.trouble = Some(DoorTrouble::Problem(Box::new(Failed { problem, at })));
        door
    }

    /// The server, as one would type it.
    pub fn host(&self) -> String {
        self.visit.server.to_string()
    }

    /// The field that what stands in the way is about.
    pub fn field_in_error(&self) -> Option<DoorField> {
        match self.trouble.as_ref()? {
            DoorTrouble::Name(_) => Some(DoorField::Name),
            DoorTrouble::Code(_) | DoorTrouble::ForTwo => Some(DoorField::Code),
            DoorTrouble::Problem(_) => None,
        }
    }

    /// It was agreed to be in a circle.
    pub(in crate::model) fn agree(&mut self) {
        self.asks = false;
        self.focus = Some(DoorField::Name).filter(|_| !self.goes_by.is_asked());
        self.goes_by.want_keyboard();
    }

    /// Which circle, as typed. What is wrong with it is said, and gets the keyboard.
    pub(in crate::model) fn read(&mut self, which: WhichCircle) -> Option<Circle> {
        let read = match which {
            WhichCircle::Named => CircleName::parse(&self.name)
                .map(Circle::Named)
                .map_err(DoorTrouble::Name),
            WhichCircle::Coded => lasting(&self.code).map(Circle::Coded),
            WhichCircle::New => Ok(Circle::New),
        };
        match read {
            Ok(circle) => Some(circle),
            Err(trouble) => {
                self.trouble = Some(trouble);
                self.focus = self.field_in_error();
                None
            }
        }
    }
}

/// The code of a circle: one that lasts.
fn lasting(typed: &str) -> Result<Code, DoorTrouble> {
    let code: Code = typed.parse().map_err(DoorTrouble::Code)?;
    if code.is_lasting() {
        Ok(code)
    } else {
        Err(DoorTrouble::ForTwo)
    }
}
