//! Tells what a timeline row marks: impact, detection, a false lead, the resolution, …
//!
//! A row's words are weighed against the patterns of `row_kind.toml`; the heaviest kind wins, and among equals the one that a reader
//! of a timeline would want marked. What a row says first weighs more than what it says last, and a label ("Escalation: …") most.
//!
//! Some kinds depend on the rows around: a deed before anything was noticed is a change, after it a step of repair; only the first
//! beginning of work acknowledges; normal service before the incident's end is a mitigation.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    extract::text::{WordMap, head},
    incident::RowKind,
};

/// One word of a pattern.
#[derive(Debug)]
enum Part {
    /// One of the words of a choice, by its number.
    Word(u16),
    /// Up to [`MAX_GAP`] words.
    Gap,
    /// The beginning of the row.
    Begin,
}

#[derive(Debug)]
struct Pattern {
    kind: RowKind,
    weight: f32,
    parts: Vec<Part>,
    /// Whether one of its own words denies.
    denies: bool,
    /// Its first word among the parts. Only the beginning of the row stands before it.
    first: usize,
    /// Whether it matches at the beginning of the row alone.
    begins: bool,
    /// What the word right behind its first must be one of.
    second: Option<u16>,
}

/// The patterns, and the words that they are made of: by the word, and by its first letters where a pattern says only how the word
/// begins.
struct Table {
    patterns: Vec<Pattern>,
    by_word: WordMap<String, Entry>,
    by_start: WordMap<u32, Vec<(String, Entry)>>,
}

/// What a word is to the rows of a timeline.
#[derive(Debug, Default)]
struct Entry {
    /// The patterns that begin with it, or with its first letters.
    patterns: Vec<usize>,
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
    Entry { patterns: Vec::new(), choices: Vec::new(), subject: false, subordinator: false, negator: false, compounds: Vec::new() };

impl Entry {
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
        self.patterns.extend(&stem.patterns);
        self.choices.resize(self.choices.len().max(stem.choices.len()), 0);
        for (own, stem) in self.choices.iter_mut().zip(&stem.choices) {
            *own |= stem;
        }
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

const MAX_GAP: usize = 5;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let data: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(include_str!("row_kind.toml")).expect("row_kind.toml is part of the program");
    let mut table = Table { patterns: Vec::new(), by_word: WordMap::default(), by_start: WordMap::default() };
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
        table.by_word.entry((*word).to_owned()).or_default().subject = true;
    }
    for word in SUBORDINATORS {
        table.by_word.entry((*word).to_owned()).or_default().subordinator = true;
    }
    for word in NEGATORS {
        table.by_word.entry((*word).to_owned()).or_default().negator = true;
    }
    for (first, second, whole) in COMPOUNDS {
        table.by_word.entry((*first).to_owned()).or_default().compounds.push((second, whole));
    }
    table.complete();
    table
});

impl Table {
    fn add(&mut self, kind: RowKind, weight: f32, text: &str, choices: &mut WordMap<String, u16>) {
        let number = self.patterns.len();
        let mut parts: Vec<Part> = Vec::new();
        let mut first = None;
        for part in text.split_whitespace() {
            let part = part.strip_prefix('^').inspect(|_| parts.push(Part::Begin)).unwrap_or(part);
            match part {
                "" => {}
                ".." => parts.push(Part::Gap),
                words => {
                    let is_first = first.is_none();
                    first.get_or_insert(parts.len());
                    let next = u16::try_from(choices.len()).expect("the patterns are few");
                    let choice = *choices.entry(words.to_owned()).or_insert(next);
                    for word in words.split('|') {
                        let entry = self.entry(word);
                        if choice == next {
                            entry.add_choice(choice);
                        }
                        if is_first && entry.patterns.last() != Some(&number) {
                            entry.patterns.push(number);
                        }
                    }
                    parts.push(Part::Word(choice));
                }
            }
        }
        let first = first.expect("a pattern has a word");
        let begins = matches!(parts[..first], [Part::Begin]);
        assert!(begins || first == 0, "a pattern opens with a word: {text}");
        let denies = text.split([' ', '|']).any(|word| NEGATORS.contains(&word));
        let second = match parts.get(first + 1) {
            Some(Part::Word(choice)) => Some(*choice),
            _ => None,
        };
        self.patterns.push(Pattern { kind, weight, parts, first, begins, denies, second });
    }

    /// The entry of a word of a pattern; `*` at its end stands for any further letters.
    fn entry(&mut self, word: &str) -> &mut Entry {
        let Some(stem) = word.strip_suffix('*') else { return self.by_word.entry(word.to_owned()).or_default() };
        let stems = self.by_start.entry(start_of(stem)).or_default();
        let known = stems.iter().position(|(known, _)| known == stem).unwrap_or_else(|| {
            stems.push((stem.to_owned(), Entry::default()));
            stems.len() - 1
        });
        &mut stems[known].1
    }

    /// Gives each word what its first letters say, and so each stem what a shorter one says.
    fn complete(&mut self) {
        let Self { by_word, by_start, .. } = self;
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
        #[expect(clippy::iter_over_hash_type, reason = "each entry is completed by itself")]
        for (word, entry) in by_word {
            if let Some(stem) = longest_stem(by_start, word) {
                entry.begin_like(stem);
            }
        }
    }

    /// Returns what a word of a row is.
    fn find(&'static self, word: &str) -> &'static Entry {
        let stem = || if word.len() < STEM { None } else { longest_stem(&self.by_start, word) };
        self.by_word.get(word).or_else(stem).unwrap_or(&UNKNOWN)
    }
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
    let scores: Vec<Scores> = texts.iter().map(|text| scores_of(text)).collect();
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

fn scores_of(text: &str) -> Scores {
    let lower = lower_of(text);
    let words = words_of(&lower);
    // "@ann First report": who did it says nothing of what was done.
    let actor = if lower.starts_with('@') { words_of(lower.split(' ').next().unwrap_or("")).len() } else { 0 };
    let begin = actor + words.iter().skip(actor).position(|word| !word.entry.subject).unwrap_or(0).min(3);
    let aside = words.iter().skip(2).position(|word| word.entry.subordinator).map_or(usize::MAX, |at| at + 2);
    let label_words = lower.find(':').filter(|at| *at < 50).map_or(0, |at| words.iter().take_while(|word| word.start < at).count());
    let patterns = &TABLE.patterns;
    let mut best = [0.0_f32; RowKind::ALL.len()];
    let mut against = [0.0_f32; RowKind::ALL.len()];
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        for pattern in word.entry.patterns.iter().map(|candidate| &patterns[*candidate]) {
            let kind = pattern.kind as usize;
            // What weighs no more than what was found already need not be looked at.
            let outweighed = if pattern.weight < 0.0 { against[kind] <= pattern.weight } else { best[kind] >= pattern.weight * MOST };
            let fails = pattern.second.is_some_and(|second| !next.is_some_and(|next| next.entry.is_of(second)));
            if fails || outweighed || pattern.begins && at != 0 && at != begin {
                continue;
            }
            let Some(end) = match_at(&pattern.parts[pattern.first + 1..], &words, at + 1) else { continue };
            let inside = if pattern.denies { at } else { end };
            let denied = words[at.saturating_sub(2)..inside].iter().any(|word| word.entry.negator);
            let good = matches!(pattern.kind, RowKind::Resolved | RowKind::Mitigated);
            if denied && good && pattern.weight > 0.0 {
                continue;
            }
            let intended = at > 0
                && words[at - 1].text == "to"
                && !matches!(pattern.kind, RowKind::Escalated | RowKind::Action | RowKind::Acknowledged);
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
            if pattern.weight < 0.0 {
                against[kind] = against[kind].min(pattern.weight);
            } else {
                best[kind] = best[kind].max(pattern.weight * place);
            }
        }
    }
    // A row that says that something was done, in words that are not known, is a deed.
    let texts = || words.iter().map(|word| word.text);
    let deed = texts().take(6).any(|word| word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing")))
        || texts().take(5).any(|word| matches!(word, "built" | "made" | "took" | "sent" | "put"));
    if deed {
        let action = &mut best[RowKind::Action as usize];
        *action = action.max(2.5);
    }
    for (best, against) in best.iter_mut().zip(against) {
        *best += against;
    }
    Scores(best)
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

/// The bytes of the word that a text begins with.
fn letters_at(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'\'') {
            at += 1;
        }
        match text[at..].chars().next() {
            Some(c) if !c.is_ascii() && c.is_alphanumeric() => at += c.len_utf8(),
            _ => return at,
        }
    }
}

/// The words of a text in lower case, with what each is to a timeline; a hyphen parts words, and what is one word in some
/// spelling is one.
fn words_of(lower: &str) -> Vec<Word<'_>> {
    let table = &*TABLE;
    let mut words: Vec<Word<'_>> = Vec::with_capacity(lower.len() / 4 + 1);
    let mut take = |mut start: usize, word| {
        let mut text: &str = word;
        if let Some(last) = words.last()
            && let Some((_, whole)) = last.entry.compounds.iter().find(|(second, _)| *second == word)
        {
            (text, start) = (whole, last.start);
            words.pop();
        }
        words.push(Word { text, start, entry: table.find(text) });
    };
    let mut at = 0;
    while at < lower.len() {
        let letters = letters_at(&lower[at..]);
        if letters > 0 {
            take(at, &lower[at..at + letters]);
        }
        at += letters;
        at += lower[at..].chars().next().map_or(0, char::len_utf8);
    }
    words
}

/// Returns the word behind the match of the parts of a pattern behind its first word with the words from `at` on.
fn match_at(parts: &[Part], words: &[Word<'_>], mut at: usize) -> Option<usize> {
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Begin if at == 0 => {}
            Part::Begin => return None,
            Part::Word(choice) if words.get(at)?.entry.is_of(*choice) => at += 1,
            Part::Word(_) => return None,
            Part::Gap => {
                let last = (at + MAX_GAP).min(words.len());
                return (at..=last).find_map(|at| match_at(&parts[index + 1..], words, at));
            }
        }
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
