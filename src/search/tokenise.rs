//! Text into terms, in the one way that the index, the terminal and the browser share.
//!
//! The same rules stand in `theme/js/search.js`; `tests/search/vectors.json` proves that both agree. They are our own rather than a
//! library's because every library for one language lacks its twin in the other, to the letter.
//!
//! A *run* is a row of letters and digits, joined inside by `_`, `-` or `.`: `db_connection_limit`, `api-gateway`, `v4.18.0`. It is
//! split into *parts* at its joints and where camel case begins a word; a run of several parts is a term as a whole too. Text
//! without spaces between words (Chinese, Japanese, Korean, Thai) is taken as overlapping pairs of characters.

use unicode_normalization::UnicodeNormalization;

/// Terms are cut at this many characters.
const MAX_TERM_CHARS: usize = 40;

/// Words so common that they say nothing, English and German, in order; they are found inside phrases only.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "aber", "als", "am", "an", "and", "are", "as", "at", "auch", "auf", "aus", "be", "been", "bei", "but", "by", "das", "dass",
    "dem", "den", "der", "des", "die", "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "for", "from", "fur",
    "haben", "had", "has", "hat", "hatte", "have", "he", "her", "his", "i", "ich", "if", "ihr", "im", "in", "into", "is", "ist", "it",
    "its", "mit", "nach", "nicht", "noch", "not", "nur", "oder", "of", "on", "or", "our", "she", "sich", "sie", "sind", "so", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "uber", "um", "und", "von", "vor", "war", "waren",
    "was", "we", "were", "what", "when", "which", "who", "wie", "will", "wir", "wird", "with", "would", "wurde", "wurden", "you",
    "your", "zu", "zum", "zur",
];

/// A row of letters and digits and the terms that it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// The run as one term, where it has several parts.
    pub whole: Option<String>,
}

/// A part of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The term: folded and without its ending.
    pub term: String,
    /// Folded, with its ending; what a prefix is compared with.
    pub folded: String,
    /// False for a stop word and for what is too short to say anything.
    pub indexed: bool,
}

/// Splits `text` into runs.
pub fn tokenise(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let is_spaceless = is_spaceless(c);
        if !is_spaceless && !is_word(c) {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, next)) = chars.peek().copied() {
            let joins = !is_spaceless && is_joint(next) && text[at + 1..].chars().next().is_some_and(is_word);
            if !(joins || if is_spaceless { self::is_spaceless(next) } else { is_word(next) }) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let run = if is_spaceless { pairs(text, start, end) } else { words(text, start, end) };
        if !run.parts.is_empty() {
            runs.push(run);
        }
    }
    runs
}

/// Letters and digits of writing that has spaces between words.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && (c.is_alphanumeric() || is_mark(c)) && !is_spaceless(c))
}

/// The accents that are folded away.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Writing without spaces between words; Korean too, whose particles cling to their words.
fn is_spaceless(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0e7f | 0x3005..=0x3007 | 0x3040..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3fffd)
}

fn is_joint(c: char) -> bool {
    matches!(c, '_' | '-' | '.')
}

/// Overlapping pairs of characters; a lone character is a term itself.
fn pairs(text: &str, start: usize, end: usize) -> Run {
    let chars: Vec<char> = text[start..end].chars().collect();
    let width = chars.len().min(2);
    let part = |pair: &[char]| {
        let term: String = pair.iter().collect();
        Part { folded: term.clone(), term, indexed: true }
    };
    Run { start, end, parts: chars.windows(width).map(part).collect(), whole: None }
}

/// The parts of a run of words, and the run as a whole.
fn words(text: &str, start: usize, end: usize) -> Run {
    let run = &text[start..end];
    let mut parts = Vec::new();
    for piece in run.split(is_joint) {
        split_camel(piece, &mut |part| {
            let folded = cut(fold(part));
            if folded.is_empty() {
                return;
            }
            let indexed = is_telling(&folded);
            parts.push(Part { term: stem(&folded), folded, indexed });
        });
    }
    let whole = (parts.len() > 1).then(|| cut(fold_run(run))).filter(|whole| is_name(whole)).map(|whole| stem(&whole));
    Run { start, end, parts, whole }
}

/// Calls `each` with the words of a piece in camel case: `HTTPServerError` is `HTTP`, `Server`, `Error`.
fn split_camel<'a>(piece: &'a str, each: &mut dyn FnMut(&'a str)) {
    if !piece.is_ascii() {
        return each(piece);
    }
    let bytes = piece.as_bytes();
    let mut from = 0;
    for at in 1..bytes.len() {
        let before = bytes[at - 1];
        let begins_word = bytes[at].is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_uppercase() && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        // `PoDs`, `iOS` and `McKay` are no two words each.
        if begins_word && at - from > 1 && bytes.len() - at > 2 {
            each(&piece[from..at]);
            from = at;
        }
    }
    each(&piece[from..]);
}

/// Returns `word` in lower case and without accents; what is left is letters and digits.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let bare: String = word.nfkd().filter(|c| !is_mark(*c)).nfkc().collect();
    let mut folded = String::with_capacity(bare.len());
    for c in bare.to_lowercase().chars() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    folded
}

/// Folds a run and keeps its joints.
fn fold_run(run: &str) -> String {
    if run.is_ascii() {
        return run.to_ascii_lowercase();
    }
    run.split_inclusive(is_joint)
        .map(|piece| fold(piece) + if piece.ends_with(is_joint) { &piece[piece.len() - 1..] } else { "" })
        .collect()
}

fn cut(term: String) -> String {
    match term.char_indices().nth(MAX_TERM_CHARS) {
        Some((at, _)) => term[..at].to_owned(),
        None => term,
    }
}

/// A single letter, a short number and a stop word say nothing.
fn is_telling(folded: &str) -> bool {
    let bytes = folded.as_bytes();
    let is_short = bytes.len() == 1 || bytes.len() == 2 && bytes.iter().all(u8::is_ascii_digit);
    !is_short && (bytes.len() > 6 || STOP_WORDS.binary_search(&folded).is_err())
}

/// A run is worth a term as a whole if it has a letter or is a version or an address, but not if it is a date or a phone number.
fn is_name(whole: &str) -> bool {
    whole.chars().any(char::is_alphabetic) || whole.bytes().filter(|byte| *byte == b'.').count() >= 2
}

/// Returns `word` without its plain English or German ending: `retries`, `retried` and `retry` are one, so are `Zertifikate` and
/// `Zertifikats`. It takes off few endings, since joining two words that differ costs more than missing a rare form.
fn stem(folded: &str) -> String {
    let mut word = folded.to_owned();
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    stem_plural(&mut word);
    stem_ending(&mut word);
    word
}

fn stem_plural(word: &mut String) {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends(&["ies"]) && word.len() > 4 {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ends(&["sses", "xes", "ches", "shes"]) {
        word.truncate(word.len() - 2);
    } else if ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        word.truncate(word.len() - 1);
    }
}

fn stem_ending(word: &mut String) {
    let length = word.len();
    let has_vowel = |text: &str| text.bytes().any(|byte| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    if word.ends_with("ing") && length >= 6 && has_vowel(&word[..length - 3]) {
        word.truncate(length - 3);
        undouble(word);
    } else if word.ends_with("ed") && length >= 5 && !word.ends_with("eed") && has_vowel(&word[..length - 2]) {
        word.truncate(length - 2);
        undouble(word);
    } else if length >= 6 && (word.ends_with("ern") || word.ends_with("eln")) {
        word.truncate(length - 1);
    } else if length >= 6 && word.ends_with("en") {
        word.truncate(length - 2);
    } else if length >= 4 && word.ends_with('e') {
        word.truncate(length - 1);
    }
    if word.len() > 3 && word.ends_with('i') {
        word.pop();
        word.push('y');
    }
}

/// `runn` is `run`; `fall`, `process` and `buzz` stay.
fn undouble(word: &mut String) {
    let bytes = word.as_bytes();
    if let [.., a, b] = bytes
        && a == b
        && !matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'l' | b's' | b'z')
    {
        word.pop();
    } else if word.ends_with('e') && word.len() > 3 {
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn terms(text: &str) -> String {
        let runs = tokenise(text).into_iter();
        let terms = runs.flat_map(|run| run.parts.into_iter().filter(|part| part.indexed).map(|part| part.term).chain(run.whole));
        terms.collect::<Vec<_>>().join(" ")
    }

    /// The browser's twin is tested with the same file: `tests/browser/search.test.mjs`.
    #[test]
    fn terms_are_those_of_the_shared_vectors() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search/vectors.json");
        let vectors: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).expect("readable")).expect("JSON");
        assert!(vectors.len() >= 40);
        for vector in vectors {
            let text = vector["text"].as_str().expect("a text");
            assert_eq!(Some(terms(text).as_str()), vector["terms"].as_str(), "{text}");
        }
    }

    #[test]
    fn stop_words_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
    }

    proptest! {
        #[test]
        fn any_text_gives_runs_on_character_boundaries(text in "\\PC{0,60}") {
            for run in tokenise(&text) {
                prop_assert!(text.get(run.start..run.end).is_some());
                prop_assert!(run.parts.iter().all(|part| !part.term.is_empty() && !part.term.contains(char::is_whitespace)));
            }
        }
    }
}
