//! Tells what a timeline row marks.

use crate::incident::RowKind;

/// Returns the kind of each row.
pub(crate) fn kinds_of(texts: &[&str]) -> Vec<RowKind> {
    texts.iter().map(|_| RowKind::Note).collect()
}
