//! Type by role: size, line height and cut of every kind of text in the window.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId};

/// A cut of the text font, or another font for a script that has to lead its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Weight 400.
    Regular,
    /// Weight 500.
    Medium,
    /// Weight 600.
    SemiBold,
    /// Weight 600 of the cut for large sizes.
    Display,
    /// Fixed width.
    Mono,
    /// Arabic first, so that the spaces of a run are its own.
    Arabic,
    /// Hebrew first, so that the spaces of a run are its own.
    Hebrew,
}

impl Face {
    /// The family under which the fonts of this face are installed.
    pub fn family(self) -> FontFamily {
        match self {
            Self::Regular => FontFamily::Proportional,
            Self::Medium => FontFamily::Name("medium".into()),
            Self::SemiBold => FontFamily::Name("semibold".into()),
            Self::Display => FontFamily::Name("display".into()),
            Self::Mono => FontFamily::Monospace,
            Self::Arabic => FontFamily::Name("arabic".into()),
            Self::Hebrew => FontFamily::Name("hebrew".into()),
        }
    }
}

/// What a text is for: its size and line height in points, and its face. Fixed line heights let rows fall on whole pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextRole {
    /// Size of the font.
    pub size: f32,
    /// Distance between lines.
    pub line: f32,
    /// The face.
    pub face: Face,
}

impl TextRole {
    const fn new(size: f32, line: f32, face: Face) -> Self {
        Self { size, line, face }
    }

    /// The same size and line in another face.
    pub const fn in_face(self, face: Face) -> Self {
        Self { face, ..self }
    }

    /// The font.
    pub fn font(self) -> FontId {
        FontId::new(self.size, self.face.family())
    }

    /// Font, line height and colour of a run of text.
    pub fn format(self, colour: Color32) -> TextFormat {
        let mut format = TextFormat::simple(self.font(), colour);
        format.line_height = Some(self.line);
        if self.face == Face::Display {
            format.extra_letter_spacing = self.size * TITLE_TRACKING;
        }
        format
    }

    /// A text ready to be laid out.
    pub fn job(self, text: impl Into<String>, colour: Color32) -> LayoutJob {
        LayoutJob::single_section(text.into(), self.format(colour))
    }

    /// A text ready to be laid out, broken at a width in points.
    pub fn job_within(self, text: impl Into<String>, colour: Color32, width: f32) -> LayoutJob {
        let mut job = self.job(text, colour);
        job.wrap.max_width = width;
        job
    }
}

/// Large letters stand a little closer, as a share of their size.
const TITLE_TRACKING: f32 = -0.018;

/// Every role there is.
pub mod role {
    use super::{Face, TextRole};

    /// A screen's title.
    pub const TITLE: TextRole = TextRole::new(28.0, 36.0, Face::Display);
    /// A screen's title in a low window.
    pub const TITLE_COMPACT: TextRole = TextRole::new(22.0, 28.0, Face::Display);
    /// A card's heading.
    pub const HEADING: TextRole = TextRole::new(17.0, 24.0, Face::SemiBold);
    /// The partner's name in the header.
    pub const HEADER_NAME: TextRole = TextRole::new(15.5, 20.0, Face::SemiBold);
    /// What a post is about.
    pub const SUBJECT: TextRole = TextRole::new(15.5, 22.0, Face::SemiBold);
    /// Messages, fields, what is read at length.
    pub const BODY: TextRole = TextRole::new(15.0, 22.0, Face::Regular);
    /// The name of a choice.
    pub const CHOICE: TextRole = TextRole::new(15.0, 22.0, Face::Medium);
    /// Explanations.
    pub const SECONDARY: TextRole = TextRole::new(14.0, 20.0, Face::Regular);
    /// A line that leads what follows it.
    pub const LEAD: TextRole = TextRole::new(14.0, 20.0, Face::Medium);
    /// The heading of a column or of an event.
    pub const SUBHEADING: TextRole = TextRole::new(14.0, 20.0, Face::SemiBold);
    /// Labels of fields.
    pub const LABEL: TextRole = TextRole::new(13.0, 18.0, Face::Medium);
    /// Headings of groups; the name above a bubble.
    pub const NAME: TextRole = TextRole::new(13.0, 18.0, Face::SemiBold);
    /// Explanations under a name, notices.
    pub const NOTE: TextRole = TextRole::new(13.0, 18.0, Face::Regular);
    /// Small print and status lines.
    pub const SMALL: TextRole = TextRole::new(12.5, 18.0, Face::Regular);
    /// System lines in the history, key caps.
    pub const SYSTEM: TextRole = TextRole::new(12.5, 18.0, Face::Medium);
    /// Times and hints.
    pub const META: TextRole = TextRole::new(12.0, 16.0, Face::Regular);
    /// Code in a message.
    pub const CODE: TextRole = TextRole::new(13.0, 20.0, Face::Mono);
    /// A fingerprint.
    pub const KEY: TextRole = TextRole::new(15.0, 22.0, Face::Mono);
    /// The digits of a safety phrase.
    pub const DIGITS: TextRole = TextRole::new(18.0, 26.0, Face::Mono);
    /// An address that others type.
    pub const ADDRESS: TextRole = TextRole::new(22.0, 28.0, Face::Display);
    /// A code that is read aloud.
    pub const READ_ALOUD: TextRole = TextRole::new(30.0, 38.0, Face::Display);
    /// The time waited.
    pub const CLOCK: TextRole = TextRole::new(28.0, 36.0, Face::Regular);
    /// The main button.
    pub const BUTTON_MAIN: TextRole = TextRole::new(16.0, 22.0, Face::Medium);
    /// Buttons.
    pub const BUTTON: TextRole = TextRole::new(14.0, 20.0, Face::Medium);
    /// Buttons of 32 points.
    pub const BUTTON_SMALL: TextRole = TextRole::new(13.0, 18.0, Face::Medium);
}
