//! Putting a site on disk, so that nothing is ever half done and nothing of others is lost.
//!
//! All files are made in a staging folder inside the destination first; when every one is there, they are renamed into place. A
//! build that fails leaves the old site as it was. A file whose bytes are already there is not touched. Only what our own manifest
//! lists is ever deleted, and a destination that holds files but no manifest of ours is refused.
//!
//! The destination may be a link; what lies in it may not: nothing is ever written, compared or deleted through a link.

mod manifest;
mod paths;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Mutex,
};

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

pub use manifest::{MANIFEST_NAME, Manifest};
use paths::{Folders, join};

use crate::diag::{Diagnostic, Error, Result};

/// What a file of the site is made of.
#[derive(Debug, Clone)]
pub enum Contents {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// A file that is copied.
    File(PathBuf),
}

/// What a run changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files whose bytes are new or different.
    pub written: usize,
    /// Files that were already there.
    pub unchanged: usize,
    /// Files of the last build that this one has not.
    pub deleted: usize,
}

/// Why a site was not written.
#[derive(Debug)]
pub enum Failure {
    /// Pages that could not be rendered; the old site is as it was.
    Pages(Vec<Diagnostic>),
    /// The machine said no.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

const STAGING_PREFIX: &str = ".hindsite-staging-";

/// Writes the site: every path of `paths` with what `make` gives for it. `incidents` are the ids and paths that the manifest remembers.
///
/// `make` runs in parallel, and its bytes are not kept: memory does not grow with the site. `done` is called after each file.
pub fn write_site(
    destination: &Path,
    paths: &[&str],
    incidents: &[(String, String)],
    make: &(dyn Fn(&str) -> std::result::Result<Contents, Diagnostic> + Sync),
    done: &(dyn Fn() + Sync),
) -> std::result::Result<Summary, Failure> {
    let old = open(destination)?;
    let _lock = lock(destination)?;
    let staging = stage(destination)?;
    let folders = Folders::new(destination);
    let made: Vec<std::result::Result<Made, Failure>> = paths
        .par_iter()
        .map(|path| {
            let contents = make(path).map_err(|diagnostic| Failure::Pages(vec![diagnostic]))?;
            let made = make_file(destination, staging.path(), &folders, &old, path, contents)?;
            done();
            Ok(made)
        })
        .collect();
    let made = collect(made)?;
    let new = Manifest::new(paths.iter().zip(&made).map(|(path, made)| ((*path).to_owned(), made.hash)), incidents);
    publish(destination, &folders, &old, &new, paths, &made)
}

/// Returns the manifest of the site at `destination`, or says why nothing may be written there.
pub fn open(destination: &Path) -> Result<Manifest> {
    match fs::metadata(destination) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Manifest::default()),
        Err(error) => return Err(Error::io("read", destination, &error)),
        Ok(metadata) if !metadata.is_dir() => {
            return Err(Error::new(format!("cannot write the site to {}: it is not a folder", destination.display())));
        }
        Ok(_) => {}
    }
    if let Some(manifest) = Manifest::load(destination)? {
        return Ok(manifest);
    }
    match first_foreign(destination)? {
        None => Ok(Manifest::default()),
        Some(name) => Err(Error::new(format!(
            "cannot write the site to {}: it holds files that hindsite did not write, such as `{name}`",
            destination.display()
        ))
        .help("name an empty or new folder with `--dest-dir`, or empty this one yourself")),
    }
}

/// Returns a file of a folder without manifest that keeps us from writing there. Version control and our own leftovers do not.
fn first_foreign(destination: &Path) -> Result<Option<String>> {
    let entries = fs::read_dir(destination).map_err(|cause| Error::io("read", destination, &cause))?;
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names.into_iter().find(|name| !matches!(name.as_str(), ".git" | ".DS_Store") && !name.starts_with(STAGING_PREFIX)))
}

/// Deletes what the manifest at `destination` lists, and returns how many files that were.
pub fn clean(destination: &Path) -> Result<usize> {
    let Some(manifest) = Manifest::load(destination)? else { return Ok(0) };
    let _lock = lock(destination)?;
    let folders = Folders::new(destination);
    let deleted = delete(destination, &folders, manifest.paths())?;
    let file = destination.join(MANIFEST_NAME);
    fs::remove_file(&file).map_err(|cause| Error::io("delete", &file, &cause))?;
    remove_staging(destination);
    // The folder itself goes too where nothing else is left in it; it stays where it is a link.
    let _ = fs::remove_dir(destination);
    Ok(deleted)
}

/// Takes the destination for this process; a second build into it is refused rather than mixed with this one.
fn lock(destination: &Path) -> Result<Option<fs::File>> {
    fs::create_dir_all(destination).map_err(|cause| Error::io("create", destination, &cause))?;
    // Not every system can open or lock a folder; then there is no lock, and everything else holds.
    let Ok(folder) = fs::File::open(destination) else { return Ok(None) };
    match folder.try_lock() {
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::new(format!("cannot write the site to {}: another hindsite is writing there", destination.display()))
                .help("wait for it to end"))
        }
        Ok(()) => Ok(Some(folder)),
        Err(fs::TryLockError::Error(_)) => Ok(None),
    }
}

fn stage(destination: &Path) -> Result<tempfile::TempDir> {
    remove_staging(destination);
    tempfile::Builder::new().prefix(STAGING_PREFIX).tempdir_in(destination).map_err(|cause| Error::io("write to", destination, &cause))
}

/// Removes staging folders of runs that were killed.
fn remove_staging(destination: &Path) {
    let Ok(entries) = fs::read_dir(destination) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(STAGING_PREFIX);
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A file of the site after its bytes are known.
struct Made {
    hash: u64,
    /// Where its bytes wait; `None` where they are in place already.
    staged: Option<PathBuf>,
}

fn make_file(
    destination: &Path,
    staging: &Path,
    folders: &Folders,
    old: &Manifest,
    path: &str,
    contents: Contents,
) -> std::result::Result<Made, Failure> {
    let target = join(destination, path)?;
    folders.check(&target)?;
    let bytes = match contents {
        Contents::Bytes(bytes) => bytes,
        Contents::File(file) => return copy_file(staging, old, path, &target, &file),
    };
    let hash = xxhash_rust::xxh3::xxh3_64(&bytes);
    let same = is_plain_file(&target, Some(bytes.len() as u64)) && fs::read(&target).is_ok_and(|there| there == bytes);
    if same {
        return Ok(Made { hash, staged: None });
    }
    refuse_foreign(old, path, &target)?;
    let staged = staging.join(staged_name(path));
    fs::write(&staged, &bytes).map_err(|cause| Error::io("write", &target, &cause))?;
    Ok(Made { hash, staged: Some(staged) })
}

/// Copies piece by piece: beside the documents there may be videos.
fn copy_file(staging: &Path, old: &Manifest, path: &str, target: &Path, file: &Path) -> std::result::Result<Made, Failure> {
    let hash = hash_file(file).map_err(|cause| Error::io("read", file, &cause))?;
    let length = fs::metadata(file).map_err(|cause| Error::io("read", file, &cause))?.len();
    if is_plain_file(target, Some(length)) && hash_file(target).is_ok_and(|there| there == hash) {
        return Ok(Made { hash, staged: None });
    }
    refuse_foreign(old, path, target)?;
    let staged = staging.join(staged_name(path));
    // Not `fs::copy`: it would copy the permissions too, and a read-only image would make a file that we cannot replace.
    let copied = fs::File::open(file).and_then(|mut from| io::copy(&mut from, &mut fs::File::create(&staged)?));
    copied.map_err(|cause| Error::io("write", target, &cause))?;
    Ok(Made { hash, staged: Some(staged) })
}

fn hash_file(file: &Path) -> io::Result<u64> {
    let mut reader = fs::File::open(file)?;
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.digest()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

fn is_plain_file(target: &Path, length: Option<u64>) -> bool {
    fs::symlink_metadata(target).is_ok_and(|there| there.is_file() && length.is_none_or(|length| there.len() == length))
}

/// Refuses to put a page where somebody else's file lies.
fn refuse_foreign(old: &Manifest, path: &str, target: &Path) -> Result<()> {
    if old.has(path) || fs::symlink_metadata(target).is_err() {
        return Ok(());
    }
    Err(Error::new(format!("cannot write {}: there is a file that hindsite did not write", target.display()))
        .help("move it away, or build into another folder"))
}

/// Returns a name for a file that waits: flat, so that staging needs no folders.
fn staged_name(path: &str) -> String {
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(path.as_bytes()))
}

/// Returns all that was made, or all that failed: what the machine said first, else every page.
fn collect(made: Vec<std::result::Result<Made, Failure>>) -> std::result::Result<Vec<Made>, Failure> {
    let (mut all, mut pages) = (Vec::with_capacity(made.len()), Vec::new());
    for one in made {
        match one {
            Ok(made) => all.push(made),
            Err(Failure::Pages(diagnostics)) => pages.extend(diagnostics),
            Err(error) => return Err(error),
        }
    }
    if pages.is_empty() { Ok(all) } else { Err(Failure::Pages(pages)) }
}

/// Puts everything in place. From here on only the disk can stop us; the manifest is first made to list the old and the new files, so
/// that whatever is on disk after a power cut is known to be ours.
fn publish(
    destination: &Path,
    folders: &Folders,
    old: &Manifest,
    new: &Manifest,
    paths: &[&str],
    made: &[Made],
) -> std::result::Result<Summary, Failure> {
    let stale: Vec<&str> = old.paths().filter(|path| !new.has(path)).collect();
    let written = made.iter().filter(|made| made.staged.is_some()).count();
    if written > 0 || !stale.is_empty() {
        old.with(new).save(destination)?;
    }
    for (path, made) in paths.iter().zip(made) {
        let Some(staged) = &made.staged else { continue };
        let target = join(destination, path)?;
        folders.create(&target)?;
        fs::rename(staged, &target).map_err(|cause| Error::io("write", &target, &cause))?;
    }
    let deleted = delete(destination, folders, stale.into_iter())?;
    new.save(destination)?;
    Ok(Summary { written, unchanged: made.len() - written, deleted })
}

/// Deletes our files, and the folders that are empty then.
fn delete<'a>(destination: &Path, folders: &Folders, paths: impl Iterator<Item = &'a str>) -> Result<usize> {
    let mut deleted = 0;
    let mut emptied = BTreeSet::new();
    for path in paths {
        // A manifest is a file that anyone may have written: a path that leads elsewhere is passed over.
        let Ok(target) = join(destination, path) else { continue };
        if folders.check(&target).is_err() || !fs::symlink_metadata(&target).is_ok_and(|there| !there.is_dir()) {
            continue;
        }
        fs::remove_file(&target).map_err(|cause| Error::io("delete", &target, &cause))?;
        deleted += 1;
        emptied.extend(target.ancestors().skip(1).take_while(|dir| *dir != destination).map(Path::to_path_buf));
    }
    // Deepest first; a folder that holds anything else stays.
    for folder in emptied.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
    Ok(deleted)
}

/// Makes the folders' memory shareable between threads.
type Seen = Mutex<BTreeSet<PathBuf>>;
