//! The facts of an incident, and the lines of its document that say them.

use serde::Serialize;

use super::texts::sections_of;
use crate::{
    archive::{Entry, FacetKind, action_group},
    incident::{ActionStatus, Moment, Origin, Provenance, SectionRole, Stated},
    render::view::{Scene, origin_word},
};

/// The rule of a status that only the stated end gives.
const END_STATED: &str = "end-stated";

#[derive(Debug, Serialize)]
pub(super) struct Fact {
    label: String,
    values: Vec<FactValue>,
}

#[derive(Debug, Serialize)]
struct FactValue {
    text: String,
    /// Page of the value; empty for none.
    href: String,
    /// Says how it was read, where it was not declared.
    origin: Option<String>,
    /// Anchor of the line that says it.
    anchor: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SourceLine {
    anchor: String,
    field: String,
    value: String,
    line: Option<usize>,
    quote: String,
    origin: String,
    rule: String,
}

/// Gathers the facts and the lines that say them.
pub(super) struct Facts<'a, 'b> {
    scene: &'a Scene<'b>,
    facts: Vec<Fact>,
    sources: Vec<SourceLine>,
    /// The day that the page names above: it is not repeated.
    day: Option<chrono::NaiveDate>,
}

impl<'a, 'b> Facts<'a, 'b> {
    pub(super) fn of(scene: &'a Scene<'b>, entry: &Entry) -> (Vec<Fact>, Vec<SourceLine>) {
        let words = scene.words();
        let mut facts = Facts { scene, facts: Vec::new(), sources: Vec::new(), day: None };
        if let Some(title) = &entry.title {
            facts.source("title", &title.value, &title.provenance);
        }
        if let Some(summary) = &entry.summary {
            facts.source("summary", &words.get("see_lead"), &summary.provenance);
        }
        if let Some(percent) = &entry.impact_percent {
            facts.one("impact", words.fill("impact_percent", &[("percent", &words.percent(percent.value))]), "", &percent.provenance);
        }
        facts.day = entry.day();
        facts.moment("start", entry.start.as_ref(), None);
        facts.moment("detected", entry.detected.as_ref(), entry.minutes_to_detect());
        if let Some(source) = &entry.detection_source {
            facts.one("detection_source", words.get(&format!("source_{}", source.value)), "", &source.provenance);
        }
        facts.moment("acknowledged", entry.acknowledged.as_ref(), entry.minutes_to_acknowledge());
        facts.moment("mitigated", entry.mitigated.as_ref(), entry.minutes_to_mitigate());
        facts.end(entry);
        if let Some(severity) = &entry.severity {
            let link = scene.term_link(FacetKind::Severity, severity.value.as_str());
            facts.one("severity", link.title, &link.href, &severity.provenance);
        }
        if let Some(nature) = &entry.nature {
            facts.one("nature", words.get(&format!("nature_{}", nature.value.as_str().replace('-', "_"))), "", &nature.provenance);
        }
        if let Some(status) = &entry.status {
            let text = words.get(&format!("status_{}", status.value));
            // What only the end says is said above already.
            if status.provenance.rule == END_STATED && entry.end.is_some() {
                facts.source("status", &text, &status.provenance);
            } else {
                facts.one("status", text, "", &status.provenance);
            }
        }
        let is_contributing = |cause: &Stated<String>| entry.contributing.contains(&cause.value);
        facts.terms("cause", FacetKind::Cause, entry.causes.iter().filter(|cause| !is_contributing(cause)));
        facts.terms("contributing", FacetKind::Cause, entry.causes.iter().filter(|cause| is_contributing(cause)));
        facts.terms("component", FacetKind::Component, entry.components.iter());
        facts.terms("service", FacetKind::Service, entry.services.iter());
        facts.actions(entry);
        facts.texts("tags", &entry.tags);
        facts.texts("people", &entry.people);
        facts.moment("published", entry.published.as_ref(), None);
        if let Some(cause) = &entry.root_cause_text {
            facts.source("root_cause_text", &words.get("root_cause_sentence"), &cause.provenance);
        }
        (facts.facts, facts.sources)
    }

    /// Adds the line that says a value, and returns its anchor.
    fn source(&mut self, field: &str, value: &str, provenance: &Provenance) -> String {
        let words = self.scene.words();
        let number = self.sources.iter().filter(|line| line.anchor.starts_with(&format!("hs-src-{field}"))).count();
        let anchor = if number == 0 { format!("hs-src-{field}") } else { format!("hs-src-{field}-{}", number + 1) };
        let origin = match provenance.from {
            Origin::FrontMatter => words.get("source_front_matter"),
            Origin::FileName => words.get("source_file_name"),
            Origin::Inferred => words.fill("source_inferred", &[("rule", &provenance.rule.replace('-', " "))]),
        };
        self.sources.push(SourceLine {
            anchor: anchor.clone(),
            field: words.get(&format!("fact_{field}")),
            value: value.to_owned(),
            line: provenance.line,
            quote: provenance.quote.clone(),
            origin,
            rule: provenance.rule.to_owned(),
        });
        anchor
    }

    fn value(&mut self, field: &str, text: String, href: &str, provenance: &Provenance) -> FactValue {
        let anchor = self.source(field, &text, provenance);
        FactValue { text, href: href.to_owned(), origin: origin_word(self.scene.words(), provenance), anchor }
    }

    fn one(&mut self, field: &str, text: String, href: &str, provenance: &Provenance) {
        let value = self.value(field, text, href, provenance);
        self.push(field, vec![value]);
    }

    /// Adds a fact. Of values that were all read in the same way, the last one alone is marked, and leads to the line of the first.
    fn push(&mut self, field: &str, mut values: Vec<FactValue>) {
        if values.windows(2).all(|pair| pair[0].origin == pair[1].origin)
            && let [first, middle @ .., last] = &mut values[..]
        {
            last.anchor.clone_from(&first.anchor);
            first.origin = None;
            for value in middle {
                value.origin = None;
            }
        }
        if !values.is_empty() {
            self.facts.push(Fact { label: self.scene.words().get(&format!("fact_{field}")), values });
        }
    }

    fn moment(&mut self, field: &str, stated: Option<&Stated<Moment>>, after: Option<f64>) {
        let Some(stated) = stated else { return };
        let words = self.scene.words();
        let mut text = self.moment_text(&stated.value);
        if let Some(minutes) = after.filter(|minutes| *minutes >= 0.5) {
            text = words.fill(&format!("{field}_after"), &[("moment", &text), ("time", &words.minutes(minutes))]);
        }
        self.one(field, text, "", &stated.provenance);
    }

    /// Returns a moment without the day that the page names above.
    fn moment_text(&self, moment: &Moment) -> String {
        let words = self.scene.words();
        let is_said = moment.time().is_some() && moment.day().is_some() && moment.day() == self.day;
        let parts = [words.moment_day(moment).filter(|_| !is_said), words.clock(moment)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Adds the end and the duration: as one fact where the one follows from the other.
    fn end(&mut self, entry: &Entry) {
        let Some(duration) = &entry.duration_minutes else { return self.moment("end", entry.end.as_ref(), None) };
        let words = self.scene.words();
        let length = self.length(entry, duration);
        let counted = entry.start.as_ref().zip(entry.end.as_ref()).and_then(|(start, end)| start.value.minutes_until(&end.value));
        let is_counted = counted.is_some_and(|minutes| (minutes - duration.value).abs() < 0.5);
        match entry.end.as_ref().filter(|_| is_counted) {
            Some(end) => {
                let text = words.fill("end_after", &[("moment", &self.moment_text(&end.value)), ("time", &length)]);
                self.one("end", text, "", &end.provenance);
                self.source("duration", &length, &duration.provenance);
            }
            None => {
                self.moment("end", entry.end.as_ref(), None);
                self.one("duration", length, "", &duration.provenance);
            }
        }
    }

    /// Returns the duration in words; what the document states beside it is shown where it differs.
    fn length(&self, entry: &Entry, duration: &Stated<f64>) -> String {
        let words = self.scene.words();
        let mut text = words.minutes(duration.value);
        if let Some(stated) = entry.duration_stated_minutes.as_ref().filter(|stated| (stated.value - duration.value).abs() >= 1.0) {
            text = words.fill("file_says", &[("value", &text), ("stated", &words.minutes(stated.value))]);
        }
        text
    }

    fn terms<'c>(&mut self, field: &str, kind: FacetKind, stated: impl Iterator<Item = &'c Stated<String>>) {
        let mut values = Vec::new();
        for value in stated {
            let link = self.scene.term_link(kind, &value.value);
            values.push(self.value(field, link.title, &link.href, &value.provenance));
        }
        self.push(field, values);
    }

    fn texts(&mut self, field: &str, stated: &[Stated<String>]) {
        let mut values = Vec::new();
        for value in stated {
            values.push(self.value(field, value.value.clone(), "", &value.provenance));
        }
        self.push(field, values);
    }

    fn actions(&mut self, entry: &Entry) {
        let all = entry.action_items.len();
        if all == 0 {
            return;
        }
        let words = self.scene.words();
        let as_of = self.scene.archive().as_of;
        let open = entry.action_items.iter().filter(|action| action_group(action, as_of).is_open()).count();
        let done = entry.action_items.iter().filter(|action| action.status == ActionStatus::Done).count();
        let text = match (open, done) {
            (0, 0) => words.count("actions_unknown", all),
            (0, done) if done == all => words.count("actions_all_done", all),
            (0, done) => words.count_with("actions_done_of", all, &[("done", &words.figure(done))]),
            (open, _) => words.count_with("actions_open_of", all, &[("open", &words.figure(open))]),
        };
        let anchor =
            sections_of(entry, SectionRole::Actions).first().map_or_else(|| "hs-actions".to_owned(), |(section, _)| section.anchor.clone());
        self.push("actions", vec![FactValue { text, href: format!("#{anchor}"), origin: None, anchor: String::new() }]);
    }
}
