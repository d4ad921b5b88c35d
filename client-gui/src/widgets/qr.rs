//! A text as a picture that a telephone can read: dark on white in both themes, each module as many whole pixels wide.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2, vec2};
use qrcode::{Color, EcLevel, QrCode};

use crate::theme::{QR_INK, QR_PAPER, radius};

/// Light modules around the picture, without which it is not found (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// The modules of a text.
#[derive(Clone)]
struct Modules {
    text: String,
    /// Modules of a side.
    side: usize,
    dark: Arc<[bool]>,
}

/// Shows the text in a square of about this many points a side, of this accessible name. A text too long for a picture shows none.
pub fn qr(ui: &mut Ui, text: &str, side: f32, name: &str) {
    let Some(modules) = modules(ui, text) else { return };
    let all = as_f32(modules.side + 2 * QUIET);
    let pixels = ui.ctx().pixels_per_point();
    let module = ((side * pixels / all).round().max(1.0)) / pixels;
    let (rect, response) = ui.allocate_exact_size(vec2(module * all, module * all), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    let origin = pos2((rect.left() * pixels).round(), (rect.top() * pixels).round()) / pixels;
    let painter = ui.painter();
    painter.rect_filled(rect, radius::INNER, QR_PAPER);
    let mut mesh = Mesh::default();
    for (at, _) in modules.dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let (column, row) = (at % modules.side + QUIET, at / modules.side + QUIET);
        let corner = origin + vec2(as_f32(column), as_f32(row)) * module;
        mesh.add_colored_rect(Rect::from_min_size(corner, vec2(module, module)), QR_INK);
    }
    painter.add(Shape::mesh(mesh));
}

/// Worked out once for a text.
fn modules(ui: &Ui, text: &str) -> Option<Modules> {
    let id = ui.scope_id().with("qr modules");
    let known: Option<Modules> = ui.data(|data| data.get_temp(id));
    if let Some(known) = known.filter(|known| known.text == text) {
        return Some(known);
    }
    // On a screen nothing is smudged: the coarsest picture is the easiest to read.
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let modules = Modules {
        text: text.to_owned(),
        side: code.width(),
        dark: code
            .into_colors()
            .into_iter()
            .map(|colour| colour == Color::Dark)
            .collect(),
    };
    ui.data_mut(|data| data.insert_temp(id, modules.clone()));
    Some(modules)
}

/// A number of modules, as a length.
fn as_f32(modules: usize) -> f32 {
    // No code is wider than 177 modules.
    f32::from(u16::try_from(modules).unwrap_or(u16::MAX))
}
