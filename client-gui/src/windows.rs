//! Another window: the same program once more, as a process of its own, so that one person can try everything alone. It shares the
//! settings and the known servers, each behind a lock of its file.

use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};
use std::thread;

/// What the window needs of whoever opens others; tests bring their own.
pub trait Windows {
    /// Opens another window, with this in the server's field, at the first screen or at that of invitations. Does not wait for it.
    ///
    /// # Errors
    /// The operating system's word.
    fn open(&mut self, link: Option<&str>, invitation: bool) -> io::Result<()>;
}

/// Windows of this very program.
#[derive(Debug)]
pub struct ThisProgram {
    /// What each of them is told besides the link: where this one keeps its settings, for one.
    arguments: Vec<OsString>,
}

impl ThisProgram {
    /// Each will be started with these arguments.
    pub fn new(arguments: Vec<OsString>) -> Self {
        Self { arguments }
    }

    fn command(&self, link: Option<&str>, invitation: bool) -> io::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(&self.arguments);
        command.args(invitation.then_some("--invitation")).args(link);
        // It outlives this window, whose terminal is none of its concern.
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Ok(command)
    }
}

impl Windows for ThisProgram {
    fn open(&mut self, link: Option<&str>, invitation: bool) -> io::Result<()> {
        let mut window = self.command(link, invitation)?.spawn()?;
        // Whoever starts a process has to take note of its end, or the system remembers it for as long as we run.
        thread::Builder::new()
            .name("acaso-window".to_owned())
            .spawn(move || {
                if let Err(error) = window.wait() {
                    tracing::debug!(%error, "the end of another window cannot be watched");
                }
            })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_window_is_this_program_told_where_to_go() {
        let windows = ThisProgram::new(vec!["--config".into(), "c".into()]);
        let command = windows.command(Some("acaso://127.0.0.1/"), false).unwrap();
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["--config", "c", "acaso://127.0.0.1/"]);
        assert_eq!(command.get_program(), std::env::current_exe().unwrap());
        let invitation = windows.command(None, true).unwrap();
        let arguments: Vec<_> = invitation.get_args().collect();
        assert_eq!(arguments, ["--config", "c", "--invitation"]);
    }
}
