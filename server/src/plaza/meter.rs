//! How much may be posted, in posts and in bytes. Values only.

use std::time::Duration;

use acaso_shared::limits::{POSTED_BYTES_BURST, POSTED_BYTES_PER_SECOND, POSTS_BURST, POSTS_PER_SECOND};
use tokio::time::Instant;

use crate::visit::{Meter, Rate};

/// Posts, and bytes of posts, that one person may write.
pub(super) const OF_ONE: (Rate, Rate) = (
    Rate {
        burst: POSTS_BURST,
        per_second: POSTS_PER_SECOND,
    },
    Rate {
        burst: POSTED_BYTES_BURST,
        per_second: POSTED_BYTES_PER_SECOND,
    },
);

/// The same for all together, whoever floods a plaza by many members: a burst is less than what waits for one member, so that it
/// costs nobody the visit, and per second it is what somebody on a slow line still reads.
pub(super) const OF_ALL: (Rate, Rate) = (
    Rate {
        burst: 200,
        per_second: 50,
    },
    Rate {
        burst: 3 * 1024 * 1024,
        per_second: 512 * 1024,
    },
);

/// Of posts, and of their bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meters {
    posts: Meter,
    bytes: Meter,
}

impl Meters {
    pub(super) fn new((posts, bytes): (Rate, Rate), now: Instant) -> Self {
        Self {
            posts: Meter::new(posts, now),
            bytes: Meter::new(bytes, now),
        }
    }

    pub(super) fn wait(&self, bytes: u32, now: Instant) -> Duration {
        self.posts.wait(1, now).max(self.bytes.wait(bytes, now))
    }

    pub(super) fn charge(&mut self, bytes: u32, now: Instant) {
        self.posts.charge(1, now);
        self.bytes.charge(bytes, now);
    }
}
