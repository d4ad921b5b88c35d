//! What lies over a conversation: the safety phrase, the question whether to block somebody, and where a link leads.

use acaso_shared::sealed::SafetyPhrase;
use egui::{Align, Id, Layout, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::keep::{keep_sheet, kept_sheet};
use crate::action::Action;
use crate::model::{Conversation, Secrecy, Sheet};
use crate::theme::{Room, gap, palette, radius, role};
use crate::views::hints::{Shortcut, hint};
use crate::views::sheet_link::link_sheet;
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::Icon;
use crate::widgets::sheet::{Place, sheet};
use crate::widgets::text::{heading, secondary, text};
use crate::wording::{Key, Words};

/// Draws what lies over the conversation, if anything does; the safety phrase hangs under its button.
pub(super) fn sheets(
    ui: &Ui,
    conversation: &mut Conversation,
    phrase_button: Option<Rect>,
    words: &Words,
) -> Option<Action> {
    let take_focus = std::mem::take(&mut conversation.sheet_focus);
    let id = Id::unique("sheet");
    let (name, room) = (&conversation.who.called(words), Room::of(ui.ctx()));
    let (action, away) = match conversation.sheet.as_ref()? {
        Sheet::Phrase { copied } => {
            let Secrecy::Sealed(safety) = &conversation.secrecy else {
                return None;
            };
            let place = match phrase_button {
                Some(button) if !room.narrow() && !room.compact() => {
                    Place::Under(button.center_bottom() + vec2(0.0, 18.0))
                }
                _ => Place::Middle,
            };
            let title = words.get(Key::SafetyPhrase);
            sheet(ui, id, &title, place, |ui| {
                phrase(ui, safety, name, *copied, take_focus, words)
            })
        }
        Sheet::Block => {
            let title = words.fill(Key::BlockTitle, &[("name", name.into())]);
            let talking = conversation.is_talking();
            sheet(ui, id, &title, Place::Middle, |ui| {
                block(ui, &title, name, talking, take_focus, words)
            })
        }
        Sheet::Keep => keep_sheet(ui, id, conversation, take_focus, words),
        Sheet::Kept => kept_sheet(
            ui,
            id,
            conversation,
            conversation.keep.kept.as_ref()?,
            take_focus,
            words,
        ),
        Sheet::Link(link) => return link_sheet(ui, id, link, take_focus, words),
    };
    action.or(away.then_some(Action::CloseSheet))
}

/// The words, the digits, and one honest sentence on what they prove.
fn phrase(
    ui: &mut Ui,
    phrase: &SafetyPhrase,
    name: &str,
    copied: bool,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    let tight = Room::of(ui.ctx()).compact();
    heading(ui, &words.get(Key::SafetyPhrase));
    secondary(ui, &words.fill(Key::SafetySame, &[("name", name.into())]));
    ui.add_space(if tight { gap::HAIR } else { gap::BASE });
    cells(ui, phrase, tight);
    ui.add_space(if tight { gap::HAIR } else { gap::SNUG });
    let role = if tight { role::NOTE } else { role::SECONDARY };
    text(ui, &words.get(Key::SafetyHow), role, palette(ui).text);
    ui.add_space(if tight { gap::TIGHT } else { gap::BASE });
    let height = if tight { 32.0 } else { 36.0 };
    let copy = words.get(if copied { Key::SafetyCopied } else { Key::Copy });
    let close = words.get(Key::Close);
    let copy_button = Button::new(&copy, Kind::Quiet)
        .icon(if copied { Icon::Check } else { Icon::Copy })
        .height(height);
    let close_button = Button::new(&close, Kind::Main)
        .height(height)
        .take_focus(take_focus)
        .tip(hint(words, &close, Shortcut::Escape));
    ends(ui, copy_button, close_button).map(|first| {
        if first {
            Action::CopyPhrase
        } else {
            Action::CloseSheet
        }
    })
}

/// Words three by two, digits in four groups; read out as one.
fn cells(ui: &mut Ui, phrase: &SafetyPhrase, tight: bool) {
    let (height, digits) = if tight { (30.0, 30.0) } else { (44.0, 40.0) };
    let width = ui.available_width();
    let size = vec2(width, 2.0 * height + gap::TIGHT + digits);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let palette = palette(ui);
    let cell = vec2((width - 2.0 * gap::TIGHT) / 3.0, height);
    for (word, (column, row)) in phrase.words().iter().zip([
        (0.0, 0.0),
        (1.0, 0.0),
        (2.0, 0.0),
        (0.0, 1.0),
        (1.0, 1.0),
        (2.0, 1.0),
    ]) {
        let at = rect.min + vec2(column * (cell.x + gap::TIGHT), row * (height + gap::TIGHT));
        let place = Rect::from_min_size(at, cell);
        ui.painter().rect_filled(place, radius::CONTROL, palette.sunken);
        centred(ui, place, role::HEADING.job(*word, palette.text));
    }
    let group = vec2(width / 4.0, digits);
    for (digits, column) in phrase.digits().iter().zip([0.0, 1.0, 2.0, 3.0]) {
        let at = pos2(rect.left() + column * group.x, rect.bottom() - group.y);
        let place = Rect::from_min_size(at, group);
        centred(ui, place, role::DIGITS.job(format!("{digits:03}"), palette.text));
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, phrase.to_string()));
}

fn centred(ui: &Ui, place: Rect, job: egui::text::LayoutJob) {
    let galley = ui.painter().layout_job(job);
    let at = (place.center() - galley.size() / 2.0).round();
    ui.painter().galley(at, galley, palette(ui).text);
}

/// One button at each end. Answers whether it was the first that was pressed.
fn ends(ui: &mut Ui, first: Button<'_>, last: Button<'_>) -> Option<bool> {
    let apart = ui.available_width() - first.measure(ui) - last.measure(ui);
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), 36.0),
        Layout::left_to_right(Align::Min),
        |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let first = first.show(ui).clicked();
            ui.add_space(apart.max(0.0));
            let last = last.show(ui).clicked();
            (first || last).then_some(first)
        },
    )
    .inner
}

/// What blocking means. Not to do it has the keyboard: it cannot be taken back.
fn block(
    ui: &mut Ui,
    title: &str,
    name: &str,
    talking: bool,
    take_focus: bool,
    words: &Words,
) -> Option<Action> {
    heading(ui, title);
    ui.add_space(gap::HAIR);
    let body = words.fill(Key::BlockBody, &[("name", name.into())]);
    text(ui, &body, role::SECONDARY, palette(ui).text);
    ui.add_space(gap::BASE);
    let (cancel, block) = (
        words.get(Key::Cancel),
        words.get(if talking { Key::BlockAndLeave } else { Key::Block }),
    );
    let cancel_button = Button::new(&cancel, Kind::Main)
        .height(36.0)
        .take_focus(take_focus)
        .tip(hint(words, &cancel, Shortcut::Escape));
    let block_button = Button::new(&block, Kind::Danger).icon(Icon::Block).height(36.0);
    ends(ui, cancel_button, block_button).map(|first| if first { Action::CloseSheet } else { Action::Block })
}
