//! What speaks against an incident, though a document has some of an incident's sections: releases, decisions, instructions, manuals.

use super::{CORE, Evidence, Roles, iso_day, names_failure, names_incident};
use crate::{
    extract::{
        Reader,
        headings::fold,
        outline::Outline,
        text::{has_phrase, is_month},
    },
    incident::SectionRole,
};

/// Names of files and folders with instructions for those who are on call.
const RUNBOOKS: &[&str] = &["runbook", "runbooks", "playbook", "playbooks"];

/// Names of files and folders with what was said on a day.
const MEETINGS: &[&str] = &["meeting", "meetings", "agenda", "agendas", "minutes", "standup", "standups"];

/// Whether the headings are those of a record of a decision, which tells what might fail.
pub(super) fn is_decision_record(headings: &[&str]) -> bool {
    const BESIDE: &[&str] =
        &["context", "consequences", "constraints", "considered options", "options considered", "positions", "rationale"];
    let has = |names: &[&str]| headings.iter().any(|heading| names.contains(heading));
    let is_named = headings.first().is_some_and(|heading| has_phrase(heading, "decision record"));
    (is_named || has(&["decision", "decision outcome", "decisions"])) && has(BESIDE)
}

/// Whether the document says what to do when something fails, rather than what happened: it knows no day and no time, and has only
/// the sections that instructions have too.
pub(super) fn is_runbook(reader: &Reader<'_>, evidence: &Evidence) -> bool {
    use SectionRole as R;
    const SHARED: &[R] = &[R::Impact, R::RootCause, R::CauseAndResolution, R::Resolution, R::Actions, R::Metrics];
    let outline = reader.outline;
    let is_dated = evidence.times + evidence.timed_headings > 0 || iso_day(&outline.path);
    let is_named = has_word_in(&outline.path, RUNBOOKS);
    let is_told = evidence.failures >= 3 || evidence.tells_cause || names_incident(reader);
    !is_dated && (is_named || !is_told) && evidence.named.within(Roles::of(SHARED)).len() == evidence.named.len()
}

/// Whether few of many headings are those of an incident's sections or stand in one, and neither the title nor the file's name speaks
/// for an incident: a manual may have an "Introduction" and a "Cause".
pub(super) fn is_mostly_about_other_things(reader: &Reader<'_>, evidence: &Evidence) -> bool {
    let outline = reader.outline;
    let headings = || outline.sections.iter().filter(|section| section.unit.is_some());
    let all = headings().count();
    let of_incidents = headings().filter(|section| section.role.is_some_and(|role| CORE.contains(role))).count();
    let is_record = || names_incident(reader) || iso_day(&outline.path) && !has_word_in(&outline.path, MEETINGS);
    (all > 12 && of_incidents * 5 <= all || all >= 5 && evidence.named.len() <= 2 && of_incidents * 4 <= all && !names_failure(reader))
        && !is_record()
}

/// Whether the headings are releases: `0.4.1 (2026-03-02)`, `[v2.0.0] - 2025-01-30`, `Version 1.2`.
pub(super) fn is_changelog(outline: &Outline) -> bool {
    let headings = || outline.sections.iter().filter_map(|section| section.unit.map(|unit| outline.units[unit].text.as_str()));
    let releases = headings().filter(|heading| is_release(heading)).count();
    releases >= 3 && releases * 4 >= headings().count()
}

/// Whether a heading is a version, and beside it at most a day. `1.1 Summary` is a numbered section, and `12.05.24` a day.
fn is_release(heading: &str) -> bool {
    const NAMES: &[&str] = &["version", "release", "released", "unreleased", "yanked"];
    // Without the stop of a version nothing but such names may stand in it, and their letters begin it.
    let first = || heading.bytes().find(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    if !heading.contains('.') && !matches!(first(), Some(b'v' | b'V' | b'r' | b'R' | b'u' | b'U' | b'y' | b'Y')) {
        return false;
    }
    let lower = heading.to_lowercase();
    let mut words = lower.split(|c: char| c.is_whitespace() || "[](),/".contains(c)).filter(|word| !word.is_empty());
    let Some(version) = words.find(|word| !NAMES.contains(word)) else { return lower.contains("unreleased") };
    let is_named = version.starts_with('v') || lower.starts_with("version") || lower.starts_with('[');
    let is_beside = |word: &str| !word.contains(char::is_alphabetic) || NAMES.contains(&word) || is_month(word);
    is_version(version.trim_start_matches('v'), is_named) && words.all(is_beside)
}

/// Whether a word is a version of two or more numbers; where nothing calls it so, of three that are no day.
fn is_version(word: &str, is_named: bool) -> bool {
    let release = word.split(['-', '+']).next().unwrap_or(word);
    let numbers: Vec<Option<u16>> = release.split('.').map(|number| number.parse().ok().filter(|number| *number < 1000)).collect();
    match numbers[..] {
        [Some(_), Some(_)] => is_named,
        [Some(day), Some(month), Some(year)] => is_named || !((1..=31).contains(&day) && (1..=12).contains(&month) && year > 9),
        _ => numbers.len() == 4 && numbers.iter().all(Option::is_some),
    }
}

fn has_word_in(path: &str, words: &[&str]) -> bool {
    fold(path).split(' ').any(|word| words.contains(&word))
}
