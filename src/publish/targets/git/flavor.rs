//! What the wikis on git do differently: where pages are, how files are named, how links and pictures are addressed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{publish::Place, render::wiki::Dialect};

/// Whose wiki it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::publish) enum Flavor {
    /// Folders do not count: a page is known by the name of its file alone, `-` stands for a blank.
    GitHub,
    /// Real folders; `-` stands for a blank.
    GitLab,
    /// As GitHub, for Gitea and Forgejo.
    Gitea,
    /// Page `X.md` with its children in `X/`; `-` stands for a blank and `%2D` for `-`; pictures in `.attachments/`.
    Azure,
    /// Real folders; `-` stands for a blank.
    Gollum,
    /// Real folders; names as they are.
    Otter,
}

const FLAVORS: [(&str, Flavor); 7] = [
    ("github", Flavor::GitHub),
    ("gitlab", Flavor::GitLab),
    ("gitea", Flavor::Gitea),
    ("forgejo", Flavor::Gitea),
    ("azure", Flavor::Azure),
    ("gollum", Flavor::Gollum),
    ("otterwiki", Flavor::Otter),
];

/// The folder of our pictures.
const FILES: &str = "hindsite-files";
/// The longest name of one file or folder, in bytes, without `.md`.
const MOST_NAME_BYTES: usize = 200;
/// The longest path of a page of Azure DevOps.
const MOST_AZURE_PATH: usize = 235;
/// Kept as they are in links; a slash parts folders.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

impl Flavor {
    pub(super) fn parse(name: &str) -> Option<Self> {
        FLAVORS.iter().find(|(known, _)| *known == name).map(|(_, flavor)| *flavor)
    }

    pub(super) fn names() -> String {
        FLAVORS.map(|(name, _)| name).join(", ")
    }

    pub(super) fn dialect_of(self) -> Dialect {
        match self {
            Flavor::GitHub => Dialect::GitHub,
            Flavor::GitLab => Dialect::GitLab,
            Flavor::Gitea => Dialect::Gitea,
            Flavor::Azure => Dialect::Azure,
            Flavor::Gollum => Dialect::Gollum,
            Flavor::Otter => Dialect::Otter,
        }
    }

    /// Returns the branch of a repository that has none yet.
    pub(super) fn first_branch(self) -> &'static str {
        match self {
            Flavor::GitLab => "main",
            Flavor::Azure => "wikiMain",
            _ => "master",
        }
    }

    /// True where a page is known by the name of its file, wherever that is.
    fn is_flat(self) -> bool {
        matches!(self, Flavor::GitHub | Flavor::Gitea)
    }

    /// Returns the path of a page's file.
    pub(super) fn path(self, place: &Place) -> Result<String, String> {
        let folders = if self.is_flat() { &[][..] } else { &place.above[..] };
        let mut parts: Vec<String> = folders.iter().map(|title| self.file_name(title)).collect();
        parts.push(self.file_name(&place.title));
        if parts.iter().any(String::is_empty) {
            return Err("its title has no character that a file's name can hold".to_owned());
        }
        let path = format!("{}.md", parts.join("/"));
        if self == Flavor::Azure && path.chars().count() > MOST_AZURE_PATH {
            return Err(format!("its path has more than {MOST_AZURE_PATH} characters: {path}"));
        }
        Ok(path)
    }

    /// Returns a title as the name of a file: without what one of the wikis, or a disk, does not take.
    fn file_name(self, title: &str) -> String {
        let mut name = String::new();
        for c in title.chars() {
            match c {
                '-' | ':' | '<' | '>' | '*' | '?' | '|' | '"' if self == Flavor::Azure => name.push_str(&format!("%{:02X}", u32::from(c))),
                '/' | '\\' | '|' | '#' | '%' => name.push(' '),
                // Otter Wiki takes what follows a dot for the ending of a file, and an ellipsis for three dots.
                '.' if self == Flavor::Otter => name.push('-'),
                '…' => {}
                ':' | '*' | '?' | '"' | '<' | '>' | '[' | ']' | '{' | '}' | '^' | '`' | '~' => {}
                c if c.is_control() => name.push(' '),
                // Direction marks and the like: two names must not look the same and be two.
                '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {}
                c => name.push(c),
            }
        }
        let mut name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        while name.len() > MOST_NAME_BYTES {
            name.pop();
        }
        // What stands for a character is not cut in two.
        if let Some(cut) = name.char_indices().rev().take(2).find(|(_, c)| *c == '%').map(|(at, _)| at) {
            name.truncate(cut);
        }
        let name = name.trim_matches(|c: char| c == '.' || c == '_' || c == '-' || c.is_whitespace());
        if self == Flavor::Otter { name.to_owned() } else { name.replace(' ', "-") }
    }

    /// Returns the form by which the wiki tells pages apart.
    pub(super) fn fold_path(self, path: &str) -> String {
        let stem = path.strip_suffix(".md").unwrap_or(path);
        let stem = if self.is_flat() { stem.rsplit('/').next().unwrap_or(stem) } else { stem };
        stem.to_lowercase().replace(' ', "-")
    }

    /// Returns the path of a file of ours.
    pub(super) fn file_path(self, file: &str) -> String {
        match self {
            Flavor::Azure => format!(".attachments/{file}"),
            Flavor::GitLab => format!("uploads/{FILES}/{file}"),
            _ => format!("{FILES}/{file}"),
        }
    }

    /// Returns how the page at `from` links to the page at `to`.
    pub(super) fn page_link(self, from: &str, to: &str) -> String {
        let to = to.strip_suffix(".md").unwrap_or(to);
        match self {
            Flavor::GitHub | Flavor::Gitea => encode(to.rsplit('/').next().unwrap_or(to)),
            // Otter Wiki takes a relative address from below the page, not from beside it.
            Flavor::Azure | Flavor::Otter => format!("/{}", encode(to)),
            Flavor::GitLab | Flavor::Gollum => relative(from, to),
        }
    }

    /// Returns how the page at `from` refers to a file of ours.
    pub(super) fn file_link(self, from: &str, file: &str) -> String {
        let path = self.file_path(file);
        match self {
            // Their pages have addresses without folders, so a path of the tree leads on from there.
            Flavor::GitHub | Flavor::Gitea => encode(&path),
            Flavor::Azure | Flavor::Gollum | Flavor::Otter => format!("/{}", encode(&path)),
            Flavor::GitLab => relative(from, &path),
        }
    }
}

fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Returns the address of `to` as seen from the folder of `from`, beginning with a dot.
fn relative(from: &str, to: &str) -> String {
    let folder: Vec<&str> = from.rsplit_once('/').map_or_else(Vec::new, |(folder, _)| folder.split('/').collect());
    let target: Vec<&str> = to.split('/').collect();
    let shared = folder.iter().zip(&target[..target.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(folder.len() - shared);
    let start = if up.is_empty() { "./" } else { &up };
    format!("{start}{}", encode(&target[shared..].join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::WantedKind;

    fn place(title: &str) -> Place {
        let above = vec!["Wrenbox incidents".to_owned(), "Incidents of 2026".to_owned()];
        Place { key: "incident/a".to_owned(), kind: WantedKind::Incident, title: title.to_owned(), above }
    }

    #[track_caller]
    fn check(flavor: Flavor, title: &str, path: &str) {
        assert_eq!(flavor.path(&place(title)).as_deref(), Ok(path));
    }

    #[test]
    fn paths_are_those_of_the_flavor() {
        check(Flavor::GitHub, "2026-01-02 API: 5xx/slow", "2026-01-02-API-5xx-slow.md");
        check(Flavor::Gollum, "2026-01-02 a", "Wrenbox-incidents/Incidents-of-2026/2026-01-02-a.md");
        check(Flavor::Otter, "2026-01-02 a", "Wrenbox incidents/Incidents of 2026/2026-01-02 a.md");
        check(Flavor::Otter, "Firmware 8.1 fails…", "Wrenbox incidents/Incidents of 2026/Firmware 8-1 fails.md");
        check(Flavor::Azure, "2026-01-02 a", "Wrenbox-incidents/Incidents-of-2026/2026%2D01%2D02-a.md");
        check(Flavor::Azure, "A: \"b\"? <c> | d/e #1 .", "Wrenbox-incidents/Incidents-of-2026/A%3A-%22b%22%3F-%3Cc%3E-%7C-d-e-1.md");
        check(Flavor::GitLab, "2026-01-02 a", "Wrenbox-incidents/Incidents-of-2026/2026-01-02-a.md");
        check(Flavor::Gitea, "2026-01-02 a", "2026-01-02-a.md");
    }

    #[test]
    fn no_title_leaves_its_folder_or_hides() {
        check(Flavor::Gollum, "../../etc/passwd", "Wrenbox-incidents/Incidents-of-2026/etc-passwd.md");
        check(Flavor::GitHub, ".git", "git.md");
        check(Flavor::GitHub, "_Sidebar", "Sidebar.md");
        check(Flavor::GitHub, "a\u{202e}b\nc", "ab-c.md");
        assert!(Flavor::GitHub.path(&place("???")).is_err());
        let path = Flavor::GitHub.path(&place(&"ä".repeat(300))).expect("it has a name");
        assert!(path.len() <= 204, "{}", path.len());
        for length in 60..70 {
            let name = Flavor::Azure.file_name(&format!("{}{}", "x".repeat(length % 3), "-".repeat(length + 20)));
            assert!(name.len() <= 200 && name.replace("%2D", "").chars().all(|c| c == 'x'), "{name}");
        }
    }

    #[test]
    fn links_lead_from_page_to_page() {
        let (home, page) = ("Wrenbox.md", "Wrenbox/2026/a b.md");
        assert_eq!(Flavor::Gollum.page_link(page, home), "../../Wrenbox");
        assert_eq!(Flavor::Gollum.page_link(home, page), "./Wrenbox/2026/a%20b");
        assert_eq!(Flavor::Otter.page_link(home, page), "/Wrenbox/2026/a%20b");
        assert_eq!(Flavor::GitHub.page_link("a/x.md", "b/y.md"), "y");
        assert_eq!(Flavor::Azure.page_link(home, "W/2026%2D01-a.md"), "/W/2026%252D01-a");
        assert_eq!(Flavor::GitLab.file_link(page, "g-1.png"), "../../uploads/hindsite-files/g-1.png");
        assert_eq!(Flavor::GitLab.page_link(home, "W/a-b.md"), "./W/a-b");
        assert_eq!(Flavor::Azure.file_link(page, "g-1.png"), "/.attachments/g-1.png");
        assert_eq!(Flavor::Gitea.page_link("x.md", "2026-01-02-a.md"), "2026-01-02-a");
    }

    #[test]
    fn pages_that_differ_in_case_alone_are_one() {
        assert_eq!(Flavor::GitHub.fold_path("x/Home Page.md"), Flavor::GitHub.fold_path("home-page.md"));
        assert_ne!(Flavor::Otter.fold_path("x/Home.md"), Flavor::Otter.fold_path("home.md"));
    }
}
