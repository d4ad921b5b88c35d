//! Which fonts draw which text: Inter from the program itself, everything it lacks from the system. Knows no roles or sizes.
//!
//! System fonts are looked up away from the window's thread: listing them takes up to a third of a second.

use std::sync::Arc;

use egui::epaint::text::{
    FallbackRequest, FontData, FontDefinitions, FontFamily, FontInsert, FontProvider, VariationCoords,
};
use egui::{Context, FontFamily::Monospace, FontFamily::Proportional};
use egui_system_font_provider::SystemFontProvider;

use crate::theme::Face;

static INTER: &[u8] = include_bytes!("../../assets/fonts/Inter-roman.var.ttf");
static INTER_DISPLAY: &[u8] = include_bytes!("../../assets/fonts/InterDisplay-roman.var.ttf");

/// What the system adds by name, before anything is discovered character by character.
#[derive(Default)]
struct SystemFonts {
    emoji: Option<FontData>,
    arabic: Option<FontData>,
    hebrew: Option<FontData>,
}

/// Installs the embedded fonts: enough for every word of ours, and for Latin, Greek and Cyrillic.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions(SystemFonts::default()));
}

/// Starts to look for the system's fonts, for emoji and for every other script; the window is redrawn when they are there.
/// Until then, and without any, such characters show as boxes.
pub fn look_up_system_fonts(ctx: &Context) {
    let ctx = ctx.clone();
    let search = move || install_with_system_fonts(&ctx);
    if let Err(error) = std::thread::Builder::new().name("fonts".into()).spawn(search) {
        tracing::warn!(%error, "system fonts cannot be looked up");
    }
}

/// Installs the embedded fonts and the system's, and comes back when they are there: not for the window's thread.
pub fn install_with_system_fonts(ctx: &Context) {
    let provider = SystemFontProvider::new();
    let found = SystemFonts {
        emoji: colour_emoji(&provider),
        arabic: font_with(&provider, "ع"),
        hebrew: font_with(&provider, "א"),
    };
    warm_up(&provider);
    ctx.set_fonts(definitions(found));
    ctx.set_font_providers(vec![Arc::new(Levelled(provider))]);
}

/// Each face is Inter in one weight, then the emoji, then egui's few symbols.
fn definitions(system: SystemFonts) -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, file, weight) in [
        ("inter", INTER, 400.0),
        ("inter-medium", INTER, 500.0),
        ("inter-semibold", INTER, 600.0),
        ("inter-display", INTER_DISPLAY, 600.0),
    ] {
        let mut data = FontData::from_static(file);
        data.tweak.coords = VariationCoords::new([(b"wght", weight)]);
        fonts.font_data.insert(name.into(), Arc::new(data));
    }
    let mut add = |name: &str, data: Option<FontData>| -> Vec<String> {
        let Some(data) = data else { return Vec::new() };
        fonts.font_data.insert(name.into(), Arc::new(data));
        vec![name.to_owned()]
    };
    let emoji = add("system-emoji", system.emoji);
    let arabic = add("system-arabic", system.arabic);
    let hebrew = add("system-hebrew", system.hebrew);

    let symbols = fonts.families.get(&Proportional).cloned().unwrap_or_default();
    let mono = fonts.families.get(&Monospace).cloned().unwrap_or_default();
    let chain = |parts: &[&[String]]| parts.concat();
    let inter = |name: &str| chain(&[&[name.to_owned()], &emoji, &symbols]);
    for (face, fonts_of_face) in [
        (Face::Regular, inter("inter")),
        (Face::Medium, inter("inter-medium")),
        (Face::SemiBold, inter("inter-semibold")),
        (Face::Display, inter("inter-display")),
        // egui orders glyphs from right to left only within a run of one font: letters and spaces must come from the same.
        (Face::Arabic, chain(&[&arabic, &inter("inter")])),
        (Face::Hebrew, chain(&[&hebrew, &inter("inter")])),
        (
            Face::Mono,
            chain(&[mono.get(..1).unwrap_or_default(), &emoji, &mono]),
        ),
    ] {
        fonts.families.insert(face.family(), fonts_of_face);
    }
    fonts
}

/// The system's colour emoji. Monochrome signs for the older emoji are in many text fonts, so it is asked for by ones that
/// only emoji fonts have, and recognised by its name ("Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji").
fn colour_emoji(provider: &SystemFontProvider) -> Option<FontData> {
    ["\u{1FAE0}", "\u{1F973}", "\u{1F600}"]
        .into_iter()
        .find_map(|cluster| {
            let font = provider.font_for(&FallbackRequest {
                cluster,
                family: &Proportional,
            })?;
            font.name.to_lowercase().contains("emoji").then_some(font.data)
        })
}

fn font_with(provider: &SystemFontProvider, cluster: &str) -> Option<FontData> {
    provider
        .font_for(&FallbackRequest {
            cluster,
            family: &Proportional,
        })
        .map(|font| font.data)
}

/// The first look-up of a script is the slow one; later ones come from the provider's cache.
fn warm_up(provider: &SystemFontProvider) {
    for cluster in ["你", "あ", "한", "अ", "ব", "த", "ไ", "Ա", "ა", "አ", "ខ", "→"] {
        let _ = font_with(provider, cluster);
    }
}

/// The system's fonts, with East Asian faces lifted: beside Inter they sit two points low in a line of text.
struct Levelled(SystemFontProvider);

/// The lift as a share of the font's size; measured against Inter with Noto Sans CJK.
const EAST_ASIAN_LIFT: f32 = -0.11;

impl FontProvider for Levelled {
    fn fonts_for_family(&self, family: &FontFamily) -> Vec<FontInsert> {
        self.0.fonts_for_family(family)
    }

    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let mut font = self.0.font_for(request)?;
        if request.cluster.chars().next().is_some_and(is_east_asian) {
            font.data.tweak.y_offset_factor = EAST_ASIAN_LIFT;
        }
        Some(font)
    }
}

/// Han, kana and Hangul with their punctuation and full-width forms.
fn is_east_asian(c: char) -> bool {
    matches!(
        u32::from(c),
        0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_has_a_font_of_its_own_and_every_font_is_there() {
        let fonts = definitions(SystemFonts::default());
        for face in [
            Face::Regular,
            Face::Medium,
            Face::SemiBold,
            Face::Display,
            Face::Mono,
            Face::Arabic,
            Face::Hebrew,
        ] {
            let chain = &fonts.families[&face.family()];
            assert!(chain.len() > 1, "{face:?} has fallbacks");
            assert!(
                chain.iter().all(|name| fonts.font_data.contains_key(name)),
                "{face:?}: {chain:?}"
            );
        }
    }

    #[test]
    fn what_the_system_adds_comes_after_the_text_font_but_leads_its_own_script() {
        let some = || Some(FontData::from_static(INTER));
        let fonts = definitions(SystemFonts {
            emoji: some(),
            arabic: some(),
            hebrew: some(),
        });
        assert_eq!(fonts.families[&Proportional][..2], ["inter", "system-emoji"]);
        assert_eq!(
            fonts.families[&Face::Arabic.family()][..2],
            ["system-arabic", "inter"]
        );
        assert_eq!(fonts.families[&Monospace][..2], ["Hack", "system-emoji"]);
    }
}
