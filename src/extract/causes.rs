//! Causes and components, weighed by where the text names them, and the sentence that states the root cause.
//!
//! Evidence counts most in the sections and labels that state the cause, then in sentences that say "caused by" or "due to"
//! elsewhere, then in contributing factors and the title. What was suspected and ruled out is no evidence, and what stands
//! behind "leading to" is a consequence. What the front matter declares is the truth, and nothing is inferred beside it.

pub(super) mod cues;

use std::{cell::LazyCell, sync::LazyLock};

use crate::{
    diag::{Code, Diagnostic},
    extract::{
        Reader,
        front_matter::Field,
        lexicon::{Cue, Cues},
        outline::{Notation, Shape, Unit},
        phrases::Phrases,
        taxonomy::{Found, Group, Hit, Taxonomy},
        text::{each_sentence, find_phrase, has_phrase, head, words},
        when::told::tells_harm,
    },
    incident::{Incident, Provenance, SectionRole, Stated},
};

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// A section or label that states the cause. The number of the sentence in it.
    Cause(usize),
    /// A sentence elsewhere that says what caused what.
    Causal,
    /// Contributing factors.
    Contributing,
    /// What went wrong, and what would have prevented it: for gaps only.
    Missed,
    /// Lessons: for gaps only.
    Lessons,
    /// The title.
    Title,
    /// The summary without such words.
    Plain,
    /// The same, near its beginning, in a document without a section that states the cause.
    Told,
    /// A row of the timeline that tells what was found.
    Finding,
    /// A sentence of another section that says what led to what. It counts only where no section states the cause.
    Aside,
    /// What is told elsewhere. It counts only where nothing else in the document names a cause, or what broke.
    Story,
}

struct Passage<'a> {
    unit: Option<&'a Unit>,
    text: &'a str,
    cues: Cues,
    zone: Zone,
}

#[derive(Debug, Clone, Default)]
struct Score {
    best: f64,
    sum: f64,
    passage: Option<usize>,
    /// The best score outside the contributing factors.
    direct: f64,
    /// Whether more than weak words name it.
    strong: bool,
}

/// Whether the cause of that name contributes by its definition.
fn is_gap(name: &str) -> bool {
    matches!(name, "monitoring-gap" | "test-gap" | "process-gap")
}

/// Reads causes, components and the text of the root cause into `incident`, whose title is read already.
pub(crate) fn read_causes(reader: &Reader<'_>, incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) {
    let title = incident.title.as_ref().map(|title| title.value.clone());
    let mut passages = passages(reader, title.as_deref());
    incident.root_cause_text = root_cause_text(reader, &passages);
    raise_summary(&mut passages);
    passages.sort_by_key(|passage| passage.zone == Zone::Story);
    // Where all is declared, nothing is to be weighed.
    let scores = LazyCell::new(|| score(reader.taxonomy, &passages));
    let declared_causes = read_declared(reader, Group::Cause, incident, diagnostics);
    if !declared_causes {
        choose_causes(reader, &passages, &scores, incident);
    }
    let declared_components = read_declared(reader, Group::Component, incident, diagnostics);
    if !declared_components {
        choose_components(reader, &passages, &scores, incident);
    }
}

fn passages<'a>(reader: &Reader<'a>, title: Option<&'a str>) -> Vec<Passage<'a>> {
    let mut out = Vec::with_capacity(reader.outline.units.len());
    if let Some(title) = title {
        out.push(Passage { unit: None, text: title, cues: Cues::of(title), zone: Zone::Title });
    }
    let mut stated = 0;
    let wrong_is_the_cause = wrong_is_the_cause(reader);
    let background_sums_up = background_sums_up(reader);
    for unit in &reader.outline.units {
        if unit.notation == Notation::FencedCode || matches!(unit.shape, Shape::HeaderRow { .. }) {
            continue;
        }
        let mut repaired = false;
        let mut take = |sentence: &'a str, cues: Cues| {
            if !is_false_lead(sentence, cues)
                && let Some(zone) = zone_of(unit, cues, &mut stated, &mut repaired).map(|zone| of_delay(sentence, cues, zone))
                && !(zone == Zone::Story && tells_a_plan(sentence))
            {
                let told_as_wrong = wrong_is_the_cause && unit.role == Some(SectionRole::WentWrong) && !unit.is_item();
                let zone = if told_as_wrong && zone == Zone::Missed {
                    stated += 1;
                    Zone::Cause(stated)
                } else if background_sums_up && unit.role == Some(SectionRole::Background) && matches!(zone, Zone::Story) {
                    Zone::Plain
                } else {
                    zone
                };
                out.push(Passage { unit: Some(unit), text: sentence, cues, zone });
            }
        };
        if unit.is_heading() {
            each_sentence(subtitle(unit), |_, sentence| take(sentence, Cues::of(sentence)));
        } else {
            reader.outline.sentences(unit).for_each(|(sentence, cues)| take(sentence, cues));
        }
    }
    out
}

/// Whether the document opens with its background, and neither sums up nor states a cause elsewhere: then that is where it tells
/// what happened.
fn background_sums_up(reader: &Reader<'_>) -> bool {
    use SectionRole as R;
    let mut units = reader.outline.units.iter().filter(|unit| !unit.is_heading());
    units.next().is_some_and(|first| first.role == Some(R::Background))
        && !units.any(|unit| matches!(unit.role, Some(R::Summary | R::RootCause | R::Trigger | R::CauseAndResolution)))
}

/// Whether "What went wrong" tells the cause: where no section states it, nor one what went well.
fn wrong_is_the_cause(reader: &Reader<'_>) -> bool {
    use SectionRole as R;
    let mut told = reader.outline.sections.iter().filter_map(|section| section.own_role);
    !told.any(|role| matches!(role, R::RootCause | R::Trigger | R::Contributing | R::WentWell | R::Lucky | R::Lessons))
}

/// The part of a heading behind its label: `Root cause: a full disk`.
fn subtitle(unit: &Unit) -> &str {
    if unit.label.is_some() && unit.role.is_some() { unit.rest() } else { "" }
}

fn zone_of(unit: &Unit, cues: Cues, stated: &mut usize, repaired: &mut bool) -> Option<Zone> {
    use SectionRole as R;
    let causal = cues.has(Cue::Causal);
    match unit.role {
        Some(R::RootCause | R::Trigger) => {
            *stated += 1;
            Some(Zone::Cause(*stated))
        }
        Some(R::CauseAndResolution) => {
            // Such a section tells the cause first and then the repair.
            *repaired |= cues.has(Cue::Repair) && !causal;
            if *repaired {
                return None;
            }
            *stated += 1;
            Some(Zone::Cause(*stated))
        }
        Some(R::Contributing) => Some(Zone::Contributing),
        _ if !causal && cues.has(Cue::Missed) => Some(Zone::Missed),
        Some(R::WentWrong) => Some(Zone::Missed),
        Some(R::Lessons) => Some(Zone::Lessons),
        Some(R::Summary | R::Metrics) => Some(if causal { Zone::Causal } else { Zone::Plain }),
        Some(R::Timeline) => cues.has(Cue::Finding).then_some(Zone::Finding),
        Some(R::Impact | R::Detection | R::Conclusion | R::Resolution | R::Background) | None if cues.has(Cue::StronglyCausal) => {
            Some(Zone::Causal)
        }
        Some(R::Impact | R::Detection | R::Conclusion | R::Resolution) if causal => Some(Zone::Aside),
        Some(R::Background) | None if causal => Some(Zone::Plain),
        Some(R::Resolution) if !cues.has(Cue::Repair) => Some(Zone::Story),
        Some(R::Impact | R::Detection | R::Conclusion | R::Background) | None => Some(Zone::Story),
        _ => None,
    }
}

/// What only made the response late tells of gaps, not of the cause: "the delay in our response was due to a wrong number".
fn of_delay(sentence: &str, cues: Cues, zone: Zone) -> Zone {
    static LATE: LazyLock<Phrases> = LazyLock::new(|| {
        let late = ["delay in", "delays in", "delayed", "slow"];
        let what = [
            "response",
            "incident response",
            "detection",
            "notification",
            "our response",
            "our detection",
            "responding",
            "detecting",
            "noticing",
        ];
        let all: Vec<String> = late.iter().flat_map(|late| what.iter().map(move |what| format!("{late} {what}"))).collect();
        Phrases::new(all.iter().map(String::as_str))
    });
    let opens = |sentence: &str| LATE.first_in(head(sentence, 40)).is_some_and(|(_, at)| at <= 8);
    if matches!(zone, Zone::Causal | Zone::Plain | Zone::Aside) && cues.has(Cue::Causal) && opens(sentence) { Zone::Missed } else { zone }
}

fn has_any(lower: &str, words: &[&str]) -> bool {
    words.iter().any(|word| lower.contains(word))
}

/// Whether a sentence opens with what is to come: "We will schedule maintenance for it".
fn tells_a_plan(sentence: &str) -> bool {
    sentence.starts_with("We")
        && ["We will ", "We'll ", "We’ll ", "We plan to ", "We are going to "].iter().any(|lead| sentence.starts_with(lead))
}

/// Whether a sentence tells a suspicion, or what was ruled out.
fn is_false_lead(sentence: &str, cues: Cues) -> bool {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(cues::FALSE_LEADS.iter().copied()));
    let opens_a_word = |at: usize| sentence[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    cues.has(Cue::FalseLead)
        // "that first failed" holds no "at first".
        && SET.starts_in(sentence).any(opens_a_word)
        && !has_any(&sentence.to_lowercase(), &["it turned out that", "confirmed", "as suspected", "turned out to be"])
}

/// Where in a sentence the consequences begin: behind "leading to" and the like.
fn consequence_start(text: &str) -> usize {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(cues::CONSEQUENCES.iter().copied()));
    SET.starts_in(text).find(|at| *at > 12).unwrap_or(usize::MAX)
}

/// Scores every term. The passages of the story come last, and count for a list of which the others name nothing.
fn score(taxonomy: &Taxonomy, passages: &[Passage<'_>]) -> Vec<Score> {
    let mut scores = vec![Score::default(); taxonomy.terms.len()];
    let (told, story) = passages.split_at(passages.partition_point(|passage| passage.zone != Zone::Story));
    let found = taxonomy.words_in(told.iter().map(|passage| passage.text));
    score_paragraphs(taxonomy, told, &found, &mut scores);
    score_sentences(taxonomy, told, &found, 0, &mut scores);
    let named = |group: Group, enough: f64| {
        taxonomy.terms.iter().zip(&scores).any(|(term, score)| term.group == group && score.best >= enough && !is_gap(&term.name))
    };
    let (causes, components) = (named(Group::Cause, 1.0), named(Group::Component, 0.9));
    if !(causes && components) {
        let found = taxonomy.words_in(story.iter().map(|passage| passage.text));
        let mut with_story = scores.clone();
        score_sentences(taxonomy, story, &found, told.len(), &mut with_story);
        for ((term, score), better) in taxonomy.terms.iter().zip(&mut scores).zip(with_story) {
            let named = if term.group == Group::Cause { causes } else { components };
            if !named {
                *score = better;
            }
        }
    }
    scores
}

fn score_sentences(taxonomy: &Taxonomy, passages: &[Passage<'_>], found: &Found, first: usize, scores: &mut [Score]) {
    for (at, passage) in passages.iter().enumerate() {
        let index = first + at;
        let consequences = if passage.cues.has(Cue::Consequence) { consequence_start(passage.text) } else { usize::MAX };
        let hits = taxonomy.hits_of(found, at);
        let names_cause = hits.iter().any(|hit| !hit.weak && taxonomy.terms[hit.term].group == Group::Cause);
        let only_describes = passage.zone == Zone::Story && !names_cause && !tells_failure(passage);
        for hit in &hits {
            let term = &taxonomy.terms[hit.term];
            let gap = is_gap(&term.name);
            let mut points = match term.group {
                Group::Cause => cause_points(passage.zone, hit.weak, gap),
                Group::Component => component_points(passage.zone, hit.weak),
            };
            // What a story describes without telling that something failed is seldom what broke: "the app offers …".
            if term.group == Group::Component && only_describes {
                points *= 0.5;
            }
            if term.name == "compute" && is_host_of_another(taxonomy, passage.text, &hits, hit.at) {
                points *= 0.3;
            }
            if hit.at >= consequences && !gap {
                points *= match term.group {
                    // What a wrong setting or a leak used up is told as its consequence.
                    Group::Cause if term.name == "capacity" => 0.67,
                    Group::Cause => 0.5,
                    Group::Component => 0.6,
                };
            }
            let score = &mut scores[hit.term];
            score.strong |= !hit.weak;
            if points > score.best {
                score.best = points;
                score.passage = Some(index);
            }
            if passage.zone != Zone::Contributing {
                score.direct = score.direct.max(points);
            }
            score.sum += if hit.weak { 0.6 * points } else { points };
        }
    }
}

/// Whether the word at `at` only says on what another component runs: "the database cluster's VM", "a Jenkins host".
fn is_host_of_another(taxonomy: &Taxonomy, text: &str, hits: &[Hit], at: usize) -> bool {
    const HOSTED: &[&str] = &["database", "cache", "queue", "search", "monitoring", "ci-cd", "load-balancer", "web-server", "dns"];
    hits.iter().filter(|hit| hit.at < at && !hit.weak && HOSTED.contains(&taxonomy.terms[hit.term].name.as_str())).any(|hit| {
        text.get(hit.at..at).is_some_and(|name| name.split_whitespace().count() <= 2 && !name.contains([',', '.', ';', ':', '(']))
    })
}

/// Whether a sentence tells that something failed, or what came of it.
fn tells_failure(passage: &Passage<'_>) -> bool {
    [Cue::Failure, Cue::Harm, Cue::Causal, Cue::Consequence].into_iter().any(|cue| passage.cues.has(cue)) || tells_harm(passage.text)
}

/// Words of one spelling can stand in two sentences of a paragraph that states the cause: "The certificate … It expired."
fn score_paragraphs(taxonomy: &Taxonomy, passages: &[Passage<'_>], found: &Found, scores: &mut [Score]) {
    let mut at = 0;
    while at < passages.len() {
        let same = |passage: &Passage<'_>| {
            matches!(passage.zone, Zone::Cause(_)) && passage.unit.map(|unit| unit.line) == passages[at].unit.map(|unit| unit.line)
        };
        let end = at + passages[at..].iter().take_while(|passage| same(passage)).count();
        for first in at..end.max(at + 1) - 1 {
            let (one, next) = (&passages[first], &passages[first + 1]);
            let tells = one.cues.has(Cue::Consequence) || next.cues.has(Cue::Consequence);
            let start = || consequence_start(&format!("{} {}", one.text, next.text));
            let consequences = LazyCell::new(|| if tells { start() } else { usize::MAX });
            for hit in taxonomy.hits_of_pair(found, first) {
                let score = &mut scores[hit.term];
                if taxonomy.terms[hit.term].group == Group::Cause && !hit.weak && score.best < 2.0 && hit.at < *consequences {
                    score.best = 2.0;
                    score.direct = 2.0;
                    score.passage = Some(at);
                }
            }
        }
        at = end.max(at + 1);
    }
}

/// Where no section states the cause, the summary's first sentences do, whatever words they use.
fn raise_summary(passages: &mut Vec<Passage<'_>>) {
    if passages.iter().any(|passage| matches!(passage.zone, Zone::Cause(_))) {
        passages.retain(|passage| passage.zone != Zone::Aside);
        return;
    }
    const FIRST: usize = 4;
    for passage in passages.iter_mut().filter(|passage| matches!(passage.zone, Zone::Plain | Zone::Causal)).take(FIRST) {
        if passage.zone == Zone::Plain {
            passage.zone = Zone::Told;
        }
    }
}

fn cause_points(zone: Zone, weak: bool, gap: bool) -> f64 {
    let strong = match (zone, gap) {
        (Zone::Missed, true) => 2.0,
        (Zone::Lessons, true) => 0.9,
        (Zone::Missed | Zone::Lessons, false) => 0.0,
        (Zone::Plain, true) => 1.0,
        (Zone::Cause(_), _) => 3.0,
        (Zone::Causal, _) => 2.5,
        (Zone::Contributing, _) => 2.0,
        (Zone::Title, _) => 2.0,
        (Zone::Told, _) => 2.0,
        (Zone::Plain, _) => 1.2,
        (Zone::Finding, _) => 1.2,
        (Zone::Aside, _) => 1.1,
        (Zone::Story, _) => 1.05,
    };
    if weak { strong * 0.35 } else { strong }
}

fn component_points(zone: Zone, weak: bool) -> f64 {
    let strong = match zone {
        Zone::Title => 2.2,
        Zone::Cause(1 | 2) => 2.0,
        Zone::Cause(_) => 1.0,
        Zone::Causal => 1.6,
        Zone::Contributing => 0.8,
        Zone::Told => 1.4,
        Zone::Plain => 0.9,
        Zone::Finding => 0.6,
        Zone::Aside => 0.5,
        Zone::Story => 0.9,
        Zone::Missed | Zone::Lessons => 0.0,
    };
    if weak { strong * 0.4 } else { strong }
}

/// Returns the terms of a list that the text names at all, which are few.
fn named_terms(taxonomy: &Taxonomy, scores: &[Score], group: Group) -> Vec<usize> {
    let mut named = Vec::new();
    for (index, (term, score)) in taxonomy.terms.iter().zip(scores).enumerate() {
        if (score.best > 0.0 || score.strong) && term.group == group {
            named.push(index);
        }
    }
    named
}

fn choose_causes(reader: &Reader<'_>, passages: &[Passage<'_>], scores: &[Score], incident: &mut Incident) {
    let taxonomy = reader.taxonomy;
    let named = named_terms(taxonomy, scores, Group::Cause);
    let accepted = |threshold: f64| -> Vec<usize> { named.iter().copied().filter(|index| scores[*index].best >= threshold).collect() };
    let mut chosen = accepted(2.0);
    if !chosen.iter().any(|index| !is_gap(&taxonomy.terms[*index].name)) {
        let mut weaker = accepted(1.0);
        weaker.retain(|index| !chosen.contains(index));
        weaker.sort_by(|a, b| scores[*b].sum.total_cmp(&scores[*a].sum));
        chosen.extend(weaker.into_iter().take(2));
        chosen.sort_unstable();
    }
    for index in chosen {
        let name = taxonomy.terms[index].name.clone();
        if is_gap(&name) || scores[index].direct < 2.0 && scores[index].best >= 2.0 {
            incident.contributing.push(name.clone());
        }
        if let Some(provenance) = provenance(reader, passages, &scores[index], incident) {
            incident.causes.push(Stated::new(name, provenance));
        }
    }
}

fn choose_components(reader: &Reader<'_>, passages: &[Passage<'_>], scores: &[Score], incident: &mut Incident) {
    let taxonomy = reader.taxonomy;
    let zone = |index: usize| scores[index].passage.map(|passage| passages[passage].zone);
    // Where the cause names what broke, what nothing but the title names was affected by it.
    let named = named_terms(taxonomy, scores, Group::Component);
    let caused = named.iter().any(|index| scores[*index].best >= 2.0 && matches!(zone(*index), Some(Zone::Cause(1 | 2))));
    let program = runs_a_ledger(passages).then(|| taxonomy.find(Group::Component, "compute")).flatten();
    let value = |index: usize| {
        let score = &scores[index];
        let rest = score.sum - score.best;
        let affected = caused && rest < 0.3 && zone(index) == Some(Zone::Title) || program == Some(index);
        (if affected { 0.5 * score.best } else { score.best }) + 0.4 * rest.min(4.0)
    };
    let value = |index: usize| if program == Some(index) { 0.5 * value(index) } else { value(index) };
    let server = server_of_the_web(taxonomy, scores);
    let value = |index: usize| match server {
        Some((web, server)) if index == web => value(web) + value(server),
        Some((_, server)) if index == server => 0.0,
        _ => value(index),
    };
    let all: Vec<(usize, f64)> = named.into_iter().map(|index| (index, value(index))).filter(|(_, value)| *value > 0.0).collect();
    let top = all.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let threshold = (top * 0.62).max(1.5);
    let valued = |least: f64| all.iter().filter(move |(_, value)| *value >= least).map(|(index, _)| *index);
    let mut chosen: Vec<usize> = valued(threshold).collect();
    // Nodes and ingress are parts of Kubernetes where the text speaks of it at all.
    let has = |name: &str| chosen.iter().any(|index| taxonomy.terms[*index].name == name);
    if (has("compute") || has("load-balancer"))
        && let Some(kubernetes) = taxonomy.find(Group::Component, "kubernetes")
        && !chosen.contains(&kubernetes)
        && scores[kubernetes].sum >= 1.2
    {
        chosen.push(kubernetes);
        chosen.sort_unstable();
    }
    if chosen.is_empty() && top >= 0.8 {
        chosen.extend(valued(top * 0.9));
    }
    for index in chosen {
        let name = taxonomy.terms[index].name.clone();
        if let Some(provenance) = provenance(reader, passages, &scores[index], incident) {
            incident.components.push(Stated::new(name, provenance));
        }
    }
    add_implied(taxonomy, incident);
}

/// Whether the document speaks of a ledger again and again, whose nodes are programs.
fn runs_a_ledger(passages: &[Passage<'_>]) -> bool {
    passages.iter().filter(|passage| passage.cues.has(Cue::Ledger)).nth(1).is_some()
}

/// Returns the web server, and the host that "the server" would be, where the text calls a web server so and names no other host.
fn server_of_the_web(taxonomy: &Taxonomy, scores: &[Score]) -> Option<(usize, usize)> {
    let web = taxonomy.find(Group::Component, "web-server").filter(|web| scores[*web].strong)?;
    let host = taxonomy.find(Group::Component, "compute").filter(|host| !scores[*host].strong)?;
    Some((web, host))
}

/// Components that a cause or another component implies, where the text does not make them stand out by themselves.
fn add_implied(taxonomy: &Taxonomy, incident: &mut Incident) {
    let cause = |name: &str| {
        incident
            .causes
            .iter()
            .find(|cause| cause.value == name && !incident.contributing.contains(&cause.value))
            .map(|cause| cause.provenance.clone())
    };
    let mut implied: Vec<(&str, Provenance)> = Vec::new();
    if let Some(provenance) = cause("slow-query") {
        implied.push(("database", provenance));
    }
    if let Some(provenance) = incident.causes.iter().find(|cause| cause.value == "certificate-expiry").map(|cause| cause.provenance.clone())
        && provenance.quote.to_lowercase().contains("cert")
    {
        implied.push(("certificate", provenance));
    }
    if let Some(pool) = incident.components.iter().find(|component| component.value == "connection-pool")
        && ["database", "sql", "db"].iter().any(|word| has_phrase(&pool.provenance.quote.to_lowercase(), word))
    {
        implied.push(("database", pool.provenance.clone()));
    }
    if incident.components.is_empty() {
        implied.extend(cause("code-defect").map(|provenance| ("application", provenance)));
        implied.extend(cause("dependency-failure").map(|provenance| ("third-party", provenance)));
    }
    if implied.is_empty() {
        return;
    }
    for (name, provenance) in implied {
        if taxonomy.find(Group::Component, name).is_some() && !incident.components.iter().any(|component| component.value == name) {
            incident.components.push(Stated::new(name.to_owned(), provenance));
        }
    }
    incident.components.sort_by_key(|component| taxonomy.find(Group::Component, &component.value));
}

fn provenance(reader: &Reader<'_>, passages: &[Passage<'_>], score: &Score, incident: &Incident) -> Option<Provenance> {
    let passage = &passages[score.passage?];
    let rule = match passage.zone {
        Zone::Cause(_) => "root-cause-section",
        Zone::Causal => "causal-sentence",
        Zone::Contributing => "contributing-factors",
        Zone::Missed => "went-wrong",
        Zone::Lessons => "lessons",
        Zone::Title => "title",
        Zone::Plain | Zone::Told => "summary",
        Zone::Story => "narrative",
        Zone::Finding => "timeline-finding",
        Zone::Aside => "causal-sentence",
    };
    match passage.unit {
        Some(unit) => Some(reader.outline.provenance_of(unit, passage.text, rule)),
        None => incident.title.as_ref().map(|title| Provenance { rule, ..title.provenance.clone() }),
    }
}

/// Returns the sentence or two that state the root cause.
fn root_cause_text(reader: &Reader<'_>, passages: &[Passage<'_>]) -> Option<Stated<String>> {
    if let Some((text, span)) = reader.declared.text(Field::RootCause).filter(|(text, _)| text.split_whitespace().count() >= 3) {
        return Some(Stated::new(text.to_owned(), reader.declared.provenance(span)));
    }
    let telling = |passage: &&Passage<'_>| words(passage.text).nth(3).is_some() && !tells_only_of_the_search(passage.text);
    let mut stated = passages.iter().filter(|passage| matches!(passage.zone, Zone::Cause(_)));
    let mut said = passages.iter().filter(|passage| passage.zone == Zone::Causal && passage.cues.has(Cue::StronglyCausal));
    let first = stated
        .clone()
        .find(|passage| passage.cues.has(Cue::Causal) && telling(passage))
        .or_else(|| stated.find(telling))
        .or_else(|| said.find(telling))?;
    let unit = first.unit?;
    let mut text = strip_label(unit, first.text).to_owned();
    // A second sentence of the same unit belongs to it where the first is short.
    if words(&text).nth(11).is_none()
        && let Some(second) = passages.iter().skip_while(|passage| !std::ptr::eq(*passage, first)).nth(1)
        && second.unit.is_some_and(|other| std::ptr::eq(other, unit))
    {
        text = format!("{text} {}", second.text);
    }
    Some(Stated::new(text, reader.outline.provenance(unit, "root-cause")))
}

/// Returns whether a sentence says that the cause was looked for, found or like another one, and not what it was: "the root cause
/// was identified and fixed", but not "the root cause was identified as a full disk".
fn tells_only_of_the_search(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    // Whatever the cause is called, it is one of these.
    if !lower.contains("cause") && !lower.contains("culprit") {
        return false;
    }
    let Some((before, after)) = cues::NAMES_OF_THE_CAUSE.iter().find_map(|name| {
        let at = find_phrase(&lower, name)?;
        Some((&lower[..at], &lower[at + name.len()..]))
    }) else {
        return false;
    };
    let mut asked = before.split_whitespace().rev().take(3).take_while(|word| *word != "that");
    let is_sought = asked.any(|word| cues::SEARCH.contains(&word) || cues::OTHER.contains(&word));
    let mut said = after.split_whitespace().take(8).skip_while(|word| !cues::COPULAS.contains(word)).peekable();
    let has_copula = said.peek().is_some();
    let said = said.find(|word| !cues::COPULAS.contains(word) && !cues::ADVERBS.contains(word));
    let is_object = said.is_some_and(|word| cues::SEARCH.contains(&word.trim_end_matches(['.', ','])));
    let is_search = is_object || is_sought && !has_copula;
    // Behind "and" stands what was done then.
    let after = after.split(" and ").next().unwrap_or(after);
    is_search && !after.contains([':', '–', '—']) && !cues::BEHIND_THE_SEARCH.iter().any(|word| has_phrase(after, word))
}

fn strip_label<'a>(unit: &Unit, text: &'a str) -> &'a str {
    match &unit.label {
        Some(label) if text.starts_with(label.text(unit)) && !label.key.is_empty() => {
            text[label.len..].trim_start_matches([':', '-', '–', '—', ' ', '|'])
        }
        _ => text,
    }
}

/// Reads what the front matter declares of one list; `false` where it declares nothing.
fn read_declared(reader: &Reader<'_>, group: Group, incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let fields: &[Field] = match group {
        Group::Cause => &[Field::Causes, Field::RootCause, Field::Contributing],
        Group::Component => &[Field::Components],
    };
    let mut any = false;
    let mut found: Vec<(usize, Stated<String>, bool)> = Vec::new();
    for field in fields {
        if *field == Field::RootCause
            && reader.declared.text(Field::RootCause).is_some_and(|(text, _)| text.split_whitespace().count() >= 4)
        {
            continue;
        }
        for (name, span) in reader.declared.names(*field) {
            let provenance = reader.declared.provenance(span);
            match reader.taxonomy.named(group, &name) {
                Some(term) => {
                    any = true;
                    if !found.iter().any(|(known, ..)| *known == term) {
                        found.push((
                            term,
                            Stated::new(reader.taxonomy.terms[term].name.clone(), provenance),
                            *field == Field::Contributing,
                        ));
                    }
                }
                None => {
                    let list = if group == Group::Cause { "cause" } else { "component" };
                    diagnostics.push(
                        Diagnostic::note(Code::TagUnknown, span, format!("`{name}` is no {list} of the taxonomy"))
                            .help("it is kept as a tag; use a listed name, or add it under `[taxonomy]` in book.toml"),
                    );
                    incident.tags.push(Stated::new(name, provenance));
                }
            }
        }
    }
    found.sort_by_key(|(term, ..)| *term);
    for (_, stated, contributing) in found {
        if contributing || is_gap(&stated.value) {
            incident.contributing.push(stated.value.clone());
        }
        match group {
            Group::Cause => incident.causes.push(stated),
            Group::Component => incident.components.push(stated),
        }
    }
    any
}

#[cfg(test)]
mod tests;
