//! Lines under the bar of a plaza or a circle: a link that was lost, and how the visit to a stranger stands meanwhile.

use egui::{Align, Color32, Frame, Label, Layout, Margin, Panel, Role, Sense, Ui, WidgetInfo, vec2};

use crate::action::Action;
use crate::model::Aside;
use crate::theme::{Face, Room, gap, palette, role};
use crate::widgets::button::{Button, Kind};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::text::runs_job;
use crate::wording::{Key, Words};

/// The height of such a line.
const STRIP: f32 = 44.0;

/// A line with a sign, words and one button.
pub(super) struct Strip {
    /// What it is, for the toolkit.
    pub(super) id: &'static str,
    /// At its left.
    pub(super) sign: Icon,
    /// In bold.
    pub(super) head: String,
    /// After it.
    pub(super) rest: String,
    /// What can be done, in words.
    pub(super) button: String,
    /// How much that button asks for.
    pub(super) kind: Kind,
    /// What it says when pointed at.
    pub(super) tip: Option<String>,
    /// What it does.
    pub(super) action: Action,
    /// It is news, not only a reminder.
    pub(super) warm: bool,
}

/// How the visit to a stranger stands meanwhile.
pub(super) fn aside_strip(ui: &mut Ui, aside: &Aside, words: &Words) -> Option<Action> {
    beside(aside, words).show(ui)
}

fn beside(aside: &Aside, words: &Words) -> Strip {
    let (says, button, warm) = match aside {
        Aside::Waiting => (words.get(Key::AsideWaiting), Key::AsideBack, false),
        Aside::Met(who) => {
            let name = who.called_first(words);
            (
                words.fill(Key::AsideMet, &[("name", name.into())]),
                Key::AsideGo,
                true,
            )
        }
        Aside::Ended => (words.get(Key::AsideEnded), Key::AsideBack, false),
    };
    let (head, rest) = if warm {
        (says, String::new())
    } else {
        (String::new(), says)
    };
    Strip {
        id: "visit beside",
        sign: Icon::Stranger,
        head,
        rest,
        button: words.get(button),
        kind: if warm { Kind::Main } else { Kind::Quiet },
        tip: None,
        action: Action::ToRoom,
        warm,
    }
}

impl Strip {
    /// Draws it. Answers what it does, once its button was pressed.
    pub(super) fn show(self, ui: &mut Ui) -> Option<Action> {
        let colours = palette(ui);
        let margin = if Room::of(ui.ctx()).narrow() { 12 } else { 20 };
        let (fill, sign) = if self.warm {
            (colours.chance_soft, colours.chance_ink)
        } else {
            (colours.sunken, colours.muted)
        };
        let frame = Frame::NONE.fill(fill).inner_margin(Margin::symmetric(margin, 0));
        let panel = Panel::top(self.id)
            .exact_size(STRIP)
            .frame(frame)
            .show_separator_line(false);
        panel
            .show(ui, |ui| {
                let layout = Layout::left_to_right(Align::Center);
                ui.with_layout(layout, |ui| self.content(ui, sign)).inner
            })
            .inner
    }

    fn content(self, ui: &mut Ui, sign: Color32) -> Option<Action> {
        ui.spacing_mut().item_spacing.x = gap::SNUG;
        let (place, response) = ui.allocate_exact_size(vec2(20.0, 20.0), Sense::hover());
        icon(ui.painter(), place.center(), 20.0, self.sign, sign);
        let spoken = format!("{} {}", self.head, self.rest);
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, spoken.trim()));
        let mut button = Button::new(&self.button, self.kind).height(32.0);
        if let Some(tip) = self.tip {
            button = button.tip(tip);
        }
        let rest = (ui.available_width() - button.measure(ui) - gap::SNUG).max(40.0);
        let ink = palette(ui).text;
        let bold = role::LEAD.in_face(Face::SemiBold);
        let between = if self.head.is_empty() { "" } else { " " };
        let says = format!("{between}{}", self.rest);
        let job = runs_job(&[(&self.head, bold, ink), (&says, role::SECONDARY, ink)]);
        ui.allocate_ui_with_layout(vec2(rest, STRIP), Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(rest);
            ui.add(Label::new(job).truncate().selectable(false));
        });
        button.show(ui).clicked().then_some(self.action)
    }
}
