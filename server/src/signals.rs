//! The ways in which a system asks a program to end, or to read its configuration again.

/// Waits until the system asks this program to end: Ctrl-C, SIGTERM, or a closed terminal. `of_terminal` says whether there
/// is a terminal that could be closed.
#[cfg(unix)]
pub(crate) async fn asked_to_end(of_terminal: bool) {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    async fn next(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => _ = signal.recv().await,
            // Then it has its usual effect: the program ends, without a goodbye.
            Err(error) => {
                tracing::warn!(%error, "a signal cannot be watched");
                std::future::pending::<()>().await;
            }
        }
    }
    let hang_up = async {
        // Without a terminal it may be ignored on purpose (nohup), and must stay so.
        match of_terminal {
            true => next(signal(SignalKind::hangup())).await,
            false => std::future::pending().await,
        }
    };
    tokio::select! {
        () = next(signal(SignalKind::interrupt())) => {}
        () = next(signal(SignalKind::terminate())) => {}
        () = hang_up => {}
    }
}

/// Waits until the system asks this program to end: Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn asked_to_end(_of_terminal: bool) {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be watched");
        std::future::pending::<()>().await;
    }
}

/// The system's wishes that the configuration be read again: SIGHUP where no terminal is that could be closed.
pub(crate) struct Reloads {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Reloads {
    /// Watches for them from now on.
    #[cfg(unix)]
    pub(crate) fn watch(of_terminal: bool) -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        if of_terminal {
            return Self { signal: None };
        }
        let watched = signal(SignalKind::hangup());
        if let Err(error) = &watched {
            tracing::warn!(%error, "a signal cannot be watched");
        }
        Self { signal: watched.ok() }
    }

    /// There are none on this system; the console has a word for it.
    #[cfg(not(unix))]
    pub(crate) fn watch(_of_terminal: bool) -> Self {
        Self {}
    }

    /// The next one. Cancel-safe.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}
