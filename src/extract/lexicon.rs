//! The words that readers look for, found in one pass over each line.
//!
//! Readers ask of a line or sentence whether it holds one of a list of words: words of harm, of a cause, of a plan. Asking list by
//! list would go over the whole document dozens of times. So the lists of all readers are one automaton; what it finds in a line
//! is a set of [`Cue`]s, one for each list, and so it is for each of the line's sentences.
//!
//! Labels are looked up likewise: one map says which lists a label is in.
//!
//! A list's words are found inside other words too and whatever their case. A reader that wants them whole looks again, in
//! the few lines that have the cue.

use std::sync::LazyLock;

use aho_corasick::{
    Anchored,
    automaton::{Automaton, StateID},
    dfa::DFA,
};

use crate::diag::Span;

use super::{causes, impact, kind, moment, nature, people, services, severity, status, text::WordMap, times};

/// A list of words that a reader looks for. The last two are no lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    /// Something that was not filled in: `TBD`, `hh:mm`.
    Placeholder,
    /// "must contain", and the like, of a guide.
    Must,
    /// Something that failed, in any tense.
    Failure,
    /// A verb of the past.
    Past,
    /// "The root cause was".
    RootCause,
    /// A statement about all times.
    Times,
    /// A date of writing, publishing, meeting.
    Paperwork,
    /// Something led to something.
    Causal,
    /// The same, beyond doubt.
    StronglyCausal,
    /// A suspicion, or what was ruled out.
    FalseLead,
    /// The repair.
    Repair,
    /// What would have prevented it.
    Missed,
    /// Something was found out.
    Finding,
    /// "leading to", and the like.
    Consequence,
    /// Harm to those who use something.
    Harm,
    /// A share, as a number or a word.
    Share,
    /// Something did not work.
    Down,
    /// It works again, or worked worse.
    Up,
    /// Nobody could use it.
    Whole,
    /// Some could.
    NotWhole,
    /// "everyone", "nobody".
    Everyone,
    /// The commander of the incident.
    Commander,
    /// Who wrote it.
    WrittenBy,
    /// The same, at the beginning of a line.
    Byline,
    /// A severity.
    Severity,
    /// What suffered is named next.
    ServiceNext,
    /// What suffered was named before.
    ServiceBefore,
    /// Normal service again.
    Restored,
    /// A draft.
    Draft,
    /// A ledger that is kept by many nodes.
    Ledger,
    /// Without one of these a line without digits names no time.
    TimeWord,
    /// A digit.
    Digit,
    /// A time or a dated day that was filled in.
    Time,
}

/// Which lists a text has words of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cues(u64);

impl Cues {
    /// Whether the text has a word of the list.
    #[inline]
    pub(crate) fn has(self, cue: Cue) -> bool {
        self.0 & 1 << cue as u64 != 0
    }

    fn without(self, cue: Cue) -> Self {
        Self(self.0 & !Self::from(cue).0)
    }

    /// Returns the cues of a text that is none of the outline's lines.
    pub(crate) fn of(text: &str) -> Self {
        search(text, |_| {})
    }
}

impl From<Cue> for Cues {
    #[inline]
    fn from(cue: Cue) -> Self {
        Self(1 << cue as u64)
    }
}

impl std::ops::BitOr for Cues {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A word of the lists, found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) cues: Cues,
}

struct Lists {
    automaton: DFA,
    start: StateID,
    /// By the automaton's pattern, the lists that it is in.
    cues: Vec<Cues>,
}

impl Lists {
    /// Takes the words that end at byte `end`, and returns their cues. It is called for one byte of many.
    #[inline(never)]
    fn found(&self, text: &str, state: StateID, end: usize, take: &mut dyn FnMut(Hit)) -> Cues {
        let mut cues = Cues::default();
        // Nothing else is special in an automaton that looks at every byte.
        if !self.automaton.is_match(state) {
            return cues;
        }
        for index in 0..self.automaton.match_len(state) {
            let pattern = self.automaton.match_pattern(state, index);
            let start = end - self.automaton.pattern_len(pattern);
            let mut found = self.cues[pattern.as_usize()];
            if found.has(Cue::TimeWord) && !moment::may_say_time(text, start, end) {
                found = found.without(Cue::TimeWord);
            }
            if found != Cues::default() {
                take(Hit { start, end, cues: found });
                cues = cues | found;
            }
        }
        cues
    }
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let lists: &[(Cue, &[&str])] = &[
        (Cue::Placeholder, kind::PLACEHOLDERS),
        (Cue::Must, kind::MUST),
        (Cue::Failure, kind::FAILURES),
        (Cue::Past, kind::PAST),
        (Cue::RootCause, kind::ROOT_CAUSE),
        (Cue::Times, times::STATEMENTS),
        (Cue::Paperwork, times::PAPERWORK),
        (Cue::Causal, causes::cues::CAUSAL),
        (Cue::StronglyCausal, causes::cues::STRONGLY_CAUSAL),
        (Cue::FalseLead, causes::cues::FALSE_LEADS),
        (Cue::Repair, causes::cues::REPAIRS),
        (Cue::Missed, causes::cues::MISSED),
        (Cue::Finding, causes::cues::FINDINGS),
        (Cue::Consequence, causes::cues::CONSEQUENCES),
        (Cue::Harm, impact::HARM),
        (Cue::Share, impact::SHARES),
        (Cue::Down, impact::DOWN),
        (Cue::Up, impact::UP),
        (Cue::Whole, impact::WHOLE),
        (Cue::NotWhole, impact::NOT_WHOLE),
        (Cue::Everyone, impact::EVERYONE),
        (Cue::Commander, people::COMMANDERS),
        (Cue::WrittenBy, people::WRITTEN_BY),
        (Cue::Byline, people::BYLINES),
        (Cue::Severity, severity::NAMES),
        (Cue::ServiceNext, services::LEADS),
        (Cue::ServiceBefore, services::SUFFERED),
        (Cue::Restored, status::RESTORED),
        (Cue::Draft, status::DRAFT),
        (Cue::Ledger, causes::cues::LEDGERS),
        (Cue::TimeWord, moment::WITHOUT_DIGITS),
    ];
    let mut patterns: Vec<String> = Vec::new();
    let mut cues: Vec<Cues> = Vec::new();
    let mut place: WordMap<String, usize> = WordMap::default();
    for &(cue, words) in lists {
        for word in words {
            // The automaton knows the case of ASCII letters only.
            for pattern in [(*word).to_owned(), with_capitals(word)] {
                let at = *place.entry(pattern.clone()).or_insert_with(|| {
                    patterns.push(pattern);
                    cues.push(Cues::default());
                    patterns.len() - 1
                });
                cues[at] = cues[at] | cue.into();
            }
        }
    }
    let automaton =
        DFA::builder().ascii_case_insensitive(true).prefilter(false).build(patterns).expect("a thousand short words make an automaton");
    let start = automaton.start_state(Anchored::No).expect("the automaton finds words anywhere");
    Lists { automaton, start, cues }
});

/// A word with its letters beyond ASCII in upper case.
fn with_capitals(word: &str) -> String {
    word.chars().flat_map(|c| if c.is_ascii() { vec![c] } else { c.to_uppercase().collect() }).collect()
}

/// Finds the words of the lists in `text`, by where they end, and returns all their cues.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) -> Cues {
    hits.clear();
    search(text, |hit| hits.push(hit))
}

fn search(text: &str, mut take: impl FnMut(Hit)) -> Cues {
    let lists = &*LISTS;
    let mut cues = Cues::default();
    let mut state = lists.start;
    for (at, byte) in text.bytes().enumerate() {
        state = lists.automaton.next_state(Anchored::No, state, byte);
        if lists.automaton.is_special(state) {
            cues = cues | lists.found(text, state, at + 1, &mut take);
        }
    }
    if text.bytes().fold(false, |any, byte| any | byte.is_ascii_digit()) {
        cues = cues | Cue::Digit.into();
        if kind::has_time(text) {
            cues = cues | Cue::Time.into();
        }
    }
    cues
}

/// Returns the cues of the hits within `span`, where those up to `next` end before it; moves `next` behind them.
pub(super) fn within(hits: &[Hit], span: Span, next: &mut usize) -> Cues {
    let mut cues = Cues::default();
    while let Some(hit) = hits.get(*next).filter(|hit| hit.end <= span.end) {
        if hit.start >= span.start {
            cues = cues | hit.cues;
        }
        *next += 1;
    }
    cues
}

/// A list of labels of lines and tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LabelList {
    Severity,
    Status,
    People,
    Services,
    Nature,
    DetectionSource,
    Published,
}

/// Which lists a label is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LabelLists(u8);

impl LabelLists {
    /// Returns the lists that the label folded to `key` is in.
    pub(crate) fn of(key: &str) -> Self {
        LABELS.get(key).copied().unwrap_or_default()
    }

    /// Whether the label is in `list`.
    pub(crate) fn has(self, list: LabelList) -> bool {
        self.0 & 1 << list as u8 != 0
    }
}

impl std::ops::BitOr for LabelLists {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

static LABELS: LazyLock<WordMap<&str, LabelLists>> = LazyLock::new(|| {
    let lists = [
        (LabelList::Severity, severity::LABELS),
        (LabelList::Status, status::LABELS),
        (LabelList::People, people::LABELS),
        (LabelList::Services, services::LABELS),
        (LabelList::Nature, nature::NATURE_LABELS),
        (LabelList::DetectionSource, nature::SOURCE_LABELS),
        (LabelList::Published, nature::PUBLISHED_LABELS),
    ];
    let mut labels: WordMap<&str, LabelLists> = WordMap::default();
    for (list, keys) in lists {
        for key in keys {
            labels.entry(*key).or_default().0 |= 1 << list as u8;
        }
    }
    labels
});
