//! The list of the files that we wrote.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::diag::{Error, Result};

/// The name of the manifest in the destination.
pub const MANIFEST_NAME: &str = ".hindsite-manifest.json";

/// What the destination holds that is ours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this file's form.
    manifest: u32,
    /// Path below the destination to xxh3 of the bytes, in hexadecimal.
    files: BTreeMap<String, String>,
    /// Incident id to its page, so that a later build can say which ids are gone.
    #[serde(default)]
    incidents: BTreeMap<String, String>,
}

impl Manifest {
    /// Returns the manifest of `files` and `incidents`.
    pub(super) fn new(files: impl Iterator<Item = (String, u64)>, incidents: &[(String, String)]) -> Self {
        let files = files.map(|(path, hash)| (path, format!("{hash:016x}"))).collect();
        Self { manifest: 1, files, incidents: incidents.iter().cloned().collect() }
    }

    /// Returns the manifest at `destination`; `None` where there is none.
    pub fn load(destination: &Path) -> Result<Option<Self>> {
        let file = destination.join(MANIFEST_NAME);
        let text = match fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", file, &error)),
        };
        match serde_json::from_slice::<Self>(&text) {
            Ok(manifest) if manifest.manifest == 1 => Ok(Some(manifest)),
            _ => Err(Error::new(format!("cannot read {}: it is not a list of files that this hindsite wrote", file.display()))
                .help("build into another folder, or empty this one yourself")),
        }
    }

    /// Writes the manifest, where it differs from what is there.
    pub(super) fn save(&self, destination: &Path) -> Result<()> {
        let file = destination.join(MANIFEST_NAME);
        let mut bytes = serde_json::to_vec_pretty(self).expect("a map of texts can be written as JSON");
        bytes.push(b'\n');
        if fs::read(&file).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        let error = |cause: io::Error| Error::io("write", &file, &cause);
        let mut temporary = tempfile::Builder::new().prefix(super::STAGING_PREFIX).tempfile_in(destination).map_err(error)?;
        io::Write::write_all(&mut temporary, &bytes).map_err(error)?;
        readable_by_all(temporary.as_file());
        temporary.persist(&file).map_err(|cause| error(cause.error))?;
        Ok(())
    }

    /// Returns whether the file at `path` is ours.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Returns the paths of our files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns the ids of the incidents and the paths of their pages.
    pub fn incidents(&self) -> &BTreeMap<String, String> {
        &self.incidents
    }

    /// Returns a manifest that lists the files of both.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.manifest = 1;
        both.files.extend(other.files.iter().map(|(path, hash)| (path.clone(), hash.clone())));
        both
    }
}

/// Gives the manifest the permissions of an ordinary file: a temporary file is its owner's alone.
fn readable_by_all(file: &fs::File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = file.set_permissions(fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = file;
}
