//! Not written yet.

use std::{ffi::OsString, process::ExitCode};

/// Runs the command line and returns its exit code.
pub fn run(_args: impl IntoIterator<Item = OsString>) -> ExitCode {
    ExitCode::from(2)
}
