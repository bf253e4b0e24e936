//! Escaping for HTML, and which addresses are allowed.

/// Appends `text` to `out`, safe as text and in a quoted attribute.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            // HTML has no way to write it.
            0 => "\u{FFFD}",
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(escape);
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// Of this site, or of this page.
    Relative,
    /// Of another host.
    External,
    /// A mail address.
    Mail,
    /// Not allowed: it could run code or leak.
    Refused,
}

/// Returns what `url` is, as a browser would read it: white space and control characters in a scheme do not hide it.
pub(super) fn address(url: &str) -> Address {
    let mut scheme = String::new();
    for c in url.chars().filter(|c| !c.is_ascii_control() && *c != ' ') {
        match c {
            ':' => {
                return match scheme.as_str() {
                    "http" | "https" => Address::External,
                    "mailto" => Address::Mail,
                    _ => Address::Refused,
                };
            }
            '/' | '\\' if matches!(scheme.as_str(), "/" | "\\") => return Address::External,
            '/' | '\\' if scheme.is_empty() => scheme.push(c),
            '/' | '\\' | '?' | '#' => return Address::Relative,
            _ if scheme.starts_with(['/', '\\']) => return Address::Relative,
            c => scheme.push(c.to_ascii_lowercase()),
        }
    }
    Address::Relative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_mail_and_relative_addresses_are_allowed() {
        for (url, expected) in [
            ("https://a.example/x", Address::External),
            ("HTTP://a.example", Address::External),
            ("//a.example/x", Address::External),
            ("/\\a.example/x", Address::External),
            ("mailto:a@b.example", Address::Mail),
            ("a.md#b:c", Address::Relative),
            ("./a:b.md", Address::Relative),
            ("/a:b.md", Address::Relative),
            ("#a:b", Address::Relative),
            ("", Address::Relative),
            ("javascript:alert(1)", Address::Refused),
            (" java\tscript\n:alert(1)", Address::Refused),
            ("\u{1}javascript:alert(1)", Address::Refused),
            ("JaVaScRiPt:alert(1)", Address::Refused),
            ("data:text/html,x", Address::Refused),
            ("file:///etc/passwd", Address::Refused),
            ("vbscript:x", Address::Refused),
            ("é:x", Address::Refused),
        ] {
            assert_eq!(address(url), expected, "{url:?}");
        }
    }
}
