//! The people that a document names as its author, its owner or the incident's commander. Not everybody who is mentioned.

use crate::{
    extract::{
        Reader,
        front_matter::Field,
        headings::fold,
        lexicon::{Cue, LabelList},
        moment,
        outline::{Notation, Shape, Unit},
        text::{WordList, begins_in_any_case, words},
    },
    incident::{SectionRole, Stated},
};

/// Labels and headings below which authors, owners and commanders stand.
pub(super) const LABELS: &[&str] = &[
    "author",
    "authors",
    "author s",
    "written by",
    "postmortem owner",
    "postmortem author",
    "postmortem lead",
    "post mortem owner",
    "post mortem author",
    "owner",
    "owners",
    "owner s",
    "document owner",
    "report owner",
    "incident owner",
    "incident commander",
    "incident commanders",
    "commander",
    "ic",
    "incident lead",
    "incident manager",
    "prepared by",
    "report by",
    "reported by author",
    "compiled by",
    "submitted by",
    "created by",
    "by",
    "posted by",
    "report author",
    "incident commander ic",
    "lead author",
    "incident coordinator",
    "postmortem by",
    "post mortem by",
    "postmortem written by",
    "report prepared by",
    "drafted by",
    "autor",
    "autoren",
    "verfasser",
    "verfasserin",
    "verantwortlich",
    "einsatzleitung",
    "einsatzleiter",
    "auteur",
    "auteurs",
    "redige par",
    "responsable",
    "autora",
    "autores",
    "escrito por",
    "elaborado por",
    "responsavel",
    "redactado por",
    "incident lead ic",
    "on call lead",
    "facilitator",
    "dri",
    "author and owner",
    "postmortem owner s",
];

/// Reads the people.
pub(crate) fn read_people(reader: &Reader<'_>) -> Vec<Stated<String>> {
    let mut people: Vec<Stated<String>> = Vec::new();
    for field in [Field::Authors, Field::Commander] {
        for (name, span) in reader.declared.names(field) {
            if let Some(name) = declared_name(&name) {
                add(&mut people, name, || reader.declared.provenance(span));
            }
        }
    }
    if !people.is_empty() {
        return people;
    }
    let outline = reader.outline;
    for (label, unit) in outline.labelled(LabelList::People) {
        // "Postmortem owner" is said of the document even where the last section is one of actions.
        let of_document = label.key.contains("postmortem")
            || label.key.contains("commander")
            || matches!(label.key.as_str(), "author" | "authors" | "written by" | "prepared by");
        let anywhere = of_document
            && unit.shape == Shape::Line
            && unit.parent.is_none()
            && unit.notation == Notation::Markdown
            && unit.role != Some(SectionRole::Timeline);
        if !may_name(unit) && !anywhere {
            continue;
        }
        let row = matches!(unit.shape, Shape::Row { .. } | Shape::HeaderRow { .. });
        if row && unit.cells.len() > 4 {
            continue;
        }
        let value = if row { unit.cells.get(1).map_or("", |cell| cell.text.as_str()) } else { unit.rest() };
        for name in names_in(value) {
            add(&mut people, name, || outline.provenance(unit, "people-label"));
        }
        // `Authors:` with the names in the list below.
        if value.trim().is_empty() {
            for child in outline.children(unit) {
                for name in names_in(&child.text) {
                    add(&mut people, name, || outline.provenance(child, "people-list"));
                }
            }
        }
    }
    for (index, section) in outline.sections.iter().enumerate() {
        if !section.lists.has(LabelList::People) {
            continue;
        }
        for unit in outline.units_of(index).iter().filter(|unit| !unit.is_heading()).take(6) {
            // `*Name* - links`: what stands before the dash.
            for name in names_in(super::headings::subtitle_split(&unit.text).0) {
                add(&mut people, name, || outline.provenance(unit, "people-section"));
            }
        }
    }
    for unit in head_and_foot(reader) {
        for name in byline(unit) {
            add(&mut people, name, || outline.provenance(unit, "byline"));
        }
    }
    for unit in outline.units.iter().filter(|unit| unit.cues.has(Cue::Commander)) {
        if unit.notation != Notation::FencedCode
            && unit.role != Some(SectionRole::Actions)
            && let Some(name) = commander_in(&unit.text)
        {
            add(&mut people, name, || outline.provenance(unit, "commander-sentence"));
        }
    }
    if people.is_empty()
        && let Some((name, unit)) = signature(reader).filter(|(name, _)| !is_role(name))
    {
        add(&mut people, name, || outline.provenance(unit, "signature"));
    }
    people
}

/// The name in one entry of the front matter: `[Ann](https://…)`, `Ann Lee ([@ann](https://…))`, `and Bo`. A team is no person.
fn declared_name(entry: &str) -> Option<&str> {
    let name = entry.trim();
    let name = name.strip_prefix("and ").unwrap_or(name);
    let linked = name.strip_prefix('[').and_then(|inner| inner.split_once("](")).map(|(text, _)| text);
    let before = |mark: &str| name.find(mark).unwrap_or(name.len());
    let name = linked.unwrap_or(&name[..before(" (").min(before(" <"))]).trim();
    (!name.is_empty() && !name.starts_with("the ")).then_some(name)
}

fn may_name(unit: &Unit) -> bool {
    unit.notation != Notation::FencedCode
        && !matches!(
            unit.role,
            Some(
                SectionRole::Actions
                    | SectionRole::Timeline
                    | SectionRole::RootCause
                    | SectionRole::Lessons
                    | SectionRole::Contributing
                    | SectionRole::CauseAndResolution
            )
        )
}

fn add(people: &mut Vec<Stated<String>>, name: &str, provenance: impl FnOnce() -> crate::incident::Provenance) {
    let name = name.trim();
    let key = name.trim_start_matches('@').to_lowercase();
    if !key.is_empty() && !people.iter().any(|known| known.value.trim_start_matches('@').to_lowercase() == key) {
        people.push(Stated::new(name.to_owned(), provenance()));
    }
}

/// The first units and the last ones, where bylines stand.
fn head_and_foot<'a>(reader: &Reader<'a>) -> impl Iterator<Item = &'a Unit> {
    let units = &reader.outline.units;
    let foot = units.len().saturating_sub(4).max(8);
    units
        .iter()
        .take(8)
        .chain(units.iter().skip(foot))
        .filter(|unit| unit.notation != Notation::FencedCode && !matches!(unit.role, Some(SectionRole::Actions | SectionRole::Timeline)))
}

/// How a line begins that says who wrote the text.
pub(super) const BYLINES: &[&str] = &[
    "written by ",
    "written from memory by ",
    "written up by ",
    "written down by ",
    "authored by ",
    "prepared by ",
    "draft by ",
    "drafted by ",
    "postmortem by ",
    "post-mortem by ",
    "report by ",
    "compiled by ",
    "published by ",
    "posted by ",
];

/// Returns how a line begins, where that says who wrote the text.
pub(super) fn byline_lead(unit: &Unit) -> Option<&'static str> {
    if !unit.cues.has(Cue::Byline) {
        return None;
    }
    BYLINES.iter().copied().find(|lead| begins_in_any_case(&unit.text, lead))
}

/// `By Ann Lee`, `Written by @ann and Bo Ek, a week later`.
fn byline(unit: &Unit) -> Vec<&str> {
    let text = unit.text.as_str();
    // Many sentences begin like these.
    const COMMON: &[&str] = &["by the on call person: ", "by ", "author "];
    let common = || COMMON.iter().copied().find(|lead| begins_in_any_case(text, lead));
    let Some(lead) = byline_lead(unit).or_else(common) else {
        // Later in a line only where it cannot be anything else.
        let found = unit.cues.has(Cue::WrittenBy) && text.len() <= 160;
        return match found.then(|| text.to_lowercase().find(" written by ")).flatten() {
            Some(at) => text.get(at + " written by ".len()..).map_or(Vec::new(), names_in),
            None => dated_byline(unit),
        };
    };
    if words(text).nth(14).is_some() {
        return Vec::new();
    }
    let mut rest = text.get(lead.len()..).unwrap_or("");
    if let Some((before, after)) =
        rest.split_once(": ").filter(|(before, _)| fold(before).contains("on call") || fold(before).contains("author"))
    {
        let _ = before;
        rest = after;
    }
    let rest = rest.split(['(', '|', '·']).next().unwrap_or("");
    let rest = rest.strip_prefix("the author ").unwrap_or(rest);
    names_in(rest)
}

/// The names in `1 August 2025 · by Ann Lee and Bo Ek`.
fn dated_byline(unit: &Unit) -> Vec<&str> {
    let text = unit.text.as_str();
    // Nearly all lines lack one of these, which is told sooner than that they hold none of the marks.
    if !unit.cues.has(Cue::Digit)
        || text.len() > 100
        || !text.contains(" by ")
        || !text.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
    {
        return Vec::new();
    }
    let marks = ["· by ", "| by ", "— by ", "– by ", "• by "];
    let Some((date, names)) = marks.iter().find_map(|mark| text.split_once(mark)) else { return Vec::new() };
    if date.split_whitespace().count() <= 5 && date.bytes().any(|byte| byte.is_ascii_digit()) { names_in(names) } else { Vec::new() }
}

/// What a commander is called.
pub(super) const COMMANDERS: &[&str] = &["incident commander", "incident manager", "incident lead", "incident coordinator"];

/// Behind these words, even later in a line, stands who wrote it.
pub(super) const WRITTEN_BY: &[&str] = &[" written by "];

/// `… incident manager (Ann Lee) appointed`, `Ann takes over as incident commander`.
fn commander_in(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    COMMANDERS.iter().find_map(|role| {
        let at = lower.find(role)?;
        let after = text[at + role.len()..].trim_start();
        if let Some(inner) = after.strip_prefix('(').and_then(|inner| inner.split_once(')')).map(|(inner, _)| inner.trim()) {
            return is_name(inner).then_some(inner);
        }
        // The name before a verb that gives the role: "Ann was assigned as incident commander".
        let before = text[..at].trim_end();
        let before = ["the", "as", "as the", "our"]
            .iter()
            .fold(before, |before, word| before.strip_suffix(word).filter(|rest| rest.ends_with(' ')).map_or(before, str::trim_end));
        let verb = [
            " is",
            " was",
            " takes over",
            " took over",
            " became",
            " becomes",
            " acts",
            " acted",
            " was assigned",
            " was appointed",
            " assumed",
            " assumes",
            " steps in",
            " stepped in",
        ]
        .iter()
        .filter(|verb| before.ends_with(**verb))
        .max_by_key(|verb| verb.len())?;
        let name = before[..before.len() - verb.len()].rsplit(['.', ',', ':', ';', '|', '-', '–']).next()?.trim();
        (name.split_whitespace().count() <= 3 && is_name(name) && !is_role(name)).then_some(name)
    })
}

/// The last line of the document where it is nothing but a name or a handle.
fn signature<'a>(reader: &Reader<'a>) -> Option<(&'a str, &'a Unit)> {
    let units = &reader.outline.units;
    // Few documents have such a line anywhere, and only theirs are the lines behind it asked for more than a role.
    let (at, name) = units.iter().enumerate().rev().find_map(|(at, unit)| Some((at, signed(unit)?)))?;
    let is_last = !units[at + 1..].iter().rev().any(says_more_than_a_role);
    is_last.then_some((name, &units[at]))
}

fn says_more_than_a_role(unit: &Unit) -> bool {
    unit.text.chars().any(char::is_alphabetic) && !is_role(&unit.text)
}

/// The name or handle that a line is.
fn signed(unit: &Unit) -> Option<&str> {
    if unit.shape != Shape::Line
        || !matches!(unit.notation, Notation::Markdown | Notation::Html)
        || matches!(unit.role, Some(SectionRole::Timeline))
    {
        return None;
    }
    let text = unit.text.trim_start_matches(['-', '–', '—', '~', ' ']).trim();
    let handle = text.starts_with('@') && !text.contains(' ');
    let is_short = || words(text).nth(3).is_none() && words(text).nth(1).is_some();
    ((handle || text.len() <= MAX_NAME_BYTES && is_short() && is_name(text)) && says_more_than_a_role(unit)).then_some(text)
}

/// Splits a value into names: `Ann Lee (SRE), Bo Ek & @cy`.
fn names_in(value: &str) -> Vec<&str> {
    // The author of a commit in a quoted log wrote no postmortem.
    if value.contains("@users.noreply.") {
        return Vec::new();
    }
    let value = value.trim().trim_matches(['[', ']', '<', '>', '*', '_', '"']).trim();
    let mut names = Vec::new();
    // What stands in brackets is said of a person: `Ann (Merchant team, Oslo)`.
    let outside = value
        .split('(')
        .enumerate()
        .map(|(index, piece)| if index == 0 { piece } else { piece.split_once(')').map_or("", |(_, behind)| behind) });
    let pieces = outside
        .flat_map(|piece| piece.split([',', ';', '&', '/', '|']))
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(" und "));
    for piece in pieces {
        let piece = without_address(piece.split(['[', '<']).next().unwrap_or("").trim());
        let piece =
            piece.split(" - ").next().unwrap_or("").split(" – ").next().unwrap_or("").trim().trim_end_matches(['.', ':', ']', ')']).trim();
        if is_name(piece) || is_bare_handle(piece) {
            names.push(piece);
        } else if !names.is_empty() {
            // A role or a remark behind the name (`Ann Lee, Senior Engineer`).
            continue;
        }
    }
    names.retain(|name| !is_role(name));
    names
}

/// Takes off what stands from an e-mail address on: `Ann Lee ann@example.org`.
fn without_address(text: &str) -> &str {
    let address = text.split(' ').find(|word| word.find('@').is_some_and(|at| at > 0));
    address.map_or(text, |address| text[..address.as_ptr() as usize - text.as_ptr() as usize].trim_end())
}

const MAX_NAME_BYTES: usize = 60;

/// Whether a text can be a person's name or handle.
pub(crate) fn is_name(text: &str) -> bool {
    let text = text.trim();
    if let Some(handle) = text.strip_prefix('@') {
        return !handle.is_empty() && handle.split_whitespace().count() == 1;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower_word =
        |word: &str| matches!(word, "de" | "van" | "von" | "der" | "da" | "di" | "el" | "bin" | "la" | "le" | "dos" | "del" | "den");
    (1..=5).contains(&words.len())
        && text.len() <= MAX_NAME_BYTES
        && words.iter().all(|word| lower_word(word) || word.starts_with(char::is_uppercase))
        && words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’')))
        && !words.iter().any(|word| is_no_name(&word.to_lowercase()))
}

/// `ann-lee`, `bo_ek2`: an account's name, which nothing but an account has.
fn is_bare_handle(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '_']).collect();
    (2..=3).contains(&parts.len())
        && text.len() <= 39
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) && !is_no_name(part))
        && !is_role(&parts.join(" "))
}

/// True for a word, lower case, that no person is called. Shortened weekdays are names too: Sun, Mon.
fn is_no_name(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    NOT_NAMES.has(word) || word.len() > 5 && moment::is_weekday(word)
}

/// Words that no person is called.
static NOT_NAMES: WordList = WordList::new(&[
    "team",
    "tbd",
    "n/a",
    "none",
    "name",
    "engineering",
    "sre",
    "devops",
    "support",
    "incident",
    "postmortem",
    "the",
    "service",
    "platform",
    "operations",
    "unknown",
    "department",
    "group",
    "name",
    "names",
    "date",
    "status",
    "your",
    "author",
    "owner",
    "report",
    "thanks",
    "thank",
    "conclusion",
    "end",
    "monitoring",
    "application",
    "database",
    "server",
    "infrastructure",
    "on-call",
    "oncall",
    "security",
    "network",
    "backend",
    "frontend",
    "system",
    "cloud",
    "data",
    "regards",
    "sincerely",
    "happy",
    "stay",
    "root",
    "cause",
    "summary",
    "timeline",
    "resolution",
    "note",
    "all",
    "we",
    "our",
    "this",
    "it",
    "see",
    "implementing",
    "addressing",
    "taking",
    "using",
    "learning",
    "following",
    "adding",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "utc",
    "someone",
    "person",
    "staff",
    "customer",
    "customers",
    "users",
    "alert",
    "high",
    "low",
    "medium",
    "critical",
    "github",
    "linkedin",
    "twitter",
    "medium.com",
    "improve",
    "enhance",
    "update",
    "test",
    "documentation",
    "redis",
    "nginx",
    "apache",
    "kubernetes",
    "i",
    "a",
    "an",
    "that",
    "late",
    "midnight",
    "noon",
    "default",
    "doing",
    "then",
    "no",
    "cheers",
]);

/// `Senior DevOps Engineer`: a role rather than a name.
fn is_role(text: &str) -> bool {
    static ROLES: WordList = WordList::new(&[
        "engineer",
        "developer",
        "manager",
        "senior",
        "junior",
        "lead",
        "expert",
        "administrator",
        "architect",
        "director",
        "officer",
        "cto",
        "ceo",
        "vp",
        "head",
        "specialist",
        "student",
        "consultant",
        "marketing",
        "digital",
        "intern",
        "analyst",
        "se",
        "reliability",
        "reability",
        "software",
        "site",
        "responder",
        "commander",
        "coordinator",
        "scribe",
        "sysadmin",
        "author",
    ]);
    words(text).any(|word| ROLES.has(word.trim_end_matches(['.', ',', '!'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ReadSettings, document::Document, extract::with_reader};

    #[track_caller]
    fn check(markdown: &str, expected: &[&str]) {
        let people = with_reader(&ReadSettings::default(), &Document::from_text(markdown), read_people);
        assert_eq!(people.iter().map(|stated| stated.value.as_str()).collect::<Vec<_>>(), expected, "{markdown}");
    }

    #[test]
    fn authors_owners_and_commanders_are_read() {
        check("# A\n\nAuthor: Ann Lee, Senior DevOps Engineer\nIncident commander: @bo\n", &["Ann Lee", "@bo"]);
        check("# A\n\n**Authors**: ann-lee, platform-team\n", &["ann-lee"]);
        check("# A\n\nText.\n\nPostmortem Owner: [Ann Ola Lee]\n", &["Ann Ola Lee"]);
        check("# A\n\n*Written by Ann and Bo, a week later.*\n", &["Ann", "Bo"]);
        check("# A\n\nText, 2 June. Written by Ann (Merchant team, Oslo).\n", &["Ann"]);
        check("# A\n\n1 August, 2025 · by Ann Lee and Bo Ek\n\nText.\n", &["Ann Lee", "Bo Ek"]);
        check("# A\n\nThe relay — by Harbour Works\n\nText.\n", &[]);
        check("# A\n\nDraft by Ann, review with the team on Monday, 6 May 2024.\n", &["Ann"]);
        check("# A\n\n## Author\n\n*Ann Lee* - [site](http://example.org)\n", &["Ann Lee"]);
        check("# A\n\n## Timeline\n\n- 10:00 meeting, incident manager (Ann Ek) appointed\n", &["Ann Ek"]);
        check("# A\n\nBo Lee took over as incident commander.\n", &["Bo Lee"]);
        check("# A\n\nThe incident commander was paged.\n", &[]);
        check("---\nauthors: [Ann, Bo]\nic: Cy\n---\n# A\n", &["Ann", "Bo", "Cy"]);
        check("---\nauthor: Ann Lee ([@ann](https://example.org/@ann)), Bo (@bo), and the Relay team\n---\n# A\n", &["Ann Lee", "Bo"]);
        check("---\nauthor: \"[Ann Lee](https://example.org)\"\n---\n# A\n", &["Ann Lee"]);
        check("# A\n\nCreated by: Ann Lee <ann@example.org>\n", &["Ann Lee"]);
        check("---\nauthor: Ann Lee <ann@example.org>\n---\n# A\n", &["Ann Lee"]);
    }

    #[test]
    fn others_who_are_mentioned_are_not() {
        check("# A\n\n## Timeline\n\n- 10:00 Owner: Ann was paged\n\n## Actions\n\n- Owner: Bo\n\n## Attendees\n\n- Cy Dee\n", &[]);
        check("# A\n\nOwner: SRE Team\n", &[]);
        check("# A\n\nAuthor: Ann Lee <12+ann@users.noreply.example.org>\n", &[]);
        check("# A\n\nBy implementing this, we improve.\n", &[]);
    }
}
