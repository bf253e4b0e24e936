//! Figures by group: cause, component, service; and shares.

use std::collections::BTreeMap;

use super::{Facts, Grouping, Measure, Range, wilson_interval};
use crate::incident::DetectionSource;

/// The figures of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupStats {
    /// The group: a place in [`Grouping::names`].
    pub group: usize,
    /// Its incidents, newest first.
    pub entries: Vec<usize>,
    /// The sum of their known times to resolve, in minutes.
    pub minutes: f64,
    /// How many of them have a known time to resolve.
    pub minutes_known: usize,
    /// How many incidents of the period state any group: what the share is of.
    pub known: usize,
}

impl GroupStats {
    /// Returns Wilson's 95 % interval of its share of the incidents that state any group.
    pub fn share_interval(&self) -> Option<Range> {
        wilson_interval(self.entries.len(), self.known)
    }
}

/// A share of incidents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Share {
    /// Those that it is about.
    pub hits: Vec<usize>,
    /// How many are known to be or not to be.
    pub known: usize,
    /// Those that do not say.
    pub unknown: Vec<usize>,
}

impl Share {
    /// Returns the share, 0 to 1; `None` where nothing is known.
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    pub fn value(&self) -> Option<f64> {
        (self.known > 0).then(|| self.hits.len() as f64 / self.known as f64)
    }

    /// Returns Wilson's 95 % interval of the share.
    pub fn interval(&self) -> Option<Range> {
        wilson_interval(self.hits.len(), self.known)
    }
}

impl Facts {
    /// Computes the figures by group, the most frequent first, ties in the order of the names.
    pub fn groups(&self, grouping: &Grouping, entries: &[usize]) -> Vec<GroupStats> {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut known = 0;
        for &entry in entries {
            let groups = &grouping.of[entry];
            known += usize::from(!groups.is_empty());
            for group in groups {
                members.entry(*group).or_default().push(entry);
            }
        }
        let mut stats: Vec<GroupStats> = members
            .into_iter()
            .map(|(group, entries)| {
                let times: Vec<f64> = self.summary(Measure::Resolve, &entries).samples.iter().map(|sample| sample.minutes).collect();
                GroupStats { group, minutes: times.iter().sum(), minutes_known: times.len(), entries, known }
            })
            .collect();
        stats.sort_by(|a, b| b.entries.len().cmp(&a.entries.len()).then_with(|| a.group.cmp(&b.group)));
        stats
    }

    pub(super) fn service_by_cause(&self, entries: &[usize]) -> BTreeMap<(usize, usize), Vec<usize>> {
        let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for &entry in entries {
            for service in &self.services().of[entry] {
                for cause in &self.causes().of[entry] {
                    cells.entry((*service, *cause)).or_default().push(entry);
                }
            }
        }
        cells
    }

    pub(super) fn customer_detected(&self, entries: &[usize]) -> Share {
        let mut share = Share::default();
        for &entry in entries {
            match self.detection(entry) {
                Some(source) => {
                    share.known += 1;
                    if source == DetectionSource::Customer {
                        share.hits.push(entry);
                    }
                }
                None => share.unknown.push(entry),
            }
        }
        share
    }
}
