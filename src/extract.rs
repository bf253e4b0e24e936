//! Blocks into incidents: what a document is, and every field of its record, each value with the line that says it.
//!
//! All readers work on the [`outline`]: the document as one list of logical lines, each with its section. A value that is
//! wrong is worse than one that is missing, so a reader takes what the text says and leaves the rest `None`.

pub(crate) mod headings;
pub(crate) mod outline;

#[expect(dead_code, reason = "its readers follow")]
mod moment;
#[expect(dead_code, reason = "its readers follow")]
mod zone;

use std::sync::Arc;

use crate::{
    document::LinkUse,
    incident::{Incident, Kind, Section},
};

/// What was read from one document: what it is, and the incidents that it holds. It outlives the document's tree, so it is small.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Path below the content folder, `/`-separated.
    pub file: Arc<str>,
    /// What the document is.
    pub kind: Kind,
    /// Its title in its own words; `None` where only boilerplate exists.
    pub title: Option<String>,
    /// The title to show.
    pub display_title: String,
    /// One to three sentences of plain text.
    pub summary: Option<String>,
    /// Its incidents, in document order; empty unless `kind` is `Incident` or `Multi`.
    pub incidents: Vec<Incident>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its links and images, in order.
    pub links: Vec<LinkUse>,
    /// The anchors of its headings, in order.
    pub anchors: Vec<String>,
}
