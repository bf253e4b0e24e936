//! The words that readers look for, found in one pass over each line.
//!
//! Readers ask of a line or sentence whether it holds one of a list of words: words of harm, of a cause, of a plan. Asking list by
//! list would go over the whole document dozens of times. So the lists of all readers are one set of phrases; what it finds in a
//! line is a set of [`Cue`]s, one for each list, and so it is for each of the line's sentences.
//!
//! Labels are looked up likewise: one map says which lists a label is in.
//!
//! A list's words are found where words begin, whatever their endings and their case. A reader that wants them whole looks again,
//! in the few lines that have the cue.

use std::sync::LazyLock;

use crate::diag::Span;

use super::{
    causes, impact, kind, moment, nature, people,
    phrases::{Found, Phrases},
    services, severity, status,
    text::WordMap,
    times,
};

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
    phrases: Phrases,
    /// By the phrase, the lists that it is in.
    cues: Vec<Cues>,
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
            // A set of phrases knows the case of ASCII letters only.
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
    Lists { phrases: Phrases::new(patterns.iter().map(String::as_str)), cues }
});

/// A word with its letters beyond ASCII in upper case.
fn with_capitals(word: &str) -> String {
    word.chars().flat_map(|c| if c.is_ascii() { vec![c] } else { c.to_uppercase().collect() }).collect()
}

/// Finds the words of the lists in `text`, by where they begin, and returns all their cues.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) -> Cues {
    hits.clear();
    let cues = search(text, |hit| hits.push(hit));
    // A sign is found apart from the words.
    if cues.has(Cue::Share) && text.contains('%') {
        hits.extend(text.match_indices('%').map(|(at, sign)| Hit { start: at, end: at + sign.len(), cues: Cue::Share.into() }));
        hits.sort_unstable_by_key(|hit| hit.start);
    }
    cues
}

fn search(text: &str, mut take: impl FnMut(Hit)) -> Cues {
    let lists = &*LISTS;
    let mut cues = Cues::default();
    lists.phrases.each(text, |Found { phrase, start, end }| {
        let mut found = lists.cues[phrase];
        // "min" is no beginning of "minimal", but "hh:" is one of "hh:mm".
        let is_letter = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
        if found.has(Cue::TimeWord) && is_letter(end - 1) && is_letter(end) {
            found = found.without(Cue::TimeWord);
        }
        cues = cues | found;
        take(Hit { start, end, cues: found });
    });
    // Without branches it is done for many bytes at once.
    let signs = text.bytes().fold((false, false), |(digit, percent), byte| (digit | byte.is_ascii_digit(), percent | (byte == b'%')));
    let (digit, percent) = signs;
    if digit {
        cues = cues | Cue::Digit.into();
        if kind::has_time(text) {
            cues = cues | Cue::Time.into();
        }
    }
    if percent {
        cues = cues | Cue::Share.into();
    }
    cues
}

/// Returns the cues of the hits within `span`, where those up to `next` begin before it; moves `next` behind them.
pub(super) fn within(hits: &[Hit], span: Span, next: &mut usize) -> Cues {
    let mut cues = Cues::default();
    while let Some(hit) = hits.get(*next).filter(|hit| hit.start < span.end) {
        if hit.start >= span.start && hit.end <= span.end {
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
