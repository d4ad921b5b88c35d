//! The parts that screens are made of: each draws itself, has an accessible name, and knows no screen and no model.

pub mod button;
pub mod choice;
pub mod composer;
pub mod divider;
pub mod field;
pub mod history;
pub mod meeting;
pub mod menu;
pub mod qr;
pub mod room_map;
pub mod sheet;
pub mod way;

pub mod surface;

pub mod post_composer;
pub mod prose;

pub mod message_text;
pub mod text;

pub mod icon;
pub mod name_mark;
pub mod tile;

pub mod focus;

mod draw;
