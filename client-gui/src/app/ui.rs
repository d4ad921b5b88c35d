//! Showing: the screen the model is at, and the keys that work on it.

use eframe::{Frame, glow};
use egui::{Context, Ui, Visuals};

use super::{App, keys};
use crate::views;

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut Frame) {
        self.listen(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        keys::forget_repeats(ui, &self.model);
        // Shortcuts come before the fields, which know some of them as editing keys; plain keys come after whatever has the focus.
        let shortcut = keys::shortcut(ui, &self.model);
        let little_motion = self.little_motion();
        let wished = views::window_ui(ui, &mut self.model, &self.words, little_motion);
        let key = keys::plain(ui, &self.model);
        let noticed = self.model.noticed();
        self.perform(ui.ctx(), noticed);
        if let Some(action) = shortcut.or(wished).or(key) {
            self.act(ui.ctx(), action);
            // What it changed is shown at once.
            ui.ctx().request_repaint();
        }
    }

    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    /// Closing the window says goodbye.
    fn on_exit(&mut self, _gl: Option<&glow::Context>) {
        self.end();
    }
}
