//! How many connections this process may hold, and who holds them. Admission stops short of the system's limit, so that
//! whoever is refused can still be told so.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Duration, Instant};

/// Descriptors that admission leaves alone: for the process's own files, and for those on their way in or out.
const HEADROOM: usize = 500;

/// The part of the head-room for connections on their way; more of them take what would carry strangers.
const PASSING_RESERVE: usize = 300;

/// No system gives more than this to one process in practice, and no more could be used.
const DESCRIPTORS_MAX: u64 = 1 << 20;

/// How often the log says that there are too few places: each connection of a crowd would be a line of its own.
const COMPLAINT_EVERY: Duration = Duration::from_secs(60);

/// Too few descriptors for anybody to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this process may hold only {limit} files and connections, and more than {HEADROOM} are needed: raise the limit (ulimit -n), then start again"
)]
pub struct TooFewDescriptors {
    /// What the system allows.
    pub limit: u64,
}

/// What the doors of rooms listen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doors {
    /// There are none: everybody comes by the lobby's port.
    None,
    Tcp,
    TcpAndQuic,
}

impl Doors {
    fn descriptors(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Tcp => 1,
            Self::TcpAndQuic => 2,
        }
    }
}

/// Hands out places for connections; a place comes back by being dropped.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    limit: u64,
    /// Descriptors of an open door: a listener, and with QUIC a UDP socket; none where rooms have no doors. While somebody sits in a room over QUIC, who needs no
    /// descriptor of their own, their place covers that socket.
    door: u32,
    admitted: Arc<Semaphore>,
    reserve: Arc<Semaphore>,
    /// When the log said last that there are too few places.
    complained: Arc<Mutex<Option<Instant>>>,
}

/// The right to hold one connection or listener.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// What one more stranger needs: a connection, and a listener unless the room's door is open already.
#[derive(Debug)]
pub(crate) struct SeatPlaces {
    pub(crate) seat: Place,
    pub(crate) door: Place,
}

impl Budget {
    /// Raises this process's limit as far as the system lets it, and counts from there.
    ///
    /// # Errors
    /// Even so there is no room for strangers.
    pub(crate) fn raise(doors: Doors) -> Result<Self, TooFewDescriptors> {
        Self::of(descriptor_limit(), doors.descriptors())
    }

    fn of(limit: u64, door: u32) -> Result<Self, TooFewDescriptors> {
        let usable = usize::try_from(limit.min(DESCRIPTORS_MAX)).unwrap_or(usize::MAX);
        let admitted = usable.saturating_sub(HEADROOM);
        // The first stranger needs a seat and a door, the second another seat.
        if admitted < 2 + door as usize {
            return Err(TooFewDescriptors { limit });
        }
        Ok(Self {
            limit,
            door,
            admitted: Arc::new(Semaphore::new(admitted)),
            reserve: Arc::new(Semaphore::new(PASSING_RESERVE)),
            complained: Arc::default(),
        })
    }

    /// How many files and connections the system lets this process hold.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// How many strangers can be seated at once if nothing is held yet: the last one needs a door besides.
    pub(crate) fn strangers(&self) -> usize {
        self.admitted.available_permits() - self.door as usize
    }

    /// Places for one more stranger, if there are any.
    pub(crate) fn seat(&self) -> Option<SeatPlaces> {
        Some(SeatPlaces {
            seat: Place::from(&self.admitted, 1)?,
            door: Place::from(&self.admitted, self.door)?,
        })
    }

    /// A place for one more in a plaza, if there is one: no door goes with it.
    pub(crate) fn member(&self) -> Option<Place> {
        Place::from(&self.admitted, 1)
    }

    /// A place for a connection on its way, if there is one: in the reserve first, so that who comes and goes takes no seats.
    pub(crate) fn passing(&self) -> Option<Place> {
        Place::from(&self.reserve, 1).or_else(|| Place::from(&self.admitted, 1))
    }

    /// Whether the log is to say that there are too few places: once a while.
    pub(crate) fn may_complain(&self, now: Instant) -> bool {
        let mut complained = self.complained.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = complained.is_none_or(|last| now.saturating_duration_since(last) >= COMPLAINT_EVERY);
        if is_due {
            *complained = Some(now);
        }
        is_due
    }

    /// A place for a connection on its way, as soon as there is one.
    pub(crate) async fn wait_passing(&self) -> Place {
        if let Some(place) = self.passing() {
            return place;
        }
        let permit = self.reserve.clone().acquire_owned().await;
        Place {
            _permit: permit.expect("the budget's semaphores are never closed"),
        }
    }
}

impl Place {
    fn from(places: &Arc<Semaphore>, descriptors: u32) -> Option<Self> {
        let permit = places.clone().try_acquire_many_owned(descriptors).ok()?;
        Some(Self { _permit: permit })
    }
}

#[cfg(unix)]
fn descriptor_limit() -> u64 {
    // A limit that cannot be raised is still a limit to work with.
    rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files cannot be raised");
        rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(0, |(soft, _)| soft)
    })
}

/// Sockets are no files here, and only memory limits them.
#[cfg(not(unix))]
fn descriptor_limit() -> u64 {
    DESCRIPTORS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admission_stops_short_of_the_limit_and_goes_on_when_somebody_leaves() {
        let budget = Budget::of(507, 1).unwrap();
        assert_eq!(budget.strangers(), 6);
        let mut seated: Vec<_> = std::iter::from_fn(|| budget.seat().map(|places| places.seat)).collect();
        assert_eq!(seated.len(), 6);
        seated.pop();
        assert!(budget.seat().is_some());
    }

    #[test]
    fn where_there_are_no_doors_all_places_are_seats() {
        let budget = Budget::of(506, Doors::None.descriptors()).unwrap();
        assert_eq!(budget.strangers(), 6);
        let seated: Vec<_> = std::iter::from_fn(|| budget.seat()).collect();
        assert_eq!(seated.len(), 6);
    }

    #[test]
    fn who_comes_and_goes_takes_no_seat_and_hears_it_when_there_is_none() {
        let budget = Budget::of(503, 1).unwrap();
        let mut passing: Vec<_> = (0..PASSING_RESERVE).map(|_| budget.passing().unwrap()).collect();
        assert!(budget.seat().is_some());
        passing.extend(std::iter::from_fn(|| budget.passing()));
        assert_eq!(passing.len(), PASSING_RESERVE + 3);
        assert!(budget.seat().is_none());
    }

    #[test]
    fn the_log_says_once_a_while_that_there_are_too_few() {
        let (budget, start) = (Budget::of(507, 1).unwrap(), Instant::now());
        let other_door = budget.clone();
        assert!(budget.may_complain(start));
        assert!(!other_door.may_complain(start + COMPLAINT_EVERY / 2));
        assert!(other_door.may_complain(start + COMPLAINT_EVERY));
        assert!(!budget.may_complain(start + COMPLAINT_EVERY));
    }

    #[test]
    fn too_few_descriptors_are_refused_with_the_number() {
        assert_eq!(Budget::of(502, 1).unwrap_err(), TooFewDescriptors { limit: 502 });
    }
}
