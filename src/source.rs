//! Finding and reading the files of the content folder: ignore rules, encodings, line tables. Nothing is understood yet.

mod lines;
mod read;
mod scan;

use std::{path::PathBuf, sync::Arc};

pub use lines::LineTable;
pub(crate) use read::read_source;
pub use scan::scan;
pub(crate) use scan::scan_with;

/// One document as it was read: a path, its text, and nothing understood.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path below the content folder, `/`-separated on every system.
    pub path: Arc<str>,
    /// The text, decoded; a byte order mark is taken off, line ends are as written.
    pub text: Arc<str>,
    /// Byte offsets of the lines of `text`.
    pub lines: LineTable,
    /// xxh3 of the bytes on disk.
    pub hash: u64,
}

impl Source {
    /// Returns a source of `text`, for what does not come from a disk.
    pub fn from_text(path: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { path: path.into(), text: text.into(), lines: LineTable::new(text), hash: xxhash_rust::xxh3::xxh3_64(text.as_bytes()) }
    }
}

/// A file beside the documents that is copied as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asset {
    /// Path below the content folder, `/`-separated.
    pub path: Arc<str>,
    /// Where it is on disk.
    pub file: PathBuf,
    /// Width and height in pixels, where it is an image whose head says so.
    pub pixels: Option<(u32, u32)>,
}

/// What the content folder holds.
#[derive(Debug, Clone)]
pub struct Scan<T = Source> {
    /// The documents, by path: as they were read, or what was made of each.
    pub sources: Vec<T>,
    /// All other files, by path.
    pub assets: Vec<Asset>,
    /// How many files the ignore rules left out.
    pub skipped: usize,
}

#[cfg(test)]
mod tests;
