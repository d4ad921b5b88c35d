//! The system's keyring: where what a server asks for can be kept, if the person wants that. It is offered only where one answers;
//! where none does, nothing is said about it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{AccountName, Password};
use acaso_shared::session::Login;
use keyring::{Entry, Error};

use crate::bridge::Wake;

/// What the window needs of a keyring; tests bring their own. Nothing here waits.
pub trait Keyring {
    /// Whether there is one that answers. Unknown at first, which counts as no.
    fn is_there(&self) -> bool;
    /// Asks what this server wants to hear; the answer comes with [`found`](Self::found), if there is one.
    fn look_up(&mut self, server: &ServerAddress);
    /// The next answer.
    fn found(&mut self) -> Option<(ServerAddress, Login)>;
    /// Keeps what this server wants to hear.
    fn remember(&mut self, server: &ServerAddress, login: &Login);
    /// Forgets it.
    fn forget(&mut self, server: &ServerAddress);
}

/// Under this name the keyring's own window shows what is kept.
const SERVICE: &str = "Acaso";

/// Requests that wait for a keyring, which may be asking the person for its own password.
const QUEUE: usize = 16;

/// The keyring of the system, asked by a thread of its own: it may take as long as it takes a person to unlock it.
pub struct SystemKeyring {
    requests: SyncSender<Request>,
    answers: Receiver<(ServerAddress, Login)>,
    there: Arc<AtomicBool>,
}

enum Request {
    LookUp(ServerAddress),
    Remember(ServerAddress, Login),
    Forget(ServerAddress),
}

/// Where texts are kept under names.
trait Store: Send {
    /// Whether it answers.
    fn answers(&self) -> bool;
    fn get(&self, name: &str) -> Result<Option<String>, Error>;
    fn put(&self, name: &str, text: &str) -> Result<(), Error>;
    fn delete(&self, name: &str) -> Result<(), Error>;
}

impl SystemKeyring {
    /// A keyring that is first spoken to when a server asks for a login. `wake` has the window look for answers.
    pub fn new(wake: Wake) -> Self {
        Self::with(Box::new(System), wake)
    }

    fn with(store: Box<dyn Store>, wake: Wake) -> Self {
        let (requests, queue) = sync_channel(QUEUE);
        let (answer, answers) = sync_channel(QUEUE);
        let there = Arc::new(AtomicBool::new(false));
        let clerk = Clerk {
            store,
            answer,
            there: Arc::clone(&there),
            wake,
        };
        // Without a thread nothing answers, which is what having no keyring means. It ends when its last request is done.
        if let Err(error) = thread::Builder::new()
            .name("acaso-keyring".to_owned())
            .spawn(move || clerk.serve(&queue))
        {
            tracing::debug!(%error, "no thread for the keyring");
        }
        Self {
            requests,
            answers,
            there,
        }
    }

    fn request(&self, request: Request) {
        if self.requests.try_send(request).is_err() {
            tracing::debug!("the keyring does not answer; a request was dropped");
        }
    }
}

impl Keyring for SystemKeyring {
    fn is_there(&self) -> bool {
        self.there.load(Ordering::Relaxed)
    }

    fn look_up(&mut self, server: &ServerAddress) {
        self.request(Request::LookUp(server.clone()));
    }

    fn found(&mut self) -> Option<(ServerAddress, Login)> {
        self.answers.try_recv().ok()
    }

    fn remember(&mut self, server: &ServerAddress, login: &Login) {
        self.request(Request::Remember(server.clone(), login.clone()));
    }

    fn forget(&mut self, server: &ServerAddress) {
        self.request(Request::Forget(server.clone()));
    }
}

impl fmt::Debug for SystemKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemKeyring")
    }
}

/// Speaks to the keyring, one request after the other.
struct Clerk {
    store: Box<dyn Store>,
    answer: SyncSender<(ServerAddress, Login)>,
    there: Arc<AtomicBool>,
    wake: Wake,
}

impl Clerk {
    fn serve(self, queue: &Receiver<Request>) {
        while let Ok(request) = queue.recv() {
            // Who forgets a server that never asked for anything does not start a keyring by it.
            if matches!(request, Request::Forget(_)) && !self.there.load(Ordering::Relaxed) {
                continue;
            }
            if !self.store.answers() {
                continue;
            }
            self.there.store(true, Ordering::Relaxed);
            if let Err(error) = self.perform(request) {
                // The kind alone: an error may quote what it was about.
                let kind = std::mem::discriminant(&error);
                tracing::debug!(?kind, "the keyring refused");
            }
            (self.wake)();
        }
    }

    fn perform(&self, request: Request) -> Result<(), Error> {
        match request {
            Request::LookUp(server) => {
                let found = self.store.get(&server.to_string())?;
                if let Some(login) = found.as_deref().and_then(from_text) {
                    // A window that does not take answers has ended.
                    let _ = self.answer.try_send((server, login));
                }
                Ok(())
            }
            Request::Remember(server, login) => self.store.put(&server.to_string(), &to_text(&login)),
            Request::Forget(server) => self.store.delete(&server.to_string()),
        }
    }
}

/// The account, which has no line breaks, on the first line; behind it the password as it is.
fn to_text(login: &Login) -> String {
    let account = login.account.as_ref().map_or("", AccountName::as_str);
    format!("{account}\n{}", login.password.as_str())
}

fn from_text(text: &str) -> Option<Login> {
    let (account, password) = text.split_once('\n')?;
    let account = match account {
        "" => None,
        account => Some(AccountName::parse(account).ok()?),
    };
    let password = Password::parse(password).ok()?;
    Some(Login { account, password })
}

/// Whatever the platform has: the Secret Service, the keychain, the credential manager.
struct System;

impl Store for System {
    fn answers(&self) -> bool {
        Entry::store_status().is_ok()
    }

    fn get(&self, name: &str) -> Result<Option<String>, Error> {
        match Entry::new(SERVICE, name)?.get_password() {
            Err(Error::NoEntry) => Ok(None),
            found => found.map(Some),
        }
    }

    fn put(&self, name: &str, text: &str) -> Result<(), Error> {
        Entry::new(SERVICE, name)?.set_password(text)
    }

    fn delete(&self, name: &str) -> Result<(), Error> {
        match Entry::new(SERVICE, name)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            deleted => deleted,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    /// A keyring in memory; one that does not answer is none.
    #[derive(Clone, Default)]
    struct Memory {
        kept: Arc<Mutex<HashMap<String, String>>>,
        silent: bool,
    }

    impl Store for Memory {
        fn answers(&self) -> bool {
            !self.silent
        }

        fn get(&self, name: &str) -> Result<Option<String>, Error> {
            Ok(self.kept.lock().unwrap().get(name).cloned())
        }

        fn put(&self, name: &str, text: &str) -> Result<(), Error> {
            self.kept.lock().unwrap().insert(name.to_owned(), text.to_owned());
            Ok(())
        }

        fn delete(&self, name: &str) -> Result<(), Error> {
            self.kept.lock().unwrap().remove(name);
            Ok(())
        }
    }

    fn login(account: Option<&str>, password: &str) -> Login {
        Login {
            account: account.map(|name| AccountName::parse(name).unwrap()),
            password: Password::parse(password).unwrap(),
        }
    }

    /// A keyring, and what hears it wake the window.
    fn keyring(store: Memory) -> (SystemKeyring, Receiver<()>) {
        let (woken, wakes) = sync_channel(64);
        let wake: Wake = Arc::new(move || {
            woken.try_send(()).ok();
        });
        (SystemKeyring::with(Box::new(store), wake), wakes)
    }

    fn woken(wakes: &Receiver<()>) {
        wakes
            .recv_timeout(Duration::from_secs(20))
            .expect("the window is woken when a request is done");
    }

    #[test]
    fn what_is_kept_is_found_again_until_it_is_forgotten() {
        let server: ServerAddress = "chat.example.org".parse().unwrap();
        let kept = login(Some("ana"), "two\nlines ");
        let (mut keyring, wakes) = keyring(Memory::default());
        assert!(!keyring.is_there(), "nobody has asked yet");
        keyring.remember(&server, &kept);
        keyring.look_up(&server);
        woken(&wakes);
        woken(&wakes);
        assert!(keyring.is_there());
        assert_eq!(keyring.found(), Some((server.clone(), kept)));
        keyring.forget(&server);
        keyring.look_up(&server);
        woken(&wakes);
        woken(&wakes);
        assert_eq!(keyring.found(), None);
    }

    #[test]
    fn a_keyring_that_does_not_answer_is_not_offered() {
        let silent = Memory {
            silent: true,
            ..Memory::default()
        };
        let (mut keyring, wakes) = keyring(silent.clone());
        keyring.look_up(&"chat.example.org".parse().unwrap());
        keyring.remember(&"chat.example.org".parse().unwrap(), &login(None, "x"));
        assert!(!keyring.is_there());
        drop(keyring);
        assert!(
            wakes.recv_timeout(Duration::from_secs(20)).is_err(),
            "the thread ends without having woken anybody"
        );
        assert!(silent.kept.lock().unwrap().is_empty());
    }

    #[test]
    fn a_login_is_read_as_it_was_written() {
        for login in [
            login(None, "p"),
            login(Some("a.b"), "\n"),
            login(None, "ana\npass"),
        ] {
            assert_eq!(from_text(&to_text(&login)), Some(login));
        }
        for strange in ["", "no line break", "Not an account!\nx", "ana\n"] {
            assert_eq!(from_text(strange), None, "{strange:?}");
        }
    }
}
