//! Reads one file into text: size limit, byte order marks, encodings.

use std::{borrow::Cow, fs::File, io::Read as _, path::Path};

use xxhash_rust::xxh3::xxh3_64;

use super::{LineTable, Source};
use crate::diag::{Code, Diagnosed, Diagnostic, Span};

/// How much of a file decides whether it is Markdown.
const HEAD_BYTES: u64 = 8192;
/// Up to one wrong byte in this many, a file is shown with replacement characters.
const BYTES_PER_ERROR: usize = 20;

/// Returns the beginning of a file, decoded; `None` where it is not text.
pub(super) fn read_head(file: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(HEAD_BYTES).read_to_end(&mut bytes).ok()?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Some(text.to_owned()),
        // The limit may cut a character in two.
        Err(error) if error.error_len().is_none() => Some(String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()),
        Err(_) => None,
    }
}

/// Reads `file`, listed as `path`. A file that is too large or not text still gives a source, so that it has a page;
/// `None` only where it cannot be opened or read.
pub(crate) fn read_source(path: &str, file: &Path, max_bytes: u64) -> Diagnosed<Option<Source>> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|open| {
        // Room for all of it, so that it is read in one piece. One byte more than allowed shows that the limit is passed, whatever the
        // file system says about the size.
        let length = open.metadata().map_or(0, |metadata| metadata.len().min(max_bytes));
        bytes.reserve_exact(usize::try_from(length).map_or(0, |length| length + 1));
        open.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)
    });
    if let Err(cause) = read {
        let finding = Diagnostic::error(Code::FileUnreadable, None, format!("cannot be read: {cause}"));
        return Diagnosed { value: None, diagnostics: vec![finding.in_file(path.into())] };
    }
    let (text, finding) = if bytes.len() as u64 > max_bytes {
        let message = format!("the file is larger than {max_bytes} bytes, so its text is not read");
        let finding = Diagnostic::error(Code::FileTooLarge, None, message);
        (Cow::Borrowed(""), Some(finding.help("split the file, or raise `[build] max-file-bytes` in `book.toml`")))
    } else {
        decode(&bytes)
    };
    let finding = finding.or_else(|| {
        text.trim()
            .is_empty()
            .then(|| Diagnostic::warning(Code::FileEmpty, None, "the file has no text").help("write the postmortem, or remove the file"))
    });
    let source = Source { path: path.into(), lines: LineTable::new(&text), text: (&*text).into(), hash: xxh3_64(&bytes) };
    Diagnosed { value: Some(source), diagnostics: finding.into_iter().map(|finding| finding.in_file(path.into())).collect() }
}

/// Returns the text of `bytes` without byte order mark, and what is wrong with it.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<Diagnostic>) {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode_utf8(rest),
        _ => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: &[u8]) -> (Cow<'_, str>, Option<Diagnostic>) {
    let nulls = bytes.iter().filter(|byte| **byte == 0).count();
    if nulls * BYTES_PER_ERROR > bytes.len() {
        return ("".into(), Some(not_text("the file is not text, or UTF-16 without a byte order mark")));
    }
    let first_error = match std::str::from_utf8(bytes) {
        Ok(text) => return (text.into(), None),
        Err(error) => error.valid_up_to(),
    };
    let wrong: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    if wrong * BYTES_PER_ERROR > bytes.len() {
        return ("".into(), Some(not_text("the file is not UTF-8 text")));
    }
    let text = String::from_utf8_lossy(bytes);
    let span = Span::new(first_error, first_error + char::REPLACEMENT_CHARACTER.len_utf8());
    (text, Some(damaged(span, wrong)))
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (Cow<'static, str>, Option<Diagnostic>) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::new();
    let mut wrong = rest.len();
    let mut first_error = None;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        if decoded.is_err() {
            wrong += 1;
            first_error.get_or_insert(text.len());
        }
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if wrong * BYTES_PER_ERROR > bytes.len() {
        return ("".into(), Some(not_text("the file is not UTF-16 text, though it has that byte order mark")));
    }
    let at = first_error.unwrap_or(text.len());
    let finding = (wrong > 0).then(|| damaged(Span::clamped(&text, at, at + 1), wrong));
    (text.into(), finding)
}

fn not_text(message: &str) -> Diagnostic {
    Diagnostic::error(Code::FileNotText, None, message).help("save it as UTF-8")
}

fn damaged(span: Span, wrong: usize) -> Diagnostic {
    let message = format!("{wrong} bytes of the file are not UTF-8; they are shown as `\u{FFFD}`");
    Diagnostic::warning(Code::FileNotText, span, message).help("save it as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, code: Option<Code>) {
        let (actual, finding) = decode(bytes);
        assert_eq!(actual, text);
        assert_eq!(finding.as_ref().map(|finding| finding.code), code);
        if let Some(span) = finding.and_then(|finding| finding.span) {
            assert!(actual.get(span.start..span.end).is_some(), "{span:?}");
        }
    }

    #[test]
    fn utf8_and_utf16_with_a_mark_are_read() {
        check("é".as_bytes(), "é", None);
        check(b"\xEF\xBB\xBFa", "a", None);
        check(b"\xFF\xFEa\0\xE9\0", "aé", None);
        check(b"\xFE\xFF\0a\0\xE9", "aé", None);
    }

    #[test]
    fn a_few_wrong_bytes_are_replaced_and_many_are_refused() {
        check(b"a text of more than twenty bytes \xFF here", "a text of more than twenty bytes \u{FFFD} here", Some(Code::FileNotText));
        check(b"\xFF\xF0\xF1", "", Some(Code::FileNotText));
        check(b"a\0b\0c\0", "", Some(Code::FileNotText));
        check(b"\xFF\xFEa", "", Some(Code::FileNotText));
    }
}
