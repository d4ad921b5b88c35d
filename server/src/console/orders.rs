//! Carrying out what the operator orders, and saying what came of it.

use acaso_server::{Config, Decisions, Server};

use super::commands::{self, Order};
use super::{Arguments, FAILED, facts, fail, say, sentence};

pub(super) async fn carry_out(order: Order, server: &Server, arguments: &mut Arguments) {
    let done = match order {
        Order::Kick(port) => Ok(match server.kick(port).await {
            true => format!("room {port} is closed\n"),
            false => format!("there is no room {port}: type r for those in use\n"),
        }),
        Order::Bans => Ok(commands::list_bans(&server.bans())),
        Order::Ban(network, time) => {
            let banned = server.ban(network, time).await;
            banned.map(|ban| format!("{} is barred for {}\n", ban.network, commands::age(time)))
        }
        Order::Unban(network) => {
            let unbanned = server.unban(network).await;
            unbanned.map(|was_barred| match was_barred {
                true => format!("{network} may come again\n"),
                false => format!("{network} was not barred: type bans for those that are\n"),
            })
        }
        Order::Reload => return reload(server, arguments),
    };
    say(&done.unwrap_or_else(|error| format!("{}\n", sentence(&error))));
}

/// Reads the configuration again. One that makes no sense changes nothing, and why is said where errors are.
pub(super) fn reload(server: &Server, arguments: &mut Arguments) {
    // One that was not there at the start, but is now, is kept to from here on.
    let decided = arguments.keep_to_file().and_then(|()| arguments.decisions());
    let decided = decided.map_err(|error| error.to_string());
    let config = decided.and_then(|decided| as_running(decided, server));
    match config {
        Ok(config) => match server.reload_identity(config.certificate.as_ref()) {
            Ok(_) => say(&take_over(server, &config)),
            Err(error) => _ = fail(&format!("nothing was changed: {error}"), FAILED),
        },
        Err(why) => _ = fail(&format!("nothing was changed: {why}"), FAILED),
    }
}

/// Where something was decided only at the start, it is as it was.
fn as_running(decided: Decisions, server: &Server) -> Result<Config, String> {
    let is = server.config();
    let (bind, data) = (
        decided.bind.unwrap_or(is.bind),
        decided.data.clone().unwrap_or_else(|| is.data.clone()),
    );
    decided.config(bind, data).map_err(|error| error.to_string())
}

fn take_over(server: &Server, config: &Config) -> String {
    let differing = server.reload(config);
    let mut text = format!(
        "the configuration was read again\n{}\n{}\n",
        facts::access(server),
        facts::limits(&config.limits)
    );
    if !differing.is_empty() {
        text += &format!("only a restart changes: {}\n", differing.join(", "));
    }
    text
}
