//! Where a message is written: grows with its text, sends on Enter, and never while an input method is composing.

use egui::epaint::RectShape;
use egui::text::LayoutJob;
use egui::{
    Align, Color32, Event, Frame, Id, ImeEvent, Key, KeyboardShortcut, Layout, Margin, Modifiers, Rect,
    Response, Role, Sense, Shape, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::theme::{Room, palette, radius, role, stroke};
use crate::widgets::draw::dashed_frame;
use crate::widgets::field::focus_at_end;
use crate::widgets::focus::focus_ring;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::message_text::message_job;

/// The composer.
pub struct Composer<'a> {
    /// What stands in it.
    pub text: &'a mut String,
    /// What stands in it while it is empty; also its accessible name.
    pub hint: &'a str,
    /// The name of the button that sends, and its tooltip.
    pub send: (&'a str, &'a str),
    /// Nobody is there: the draft can be read, and nothing can be typed or sent.
    pub shut: bool,
    /// Take the keyboard now, the caret at the end.
    pub take_focus: bool,
}

/// What became of a composer.
pub struct ComposerShown {
    /// The text is to be sent.
    pub send: bool,
    /// The text was changed by hand.
    pub typed: bool,
}

/// Space around the text, the square of the button, and lines shown at once.
pub(super) const PADDING: (f32, f32) = (16.0, 13.0);
const BUTTON: f32 = 36.0;
/// What the button takes from the width, with the space around it.
pub(super) const BUTTON_SIDE: f32 = BUTTON + 20.0;

const LINES_MAX: f32 = 6.0;
const LINES_MAX_COMPACT: f32 = 3.0;

impl Composer<'_> {
    /// Shows it in the full width there is.
    pub fn show(self, ui: &mut Ui, id: Id) -> ComposerShown {
        let width = ui.available_width();
        let (height, scrolls) = self.height(ui, width);
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let ground = ui.painter().add(Shape::Noop);
        let (shut, take_focus, send) = (self.shut, self.take_focus && !self.shut, self.send);
        let filled = !self.text.trim().is_empty();
        let by_key = !shut && enter_pressed(ui, id);
        let edit = self.edit(ui, id, rect, scrolls);
        if take_focus {
            focus_at_end(ui, id);
        }
        paint_ground(ui, ground, rect, shut, edit.has_focus());
        let by_button = send_button(ui, id, rect, send, !shut && filled).clicked();
        ComposerShown {
            send: filled && !shut && (by_key || by_button),
            typed: edit.changed(),
        }
    }

    /// As high as its text, from one line to six; three where the window is low. Says as well whether the text is higher.
    fn height(&self, ui: &Ui, width: f32) -> (f32, bool) {
        let compact = Room::of(ui.ctx()).compact();
        let lines_max = if compact { LINES_MAX_COMPACT } else { LINES_MAX };
        let text_width = width - PADDING.0 - BUTTON_SIDE;
        let job = typed_job(self.text, palette(ui).text, text_width);
        let text = ui.painter().layout_job(job).size().y;
        let shown = text.clamp(role::BODY.line, lines_max * role::BODY.line);
        (2.0 * PADDING.1 + shown, text > shown + 1.0)
    }

    fn edit(self, ui: &mut Ui, id: Id, rect: Rect, scrolls: bool) -> Response {
        let (x, y) = PADDING;
        let inside = Rect::from_min_max(rect.min + vec2(x, y), rect.max - vec2(BUTTON_SIDE, y));
        let layout = Layout::left_to_right(Align::Center);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inside).layout(layout));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        if !scrolls {
            return self.text_field(&mut child, id, inside.width());
        }
        let area = egui::ScrollArea::vertical().id_salt(id.with("scroll"));
        area.max_height(inside.height())
            .min_scrolled_height(inside.height())
            .show(&mut child, |ui| self.text_field(ui, id, inside.width()))
            .inner
    }

    fn text_field(self, ui: &mut Ui, id: Id, width: f32) -> Response {
        let colours = palette(ui);
        let ink = if self.shut { colours.muted } else { colours.text };
        let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, width: f32| {
            ui.painter().layout_job(typed_job(text.as_str(), ink, width))
        };
        let edit = TextEdit::multiline(self.text)
            .id(id)
            .interactive(!self.shut)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .desired_rows(1)
            .desired_width(width)
            .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter))
            .font(role::BODY.font())
            .layouter(&mut layouter)
            .hint_text(role::BODY.job(self.hint, colours.muted));
        ui.add(edit).accessible_name(self.hint)
    }
}

/// The text as it will stand in its bubble, with every space one has typed.
pub(super) fn typed_job(text: &str, ink: Color32, width: f32) -> LayoutJob {
    let mut job = message_job(text, role::BODY, ink);
    job.wrap.max_width = width;
    job.keep_trailing_whitespace = true;
    job
}

/// Whether Enter alone was pressed in the composer, and not to accept what an input method proposes.
fn enter_pressed(ui: &Ui, id: Id) -> bool {
    let composing_id = id.with("input method is composing");
    let was_composing: bool = ui.data(|data| data.get_temp(composing_id)).unwrap_or(false);
    let (mut composing, mut heard_method, mut entered) = (was_composing, false, false);
    ui.input(|input| {
        for event in &input.events {
            match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => {
                    (composing, heard_method) = (!text.is_empty(), true);
                }
                Event::Ime(ImeEvent::Commit(_)) => (composing, heard_method) = (false, true),
                Event::Key {
                    key: Key::Enter,
                    pressed: true,
                    modifiers,
                    ..
                } => entered |= modifiers.is_none(),
                _ => {}
            }
        }
    });
    if composing != was_composing {
        ui.data_mut(|data| data.insert_temp(composing_id, composing));
    }
    let focused = ui.memory(|memory| memory.has_focus(id));
    entered && focused && !was_composing && !composing && !heard_method
}

pub(super) fn paint_ground(ui: &Ui, ground: egui::layers::ShapeIdx, rect: Rect, shut: bool, focused: bool) {
    let palette = palette(ui);
    let corner = radius::CARD;
    if shut {
        ui.painter()
            .set(ground, RectShape::filled(rect, corner, palette.bg));
        dashed_frame(
            ui.painter(),
            rect,
            f32::from(corner),
            Stroke::new(stroke::LINE, palette.field),
        );
        return;
    }
    let line = if focused {
        Stroke::new(stroke::STRONG, palette.link)
    } else {
        Stroke::new(stroke::LINE, palette.field)
    };
    ui.painter().set(
        ground,
        RectShape::new(rect, corner, palette.surface, line, StrokeKind::Inside),
    );
}

/// The button that sends, in the lower right corner.
pub(super) fn send_button(ui: &Ui, id: Id, composer: Rect, words: (&str, &str), enabled: bool) -> Response {
    let palette = palette(ui);
    let centre = pos2(composer.right() - 26.0, composer.bottom() - 24.0);
    let rect = Rect::from_center_size(centre, vec2(BUTTON, BUTTON));
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, id.with("send"), sense);
    let ink = match (enabled, response.hovered()) {
        (true, hovered) => {
            let fill = if hovered { palette.tile_hover } else { palette.tile };
            ui.painter().rect_filled(rect, radius::CONTROL, fill);
            palette.on_tile
        }
        (false, _) => palette.field,
    };
    icon(ui.painter(), rect.center(), 20.0, Icon::Send, ink);
    if response.has_focus() {
        focus_ring(ui, rect.shrink(3.0), radius::INNER);
    }
    let (name, tip) = words;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    response.on_hover_text(tip)
}
