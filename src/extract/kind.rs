//! What a document is: an incident, several, a template or guide, or something else.
//!
//! The evidence: which sections it has, whether they hold anything, times and dates that were filled in, and placeholders and
//! instructions that were not. A document counts as an incident only where something that happened is told.

mod other;
mod vocabulary;

use std::{ops::Range, sync::LazyLock};

use crate::{
    diag::Span,
    extract::{
        Reader,
        front_matter::Field,
        headings::fold,
        lexicon::Cue,
        moment::{self, Found, PartialDate},
        outline::{Notation, Outline, OutlineSection, Shape, Unit},
        phrases::Phrases,
        text::{
            digit_runs, find_byte, has_clock, has_letter_or_digit, has_phrase, has_year, head, is_clock, is_month, is_year, trimmed, words,
        },
        when::told::tells_harm,
    },
    incident::{Kind, SectionRole},
};
pub(super) use vocabulary::{FAILURES, MUST, PAST, PLACEHOLDERS, ROOT_CAUSE};
use vocabulary::{GUIDE_WORDS, ORDERS, TITLE_FAILURES};

/// What a document is, and the parts of it that are incidents where there are several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindReading {
    pub(crate) kind: Kind,
    /// Span of each incident of a `Multi` document and the index of its heading's section.
    pub(crate) parts: Vec<(Span, usize)>,
}

/// Sections that tell what happened.
const CORE: Roles = Roles::of(&[
    SectionRole::Summary,
    SectionRole::Impact,
    SectionRole::Timeline,
    SectionRole::RootCause,
    SectionRole::CauseAndResolution,
    SectionRole::Contributing,
    SectionRole::Resolution,
    SectionRole::Actions,
    SectionRole::Detection,
    SectionRole::Trigger,
    SectionRole::Lessons,
    SectionRole::WentWell,
    SectionRole::WentWrong,
    SectionRole::Metrics,
]);

/// Reads what the document is.
pub(crate) fn read_kind(reader: &Reader<'_>) -> KindReading {
    let outline = reader.outline;
    if other::is_changelog(outline) {
        return KindReading { kind: Kind::Other, parts: Vec::new() };
    }
    let parts = incident_parts(outline);
    let kind = if parts.len() >= 2 { Kind::Multi } else { read_single_kind(reader) };
    KindReading { kind, parts: if kind == Kind::Multi { parts } else { Vec::new() } }
}

/// A set of roles of sections, a bit for each.
#[derive(Debug, Default, Clone, Copy)]
struct Roles(u64);

impl Roles {
    const fn of(roles: &[SectionRole]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < roles.len() {
            set |= 1 << roles[index] as u64;
            index += 1;
        }
        Self(set)
    }

    fn insert(&mut self, role: SectionRole) {
        self.0 |= 1 << role as u64;
    }

    fn len(self) -> u32 {
        self.0.count_ones()
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn contains(self, role: SectionRole) -> bool {
        self.0 & 1 << role as u64 != 0
    }

    fn within(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }
}

impl Extend<SectionRole> for Roles {
    fn extend<T: IntoIterator<Item = SectionRole>>(&mut self, roles: T) {
        roles.into_iter().for_each(|role| self.insert(role));
    }
}

#[derive(Debug, Default)]
struct Evidence {
    /// Core roles whose section or label has text of its own.
    filled: Roles,
    /// Core roles that occur at all.
    named: Roles,
    placeholders: usize,
    orders: usize,
    /// Lines of an assignment that say what a part must contain.
    must: usize,
    /// Lines of text below headings.
    lines: usize,
    /// Lines with a time or a dated day.
    times: usize,
    /// Sentences that tell of a failure.
    failures: usize,
    /// Lines, items or rows that begin with a time of day.
    timed_lines: usize,
    /// A sentence that says what the root cause was.
    tells_cause: bool,
    /// Headings with a time or a dated day.
    timed_headings: usize,
    /// Lines that are nothing but a link.
    links: usize,
    /// Lines without a time that link to another site.
    references: usize,
}

fn read_single_kind(reader: &Reader<'_>) -> Kind {
    let outline = reader.outline;
    let evidence = weigh(outline);
    let headings: Vec<&str> =
        outline.sections.iter().filter(|section| section.unit.is_some()).map(|section| section.key.as_str()).collect();
    // A list of links to incidents is an index of them.
    if evidence.links >= 3 && evidence.links * 5 >= evidence.lines * 3
        || evidence.references >= 20 && evidence.references * 2 >= evidence.lines
    {
        return Kind::Other;
    }
    if evidence.placeholders >= 3 && evidence.placeholders > evidence.times
        || evidence.must >= 2 && evidence.timed_lines == 0 && evidence.times <= evidence.must
        || (evidence.placeholders > 0 || evidence.times < 3) && is_named_template(outline, &headings)
        || evidence.placeholders >= 1
            && evidence.times == 0
            && evidence.named.len() >= 3
            && evidence.lines <= evidence.placeholders + evidence.orders + 6
    {
        return Kind::Template;
    }
    let is_guide = || headings.iter().take(4).any(|heading| is_guide_heading(heading));
    if evidence.times < 4 && !evidence.named.is_empty() && evidence.failures < 4 && is_guide() {
        return Kind::Template;
    }
    if evidence.named.len() >= 2 && evidence.times <= 1 && evidence.orders >= 4 && evidence.orders * 3 >= evidence.lines {
        return Kind::Template;
    }
    let has_title = super::title::own_title(reader).is_some();
    let declared = reader.declares_incident();
    if !declared && evidence.timed_lines < 3 && (other::is_decision_record(&headings) || other::is_runbook(reader, &evidence)) {
        return Kind::Other;
    }
    // Sections that tell neither a time nor a failure explain what belongs into them.
    if !declared
        && (!has_title || evidence.orders >= 2)
        && evidence.named.len() >= 3
        && evidence.times == 0
        && evidence.failures == 0
        && !evidence.filled.is_empty()
        && evidence.lines >= 3
    {
        return Kind::Template;
    }
    // An empty form with a title of its own is a draft of an incident; without one it is a form.
    if evidence.filled.len() <= 1 && evidence.named.len() >= 4 && evidence.lines <= 3 {
        return if has_title { Kind::Incident } else { Kind::Template };
    }
    let told = evidence.filled.len() >= 2 && (evidence.times > 0 || evidence.failures > 0 || evidence.named.len() >= 4);
    let short_report = !evidence.filled.is_empty() && evidence.times > 0 && evidence.failures > 0;
    let is_aside = evidence.timed_lines < 3 && other::is_mostly_about_other_things(reader, &evidence);
    let in_sections = (told || short_report) && !is_aside;
    // A few timed lines under a title of its own, or a stated root cause on a stated day, tell an incident without any section.
    let timed_report =
        || has_title && evidence.timed_lines >= 3 && (evidence.failures > 0 || !evidence.filled.is_empty() || title_tells_failure(reader));
    let told_cause = has_title && evidence.tells_cause && evidence.times > 0;
    let prose_report = || evidence.times > 0 && evidence.failures >= 2 && names_incident(reader);
    if declared || in_sections || told_cause || timed_report() || prose_report() || is_brief_report(reader, &evidence) {
        Kind::Incident
    } else {
        Kind::Other
    }
}

/// Whether the file, a folder it is in or one of the first headings is called a template.
fn is_named_template(outline: &Outline, headings: &[&str]) -> bool {
    let has_word = |text: &str| text.split(' ').any(|word| word == "template");
    let mut parts = outline.path.rsplit('/');
    let name = parts.next().unwrap_or("").trim_end_matches(".md");
    let is_folder =
        |folder: &str| folder.len() >= "template".len() && matches!(fold(folder).as_str(), "template" | "templates" | "issue template");
    has_word(&fold(name)) || headings.iter().take(3).any(|heading| has_word(heading)) || parts.any(is_folder)
}

/// Whether the document is a note of a few lines without sections, under a title of its own, that tells of a failure on a stated day: two
/// of its title, its sentences and its times say so.
fn is_brief_report(reader: &Reader<'_>, evidence: &Evidence) -> bool {
    const MOST_LINES: usize = 12;
    let outline = reader.outline;
    let headings = outline.sections.iter().filter(|section| section.unit.is_some()).count();
    if headings > 1 || evidence.lines > MOST_LINES || evidence.orders + evidence.placeholders + evidence.links > 0 {
        return false;
    }
    if super::title::own_title(reader).is_none() {
        return false;
    }
    let title_fails = title_tells_failure(reader);
    let day = iso_day(&outline.path)
        || outline.units.iter().any(|unit| unit.notation != Notation::FencedCode && unit.cues.has(Cue::Time) && has_year(&unit.text));
    if !day {
        return false;
    }
    let clock = outline.units.iter().any(|unit| unit.cues.has(Cue::Time) && has_clock(&unit.text));
    let in_past = outline.units.iter().any(|unit| !unit.is_heading() && unit.cues.has(Cue::Past));
    let harm = || outline.units.iter().any(|unit| !unit.is_heading() && tells_harm(&unit.text.to_lowercase()));
    (evidence.failures > 0 || harm()) && (clock || title_fails) || title_fails && clock && (in_past || evidence.timed_lines >= 2)
}

/// Whether the title has a word of failure.
fn title_tells_failure(reader: &Reader<'_>) -> bool {
    super::title::own_title(reader).is_some_and(|title| {
        static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(TITLE_FAILURES.iter().chain(FAILURES).copied()));
        SET.occur_in(&format!(" {} ", fold(&title.value)))
    })
}

/// Whether the title or file name says that something failed.
fn names_failure(reader: &Reader<'_>) -> bool {
    names_incident(reader) || title_tells_failure(reader)
}

fn is_guide_heading(heading: &str) -> bool {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(GUIDE_WORDS.iter().copied()));
    SET.occur_in(heading) && GUIDE_WORDS.iter().any(|word| has_phrase(heading, word))
}

/// Whether the title or file name says that it is about an incident.
fn names_incident(reader: &Reader<'_>) -> bool {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "postmortem",
            "post mortem",
            "incident",
            "outage",
            "rca",
            "root cause",
            "downtime",
            "disruption",
            "failure",
            "failures",
            "post-mortem",
        ])
    });
    let path = fold(&reader.outline.path);
    let heading = reader.outline.sections.iter().find(|section| section.unit.is_some()).map_or("", |section| section.key.as_str());
    let title = reader.declared.text(Field::Title).map_or(String::new(), |(title, _)| fold(title));
    [path.as_str(), heading, title.as_str()].into_iter().any(|text| WORDS.occur_in(text))
}

/// Further sentences of a failure and further timed lines make no difference.
const ENOUGH: usize = 4;

fn weigh(outline: &Outline) -> Evidence {
    let mut evidence = Evidence::default();
    for section in &outline.sections {
        evidence.named.extend(section.own_role.filter(|role| CORE.contains(*role)));
    }
    for unit in &outline.units {
        weigh_unit(unit, &mut evidence);
    }
    // What only the phrases of harm tell is looked for where the words of failure do not say enough.
    let harms =
        outline.units.iter().filter(|unit| is_line(unit) && tells_in_past(unit) && !unit.cues.has(Cue::Failure) && tells_harm(&unit.text));
    evidence.failures += harms.take(ENOUGH - evidence.failures).count();
    evidence
}

/// Whether a unit is a line of text below a heading.
fn is_line(unit: &Unit) -> bool {
    unit.notation != Notation::FencedCode && !unit.is_heading() && has_letter_or_digit(trimmed(unit.rest()))
}

fn weigh_unit(unit: &Unit, evidence: &mut Evidence) {
    if unit.notation == Notation::FencedCode {
        return;
    }
    let dated = unit.cues.has(Cue::Time);
    let placeholders = if dated { 0 } else { count_placeholders(unit) };
    evidence.placeholders += placeholders;
    let must = unit.cues.has(Cue::Must) && (unit.text.contains("must contain") || unit.text.contains("should contain"));
    evidence.must += usize::from(must);
    if unit.is_heading() {
        evidence.timed_headings += usize::from(dated);
        return;
    }
    let rest = trimmed(unit.rest());
    if !has_letter_or_digit(rest) {
        evidence.named.extend(unit.role.filter(|role| CORE.contains(*role)));
        return;
    }
    evidence.lines += 1;
    evidence.links +=
        usize::from(unit.is_item() && !unit.links.is_empty() && unit.label.as_ref().is_none_or(|label| !label.strong) && unit.linked_only);
    let is_order = is_order(unit, rest);
    evidence.orders += usize::from(is_order);
    if dated && !is_order {
        evidence.times += 1;
    }
    if let Some(role) = unit.role.filter(|role| CORE.contains(*role)) {
        evidence.named.insert(role);
        let header = matches!(unit.shape, Shape::HeaderRow { .. });
        if placeholders == 0 && !is_order && !header {
            evidence.filled.insert(role);
        }
    }
    let tells_failure = || unit.cues.has(Cue::Failure) && tells_in_past(unit);
    evidence.failures += usize::from(evidence.failures < ENOUGH && tells_failure());
    let links_to_another = unit.role != Some(SectionRole::Timeline) && unit.links.first().is_some_and(|link| link.contains("://"));
    if evidence.timed_lines < ENOUGH || links_to_another {
        let is_timed = dated && has_clock(head(&unit.text, 24));
        evidence.timed_lines += usize::from(is_timed);
        evidence.references += usize::from(!is_timed && links_to_another);
    }
    evidence.tells_cause |= !is_order && unit.cues.has(Cue::RootCause);
}

/// Whether the line, whose text behind its label is `text`, gives an order to whoever fills the form, or asks a question.
fn is_order(unit: &Unit, text: &str) -> bool {
    if text.ends_with('?') && !text.contains(". ") {
        return true;
    }
    // "Add an alert" among actions is an action.
    let is_told = !matches!(unit.role, Some(SectionRole::Actions | SectionRole::Lessons | SectionRole::Resolution));
    is_told && begins_with_order(text) || unit.cues.has(Cue::Must) && MUST.iter().any(|must| text.contains(must))
}

fn begins_with_order(text: &str) -> bool {
    let marks = text.bytes().take_while(|byte| matches!(byte, b'(' | b'[' | b'<' | b'_' | b'*' | b'"')).count();
    let text = &text[marks..];
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (first, behind) = text.split_at(letters);
    let Some(initial) = first.bytes().next().map(|byte| byte.to_ascii_lowercase()) else { return false };
    let is_order = |order: &&str| order.len() == letters && order.as_bytes()[0] == initial && order.eq_ignore_ascii_case(first);
    ORDERS.iter().any(is_order) && !behind.starts_with(char::is_alphabetic)
}

/// Counts what stands for something that was not filled in: `[Date and time]`, `<owner>`, `YYYY-MM-DD`, `TBD`, `{{title}}`.
fn count_placeholders(unit: &Unit) -> usize {
    let text = unit.text.as_str();
    let words = if unit.cues.has(Cue::Placeholder) {
        let lower = text.to_lowercase();
        PLACEHOLDERS.iter().filter(|word| lower.contains(*word)).count()
    } else {
        0
    };
    if find_byte(text.as_bytes(), 0, |byte| matches!(byte, b'[' | b'<')).is_none() {
        return words;
    }
    words + count_bracketed(text, '[', ']') + count_bracketed(text, '<', '>')
}

fn count_bracketed(text: &str, open: char, close: char) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        let inner = &rest[at + open.len_utf8()..];
        let Some(end) = inner.find(close) else { break };
        let content = inner[..end].trim();
        let is_reference = inner[end..].starts_with("](") || content.starts_with('^') || content.contains("://") || content.contains('@');
        let words = content.split_whitespace().count();
        let starts_capital = content.starts_with(char::is_uppercase) || open == '<';
        let letters = content.chars().all(|c| {
            c.is_alphabetic() || c.is_whitespace() || matches!(c, '/' | '-' | '%' | ',' | '(' | ')' | '\'' | '.' | ':' | '#' | '_' | '?')
        });
        if !is_reference && letters && starts_capital && (1..=12).contains(&words) && content.len() >= 3 && !is_name_like(content, words) {
            count += 1;
        }
        rest = &inner[end + close.len_utf8()..];
    }
    count
}

/// `[Ann Lee]`, `[SRE]`: a name or tag rather than a placeholder.
fn is_name_like(content: &str, words: usize) -> bool {
    const PLACEHOLDER_WORDS: &[&str] = &[
        "date",
        "time",
        "name",
        "owner",
        "team",
        "description",
        "your",
        "number",
        "insert",
        "link",
        "title",
        "percentage",
        "service",
        "system",
        "person",
        "details",
        "explanation",
        "timestamp",
        "duration",
        "cause",
        "impact",
        "task",
        "link",
        "author",
        "detailed",
        "brief",
        "list",
        "start",
        "end",
        "hour",
        "severity",
        "status",
        "url",
        "id",
        "x",
        "component",
        "components",
        "action",
        "responsible",
        "assumption",
        "specific",
        "n",
        "event",
        "what",
        "who",
        "how",
        "when",
    ];
    let folded = fold(content);
    if folded.split(' ').any(|word| PLACEHOLDER_WORDS.contains(&word)) {
        return false;
    }
    words <= 2
}

/// Whether a line states a time that was filled in.
pub(super) fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut has_year = false;
    for run in digit_runs(bytes) {
        if is_clock(bytes, run.end) || begins_day(bytes, &run) {
            return true;
        }
        has_year |= is_year(&bytes[run]);
    }
    has_year && text.split(|c: char| !c.is_alphanumeric()).any(is_month_in_any_case)
}

/// Whether a word is the name of a month, which is of 3 to 10 ASCII letters.
fn is_month_in_any_case(word: &str) -> bool {
    let mut lower = [0; 10];
    match lower.get_mut(..word.len()) {
        Some(lower) if word.len() >= 3 && !word.as_bytes()[0].is_ascii_digit() => {
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            std::str::from_utf8(lower).is_ok_and(is_month)
        }
        _ => false,
    }
}

fn iso_day(text: &str) -> bool {
    digit_runs(text.as_bytes()).any(|run| begins_day(text.as_bytes(), &run))
}

/// Whether a day in digits begins with the last digits of a run: `10/22/2023`, `22.10.2023`, `2023-10-22`.
fn begins_day(bytes: &[u8], run: &Range<usize>) -> bool {
    let digits = |from: usize, count: usize| bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let mark = |at: usize| bytes.get(at).copied().filter(|byte| matches!(byte, b'-' | b'/' | b'.'));
    let is_day = |first: usize| {
        // `10/22/2023`, `22.10.2023`
        let written = || mark(first + 2).is_some() && mark(first + 2) == mark(first + 5) && digits(first + 3, 2) && digits(first + 6, 4);
        let slashed = |at: usize| mark(at).is_some_and(|mark| mark != b'.');
        let iso = || slashed(first + 4) && slashed(first + 7) && digits(first + 2, 2) && digits(first + 5, 2) && digits(first + 8, 2);
        digits(first, 2) && (written() || iso())
    };
    // The first mark stands behind two digits or four.
    mark(run.end).is_some() && [2, 4].iter().any(|length| run.len() >= *length && is_day(run.end - length))
}

/// Whether a line of a few words or more has a verb of the past.
fn tells_in_past(unit: &Unit) -> bool {
    unit.cues.has(Cue::Past) && words(&unit.text).nth(4).is_some()
}

/// Sections that each incident of several has anew.
const TELLING: &[SectionRole] = &[
    SectionRole::Timeline,
    SectionRole::RootCause,
    SectionRole::CauseAndResolution,
    SectionRole::Impact,
    SectionRole::Summary,
    SectionRole::Resolution,
    SectionRole::Actions,
];

/// Returns the parts of the document that are incidents of their own: headings of one level, not known as a section's, each
/// with sections or labels of its own, where the same sections come back.
fn incident_parts(outline: &Outline) -> Vec<(Span, usize)> {
    for level in 1..=4u8 {
        let is_unknown =
            |head: &OutlineSection| head.level == level && head.unit.is_some() && head.own_role.is_none() && head.role.is_none();
        let unknown = || outline.sections.iter().enumerate().filter(|(_, head)| is_unknown(head));
        // Most documents have fewer than two headings of a level that can begin an incident.
        if unknown().nth(1).is_none() {
            continue;
        }
        let parts: Vec<(Span, usize, Roles, bool)> = unknown().map(|(index, _)| part_of(outline, index)).collect();
        let telling = Roles::of(TELLING);
        let whole = |roles: &Roles, dated: bool| match roles.within(telling).len() {
            0 => false,
            1 => dated,
            _ => true,
        };
        let incidents: Vec<&(Span, usize, Roles, bool)> = parts.iter().filter(|(_, _, roles, dated)| whole(roles, *dated)).collect();
        if incidents.len() < 2 {
            continue;
        }
        let repeated = TELLING.iter().filter(|role| incidents.iter().filter(|part| part.2.contains(**role)).count() >= 2).count();
        let dated = incidents.iter().filter(|part| part.3).count();
        if retells(outline, &incidents) {
            continue;
        }
        if repeated >= 2 && dated >= 2 || repeated >= 1 && dated == incidents.len() && dated >= 2 {
            return incidents.into_iter().map(|(span, index, _, _)| (*span, *index)).collect();
        }
    }
    parts_of_days(outline)
}

/// Returns the parts of a post on several outages in prose: headings of one level that each name a day and a failure, in a document
/// without the sections of a single incident.
fn parts_of_days(outline: &Outline) -> Vec<(Span, usize)> {
    let single = [SectionRole::Timeline, SectionRole::RootCause, SectionRole::CauseAndResolution, SectionRole::Resolution];
    for level in 1..=4u8 {
        let heads = || outline.sections.iter().enumerate().filter(|(_, head)| head.level == level && head.unit.is_some());
        if heads().any(|(_, head)| head.role.is_some_and(|role| single.contains(&role))) {
            continue;
        }
        let dated: Vec<usize> =
            heads().filter(|(_, head)| head.role.is_none() && names_day(&head.heading)).map(|(index, _)| index).collect();
        let fails = |index: &&usize| {
            let words = format!(" {} ", outline.sections[**index].key);
            TITLE_FAILURES.iter().chain(FAILURES).any(|word| words.contains(word))
        };
        if dated.len() >= 2 && dated.iter().all(|index| fails(&index)) {
            return dated.into_iter().map(|index| (part_of(outline, index).0, index)).collect();
        }
    }
    Vec::new()
}

fn names_day(heading: &str) -> bool {
    heading.contains(|c: char| c.is_ascii_digit())
        && moment::scan(heading).iter().any(|expression| match &expression.found {
            Found::Moment(partial) | Found::Range(partial, _) => {
                matches!(partial.date, Some(PartialDate::Day(_) | PartialDate::MonthDay { .. }))
            }
            _ => false,
        })
}

/// Whether the parts tell the same incident again: their headings begin alike.
fn retells(outline: &Outline, parts: &[&(Span, usize, Roles, bool)]) -> bool {
    let names: Vec<&str> = parts.iter().map(|part| outline.sections[part.1].key.as_str()).collect();
    let alike = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
    parts.len() == 2 && alike(names[0], names[1])
}

fn part_of(outline: &Outline, index: usize) -> (Span, usize, Roles, bool) {
    let head: &OutlineSection = &outline.sections[index];
    let next = outline.sections[index + 1..].iter().find(|section| section.level <= head.level);
    let span = Span::new(head.span.start, next.map_or(outline.span.end, |section| section.span.start));
    let units = head.unit.unwrap_or(0)..next.and_then(|section| section.unit).unwrap_or(outline.units.len());
    let mut roles = Roles::default();
    let mut dated = false;
    for unit in outline.units[units].iter().filter(|unit| unit.span.start >= span.start && unit.span.start < span.end) {
        let own = unit.section != index || unit.label.is_some();
        if own && let Some(role) = unit.role {
            roles.insert(role);
        }
        dated |= unit.notation != Notation::FencedCode && unit.cues.has(Cue::Time);
    }
    (span, index, roles, dated)
}

#[cfg(test)]
mod tests;
