//! The statistics of each period, each computed when it is first asked for: the home page needs two of several dozen.

use std::{
    fmt,
    ops::Index,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;

use crate::stats::{Facts, Period, Stats};

/// The statistics of each period, by its place. Clones share what is computed.
#[derive(Clone)]
pub struct Periods(Arc<Inner>);

struct Inner {
    facts: Arc<Facts>,
    of: Vec<(Period, OnceLock<Stats>)>,
}

impl Periods {
    pub(super) fn of(facts: &Arc<Facts>) -> Self {
        let of = facts.periods().into_iter().map(|period| (period, OnceLock::new())).collect();
        Self(Arc::new(Inner { facts: facts.clone(), of }))
    }

    /// Computes that of one period.
    pub(super) fn compute(&self, at: usize) {
        self.get(at);
    }

    fn get(&self, at: usize) -> &Stats {
        let (period, stats) = &self.0.of[at];
        stats.get_or_init(|| self.0.facts.stats(*period))
    }

    /// Computes all of them.
    pub(super) fn prepare(&self) {
        (0..self.0.of.len()).into_par_iter().for_each(|at| self.compute(at));
    }

    /// Returns all of them.
    pub fn iter(&self) -> impl Iterator<Item = &Stats> {
        self.prepare();
        (0..self.0.of.len()).map(|at| self.get(at))
    }
}

impl Index<usize> for Periods {
    type Output = Stats;

    fn index(&self, at: usize) -> &Stats {
        self.get(at)
    }
}

impl fmt::Debug for Periods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
