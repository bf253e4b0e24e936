//! Tells what a timeline row marks: impact, detection, a false lead, the resolution, …
//!
//! A row's words are weighed against the patterns of `row_kind.toml`; the heaviest kind wins, and among equals the one that a reader
//! of a timeline would want marked. What a row says first weighs more than what it says last, and a label ("Escalation: …") most.
//!
//! Some kinds depend on the rows around: a deed before anything was noticed is a change, after it a step of repair; only the first
//! beginning of work acknowledges; normal service before the incident's end is a mitigation.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    extract::text::{WordMap, find_byte, head},
    incident::RowKind,
};

/// A word of a pattern behind its first.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// How many words may stand before it at most.
    gap: usize,
    /// The choice of words that it is one of, by its number.
    choice: u16,
}

/// A pattern at its first word, with what tells soonest that it does not match.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// The pattern's number.
    pattern: u16,
    /// What the word right behind the first must be one of.
    second: Option<u16>,
    /// Whether there is more of it in [`Table::rests`].
    goes_on: bool,
    /// Whether one of its own words denies.
    denies: bool,
    /// Whether it matches at the beginning of the row alone.
    begins: bool,
    kind: RowKind,
    weight: f32,
}

/// The patterns, and the words that they are made of: by the word, and by its first letters where a pattern says only how the word
/// begins.
struct Table {
    /// By the pattern's number, what stands behind its first word and the word right behind that.
    rests: Vec<Vec<Step>>,
    by_word: HashedWords,
    by_start: WordMap<u32, Vec<(String, Entry)>>,
    /// A bit for each place of the keys of `by_start`: most words that no pattern has begin like none.
    starts: Vec<u64>,
}

/// What a word is to the rows of a timeline.
#[derive(Debug, Default)]
struct Entry {
    /// The patterns that begin with it, or with its first letters.
    candidates: Vec<Candidate>,
    /// The choices that it is one of, or begins like: a bit for each.
    choices: Vec<u64>,
    /// Whether it is a subject that says nothing.
    subject: bool,
    /// Whether circumstances stand behind it.
    subordinator: bool,
    /// Whether it turns what follows into its opposite.
    negator: bool,
    /// What it is one word with, with the words behind it.
    compounds: Vec<(&'static str, &'static str)>,
}

/// A word of no pattern.
static UNKNOWN: Entry =
    Entry { candidates: Vec::new(), choices: Vec::new(), subject: false, subordinator: false, negator: false, compounds: Vec::new() };

impl Entry {
    #[inline]
    fn is_of(&self, choice: u16) -> bool {
        self.choices.get(usize::from(choice) / 64).is_some_and(|bits| bits & 1 << (choice % 64) != 0)
    }

    fn add_choice(&mut self, choice: u16) {
        let at = usize::from(choice) / 64;
        self.choices.resize(self.choices.len().max(at + 1), 0);
        self.choices[at] |= 1 << (choice % 64);
    }

    /// Takes over what any word with these first letters is.
    fn begin_like(&mut self, stem: &Entry) {
        self.candidates.extend(&stem.candidates);
        self.choices.resize(self.choices.len().max(stem.choices.len()), 0);
        for (own, stem) in self.choices.iter_mut().zip(&stem.choices) {
            *own |= stem;
        }
    }
}

/// Words by a hash that is made letter by letter while a row is cut into words.
#[derive(Debug)]
struct HashedWords {
    words: Vec<(String, Entry)>,
    /// The words at the places of their hashes or next to them.
    slots: Box<[Slot; SLOTS]>,
}

/// The place of a word, free where it has no number.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// One more than the number of the word.
    after: u32,
}

/// Far more than there are words, so that most have their place for themselves.
const SLOTS: usize = 8192;

/// The hash of a word and one more of its bytes.
#[inline]
fn hash_on(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x9e37_79b1).rotate_left(15)
}

impl HashedWords {
    fn new() -> Self {
        Self { words: Vec::new(), slots: Box::new([Slot::default(); SLOTS]) }
    }

    /// The place of a word, or the free one where it would stand; and the number of the word.
    #[inline]
    fn place(&self, hash: u32, word: &str) -> (usize, Option<usize>) {
        let mut at = hash as usize % SLOTS;
        loop {
            let slot = self.slots[at];
            let Some(number) = slot.after.checked_sub(1) else { return (at, None) };
            if slot.hash == hash && self.words[number as usize].0 == word {
                return (at, Some(number as usize));
            }
            at = (at + 1) % SLOTS;
        }
    }

    #[inline]
    fn find(&self, hash: u32, word: &str) -> Option<&Entry> {
        let (_, number) = self.place(hash, word);
        Some(&self.words[number?].1)
    }

    fn entry(&mut self, word: &str) -> &mut Entry {
        let hash = word.bytes().fold(0, hash_on);
        let (place, number) = self.place(hash, word);
        let number = number.unwrap_or_else(|| {
            self.words.push((word.to_owned(), Entry::default()));
            let after = u32::try_from(self.words.len()).expect("the patterns have few words");
            self.slots[place] = Slot { hash, after };
            self.words.len() - 1
        });
        &mut self.words[number].1
    }
}

/// A word of a row.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    /// Where it begins.
    start: usize,
    entry: &'static Entry,
}

/// The letters that every beginning of a word has at least.
const STEM: usize = 3;

/// The words that `..` stands for at most.
const MAX_GAP: usize = 5;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let data: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(include_str!("row_kind.toml")).expect("row_kind.toml is part of the program");
    let mut table =
        Table { rests: Vec::new(), by_word: HashedWords::new(), by_start: WordMap::default(), starts: vec![0; START_PLACES / 64] };
    let mut choices: WordMap<String, u16> = WordMap::default();
    for (kind, weights) in data {
        let kind = RowKind::parse(&kind).expect("row_kind.toml names kinds");
        for (weight, patterns) in weights {
            let weight: f32 = weight.parse().expect("weights are numbers");
            for pattern in patterns {
                table.add(kind, weight, &pattern, &mut choices);
            }
        }
    }
    for word in SUBJECTS {
        table.by_word.entry(word).subject = true;
    }
    for word in SUBORDINATORS {
        table.by_word.entry(word).subordinator = true;
    }
    for word in NEGATORS {
        table.by_word.entry(word).negator = true;
    }
    for (first, second, whole) in COMPOUNDS {
        table.by_word.entry(first).compounds.push((second, whole));
    }
    table.complete();
    table
});

impl Table {
    fn add(&mut self, kind: RowKind, weight: f32, text: &str, choices: &mut WordMap<String, u16>) {
        let words = text.strip_prefix('^');
        let (begins, words) = (words.is_some(), words.unwrap_or(text));
        let mut steps: Vec<Step> = Vec::new();
        let mut gap = 0;
        for words in words.split_whitespace() {
            if words == ".." {
                gap += MAX_GAP;
                continue;
            }
            let next = u16::try_from(choices.len()).expect("the patterns are few");
            let choice = *choices.entry(words.to_owned()).or_insert(next);
            if choice == next {
                for word in words.split('|') {
                    self.entry(word).add_choice(choice);
                }
            }
            steps.push(Step { gap, choice });
            gap = 0;
        }
        assert!(
            gap == 0 && steps.first().is_some_and(|first| first.gap == 0) && !words.contains('^'),
            "a pattern begins and ends with a word: {text}"
        );
        let pattern = u16::try_from(self.rests.len()).expect("the patterns are few");
        let second = steps.get(1).filter(|step| step.gap == 0).map(|step| step.choice);
        let rest = steps.split_off(if second.is_some() { 2 } else { 1 });
        let denies = text.split([' ', '|']).any(|word| NEGATORS.contains(&word));
        let candidate = Candidate { pattern, second, goes_on: !rest.is_empty(), denies, begins, kind, weight };
        for word in words.split_whitespace().next().into_iter().flat_map(|first| first.split('|')) {
            let candidates = &mut self.entry(word).candidates;
            if candidates.last().is_none_or(|last| last.pattern != pattern) {
                candidates.push(candidate);
            }
        }
        self.rests.push(rest);
    }

    /// The entry of a word of a pattern; `*` at its end stands for any further letters.
    fn entry(&mut self, word: &str) -> &mut Entry {
        let Some(stem) = word.strip_suffix('*') else { return self.by_word.entry(word) };
        let stems = self.by_start.entry(start_of(stem)).or_default();
        let known = stems.iter().position(|(known, _)| known == stem).unwrap_or_else(|| {
            stems.push((stem.to_owned(), Entry::default()));
            stems.len() - 1
        });
        &mut stems[known].1
    }

    /// Gives each word what its first letters say, and so each stem what a shorter one says.
    fn complete(&mut self) {
        let Self { by_word, by_start, starts, .. } = self;
        for (stem, _) in by_start.values().flatten() {
            let place = start_place(stem).expect("stems have letters enough");
            starts[place / 64] |= 1 << (place % 64);
        }
        #[expect(clippy::iter_over_hash_type, reason = "each list is completed by itself")]
        for stems in by_start.values_mut() {
            // From the shortest, which stands in the longer ones.
            stems.sort_by_key(|(stem, _)| stem.len());
            for at in 1..stems.len() {
                let (shorter, rest) = stems.split_at_mut(at);
                let (stem, entry) = &mut rest[0];
                if let Some((_, shorter)) = shorter.iter().rev().find(|(shorter, _)| stem.starts_with(shorter.as_str())) {
                    entry.begin_like(shorter);
                }
            }
        }
        for (word, entry) in &mut by_word.words {
            if let Some(stem) = longest_stem(by_start, word) {
                entry.begin_like(stem);
            }
        }
    }

    /// Returns what a word of a row with this hash is.
    #[inline]
    fn find(&'static self, hash: u32, word: &str) -> &'static Entry {
        let begins = |place: usize| self.starts[place / 64] & 1 << (place % 64) != 0;
        let stem = || start_place(word).filter(|place| begins(*place)).and_then(|_| longest_stem(&self.by_start, word));
        self.by_word.find(hash, word).or_else(stem).unwrap_or(&UNKNOWN)
    }
}

/// One for each way in which the first letters of a word can be, all cases and kinds of them as one.
const START_PLACES: usize = 1 << (5 * STEM);

fn start_place(word: &str) -> Option<usize> {
    let start = word.as_bytes().get(..STEM)?;
    Some(start.iter().fold(0, |place, byte| place << 5 | usize::from(byte % 32)))
}

fn start_of(word: &str) -> u32 {
    word.bytes().take(STEM).fold(0, |start, byte| start << 8 | u32::from(byte))
}

/// What the longest of the stems that `word` begins with is.
fn longest_stem<'a>(by_start: &'a WordMap<u32, Vec<(String, Entry)>>, word: &str) -> Option<&'a Entry> {
    let stems = by_start.get(&start_of(word))?;
    stems.iter().rev().find(|(stem, _)| word.starts_with(stem.as_str())).map(|(_, entry)| entry)
}

/// Returns the kind of each row of a timeline.
pub(crate) fn kinds_of(texts: &[&str]) -> Vec<RowKind> {
    let lower: Vec<String> = texts.iter().map(|text| lower_of(text)).collect();
    let mut words = Vec::with_capacity(64);
    let scores: Vec<Scores> = lower.iter().map(|lower| scores_of(lower, &mut words)).collect();
    let mut kinds: Vec<RowKind> = scores.iter().map(|scores| scores.best(None)).collect();
    by_place(&mut kinds, &scores);
    kinds
}

/// How heavily a row's words speak for each kind.
struct Scores([f32; RowKind::ALL.len()]);

impl Scores {
    fn of(&self, kind: RowKind) -> f32 {
        self.0[kind as usize]
    }

    /// The heaviest kind but `without`.
    fn best(&self, without: Option<RowKind>) -> RowKind {
        let mut winner = (RowKind::Note, 2.0_f32);
        for kind in PRECEDENCE.iter().filter(|kind| Some(**kind) != without) {
            if self.of(*kind) > winner.1 + 0.01 {
                winner = (*kind, self.of(*kind));
            }
        }
        winner.0
    }
}

/// Kinds in the order in which a reader would want them marked.
const PRECEDENCE: &[RowKind] = &[
    RowKind::Impact,
    RowKind::Resolved,
    RowKind::Mitigated,
    RowKind::Detected,
    RowKind::Escalated,
    RowKind::FalseLead,
    RowKind::Acknowledged,
    RowKind::Finding,
    RowKind::Update,
    RowKind::Change,
    RowKind::Action,
    RowKind::Note,
];

/// Words before the verb of a row that say nothing of its kind.
const SUBJECTS: &[&str] = &[
    "we",
    "i",
    "the",
    "team",
    "engineers",
    "engineer",
    "sre",
    "sres",
    "oncall",
    "our",
    "also",
    "then",
    "started",
    "ops",
    "whisperer",
    "he",
    "she",
    "they",
];

/// Words after which a row tells the circumstances of what it says first.
const SUBORDINATORS: &[&str] =
    &["that", "which", "because", "after", "when", "where", "why", "how", "if", "while", "so", "since", "until", "but", "as", "to", "for"];

/// Words that turn what follows into its opposite.
const NEGATORS: &[&str] =
    &["not", "no", "never", "isn't", "wasn't", "weren't", "aren't", "without", "cannot", "can't", "couldn't", "nothing", "non"];

/// How much more than elsewhere a pattern weighs where it weighs most.
const MOST: f32 = 1.4;

/// The scores of a row in lower case. `words` is room for its words.
fn scores_of<'a>(lower: &'a str, words: &mut Vec<Word<'a>>) -> Scores {
    // "@ann First report": who did it says nothing of what was done.
    let actor = if lower.starts_with('@') {
        words_of(lower.split(' ').next().unwrap_or(""), words);
        words.len()
    } else {
        0
    };
    words_of(lower, words);
    let begin = actor + words.iter().skip(actor).position(|word| !word.entry.subject).unwrap_or(0).min(3);
    let aside = words.iter().skip(2).position(|word| word.entry.subordinator).map_or(usize::MAX, |at| at + 2);
    let label = find_byte(&lower.as_bytes()[..lower.len().min(50)], 0, |byte| byte == b':');
    let label_words = label.map_or(0, |at| words.iter().take_while(|word| word.start < at).count());
    let mut best = [0.0_f32; RowKind::ALL.len()];
    let mut against = [0.0_f32; RowKind::ALL.len()];
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or(&UNKNOWN, |next| next.entry);
        for candidate in &word.entry.candidates {
            let Candidate { kind, weight, second, begins, .. } = *candidate;
            if second.is_some_and(|second| !next.is_of(second)) || begins && at != 0 && at != begin {
                continue;
            }
            // What weighs no more than what was found already need not be looked at.
            let (best, against) = (&mut best[kind as usize], &mut against[kind as usize]);
            if if weight < 0.0 { *against <= weight } else { *best >= weight * MOST } {
                continue;
            }
            let mut end = at + 1 + usize::from(second.is_some());
            if candidate.goes_on {
                let Some(last) = match_at(&TABLE.rests[usize::from(candidate.pattern)], words, end) else { continue };
                end = last;
            }
            let inside = if candidate.denies { at } else { end };
            let denied = || words[at.saturating_sub(2)..inside].iter().any(|word| word.entry.negator);
            if weight > 0.0 && matches!(kind, RowKind::Resolved | RowKind::Mitigated) && denied() {
                continue;
            }
            let intended =
                at > 0 && words[at - 1].text == "to" && !matches!(kind, RowKind::Escalated | RowKind::Action | RowKind::Acknowledged);
            let place = if at < label_words && label_words <= 4 {
                MOST
            } else if intended {
                0.5
            } else if at > aside {
                0.8
            } else if at < 16 {
                1.0
            } else {
                0.85
            };
            if weight < 0.0 {
                *against = against.min(weight);
            } else {
                *best = best.max(weight * place);
            }
        }
    }
    let action = &mut best[RowKind::Action as usize];
    if *action < DEED && is_deed(words) {
        *action = DEED;
    }
    for (best, against) in best.iter_mut().zip(against) {
        *best += against;
    }
    Scores(best)
}

/// What a row weighs at least that says that something was done, in words that are not known.
const DEED: f32 = 2.5;

fn is_deed(words: &[Word<'_>]) -> bool {
    let texts = || words.iter().map(|word| word.text);
    texts().take(6).any(|word| word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing")))
        || texts().take(5).any(|word| matches!(word, "built" | "made" | "took" | "sent" | "put"))
}

/// Words that people write as one, as two and with a hyphen.
const COMPOUNDS: &[(&str, &str, &str)] = &[
    ("roll", "back", "rollback"),
    ("rolling", "back", "rollingback"),
    ("rolled", "back", "rolledback"),
    ("rolls", "back", "rolledback"),
    ("fail", "over", "failover"),
    ("failed", "over", "failedover"),
    ("on", "call", "oncall"),
    ("follow", "up", "followup"),
    ("status", "page", "statuspage"),
    ("hot", "fix", "hotfix"),
    ("post", "mortem", "postmortem"),
    ("work", "around", "workaround"),
    ("hand", "over", "handover"),
    ("re", "routed", "rerouted"),
    ("can", "not", "cannot"),
    ("e", "mail", "email"),
    ("e", "mails", "emails"),
];

/// The beginning of a text in lower case, with the plain apostrophe.
fn lower_of(text: &str) -> String {
    let cut = head(text, 600);
    if cut.is_ascii() { cut.to_ascii_lowercase() } else { cut.to_lowercase().replace('’', "'") }
}

/// Whether an ASCII character is one of a word.
const IN_WORD: [bool; 256] = {
    let mut is = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        is[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'\'';
        byte += 1;
    }
    is
};

/// Returns the end of the word that begins at byte `at`, and its hash.
#[inline]
fn word_at(text: &str, mut at: usize) -> (usize, u32) {
    let bytes = text.as_bytes();
    let mut hash = 0;
    loop {
        for byte in bytes[at..].iter().take_while(|byte| IN_WORD[usize::from(**byte)]) {
            hash = hash_on(hash, *byte);
            at += 1;
        }
        if bytes.get(at).is_none_or(u8::is_ascii) {
            return (at, hash);
        }
        match text[at..].chars().next() {
            Some(c) if c.is_alphanumeric() => {
                let end = at + c.len_utf8();
                hash = bytes[at..end].iter().fold(hash, |hash, byte| hash_on(hash, *byte));
                at = end;
            }
            _ => return (at, hash),
        }
    }
}

/// The words of a text in lower case, with what each is to a timeline; a hyphen parts words, and what is one word in some
/// spelling is one.
fn words_of<'a>(lower: &'a str, words: &mut Vec<Word<'a>>) {
    let table = &*TABLE;
    words.clear();
    let mut at = 0;
    while at < lower.len() {
        let (end, hash) = word_at(lower, at);
        if end > at {
            let text = &lower[at..end];
            let joined = words.last().and_then(|last| last.entry.compounds.iter().find(|(second, _)| *second == text));
            match (joined, words.last_mut()) {
                (Some((_, whole)), Some(last)) => {
                    last.text = whole;
                    last.entry = table.find(whole.bytes().fold(0, hash_on), whole);
                }
                _ => words.push(Word { text, start: at, entry: table.find(hash, text) }),
            }
        }
        // The character that ends it.
        at = end
            + if lower.as_bytes().get(end).is_none_or(u8::is_ascii) { 1 } else { lower[end..].chars().next().map_or(1, char::len_utf8) };
    }
}

/// Returns the word behind the match of the further words of a pattern with the words from `at` on.
fn match_at(steps: &[Step], words: &[Word<'_>], mut at: usize) -> Option<usize> {
    for (index, step) in steps.iter().enumerate() {
        let is_one = |at: usize| words.get(at).is_some_and(|word| word.entry.is_of(step.choice));
        if step.gap > 0 {
            return (at..=at + step.gap).filter(|at| is_one(*at)).find_map(|at| match_at(&steps[index + 1..], words, at + 1));
        }
        if !is_one(at) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// From this weight on the words leave no doubt ("acknowledged").
const CERTAIN: f32 = 12.0;

/// Settles the kinds that depend on the rows around.
fn by_place(kinds: &mut [RowKind], scores: &[Scores]) {
    use RowKind as K;
    // A deed before anyone knew of trouble is what led to it.
    let trouble =
        kinds.iter().position(|kind| matches!(kind, K::Impact | K::Detected | K::Acknowledged | K::Escalated | K::FalseLead | K::Finding));
    for kind in &mut kinds[..trouble.unwrap_or(0)] {
        match kind {
            K::Action | K::Mitigated => *kind = K::Change,
            K::Resolved => *kind = K::Note,
            _ => {}
        }
    }
    // Work begins once.
    let mut begun = false;
    for (kind, scores) in kinds.iter_mut().zip(scores) {
        match kind {
            K::Acknowledged if begun && scores.of(K::Acknowledged) < CERTAIN => {
                let other = scores.best(Some(K::Acknowledged));
                *kind = if other == K::Note { K::Action } else { other };
            }
            K::Acknowledged => begun = true,
            K::Action if trouble.is_some() => begun = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
