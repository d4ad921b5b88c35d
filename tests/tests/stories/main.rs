//! What people do with Acaso and what happens to them, told over real sockets. Every server has an address of its own, every
//! story waits for what is to happen and never for a clock, and after each the registry, the server and the guests are compared.

mod access;
mod aiochat;
#[cfg(target_os = "linux")]
mod blind;
mod bursts;
mod carriers;
mod chaos;
mod choices;
mod circles;
mod closing;
mod codes;
mod configuration;
mod console;
#[cfg(target_os = "linux")]
mod crowds;
mod guard;
mod in_between;
mod invitations;
mod jubilant;
mod keep;
mod line_client;
#[cfg(target_os = "linux")]
mod linux;
mod lost_links;
mod meeting;
mod moving;
mod parting;
mod plaza;
mod problems;
mod programs;
mod pychat;
mod python_chat;
mod refusals;
mod registry;
mod restarting;
mod resuming;
mod rude_guests;
mod rude_partners;
mod sealed;
mod signs;
mod single_port;
mod tickets;
mod tracker;
mod trust;
mod web;
