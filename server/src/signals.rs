//! The ways in which a system asks a program to end.

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
