//! Acaso's desktop client. The modules stand in the order in which a visit flows; each uses only modules further down.
//!
//! `app` listens, shows and acts; `views` draw the `model` and return an `action`; `bridge` carries wishes to the engine and
//! its events back. The model, its wording and the settings know no egui.

pub mod app;

pub mod bridge;
#[cfg(feature = "host")]
pub mod host;
pub mod keyring;
pub mod notify;
pub mod portal;
pub mod windows;

pub mod views;
pub mod widgets;

pub mod fonts;
pub mod theme;

pub mod model;

pub mod action;
pub mod hosting;
pub mod hygiene;
pub mod wording;

pub mod prefs;
