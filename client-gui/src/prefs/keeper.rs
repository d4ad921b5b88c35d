//! One task owns the file of settings: the window leaves the newest ones with it and never waits for the disk.

use tokio::sync::{mpsc, watch};

use super::{Settings, SettingsFile};

/// What the window needs to have its settings kept; tests bring their own.
pub trait Keeper {
    /// Leaves the newest settings to be written. What was left before and is not written yet need not be.
    fn keep(&mut self, settings: &Settings);
    /// Why the last write failed, if it did; said once.
    fn complaint(&mut self) -> Option<String>;
}

/// The real one: dropped, it lets its task write what is left and end.
pub struct KeeperHandle {
    newest: watch::Sender<Settings>,
    complaints: mpsc::Receiver<String>,
}

impl KeeperHandle {
    /// The handle, and the task to run.
    pub fn new(
        file: SettingsFile,
        settings: Settings,
        woken: impl Fn() + Send + 'static,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (newest, changes) = watch::channel(settings);
        // One complaint is as good as many.
        let (complain, complaints) = mpsc::channel(1);
        let task = write_changes(file, changes, complain, woken);
        (Self { newest, complaints }, task)
    }
}

impl Keeper for KeeperHandle {
    fn keep(&mut self, settings: &Settings) {
        self.newest.send_replace(settings.clone());
    }

    fn complaint(&mut self) -> Option<String> {
        self.complaints.try_recv().ok()
    }
}

/// For a run in which settings must not be written, since those on disk could not be read.
pub struct NoKeeper;

impl Keeper for NoKeeper {
    fn keep(&mut self, _settings: &Settings) {}

    fn complaint(&mut self) -> Option<String> {
        None
    }
}

async fn write_changes(
    file: SettingsFile,
    mut changes: watch::Receiver<Settings>,
    complain: mpsc::Sender<String>,
    woken: impl Fn() + Send,
) {
    while changes.changed().await.is_ok() {
        let settings = changes.borrow_and_update().clone();
        let file = file.clone();
        let written = tokio::task::spawn_blocking(move || file.save(&settings)).await;
        if let Ok(Err(error)) = written {
            // Full: an earlier complaint is still to be read.
            complain.try_send(error.to_string()).ok();
            woken();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Loaded;
    use super::*;

    #[tokio::test]
    async fn what_was_left_last_is_on_disk_when_the_task_has_ended() {
        let directory = tempfile::tempdir().unwrap();
        let file = SettingsFile::within(directory.path());
        let (mut keeper, task) = KeeperHandle::new(file.clone(), Settings::default(), || {});
        for name in ["A", "An", "Ana"] {
            keeper.keep(&Settings {
                name: name.to_owned(),
                ..Settings::default()
            });
        }
        drop(keeper);
        task.await;
        assert!(matches!(file.load(), Ok(Loaded::Fine(settings)) if settings.name == "Ana"));
    }

    #[tokio::test]
    async fn a_disk_that_does_not_take_them_is_said() {
        let directory = tempfile::tempdir().unwrap();
        let occupied = directory.path().join("a file where a directory should be");
        std::fs::write(&occupied, "").unwrap();
        let (woken, mut heard) = mpsc::channel(1);
        let (mut keeper, task) =
            KeeperHandle::new(SettingsFile::within(&occupied), Settings::default(), move || {
                woken.try_send(()).ok();
            });
        let task = tokio::spawn(task);
        keeper.keep(&Settings::default());
        heard.recv().await.unwrap();
        assert!(
            keeper
                .complaint()
                .unwrap()
                .contains("a file where a directory should be")
        );
        assert_eq!(keeper.complaint(), None, "said once");
        drop(keeper);
        task.await.unwrap();
    }
}
