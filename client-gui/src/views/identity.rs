//! The server shows another identity than the one known, or one that nobody vouches for any more: nothing else can be done here than to decide, and staying away is
//! the easy way.

use acaso_shared::transport::Unvouched;
use egui::{Frame, Margin, Panel, Sense, Ui, vec2};

use super::hints::{Shortcut, hint};
use super::key_card::{KeyCard, key_card};
use super::top_bar::back_bar;
use crate::action::Action;
use crate::model::Identity;
use crate::theme::{Room, column as width, gap, palette, radius};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::surface::{column, page};
use crate::widgets::text::{body, secondary, title};
use crate::wording::{Key, Words, yes_or_no};

/// Narrower than this the two keys stand one under the other.
const TWO_KEYS_WIDTH: f32 = 520.0;

/// Draws both fingerprints and the two ways out.
pub fn identity_ui(ui: &mut Ui, identity: &Identity, words: &Words) -> Option<Action> {
    let mut action = back_bar(ui, words, Key::Back).then_some(Action::DoNotConnect);
    let room = Room::of(ui.ctx());
    if room.pinned() {
        action = action.or(pinned_stay(ui, room, words));
    }
    page(ui, true, |ui| {
        column(ui, width::READING, room.margin(), |ui| {
            let said = said(identity, words);
            heading(ui, &said);
            ui.add_space(gap::ROOMY);
            fingerprints(ui, identity, words);
            ui.add_space(gap::BASE);
            secondary(ui, &said.ask);
            ui.add_space(gap::ROOMY);
            action = action.take().or(decision(ui, identity, words));
            ui.add_space(gap::WIDE);
        });
    });
    action
}

/// What has happened, in words.
struct Said {
    title: String,
    body: String,
    ask: String,
}

fn said(identity: &Identity, words: &Words) -> Said {
    let (title, body, ask) = match identity.unvouched {
        None => (Key::IdentityTitle, Key::IdentityBody, Key::IdentityAsk),
        Some(Unvouched::Outdated) => (
            Key::IdentityOutdatedTitle,
            Key::IdentityOutdatedBody,
            Key::IdentityOutdatedAsk,
        ),
        Some(Unvouched::Unsigned) => (
            Key::IdentityUnsignedTitle,
            Key::IdentityUnsignedBody,
            Key::IdentityUnsignedAsk,
        ),
    };
    let host = ("host", identity.visit.server.to_string().into());
    let date = ("date", words.date_of(identity.since, identity.today).into());
    let same = || ("same", yes_or_no(identity.same_key()).into());
    Said {
        title: words.get(title),
        body: words.fill(body, &[host, date, same()]),
        ask: words.fill(ask, &[same()]),
    }
}

fn heading(ui: &mut Ui, said: &Said) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap::BASE;
        if !Room::of(ui.ctx()).narrow() {
            let (rect, _) = ui.allocate_exact_size(vec2(48.0, 48.0), Sense::hover());
            ui.painter()
                .rect_filled(rect, radius::ROW, palette(ui).danger_soft);
            icon(ui.painter(), rect.center(), 26.0, Icon::Key, palette(ui).danger);
        }
        ui.vertical(|ui| {
            title(ui, &said.title);
            ui.add_space(gap::HAIR);
            body(ui, &said.body);
        });
    });
}

fn fingerprints(ui: &mut Ui, identity: &Identity, words: &Words) {
    let date = words.date_of(identity.since, identity.today);
    let differing = identity.known.groups_differing(&identity.shown);
    let known = KeyCard {
        head: words.get(Key::IdentityKnown),
        about: words.fill(
            Key::IdentityKnownSince,
            &[("date", date.into()), ("visits", identity.visits.into())],
        ),
        fingerprint: &identity.known,
        alarming: false,
    };
    let shown = KeyCard {
        head: words.get(Key::IdentityShown),
        about: words.fill(Key::IdentityDiffers, &[("groups", differing.into())]),
        fingerprint: &identity.shown,
        alarming: !identity.same_key(),
    };
    let available = ui.available_width();
    if available > TWO_KEYS_WIDTH {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap::BASE;
            let each = ((available - gap::BASE) / 2.0).floor();
            key_card(ui, each, &known);
            key_card(ui, each, &shown);
        });
    } else {
        key_card(ui, available, &known);
        ui.add_space(gap::SNUG);
        key_card(ui, available, &shown);
    }
}

/// Staying away is filled and has the keyboard; trusting is red, far off, and has no shortcut.
/// In a low window the way out that does no harm is in sight all the time.
fn pinned_stay(ui: &mut Ui, room: Room, words: &Words) -> Option<Action> {
    let frame = Frame::NONE.fill(palette(ui).bg).inner_margin(Margin {
        top: 8,
        bottom: 12,
        ..Margin::ZERO
    });
    let panel = Panel::bottom("stay away")
        .resizable(false)
        .show_separator_line(false)
        .frame(frame);
    let nowhere = ui.memory(|memory| memory.focused().is_none());
    let stay = words.get(Key::IdentityStay);
    let shown = panel.show(ui, |ui| {
        column(ui, width::READING, room.margin(), |ui| {
            let button = Button::new(&stay, Kind::Main)
                .height(44.0)
                .wide(ui.available_width())
                .tip(hint(words, &stay, Shortcut::Escape));
            button.take_focus(nowhere).show(ui).clicked()
        })
    });
    shown.inner.then_some(Action::DoNotConnect)
}

fn decision(ui: &mut Ui, identity: &Identity, words: &Words) -> Option<Action> {
    // The keyboard begins at staying away, and may then go where the person leads it.
    let nowhere = ui.memory(|memory| memory.focused().is_none());
    let stay = words.get(Key::IdentityStay);
    let copy = words.get(if identity.copied {
        Key::IdentityCopied
    } else {
        Key::IdentityCopy
    });
    let trust = words.get(if identity.same_key() {
        Key::IdentityTrustSame
    } else {
        Key::IdentityTrust
    });
    let copy_sign = if identity.copied { Icon::Check } else { Icon::Copy };
    let stay = Button::new(&stay, Kind::Main)
        .height(44.0)
        .tip(hint(words, &stay, Shortcut::Escape))
        .take_focus(nowhere);
    let copy = Button::new(&copy, Kind::Quiet).icon(copy_sign).height(44.0);
    let trust = Button::new(&trust, Kind::Danger).height(44.0);
    let needed = stay.measure(ui) + copy.measure(ui) + trust.measure(ui) + gap::TIGHT + gap::BROAD;
    if Room::of(ui.ctx()).pinned() {
        let rest = vec![(copy, Action::CopyFingerprints), (trust, Action::TrustIdentity)];
        return button_row(ui, rest);
    }
    if needed > ui.available_width() {
        return button_row(
            ui,
            vec![
                (stay, Action::DoNotConnect),
                (copy, Action::CopyFingerprints),
                (trust, Action::TrustIdentity),
            ],
        );
    }
    let mut action = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap::TIGHT;
        if stay.show(ui).clicked() {
            action = Some(Action::DoNotConnect);
        }
        if copy.show(ui).clicked() {
            action = Some(Action::CopyFingerprints);
        }
        ui.add_space((ui.available_width() - trust.measure(ui)).max(0.0));
        if trust.show(ui).clicked() {
            action = Some(Action::TrustIdentity);
        }
    });
    action
}
