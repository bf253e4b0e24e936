//! Sets of phrases that are looked for together, in one pass over a text.
//!
//! A phrase begins where a word does. So the pass stops at the beginnings of words only, and there the first four bytes tell, with
//! one look at a table, whether any phrase begins so. In postmortems about every second word does; few of them go on as a phrase.

/// A set of phrases. Letters match whatever their case, in ASCII.
#[derive(Debug)]
pub(crate) struct Phrases {
    /// The phrases as they are compared, without the byte that must stand before them.
    phrases: Vec<Vec<u8>>,
    /// By [`Phrases::place`], which phrases begin so.
    places: Vec<Place>,
    /// The beginnings of the phrases, place by place.
    beginnings: Vec<Beginning>,
    fold: Fold,
}

/// What is alike in a text and a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Letters in upper and in lower case.
    Case,
    /// These, and what parts the words of a compound: space, `-`, `_` and `/`.
    CaseAndJoints,
}

/// The phrases whose first three bytes are alike.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// A bit for each byte, modulo 32, that can be their fourth.
    fourth: u32,
    /// Where they are in the list of beginnings.
    from: u32,
    to: u32,
}

/// A phrase, found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its index in the set.
    pub(crate) phrase: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The first bytes of a phrase, in which few phrases are alike.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    bytes: u64,
    /// Which of the eight bytes the phrase has.
    mask: u64,
    /// The eight bytes behind these.
    next: u64,
    next_mask: u64,
    phrase: u32,
    /// How many bytes the phrase has.
    len: u32,
    /// The byte that must stand before it: the space of ` was `, the bracket of `[insert`.
    before: Option<u8>,
}

impl Fold {
    /// Returns eight bytes as they are compared.
    #[inline(always)]
    fn eight(self, bytes: [u8; 8]) -> u64 {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let bytes = u64::from_le_bytes(bytes);
        // All eight at once: the highest bit of each byte tells what it is.
        let low = bytes & (0x7f * ONES);
        let upper = (low + (0x80 - b'A' as u64) * ONES) & !(low + (0x7f - b'Z' as u64) * ONES) & !bytes & (0x80 * ONES);
        let lower = bytes | (upper >> 2);
        if self == Self::Case {
            return lower;
        }
        let is = |byte: u8| !((low ^ (u64::from(byte) * ONES)) + 0x7f * ONES) & !bytes & (0x80 * ONES);
        let joints = (is(b'-') | is(b'_') | is(b'/')) >> 7;
        (lower & !(joints * 0xff)) | (joints * u64::from(b' '))
    }

    fn byte(self, byte: u8) -> u8 {
        match (self, byte) {
            (Self::CaseAndJoints, b'-' | b'_' | b'/') => b' ',
            _ => byte.to_ascii_lowercase(),
        }
    }

    /// Returns the bytes that are taken for `byte` of a phrase, or for what may stand behind it, as a key has them.
    fn key_bytes(self, byte: Option<&u8>) -> Vec<u8> {
        let bytes = match byte {
            Some(b' ') if self == Self::CaseAndJoints => b" -_/".to_vec(),
            Some(byte) => vec![*byte],
            None => (0..=u8::MAX).collect(),
        };
        let mut bytes: Vec<u8> = bytes.into_iter().map(|byte| byte | KEY_BIT).collect();
        bytes.sort_unstable();
        bytes.dedup();
        bytes
    }
}

/// The bit that tells letters in upper and in lower case apart. In keys all bytes have it.
const KEY_BIT: u8 = 0x20;

/// The marks that a phrase without a word at its beginning can begin with: `{{`, `____`, `-:-`.
const MARKS: &[u8] = b"{_-?";

impl Phrases {
    /// Returns the set of `phrases`.
    pub(crate) fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        Self::folded(phrases, Fold::Case)
    }

    /// Returns the set of `phrases`, which are compared as `fold` says.
    pub(crate) fn folded<'a>(phrases: impl IntoIterator<Item = &'a str>, fold: Fold) -> Self {
        let (before, phrases): (Vec<_>, Vec<_>) = phrases.into_iter().map(|phrase| split_before(phrase, fold)).unzip();
        // Several to a phrase, because a phrase of two bytes begins at every place that its third could be of.
        let places = (8 * phrases.len()).next_power_of_two().clamp(64, 4096);
        let mut set = Self { phrases, places: vec![Place::default(); places], beginnings: Vec::new(), fold };
        set.list_beginnings(&before);
        set
    }

    fn list_beginnings(&mut self, before: &[Option<u8>]) {
        let mut by_place: Vec<Vec<Beginning>> = vec![Vec::new(); self.places.len()];
        for (phrase, (text, before)) in self.phrases.iter().zip(before).enumerate() {
            // Nothing has no place.
            if text.is_empty() {
                continue;
            }
            let eight = |from: usize| {
                let part = text.get(from..).unwrap_or_default();
                let mask = u64::MAX.checked_shr(64 - 8 * part.len().min(8) as u32).unwrap_or(0);
                (self.fold.eight(first_bytes(part)), mask)
            };
            let ((bytes, mask), (next, next_mask)) = (eight(0), eight(8));
            let beginning = Beginning { bytes, mask, next, next_mask, phrase: phrase as u32, len: text.len() as u32, before: *before };
            let [first, second, third, fourth] = [0, 1, 2, 3].map(|at| self.fold.key_bytes(text.get(at)));
            let fourth = fourth.iter().fold(0, |bits, byte| bits | 1 << (byte % 32));
            let pairs = first.iter().flat_map(|first| second.iter().map(move |second| [*first, *second]));
            let keys = pairs.flat_map(|[first, second]| third.iter().map(move |third| [first, second, *third, 0]));
            let mut places: Vec<usize> = keys.map(|key| self.place(u32::from_le_bytes(key))).collect();
            places.sort_unstable();
            places.dedup();
            for place in places {
                self.places[place].fourth |= fourth;
                by_place[place].push(beginning);
            }
        }
        for (place, beginnings) in self.places.iter_mut().zip(by_place) {
            place.from = self.beginnings.len() as u32;
            self.beginnings.extend(beginnings);
            place.to = self.beginnings.len() as u32;
        }
    }

    /// Returns the place of the phrases that begin with the first three bytes of `key`.
    #[inline(always)]
    fn place(&self, key: u32) -> usize {
        // The number of places is a power of two.
        ((key << 8).wrapping_mul(0x9e37_79b1) >> 20) as usize & (self.places.len() - 1)
    }

    /// Returns the beginnings of the phrases that can begin with these bytes.
    #[inline(always)]
    fn beginnings(&self, first: [u8; 4]) -> &[Beginning] {
        let key = u32::from_le_bytes(first) | u32::from_le_bytes([KEY_BIT; 4]);
        let place = &self.places[self.place(key)];
        if place.fourth >> (key >> 24 & 31) & 1 == 0 {
            return &[];
        }
        &self.beginnings[place.from as usize..place.to as usize]
    }

    /// Calls `take` with each phrase that begins where a word does, in order of the beginnings. It may end inside a word.
    #[inline]
    pub(crate) fn each(&self, text: &str, mut take: impl FnMut(Found)) {
        let bytes = text.as_bytes();
        each_word_start(bytes, |start, first| {
            let beginnings = self.beginnings(first);
            if beginnings.is_empty() {
                return;
            }
            let own = self.fold.eight(first_bytes(&bytes[start..]));
            for beginning in beginnings {
                if own & beginning.mask == beginning.bytes
                    && beginning.before.is_none_or(|before| start > 0 && bytes[start - 1] == before)
                    && (beginning.len <= 8 || self.goes_on(beginning, bytes, start))
                {
                    take(Found { phrase: beginning.phrase as usize, start, end: start + beginning.len as usize });
                }
            }
        });
    }

    /// Whether a phrase whose first eight bytes stand at byte `start` goes on there as it should.
    fn goes_on(&self, beginning: &Beginning, text: &[u8], start: usize) -> bool {
        let behind = |from: usize| text.get(start + from..).unwrap_or_default();
        let rest = || self.phrases[beginning.phrase as usize].get(16..).unwrap_or_default();
        self.fold.eight(first_bytes(behind(8))) & beginning.next_mask == beginning.next
            && behind(16).len() >= rest().len()
            && behind(16).iter().zip(rest()).all(|(own, byte)| self.fold.byte(*own) == *byte)
    }

    /// True where the text holds one of the phrases, whatever ending its last word has.
    pub(crate) fn occur_in(&self, text: &str) -> bool {
        let mut found = false;
        self.each(text, |_| found = true);
        found
    }

    /// Returns where the phrases begin, in order, whatever ending their last words have.
    pub(crate) fn starts_in(&self, text: &str) -> impl Iterator<Item = usize> + use<> {
        let mut starts = Vec::new();
        self.each(text, |found| starts.push(found.start));
        starts.into_iter()
    }

    /// Returns the index of the first phrase that stands between word boundaries, and where it begins.
    pub(crate) fn first_in(&self, text: &str) -> Option<(usize, usize)> {
        self.whole_in(text).next()
    }

    /// Returns each phrase that stands between word boundaries, the longest of those that begin at one place: its index, and where
    /// it begins.
    pub(crate) fn whole_in(&self, text: &str) -> impl Iterator<Item = (usize, usize)> + use<> {
        let mut whole: Vec<Found> = Vec::new();
        self.each(text, |found| {
            if !stands_alone(text, found.start, found.end) {
                return;
            }
            match whole.last_mut() {
                Some(last) if found.start == last.start => {
                    if found.end > last.end {
                        *last = found;
                    }
                }
                Some(last) if found.start < last.end => {}
                _ => whole.push(found),
            }
        });
        whole.into_iter().map(|found| (found.phrase, found.start))
    }
}

/// Splits off the byte that must stand before a phrase, and folds the rest.
fn split_before(phrase: &str, fold: Fold) -> (Option<u8>, Vec<u8>) {
    let folded: Vec<u8> = phrase.bytes().map(|byte| fold.byte(byte)).collect();
    match folded[..] {
        [before, next, ..] if !is_word_byte(before) && is_word_byte(next) => (Some(before), folded[1..].to_vec()),
        _ => (None, folded),
    }
}

/// The first bytes of a text, 0 beyond its end.
#[inline(always)]
fn first_bytes<const COUNT: usize>(text: &[u8]) -> [u8; COUNT] {
    text.first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = [0; COUNT];
        bytes[..text.len()].copy_from_slice(text);
        bytes
    })
}

/// Whether a byte is part of a word: a letter or digit, or beyond ASCII.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// How many bytes are looked at together.
const BLOCK: usize = 32;

/// The kinds of bytes that tell where words begin, each with a bit for each byte of a block: letters, and the other bytes that words
/// and [`MARKS`] begin with.
const KINDS: [u64; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => 1,
            b'0'..=b'9' | 0x80.. => 1 << BLOCK,
            _ => 0,
        };
        byte += 1;
    }
    let mut mark = 0;
    while mark < MARKS.len() {
        kinds[MARKS[mark] as usize] = 1 << BLOCK;
        mark += 1;
    }
    kinds
};

/// Calls `take` with each byte at which a word or mark can begin, and with the first four bytes there: at a letter behind none, at
/// another of [`KINDS`] behind none at all.
#[inline]
fn each_word_start(text: &[u8], mut take: impl FnMut(usize, [u8; 4])) {
    const LETTERS: u64 = 0xffff_ffff;
    let mut last = 0;
    for from in (0..text.len()).step_by(BLOCK) {
        // With the bytes behind it that its last word begins with.
        let block: [u8; BLOCK + 4] = first_bytes(&text[from..]);
        // A loop of fixed length without branches; each word costs one branch then, rather than each byte.
        let kinds = block[..BLOCK].iter().enumerate().fold(0, |kinds, (at, byte)| kinds | KINDS[usize::from(*byte)] << at);
        let before = ((kinds << 1) & 0xffff_fffe_ffff_fffe) | ((last >> (BLOCK - 1)) & 0x0000_0001_0000_0001);
        last = kinds;
        let new = kinds & !(before | ((before & LETTERS) << BLOCK));
        let mut starts = (new | (new >> BLOCK)) as u32;
        while starts != 0 {
            let at = starts.trailing_zeros() as usize;
            take(from + at, first_bytes(&block[at..]));
            starts &= starts - 1;
        }
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let after = text[end..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    before && after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_begin_where_words_do() {
        let phrases = Phrases::new(["went down", "down", " was ", "hr"]);
        assert!(!phrases.occur_in("a countdown") && phrases.occur_in("a (down)stream"));
        assert_eq!(phrases.first_in("a downturn"), None);
        assert_eq!(phrases.first_in("It Went Down"), Some((0, 3)));
        assert!(!phrases.occur_in("was it") && phrases.occur_in("it was so"));
        assert!(phrases.occur_in("for 3hrs") && phrases.occur_in("—hr"));
    }

    #[test]
    fn every_phrase_is_found_wherever_it_stands() {
        let words = ["{{", "xx:xx", "été", "no ", "was unavailable for hours", "[insert", "500"];
        let phrases = Phrases::new(words);
        for (index, word) in words.iter().enumerate() {
            for padding in 0..40 {
                let text = format!("{}{} ", "- ".repeat(padding).get(padding..).unwrap_or(""), word.to_ascii_uppercase());
                let mut found = Vec::new();
                phrases.each(&text, |hit| found.push(hit.phrase));
                assert!(found.contains(&index), "{text}");
            }
        }
    }
}
