//! The task that talks to the desktop's notification service, whatever that is on this platform.

use std::time::Duration;

use notify_rust::{Notification, NotificationHandle};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::{Banner, Request};
use crate::bridge::Wake;

/// A service that has not answered by then does not answer: the bus itself would let us wait for ever.
const ANSWER_PATIENCE: Duration = Duration::from_secs(2);

/// After a failure nothing is tried for so long: there is no service, or it is not well.
const QUIET_AFTER_FAILURE: Duration = Duration::from_secs(60);

/// How long a popup stays, where the desktop lets us choose.
const POPUP_MILLIS: i32 = 8000;

/// Serves requests until the window is gone.
pub(super) async fn serve(mut requests: Receiver<Request>, raise: Wake) {
    let mut desk = Desk {
        raise,
        popup: None,
        quiet_until: None,
        body_is_markup: None,
    };
    while let Some(mut request) = requests.recv().await {
        // Only the newest counts: each replaces the one before.
        while let Ok(newer) = requests.try_recv() {
            request = newer;
        }
        match request {
            Request::Show(banner) => desk.show(&banner).await,
            Request::Withdraw => desk.withdraw().await,
        }
    }
}

struct Desk {
    raise: Wake,
    popup: Option<Popup>,
    quiet_until: Option<Instant>,
    body_is_markup: Option<bool>,
}

/// The notice on screen, if it still is, and the task that waits for a click on it.
struct Popup {
    id: u32,
    clicks: JoinHandle<()>,
}

impl Desk {
    async fn show(&mut self, banner: &Banner) {
        if self.quiet_until.is_some_and(|until| Instant::now() < until) {
            return;
        }
        match timeout(ANSWER_PATIENCE, self.send(banner)).await {
            Ok(Ok(handle)) => self.await_click(handle),
            Ok(Err(error)) => self.fall_quiet(&error.to_string()),
            Err(_) => self.fall_quiet("no answer"),
        }
    }

    async fn send(&mut self, banner: &Banner) -> Result<NotificationHandle, notify_rust::error::Error> {
        let markup = match self.body_is_markup {
            Some(known) => known,
            None => *self.body_is_markup.insert(platform::body_is_markup().await),
        };
        let body = if markup {
            escaped(&banner.body)
        } else {
            banner.body.clone()
        };
        let mut notification = Notification::new();
        notification
            .appname("Acaso")
            .summary(&banner.summary)
            .body(&body)
            .timeout(POPUP_MILLIS);
        if let Some(popup) = &self.popup {
            notification.id(popup.id);
        }
        platform::dress(&mut notification, &banner.open);
        notification.show_async().await
    }

    /// Without a service the window's title and its call for attention have to do; the next notice tries again.
    fn fall_quiet(&mut self, why: &str) {
        tracing::info!(why, "notices are not shown for a minute");
        self.quiet_until = Some(Instant::now() + QUIET_AFTER_FAILURE);
        self.body_is_markup = None;
        self.forget_popup();
    }

    fn await_click(&mut self, handle: NotificationHandle) {
        self.forget_popup();
        self.quiet_until = None;
        let (id, raise) = (platform::id(&handle), self.raise.clone());
        let clicks = tokio::spawn(platform::wait_for_click(handle, raise));
        self.popup = Some(Popup { id, clicks });
    }

    async fn withdraw(&mut self) {
        if let Some(Popup { id, clicks }) = self.popup.take() {
            clicks.abort();
            // Nobody waits for the answer; a service that gives none is given up like above.
            timeout(ANSWER_PATIENCE, platform::close(id)).await.ok();
        }
    }

    fn forget_popup(&mut self) {
        if let Some(popup) = self.popup.take() {
            popup.clicks.abort();
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.forget_popup();
    }
}

/// Text as markup that shows it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(target_os = "linux")]
mod platform {
    //! The freedesktop notification service.

    use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};

    use crate::bridge::Wake;

    const SERVICE: &str = "org.freedesktop.Notifications";
    const OBJECT: &str = "/org/freedesktop/Notifications";

    /// Whether the service reads `<b>` as bold and swallows `&`.
    pub(super) async fn body_is_markup() -> bool {
        let capabilities = async {
            let bus = zbus::Connection::session().await?;
            let answer = bus
                .call_method(Some(SERVICE), OBJECT, Some(SERVICE), "GetCapabilities", &())
                .await?;
            answer.body().deserialize::<Vec<String>>()
        };
        capabilities
            .await
            .is_ok_and(|all| all.iter().any(|one| one == "body-markup"))
    }

    /// What this desktop understands beyond words.
    pub(super) fn dress(notification: &mut Notification, open: &str) {
        notification
            .icon("org.acaso.Acaso")
            .action("default", open)
            .hint(Hint::Category("im.received".to_owned()))
            .hint(Hint::DesktopEntry("org.acaso.Acaso".to_owned()))
            .hint(Hint::SoundName("message-new-instant".to_owned()));
    }

    pub(super) fn id(handle: &NotificationHandle) -> u32 {
        handle.id()
    }

    /// Waits until the notice is clicked or gone.
    pub(super) async fn wait_for_click(handle: NotificationHandle, raise: Wake) {
        let clicked = |response: &NotificationResponse| {
            if matches!(
                response,
                NotificationResponse::Default | NotificationResponse::Action(_)
            ) {
                raise();
            }
        };
        handle.wait_for_action_async(clicked).await;
    }

    pub(super) async fn close(id: u32) {
        let Ok(bus) = zbus::Connection::session().await else {
            return;
        };
        bus.call_method(Some(SERVICE), OBJECT, Some(SERVICE), "CloseNotification", &(id,))
            .await
            .ok();
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    //! Desktops whose notices are plain text, are not replaced by number, and raise the window by themselves when clicked.

    use notify_rust::{Notification, NotificationHandle};

    use crate::bridge::Wake;

    pub(super) async fn body_is_markup() -> bool {
        false
    }

    pub(super) fn dress(_notification: &mut Notification, _open: &str) {}

    pub(super) fn id(_handle: &NotificationHandle) -> u32 {
        0
    }

    pub(super) async fn wait_for_click(_handle: NotificationHandle, _raise: Wake) {}

    pub(super) async fn close(_id: u32) {}
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn whatever_looks_like_markup_is_text() {
        assert_eq!(escaped("<b>1 & 2</b>"), "&lt;b&gt;1 &amp; 2&lt;/b&gt;");
        assert_eq!(escaped("&lt;"), "&amp;lt;");
    }
}
