//! Confluence: Cloud through its REST API v2, Data Center through v1. What is done is the same; how it is asked for is in [`cloud`] and
//! [`data_center`].
//!
//! A page's mark is its content property `hindsite`, with the number of the version that we wrote: where the page has that version
//! still, nobody edited it, whatever the server did to the text that it stores. A list of all marks stands in properties of the home
//! page, so that an idle run needs no question for each page. Where list and page disagree, the page is right.
//!
//! Tested against a stand-in, not against a live Confluence.

mod api;
mod canonical;
mod cloud;
mod data_center;
mod state;
mod wiki;

use std::rc::Rc;

use base64::Engine;
use unicode_normalization::UnicodeNormalization;

use super::Target;
use crate::{
    diag::Result,
    publish::{Capabilities, Digest, Fault, Naming, Patience, Place, Profile, Reader, Secret, Writer, http},
    render::wiki::Dialect,
};

use wiki::Confluence;

/// The server takes 5 MB of body; our mark stands in it too.
const MAX_BODY_BYTES: usize = 5 * 1000 * 1000 - 10_000;
const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 255;

const KNOWN: &[&str] = &["url", "flavor", "space", "root", "user", "password-env", "password-file", "audience", "stale"];

/// A Confluence of which the profile was understood.
pub(super) struct ConfluenceTarget {
    remote: Rc<Remote>,
    names: Names,
    patience: Rc<Patience>,
}

/// Which of the two products it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edition {
    /// In the vendor's cloud.
    Cloud,
    /// On a server of its own.
    DataCenter,
}

/// Where the space is, and as whom we come.
struct Remote {
    edition: Edition,
    /// The address of the site, without a slash at its end: `https://example.atlassian.net/wiki`, `https://wiki.example.com`.
    base: String,
    space: String,
    root: String,
    authorization: Secret,
}

/// How Confluence names pages: by titles that are unique in the space.
struct Names {
    root: String,
}

impl ConfluenceTarget {
    pub(super) fn new(mut profile: Profile, patience: Rc<Patience>) -> Result<Self> {
        let edition = match profile.take_text("flavor")?.as_deref() {
            None | Some("cloud") => Edition::Cloud,
            Some("data-center") => Edition::DataCenter,
            Some(other) => {
                return Err(profile.error(format!("`flavor` cannot be `{other}`")).help("use `cloud` or `data-center`"));
            }
        };
        let space = profile.take_text("space")?.ok_or_else(|| {
            profile.error("`space` is missing").help("write the key of the space, which its address shows: `…/wiki/spaces/KEY`")
        })?;
        profile.close(KNOWN)?;
        http::check_address(&profile.url).map_err(|why| profile.error(why))?;
        let authorization = authorization(&profile, edition)?;
        let root = title(&profile.root);
        let remote = Remote { edition, base: profile.url.trim_end_matches('/').to_owned(), space, root: root.clone(), authorization };
        Ok(Self { remote: Rc::new(remote), names: Names { root }, patience })
    }
}

/// Returns the header that says who we are: a token alone is one of Data Center, which tells the account by it.
fn authorization(profile: &Profile, edition: Edition) -> Result<Secret> {
    let password = profile.password.clone().ok_or_else(|| {
        profile.error("no password").help("name the environment variable with the token: `password-env = \"CONFLUENCE_TOKEN\"`")
    })?;
    match (&profile.user, edition) {
        (None, Edition::DataCenter) => Ok(Secret::new(format!("Bearer {}", password.reveal()))),
        (None, Edition::Cloud) => Err(profile
            .error("no `user`")
            .help("write the mail address of the account that has the API token; a Data Center needs `flavor`")),
        (Some(user), _) => {
            let login = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", password.reveal()));
            Ok(Secret::new(format!("Basic {login}")))
        }
    }
}

impl Target for ConfluenceTarget {
    fn naming(&self) -> &(dyn Naming + Sync) {
        &self.names
    }

    fn reader(&self) -> std::result::Result<Box<dyn Reader>, Fault> {
        Ok(Box::new(Confluence::connect(self.remote.clone(), self.patience.clone())?))
    }

    fn writer(&self) -> std::result::Result<Box<dyn Writer>, Fault> {
        Ok(Box::new(Confluence::connect(self.remote.clone(), self.patience.clone())?))
    }
}

impl Naming for Names {
    fn dialect(&self) -> Dialect {
        Dialect::Confluence
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { atomic: false, delete: true, max_body_bytes: MAX_BODY_BYTES, max_file_bytes: MAX_FILE_BYTES }
    }

    fn name(&self, place: &Place) -> std::result::Result<String, String> {
        Ok(if place.above.is_empty() { self.root.clone() } else { title(&place.title) })
    }

    fn fold(&self, name: &str) -> String {
        name.to_lowercase()
    }

    fn page_address(&self, _: &str, to: &str) -> String {
        to.to_owned()
    }

    fn file_address(&self, _: &str, file: &str) -> String {
        file.to_owned()
    }

    fn digest(&self, body: &str) -> Digest {
        canonical::digest(body)
    }
}

/// Returns a title as Confluence keeps it: one line, without blanks around it, at most 255 characters.
fn title(text: &str) -> String {
    let one_line = text.nfc().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let words: Vec<&str> = one_line.split_whitespace().collect();
    words.join(" ").chars().take(MAX_TITLE_CHARS).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_and_not_too_long() {
        assert_eq!(title(" a\n b\u{7} \u{a0}c "), "a b c");
        assert_eq!(title(&"ä".repeat(300)).chars().count(), MAX_TITLE_CHARS);
    }
}
