//! How long a document takes to read: `cargo bench --bench reading`.
//!
//! The documents are this repository's samples, or every Markdown file below the folder that `HINDSITE_CORPUS` names. The lines
//! printed first are times for 4 KB of text, over all documents together, of the fastest of many runs: what CommonMark costs, and
//! what comes on top of it until the record is read. The table below them is for all documents, over all runs.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use comrak::{Arena, Options};
use hindsite::{
    config::ReadSettings,
    document::{self, Document},
    extract::{self, Reading},
    search::{self, Index, Terms},
    source::Source,
};

// The allocator that the program runs with.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    if std::env::args().all(|argument| argument != "--list") {
        print_times();
    }
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn print_times() {
    let sources = sources();
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    let settings = ReadSettings::default();
    let documents: Vec<_> = sources.iter().map(|source| document::parse_document(source).value).collect();
    let per_4_kb = |run: &dyn Fn() -> usize| least_micros(run) / (bytes as f64 / 4096.0);
    let commonmark = per_4_kb(&|| sources.iter().map(parse_commonmark).sum());
    let parse = per_4_kb(&|| sources.iter().map(|source| document::parse_document(source).value.blocks.len()).sum());
    let read = per_4_kb(&|| documents.iter().map(|document| extract::read_document(&settings, document).value.incidents.len()).sum());
    println!("{} documents, {bytes} bytes; fastest run, for 4 KB:", sources.len());
    println!("  {commonmark:.0} µs CommonMark alone");
    println!("  {:.0} µs its tree as a document: front matter, positions, headings", parse - commonmark);
    println!("  {read:.0} µs the record out of the document");
    println!("  {:.0} µs reading beyond CommonMark", parse - commonmark + read);
    let readings: Vec<_> = documents.iter().map(|document| extract::read_document(&settings, document).value).collect();
    // The files of the index are made by all threads of a pool: of one thread's pool the time is that of this thread.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let search = pool.install(|| per_4_kb(&|| make_search_index(&documents, &readings)));
    println!("  {search:.0} µs search: terms and cards, the index and its files");
}

/// Makes the search index of the documents, and returns how many files it has.
fn make_search_index(documents: &[Document], readings: &[Reading]) -> usize {
    let terms = Terms::default();
    let prepared: Vec<_> = documents
        .iter()
        .zip(readings)
        .flat_map(|(document, reading)| {
            search::prepare_document(document, reading, None, &terms).into_iter().map(move |prepared| (&*reading.file, prepared))
        })
        .collect();
    Index::build(prepared, terms).files(&serde_json::Value::Null).len()
}

/// Returns the time of the fastest of many runs in microseconds, which is the CPU time of one: other programs only ever add to it.
/// The system's own count of a thread's CPU time is too coarse, it goes by ticks of some milliseconds.
fn least_micros(run: &dyn Fn() -> usize) -> f64 {
    let begun = Instant::now();
    let runs = std::iter::from_fn(|| {
        let start = Instant::now();
        black_box(run());
        (begun.elapsed() < Duration::from_secs(3)).then(|| start.elapsed().as_secs_f64() * 1e6)
    });
    runs.fold(f64::INFINITY, f64::min)
}

/// Parses with the extensions that documents are parsed with.
fn parse_commonmark(source: &Source) -> usize {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.description_lists = true;
    options.extension.alerts = true;
    options.extension.wikilinks_title_after_pipe = true;
    options.parse.relaxed_tasklist_matching = true;
    let arena = Arena::new();
    comrak::parse_document(&arena, &source.text, &options).children().count()
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

/// CommonMark alone.
#[divan::bench]
fn commonmark(bencher: divan::Bencher) {
    let sources = sources();
    bencher.bench(|| sources.iter().map(parse_commonmark).sum::<usize>());
}

/// The CommonMark parse with front matter, headings and positions.
#[divan::bench]
fn parse(bencher: divan::Bencher) {
    let sources = sources();
    bencher.bench(|| sources.iter().map(|source| document::parse_document(source).value.blocks.len()).sum::<usize>());
}

/// The record out of the parsed document.
#[divan::bench]
fn read(bencher: divan::Bencher) {
    let settings = ReadSettings::default();
    let documents: Vec<_> = sources().iter().map(|source| document::parse_document(source).value).collect();
    bencher.bench(|| documents.iter().map(|document| extract::read_document(&settings, document).value.incidents.len()).sum::<usize>());
}
