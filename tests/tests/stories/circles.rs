//! Circles: people who are introduced to each other and talk without the server.

mod engines;
mod introductions;
mod limits;
mod relay;
