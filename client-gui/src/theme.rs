//! How Acaso looks: colours, type, spacing and shapes by name, and egui's style made of them. Nothing here knows a screen,
//! and no other file spells a colour.

mod palette;
mod style;
mod type_scale;

pub use palette::{DARK, LIGHT, Palette, QR_INK, QR_PAPER};
pub use style::{install, install_text_size};
pub use type_scale::{Face, TextRole, role};

use egui::{Context, Ui};

/// The colours of the theme that is on.
pub fn palette(ui: &Ui) -> &'static Palette {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// Distances on the 4-point grid, in points.
pub mod gap {
    /// Between things that are one: a title and its line.
    pub const HAIR: f32 = 4.0;
    /// Between neighbours: buttons of a row, rows of a list.
    pub const TIGHT: f32 = 8.0;
    /// Between a label's field and the next.
    pub const SNUG: f32 = 12.0;
    /// Between parts of a group.
    pub const BASE: f32 = 16.0;
    /// Between a heading and its content; inside a card.
    pub const ROOMY: f32 = 20.0;
    /// Between groups; the margin of a wide window.
    pub const WIDE: f32 = 24.0;
    /// Before something that stands alone.
    pub const BROAD: f32 = 32.0;
}

/// Corner radii, in points.
pub mod radius {
    /// What lies inside a control: a key cap, a menu row's hover, a segment.
    pub const INNER: u8 = 7;
    /// Buttons, fields, notices.
    pub const CONTROL: u8 = 10;
    /// Rows and large buttons.
    pub const ROW: u8 = 12;
    /// Cards, bubbles, the composer.
    pub const CARD: u8 = 14;
    /// What floats.
    pub const FLOATING: u8 = 16;
}

/// Widths of the column that holds a screen's content, in points.
pub mod column {
    /// The first screen's form.
    pub const FORM: f32 = 456.0;
    /// Waiting: a sentence and rows.
    pub const WAITING: f32 = 520.0;
    /// Meeting somebody one knows.
    pub const INVITATION: f32 = 560.0;
    /// Settings.
    pub const SETTINGS: f32 = 600.0;
    /// A server that runs here.
    pub const HOST: f32 = 904.0;
    /// Pages to be read: the rules, a changed identity.
    pub const READING: f32 = 640.0;
    /// The conversation.
    pub const CHAT: f32 = 704.0;
}

/// Widths of lines, in points.
pub mod stroke {
    /// Borders and separators.
    pub const LINE: f32 = 1.0;
    /// Marks that are switched off: a check box, a switch.
    pub const MARK: f32 = 1.5;
    /// Paths, the focus ring, a field that has the focus or an error.
    pub const STRONG: f32 = 2.0;
}

/// How much room the window has, in points: text size and window size alike make it narrow or low.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Width of the window's content.
    pub width: f32,
    /// Height of the window's content.
    pub height: f32,
}

impl Room {
    /// The window as it is now.
    pub fn of(ctx: &Context) -> Self {
        let size = ctx.content_rect().size();
        Self {
            width: size.x,
            height: size.y,
        }
    }

    /// Too narrow for words beside icons.
    pub fn narrow(self) -> bool {
        self.width < 640.0
    }

    /// Too low for anything but the main thing.
    pub fn compact(self) -> bool {
        self.height < 420.0
    }

    /// Low enough that the main button leaves the page and stands at the bottom of the window.
    pub fn pinned(self) -> bool {
        self.height < 520.0
    }

    /// The margin beside a column.
    pub fn margin(self) -> f32 {
        if self.narrow() { gap::ROOMY } else { gap::WIDE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_800_by_600_at_double_text_size_is_both_narrow_and_compact() {
        let doubled = Room {
            width: 400.0,
            height: 300.0,
        };
        assert!(doubled.narrow() && doubled.compact() && doubled.pinned());
        let usual = Room {
            width: 960.0,
            height: 680.0,
        };
        assert!(!usual.narrow() && !usual.compact() && !usual.pinned());
    }
}
