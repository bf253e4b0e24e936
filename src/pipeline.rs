//! The stages in order: scan, read each file, collect, plan, check. Every command calls this one function.
//!
//! Up to the reading each file stands alone, so files run in parallel, and a file whose bytes did not change is not read again.
//! Pages are rendered later and one by one: `build` asks for all of them, `serve` for those that the browser wants.
//!
//! A fault of our own in one file or on one page is a diagnostic about that file: it never takes the others with it.

mod file;
mod findings;
mod guard;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::SystemTime,
};

use rayon::prelude::*;
use walkdir::WalkDir;
use xxhash_rust::xxh3::Xxh3;

use crate::{
    archive::{self, Archive},
    config::Settings,
    diag::{self, Code, Diagnostic, Level, Result, Texts},
    document::Document,
    extract::Reading,
    render::{self, Bodies, Body, Theme},
    search::{self, Prepared, Terms},
    site::{self, PageKind, Site},
    source::{self, Asset, Source},
};

use file::ReadFile;
pub use guard::install_panic_hook;

/// What a file of the site is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// A file that is copied as it is.
    File(PathBuf),
}

/// A page or file on its way to the disk.
pub enum Output<'a> {
    /// It is made.
    Contents(Contents),
    /// It is made as it is written: it may be larger than memory.
    Stream(WriteFile<'a>),
}

/// Writes a file piece by piece.
pub type WriteFile<'a> = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + 'a>;

/// A part of the work that can take long enough to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Documents are read.
    Read,
    /// Pages are rendered and written.
    Write,
}

/// Is told how far the work is.
pub trait Progress: Sync {
    /// `stage` begins, and has `total` steps.
    fn begin(&self, stage: Stage, total: usize);
    /// One step is done.
    fn step(&self);
}

/// Tells nobody.
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: Stage, _: usize) {}
    fn step(&self) {}
}

/// The steps of reading, which begins before it is known how many there will be.
struct Steps<'a> {
    progress: &'a dyn Progress,
    /// How many steps were done until it is known.
    early: Mutex<Option<usize>>,
}

impl Steps<'_> {
    fn begin(&self, total: usize) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        self.progress.begin(Stage::Read, total);
        (0..early.take().unwrap_or(0)).for_each(|_| self.progress.step());
    }

    fn step(&self) {
        match &mut *self.early.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(early) => *early += 1,
            None => self.progress.step(),
        }
    }
}

/// A site that is ready to be rendered, and everything that was found on the way.
pub struct Build {
    theme: Arc<Theme>,
    site: Site,
    inputs: Inputs,
    /// What was found apart from single documents and their links.
    findings: Vec<Diagnostic>,
    links: findings::Links,
    /// All of it, in order.
    diagnostics: OnceLock<Vec<Diagnostic>>,
    search: Search,
}

/// The search index, made when it is first asked for: most commands need none, and `serve` only where somebody searches.
#[derive(Default)]
struct Search {
    /// What was prepared while documents were read, until the index is made of it.
    prepared: Mutex<Option<PreparedDocuments>>,
    index: OnceLock<search::Index>,
    files: OnceLock<BTreeMap<String, Vec<u8>>>,
}

/// What search needs of documents.
struct PreparedDocuments {
    /// Of each document its incidents, by path.
    of: HashMap<Arc<str>, Vec<Prepared>>,
    terms: Terms,
}

/// What a site is made of, as it was read.
#[derive(Clone)]
struct Inputs {
    files: HashMap<Arc<str>, Arc<ReadFile>>,
    /// What was found about files before they were parsed, and about the theme.
    diagnostics: Vec<Diagnostic>,
    skipped: usize,
    /// The files that are copied, with what tells one state of a file from another.
    asset_states: HashMap<PathBuf, AssetState>,
    /// Hash of everything that is neither document nor copied file.
    others: u64,
}

/// Length and time of a file: its bytes are not read for this.
type AssetState = (u64, Option<SystemTime>);

impl Build {
    /// Runs all stages. Of `previous`, files that did not change are taken over. What pages need is made when they are asked for.
    pub fn run(settings: Settings, previous: Option<&Build>, progress: &dyn Progress) -> Result<Build> {
        let cache = previous.filter(|build| reads_alike(&settings, build.site.settings())).map(|build| &build.inputs.files);
        let read = |settings: &Settings, source: &Source| {
            let known = cache.and_then(|files| files.get(&source.path)).filter(|file| file.hash == source.hash);
            known.cloned().unwrap_or_else(|| Arc::new(ReadFile::read(settings, source)))
        };
        let before = previous.filter(|build| is_same_settings(&settings, build.site.settings()));
        Self::run_stages(settings, before, progress, &read, |_| {})
    }

    /// Runs all stages for a server, of which the home page is asked for first: what that needs is begun as early as it can be.
    pub fn run_for_home(settings: Settings) -> Result<Build> {
        let read = |settings: &Settings, source: &Source| Arc::new(ReadFile::read(settings, source));
        Self::run_stages(settings, None, &NoProgress, &read, Archive::prepare_home)
    }

    /// Runs all stages, and looks for what is found only when texts are made into pages: for those who ask for every finding.
    pub fn run_for_findings(settings: Settings, progress: &dyn Progress) -> Result<Build> {
        let read = |settings: &Settings, source: &Source| Arc::new(ReadFile::read_for_findings(settings, source));
        Self::run_stages(settings, None, progress, &read, |_| {})
    }

    /// Runs all stages, and keeps what pages need: for those who will ask for all of them.
    pub fn run_for_all_pages(settings: Settings, progress: &dyn Progress) -> Result<Build> {
        let (terms, of) = (Terms::default(), Mutex::new(HashMap::new()));
        let read = |settings: &Settings, source: &Source| {
            let (file, prepared) = ReadFile::read_for_all_pages(settings, source, &terms);
            of.lock().unwrap_or_else(PoisonError::into_inner).insert(source.path.clone(), prepared);
            Arc::new(file)
        };
        let mut build = Self::run_stages(settings, None, progress, &read, |_| {})?;
        let of = of.into_inner().unwrap_or_else(PoisonError::into_inner);
        build.search.prepared = Mutex::new(Some(PreparedDocuments { of, terms }));
        Ok(build)
    }

    fn run_stages(
        settings: Settings,
        before: Option<&Build>,
        progress: &dyn Progress,
        read: &(dyn Fn(&Settings, &Source) -> Arc<ReadFile> + Sync),
        collected: impl FnOnce(&Archive),
    ) -> Result<Build> {
        let mut diagnostics = Vec::new();
        let steps = Steps { progress, early: Mutex::new(Some(0)) };
        let scan = || source::scan_with(&settings, |total| steps.begin(total), |source| read(&settings, source), || steps.step());
        let (theme, scan) = rayon::join(|| Theme::load(&settings), scan);
        let theme = theme?.into_value(&mut diagnostics);
        let scan = scan?.into_value(&mut diagnostics);
        let readings = scan.sources.iter().map(|file| file.reading.clone()).collect();
        let inputs = Inputs {
            files: scan.sources.into_iter().map(|file| (file.reading.file.clone(), file)).collect(),
            diagnostics,
            skipped: scan.skipped,
            asset_states: scan.assets.iter().map(|asset| (asset.file.clone(), asset_state(&asset.file))).collect(),
            others: hash_other_inputs(&settings),
        };
        Ok(Build::plan(settings, Arc::new(theme), inputs, readings, scan.assets, before, collected))
    }

    /// Reads only the documents `touched` again, on a site of the same settings; `None` where that is not enough to know what
    /// changed, because something else than a document was touched, or a document is new or gone.
    pub fn update(&self, settings: &Settings, touched: &BTreeSet<PathBuf>) -> Option<Build> {
        if !is_same_settings(settings, self.site.settings()) {
            return None;
        }
        let content = settings.content_dir.canonicalize().ok()?;
        let mut inputs = self.inputs.clone();
        let mut readings = self.site.archive().readings.clone();
        for file in touched {
            let path = file.strip_prefix(&content).ok()?.to_str()?.replace('\\', "/");
            let known = inputs.files.get(path.as_str())?.clone();
            let is_plain = std::fs::symlink_metadata(file).is_ok_and(|metadata| metadata.is_file());
            if !is_plain {
                return None;
            }
            let read = source::read_source(&path, file, settings.max_file_bytes);
            let source = read.value?;
            if source.hash != known.hash {
                inputs.diagnostics.retain(|found| found.path.as_deref() != Some(path.as_str()));
                inputs.diagnostics.extend(read.diagnostics);
                let read = Arc::new(ReadFile::read(settings, &source));
                readings[self.site.archive().find_document(&path)?] = read.reading.clone();
                inputs.files.insert(source.path.clone(), read);
            }
        }
        Some(Build::plan(settings.clone(), self.theme.clone(), inputs, readings, self.site.assets().to_vec(), Some(self), |_| {}))
    }

    /// Collects and plans what was read. `readings` are those of the files, in order of path; `collected` is told of the archive.
    fn plan(
        settings: Settings,
        theme: Arc<Theme>,
        inputs: Inputs,
        readings: Vec<Arc<Reading>>,
        assets: Vec<Asset>,
        before: Option<&Build>,
        collected: impl FnOnce(&Archive),
    ) -> Build {
        let mut findings = inputs.diagnostics.clone();
        let archive = archive::collect_after(&settings, readings, before.map(|build| build.site.archive())).into_value(&mut findings);
        collected(&archive);
        let site = site::plan_after(&settings, archive, assets, before.map(|build| &build.site)).into_value(&mut findings);
        let links = before.map(|before| findings::Links::after(&site, before)).unwrap_or_default();
        Build { theme, site, inputs, findings, links, diagnostics: OnceLock::new(), search: Search::default() }
    }

    /// Returns the finished plan.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Returns the search index of its incidents.
    pub fn search_index(&self) -> &search::Index {
        self.search.index.get_or_init(|| self.make_search_index())
    }

    fn make_search_index(&self) -> search::Index {
        let prepared = self.search.prepared.lock().unwrap_or_else(PoisonError::into_inner).take();
        let PreparedDocuments { mut of, terms } = prepared.unwrap_or_else(|| self.prepare_for_search());
        let archive = self.site.archive();
        let mut prepared = Vec::with_capacity(archive.entries.len());
        for (document, reading) in archive.readings.iter().enumerate() {
            let ids = archive.entries_of(document).iter().map(|entry| &*archive.entries[*entry].id);
            prepared.extend(ids.zip(of.remove(&reading.file).unwrap_or_default()));
        }
        search::Index::build(prepared, terms)
    }

    fn prepare_for_search(&self) -> PreparedDocuments {
        let terms = Terms::default();
        let files = self.inputs.files.par_iter();
        let of = files.map(|(path, file)| (path.clone(), file.searchable(self.site.settings(), &terms))).collect();
        PreparedDocuments { of, terms }
    }

    /// Returns the tree of a document, by its path below the content folder; it is read again, because no tree is kept.
    pub(crate) fn document(&self, file: &str) -> Option<Document> {
        self.inputs.files.get(file).map(|file| file.document())
    }

    /// Returns the files of the search index, by path.
    fn search_files(&self) -> &BTreeMap<String, Vec<u8>> {
        self.search.files.get_or_init(|| {
            let data = render::search::site_data(&self.theme, &self.site);
            // The index itself is as large as its files, and who asks for these seldom asks for it.
            let files = match self.search.index.get() {
                Some(index) => index.files(&data),
                None => self.make_search_index().files(&data),
            };
            files.into_iter().collect()
        })
    }

    fn search_file(&self, path: &str) -> Option<&[u8]> {
        path.starts_with("search/").then(|| self.search_files().get(path).map(Vec::as_slice)).flatten()
    }

    /// Returns the errors in the user's theme. The built-in files would take the place of the broken ones, which is not the site
    /// that was asked for.
    pub fn theme_errors(&self) -> Vec<Diagnostic> {
        let is_broken = |found: &&Diagnostic| found.level == Level::Error && matches!(found.code, Code::TemplateBroken | Code::ThemeFile);
        self.inputs.diagnostics.iter().filter(is_broken).cloned().collect()
    }

    /// Returns how many files the ignore rules left out.
    pub fn skipped(&self) -> usize {
        self.inputs.skipped
    }

    /// Returns how many documents were read.
    pub fn document_count(&self) -> usize {
        self.inputs.files.len()
    }

    /// Returns the path of every page and file, in order, and prepares what they share: they are all about to be rendered.
    pub fn paths(&self) -> Vec<&str> {
        self.site.archive().compute_all();
        let mut paths: Vec<&str> = self.site.paths().map(|path| &**path).collect();
        paths.extend(self.theme.asset_paths());
        paths.extend(self.search_files().keys().map(String::as_str));
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Returns whether there is a page or file at `path`.
    pub fn has(&self, path: &str) -> bool {
        self.site.page(path).is_some() || self.theme.has_asset(path) || self.search_file(path).is_some()
    }

    /// Returns whether this build was made of the same files and settings as `other`.
    pub fn is_same_as(&self, other: &Build) -> bool {
        self.inputs.others == other.inputs.others
            && self.inputs.asset_states == other.inputs.asset_states
            && self.inputs.files.len() == other.inputs.files.len()
            && self.changed_files(other).is_empty()
    }

    /// Returns the paths of the documents and copied files that are new, different or gone since `before`, in order.
    pub fn changed_files(&self, before: &Build) -> Vec<String> {
        let is_new = |path: &Arc<str>, file: &Arc<ReadFile>| before.inputs.files.get(path).is_none_or(|old| old.hash != file.hash);
        let changed = self.inputs.files.iter().filter(|(path, file)| is_new(path, file)).map(|(path, _)| path.to_string());
        let gone = before.inputs.files.keys().filter(|path| !self.inputs.files.contains_key(*path)).map(ToString::to_string);
        let mut paths: Vec<String> = changed.chain(gone).chain(self.changed_assets(before)).collect();
        paths.sort_unstable();
        paths
    }

    /// Returns the paths in the content folder of the copied files that are new or different since `before`.
    pub fn changed_assets(&self, before: &Build) -> Vec<String> {
        let assets = self.site.assets().iter();
        let is_new = |file: &PathBuf| self.inputs.asset_states.get(file) != before.inputs.asset_states.get(file);
        assets.filter(|asset| is_new(&asset.file)).map(|asset| asset.path.to_string()).collect()
    }

    /// Returns the page or file at `path`.
    pub fn render(&self, path: &str) -> std::result::Result<Contents, Diagnostic> {
        if let Some(site::Page { kind: PageKind::Asset(index), .. }) = self.site.page(path) {
            return Ok(Contents::File(self.site.assets()[*index].file.clone()));
        }
        if let Some(bytes) = self.theme.asset(path) {
            return Ok(Contents::Bytes(bytes.to_vec()));
        }
        if let Some(bytes) = self.search_file(path) {
            return Ok(Contents::Bytes(bytes.to_vec()));
        }
        let rendered = guard::guarded(|| render::render_page(&self.theme, &self.site, self, path));
        match rendered {
            Ok(rendered) => rendered.map(Contents::Bytes),
            Err(fault) => Err(Diagnostic::error(Code::Fault, None, format!("the page `{path}` cannot be rendered: {fault}"))
                .help("this is a fault of hindsite; please report it with the document that the page shows")),
        }
    }

    /// Returns the page or file at `path` for the disk.
    pub fn output(&self, path: &str) -> std::result::Result<Output<'_>, Diagnostic> {
        match self.site.page(path).map(|page| &page.kind).filter(|kind| kind.is_data() && !self.theme.has_asset(path)) {
            None => self.render(path).map(Output::Contents),
            Some(kind) => Ok(Output::Stream(Box::new(|out| {
                guard::guarded(|| self.site.write_data(kind, out))
                    .unwrap_or_else(|fault| Err(io::Error::other(format!("this is a fault of hindsite: {fault}"))))
            }))),
        }
    }

    /// Returns the texts that the diagnostics of this build point into.
    pub fn texts(&self) -> Texts {
        self.texts_of(self.diagnostics())
    }

    /// Returns the texts that `diagnostics` point into.
    pub fn texts_of(&self, diagnostics: &[Diagnostic]) -> Texts {
        let settings = self.site.settings();
        let mut texts = Texts::new(&settings.root, &settings.content_dir);
        for diagnostic in diagnostics {
            let Some(path) = &diagnostic.path else { continue };
            if texts.knows(diagnostic) {
                continue;
            }
            match self.inputs.files.get(path) {
                Some(file) => texts.add_document(path.clone(), file.text.clone()),
                None => add_other(&mut texts, &settings.root, path),
            }
        }
        texts
    }
}

/// Adds the text of a file of the configuration or the theme, where it can be read.
fn add_other(texts: &mut Texts, root: &Path, path: &Arc<str>) {
    if let Ok(text) = std::fs::read_to_string(root.join(&**path)) {
        texts.add_other(path.clone(), text.into());
    }
}

impl Bodies for Build {
    fn body(&self, file: &str) -> Option<Arc<Body>> {
        self.inputs.files.get(file).map(|file| file.body(self.site.settings()))
    }
}

/// What was read from files outside of a site.
pub struct Inspection {
    /// Their records.
    pub archive: Archive,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub texts: Texts,
}

/// Reads files as if they were a site of their own.
pub fn inspect(settings: &Settings, sources: &[Source]) -> Inspection {
    let files: Vec<ReadFile> = sources.par_iter().map(|source| ReadFile::read(settings, source)).collect();
    let mut diagnostics: Vec<Diagnostic> = files.iter().flat_map(|file| file.findings(settings)).collect();
    let archive = archive::collect(settings, files.iter().map(|file| file.reading.clone()).collect()).into_value(&mut diagnostics);
    diag::sort(&mut diagnostics);
    let mut texts = Texts::new(&settings.root, &settings.content_dir);
    for file in files {
        texts.add_document(file.reading.file.clone(), file.text);
    }
    Inspection { archive, diagnostics, texts }
}

fn asset_state(file: &Path) -> AssetState {
    std::fs::metadata(file).map_or((0, None), |metadata| (metadata.len(), metadata.modified().ok()))
}

/// Returns a hash of the settings and of the files that the user adds to the theme.
fn hash_other_inputs(settings: &Settings) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(format!("{settings:?}").as_bytes());
    let theme = settings.theme_dir.iter().flat_map(|dir| WalkDir::new(dir).sort_by_file_name()).flatten();
    let theme = theme.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    let added = settings.additional_css.iter().chain(&settings.additional_js).map(|file| settings.root.join(file));
    for file in theme.chain(added) {
        hasher.update(file.as_os_str().as_encoded_bytes());
        hasher.update(&std::fs::read(&file).unwrap_or_default());
    }
    hasher.digest()
}

fn is_same_settings(a: &Settings, b: &Settings) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

/// Returns whether the same document reads the same under both settings.
fn reads_alike(a: &Settings, b: &Settings) -> bool {
    a.read == b.read && a.raw_html == b.raw_html && a.remote_images == b.remote_images && a.max_file_bytes == b.max_file_bytes
}
