//! What the stories and the load tool are told with: a server of one's own, strangers, guests who know the protocol and
//! guests who have no manners. Helpers say what went wrong as errors; nothing here waits without an end.
//!
//! A [`house::story`] opens a [`house::House`] on an address of its own and compares, every time, what the registry says,
//! what the server says, and who really sits there.

pub mod chaos;

pub mod house;

pub mod between;
pub mod faults;
pub mod impostor;

pub mod aiochat;
pub mod circle;
pub mod companion;
pub mod guest;
pub mod old_jubilant;
pub mod old_pychat;
pub mod plaza;
pub mod rude;
pub mod stranger;
pub mod voice;

pub mod book;
pub mod rows;

pub mod carrier;
pub mod loopback;
pub mod patience;
pub mod program;
pub mod watched;
