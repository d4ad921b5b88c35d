//! What the desktop says about looks: light or dark, and whether things should move. Asked of the desktop portal, since a
//! window on X11 is told nothing.

use tokio::sync::watch;

use crate::bridge::Wake;

/// What the desktop asks of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Desktop {
    /// Dark, light, or no preference.
    pub dark: Option<bool>,
    /// Whether things should not move; nothing where the desktop does not say.
    pub reduced_motion: Option<bool>,
}

/// What the desktop says, now and later, and the task that listens. It wakes the window for each change.
pub fn follow(
    wake: Wake,
) -> (
    watch::Receiver<Desktop>,
    impl Future<Output = ()> + Send + 'static,
) {
    let (said, heard) = watch::channel(Desktop::default());
    (heard, platform::listen(said, wake))
}

#[cfg(target_os = "linux")]
mod platform {
    //! The freedesktop portal of settings.

    use std::time::Duration;

    use futures_util::StreamExt;
    use tokio::sync::watch;
    use tokio::time::timeout;
    use zbus::{Connection, OwnedVariant, Proxy};

    use super::Desktop;
    use crate::bridge::Wake;

    /// A portal that has not answered by then is none.
    const ANSWER_PATIENCE: Duration = Duration::from_secs(2);

    const APPEARANCE: &str = "org.freedesktop.appearance";
    const SCHEME: &str = "color-scheme";
    const MOTION: &str = "reduced-motion";
    const GNOME: &str = "org.gnome.desktop.interface";
    const ANIMATIONS: &str = "enable-animations";

    pub(super) async fn listen(said: watch::Sender<Desktop>, wake: Wake) {
        let Ok(Ok(portal)) = timeout(ANSWER_PATIENCE, connect()).await else {
            tracing::debug!("no desktop portal: light, and everything moves");
            return;
        };
        // First the signal, then the question: no change falls between.
        let Ok(Ok(mut changes)) = timeout(ANSWER_PATIENCE, portal.receive_signal("SettingChanged")).await
        else {
            return;
        };
        for (namespace, key) in [(APPEARANCE, SCHEME), (APPEARANCE, MOTION), (GNOME, ANIMATIONS)] {
            if let Ok(Some(value)) = timeout(ANSWER_PATIENCE, read(&portal, namespace, key)).await {
                note(&said, &wake, namespace, key, &value);
            }
        }
        while let Some(change) = changes.next().await {
            if let Ok((namespace, key, value)) = change.body().deserialize::<(String, String, OwnedVariant)>()
            {
                note(&said, &wake, &namespace, &key, &value);
            }
        }
    }

    async fn connect() -> zbus::Result<Proxy<'static>> {
        let bus = Connection::session().await?;
        Proxy::new_owned(
            bus,
            "org.freedesktop.portal.Desktop",
            "/org/freedesktop/portal/desktop",
            "org.freedesktop.portal.Settings",
        )
        .await
    }

    /// One setting. The older call wraps its answer in a variant of its own; `number` looks through it.
    async fn read(portal: &Proxy<'_>, namespace: &str, key: &str) -> Option<OwnedVariant> {
        portal.call("Read", &(namespace, key)).await.ok()
    }

    fn note(said: &watch::Sender<Desktop>, wake: &Wake, namespace: &str, key: &str, value: &OwnedVariant) {
        let changed = said.send_if_modified(|desktop| {
            let before = *desktop;
            match (namespace, key) {
                (APPEARANCE, SCHEME) => {
                    desktop.dark = match number(value) {
                        Some(1) => Some(true),
                        Some(2) => Some(false),
                        _ => None,
                    }
                }
                (APPEARANCE, MOTION) => desktop.reduced_motion = number(value).map(|n| n == 1),
                (GNOME, ANIMATIONS) => desktop.reduced_motion = truth(value).map(|moves| !moves),
                _ => {}
            }
            *desktop != before
        });
        if changed {
            wake();
        }
    }

    fn number(value: &zbus::Variant<'_>) -> Option<u32> {
        match value {
            zbus::Variant::Variant(inner) => number(inner),
            zbus::Variant::U32(number) => Some(*number),
            _ => None,
        }
    }

    fn truth(value: &zbus::Variant<'_>) -> Option<bool> {
        match value {
            zbus::Variant::Variant(inner) => truth(inner),
            zbus::Variant::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    #[cfg(test)]
    mod tests {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering};

        use zbus::Variant;

        use super::*;

        #[test]
        fn what_the_desktop_says_is_understood_and_only_changes_wake_the_window() {
            let (said, heard) = watch::channel(Desktop::default());
            let wakes = Arc::new(AtomicUsize::new(0));
            let wake: Wake = {
                let wakes = Arc::clone(&wakes);
                Arc::new(move || {
                    wakes.fetch_add(1, Ordering::Relaxed);
                })
            };
            let hear = |namespace, key, value: Variant<'_>| {
                note(
                    &said,
                    &wake,
                    namespace,
                    key,
                    &OwnedVariant::try_from(value).unwrap(),
                );
                *heard.borrow()
            };
            // The answer to a question is wrapped twice, a signal's once.
            let wrapped = Variant::Variant(Box::new(Variant::U32(1)));
            assert_eq!(hear(APPEARANCE, SCHEME, wrapped).dark, Some(true));
            assert_eq!(hear(APPEARANCE, SCHEME, Variant::U32(1)).dark, Some(true));
            assert_eq!(hear(APPEARANCE, SCHEME, Variant::U32(2)).dark, Some(false));
            assert_eq!(
                hear(APPEARANCE, SCHEME, Variant::U32(0)).dark,
                None,
                "no preference"
            );
            assert_eq!(
                hear(GNOME, ANIMATIONS, Variant::Bool(false)).reduced_motion,
                Some(true)
            );
            assert_eq!(
                hear(APPEARANCE, MOTION, Variant::U32(0)).reduced_motion,
                Some(false)
            );
            hear("org.example", "of no interest", Variant::U32(1));
            assert_eq!(wakes.load(Ordering::Relaxed), 5);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    //! Where the window is told by its toolkit.

    use tokio::sync::watch;

    use super::Desktop;
    use crate::bridge::Wake;

    pub(super) async fn listen(said: watch::Sender<Desktop>, _wake: Wake) {
        said.closed().await;
    }
}
