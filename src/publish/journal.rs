//! A local note of what a run was doing, for messages only: nothing is decided by it, and it may be deleted at any time.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
};

use super::{Step, apply::Outcome};

/// An append-only file: a line before each write, one after it, one at the end.
pub struct Journal {
    file: Option<File>,
    /// The page that an earlier run was writing when it was cut off.
    interrupted: Option<String>,
}

impl Journal {
    /// Opens the journal at `path`; where that cannot be, there is none.
    pub fn open(path: &Path) -> Self {
        let old = fs::read_to_string(path).unwrap_or_default();
        let interrupted = old.lines().next_back().and_then(|line| line.strip_prefix("begin ")).map(str::to_owned);
        // What ended well is not needed any more.
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(path).ok();
        Self { file, interrupted }
    }

    /// Returns the page that the last run was writing when it was cut off.
    pub fn interrupted(&self) -> Option<&str> {
        self.interrupted.as_deref()
    }

    pub(super) fn intent(&mut self, step: &Step) {
        self.line(&format!("begin {} {}", step.action.as_str(), step.key));
    }

    pub(super) fn outcome(&mut self, step: &Step, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Done => "done",
            Outcome::Merged => "merged",
            Outcome::Left => "left",
            Outcome::Failed(_) => "failed",
            Outcome::Unreached => "unreached",
        };
        self.line(&format!("{word} {}", step.key));
    }

    pub(super) fn end(&mut self, whole: bool) {
        self.line(if whole { "end" } else { "stopped" });
    }

    fn line(&mut self, line: &str) {
        if let Some(file) = &mut self.file {
            let _ = file.write_all(format!("{}\n", line.replace('\n', " ")).as_bytes()).and_then(|()| file.sync_data());
        }
    }
}
