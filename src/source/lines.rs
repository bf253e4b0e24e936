//! Byte offsets to lines and columns.

use std::sync::Arc;

/// The byte offsets at which the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineTable {
    starts: Arc<[usize]>,
}

impl LineTable {
    /// Returns the line table of `text`. Lines end at `\n`.
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { starts: starts.collect() }
    }

    /// Returns the line, counted from 1, that holds byte `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// Returns what [`Self::line`] does, faster where it is line `near` or one of the next.
    pub(crate) fn line_near(&self, near: usize, offset: usize) -> usize {
        let near = near.max(1);
        let starts = self.starts.get(near - 1..).unwrap_or_default();
        match starts.iter().take(6).position(|start| *start > offset) {
            None | Some(0) => self.line(offset),
            Some(lines) => near - 1 + lines,
        }
    }

    /// Returns the offset at which line `line` (from 1) begins; the last line's beyond the end.
    pub fn start(&self, line: usize) -> usize {
        self.starts[line.saturating_sub(1).min(self.starts.len() - 1)]
    }

    /// Returns the offsets behind `offset` at which lines begin.
    pub(crate) fn starts_behind(&self, offset: usize) -> &[usize] {
        &self.starts[self.starts.partition_point(|start| *start <= offset)..]
    }

    /// Returns how many lines there are.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns line and column, both from 1, the column in characters.
    pub fn position(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let before = text.get(self.start(line)..offset).unwrap_or("");
        (line, before.chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_lines_and_characters_from_one() {
        let text = "aé\nb\n";
        let lines = LineTable::new(text);
        for (offset, expected) in [(0, (1, 1)), (1, (1, 2)), (3, (1, 3)), (4, (2, 1)), (6, (3, 1))] {
            assert_eq!(lines.position(text, offset), expected, "offset {offset}");
            for near in 0..6 {
                assert_eq!(lines.line_near(near, offset), expected.0, "offset {offset} near {near}");
            }
        }
    }
}
