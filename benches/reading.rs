//! How long a document takes to read: `cargo bench --bench reading`.
//!
//! The documents are this repository's samples, or every Markdown file below the folder that `HINDSITE_CORPUS` names. The figures are for
//! all of them together; the first line printed says how many bytes that is, so that a figure for 4 KB follows.

use std::path::{Path, PathBuf};

use hindsite::{config::ReadSettings, document, extract, source::Source};

fn main() {
    let sources = sources();
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    #[expect(clippy::print_stdout, reason = "a benchmark prints")]
    {
        println!("{} documents, {bytes} bytes, {:.1} times 4 KB", sources.len(), bytes as f64 / 4096.0);
    }
    divan::main();
}

fn sources() -> Vec<Source> {
    let root = std::env::var_os("HINDSITE_CORPUS").map_or_else(|| PathBuf::from("content"), PathBuf::from);
    let mut paths: Vec<PathBuf> = walk(&root);
    paths.sort();
    paths.iter().filter_map(|path| Some(Source::from_text(path.to_str()?, &std::fs::read_to_string(path).ok()?))).collect()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                walk(&path)
            } else if path.extension().is_some_and(|ending| ending == "md") {
                vec![path]
            } else {
                Vec::new()
            }
        })
        .collect()
}

/// The CommonMark parse with front matter, headings and positions.
#[divan::bench]
fn parse(bencher: divan::Bencher) {
    let sources = sources();
    bencher.bench(|| sources.iter().map(|source| document::parse_document(source).value.blocks.len()).sum::<usize>());
}

/// The record out of the parsed document: what reading costs beyond the parse.
#[divan::bench]
fn read(bencher: divan::Bencher) {
    let settings = ReadSettings::default();
    let documents: Vec<_> = sources().iter().map(|source| document::parse_document(source).value).collect();
    bencher.bench(|| documents.iter().map(|document| extract::read_document(&settings, document).value.incidents.len()).sum::<usize>());
}
