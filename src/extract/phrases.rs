//! Sets of phrases that are looked for together, in one pass over a text.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

/// A set of phrases. Letters match whatever their case, in ASCII.
#[derive(Debug)]
pub(crate) struct Phrases {
    all: AhoCorasick,
}

impl Phrases {
    /// Returns the set of `phrases`.
    pub(crate) fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let all = AhoCorasickBuilder::new().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(phrases);
        Self { all: all.expect("a few hundred short phrases make an automaton") }
    }

    /// True where the text holds one of the phrases, inside a word too.
    pub(crate) fn occur_in(&self, text: &str) -> bool {
        self.all.is_match(text)
    }

    /// Returns where the phrases begin, in order, inside words too.
    pub(crate) fn starts_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.all.find_iter(text).map(|found| found.start())
    }

    /// Returns the index of the first phrase that stands between word boundaries, and where it begins.
    pub(crate) fn first_in(&self, text: &str) -> Option<(usize, usize)> {
        self.whole_in(text).next()
    }

    /// Returns each phrase that stands between word boundaries: its index, and where it begins.
    pub(crate) fn whole_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.all
            .find_iter(text)
            .filter(|found| stands_alone(text, found.start(), found.end()))
            .map(|found| (found.pattern().as_usize(), found.start()))
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
    fn phrases_are_found_whole_or_inside() {
        let phrases = Phrases::new(["went down", "down"]);
        assert!(phrases.occur_in("a countdown"));
        assert_eq!(phrases.first_in("a countdown"), None);
        assert_eq!(phrases.first_in("It Went Down"), Some((0, 3)));
    }
}
