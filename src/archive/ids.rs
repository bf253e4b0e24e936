//! Unique, stable ids: what the front matter declares, else the file's stem, never the title, so that ids outlive edits.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    archive::{folder_of, has_own_page},
    diag::{Code, Diagnostic, Span},
    extract::Reading,
};

/// The longest slug: with a suffix and `.html` it stays far below the 255 bytes that file systems allow for a name.
pub(crate) const MAX_SLUG_BYTES: usize = 120;

/// Returns `text` as a slug: letters and digits of any script in lower case, everything else one hyphen. Empty where it has neither.
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_SLUG_BYTES));
    let mut gap = false;
    for letter in text.chars().flat_map(char::to_lowercase) {
        if matches!(letter, '\'' | '’') {
            continue;
        }
        if !letter.is_alphanumeric() {
            gap = true;
            continue;
        }
        let width = letter.len_utf8() + usize::from(gap && !out.is_empty());
        if out.len() + width > MAX_SLUG_BYTES {
            break;
        }
        if gap && !out.is_empty() {
            out.push('-');
        }
        gap = false;
        out.push(letter);
    }
    out
}

/// Returns the first `digits` hexadecimal digits of a hash of `text`: the same on every machine.
pub(crate) fn short_hash(text: &str, digits: usize) -> String {
    let mut hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    hash.truncate(digits);
    hash
}

/// The ids of a folder: of its incidents as (document, incident of it, id), and of its documents.
pub(super) struct Named {
    pub(super) incidents: Vec<(usize, usize, Arc<str>)>,
    pub(super) documents: Vec<Arc<str>>,
}

/// Gives every incident and document its id. `readings` are in order of path, so on a clash the later path is the one renamed.
/// Incidents come first: a guide never takes the id of a postmortem.
pub(super) fn give_ids(readings: &[Arc<Reading>], diagnostics: &mut Vec<Diagnostic>) -> Named {
    let mut taken = Taken::default();
    let mut incidents = Vec::new();
    let mut documents: Vec<Option<Arc<str>>> = vec![None; readings.len()];
    for (index, reading) in readings.iter().enumerate() {
        for (part, incident) in reading.incidents.iter().enumerate() {
            let declared = incident.declared_id.as_ref().map(|id| slug(&id.value)).filter(|id| !id.is_empty());
            let span = incident.declared_id.as_ref().and_then(|id| id.provenance.span);
            let base = declared.unwrap_or_else(|| id_of_path(&reading.file));
            let wanted = incident.part.as_deref().map_or_else(|| base.clone(), |part| format!("{base}-{}", slug(part)));
            let seed = format!("{}#{part}", reading.file);
            let id = taken.take(&wanted, &reading.file, &seed, span, diagnostics);
            if !has_own_page(reading) {
                documents[index].get_or_insert_with(|| id.clone());
            }
            incidents.push((index, part, id));
        }
    }
    // A document that is no incident is addressed by its page alone, so a clash is no finding: two folders may both have a guide.
    let mut unsaid = Vec::new();
    let documents = documents
        .into_iter()
        .zip(readings)
        .map(|(id, reading)| id.unwrap_or_else(|| taken.take(&id_of_path(&reading.file), &reading.file, &reading.file, None, &mut unsaid)))
        .collect();
    Named { incidents, documents }
}

/// Returns the id that a path gives: the slug of its stem, or of its folder's name for a `README` or an `index`.
fn id_of_path(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if ["md", "markdown", "mdown", "mkd"].iter().any(|known| ending.eq_ignore_ascii_case(known)) => stem,
        _ => name,
    };
    let folder = folder_of(path).rsplit('/').next().unwrap_or("");
    let names_folder = ["readme", "index", "_index"].iter().any(|known| stem.eq_ignore_ascii_case(known));
    let id = slug(if names_folder && !folder.is_empty() { folder } else { stem });
    if id.is_empty() { format!("document-{}", short_hash(path, 6)) } else { id }
}

/// The ids given so far, and the file that has each.
#[derive(Default)]
struct Taken {
    owners: HashMap<Arc<str>, Arc<str>>,
    ids: HashSet<Arc<str>>,
}

impl Taken {
    fn take(&mut self, wanted: &str, file: &Arc<str>, seed: &str, span: Option<Span>, diagnostics: &mut Vec<Diagnostic>) -> Arc<str> {
        // `index.html` is the list's.
        let wanted = if wanted == "index" { "index-page" } else { wanted };
        let mut id: Arc<str> = wanted.into();
        let mut digits = 6;
        while self.ids.contains(&id) {
            id = format!("{wanted}-{}", short_hash(seed, digits)).into();
            digits += 2;
            if digits > 16 {
                id = format!("{id}-{}", self.ids.len()).into();
            }
        }
        if *id != *wanted {
            let owner = self.owners.get(wanted).map_or("", |file| file);
            let message = format!("the id `{wanted}` is that of `{owner}` already; this one is `{id}`");
            diagnostics.push(
                Diagnostic::warning(Code::IdTwice, span, message)
                    .help("give one of them another `id` in its front matter, or rename its file")
                    .in_file(file.clone()),
            );
        }
        self.owners.insert(id.clone(), file.clone());
        self.ids.insert(id.clone());
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_keeps_letters_of_any_script_and_joins_the_rest() {
        for (text, expected) in [
            ("INC-214", "inc-214"),
            ("  Bookings failed: 61 min!  ", "bookings-failed-61-min"),
            ("Don’t panic", "dont-panic"),
            ("Störung im Zahlungsverkehr", "störung-im-zahlungsverkehr"),
            ("---", ""),
            ("障害 2024", "障害-2024"),
        ] {
            assert_eq!(slug(text), expected);
        }
        assert!(slug(&"long words ".repeat(60)).len() <= MAX_SLUG_BYTES);
    }

    #[test]
    fn path_gives_the_stem_or_the_folder() {
        for (path, expected) in [
            ("2024/Queue lag.md", "queue-lag"),
            ("2024/queue-lag/README.md", "queue-lag"),
            ("2024/queue-lag/index.markdown", "queue-lag"),
            ("README.md", "readme"),
            ("v1.2 broke", "v1-2-broke"),
        ] {
            assert_eq!(id_of_path(path), expected, "{path}");
        }
        assert!(id_of_path("…/!!!.md").starts_with("document-"));
    }
}
