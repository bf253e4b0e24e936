//! What templates see: plain structs of texts, addresses and figures, ready to be shown. Never model types: renaming a field of
//! the record breaks no theme.
//!
//! Every sentence is computed from the records here, with the words of the site's language; a template only places them.
//! Addresses are relative to the page. Fields that end in `_html` or `_svg` are markup and go through `safe`; all others are text.

mod actions;
mod data;
mod document;
mod facet;
mod figures;
mod home;
mod incident;
mod labels;
mod lists;
mod page;
mod stats;
mod timeline;

use serde::Serialize;

pub(crate) use actions::actions;
pub(crate) use data::data;
pub(crate) use document::{document, document_index};
pub(crate) use facet::{facet_index, term};
pub(crate) use home::home;
pub(crate) use incident::{incident, sections_of};
pub(crate) use lists::incident_list;
pub(crate) use page::{content_security_policy, shell};
pub(crate) use stats::{period_title, stats};

use super::{
    Bodies, Theme,
    markdown::Target,
    words::{Words, datetime},
};
use crate::{
    archive::{Archive, Entry, FacetKind},
    incident::{Moment, Origin, Provenance},
    site::{LinkTarget, Page, Site},
};

/// What a page is made from.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) site: &'a Site,
    pub(crate) theme: &'a Theme,
    pub(crate) bodies: &'a dyn Bodies,
    pub(crate) page: &'a Page,
}

/// A link.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Link {
    pub(crate) title: String,
    pub(crate) href: String,
}

/// A link with a number beside it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Counted {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) count: String,
    pub(crate) is_current: bool,
}

/// A day or time as shown and as the `datetime` attribute has it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct When {
    pub(crate) text: String,
    pub(crate) iso: String,
}

/// A severity as shown, with its class.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SeverityMark {
    pub(crate) text: String,
    pub(crate) class: String,
}

impl<'a> Scene<'a> {
    pub(crate) fn words(&self) -> &'a Words {
        &self.theme.words
    }

    pub(crate) fn archive(&self) -> &'a Archive {
        self.site.archive()
    }

    /// Returns the address of a page or file of the site as seen from this page.
    pub(crate) fn href(&self, path: &str) -> String {
        self.site.href(&self.page.path, path)
    }

    /// Returns the address of a page where the site has it.
    pub(crate) fn href_of(&self, path: &str) -> Option<String> {
        self.site.page(path).map(|page| self.href(&page.path))
    }

    pub(crate) fn incident_href(&self, entry: usize) -> String {
        self.href(self.site.incident_path(entry))
    }

    /// Returns the page of a facet's value.
    pub(crate) fn term_link(&self, kind: FacetKind, name: &str) -> Link {
        let title = self.term_label(kind, name);
        match self.site.term_path_of(kind, name) {
            Some(path) => Link { title, href: self.href(&path) },
            None => Link { title, href: String::new() },
        }
    }

    /// Returns the name of a facet's value in the site's language.
    pub(crate) fn term_label(&self, kind: FacetKind, name: &str) -> String {
        let prefix = match kind {
            FacetKind::Cause => "cause",
            FacetKind::Component => "component",
            FacetKind::Service | FacetKind::Severity | FacetKind::Year => return name.to_owned(),
        };
        if let Some(label) = self.words().find(&format!("{prefix}_{}", name.replace('-', "_"))) {
            return label.to_owned();
        }
        let facet = self.archive().facets.get(kind);
        facet.find(name).map_or_else(|| name.to_owned(), |at| facet.terms[at].label.clone())
    }

    /// Returns where a link or image of a document leads from this page.
    pub(crate) fn target(&self, file: &str, url: &str, image: bool) -> Target {
        match self.site.resolve_link(file, url, image) {
            LinkTarget::Page { path, anchor, .. } => {
                let anchor = anchor.map_or_else(String::new, |anchor| format!("#{}", crate::archive::encode(&anchor)));
                if *path == *self.page.path && !anchor.is_empty() {
                    return Target::Href(anchor);
                }
                Target::Href(format!("{}{anchor}", self.href(&path)))
            }
            LinkTarget::Asset { path, suffix } => {
                let href = format!("{}{suffix}", self.href(&path));
                match self.site.asset(&path).and_then(|asset| asset.pixels) {
                    Some(pixels) if image => Target::Image(href, pixels),
                    _ => Target::Href(href),
                }
            }
            LinkTarget::External => Target::Href(url.to_owned()),
            LinkTarget::Refused => Target::Refused,
            LinkTarget::Missing => Target::Missing,
        }
    }

    pub(crate) fn day(&self, moment: &Moment) -> Option<When> {
        let iso = match moment.local {
            crate::incident::Local::DayTime(day, _) => day.format("%Y-%m-%d").to_string(),
            _ => datetime(moment)?,
        };
        Some(When { text: self.words().moment_day(moment)?, iso })
    }

    pub(crate) fn entry_day(&self, entry: &Entry) -> Option<When> {
        self.day(&entry.occurred.as_ref()?.moment)
    }

    pub(crate) fn severity(&self, entry: &Entry) -> Option<SeverityMark> {
        let severity = entry.severity.as_ref()?.value;
        let text = severity.as_str().to_owned();
        let class = format!("s{}", text.trim_start_matches("SEV"));
        Some(SeverityMark { text, class })
    }

    /// Returns how the time of an incident is said: its length, that it goes on, or nothing.
    pub(crate) fn duration(&self, entry: &Entry) -> Option<String> {
        entry.minutes_to_resolve().map(|minutes| self.words().minutes(minutes))
    }
}

/// Returns the word for where a value comes from, where it was not declared.
pub(crate) fn origin_word(words: &Words, provenance: &Provenance) -> Option<String> {
    match provenance.from {
        Origin::FrontMatter => None,
        Origin::Inferred => Some(words.get("inferred")),
        Origin::FileName => Some(words.get("from_file_name")),
    }
}

/// Returns a count as a float.
#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}
