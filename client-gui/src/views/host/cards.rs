//! How others come to a server, and which of its rooms are in use.

use egui::{Align, Layout, Ui, vec2};

use crate::hosting::{Reach, Standing};
use crate::model::Hosted;
use crate::theme::{gap, palette, role};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::qr::qr;
use crate::widgets::room_map::{RoomMap, sign};
use crate::widgets::surface::card;
use crate::widgets::text::{heading, secondary, small, text};
use crate::wording::{Key, Words};

/// The side of the picture of the link, in points.
const QR_SIDE: f32 = 123.0;

/// From this width on the fingerprint stands beside the address, in points.
const TWO_COLUMNS: f32 = 700.0;

/// Addresses besides the first that are named.
const OTHERS_SHOWN: usize = 3;

/// How others come here. Answers whether the link is to be copied.
pub(super) fn way_card(ui: &mut Ui, server: &Hosted, words: &Words) -> bool {
    card(ui, |ui| {
        let available = ui.available_width();
        if available < TWO_COLUMNS {
            let copy = way(ui, server, words);
            ui.add_space(gap::BASE);
            proof(ui, &server.standing, words);
            return copy;
        }
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let half = (available / 2.0).floor();
            let copy = ui
                .allocate_ui_with_layout(vec2(half, 0.0), Layout::top_down(Align::LEFT), |ui| {
                    ui.set_width(half);
                    way(ui, server, words)
                })
                .inner;
            ui.vertical(|ui| proof(ui, &server.standing, words));
            copy
        })
        .inner
    })
}

/// The picture of the link, the address, and the button that copies the link.
fn way(ui: &mut Ui, server: &Hosted, words: &Words) -> bool {
    let standing = &server.standing;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::ROOMY;
        if let Some(link) = standing.link_for_others() {
            qr(ui, &link.to_string(), QR_SIDE, &words.get(Key::HostQr));
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            typed(ui, standing, words);
            ui.add_space(gap::TIGHT);
            let copy = words.get(if server.copied {
                Key::HostCopied
            } else {
                Key::HostCopyLink
            });
            let sign = if server.copied { Icon::Check } else { Icon::Copy };
            Button::new(&copy, Kind::Quiet)
                .icon(sign)
                .height(32.0)
                .show(ui)
                .clicked()
        })
        .inner
    })
    .inner
}

fn typed(ui: &mut Ui, standing: &Standing, words: &Words) {
    let reach = Reach::of(standing.address.ip());
    let (typed, colours) = (standing.typed(), palette(ui));
    let Some(first) = typed.first() else {
        text(ui, &words.get(Key::HostNobodyElse), role::NAME, colours.text);
        return;
    };
    let label = match reach {
        Reach::ThisComputer => Key::HostTypedHere,
        Reach::OneAddress | Reach::Everybody => Key::HostTyped,
    };
    text(ui, &words.get(label), role::NAME, colours.text);
    text(ui, &first.to_string(), role::ADDRESS, colours.text);
    let port = if standing.has_usual_port() {
        Key::HostPortUsual
    } else {
        Key::HostPortOther
    };
    let number = standing.address.port().to_string();
    small(ui, &words.fill(port, &[("port", number.into())]));
    let others: Vec<_> = typed
        .iter()
        .skip(1)
        .take(OTHERS_SHOWN)
        .map(ToString::to_string)
        .collect();
    if !others.is_empty() {
        small(
            ui,
            &words.fill(Key::HostTypedToo, &[("addresses", others.join(", ").into())]),
        );
    }
}

/// The identity, and what has to let people through.
fn proof(ui: &mut Ui, standing: &Standing, words: &Words) {
    let colours = palette(ui);
    if let Some(identity) = &standing.identity {
        text(ui, &words.get(Key::HostFingerprint), role::NAME, colours.text);
        // Eight groups a line where they fit, else four.
        let groups = identity.groups();
        let in_a_line = if ui.available_width() >= 330.0 { 8 } else { 4 };
        for line in groups.chunks(in_a_line) {
            text(ui, &line.join(" "), role::CODE, colours.muted);
        }
        ui.add_space(gap::SNUG);
    }
    text(ui, &words.get(Key::HostFirewall), role::NAME, colours.text);
    secondary(ui, &firewall(standing, words));
}

fn firewall(standing: &Standing, words: &Words) -> String {
    let port = standing.address.port().to_string();
    if Reach::of(standing.address.ip()) == Reach::ThisComputer {
        return words.get(Key::HostFirewallNothing);
    }
    if standing.single_port {
        return words.fill(Key::HostFirewallOne, &[("port", port.into())]);
    }
    let (first, last) = (
        standing.rooms.start().to_string(),
        standing.rooms.end().to_string(),
    );
    let values = [
        ("port", port.into()),
        ("first", first.into()),
        ("last", last.into()),
    ];
    words.fill(Key::HostFirewallAll, &values)
}

/// The rooms: a cell for each.
pub(super) fn rooms_card(ui: &mut Ui, server: &Hosted, words: &Words) {
    let (census, rooms) = (&server.census, &server.standing.rooms);
    let used: Vec<_> = census.rooms.iter().map(|room| (room.port, room.seats)).collect();
    let all = rooms.len();
    let name = words.fill(
        Key::HostRoomsRead,
        &[
            ("rooms", census.rooms.len().into()),
            ("all", all.into()),
            ("waiting", census.waiting().into()),
        ],
    );
    card(ui, |ui| {
        rooms_head(ui, words);
        ui.add_space(gap::SNUG);
        let map = RoomMap {
            first: *rooms.start(),
            last: *rooms.end(),
            used: &used,
            revision: server.revision,
            name: &name,
        };
        let (response, under) = map.show(ui);
        if let Some(room) = under.and_then(|number| census.room(number)) {
            let values = [
                ("port", room.port.to_string().into()),
                ("seats", room.seats.into()),
            ];
            response.on_hover_text_at_pointer(words.fill(Key::HostLogRoom, &values));
        }
        ui.add_space(gap::TIGHT);
        ui.horizontal(|ui| {
            small(ui, &rooms.start().to_string());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                small(ui, &rooms.end().to_string());
            });
        });
    });
}

fn rooms_head(ui: &mut Ui, words: &Words) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap::TIGHT;
        heading(ui, &words.get(Key::HostRooms));
        ui.add_space(gap::BASE);
        for (seats, key) in [
            (0, Key::HostRoomFree),
            (1, Key::HostRoomOne),
            (2, Key::HostRoomTwo),
        ] {
            sign(ui, seats);
            small(ui, &words.get(key));
            ui.add_space(gap::HAIR);
        }
    });
}
