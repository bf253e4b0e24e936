//! The incident's title: the document's own words, without what says only that it is a postmortem.
//!
//! Looked for in the front matter, in a label (`Title:`), in the headings and bold or bare first lines before the first
//! known section, and in the subtitle of that section (`Summary: when the database slept`). Where only boilerplate exists the
//! title is `None`, and one to show is composed from what is known.

use std::borrow::Cow;

use crate::{
    extract::{
        Reader,
        front_matter::Field,
        headings::fold,
        moment,
        outline::{Notation, Shape, Unit},
        text::{WordList, begins_in_any_case, capitalised, find_byte, find_rare, has_clock, has_year, is_month, words},
    },
    incident::{Incident, Local, Stated},
};

/// Words that say only that the text is a postmortem, or where it was written.
static BOILERPLATE: WordList = WordList::new(&[
    "postmortem",
    "postmortems",
    "post",
    "mortem",
    "incident",
    "incidents",
    "report",
    "reports",
    "rca",
    "review",
    "analysis",
    "root",
    "cause",
    "the",
    "a",
    "an",
    "of",
    "on",
    "for",
    "my",
    "our",
    "first",
    "and",
    "project",
    "alx",
    "holberton",
    "holbertonschool",
    "school",
    "devops",
    "system",
    "systems",
    "sysadmin",
    "engineering",
    "software",
    "title",
    "name",
    "0x19",
    "readme",
    "document",
    "summary",
    "blameless",
    "public",
    "internal",
    "template",
    "write",
    "up",
    "writeup",
    "outage",
    "is",
    "this",
    "issue",
    "sre",
    "se",
    "log",
    "example",
    "sample",
    "background",
    "context",
    "introduction",
    "draft",
    "final",
    "v1",
    "task",
    "tasks",
    "md",
    "after",
    "action",
    "retrospective",
    "written",
    "by",
    "date",
    "subject",
    "informe",
    "incidente",
    "bericht",
    "vorfall",
    "vorfallbericht",
    "rapport",
    "d",
    "relatorio",
    "de",
    "about",
    "to",
    "welcome",
    "assignment",
    "metadata",
    "information",
    "info",
    "details",
    "overview",
    "reflection",
]);

/// Headings that name no incident, though their words are not all boilerplate.
const GENERIC: &[&str] =
    &["debugging process", "the debugging process", "debugging", "postmortem process", "story time", "table of contents", "contents"];

/// How many words the longest of them have.
const GENERIC_WORDS: usize = 3;

/// Reads the title.
pub(crate) fn read_title(reader: &Reader<'_>) -> Option<Stated<String>> {
    // `title: Incident on 2024-06-02` says no more than the day.
    if let Some((text, span)) = reader.declared.text(Field::Title).filter(|(text, _)| strip_boilerplate(text).is_some()) {
        return Some(Stated::new(text.to_owned(), reader.declared.provenance(span)));
    }
    own_title(reader).cloned()
}

/// Reads the title from the text alone.
pub(crate) fn own_title<'a>(reader: &'a Reader<'_>) -> Option<&'a Stated<String>> {
    reader.own_title.get_or_init(|| find_title(reader)).as_ref()
}

fn find_title(reader: &Reader<'_>) -> Option<Stated<String>> {
    let outline = reader.outline;
    let stated = |unit: &Unit, title: String, rule| Some(Stated::new(title, outline.provenance(unit, rule)));
    let head = head_units(reader);
    if let Some((unit, title)) = head.iter().find_map(|unit| labelled_title(unit).map(|title| (*unit, title))) {
        return stated(unit, title, "title-label");
    }
    if let Some((unit, title)) =
        head.iter().filter(|unit| is_title_line(unit)).find_map(|unit| strip_boilerplate(&unit.text).map(|title| (*unit, title)))
    {
        return stated(unit, title, "heading");
    }
    if let Some((unit, title)) = head
        .iter()
        .filter(|unit| is_plain_title_line(unit, reader))
        .find_map(|unit| strip_boilerplate(&unit.text).map(|title| (*unit, title)))
    {
        return stated(unit, title, "first-line");
    }
    // `# Summary: when the database slept`
    let section = outline.sections.iter().find(|section| section.own_role.is_some() && section.level < 7)?;
    let unit = &outline.units[section.unit?];
    let (_, subtitle) = super::headings::subtitle_split(&section.heading);
    (subtitle.split_whitespace().count() >= 3)
        .then(|| strip_boilerplate(subtitle))
        .flatten()
        .and_then(|title| stated(unit, title, "section-subtitle"))
}

/// The units before the first known section, where a title can stand. The heading of that section ends them.
fn head_units<'a>(reader: &Reader<'a>) -> Vec<&'a Unit> {
    const MAX_HEAD_UNITS: usize = 80;
    let outline = reader.outline;
    let mut head = Vec::new();
    for unit in outline.units.iter().take(MAX_HEAD_UNITS) {
        let section = &outline.sections[unit.section];
        let known = unit.is_heading() && section.own_role.is_some_and(|role| role != crate::incident::SectionRole::Background);
        if known && !is_title_with_role(unit) {
            break;
        }
        if unit.notation != Notation::FencedCode {
            head.push(unit);
        }
    }
    head
}

/// A first heading such as "Postmortem: impact of the storage upgrade" has the words of a section and is a title all the same.
fn is_title_with_role(unit: &Unit) -> bool {
    if !matches!(unit.shape, Shape::Heading { level: 1, .. }) {
        return false;
    }
    let key = fold(&unit.text);
    key.starts_with("postmortem") || key.starts_with("post mortem") || key.starts_with("incident report")
}

fn labelled_title(unit: &Unit) -> Option<String> {
    let label = unit.label.as_ref().filter(|label| label.colon)?;
    let rest = unit.rest().trim();
    let is_name = matches!(
        label.key.as_str(),
        "title"
            | "incident title"
            | "incident name"
            | "postmortem title"
            | "subject"
            | "titel"
            | "titre"
            | "titulo"
            | "issue title"
            | "report title"
            | "headline"
            | "name"
    );
    if !is_name || rest.is_empty() || rest.len() > 200 {
        return None;
    }
    strip_boilerplate(rest)
}

/// Headings, and lines that are bold as a whole.
fn is_title_line(unit: &Unit) -> bool {
    match unit.shape {
        // A real heading at the top is the title however long it is.
        Shape::Heading { level: 1, bare: false } if unit.strong_len < unit.text.len() => !states_a_fact(unit),
        Shape::Heading { bare, .. } => !bare && !is_plain_sentence(&unit.text) && !states_a_fact(unit),
        Shape::Line => {
            unit.strong_len == unit.text.len() && unit.text.len() <= 160 && !unit.text.ends_with('.') && unit.parent.is_none()
                || is_led(&unit.text)
        }
        _ => false,
    }
}

/// `Postmortem: the great outage`, as a line without any markup.
fn is_led(text: &str) -> bool {
    let Some((lead, rest)) = text.split_once(':') else { return false };
    let lead = fold(lead);
    let is_lead = !lead.is_empty()
        && lead.split(' ').count() <= 4
        && lead.split(' ').any(|word| is_postmortem_word(word) || word == "report" || word == "mortem")
        && lead.split(' ').all(is_boilerplate_word);
    is_lead && !rest.trim().is_empty() && text.len() <= 160
}

/// `## Owner: @ann`: a fact about the document, written as a heading.
fn states_a_fact(unit: &Unit) -> bool {
    const FACTS: &[&str] = &[
        "owner",
        "owners",
        "author",
        "authors",
        "date",
        "status",
        "severity",
        "involved",
        "duration",
        "reviewers",
        "attendees",
        "participants",
        "start",
        "end",
        "written by",
        "commander",
        "incident commander",
        "meeting scheduled for",
    ];
    unit.label.as_ref().is_some_and(|label| label.colon && FACTS.contains(&label.key.as_str()))
}

/// A bare first line that reads as a title: short, no full stop, no label, no time.
fn is_plain_title_line(unit: &Unit, reader: &Reader<'_>) -> bool {
    let text = unit.text.trim();
    let is_short = || words(text).nth(12).is_none() && words(text).nth(1).is_some();
    unit.shape == Shape::Line
        && unit.parent.is_none()
        && unit.label.as_ref().is_none_or(|label| !label.colon)
        && is_short()
        && !text.ends_with(['.', ':', ',', ';'])
        && !has_clock(text)
        && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && unit.links.is_empty()
        && reader.headings.role_of_label(text).is_none()
        && !is_date_only(text)
        && !is_persons_name(text, reader)
        && first_lines(reader).contains(&unit.line)
}

/// `Ann Lee`: two or three capitalised words, none of which names what breaks.
fn is_persons_name(text: &str, reader: &Reader<'_>) -> bool {
    const BROKEN: &[&str] = &[
        "outage",
        "down",
        "downtime",
        "error",
        "errors",
        "failure",
        "crash",
        "crashed",
        "bug",
        "breach",
        "leak",
        "loss",
        "disruption",
        "incident",
        "attack",
        "slow",
        "issue",
        "issues",
        "problem",
        "case",
        "study",
        "disaster",
        "day",
        "night",
        "great",
    ];
    text.split_whitespace().count() <= 3
        && super::people::is_name(text)
        && reader.taxonomy.hits(text).is_empty()
        && !fold_words(&text.to_lowercase()).any(|word| BROKEN.contains(&word))
}

/// The lines of the first two units that are text.
fn first_lines(reader: &Reader<'_>) -> Vec<usize> {
    reader.outline.units.iter().filter(|unit| !unit.is_heading()).take(2).map(|unit| unit.line).collect()
}

fn is_plain_sentence(text: &str) -> bool {
    text.ends_with('.') && words(text).nth(10).is_some() || words(text).nth(24).is_some()
}

fn is_postmortem_word(word: &str) -> bool {
    matches!(word, "postmortem" | "postmortems" | "rca" | "mortem")
        || (8..=13).contains(&word.len()) && word.starts_with("po") && strsim::levenshtein(word, "postmortem") <= 3
}

fn is_boilerplate_word(word: &str) -> bool {
    BOILERPLATE.has(word)
        || is_postmortem_word(word)
        || word.starts_with("0x") && word.len() <= 5
        || word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the text holds nothing but a date.
fn is_date_only(text: &str) -> bool {
    let folded = fold(text);
    !folded.is_empty()
        && folded.split(' ').all(|word| {
            is_month(word)
                || moment::is_weekday(word)
                || word.starts_with(|c: char| c.is_ascii_digit())
                || matches!(
                    word,
                    "date" | "of" | "the" | "t" | "utc" | "gmt" | "cet" | "cest" | "est" | "edt" | "pst" | "pdt" | "wat" | "eat"
                )
        })
}

/// Takes boilerplate off both ends of a title; `None` where nothing else is left.
pub(crate) fn strip_boilerplate(text: &str) -> Option<String> {
    if text.trim_start().starts_with("http") && text.contains("://") && !text.trim().contains(' ') {
        return None;
    }
    let without_emoji = without_shortcodes(text);
    let mut title = trim_marks(&without_emoji);
    for _ in 0..4 {
        let before = title;
        title = strip_lead(strip_worded_date(strip_leading_date(title)));
        title = strip_trailer(title);
        title = trim_marks(title);
        if title == before {
            break;
        }
    }
    let lower = title.to_lowercase();
    let folded: Vec<&str> = fold_words(&lower).collect();
    if folded.len() <= GENERIC_WORDS && GENERIC.contains(&folded.join(" ").as_str()) {
        return None;
    }
    let mut own = folded.iter().filter(|word| !is_boilerplate_word(word)).peekable();
    own.peek()?;
    let telling = own.any(|word| !is_month(word) && !word.starts_with(|c: char| c.is_ascii_digit()));
    let dated = || has_year(title) && folded.iter().any(|word| is_month(word)) && title.len() < text.trim().len().max(1) + 1;
    let names_a_report = || dated() && folded.iter().any(|word| matches!(*word, "incident" | "outage" | "report"));
    if !telling && !names_a_report() {
        return None;
    }
    // What stood behind a label begins the title now; a name with marks or figures in it keeps its own case.
    let is_cut = !trim_marks(&without_emoji).starts_with(title);
    let is_word = title.split(' ').next().is_some_and(|word| word.chars().all(|c| c.is_ascii_lowercase()));
    Some(if is_cut && is_word { capitalised(title) } else { title.to_owned() })
}

/// Leaves out `:rocket:`, which is an emoji to the author.
fn without_shortcodes(text: &str) -> Cow<'_, str> {
    if !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        let inner = &rest[at + 1..];
        let name =
            inner.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '+' | '-'))).unwrap_or(inner.len());
        let starts = rest[..at].chars().next_back().is_none_or(char::is_whitespace);
        if starts && name >= 2 && inner[name..].starts_with(':') {
            out.push_str(&rest[..at]);
            rest = &inner[name + 1..];
        } else {
            out.push_str(&rest[..=at]);
            rest = inner;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the words of a text in lower case, without marks.
fn fold_words(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn trim_marks(text: &str) -> &str {
    let text = text
        .trim()
        .trim_matches(|c: char| matches!(c, '#' | '*' | '_' | '`' | '|' | '~' | '-' | '–' | '—' | ':' | ',' | ';') || c.is_whitespace());
    let text =
        text.strip_prefix(['"', '“', '”', '\'', '‘']).and_then(|inner| inner.strip_suffix(['"', '”', '“', '\'', '’'])).unwrap_or(text);
    let text = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    text.trim()
}

/// Takes off a leading day, `2024-06-02, ` or `2024-06-02 `, where text follows it.
fn strip_leading_date(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_day = bytes.len() > 11
        && bytes[..10]
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { matches!(byte, b'-' | b'/' | b'.' | b'_') } else { byte.is_ascii_digit() });
    if !is_day || !text.is_char_boundary(10) {
        return text;
    }
    let rest = text[10..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '-' | '–' | '—' | '_' | '.'));
    // A clock behind the day belongs to it.
    let clock = rest
        .split(' ')
        .take_while(|word| has_clock(word) || matches!(fold(word).as_str(), "utc" | "pst" | "pdt" | "cet" | "cest" | "est" | "edt" | "gmt"))
        .map(|word| word.len() + 1)
        .sum::<usize>();
    let behind = rest.get(clock..).unwrap_or("").trim_start_matches([',', ':', '-', ' ']);
    if behind.chars().any(char::is_alphanumeric) { behind } else { text }
}

/// Finds the first mark from byte `from` on that can end a lead: where it begins and what stands behind it.
fn first_mark(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    // The first bytes of `:`, `.`, `,`, `-`, `|` and of the two dashes.
    while let Some(mark) = find_byte(bytes, at, |byte| matches!(byte, b':' | b'.' | b',' | b'-' | b'|' | 0xe2)) {
        at = mark + 1;
        let after_space = mark > from && bytes[mark - 1] == b' ';
        let end = if bytes[mark] == 0xe2 { mark + '–'.len_utf8() } else { mark + 1 };
        let before_space = bytes.get(end) == Some(&b' ');
        let found = match bytes[mark] {
            b':' => Some((mark, end)),
            b'.' | b',' => before_space.then_some((mark, end + 1)),
            0xe2 if !text[mark..].starts_with(['–', '—']) => None,
            _ if after_space && before_space => Some((mark - 1, end + 1)),
            0xe2 => Some((mark, end)),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Takes off a leading day in words, `January 23rd, 2019 ` or `23 January 2019: `, where words of the title's own follow it.
fn strip_worded_date(text: &str) -> &str {
    if find_byte(text.as_bytes(), 0, |byte| byte.is_ascii_digit()).is_none() {
        return text;
    }
    let is_day = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.trim_end_matches(',').len() <= 4;
    let mut words = text.splitn(4, ' ');
    let (Some(first), Some(second), Some(year), Some(rest)) = (words.next(), words.next(), words.next(), words.next()) else { return text };
    let is_named = |word: &str| is_month(&word.trim_end_matches([',', '.']).to_lowercase());
    let dated = is_day(second) && is_named(first) || is_day(first) && is_named(second);
    let year = year.trim_end_matches([',', ':']);
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let own = || fold_words(&rest.to_lowercase()).any(|word| !is_boilerplate_word(word));
    if dated && is_year && own() { rest.trim_start_matches(['-', '–', '—', ':', ' ']) } else { text }
}

/// Takes off a lead: `0x19.`, `Postmortem:`, `Incident Report -`, `Post-mortem of`, `INC-42:`, `2024-06-02:`.
fn strip_lead(text: &str) -> &str {
    // A lead is made of certain words only, or a misspelt "postmortem", so the first one tells of most titles that they have none.
    let head = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let head = head[..head.find(|c: char| !c.is_alphanumeric()).unwrap_or(head.len())].to_lowercase();
    if !is_lead_word(&head) && !begins_in_any_case(text, "po") {
        return text;
    }
    let mut best = text;
    // Several marks can follow each other (`Post-mortem: x`): the longest lead that is boilerplate counts.
    let mut at_mark = first_mark(text, 1);
    while let Some((at, after)) = at_mark {
        // "Outage on July 9, 2022" does not end at its comma.
        if is_lead(&text[..at]) && !text[after..].trim().is_empty() && !is_date_only(&text[after..]) {
            best = &text[after..];
        }
        if after >= text.len() || at > 60 {
            break;
        }
        at_mark = first_mark(text, after);
    }
    if best != text {
        return best;
    }
    // `Post-mortem of the outage`, `Postmortem on x`, `Postmortem for x`: the lead ends at a word.
    let lower = text.to_lowercase();
    for word in [" of ", " on ", " for ", " about ", " regarding "] {
        if let Some(at) = find_rare(&lower, word)
            && let (Some(lead), Some(rest)) = (text.get(..at), text.get(at + word.len()..))
            && is_lead(lead)
            && fold_words(&lead.to_lowercase())
                .any(|word| is_postmortem_word(word) || matches!(word, "report" | "mortem" | "review" | "analysis"))
            && !is_date_only(rest)
        {
            let rest = rest.trim();
            return rest.strip_prefix("the ").or_else(|| rest.strip_prefix("an ")).or_else(|| rest.strip_prefix("a ")).unwrap_or(rest);
        }
    }
    // `Postmortem The great outage`: nothing but the word.
    if let Some((first, rest)) = text.split_once(' ')
        && is_postmortem_word(&first.to_lowercase())
        && !rest.trim().is_empty()
    {
        return rest;
    }
    if let Some((first, rest)) = text.split_once('-')
        && is_postmortem_word(&first.to_lowercase())
        && !rest.trim().is_empty()
    {
        return rest;
    }
    if let Some((first, rest)) = text.split_once(' ')
        && (first.starts_with("0x") || first.starts_with("0X"))
        && first.len() <= 6
    {
        return rest;
    }
    text
}

/// Whether a lead says only that this is a postmortem, or which by number or date.
fn is_lead(lead: &str) -> bool {
    let lower = lead.to_lowercase();
    let words: Vec<&str> = fold_words(&lower).take(8).collect();
    let strong = |word: &&str| {
        is_postmortem_word(word)
            || matches!(
                *word,
                "postmortem"
                    | "report"
                    | "incident"
                    | "mortem"
                    | "review"
                    | "rca"
                    | "title"
                    | "summary"
                    | "retrospective"
                    | "bericht"
                    | "informe"
                    | "rapport"
            )
    };
    if words.is_empty() || words.len() > 7 {
        return false;
    }
    words.iter().all(|word| is_lead_word(word))
        && (words.iter().any(strong)
            || words.iter().all(|word| is_numbered(word))
            || words
                .iter()
                .all(|word| is_numbered(word) || is_month(word) || matches!(*word, "inc" | "pm" | "project" | "task" | "title" | "name")))
}

/// Whether a lead can have the word, which is in lower case.
fn is_lead_word(word: &str) -> bool {
    is_boilerplate_word(word) || is_numbered(word) || is_month(word) || matches!(word, "inc" | "pm" | "no" | "t")
}

fn is_numbered(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit()) && word.len() <= 9
}

/// Takes off a trailer: `… Postmortem`, `… - Incident Report`, `… (RCA)`.
fn strip_trailer(text: &str) -> &str {
    let trimmed = text.trim_end_matches([')', ']', '.', ' ']);
    for trailer in [
        "incident postmortem report",
        "postmortem report",
        "post-mortem report",
        "incident report",
        "outage report",
        "incident postmortem",
        "outage postmortem",
        "incident post-mortem",
        "postmortem analysis",
        "post-mortem analysis",
        "postmortem",
        "post-mortem",
        "post mortem",
        "postmortem review",
        "incident review",
        "rca",
        "incident post mortem",
    ] {
        let Some(before) = before_in_any_case(trimmed, trailer) else { continue };
        let is_outage = trailer.starts_with("outage") && !before.trim_end().ends_with(['-', '–', '—', ':', '(']);
        let before = before.trim_end_matches(['-', '–', '—', ':', '(', '[', '|', ',', ' ', '_']);
        if is_outage {
            // "Checkout outage postmortem" keeps its "outage".
            return trimmed.get(..trimmed.len() - (trailer.len() - "outage".len())).map_or(text, str::trim_end);
        }
        if before.is_empty() || is_date_only(before) {
            return text;
        }
        return before;
    }
    text
}

/// Returns what stands before `end`, which is in lower case, where the text ends with it, whatever its own case.
fn before_in_any_case<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(end.len())?;
    let last = |text: &str| text.bytes().next_back().map(|byte| byte.to_ascii_lowercase());
    // The last letter tells of most texts that they end with something else.
    (last(text) == last(end) && text.as_bytes()[at..].eq_ignore_ascii_case(end.as_bytes())).then(|| text.get(..at)).flatten()
}

/// How a cause is said in a composed title.
const CAUSE_NOUNS: &[(&str, &str)] = &[
    ("certificate-expiry", "certificate expiry"),
    ("security", "attack"),
    ("hardware-failure", "hardware failure"),
    ("power-failure", "power failure"),
    ("network-failure", "network failure"),
    ("race-condition", "race condition"),
    ("slow-query", "slow query"),
    ("resource-leak", "resource leak"),
    ("data-corruption", "data corruption"),
    ("dependency-failure", "dependency failure"),
    ("traffic-surge", "overload"),
    ("configuration", "misconfiguration"),
    ("code-defect", "defect"),
    ("capacity", "exhaustion"),
    ("deployment", "failed deployment"),
    ("operator-action", "manual change"),
    ("maintenance", "maintenance failure"),
];

/// Composes a title to show from what is known: component, cause and day.
pub(crate) fn compose_title(incident: &Incident) -> String {
    let cause = CAUSE_NOUNS
        .iter()
        .find(|(name, _)| incident.causes.iter().any(|cause| cause.value == *name && !incident.contributing.contains(&cause.value)));
    let noun = cause.map_or("outage", |(_, noun)| noun);
    let what = match incident.components.first() {
        Some(component) => format!("{} {noun}", component.value.replace('-', " ")),
        None if cause.is_some() => noun.to_owned(),
        None => "incident".to_owned(),
    };
    let what = capitalised(&what).replace("Api ", "API ").replace("Dns ", "DNS ").replace("Cdn ", "CDN ").replace("Ci cd ", "CI/CD ");
    let day = incident.occurred.as_ref().and_then(|occurred| match occurred.moment.local {
        Local::Day(day) | Local::DayTime(day, _) => Some(format!(" on {}", day.format("%-d %b %Y"))),
        Local::Month { year, month } => Some(format!(" in {year:04}-{month:02}")),
        Local::Time(_) => None,
    });
    format!("{what}{}", day.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(strip_boilerplate(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn leads_and_trailers_are_taken_off() {
        check("Postmortem: The checkout that slept", Some("The checkout that slept"));
        check("Postmortem :rocket: the lift stopped", Some("The lift stopped"));
        check("Postmortem :clipboard:.", None);
        check("Debugging Process", None);
        check("Metadata", None);
        check("0x19. Postmortem - Broken cart", Some("Broken cart"));
        check("Outage Postmoterm: Replica lag", Some("Replica lag"));
        check("Post-mortem of the Great Outage", Some("Great Outage"));
        check("Incident Report: Web Stack Outage", Some("Web Stack Outage"));
        check("Checkout Outage Postmortem", Some("Checkout Outage"));
        check("Search was slow - Incident Report", Some("Search was slow"));
        check("INC-142: Queue full", Some("Queue full"));
        check("Load balancer outage", Some("Load balancer outage"));
        check("E-mail was late", Some("E-mail was late"));
        check("2024-06-02, Cluster full", Some("Cluster full"));
        check("June 2nd, 2024 Relay Outage", Some("Relay Outage"));
        check("2 June 2024: the relay slept", Some("The relay slept"));
        check("June 2024 Outage of the relay", Some("June 2024 Outage of the relay"));
        check("2024-06-02 16:23 PST, Proxy killed", Some("Proxy killed"));
        check("incident date: 2024-06-02, no logs", Some("No logs"));
        check("Post-mortem: e-mail", Some("e-mail"));
        check("Postmortem: Mail Relay Outage - July 9, 2022", Some("Mail Relay Outage - July 9, 2022"));
        check("System Outage on July 9, 2022", Some("System Outage on July 9, 2022"));
        check("My Photo Album Outage", Some("My Photo Album Outage"));
        check("Postmortem: Outage on July 9th, 2022 (UTC+2)", Some("Outage on July 9th, 2022 (UTC+2)"));
        check("Postmortem Report: System Outage on July 9, 2022", Some("System Outage on July 9, 2022"));
        check("https://example.com/reports/12", None);
    }

    #[test]
    fn boilerplate_alone_is_no_title() {
        check("0x19. Postmortem", None);
        check("My First Postmortem", None);
        check("ALX System Engineering & DevOps Project Postmortem", None);
        check("Incident Report", None);
    }

    #[track_caller]
    fn check_document(markdown: &str, expected: Option<&str>) {
        let title = crate::extract::with_reader(
            &crate::config::ReadSettings::default(),
            &crate::document::Document::from_text(markdown),
            |reader| own_title(reader).cloned(),
        );
        assert_eq!(title.map(|title| title.value).as_deref(), expected, "{markdown}");
    }

    #[test]
    fn facts_and_names_are_no_titles() {
        check_document("## Owner: @ann\n\n# Overview\n\nThe shop was down.\n", None);
        check_document("Ann Lee\n\nIssue Summary\n\nThe shop was down.\n", None);
        check_document("Printer Outage\n\nIssue Summary\n\nThe printer was down.\n", Some("Printer Outage"));
    }
}
