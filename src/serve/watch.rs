//! What changed on disk, in batches.
//!
//! Folders are watched, not files: editors save by renaming. A batch ends when nothing has happened for a moment, so that a checkout
//! of a thousand files is one batch. What is in a batch is only a hint: whoever gets it looks at the folders again, so an event that
//! the system loses inside of a new folder loses nothing.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use notify::{Config, ErrorKind, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::{
    config::{Settings, real_path},
    diag::{Error, Result},
};

/// A batch of many files ends after this much quiet.
const QUIET: Duration = Duration::from_millis(80);

/// A batch of one file, as an editor saves it, ends after this much: nobody should wait for a checkout that is none.
const QUIET_AFTER_ONE: Duration = Duration::from_millis(30);

/// A batch ends after this time, quiet or not.
const LONGEST: Duration = Duration::from_millis(500);

/// How often polling looks, and how often we look whether a watched folder was replaced.
const INTERVAL: Duration = Duration::from_secs(1);

/// What the watch tells.
#[derive(Debug)]
pub(crate) enum Change {
    /// Something changed at these paths, or near them.
    Files(BTreeSet<PathBuf>),
    /// The system cannot tell of more changes; why, and what is done about it.
    Notice(String),
    /// The user asks to stop.
    Stop,
}

/// The folders that are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Folder {
    path: PathBuf,
    is_deep: bool,
}

/// A watch on everything that a site is made of. It ends when it is dropped.
pub(crate) struct Watch {
    watcher: Box<dyn Watcher + Send>,
    folders: Vec<(Folder, Option<Identity>)>,
    is_polling: bool,
    raw: Sender<notify::Result<notify::Event>>,
    changes: Sender<Change>,
}

impl Watch {
    /// Starts to watch what the site of `settings` is made of. Changes go to `changes`.
    pub(crate) fn start(settings: &Settings, poll: bool, changes: Sender<Change>) -> Result<Self> {
        let (raw, events) = channel();
        let filter = Filter::new(settings);
        let batches = changes.clone();
        thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || collect_batches(&events, &filter, &batches))
            .map_err(|cause| Error::new(format!("cannot watch for changes: {cause}")))?;
        let mut watch = Self { watcher: watcher(poll, raw.clone())?, folders: Vec::new(), is_polling: poll, raw, changes };
        watch.follow(settings)?;
        Ok(watch)
    }

    /// Watches what the site of `settings` is made of now: a change of `book.toml` may name other folders.
    pub(crate) fn follow(&mut self, settings: &Settings) -> Result<()> {
        let wanted = folders(settings);
        let known: Vec<&Folder> = self.folders.iter().map(|(folder, _)| folder).collect();
        if known.iter().copied().eq(&wanted) {
            return Ok(());
        }
        for (folder, _) in std::mem::take(&mut self.folders) {
            let _ = self.watcher.unwatch(&folder.path);
        }
        wanted.into_iter().try_for_each(|folder| self.add(folder))
    }

    /// Watches anew each folder that was removed and made again, of which the system would tell nothing more.
    pub(crate) fn renew(&mut self) {
        for index in 0..self.folders.len() {
            let (folder, before) = &self.folders[index];
            let now = identity(&folder.path);
            if now == *before {
                continue;
            }
            let folder = folder.clone();
            let _ = self.watcher.unwatch(&folder.path);
            if now.is_some() {
                let mode = mode(&folder);
                // Where this fails, the next look tries again.
                if self.watcher.watch(&folder.path, mode).is_err() {
                    continue;
                }
            }
            self.folders[index].1 = now;
            let _ = self.changes.send(Change::Files([folder.path].into()));
        }
    }

    fn add(&mut self, folder: Folder) -> Result<()> {
        match self.watcher.watch(&folder.path, mode(&folder)) {
            Ok(()) => {}
            Err(error) if !self.is_polling && is_out_of_watches(&error) => return self.fall_back(folder),
            Err(error) => return Err(Error::new(format!("cannot watch {}: {error}", folder.path.display()))),
        }
        let identity = identity(&folder.path);
        self.folders.push((folder, identity));
        Ok(())
    }

    /// The system has a limit of watches per user; polling has none.
    fn fall_back(&mut self, folder: Folder) -> Result<()> {
        let _ = self.changes.send(Change::Notice(
            "the system's limit of watched folders is reached, so changes are looked for every second; \
             to raise it on Linux: `sudo sysctl fs.inotify.max_user_watches=524288`"
                .to_owned(),
        ));
        self.watcher = watcher(true, self.raw.clone())?;
        self.is_polling = true;
        let earlier = std::mem::take(&mut self.folders);
        earlier.into_iter().map(|(folder, _)| folder).chain([folder]).try_for_each(|folder| self.add(folder))
    }
}

/// How long a receiver of changes should wait before it asks for [`Watch::renew`].
pub(crate) const RENEW_EVERY: Duration = INTERVAL;

fn watcher(poll: bool, raw: Sender<notify::Result<notify::Event>>) -> Result<Box<dyn Watcher + Send>> {
    let handler = move |event| {
        // The receiver is gone when the watch is.
        let _ = raw.send(event);
    };
    let error = |cause: notify::Error| Error::new(format!("cannot watch for changes: {cause}")).help("try `--poll`");
    if poll {
        let config = Config::default().with_poll_interval(INTERVAL);
        return Ok(Box::new(PollWatcher::new(handler, config).map_err(error)?));
    }
    Ok(Box::new(RecommendedWatcher::new(handler, Config::default()).map_err(error)?))
}

fn mode(folder: &Folder) -> RecursiveMode {
    if folder.is_deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive }
}

fn is_out_of_watches(error: &notify::Error) -> bool {
    const ENOSPC: i32 = 28;
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(cause) => cause.raw_os_error() == Some(ENOSPC),
        _ => false,
    }
}

/// Returns the folders that a site is made of; the site's own folder is there for `book.toml`.
fn folders(settings: &Settings) -> Vec<Folder> {
    let mut folders = vec![Folder { path: real_path(&settings.content_dir), is_deep: true }];
    folders.extend(settings.theme_dir.iter().map(|dir| Folder { path: real_path(dir), is_deep: true }));
    folders.extend(settings.extra_watch_dirs.iter().map(|dir| Folder { path: real_path(dir), is_deep: true }));
    if settings.has_config {
        folders.push(Folder { path: real_path(&settings.root), is_deep: false });
    }
    for file in settings.additional_css.iter().chain(&settings.additional_js) {
        folders.extend(settings.root.join(file).parent().map(|dir| Folder { path: real_path(dir), is_deep: false }));
    }
    folders.retain(|folder| folder.path.is_dir());
    let deep: Vec<PathBuf> = folders.iter().filter(|folder| folder.is_deep).map(|folder| folder.path.clone()).collect();
    let is_covered = |folder: &Folder| deep.iter().any(|dir| folder.path.starts_with(dir) && (folder.path != *dir || !folder.is_deep));
    folders.retain(|folder| !is_covered(folder));
    folders.sort_by(|a, b| a.path.cmp(&b.path));
    folders.dedup();
    folders
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = std::time::SystemTime;

/// Returns what tells a folder from another that takes its place.
fn identity(folder: &Path) -> Option<Identity> {
    let metadata = std::fs::metadata(folder).ok().filter(std::fs::Metadata::is_dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    metadata.created().ok()
}

/// Which paths do not matter.
struct Filter {
    output: PathBuf,
    roots: Vec<PathBuf>,
}

impl Filter {
    fn new(settings: &Settings) -> Self {
        let roots = [&settings.content_dir, &settings.root].map(|dir| real_path(dir));
        Self { output: real_path(&settings.output_dir), roots: roots.into() }
    }

    fn matters(&self, path: &Path) -> bool {
        let below = self.roots.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        !path.starts_with(&self.output)
            && !below.components().any(|part| is_left_out(part.as_os_str()))
            && !path.file_name().is_some_and(is_temporary)
    }
}

/// Returns whether nothing of this name, or below it, is ever part of a site.
fn is_left_out(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    (name.starts_with('.') && !matches!(&*name, ".gitignore" | ".ignore")) || name == "node_modules"
}

/// Returns whether a file of this name is one that an editor makes beside the one that is edited.
fn is_temporary(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "4913"
        || name.ends_with('~')
        || name.starts_with(".#")
        || (name.starts_with('#') && name.ends_with('#'))
        || [".swp", ".swo", ".swx", ".tmp", ".part", ".crdownload"].iter().any(|suffix| name.ends_with(suffix))
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
}

fn collect_batches(events: &Receiver<notify::Result<notify::Event>>, filter: &Filter, batches: &Sender<Change>) {
    while let Ok(event) = events.recv() {
        let mut paths = BTreeSet::new();
        add(&mut paths, event, filter);
        if paths.is_empty() {
            continue;
        }
        let began = Instant::now();
        loop {
            let quiet = if paths.len() == 1 { QUIET_AFTER_ONE } else { QUIET };
            let left = LONGEST.saturating_sub(began.elapsed()).min(quiet);
            match events.recv_timeout(left) {
                Ok(event) => {
                    let before = paths.len();
                    add(&mut paths, event, filter);
                    // What does not matter does not make the batch longer either.
                    if paths.len() == before && began.elapsed() >= QUIET {
                        break;
                    }
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if batches.send(Change::Files(paths)).is_err() {
            return;
        }
    }
}

fn add(paths: &mut BTreeSet<PathBuf>, event: notify::Result<notify::Event>, filter: &Filter) {
    match event {
        // Reading a file is an event too; our own reading would set off the next build.
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
        Ok(event) => paths.extend(event.paths.into_iter().filter(|path| filter.matters(path))),
        // What was lost is not known, so everything is looked at again.
        Err(error) => paths.extend(error.paths.into_iter().chain([PathBuf::new()])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, path: &str) -> notify::Result<notify::Event> {
        Ok(notify::Event::new(kind).add_path(path.into()))
    }

    fn batch(events: Vec<notify::Result<notify::Event>>) -> Vec<String> {
        let filter = Filter { output: "/w/site".into(), roots: vec!["/w/content".into()] };
        let mut paths = BTreeSet::new();
        events.into_iter().for_each(|event| add(&mut paths, event, &filter));
        paths.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn only_what_matters_is_in_a_batch() {
        use notify::event::{AccessKind, CreateKind, ModifyKind};
        let changed = EventKind::Modify(ModifyKind::Any);
        let events = vec![
            event(changed, "/w/content/a.md"),
            event(changed, "/w/content/a.md"),
            event(EventKind::Access(AccessKind::Any), "/w/content/read.md"),
            event(changed, "/w/site/a.html"),
            event(changed, "/w/content/.git/index"),
            event(changed, "/w/content/.cache/x/y.md"),
            event(changed, "/w/content/node_modules/x/readme.md"),
            event(changed, "/w/content/.gitignore"),
            event(EventKind::Create(CreateKind::File), "/w/content/4913"),
            event(changed, "/w/content/.a.md.swp"),
            event(changed, "/w/content/a.md~"),
            event(changed, "/w/content/a.md___jb_tmp___"),
            event(EventKind::Create(CreateKind::Folder), "/w/content/new"),
        ];
        assert_eq!(batch(events), ["/w/content/.gitignore", "/w/content/a.md", "/w/content/new"]);
    }

    #[test]
    fn folders_inside_of_others_are_watched_once() {
        let dir = tempfile::tempdir().unwrap();
        let root = real_path(dir.path());
        for folder in ["content/css", "theme", "shared"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let settings = Settings {
            root: root.clone(),
            content_dir: root.join("content"),
            theme_dir: Some(root.join("theme")),
            has_config: true,
            additional_css: vec!["content/css/own.css".into(), "shared/x.css".into()],
            extra_watch_dirs: vec![root.join("nowhere")],
            ..Settings::default()
        };
        let shown: Vec<(String, bool)> = folders(&settings)
            .into_iter()
            .map(|folder| (folder.path.strip_prefix(&root).unwrap().display().to_string(), folder.is_deep))
            .collect();
        let expected = [("", false), ("content", true), ("shared", false), ("theme", true)];
        assert_eq!(shown, expected.map(|(path, is_deep)| (path.to_owned(), is_deep)));
    }
}
