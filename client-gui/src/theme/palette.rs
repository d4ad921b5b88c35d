//! The colours, light and dark: names say what a colour is for. The ratios that keep them legible are tested here.

use egui::Color32;

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// One theme's colours: petrol glaze on cool white for you and for what you do, ochre for chance and for the other person.
pub struct Palette {
    /// The window.
    pub bg: Color32,
    /// Cards, fields, the partner's bubble.
    pub surface: Color32,
    /// Hover, code, bubbles of a past conversation, anything disabled.
    pub sunken: Color32,
    /// Decoration only: never the sole sign of anything.
    pub line: Color32,
    /// A free room in the picture of all.
    pub cell: Color32,
    /// Borders that carry meaning: fields, quiet buttons, marks that are off.
    pub field: Color32,
    /// What is read.
    pub text: Color32,
    /// What is read second: times, explanations, a past conversation.
    pub muted: Color32,
    /// You: the main button, your disc, your path.
    pub tile: Color32,
    /// The same under the pointer.
    pub tile_hover: Color32,
    /// Text on either.
    pub on_tile: Color32,
    /// Your bubble.
    pub mine: Color32,
    /// Text in it.
    pub mine_text: Color32,
    /// Code in it lies on this.
    pub mine_sunken: Color32,
    /// Focus ring, caret, icons of ways in.
    pub link: Color32,
    /// They: their ring, their path.
    pub ring: Color32,
    /// Chance as a fill: something waits to be seen.
    pub chance: Color32,
    /// Text on it.
    pub on_chance: Color32,
    /// Chance as a soft ground: a text that came back.
    pub chance_soft: Color32,
    /// Chance as text.
    pub chance_ink: Color32,
    /// Danger, as text and as a border: errors, a changed identity.
    pub danger: Color32,
    /// Danger as a soft ground.
    pub danger_soft: Color32,
    /// The sign's ground; the same in both themes.
    pub sign: Color32,
    /// The sign's ring.
    pub sign_ring: Color32,
    /// The sign's disc.
    pub sign_disc: Color32,
    /// Under what floats.
    pub shadow: Color32,
}

/// What a camera has to tell apart: the same by day and by night.
pub const QR_PAPER: Color32 = rgb(0xFFFFFF);
/// The dark on it.
pub const QR_INK: Color32 = rgb(0x14232A);

/// By day.
pub static LIGHT: Palette = Palette {
    bg: rgb(0xEFF2EF),
    surface: rgb(0xFDFEFD),
    sunken: rgb(0xE2E8E4),
    line: rgb(0xD0D8D3),
    cell: rgb(0xE2E8E4),
    field: rgb(0x758481),
    text: rgb(0x14232A),
    muted: rgb(0x52626A),
    tile: rgb(0x0F4A5C),
    tile_hover: rgb(0x0A3A49),
    on_tile: rgb(0xFFFFFF),
    mine: rgb(0x0F4A5C),
    mine_text: rgb(0xFFFFFF),
    mine_sunken: rgb(0x0C3D4C),
    link: rgb(0x0F5468),
    ring: rgb(0xB4740E),
    chance: rgb(0xE9A63A),
    on_chance: rgb(0x2A1B00),
    chance_soft: rgb(0xFBEFD8),
    chance_ink: rgb(0x805000),
    danger: rgb(0xA3271B),
    danger_soft: rgb(0xFBE9E5),
    sign: rgb(0x0F4A5C),
    sign_ring: rgb(0xEDB458),
    sign_disc: rgb(0xFFFFFF),
    shadow: Color32::from_black_alpha(28),
};

/// By night.
pub static DARK: Palette = Palette {
    bg: rgb(0x0F1618),
    surface: rgb(0x172124),
    sunken: rgb(0x1E292C),
    line: rgb(0x2A373B),
    cell: rgb(0x2A373B),
    field: rgb(0x6D8186),
    text: rgb(0xE7ECEA),
    muted: rgb(0x9BADB1),
    tile: rgb(0x78BAC6),
    tile_hover: rgb(0x93CCD6),
    on_tile: rgb(0x04222A),
    mine: rgb(0x266C7E),
    mine_text: rgb(0xFFFFFF),
    mine_sunken: rgb(0x1E5867),
    link: rgb(0x8CCBD6),
    ring: rgb(0xEDB458),
    chance: rgb(0xEDB458),
    on_chance: rgb(0x2A1B00),
    chance_soft: rgb(0x2E2513),
    chance_ink: rgb(0xEDB458),
    danger: rgb(0xFF9E8F),
    danger_soft: rgb(0x351B17),
    sign: rgb(0x0F4A5C),
    sign_ring: rgb(0xEDB458),
    sign_disc: rgb(0xFFFFFF),
    shadow: Color32::from_black_alpha(110),
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.
    fn luminance(colour: Color32) -> f32 {
        let linear = |channel: u8| {
            let c = f32::from(channel) / 255.0;
            if c <= 0.03928 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    }

    /// The ratio in the precision in which ratios are promised: one decimal.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
        (ratio * 10.0).round() / 10.0
    }

    type Pair = (&'static str, fn(&Palette) -> (Color32, Color32));

    /// Text needs 4.5, its own promise is higher where the design gives one.
    const TEXT: &[(f32, Pair)] = &[
        (12.5, ("text on sunken", |p| (p.text, p.sunken))),
        (12.5, ("text on bg", |p| (p.text, p.bg))),
        (12.5, ("text on surface", |p| (p.text, p.surface))),
        (12.5, ("text on chance_soft", |p| (p.text, p.chance_soft))),
        (13.0, ("text on danger_soft", |p| (p.text, p.danger_soft))),
        (5.0, ("muted on bg", |p| (p.muted, p.bg))),
        (5.0, ("muted on surface", |p| (p.muted, p.surface))),
        (5.0, ("muted on sunken", |p| (p.muted, p.sunken))),
        (4.5, ("muted on chance_soft", |p| (p.muted, p.chance_soft))),
        (7.5, ("on_tile on tile", |p| (p.on_tile, p.tile))),
        (9.0, ("on_tile on tile_hover", |p| (p.on_tile, p.tile_hover))),
        (6.0, ("mine_text on mine", |p| (p.mine_text, p.mine))),
        (
            6.0,
            ("mine_text on mine_sunken", |p| (p.mine_text, p.mine_sunken)),
        ),
        (6.5, ("link on sunken", |p| (p.link, p.sunken))),
        (8.0, ("on_chance on chance", |p| (p.on_chance, p.chance))),
        (
            5.9,
            ("chance_ink on chance_soft", |p| (p.chance_ink, p.chance_soft)),
        ),
        (5.9, ("chance_ink on bg", |p| (p.chance_ink, p.bg))),
        (6.0, ("danger on danger_soft", |p| (p.danger, p.danger_soft))),
        (6.0, ("danger on bg", |p| (p.danger, p.bg))),
        (6.0, ("danger on surface", |p| (p.danger, p.surface))),
    ];

    /// Marks and borders that mean something need 3.
    const MARKS: &[Pair] = &[
        ("field on bg", |p| (p.field, p.bg)),
        ("field on surface", |p| (p.field, p.surface)),
        ("field on sunken", |p| (p.field, p.sunken)),
        ("ring on bg", |p| (p.ring, p.bg)),
        ("ring on surface", |p| (p.ring, p.surface)),
        ("ring on sunken", |p| (p.ring, p.sunken)),
        ("tile on bg", |p| (p.tile, p.bg)),
        ("tile on surface", |p| (p.tile, p.surface)),
        ("mine on bg", |p| (p.mine, p.bg)),
        ("link on bg", |p| (p.link, p.bg)),
        ("link on surface", |p| (p.link, p.surface)),
        ("sign_ring on sign", |p| (p.sign_ring, p.sign)),
        ("sign_disc on sign", |p| (p.sign_disc, p.sign)),
    ];

    #[test]
    fn every_text_is_legible_on_its_ground_in_both_themes() {
        for (theme, palette) in [("light", &LIGHT), ("dark", &DARK)] {
            for (least, (name, pair)) in TEXT {
                let (ink, ground) = pair(palette);
                let ratio = contrast(ink, ground);
                assert!(ratio >= *least, "{theme}: {name} is {ratio:.2}, wanted {least}");
            }
        }
    }

    #[test]
    fn every_mark_that_means_something_is_visible_in_both_themes() {
        for (theme, palette) in [("light", &LIGHT), ("dark", &DARK)] {
            for (name, pair) in MARKS {
                let (ink, ground) = pair(palette);
                let ratio = contrast(ink, ground);
                assert!(ratio >= 3.0, "{theme}: {name} is {ratio:.2}, wanted 3");
            }
        }
    }
}
