//! Placeholder until the crate stands.
