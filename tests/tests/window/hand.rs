//! A hand and an eye at a real window: finds controls as a screen reader would, by what they are and are called, and
//! clicks and types there.

use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use egui::accesskit::{Node, NodeId, Role};
use egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_inspection::protocol::{read_handshake, read_message, write_message};
use egui_inspection::{Request, Response};

use crate::journal::Journal;
use crate::watched::PATIENCE;

/// The remote control of one window.
pub(crate) struct Hand {
    /// Whose it is.
    name: &'static str,
    stream: TcpStream,
    journal: Journal,
}

/// What a window shows, as a screen reader would read it.
pub(crate) struct Shown(Vec<(NodeId, Node)>);

impl Hand {
    /// Takes control of the window that offers it at that address.
    pub(crate) fn reach(name: &'static str, address: SocketAddr, journal: &Journal) -> Result<Self> {
        let stream = TcpStream::connect(address).context("the window's control does not listen")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        read_handshake(&stream)?;
        Ok(Self {
            name,
            stream,
            journal: journal.clone(),
        })
    }

    /// What it shows now.
    pub(crate) fn look(&mut self) -> Result<Shown> {
        match self.ask(&Request::GetTree)? {
            Response::Tree {
                accesskit: Some(tree),
                ..
            } => Ok(Shown(tree.nodes)),
            Response::Tree { .. } => Ok(Shown(Vec::new())),
            other => bail!("asked for the tree, got {other:?}"),
        }
    }

    /// Looks until `pick` finds what it looks for. Each look waits for a frame, so this paces itself.
    pub(crate) fn wait<R>(&mut self, what: &str, mut pick: impl FnMut(&Shown) -> Option<R>) -> Result<R> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.look()?;
            if let Some(found) = pick(&shown) {
                return Ok(found);
            }
            if Instant::now() > deadline {
                let texts = shown.texts().join(" | ");
                bail!(
                    "{what} does not appear in {}'s window, which shows: {texts}",
                    self.name
                );
            }
        }
    }

    /// Waits until a text that contains `text` is shown.
    pub(crate) fn sees(&mut self, text: &str) -> Result<()> {
        self.wait(&format!("“{text}”"), |shown| shown.says(text).then_some(()))?;
        self.journal.note(format!("{} sees “{text}”", self.name));
        Ok(())
    }

    /// Waits for the control and clicks in its middle.
    pub(crate) fn clicks(&mut self, role: Role, name: &str) -> Result<()> {
        // In the same place twice: while fonts still arrive, what is below moves.
        let mut last = None;
        let middle = self.wait(&format!("{role:?} “{name}”, at rest,"), |shown| {
            let middle = shown.middle(role, name);
            let before = std::mem::replace(&mut last, middle);
            middle.filter(|_| middle == before)
        })?;
        self.journal
            .note(format!("{} clicks {role:?} “{name}”", self.name));
        self.does(&[Event::PointerMoved(middle)])?;
        // Both in one frame: what takes long between the two is no click, and frames can take long here.
        self.does(&[true, false].map(|pressed| Event::PointerButton {
            pos: middle,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        }))?;
        // Away again: a pointer that rests somewhere shows tooltips and hovered looks.
        self.does(&[Event::PointerGone])
    }

    /// Replaces what stands in a field, and waits until the field shows it.
    pub(crate) fn fills(&mut self, name: &str, text: &str) -> Result<()> {
        self.clicks(Role::TextInput, name)?;
        self.presses(Key::A, Modifiers::COMMAND)?;
        self.types(text)?;
        let mut last = None;
        self.wait(&format!("“{text}” as the whole of “{name}”"), |shown| {
            last = shown.field(Some(name));
            (last.as_deref() == Some(text)).then_some(())
        })
        .with_context(|| format!("in “{name}” stands {last:?}"))
    }

    /// Types where the caret is.
    pub(crate) fn types(&mut self, text: &str) -> Result<()> {
        self.does(&[Event::Text(text.to_owned())])
    }

    /// Presses a key and lets go of it.
    pub(crate) fn presses(&mut self, key: Key, modifiers: Modifiers) -> Result<()> {
        self.does(&[true, false].map(|pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers,
        }))
    }

    /// Lets two frames pass: what an event asks for in one, such as the focus, the next one has.
    fn rests(&mut self) -> Result<()> {
        self.look()?;
        self.look().map(drop)
    }

    fn does(&mut self, events: &[Event]) -> Result<()> {
        match self.ask(&Request::ApplyEvents {
            events: events.to_vec(),
        })? {
            Response::Done => self.rests(),
            other => bail!("the event was not taken: {other:?}"),
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Response> {
        write_message(&self.stream, request)?;
        match read_message(&self.stream).context("the window does not answer")? {
            Response::Error { message } => bail!("the window refuses {request:?}: {message}"),
            response => Ok(response),
        }
    }
}

impl Shown {
    /// Whether some text contains this one.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.texts().iter().any(|shown| shown.contains(text))
    }

    /// Everything that is read out, in no order that means anything.
    fn texts(&self) -> Vec<String> {
        self.0
            .iter()
            .flat_map(|(_, node)| [self.name(node), node.value().map(str::to_owned)])
            .flatten()
            .map(|text| legible(&text))
            .collect()
    }

    /// What the first control of that kind is called.
    pub(crate) fn name_of(&self, role: Role) -> Option<String> {
        let (_, node) = self.0.iter().find(|(_, node)| node.role() == role)?;
        self.name(node)
    }

    /// What stands in the field of that name, or in the one of several lines.
    pub(crate) fn field(&self, name: Option<&str>) -> Option<String> {
        let (_, node) = self.0.iter().find(|(_, node)| match name {
            Some(name) => node.role() == Role::TextInput && self.name(node).as_deref() == Some(name),
            None => node.role() == Role::MultilineTextInput,
        })?;
        Some(legible(node.value().unwrap_or_default()))
    }

    fn middle(&self, role: Role, name: &str) -> Option<Pos2> {
        let (_, node) = self.0.iter().find(|(_, node)| {
            node.role() == role && !node.is_disabled() && self.name(node).as_deref() == Some(name)
        })?;
        let bounds = node.bounds()?;
        #[expect(clippy::cast_possible_truncation, reason = "a place in a window fits easily")]
        Some(Pos2::new(
            ((bounds.x0 + bounds.x1) / 2.0) as f32,
            ((bounds.y0 + bounds.y1) / 2.0) as f32,
        ))
    }

    /// What a control is called: its own label, or the texts that label it.
    fn name(&self, node: &Node) -> Option<String> {
        let labels: Vec<&str> = node
            .labelled_by()
            .iter()
            .filter_map(|id| self.text(*id))
            .collect();
        match node.label() {
            Some(label) => Some(legible(label)),
            None if labels.is_empty() => None,
            None => Some(legible(&labels.join(" "))),
        }
    }

    fn text(&self, id: NodeId) -> Option<&str> {
        let (_, node) = self.0.iter().find(|(other, _)| *other == id)?;
        node.value().or_else(|| node.label())
    }
}

/// A text as a person reads it, without the marks that keep a name's direction of writing to itself.
pub(crate) fn legible(text: &str) -> String {
    text.replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "")
}
