//! Being asked to end by the system: a terminal's Ctrl-C, or the end of the desktop's session.

/// Returns when that happens; never, if the system does not tell us.
pub(crate) async fn asked_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = platform::terminated() => {}
    }
}

#[cfg(unix)]
mod platform {
    //! SIGTERM.

    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn terminated() {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
mod platform {
    //! Where windows are asked themselves.

    pub(super) async fn terminated() {
        std::future::pending().await
    }
}
