//! The house rules, and what the host can and cannot see: before the first meeting at a server, and to be read again.

use egui::{Painter, Rect, Sense, Stroke, StrokeKind, Ui, vec2};

use super::hints::{Shortcut, hint};
use super::top_bar::back_bar;
use crate::action::Action;
use crate::model::{Rules, Way};
use crate::theme::{Face, Palette, Room, column as width, gap, palette, role, stroke};
use crate::widgets::button::{Button, Kind, button_row};
use crate::widgets::choice::check;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::surface::{card, column, line, page};
use crate::widgets::text::{runs, secondary, small, text, title};
use crate::wording::{Key, Words};

/// Narrower than this, what can and what cannot be seen stand one under the other.
const TWO_LISTS_WIDTH: f32 = 520.0;

const RULES: [(Key, Key); 3] = [
    (Key::RulesKind, Key::RulesKindBody),
    (Key::RulesSelf, Key::RulesSelfBody),
    (Key::RulesLegal, Key::RulesLegalBody),
];

/// Draws the rules; with the question whether they are accepted, unless they are only read again.
pub fn rules_ui(ui: &mut Ui, rules: &mut Rules, words: &Words) -> Option<Action> {
    let back = if rules.server.is_some() {
        Action::DeclineRules
    } else {
        Action::ClosePage
    };
    let mut action = back_bar(ui, words, Key::Back).then_some(back);
    let margin = Room::of(ui.ctx()).margin();
    page(ui, true, |ui| {
        column(ui, width::READING, margin, |ui| {
            ui.add_space(gap::TIGHT);
            heading(ui, rules, words);
            for (n, (rule, body)) in (1..).zip(RULES) {
                house_rule(ui, n, &words.get(rule), &words.get(body));
                ui.add_space(gap::SNUG);
            }
            ui.add_space(gap::TIGHT);
            card(ui, |ui| what_the_host_sees(ui, rules.way, words));
            ui.add_space(gap::ROOMY);
            if rules.server.is_some() {
                action = action.take().or(question(ui, rules, words));
            }
            ui.add_space(gap::WIDE);
        });
    });
    action
}

fn heading(ui: &mut Ui, rules: &Rules, words: &Words) {
    let Some(server) = &rules.server else {
        title(ui, &words.get(Key::RulesAgain));
        ui.add_space(gap::BASE);
        return;
    };
    title(ui, &words.get(Key::RulesTitle));
    ui.add_space(gap::HAIR);
    secondary(
        ui,
        &words.fill(Key::RulesAskedOnce, &[("host", server.to_string().into())]),
    );
    ui.add_space(gap::ROOMY);
}

/// A rule, numbered by the face of a die.
pub(super) fn house_rule(ui: &mut Ui, number: usize, rule: &str, body: &str) {
    let palette = palette(ui);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        let (rect, _) = ui.allocate_exact_size(vec2(24.0, 24.0), Sense::hover());
        die(ui.painter(), rect, number, palette);
        ui.vertical(|ui| {
            let rule_role = role::BODY.in_face(Face::SemiBold);
            let body = format!(" {body}");
            runs(
                ui,
                &[
                    (rule, rule_role, palette.text),
                    (&body, role::BODY, palette.muted),
                ],
            );
        });
    });
}

/// The faces one, two and three.
fn die(painter: &Painter, rect: Rect, number: usize, palette: &Palette) {
    let line = Stroke::new(stroke::LINE, palette.field);
    painter.rect(rect, 6, palette.surface, line, StrokeKind::Inside);
    let pips: &[f32] = match number {
        1 => &[0.5],
        2 => &[0.31, 0.69],
        _ => &[0.26, 0.5, 0.74],
    };
    for at in pips {
        painter.circle_filled(rect.min + rect.size() * *at, 2.4, palette.tile);
    }
}

fn what_the_host_sees(ui: &mut Ui, way: Way, words: &Words) {
    let sees = [Key::RulesSeesAddress, Key::RulesSeesTimes, Key::RulesSeesAmount];
    let sees_not = [
        Key::RulesSeesNotText,
        Key::RulesSeesNotName,
        Key::RulesSeesNotAfter,
    ];
    if ui.available_width() > TWO_LISTS_WIDTH {
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                list(left, Icon::Eye, Key::RulesHostSees, &sees, words);
                list(right, Icon::EyeShut, Key::RulesHostSeesNot, &sees_not, words);
            }
        });
    } else {
        list(ui, Icon::Eye, Key::RulesHostSees, &sees, words);
        ui.add_space(gap::SNUG);
        list(ui, Icon::EyeShut, Key::RulesHostSeesNot, &sees_not, words);
    }
    ui.add_space(gap::SNUG);
    line(ui);
    ui.add_space(gap::SNUG);
    small(ui, &words.get(Key::RulesDishonest));
    if way == Way::Plaza {
        ui.add_space(gap::HAIR);
        text(
            ui,
            &words.get(Key::RulesPlaza),
            role::SMALL,
            palette(ui).chance_ink,
        );
    }
}

/// A list under an open or a shut eye; a disc for what is seen, a ring for what is not.
fn list(ui: &mut Ui, eye: Icon, head: Key, items: &[Key], words: &Words) {
    let palette = palette(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap::TIGHT;
        let (rect, _) = ui.allocate_exact_size(vec2(20.0, 22.0), Sense::hover());
        icon(ui.painter(), rect.center(), 20.0, eye, palette.link);
        text(ui, &words.get(head), role::SUBHEADING, palette.text);
    });
    ui.add_space(6.0);
    for item in items {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap::TIGHT;
            let (rect, _) = ui.allocate_exact_size(vec2(20.0, role::SECONDARY.line), Sense::hover());
            if eye == Icon::Eye {
                ui.painter().circle_filled(rect.center(), 3.0, palette.tile);
            } else {
                ui.painter()
                    .circle_stroke(rect.center(), 3.0, Stroke::new(stroke::MARK, palette.ring));
            }
            ui.vertical(|ui| secondary(ui, &words.get(*item)));
        });
        ui.add_space(gap::HAIR);
    }
}

fn question(ui: &mut Ui, rules: &mut Rules, words: &Words) -> Option<Action> {
    check(ui, &mut rules.confirmed, &words.get(Key::RulesConfirm));
    ui.add_space(gap::BASE);
    let agree = words.get(match rules.way {
        Way::Stranger => Key::RulesAgree,
        Way::Plaza => Key::RulesAgreePlaza,
        Way::Invitation => Key::RulesAgreeInvitation,
        Way::Circle => Key::RulesAgreeCircle,
    });
    let not_now = words.get(Key::RulesNotNow);
    let not_now_tip = hint(words, &not_now, Shortcut::Escape);
    button_row(
        ui,
        vec![
            (
                Button::new(&agree, Kind::Main)
                    .height(48.0)
                    .enabled(rules.confirmed),
                Action::AgreeToRules,
            ),
            (
                Button::new(&not_now, Kind::Bare).height(48.0).tip(not_now_tip),
                Action::DeclineRules,
            ),
        ],
    )
}
