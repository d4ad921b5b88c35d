//! Pictures of every screen, drawn by the window's own code from a model that has lived through a small story.
//!
//! `gallery SCREEN light|dark WIDTHxHEIGHT SCALE OUT.png [--lang pt]` writes one picture; `gallery --list` prints the set of
//! pictures that the README uses, one a line: `NAME SCREEN THEME SIZE SCALE [MORE…]`.

mod picture;
mod shots;
mod story;

use std::path::PathBuf;

use acaso::wording::{Spoken, Words};
use anyhow::{Context, Result, bail};
use egui::Theme;

/// What is to be drawn.
struct Shot {
    screen: String,
    theme: Theme,
    /// Width and height of the window in pixels.
    size: (f32, f32),
    /// Text size, 1 for the usual one.
    scale: f32,
    out: PathBuf,
    language: Spoken,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--list"] => {
            print!("{}", shots::list());
            Ok(())
        }
        [screen, theme, size, scale, out, ref more @ ..] => {
            picture::draw(Shot::parse([screen, theme, size, scale, out], more)?)
        }
        _ => bail!(
            "usage: gallery SCREEN light|dark WIDTHxHEIGHT SCALE OUT.png [--lang en|pt], or gallery --list"
        ),
    }
}

impl Shot {
    fn parse([screen, theme, size, scale, out]: [&str; 5], more: &[&str]) -> Result<Self> {
        let (width, height) = size
            .split_once('x')
            .context("a size is WIDTHxHEIGHT, such as 960x680")?;
        Ok(Self {
            screen: screen.to_owned(),
            theme: match theme {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => bail!("a theme is light or dark"),
            },
            size: (width.parse()?, height.parse()?),
            scale: scale.parse()?,
            out: out.into(),
            language: match more {
                [] | ["--lang", "en"] => Spoken::English,
                ["--lang", "pt"] => Spoken::Portuguese,
                _ => bail!("a language is --lang en or --lang pt"),
            },
        })
    }

    fn words(&self) -> Words {
        Words::speaking(self.language)
    }
}
