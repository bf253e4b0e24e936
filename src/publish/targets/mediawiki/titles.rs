//! Titles as MediaWiki has them (<https://www.mediawiki.org/wiki/Manual:Page_title>): what it would change is changed here, so that
//! the title that comes back is the one that was sent; what it refuses is replaced by a sign that looks alike.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use unicode_normalization::UnicodeNormalization;

/// The longest title, in bytes of UTF-8.
const MAX_BYTES: usize = 255;
/// The longest title of the home page, so that there is room below it.
const MAX_ROOT_BYTES: usize = 120;

/// Kept as they are in an address.
pub(super) const IN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b':').remove(b'_').remove(b'-').remove(b'.');

/// Returns the title of the home page, or why it cannot be one.
pub(super) fn root(title: &str) -> Result<String, String> {
    let title = cleaned(title);
    let title = title.trim_matches([' ', '/', ':']);
    if title.is_empty() {
        return Err("nothing is left of it".to_owned());
    }
    if title.len() > MAX_ROOT_BYTES {
        return Err(format!("it has more than {MAX_ROOT_BYTES} bytes"));
    }
    // The first letter is a capital one, of the namespace too.
    let capital = |text: &str| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    Ok(match title.split_once(':') {
        Some((space, rest)) if !rest.trim().is_empty() => format!("{}:{}", capital(space.trim()), capital(rest.trim())),
        _ => capital(title),
    })
}

/// Returns the title of a page below the home page.
pub(super) fn below(root: &str, title: &str) -> String {
    let mut own = cleaned(&title.replace('/', "\u{2215}"));
    // A part of a title that is a dot or two would be a way through folders.
    if matches!(own.as_str(), "" | "." | "..") {
        own.push('\u{2026}');
    }
    let most = MAX_BYTES - root.len() - 1;
    if own.len() > most {
        let mut end = most;
        while !own.is_char_boundary(end) {
            end -= 1;
        }
        own.truncate(end);
    }
    format!("{root}/{}", own.trim())
}

/// Returns `title` in NFC, blanks as single spaces, without what a title cannot hold.
fn cleaned(title: &str) -> String {
    let mut out = String::new();
    let mut letters = title.nfc().peekable();
    while let Some(c) = letters.next() {
        let c = match c {
            '[' | '{' => '(',
            ']' | '}' => ')',
            '<' => '\u{2039}',
            '>' => '\u{203a}',
            '|' => '\u{00a6}',
            '#' => '\u{ff03}',
            '~' if letters.peek() == Some(&'~') || out.ends_with('\u{223c}') => '\u{223c}',
            // `%41` and `&amp;` would be read as what they stand for.
            '%' if letters.peek().is_some_and(char::is_ascii_hexdigit) => '\u{ff05}',
            '&' if letters.peek().is_some_and(|next| next.is_ascii_alphabetic()) => '\u{ff06}',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{fffd}' => continue,
            c if c == '_' || c.is_whitespace() => ' ',
            c if c.is_control() => continue,
            c => c,
        };
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_what_mediawiki_makes_of_them() {
        for (title, expected) in [
            ("2026-01-02 DB outage", "2026-01-02 DB outage"),
            ("a  b_c\u{a0}d ", "a b c d"),
            ("a/b", "a\u{2215}b"),
            ("#1 [x] {y} <z> a|b", "\u{ff03}1 (x) (y) \u{2039}z\u{203a} a\u{a6}b"),
            ("100%25 &amp; 5 % & R&D", "100\u{ff05}25 \u{ff06}amp; 5 % & R\u{ff06}D"),
            ("~~~~ a~b", "\u{223c}\u{223c}\u{223c}\u{223c} a~b"),
            ("..", "..\u{2026}"),
            ("e\u{301}\u{202e}\u{7}", "é"),
            ("", "\u{2026}"),
        ] {
            assert_eq!(below("Log", title), format!("Log/{expected}"));
        }
        assert_eq!(root("project: incident_log/").as_deref(), Ok("Project:Incident log"));
        assert!(root(" / ").is_err());
    }

    #[test]
    fn a_long_title_is_cut_between_letters() {
        let title = below("Log", &"ä".repeat(300));
        assert!(title.len() <= MAX_BYTES && title.ends_with('ä'), "{}", title.len());
    }
}
