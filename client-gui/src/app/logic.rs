//! Listening: to the engine, the clock and the desktop. Runs before each frame, and alone while the window is hidden.

use egui::{Context, Id, ThemePreference, ViewportCommand};

use super::App;
use crate::model::Trouble;
use crate::prefs::{Motion, ThemeChoice};
use crate::theme;

/// The system ends the program: the window closes without a question, for nobody may be there to answer it.
pub fn tell_to_end(ctx: &Context) {
    ctx.data_mut(|data| data.insert_temp(Id::unique("told to end"), true));
    ctx.send_viewport_cmd(ViewportCommand::Close);
    ctx.request_repaint();
}

fn told_to_end(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(Id::unique("told to end")).unwrap_or(false))
}

impl App {
    /// Takes in whatever happened since the last time.
    pub(super) fn listen(&mut self, ctx: &Context) {
        // While the window is hidden only its viewport is told the truth; everything else is that of the last frame.
        let focused = ctx.input(|input| {
            let viewport = input.viewport();
            viewport.focused.unwrap_or(input.focused) && viewport.minimized != Some(true)
        });
        let closing = ctx.input(|input| input.viewport().close_requested());
        if closing && !told_to_end(ctx) && !self.model.may_close() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        }
        let effects = self.model.focus(focused);
        self.perform(ctx, effects);
        while let Some(event) = self.services.engine.hear() {
            let effects = self.model.heard(event, &(self.services.clock)());
            self.perform(ctx, effects);
        }
        while let Some(told) = self.services.engine.hear_of_plazas() {
            let effects = self.model.heard_of_plazas(told, &(self.services.clock)());
            self.perform(ctx, effects);
        }
        while let Some(news) = self.services.engine.hear_of_circle() {
            let effects = self.model.heard_of_circle(news, &(self.services.clock)());
            self.perform(ctx, effects);
        }
        while let Some((server, pin)) = self.services.engine.hear_of_pin() {
            self.model.pinned(&server, pin);
        }
        while let Some(told) = self.services.hosts.hear() {
            let effects = self.model.heard_of_host(told, &(self.services.clock)());
            self.perform(ctx, effects);
        }
        while let Some(answer) = self.services.people.hear() {
            self.model.heard_of_people(answer, &(self.services.clock)());
        }
        while let Some((server, login)) = self.services.keyring.found() {
            self.model.recalled(&server, login);
        }
        self.model.first.has_keyring = self.services.keyring.is_there();
        if let Some(detail) = self.services.keeper.complaint() {
            self.model.complain(Trouble::SettingsUnsaved { detail });
        }
        if let Some(pause) = self.model.tick(&(self.services.clock)()) {
            ctx.request_repaint_after(pause);
        }
        self.tell_title(ctx);
        self.tell_look(ctx);
    }

    /// The title counts what was not seen; it is all that shows of a minimised window.
    fn tell_title(&mut self, ctx: &Context) {
        let title = self.model.title(&self.words);
        if title != self.told.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.told.title = title;
        }
    }

    fn tell_look(&mut self, ctx: &Context) {
        let theme = self.theme();
        if self.told.theme.replace(theme) != Some(theme) {
            ctx.set_theme(theme);
        }
        let percent = self.model.settings.text_percent;
        if self.told.text_percent != percent {
            self.told.text_percent = percent;
            theme::install_text_size(ctx, f32::from(percent) / 100.0);
        }
    }

    /// Light or dark: as chosen, else as the desktop says, else as the toolkit finds out; light where nobody knows.
    fn theme(&self) -> ThemePreference {
        match self.model.settings.theme {
            ThemeChoice::Light => ThemePreference::Light,
            ThemeChoice::Dark => ThemePreference::Dark,
            ThemeChoice::System => match self.services.desktop.borrow().dark {
                Some(true) => ThemePreference::Dark,
                Some(false) => ThemePreference::Light,
                None if cfg!(target_os = "linux") => ThemePreference::Light,
                None => ThemePreference::System,
            },
        }
    }

    /// Whether drawings appear complete.
    pub(super) fn little_motion(&self) -> bool {
        match self.model.settings.motion {
            Motion::Little => true,
            Motion::Full => false,
            Motion::System => self.services.desktop.borrow().reduced_motion.unwrap_or(false),
        }
    }
}
