//! Paths inside the destination, and the folders on the way to them.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::Seen;
use crate::diag::{Error, Result};

/// Returns where `path` lies below `destination`; a path that could lead out of it is refused.
pub(super) fn join(destination: &Path, path: &str) -> Result<PathBuf> {
    let is_plain = !path.is_empty()
        && !path.contains(['\\', '\0'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if is_plain { Ok(destination.join(path)) } else { Err(Error::new(format!("cannot write `{path}`: it is no path inside the site"))) }
}

/// The folders of a destination, each looked at once.
pub(super) struct Folders<'a> {
    destination: &'a Path,
    checked: Seen,
    created: Seen,
}

impl<'a> Folders<'a> {
    pub(super) fn new(destination: &'a Path) -> Self {
        Self { destination, checked: Seen::default(), created: Seen::default() }
    }

    /// Refuses a file that would be reached through a link.
    pub(super) fn check(&self, target: &Path) -> Result<()> {
        for folder in target.ancestors().skip(1).take_while(|folder| *folder != self.destination) {
            if lock(&self.checked).contains(folder) {
                return Ok(());
            }
            match fs::symlink_metadata(folder) {
                Ok(there) if there.is_dir() => {}
                Ok(_) => {
                    let message = format!("cannot write {}: {} is not a folder of the site", target.display(), folder.display());
                    return Err(Error::new(message).help("remove it: nothing is written through links or files of others"));
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
                Err(error) => return Err(Error::io("read", folder, &error)),
            }
        }
        if let Some(folder) = target.parent() {
            lock(&self.checked).insert(folder.to_path_buf());
        }
        Ok(())
    }

    /// Creates the folders on the way to a file.
    pub(super) fn create(&self, target: &Path) -> Result<()> {
        let Some(folder) = target.parent() else { return Ok(()) };
        if lock(&self.created).insert(folder.to_path_buf()) {
            fs::create_dir_all(folder).map_err(|cause| Error::io("create", folder, &cause))?;
        }
        Ok(())
    }
}

fn lock(seen: &Seen) -> std::sync::MutexGuard<'_, std::collections::BTreeSet<PathBuf>> {
    seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_refused() {
        for path in ["", "/etc/passwd", "../x", "a/../x", "a//b", "./a", "a/.", "a\\b", "a\0b", "a/"] {
            assert!(join(Path::new("site"), path).is_err(), "{path:?}");
        }
        for path in ["index.html", "a/b.html", ".nojekyll", "a/…/ü.html", "a..b/c"] {
            assert!(join(Path::new("site"), path).is_ok(), "{path:?}");
        }
    }
}
