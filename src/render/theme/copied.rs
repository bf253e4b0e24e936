//! Where a file of the user's theme was copied from: the first line that `init --theme` writes into each copy, and what follows when
//! the built-in file is another one by now.
//!
//! The line holds a hash of the built-in file. A file without it was written by hand: nothing is known of it, and nothing said.

use xxhash_rust::xxh3::xxh3_64;

use super::built_in;
use crate::diag::{Code, Diagnostic, Span};

const MARK: &str = "copied from hindsite's built-in file ";
const HASH_LENGTH: usize = 16;

/// Returns a built-in file as `init --theme` writes it: with a first line that says what it was copied from.
pub fn copy_of(name: &str, text: &str) -> String {
    let (open, close) = match name.rsplit('.').next() {
        Some("html" | "xml") => ("{#- ", " -#}"),
        Some("css") => ("/* ", " */"),
        Some("js") => ("// ", ""),
        Some("toml") => ("# ", ""),
        Some("svg") => ("<!-- ", " -->"),
        _ => return text.to_owned(),
    };
    format!("{open}{MARK}{}{close}\n{text}", hash(text))
}

/// True where the file is the built-in one, with or without the line of a copy.
pub(super) fn is_as_built_in(name: &str, text: &str) -> bool {
    let rest = read(text).map_or(text, |copied| copied.rest);
    built_in(name) == Some(rest)
}

/// Returns a warning where the built-in file has changed since this one was copied from it.
pub(super) fn warn_of_older(name: &str, text: &str) -> Option<Diagnostic> {
    let copied = read(text)?;
    let Some(now) = built_in(name) else {
        return Some(
            Diagnostic::warning(Code::ThemeFileOlder, copied.span, format!("the built-in theme has no `{name}` any more"))
                .help("delete the file, or its first line where your own templates use it"),
        );
    };
    let now = hash(now);
    if copied.hash == now {
        return None;
    }
    let help = if hash(copied.rest) == copied.hash {
        "nothing was changed in this copy: delete it, and the built-in file of this version is used".to_owned()
    } else {
        format!("take over what changed (`hindsite init --theme` in an empty folder writes this version's files), then write `{now}` here")
    };
    Some(
        Diagnostic::warning(Code::ThemeFileOlder, copied.span, format!("the built-in `{name}` has changed since it was copied")).help(help),
    )
}

struct Copied<'a> {
    hash: &'a str,
    span: Option<Span>,
    /// The file without the line.
    rest: &'a str,
}

fn read(text: &str) -> Option<Copied<'_>> {
    let (line, rest) = text.split_once('\n')?;
    let at = line.find(MARK)? + MARK.len();
    let hash = line.get(at..at + HASH_LENGTH)?;
    Some(Copied { hash, span: Span::new(at, at + HASH_LENGTH).into(), rest })
}

fn hash(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}
