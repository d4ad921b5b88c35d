//! A real window, and a picture of it once it has settled.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use acaso::wording::Words;
use acaso::{fonts, theme, views};
use anyhow::{Context as _, Result, anyhow};
use egui::{ColorImage, Event, Key, Modifiers, RawInput, Ui, ViewportBuilder, ViewportCommand};

use crate::Shot;
use crate::story::{Press, Story, title};

/// The frame in which a key is pressed, the one in which the story goes on, and the one that is drawn: each leaves the layout
/// of the one before time to settle.
const PRESS_AT: u32 = 4;
const GO_ON_AT: u32 = 8;
const DRAW_AT: u32 = 16;

/// Draws one picture.
pub(crate) fn draw(shot: Shot) -> Result<()> {
    let words = shot.words();
    let story = Story::of(&shot.screen, shot.language)?;
    let (width, height) = shot.size;
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_inner_size([width, height])
            .with_title(title(&story.model, &words)),
        renderer: eframe::Renderer::Glow,
        system_font_fallback: false,
        ..Default::default()
    };
    let (done, pictures) = sync_channel(1);
    let out = shot.out.clone();
    let start = Box::new(move |creation: &eframe::CreationContext<'_>| {
        let ctx = &creation.egui_ctx;
        theme::install(ctx);
        fonts::install_with_system_fonts(ctx);
        theme::install_text_size(ctx, shot.scale);
        ctx.set_theme(shot.theme);
        let app: Box<dyn eframe::App> = Box::new(Gallery {
            shot,
            words,
            story,
            done,
            frames: 0,
        });
        Ok(app)
    });
    eframe::run_native("acaso-gallery", options, start).map_err(|error| anyhow!("no window: {error}"))?;
    write(&pictures, &out)
}

fn write(pictures: &Receiver<Arc<ColorImage>>, out: &Path) -> Result<()> {
    let image = pictures
        .try_recv()
        .context("the window was closed before its picture was taken")?;
    let [width, height] = image.size.map(u32::try_from);
    let file = File::create(out).with_context(|| format!("{} cannot be written", out.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width?, height?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let pixels: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
        .collect();
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(())
}

/// The window: the screen's own code, and nobody to disturb it.
struct Gallery {
    shot: Shot,
    words: Words,
    story: Story,
    done: SyncSender<Arc<ColorImage>>,
    frames: u32,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let _ = views::window_ui(ui, &mut self.story.model, &self.words, true);
        self.story.tick();
        self.frames += 1;
        if self.frames == GO_ON_AT
            && let Err(error) = self.story.after_press(&self.shot.screen)
        {
            eprintln!("the story does not go on: {error}");
        }
        if self.frames == DRAW_AT {
            let (done, ctx) = (self.done.clone(), ui.ctx().clone());
            ui.ctx().request_screenshot(move |image| {
                // The only picture: the queue has room for it.
                let _ = done.try_send(image);
                ctx.send_viewport_cmd(ViewportCommand::Close);
                ctx.request_repaint();
            });
        }
        ui.request_repaint();
    }

    /// The window has the keyboard and no pointer, wherever it is opened.
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut RawInput) {
        input.focused = true;
        let pointless = |event: &Event| {
            matches!(
                event,
                Event::PointerMoved(_) | Event::PointerButton { .. } | Event::WindowFocused(_)
            )
        };
        input.events.retain(|event| !pointless(event));
        if self.frames == PRESS_AT
            && let Some(press) = Story::press(&self.shot.screen)
        {
            press_key(input, press);
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn press_key(input: &mut RawInput, press: Press) {
    let (key, modifiers) = match press {
        Press::AltDown => (Key::ArrowDown, Modifiers::ALT),
        Press::PageUp => (Key::PageUp, Modifiers::NONE),
    };
    input.events.push(Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers,
    });
}
