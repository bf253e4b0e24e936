//! The site as it is now, shared by all who answer.

use std::{
    collections::HashMap,
    fs::File,
    hash::{BuildHasher, RandomState},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use serde_json::json;

use super::reload::Hub;
use crate::{
    config::Settings,
    diag::{self, Code, Diagnostic, Error, Level, Texts},
    export,
    pipeline::{Build, Contents},
    site::PageKind,
};

/// The bytes of one file, made when they are first asked for.
type Shared = Arc<OnceLock<Result<Arc<Vec<u8>>, String>>>;

/// One build, and what stands in the way of a newer one.
pub(super) struct Current {
    build: Arc<Build>,
    number: String,
    base: String,
    trouble: Option<Vec<String>>,
    /// The files of the whole archive that were asked for: they can be large, and everyone who reads one slowly reads the same.
    large: Mutex<HashMap<String, Shared>>,
}

impl Current {
    pub(super) fn build(&self) -> &Build {
        &self.build
    }

    pub(super) fn shared_build(&self) -> Arc<Build> {
        self.build.clone()
    }

    pub(super) fn settings(&self) -> &Settings {
        self.build.site().settings()
    }

    /// Returns the name of the build: different for every build of every run of the server.
    pub(super) fn number(&self) -> &str {
        &self.number
    }

    /// Returns the path below which the pages lie, with a slash at both ends.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn trouble(&self) -> Option<&[String]> {
        self.trouble.as_deref()
    }

    /// Returns whether there is a file of the site at `path`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.build.has(path)
    }

    fn new(build: Arc<Build>, number: String, trouble: Option<Vec<String>>) -> Self {
        let base = build.site().base_path();
        Self { build, number, base, trouble, large: Mutex::default() }
    }

    /// Returns the file of the site at `path`, or says in words for people why it cannot be made.
    pub(super) fn render(&self, path: &str) -> Result<Made, String> {
        let make = || {
            self.build.render(path).map_err(|problem| {
                let texts = self.build.texts_of(std::slice::from_ref(&problem));
                plain(&[problem], &texts).remove(0)
            })
        };
        if is_of_whole_archive(path) {
            let place = self.large.lock().unwrap_or_else(PoisonError::into_inner).entry(path.to_owned()).or_default().clone();
            let made = place.get_or_init(|| match make()? {
                Contents::Bytes(bytes) => Ok(Arc::new(bytes)),
                Contents::File(file) => Err(format!("{} is not made", file.display())),
            });
            return made.clone().map(Made::Bytes);
        }
        make().map(|contents| match contents {
            Contents::Bytes(bytes) => Made::Bytes(Arc::new(bytes)),
            Contents::File(file) => Made::File(file),
        })
    }

    /// Opens a file that is copied into the site. Between the build and now it may have become a link to anywhere.
    pub(super) fn open(&self, file: &Path) -> io::Result<File> {
        let real = file.canonicalize()?;
        let content = self.settings().content_dir.canonicalize()?;
        let limit = content.ancestors().find(|dir| dir.join(".git").exists()).unwrap_or(&content);
        if !real.starts_with(limit) || !real.is_file() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        File::open(real)
    }

    /// Returns what the page at `path` is to show over itself, as JSON: errors in the way, and warnings of its document.
    pub(super) fn notes(&self, path: &str) -> String {
        let found = self.document_of(path).map(|file| self.build.diagnostics_of(&file)).unwrap_or_default();
        let (errors, others): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(is_in_the_way);
        let mut trouble = self.trouble.clone().unwrap_or_default();
        trouble.extend(plain(&errors, &self.build.texts_of(&errors)));
        let warnings = plain(&others, &self.build.texts_of(&others));
        json!({ "build": self.number, "trouble": trouble, "warnings": warnings, "sources": self.sources(path) }).to_string()
    }

    /// Returns where each value of the incident of the page at `path` was read.
    fn sources(&self, path: &str) -> Vec<export::SourceLine> {
        let site = self.build.site();
        match site.page(path).map(|page| &page.kind) {
            Some(PageKind::Incident(entry)) => export::source_lines(site.archive(), *entry),
            _ => Vec::new(),
        }
    }

    /// Returns the document that the page at `path` shows.
    fn document_of(&self, path: &str) -> Option<Arc<str>> {
        let site = self.build.site();
        let archive = site.archive();
        match &site.page(path)?.kind {
            PageKind::Incident(entry) => Some(archive.entries.get(*entry)?.file.clone()),
            PageKind::Document(document) => Some(archive.readings.get(*document)?.file.clone()),
            PageKind::Home => Some(archive.readings.get(site.introduction()?)?.file.clone()),
            _ => None,
        }
    }
}

/// A file of the site as it is sent.
pub(super) enum Made {
    /// Its bytes, which others may be reading too.
    Bytes(Arc<Vec<u8>>),
    /// A file that is copied.
    File(PathBuf),
}

/// Returns whether the file at `path` holds something of every incident and is no page.
fn is_of_whole_archive(path: &str) -> bool {
    path.starts_with("data/") || matches!(path, "feed.xml" | "feed.json" | "sitemap.xml")
}

/// Returns whether a diagnostic is shown over the page rather than beside it: an edit went wrong as a whole.
fn is_in_the_way(found: &Diagnostic) -> bool {
    found.level == Level::Error || matches!(found.code, Code::FrontMatterBroken | Code::FrontMatterUnclosed)
}

/// Returns each diagnostic as plain text.
pub(super) fn plain(diagnostics: &[Diagnostic], texts: &Texts) -> Vec<String> {
    diagnostics.iter().map(|found| anstream::adapter::strip_str(&diag::render_human(found, texts)).to_string()).collect()
}

/// Returns an error as plain text.
pub(super) fn describe(error: &Error) -> String {
    match &error.help {
        Some(help) => format!("error: {}\n  help: {help}", error.message),
        None => format!("error: {}", error.message),
    }
}

/// The current build, and the pages that are to be told when it changes.
pub(super) struct Live {
    current: Mutex<Arc<Current>>,
    count: Mutex<u64>,
    /// Different for every run, so that a page that was open before a restart is told too.
    run: u64,
    pub(super) hub: Hub,
}

impl Live {
    /// Returns the first build, of which nobody has to be told.
    pub(super) fn new(build: Arc<Build>) -> Self {
        let run = RandomState::new().hash_one("run");
        let first = Current::new(build, format!("{run:x}-1"), None);
        Self { current: Mutex::new(Arc::new(first)), count: Mutex::new(1), run, hub: Hub::default() }
    }

    /// Returns the current build. Nothing is held while it is used.
    pub(super) fn current(&self) -> Arc<Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a build the current one, and tells the open pages.
    pub(super) fn publish(&self, build: Arc<Build>, trouble: Option<Vec<String>>) {
        let count = {
            let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
            *count += 1;
            *count
        };
        let assets = build.changed_assets(&self.current().build);
        let current = Current::new(build, format!("{:x}-{count}", self.run), trouble);
        let event = event(current.number(), &assets);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(current);
        self.hub.tell(&event);
    }
}

/// Returns the event that tells a page which build is current.
pub(super) fn event(build: &str, assets: &[String]) -> String {
    json!({ "build": build, "assets": assets }).to_string()
}
