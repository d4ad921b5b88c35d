//! Receives people with Pychat's client. It says nothing and is told one thing, the port of a room, as decimal digits without an end;
//! it closes, sleeps for a second and connects there. Nothing else can be said to it, and so no reason either.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use acaso_shared::ids::VisitorToken;
use acaso_shared::limits::WRITE_TIMEOUT;
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::Access;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::access::Gate;
use crate::entrance::Caller;
use crate::guard::Pass;
use crate::matchmaker::Matchmaker;
use crate::room::{Client, Context, Reservation, Wish};

/// What a visit needs.
pub(crate) struct Visit<'a> {
    pub(crate) pass: &'a Pass,
    pub(crate) gate: &'a Gate,
    pub(crate) matchmaker: &'a Matchmaker,
    pub(crate) context: &'a Context,
}

impl Visit<'_> {
    /// Has a seat kept for whoever comes from their address, and tells them its port. If they may be one of ours, and speak before
    /// they were told, they come back as they are. Ends within the times for a visit, a write and a farewell.
    pub(crate) async fn receive(&self, caller: Caller, may_be_ours: bool) -> Option<Caller> {
        let asked = timeout(self.context.timings.lobby_visit, self.ask(caller.ip()));
        let reservation = tokio::select! {
            biased;
            spoke = caller.speaks(), if may_be_ours => return spoke.is_ok().then_some(caller),
            reservation = asked => reservation,
        };
        match (reservation, caller) {
            (Ok(Ok(reservation)), Caller::Tcp(line, _)) => self.answer(line, reservation).await,
            (reservation, _) => {
                let refused = reservation.map(|reservation| reservation.map(drop));
                tracing::debug!(?refused, "somebody with an old client gets no seat");
            }
        }
        None
    }

    /// Unless they hear the answer, the seat is given back at once.
    async fn answer(&self, line: TcpStream, reservation: Reservation) {
        match tell(line, &reservation, self.context.timings.farewell).await {
            Ok(Told::Heard) => reservation.keep(),
            Ok(Told::Speaks) => tracing::debug!("somebody spoke too late to be taken for one of ours"),
            Err(error) => tracing::debug!(%error, "somebody with an old client is not told the port"),
        }
    }

    /// Asks for a seat, as somebody never seen before: nobody knows who they are.
    async fn ask(&self, from: IpAddr) -> Result<Reservation, Refusal> {
        // It may be asked for since the server was started; nothing of it can be said here.
        if self.gate.asked() != Access::Open {
            return Err(Refusal::Unexpected);
        }
        self.pass.join()?;
        let wish = Wish {
            visitor: VisitorToken::random().hash(),
            versions: self.context.versions,
            client: Client::Old(from),
        };
        self.matchmaker.seat(wish, self.pass.clone()).await
    }
}

/// Whether somebody was told where to go.
enum Told {
    /// They were, or may have been.
    Heard,
    /// They speak, so that they have another client, and do not understand.
    Speaks,
}

/// Tells them the port in one segment. A connection that breaks here is no sign that they do not come: the digits are all they wait for.
async fn tell(mut line: TcpStream, reservation: &Reservation, farewell: Duration) -> io::Result<Told> {
    line.set_nodelay(true)?;
    let digits = reservation.port().to_string();
    timeout(WRITE_TIMEOUT, line.write_all(digits.as_bytes())).await??;
    let closed = async {
        line.shutdown().await?;
        line.read(&mut [0]).await
    };
    match timeout(farewell, closed).await {
        Ok(Ok(read)) if read > 0 => Ok(Told::Speaks),
        Ok(_) | Err(_) => Ok(Told::Heard),
    }
}
