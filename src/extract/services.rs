//! Names of the affected services, products or systems, as written, where the document names them as such.

use std::sync::LazyLock;

use crate::{
    extract::{
        Reader,
        front_matter::Field,
        headings::fold,
        lexicon::{Cue, Cues, LabelList},
        outline::{Notation, Shape, Unit},
        phrases::Phrases,
        text::{WordList, find_rare},
        zone,
    },
    incident::{SectionRole, Stated},
};

pub(super) const LABELS: &[&str] = &[
    "service",
    "services",
    "affected service",
    "affected services",
    "services affected",
    "service affected",
    "affected system",
    "affected systems",
    "systems affected",
    "system affected",
    "affected components",
    "components affected",
    "affected product",
    "affected products",
    "affected package",
    "affected packages",
    "packages affected",
    "affected repositories",
    "affected websites",
    "affected sites",
    "products affected",
    "product",
    "products",
    "impacted services",
    "impacted service",
    "services impacted",
    "impacted systems",
    "systems impacted",
    "affected application",
    "affected applications",
    "affected",
    "system",
    "systems",
    "application",
    "applications",
    "service s affected",
    "affected service s",
    "dienst",
    "dienste",
    "betroffene dienste",
    "betroffene systeme",
    "services touches",
    "services affectes",
    "servicios afectados",
    "servicio",
    "servicios",
    "servicos afetados",
    "servico",
    "servicos",
    "impacted products",
    "affected area",
    "environment",
];

/// Reads the services.
pub(crate) fn read_services(reader: &Reader<'_>) -> Vec<Stated<String>> {
    let mut services: Vec<Stated<String>> = Vec::new();
    for (name, span) in reader.declared.names(Field::Services) {
        services.push(Stated::new(name, reader.declared.provenance(span)));
    }
    if !services.is_empty() {
        return services;
    }
    let outline = reader.outline;
    for (_, unit) in outline.labelled(LabelList::Services) {
        let told = unit.notation != Notation::FencedCode
            && !matches!(
                unit.role,
                Some(
                    SectionRole::Actions | SectionRole::Timeline | SectionRole::Lessons | SectionRole::RootCause | SectionRole::Resolution
                )
            );
        if !told {
            continue;
        }
        let row = matches!(unit.shape, Shape::Row { .. } | Shape::HeaderRow { .. });
        if row && unit.cells.len() > 3 {
            continue;
        }
        let value = if row { unit.cells.get(1).map_or("", |cell| cell.text.as_str()) } else { unit.rest() };
        for name in names_in(value) {
            add(&mut services, name, unit, reader, "services-label");
        }
        if value.trim().is_empty() {
            for child in outline.children(unit) {
                for name in names_in(&child.text) {
                    add(&mut services, name, child, reader, "services-list");
                }
            }
        }
    }
    for (index, section) in outline.sections.iter().enumerate() {
        if !section.lists.has(LabelList::Services) || matches!(section.key.as_str(), "environment" | "system" | "systems" | "affected") {
            continue;
        }
        for unit in outline.units_of(index).iter().filter(|unit| unit.is_item() && unit.parent.is_none()) {
            let head = super::headings::subtitle_split(&unit.text).0;
            for name in Some(names_in(head)).filter(|names| !names.is_empty()).unwrap_or_else(|| opening_name(unit)) {
                add(&mut services, name, unit, reader, "services-section");
            }
        }
    }
    if services.is_empty() {
        read_sentences(reader, &mut services);
        read_title(reader, &mut services);
    }
    if services.is_empty() {
        read_reports(reader, &mut services);
    }
    services
}

/// The name that an item sets off and then tells of: "`tide-parser@2.1`, which reads the tables, …".
fn opening_name(unit: &Unit) -> Vec<&str> {
    let name = unit.text.get(..unit.strong_len).unwrap_or("");
    let version = name.rsplit_once('@').filter(|(name, version)| !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()));
    names_in(version.map_or(name, |(name, _)| name))
}

/// What a service is called by: the last word of its name.
static HEADS: WordList = WordList::new(&[
    "service",
    "services",
    "platform",
    "app",
    "site",
    "portal",
    "system",
    "api",
    "dashboard",
    "console",
    "tool",
    "store",
    "shop",
    "gateway",
    "website",
    "application",
    "pipeline",
    "product",
    "engine",
    "feature",
]);

/// Words that are part of a name where a word of its own follows or stands before: "online booking system", "Almanac web console".
static KINDS: WordList = WordList::new(&["online", "web", "mobile"]);

/// Words that make no name of a service: "our main web application" is none.
static GENERIC: WordList = WordList::new(&[
    "our",
    "the",
    "its",
    "their",
    "this",
    "that",
    "all",
    "any",
    "every",
    "entire",
    "whole",
    "main",
    "primary",
    "company",
    "company's",
    "company’s",
    "web",
    "production",
    "internal",
    "external",
    "critical",
    "core",
    "backend",
    "back-end",
    "frontend",
    "front-end",
    "online",
    "public",
    "affected",
    "multiple",
    "several",
    "some",
    "other",
    "various",
    "cloud",
    "digital",
    "software",
    "mobile",
    "a",
    "an",
    "key",
    "essential",
    "important",
    "user",
    "users",
    "customer",
    "customers",
    "client",
    "clients",
    "new",
    "old",
    "local",
    "live",
    "hosted",
    "third-party",
    "monitoring",
    "alerting",
    "monitored",
    "server",
    "servers",
    "database",
    "network",
    "these",
    "those",
    "certain",
    "many",
    "most",
    "which",
    "where",
    "of",
    "to",
    "and",
    "or",
    "on",
    "in",
    "for",
    "with",
    "by",
    "from",
    "was",
    "were",
    "is",
    "are",
    "be",
    "been",
    "as",
    "at",
    "it",
    "normal",
    "full",
    "complete",
    "infrastructure",
    "stack",
    "ticketing",
    "own",
    "underlying",
    "same",
    "overall",
    "operating",
    "file",
    "restored",
    "partial",
    "intermittent",
    "available",
    "business",
    "development",
    "related",
    "dependent",
    "downstream",
    "upstream",
    "load",
    "balancing",
    "caching",
    "failed",
    "healthy",
    "unhealthy",
    "global",
    "remote",
    "distributed",
    "payment-related",
    "when",
    "while",
    "after",
    "before",
    "because",
    "due",
    "into",
]);

/// Verbs that say of what stands before them that it suffered.
pub(super) const SUFFERED: &[&str] = &[
    "goes into downtime",
    "went into downtime",
    "goes down",
    "was down",
    "were down",
    "went down",
    "is down",
    "was unavailable",
    "were unavailable",
    "was inaccessible",
    "were inaccessible",
    "became unavailable",
    "became inaccessible",
    "became unresponsive",
    "was completely",
    "were completely",
    "experienced",
    "encountered",
    "suffered",
    "ran into issues",
    "ran into problems",
    "was offline",
    "were offline",
    "went offline",
    "stopped working",
    "stopped responding",
    "was not",
    "was mia",
    "was unresponsive",
    "crashed",
    "failed",
    "was affected",
    "were affected",
    "was slow",
    "was degraded",
    "decided to",
    "could not be reached",
    "was unreachable",
    "are down",
    "is unavailable",
    "is unreachable",
    "was still down",
    "is still down",
];

/// Those of them that say so beyond doubt, whatever stands behind them.
const DOWN: &[&str] = &[
    "goes into downtime",
    "went into downtime",
    "goes down",
    "was down",
    "were down",
    "went down",
    "is down",
    "are down",
    "is still down",
    "was still down",
    "is unavailable",
    "is unreachable",
    "was unavailable",
    "was unreachable",
    "was inaccessible",
    "became unavailable",
    "became inaccessible",
    "went offline",
    "was offline",
];

/// Words that say of what stands behind them that it suffered.
pub(super) const LEADS: &[&str] = &[
    "affected ",
    "affecting ",
    "impacted ",
    "impacting ",
    "unable to access ",
    "not access ",
    "sign into ",
    "log into ",
    "log in to ",
    "sign in to ",
    "unavailability of ",
    "outage of ",
    "downtime of ",
    "outage on ",
    "disruption of ",
    "disruption to ",
    "failure of ",
    "outage in ",
    "degradation of ",
    "access to ",
];

/// Names in the sentences of title, summary and impact: "our checkout service was down", "unable to access the Scholarly app".
fn read_sentences(reader: &Reader<'_>, services: &mut Vec<Stated<String>>) {
    // Where no section has a role, the first lines are the lead.
    const FIRST: usize = 5;
    let lead_end = reader.outline.units.iter().position(|unit| unit.role.is_some()).unwrap_or(FIRST);
    for (at, unit) in reader.outline.units.iter().enumerate() {
        let is_lead = unit.role.is_none() && at < lead_end && unit.shape == Shape::Line;
        let told = (is_lead || matches!(unit.role, Some(SectionRole::Summary | SectionRole::Impact)))
            && !matches!(unit.shape, Shape::Row { .. } | Shape::HeaderRow { .. });
        let names = |cues: Cues| cues.has(Cue::ServiceNext) || cues.has(Cue::ServiceBefore);
        if !told || unit.notation == Notation::FencedCode || services.len() >= 4 || !names(unit.cues) {
            continue;
        }
        let rest = unit.text.len() - unit.rest().len();
        for (sentence, cues) in reader.outline.sentences_from(unit, rest).filter(|(_, cues)| names(*cues)) {
            // The label in front may have words of its own.
            let cues = if rest > 0 { Cues::of(sentence) } else { cues };
            if cues.has(Cue::ServiceNext) {
                for name in ends_of_leads(sentence).into_iter().filter_map(|end| name_after(&sentence[end..])) {
                    add(services, name, unit, reader, "affected-name");
                }
            }
            for (verb, at) in if cues.has(Cue::ServiceBefore) { verbs_in(sentence) } else { Vec::new() } {
                if let Some(name) = name_before(&sentence[..at]).or_else(|| sufferer(reader, verb, &sentence[..at])) {
                    add(services, name, unit, reader, "affected-name");
                }
            }
        }
    }
}

/// Returns where the words end in a sentence behind which stands what suffered, in the order of their list.
fn ends_of_leads(sentence: &str) -> Vec<usize> {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(LEADS.iter().copied()));
    let mut found: Vec<(usize, usize)> = Vec::new();
    SET.each(sentence, |lead| found.push((lead.phrase, lead.end)));
    found.sort_unstable();
    found.into_iter().map(|(_, end)| end).collect()
}

/// Returns the verbs in a sentence that say that something suffered, in the order of their list, and where each begins first.
fn verbs_in(sentence: &str) -> Vec<(&'static str, usize)> {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(SUFFERED.iter().copied()));
    let mut found: Vec<(usize, usize)> = SET.whole_in(sentence).collect();
    found.sort_unstable();
    found.dedup_by_key(|(verb, _)| *verb);
    found.into_iter().map(|(verb, at)| (SUFFERED[verb], at)).collect()
}

/// Names in the rows that report what was down, where nothing else names it: "a customer reports that Almanac is down".
fn read_reports(reader: &Reader<'_>, services: &mut Vec<Stated<String>>) {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(DOWN.iter().copied()));
    let rows = reader.outline.units.iter().filter(|unit| {
        matches!(unit.role, Some(SectionRole::Summary | SectionRole::Impact | SectionRole::Timeline | SectionRole::Detection))
            && unit.cues.has(Cue::ServiceBefore)
            && unit.notation != Notation::FencedCode
    });
    for unit in rows {
        for (sentence, cues) in reader.outline.sentences(unit).filter(|(_, cues)| cues.has(Cue::ServiceBefore)) {
            if cues.has(Cue::FalseLead) {
                continue;
            }
            let down = SET.whole_in(sentence).min().map(|(_, at)| at);
            if let Some(name) = down.and_then(|at| proper_name_before(&sentence[..at]).or_else(|| name_before(&sentence[..at]))) {
                add(services, name, unit, reader, "reported-down");
                return;
            }
        }
    }
}

/// The proper name before a verb that leaves no doubt that it suffered: "at 18:52 UTC Almanac experienced". A word that opens the
/// sentence may be any noun in the plural, and what the taxonomy knows is a part of the system or somebody else's.
fn sufferer<'a>(reader: &Reader<'_>, verb: &str, before: &'a str) -> Option<&'a str> {
    if !DOWN.contains(&verb) && !["experienced", "suffered", "ran into issues", "ran into problems"].contains(&verb) {
        return None;
    }
    if let Some((name, short)) = abbreviated_name_before(before) {
        return reader.taxonomy.hits(short).is_empty().then_some(name);
    }
    let name = proper_name_before(before)?;
    let opens = name.len() == before.trim_end().len();
    let zoned = name.split_once(' ').filter(|(first, _)| zone::parse_zone(first).is_some());
    let name = zoned.map_or(name, |(_, rest)| rest);
    let pronoun = matches!(name, "We" | "You" | "Someone" | "Nothing");
    (!(pronoun || name.ends_with("Team") || opens && name.ends_with('s'))
        && reader.taxonomy.hits(name).is_empty()
        && zone::parse_zone(name).is_none())
    .then_some(name)
}

/// The proper name of one or two words that a text ends with: `Grafana Agent`, `almanac.example`.
fn proper_name_before(text: &str) -> Option<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (last, rest) = words.split_last()?;
    if !is_proper_name(last) {
        return None;
    }
    let before = rest.last().filter(|word| is_proper_name(word) && !word.ends_with("ed") && !word.ends_with("ing"));
    let first = before.unwrap_or(last);
    text.get(first.as_ptr() as usize - text.as_ptr() as usize..).map(str::trim_end)
}

/// The name that a text ends with, with its initials behind it, and these: `Tide Table Service (TTS)`.
fn abbreviated_name_before(text: &str) -> Option<(&str, &str)> {
    let (words, short) = text.trim_end().strip_suffix(')')?.rsplit_once(" (")?;
    if !(2..=6).contains(&short.len()) || !short.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut initials = short.bytes().rev();
    let mut first = None;
    for word in words.split_whitespace().rev().take(short.len()) {
        if word.as_bytes().first() != initials.next().as_ref() {
            return None;
        }
        first = Some(word);
    }
    let start = first.filter(|_| initials.next().is_none())?.as_ptr() as usize - text.as_ptr() as usize;
    Some((text.get(start..)?.trim_end(), short))
}

fn is_proper_name(word: &str) -> bool {
    let site = word.rsplit_once('.').is_some_and(|(name, end)| name.len() > 1 && end.len() > 1 && end.chars().all(char::is_alphabetic));
    (site || word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && word.chars().count() > 1
        && ![&PLAIN, &GENERIC, &HEADS].iter().any(|list| list.has(word))
}

/// Words that are no proper name, though they open a title or a sentence.
static PLAIN: WordList = WordList::new(&[
    "database",
    "load",
    "balancer",
    "power",
    "connection",
    "website",
    "site",
    "service",
    "services",
    "system",
    "systems",
    "application",
    "api",
    "apis",
    "major",
    "total",
    "great",
    "complete",
    "partial",
    "hosting",
    "search",
    "dns",
    "cdn",
    "cache",
    "queue",
    "storage",
    "disk",
    "cluster",
    "node",
    "nodes",
    "kubernetes",
    "payment",
    "login",
    "email",
    "authentication",
    "mysql",
    "postgresql",
    "redis",
    "two",
    "debugging",
    "unexpected",
    "unplanned",
    "massive",
    "regional",
    "data",
    "center",
    "hour",
    "minute",
    "min",
    "case",
    "everything",
    "nobody",
    "they",
    "he",
    "she",
    "staging",
    "traffic",
    "hub",
    "vpn",
    "access",
    "both",
    "mail",
    "internet",
    "electricity",
]);

/// `Grafana is down`, `SSO outage`: the proper name that a title opens with.
fn read_title(reader: &Reader<'_>, services: &mut Vec<Stated<String>>) {
    let Some(title) = super::title::own_title(reader) else { return };
    let lower = title.value.to_lowercase();
    if lower.len() != title.value.len() {
        return;
    }
    let end = [" is down", " was down", " outage", " service disruption", " is unavailable", " unavailable", " downtime"]
        .iter()
        .filter_map(|mark| find_rare(&lower, mark))
        .min();
    let Some(name) = end.and_then(|end| title.value.get(..end)) else { return };
    let words: Vec<&str> = name.split_whitespace().collect();
    let proper = |word: &&str| word.starts_with(char::is_uppercase) && !PLAIN.has(word) && !GENERIC.has(word);
    if (1..=2).contains(&words.len()) && words.iter().all(proper) {
        services.push(Stated::new(name.to_owned(), crate::incident::Provenance { rule: "title-name", ..title.provenance.clone() }));
    }
}

/// The name that a text begins with: up to three words of its own and a word such as "service".
fn name_after(text: &str) -> Option<&str> {
    let end = text.find(['.', ',', ';', '(', ':']).unwrap_or(text.len());
    let words: Vec<&str> = text[..end].split(' ').filter(|word| !word.is_empty()).take(7).collect();
    let skip = words.iter().take_while(|word| GENERIC.has(word)).count();
    let head = words.iter().enumerate().skip(skip + 1).take(3).find(|(_, word)| HEADS.has(word))?.0;
    name_of(text, &words[skip..=head])
}

/// Whether a word can be no part of a name: "10:00 Print service".
fn is_clock_or_generic(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || GENERIC.has(word)
}

/// The name that a text ends with.
fn name_before(text: &str) -> Option<&str> {
    let start = text.rfind(['.', ',', ';', ')', ':']).map_or(0, |at| at + 1);
    let words: Vec<&str> = text[start..].split(' ').filter(|word| !word.is_empty()).collect();
    let (last, rest) = words.split_last()?;
    if !HEADS.has(last) {
        return None;
    }
    let own = rest.iter().rev().take(3).take_while(|word| !is_clock_or_generic(word)).count();
    let kind = rest.iter().rev().nth(own).is_some_and(|word| own > 0 && KINDS.has(word));
    let own = own + usize::from(kind);
    (own > 0).then(|| name_of(text, &words[words.len() - 1 - own..])).flatten()
}

/// The stretch of `text` that these words of it cover, where they make a name.
fn name_of<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let (first, last) = (words.first()?, words.last()?);
    let start = first.as_ptr() as usize - text.as_ptr() as usize;
    let end = last.as_ptr() as usize - text.as_ptr() as usize + last.len();
    let own = &words[..words.len() - 1];
    let plain = own.iter().all(|word| {
        (!GENERIC.has(word) || KINDS.has(word)) && !word.ends_with("ing")
            || matches!(
                word.to_lowercase().as_str(),
                "messaging"
                    | "billing"
                    | "booking"
                    | "shipping"
                    | "streaming"
                    | "banking"
                    | "ticketing"
                    | "processing"
                    | "hosting"
                    | "pricing"
                    | "mailing"
                    | "gaming"
                    | "trading"
                    | "learning"
                    | "routing"
                    | "scheduling"
            )
    });
    let lower_verb = own.iter().any(|word| word.ends_with("ed") && word.chars().all(char::is_lowercase));
    let named = own.iter().any(|word| !KINDS.has(word));
    (named && plain && !lower_verb).then(|| text.get(start..end)).flatten()
}

fn add(services: &mut Vec<Stated<String>>, name: &str, unit: &Unit, reader: &Reader<'_>, rule: &'static str) {
    let key = fold(name);
    if !key.is_empty() && !services.iter().any(|known| fold(&known.value) == key) {
        services.push(Stated::new(name.to_owned(), reader.outline.provenance(unit, rule)));
    }
}

/// Splits a value into names; a sentence is none.
fn names_in(value: &str) -> Vec<&str> {
    let value = value.trim().trim_end_matches('.');
    if value.split_whitespace().count() > 14 {
        return Vec::new();
    }
    value
        .split([',', ';'])
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(" & "))
        .flat_map(|piece| piece.split(" / "))
        .flat_map(|piece| piece.split(['→', '⇒']))
        .map(|piece| piece.split(" (").next().unwrap_or("").trim().trim_matches(['`', '"', '*', '[', ']']))
        .filter(|name| {
            let words = name.split_whitespace().count();
            let folded = fold(name);
            (1..=5).contains(&words)
                && !folded.is_empty()
                && !matches!(
                    folded.as_str(),
                    "all"
                        | "none"
                        | "n a"
                        | "all services"
                        | "multiple"
                        | "various"
                        | "tbd"
                        | "many"
                        | "other"
                        | "others"
                        | "production"
                        | "everything"
                        | "yes"
                        | "no"
                )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ReadSettings, document::Document, extract::with_reader};

    #[test]
    fn services_are_read_from_labels() {
        let document = Document::from_text("# A\n\n**Affected services:** `checkout-api`, Billing and Search (EU)\n");
        let services = with_reader(&ReadSettings::default(), &document, read_services);
        assert_eq!(services.iter().map(|stated| stated.value.as_str()).collect::<Vec<_>>(), ["checkout-api", "Billing", "Search"]);
    }

    #[test]
    fn the_first_lines_are_the_lead_where_no_section_has_a_role() {
        let read = |markdown: &str| {
            let services = with_reader(&ReadSettings::default(), &Document::from_text(markdown), read_services);
            services.into_iter().map(|stated| stated.value).collect::<Vec<_>>()
        };
        assert_eq!(read("# Outage of 29 July\n\nBetween 9:23 and 10:28 Almanac ran into issues with a table.\n"), ["Almanac"]);
        assert!(read("# Outage\n\nA.\n\nB.\n\nC.\n\nD.\n\nE.\n\nThat year Almanac ran into issues too.\n").is_empty());
    }

    #[test]
    fn an_affected_package_is_named_before_it_is_told_of() {
        let document = Document::from_text(
            "# A\n\n## Affected Packages\n\n- [`tide-parser@2.1`](https://tide.example), which reads the tables of the harbours, is used by \
             every one of our three tools.\n- `tide-rules@4` holds the rules of the parser and has very little use elsewhere, as far as we know.\n- \
             Everybody who has installed one of these two since the morning of that day should remove it and read on below.\n",
        );
        let services = with_reader(&ReadSettings::default(), &document, read_services);
        assert_eq!(services.iter().map(|stated| stated.value.as_str()).collect::<Vec<_>>(), ["tide-parser", "tide-rules"]);
    }

    #[track_caller]
    fn check(summary: &str, expected: &[&str]) {
        let document = Document::from_text(&format!("# A\n\n## Summary\n\n{summary}\n"));
        let services = with_reader(&ReadSettings::default(), &document, read_services);
        assert_eq!(services.iter().map(|stated| stated.value.as_str()).collect::<Vec<_>>(), expected, "{summary}");
    }

    #[test]
    fn what_a_row_reports_down_is_a_service_where_nothing_else_names_one() {
        check("All was quiet.\n\n## Timeline\n\n- 10:00 a customer reports that Almanac is down", &["Almanac"]);
        check("All was quiet.\n\n## Timeline\n\n- 10:00 we see that almanac.example was unreachable", &["almanac.example"]);
        check("All was quiet.\n\n## Timeline\n\n- 10:00 we see that Tide Agent was still down", &["Tide Agent"]);
        check("All was quiet.\n\n## Timeline\n\n- 10:00 Print Service goes into downtime", &["Print Service"]);
        check("All was quiet.\n\n## Timeline\n\n- 10:00 Everything is down\n- 10:05 Server was down", &[]);
    }

    #[test]
    fn services_are_read_from_sentences_where_they_have_a_name() {
        check("Users were unable to access our Almanac app.", &["Almanac app"]);
        check("Our login service was down for an hour.", &["login service"]);
        check("The outage affected our wholesale platform.", &["wholesale platform"]);
        check("Our main web application was down.", &[]);
        check("Nobody could sign into the Almanac web console for an hour.", &["Almanac web console"]);
        check("The online booking system was down.", &["online booking system"]);
        check("The outage affected our online platform.", &[]);
        check("The outage affected all services.", &[]);
        check("On 2 June 2024 at roughly 18:52 UTC Almanac experienced an outage of seven minutes.", &["Almanac"]);
        check("For an hour Almanac was down.", &["Almanac"]);
        check("On 8 July the Tide Table Service (TTS) experienced an outage.", &["Tide Table Service (TTS)"]);
        check("On 8 July the Content Delivery Network (CDN) experienced an outage.", &[]);
        check("On 8 July the tide service (TTS) experienced an outage.", &[]);
        check("Between 9:20 and 10:30 Almanac ran into issues with its database.", &["Almanac"]);
        check("At noon the Harbour Team ran into problems with the tool.", &[]);
        // Whoever opens a sentence in the plural, who tells, and what is somebody else's.
        check("Readers experienced errors. We experienced them too. At noon Cloudflare suffered an outage.", &[]);
    }
}
