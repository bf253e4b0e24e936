//! Finds the files of the content folder, in order of path.
//!
//! Hidden files, the output folder and what git ignores are left out: drafts and build results must not be published by
//! accident. Symbolic links are followed only as far as the repository reaches, so that a link cannot publish `/etc`.

mod rules;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use walkdir::{DirEntry, WalkDir};

use self::rules::{FileKind, IgnoreRules, file_kind, looks_like_markdown};
use super::{Asset, Scan, Source, read};
use crate::{
    config::Settings,
    diag::{Code, Diagnosed, Diagnostic, Error, Result},
};

/// Finds and reads the content folder. It fails only where the folder itself cannot be read.
pub fn scan(settings: &Settings) -> Result<Diagnosed<Scan>> {
    scan_with(settings, |_| {}, |source| source.clone(), || {})
}

/// Finds and reads the content folder as [`scan`] does, and makes something of each document while it is at hand. `found` is told how
/// many files there are once that is known, `step` that one of them was read: that begins while others are still looked for.
pub(crate) fn scan_with<T: Send>(
    settings: &Settings,
    found: impl FnOnce(usize),
    make: impl Fn(&Source) -> T + Sync,
    step: impl Fn() + Sync,
) -> Result<Diagnosed<Scan<T>>> {
    let mut walk = Walk::new(settings, content_root(settings)?);
    let results = Mutex::new(Vec::new());
    rayon::in_place_scope(|scope| {
        let count = walk.run(|file| {
            scope.spawn(|_| {
                let result = read_found(settings, file, &make);
                results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                step();
            });
        });
        found(count);
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let Walk { mut diagnostics, skipped, .. } = walk;
    let mut scan = Scan { sources: Vec::with_capacity(results.len()), assets: Vec::new(), skipped };
    for (_, result) in results {
        match result.into_value(&mut diagnostics) {
            Read::Made(made) => scan.sources.push(made),
            Read::Asset(asset) => scan.assets.push(asset),
            Read::Nothing => scan.skipped += 1,
        }
    }
    scan.assets.sort();
    diagnostics.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Diagnosed { value: scan, diagnostics })
}

fn content_root(settings: &Settings) -> Result<PathBuf> {
    let dir = &settings.content_dir;
    let help = "name the folder that holds the postmortems, or set `[book] src` in `book.toml`";
    let root = dir.canonicalize().map_err(|cause| Error::io("read the content folder", dir, &cause).help(help))?;
    if !root.is_dir() {
        return Err(Error::new(format!("the content folder {} is not a folder", dir.display())).help(help));
    }
    std::fs::read_dir(&root).map_err(|cause| Error::io("read the content folder", dir, &cause).help(help))?;
    Ok(root)
}

/// A file that was found but not read.
struct Found {
    path: String,
    file: PathBuf,
    kind: FileKind,
}

enum Read<T> {
    Made(T),
    Asset(Asset),
    Nothing,
}

/// Returns the path of a file, and what it is.
fn read_found<T>(settings: &Settings, found: Found, make: &impl Fn(&Source) -> T) -> (String, Diagnosed<Read<T>>) {
    let Found { path, file, kind } = found;
    let is_document = match kind {
        FileKind::Document => true,
        FileKind::Other => false,
        FileKind::Unclear => read::read_head(&file).is_some_and(|head| looks_like_markdown(&head)),
    };
    if !is_document {
        let pixels = image_pixels(&file);
        let asset = Asset { path: path.as_str().into(), file, pixels };
        return (path, Diagnosed::clean(Read::Asset(asset)));
    }
    let read = read::read_source(&path, &file, settings.max_file_bytes);
    let value = read.value.map_or(Read::Nothing, |source| Read::Made(make(&source)));
    (path, Diagnosed { value, diagnostics: read.diagnostics })
}

/// Returns width and height of an image, from its head alone; with them a page keeps the image's place while it loads.
fn image_pixels(file: &Path) -> Option<(u32, u32)> {
    let ending = file.extension()?.to_str()?.to_ascii_lowercase();
    let (width, height) = match ending.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" => {
            let size = imagesize::size(file).ok()?;
            (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)
        }
        "svg" => svg_pixels(&read::read_head(file)?)?,
        _ => return None,
    };
    (width > 0 && height > 0).then_some((width, height))
}

/// Returns the size that the first `<svg>` tag of `head` states: `width` and `height` in pixels, else those of its `viewBox`.
fn svg_pixels(head: &str) -> Option<(u32, u32)> {
    let tag = &head[head.find("<svg")?..];
    let tag = &tag[..tag.find('>')?];
    let value = |name: &str| {
        let from = tag.find(&format!(" {name}=")).or_else(|| tag.find(&format!("\n{name}=")))? + name.len() + 2;
        let quote = tag[from..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        tag[from + 1..].split(quote).next()
    };
    let pixels = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok().filter(|pixels| (1.0..1e6).contains(pixels));
    let stated = || Some((pixels(value("width")?)?, pixels(value("height")?)?));
    let of_box = || {
        let mut numbers = value("viewBox")?.split([' ', ',']).filter(|number| !number.is_empty()).skip(2);
        Some((pixels(numbers.next()?)?, pixels(numbers.next()?)?))
    };
    let (width, height) = stated().or_else(of_box)?;
    Some((width.round() as u32, height.round() as u32))
}

struct Walk {
    root: PathBuf,
    /// Folders that are never entered, canonical.
    closed: Vec<PathBuf>,
    /// Whether the content folder is also the folder of the project.
    is_project: bool,
    /// How far links may lead.
    limit: PathBuf,
    ignore: IgnoreRules,
    diagnostics: Vec<Diagnostic>,
    skipped: usize,
}

impl Walk {
    fn new(settings: &Settings, root: PathBuf) -> Self {
        let closed = std::iter::once(&settings.output_dir).chain(&settings.theme_dir);
        // A folder that holds the content folder is no part of it.
        let closed = closed.filter_map(|dir| dir.canonicalize().ok()).filter(|dir| !root.starts_with(dir)).collect();
        let project = settings.root.canonicalize().unwrap_or_else(|_| root.clone());
        let repository = root.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf);
        let above = repository.clone().unwrap_or_else(|| if root.starts_with(&project) { project.clone() } else { root.clone() });
        Self {
            closed,
            is_project: project == root,
            ignore: IgnoreRules::above(&above, &root),
            limit: above,
            root,
            diagnostics: Vec::new(),
            skipped: 0,
        }
    }

    /// Finds all files and returns how many there are.
    fn run(&mut self, mut found: impl FnMut(Found)) -> usize {
        let mut count = 0;
        let mut entries = WalkDir::new(&self.root).min_depth(1).follow_links(true).sort_by_file_name().into_iter();
        while let Some(next) = entries.next() {
            match next {
                Ok(entry) => {
                    let is_dir = entry.file_type().is_dir();
                    if self.is_left_out(&entry) {
                        self.skipped += 1;
                        if is_dir {
                            entries.skip_current_dir();
                        }
                    } else if is_dir {
                        self.ignore.enter(entry.path());
                    } else if let Some(file) = self.look_at(&entry) {
                        count += 1;
                        found(file);
                    }
                }
                Err(error) => self.report(&error),
            }
        }
        count
    }

    fn is_left_out(&mut self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        let is_dir = entry.file_type().is_dir();
        if name.starts_with('.') || name.ends_with('~') || (is_dir && name == "node_modules") {
            return true;
        }
        if self.is_project && entry.depth() == 1 {
            let is_ours = if is_dir { matches!(&*name, "site" | "target") } else { name == "book.toml" };
            if is_ours {
                return true;
            }
        }
        self.ignore.is_ignored(entry.path(), is_dir)
            || (is_dir && !self.closed.is_empty() && entry.path().canonicalize().is_ok_and(|path| self.closed.contains(&path)))
            || (entry.path_is_symlink() && self.leads_outside(entry))
    }

    fn leads_outside(&mut self, entry: &DirEntry) -> bool {
        let is_inside = entry.path().canonicalize().is_ok_and(|target| target.starts_with(&self.limit));
        if !is_inside {
            let path = self.relative(entry.path());
            self.diagnostics.push(
                Diagnostic::warning(Code::FileUnreadable, None, "a link leads out of the repository and is not followed")
                    .help("copy what it points at into the content folder")
                    .in_file(path.into()),
            );
        }
        !is_inside
    }

    fn look_at(&mut self, entry: &DirEntry) -> Option<Found> {
        let path = self.relative(entry.path());
        if entry.path().to_str().is_none() {
            let finding = Diagnostic::error(Code::FileUnreadable, None, "the name of the file is not UTF-8, so it has no address");
            self.diagnostics.push(finding.help("rename the file").in_file(path.into()));
            None
        } else if entry.file_type().is_file() {
            let kind = file_kind(&entry.file_name().to_string_lossy());
            Some(Found { path, file: entry.path().to_path_buf(), kind })
        } else {
            self.skipped += 1;
            None
        }
    }

    fn report(&mut self, error: &walkdir::Error) {
        let message = match (error.loop_ancestor(), error.io_error()) {
            (Some(ancestor), _) => format!("a link points back at `{}`, in which it stands", self.relative(ancestor)),
            (None, Some(cause)) => format!("cannot be read: {cause}"),
            (None, None) => "cannot be read".to_owned(),
        };
        let path = error.path().map_or_else(String::new, |path| self.relative(path));
        self.diagnostics.push(Diagnostic::error(Code::FileUnreadable, None, message).in_file(path.into()));
    }

    /// Returns the path below the content folder, `/`-separated.
    fn relative(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}
