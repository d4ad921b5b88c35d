//! The system's keyring: where what a server asks for can be kept, if the person wants that. It is offered only where one answers;
//! where none does, nothing is said about it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

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

/// Requests that wait for a place in the queue: more servers than anybody has the patience to forget before a keyring that is locked.
const POSTPONED_MAX: usize = 256;

/// How long the end of the program waits for what was asked last: a few words to another program, unless that asks the person.
const LAST_REQUESTS_PATIENCE: Duration = Duration::from_secs(2);

/// The keyring of the system, asked by a thread of its own: it may take as long as it takes a person to unlock it.
pub struct SystemKeyring {
    /// There until the end.
    requests: Option<SyncSender<Request>>,
    /// What found no place in the queue, at most one for each server: it is tried again, before anything newer.
    postponed: Vec<Request>,
    answers: Receiver<(ServerAddress, Login)>,
    there: Arc<AtomicBool>,
}

enum Request {
    LookUp(ServerAddress),
    Remember(ServerAddress, Login),
    Forget(ServerAddress),
}

impl Request {
    fn server(&self) -> &ServerAddress {
        match self {
            Self::LookUp(server) | Self::Remember(server, _) | Self::Forget(server) => server,
        }
    }
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
            requests: Some(requests),
            postponed: Vec::new(),
            answers,
            there,
        }
    }

    fn request(&mut self, request: Request) {
        self.postpone(request);
        self.hand_over();
    }

    /// The last word about a server is the one that counts. A look is worth nothing later: by then the person has typed.
    fn postpone(&mut self, request: Request) {
        if matches!(request, Request::LookUp(_)) && !self.postponed.is_empty() {
            return;
        }
        self.postponed
            .retain(|waiting| waiting.server() != request.server());
        if self.postponed.len() < POSTPONED_MAX {
            self.postponed.push(request);
        } else {
            tracing::warn!("the keyring does not answer; a request was dropped");
        }
    }

    /// Hands over what waits, in its order, as far as there are places.
    fn hand_over(&mut self) {
        let Some(requests) = &self.requests else { return };
        while !self.postponed.is_empty() {
            match requests.try_send(self.postponed.remove(0)) {
                Ok(()) => {}
                Err(TrySendError::Full(request)) => return self.postponed.insert(0, request),
                // There is no thread: nobody will ever answer.
                Err(TrySendError::Disconnected(_)) => self.postponed.clear(),
            }
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
        // Asked whenever the window was woken, as it is with each request that is done and leaves its place.
        self.hand_over();
        self.answers.try_recv().ok()
    }

    fn remember(&mut self, server: &ServerAddress, login: &Login) {
        self.request(Request::Remember(server.clone(), login.clone()));
    }

    fn forget(&mut self, server: &ServerAddress) {
        self.request(Request::Forget(server.clone()));
    }
}

/// Whoever has a server forgotten and closes the window has had it forgotten, if the keyring answers at all.
impl Drop for SystemKeyring {
    fn drop(&mut self) {
        let until = Instant::now() + LAST_REQUESTS_PATIENCE;
        self.hand_over();
        self.requests = None;
        // The thread drops its end when the last request is done.
        while self
            .answers
            .recv_timeout(until.saturating_duration_since(Instant::now()))
            .is_ok()
        {}
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
            if !self.store.answers() {
                continue;
            }
            self.there.store(true, Ordering::Relaxed);
            if let Err(error) = self.perform(request) {
                // The kind alone: an error may quote what it was about.
                let kind = std::mem::discriminant(&error);
                tracing::warn!(?kind, "the keyring refused");
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

    /// A keyring in memory; one that does not answer is none, and one that is locked lets nobody in until it is unlocked.
    #[derive(Clone, Default)]
    struct Memory {
        kept: Arc<Mutex<HashMap<String, String>>>,
        silent: bool,
        lock: Arc<Mutex<()>>,
    }

    impl Store for Memory {
        fn answers(&self) -> bool {
            drop(self.lock.lock().unwrap());
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
    fn a_server_is_forgotten_in_a_run_that_asked_the_keyring_nothing_else() {
        let store = Memory::default();
        store.put("chat.example.org", "\nfrom another run").unwrap();
        let (mut keyring, _wakes) = keyring(store.clone());
        keyring.forget(&"chat.example.org".parse().unwrap());
        // The window is closed at once.
        drop(keyring);
        assert!(store.kept.lock().unwrap().is_empty());
    }

    #[test]
    fn what_finds_no_place_before_a_locked_keyring_is_done_later() {
        let store = Memory::default();
        let servers: Vec<ServerAddress> = (0..3 * QUEUE)
            .map(|number| format!("{number}.example.org").parse().unwrap())
            .collect();
        for server in &servers {
            store.put(&server.to_string(), "\nsecret").unwrap();
        }
        let (mut keyring, wakes) = keyring(store.clone());
        let locked = store.lock.lock().unwrap();
        for server in &servers {
            keyring.remember(server, &login(None, "new"));
            keyring.forget(server);
        }
        drop(locked);
        while !store.kept.lock().unwrap().is_empty() {
            woken(&wakes);
            assert_eq!(keyring.found(), None);
        }
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
