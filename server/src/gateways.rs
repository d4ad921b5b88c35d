//! The ways in for clients of older chats. Each gateway is one small module over the same rooms: it speaks that chat's words with
//! whoever comes, and ours with everybody else.

pub(crate) mod pychat;
pub(crate) mod python_chat;
