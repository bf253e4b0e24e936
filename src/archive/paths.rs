//! Links between files as people write them, down to paths below the content folder. No I/O: what exists is the caller's to know.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What may not stand as it is in the path of an address. Quotes and brackets too, so that it is safe in any attribute or Markdown.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Returns a path or an anchor, percent-encoded.
pub(crate) fn encode(path: &str) -> String {
    utf8_percent_encode(path, UNSAFE).to_string()
}

/// Returns the folder of a path, without a slash at its end; empty at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// An address as written, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WrittenLink {
    /// An address with a scheme, or of another host (`//host/…`).
    Absolute,
    /// An anchor of the page itself; percent-decoded, empty for a bare `#`.
    Anchor(String),
    /// A file below the content folder.
    Relative {
        /// Its path, decoded and normalised, without a slash at its end; empty for the root. `None` where it leaves the folder.
        path: Option<String>,
        /// The query with its `?`, as written; else empty.
        query: String,
        /// What follows `#`, decoded.
        anchor: Option<String>,
    },
}

impl WrittenLink {
    /// Takes apart `url` as written in the document at `from`.
    pub(crate) fn parse(from: &str, url: &str) -> Self {
        let url = url.trim();
        if url.starts_with("//") || has_scheme(url) {
            return WrittenLink::Absolute;
        }
        let (rest, anchor) = url.split_once('#').map_or((url, None), |(rest, anchor)| (rest, Some(decode(anchor))));
        let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, _)| (path, &rest[path.len()..]));
        if path.is_empty() && query.is_empty() {
            return WrittenLink::Anchor(anchor.unwrap_or_default());
        }
        let decoded = decode(path).replace('\\', "/");
        let path = if path.is_empty() { Some(from.to_owned()) } else { join(folder_of(from), &decoded) };
        WrittenLink::Relative { path, query: query.to_owned(), anchor }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns true for `scheme:…`. One letter is a drive, and a colon after a slash belongs to a path.
fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// Returns `path` as seen from `folder` (from the root where it begins with a slash), `.` and `..` resolved; `None` where it leaves the root.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { folder.split('/').filter(|part| !part.is_empty()).collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, url: &str, expected: Option<&str>) {
        let WrittenLink::Relative { path, .. } = WrittenLink::parse(from, url) else { panic!("{url} is not relative") };
        assert_eq!(path.as_deref(), expected, "{url} in {from}");
    }

    #[test]
    fn relative_links_are_resolved_from_the_document() {
        check("2024/a.md", "b.md", Some("2024/b.md"));
        check("2024/a.md", "../2023/./b%20c.md", Some("2023/b c.md"));
        check("2024/a.md", "/img/x.png?raw=1#frag", Some("img/x.png"));
        check("2024/a.md", "..", Some(""));
        check("a.md", "../../etc/passwd", None);
        check("2024/a.md", "sub\\b.md", Some("2024/sub/b.md"));
        check("2024/a.md", "?raw", Some("2024/a.md"));
        check("a.md", "notes/10:42.md", Some("notes/10:42.md"));
    }

    #[test]
    fn other_addresses_are_told_apart() {
        for url in ["https://example.org/a", "mailto:a@b.c", "//cdn.example.org/x", "javascript:alert(1)"] {
            assert_eq!(WrittenLink::parse("a.md", url), WrittenLink::Absolute, "{url}");
        }
        assert_eq!(WrittenLink::parse("a.md", "#root%20cause"), WrittenLink::Anchor("root cause".to_owned()));
        assert_eq!(WrittenLink::parse("a.md", ""), WrittenLink::Anchor(String::new()));
    }
}
