//! The settings that exist: how it looks, what it tells, which servers it knows.

use acaso_shared::address::ServerAddress;
use egui::{Align, Layout, Sense, Ui, vec2};

use super::top_bar::back_bar;
use crate::action::{Action, Change};
use crate::prefs::{Carrier, Language, Motion, Settings, TEXT_PERCENTS, ThemeChoice};
use crate::theme::{Room, column as width, gap, palette, role};
use crate::widgets::button::{Button, Kind};
use crate::widgets::choice::{segmented, segmented_width, switch};
use crate::widgets::surface::{column, line, page};
use crate::widgets::text::{secondary, small, text, title};
use crate::wording::{Key, Words};

/// Width kept for the name of a choice beside its parts, in points.
const NAME_WIDTH: f32 = 140.0;

/// Height of a known server's row, in points.
const ROW: f32 = 36.0;

/// Draws the settings; every change holds at once.
pub fn settings_ui(ui: &mut Ui, settings: &Settings, words: &Words) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Back).then_some(Action::ClosePage);
    let room = Room::of(ui.ctx());
    page(ui, false, |ui| {
        column(ui, width::SETTINGS, room.margin(), |ui| {
            title(ui, &words.get(Key::Settings));
            group(ui, &words.get(Key::SettingsLook));
            let look = look(ui, settings, words).map(Action::Change);
            group(ui, &words.get(Key::SettingsConversation));
            let conversation = conversation(ui, settings, words);
            group(ui, &words.get(Key::SettingsConnection));
            let carrier = connection(ui, settings, words);
            group(ui, &words.get(Key::SettingsServers));
            let servers = servers(ui, settings, words);
            ui.add_space(gap::BROAD);
            action = action.take().or(look).or(conversation).or(carrier).or(servers);
        });
    });
    action
}

/// The heading of a group.
fn group(ui: &mut Ui, name: &str) {
    ui.add_space(gap::ROOMY);
    text(ui, name, role::NAME, palette(ui).muted);
    ui.add_space(6.0);
    line(ui);
    ui.add_space(10.0);
}

fn look(ui: &mut Ui, settings: &Settings, words: &Words) -> Option<Change> {
    let theme = [
        (ThemeChoice::System, Key::SettingsThemeSystem),
        (ThemeChoice::Light, Key::SettingsThemeLight),
        (ThemeChoice::Dark, Key::SettingsThemeDark),
    ];
    let language = [
        (Language::System, Key::SettingsLanguageSystem),
        (Language::English, Key::SettingsLanguageEnglish),
        (Language::Portuguese, Key::SettingsLanguagePortuguese),
    ];
    let motion = [
        (Motion::System, Key::SettingsMotionSystem),
        (Motion::Little, Key::SettingsMotionLittle),
        (Motion::Full, Key::SettingsMotionFull),
    ];
    let percent = |percent: u16| words.fill(Key::SettingsPercent, &[("percent", percent.into())]);
    let sizes: Vec<(u16, String)> = TEXT_PERCENTS.map(|size| (size, percent(size))).to_vec();
    let theme = choice(
        ui,
        &words.get(Key::SettingsTheme),
        settings.theme,
        &named(theme, words),
    );
    let language = choice(
        ui,
        &words.get(Key::SettingsLanguage),
        settings.language,
        &named(language, words),
    );
    let size = choice(
        ui,
        &words.get(Key::SettingsTextSize),
        settings.text_percent,
        &sizes,
    );
    let motion = choice(
        ui,
        &words.get(Key::SettingsMotion),
        settings.motion,
        &named(motion, words),
    );
    let size = size.map(Change::TextPercent);
    theme
        .map(Change::Theme)
        .or(language.map(Change::Language))
        .or(size)
        .or(motion.map(Change::Motion))
}

fn named<T>(choices: impl IntoIterator<Item = (T, Key)>, words: &Words) -> Vec<(T, String)> {
    choices
        .into_iter()
        .map(|(value, key)| (value, words.get(key)))
        .collect()
}

/// A name, and its choices at the other end; under it where they do not fit beside it.
fn choice<T: Copy + PartialEq>(ui: &mut Ui, name: &str, chosen: T, choices: &[(T, String)]) -> Option<T> {
    let available = ui.available_width();
    let parts = segmented_width(ui, choices);
    let changed = if parts + NAME_WIDTH <= available {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let (rect, _) = ui.allocate_exact_size(vec2(available - parts, 36.0), Sense::hover());
            let galley = ui.painter().layout_job(role::CHOICE.job(name, palette(ui).text));
            let at = rect.left_center() - vec2(0.0, galley.size().y / 2.0);
            ui.painter().galley(at.round(), galley, palette(ui).text);
            segmented(ui, name, chosen, choices)
        })
        .inner
    } else {
        text(ui, name, role::CHOICE, palette(ui).text);
        ui.add_space(gap::HAIR);
        segmented(ui, name, chosen, choices)
    };
    ui.add_space(gap::TIGHT);
    changed
}

fn conversation(ui: &mut Ui, settings: &Settings, words: &Words) -> Option<Action> {
    /// What turning it on or off is.
    type Turn = fn(bool) -> Change;
    let switches: [(bool, Key, Key, Turn); 3] = [
        (
            settings.typing,
            Key::SettingsTyping,
            Key::SettingsTypingBody,
            Change::Typing,
        ),
        (
            settings.notices,
            Key::SettingsNotices,
            Key::SettingsNoticesBody,
            Change::Notices,
        ),
        (
            settings.seen,
            Key::SettingsSeen,
            Key::SettingsSeenBody,
            Change::Seen,
        ),
    ];
    let mut changed = None;
    for (mut on, name, about, change) in switches {
        let shown = switch(ui, &mut on, &words.get(name), &words.get(about));
        if shown.changed() {
            changed = Some(Action::Change(change(on)));
        }
        ui.add_space(gap::HAIR);
    }
    ui.add_space(gap::TIGHT);
    let rules = words.get(Key::SettingsRules);
    let read = Button::new(&rules, Kind::Quiet).height(36.0).show(ui).clicked();
    if read {
        return Some(Action::ReadRules);
    }
    changed
}

fn connection(ui: &mut Ui, settings: &Settings, words: &Words) -> Option<Action> {
    let carriers = [
        (Carrier::Auto, Key::SettingsTransportAuto),
        (Carrier::Quic, Key::SettingsTransportQuic),
        (Carrier::Tcp, Key::SettingsTransportTcp),
    ];
    let name = words.get(Key::SettingsTransport);
    let changed = choice(ui, &name, settings.carrier, &named(carriers, words));
    small(ui, &words.get(Key::SettingsTransportBody));
    ui.add_space(gap::SNUG);
    let (name, about) = (
        words.get(Key::SettingsOldClients),
        words.get(Key::SettingsOldClientsBody),
    );
    let mut old_clients = settings.old_clients;
    let turned = switch(ui, &mut old_clients, &name, &about).changed();
    let change = turned.then_some(Change::OldClients(old_clients));
    changed.map(Change::Carrier).or(change).map(Action::Change)
}

fn servers(ui: &mut Ui, settings: &Settings, words: &Words) -> Option<Action> {
    if settings.servers.is_empty() {
        secondary(ui, &words.get(Key::SettingsNoServers));
        return None;
    }
    let forgotten = settings.servers.iter().fold(None, |forgotten, server| {
        let this = server_row(ui, server, words).then(|| server.clone());
        this.or(forgotten)
    });
    ui.add_space(gap::HAIR);
    small(ui, &words.get(Key::SettingsForgetBody));
    forgotten.map(Action::ForgetServer)
}

/// A known server. Answers whether it is to be forgotten.
fn server_row(ui: &mut Ui, server: &ServerAddress, words: &Words) -> bool {
    let address = server.to_string();
    let name = words.fill(Key::FirstForget, &[("host", address.as_str().into())]);
    let forget = words.get(Key::SettingsForget);
    let button = Button::new(&forget, Kind::Bare)
        .height(32.0)
        .accessible_name(name);
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), 40.0),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let words_width = ui.available_width() - button.measure(ui);
            let (rect, _) = ui.allocate_exact_size(vec2(words_width, ROW), Sense::hover());
            let mut job = role::CHOICE.job(&address, palette(ui).text);
            job.wrap = egui::text::TextWrapping::truncate_at_width(words_width - gap::TIGHT);
            let galley = ui.painter().layout_job(job);
            let at = rect.left_center() - vec2(0.0, galley.size().y / 2.0);
            ui.painter().galley(at.round(), galley, palette(ui).text);
            button.show(ui).clicked()
        },
    )
    .inner
}
