//! Blocks into an incident, one submodule per field. Not written yet.

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
