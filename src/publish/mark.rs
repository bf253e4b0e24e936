//! The mark that each of our pages carries: which page it is, and the hash of what we last wrote.
//!
//! Where a target keeps Markdown or wikitext, the mark is a comment line at the end of the stored text. It checks itself: where the
//! rest of the text does not hash to it, a person edited the page.

use std::{fmt, fmt::Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of a text as [`normalise`] leaves it, as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// Returns the hash of `text`, normalised.
    pub fn of(text: &str) -> Self {
        Self::of_bytes(normalise(text).as_bytes())
    }

    /// Returns the hash of bytes, as they are.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        is_digest.then(|| Self(text.to_owned()))
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns `text` as all wikis leave it alone: `\n` line ends, no blanks and empty lines at its end.
pub fn normalise(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

/// Whether a page is one that the archive still has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MarkState {
    /// It is.
    #[default]
    Live,
    /// It is not, and a notice on the page says so.
    Stale,
}

/// What we know of a page that we wrote, kept in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The archive that it belongs to, by the title of its home page: several may share a wiki.
    pub archive: String,
    /// Which page it is: [`super::Wanted::key`].
    pub key: String,
    /// The name under which it was written: where the page is elsewhere now, a person moved it.
    pub name: String,
    /// The hash of the body that was written, without the mark.
    pub body: Digest,
    /// The hash of the body that was wanted then. It is another than `body` where a person's text was taken instead of ours, and
    /// where the write is not finished yet (its files are still to come).
    pub wanted: Digest,
    /// Whether the page was marked as one that is gone from the archive.
    pub state: MarkState,
}

const BEGIN: &str = "<!-- hindsite v1 ";
const END: &str = " -->";
/// Kept as they are in the values of a mark; all else is percent-encoded, so that no value can end the comment.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b':');

impl Mark {
    /// Returns the comment line.
    pub fn to_comment(&self) -> String {
        format!("{BEGIN}{}{END}", self.to_values())
    }

    /// Returns what stands in the comment: letters, digits, blanks and none of `<>&"'`.
    pub(super) fn to_values(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, VALUE).to_string();
        let state = if self.state == MarkState::Stale { " state=stale" } else { "" };
        let wanted = if self.wanted == self.body { String::new() } else { format!(" for=sha256:{}", self.wanted) };
        format!(
            "in={} key={} name={} body=sha256:{}{wanted}{state}",
            encode(&self.archive),
            encode(&self.key),
            encode(&self.name),
            self.body
        )
    }

    /// Returns the stored text of a page: its body and the mark below it.
    pub fn stored(&self, body: &str) -> String {
        format!("{}\n\n{}\n", normalise(body), self.to_comment())
    }

    /// Splits a stored text into its body, normalised, and its mark. Where there are several marks, the last one counts and the
    /// others are part of the body.
    pub fn split(stored: &str) -> (String, Option<Mark>) {
        let text = normalise(stored);
        let Some(start) = text.rfind(BEGIN) else { return (text, None) };
        let Some(length) = text[start..].find(END) else { return (text, None) };
        let Some(mark) = Self::parse(&text[start + BEGIN.len()..start + length]) else { return (text, None) };
        let rest = format!("{}{}", normalise(&text[..start]), &text[start + length + END.len()..]);
        (normalise(&rest), Some(mark))
    }

    /// Reads what [`Mark::to_values`] wrote.
    pub(super) fn parse(values: &str) -> Option<Self> {
        let value = |name: &str| values.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned());
        let state = if value("state") == Some("stale") { MarkState::Stale } else { MarkState::Live };
        let digest = |text: &str| Digest::parse(text.strip_prefix("sha256:")?);
        let body = digest(value("body")?)?;
        let wanted = value("for").map_or_else(|| Some(body.clone()), digest)?;
        Some(Self { archive: decode(value("in")?)?, key: decode(value("key")?)?, name: decode(value("name")?)?, body, wanted, state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(body: &str) -> Mark {
        Mark {
            archive: "Störungen".to_owned(),
            key: "incident/a--b> c".to_owned(),
            name: "Störung/-->.md".to_owned(),
            body: Digest::of(body),
            wanted: Digest::of("wanted"),
            state: MarkState::Stale,
        }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written_whatever_is_in_it() {
        let mark = mark("text");
        assert_eq!(mark.to_comment().matches("-->").count(), 1);
        assert_eq!(Mark::split(&mark.stored("text\n\n")), ("text".to_owned(), Some(mark)));
    }

    #[test]
    fn what_wikis_do_to_line_ends_is_no_edit_and_any_other_change_is() {
        let mark = mark("one\ntwo");
        let stored = mark.stored("one\ntwo");
        for (there, edited) in [
            (stored.replace('\n', "\r\n"), false),
            (stored.trim_end().to_owned(), false),
            (format!("{stored}\n\n"), false),
            (stored.replace("one", "One"), true),
            (format!("{stored}a line below"), true),
            (format!("a line above\n{stored}"), true),
        ] {
            let (body, found) = Mark::split(&there);
            assert_eq!(Digest::of(&body) != found.expect("the mark is there").body, edited, "{there:?}");
        }
    }

    #[test]
    fn a_text_without_a_whole_mark_has_none() {
        for text in ["", "text", "<!-- hindsite v1 key=a -->", "<!-- hindsite v1 key=a name=b body=sha256:12 -->", "<!-- hindsite v1 key=a"]
        {
            assert_eq!(Mark::split(text), (text.to_owned(), None));
        }
    }
}
