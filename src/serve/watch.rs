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
    time::{Duration, Instant, SystemTime},
};

use notify::{
    Config, ErrorKind, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind},
};

use super::poll::{self, Poller};
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

/// A batch does not end while one of its files is being written, up to this time: half a document is no document.
const LONGEST_WRITE: Duration = Duration::from_secs(2);

/// Whether the system tells that a file which was written to is closed.
const IS_TOLD_OF_CLOSING: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// How often polling looks, and how often we look whether a watched folder was replaced.
const INTERVAL: Duration = Duration::from_secs(1);

/// What the watch tells.
#[derive(Debug)]
pub(crate) enum Change {
    /// Something changed at these paths, or near them.
    Files(BTreeSet<PathBuf>),
    /// The system has no watch for a folder that is new; [`Watch::look_instead`] helps.
    NoMoreWatches,
    /// Something to tell the user.
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
    raw: Raw,
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
        let (watcher, is_polling) = if poll { (poller(raw.clone())?, true) } else { told_or_looking(&raw, &changes)? };
        let mut watch = Self { watcher, folders: Vec::new(), is_polling, raw, changes };
        watch.follow(settings)?;
        Ok(watch)
    }

    /// Tells, from a thread of its own, what changed from `since` on: before the system was asked to tell.
    pub(crate) fn look_back(&self, settings: &Settings, since: SystemTime) {
        let filter = Filter::new(settings);
        let folders: Vec<Folder> = self.folders.iter().map(|(folder, _)| folder.clone()).collect();
        let raw = self.raw.clone();
        // Told as the system would, so that a file that is being written just now is waited for.
        let look = move || {
            let found = folders.iter().flat_map(|folder| poll::changed_since(&folder.path, folder.is_deep, since));
            let paths = found.filter(|path| filter.matters(path)).collect::<Vec<_>>();
            if !paths.is_empty() {
                let _ = raw.send(Ok(notify::Event { paths, ..notify::Event::new(EventKind::Any) }));
            }
        };
        if thread::Builder::new().name("look back".to_owned()).spawn(look).is_err() {
            let _ = self.changes.send(Change::Files([PathBuf::new()].into()));
        }
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

    /// Looks for changes from now on, because the system has no more watches. Its limit is one of a user; looking has none.
    pub(crate) fn look_instead(&mut self) -> Result<()> {
        if self.is_polling {
            return Ok(());
        }
        let _ = self.changes.send(Change::Notice(NO_MORE_WATCHES.to_owned()));
        self.watcher = poller(self.raw.clone())?;
        self.is_polling = true;
        let folders = std::mem::take(&mut self.folders).into_iter().map(|(folder, _)| folder);
        // What changed until now is looked at again as a whole.
        let _ = self.changes.send(Change::Files([PathBuf::new()].into()));
        folders.collect::<Vec<_>>().into_iter().try_for_each(|folder| self.add(folder))
    }

    fn add(&mut self, folder: Folder) -> Result<()> {
        let watched = self.watcher.watch(&folder.path, mode(&folder));
        let path = folder.path.clone();
        let identity = identity(&path);
        self.folders.push((folder, identity));
        match watched {
            Err(error) if !self.is_polling && is_out_of_watches(&error) => self.look_instead(),
            watched => watched.map_err(|error| Error::new(format!("cannot watch {}: {error}", path.display()))),
        }
    }
}

/// What the user is told where the system has no more watches.
const NO_MORE_WATCHES: &str = "the system's limit of watched folders is reached, so changes are looked for every second; \
     to raise it on Linux: `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024`";

/// How long a receiver of changes should wait before it asks for [`Watch::renew`].
pub(crate) const RENEW_EVERY: Duration = INTERVAL;

type Raw = Sender<notify::Result<notify::Event>>;

/// Returns the system's watcher, or where it has none to give a poller; and whether it is that.
fn told_or_looking(raw: &Raw, changes: &Sender<Change>) -> Result<(Box<dyn Watcher + Send>, bool)> {
    match RecommendedWatcher::new(into_sender(raw.clone()), Config::default()) {
        Ok(watcher) => Ok((Box::new(watcher), false)),
        Err(error) if is_out_of_watches(&error) => {
            let _ = changes.send(Change::Notice(NO_MORE_WATCHES.to_owned()));
            Ok((poller(raw.clone())?, true))
        }
        Err(error) => Err(cannot_watch(&error)),
    }
}

fn poller(raw: Raw) -> Result<Box<dyn Watcher + Send>> {
    let config = Config::default().with_poll_interval(INTERVAL);
    Ok(Box::new(Poller::new(into_sender(raw), config).map_err(|error| cannot_watch(&error))?))
}

fn into_sender(raw: Raw) -> impl FnMut(notify::Result<notify::Event>) + Send + 'static {
    move |event| {
        // The receiver is gone when the watch is.
        let _ = raw.send(event);
    }
}

fn cannot_watch(cause: &notify::Error) -> Error {
    Error::new(format!("cannot watch for changes: {cause}")).help("try `--poll`")
}

fn mode(folder: &Folder) -> RecursiveMode {
    if folder.is_deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive }
}

fn is_out_of_watches(error: &notify::Error) -> bool {
    const EMFILE: i32 = 24;
    const ENOSPC: i32 = 28;
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(cause) => matches!(cause.raw_os_error(), Some(EMFILE | ENOSPC)),
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
pub(super) fn is_left_out(name: &OsStr) -> bool {
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
        if event.as_ref().is_err_and(is_out_of_watches) {
            let _ = batches.send(Change::NoMoreWatches);
        }
        let mut batch = Batch::default();
        batch.add(event, filter);
        if batch.paths.is_empty() {
            continue;
        }
        let began = Instant::now();
        loop {
            let quiet = if batch.paths.len() == 1 { QUIET_AFTER_ONE } else { QUIET };
            let left = match batch.being_written.is_empty() {
                true => LONGEST.saturating_sub(began.elapsed()).min(quiet),
                false => LONGEST_WRITE.saturating_sub(began.elapsed()),
            };
            match events.recv_timeout(left) {
                Ok(event) => {
                    if event.as_ref().is_err_and(is_out_of_watches) {
                        let _ = batches.send(Change::NoMoreWatches);
                    }
                    let before = batch.paths.len();
                    batch.add(event, filter);
                    // What does not matter does not make the batch longer either.
                    if batch.paths.len() == before && batch.being_written.is_empty() && began.elapsed() >= QUIET {
                        break;
                    }
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if batches.send(Change::Files(batch.paths)).is_err() {
            return;
        }
    }
}

/// What changed, as it is told.
#[derive(Debug, Default)]
struct Batch {
    paths: BTreeSet<PathBuf>,
    /// The files that somebody writes to and has not closed, where the system tells of both.
    being_written: BTreeSet<PathBuf>,
}

impl Batch {
    fn add(&mut self, event: notify::Result<notify::Event>, filter: &Filter) {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                // What was lost is not known, so everything is looked at again.
                self.being_written.clear();
                self.paths.extend(error.paths.into_iter().chain([PathBuf::new()]));
                return;
            }
        };
        for path in event.paths.into_iter().filter(|path| filter.matters(path)) {
            match event.kind {
                EventKind::Access(AccessKind::Close(AccessMode::Write)) => {
                    self.being_written.remove(&path);
                    continue;
                }
                // Reading a file is an event too; our own reading would set off the next build.
                EventKind::Access(_) => continue,
                // A link is made at once, and never closed.
                EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_))
                    if IS_TOLD_OF_CLOSING && !path.is_symlink() =>
                {
                    self.being_written.insert(path.clone());
                }
                EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
                    self.being_written.remove(&path);
                }
                _ => {}
            }
            self.paths.insert(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use notify::event::RemoveKind;

    use super::*;

    fn event(kind: EventKind, path: &str) -> notify::Result<notify::Event> {
        Ok(notify::Event::new(kind).add_path(path.into()))
    }

    fn batch(events: Vec<notify::Result<notify::Event>>) -> Vec<String> {
        let filter = Filter { output: "/w/site".into(), roots: vec!["/w/content".into()] };
        let mut batch = Batch::default();
        events.into_iter().for_each(|event| batch.add(event, &filter));
        batch.paths.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn only_what_matters_is_in_a_batch() {
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
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn batch_ends_when_its_file_is_closed() {
        let (raw, events) = channel();
        let (batches, receiver) = channel();
        let filter = Filter { output: "/w/site".into(), roots: vec!["/w/content".into()] };
        thread::spawn(move || collect_batches(&events, &filter, &batches));
        let changed = EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any));
        raw.send(event(changed, "/w/content/a.md")).unwrap();
        assert!(receiver.recv_timeout(4 * QUIET_AFTER_ONE).is_err(), "it is still being written");
        raw.send(event(EventKind::Access(AccessKind::Close(AccessMode::Write)), "/w/content/a.md")).unwrap();
        let Ok(Change::Files(paths)) = receiver.recv_timeout(LONGEST_WRITE) else { panic!("nothing is told") };
        assert_eq!(paths, [PathBuf::from("/w/content/a.md")].into());
        // Who never closes a file, or removes it, holds up nobody.
        for end in [None, Some(EventKind::Remove(RemoveKind::File))] {
            raw.send(event(EventKind::Create(CreateKind::File), "/w/content/b.md")).unwrap();
            end.into_iter().for_each(|kind| raw.send(event(kind, "/w/content/b.md")).unwrap());
            assert!(receiver.recv_timeout(Duration::from_secs(20)).is_ok());
        }
    }

    #[test]
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn link_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("a.md"), dir.path().join("link.md"));
        std::fs::write(&file, "# A\n").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let filter = Filter { output: "/w/site".into(), roots: vec![dir.path().into()] };
        let mut batch = Batch::default();
        for path in [&file, &link] {
            batch.add(Ok(notify::Event::new(EventKind::Create(CreateKind::File)).add_path(path.clone())), &filter);
        }
        assert_eq!(batch.paths.len(), 2);
        assert_eq!(batch.being_written, [file].into());
    }

    /// A system that has no watches to give.
    struct Full;

    impl Watcher for Full {
        fn new<F: notify::EventHandler>(_: F, _: Config) -> notify::Result<Self> {
            Err(notify::Error::new(ErrorKind::MaxFilesWatch))
        }

        fn watch(&mut self, _: &Path, _: RecursiveMode) -> notify::Result<()> {
            Err(notify::Error::new(ErrorKind::MaxFilesWatch))
        }

        fn unwatch(&mut self, _: &Path) -> notify::Result<()> {
            Ok(())
        }

        fn kind() -> notify::WatcherKind {
            notify::WatcherKind::NullWatcher
        }
    }

    #[test]
    fn without_watches_it_is_said_and_changes_are_looked_for() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings { root: dir.path().into(), content_dir: dir.path().into(), ..Settings::default() };
        let (changes, receiver) = channel();
        let mut watch = Watch::start(&settings, false, changes.clone()).unwrap();
        let folders = std::mem::take(&mut watch.folders);
        watch.watcher = Box::new(Full);
        folders.into_iter().for_each(|(folder, _)| watch.add(folder).unwrap());
        assert!(watch.is_polling);
        let next = || receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(matches!(next(), Change::Notice(text) if text.contains("limit of watched folders") && !text.contains('\n')));
        // What changed in between is not known.
        assert!(matches!(next(), Change::Files(paths) if paths.contains(Path::new(""))));
        std::fs::write(dir.path().join("new.md"), "# New\n").unwrap();
        assert!(matches!(next(), Change::Files(paths) if paths.contains(&real_path(dir.path()).join("new.md"))));
        watch.look_instead().unwrap();
        assert!(receiver.try_recv().is_err(), "it is said once");
    }

    #[test]
    fn folder_that_the_system_has_no_watch_for_is_told() {
        let (raw, events) = channel();
        let (batches, receiver) = channel();
        raw.send(Err(notify::Error::new(ErrorKind::MaxFilesWatch).add_path("/w/content/new".into()))).unwrap();
        drop(raw);
        collect_batches(&events, &Filter { output: "/w/site".into(), roots: Vec::new() }, &batches);
        assert!(matches!(receiver.try_recv(), Ok(Change::NoMoreWatches)));
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
