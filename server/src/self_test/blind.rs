//! `self-test blind`: a server carries chats full of canaries and is searched for them; nothing may be found. Then one canary is
//! said unsealed, and must be found.

use std::io::Write;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::canary::{Canary, Form};
use super::control::Control;
use super::people::{self, Words};
use super::search::{Hit, Search, Tally};
use super::subject::{Looked, Subject};

/// Pairs who meet by a code.
const CODES: usize = 8;

/// Finds that are told one by one.
const HITS_TOLD: usize = 20;

/// Has so many chats, and searches the server while they go on, after they ended, and once more what it leaves behind.
///
/// # Errors
/// Something was found, or the control was not, or not everything could be searched.
pub(super) async fn test(chats: u16) -> Result<()> {
    let (ground, desk) = (TempDir::new()?, TempDir::new()?);
    rlimit::increase_nofile_limit(u64::MAX).context("more connections are not allowed to this process")?;
    // Before there is any canary: what a process knows, one that it starts could have been given.
    let subject = Subject::start(ground.path())?;
    let words: Vec<_> = (0..2 * chats).map(|_| Words::hatch()).collect();
    let canaries = words.iter().flat_map(Words::canaries).count();
    say(&format!(
        "chats: {chats}, of people who came over TLS and over QUIC in turn"
    ));
    say(&format!(
        "canaries: {canaries} names and messages, each looked for in {} forms",
        Form::ALL.len()
    ));
    say(&format!(
        "codes: {CODES}, by which as many pairs met who did not meet by chance"
    ));
    let mut people = people::meet(subject.address, &words, desk.path()).await?;
    let (by_codes, codes) = people::meet_by_codes(subject.address, CODES, desk.path()).await?;
    people.extend(by_codes);
    let search = Search::new(words.iter().flat_map(Words::canaries).chain(&codes))?;
    let tell = |when, looked: &Looked| tell(when, looked, words.len());
    let mut hits = tell("while all chats go on", &subject.look(&search)?)?;
    control(&subject).await?;
    people::part(people).await;
    hits += tell("after they ended", &subject.look(&search)?)?;
    hits += tell("left behind by the server", &subject.end(&search).await?)?;
    say(&format!("hits: {hits}"));
    ensure!(hits == 0, "the server holds what people said");
    Ok(())
}

/// What is not sealed must be found: before it is said nowhere, then in each form.
async fn control(subject: &Subject) -> Result<()> {
    let canary = Canary::hatch();
    let search = Search::new([&canary])?;
    let before = subject.look_at_memory(&search)?;
    ensure!(before.hits.is_empty(), "the control was found before it was said");
    let _control = Control::begin(subject.address, &canary).await?;
    let found = subject.look_at_memory(&search)?;
    if let Some(missed) = missed(&found) {
        bail!("the control, said unsealed, was not found as {missed}: this search proves nothing");
    }
    say(&format!(
        "control: said unsealed, found in memory {} times, in all {} forms",
        found.hits.len(),
        Form::ALL.len()
    ));
    Ok(())
}

/// A form in which nothing was found.
fn missed(tally: &Tally) -> Option<Form> {
    let found = |form: &Form| tally.hits.iter().any(|hit| hit.form == *form);
    Form::ALL.into_iter().find(|form| !found(form))
}

/// Tells what was searched, of so many people's words and the codes of others, and what was found; returns how much that was.
fn tell(when: &str, looked: &Looked, people: usize) -> Result<usize> {
    ensure!(
        looked.log_lines > 0,
        "the most talkative log is empty, so it was not searched"
    );
    let hits = looked.tally.hits.len();
    say(&format!(
        "searched {when}: {} bytes of memory, {} files with {} bytes, {} log lines among them: {hits} hits",
        looked.memory_bytes, looked.files, looked.file_bytes, looked.log_lines
    ));
    for hit in looked.tally.hits.iter().take(HITS_TOLD) {
        let Hit { canary, form, place } = hit;
        say(&format!(
            "  {} as {form} in {place}",
            people::kind(*canary, people)
        ));
    }
    Ok(hits)
}

/// Prints a line; nobody may be reading, and the exit code tells all.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(form: Form) -> Hit {
        Hit {
            canary: 0,
            form,
            place: "memory, [heap]".into(),
        }
    }

    #[test]
    fn a_control_counts_only_if_every_form_was_found() {
        let mut tally = Tally {
            hits: Form::ALL.map(hit).into(),
        };
        assert_eq!(missed(&tally), None);
        tally.hits.remove(4);
        assert_eq!(missed(&tally), Some(Form::ALL[4]));
        assert_eq!(missed(&Tally::default()), Some(Form::Utf8));
    }

    #[test]
    fn what_was_found_is_counted_and_an_empty_log_is_no_proof() {
        let looked = |log_lines| Looked {
            tally: Tally {
                hits: vec![hit(Form::Utf8), hit(Form::HexLower)],
            },
            log_lines,
            ..Looked::default()
        };
        assert_eq!(tell("in a test", &looked(1), 2).unwrap(), 2);
        assert!(tell("in a test", &looked(0), 2).is_err());
    }
}
