//! A conversation between two terminal clients, from meeting to goodbye: told line by line, and checked as it is told.

use std::path::Path;

use anyhow::{Result, ensure};

use super::Stage;
use super::stranger::Stranger;

/// What they say: who, and the words.
const SCRIPT: [(Who, &str); 6] = [
    (Who::Ana, "hello, whoever you are"),
    (Who::Bia, "olá 🌻 你好"),
    (Who::Ana, "is that a sunflower?"),
    (Who::Bia, "it is; שלום and مرحبا too"),
    (Who::Ana, "I have to go. One says QUIT, I hear"),
    (Who::Bia, "/say QUIT"),
];

#[derive(Clone, Copy)]
enum Who {
    Ana,
    Bia,
}

/// Lets them meet, talk and part.
///
/// # Errors
/// If anything is not seen that should be.
pub(super) fn show(client: &Path, stage: &Stage) -> Result<()> {
    let ana = Stranger::arrive(client, stage, "Ana")?;
    let room = ana.sees("waiting", "port")?;
    println!("Ana    | (waits in room {room})");
    let bia = Stranger::arrive(client, stage, "Bia")?;
    let (mut ana, mut bia) = (meets(ana, "Bia", &room)?, meets(bia, "Ana", &room)?);
    for (who, words) in SCRIPT {
        match who {
            Who::Ana => says(&mut ana, words, &bia)?,
            Who::Bia => says(&mut bia, words, &ana)?,
        }
    }
    parts(&mut ana, &bia)?;
    bia.types("QUIT")?;
    println!("Bia    | QUIT");
    bia.goes()
}

/// Waits until `stranger` meets that partner in that room.
fn meets(stranger: Stranger, partner: &str, room: &str) -> Result<Stranger> {
    let name = stranger.sees("paired", "name")?;
    ensure!(name == partner, "{} met “{name}”, not {partner}", stranger.name());
    println!("{:6} | (meets {partner} in room {room})", stranger.name());
    Ok(stranger)
}

/// Lets one say something, and checks that it reaches the other unchanged.
fn says(speaker: &mut Stranger, line: &str, listener: &Stranger) -> Result<()> {
    speaker.types(line)?;
    let words = line.strip_prefix("/say ").unwrap_or(line);
    let heard = listener.sees("message", "text")?;
    ensure!(
        heard == words,
        "{} said “{words}”, and {} read “{heard}”",
        speaker.name(),
        listener.name()
    );
    println!("{:6} | {line}", speaker.name());
    println!("{:>6} |   reads: {heard}", listener.name());
    Ok(())
}

/// Lets one say goodbye, and checks that the other learns why.
fn parts(leaver: &mut Stranger, stayer: &Stranger) -> Result<()> {
    leaver.types("QUIT")?;
    println!("{:6} | QUIT", leaver.name());
    let reason = stayer.sees("partner_left", "reason")?;
    ensure!(
        reason == "left",
        "{} was told that {} is gone because: {reason}",
        stayer.name(),
        leaver.name()
    );
    println!("{:6} | ({} left)", stayer.name(), leaver.name());
    leaver.goes()
}
