//! The task that talks to the desktop's notification service, whatever that is on this platform.

use std::future::pending;
use std::time::Duration;

use notify_rust::Notification;
use notify_rust::error::Error;
use tokio::select;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout};

use self::platform::{Popup, Service};
use super::{Banner, Request};
use crate::bridge::Wake;

/// A service that has not answered by then does not answer: the bus itself would let us wait for ever. Long enough for one
/// that the bus has to start first, on a busy computer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// After a failure nothing is tried for so long: there is no service, or it is not well. Twice the patience, so that a service
/// that never answers is waited for less than half of the time; short, because one that was only slow is well again soon.
const QUIET_AFTER_FAILURE: Duration = Duration::from_secs(10);

/// How long a popup stays, where the desktop lets us choose.
const POPUP_MILLIS: i32 = 8000;

/// Serves requests until the window is gone.
pub(super) async fn serve(mut requests: Receiver<Request>, raise: Wake) {
    let mut desk = Desk {
        service: None,
        popup: None,
        quiet_until: None,
    };
    loop {
        select! {
            request = requests.recv() => match request {
                Some(request) => desk.take(newest(request, &mut requests)).await,
                None => return,
            },
            () = desk.click() => {
                raise();
                // It has done its work. It is also told of twice by most services, and the second time there is no such notice.
                desk.withdraw().await;
            }
        }
    }
}

/// Only the newest counts: each replaces the one before.
fn newest(mut request: Request, requests: &mut Receiver<Request>) -> Request {
    while let Ok(newer) = requests.try_recv() {
        request = newer;
    }
    request
}

struct Desk {
    /// Joined before the first notice, and kept: clicks wait in it while a notice is being sent.
    service: Option<Service>,
    /// The notice on screen, if it still is.
    popup: Option<Popup>,
    quiet_until: Option<Instant>,
}

impl Desk {
    async fn take(&mut self, request: Request) {
        match request {
            Request::Show(banner) => self.show(&banner).await,
            Request::Withdraw => self.withdraw().await,
        }
    }

    async fn show(&mut self, banner: &Banner) {
        if self.quiet_until.is_some_and(|until| Instant::now() < until) {
            return;
        }
        match timeout(ANSWER_PATIENCE, self.send(banner)).await {
            Ok(Ok(())) => self.quiet_until = None,
            Ok(Err(error)) => self.fall_quiet(&error.to_string()),
            Err(_) => self.fall_quiet("no answer"),
        }
    }

    async fn send(&mut self, banner: &Banner) -> Result<(), Error> {
        let service = match &self.service {
            Some(service) => service,
            None => self.service.insert(Service::join().await?),
        };
        let mut notification = worded(banner, service.body_is_markup());
        let popup = match self.popup.take() {
            None => Popup::show(&notification).await?,
            Some(before) => match Popup::show(notification.id(before.id())).await {
                Ok(popup) => popup,
                // GNOME lets only the connection that showed a notice replace it, and `notify-rust` takes a new one each time.
                Err(_) => {
                    before.close().await;
                    Popup::show(notification.id(0)).await?
                }
            },
        };
        self.popup = Some(popup);
        Ok(())
    }

    /// Returns when somebody clicks on the notice. No click is lost when it is dropped before.
    async fn click(&mut self) {
        loop {
            select! {
                clicked = next_click(&mut self.service) => match clicked {
                    Some(id) if self.popup.as_ref().is_some_and(|popup| popup.id() == id) => return,
                    // Another program's.
                    Some(_) => {}
                    None => self.fall_quiet("the bus is gone"),
                },
                () = click_on(&mut self.popup) => return,
            }
        }
    }

    /// Without a service the window's title and its call for attention have to do; a later notice tries again.
    fn fall_quiet(&mut self, why: &str) {
        tracing::info!(why, "notices are not shown for a moment");
        self.quiet_until = Some(Instant::now() + QUIET_AFTER_FAILURE);
        self.service = None;
        self.popup = None;
    }

    async fn withdraw(&mut self) {
        if let Some(popup) = self.popup.take() {
            // Nobody waits for the answer; a service that gives none is given up like above.
            timeout(ANSWER_PATIENCE, popup.close()).await.ok();
        }
    }
}

/// The number of the next notice that somebody clicks, or nothing when the bus is gone.
async fn next_click(service: &mut Option<Service>) -> Option<u32> {
    match service {
        Some(service) => service.next_click().await,
        None => pending().await,
    }
}

async fn click_on(popup: &mut Option<Popup>) {
    match popup {
        Some(popup) => popup.click().await,
        None => pending::<()>().await,
    }
}

fn worded(banner: &Banner, body_is_markup: bool) -> Notification {
    let body = if body_is_markup {
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
    platform::dress(&mut notification, &banner.open);
    notification
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

    use std::future::pending;
    use std::panic::AssertUnwindSafe;
    use std::sync::Arc;

    use futures_util::future::BoxFuture;
    use futures_util::{FutureExt, StreamExt};
    use notify_rust::error::Error;
    use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
    use zbus::message::Type;
    use zbus::{Connection, MatchRule, MessageStream};

    const SERVICE: &str = "org.freedesktop.Notifications";
    const OBJECT: &str = "/org/freedesktop/Notifications";

    /// The service, as it speaks to everybody on the bus.
    pub(super) struct Service {
        clicks: MessageStream,
        body_is_markup: bool,
    }

    impl Service {
        /// From here on no click is missed, and what the service can do is known.
        pub(super) async fn join() -> Result<Self, Error> {
            let bus = Connection::session().await?;
            let clicks = MatchRule::builder()
                .msg_type(Type::Signal)
                .interface(SERVICE)
                .path(OBJECT)
                .member("ActionInvoked")
                .build()?;
            Ok(Self {
                clicks: MessageStream::for_match_rule(clicks, &bus, None).await?,
                body_is_markup: body_is_markup(&bus).await.unwrap_or(false),
            })
        }

        /// Whether it reads `<b>` as bold and swallows `&`.
        pub(super) fn body_is_markup(&self) -> bool {
            self.body_is_markup
        }

        /// The number of the next notice on which somebody chooses an action, whosever it is; nothing when the bus is gone.
        pub(super) async fn next_click(&mut self) -> Option<u32> {
            loop {
                let message = self.clicks.next().await?.ok()?;
                if let Ok((id, _action)) = message.body().deserialize::<(u32, String)>() {
                    return Some(id);
                }
            }
        }
    }

    async fn body_is_markup(bus: &Connection) -> zbus::Result<bool> {
        let answer = bus
            .call_method(Some(SERVICE), OBJECT, Some(SERVICE), "GetCapabilities", &())
            .await?;
        let capabilities: Vec<String> = answer.body().deserialize()?;
        Ok(capabilities.iter().any(|one| one == "body-markup"))
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

    /// A notice that was shown. It keeps the connection that it was shown over: GNOME tells of clicks there alone, and takes the
    /// notice away when that ends.
    pub(super) struct Popup {
        handle: Arc<NotificationHandle>,
        /// Whether it was clicked, told when it is done with.
        outcome: Option<BoxFuture<'static, bool>>,
    }

    impl Popup {
        pub(super) async fn show(notification: &Notification) -> Result<Self, Error> {
            let handle = Arc::new(notification.show_async().await?);
            // It panics when the bus goes away at the wrong moment, which the service's own connection notices as well.
            let outcome = AssertUnwindSafe(outcome(Arc::clone(&handle))).catch_unwind();
            Ok(Self {
                handle,
                outcome: Some(outcome.map(|clicked| clicked.unwrap_or(false)).boxed()),
            })
        }

        pub(super) fn id(&self) -> u32 {
            self.handle.id()
        }

        /// Returns when the service tells us alone of a click.
        pub(super) async fn click(&mut self) {
            if let Some(outcome) = &mut self.outcome {
                let clicked = outcome.await;
                self.outcome = None;
                if clicked {
                    return;
                }
            }
            // Closed. What the service told everybody before may be still to be heard, so the notice is not forgotten.
            pending::<()>().await;
        }

        pub(super) async fn close(self) {
            self.handle.close_async().await;
        }
    }

    async fn outcome(handle: Arc<NotificationHandle>) -> bool {
        let mut clicked = false;
        let note = |response: &NotificationResponse| {
            clicked = matches!(
                response,
                NotificationResponse::Default | NotificationResponse::Action(_)
            );
        };
        handle.wait_for_action_async(note).await;
        clicked
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    //! Desktops whose notices are plain text, are not replaced by number, and raise the window by themselves when clicked.

    use std::future::pending;

    use notify_rust::Notification;
    use notify_rust::error::Error;

    pub(super) struct Service;

    impl Service {
        pub(super) async fn join() -> Result<Self, Error> {
            Ok(Self)
        }

        pub(super) fn body_is_markup(&self) -> bool {
            false
        }

        pub(super) async fn next_click(&mut self) -> Option<u32> {
            pending().await
        }
    }

    pub(super) fn dress(_notification: &mut Notification, _open: &str) {}

    pub(super) struct Popup;

    impl Popup {
        pub(super) async fn show(notification: &Notification) -> Result<Self, Error> {
            let notification = notification.clone();
            match tokio::task::spawn_blocking(move || notification.show().map(drop)).await {
                Ok(shown) => shown.map(|()| Self),
                Err(_) => Err("it could not be shown".into()),
            }
        }

        pub(super) fn id(&self) -> u32 {
            0
        }

        pub(super) async fn click(&mut self) {
            pending::<()>().await;
        }

        pub(super) async fn close(self) {}
    }
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
