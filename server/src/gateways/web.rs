//! A plaza in a browser: one page of ours, and the WebSocket that it opens. Other clients may open the same WebSocket and speak as
//! AIO-CHAT's do.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use acaso_shared::ids::PlazaName;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use self::document::{CONTENT, policy};
use super::doorway::Doorkeeper;
use super::page;
use super::talk::{Dialect, Visit, talk};
use super::wire::Web;
use crate::entrance::Entrance;
use crate::lobby::Hall;

mod document;

/// The subprotocol of our own page: the plaza's words as JSON.
const PAGE: &str = "acaso.plaza";

/// The subprotocol of AIO-CHAT's clients; one that names none is taken for one of them.
const CHAT: &str = "chat";

/// Longest request in bytes: browsers send cookies and whatever else belongs to the host's name.
const REQUEST_BYTES_MAX: usize = 16 * 1024;

/// A WebSocket that was granted.
struct Granted {
    upgrade: OnUpgrade,
    protocol: Option<&'static str>,
}

/// Why a WebSocket is not granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Denied {
    /// None was asked for.
    NoWebSocket,
    /// A browser asks on behalf of somebody else's page.
    ForeignPage,
    /// Another version than there is, or no key.
    OtherVersion,
}

impl Denied {
    fn response(self) -> Response<String> {
        let (status, words) = match self {
            Self::NoWebSocket => (
                StatusCode::UPGRADE_REQUIRED,
                "A WebSocket is spoken here; the page is at /.",
            ),
            Self::ForeignPage => (
                StatusCode::FORBIDDEN,
                "Only the page of this server may open this.",
            ),
            Self::OtherVersion => (
                StatusCode::BAD_REQUEST,
                "Version 13 of WebSocket is spoken here, with a key.",
            ),
        };
        let mut response = plain(status, words);
        let headers = response.headers_mut();
        match self {
            Self::NoWebSocket => {
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            }
            Self::ForeignPage => {}
            Self::OtherVersion => {
                headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
        }
        response
    }
}

/// Shows the page, and lets those who open a WebSocket into plazas, until the context's stop. Who does not choose one comes into
/// that plaza.
pub(crate) async fn run(entrance: Entrance, plaza: PlazaName, hall: Arc<Hall>) {
    let plaza = Arc::new(plaza);
    let doorkeeper = Doorkeeper::new(&hall);
    doorkeeper
        .receive_all(&entrance, |line, newcomer, hall| {
            let plaza = Arc::clone(&plaza);
            async move {
                let answered = timeout(hall.context.timings.arrival, answer(line));
                let answered = hall.context.stop.run_until_cancelled(answered).await;
                let Some(Ok(Some((socket, protocol)))) = answered else {
                    return;
                };
                let wire = Web::new(TokioIo::new(socket)).await;
                if protocol == Some(PAGE) {
                    page::visit(wire, &hall, newcomer).await;
                } else {
                    let visit = Visit::new(&hall, &plaza, newcomer);
                    talk(wire, Dialect::NameInLine, visit).await;
                }
            }
        })
        .await;
}

/// Answers one request. What is left is a WebSocket, if one was granted.
async fn answer(line: TcpStream) -> Option<(Upgraded, Option<&'static str>)> {
    let granted = Arc::new(Mutex::new(None));
    let service = service_fn(|request| {
        let (response, wanted) = respond(request);
        *granted.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let connection = http1::Builder::new()
        .max_buf_size(REQUEST_BYTES_MAX)
        // All of it has one time together.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(line), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a request was not answered");
        return None;
    }
    let Granted { upgrade, protocol } = granted.lock().unwrap_or_else(PoisonError::into_inner).take()?;
    Some((upgrade.await.ok()?, protocol))
}

fn respond(request: Request<Incoming>) -> (Response<String>, Option<Granted>) {
    match request.uri().path() {
        "/" if matches!(*request.method(), Method::GET | Method::HEAD) => (document(&request), None),
        "/ws" if *request.method() == Method::GET => match grant(request) {
            Ok((response, granted)) => (response, Some(granted)),
            Err(denied) => (denied.response(), None),
        },
        "/" | "/ws" => {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is understood here.");
            let allow = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(header::ALLOW, allow);
            (response, None)
        }
        _ => (
            plain(StatusCode::NOT_FOUND, "There is nothing here: the page is at /."),
            None,
        ),
    }
}

/// The page, and what a browser may do with it: nothing but show it and talk to this server.
fn document<B>(request: &Request<B>) -> Response<String> {
    let mut response = Response::new(CONTENT.to_owned());
    let policy = policy(host(request));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONNECTION, HeaderValue::from_static("close")),
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, policy),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ] {
        headers.insert(name, value);
    }
    response
}

/// Grants a WebSocket (RFC 6455, 4.2), or says what is wrong.
fn grant<B>(mut request: Request<B>) -> Result<(Response<String>, Granted), Denied> {
    let says = |name, word: &str| {
        let value = text(&request, name).unwrap_or_default();
        value
            .split(',')
            .any(|said| said.trim().eq_ignore_ascii_case(word))
    };
    if !says(header::CONNECTION, "upgrade") || !says(header::UPGRADE, "websocket") {
        return Err(Denied::NoWebSocket);
    }
    if !is_own_page(&request) {
        return Err(Denied::ForeignPage);
    }
    let key = text(&request, header::SEC_WEBSOCKET_KEY);
    let (Some(key), true) = (key, says(header::SEC_WEBSOCKET_VERSION, "13")) else {
        return Err(Denied::OtherVersion);
    };
    let accept = derive_accept_key(key.as_bytes());
    let protocol = [PAGE, CHAT]
        .into_iter()
        .find(|protocol| says(header::SEC_WEBSOCKET_PROTOCOL, protocol));
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    let accept = HeaderValue::try_from(accept).expect("base64 can stand in a header");
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    if let Some(protocol) = protocol {
        let protocol = HeaderValue::from_static(protocol);
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    Ok((response, Granted { upgrade, protocol }))
}

/// Whether a browser asks on behalf of our own page. Without this, any page on the web could have its readers talk here.
fn is_own_page<B>(request: &Request<B>) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        // Only browsers have one.
        return true;
    };
    let page = origin.to_str().ok().and_then(|origin| {
        let scheme = |scheme| origin.strip_prefix(scheme);
        scheme("http://").or_else(|| scheme("https://"))
    });
    page.is_some() && page == host(request)
}

fn host<B>(request: &Request<B>) -> Option<&str> {
    text(request, header::HOST)
}

fn text<B>(request: &Request<B>, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

fn plain(status: StatusCode, words: &str) -> Response<String> {
    let mut response = Response::new(format!("{words}\n"));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    // One request is all that a connection is for.
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request<()> {
        let asked = Request::get("/ws")
            .header("host", "example.org:8080")
            .header("connection", "keep-alive, Upgrade")
            .header("upgrade", "websocket");
        let with =
            |asked: hyper::http::request::Builder, (name, value): &(&str, &str)| asked.header(*name, *value);
        headers.iter().fold(asked, with).body(()).unwrap()
    }

    const KEY: (&str, &str) = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    const VERSION: (&str, &str) = ("sec-websocket-version", "13");

    #[test]
    fn the_example_of_rfc_6455_is_granted() {
        let offered = ("sec-websocket-protocol", "chat, superchat");
        let (response, granted) = grant(request(&[KEY, VERSION, offered])).ok().unwrap();
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
        let header = |name| response.headers().get(name).unwrap();
        assert_eq!(header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(header("sec-websocket-protocol"), "chat");
        assert_eq!(granted.protocol, Some(CHAT));
    }

    #[test]
    fn the_page_is_known_by_its_subprotocol_and_others_need_none() {
        let protocol = |offered: &[(&str, &str)]| {
            let asked = request(&[&[KEY, VERSION], offered].concat());
            grant(asked).ok().unwrap().1.protocol
        };
        assert_eq!(protocol(&[("sec-websocket-protocol", PAGE)]), Some(PAGE));
        assert_eq!(protocol(&[("sec-websocket-protocol", "telnet")]), None);
        assert_eq!(protocol(&[]), None);
    }

    #[test]
    fn what_is_missing_is_told() {
        let denied = |request| grant(request).err().unwrap();
        assert_eq!(denied(request(&[VERSION])), Denied::OtherVersion);
        assert_eq!(
            denied(request(&[KEY, ("sec-websocket-version", "8")])),
            Denied::OtherVersion
        );
        let plain = Request::get("/ws").body(()).unwrap();
        assert_eq!(denied(plain), Denied::NoWebSocket);
        let response = Denied::OtherVersion.response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()["sec-websocket-version"], "13");
    }

    #[test]
    fn the_pages_of_others_open_nothing() {
        let from = |origin| grant(request(&[KEY, VERSION, ("origin", origin)]));
        assert!(from("http://example.org:8080").is_ok());
        assert!(from("https://example.org:8080").is_ok());
        for other in ["https://example.com", "http://example.org", "null", "file://"] {
            assert_eq!(from(other).err(), Some(Denied::ForeignPage), "{other}");
        }
    }
}
