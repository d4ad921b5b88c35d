//! A ceiling for what may be allocated at a peer's wish.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Does some work and panics if it allocated more than that many bytes, all together; so it never held more at once either.
pub(crate) fn within<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let before = MEMORY.total_allocated();
    let done = work();
    let allocated = MEMORY.total_allocated() - before;
    assert!(
        allocated <= bytes,
        "{allocated} bytes were allocated, {bytes} are allowed"
    );
    done
}
