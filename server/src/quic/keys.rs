//! What an endpoint must know again after a restart, so that it can tell those who were connected before that it has forgotten them;
//! otherwise they would wait until their time-out.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use quinn::EndpointConfig;
use rand::RngExt;
use ring::hmac;

use super::names::Names;
use crate::identity::{self, IdentityError};

/// Name of the file. Whoever has it can end connections, and nothing worse.
const FILE_NAME: &str = "quic.key";

/// The keys: for resets, and for the connections' names.
type Keys = [u8; 32 + 8];

/// Loads the keys in that directory, or makes them. Ones that are damaged are made anew: they are worth one time-out.
pub(super) fn load_or_make(directory: &Path) -> Result<EndpointConfig, IdentityError> {
    let path = directory.join(FILE_NAME);
    let kept = match fs::read(&path) {
        Ok(bytes) => Keys::try_from(bytes).ok(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(IdentityError::File { path, error }),
    };
    let keys = match kept {
        Some(keys) => keys,
        None => {
            let keys = make();
            identity::write(&path, &keys)?;
            keys
        }
    };
    Ok(config(&keys))
}

/// With keys that are forgotten when the server ends: its connections end with a time-out then.
pub(crate) fn for_this_run() -> EndpointConfig {
    config(&make())
}

fn make() -> Keys {
    let mut keys: Keys = [0; 40];
    rand::rng().fill(&mut keys);
    keys
}

fn config(keys: &Keys) -> EndpointConfig {
    let (reset, name) = keys.split_at(32);
    let name = name.to_vec();
    let mut config = EndpointConfig::new(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, reset)));
    config.cid_generator(move || Box::new(Names::of(&name)));
    config
}
