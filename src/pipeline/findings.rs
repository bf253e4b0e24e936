//! What was found about a site, by document, so that an edit of one does not look through all of them again.

use std::{
    collections::HashSet,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;

use super::Build;
use crate::{
    check::{Checker, check_site},
    diag::{self, Code, Diagnostic, Tally},
    site::Site,
};

/// What was found about the links of each document, beside the archive's readings; found when it is asked for.
#[derive(Default)]
pub(super) struct Links(OnceLock<Vec<Arc<[Diagnostic]>>>);

impl Links {
    /// Returns what is known about a site after `before`: links lead where they did unless paths or headings changed.
    pub(super) fn after(site: &Site, before: &Build) -> Self {
        let links = Self::default();
        let Some(known) = before.links.0.get().filter(|_| site.has_layout_of(&before.site)) else { return links };
        let (archive, old) = (site.archive(), before.site.archive());
        let changed = archive.read_again_since(old);
        if changed.iter().all(|at| archive.readings[*at].anchors == old.readings[*at].anchors) {
            let mut all = known.clone();
            let checker = Checker::new(site);
            for at in changed {
                all[at] = checker.check(&archive.readings[at]).into();
            }
            let _ = links.0.set(all);
        }
        links
    }

    fn all(&self, site: &Site) -> &[Arc<[Diagnostic]>] {
        self.0.get_or_init(|| check_site(site).into_iter().map(Into::into).collect())
    }

    /// Returns what was found about one document; the others are not looked at for it.
    fn of(&self, site: &Site, document: usize) -> Vec<Diagnostic> {
        match self.0.get() {
            Some(all) => all[document].to_vec(),
            None => Checker::new(site).check(&site.archive().readings[document]),
        }
    }
}

impl Build {
    /// Returns what was found, in the order in which it is printed.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.diagnostics.get_or_init(|| {
            let settings = self.site.settings();
            let mut all = self.findings.clone();
            let of_files: Vec<Vec<Diagnostic>> =
                self.site.archive().readings.par_iter().map(|reading| self.inputs.files[&reading.file].findings(settings)).collect();
            all.extend(of_files.into_iter().flatten());
            all.extend(self.links.all(&self.site).iter().flat_map(|found| found.iter().cloned()));
            diag::sort(&mut all);
            all.dedup();
            all
        })
    }

    /// Returns what was found about the document at `path`.
    pub fn diagnostics_of(&self, path: &str) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.findings.iter().filter(|found| found.path.as_deref() == Some(path)).cloned().collect();
        found.extend(self.inputs.files.get(path).iter().flat_map(|file| file.findings(self.site.settings())));
        if let Some(document) = self.site.archive().find_document(path) {
            found.extend(self.links.of(&self.site, document));
        }
        diag::sort(&mut found);
        found.dedup();
        found
    }

    /// Returns what was found that was not found `before`, apart from its place: every edit moves what follows.
    pub fn new_diagnostics(&self, before: &Build) -> Vec<Diagnostic> {
        let mut now = self.findings.clone();
        let mut then: HashSet<(Option<Arc<str>>, Code, String)> = before.findings.iter().map(key).collect();
        let (archive, old) = (self.site.archive(), before.site.archive());
        let (links, old_links) = (self.links.all(&self.site), before.links.all(&before.site));
        for (at, reading) in archive.readings.iter().enumerate() {
            let was = old.readings.get(at).filter(|old| old.file == reading.file).map(|_| at).or_else(|| old.find_document(&reading.file));
            let is_read_again = was.is_none_or(|was| !Arc::ptr_eq(&old.readings[was], reading));
            if is_read_again {
                now.extend(self.inputs.files[&reading.file].findings(self.site.settings()));
                let file = before.inputs.files.get(&reading.file);
                then.extend(file.iter().flat_map(|file| file.findings(before.site.settings())).map(|found| key(&found)));
            }
            if was.is_none_or(|was| !Arc::ptr_eq(&old_links[was], &links[at])) {
                now.extend(links[at].iter().cloned());
                then.extend(was.iter().flat_map(|was| old_links[*was].iter()).map(key));
            }
        }
        now.retain(|found| !then.contains(&key(found)));
        diag::sort(&mut now);
        now.dedup();
        now
    }

    /// Counts what was found. What is found only when a page is rendered counts from then on.
    pub fn tally(&self) -> Tally {
        let files = self.site.archive().readings.iter().map(|reading| &self.inputs.files[&reading.file]);
        let links = self.links.all(&self.site).iter().flat_map(|found| found.iter());
        Tally::of(self.findings.iter().chain(files.flat_map(|file| file.known_findings())).chain(links))
    }
}

fn key(found: &Diagnostic) -> (Option<Arc<str>>, Code, String) {
    (found.path.clone(), found.code, found.message.clone())
}
