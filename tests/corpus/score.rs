//! Scores records against labels, field by field, the way the labels' own scorer does: F1 for each field, for the kind the
//! accuracy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const MOMENTS: &[&str] = &["start", "end", "detected"];
const SETS: &[&str] = &["causes", "components", "people"];
const BOILERPLATE: &[&str] = &[
    "postmortem",
    "postmortems",
    "post",
    "mortem",
    "report",
    "incident",
    "rca",
    "title",
    "name",
    "public",
    "0x19",
    "0x14",
    "on",
    "the",
    "a",
    "an",
    "of",
    "in",
    "at",
    "and",
    "to",
    "for",
    "with",
];

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    support: usize,
    given: usize,
    hit: usize,
}

impl Tally {
    fn f1(self) -> f64 {
        if self.support + self.given == 0 { 1.0 } else { 2.0 * self.hit as f64 / (self.support + self.given) as f64 }
    }

    fn add(&mut self, support: usize, given: usize, hit: usize) {
        self.support += support;
        self.given += given;
        self.hit += hit;
    }
}

/// Returns the score of each field. `records` holds the record of each label, in the same order; a document of several
/// incidents has its first.
pub(crate) fn score(labels: &[Value], records: &[Value]) -> BTreeMap<&'static str, f64> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for (label, record) in labels.iter().zip(records) {
        let same = label["kind"] == record["kind"];
        tallies.entry("kind").or_default().add(1, 1, usize::from(same));
        if label["kind"] == "multi" {
            continue;
        }
        if label["kind"] == "incident" {
            one(&mut tallies, "title", &label["title"], &record["title"], same_title);
        }
        for field in MOMENTS {
            one(&mut tallies, field, &label[*field], &record[*field], same_moment);
        }
        one(&mut tallies, "duration_minutes", &label["duration_minutes"], &record["duration_minutes"], |a, b| near(a, b, 1.0));
        one(&mut tallies, "impact_percent", &label["impact_percent"], &record["impact_percent"], |a, b| near(a, b, 0.51));
        one(&mut tallies, "severity", &label["severity"], &record["severity"], |a, b| a == b);
        for field in SETS {
            let (a, b) = (names(&label[*field]), names(&record[*field]));
            tallies.entry(field).or_default().add(a.len(), b.len(), a.intersection(&b).count());
        }
        let (a, b) = (label["action_items"].as_u64().unwrap_or(0), record["action_items"].as_array().map_or(0, Vec::len) as u64);
        let close = a > 0 && b > 0 && a.abs_diff(b) <= (a / 5).max(1);
        tallies.entry("action_items").or_default().add(usize::from(a > 0), usize::from(b > 0), usize::from(close));
        let (a, b) = (rows(label), rows(record));
        let both = a.iter().map(|(moment, count)| *count.min(b.get(moment).unwrap_or(&0))).sum();
        tallies.entry("timeline").or_default().add(a.values().sum(), b.values().sum(), both);
    }
    tallies.into_iter().map(|(field, tally)| (field, tally.f1())).collect()
}

fn one(tallies: &mut BTreeMap<&'static str, Tally>, field: &'static str, want: &Value, got: &Value, same: impl Fn(&Value, &Value) -> bool) {
    let hit = !want.is_null() && !got.is_null() && same(want, got);
    tallies.entry(field).or_default().add(usize::from(!want.is_null()), usize::from(!got.is_null()), usize::from(hit));
}

fn near(a: &Value, b: &Value, within: f64) -> bool {
    matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if (a - b).abs() < within)
}

/// A local time cut to the minute.
fn minute(moment: &Value) -> String {
    let local = moment["local"].as_str().unwrap_or("");
    local.get(..if local.starts_with('T') { 6 } else { 16 }).unwrap_or(local).to_owned()
}

fn same_moment(want: &Value, got: &Value) -> bool {
    let (a, mut b) = (minute(want), minute(got));
    if a.len() < 16 && !a.starts_with('T') {
        b.truncate(a.len());
    }
    a == b && (want["offset"].is_null() || want["offset"] == got["offset"])
}

fn rows(record: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in record["timeline"].as_array().into_iter().flatten() {
        let at = minute(&row["at"]);
        if !at.is_empty() {
            *counts.entry(at).or_insert(0) += 1;
        }
    }
    counts
}

fn names(value: &Value) -> BTreeSet<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|name| name.to_lowercase().trim_start_matches('@').to_owned())
        .collect()
}

fn title_words(title: &str) -> BTreeSet<String> {
    let text = title.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own: Vec<&str> = words.iter().copied().filter(|word| !BOILERPLATE.contains(word)).collect();
    let own = if own.is_empty() { words } else { own };
    let undated: BTreeSet<String> =
        own.iter().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit())).map(|word| (*word).to_owned()).collect();
    if undated.is_empty() { own.into_iter().map(str::to_owned).collect() } else { undated }
}

fn same_title(want: &Value, got: &Value) -> bool {
    let (a, b) = (title_words(want.as_str().unwrap_or("")), title_words(got.as_str().unwrap_or("")));
    let all = a.union(&b).count();
    all > 0 && a.intersection(&b).count() as f64 / all as f64 >= 0.8
}
