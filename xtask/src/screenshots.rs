//! Draws every screen of the desktop client anew: a real window on a display of our own, one picture after the other.

mod picture;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo::{Profile, Program, build, root};
use crate::debian;
use crate::run::{output, run};
use crate::xvfb::Xvfb;

/// Room for the widest picture in the list.
const SCREEN: (u32, u32) = (2400, 1600);

/// Draws what the gallery lists into `assets/screenshots`.
///
/// # Errors
/// If a picture cannot be drawn, or is blank.
pub(crate) fn screenshots() -> Result<()> {
    debian::ensure(&debian::SCREENSHOTS)?;
    let [gallery] = build(Profile::Dev, [Program::Gallery])?;
    let directory = root().join("assets/screenshots");
    std::fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    let display = Xvfb::start(SCREEN.0, SCREEN.1)?;
    let list = output(Command::new(&gallery).arg("--list"))?;
    let shots: Vec<Shot> = list.lines().map(Shot::parse).collect::<Result<_>>()?;
    ensure!(!shots.is_empty(), "the gallery lists no picture");
    for shot in &shots {
        let bytes = shot.draw(&gallery, &display, &directory)?;
        println!("{} ({} KB)", shot.name, bytes.div_ceil(1024));
    }
    println!("{} pictures in {}", shots.len(), directory.display());
    Ok(())
}

/// One picture, as the gallery lists it: `NAME SCREEN THEME SIZE SCALE [MORE…]`.
#[derive(Debug, PartialEq, Eq)]
struct Shot<'l> {
    name: &'l str,
    /// Screen, theme, size and scale.
    what: [&'l str; 4],
    /// Options, such as a language.
    more: Vec<&'l str>,
}

impl<'l> Shot<'l> {
    fn parse(line: &'l str) -> Result<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [name, screen, theme, size, scale, ref more @ ..] => Ok(Self {
                name,
                what: [screen, theme, size, scale],
                more: more.to_vec(),
            }),
            _ => anyhow::bail!("the gallery lists “{line}”, which is no picture"),
        }
    }

    /// Draws it, and gives the size of the file in bytes.
    fn draw(&self, gallery: &Path, display: &Xvfb, directory: &Path) -> Result<usize> {
        let file = directory.join(format!("{}.png", self.name));
        let mut command = Command::new(gallery);
        command.args(self.what).arg(&file).args(&self.more);
        run(display.shows(&mut command))?;
        picture::finish(&file).with_context(|| format!("{} is no picture to show", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_list_is_a_picture() -> Result<()> {
        let shot = Shot::parse("chat-pt-light chat light 960x680 1 --lang pt")?;
        assert_eq!(shot.name, "chat-pt-light");
        assert_eq!(shot.what, ["chat", "light", "960x680", "1"]);
        assert_eq!(shot.more, ["--lang", "pt"]);
        assert!(Shot::parse("chat light").is_err());
        Ok(())
    }
}
