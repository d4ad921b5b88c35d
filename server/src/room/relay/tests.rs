//! The relay over streams in memory.
