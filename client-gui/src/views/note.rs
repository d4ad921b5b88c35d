//! The strip above a composer: what has to be known about the text in it.

use egui::{Frame, Label, Margin, Sense, Ui, vec2};

use crate::theme::{Face, gap, palette, radius, role};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::text::runs_job;

/// Draws it: a word or two in bold, and the rest.
pub(super) fn note_strip(ui: &mut Ui, head: &str, says: &str) {
    let palette = palette(ui);
    let says = format!(" {says}");
    let frame = Frame::NONE
        .fill(palette.chance_soft)
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
            icon(ui.painter(), rect.center(), 18.0, Icon::Draft, palette.chance_ink);
            let bold = role::NOTE.in_face(Face::SemiBold);
            let job = runs_job(&[(head, bold, palette.text), (&says, role::NOTE, palette.text)]);
            ui.vertical(|ui| ui.add(Label::new(job).wrap().selectable(false)));
        });
    });
    ui.add_space(gap::TIGHT);
}
