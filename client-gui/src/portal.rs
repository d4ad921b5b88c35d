//! Stands here so that the crate builds while it grows.
