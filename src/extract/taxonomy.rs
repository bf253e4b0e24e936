//! The closed lists of causes and components, and the words that mean them: data of `taxonomy.toml`, extended or replaced by
//! the user's settings.
//!
//! All words of all terms are found in one pass over a sentence.
//! `a & b` is a spelling whose words must both stand in the sentence; `weak` words say little by themselves; a `not` phrase takes
//! back what it covers.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

use serde::Deserialize;

use super::phrases::{self, Fold, Phrases};
use crate::config::{TaxonomySettings, TermSettings};

/// The causes, in the order in which they are listed.
pub(crate) const CAUSES: &[&str] = &[
    "configuration",
    "code-defect",
    "deployment",
    "capacity",
    "resource-leak",
    "traffic-surge",
    "dependency-failure",
    "network-failure",
    "hardware-failure",
    "power-failure",
    "certificate-expiry",
    "security",
    "data-corruption",
    "operator-action",
    "maintenance",
    "race-condition",
    "slow-query",
    "monitoring-gap",
    "test-gap",
    "process-gap",
];

/// The components, in the order in which they are listed.
pub(crate) const COMPONENTS: &[&str] = &[
    "database",
    "connection-pool",
    "cache",
    "queue",
    "load-balancer",
    "web-server",
    "application",
    "api",
    "authentication",
    "dns",
    "cdn",
    "network",
    "storage",
    "compute",
    "kubernetes",
    "container",
    "ci-cd",
    "certificate",
    "monitoring",
    "payment",
    "email",
    "firewall",
    "cloud-provider",
    "third-party",
    "frontend",
    "mobile",
    "scheduler",
    "search",
];

/// Which list a term is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Cause,
    Component,
}

/// A term of one of the lists.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) name: String,
    pub(crate) group: Group,
}

/// A term that a sentence names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Index in [`Taxonomy::terms`].
    pub(crate) term: usize,
    /// Where in the sentence.
    pub(crate) at: usize,
    /// Whether only a weak word names it.
    pub(crate) weak: bool,
}

/// The words of spellings in sentences: each with its first byte and the one past its last.
#[derive(Debug, Default)]
pub(crate) struct Found {
    words: Vec<(usize, usize, usize)>,
    /// For each sentence where its words end in the list, and how many bytes it has as it was searched.
    sentences: Vec<(usize, usize)>,
}

impl Found {
    /// Returns the words of a sentence, and its bytes.
    fn sentence(&self, index: usize) -> (&[(usize, usize, usize)], usize) {
        let from = index.checked_sub(1).map_or(0, |before| self.sentences[before].0);
        let (to, len) = self.sentences[index];
        (&self.words[from..to], len)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermData {
    #[expect(dead_code, reason = "the definition is for people who read the data")]
    #[serde(default)]
    definition: String,
    spellings: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Data {
    causes: BTreeMap<String, TermData>,
    components: BTreeMap<String, TermData>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Strong,
    Weak,
    Not,
}

#[derive(Debug)]
struct Spelling {
    term: usize,
    weight: Weight,
    /// Indices of words, all of which must stand in the sentence.
    words: Vec<usize>,
}

/// A word of spellings, or several that stand together.
#[derive(Debug)]
struct Word {
    /// Whether any ending is taken.
    open: bool,
    /// The spellings whose first word it is.
    spellings: Vec<usize>,
}

/// The lists and what finds their words.
#[derive(Debug)]
pub(crate) struct Taxonomy {
    pub(crate) terms: Vec<Term>,
    words: Vec<Word>,
    /// The words, as [`normalise`] leaves them.
    phrases: Phrases,
    spellings: Vec<Spelling>,
}

static BUILT_IN: LazyLock<Arc<Taxonomy>> = LazyLock::new(|| Arc::new(Taxonomy::build(&TaxonomySettings::default())));

/// The lists of the settings that were asked for last: they are the same for every document of a site.
static LAST: Mutex<Option<(TaxonomySettings, Arc<Taxonomy>)>> = Mutex::new(None);

impl Taxonomy {
    /// Returns the lists that `settings` ask for.
    pub(crate) fn of(settings: &TaxonomySettings) -> Arc<Taxonomy> {
        if *settings == TaxonomySettings::default() {
            return BUILT_IN.clone();
        }
        let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &*last {
            Some((known, taxonomy)) if known == settings => taxonomy.clone(),
            _ => {
                let taxonomy = Arc::new(Taxonomy::build(settings));
                *last = Some((settings.clone(), taxonomy.clone()));
                taxonomy
            }
        }
    }

    fn build(settings: &TaxonomySettings) -> Taxonomy {
        let mut builder = Builder::default();
        if !settings.replace {
            let data: Data = toml::from_str(include_str!("taxonomy.toml")).expect("taxonomy.toml is part of the program");
            for (group, names, terms) in [(Group::Cause, CAUSES, &data.causes), (Group::Component, COMPONENTS, &data.components)] {
                for name in names {
                    let term = &terms[*name];
                    let index = builder.term(group, name);
                    builder.add(index, &term.spellings, Weight::Strong);
                    builder.add(index, &term.weak, Weight::Weak);
                    builder.add(index, &term.not, Weight::Not);
                }
            }
        }
        for (group, terms) in [(Group::Cause, &settings.causes), (Group::Component, &settings.components)] {
            for (name, term) in terms {
                builder.user_term(group, name, term);
            }
        }
        builder.finish()
    }

    /// Returns the index of the term of that name.
    pub(crate) fn find(&self, group: Group, name: &str) -> Option<usize> {
        self.terms.iter().position(|term| term.group == group && term.name == name)
    }

    /// Returns the terms that a sentence names; each term at its first place, strong before weak.
    pub(crate) fn hits(&self, sentence: &str) -> Vec<Hit> {
        self.hits_of(&self.words_in([sentence]), 0)
    }

    /// Finds the words of the spellings in sentences.
    pub(crate) fn words_in<'a>(&self, sentences: impl IntoIterator<Item = &'a str>) -> Found {
        let mut found = Found::default();
        for sentence in sentences {
            let len = self.find_words(sentence, &mut found.words);
            found.sentences.push((found.words.len(), len));
        }
        found
    }

    /// Finds the words of the spellings in a sentence, and returns its bytes as it was searched.
    fn find_words(&self, sentence: &str, words: &mut Vec<(usize, usize, usize)>) -> usize {
        // Nearly all sentences need no more than a look at each byte.
        let plain = sentence.is_ascii() && !sentence.contains("-api");
        let text = if plain { Cow::Borrowed(sentence) } else { Cow::Owned(normalise(sentence)) };
        let bytes = text.as_bytes();
        let is_letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| phrases::is_word_byte(*byte));
        self.phrases.each(&text, |found| {
            let whole = || self.words[found.phrase].open || !is_letter(Some(found.end));
            if !is_letter(found.start.checked_sub(1)) && whole() {
                words.push((found.phrase, found.start, found.end));
            }
        });
        text.len()
    }

    /// Returns the terms that a sentence names whose words were found.
    pub(crate) fn hits_of(&self, found: &Found, sentence: usize) -> Vec<Hit> {
        self.judge(found.sentence(sentence).0)
    }

    /// Returns the terms that a sentence and the next name together, as if they were one with a space between them.
    pub(crate) fn hits_of_pair(&self, found: &Found, first: usize) -> Vec<Hit> {
        let (words, len) = found.sentence(first);
        let from = len + 1;
        let behind = found.sentence(first + 1).0.iter().map(|(word, start, end)| (*word, start + from, end + from));
        self.judge(&words.iter().copied().chain(behind).collect::<Vec<_>>())
    }

    /// Returns the terms that the words of a sentence name.
    fn judge(&self, found: &[(usize, usize, usize)]) -> Vec<Hit> {
        if found.is_empty() {
            return Vec::new();
        }
        // Hardly a sentence has a word that takes back another.
        let mut taken_back: Vec<(usize, usize, usize)> = Vec::new();
        self.each_spelling(found, true, |spelling, start, end| taken_back.push((spelling.term, start, end)));
        let mut hits: Vec<Hit> = Vec::new();
        self.each_spelling(found, false, |spelling, start, end| {
            let term = spelling.term;
            if taken_back
                .iter()
                .any(|(not, from, to)| *not == term && *from <= start && end <= *to || *not == term && start <= *from && *to <= end)
            {
                return;
            }
            let weak = spelling.weight == Weight::Weak;
            match hits.iter_mut().find(|hit| hit.term == term) {
                Some(hit) if hit.weak && !weak || hit.weak == weak && start < hit.at => *hit = Hit { term, at: start, weak },
                Some(_) => {}
                None => hits.push(Hit { term, at: start, weak }),
            }
        });
        hits
    }

    /// Calls `take` with each spelling that takes back (or each that does not) all of whose words are `found`, and the place of its
    /// first one.
    #[inline]
    fn each_spelling(&self, found: &[(usize, usize, usize)], takes_back: bool, mut take: impl FnMut(&Spelling, usize, usize)) {
        for &(word, start, end) in found {
            for spelling in self.words[word].spellings.iter().map(|index| &self.spellings[*index]) {
                if (spelling.weight == Weight::Not) == takes_back
                    && spelling.words[1..].iter().all(|other| found.iter().any(|(word, ..)| word == other))
                {
                    take(spelling, start, end);
                }
            }
        }
    }

    /// Returns the term that a declared name means: its own name, or a spelling of it as a whole.
    pub(crate) fn named(&self, group: Group, name: &str) -> Option<usize> {
        let slug = name.trim().to_lowercase().replace([' ', '_'], "-");
        self.find(group, &slug).or_else(|| {
            let hits = self.hits(name);
            let mut strong = hits.iter().filter(|hit| !hit.weak && self.terms[hit.term].group == group);
            let first = strong.next()?;
            (strong.next().is_none() && name.split_whitespace().count() <= 3).then_some(first.term)
        })
    }
}

#[derive(Default)]
struct Builder {
    terms: Vec<Term>,
    patterns: Vec<String>,
    open: Vec<bool>,
    index_of: HashMap<(String, bool), usize>,
    spellings: Vec<Spelling>,
}

impl Builder {
    fn term(&mut self, group: Group, name: &str) -> usize {
        self.terms.push(Term { name: name.to_owned(), group });
        self.terms.len() - 1
    }

    fn user_term(&mut self, group: Group, name: &str, term: &TermSettings) {
        let index = match self.terms.iter().position(|known| known.group == group && known.name == name) {
            Some(index) => index,
            None => self.term(group, name),
        };
        self.add(index, &term.spellings, Weight::Strong);
        self.add(index, &term.not, Weight::Not);
        // A term without spellings is at least its own name.
        if term.spellings.is_empty() {
            self.add(index, &[name.to_owned()], Weight::Strong);
        }
    }

    fn add(&mut self, term: usize, spellings: &[String], weight: Weight) {
        for spelling in spellings {
            let words: Vec<usize> = spelling.split('&').map(|word| self.word(word.trim())).collect();
            self.spellings.push(Spelling { term, weight, words });
        }
    }

    fn word(&mut self, word: &str) -> usize {
        let (stem, open) = word.strip_suffix('*').map_or((word, false), |stem| (stem, true));
        let key = (normalise(stem).trim().to_owned(), open);
        if let Some(index) = self.index_of.get(&key) {
            return *index;
        }
        self.patterns.push(key.0.clone());
        self.open.push(open);
        self.index_of.insert(key, self.patterns.len() - 1);
        self.patterns.len() - 1
    }

    fn finish(self) -> Taxonomy {
        let mut words: Vec<Word> = self.open.into_iter().map(|open| Word { open, spellings: Vec::new() }).collect();
        for (index, spelling) in self.spellings.iter().enumerate() {
            words[spelling.words[0]].spellings.push(index);
        }
        let phrases = Phrases::folded(self.patterns.iter().map(String::as_str), Fold::CaseAndJoints);
        Taxonomy { terms: self.terms, words, phrases, spellings: self.spellings }
    }
}

/// Lower case, without accents; `-`, `_`, `/` and apostrophes as spaces.
fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            // `pickup-api` is the name of a service, whatever it serves.
            '-' if text[at..].starts_with("-api") && out.ends_with(|c: char| c.is_alphanumeric()) => out.push('ª'),
            '-' | '_' | '/' | '‐' | '‑' => out.push(' '),
            '’' | '\'' => out.push('\''),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => match super::headings::plain_letters(c) {
                Some(letters) => out.push_str(letters),
                None => out.extend(c.to_lowercase()),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentence: &str, expected: &[&str]) {
        let taxonomy = Taxonomy::of(&TaxonomySettings::default());
        let actual: Vec<&str> =
            taxonomy.hits(sentence).iter().filter(|hit| !hit.weak).map(|hit| taxonomy.terms[hit.term].name.as_str()).collect();
        assert_eq!(actual, expected, "{sentence}");
    }

    #[test]
    fn words_stand_between_boundaries_and_not_phrases_take_back() {
        check("A misconfigured load-balancer", &["configuration", "load-balancer"]);
        check("The certificate of the gateway had expired", &["certificate-expiry", "certificate"]);
        check("there was a memory leak", &["resource-leak"]);
        check("no data loss", &[]);
        check("debugging went on", &[]);
    }

    #[test]
    fn no_spelling_of_a_term_stands_twice() {
        let data: Data = toml::from_str(include_str!("taxonomy.toml")).unwrap();
        for (name, term) in data.causes.iter().chain(&data.components) {
            let mut all: Vec<&String> = [&term.spellings, &term.weak, &term.not].into_iter().flatten().collect();
            all.sort_unstable();
            let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
            assert!(twice.is_empty(), "{name}: {twice:?}");
        }
    }

    #[test]
    fn what_merely_sounds_like_a_term_is_none() {
        check("Customer data loss: none", &[]);
        check("The hole was never exploited", &[]);
        check("Two apache2 processes were listed", &[]);
        check("a full node of the chain", &[]);
        check("An orphaned route", &[]);
    }

    #[test]
    fn limits_and_changes_are_named_in_many_ways() {
        check("The log grew without bound", &["capacity"]);
        check("A job took most of the CPU", &["capacity"]);
        check("The timeout was too short", &["configuration"]);
        check("The change was merged and the pull request merged again", &["deployment"]);
        check("The input was passed on unsanitised", &["code-defect"]);
    }

    #[test]
    fn users_add_terms_and_spellings() {
        let mut settings = TaxonomySettings::default();
        settings.causes.insert(
            "moon-phase".into(),
            TermSettings { definition: None, spellings: vec!["full moon".into()], not: vec!["full moon party".into()] },
        );
        let taxonomy = Taxonomy::of(&settings);
        let names = |text: &str| taxonomy.hits(text).iter().map(|hit| taxonomy.terms[hit.term].name.clone()).collect::<Vec<_>>();
        assert_eq!(names("It was the full moon"), ["moon-phase"]);
        assert!(names("It was the full moon party").is_empty());
    }
}
