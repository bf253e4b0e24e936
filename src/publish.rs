//! Bringing the archive to a wiki: what is wanted there, what was published last and what is there now are compared, and only what
//! is ours and nobody has edited is written.
//!
//! ```text
//! Build ─pages─▶ Outline ─render─▶ Wanted ┐
//! wiki ─Reader::observe─▶ Observed (There, Mark, Ledger) ┴─plan─▶ Plan ─apply─▶ Writer ─▶ Report
//! ```
//!
//! The state lives in the target, next to what it describes: each page carries a [`Mark`] that holds the hash of what we last wrote.
//! Where the text no longer hashes to it, a person edited the page. No clock and no local file is asked.
//!
//! A target is one module that gives a [`Naming`], a [`Reader`] and a [`Writer`]; nothing else here knows of it but
//! `targets::open`. A dry run holds a [`Reader`] alone, which has no method that writes.

mod apply;
mod conflicts;
mod fault;
mod http;
mod journal;
mod ledger;
mod mark;
mod model;
mod pages;
mod patience;
mod plan;
mod profile;
mod saved;
mod target;
mod targets;

pub use apply::{Failure, Outcome, Prepared, Publication, Report};
pub use conflicts::save_texts;
pub use fault::Fault;
pub use journal::Journal;
pub use ledger::{Ledger, LedgerEntry};
pub use mark::{Digest, Mark, MarkState, normalise};
pub use model::{Attachment, Labels, Observed, Place, There, Wanted, WantedKind};
pub use pages::{Outline, Overrides};
pub use patience::Patience;
pub use plan::{Action, Choices, Plan, Step, plan};
pub use profile::{Audience, Profile, Secret, StalePages, Variables};
pub use saved::SavedPlan;
pub use target::{Capabilities, Naming, Reader, Writer, Written};
pub use targets::{TARGETS, Target, open};
