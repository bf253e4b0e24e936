//! Looking for changes instead of being told of them: on network and container mounts the system tells nothing, and elsewhere it may
//! have no more watches to give.
//!
//! A file is known by its length, its time and its identity. notify's own poller knows its time alone, in whole seconds and only where
//! it grows, so it misses the second of two edits within a second, and a file that is put back with an older time.

use std::{
    collections::BTreeMap,
    fs::Metadata,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, SystemTime},
};

use notify::{
    Config, Error, Event, EventHandler, EventKind, RecursiveMode, Watcher, WatcherKind,
    event::{CreateKind, ModifyKind, RemoveKind},
};
use walkdir::WalkDir;

use super::watch::is_left_out;

/// Looks at folders again and again, from a thread that ends when this is dropped.
#[derive(Debug)]
pub(super) struct Poller {
    folders: Arc<Mutex<Vec<Looked>>>,
    /// The thread ends when its other end is gone.
    _stop: Sender<()>,
}

/// A folder, and what was in it at the last look.
#[derive(Debug)]
struct Looked {
    path: PathBuf,
    is_deep: bool,
    files: Files,
}

type Files = BTreeMap<PathBuf, State>;

/// What tells one state of a file from another: length, time and number on the disk.
type State = (u64, Option<SystemTime>, u64);

impl Poller {
    fn start(mut handler: impl EventHandler, interval: Duration) -> notify::Result<Self> {
        let folders = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = channel();
        let looked = folders.clone();
        let look = move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                for folder in &mut *lock(&looked) {
                    look_again(folder, &mut handler);
                }
            }
        };
        thread::Builder::new().name("poll".to_owned()).spawn(look).map_err(Error::io)?;
        Ok(Self { folders, _stop: stop })
    }
}

impl Watcher for Poller {
    fn new<F: EventHandler>(handler: F, config: Config) -> notify::Result<Self> {
        Self::start(handler, config.poll_interval().unwrap_or(Duration::from_secs(1)))
    }

    /// What changes from now on is told.
    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> notify::Result<()> {
        let is_deep = mode == RecursiveMode::Recursive;
        let files = look(path, is_deep);
        lock(&self.folders).push(Looked { path: path.to_path_buf(), is_deep, files });
        Ok(())
    }

    fn unwatch(&mut self, path: &Path) -> notify::Result<()> {
        lock(&self.folders).retain(|folder| folder.path != path);
        Ok(())
    }

    fn kind() -> WatcherKind {
        WatcherKind::PollWatcher
    }
}

fn lock(folders: &Mutex<Vec<Looked>>) -> MutexGuard<'_, Vec<Looked>> {
    folders.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look_again(folder: &mut Looked, handler: &mut impl EventHandler) {
    let now = look(&folder.path, folder.is_deep);
    let mut tell = |kind, path: &Path| handler.handle_event(Ok(Event::new(kind).add_path(path.to_path_buf())));
    for (path, state) in &now {
        match folder.files.get(path) {
            None => tell(EventKind::Create(CreateKind::Any), path),
            Some(old) if old != state => tell(EventKind::Modify(ModifyKind::Any), path),
            Some(_) => {}
        }
    }
    for path in folder.files.keys().filter(|path| !now.contains_key(*path)) {
        tell(EventKind::Remove(RemoveKind::Any), path);
    }
    folder.files = now;
}

/// Returns the files of a folder. What cannot be read is not there.
fn look(folder: &Path, is_deep: bool) -> Files {
    let walk = WalkDir::new(folder).min_depth(1).max_depth(if is_deep { usize::MAX } else { 1 }).follow_links(true);
    let entries = walk.into_iter().filter_entry(|entry| !is_left_out(entry.file_name())).flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| Some((entry.path().to_path_buf(), state(&entry.metadata().ok()?)))).collect()
}

/// File systems know times in steps of up to two seconds.
const STEP: Duration = Duration::from_secs(2);

/// Returns the files and folders, from `folder` on, that changed at `since` or later; perhaps some that did so shortly before.
pub(super) fn changed_since(folder: &Path, is_deep: bool, since: SystemTime) -> Vec<PathBuf> {
    let since = since.checked_sub(STEP).unwrap_or(SystemTime::UNIX_EPOCH);
    let walk = WalkDir::new(folder).max_depth(if is_deep { usize::MAX } else { 1 }).follow_links(true);
    let entries = walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_left_out(entry.file_name())).flatten();
    let is_changed = |metadata: &Metadata| changed_at(metadata).is_none_or(|time| time >= since);
    entries.filter(|entry| entry.metadata().is_ok_and(|metadata| is_changed(&metadata))).map(walkdir::DirEntry::into_path).collect()
}

/// Returns when a file changed or got its name, to the second, where the system knows.
fn changed_at(metadata: &Metadata) -> Option<SystemTime> {
    #[cfg(unix)]
    {
        let seconds = u64::try_from(std::os::unix::fs::MetadataExt::ctime(metadata)).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }
    #[cfg(not(unix))]
    Some(metadata.modified().ok()?.max(metadata.created().ok()?))
}

fn state(metadata: &Metadata) -> State {
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let number = 0;
    (metadata.len(), metadata.modified().ok(), number)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[track_caller]
    fn check(change: impl Fn(&Path), expected: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("deep/.git")).unwrap();
        for file in ["a.md", "deep/b.md", "deep/.git/index"] {
            fs::write(root.join(file), "before").unwrap();
        }
        let mut folder = Looked { path: root.to_path_buf(), is_deep: true, files: look(root, true) };
        change(root);
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell = told.clone();
        let mut handler = move |event: notify::Result<Event>| tell.lock().unwrap().extend(event.unwrap().paths);
        look_again(&mut folder, &mut handler);
        let paths: Vec<String> = told.lock().unwrap().iter().map(|path| path.strip_prefix(root).unwrap().display().to_string()).collect();
        assert_eq!(paths, expected);
        look_again(&mut folder, &mut handler);
        assert_eq!(told.lock().unwrap().len(), expected.len(), "a change is told once");
    }

    #[test]
    fn every_change_of_a_file_is_told() {
        check(|_| {}, &[]);
        check(|root| fs::write(root.join("a.md"), "after it").unwrap(), &["a.md"]);
        check(|root| fs::write(root.join("deep/new.md"), "").unwrap(), &["deep/new.md"]);
        check(|root| fs::remove_file(root.join("deep/b.md")).unwrap(), &["deep/b.md"]);
        check(|root| fs::rename(root.join("deep"), root.join("other")).unwrap(), &["other/b.md", "deep/b.md"]);
        check(|root| fs::write(root.join("deep/.git/index"), "after it").unwrap(), &[]);
    }

    #[test]
    fn what_changed_lately_is_found_and_nothing_older() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("deep")).unwrap();
        fs::write(dir.path().join("deep/a.md"), "new").unwrap();
        let found = |since| changed_since(dir.path(), true, since);
        let now = SystemTime::now();
        assert_eq!(found(now), [dir.path().to_path_buf(), dir.path().join("deep"), dir.path().join("deep/a.md")]);
        assert!(found(now + Duration::from_secs(60)).is_empty());
    }

    #[test]
    fn file_of_the_same_length_that_is_put_back_with_its_old_time_is_told() {
        check(
            |root| {
                let time = fs::metadata(root.join("a.md")).unwrap().modified().unwrap();
                fs::write(root.join("other"), "behind").unwrap();
                fs::File::options().write(true).open(root.join("other")).unwrap().set_modified(time).unwrap();
                fs::rename(root.join("other"), root.join("a.md")).unwrap();
            },
            if cfg!(unix) { &["a.md"] } else { &[] },
        );
    }
}
