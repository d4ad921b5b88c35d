//! Somebody with Pychat's original client, which knows nothing of us: it does here what it did, byte for byte, on plain TCP. The only
//! thing it is asked that the original was not is how long it sleeps between lobby and room.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use acaso_shared::ids::RoomPort;
use anyhow::{Context, Result, ensure};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

use crate::book::{Book, Entry};
use crate::patience::soon;

/// How long the original sleeps between lobby and room.
pub const ORIGINALS_SLEEP: Duration = Duration::from_secs(1);

/// What the original reads at once.
const READ_BYTES: usize = 1024;

/// Where somebody with such a client asks, and from where.
#[derive(Clone, Debug)]
pub struct Errand {
    /// The port that such clients come to.
    pub lobby: SocketAddr,
    /// Their own address; none in particular unless said.
    pub from: Option<IpAddr>,
    /// Where seats are noted.
    pub book: Book,
}

/// Somebody who was told a port.
#[derive(Debug)]
pub struct Told {
    /// The room.
    pub port: u16,
    errand: Errand,
    entry: Entry,
}

/// Somebody in a room.
#[derive(Debug)]
pub struct OldPychat {
    /// The room.
    pub port: u16,
    name: String,
    line: TcpStream,
    _entry: Entry,
}

impl Errand {
    /// Connects to that port of the server.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn dials(&self, port: u16) -> Result<TcpStream> {
        let there = SocketAddr::new(self.lobby.ip(), port);
        let socket = match there {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(from) = self.from {
            socket.bind((from, 0).into())?;
        }
        Ok(soon("a connection stands", socket.connect(there)).await??)
    }

    /// Asks for a room: says nothing, is told a port, closes.
    ///
    /// # Errors
    /// No port is told.
    pub async fn asks(&self) -> Result<Told> {
        let mut line = self.dials(self.lobby.port()).await?;
        let told = self.is_told(&mut line).await?;
        drop(line);
        Ok(told)
    }

    /// The same, and breaks the connection off with a reset.
    ///
    /// # Errors
    /// No port is told.
    pub async fn asks_and_resets(&self) -> Result<Told> {
        let mut line = self.dials(self.lobby.port()).await?;
        let told = self.is_told(&mut line).await?;
        SockRef::from(&line).set_linger(Some(Duration::ZERO))?;
        drop(line);
        Ok(told)
    }

    /// Reads once, and takes what it read for a number, as the original does.
    ///
    /// # Errors
    /// It is none.
    pub async fn is_told(&self, line: &mut TcpStream) -> Result<Told> {
        let entry = self.book.newcomer();
        let mut digits = [0; READ_BYTES];
        let read = soon("a port is told", line.read(&mut digits)).await??;
        let digits = str::from_utf8(&digits[..read])?;
        ensure!(
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()),
            "{digits:?} is no port"
        );
        let port = digits.parse()?;
        entry.sits(RoomPort::try_from(port)?);
        Ok(Told {
            port,
            errand: self.clone(),
            entry,
        })
    }
}

impl Told {
    /// Sleeps that long, and goes there.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn enters_after(self, pause: Duration) -> Result<OldPychat> {
        sleep(pause).await;
        self.enters().await
    }

    /// Goes there.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn enters(self) -> Result<OldPychat> {
        let line = self.errand.dials(self.port).await?;
        Ok(OldPychat {
            port: self.port,
            name: String::new(),
            line,
            _entry: self.entry,
        })
    }

    /// Never comes.
    pub fn gives_up(self) -> u16 {
        self.port
    }
}

impl OldPychat {
    /// Types a name: the client says so itself.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn types_name(&mut self, name: &str) -> Result<()> {
        name.clone_into(&mut self.name);
        self.sends(format!("Server: {name} acabou de se juntar ao chat, diga ola!").as_bytes())
            .await
    }

    /// Types something.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn types(&mut self, text: &str) -> Result<()> {
        self.sends(format!("{}: {text}", self.name).as_bytes()).await
    }

    /// Types QUIT: the client says so itself, and closes.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn quits(mut self) -> Result<()> {
        self.sends(format!("Server: {} saiu do chat.", self.name).as_bytes())
            .await?;
        Ok(self.line.shutdown().await?)
    }

    /// Says those bytes.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn sends(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(soon("somebody takes the bytes", self.line.write_all(bytes)).await??)
    }

    /// Hears exactly those bytes next.
    ///
    /// # Errors
    /// Others came, or none.
    pub async fn hears(&mut self, expected: &str) -> Result<()> {
        let heard = self.hears_as_many_as(expected).await?;
        ensure!(heard == expected, "{heard:?} was heard, not {expected:?}");
        Ok(())
    }

    /// Hears as many bytes as that has, which must be letters.
    ///
    /// # Errors
    /// They are none, or do not come.
    pub async fn hears_as_many_as(&mut self, expected: &str) -> Result<String> {
        let mut heard = Vec::new();
        let all = async {
            while heard.len() < expected.len() {
                let mut byte = [0];
                let read = self.line.read(&mut byte).await?;
                ensure!(read > 0, "the connection is closed");
                heard.extend(byte);
            }
            Ok(())
        };
        let all = soon("all of it is heard", all).await.flatten();
        let heard = String::from_utf8(heard)?;
        all.with_context(|| format!("{heard:?} was heard instead of {expected:?}"))?;
        Ok(heard)
    }

    /// Listens until the connection is closed, and tells what was said until then.
    ///
    /// # Errors
    /// It stays open.
    pub async fn is_shown_out(mut self) -> Result<Vec<u8>> {
        let mut heard = Vec::new();
        // A reset is as good as an end.
        let _ = soon("the connection is closed", self.line.read_to_end(&mut heard)).await?;
        Ok(heard)
    }

    /// Breaks the connection off with a reset.
    ///
    /// # Errors
    /// The system does not know how.
    pub fn resets(self) -> Result<()> {
        Ok(SockRef::from(&self.line).set_linger(Some(Duration::ZERO))?)
    }
}
