//! Two windows whose people know each other: a code, a wrong word, and meeting again by what both kept.

use acaso::model::Screen;
use anyhow::bail;

use super::*;

impl Ana {
    /// Opens the screen of invitations.
    fn opens_invitations(&mut self) -> Result<()> {
        self.presses(Modifiers::COMMAND, Key::I);
        self.waits_to_see("Meet somebody you know")
    }

    /// Makes a code, and answers it.
    fn makes_a_code(&mut self) -> Result<String> {
        self.opens_invitations()?;
        self.clicks("Make a code");
        self.waits_to_see("Read this to one person")?;
        let Screen::Waiting(waiting) = &self.window.state().model().screen else {
            bail!("nobody is waited for")
        };
        let invited = waiting.invited.as_ref().context("there is a code")?;
        Ok(invited.code.to_string())
    }

    /// Types a code, all of it, and goes where it leads.
    fn enters(&mut self, code: &str) -> Result<()> {
        self.opens_invitations()?;
        self.window
            .get_by_role_and_label(Role::RadioButton, "Code: Enter a code")
            .click();
        self.window.step();
        self.window.step();
        self.types(code);
        self.presses(Modifiers::NONE, Key::Enter);
        Ok(())
    }

    fn says_to_keep_in_touch(&mut self) {
        self.clicks("More");
        self.window
            .get_by_role_and_label(Role::MenuItem, "Keep in touch")
            .click();
        // A sheet is laid out before it is shown.
        self.window.run_steps(4);
        self.clicks("Keep in touch");
        self.window.run_steps(4);
    }

    /// The code to meet again.
    fn has_kept(&self) -> Result<String> {
        let conversation = self.window.state().model().conversation();
        let kept = conversation.and_then(|conversation| conversation.keep.kept.as_ref());
        Ok(kept.context("both said so")?.person.code.to_string())
    }
}

#[test]
fn two_who_know_each_other_meet_by_a_code_and_meet_again_by_what_they_kept() -> Result<()> {
    let (runtime, house) = house()?;
    let mut ana = Ana::sits_down(&house)?;
    let mut rui = Ana::sits_down_as(&house, "Rui")?;
    let code = ana.makes_a_code()?;
    rui.enters(&code)?;
    rui.waits_to_see("Met with a code · encrypted between you two")?;
    ana.waits_to_see("Met with a code · encrypted between you two")?;
    ana.types("is it you?");
    ana.presses(Modifiers::NONE, Key::Enter);
    rui.waits_to_see("is it you?")?;

    ana.says_to_keep_in_touch();
    rui.says_to_keep_in_touch();
    ana.waits_to_see("You both want to meet again")?;
    rui.waits_to_see("You both want to meet again")?;
    ensure!(ana.has_kept()? == rui.has_kept()?, "both have the same");
    for window in [&mut ana, &mut rui] {
        window.window.run_steps(4);
        window.clicks("Keep it on this computer");
        window.waits_to_see("It is kept on this computer.")?;
        window.presses(Modifiers::NONE, Key::Escape);
    }
    rui.presses(Modifiers::COMMAND, Key::L);
    ana.waits_to_see("Rui said goodbye")?;
    ensure!(!ana.sees("Wait here"));
    ana.presses(Modifiers::COMMAND, Key::L);

    rui.opens_invitations()?;
    rui.waits_to_see("People you kept")?;
    rui.clicks("Meet Ana");
    rui.waits_to_see("Waiting for Ana")?;
    ana.opens_invitations()?;
    ana.waits_to_see("People you kept")?;
    ana.clicks("Meet Rui");
    ana.waits_to_see("Write to Rui")?;
    rui.waits_to_see("Write to Ana")?;
    ana.presses(Modifiers::COMMAND, Key::L);
    rui.waits_to_see("Ana said goodbye")?;
    drop((ana, rui));
    runtime.block_on(house.closes())
}

#[test]
fn a_wrong_word_is_told_to_both_windows_and_the_code_is_gone() -> Result<()> {
    let (runtime, house) = house()?;
    let mut ana = Ana::sits_down(&house)?;
    let mut eve = Ana::sits_down_as(&house, "Eve")?;
    let code = ana.makes_a_code()?;
    let (number, _) = code.split_once('-').context("a code has a number")?;
    let guess = ["crossover-clockwork", "hurricane-snowslide"];
    let wrong = guess.map(|words| format!("{number}-{words}"));
    let wrong = wrong
        .iter()
        .find(|wrong| **wrong != code)
        .context("one differs")?;
    eve.enters(wrong)?;
    eve.waits_to_see("The words were not the same")?;
    ana.waits_to_see("The words were not the same")?;
    ensure!(!ana.sees(&code), "it is spent");
    eve.presses(Modifiers::COMMAND, Key::A);
    eve.types(&code);
    eve.presses(Modifiers::NONE, Key::Enter);
    eve.waits_to_see("Nobody waits with that code")?;
    drop((ana, eve));
    runtime.block_on(house.closes())
}
