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
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

pub use manifest::{MANIFEST_NAME, Manifest};
use paths::{Folders, join};

use crate::{
    diag::{Diagnostic, Error, Result},
    pipeline::{Contents, Output},
};

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

/// So much of a file that is made as it is written is put on the disk at a time.
const STREAM_BUFFER_BYTES: usize = 256 * 1024;
const STAGING_PREFIX: &str = ".hindsite-staging-";

/// Writes the site: every path of `paths` with what `make` gives for it. `incidents` are the ids and paths that the manifest remembers.
///
/// `make` runs in parallel, and its bytes are not kept: memory does not grow with the site. `done` is called after each file.
pub fn write_site<'a>(
    destination: &Path,
    paths: &[&str],
    incidents: &[(String, String)],
    make: &(dyn Fn(&str) -> std::result::Result<Output<'a>, Diagnostic> + Sync),
    done: &(dyn Fn() + Sync),
) -> std::result::Result<Summary, Failure> {
    let old = open(destination)?;
    let _lock = lock(destination)?;
    let staging = stage(destination)?;
    let folders = Folders::new(destination);
    let made: Vec<std::result::Result<Made, Failure>> = paths
        .par_iter()
        .map(|path| {
            let output = make(path).map_err(|diagnostic| Failure::Pages(vec![diagnostic]))?;
            let made = make_file(destination, staging.path(), &folders, &old, path, output)?;
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
    output: Output<'_>,
) -> std::result::Result<Made, Failure> {
    let target = join(destination, path)?;
    folders.check(&target)?;
    let bytes = match output {
        Output::Contents(Contents::Bytes(bytes)) => bytes,
        Output::Contents(Contents::File(file)) => return copy_file(staging, old, path, &target, &file),
        Output::Stream(write) => return stream_file(staging, old, path, &target, write),
    };
    let hash = xxhash_rust::xxh3::xxh3_64(&bytes);
    // Most files of a first build are not there: one look tells.
    let there = fs::symlink_metadata(&target).ok();
    if there.as_ref().is_some_and(|there| is_plain(there, bytes.len() as u64)) && fs::read(&target).is_ok_and(|there| there == bytes) {
        return Ok(Made { hash, staged: None });
    }
    refuse_foreign(old, path, &target, there.is_some())?;
    let staged = staging.join(staged_name(path));
    fs::write(&staged, &bytes).map_err(|cause| Error::io("write", &target, &cause))?;
    Ok(Made { hash, staged: Some(staged) })
}

/// Stages a file as it is made, and takes it back where it is in place already.
fn stream_file(
    staging: &Path,
    old: &Manifest,
    path: &str,
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> std::result::Result<Made, Failure> {
    let staged = staging.join(staged_name(path));
    let error = |cause: io::Error| Error::io("write", target, &cause);
    let file = HashedFile { file: fs::File::create(&staged).map_err(error)?, hasher: Xxh3::new(), length: 0 };
    let mut buffer = BufWriter::with_capacity(STREAM_BUFFER_BYTES, file);
    write(&mut buffer).map_err(error)?;
    let file = buffer.into_inner().map_err(|cause| error(cause.into_error()))?;
    let (hash, length) = (file.hasher.digest(), file.length);
    let there = fs::symlink_metadata(target).ok();
    if there.as_ref().is_some_and(|there| is_plain(there, length)) && hash_file(target).is_ok_and(|there| there == hash) {
        fs::remove_file(&staged).map_err(error)?;
        return Ok(Made { hash, staged: None });
    }
    refuse_foreign(old, path, target, there.is_some())?;
    Ok(Made { hash, staged: Some(staged) })
}

/// A file that knows the hash of what was written to it.
struct HashedFile {
    file: fs::File,
    hasher: Xxh3,
    length: u64,
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Copies piece by piece: beside the documents there may be videos.
fn copy_file(staging: &Path, old: &Manifest, path: &str, target: &Path, file: &Path) -> std::result::Result<Made, Failure> {
    let hash = hash_file(file).map_err(|cause| Error::io("read", file, &cause))?;
    let length = fs::metadata(file).map_err(|cause| Error::io("read", file, &cause))?.len();
    let there = fs::symlink_metadata(target).ok();
    if there.as_ref().is_some_and(|there| is_plain(there, length)) && hash_file(target).is_ok_and(|there| there == hash) {
        return Ok(Made { hash, staged: None });
    }
    refuse_foreign(old, path, target, there.is_some())?;
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

fn is_plain(there: &fs::Metadata, length: u64) -> bool {
    there.is_file() && there.len() == length
}

/// Refuses to put a page where somebody else's file lies.
fn refuse_foreign(old: &Manifest, path: &str, target: &Path, is_there: bool) -> Result<()> {
    if old.has(path) || !is_there {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    type Files<'a> = &'a [(&'a str, &'a str)];

    fn write(destination: &Path, files: Files<'_>) -> std::result::Result<Summary, Failure> {
        let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        let make = |path: &str| {
            let text = files.iter().find(|(known, _)| *known == path).unwrap().1;
            match text {
                "fails" => Err(Diagnostic::error(Code::TemplateBroken, None, "broken")),
                // Of both sorts, so that all of these tests hold for both.
                text if text.len() % 2 == 0 => Ok(Output::Stream(Box::new(|out| out.write_all(text.as_bytes())))),
                text => Ok(Output::Contents(Contents::Bytes(text.as_bytes().to_vec()))),
            }
        };
        write_site(destination, &paths, &[], &make, &|| {})
    }

    fn message(result: std::result::Result<Summary, Failure>) -> String {
        match result {
            Err(Failure::Error(error)) => error.message,
            other => panic!("{other:?}"),
        }
    }

    /// Returns the files below `dir` without the manifest, each with its text.
    fn tree(dir: &Path) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = walkdir::WalkDir::new(dir)
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file() && entry.file_name() != MANIFEST_NAME)
            .map(|entry| (entry.path().strip_prefix(dir).unwrap().display().to_string(), fs::read_to_string(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn pairs(files: Files<'_>) -> Vec<(String, String)> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn second_run_touches_only_what_changed_and_deletes_what_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        let first: Files<'_> = &[("a.html", "a"), ("x/y/b.html", "b"), ("c.html", "c")];
        assert_eq!(write(&site, first).unwrap(), Summary { written: 3, unchanged: 0, deleted: 0 });
        fs::write(site.join("x/own.txt"), "mine").unwrap();
        let second: Files<'_> = &[("a.html", "a"), ("c.html", "new")];
        assert_eq!(write(&site, second).unwrap(), Summary { written: 1, unchanged: 1, deleted: 1 });
        assert_eq!(tree(&site), pairs(&[("a.html", "a"), ("c.html", "new"), ("x/own.txt", "mine")]));
        assert!(!site.join("x/y").exists(), "a folder of ours that is empty goes");
    }

    #[test]
    fn unchanged_file_keeps_its_time_even_if_others_change() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &[("a.html", "a"), ("b.html", "b")]).unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH;
        fs::File::open(dir.path().join("a.html")).unwrap().set_modified(old).unwrap();
        write(dir.path(), &[("a.html", "a"), ("b.html", "B")]).unwrap();
        assert_eq!(fs::metadata(dir.path().join("a.html")).unwrap().modified().unwrap(), old);
    }

    #[test]
    fn failing_page_leaves_the_old_site() {
        let dir = tempfile::tempdir().unwrap();
        let first: Files<'_> = &[("a.html", "a"), ("b.html", "b")];
        write(dir.path(), first).unwrap();
        let failed = write(dir.path(), &[("a.html", "A"), ("b.html", "fails"), ("c.html", "fails"), ("d.html", "d")]);
        assert!(matches!(failed, Err(Failure::Pages(pages)) if pages.len() == 2));
        assert_eq!(tree(dir.path()), pairs(first));
    }

    #[test]
    fn edit_of_the_output_by_hand_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &[("a.html", "a")]).unwrap();
        fs::write(dir.path().join("a.html"), "x").unwrap();
        assert_eq!(write(dir.path(), &[("a.html", "a")]).unwrap().written, 1);
    }

    #[test]
    fn files_of_others_are_refused_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.txt"), "mine").unwrap();
        assert!(message(write(dir.path(), &[("a.html", "a")])).contains("`thesis.txt`"));
        assert_eq!(tree(dir.path()), pairs(&[("thesis.txt", "mine")]));
        assert!(!dir.path().join(MANIFEST_NAME).exists());
    }

    #[test]
    fn file_of_others_in_the_way_of_a_page_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &[("a.html", "a")]).unwrap();
        fs::write(dir.path().join("CNAME"), "mine").unwrap();
        assert!(message(write(dir.path(), &[("a.html", "A"), ("CNAME", "ours")])).contains("CNAME"));
        assert_eq!(tree(dir.path()), pairs(&[("CNAME", "mine"), ("a.html", "a")]));
    }

    #[test]
    fn forged_manifest_deletes_nothing_outside() {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("site");
        write(&site, &[("a.html", "a")]).unwrap();
        let outside = dir.path().join("precious.txt");
        fs::write(&outside, "mine").unwrap();
        let forged = format!(r#"{{"manifest":1,"files":{{"../precious.txt":"","{}":"","a.html":""}}}}"#, outside.display());
        fs::write(site.join(MANIFEST_NAME), forged).unwrap();
        assert_eq!(clean(&site).unwrap(), 1);
        assert!(outside.exists() && !site.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_or_deleted_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (site, other) = (dir.path().join("site"), dir.path().join("other"));
        write(&site, &[("x/a.html", "a")]).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("a.html"), "mine").unwrap();
        fs::remove_dir_all(site.join("x")).unwrap();
        std::os::unix::fs::symlink(&other, site.join("x")).unwrap();
        assert!(message(write(&site, &[("x/a.html", "A")])).contains("not a folder of the site"));
        assert_eq!(clean(&site).unwrap(), 0);
        assert_eq!(tree(&other), pairs(&[("a.html", "mine")]));
    }

    #[test]
    fn clean_keeps_files_of_others() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &[("a.html", "a"), ("x/b.html", "b")]).unwrap();
        fs::write(dir.path().join("own.txt"), "mine").unwrap();
        assert_eq!(clean(dir.path()).unwrap(), 2);
        assert_eq!(tree(dir.path()), pairs(&[("own.txt", "mine")]));
    }

    #[test]
    fn leftovers_of_a_killed_run_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(format!("{STAGING_PREFIX}abc"));
        fs::create_dir(&left).unwrap();
        write(dir.path(), &[("a.html", "a")]).unwrap();
        assert!(!left.exists());
    }
}
