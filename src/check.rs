//! Rules about a finished site, one function per code.

use std::{collections::HashMap, sync::OnceLock};

use rayon::prelude::*;

use crate::{
    diag::{Code, Diagnostic},
    document::LinkUse,
    extract::Reading,
    site::{LinkTarget, Site},
};

/// Checks a finished site: every link and image of every document leads somewhere. Beside the archive's readings, in order of place.
pub fn check_site(site: &Site) -> Vec<Vec<Diagnostic>> {
    let checker = Checker::new(site);
    site.archive().readings.par_iter().map(|reading| checker.check(reading)).collect()
}

/// Checks one document after the other.
pub(crate) struct Checker<'a> {
    site: &'a Site,
    /// Made when something is missing: most documents need none.
    names: OnceLock<Names<'a>>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(site: &'a Site) -> Self {
        Self { site, names: OnceLock::new() }
    }

    pub(crate) fn check(&self, reading: &Reading) -> Vec<Diagnostic> {
        let found = reading.links.iter().filter_map(|link| self.check_link(reading, link));
        found.map(|diagnostic| diagnostic.in_file(reading.file.clone())).collect()
    }

    fn check_link(&self, reading: &Reading, link: &LinkUse) -> Option<Diagnostic> {
        let names = || self.names.get_or_init(|| Names::of(self.site));
        match self.site.resolve_link(&reading.file, &link.url, link.image) {
            LinkTarget::Missing if link.image => Some(image_missing(names(), link)),
            LinkTarget::Missing => Some(link_broken(names(), link)),
            LinkTarget::Refused => Some(link_refused(link)),
            LinkTarget::Page { missing_anchor: Some(anchor), .. } => Some(anchor_missing(self.site, reading, link, &anchor)),
            LinkTarget::Page { .. } | LinkTarget::Asset { .. } | LinkTarget::External => None,
        }
    }
}

/// PM042.
fn image_missing(names: &Names<'_>, link: &LinkUse) -> Diagnostic {
    let diagnostic = Diagnostic::warning(Code::ImageMissing, link.span, format!("there is no image `{}`", link.url));
    diagnostic
        .help(names.advice(&link.url).unwrap_or_else(|| "add the file, or correct the path; it is relative to the document".to_owned()))
}

/// PM041.
fn link_broken(names: &Names<'_>, link: &LinkUse) -> Diagnostic {
    let diagnostic = Diagnostic::warning(Code::LinkBroken, link.span, format!("there is no file `{}`", link.url));
    diagnostic.help(names.advice(&link.url).unwrap_or_else(|| "correct the path; it is relative to the document".to_owned()))
}

/// PM044.
fn link_refused(link: &LinkUse) -> Diagnostic {
    Diagnostic::warning(Code::LinkRefused, link.span, format!("the address `{}` is not allowed", shortened(&link.url)))
        .help("use `http`, `https`, `mailto` or a path")
}

/// PM043.
fn anchor_missing(site: &Site, reading: &Reading, link: &LinkUse, anchor: &str) -> Diagnostic {
    let target = link.url.split('#').next().unwrap_or("");
    let whose = if target.is_empty() { "this document".to_owned() } else { format!("`{target}`") };
    let diagnostic = Diagnostic::warning(Code::AnchorMissing, link.span, format!("{whose} has no heading `#{anchor}`"));
    // Only the document's own headings are at hand without resolving the link once more.
    let near = if target.is_empty() {
        nearest(anchor, reading.anchors.iter().map(String::as_str))
    } else {
        nearest_of_target(site, reading, link, anchor)
    };
    match near {
        Some(near) => diagnostic.help(format!("did you mean `#{near}`?")),
        None => diagnostic,
    }
}

fn nearest_of_target<'a>(site: &'a Site, reading: &Reading, link: &LinkUse, anchor: &str) -> Option<&'a str> {
    let LinkTarget::Page { path, .. } = site.resolve_link(&reading.file, &link.url, false) else { return None };
    let archive = site.archive();
    let document = (0..archive.readings.len()).find(|document| site.document_path(*document) == &*path)?;
    nearest(anchor, archive.readings[document].anchors.iter().map(String::as_str))
}

fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|one| (strsim::normalized_damerau_levenshtein(wanted, one), one))
        .filter(|(closeness, _)| *closeness >= 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, one)| one)
}

fn shortened(url: &str) -> String {
    let short: String = url.chars().take(40).collect();
    if short.len() < url.len() { format!("{short}…") } else { short }
}

/// Every file by its name, to say where a file that is not there may be.
struct Names<'a> {
    by_name: HashMap<String, Vec<&'a str>>,
}

impl<'a> Names<'a> {
    fn of(site: &'a Site) -> Self {
        let documents = site.archive().readings.iter().map(|reading| &*reading.file);
        let assets = site.assets().iter().map(|asset| &*asset.path);
        let mut by_name: HashMap<String, Vec<&str>> = HashMap::new();
        for file in documents.chain(assets) {
            by_name.entry(name_of(file)).or_default().push(file);
        }
        Self { by_name }
    }

    /// Says where the only other file of that name is.
    fn advice(&self, url: &str) -> Option<String> {
        let path = url.split(['?', '#']).next()?;
        match self.by_name.get(&name_of(&percent_encoding::percent_decode_str(path).decode_utf8_lossy()))?.as_slice() {
            [file] => Some(format!("a file of that name is at `/{file}`")),
            _ => None,
        }
    }
}

fn name_of(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        archive::samples::{archive, document, incident, link, settings},
        incident::Kind,
        site::plan,
        source::Asset,
    };

    #[track_caller]
    fn check(url: &str, image: bool, expected: &[&str]) {
        let mut reading = incident("2024/a.md", "");
        reading.links.push(LinkUse { image, ..link(url) });
        let readings = vec![reading, incident("2023/b.md", ""), document("README.md", Kind::Other)];
        let assets = vec![Asset { path: "2023/chart.png".into(), file: "chart.png".into(), pixels: None }];
        let site = plan(&settings(), archive(readings), assets).value;
        let found: Vec<String> = check_site(&site)
            .into_iter()
            .flatten()
            .map(|one| format!("{} {}: {}", one.code.as_str(), one.path.unwrap_or_default(), one.help.unwrap_or_default()))
            .collect();
        assert_eq!(found, expected, "{url}");
    }

    #[test]
    fn links_that_lead_somewhere_are_not_reported() {
        for url in ["../2023/b.md#root-cause", "../README.md", "https://example.org", "mailto:a@example.org", "#root-cause", "../2023/"] {
            check(url, false, &[]);
        }
        check("../2023/chart.png", true, &[]);
    }

    #[test]
    fn links_that_lead_nowhere_are_reported_with_advice() {
        check("b.md", false, &["PM041 2024/a.md: a file of that name is at `/2023/b.md`"]);
        check("nowhere.md", false, &["PM041 2024/a.md: correct the path; it is relative to the document"]);
        check("../../outside.md", false, &["PM041 2024/a.md: correct the path; it is relative to the document"]);
        check("chart.png", true, &["PM042 2024/a.md: a file of that name is at `/2023/chart.png`"]);
        check("../2023/b.md#root-cuase", false, &["PM043 2024/a.md: did you mean `#root-cause`?"]);
        check("#other", false, &["PM043 2024/a.md: "]);
        check("javascript:alert(1)", false, &["PM044 2024/a.md: use `http`, `https`, `mailto` or a path"]);
        check("data:text/html,x", true, &["PM044 2024/a.md: use `http`, `https`, `mailto` or a path"]);
    }
}
