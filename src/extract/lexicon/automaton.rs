//! Finds many words in one pass over a text, after Aho and Corasick.
//!
//! The automaton is one dense table, since the words are few and every byte of every document goes through it: a byte costs two
//! loads, and whether a word ends at it is a bit of what was loaded.

use std::collections::VecDeque;

/// The mark of a transition to a state at which words end.
const FOUND: u16 = 1 << 15;

/// No word ends at a state.
const NONE: u16 = u16::MAX;

/// How many columns the table has: more than bytes of words.
const COLUMNS: usize = 128;

/// Finds words whatever the case of their ASCII letters.
pub(super) struct Automaton {
    /// The column of each byte; 0 for those of no word.
    columns: [u8; 256],
    /// By state and column: the next state, with [`FOUND`].
    next: Vec<[u16; COLUMNS]>,
    states: Vec<State>,
    lengths: Vec<usize>,
}

#[derive(Clone, Copy)]
struct State {
    /// The word that ends here.
    word: u16,
    /// The state of the longest end of this one at which another word ends.
    shorter: u16,
}

impl Automaton {
    /// Makes the automaton of `words`, which are in lower case and differ from each other.
    pub(super) fn new(words: &[String]) -> Self {
        let mut columns = [0_u8; 256];
        let mut width = 1;
        for byte in words.iter().flat_map(|word| word.bytes()) {
            if columns[usize::from(byte)] == 0 {
                columns[usize::from(byte)] = width;
                columns[usize::from(byte.to_ascii_uppercase())] = width;
                width += 1;
            }
        }
        assert!(usize::from(width) <= COLUMNS, "the words have fewer different bytes than the table has columns");
        let lengths = words.iter().map(String::len).collect();
        let mut automaton = Self { columns, next: Vec::new(), states: Vec::new(), lengths };
        automaton.add_state();
        for (index, word) in words.iter().enumerate() {
            automaton.add_word(u16::try_from(index).expect("the words are few"), word);
        }
        automaton.link();
        automaton
    }

    fn add_state(&mut self) -> u16 {
        let state = u16::try_from(self.states.len()).ok().filter(|state| *state < FOUND).expect("the words are few");
        self.states.push(State { word: NONE, shorter: NONE });
        self.next.push([0; COLUMNS]);
        state
    }

    fn add_word(&mut self, index: u16, word: &str) {
        let mut state = 0;
        for byte in word.bytes() {
            let column = self.column(byte);
            if self.next[usize::from(state)][column] == 0 {
                self.next[usize::from(state)][column] = self.add_state();
            }
            state = self.next[usize::from(state)][column];
        }
        self.states[usize::from(state)].word = index;
    }

    fn column(&self, byte: u8) -> usize {
        usize::from(self.columns[usize::from(byte)]) % COLUMNS
    }

    /// Makes the trie of the words an automaton: what goes on from no state goes on from the longest end of it that does.
    fn link(&mut self) {
        let mut ends = vec![0_u16; self.states.len()];
        let mut queue = VecDeque::from([0_u16]);
        while let Some(state) = queue.pop_front() {
            let end = self.next[usize::from(ends[usize::from(state)])];
            for (column, of_end) in end.into_iter().enumerate() {
                let child = self.next[usize::from(state)][column];
                if child == 0 {
                    self.next[usize::from(state)][column] = of_end;
                    continue;
                }
                let of_end = if state == 0 { 0 } else { of_end };
                ends[usize::from(child)] = of_end & !FOUND;
                if of_end & FOUND != 0 {
                    let end = self.states[usize::from(of_end & !FOUND)];
                    self.states[usize::from(child)].shorter = if end.word == NONE { end.shorter } else { of_end & !FOUND };
                }
                let State { word, shorter } = self.states[usize::from(child)];
                self.next[usize::from(state)][column] = if word == NONE && shorter == NONE { child } else { child | FOUND };
                queue.push_back(child);
            }
        }
    }

    /// Calls `take` with the number of each word in `text`, its first byte and the one past its last, by where they end.
    pub(super) fn each(&self, text: &str, mut take: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let (mut state, mut at) = (0, 0);
        while let Some(found) = self.advance(&mut state, &bytes[at..]) {
            at += found;
            let mut end = state;
            while end != NONE {
                let State { word, shorter } = self.states[usize::from(end)];
                if word != NONE {
                    let word = usize::from(word);
                    take(word, at - self.lengths[word], at);
                }
                end = shorter;
            }
        }
    }

    /// Goes on to the next byte at which a word ends; returns how many bytes were passed.
    #[inline(never)]
    fn advance(&self, state: &mut u16, bytes: &[u8]) -> Option<usize> {
        let mut now = *state;
        for (at, byte) in bytes.iter().enumerate() {
            let next = self.next[usize::from(now)][self.column(*byte)];
            now = next & !FOUND;
            if next & FOUND != 0 {
                *state = now;
                return Some(at + 1);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_inside_others_and_at_each_place() {
        let words = ["he", "she", "his", "hers", "s h", "é"].map(str::to_owned);
        let automaton = Automaton::new(&words);
        let mut found = Vec::new();
        automaton.each("uSHErs His hé", |word, start, end| found.push((words[word].as_str(), start, end)));
        let expected = [("she", 1, 4), ("he", 2, 4), ("hers", 2, 6), ("s h", 5, 8), ("his", 7, 10), ("s h", 9, 12), ("é", 12, 14)];
        assert_eq!(found, expected);
    }
}
