//! A profile of `book.toml`, `[publish.NAME]`: which target, where, and as whom.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde_json::Value;

use crate::diag::{Error, Result};

/// Who will read the wiki.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// The company: every incident goes there.
    #[default]
    Internal,
    /// Everybody: only incidents that declare `audience: public` go there.
    Public,
}

/// What is done with a page whose incident is gone from the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StalePages {
    /// It stays as it is.
    Keep,
    /// It stays, with a notice at its top.
    #[default]
    Mark,
    /// It is deleted, where nobody edited it.
    Delete,
}

/// A password or token. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Returns a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, for the request that needs it and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One `[publish.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// `target`: `git`, `mediawiki`, `confluence`.
    pub target: String,
    /// `url`: without user and password; `https`, for git also `ssh`, `file` or a path; `http` for this machine alone.
    pub url: String,
    /// `root`: the title of the home page, under which all others stand. Default: the site's title.
    pub root: String,
    /// `user`, or the value of the variable that `user-env` names.
    pub user: Option<String>,
    /// The value of the variable that `password-env` names, or the text of the file that `password-file` names.
    pub password: Option<Secret>,
    /// `audience`.
    pub audience: Audience,
    /// `stale`.
    pub stale: StalePages,
    /// What only the target itself knows (`flavor`, `branch`, `space`, …), as written. It takes out what it knows and refuses the rest.
    pub options: BTreeMap<String, Value>,
    /// The folder of `book.toml`.
    pub folder: PathBuf,
}

impl Profile {
    /// Returns the text of the option `key`, and takes it out.
    pub fn take_text(&mut self, key: &str) -> Result<Option<String>> {
        match self.options.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(format!("`{key}` must be text"))),
        }
    }

    /// Refuses the options that nobody took.
    pub fn close(&self, known: &[&str]) -> Result<()> {
        match self.options.keys().next() {
            None => Ok(()),
            Some(key) => {
                Err(self.error(format!("unknown key `{key}`")).help(format!("a target `{}` knows {}", self.target, known.join(", "))))
            }
        }
    }

    /// Returns an error about this profile.
    pub fn error(&self, message: impl fmt::Display) -> Error {
        Error::new(format!("[publish.{}] in `book.toml`: {message}", self.name))
    }
}
