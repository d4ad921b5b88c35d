//! What a client asks for, and whether it may have it: an extended CONNECT for a WebSocket at one path (RFC 9220, RFC 8441), and
//! nothing else.

use crate::qpack::Field;

/// The version of WebSocket there is (RFC 6455).
const WEBSOCKET_VERSION: &[u8] = b"13";

/// Fields that belong to connections of HTTP/1.1 and must not be here (RFC 9114, 4.2).
const OF_CONNECTIONS: [&[u8]; 5] = [
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"transfer-encoding",
    b"upgrade",
];

/// A request for a WebSocket that can be granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The subprotocols that the client offers, in its order.
    pub protocols: Vec<String>,
}

/// Why a request is not granted, as HTTP counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The request contradicts itself, or speaks another WebSocket.
    BadRequest,
    /// A browser asks on behalf of somebody else's page.
    Forbidden,
    /// There is nothing at that path.
    NotFound,
    /// Only CONNECT is understood.
    MethodNotAllowed,
    /// CONNECT for something that is no WebSocket.
    NotImplemented,
}

impl Status {
    /// The number as it is said.
    pub fn digits(self) -> &'static str {
        match self {
            Self::BadRequest => "400",
            Self::Forbidden => "403",
            Self::NotFound => "404",
            Self::MethodNotAllowed => "405",
            Self::NotImplemented => "501",
        }
    }
}

/// Judges a field section: a WebSocket at `path`, or the reason why not.
///
/// # Errors
/// The status to answer.
pub fn judge(fields: &[Field], path: &str) -> Result<Request, Status> {
    if !is_well_formed(fields) {
        return Err(Status::BadRequest);
    }
    let value = |name: &str| {
        let found = fields.iter().find(|field| field.0 == name.as_bytes());
        found.map(|(_, value)| value.as_slice())
    };
    let method = value(":method").ok_or(Status::BadRequest)?;
    if method != b"CONNECT" {
        return Err(Status::MethodNotAllowed);
    }
    // Without a protocol it is the CONNECT of proxies.
    if value(":protocol") != Some(b"websocket") {
        return Err(Status::NotImplemented);
    }
    // Old clients leave the scheme and the authority out; there is one of each here.
    if value(":path").ok_or(Status::BadRequest)? != path.as_bytes() {
        return Err(Status::NotFound);
    }
    if value("sec-websocket-version") != Some(WEBSOCKET_VERSION) {
        return Err(Status::BadRequest);
    }
    if !value("origin").is_none_or(|origin| is_own_page(origin, value(":authority"))) {
        return Err(Status::Forbidden);
    }
    Ok(Request {
        protocols: protocols(fields),
    })
}

/// Without this, any page on the web could have its readers talk here.
fn is_own_page(origin: &[u8], authority: Option<&[u8]>) -> bool {
    let page = origin.strip_prefix(b"https://");
    page.is_some() && page == authority
}

/// Names are small, pseudo-fields come first and once, and nothing of HTTP/1.1 is left.
fn is_well_formed(fields: &[Field]) -> bool {
    let is_pseudo = |field: &&Field| field.0.first() == Some(&b':');
    let pseudo: Vec<&Field> = fields.iter().take_while(is_pseudo).collect();
    let is_new =
        |(place, field): (usize, &&Field)| pseudo[..place].iter().all(|earlier| earlier.0 != field.0);
    let is_good = |(name, value): &Field| {
        !name.is_empty()
            && !name.iter().any(|byte| byte.is_ascii_uppercase() || *byte <= b' ')
            && !value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'))
            && !OF_CONNECTIONS.contains(&name.as_slice())
    };
    pseudo.iter().enumerate().all(is_new)
        && !fields[pseudo.len()..].iter().any(|field| is_pseudo(&field))
        && fields.iter().all(is_good)
}

/// One field with commas, or several.
fn protocols(fields: &[Field]) -> Vec<String> {
    let named = fields.iter().filter(|field| field.0 == b"sec-websocket-protocol");
    let listed = named.flat_map(|(_, value)| value.split(|byte| *byte == b','));
    listed
        .map(|protocol| String::from_utf8_lossy(protocol.trim_ascii()).into_owned())
        .filter(|protocol| !protocol.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 7] = [
        (":method", "CONNECT"),
        (":scheme", "https"),
        (":authority", "localhost:4433"),
        (":path", "/ws"),
        (":protocol", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-protocol", "chat, superchat"),
    ];

    fn judged(fields: &[(&str, &str)]) -> Result<Request, Status> {
        let fields: Vec<Field> = fields
            .iter()
            .map(|(name, value)| (name.as_bytes().into(), value.as_bytes().into()))
            .collect();
        judge(&fields, "/ws")
    }

    /// The good one with one field changed, or left out.
    fn with(name: &str, value: Option<&str>) -> Result<Request, Status> {
        let fields: Vec<_> = GOOD
            .iter()
            .filter_map(|field| match field.0 == name {
                true => value.map(|value| (name, value)),
                false => Some(*field),
            })
            .collect();
        judged(&fields)
    }

    #[test]
    fn a_websocket_at_the_path_is_granted() {
        let request = judged(&GOOD).unwrap();
        assert_eq!(request.protocols, ["chat", "superchat"]);
        assert!(with(":scheme", None).is_ok() && with(":authority", None).is_ok());
    }

    #[test]
    fn whatever_else_is_asked_for_has_its_answer() {
        assert_eq!(with(":method", Some("GET")), Err(Status::MethodNotAllowed));
        assert_eq!(with(":method", None), Err(Status::BadRequest));
        assert_eq!(with(":protocol", None), Err(Status::NotImplemented));
        assert_eq!(
            with(":protocol", Some("connect-udp")),
            Err(Status::NotImplemented)
        );
        assert_eq!(with(":path", Some("/")), Err(Status::NotFound));
        assert_eq!(with("sec-websocket-version", Some("8")), Err(Status::BadRequest));
    }

    #[test]
    fn a_browser_may_ask_for_our_own_page_only() {
        let from = |origin| judged(&[&GOOD[..], &[("origin", origin)]].concat());
        assert!(from("https://localhost:4433").is_ok());
        assert_eq!(from("https://example.org"), Err(Status::Forbidden));
        assert_eq!(from("null"), Err(Status::Forbidden));
        let nameless = GOOD.iter().filter(|field| field.0 != ":authority");
        let nameless: Vec<_> = nameless.copied().chain([("origin", "null")]).collect();
        assert_eq!(
            judged(&nameless),
            Err(Status::Forbidden),
            "of no page, at no host"
        );
    }

    #[test]
    fn a_request_that_is_none_is_refused() {
        let and = |name, value| judged(&[&GOOD[..], &[(name, value)]].concat());
        assert_eq!(and("Origin", "https://example.org"), Err(Status::BadRequest));
        assert_eq!(and(":path", "/ws"), Err(Status::BadRequest), "too late");
        assert_eq!(and("connection", "upgrade"), Err(Status::BadRequest));
        assert_eq!(and("a", "b\r\nc"), Err(Status::BadRequest));
        let twice = [&GOOD[..1], &GOOD[..]].concat();
        assert_eq!(judged(&twice), Err(Status::BadRequest));
        assert_eq!(judged(&[]), Err(Status::BadRequest));
    }
}
