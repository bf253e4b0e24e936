//! A small reader of HTML tags, for links, ids and headings. It never decides what is safe: that is the sanitiser's work.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text, entities as written.
    Text(&'a str),
    /// An opening tag.
    Open(Tag<'a>),
    /// A closing tag: its name in lower case.
    Close(String),
    /// A comment, a doctype, a processing instruction.
    Comment,
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// Its name in lower case.
    pub(crate) name: String,
    /// Its attributes, names in lower case, entities resolved.
    pub(crate) attributes: Vec<(String, String)>,
    /// The tag as written.
    pub(crate) raw: &'a str,
}

impl Tag<'_> {
    /// Returns the value of the attribute `name`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Returns the tokens of `html`.
pub(crate) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { html, rest: html }
}

/// An iterator over the tokens of HTML.
pub(crate) struct Tokens<'a> {
    html: &'a str,
    rest: &'a str,
}

impl Tokens<'_> {
    /// Returns the offset of the next token.
    pub(crate) fn offset(&self) -> usize {
        self.html.len() - self.rest.len()
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (length, token) = match tag(self.rest) {
            Some(found) => found,
            None => {
                // A `<` that opens no tag is text, together with what follows up to the next one.
                let first = self.rest.chars().next().map_or(1, char::len_utf8);
                let length = self.rest[first..].find('<').map_or(self.rest.len(), |at| first + at);
                (length, Token::Text(&self.rest[..length]))
            }
        };
        self.rest = &self.rest[length..];
        Some(token)
    }
}

/// Returns the tag or comment that `html` begins with, and its length.
fn tag(html: &str) -> Option<(usize, Token<'_>)> {
    let inner = html.strip_prefix('<')?;
    if let Some(comment) = inner.strip_prefix("!--") {
        let length = comment.find("-->").map_or(html.len(), |at| at + "<!---->".len());
        return Some((length, Token::Comment));
    }
    if inner.starts_with(['!', '?']) {
        let length = html.find('>').map_or(html.len(), |at| at + 1);
        return Some((length, Token::Comment));
    }
    let name_start = if inner.starts_with('/') { 2 } else { 1 };
    let name_length = html[name_start..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(html.len() - name_start);
    if !html[name_start..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name = html[name_start..name_start + name_length].to_ascii_lowercase();
    let (attributes, end) = attributes(html, name_start + name_length)?;
    let token = if name_start == 2 { Token::Close(name) } else { Token::Open(Tag { name, attributes, raw: &html[..end] }) };
    Some((end, token))
}

/// Reads attributes from offset `at` on; returns them and the offset after the `>`.
fn attributes(html: &str, mut at: usize) -> Option<(Vec<(String, String)>, usize)> {
    let mut attributes = Vec::new();
    loop {
        at += html[at..].len() - html[at..].trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/').len();
        if html[at..].starts_with('>') {
            return Some((attributes, at + 1));
        }
        // An equals sign may be the first character of a name.
        let first = html[at..].chars().next()?.len_utf8();
        let rest = &html[at + first..];
        let length = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'))?;
        let name = html[at..at + first + length].to_ascii_lowercase();
        at += first + length;
        let after_space = at + html[at..].len() - html[at..].trim_start().len();
        if !html[after_space..].starts_with('=') {
            attributes.push((name, String::new()));
            continue;
        }
        at = after_space + 1;
        at += html[at..].len() - html[at..].trim_start().len();
        let rest = &html[at..];
        let (value, length) = match rest.chars().next()? {
            quote @ ('"' | '\'') => {
                let end = rest[1..].find(quote)?;
                (&rest[1..=end], end + 2)
            }
            _ => {
                let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
                (&rest[..end], end)
            }
        };
        attributes.push((name, decode(value)));
        at += length;
    }
}

/// Returns `text` with the common and the numeric entities resolved.
pub(crate) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest entity that is read has 9 characters between `&` and `;`.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let character = end.and_then(|end| entity(&rest[1..end]));
        match (character, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

/// Returns the text of HTML: tags, scripts and styles dropped, entities resolved, white space folded.
pub(crate) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut hidden = None;
    for token in tokens(html) {
        match token {
            Token::Text(part) if hidden.is_none() => text.push_str(&decode(part)),
            Token::Open(tag) if hidden.is_none() && is_no_text(&tag) => hidden = Some(tag.name),
            Token::Open(tag) if is_separate(&tag.name) => text.push(' '),
            Token::Close(name) if hidden.as_ref() == Some(&name) => hidden = None,
            Token::Close(name) if is_separate(&name) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns true for what is not read: scripts, and the marks of footnotes that our own pages have.
fn is_no_text(tag: &Tag<'_>) -> bool {
    matches!(tag.name.as_str(), "script" | "style") || (tag.name == "a" && matches!(tag.attribute("class"), Some("fnref" | "fnback")))
}

/// Returns true for elements whose text is not joined to the text around them.
fn is_separate(name: &str) -> bool {
    matches!(
        name,
        "br" | "p"
            | "li"
            | "td"
            | "th"
            | "dt"
            | "dd"
            | "div"
            | "pre"
            | "blockquote"
            | "summary"
            | "details"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_their_attributes() {
        let found: Vec<_> = tokens("a<A HREF='x>y' b c = d e=\"&amp;\"/>t</A ><!-- <b> --> < b <").collect();
        let attributes = [("href", "x>y"), ("b", ""), ("c", "d"), ("e", "&")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let expected = [
            Token::Text("a"),
            Token::Open(Tag { name: "a".into(), attributes: attributes.into(), raw: "<A HREF='x>y' b c = d e=\"&amp;\"/>" }),
            Token::Text("t"),
            Token::Close("a".into()),
            Token::Comment,
            Token::Text(" "),
            Token::Text("< b "),
            Token::Text("<"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn entities_are_resolved() {
        for (text, expected) in
            [("&amp;&#65;&#x42;&nope;&", "&AB&nope;&"), ("&#0;&#xFFFFFFFF;", "&#0;&#xFFFFFFFF;"), ("&ééééééé;", "&ééééééé;")]
        {
            assert_eq!(decode(text), expected);
        }
    }
}
