//! `annotate`: the front matter that inferred values would become, as a diff or written into the files.

use std::{fs::File, io::Read as _, path::Path};

use anstream::ColorChoice;
use similar::TextDiff;

use super::{
    Outcome,
    args::AnnotateArgs,
    inspect::{path_below, settings_for},
    site,
    terminal::{Style, clean, plural, print_data, print_diagnostics, say, shown, style},
};
use crate::{
    annotate::{annotate, encode, read_bytes, replace_file},
    config::Settings,
    diag::{Code, Diagnostic, Error, Level, Result, Texts},
};

pub(super) fn run(args: &AnnotateArgs) -> Result<Outcome> {
    let settings = settings_for(&args.files, &site::overrides(None, None)?)?;
    let mut texts = Texts::new(&settings.root, &settings.content_dir);
    let mut diagnostics = Vec::new();
    let mut written = 0;
    for file in &args.files {
        let bytes = read(&settings, file)?;
        let path = path_below(&settings, file);
        let found = match bytes.ok_or_else(|| too_large(&settings, &path)).and_then(|bytes| Ok((read_bytes(&path, &bytes)?, bytes))) {
            Ok((source, bytes)) => {
                texts.add_document(source.path.clone(), source.text.clone());
                let annotated = annotate(&settings.read, &source);
                match annotated.value {
                    Some(text) if args.write => {
                        replace_file(file, &encode(&bytes, &text))?;
                        written += 1;
                    }
                    Some(text) => print_diff(&shown(file), &source.text, &text)?,
                    None => {}
                }
                annotated.diagnostics
            }
            Err(refusal) => vec![refusal],
        };
        diagnostics.extend(found);
    }
    print_diagnostics(&diagnostics, &texts);
    if args.write {
        say(&format!("{written} of {} annotated", plural(args.files.len(), "file")));
    }
    let is_refused = diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    Ok(if is_refused { Outcome::Problems } else { Outcome::Done })
}

/// Reads a file as it is on disk; `None` where it is larger than the limit.
fn read(settings: &Settings, file: &Path) -> Result<Option<Vec<u8>>> {
    let failed = |cause| Error::io("read", file, &cause);
    if file.is_dir() {
        return Err(Error::new(format!("cannot annotate {}: it is a folder", file.display())).help("name the files"));
    }
    let mut bytes = Vec::new();
    let limit = settings.max_file_bytes.saturating_add(1);
    File::open(file).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok((bytes.len() as u64 <= settings.max_file_bytes).then_some(bytes))
}

fn too_large(settings: &Settings, path: &str) -> Diagnostic {
    let message = format!("the file is larger than {} bytes", settings.max_file_bytes);
    Diagnostic::error(Code::FileTooLarge, None, message)
        .help("split the file, or raise `[build] max-file-bytes` in `book.toml`")
        .in_file(path.into())
}

/// Prints a unified diff: to a program byte for byte, so that it can be applied; on a terminal in colour.
fn print_diff(path: &str, before: &str, after: &str) -> Result<()> {
    let path = path.trim_start_matches('/');
    let diff = TextDiff::from_lines(before, after).unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    if anstream::AutoStream::choice(&std::io::stdout()) == ColorChoice::Never {
        return print_data(diff.as_bytes());
    }
    let coloured: String = diff.lines().map(|line| format!("{}\n", colour(line))).collect();
    print_data(coloured.as_bytes())
}

fn colour(line: &str) -> String {
    let text = clean(line);
    match line.as_bytes().first() {
        _ if line.starts_with("+++") || line.starts_with("---") => style(&text, Style::Bold),
        Some(b'+') => style(&text, Style::Added),
        Some(b'-') => style(&text, Style::Error),
        Some(b'@') => style(&text, Style::Dim),
        _ => text,
    }
}
