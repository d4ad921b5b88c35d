//! The desktop's notices, where the desktop does not answer. What an answering one gets is tested with real windows.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that cannot help fails its test"
)]

use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use acaso::notify::{Banner, Notices, Notifier as _};

fn banner(body: &str) -> Banner {
    Banner {
        summary: "Marina".to_owned(),
        body: body.to_owned(),
        open: "Open".to_owned(),
    }
}

/// Runs one of the tests below in a process of its own, whose session bus is at this address.
fn run_with_bus(address: &str, test: &str) {
    let program = std::env::current_exe().unwrap();
    let ended = Command::new(program)
        .args(["--exact", test, "--ignored", "--test-threads=1"])
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stdout)
    );
    assert!(
        String::from_utf8_lossy(&ended.stdout).contains("1 passed"),
        "{test} was not run"
    );
}

#[test]
fn a_bus_that_never_answers_blocks_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bus");
    // It takes connections and never says a word.
    let _silent = UnixListener::bind(&path).unwrap();
    run_with_bus(&format!("unix:path={}", path.display()), "notices_and_their_end");
}

#[test]
fn no_bus_at_all_is_no_error() {
    run_with_bus("unix:path=/nowhere/at/all", "notices_and_their_end");
}

#[test]
#[ignore = "run by the tests above, with a bus of theirs"]
fn notices_and_their_end() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        // The patience with a bus is the clock's: it jumps there, since nothing else is left to wait for.
        tokio::time::pause();
        let (mut notices, serve) = Notices::new(Arc::new(|| panic!("nobody clicked")));
        let served = tokio::spawn(serve);
        for i in 0..100 {
            notices.show(banner(&format!("message {i}")));
            tokio::task::yield_now().await;
        }
        notices.withdraw();
        drop(notices);
        tokio::time::timeout(Duration::from_secs(3600), served)
            .await
            .expect("the task ends with the window")
            .unwrap();
    });
    runtime.shutdown_background();
}
