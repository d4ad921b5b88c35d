//! Circles of people behind routers, as at home: in network namespaces, each with a router that translates addresses as real ones do.
//! They need root, and Linux with `ip` and `iptables`; elsewhere each says SKIPPED, and why.

#[cfg(target_os = "linux")]
mod internet;

#[cfg(target_os = "linux")]
mod circles;

#[cfg(target_os = "linux")]
mod memory;

#[cfg(target_os = "linux")]
mod routers;
