//! The page itself, and the policy that goes with it: its one script and its one style by their hashes, and no other.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderValue;
use ring::digest::{SHA256, digest};

/// The page: one file, nothing of which comes from elsewhere.
pub(super) const CONTENT: &str = include_str!("../../../../assets/web/plaza.html");

/// What a browser may do with the page that it got from that host.
pub(super) fn policy(host: Option<&str>) -> HeaderValue {
    static FIXED: OnceLock<String> = OnceLock::new();
    let fixed = FIXED.get_or_init(|| {
        let (script, style) = (hash("script"), hash("style"));
        format!(
            "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        )
    });
    // Not every browser counts WebSockets of its own host as its own.
    let sockets = host
        .filter(|host| is_host(host))
        .map_or_else(String::new, |host| format!(" ws://{host} wss://{host}"));
    let policy = format!("{fixed}; connect-src 'self'{sockets}");
    HeaderValue::try_from(policy).expect("hashes and a host can stand in a header")
}

/// Letters, digits and what stands between them in an address: nothing that could end the policy and begin another.
fn is_host(host: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte);
    host.bytes().all(is_good)
}

/// What stands between the tags, hashed as a policy names it.
fn hash(tag: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let content = CONTENT
        .split_once(&open)
        .and_then(|(_, rest)| rest.split_once(&close));
    let (content, _) = content.expect("the page has one of each");
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, content.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_one_script_and_one_style_and_nothing_from_elsewhere() {
        for tag in ["<script", "<style"] {
            assert_eq!(CONTENT.matches(tag).count(), 1, "{tag}");
        }
        for foreign in [
            "src=",
            "href=\"http",
            "url(",
            "@import",
            "innerHTML",
            "style=",
            " onclick",
        ] {
            assert!(!CONTENT.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_host_cannot_change_the_policy() {
        let good = policy(Some("[::1]:8080"));
        let good = good.to_str().unwrap();
        assert!(
            good.contains("connect-src 'self' ws://[::1]:8080 wss://[::1]:8080"),
            "{good}"
        );
        for bad in [Some("a; script-src *"), Some("a b"), Some("*"), None] {
            assert!(policy(bad).to_str().unwrap().ends_with("connect-src 'self'"));
        }
    }
}
