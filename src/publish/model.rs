//! What is wanted in a wiki, and what is found there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Digest, Ledger, Mark};

/// What kind of page it is, for those targets that treat them differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WantedKind {
    /// The top of our pages; it links to all others.
    Home,
    /// A list of incidents: of a year, of a root cause, of all causes.
    Index,
    /// The statistics.
    Statistics,
    /// An incident.
    Incident,
}

/// Where a page stands among ours, before a target has given it a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its stable key, see [`Wanted::key`].
    pub key: String,
    /// What kind of page it is.
    pub kind: WantedKind,
    /// Its title, unique among our pages without regard to case. It may hold any character.
    pub title: String,
    /// The titles of the pages above it, from the top (the home page) down; empty for the home page itself.
    pub above: Vec<String>,
}

/// Labels, categories or tags: `incident`, `sev1`, `cause-capacity`. Lower-case letters, digits and hyphens, sorted.
pub type Labels = BTreeSet<String>;

/// A page as it should be in the target, rendered in its dialect.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The archive that it belongs to, by the title of its home page.
    pub archive: String,
    /// Its stable id: `home`, `year/2026`, `cause/capacity`, `incident/inc-214`. The title may change, the key never.
    pub key: String,
    /// What kind of page it is.
    pub kind: WantedKind,
    /// Its title.
    pub title: String,
    /// Its name in the target, as [`super::Naming::name`] gave it: a path, a full title.
    pub name: String,
    /// The key of the page above it; `None` for the home page.
    pub parent: Option<String>,
    /// The body in the target's dialect, normalised, without the mark.
    pub body: String,
    /// The hash of the body.
    pub digest: Digest,
    /// The labels that we manage; those of people are never touched.
    pub labels: Labels,
    /// The pictures and files that the body refers to.
    pub files: Vec<Attachment>,
}

impl Wanted {
    /// Returns the mark under which it is written.
    pub fn mark(&self) -> Mark {
        Mark {
            archive: self.archive.clone(),
            key: self.key.clone(),
            name: self.name.clone(),
            body: self.digest.clone(),
            wanted: self.digest.clone(),
            state: super::MarkState::Live,
        }
    }
}

/// A file that a page refers to. Its name carries a hash of its bytes, so a file of that name never changes: uploading is
/// idempotent, never overwrites a person's file, and an old version of the page keeps its picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// `graph-1a2b3c4d.png`: letters, digits, hyphens, one dot. MediaWiki's module puts its own prefix in front.
    pub name: String,
    /// Its media type, `image/png`.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A page that is in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    /// What names it in requests: a page id, a full title, a path.
    pub id: String,
    /// Its name now, comparable with [`Wanted::name`].
    pub name: String,
    /// Its revision, given back for compare-and-swap.
    pub revision: String,
    /// Our mark; `None` on a page that is not ours.
    pub mark: Option<Mark>,
    /// The hash of its body as it is there, without the mark (Confluence: of the canonical form; see [`super::Naming::digest`]).
    pub digest: Digest,
    /// Whether its body may be replaced as far as the target knows: false where people have open comments in the text, which an
    /// update would drop.
    pub untouched: bool,
}

impl There {
    /// Returns whether it is exactly what we wrote last.
    pub fn is_as_published(&self) -> bool {
        self.untouched && self.mark.as_ref().is_some_and(|mark| mark.body == self.digest)
    }
}

/// Everything in the target that matters to us: every page that carries our mark, and every page that stands at a wanted name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The pages, in order of name.
    pub pages: Vec<There>,
    /// What was published so far, also what a person deleted since; `None` where there is none or it cannot be trusted.
    pub ledger: Option<Ledger>,
    /// The names of the files of ours that are there, where the target can tell without asking for each page.
    pub files: Option<BTreeSet<String>>,
    /// Further facts for people, such as the server's version.
    pub notes: BTreeMap<String, String>,
}
