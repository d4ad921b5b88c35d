//! Where a post is written: a line for its subject, and under it as many lines as it takes. Enter is a new line.

use egui::{
    Align, Frame, Id, Layout, Margin, Rect, Response, ScrollArea, Sense, Shape, TextEdit, Ui, UiBuilder,
    pos2, vec2,
};

use crate::theme::{Room, palette, role, stroke};
use crate::widgets::composer::{BUTTON_SIDE, PADDING, paint_ground, send_button, typed_job};
use crate::widgets::field::focus_at_end;

/// The composer of a plaza.
pub struct PostComposer<'a> {
    /// What the post is about.
    pub subject: &'a mut String,
    /// What it says.
    pub text: &'a mut String,
    /// What stands in the two while they are empty; also their accessible names.
    pub hints: (&'a str, &'a str),
    /// The name of the button that posts, and its tooltip.
    pub send: (&'a str, &'a str),
    /// Nothing can be posted: the draft can be read, and nothing can be typed.
    pub shut: bool,
    /// What takes the keyboard now, the caret at the end.
    pub take_focus: Option<Part>,
}

/// A part of the composer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The line for the subject.
    Subject,
    /// The text.
    Text,
}

/// Height of the subject with the line under it, and the space under the text.
const SUBJECT: f32 = 40.0;
const UNDER_LINE: f32 = 8.0;
const BELOW: f32 = 14.0;

/// Lines shown at once, at least and at most; in a low window; and where there is hardly room for the history.
const LINES: (f32, f32) = (2.0, 8.0);
const LINES_COMPACT: (f32, f32) = (1.0, 2.0);

impl PostComposer<'_> {
    /// Shows it in the full width there is. Answers whether the button was pressed.
    pub fn show(mut self, ui: &mut Ui, id: Id) -> bool {
        let width = ui.available_width();
        let (lines, scrolls) = self.text_height(ui, width);
        let size = vec2(width, SUBJECT + UNDER_LINE + lines + BELOW);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let ground = ui.painter().add(Shape::Noop);
        let (shut, send, wanted) = (self.shut, self.send, self.take_focus);
        let filled = !self.text.trim().is_empty();
        let subject = self.subject_line(ui, id, rect);
        let text = self.text_field(ui, id, rect, lines, scrolls);
        if let Some(part) = wanted.filter(|_| !shut) {
            let field = match part {
                Part::Subject => id.with("subject"),
                Part::Text => id,
            };
            focus_at_end(ui, field);
        }
        paint_ground(ui, ground, rect, shut, subject.has_focus() || text.has_focus());
        let under = Rect::from_min_max(
            pos2(rect.left() + PADDING.0, rect.top() + SUBJECT),
            pos2(rect.right() - PADDING.0, rect.top() + SUBJECT + stroke::LINE),
        );
        ui.painter().rect_filled(under, 0, palette(ui).line);
        send_button(ui, id, rect, send, !shut && filled).clicked() && filled && !shut
    }

    /// As high as its text, within limits. Says as well whether the text is higher.
    fn text_height(&self, ui: &Ui, width: f32) -> (f32, bool) {
        let compact = Room::of(ui.ctx()).compact();
        let (least, most) = if compact { LINES_COMPACT } else { LINES };
        let job = typed_job(self.text, palette(ui).text, width - PADDING.0 - BUTTON_SIDE);
        let text = ui.painter().layout_job(job).size().y;
        let line = role::BODY.line;
        let shown = text.clamp(least * line, most * line);
        (shown, text > shown + 1.0)
    }

    fn subject_line(&mut self, ui: &mut Ui, id: Id, rect: Rect) -> Response {
        let colours = palette(ui);
        let inside = Rect::from_min_max(
            rect.min + vec2(PADDING.0, 9.0),
            pos2(rect.right() - PADDING.0, rect.top() + SUBJECT - 9.0),
        );
        let layout = Layout::left_to_right(Align::Center);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inside).layout(layout));
        let edit = TextEdit::singleline(self.subject)
            .id(id.with("subject"))
            .interactive(!self.shut)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .desired_width(inside.width())
            .font(role::BODY.font())
            .text_color(if self.shut { colours.muted } else { colours.text })
            .hint_text(role::SECONDARY.job(self.hints.0, colours.muted));
        child.add(edit).accessible_name(self.hints.0)
    }

    fn text_field(self, ui: &mut Ui, id: Id, rect: Rect, lines: f32, scrolls: bool) -> Response {
        let top = rect.top() + SUBJECT + UNDER_LINE;
        let inside = Rect::from_min_max(
            pos2(rect.left() + PADDING.0, top),
            pos2(rect.right() - BUTTON_SIDE, top + lines),
        );
        let layout = Layout::left_to_right(Align::Min);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inside).layout(layout));
        child.set_clip_rect(inside.expand(2.0).intersect(ui.clip_rect()));
        if !scrolls {
            return self.edit(&mut child, id, inside);
        }
        ScrollArea::vertical()
            .id_salt(id.with("scroll"))
            .max_height(inside.height())
            .min_scrolled_height(inside.height())
            .show(&mut child, |ui| self.edit(ui, id, inside))
            .inner
    }

    fn edit(self, ui: &mut Ui, id: Id, inside: Rect) -> Response {
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
            .min_size(inside.size())
            .desired_width(inside.width())
            .font(role::BODY.font())
            .layouter(&mut layouter)
            .hint_text(role::BODY.job(self.hints.1, colours.muted));
        ui.add(edit).accessible_name(self.hints.1)
    }
}
