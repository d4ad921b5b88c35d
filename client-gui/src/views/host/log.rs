//! What has happened at a server, and what is said in its plazas, which are public.

use egui::{Align, Layout, ScrollArea, Ui, vec2};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::hosting::PlazaSeen;
use crate::hygiene::{shown_name, shown_text};
use crate::model::{Hosted, LogEntry, Logged};
use crate::theme::{gap, palette, role};
use crate::widgets::surface::card;
use crate::widgets::text::{heading, secondary, small, text};
use crate::wording::{Key, Words};

/// From this width on the two stand side by side, in points.
const SIDE_BY_SIDE: f32 = 640.0;

/// How high a list may become before it scrolls, in points.
const LIST_HEIGHT: f32 = 240.0;

/// As many entries as are laid out: the latest.
const ENTRIES_SHOWN: usize = 200;

/// Draws both.
pub(super) fn log_and_plazas(ui: &mut Ui, server: &Hosted, words: &Words) {
    let available = ui.available_width();
    let plazas = &server.census.plazas;
    if plazas.is_empty() || available < SIDE_BY_SIDE {
        log(ui, server, words);
        ui.add_space(gap::SNUG);
        plazas_card(ui, plazas, server, words);
        return;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        let right = (available * 0.42).floor();
        half(ui, available - right - gap::SNUG, |ui| log(ui, server, words));
        half(ui, right, |ui| plazas_card(ui, plazas, server, words));
    });
}

fn half(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::LEFT), |ui| {
        ui.set_width(width);
        add(ui);
    });
}

fn log(ui: &mut Ui, server: &Hosted, words: &Words) {
    card(ui, |ui| {
        heading(ui, &words.get(Key::HostLog));
        ui.add_space(gap::TIGHT);
        list(ui, "host log", |ui| {
            let skipped = server.log.len().saturating_sub(ENTRIES_SHOWN);
            for entry in server.log.iter().skip(skipped) {
                line(ui, entry, words);
            }
        });
    });
}

/// A list that stays at its end, where the latest is.
fn list(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(name)
        .max_height(LIST_HEIGHT)
        // Beside another list it would keep to the height of one line.
        .min_scrolled_height(LIST_HEIGHT)
        .auto_shrink([false, true])
        .stick_to_bottom(true)
        .animated(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            add(ui);
        });
}

fn line(ui: &mut Ui, entry: &LogEntry, words: &Words) {
    let colours = palette(ui);
    let ink = match &entry.what {
        Logged::Line(line) if line.is_warning => colours.danger,
        _ => colours.text,
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        text(
            ui,
            &entry.at.strftime("%H:%M:%S").to_string(),
            role::CODE,
            colours.muted,
        );
        ui.vertical(|ui| text(ui, &what(&entry.what, words), role::NOTE, ink));
    });
}

fn what(logged: &Logged, words: &Words) -> String {
    match logged {
        Logged::Started => words.get(Key::HostLogStarted),
        Logged::Room(room) => {
            let values = [
                ("port", room.port.to_string().into()),
                ("seats", room.seats.into()),
            ];
            words.fill(Key::HostLogRoom, &values)
        }
        Logged::RoomEmpty(port) => words.fill(Key::HostLogEmpty, &[("port", port.to_string().into())]),
        Logged::Line(line) => line.text.clone(),
    }
}

fn plazas_card(ui: &mut Ui, plazas: &[PlazaSeen], server: &Hosted, words: &Words) {
    card(ui, |ui| {
        heading(ui, &words.get(Key::HostPlazas));
        ui.add_space(gap::HAIR);
        if plazas.is_empty() {
            secondary(ui, &words.get(Key::HostNoPlazas));
            return;
        }
        for plaza in plazas {
            one_plaza(ui, plaza, server.since.time_zone(), words);
        }
    });
}

fn one_plaza(ui: &mut Ui, plaza: &PlazaSeen, zone: &TimeZone, words: &Words) {
    let colours = palette(ui);
    text(ui, &shown_text(&plaza.name), role::SUBHEADING, colours.text);
    small(
        ui,
        &words.fill(Key::HostPlazaPeople, &[("people", plaza.people.into())]),
    );
    if !plaza.members.is_empty() {
        let names: Vec<_> = plaza.members.iter().map(shown_name).collect();
        text(ui, &names.join(", "), role::NOTE, colours.text);
    }
    ui.add_space(gap::TIGHT);
    list(ui, &plaza.name, |ui| {
        for post in &plaza.posts {
            let name = shown_name(&post.name);
            small(ui, &format!("{name} · {}", clock(post.unix_secs, zone)));
            text(ui, &shown_text(&post.text), role::NOTE, colours.text);
        }
    });
}

/// The time of day of a post, where this computer is.
fn clock(unix_secs: u64, zone: &TimeZone) -> String {
    let secs = i64::try_from(unix_secs).ok();
    let moment = secs.and_then(|secs| Timestamp::from_second(secs).ok());
    moment.map_or_else(String::new, |moment| {
        moment.to_zoned(zone.clone()).strftime("%H:%M").to_string()
    })
}
