//! Which files are documents, and which are left out.

use std::path::{Path, PathBuf};

use ignore::{Match, gitignore::Gitignore};

/// What the name of a file says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A document.
    Document,
    /// Something else: copied as it is.
    Other,
    /// A file without an extension: its text decides.
    Unclear,
}

/// Names of files that may look like Markdown and are not postmortems.
const NOT_DOCUMENTS: [&str; 14] = [
    "authors",
    "caddyfile",
    "changelog",
    "codeowners",
    "contributors",
    "copying",
    "dockerfile",
    "gemfile",
    "jenkinsfile",
    "justfile",
    "licence",
    "license",
    "makefile",
    "notice",
];

/// Returns what a file called `name` is. `PM-9 Disk full v1.2` has no extension, though it has a dot.
pub(super) fn file_kind(name: &str) -> FileKind {
    let lower = name.to_lowercase();
    let (stem, extension) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    if matches!(extension, "md" | "markdown" | "mdown" | "mkd") {
        return FileKind::Document;
    }
    let is_extension = extension.starts_with(|c: char| c.is_ascii_alphabetic())
        && extension.len() <= 10
        && extension.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let is_known = NOT_DOCUMENTS.iter().any(|known| stem == *known || lower.starts_with(&format!("{known}-")));
    if is_extension || is_known { FileKind::Other } else { FileKind::Unclear }
}

/// Returns true where the beginning of a file is text with a Markdown heading and at least one more trait of a document.
pub(super) fn looks_like_markdown(head: &str) -> bool {
    if head.contains('\0') || head.starts_with("#!") {
        return false;
    }
    let mut headings = 0;
    let mut others = 0;
    for line in head.lines() {
        let hashes = line.len() - line.trim_start_matches('#').len();
        let is_list = ["- ", "* ", "1. "].iter().any(|marker| line.trim_start().starts_with(marker));
        if (1..=6).contains(&hashes) && line[hashes..].starts_with(' ') {
            headings += 1;
        } else if is_list || line.starts_with(['|', '>']) || line.starts_with("**") || line.split_whitespace().count() >= 8 {
            others += 1;
        }
    }
    let is_underlined = head.lines().any(|line| line.len() >= 3 && (line.chars().all(|c| c == '=') || line == "---"));
    (headings >= 1 && others >= 1) || headings >= 2 && head.contains("\n## ") || (is_underlined && others >= 2)
}

/// The `.gitignore` files that are in force at one place of a walk.
pub(super) struct IgnoreRules {
    /// From the outermost folder inwards, each with its folder.
    files: Vec<(PathBuf, Gitignore)>,
}

impl IgnoreRules {
    /// Reads the rules of every folder from `outermost` down to `root`.
    pub(super) fn above(outermost: &Path, root: &Path) -> Self {
        let mut rules = Self { files: Vec::new() };
        let mut folders: Vec<&Path> = root.ancestors().take_while(|dir| dir.starts_with(outermost)).collect();
        folders.reverse();
        for folder in folders {
            rules.read(folder);
        }
        rules
    }

    /// Goes on to `folder`, the next of a walk in order.
    pub(super) fn enter(&mut self, folder: &Path) {
        self.leave(folder);
        self.read(folder);
    }

    /// Returns true where git would ignore `path`: the innermost rule that says anything decides.
    pub(super) fn is_ignored(&mut self, path: &Path, is_dir: bool) -> bool {
        self.leave(path);
        for (_, rules) in self.files.iter().rev() {
            match rules.matched(path, is_dir) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }

    /// Drops the rules of folders that do not hold `path`.
    fn leave(&mut self, path: &Path) {
        while self.files.last().is_some_and(|(folder, _)| !path.starts_with(folder)) {
            self.files.pop();
        }
    }

    fn read(&mut self, folder: &Path) {
        let file = folder.join(".gitignore");
        if file.is_file() {
            // A line that cannot be parsed is left out, as git does.
            let (rules, _) = Gitignore::new(file);
            self.files.push((folder.to_path_buf(), rules));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_markdown_name_or_no_extension_can_be_a_document() {
        for (name, expected) in [
            ("a.md", FileKind::Document),
            ("A.Markdown", FileKind::Document),
            ("PM2022-009 Disk full v1.2", FileKind::Unclear),
            ("outage", FileKind::Unclear),
            ("2022. A bad day", FileKind::Unclear),
            ("LICENSE", FileKind::Other),
            ("LICENSE-MIT", FileKind::Other),
            ("Makefile", FileKind::Other),
            ("graph.png", FileKind::Other),
            ("deploy.sh", FileKind::Other),
        ] {
            assert_eq!(file_kind(name), expected, "{name}");
        }
    }

    #[test]
    fn text_with_a_heading_and_more_is_markdown() {
        for (text, expected) in [
            ("# Outage\n\n- 10:00 paged\n", true),
            ("Outage\n======\n\n* one\n* two\n", true),
            ("# a\n## b\n", true),
            ("#!/bin/sh\n# a\n- b\n", false),
            ("# only a comment\nkey = value\n", false),
            ("# a\n\0\n- b", false),
            ("plain words\n", false),
        ] {
            assert_eq!(looks_like_markdown(text), expected, "{text:?}");
        }
    }
}
