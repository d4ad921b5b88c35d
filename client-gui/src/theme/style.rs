//! egui's own style, made of our names, so that its menus, tooltips and text fields look like the rest.

use egui::epaint::{FontColorTransferFunction, Shadow};
use egui::style::{ScrollStyle, WidgetVisuals};
use egui::{
    Context, CornerRadius, CursorIcon, Margin, Spacing, Stroke, Style, TextStyle, Theme, Visuals, vec2,
};

use super::palette::{DARK, LIGHT, Palette};
use super::type_scale::role;
use super::{radius, stroke};

/// Installs both themes; the fonts they name are installed by `fonts`. Which theme is on is `Context::set_theme`'s matter.
pub fn install(ctx: &Context) {
    for (theme, palette) in [(Theme::Light, &LIGHT), (Theme::Dark, &DARK)] {
        ctx.style_mut_of(theme, |style| apply(style, palette));
    }
}

/// Sets the text size, as a share of the usual one: everything grows together, so nothing is cut.
pub fn install_text_size(ctx: &Context, share: f32) {
    if (ctx.zoom_factor() - share).abs() > f32::EPSILON {
        ctx.set_zoom_factor(share);
    }
}

fn apply(style: &mut Style, palette: &Palette) {
    visuals(&mut style.visuals, palette);
    spacing(&mut style.spacing);
    style.animation_time = 0.14;
    style.text_styles = [
        (TextStyle::Small, role::META.font()),
        (TextStyle::Body, role::SECONDARY.font()),
        (TextStyle::Button, role::BUTTON.font()),
        (TextStyle::Heading, role::HEADING.font()),
        (TextStyle::Monospace, role::CODE.font()),
    ]
    .into();
}

fn visuals(visuals: &mut Visuals, palette: &Palette) {
    visuals.override_text_color = Some(palette.text);
    visuals.weak_text_color = Some(palette.muted);
    if visuals.dark_mode {
        // egui's default for dark fattens light letters by half a weight; this keeps 400 looking like 400.
        visuals.text_options.color_transfer_function = FontColorTransferFunction::Gamma(0.75);
    }
    visuals.panel_fill = palette.bg;
    visuals.window_fill = palette.surface;
    visuals.window_stroke = Stroke::new(stroke::LINE, palette.line);
    visuals.extreme_bg_color = palette.surface;
    visuals.text_edit_bg_color = Some(palette.surface);
    visuals.code_bg_color = palette.sunken;
    visuals.faint_bg_color = palette.sunken;
    visuals.hyperlink_color = palette.link;
    visuals.error_fg_color = palette.danger;
    visuals.warn_fg_color = palette.chance_ink;
    visuals.selection.bg_fill = palette.tile.gamma_multiply(0.28);
    visuals.selection.stroke = Stroke::new(stroke::STRONG, palette.link);
    visuals.text_cursor.stroke = Stroke::new(stroke::STRONG, palette.link);
    // A blinking caret repaints the window twice a second for ever.
    visuals.text_cursor.blink = false;
    visuals.window_corner_radius = CornerRadius::same(radius::FLOATING);
    visuals.menu_corner_radius = CornerRadius::same(radius::ROW);
    let shadow = Shadow {
        offset: [0, 8],
        blur: 28,
        spread: 0,
        color: palette.shadow,
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.interact_cursor = Some(CursorIcon::PointingHand);
    let widgets = &mut visuals.widgets;
    widget(
        &mut widgets.noninteractive,
        palette.surface,
        palette.line,
        palette,
    );
    widget(&mut widgets.inactive, palette.surface, palette.field, palette);
    widget(&mut widgets.hovered, palette.sunken, palette.field, palette);
    widget(&mut widgets.active, palette.sunken, palette.link, palette);
    widget(&mut widgets.open, palette.sunken, palette.field, palette);
}

fn widget(visuals: &mut WidgetVisuals, fill: egui::Color32, line: egui::Color32, palette: &Palette) {
    visuals.bg_fill = fill;
    visuals.weak_bg_fill = fill;
    visuals.bg_stroke = Stroke::new(stroke::LINE, line);
    visuals.fg_stroke = Stroke::new(stroke::MARK, palette.text);
    visuals.corner_radius = CornerRadius::same(radius::CONTROL);
    visuals.expansion = 0.0;
}

fn spacing(spacing: &mut Spacing) {
    spacing.item_spacing = vec2(8.0, 8.0);
    spacing.button_padding = vec2(12.0, 8.0);
    spacing.interact_size = vec2(36.0, 36.0);
    spacing.window_margin = Margin::same(20);
    spacing.menu_margin = Margin::symmetric(10, 7);
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle::floating();
    spacing.scroll.floating_width = 4.0;
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.dormant_handle_opacity = 0.0;
    spacing.scroll.dormant_background_opacity = 0.0;
    spacing.scroll.fade.strength = 0.0;
}
