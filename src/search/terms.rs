//! The terms of an archive, each once, with a number: what is kept of a document is numbers, and no term is kept twice.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use foldhash::fast::RandomState;

/// Into how many parts the terms are divided, so that threads seldom wait for each other; a power of two.
const PARTS: usize = 64;
/// How many numbers there are: what a posting has room for beside the places.
const MAX_TERMS: usize = 1 << 26;

/// Terms and their numbers. Which number a term gets depends on who comes first, so numbers show in no output.
#[derive(Debug)]
pub struct Terms(Vec<Mutex<HashMap<Box<str>, u32, RandomState>>>);

impl Default for Terms {
    fn default() -> Self {
        Self((0..PARTS).map(|_| Mutex::default()).collect())
    }
}

impl Terms {
    /// Returns the number of a term; `None` where there are too many to be told apart.
    pub(super) fn number(&self, term: &str) -> Option<u32> {
        let part = part_of(term);
        let mut numbers = self.0[part].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbers.get(term) {
            return Some(*number);
        }
        let number = u32::try_from(numbers.len() * PARTS + part).ok().filter(|number| (*number as usize) < MAX_TERMS)?;
        numbers.insert(term.into(), number);
        Some(number)
    }

    /// Returns all terms in order, and for each number its place among them.
    pub(super) fn into_sorted(self) -> (Vec<Box<str>>, Vec<u32>) {
        let mut all: Vec<(Box<str>, u32)> = Vec::new();
        for part in self.0 {
            let numbers = part.into_inner().unwrap_or_else(PoisonError::into_inner);
            all.extend(numbers);
        }
        all.sort_unstable();
        let mut places = vec![0; all.iter().map(|(_, number)| *number as usize + 1).max().unwrap_or(0)];
        for (place, (_, number)) in (0..).zip(&all) {
            places[*number as usize] = place;
        }
        (all.into_iter().map(|(term, _)| term).collect(), places)
    }
}

fn part_of(term: &str) -> usize {
    let sum = term.bytes().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    (sum ^ sum >> 6) % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_has_one_number_and_the_order_is_that_of_the_text() {
        let terms = Terms::default();
        let numbers: Vec<u32> = ["pool", "disk", "pool", "ärger"].iter().filter_map(|term| terms.number(term)).collect();
        assert_eq!(numbers[0], numbers[2]);
        let (sorted, places) = terms.into_sorted();
        assert_eq!(sorted.iter().map(|term| &**term).collect::<Vec<_>>(), ["disk", "pool", "ärger"]);
        assert_eq!(numbers.iter().map(|number| places[*number as usize]).collect::<Vec<_>>(), [1, 0, 1, 2]);
    }
}
