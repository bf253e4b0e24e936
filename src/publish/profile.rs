//! A profile of `book.toml`, `[publish.NAME]`: which target, where, and as whom.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde_json::Value;

use crate::{
    config::Settings,
    diag::{Error, Result},
};

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
    /// As `Mark`, and it is taken out of the lists of the wiki's categories.
    Archive,
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

/// Where secrets and other variables come from: the environment, read by `cli` alone.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Profile {
    /// Reads the profile `name`, or the only one there is.
    pub fn read(settings: &Settings, name: Option<&str>, variables: Variables<'_>) -> Result<Self> {
        let profiles = &settings.publish;
        let names = || profiles.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let name = match (name, profiles.len()) {
            (_, 0) => {
                return Err(
                    Error::new("there is no `[publish.NAME]` in `book.toml`").help("the README says how one begins, in five minutes")
                );
            }
            (Some(name), _) => name,
            (None, 1) => profiles.keys().next().map_or("", String::as_str),
            (None, _) => return Err(Error::new("which wiki?").help(format!("say `--profile` and one of {}", names()))),
        };
        let Some(value) = profiles.get(name) else {
            return Err(Error::new(format!("there is no `[publish.{name}]` in `book.toml`")).help(format!("there is {}", names())));
        };
        let mut profile = Self {
            name: name.to_owned(),
            target: String::new(),
            url: String::new(),
            root: settings.title.clone(),
            user: None,
            password: None,
            audience: Audience::default(),
            stale: StalePages::default(),
            options: value.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect(),
            folder: settings.root.clone(),
        };
        if !value.is_object() {
            return Err(profile.error("it must be a table"));
        }
        profile.take_common(variables)?;
        Ok(profile)
    }

    fn take_common(&mut self, variables: Variables<'_>) -> Result<()> {
        for key in ["password", "token", "secret"] {
            if self.options.contains_key(key) {
                return Err(self
                    .error(format!("`{key}` does not belong into a file that others read"))
                    .help("name the environment variable that holds it with `password-env`, or the file with `password-file`"));
            }
        }
        let target = self.take_text("target")?;
        self.target = target.ok_or_else(|| self.error("`target` is missing").help(format!("use one of {}", super::TARGETS.join(", "))))?;
        self.url = self.take_text("url")?.ok_or_else(|| self.error("`url` is missing"))?;
        check_url(&self.url).map_err(|why| self.error(why))?;
        if let Some(root) = self.take_text("root")? {
            self.root = root;
        }
        if self.root.trim().is_empty() {
            return Err(self.error("`root` must not be empty"));
        }
        self.user = self.take_text("user")?;
        self.password = self.take_password(variables)?;
        self.audience = match self.take_text("audience")?.as_deref() {
            None | Some("internal") => Audience::Internal,
            Some("public") => Audience::Public,
            Some(other) => return Err(self.error(format!("`audience` cannot be `{other}`")).help("use `internal` or `public`")),
        };
        self.stale = match self.take_text("stale")?.as_deref() {
            None | Some("mark") => StalePages::Mark,
            Some("keep") => StalePages::Keep,
            Some("delete") => StalePages::Delete,
            Some("archive") if self.target == "mediawiki" => StalePages::Archive,
            Some("archive") => {
                return Err(self.error("`stale` cannot be `archive` here: only MediaWiki has categories in its pages").help("use `mark`"));
            }
            Some(other) => {
                return Err(self.error(format!("`stale` cannot be `{other}`")).help("use `keep`, `mark`, `archive` or `delete`"));
            }
        };
        Ok(())
    }

    fn take_password(&mut self, variables: Variables<'_>) -> Result<Option<Secret>> {
        let (variable, file) = (self.take_text("password-env")?, self.take_text("password-file")?);
        let text = match (variable, file) {
            (Some(_), Some(_)) => return Err(self.error("`password-env` and `password-file` exclude each other")),
            (None, None) => return Ok(None),
            (Some(variable), None) => variables(&variable)
                .ok_or_else(|| self.error(format!("the environment variable `{variable}` that `password-env` names is not set")))?,
            (None, Some(file)) => {
                let path = self.folder.join(&file);
                std::fs::read_to_string(&path).map_err(|cause| Error::io("read", &path, &cause))?
            }
        };
        let text = text.trim();
        if text.is_empty() || text.contains(char::is_control) {
            return Err(self.error("the password is empty, or holds characters that no password has"));
        }
        Ok(Some(Secret::new(text)))
    }

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

/// Refuses addresses that would send a password in the open, or that hold one.
fn check_url(url: &str) -> std::result::Result<(), String> {
    if url.is_empty() || url.starts_with('-') || url.contains(char::is_control) || url.contains(char::is_whitespace) {
        return Err("`url` cannot be used".to_owned());
    }
    let Some((scheme, rest)) = url.split_once("://") else { return Ok(()) };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if user.is_some_and(|user| scheme != "ssh" || user.contains(':')) {
        return Err("`url` must hold no user and no password; use `user` and `password-env`".to_owned());
    }
    if scheme.eq_ignore_ascii_case("http") && !is_this_machine(host) {
        return Err(format!("`url` begins with `http://`, and what is sent to {host} could be read on the way; use `https://`"));
    }
    Ok(())
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: Value) -> Result<Profile> {
        let settings = Settings { publish: [("wiki".to_owned(), table)].into(), ..Settings::default() };
        Profile::read(&settings, None, &|name| (name == "WIKI_PASSWORD").then(|| "hunter2".to_owned()))
    }

    #[track_caller]
    fn check_refused(table: Value, message: &str) {
        let error = read(table).expect_err("it is refused").message;
        assert!(error.contains(message) && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_profile_is_read_and_its_password_is_never_printed() {
        let profile = read(serde_json::json!({
            "target": "git", "url": "https://example.org/w.git", "password-env": "WIKI_PASSWORD", "flavor": "github", "stale": "keep",
        }))
        .expect("it is right");
        assert_eq!((profile.root.as_str(), profile.stale), ("Postmortems", StalePages::Keep));
        assert_eq!(profile.options.keys().collect::<Vec<_>>(), ["flavor"]);
        assert!(!format!("{profile:?}").contains("hunter2"));
    }

    #[test]
    fn what_would_leak_a_password_is_refused() {
        let with = |url: &str| serde_json::json!({ "target": "git", "url": url });
        check_refused(with("http://wiki.example.org/w.git"), "could be read on the way");
        check_refused(with("http://127.0.0.1.example.org/w.git"), "could be read on the way");
        check_refused(with("https://user:hunter2@example.org/w.git"), "no password");
        check_refused(with("-upload-pack=x"), "cannot be used");
        check_refused(serde_json::json!({ "target": "git", "url": "https://x", "password": "hunter2" }), "does not belong");
        check_refused(serde_json::json!({ "target": "git", "url": "https://x", "password-env": "NOT_SET" }), "is not set");
        for url in [
            "http://127.0.0.1:80/w.git",
            "http://[::1]/w",
            "http://localhost:1/w",
            "https://example.org/w.git",
            "ssh://git@example.org/w",
            "/srv/w.git",
        ] {
            assert!(read(with(url)).is_ok(), "{url}");
        }
    }
}
