//! Lists on the wire. What stands in front of one is only believed as far as it goes: nothing is reserved for what was announced, and more
//! than a page is no list.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::limits::LIST_LEN_MAX;

/// For `#[serde(deserialize_with)]`.
pub(super) fn page<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    from.deserialize_seq(Page(PhantomData))
}

struct Page<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Page<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {LIST_LEN_MAX}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut page = Vec::new();
        while let Some(element) = list.next_element()? {
            if page.len() == LIST_LEN_MAX {
                return Err(A::Error::invalid_length(page.len() + 1, &self));
            }
            page.push(element);
        }
        Ok(page)
    }
}
