//! Buttons of one family: filled for the one main thing, bordered, bare, and red for what is dangerous.

use std::sync::Arc;

use egui::{
    Color32, Galley, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::theme::{Face, TextRole, palette, radius, role, stroke};
use crate::widgets::focus::{claim_focus, focus_ring};
use crate::widgets::icon::{Icon, icon};

/// How much a button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one main thing of a screen.
    Main,
    /// Something else one can do.
    Quiet,
    /// A tool: no border until the pointer is there.
    Bare,
    /// What may do harm.
    Danger,
}

/// A button, to be shown or measured.
#[must_use]
pub struct Button<'a> {
    words: &'a str,
    kind: Kind,
    icon: Option<Icon>,
    words_hidden: bool,
    height: f32,
    width: Option<f32>,
    key: Option<&'a str>,
    tip: Option<String>,
    name: Option<String>,
    enabled: bool,
    take_focus: bool,
    held: bool,
}

/// Space between icon and words.
const ICON_GAP: f32 = 8.0;

/// Width of a key cap's own border and space, and its distance from the button's edge.
const CAP: (f32, f32) = (12.0, 12.0);

impl<'a> Button<'a> {
    /// A button of 40 points with these words, which are its accessible name too.
    pub fn new(words: &'a str, kind: Kind) -> Self {
        Self {
            words,
            kind,
            icon: None,
            words_hidden: false,
            height: 40.0,
            width: None,
            key: None,
            tip: None,
            name: None,
            enabled: true,
            take_focus: false,
            held: false,
        }
    }

    /// With an icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Shows the icon alone, where there is no room; the words become its tooltip.
    pub fn icon_only(mut self, hidden: bool) -> Self {
        self.words_hidden = hidden && self.icon.is_some();
        self
    }

    /// Height in points: 32, 36, 40, or 48 and more for the main one.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Width in points; otherwise as wide as its words.
    pub fn wide(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Shows the key that does the same, inside the button.
    pub fn key_cap(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// A tooltip: the words with the shortcut, or an explanation.
    pub fn tip(mut self, tip: impl Into<String>) -> Self {
        self.tip = Some(tip.into());
        self
    }

    /// Another accessible name than the words, where they say too little out of their place.
    pub fn accessible_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Takes the keyboard now.
    pub fn take_focus(mut self, wanted: bool) -> Self {
        self.take_focus = wanted;
        self
    }

    /// What it opened is open: it looks pressed.
    pub fn held(mut self, held: bool) -> Self {
        self.held = held;
        self
    }

    /// Whether it does anything at the moment.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    fn text_role(&self) -> TextRole {
        let role = match self.height {
            h if h >= 48.0 => role::BUTTON_MAIN,
            h if h >= 36.0 => role::BUTTON,
            _ => role::BUTTON_SMALL,
        };
        if self.kind == Kind::Main {
            role.in_face(Face::SemiBold)
        } else {
            role
        }
    }

    fn icon_size(&self) -> f32 {
        match (self.icon, self.height) {
            (None, _) => 0.0,
            (Some(_), h) if h >= 48.0 => 22.0,
            (Some(_), _) => 18.0,
        }
    }

    fn galley(&self, painter: &Painter, colour: Color32) -> Option<Arc<Galley>> {
        (!self.words_hidden)
            .then(|| painter.layout_no_wrap(self.words.to_owned(), self.text_role().font(), colour))
    }

    /// The width it will take, in points.
    pub fn measure(&self, ui: &Ui) -> f32 {
        if let Some(width) = self.width {
            return width;
        }
        let Some(words) = self.galley(ui.painter(), Color32::PLACEHOLDER) else {
            return self.height;
        };
        let icon = if self.icon.is_some() {
            self.icon_size() + ICON_GAP
        } else {
            0.0
        };
        let padding = if self.height >= 40.0 { 36.0 } else { 24.0 };
        (words.size().x + icon + padding).ceil()
    }

    /// Shows it and says whether it was pressed, by pointer or by key.
    pub fn show(self, ui: &mut Ui) -> Response {
        let sense = if self.enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(vec2(self.measure(ui), self.height), sense);
        if self.take_focus {
            claim_focus(ui, response.id);
        }
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response);
        }
        let name = self.name.as_deref().unwrap_or(self.words);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, name));
        match (self.tip, self.words_hidden) {
            (Some(tip), _) => response.on_hover_text(tip),
            (None, true) => response.on_hover_text(self.words),
            (None, false) => response,
        }
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response) {
        let painter = ui.painter();
        let (fill, line, ink) = self.colours(ui, (response.hovered() || self.held) && self.enabled);
        let corner = if self.height >= 48.0 {
            radius::ROW
        } else {
            radius::CONTROL
        };
        painter.rect(
            rect,
            corner,
            fill,
            Stroke::new(stroke::LINE, line),
            StrokeKind::Inside,
        );
        if response.has_focus() {
            focus_ring(ui, rect, corner);
        }
        self.paint_content(painter, rect, ink);
        if let Some(key) = self.key {
            paint_key_cap(painter, rect, key, ink);
        }
    }

    fn colours(&self, ui: &Ui, hovered: bool) -> (Color32, Color32, Color32) {
        let palette = palette(ui);
        let none = Color32::TRANSPARENT;
        let under_pointer = |usual| if hovered { palette.sunken } else { usual };
        if !self.enabled {
            return (palette.sunken, none, palette.muted);
        }
        match self.kind {
            Kind::Main if hovered => (palette.tile_hover, none, palette.on_tile),
            Kind::Main => (palette.tile, none, palette.on_tile),
            Kind::Quiet => (under_pointer(palette.surface), palette.field, palette.text),
            Kind::Bare => (under_pointer(none), none, palette.text),
            Kind::Danger if hovered => (palette.danger_soft, palette.danger, palette.danger),
            Kind::Danger => (none, palette.danger, palette.danger),
        }
    }

    fn paint_content(&self, painter: &Painter, rect: Rect, ink: Color32) {
        let words = self.galley(painter, ink);
        let (icon_size, words_width) = (
            self.icon_size(),
            words.as_ref().map_or(0.0, |words| words.size().x),
        );
        let gap = if icon_size > 0.0 && words.is_some() {
            ICON_GAP
        } else {
            0.0
        };
        let mut x = (rect.center().x - (icon_size + gap + words_width) / 2.0).round();
        if let Some(sign) = self.icon {
            icon(
                painter,
                pos2(x + icon_size / 2.0, rect.center().y),
                icon_size,
                sign,
                ink,
            );
            x += icon_size + gap;
        }
        if let Some(words) = words {
            painter.galley(
                pos2(x, (rect.center().y - words.size().y / 2.0).round()),
                words,
                ink,
            );
        }
    }
}

/// The key at the right end of a button, in a cap.
fn paint_key_cap(painter: &Painter, button: Rect, key: &str, ink: Color32) {
    let words = painter.layout_no_wrap(key.to_owned(), role::SYSTEM.font(), ink);
    let (padding, distance) = CAP;
    let size = vec2(words.size().x + padding, 22.0);
    let centre = pos2(button.right() - distance - size.x / 2.0, button.center().y);
    let cap = Rect::from_center_size(centre, size);
    let line = Stroke::new(stroke::LINE, ink.gamma_multiply(0.55));
    painter.rect_stroke(cap, radius::INNER - 1, line, StrokeKind::Inside);
    painter.galley((cap.center() - words.size() / 2.0).round(), words, ink);
}

/// Buttons side by side, or one under the other in full width where they do not fit. Returns the one pressed.
pub fn button_row<T>(ui: &mut Ui, buttons: Vec<(Button<'_>, T)>) -> Option<T> {
    let gap = crate::theme::gap::TIGHT;
    let width: f32 = buttons
        .iter()
        .map(|(button, _)| button.measure(ui) + gap)
        .sum::<f32>()
        - gap;
    let available = ui.available_width();
    let mut pressed = None;
    if width <= available {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for (button, meaning) in buttons {
                if button.show(ui).clicked() {
                    pressed = Some(meaning);
                }
            }
        });
        return pressed;
    }
    for (n, (button, meaning)) in buttons.into_iter().enumerate() {
        if n > 0 {
            ui.add_space(gap);
        }
        if button.wide(available).show(ui).clicked() {
            pressed = Some(meaning);
        }
    }
    pressed
}
