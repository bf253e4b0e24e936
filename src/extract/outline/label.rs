//! The label that a line opens with: `**Root cause:** text`, `Label: text`, `Label - text`.

use crate::extract::{
    headings::fold,
    lexicon::LabelLists,
    outline::Unit,
    text::{find_byte, words},
};

/// A line's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// How many bytes of the unit's text are the label as written, without its colon.
    pub(crate) len: usize,
    /// The label folded for comparison.
    pub(crate) key: String,
    /// The lists of readers that it is in.
    pub(crate) lists: LabelLists,
    /// The byte offset in the unit's text at which the rest begins.
    pub(crate) rest: usize,
    /// Whether it is in bold, italics or code.
    pub(crate) strong: bool,
    /// Whether a colon parts it from the rest; a dash otherwise.
    pub(crate) colon: bool,
}

impl Label {
    /// Returns the label as written, without markup and without its colon.
    #[inline]
    pub(crate) fn text<'a>(&self, unit: &'a Unit) -> &'a str {
        &unit.text[..self.len]
    }
}

const MAX_LABEL_BYTES: usize = 70;
const MAX_LABEL_WORDS: usize = 8;

/// Finds the label of a line whose first `strong_len` bytes are in bold.
pub(crate) fn find_label(text: &str, strong_len: usize) -> Option<Label> {
    if strong_len > 0
        && let Some(label) = strong_label(text, strong_len)
    {
        return Some(label);
    }
    plain_label(text)
}

fn strong_label(text: &str, strong_len: usize) -> Option<Label> {
    let (strong, rest) = text.split_at(strong_len);
    let strong_trimmed = strong.trim_end();
    let (inside, closed) = match strong_trimmed.strip_suffix([':', '：']) {
        Some(inside) => (inside.trim_end(), Some(true)),
        None => match strong_trimmed.strip_suffix(['-', '–', '—']) {
            Some(inside) => (inside.trim_end(), Some(false)),
            None => (strong_trimmed, None),
        },
    };
    let after = rest.trim_start();
    let (colon, behind) = match (closed, after.chars().next()) {
        (Some(colon), _) => (colon, after),
        (None, Some(c @ (':' | '：'))) => (true, &after[c.len_utf8()..]),
        (None, Some(c @ ('-' | '–' | '—'))) => (false, &after[c.len_utf8()..]),
        _ => return None,
    };
    if inside.is_empty() || inside.len() > 2 * MAX_LABEL_BYTES {
        return None;
    }
    // `**Root Cause: it broke**`, bold as a whole: the label is what stands before the colon.
    Some(label(text, inside, behind, true, colon))
}

fn plain_label(text: &str) -> Option<Label> {
    if !text.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let (end, behind, colon) = first_mark(&text[..text.floor_char_boundary(MAX_LABEL_BYTES + 4)])?;
    let inside = text[..end].trim_end();
    let has_mark = find_byte(inside.as_bytes(), 0, |byte| matches!(byte, b'.' | b',' | b';' | b'?' | b'!')).is_some();
    let sentence = has_mark && !inside.contains('(');
    let is_verb = |word: &str| matches!(word, "had" | "was" | "were" | "is" | "are" | "has" | "have" | "did");
    let clause = || inside.trim_start_matches(|c| c != ' ').rsplit_once(' ').is_some_and(|(words, _)| words.split(' ').any(is_verb));
    if inside.is_empty() || sentence || clause() || words(inside).count() > MAX_LABEL_WORDS {
        return None;
    }
    Some(label(text, inside, &text[behind..], false, colon))
}

/// Finds the first colon or dash that can end a label: where it begins, what stands behind it, and whether it is a colon.
fn first_mark(head: &str) -> Option<(usize, usize, bool)> {
    let bytes = head.as_bytes();
    let mut from = 0;
    // The first bytes of `:` and `：`, of a hyphen, and of the two dashes.
    while let Some(at) = find_byte(bytes, from, |byte| (byte == b':') | (byte == 0xef) | (byte == b'-') | (byte == 0xe2)) {
        from = at + 1;
        if let Some(behind) = head[at..].strip_prefix([':', '：']) {
            let ends = |next: char| next.is_whitespace() || next.is_uppercase() || matches!(next, '"' | '“');
            if behind.chars().next().is_none_or(ends) {
                return Some((at, head.len() - behind.len(), true));
            }
        } else if at > 0
            && bytes[at - 1] == b' '
            && let Some(behind) = head[at..].strip_prefix(['-', '–', '—']).and_then(|behind| behind.strip_prefix(' '))
        {
            return Some((at - 1, head.len() - behind.len(), false));
        }
    }
    None
}

fn label(text: &str, inside: &str, behind: &str, strong: bool, colon: bool) -> Label {
    let behind = behind.trim_start();
    let key = fold(inside);
    Label { len: inside.len(), lists: LabelLists::of(&key), key, rest: text.len() - behind.len(), strong, colon }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, strong_len: usize, expected: Option<(&str, &str)>) {
        let label = find_label(text, strong_len);
        assert_eq!(label.as_ref().map(|label| (label.key.as_str(), &text[label.rest..])), expected, "{text}");
    }

    #[test]
    fn labels_end_at_a_colon_or_dash() {
        check("Root cause: a typo", 11, Some(("root cause", "a typo")));
        check("Root cause: a typo", 10, Some(("root cause", "a typo")));
        check("Impact - everyone", 0, Some(("impact", "everyone")));
        check("Impact:", 0, Some(("impact", "")));
        check("We saw it, and then: nothing", 0, None);
        check("10:42 alert", 0, None);
        check("http://example.org is down", 0, None);
    }
}
