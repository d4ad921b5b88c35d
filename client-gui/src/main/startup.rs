//! Opening a window, and saying in one plain line why it cannot be opened: the raw errors name neither cause nor cure.

use std::panic;

use acaso::wording::{Key, Words};
use eframe::egui::{IconData, ViewportBuilder};
use eframe::{NativeOptions, Renderer};

use super::arguments::Geometry;

/// The desktop's name for this program: its entry, its icon and its notices go by it.
const APP_ID: &str = "org.acaso.Acaso";

/// A comfortable window, in points.
const SIZE: [f32; 2] = [960.0, 680.0];

/// Below this the main button and the composer no longer fit.
const SIZE_MIN: [f32; 2] = [360.0, 420.0];

/// What the raw error names, and the Debian package that has it. They are opened while the program runs, so that no list of
/// dependencies mentions them.
const LIBRARIES: [(&str, &str); 9] = [
    ("libX11-xcb", "libx11-xcb1"),
    ("libX11", "libx11-6"),
    ("libXcursor", "libxcursor1"),
    ("libXi", "libxi6"),
    ("libxkbcommon-x11", "libxkbcommon-x11-0"),
    ("libxkbcommon", "libxkbcommon0"),
    (
        "libwayland",
        "libwayland-client0 libwayland-cursor0 libwayland-egl1",
    ),
    ("libEGL", "libegl1"),
    ("libGL", "libgl1"),
];

/// The window as it is to open.
pub(crate) fn window_options(geometry: Option<Geometry>) -> NativeOptions {
    let mut viewport = ViewportBuilder::default()
        .with_title("Acaso")
        .with_app_id(APP_ID)
        .with_inner_size(SIZE)
        .with_min_inner_size(SIZE_MIN);
    if let Some(icon) = icon() {
        viewport = viewport.with_icon(icon);
    }
    if let Some(Geometry { position, size }) = geometry {
        viewport = viewport.with_position(position).with_inner_size(size);
    }
    NativeOptions {
        viewport,
        renderer: Renderer::Glow,
        // The program looks them up itself, away from the window's thread.
        system_font_fallback: false,
        ..NativeOptions::default()
    }
}

/// The program's sign; a picture that cannot be read only costs the sign.
fn icon() -> Option<IconData> {
    eframe::icon_data::from_png_bytes(include_bytes!("../../../assets/icons/acaso-256.png")).ok()
}

/// Whether there is anything to open a window on. Elsewhere than on a Unix desktop there always is.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos")))
        || set("DISPLAY")
        || set("WAYLAND_DISPLAY")
        || set("WAYLAND_SOCKET")
}

/// One line for somebody without a display.
pub(crate) fn no_display(words: &Words) -> String {
    format!("acaso: {}", words.get(Key::StartNoDisplay))
}

/// One line for why the window did not open.
pub(crate) fn explain(error: &eframe::Error, words: &Words) -> String {
    // Which library or display it was stands only in the long form; what happened, in the short one.
    let (short, long) = (error.to_string(), format!("{error:?}"));
    match error {
        // Without any usable OpenGL there are no configurations to choose from.
        eframe::Error::NoGlutinConfigs(..) | eframe::Error::Glutin(_) => line("libGL", &short, words),
        _ if long.contains("XOpenDisplayFailed") => no_display(words),
        _ => line(&long, &short, words),
    }
}

/// Has panics about missing libraries say so in one line; the keyboard's library is looked for only when the window is there.
pub(crate) fn explain_panics(words: &Words) {
    let language = words.language();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let said = info.payload_as_str().unwrap_or_default();
        if said.contains("could not be loaded") && package(said).is_some() {
            eprintln!("{}", line(said, said, &Words::speaking(language)));
        } else {
            usual(info);
        }
    }));
}

/// What to install, if the error names a library that is not there.
fn package(raw: &str) -> Option<(&'static str, &'static str)> {
    LIBRARIES.into_iter().find(|(library, _)| raw.contains(library))
}

/// The cure, if what is missing is named in `raw`, else what happened.
fn line(raw: &str, happened: &str, words: &Words) -> String {
    let said = match package(raw) {
        Some((library, package)) => words.fill(
            Key::StartMissingLibrary,
            &[("library", library.into()), ("package", package.into())],
        ),
        None => words.fill(Key::StartFailed, &[("detail", happened.into())]),
    };
    format!("acaso: {said}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use acaso::wording::Spoken;

    #[test]
    fn a_missing_library_is_named_with_its_package() {
        let words = Words::speaking(Spoken::English);
        for (raw, package) in [
            (
                "LibraryOpenError(OpenError { detail: \"opening library failed (libX11.so.6)\" })",
                "libx11-6",
            ),
            ("opening library failed (libX11-xcb.so.1)", "libx11-xcb1"),
            (
                "Library libxkbcommon-x11.so could not be loaded.",
                "libxkbcommon-x11-0",
            ),
            ("Library libxkbcommon.so could not be loaded.", "libxkbcommon0"),
        ] {
            let said = line(raw, raw, &words);
            assert!(said.ends_with(&format!("apt-get install {package}")), "{said}");
        }
        assert!(line("", "the moon is full", &words).contains("the moon is full"));
    }

    #[test]
    fn the_sign_can_be_read() {
        assert!(icon().is_some());
    }
}
