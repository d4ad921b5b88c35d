//! Field sections (RFC 9204) with the static table alone: since no other table is granted, whatever refers to one is a mistake.

mod integer;
mod static_table;
mod text;

use self::static_table::FIELDS;
use crate::settings::FIELD_SECTION_BYTES_MAX;
use crate::violation::Violation;

/// What each field counts besides its letters (RFC 9114, 4.2.2).
const FIELD_BYTES: usize = 32;

/// A name and a value. Names are not checked here: what may stand in them is the request's business.
pub type Field = (Vec<u8>, Vec<u8>);

/// Decompresses a field section.
///
/// # Errors
/// It is damaged, refers to a table that was never granted, or is larger than our settings allow.
pub fn decode(mut section: &[u8]) -> Result<Vec<Field>, Violation> {
    let bytes = &mut section;
    let (required, _) = integer::take(bytes, 8)?;
    let (_, base) = integer::take(bytes, 7)?;
    // Without a dynamic table nothing of it can be required, and a base below zero cannot be.
    if required != 0 || base & 0x80 != 0 {
        return Err(Violation::Decompression);
    }
    let (mut fields, mut size) = (Vec::new(), 0);
    while let Some(first) = bytes.first() {
        let (name, value) = line(*first, bytes)?;
        size += name.len() + value.len() + FIELD_BYTES;
        if size > FIELD_SECTION_BYTES_MAX {
            return Err(Violation::ExcessiveLoad);
        }
        fields.push((name, value));
    }
    Ok(fields)
}

/// One field line (RFC 9204, 4.5); its first byte says which kind.
fn line(first: u8, bytes: &mut &[u8]) -> Result<Field, Violation> {
    if first & 0xc0 == 0xc0 {
        let (name, value) = entry(integer::take(bytes, 6)?.0)?;
        return Ok((name.into(), value.into()));
    }
    if first & 0xd0 == 0x50 {
        let (name, _) = entry(integer::take(bytes, 4)?.0)?;
        return Ok((name.into(), text::take(bytes, 7)?));
    }
    if first & 0xe0 == 0x20 {
        return Ok((text::take(bytes, 3)?, text::take(bytes, 7)?));
    }
    Err(Violation::Decompression)
}

fn entry(number: u64) -> Result<(&'static str, &'static str), Violation> {
    let entry = usize::try_from(number).ok().and_then(|number| FIELDS.get(number));
    entry.copied().ok_or(Violation::Decompression)
}

/// Compresses a field section: by number where the static table has the field or its name, and in plain letters otherwise.
pub fn encode(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut section = vec![0, 0];
    for (name, value) in fields {
        let same_name = |entry: &&(&str, &str)| entry.0 == *name;
        let number = |entry: &(&str, &str)| FIELDS.iter().position(|other| other == entry);
        if let Some(whole) = number(&(*name, *value)) {
            integer::put(whole as u64, 6, 0xc0, &mut section);
        } else if let Some(named) = FIELDS.iter().find(same_name).and_then(number) {
            integer::put(named as u64, 4, 0x50, &mut section);
            text::put(value, 7, 0, &mut section);
        } else {
            text::put(name, 3, 0x20, &mut section);
            text::put(value, 7, 0, &mut section);
        }
    }
    section
}

/// Reads what may stand on a client's encoder stream: that a table which cannot be granted has no capacity. Tells how much was read.
///
/// # Errors
/// Anything else.
pub(crate) fn read_encoder(bytes: &[u8]) -> Result<usize, Violation> {
    match bytes.iter().all(|byte| *byte == 0x20) {
        true => Ok(bytes.len()),
        false => Err(Violation::EncoderStream),
    }
}

/// Reads what may stand on a client's decoder stream: that streams were given up, whose answers it does not want to decompress. Tells how
/// much was read; the rest is incomplete.
///
/// # Errors
/// Anything else, since nothing that we said has to be acknowledged.
pub(crate) fn read_decoder(bytes: &[u8]) -> Result<usize, Violation> {
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        if first & 0xc0 != 0x40 {
            return Err(Violation::DecoderStream);
        }
        let before = rest;
        if integer::take(&mut rest, 6).is_err() {
            let is_incomplete = before.len() < integer::BYTES_MAX;
            return is_incomplete
                .then_some(bytes.len() - before.len())
                .ok_or(Violation::DecoderStream);
        }
    }
    Ok(bytes.len())
}

#[cfg(test)]
mod tests;
