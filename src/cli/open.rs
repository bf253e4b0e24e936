//! `--open`: the site in the browser of the user.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::diag::{Error, Result};

/// Opens a file in the browser.
pub(super) fn open_file(file: &Path) -> Result<()> {
    let real = file.canonicalize().map_err(|cause| Error::io("open", file, &cause))?;
    open(real.as_os_str())
}

/// Opens an address in the browser.
pub(super) fn open_url(url: &str) -> Result<()> {
    open(url.as_ref())
}

fn open(what: &std::ffi::OsStr) -> Result<()> {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    };
    let started = command.arg(what).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started.map(drop).map_err(|cause| Error::new(format!("cannot open {} in a browser: {cause}", what.display())))
}
