//! A browser without a window, and the few words of WebDriver that a story needs, said to Chromium's own driver over HTTP.

use std::process::Stdio;
use std::time::Duration;

use acaso_tests::patience::{seen, soon};
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// How the driver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How the page is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) size: (u32, u32),
    pub(super) dark: bool,
    pub(super) language: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            size: (1000, 720),
            dark: false,
            language: "en",
        }
    }
}

/// A browser. Dropped, it ends with its driver.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts one.
    pub(super) async fn opens(look: Look) -> Result<Self> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver cannot be started: cargo xtask web installs it")?;
        let said = driver
            .stdout
            .take()
            .context("its stdout was asked for as a pipe")?;
        let mut lines = BufReader::new(said).lines();
        let port = soon("the driver tells its port", async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    return Ok(port.trim_end_matches('.').parse()?);
                }
            }
            bail!("the driver told no port")
        })
        .await??;
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
        };
        browser.session = browser.begins(look).await?;
        Ok(browser)
    }

    async fn begins(&self, look: Look) -> Result<String> {
        let (width, height) = look.size;
        let mut arguments = vec![
            "--headless=new".to_owned(),
            // There is no other page and no other user here.
            "--no-sandbox".into(),
            "--disable-dev-shm-usage".into(),
            format!("--window-size={width},{height}"),
            format!("--lang={}", look.language),
        ];
        if look.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".into());
        }
        let wished = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": arguments, "prefs": { "intl.accept_languages": look.language } },
        } } });
        let begun = self.says("POST", "/session", &wished).await?;
        let session = begun["sessionId"].as_str().context("no session")?.to_owned();
        let size = json!({ "width": width, "height": height });
        self.says("POST", &format!("/session/{session}/window/rect"), &size)
            .await?;
        Ok(session)
    }

    pub(super) async fn goes(&self, url: &str) -> Result<()> {
        self.asks("POST", "url", &json!({ "url": url })).await.map(drop)
    }

    /// Waits until that text is in that element.
    pub(super) async fn sees(&self, selector: &str, text: &str) -> Result<()> {
        let script = "const e = document.querySelector(arguments[0]); return e && !e.closest('[hidden]') ? e.textContent : '';";
        seen(format!("{text:?} in {selector}"), async || {
            let shown = self.evaluates(script, &json!([selector])).await?;
            let shown = shown.as_str().unwrap_or_default().to_owned();
            // A list of posts has many elements; any of them will do.
            Ok(if shown.contains(text) || self.any(selector, text).await? {
                Ok(())
            } else {
                Err(shown)
            })
        })
        .await
    }

    /// Waits until there is such an element, seen or not.
    pub(super) async fn has(&self, selector: &str) -> Result<()> {
        seen(format!("a {selector}"), async || {
            Ok(match self.count(selector).await? {
                0 => Err("none"),
                _ => Ok(()),
            })
        })
        .await
    }

    async fn any(&self, selector: &str, text: &str) -> Result<bool> {
        let script = "return [...document.querySelectorAll(arguments[0])].some(e => !e.closest('[hidden]') && e.textContent.includes(arguments[1]));";
        Ok(self.evaluates(script, &json!([selector, text])).await? == true)
    }

    /// Types, as keys; what stood there stays before it.
    pub(super) async fn types(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.finds(selector).await?;
        let value = format!("element/{element}/value");
        self.asks("POST", &value, &json!({ "text": text }))
            .await
            .map(drop)
    }

    pub(super) async fn clicks(&self, selector: &str) -> Result<()> {
        let element = self.finds(selector).await?;
        let click = format!("element/{element}/click");
        self.asks("POST", &click, &json!({})).await.map(drop)
    }

    pub(super) async fn value(&self, selector: &str) -> Result<String> {
        let script = "return document.querySelector(arguments[0]).value;";
        let value = self.evaluates(script, &json!([selector])).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    pub(super) async fn count(&self, selector: &str) -> Result<u64> {
        let script = "return document.querySelectorAll(arguments[0]).length;";
        let count = self.evaluates(script, &json!([selector])).await?;
        count.as_u64().context("no number")
    }

    /// Runs something in the page.
    pub(super) async fn runs(&self, script: &str) -> Result<()> {
        self.evaluates(script, &json!([])).await.map(drop)
    }

    /// By how many pixels the page is wider than its window.
    pub(super) async fn overflow(&self) -> Result<u64> {
        let script = "return Math.max(0, document.documentElement.scrollWidth - window.innerWidth);";
        let overflow = self.evaluates(script, &json!([])).await?;
        overflow.as_u64().context("no number")
    }

    /// What can be used and has neither a label nor words.
    pub(super) async fn unnamed(&self) -> Result<Vec<Value>> {
        let script = "return [...document.querySelectorAll('button, input, select, textarea')]\
            .filter(e => !e.closest('[hidden]') && !e.textContent.trim() && !(e.labels && [...e.labels].some(l => l.textContent.trim())))\
            .map(e => e.id || e.outerHTML);";
        let unnamed = self.evaluates(script, &json!([])).await?;
        Ok(unnamed.as_array().cloned().unwrap_or_default())
    }

    /// What the browser complains of in its console: scripts that fail, and whatever the policy stops.
    pub(super) async fn complaints(&self) -> Result<Vec<Value>> {
        let log = self.asks("POST", "se/log", &json!({ "type": "browser" })).await?;
        Ok(log.as_array().cloned().unwrap_or_default())
    }

    pub(super) async fn picture(&self) -> Result<Vec<u8>> {
        let picture = self.asks("GET", "screenshot", &Value::Null).await?;
        Ok(STANDARD.decode(picture.as_str().context("no picture")?)?)
    }

    async fn evaluates(&self, script: &str, arguments: &Value) -> Result<Value> {
        let asked = json!({ "script": script, "args": arguments });
        self.asks("POST", "execute/sync", &asked).await
    }

    async fn finds(&self, selector: &str) -> Result<String> {
        let asked = json!({ "using": "css selector", "value": selector });
        let found = self.asks("POST", "element", &asked).await?;
        Ok(found[ELEMENT].as_str().context("no element")?.to_owned())
    }

    async fn asks(&self, method: &str, what: &str, body: &Value) -> Result<Value> {
        self.says(method, &format!("/session/{}/{what}", self.session), body)
            .await
    }

    /// One request, and its answer's value.
    async fn says(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = soon(format!("the driver answers {path}"), async {
            let mut line = TcpStream::connect(("127.0.0.1", self.port)).await?;
            line.write_all(request.as_bytes()).await?;
            read(line).await
        })
        .await??;
        let mut answer: Value = serde_json::from_slice(&answer)?;
        let value = answer["value"].take();
        ensure!(value.get("error").is_none(), "{path}: {}", value["message"]);
        Ok(value)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser when its own end comes politely; a runtime that is ending cannot wait for that.
        let (port, session) = (self.port, std::mem::take(&mut self.session));
        let goodbye =
            format!("DELETE /session/{session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        if let Ok(mut line) = std::net::TcpStream::connect(("127.0.0.1", port)) {
            let _ = line.set_read_timeout(Some(Duration::from_secs(5)));
            // Whatever happens to it, the driver is killed below.
            let _ = std::io::Write::write_all(&mut line, goodbye.as_bytes());
            let _ = std::io::Read::read(&mut line, &mut [0; 1024]);
        }
        let _ = self.driver.start_kill();
    }
}

/// An answer's body, as long as its head says.
async fn read(mut line: TcpStream) -> Result<Vec<u8>> {
    let mut answer = Vec::new();
    let head = loop {
        ensure!(line.read_buf(&mut answer).await? > 0, "no answer");
        if let Some(at) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let length: usize = std::str::from_utf8(&answer[..head])?
        .lines()
        .find_map(|line| {
            let line = line.to_ascii_lowercase();
            line.strip_prefix("content-length:")?.trim().parse().ok()
        })
        .context("an answer without a length")?;
    while answer.len() < head + length {
        ensure!(line.read_buf(&mut answer).await? > 0, "half an answer");
    }
    Ok(answer.split_off(head))
}
