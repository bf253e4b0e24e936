//! What a heading means: its canonical role, found by the synonyms of `headings.toml` and of the user's settings.
//!
//! A heading is folded (lower case, no accents, numbering, punctuation or emoji) and looked up whole, then without its
//! brackets, its subtitle after a colon or dash, and words that say nothing ("the", "of the incident"). Real headings, which
//! are headings beyond doubt, are tried by their key words at last; a bare line or a label must be a known heading whole.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use crate::{
    config::ReadSettings,
    extract::{
        phrases::Phrases,
        text::{WordMap, find_byte, find_rare, has_phrase, leading_len, words},
    },
    incident::SectionRole,
};

static BUILT_IN: LazyLock<WordMap<String, SectionRole>> = LazyLock::new(|| {
    let table: BTreeMap<String, Vec<String>> = toml::from_str(include_str!("headings.toml")).expect("headings.toml is part of the program");
    let mut roles = WordMap::default();
    for (role, spellings) in table {
        let role = SectionRole::parse(&role).expect("headings.toml names roles");
        for spelling in spellings {
            roles.entry(spelling).or_insert(role);
        }
    }
    roles
});

/// Key words of real headings, in order of precedence: the first group whose words all occur decides.
const KEY_WORDS: &[(&[&str], SectionRole)] = &[
    (&["timeline"], SectionRole::Timeline),
    (&["chronology"], SectionRole::Timeline),
    (&["went well", "lucky"], SectionRole::Lucky),
    (&["went well"], SectionRole::WentWell),
    (&["lucky"], SectionRole::Lucky),
    (&["went wrong"], SectionRole::WentWrong),
    (&["poorly"], SectionRole::WentWrong),
    (&["root cause", "resolution"], SectionRole::CauseAndResolution),
    (&["root cause", "recovery"], SectionRole::CauseAndResolution),
    (&["root cause", "fix"], SectionRole::CauseAndResolution),
    (&["root cause"], SectionRole::RootCause),
    (&["contributing"], SectionRole::Contributing),
    (&["action items"], SectionRole::Actions),
    (&["corrective"], SectionRole::Actions),
    (&["preventative"], SectionRole::Actions),
    (&["preventive"], SectionRole::Actions),
    (&["follow up"], SectionRole::Actions),
    (&["next steps"], SectionRole::Actions),
    (&["prevent"], SectionRole::Actions),
    (&["what we change"], SectionRole::Actions),
    (&["what we changed"], SectionRole::Actions),
    (&["what we will"], SectionRole::Actions),
    (&["what we are doing"], SectionRole::Actions),
    (&["what we re doing"], SectionRole::Actions),
    (&["prevention"], SectionRole::Actions),
    (&["action plan"], SectionRole::Actions),
    (&["lessons"], SectionRole::Lessons),
    (&["takeaways"], SectionRole::Lessons),
    (&["learned"], SectionRole::Lessons),
    (&["impact"], SectionRole::Impact),
    (&["resolution"], SectionRole::Resolution),
    (&["recovery"], SectionRole::Resolution),
    (&["mitigation"], SectionRole::Resolution),
    (&["detection"], SectionRole::Detection),
    (&["detected"], SectionRole::Detection),
    (&["summary"], SectionRole::Summary),
    (&["overview"], SectionRole::Summary),
    (&["conclusion"], SectionRole::Conclusion),
    (&["attendees"], SectionRole::People),
    (&["appendix"], SectionRole::Support),
];

/// Whether a word does not change what a heading means.
fn is_filler(word: &[u8]) -> bool {
    matches!(
        word,
        b"the"
            | b"a"
            | b"an"
            | b"of"
            | b"our"
            | b"this"
            | b"for"
            | b"incident"
            | b"outage"
            | b"issue"
            | b"event"
            | b"proposed"
            | b"initial"
            | b"detailed"
            | b"brief"
            | b"short"
            | b"full"
            | b"section"
            | b"s"
    )
}

/// The synonyms of headings: ours and the user's.
#[derive(Debug)]
pub(crate) struct Headings {
    added: HashMap<String, SectionRole>,
}

impl Headings {
    /// Returns the synonyms, with those of `settings` added.
    pub(crate) fn new(settings: &ReadSettings) -> Self {
        let mut added = HashMap::new();
        for (role, spellings) in &settings.headings {
            if let Some(role) = SectionRole::parse(role) {
                added.extend(spellings.iter().map(|spelling| (fold(spelling), role)));
            }
        }
        Self { added }
    }

    fn exact(&self, folded: &str) -> Option<SectionRole> {
        let added = if self.added.is_empty() { None } else { self.added.get(folded) };
        added.or_else(|| BUILT_IN.get(folded)).copied()
    }

    /// Returns the role of a bare line or a label: it must be a known heading as a whole.
    pub(crate) fn role_of_label(&self, text: &str) -> Option<SectionRole> {
        if text.len() > 90 {
            return None;
        }
        self.role_of_folded(text, &fold(text))
    }

    /// Returns the role of a bare line or a label that is folded already.
    pub(crate) fn role_of_folded(&self, text: &str, folded: &str) -> Option<SectionRole> {
        if text.len() > 90 {
            return None;
        }
        let outside = || Some(without_brackets(text)).filter(|outside| outside.len() < text.len());
        self.exact(folded).or_else(|| outside().and_then(|outside| self.exact(&fold(outside)))).or_else(|| self.without_fillers(folded))
    }

    /// Returns the role of a real heading, which is folded already: also by its part before a colon or dash, and by key words.
    pub(crate) fn role_of_heading(&self, text: &str, folded: &str) -> Option<SectionRole> {
        if let Some(role) = self.role_of_folded(text, folded) {
            return Some(role);
        }
        let head = subtitle_split(text).0;
        if head.len() < text.len() {
            return self.role_of_label(head);
        }
        let outside = without_brackets(text);
        let outside = if outside.len() < text.len() { Cow::Owned(fold(outside)) } else { Cow::Borrowed(folded) };
        let folded: &str = &outside;
        if folded.bytes().filter(|byte| *byte == b' ').count() >= 8 {
            return None;
        }
        let holds = |word: &&str| has_phrase(folded, word);
        static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(KEY_WORDS.iter().flat_map(|(words, _)| words.iter().copied())));
        let key_words = if SET.occur_in(folded) { KEY_WORDS } else { &[] };
        let by_key_word = key_words.iter().find(|(words, _)| words.iter().all(holds)).map(|(_, role)| *role);
        // "Why it took so long to see", "Why this release passed".
        by_key_word.or_else(|| folded.starts_with("why ").then_some(SectionRole::Contributing))
    }

    fn without_fillers(&self, folded: &str) -> Option<SectionRole> {
        if !folded.as_bytes().split(|byte| *byte == b' ').any(is_filler) {
            return None;
        }
        let telling: Vec<&str> = words(folded).filter(|word| !is_filler(word.as_bytes())).collect();
        if telling.is_empty() || telling.len() > 6 {
            return None;
        }
        self.exact(&telling.join(" "))
    }
}

/// Splits a heading at its first colon or spaced dash: `Timeline: the plot thickens`.
pub(crate) fn subtitle_split(text: &str) -> (&str, &str) {
    // The last is the first byte of both longer dashes.
    if find_byte(text.as_bytes(), 0, |byte| (byte == b':') | (byte == b'-') | (byte == 0xe2)).is_none() {
        return (text, "");
    }
    let colon = find_rare(text, ": ").map(|at| (at, at + 1));
    let dash = [" - ", " – ", " — "].iter().filter_map(|dash| find_rare(text, dash).map(|at| (at, at + dash.len()))).min();
    match [colon, dash].into_iter().flatten().min() {
        Some((end, start)) => (&text[..end], text[start..].trim()),
        None => (text, ""),
    }
}

/// Returns the text without a trailing part in brackets.
pub(crate) fn without_brackets(text: &str) -> &str {
    match find_byte(text.as_bytes(), 0, |byte| (byte == b'(') | (byte == b'[')) {
        Some(at) if at > 0 => text[..at].trim_end(),
        _ => text,
    }
}

/// Folds a heading or label for comparison: lower case, no accents, numbering, punctuation or emoji; words parted by one space.
pub(crate) fn fold(text: &str) -> String {
    let mut bytes = text.to_ascii_lowercase().into_bytes();
    // Most texts are words of ASCII with one space between, which are folded already; what else is ASCII becomes such a space.
    let is_letter = |byte: u8| byte.is_ascii_lowercase() | byte.is_ascii_digit();
    let mut len = leading_len(&bytes, |before, byte| is_letter(byte) | ((byte == b' ') & (before != b' ')));
    let mut at = len;
    while let Some(byte) = bytes.get(at).copied().filter(|byte| byte.is_ascii() && *byte != b'&') {
        if is_letter(byte) || len > 0 && bytes[len - 1] != b' ' {
            bytes[len] = if is_letter(byte) { byte } else { b' ' };
            len += 1;
        }
        at += 1;
    }
    // Whether the next word stands apart from what is there.
    let mut apart = len > 0 && bytes[len - 1] == b' ';
    bytes.truncate(len - usize::from(apart));
    let mut out = String::from_utf8(bytes).expect("letters, digits and spaces of ASCII are text");
    for c in text[at..].chars() {
        if c.is_ascii_alphanumeric() {
            if std::mem::take(&mut apart) {
                out.push(' ');
            }
            out.push(c.to_ascii_lowercase());
        } else if c == '&' {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str("and");
            apart = true;
        } else if !c.is_alphanumeric() {
            apart = !out.is_empty();
        } else {
            if std::mem::take(&mut apart) {
                out.push(' ');
            }
            match plain_letters(c) {
                Some(letters) => out.push_str(letters),
                None => out.extend(c.to_lowercase()),
            }
        }
    }
    let numbering = out.len() - strip_numbering(&out).len();
    if numbering > 0 {
        out.drain(..numbering);
    }
    out
}

/// Takes off a leading number or roman numeral that is followed by words.
fn strip_numbering(folded: &str) -> &str {
    let mut rest = folded;
    while rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x'))
        // No numeral is longer than `viii`.
        && let Some(length) = rest.bytes().take(5).position(|byte| byte == b' ')
    {
        let (first, after) = (&rest[..length], &rest[length + 1..]);
        let numeral = first.bytes().all(|b| b.is_ascii_digit()) && first.len() <= 2
            || matches!(first, "i" | "ii" | "iii" | "iv" | "v" | "vi" | "vii" | "viii" | "ix" | "x");
        if !numeral || after == "whys" {
            break;
        }
        rest = after;
    }
    rest
}

/// Returns the letters without accent of an accented Latin letter.
pub(crate) fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => "a",
        'ç' | 'Ç' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => "i",
        'ñ' | 'Ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => "o",
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => "u",
        'ý' | 'ÿ' => "y",
        'ß' => "ss",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(heading: &str, expected: Option<SectionRole>) {
        assert_eq!(Headings::new(&ReadSettings::default()).role_of_heading(heading, &fold(heading)), expected, "{heading}");
    }

    #[test]
    fn headings_are_known_with_numbers_brackets_and_subtitles() {
        check("2. Timeline (all times UTC)", Some(SectionRole::Timeline));
        check("🕒 Timeline: the plot thickens", Some(SectionRole::Timeline));
        check("Root Cause & Resolution", Some(SectionRole::CauseAndResolution));
        check("Causa raíz", Some(SectionRole::RootCause));
        check("Nächste Schritte", Some(SectionRole::Actions));
        check("Corrective and preventative measures:", Some(SectionRole::Actions));
        check("5 Whys", Some(SectionRole::RootCause));
        check("Checkout down for an hour", None);
    }

    #[test]
    fn a_label_must_be_a_heading_as_a_whole() {
        let headings = Headings::new(&ReadSettings::default());
        assert_eq!(headings.role_of_label("Impact"), Some(SectionRole::Impact));
        assert_eq!(headings.role_of_label("The impact on the team was felt"), None);
    }

    #[test]
    fn folding_leaves_lower_case_words() {
        for (text, expected) in [
            ("2. Root-Cause & Fix!", "root cause and fix"),
            ("  IV) Días después…", "dias despues"),
            ("& so on", "and so on"),
            ("Impact", "impact"),
            ("Vigil", "vigil"),
            ("🕒 When? (UTC)", "when utc"),
            ("3 ways", "ways"),
            ("", ""),
        ] {
            assert_eq!(fold(text), expected);
        }
    }

    #[test]
    fn headings_of_the_settings_are_added() {
        let mut settings = ReadSettings::default();
        settings.headings.insert("timeline".into(), vec!["Pořadí událostí".into()]);
        assert_eq!(Headings::new(&settings).role_of_heading("Pořadí událostí", &fold("Pořadí událostí")), Some(SectionRole::Timeline));
    }
}
