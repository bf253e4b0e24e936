//! Owner, due date, state and ticket of an action, where its text states them.

use crate::{
    extract::{
        headings::fold,
        outline::Unit,
        text::{WordList, begins_with_words, find_byte, head, words},
    },
    incident::{ActionKind, ActionStatus},
};

/// What an action's text says beside what is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meta {
    pub(super) owner: Option<String>,
    pub(super) due: Option<String>,
    pub(super) status: Option<ActionStatus>,
    pub(super) status_text: Option<String>,
    pub(super) link: Option<String>,
    pub(super) kind: Option<ActionKind>,
}

impl Meta {
    /// Takes from `other` what is not known yet.
    pub(super) fn merge(&mut self, other: Meta) {
        self.owner = self.owner.take().or(other.owner);
        self.due = self.due.take().or(other.due);
        self.status = self.status.or(other.status);
        self.status_text = self.status_text.take().or(other.status_text);
        self.link = self.link.take().or(other.link);
        self.kind = self.kind.or(other.kind);
    }
}

const OWNER_KEYS: &[&str] = &[
    "owner",
    "owners",
    "assignee",
    "assigned to",
    "assigned",
    "responsible",
    "responsible team",
    "who",
    "dri",
    "lead",
    "team",
    "verantwortlich",
    "responsable",
    "responsavel",
    "owned by",
    "action owner",
    "person responsible",
];
const DUE_KEYS: &[&str] = &[
    "due",
    "due date",
    "deadline",
    "eta",
    "target",
    "target date",
    "by",
    "when",
    "fallig",
    "frist",
    "bis",
    "echeance",
    "prazo",
    "fecha limite",
    "completion date",
    "timeline",
    "expected",
];
const STATUS_KEYS: &[&str] = &["status", "state", "stand", "estado", "statut", "progress"];
const TICKET_KEYS: &[&str] = &["ticket", "issue", "jira", "bug", "pr", "link", "tracking"];

/// Returns the state that a text names.
pub(super) fn parse_status(text: &str) -> Option<ActionStatus> {
    // Its first words tell.
    let folded = fold(head(text, 80));
    let first = folded.bytes().next();
    let starts = |words: &[&str]| words.iter().any(|word| word.bytes().next() == first && begins_with_words(&folded, word));
    if starts(&[
        "not done",
        "not started",
        "open",
        "todo",
        "to do",
        "pending",
        "planned",
        "new",
        "backlog",
        "offen",
        "ouvert",
        "abierto",
        "pendiente",
        "aberto",
        "pendente",
        "outstanding",
        "not yet",
    ]) {
        Some(ActionStatus::Open)
    } else if starts(&[
        "done",
        "completed",
        "complete",
        "closed",
        "finished",
        "fixed",
        "resolved",
        "implemented",
        "merged",
        "shipped",
        "erledigt",
        "termine",
        "fait",
        "hecho",
        "concluido",
        "feito",
        "yes",
        "x",
        "deployed",
        "fertig",
    ]) {
        Some(ActionStatus::Done)
    } else if starts(&[
        "in progress",
        "ongoing",
        "started",
        "wip",
        "underway",
        "in review",
        "doing",
        "in arbeit",
        "en cours",
        "en curso",
        "em andamento",
        "in work",
        "being",
    ]) {
        Some(ActionStatus::InProgress)
    } else if starts(&[
        "declined",
        "rejected",
        "won t do",
        "wont do",
        "wontfix",
        "won t fix",
        "cancelled",
        "canceled",
        "abandoned",
        "dropped",
        "abgelehnt",
        "refuse",
        "rechazado",
        "rejeitado",
        "will not be done",
        "superseded",
    ]) {
        Some(ActionStatus::Declined)
    } else {
        None
    }
}

/// Reads `Owner: X` and the like from a line nested below an action.
/// Whether a line says nothing but the owner, the due date or the status of something.
pub(super) fn is_meta(unit: &Unit) -> bool {
    unit.label.as_ref().is_some_and(|label| {
        let key = label.key.as_str();
        label.colon
            && (matches!(
                key,
                "owner"
                    | "owners"
                    | "assignee"
                    | "assigned to"
                    | "responsible"
                    | "responsible team"
                    | "person responsible"
                    | "due"
                    | "due date"
                    | "deadline"
                    | "target date"
                    | "eta"
                    | "completion date"
                    | "status"
                    | "priority"
            ))
            && !unit.rest().trim().is_empty()
            && words(unit.rest()).nth(8).is_none()
    })
}

pub(super) fn labelled_meta(unit: &Unit) -> Meta {
    let mut meta = Meta::default();
    if let Some(label) = &unit.label {
        set(&mut meta, &label.key, unit.rest());
    }
    meta
}

fn set(meta: &mut Meta, key: &str, value: &str) -> bool {
    let value = value.trim().trim_end_matches(['.', ',', ';']).trim();
    if value.is_empty() {
        return false;
    }
    if OWNER_KEYS.contains(&key) {
        // `Owner: Ann, due 2024-05-12`.
        let (owner, rest) = value.split_once(", ").map_or((value, ""), |(owner, rest)| (owner, rest));
        let mut behind = Meta::default();
        let whole = rest.is_empty() || !read_parts(rest, &mut behind, false);
        meta.owner.get_or_insert_with(|| (if whole { value } else { owner }).trim_start_matches('@').to_owned());
        if !whole {
            behind.owner = None;
            meta.merge(behind);
        }
    } else if DUE_KEYS.contains(&key) {
        meta.due.get_or_insert_with(|| value.to_owned());
    } else if STATUS_KEYS.contains(&key) {
        meta.status = meta.status.or_else(|| parse_status(value));
        meta.status_text.get_or_insert_with(|| value.to_owned());
    } else if TICKET_KEYS.contains(&key) && value.contains("://") {
        meta.link.get_or_insert_with(|| value.to_owned());
    } else {
        return false;
    }
    true
}

/// Takes owner, due date and state off an action's text: `[SRE] …`, `… (@ann, due 2024-05-12)`, `… — Ann, by 12 May`, `… ETA: 2 weeks`.
pub(super) fn take_meta(text: &str) -> (String, Meta) {
    let mut meta = Meta::default();
    let mut text = text.trim().to_owned();
    take_lead(&mut text, &mut meta);
    for _ in 0..4 {
        if !(take_brackets(&mut text, &mut meta) || take_tail(&mut text, &mut meta)) {
            break;
        }
    }
    take_last_sentence(&mut text, &mut meta);
    if meta.owner.is_none() {
        meta.owner = handle(&text).map(str::to_owned);
    }
    (text, meta)
}

/// `[SRE] text`, `[DONE] text`, `DONE: text`, `@ann: text`.
fn take_lead(text: &mut String, meta: &mut Meta) {
    if let Some(inner) = text.strip_prefix('[')
        && let Some((tag, rest)) = inner.split_once(']')
        && !rest.starts_with('(')
        && tag.len() <= 40
    {
        let rest = rest.trim_start_matches([':', '-', ' ']).to_owned();
        match parse_status(tag) {
            Some(status) => meta.status = Some(status),
            None if tag.trim().is_empty() => meta.status = Some(ActionStatus::Open),
            None if tag.contains(char::is_alphabetic) => meta.owner = Some(tag.trim().trim_start_matches('@').to_owned()),
            None => {}
        }
        *text = rest;
    }
    if let Some(colon) = text.bytes().take(15).position(|byte| byte == b':')
        && let (lead, rest) = (&text[..colon], &text[colon + 1..])
        && matches!(fold(lead).as_str(), "done" | "completed" | "in progress" | "todo" | "open" | "wip" | "declined")
    {
        meta.status = parse_status(lead);
        *text = rest.trim_start().to_owned();
    }
    if let Some(rest) = text.strip_prefix('@')
        && let Some((name, rest)) = rest.split_once([' ', ':'])
        && is_handle(name)
    {
        meta.owner = Some(name.to_owned());
        *text = rest.trim_start_matches([':', '-', ' ']).to_owned();
    }
}

/// A bracket at the end that holds nothing but owner, due date and state.
fn take_brackets(text: &mut String, meta: &mut Meta) -> bool {
    let trimmed = text.trim_end_matches(['.', ' ']);
    let close = match trimmed.chars().next_back() {
        Some(')') => '(',
        Some(']') => '[',
        _ => return false,
    };
    let Some(open) = trimmed.rfind(close) else { return false };
    let inner = trimmed[open + 1..trimmed.len() - 1].to_owned();
    if open == 0 || !read_parts(&inner, meta, true) {
        return false;
    }
    text.truncate(open);
    text.truncate(text.trim_end().len());
    true
}

/// `… — Ann, by 12 May`, `… - ETA: 2 weeks`, `… Owner: Ann`.
fn take_tail(text: &mut String, meta: &mut Meta) -> bool {
    // Most actions have none of the bytes that these marks begin with.
    let is_mark = |byte: u8| (byte == b'-') | (byte == b'|') | (byte == 0xe2);
    let marks: &[&str] = if find_byte(text.as_bytes(), 0, is_mark).is_some() { &[" — ", " – ", " - ", " | "] } else { &[] };
    let dash = marks.iter().filter(|mark| text.contains(**mark)).filter_map(|mark| text.rfind(mark).map(|at| (at, at + mark.len()))).max();
    if let Some((at, after)) = dash {
        let tail = text[after..].trim().trim_end_matches('.').to_owned();
        if tail.len() <= 80 && read_parts(&tail, meta, false) {
            text.truncate(at);
            return true;
        }
    }
    text.contains(':') && (take_labels(text, meta) || take_colon_status(text, meta))
}

/// `… Owner: Ann. Due: 12 May 2024. Status: done`: everything from the first such label to the end.
fn take_labels(text: &mut String, meta: &mut Meta) -> bool {
    const KEYS: &[&str] =
        &["owner:", "assignee:", "assigned to:", "responsible:", "due date:", "due:", "deadline:", "eta:", "status:", "ticket:"];
    // The last words of the keys.
    static LAST: WordList =
        WordList::new(&["owner", "assignee", "to", "responsible", "date", "due", "deadline", "eta", "status", "ticket"]);
    let is_between = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | ',' | ';' | '.');
    if !text.match_indices(':').any(|(at, _)| text[..at].rsplit(is_between).next().is_some_and(|word| LAST.has(word))) {
        return false;
    }
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return false;
    }
    let starts_part = |at: usize| text[..at].chars().next_back().is_some_and(is_between);
    let mut found: Vec<(usize, &str)> = KEYS
        .iter()
        .filter(|key| lower.contains(**key))
        .flat_map(|key| lower.match_indices(key).map(|(at, _)| (at, *key)))
        .filter(|(at, _)| *at > 0 && starts_part(*at))
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|(at, _)| *at);
    // "due date:" holds "date:", not "due:"; the longest key at a place wins by coming first in the list.
    let Some(&(first, _)) = found.first() else { return false };
    if text.len() - first > 160 {
        return false;
    }
    let ends: Vec<usize> = found.iter().skip(1).map(|(at, _)| *at).chain([text.len()]).collect();
    let mut any = false;
    for ((at, key), end) in found.iter().zip(ends) {
        let value = without_end(&text[at + key.len()..end]).to_owned();
        // What follows the value's first sentence can be a state of its own: "Due: 2 May 2024. Done".
        let (value, behind) = value.split_once(". ").map_or((value.as_str(), ""), |(value, behind)| (value, behind));
        any |= set(meta, key.trim_end_matches(':'), value);
        if meta.status.is_none() && !behind.is_empty() {
            meta.status = parse_status(behind);
            meta.status_text = meta.status.map(|_| behind.trim_end_matches('.').to_owned());
        }
    }
    if any {
        text.truncate(first);
        text.truncate(text.trim_end_matches([' ', '(', '[', ',', ';', '-', '–', '—']).len());
    }
    any
}

/// Returns a value without the marks behind it, and without a bracket that was opened before it.
fn without_end(value: &str) -> &str {
    let mut value = value.trim();
    loop {
        let opens = |open: char, close: char| value.matches(open).count() >= value.matches(close).count();
        let rest = match value.chars().next_back() {
            Some(',' | ';' | '.') => &value[..value.len() - 1],
            Some(')') if !opens('(', ')') => &value[..value.len() - 1],
            Some(']') if !opens('[', ']') => &value[..value.len() - 1],
            _ => return value,
        };
        value = rest.trim_end();
    }
}

/// `… (Ann, 2024-05-12): done`, `Ask for a credit note: done`.
fn take_colon_status(text: &mut String, meta: &mut Meta) -> bool {
    let Some((before, last)) = text.rsplit_once(": ") else { return false };
    if meta.status.is_some() || words(last).nth(4).is_some() || words(before).nth(2).is_none() {
        return false;
    }
    let Some(status) = parse_status(last) else { return false };
    meta.status = Some(status);
    meta.status_text = Some(last.trim_end_matches('.').to_owned());
    let len = before.len();
    text.truncate(len);
    true
}

/// `… Done on 24 October.` as a last sentence.
fn take_last_sentence(text: &mut String, meta: &mut Meta) {
    let stop = |byte: u8| (byte == b'.') | (byte == b'!') | (byte == b'?') | (byte == 0xe2);
    // Most actions are one sentence.
    if meta.status.is_some() || find_byte(text.as_bytes(), 0, stop).is_none_or(|stop| stop + 1 == text.len()) {
        return;
    }
    let sentences = super::sentences(text);
    if sentences.len() < 2 {
        return;
    }
    let last = sentences[sentences.len() - 1];
    let led = last.split_once(':').is_some_and(|(lead, _)| parse_status(lead).is_some());
    if last.split_whitespace().count() <= if led { 30 } else { 10 }
        && let Some(status) = parse_status(last)
    {
        meta.status = Some(status);
        meta.status_text = Some(last.trim_end_matches('.').to_owned());
        let cut = text.rfind(last).unwrap_or(text.len());
        text.truncate(cut);
        text.truncate(text.trim_end().len());
    }
}

/// Reads the parts of a bracket or tail; `false`, and nothing is taken, where one of them is none of ours.
fn read_parts(inner: &str, meta: &mut Meta, bracket: bool) -> bool {
    let mut found = Meta::default();
    let mut any = false;
    for part in inner.split([',', ';', '|']).map(str::trim).filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once(':').map_or((String::new(), part), |(key, value)| (fold(key), value.trim()));
        if !key.is_empty() && set(&mut found, &key, value) {
            any = true;
        } else if let Some(rest) = due_words(part) {
            found.due.get_or_insert_with(|| rest.to_owned());
            any = true;
        } else if let Some(status) = parse_status(part).filter(|_| part.split_whitespace().count() <= 6) {
            found.status = found.status.or(Some(status));
            found.status_text.get_or_insert_with(|| part.to_owned());
            any = true;
        } else if let Some(handle) = part.strip_prefix('@').filter(|name| is_handle(name)) {
            found.owner.get_or_insert_with(|| handle.to_owned());
            any = true;
        } else if is_date(part) {
            found.due.get_or_insert_with(|| part.to_owned());
            any = true;
        } else if is_ticket(part) {
            any = true;
        } else if found.owner.is_none() && (any || !bracket || inner.contains([',', ';']) || is_person(part)) && is_person(part) {
            found.owner = Some(part.to_owned());
        } else {
            return false;
        }
    }
    // A lone name in brackets can be anything ("(Redis)"), but with a capital and no more it is an owner more often than not.
    let lone_name = !any && found.owner.is_some();
    if lone_name && !bracket && !inner.contains(',') {
        return false;
    }
    if !any && !lone_name {
        return false;
    }
    meta.merge(found);
    true
}

fn due_words(part: &str) -> Option<&str> {
    let lower = part.to_lowercase();
    ["due by ", "due on ", "due date ", "due ", "by ", "until ", "before ", "fällig ", "bis ", "deadline ", "eta "]
        .iter()
        .find(|lead| lower.starts_with(*lead))
        .and_then(|lead| part.get(lead.len()..))
        .filter(|rest| rest.contains(|c: char| c.is_ascii_digit()) || is_date(rest))
        .map(str::trim)
}

fn is_date(part: &str) -> bool {
    let folded = fold(part);
    let words: Vec<&str> = folded.split(' ').collect();
    let digits = part.contains(|c: char| c.is_ascii_digit());
    let month = words.iter().any(|word| crate::extract::text::is_month(word));
    let iso = part.len() == 10 && part.bytes().filter(u8::is_ascii_digit).count() == 8;
    digits && words.len() <= 4 && (month || iso) || words.len() == 2 && words[0].starts_with('q') && words[1].len() == 4
}

fn is_ticket(part: &str) -> bool {
    let digits = part.trim_start_matches(|c: char| c.is_ascii_uppercase()).trim_start_matches(['-', '#']);
    part.len() <= 14 && !digits.is_empty() && digits.len() < part.len() && digits.bytes().all(|b| b.is_ascii_digit())
        || part.contains("://")
}

fn is_handle(name: &str) -> bool {
    !name.is_empty() && name.len() <= 39 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
}

/// Whether a text reads as a person's or a team's name: one to three capitalised words.
fn is_person(part: &str) -> bool {
    const NOT: &[&str] = &[
        "issue",
        "issues",
        "pr",
        "prs",
        "pull",
        "request",
        "link",
        "ticket",
        "tickets",
        "jira",
        "merged",
        "wip",
        "optional",
        "see",
        "the",
        "e.g",
        "eg",
        "ie",
        "high",
        "low",
        "medium",
        "critical",
        "p0",
        "p1",
        "p2",
        "p3",
        "todo",
        "note",
        "if",
        "also",
        "new",
        "aws",
        "api",
        "cpu",
        "dns",
        "cdn",
        "ci",
        "cd",
        "ssl",
        "tls",
        "http",
        "https",
        "sql",
        "redis",
        "nginx",
        "apache",
        "kubernetes",
        "docker",
        "phase",
        "option",
        "prevent",
        "detect",
        "mitigate",
        "process",
        "urgent",
        "apm",
        "slo",
        "sla",
        "slas",
        "slos",
        "oom",
        "json",
        "yaml",
        "prometheus",
        "grafana",
        "datadog",
        "jenkins",
        "terraform",
        "mysql",
        "postgres",
        "linux",
        "url",
        "ip",
        "vpc",
        "ram",
        "memory",
        "iac",
        "waf",
        "ddos",
    ];
    let words: Vec<&str> = part.split_whitespace().collect();
    (1..=3).contains(&words.len())
        && part.len() <= 40
        && words.iter().all(|word| {
            word.starts_with(|c: char| c.is_uppercase() || c == '@')
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '/' | '@'))
        })
        && !words.iter().any(|word| NOT.contains(&word.trim_matches('.').to_lowercase().as_str()))
}

/// The first `@name` in a text.
fn handle(text: &str) -> Option<&str> {
    text.match_indices('@').find_map(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '['));
        let name =
            text[at + 1..].split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))).next()?.trim_end_matches('.');
        (before && is_handle(name)).then_some(name)
    })
}
