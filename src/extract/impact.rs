//! The share of users, traffic or requests that a document states as affected.
//!
//! A number counts where it is a share of users or of what they ask for, and the sentence tells of harm. "All users were
//! unable to …" is 100. "Many" and "most" are no number, and a share of something else (CPU, disk, error budget) is none.

mod total;

use std::sync::LazyLock;

pub(super) use total::{DOWN, EVERYONE, NOT_WHOLE, UP, WHOLE};
use total::{is_total, total_in_title};

use crate::{
    diag::{Code, Diagnostic},
    extract::{
        Reader,
        front_matter::{Field, scalar},
        lexicon::{Cue, Cues},
        outline::{Notation, Unit},
        phrases::Phrases,
        text::{WordList, begins_in_any_case, find_byte, sentences},
    },
    incident::{SectionRole, Stated},
};

/// Whose share it is: users come before what they ask for.
static PEOPLE: WordList = WordList::new(&[
    "users",
    "user",
    "customers",
    "customer",
    "clients",
    "client",
    "subscribers",
    "visitors",
    "members",
    "people",
    "accounts",
    "students",
    "merchants",
    "shops",
    "tenants",
    "employees",
    "staff",
    "patients",
    "players",
    "drivers",
    "passengers",
    "userbase",
    "organizations",
    "organisations",
    "companies",
    "customer base",
    "teams",
    "consumers",
    "audience",
    "population",
    "nutzer",
    "kunden",
    "benutzer",
    "utilisateurs",
    "clients",
    "usuarios",
    "clientes",
]);
static ASKED: WordList = WordList::new(&[
    "requests",
    "request",
    "traffic",
    "transactions",
    "orders",
    "sessions",
    "calls",
    "queries",
    "logins",
    "payments",
    "page loads",
    "page views",
    "searches",
    "uploads",
    "checkouts",
    "jobs",
    "messages",
    "lockers",
    "devices",
    "deliveries",
    "emails",
    "invoices",
    "web server",
    "servers",
    "services",
    "sites",
    "parcels",
    "builds",
    "connections",
    "anfragen",
    "requetes",
    "peticiones",
    "requisicoes",
    "installations",
    "instances",
    "apps",
    "projects",
    "repositories",
    "events",
    "notifications",
    "attempts",
    "operations",
    "jobs",
    "api calls",
    "websites",
    "hosts",
    "bookings",
]);

/// Words of harm; without one of them a share says something else.
pub(super) const HARM: &[&str] = &[
    "affect",
    "impact",
    "unable",
    "could not",
    "couldn't",
    "cannot",
    "can't",
    "fail",
    "error",
    "down",
    "breakdown",
    "shutdown",
    "meltdown",
    "unavailab",
    "inaccessib",
    "inaccesib",
    "slow",
    "lost",
    "los",
    "offline",
    "outage",
    "disrupt",
    "degrad",
    "timeout",
    "timed out",
    "time out",
    "experienc",
    "encounter",
    "denied",
    "locked out",
    "unsuccessful",
    "drop",
    "delay",
    "no access",
    "not access",
    "no longer",
    "500",
    "502",
    "503",
    "504",
    "404",
    "without",
    "unrespons",
    "leaving",
    "hitting",
    "prevent",
    "not respond",
    "refused",
    "reject",
    "broken",
    "crash",
    "blocked",
    "stuck",
    "late",
    "missing",
    "wrong",
    "complete",
    "suffer",
    "interrupt",
    "negative",
    "betroffen",
    "touché",
    "afectad",
    "afetad",
    "saw ",
    "not load",
    "intermittent",
    "partial",
];

/// What a share of anything that was asked for does when it suffers.
const FAILING: &[&str] = &[
    " failed",
    " failing",
    " timed out",
    " were slow",
    " was slow",
    " were unable",
    " was unable",
    " could not",
    " couldn't",
    " were offline",
    " was offline",
    " were rejected",
    " were lost",
    " were denied",
    " returned error",
    " were down",
    " was down",
    " were affected",
    " was affected",
    " were impacted",
    " were unavailable",
    " were unsuccessful",
    " were dropped",
    " received error",
    " got error",
    " got a 5",
    " returned 5",
    " took longer",
    " saw error",
    " encountered",
    " experienced",
];

/// Shares of these are no impact.
const RESOURCES: &[&str] =
    &["memory", "cpu", "disk", "capacity", "nodes", "pods", "replicas", "tests", "budget", "health checks", "probes", "alerts"];

/// Words that say that the share is of something that got well, or of another time.
const NOT_HARM: &[&str] = &[
    "restored",
    "recovered",
    "back online",
    "back to normal",
    "returned to normal",
    "rolled out to",
    "canary",
    "threshold",
    "test coverage",
    "utilization",
    "utilisation",
    "cpu",
    "memory",
    "disk",
    "heap",
    "availability of",
    "uptime",
    "slo",
    "error budget",
    "alert at",
    "revenue",
    "discount",
    "sla",
    "up from",
    "code base",
    "codebase",
];

static FAILS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(FAILING.iter().copied()));
static HARMS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(HARM.iter().copied()));

/// A sentence without any of these states no share.
pub(super) const SHARES: &[&str] = &[
    "percent",
    "per cent",
    "prozent",
    "pour cent",
    "por ciento",
    "por cento",
    "half ",
    "third",
    "quarter",
    "all ",
    "every",
    "no ",
    "none of",
    "nobody",
    "entire",
    "whole",
    "complete",
    "total",
    "full ",
    "alle ",
    "tous ",
    "todos ",
    "kompletter",
];

/// Reads the share.
pub(crate) fn read_impact(reader: &Reader<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Stated<f64>> {
    if let Some(stated) = declared(reader, diagnostics) {
        return Some(stated);
    }
    let mut best: Option<(u8, f64, &Unit, &'static str)> = None;
    for unit in &reader.outline.units {
        let Some(place) = place_of(unit) else { continue };
        let mut harm_above = false;
        if says_all(unit) && best.as_ref().is_none_or(|(known, ..)| *known > 6) {
            best = Some((6, 100.0, unit, "total-outage"));
        }
        for (sentence, cues) in reader.outline.sentences(unit) {
            // "The app crashed for some. That is 0.6 % of users."
            let refers = harm_above
                && ["that is ", "this is ", "these are ", "this affected ", "that was ", "these were ", "this was "]
                    .iter()
                    .any(|lead| begins_in_any_case(sentence, lead));
            harm_above = cues.has(Cue::Harm);
            if !cues.has(Cue::Share) {
                continue;
            }
            let Some((rank, percent, rule)) = read_sentence(sentence, cues, refers || unit.role == Some(SectionRole::Impact)) else {
                continue;
            };
            // A stated number comes before "all users", people before requests, the impact's section before the others.
            let rank = rank * 3 + place;
            if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                best = Some((rank, percent, unit, rule));
            }
        }
    }
    if let Some((_, percent, unit, rule)) = best {
        return Some(Stated::new(percent, reader.outline.provenance(unit, rule)));
    }
    total_in_title(reader)
}

fn declared(reader: &Reader<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Stated<f64>> {
    for (field, bare) in [(Field::ImpactPercent, true), (Field::Impact, false)] {
        for value in reader.declared.all(field) {
            let Some(text) = scalar(value.value) else { continue };
            let number = if bare || text.trim_end().ends_with('%') && text.len() <= 7 {
                text.trim_end_matches(['%', ' ']).replace(',', ".").parse::<f64>().ok()
            } else {
                None
            };
            let number = number.filter(|number| (0.0..=100.0).contains(number)).or_else(|| {
                sentences(text)
                    .into_iter()
                    .find_map(|sentence| read_sentence(sentence, Cues::of(sentence), true))
                    .map(|(_, percent, _)| percent)
            });
            match number {
                Some(percent) => return Some(Stated::new(percent, reader.declared.provenance(value.span))),
                None if bare => diagnostics.push(
                    Diagnostic::warning(Code::FrontMatterValue, value.span, format!("`{text}` is no share between 0 and 100"))
                        .help("write a number such as `25`"),
                ),
                None => {}
            }
        }
    }
    None
}

/// `Customers impacted: all`.
fn says_all(unit: &Unit) -> bool {
    let Some(label) = unit.label.as_ref().filter(|label| label.colon) else { return false };
    let value = unit.rest().trim().trim_end_matches('.');
    // The longest of them is "all customers".
    if value.len() > 13 {
        return false;
    }
    let of_people = words(&label.key).any(|word| matches!(word, "affected" | "impacted")) && words(&label.key).any(|word| PEOPLE.has(word));
    if !of_people {
        return false;
    }
    matches!(
        value.to_lowercase().as_str(),
        "all" | "everyone" | "everybody" | "all of them" | "all users" | "all customers" | "all clients"
    )
}

/// Where a unit stands: 0 the impact's section, 1 the summary, 2 elsewhere; `None` where a share is none of the impact.
fn place_of(unit: &Unit) -> Option<u8> {
    use SectionRole as R;
    if unit.notation == Notation::FencedCode || unit.is_heading() {
        return None;
    }
    match unit.role {
        Some(R::Impact) => Some(0),
        Some(R::Summary | R::Metrics) => Some(1),
        None | Some(R::Detection | R::RootCause | R::CauseAndResolution | R::Conclusion) => Some(2),
        _ => None,
    }
}

/// Reads the share that one sentence states: its rank (0 people by number, 1 requests by number, 2 all), the share, the rule.
fn read_sentence(sentence: &str, cues: Cues, of_impact: bool) -> Option<(u8, f64, &'static str)> {
    let lower = sentence.to_lowercase();
    let mut found: Option<(u8, f64, &'static str)> = None;
    for (at, end, percent) in percents(&lower) {
        let Some(rank) = whose(&lower, at, end) else { continue };
        let clause = clause_around(&lower, at, end);
        let harm = of_impact || HARMS.occur_in(clause);
        if !harm || tells_no_harm(near(&lower, at, end)) {
            continue;
        }
        if found.is_none_or(|(known, value, _)| rank < known || rank == known && percent > value) {
            found = Some((rank, percent, "percent-of-users"));
        }
    }
    found.or_else(|| fraction(&lower)).or_else(|| is_total(&lower, cues).then_some((2, 100.0, "total-outage")))
}

/// "Half of all requests failed", "a third of our users".
fn fraction(lower: &str) -> Option<(u8, f64, &'static str)> {
    const FRACTIONS: &[(&str, f64)] = &[
        ("half of ", 50.0),
        ("half the ", 50.0),
        ("a third of ", 100.0 / 3.0),
        ("one third of ", 100.0 / 3.0),
        ("two thirds of ", 200.0 / 3.0),
        ("a quarter of ", 25.0),
        ("one quarter of ", 25.0),
        ("three quarters of ", 75.0),
    ];
    let may_have = ["half ", "third", "quarter"].iter().any(|noun| lower.contains(noun));
    if !may_have || !FRACTIONS.iter().any(|(name, _)| lower.contains(name)) || !HARMS.occur_in(lower) || tells_no_harm(lower) {
        return None;
    }
    FRACTIONS.iter().find_map(|(name, percent)| {
        let at = lower.find(name).filter(|at| {
            lower[..*at].chars().next_back().is_none_or(|c| c == ' ')
                && !lower[..*at].ends_with("than ")
                && !lower[..*at].ends_with("first ")
                && !lower[..*at].ends_with("second ")
        })?;
        let near: Vec<&str> = words(&lower[at + name.len()..]).take(4).collect();
        let rank = if near.iter().any(|word| PEOPLE.has(word)) {
            0
        } else if near.iter().any(|word| ASKED.has(word)) {
            1
        } else {
            return None;
        };
        Some((rank, (percent * 10.0).round() / 10.0, "fraction-of-users"))
    })
}

/// Whether the words around a number say that it is of no harm. Whole words: "slow" is no "SLO".
fn tells_no_harm(lower: &str) -> bool {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(NOT_HARM.iter().copied()));
    SET.first_in(lower).is_some()
}

/// The words around a number: up to the commas beside it.
fn near(lower: &str, at: usize, end: usize) -> &str {
    let from = lower[..at].rfind([',', ';', '(']).map_or(0, |comma| comma + 1);
    let to = lower[end..].find([',', ';', ')']).map_or(lower.len(), |comma| end + comma);
    &lower[from..to]
}

/// The clause that a number stands in: what semicolons part is said of something else.
fn clause_around(lower: &str, at: usize, end: usize) -> &str {
    let from = lower[..at].rfind(';').map_or(0, |mark| mark + 1);
    let to = lower[end..].find(';').map_or(lower.len(), |mark| end + mark);
    &lower[from..to]
}

/// Finds `25%`, `25 %`, `25 percent`, `12.5 per cent`: start, end and number.
fn percents(lower: &str) -> Vec<(usize, usize, f64)> {
    let bytes = lower.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = find_byte(bytes, at, |byte| byte.is_ascii_digit()) {
        at = start;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit() || matches!(bytes[at], b'.' | b',') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        {
            at += 1;
        }
        let number = &lower[start..at];
        let rest = lower[at..].trim_start();
        // Behind most numbers stands something else.
        if !rest.starts_with(['%', 'p']) {
            continue;
        }
        let sign =
            ["%", "percent", "per cent", "prozent", "pour cent", "por ciento", "por cento"].iter().find(|sign| rest.starts_with(*sign));
        let glued = start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'.' | b'%' | b'&'));
        if let (Some(sign), false, Ok(percent)) = (sign, glued, number.replace(',', ".").parse::<f64>()) {
            let end = lower.len() - rest.len() + sign.len();
            if (0.0..=100.0).contains(&percent) {
                out.push((start, end, percent));
            }
            at = end;
        }
    }
    out
}

/// Whose share a number is: 0 people, 1 what they ask for, `None` anything else.
fn whose(lower: &str, at: usize, end: usize) -> Option<u8> {
    // "45 % of door openings failed": whatever they are, they were asked for and failed.
    let clause = lower[end..].split([';', ',', '(', ')']).next().unwrap_or("");
    if let Some(of) = clause.trim_start().strip_prefix("of ")
        && let Some(verb) = FAILS.starts_in(of).next().map(|word| word - 1)
        && verb <= 40
        && !of[..verb].contains(" that ")
        && !RESOURCES.iter().any(|word| of[..verb].contains(word))
    {
        return Some(if words(&of[..verb]).any(|word| PEOPLE.has(word)) { 0 } else { 1 });
    }
    // "1,150 of 4,100 lockers (28 %) could not connect", "387 failed requests out of 1,520, or 25 %".
    let bracketed = lower[..at].trim_end().ends_with('(') || lower[..at].trim_end().ends_with(" or");
    if bracketed {
        let before: Vec<&str> = words(&lower[..at]).collect();
        let near: Vec<&str> = before.iter().rev().take(10).copied().collect();
        if near.iter().any(|word| PEOPLE.has(word)) {
            return Some(0);
        }
        if near.iter().any(|word| ASKED.has(word)) {
            return Some(1);
        }
    }
    let after: Vec<&str> = words(lower[end..].split([';', '(']).next().unwrap_or("")).take(8).collect();
    // "25 % of our active users", "25 % users"; not "25 % of the memory of all users".
    for (index, word) in after.iter().enumerate() {
        if PEOPLE.has(word) {
            return Some(0);
        }
        if ASKED.has(word) || after.get(index + 1).is_some_and(|next| ASKED.has(&format!("{word} {next}"))) {
            return Some(1);
        }
        if index >= 1 && matches!(*word, "and" | "but" | "while" | "which" | "with" | "was" | "were" | "is" | "during" | "in" | "on") {
            break;
        }
        if word.len() > 3
            && matches!(
                *word,
                "memory" | "capacity" | "cpu" | "disk" | "degradation" | "increase" | "drop" | "loss" | "confusion" | "availability"
            )
        {
            return None;
        }
    }
    // "most user requests failed, at peak 100 %", "users affected: 25 %".
    let before: Vec<&str> = words(lower[..at].rsplit(';').next().unwrap_or("")).collect();
    let tail: Vec<&str> = before.iter().rev().take(9).copied().collect();
    let sets_off = tail.iter().take(3).any(|word| {
        matches!(
            *word,
            "peak"
                | "affected"
                | "impacted"
                | "reaching"
                | "users"
                | "customers"
                | "percentage"
                | "share"
                | "clients"
                | "approximately"
                | "about"
                | "requests"
        )
    });
    if !sets_off {
        return None;
    }
    if after
        .first()
        .is_some_and(|word| matches!(*word, "of" | "cpu" | "memory" | "disk" | "degradation" | "confusion" | "loss" | "increase" | "drop"))
        && !after.iter().take(4).any(|word| matches!(*word, "peak" | "time"))
    {
        return None;
    }
    if tail.iter().any(|word| ASKED.has(word)) {
        return Some(1);
    }
    tail.iter().any(|word| PEOPLE.has(word)).then_some(0)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentence: &str, expected: Option<f64>) {
        assert_eq!(read_sentence(sentence, Cues::of(sentence), false).map(|(_, percent, _)| percent), expected, "{sentence}");
    }

    #[test]
    fn shares_of_users_and_requests_are_read() {
        check("Approximately 25% of our active users were unable to sign in.", Some(25.0));
        check("About 12.5 percent of requests failed.", Some(12.5));
        check("Requests returned errors, reaching 100% at the peak.", Some(100.0));
        check("100% service disruption; 85% of the user base was affected", Some(85.0));
        check("The web service was down or slow for approximately 75% of users.", Some(75.0));
        check("70% of users saw delays, with 40% being unable to pay", Some(70.0));
    }

    #[test]
    fn totals_are_of_everyone() {
        check("The dashboard was unavailable for everyone during the incident.", Some(100.0));
        check("All services were down.", Some(100.0));
        check("All remaining services were unaffected, and nobody lost an order meanwhile.", None);
        check("This outage concerned only the shop and none of the other services.", None);
        check("Complete outage affecting customers of the northern region.", None);
    }

    #[test]
    fn shares_of_other_things_are_not() {
        check("CPU was at 95% and the service was down.", None);
        check("Service was restored for 80% of users.", None);
        check("A 20% degradation for users was seen.", None);
        check("We will move 10% of users to the canary.", None);
    }

    #[test]
    fn all_users_are_a_hundred() {
        check("All users were unable to reach the shop.", Some(100.0));
        check("The site was inaccessible to all users.", Some(100.0));
        check("All services returning 503", Some(100.0));
        check("Almost all users were unable to reach it.", None);
        check("All users using the new client were affected.", None);
        check("Access was restored for all users.", None);
        check("Most users were affected.", None);
    }
}
