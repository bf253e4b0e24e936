//! MediaWiki, through its action API.
//!
//! Each page is written by itself: a new one with `createonly`, an old one with `nocreate` and `baserevid`. MediaWiki merges an edit
//! with one that came between where they do not overlap, and says so only by `oldrevid`; then the page is read back.
//!
//! Pages are `ROOT` and `ROOT/TITLE`; the list of what was published is `ROOT/Hindsite ledger`. Files have one namespace for the
//! whole wiki, so ours begin with `Hindsite-`.

mod api;
mod titles;
mod wiki;

use std::rc::Rc;

use super::Target;
use crate::{
    diag::Result,
    publish::{Capabilities, Fault, Naming, Patience, Place, Profile, Reader, Secret, Writer, http},
    render::wiki::Dialect,
};

use wiki::MediaWiki;

/// A page's text may have 2 MiB; the mark needs some of it.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024 - 4096;
/// What a server takes is its own setting; more than this is no picture for a page.
const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// How the names of our files begin.
const FILE_PREFIX: &str = "Hindsite-";

const KNOWN: &[&str] = &["url", "root", "user", "user-env", "password-env", "password-file", "audience", "stale", "syntax-highlight"];

/// A MediaWiki of which the profile was understood.
pub(super) struct MediaWikiTarget {
    remote: Rc<Remote>,
    names: Names,
    patience: Rc<Patience>,
}

/// Where the wiki is, and as whom we come.
struct Remote {
    /// The address of `api.php`.
    api: String,
    user: String,
    password: Secret,
    /// The title of the home page.
    root: String,
}

/// How MediaWiki names pages.
struct Names {
    root: String,
    /// The address of `index.php`.
    index: String,
    highlight: bool,
}

impl MediaWikiTarget {
    pub(super) fn new(mut profile: Profile, patience: Rc<Patience>) -> Result<Self> {
        let highlight = match profile.options.remove("syntax-highlight") {
            None => false,
            Some(serde_json::Value::Bool(highlight)) => highlight,
            Some(_) => return Err(profile.error("`syntax-highlight` must be true or false")),
        };
        profile.close(KNOWN)?;
        http::check_address(&profile.url).map_err(|why| profile.error(why))?;
        if !profile.url.ends_with("/api.php") {
            return Err(profile
                .error(format!("`url` must be that of the API, not `{}`", profile.url))
                .help("it ends with `/api.php`; the page `Special:Version` of the wiki shows it"));
        }
        let user = profile.user.clone().ok_or_else(|| {
            profile.error("no `user`").help("make a bot password on `Special:BotPasswords`; its name is like `Publisher@hindsite`")
        })?;
        let password = profile.password.clone().ok_or_else(|| {
            profile.error("no password").help("name the environment variable that holds it: `password-env = \"WIKI_PASSWORD\"`")
        })?;
        let root = titles::root(&profile.root).map_err(|why| profile.error(format!("`root` cannot be `{}`: {why}", profile.root)))?;
        let index = format!("{}index.php", profile.url.strip_suffix("api.php").unwrap_or_default());
        let remote = Remote { api: profile.url.clone(), user, password, root: root.clone() };
        Ok(Self { remote: Rc::new(remote), names: Names { root, index, highlight }, patience })
    }
}

impl Target for MediaWikiTarget {
    fn naming(&self) -> &(dyn Naming + Sync) {
        &self.names
    }

    fn reader(&self) -> std::result::Result<Box<dyn Reader>, Fault> {
        Ok(Box::new(MediaWiki::connect(self.remote.clone(), self.patience.clone())?))
    }

    fn writer(&self) -> std::result::Result<Box<dyn Writer>, Fault> {
        Ok(Box::new(MediaWiki::connect(self.remote.clone(), self.patience.clone())?))
    }
}

impl Naming for Names {
    fn dialect(&self) -> Dialect {
        Dialect::MediaWiki { highlight: self.highlight }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { atomic: false, delete: true, max_body_bytes: MAX_BODY_BYTES, max_file_bytes: MAX_FILE_BYTES }
    }

    fn name(&self, place: &Place) -> std::result::Result<String, String> {
        if place.above.is_empty() { Ok(self.root.clone()) } else { Ok(titles::below(&self.root, &place.title)) }
    }

    fn fold(&self, name: &str) -> String {
        name.to_owned()
    }

    fn page_address(&self, _: &str, to: &str) -> String {
        to.to_owned()
    }

    fn file_address(&self, _: &str, file: &str) -> String {
        file_name(file)
    }

    fn web_address(&self, name: &str) -> Option<String> {
        let name = name.replace(' ', "_");
        let title = percent_encoding::utf8_percent_encode(&name, titles::IN_ADDRESS);
        Some(format!("{}?title={title}", self.index))
    }
}

/// Returns the name of one of our files.
fn file_name(name: &str) -> String {
    format!("{FILE_PREFIX}{name}")
}
