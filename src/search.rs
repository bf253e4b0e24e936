//! Search: "has this happened before?", in the browser and in the terminal.
//!
//! ```text
//! Document, Incident ─prepare─▶ Prepared (per file) ─build─▶ Index ─▶ answers in the terminal
//!                                                                    └─files─▶ search/*.js ─▶ answers in the browser
//! ```
//!
//! The index is an inverted one, cut into small files that a page loads as classic scripts: this works from `file://`, where a page
//! may not `fetch`, and under a policy without `eval` and WebAssembly. What a query needs is fetched and no more: the words that begin
//! alike, the postings of each word, and the cards of the incidents that are shown.
//!
//! A posting says in which *kinds of place* of an incident a word stands (title, cause, timeline, …), not how often and where: that
//! is what the ranking needs, and it takes about ten bits. A *card* is the text that a result shows, as much of it as the budget
//! allows. Phrases are found by their words and then read in the cards.
//!
//! Incidents are numbered from the oldest, so that a new one changes few files.

mod bits;
mod card;
mod index;
mod prepare;
mod query;
mod rank;
mod read;
mod shard;
mod snippet;
mod terms;
mod text;
mod tokenise;

pub use index::Index;
pub use prepare::{Fields, Passage, Place, Prepared, SearchEntry, prepare};
pub use query::{FieldName, Query};
pub use rank::{Answer, Hit, Way};
pub use read::prepare_document;
pub use shard::File;
pub use snippet::{Shown, Snippet};
pub use terms::Terms;
pub use tokenise::{Part, Run, tokenise};
