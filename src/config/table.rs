//! Taking typed values out of the tree, and finding what nobody took: a misspelt key is an error that names the right one.

use std::cell::RefCell;

use super::tree::{At, Key, Node, NodeKind};
use crate::diag::{Code, Diagnostic};

/// Everything that is found while the tree is read.
#[derive(Default)]
pub(super) struct Findings {
    diagnostics: RefCell<Vec<Diagnostic>>,
    known: RefCell<Vec<(String, &'static str)>>,
    unknown: RefCell<Vec<(String, Key)>>,
    ignored: RefCell<Vec<(String, At)>>,
}

/// One table while its keys are taken.
pub(super) struct Table<'a> {
    name: String,
    keys: &'a [Key],
    taken: Vec<&'static str>,
    findings: &'a Findings,
}

impl Findings {
    /// Returns the table of the whole file.
    pub(super) fn top<'a>(&'a self, keys: &'a [Key]) -> Table<'a> {
        Table { name: String::new(), keys, taken: Vec::new(), findings: self }
    }

    /// Adds a finding about the value at `at`.
    pub(super) fn value(&self, at: &At, message: String, help: impl Into<String>) {
        self.diagnostics.borrow_mut().push(diagnostic(Code::ConfigValue, at, message).help(help));
    }

    /// Returns all that was found: wrong values, keys that nobody took, and one note about what is ignored.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics.into_inner();
        let known = self.known.into_inner();
        for (table, key) in self.unknown.into_inner() {
            let shown = full_name(&table, &key.name);
            let mut found = diagnostic(Code::ConfigKey, &key.at, format!("unknown key `{shown}`"));
            if let Some(help) = did_you_mean(&table, &key.name, &known) {
                found = found.help(help);
            }
            diagnostics.push(found);
        }
        let ignored = self.ignored.into_inner();
        if let Some((_, first)) = ignored.first() {
            let names: Vec<String> = ignored.iter().map(|(name, _)| format!("`{name}`")).collect();
            let mut note =
                diagnostic(Code::ConfigIgnored, first, format!("settings of mdBook that hindsite does not use: {}", names.join(", ")));
            note.level = crate::diag::Level::Note;
            diagnostics.push(note);
        }
        diagnostics
    }
}

fn diagnostic(code: Code, at: &At, message: String) -> Diagnostic {
    match at {
        At::File(span) => Diagnostic::error(code, *span, message).in_file("book.toml".into()),
        At::Variable(name) => Diagnostic::error(code, None, format!("environment variable `{name}`: {message}")),
    }
}

fn full_name(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// Returns the key that was probably meant: one that looks like it in the same table, else the same name in another.
fn did_you_mean(table: &str, key: &str, known: &[(String, &'static str)]) -> Option<String> {
    let written = key.to_lowercase().replace('_', "-");
    let here = known.iter().filter(|(of, _)| of == table).map(|(_, name)| *name);
    let nearest = here.map(|name| (strsim::damerau_levenshtein(&written, name), name)).min();
    if let Some((distance, name)) = nearest
        && distance <= (name.len().min(written.len()) / 3).max(1)
    {
        return Some(format!("did you mean `{name}`?"));
    }
    let (other, name) = known.iter().find(|(_, name)| *name == written)?;
    Some(if other.is_empty() { format!("did you mean the table `[{name}]`?") } else { format!("`{name}` belongs to `[{other}]`") })
}

impl<'a> Table<'a> {
    /// Returns the value of `key`, and marks the key as known.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'a Key> {
        self.taken.push(key);
        self.findings.known.borrow_mut().push((self.name.clone(), key));
        self.keys.iter().find(|entry| entry.name == key)
    }

    /// Returns the text of `key`.
    pub(super) fn text(&mut self, key: &'static str) -> Option<(String, &'a At)> {
        let entry = self.take(key)?;
        let text = self.as_text(entry)?;
        Some((text, &entry.value.at))
    }

    /// Returns the truth value of `key`.
    pub(super) fn bool(&mut self, key: &'static str) -> Option<bool> {
        let entry = self.take(key)?;
        match entry.value.kind {
            NodeKind::Bool(value) => Some(value),
            _ => self.wrong(entry, "`true` or `false`", &format!("{key} = true")),
        }
    }

    /// Returns the whole number of `key`, where it is at least `least`.
    pub(super) fn integer(&mut self, key: &'static str, least: i64) -> Option<i64> {
        let entry = self.take(key)?;
        match entry.value.kind {
            NodeKind::Integer(number) if number >= least => Some(number),
            NodeKind::Integer(number) => {
                let name = full_name(&self.name, key);
                self.findings.value(&entry.value.at, format!("`{name}` is {number}, which is too small"), format!("the least is {least}"));
                None
            }
            _ => self.wrong(entry, "a whole number", &format!("{key} = {}", least.max(1))),
        }
    }

    /// Returns the texts of `key`: a list, or one text.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        let entry = self.take(key)?;
        self.as_texts(entry)
    }

    /// Returns the value of `key` where it is one of `choices`.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let (text, at) = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("`\"{name}\"`")).collect();
        let name = full_name(&self.name, key);
        self.findings.value(at, format!("`{name}` cannot be `{text}`"), format!("use {}", names.join(" or ")));
        None
    }

    /// Returns the table of `key`; an empty one where there is none.
    pub(super) fn table(&mut self, key: &'static str) -> Table<'a> {
        let keys = match self.take(key) {
            None => &[],
            Some(Key { value: Node { kind: NodeKind::Table(keys), .. }, .. }) => keys.as_slice(),
            Some(entry) => {
                self.wrong::<()>(entry, "a table", &format!("[{}]", full_name(&self.name, key)));
                &[]
            }
        };
        Table { name: full_name(&self.name, key), keys, taken: Vec::new(), findings: self.findings }
    }

    /// Returns the keys of this table whose names the user chooses.
    pub(super) fn free_keys(&self) -> impl Iterator<Item = &'a Key> {
        let taken = self.taken.clone();
        self.keys.iter().filter(move |key| !taken.contains(&key.name.as_str()))
    }

    /// Returns the table that the user named with `entry`.
    pub(super) fn free_table(&self, entry: &'a Key) -> Option<Table<'a>> {
        match &entry.value.kind {
            NodeKind::Table(keys) => {
                Some(Table { name: full_name(&self.name, &entry.name), keys, taken: Vec::new(), findings: self.findings })
            }
            _ => self.wrong(entry, "a table", &format!("[{}]", full_name(&self.name, &entry.name))),
        }
    }

    /// Returns the text of `entry`; numbers of environment variables count as text.
    pub(super) fn as_text(&self, entry: &'a Key) -> Option<String> {
        match (&entry.value.kind, &entry.value.at) {
            (NodeKind::Text(text), _) => Some(text.clone()),
            (NodeKind::Integer(number), At::Variable(_)) => Some(number.to_string()),
            (NodeKind::Bool(value), At::Variable(_)) => Some(value.to_string()),
            (NodeKind::Other(_, text), At::Variable(_)) => Some(text.clone()),
            _ => self.wrong(entry, "text", &format!("{} = \"…\"", entry.name)),
        }
    }

    /// Returns the texts of `entry`: a list, or one text.
    pub(super) fn as_texts(&self, entry: &'a Key) -> Option<Vec<String>> {
        let texts = match &entry.value.kind {
            NodeKind::Text(text) => Some(vec![text.clone()]),
            NodeKind::List(items) => {
                items.iter().map(|item| if let NodeKind::Text(text) = &item.kind { Some(text.clone()) } else { None }).collect()
            }
            _ => None,
        };
        texts.or_else(|| self.wrong(entry, "a list of texts", &format!("{} = [\"…\"]", entry.name)))
    }

    /// Says that the value of `entry` is not `expected`.
    pub(super) fn wrong<T>(&self, entry: &Key, expected: &str, example: &str) -> Option<T> {
        let name = full_name(&self.name, &entry.name);
        let found = entry.value.kind.describe();
        self.findings.value(&entry.value.at, format!("`{name}` must be {expected}, not {found}"), format!("write it as `{example}`"));
        None
    }

    /// Marks keys of mdBook that have no meaning here.
    pub(super) fn ignore(&mut self, keys: &[&'static str]) {
        for key in keys {
            if let Some(entry) = self.take(key) {
                self.findings.ignored.borrow_mut().push((full_name(&self.name, key), entry.at.clone()));
            }
        }
    }

    /// Marks all keys that are left as mdBook's.
    pub(super) fn ignore_rest(mut self) {
        for entry in std::mem::take(&mut self.keys) {
            if !self.taken.contains(&entry.name.as_str()) {
                self.findings.ignored.borrow_mut().push((full_name(&self.name, &entry.name), entry.at.clone()));
            }
        }
    }

    /// Says of a key that mdBook once had what to do instead.
    pub(super) fn removed(&mut self, key: &'static str, help: &str) {
        self.taken.push(key);
        if let Some(entry) = self.keys.iter().find(|entry| entry.name == key) {
            let name = full_name(&self.name, key);
            let found = diagnostic(Code::ConfigKey, &entry.at, format!("`{name}` is a key that mdBook no longer has")).help(help);
            self.findings.diagnostics.borrow_mut().push(found);
        }
    }

    /// Ends the table: what nobody took is unknown.
    pub(super) fn close(self) {
        for entry in self.keys {
            if !self.taken.contains(&entry.name.as_str()) {
                self.findings.unknown.borrow_mut().push((self.name.clone(), entry.clone()));
            }
        }
    }

    /// Returns where findings go.
    pub(super) fn findings(&self) -> &'a Findings {
        self.findings
    }
}
