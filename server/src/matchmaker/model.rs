//! stub
#[derive(Debug)]
pub(super) enum Mistake {}
