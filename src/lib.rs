//! hindsite turns a folder of postmortem Markdown files into an indexed, searchable site.
//!
//! ```text
//! files ─scan─▶ Source ─parse─▶ Document ─extract─▶ Incident ─collect─▶ Archive ─plan─▶ Site ─render─▶ bytes ─▶ site/ | HTTP | wiki
//! ```
//!
//! A module may use the modules above it in this list, never those below it.

pub mod diag;

pub mod config;

pub mod source;

pub mod incident;

pub mod document;

pub mod extract;

pub mod stats;

pub mod archive;

pub mod export;

pub mod site;

pub mod search;

pub mod check;

pub mod render;

pub mod pipeline;

pub mod output;

pub mod serve;

pub mod publish;

pub mod annotate;

pub mod cli;
