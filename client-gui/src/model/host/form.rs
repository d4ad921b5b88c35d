//! The form that starts a server: what was chosen and typed, and what is wrong with it.

use std::net::IpAddr;

use crate::hosting::{HostId, OwnAddress, Plan, Reach, Refused};
use crate::wording::{Key, Sentence, Words};

/// What starts a server.
#[derive(Debug)]
pub struct HostForm {
    /// Addresses to choose from, besides this computer alone and everybody.
    pub own: Vec<OwnAddress>,
    /// The address chosen.
    pub bind: IpAddr,
    /// The port, as typed.
    pub port: String,
    /// All rooms behind the lobby's port.
    pub single_port: bool,
    /// The name of a plaza, as typed; empty is none.
    pub plaza: String,
    /// What stands in the way.
    pub trouble: Option<HostTrouble>,
    /// What wants the keyboard; the view takes it.
    pub focus: Option<HostField>,
    /// The server that was asked for and has not answered yet.
    pub starting: Option<HostId>,
    /// Somebody typed a port, so that none is proposed any more.
    proposed: Option<String>,
}

/// What can have the keyboard in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostField {
    /// The choice of an address.
    Bind,
    /// The port.
    Port,
    /// The plaza's name.
    Plaza,
    /// The button that starts.
    Start,
}

/// What stands in the way of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostTrouble {
    /// The port field holds no port.
    Port,
    /// It was tried, and does not run.
    Refused(Refused),
}

impl Default for HostForm {
    fn default() -> Self {
        Self {
            own: Vec::new(),
            bind: Reach::THIS_COMPUTER,
            port: String::new(),
            single_port: false,
            plaza: String::new(),
            trouble: None,
            focus: None,
            starting: None,
            proposed: None,
        }
    }
}

impl HostForm {
    /// The field to mark and to focus, if what is wrong can be mended there.
    pub fn field_in_error(&self) -> Option<HostField> {
        match self.trouble.as_ref()? {
            HostTrouble::Port => Some(HostField::Port),
            HostTrouble::Refused(refused) => match refused {
                // The directory belongs to the port, so another port has another one.
                Refused::PortTaken { .. } | Refused::PortForbidden { .. } | Refused::DataHeld { .. } => {
                    Some(HostField::Port)
                }
                Refused::NotOurs { .. } => Some(HostField::Bind),
                Refused::Plaza => Some(HostField::Plaza),
                Refused::Other { .. } => None,
            },
        }
    }

    pub(super) fn fail(&mut self, trouble: HostTrouble) {
        self.trouble = Some(trouble);
        self.focus = Some(self.field_in_error().unwrap_or(HostField::Start));
    }

    pub(super) fn plan(&self) -> Result<Plan, HostTrouble> {
        let port = match self.port.trim().parse() {
            Ok(0) | Err(_) => return Err(HostTrouble::Port),
            Ok(port) => port,
        };
        let plaza = Some(self.plaza.trim()).filter(|name| !name.is_empty());
        Ok(Plan {
            bind: self.bind,
            port,
            single_port: self.single_port,
            plaza: plaza.map(str::to_owned),
        })
    }

    /// A free port is put into the field, unless somebody wrote another one there.
    pub(super) fn propose(&mut self, port: u16) {
        let untouched = self.port.is_empty() || self.proposed.as_ref() == Some(&self.port);
        if untouched {
            self.port = port.to_string();
            self.proposed = Some(self.port.clone());
        }
    }
}

impl HostTrouble {
    /// It, in words.
    pub fn sentence(&self, words: &Words) -> Sentence {
        let Self::Refused(refused) = self else {
            return words.sentence(Key::HostBadPort, Key::HostBadPortNext, &[]);
        };
        let port = |port: &u16| [("port", port.to_string().into())];
        match refused {
            Refused::PortTaken { port: taken } => {
                words.sentence(Key::HostPortTaken, Key::HostPortTakenNext, &port(taken))
            }
            Refused::PortForbidden { port: kept } => {
                words.sentence(Key::HostPortForbidden, Key::HostPortForbiddenNext, &port(kept))
            }
            Refused::NotOurs { ip } => words.sentence(
                Key::HostNotOurs,
                Key::HostNotOursNext,
                &[("ip", ip.to_string().into())],
            ),
            Refused::DataHeld { path } => {
                words.sentence(Key::HostDataHeld, Key::HostDataHeldNext, &[("path", path.into())])
            }
            Refused::Plaza => words.sentence(Key::HostBadPlaza, Key::HostBadPlazaNext, &[]),
            Refused::Other { detail } => words.sentence(
                Key::HostNotStarted,
                Key::HostNotStartedNext,
                &[("detail", detail.into())],
            ),
        }
    }
}
