//! PNG files of our own: refuses blank ones, and stores the others small.

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter};

/// A window that shows nothing has one colour; smoothed text alone brings dozens.
const COLOURS_MIN: usize = 16;

/// Pixels as red, green and blue.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<[u8; 3]>,
}

/// Checks the picture in `file` and writes it back without its (opaque) alpha and as small as PNG can; gives its size in
/// bytes.
///
/// # Errors
/// If it cannot be read or written, or is blank.
pub(super) fn finish(file: &Path) -> Result<usize> {
    let picture = Picture::read(file)?;
    let colours: HashSet<[u8; 3]> = picture.pixels.iter().copied().collect();
    ensure!(
        colours.len() >= COLOURS_MIN,
        "it is blank: it has {} colours",
        colours.len()
    );
    let bytes = picture.encode()?;
    std::fs::write(file, &bytes)?;
    Ok(bytes.len())
}

impl Picture {
    fn read(file: &Path) -> Result<Self> {
        let mut reader = Decoder::new(BufReader::new(File::open(file)?)).read_info()?;
        let mut buffer = vec![0; reader.output_buffer_size().context("it is too large")?];
        let frame = reader.next_frame(&mut buffer)?;
        let bytes = &buffer[..frame.buffer_size()];
        let pixels = match (frame.color_type, frame.bit_depth) {
            (ColorType::Rgba, BitDepth::Eight) => bytes.chunks_exact(4).map(|p| [p[0], p[1], p[2]]).collect(),
            (ColorType::Rgb, BitDepth::Eight) => bytes.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect(),
            other => bail!("its pixels are {other:?}"),
        };
        Ok(Self {
            width: frame.width,
            height: frame.height,
            pixels,
        })
    }

    fn encode(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        encoder.set_filter(Filter::Adaptive);
        encoder
            .write_header()?
            .write_image_data(self.pixels.as_flattened())?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(file: &Path, colour: impl Fn(u8) -> [u8; 3]) -> Result<()> {
        let picture = Picture {
            width: 16,
            height: 16,
            pixels: (0..=255).map(colour).collect(),
        };
        Ok(std::fs::write(file, picture.encode()?)?)
    }

    #[test]
    fn a_blank_picture_is_refused_and_another_kept_as_it_was() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("picture.png");
        store(&file, |_| [9, 9, 9])?;
        assert!(finish(&file).unwrap_err().to_string().contains("blank"));

        store(&file, |n| [n, 2, 3])?;
        finish(&file)?;
        let picture = Picture::read(&file)?;
        assert_eq!((picture.width, picture.height), (16, 16));
        assert_eq!(picture.pixels[200], [200, 2, 3]);
        Ok(())
    }
}
