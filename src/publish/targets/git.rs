//! Wikis whose pages are files of a git repository: GitHub, GitLab, Gitea and Forgejo, Azure DevOps, Gollum, Otter Wiki.
//!
//! The `git` program does the work, in a repository of its own in a temporary folder: objects are read and written with its
//! plumbing, nothing is ever checked out, so no hook, filter or attribute of anybody runs and no link is followed. One publish is one
//! commit, pushed as a fast-forward or not at all: the server's own check is the compare-and-swap, and a run that is killed before the
//! push has changed nothing.

mod command;
mod flavor;
mod repository;
mod wiki;

use std::rc::Rc;

use super::Target;
use crate::{
    diag::Result,
    publish::{Capabilities, Fault, Naming, Patience, Place, Profile, Reader, Secret, Writer},
    render::wiki::Dialect,
};

use flavor::Flavor;
use wiki::GitWiki;

/// A wiki in a git repository.
pub(super) struct GitTarget {
    remote: Rc<Remote>,
    patience: Rc<Patience>,
}

/// Where the repository is and how we get in.
pub(super) struct Remote {
    url: String,
    /// `user:password` for the header, where there are any.
    login: Option<(String, Secret)>,
    branch: Option<String>,
    flavor: Flavor,
    author: (String, String),
    /// The title of the home page, by which the archive is told from others in the same wiki.
    archive: String,
}

const KNOWN: &[&str] =
    &["url", "flavor", "branch", "author-name", "author-email", "root", "user", "password-env", "password-file", "audience", "stale"];

impl GitTarget {
    pub(super) fn new(mut profile: Profile, patience: Rc<Patience>) -> Result<Self> {
        let flavor = match profile.take_text("flavor")? {
            Some(name) => Flavor::parse(&name)
                .ok_or_else(|| profile.error(format!("`flavor` cannot be `{name}`")).help(format!("use one of {}", Flavor::names())))?,
            None => return Err(profile.error("`flavor` is missing").help(format!("say whose wiki it is: {}", Flavor::names()))),
        };
        let branch = profile.take_text("branch")?;
        if let Some(branch) = &branch
            && (branch.is_empty()
                || branch.starts_with('-')
                || !branch.chars().all(|c| c.is_alphanumeric() || "-_./".contains(c))
                || branch.contains(".."))
        {
            return Err(profile.error(format!("`branch` cannot be `{branch}`")));
        }
        let name = profile.take_text("author-name")?.unwrap_or_else(|| "hindsite".to_owned());
        let email = profile.take_text("author-email")?.unwrap_or_else(|| "hindsite@localhost".to_owned());
        profile.close(KNOWN)?;
        check_url(&profile)?;
        let login = profile.password.clone().map(|password| (profile.user.clone().unwrap_or_else(|| "hindsite".to_owned()), password));
        let remote = Remote { url: real_url(&profile), login, branch, flavor, author: (name, email), archive: profile.root.clone() };
        Ok(Self { remote: Rc::new(remote), patience })
    }
}

/// Refuses addresses that git would do more with than fetch and push, or that would carry a password in the open.
fn check_url(profile: &Profile) -> Result<()> {
    let url = profile.url.as_str();
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let is_local_path = scheme.is_none() && (url.starts_with('/') || url.starts_with("./") || url.starts_with("../"));
    // `git@host:path`, as people write ssh addresses.
    let is_scp = scheme.is_none()
        && url.split_once(':').is_some_and(|(host, path)| !host.contains('/') && !host.contains(':') && !path.starts_with(':'));
    match scheme {
        Some("https" | "http" | "ssh" | "file") => Ok(()),
        None if is_local_path || (is_scp && !url.starts_with('-')) => Ok(()),
        _ => Err(profile
            .error(format!("`url` cannot be `{url}`"))
            .help("use an address of https, ssh or file, or a path that begins with `/` or `./`")),
    }
}

/// Returns the address as git gets it: a path is seen from the folder of `book.toml`.
fn real_url(profile: &Profile) -> String {
    if profile.url.starts_with("./") || profile.url.starts_with("../") {
        let folder = profile.folder.canonicalize().unwrap_or_else(|_| profile.folder.clone());
        return folder.join(&profile.url).to_string_lossy().into_owned();
    }
    profile.url.clone()
}

impl Target for GitTarget {
    fn naming(&self) -> &(dyn Naming + Sync) {
        &self.remote.flavor
    }

    fn reader(&self) -> std::result::Result<Box<dyn Reader>, Fault> {
        Ok(Box::new(GitWiki::new(self.remote.clone(), self.patience.clone())?))
    }

    fn writer(&self) -> std::result::Result<Box<dyn Writer>, Fault> {
        Ok(Box::new(GitWiki::new(self.remote.clone(), self.patience.clone())?))
    }
}

impl Naming for Flavor {
    fn dialect(&self) -> Dialect {
        self.dialect_of()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { atomic: true, delete: true, max_body_bytes: 4 * 1024 * 1024, max_file_bytes: 18 * 1024 * 1024 }
    }

    fn name(&self, place: &Place) -> std::result::Result<String, String> {
        self.path(place)
    }

    fn fold(&self, name: &str) -> String {
        self.fold_path(name)
    }

    fn page_address(&self, from: &str, to: &str) -> String {
        self.page_link(from, to)
    }

    fn file_address(&self, from: &str, file: &str) -> String {
        self.file_link(from, file)
    }
}
