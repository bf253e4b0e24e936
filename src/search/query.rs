//! What a person typed or pasted, taken apart.
//!
//! `connection pool "too many connections" -staging cause:capacity service:checkout after:2024 before:2025-06`

use chrono::NaiveDate;

use super::tokenise::{Run, tokenise};

/// From this many words on a query is taken as pasted text: no incident has to hold all of it.
pub(super) const PASTED_WORDS: usize = 6;

/// Of pasted text so many words are looked up.
const MAX_LOOKED_UP_WORDS: usize = 16;

/// A field that results can be narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldName {
    /// `cause:`
    Cause,
    /// `component:`
    Component,
    /// `service:`
    Service,
    /// `severity:`
    Severity,
    /// `status:`
    Status,
    /// `owner:`
    Owner,
}

impl FieldName {
    /// Every field.
    pub const ALL: [FieldName; 6] =
        [FieldName::Cause, FieldName::Component, FieldName::Service, FieldName::Severity, FieldName::Status, FieldName::Owner];

    /// Returns its name, as typed before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldName::Cause => "cause",
            FieldName::Component => "component",
            FieldName::Service => "service",
            FieldName::Severity => "severity",
            FieldName::Status => "status",
            FieldName::Owner => "owner",
        }
    }
}

/// `service:checkout`, or `-service:checkout`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The field.
    pub field: FieldName,
    /// The value, as typed.
    pub value: String,
    /// True where the incidents that have the value are left out.
    pub is_negative: bool,
}

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The words, in order, each once.
    pub words: Vec<Run>,
    /// True where the last word may be unfinished.
    pub is_typing: bool,
    /// Texts in quotes.
    pub phrases: Vec<Vec<Run>>,
    /// Words and phrases that must not be there.
    pub without: Vec<Vec<Run>>,
    /// Fields.
    pub filters: Vec<Filter>,
    /// `after:`: the first day that counts.
    pub after: Option<NaiveDate>,
    /// `before:`: the first day that no longer counts.
    pub before: Option<NaiveDate>,
}

impl Query {
    /// Takes a query apart. Every text is a query; what is no operator is words.
    pub fn parse(text: &str) -> Self {
        let mut query = Query { is_typing: !text.ends_with(char::is_whitespace), ..Query::default() };
        let mut rest = text.trim_start();
        let mut last_is_word = false;
        while !rest.is_empty() {
            let is_negative = is_negative(rest);
            let chunk = if is_negative { &rest[1..] } else { rest };
            let (chunk, after) = take_chunk(chunk);
            last_is_word = query.add(chunk, is_negative);
            rest = after.trim_start();
        }
        query.is_typing &= last_is_word;
        if query.is_pasted() {
            query.loosen();
        }
        query
    }

    /// True for text that was pasted rather than typed.
    pub fn is_pasted(&self) -> bool {
        self.words.len() + self.phrases.iter().map(Vec::len).sum::<usize>() >= PASTED_WORDS
    }

    /// True where nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty() && self.filters.is_empty() && self.after.is_none() && self.before.is_none()
    }

    /// Adds a chunk; returns true where it is plain words.
    fn add(&mut self, chunk: &str, is_negative: bool) -> bool {
        if let Some(quoted) = quoted(chunk) {
            let runs = tokenise(quoted);
            if !runs.is_empty() {
                if is_negative { self.without.push(runs) } else { self.phrases.push(runs) }
            }
            return false;
        }
        if let Some((name, value)) = chunk.split_once(':')
            && self.add_field(&name.to_lowercase(), quoted(value).unwrap_or(value), is_negative)
        {
            return false;
        }
        for run in tokenise(chunk).into_iter().filter(is_asked) {
            if is_negative {
                self.without.push(vec![run]);
            } else if !self.words.iter().any(|word| word.parts == run.parts) {
                self.words.push(run);
            }
        }
        !is_negative
    }

    fn add_field(&mut self, name: &str, value: &str, is_negative: bool) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return false;
        }
        match name {
            "after" | "since" => keep_day(&mut self.after, value),
            "before" | "until" => keep_day(&mut self.before, value),
            name => FieldName::ALL.into_iter().find(|field| field.as_str() == name).is_some_and(|field| {
                self.filters.push(Filter { field, value: value.to_owned(), is_negative });
                true
            }),
        }
    }

    /// Takes the quotes out of pasted text: they belong to the message.
    fn loosen(&mut self) {
        for run in std::mem::take(&mut self.phrases).into_iter().flatten().filter(is_asked) {
            if !self.words.iter().any(|word| word.parts == run.parts) {
                self.words.push(run);
            }
        }
        self.is_typing = false;
        self.keep_longest();
    }

    /// Of a long text the longest words say most, and each word that is looked up is a file to fetch.
    fn keep_longest(&mut self) {
        let length = |run: &Run| run.parts.iter().map(|part| part.folded.chars().count()).sum::<usize>();
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(length(&self.words[*at])));
        order.truncate(MAX_LOOKED_UP_WORDS);
        order.sort_unstable();
        self.words = order.into_iter().map(|at| self.words[at].clone()).collect();
    }
}

/// A run of which something is in the index.
fn is_asked(run: &Run) -> bool {
    run.whole.is_some() || run.parts.iter().any(|part| part.indexed)
}

/// A minus at the beginning of a word; `--flag` and ` - ` are text.
fn is_negative(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next() == Some('-') && chars.next().is_some_and(|next| next.is_alphabetic() || is_quote(next))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// Splits off the first chunk: up to white space, but a quoted part as a whole.
fn take_chunk(rest: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, c) in rest.char_indices() {
        if is_quote(c) {
            let opens = at == 0 || rest[..at].ends_with(':');
            if is_quoted {
                return rest.split_at(at + c.len_utf8());
            }
            // A quote that nothing closes is text.
            is_quoted = opens && rest[at + c.len_utf8()..].contains(is_quote);
        } else if c.is_whitespace() && !is_quoted {
            return rest.split_at(at);
        }
    }
    (rest, "")
}

fn quoted(chunk: &str) -> Option<&str> {
    let inner = chunk.strip_prefix(is_quote)?;
    inner.strip_suffix(is_quote)
}

/// Keeps the day that `value` names; false where it names none.
fn keep_day(kept: &mut Option<NaiveDate>, value: &str) -> bool {
    let day = day(value);
    *kept = day.or(*kept);
    day.is_some()
}

/// The first day of `2024`, `2024-06` or `2024-06-07`.
fn day(value: &str) -> Option<NaiveDate> {
    let mut parts = value.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut next = || parts.next().map_or(Some(1), |part| part.parse().ok());
    let (month, day) = (next()?, next()?);
    if parts.next().is_some() { None } else { NaiveDate::from_ymd_opt(year, month, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The query as text: words, phrases, what must not be there, fields.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let query = Query::parse(text);
        let runs = |runs: &[Run]| runs.iter().flat_map(|run| &run.parts).map(|part| part.term.as_str()).collect::<Vec<_>>().join("+");
        let mut found: Vec<String> = query.words.iter().map(|run| runs(std::slice::from_ref(run))).collect();
        found.extend(query.phrases.iter().map(|phrase| format!("\"{}\"", runs(phrase))));
        found.extend(query.without.iter().map(|phrase| format!("-{}", runs(phrase))));
        let minus = |is_negative| if is_negative { "-" } else { "" };
        found.extend(query.filters.iter().map(|filter| format!("{}{}:{}", minus(filter.is_negative), filter.field.as_str(), filter.value)));
        found.extend(query.after.map(|day| format!(">={day}")));
        found.extend(query.before.map(|day| format!("<{day}")));
        if query.is_typing {
            found.push("…".to_owned());
        }
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn words_phrases_and_fields_are_told_apart() {
        check("connection pool", "connection pool …");
        check("the connection pool ", "connection pool");
        check("disk \"no space left\" -staging", "disk \"no+spac+left\" -stag");
        check("cause:capacity -service:checkout after:2024 before:2025-06", "cause:capacity -service:checkout >=2024-01-01 <2025-06-01");
        check("owner:\"Ana Lima\" dns", "dns owner:Ana Lima …");
        check("pool pool", "pool …");
    }

    #[test]
    fn what_is_no_operator_is_text() {
        check("after:noon error:refused \"open", "after noon error refus open …");
        check("- -- --flag", "flag …");
        check("service:", "servic …");
    }

    #[test]
    fn quotes_of_pasted_text_belong_to_the_message() {
        check("FATAL: role \"booking\" has too many connections for database \"rates\"", "fatal rol too many connection databas book rat");
    }
}
