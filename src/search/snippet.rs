//! What a result shows: from the card the title, and the pieces of text that answer best, with what was found in them.

use super::{
    card::SIGNS,
    index::{Index, IndexedEntry},
    prepare::Place,
    rank::{Answer, Hit},
    tokenise::tokenise,
};

/// How many characters of a piece of text are shown.
const SNIPPET_CHARS: usize = 180;
/// How many pieces are shown.
const MAX_SNIPPETS: usize = 2;

/// A result as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The incident's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How long it took.
    pub minutes: Option<u64>,
    /// The pieces of text that answer best.
    pub snippets: Vec<Snippet>,
}

/// A piece of text that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The kind of place.
    pub place: Place,
    /// The anchor on the page.
    pub anchor: String,
    /// The heading; of a row of the timeline its time.
    pub heading: String,
    /// The text, cut to what is shown.
    pub text: String,
    /// Where in `text` words of the query stand, in bytes.
    pub marks: Vec<(usize, usize)>,
}

impl Index {
    /// Returns what a hit shows.
    pub fn show(&self, answer: &Answer, hit: &Hit) -> Shown {
        let entry = &self.entries[hit.entry as usize];
        let mut lines = entry.card.lines();
        let title = lines.next().unwrap_or_default().to_owned();
        let minutes = lines.next().and_then(|minutes| minutes.parse().ok());
        let mut found: Vec<(usize, usize, Snippet)> = Vec::new();
        for (at, (place, anchor, heading, text)) in pieces(entry, lines).into_iter().enumerate() {
            let marks = marks(text, &answer.terms);
            let mut terms: Vec<&str> = marks.iter().map(|mark| mark.2.as_str()).collect();
            terms.sort_unstable();
            terms.dedup();
            let worth = terms.len() * 10 + (Place::ALL.len() - place as usize);
            if !marks.is_empty() || answer.terms.is_empty() && at == 0 {
                let marks: Vec<(usize, usize)> = marks.iter().map(|mark| (mark.0, mark.1)).collect();
                found.push((worth, at, cut(Snippet { place, anchor, heading, text: text.to_owned(), marks })));
            }
        }
        found.sort_by_key(|(worth, at, _)| (std::cmp::Reverse(*worth), *at));
        let snippets = found.into_iter().take(MAX_SNIPPETS).map(|(.., snippet)| snippet).collect();
        Shown { id: entry.id.to_string(), title, minutes, snippets }
    }
}

/// Returns the pieces of text of a card, each with its place, anchor and heading.
fn pieces<'a>(entry: &IndexedEntry, lines: impl Iterator<Item = &'a str>) -> Vec<(Place, String, String, &'a str)> {
    let mut pieces = Vec::new();
    let mut above = (Place::Rest, String::new(), String::new());
    for line in lines {
        let Some(sign) = line.chars().next() else { continue };
        let rest = &line[sign.len_utf8()..];
        if sign == '-' {
            pieces.push((above.0, above.1.clone(), above.2.clone(), rest));
        } else if let Some(place) = SIGNS.iter().position(|known| *known == sign) {
            let (anchor, heading) = match rest.strip_prefix('~') {
                Some(time) => row(entry, time),
                None => rest.split_once('|').map_or((rest.to_owned(), String::new()), |(a, b)| (a.to_owned(), b.to_owned())),
            };
            above = (Place::ALL[place], anchor, heading);
        }
    }
    pieces
}

/// Returns anchor and heading of a row of the timeline on the incident's day: `1424` is `14:24`.
fn row(entry: &IndexedEntry, time: &str) -> (String, String) {
    let day = entry.day.map(|day| day.format("%Y%m%d").to_string()).unwrap_or_default();
    let heading = time.get(..4).map_or_else(String::new, |time| format!("{}:{}", &time[..2], &time[2..]));
    (format!("hs-t{day}T{time}"), heading)
}

/// Returns where in `text` one of `terms` stands, and which.
fn marks(text: &str, terms: &[String]) -> Vec<(usize, usize, String)> {
    let has = |term: &str| terms.binary_search_by(|probe| probe.as_str().cmp(term)).is_ok();
    let mut marks: Vec<(usize, usize, String)> = Vec::new();
    for run in tokenise(text) {
        let found = run.whole.iter().chain(run.parts.iter().filter(|part| part.indexed).map(|part| &part.term)).find(|term| has(term));
        if let Some(term) = found {
            marks.push((run.start, run.end, term.clone()));
        }
    }
    marks
}

/// Cuts a piece of text to what is shown: around the first word that was found.
fn cut(mut snippet: Snippet) -> Snippet {
    let count = snippet.text.chars().count();
    if count <= SNIPPET_CHARS {
        return snippet;
    }
    let first = snippet.marks.first().map_or(0, |mark| snippet.text[..mark.0].chars().count());
    let from = first.saturating_sub(SNIPPET_CHARS / 3).min(count - SNIPPET_CHARS);
    let byte = |at: usize| snippet.text.char_indices().nth(at).map_or(snippet.text.len(), |(byte, _)| byte);
    let (mut start, mut end) = (byte(from), byte(from + SNIPPET_CHARS));
    let first_mark = snippet.marks.first().map_or(usize::MAX, |mark| mark.0);
    if from > 0 {
        start = snippet.text[start..end].find(' ').map(|at| start + at + 1).filter(|at| *at <= first_mark).unwrap_or(start);
    }
    if end < snippet.text.len() {
        end = snippet.text[start..end].rfind(' ').filter(|at| *at > 0).map_or(end, |at| start + at);
    }
    let lead = if start > 0 { "… " } else { "" };
    let tail = if end < snippet.text.len() { " …" } else { "" };
    let shift = |at: usize| at - start + lead.len();
    snippet.marks.retain(|mark| mark.0 >= start && mark.1 <= end);
    snippet.marks.iter_mut().for_each(|mark| *mark = (shift(mark.0), shift(mark.1)));
    snippet.text = format!("{lead}{}{tail}", &snippet.text[start..end]);
    snippet
}
