//! Small questions about plain text that several readers ask: sentences, words, times of day.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
    sync::LazyLock,
};

/// A map by short words of ours: no document chooses its keys, so its hash need not be safe against chosen ones.
pub(crate) type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;

/// A hash that costs next to nothing for a short word.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.write_u64(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    // What parts one word from the next; there is only ever one.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        // The table takes its place from the lowest bits and its mark from the highest; the middle ones are the best mixed.
        self.0 ^ self.0 >> 32
    }
}

/// A list of words, in lower case, that most words are not in. Their length and first letter tell that of nearly all.
#[derive(Debug)]
pub(crate) struct WordList {
    words: &'static [&'static str],
    /// By length, the first letters of the words that are so long, a bit for each.
    letters: [u32; WordList::LENGTHS],
}

impl WordList {
    const LENGTHS: usize = 32;

    /// Returns the list of `words`, none of which is empty.
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        let mut letters = [0; Self::LENGTHS];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            letters[word.len() % Self::LENGTHS] |= 1 << (word[0] % 32);
            at += 1;
        }
        Self { words, letters }
    }

    /// Whether the list has the word, whatever the case of its letters, in ASCII.
    #[inline]
    pub(crate) fn has(&self, word: &str) -> bool {
        let Some(first) = word.bytes().next() else { return false };
        let may_have = self.letters[word.len() % Self::LENGTHS] & 1 << (first % 32) != 0;
        may_have && self.words.iter().any(|known| known.eq_ignore_ascii_case(word))
    }
}

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "etc", "approx", "vs", "mr", "mrs", "ms", "dr", "no", "cf", "ca", "fig", "incl", "resp", "st", "a.m", "p.m", "z.b",
    "bzw", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
];

/// Returns the sentences of a line of plain text.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    each_sentence(text, |_, sentence| out.push(sentence));
    out
}

/// Calls `take` with each sentence of a line of plain text and the byte at which it begins.
pub(crate) fn each_sentence<'a>(text: &'a str, mut take: impl FnMut(usize, &'a str)) {
    let mut take_trimmed = |start: usize, sentence: &'a str| {
        // What stands between two sentences is nearly always one space.
        let from = usize::from(sentence.as_bytes().first() == Some(&b' '));
        let (from, sentence) = match &sentence.as_bytes()[from..] {
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => (from, &sentence[from..]),
            _ => (sentence.len() - sentence.trim_start().len(), sentence.trim()),
        };
        if has_letter_or_digit(sentence) {
            take(start + from, sentence);
        }
    };
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while let Some(stop) = find_byte(bytes, at, |byte| (byte == b'.') | (byte == b'!') | (byte == b'?') | (byte == ELLIPSIS)) {
        let ellipsis = bytes[stop] == ELLIPSIS;
        at = stop + 1;
        if ellipsis && !text[stop..].starts_with('…') {
            continue;
        }
        let mut end = if ellipsis { stop + '…'.len_utf8() } else { at };
        while end < bytes.len() && matches!(bytes[end], b'"' | b')' | b'\'' | b'!' | b'?' | b'.') {
            end += 1;
        }
        let ends = match bytes.get(end) {
            None => true,
            Some(b' ') => {
                let next = text[end..].trim_start();
                let goes_on = || next.starts_with(char::is_lowercase) || bytes[stop] == b'.' && ends_in_abbreviation(&text[start..stop]);
                next.is_empty() || !goes_on()
            }
            Some(byte) => !byte.is_ascii_graphic() && text[end..].trim_start().is_empty(),
        };
        if ends {
            take_trimmed(start, &text[start..end]);
            start = end;
            at = end;
        }
    }
    take_trimmed(start, &text[start..]);
}

/// Returns the first byte from `from` on that `is` is true of. It is for bytes that are rare in a text, and `is` best does without
/// branches.
pub(crate) fn find_byte(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = bytes.get(from..)?;
    // A chunk is asked as a whole, of which the compiler makes a few instructions; so is the rest, as the last chunk of all.
    let has_none = |chunk: &[u8; 16]| !chunk.iter().fold(false, |any, byte| any | is(*byte));
    let (chunks, rest) = bytes.as_chunks::<16>();
    let without = chunks.iter().take_while(|chunk| has_none(chunk)).count();
    if without == chunks.len() && (rest.is_empty() || bytes.last_chunk().is_some_and(has_none)) {
        return None;
    }
    let mut at = without * 16;
    if bytes[at..].first_chunk::<8>().is_some_and(|half| !half.iter().fold(false, |any, byte| any | is(*byte))) {
        at += 8;
    }
    bytes[at..].iter().position(|byte| is(*byte)).map(|found| from + at + found)
}

/// Returns how many bytes at the beginning `is` is true of, each asked with the byte before it; before the first stands a space.
pub(crate) fn leading_len(bytes: &[u8], is: impl Fn(u8, u8) -> bool) -> usize {
    let Some((first, behind)) = bytes.split_first() else { return 0 };
    if !is(b' ', *first) {
        return 0;
    }
    // As in `find_byte`.
    let are = |before: &[u8; 16], chunk: &[u8; 16]| (0..16).fold(true, |all, index| all & is(before[index], chunk[index]));
    let (before, _) = bytes.as_chunks::<16>();
    let (chunks, rest) = behind.as_chunks::<16>();
    let with = (0..chunks.len()).take_while(|index| are(&before[*index], &chunks[*index])).count();
    let last = || bytes[..behind.len()].last_chunk().zip(behind.last_chunk());
    if with == chunks.len() && (rest.is_empty() || last().is_some_and(|(before, chunk)| are(before, chunk))) {
        return bytes.len();
    }
    (1 + with * 16..bytes.len()).find(|at| !is(bytes[at - 1], bytes[*at])).unwrap_or(bytes.len())
}

/// Trims white space, of which most texts have none.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Whether a text holds a letter or a digit.
#[inline]
pub(crate) fn has_letter_or_digit(text: &str) -> bool {
    // Nearly all begin with one.
    text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) || text.chars().any(char::is_alphanumeric)
}

/// The first byte of `…`, and of other characters.
const ELLIPSIS: u8 = 0xe2;

/// How long the longest abbreviation is.
const MAX_ABBREVIATION_BYTES: usize = 6;

fn ends_in_abbreviation(text: &str) -> bool {
    let bytes = text.as_bytes();
    let length = bytes.iter().rev().take(MAX_ABBREVIATION_BYTES + 1).take_while(|byte| !matches!(byte, b' ' | b'(')).count();
    let word = &bytes[bytes.len() - length..];
    match word {
        [letter] => letter.is_ascii_alphabetic() && *letter != b'I',
        _ => {
            length <= MAX_ABBREVIATION_BYTES
                && ABBREVIATIONS.iter().any(|known| known.len() == length && known.as_bytes().eq_ignore_ascii_case(word))
        }
    }
}

/// Returns what white space parts, as `split_whitespace` does, with a look at each byte rather than at each character.
#[inline]
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while bytes.get(at).is_some_and(|byte| is_ascii_space(*byte)) {
            at += 1;
        }
        if !bytes.get(at)?.is_ascii() {
            at = text.len() - text[at..].trim_start().len();
        }
        let start = at;
        at += bytes[start..].iter().take_while(|byte| matches!(byte, b'!'..=b'~')).count();
        if bytes.get(at).is_some_and(|byte| !is_ascii_space(*byte)) {
            at += text[at..].find(char::is_whitespace).unwrap_or(text.len() - at);
        }
        (at > start).then(|| &text[start..at])
    })
}

#[inline]
fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Whether `text` holds `phrase` between word boundaries. Both in lower case.
pub(crate) fn has_phrase(text: &str, phrase: &str) -> bool {
    find_phrase(text, phrase).is_some()
}

/// Returns where `text` holds `phrase` between word boundaries. Both in lower case.
pub(crate) fn find_phrase(text: &str, phrase: &str) -> Option<usize> {
    // Most texts do not hold it at all, which is told sooner than where it stands.
    if !text.contains(phrase) {
        return None;
    }
    text.match_indices(phrase).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after = text[at + phrase.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        before && after
    })
}

/// Returns the first `chars` characters of a text.
#[inline]
pub(crate) fn head(text: &str, chars: usize) -> &str {
    if text.len() <= chars {
        return text;
    }
    match text.as_bytes()[..chars].is_ascii() {
        true => &text[..chars],
        false => text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at]),
    }
}

/// Returns where `text` holds `part`. Where most texts do not, it is faster than `find`, which prepares its search first.
pub(crate) fn find_rare(text: &str, part: &str) -> Option<usize> {
    if text.contains(part) { text.find(part) } else { None }
}

/// Whether a text begins with `lead`, which is in lower case, whatever its own case.
#[inline]
pub(crate) fn begins_in_any_case(text: &str, lead: &str) -> bool {
    text.as_bytes().get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead.as_bytes()))
}

/// Whether a folded text begins with `words`, whole.
pub(crate) fn begins_with_words(folded: &str, words: &str) -> bool {
    folded.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Returns where the runs of digits of a text stand.
pub(crate) fn digit_runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = find_byte(bytes, at, |byte| byte.is_ascii_digit())?;
        at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        Some(start..at)
    })
}

/// Whether the text holds something like a time of day: `10:42`, `9am`.
pub(crate) fn has_clock(text: &str) -> bool {
    digit_runs(text.as_bytes()).any(|run| is_clock(text.as_bytes(), run.end))
}

/// Whether the digits before `end` are the hour of a time of day.
pub(crate) fn is_clock(bytes: &[u8], end: usize) -> bool {
    let digits = |from: usize, count: usize| bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let half = |at: usize| {
        matches!(bytes.get(at), Some(b'a' | b'A' | b'p' | b'P'))
            && bytes.get(at + 1).is_some_and(|m| m.eq_ignore_ascii_case(&b'm'))
            && !bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
    };
    match bytes.get(end) {
        Some(b':') => digits(end + 1, 2) && !digits(end + 3, 1),
        Some(b' ') => half(end + 1),
        _ => half(end),
    }
}

/// Whether the text holds a year of our time: `2024`.
pub(crate) fn has_year(text: &str) -> bool {
    digit_runs(text.as_bytes()).any(|run| is_year(&text.as_bytes()[run]))
}

/// Whether a run of digits is a year of our time.
pub(crate) fn is_year(digits: &[u8]) -> bool {
    matches!(digits, [b'2', b'0', _, _] | [b'1', b'9', b'9', _])
}

const MONTHS: &[&str] = &[
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
    "januar",
    "februar",
    "marz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "janeiro",
    "fevereiro",
    "marco",
    "maio",
    "junho",
    "julho",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

/// Whether a folded word is the name of a month.
pub(crate) fn is_month(word: &str) -> bool {
    static SET: LazyLock<WordMap<&str, ()>> = LazyLock::new(|| MONTHS.iter().map(|month| (*month, ())).collect());
    SET.contains_key(word)
}

/// Upper-cases the first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_that_end_them() {
        assert_eq!(
            sentences("We use v1.2 e.g. here. It broke! 50 users (or so.) Left"),
            ["We use v1.2 e.g. here.", "It broke!", "50 users (or so.)", "Left"]
        );
    }

    #[test]
    fn the_longest_abbreviation_is_known() {
        assert_eq!(ABBREVIATIONS.iter().map(|known| known.len()).max(), Some(MAX_ABBREVIATION_BYTES));
        assert_eq!(sentences("It took approx. Two hours (no. Five). I saw it."), ["It took approx. Two hours (no. Five).", "I saw it."]);
    }

    #[test]
    fn bytes_are_found_in_texts_of_any_length() {
        for length in 0..40 {
            let mut text = vec![b'a'; length];
            assert_eq!(find_byte(&text, 0, |byte| byte == b'.'), None);
            assert_eq!(leading_len(&text, |_, byte| byte == b'a'), length);
            for at in 0..length {
                text[at] = b'.';
                assert_eq!(find_byte(&text, 0, |byte| byte == b'.'), Some(at));
                assert_eq!(find_byte(&text, at + 1, |byte| byte == b'.'), None);
                assert_eq!(leading_len(&text, |_, byte| byte == b'a'), at);
                assert_eq!(leading_len(&text, |before, _| before != b'.'), (at + 1).min(length));
                text[at] = b'a';
            }
        }
    }

    #[test]
    fn shortened_months_end_no_sentence() {
        assert_eq!(sentences("In the morning of Sept. 18th it broke. We slept."), ["In the morning of Sept. 18th it broke.", "We slept."]);
    }

    #[test]
    fn words_are_what_white_space_parts() {
        for text in
            ["", " ", "a", " it\tbroke\u{a0}at\r\nnoon ", "\u{2009}déjà  vu\u{3000}", "x\u{85}y\u{b}z", "ends\u{a0}", "a\u{7f}b\u{1} c"]
        {
            assert!(words(text).eq(text.split_whitespace()), "{text:?}");
        }
    }

    #[test]
    fn a_word_is_in_a_list_whatever_its_case() {
        static LIST: WordList = WordList::new(&["lead", "third-party", "s"]);
        assert!(["lead", "LEAD", "Third-party", "S"].iter().all(|word| LIST.has(word)));
        assert!(["", "lean", "leads", "third", "t", "é"].iter().all(|word| !LIST.has(word)));
    }

    #[test]
    fn clocks_and_years_are_seen() {
        assert!(has_clock("at 10:42 UTC") && has_clock("at 9 am") && has_clock("6PM"));
        assert!(!has_clock("a ratio of 3:1 and 12 apples"));
        assert!(has_year("in 2024.") && !has_year("port 20240"));
    }

    #[test]
    fn phrases_stand_between_word_boundaries() {
        assert!(has_phrase("the dns record", "dns") && !has_phrase("the dnsmasq", "dns"));
    }
}
