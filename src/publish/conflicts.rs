//! The texts of pages about which a person has to decide, written to files: what we published last, ours, and theirs.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{Action, Failure, Prepared, Reader, Step, Wanted};
use crate::{diag::Error, render::wiki::Dialect};

/// Writes `KEY.base`, `KEY.ours` and `KEY.theirs` of each conflict into `folder`, takes away those of conflicts that are over, and
/// saves as `KEY.replaced` what is going to be replaced although a person wrote it. Returns the files, in order.
pub fn save_texts(folder: &Path, dialect: Dialect, prepared: &Prepared, reader: &mut dyn Reader) -> Result<Vec<PathBuf>, Failure> {
    let ending = match dialect {
        Dialect::MediaWiki { .. } => "wiki",
        Dialect::Confluence => "xml",
        _ => "md",
    };
    let mut files = Vec::new();
    for step in &prepared.plan.steps {
        let wanted = step.wanted.map(|at| &prepared.wanted[at]);
        for (kind, text) in texts(step, wanted, reader)? {
            fs::create_dir_all(folder).map_err(|cause| Error::io("create", folder, &cause))?;
            let file = folder.join(format!("{}.{kind}.{ending}", step.key.replace(['/', '\\'], "-")));
            fs::write(&file, text + "\n").map_err(|cause| Error::io("write", &file, &cause))?;
            files.push(file);
        }
    }
    sweep(folder, &files.iter().cloned().collect(), ending);
    files.sort();
    Ok(files)
}

fn texts(step: &Step, wanted: Option<&Wanted>, reader: &mut dyn Reader) -> Result<Vec<(&'static str, String)>, Failure> {
    let Some(there) = &step.there else { return Ok(Vec::new()) };
    let is_theirs = !there.is_as_published() && wanted.is_some_and(|page| page.digest != there.digest);
    match (step.action, wanted) {
        (Action::Conflict, Some(page)) => {
            let mut texts = vec![("ours", page.body.clone()), ("theirs", reader.text(there)?)];
            if let Some(mark) = &there.mark {
                texts.extend(reader.base(there, mark)?.map(|base| ("base", base)));
            }
            Ok(texts)
        }
        (Action::Update, _) if is_theirs => Ok(vec![("replaced", reader.text(there)?)]),
        _ => Ok(Vec::new()),
    }
}

/// Takes away the files of conflicts that are over; nothing else in the folder.
fn sweep(folder: &Path, keep: &BTreeSet<PathBuf>, ending: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = ["base", "ours", "theirs"].iter().any(|kind| name.ends_with(&format!(".{kind}.{ending}")));
        if is_ours && !keep.contains(&path) {
            // What cannot be taken away is old, not wrong.
            let _ = fs::remove_file(path);
        }
    }
}
