//! What an archive of 10,000 incidents costs once its documents are read: collecting, the statistics of all periods, planning.
//!
//! `cargo bench --bench archive`. Budget: the statistics of all periods at most 100 ms on one core, planning well below a second.

use std::sync::Arc;

use hindsite::{
    archive::{Archive, collect},
    config::Settings,
    diag::Span,
    export,
    extract::Reading,
    incident::{
        ActionItem, ActionKind, ActionStatus, Incident, Kind, Local, Moment, Occurred, OccurredBasis, Origin, Provenance, Severity, Stated,
    },
    site::plan,
};

const COUNT: usize = 10_000;

fn main() {
    divan::main();
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap_or(0)
    }
}

fn stated<T>(value: T) -> Stated<T> {
    let provenance =
        Provenance { from: Origin::Inferred, span: None, line: Some(12), quote: "a line of the text".to_owned(), rule: "bench" };
    Stated::new(value, provenance)
}

fn words(numbers: &mut Numbers, count: usize) -> String {
    // The square makes small numbers frequent, as words are.
    let word = |numbers: &mut Numbers| format!("word{}", numbers.below(60) * numbers.below(60));
    (0..count).map(|_| word(numbers)).collect::<Vec<_>>().join(" ")
}

fn moment(text: &str) -> Moment {
    Moment { offset_minutes: Some(0), ..Moment::local(Local::parse(text).expect("a moment")) }
}

fn reading(number: usize) -> Arc<Reading> {
    const CAUSES: [&str; 12] = [
        "configuration",
        "code-defect",
        "deployment",
        "capacity",
        "resource-leak",
        "traffic-surge",
        "dependency-failure",
        "network-failure",
        "certificate-expiry",
        "operator-action",
        "slow-query",
        "monitoring-gap",
    ];
    const COMPONENTS: [&str; 10] =
        ["database", "cache", "queue", "application", "api", "dns", "network", "storage", "kubernetes", "monitoring"];
    let mut numbers = Numbers(number as u64 * 7919 + 1);
    let year = 2013 + number * 13 / COUNT;
    let day = format!("{year}-{:02}-{:02}", numbers.below(12) + 1, numbers.below(28) + 1);
    let file: Arc<str> = format!("{year}/{day}-incident-{number}.md").into();
    let mut one = Incident::empty(file.clone(), Kind::Incident, Span::new(0, 4000));
    one.display_title = format!("Incident {number}: {}", words(&mut numbers, 6));
    let start = moment(&format!("{day}T{:02}:{:02}", numbers.below(24), numbers.below(60)));
    one.occurred = Some(Occurred { moment: start.clone(), basis: OccurredBasis::Start });
    one.start = Some(stated(start));
    one.duration_minutes = (numbers.below(10) > 0).then(|| stated((5 + numbers.below(40) * numbers.below(40)) as f64));
    one.severity = (numbers.below(3) > 0).then(|| stated(Severity::ALL[numbers.below(4)]));
    one.causes = (0..=numbers.below(2)).map(|_| stated(CAUSES[numbers.below(12)].to_owned())).collect();
    one.causes.dedup_by(|a, b| a.value == b.value);
    one.components = vec![stated(COMPONENTS[numbers.below(10)].to_owned())];
    one.services = (0..=numbers.below(2)).map(|_| stated(format!("service-{}", numbers.below(40)))).collect();
    one.root_cause_text = Some(stated(words(&mut numbers, 25)));
    for _ in 0..4 {
        let status = [ActionStatus::Open, ActionStatus::Done, ActionStatus::Unknown][numbers.below(3)];
        one.action_items.push(ActionItem {
            text: words(&mut numbers, 8),
            owner: (numbers.below(2) > 0).then(|| format!("team-{}", numbers.below(20))),
            due: None,
            status,
            status_text: None,
            kind: ActionKind::Prevent,
            link: None,
            span: Span::default(),
            line: 40,
        });
    }
    Arc::new(Reading {
        file,
        kind: Kind::Incident,
        title: None,
        display_title: one.display_title.clone(),
        summary: None,
        incidents: vec![one],
        sections: Vec::new(),
        links: Vec::new(),
        anchors: Vec::new(),
    })
}

fn settings() -> Settings {
    Settings { as_of: "2026-01-15".parse().expect("a day"), ..Settings::default() }
}

fn readings() -> Vec<Arc<Reading>> {
    (0..COUNT).map(reading).collect()
}

fn archive() -> Archive {
    collect(&settings(), readings()).value
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn collect_archive(bencher: divan::Bencher<'_, '_>) {
    let readings = readings();
    bencher.with_inputs(|| readings.clone()).bench_values(|readings| collect(&settings(), readings));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn statistics_of_all_periods(bencher: divan::Bencher<'_, '_>) {
    let archive = archive();
    bencher.bench_local(|| archive.facts.periods().into_iter().map(|period| archive.facts.stats(period).count).sum::<usize>());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn plan_site(bencher: divan::Bencher<'_, '_>) {
    let archive = archive();
    bencher.with_inputs(|| archive.clone()).bench_values(|archive| plan(&settings(), archive, Vec::new()));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn write_records(bencher: divan::Bencher<'_, '_>) {
    let archive = archive();
    bencher.bench_local(|| export::in_memory(|out| export::write_records_json(out, &settings(), &archive)).len());
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn write_statistics(bencher: divan::Bencher<'_, '_>) {
    let archive = archive();
    bencher.bench_local(|| export::in_memory(|out| export::write_stats_json(out, &archive)).len());
}
