//! The targets that there are. A further one is a module here and a line in [`open`].

mod confluence;
mod git;
mod mediawiki;

use std::rc::Rc;

use super::{Fault, Naming, Patience, Profile, Reader, Writer};
use crate::diag::Result;

/// The names that `target` can have.
pub const TARGETS: &[&str] = &["git", "mediawiki", "confluence"];

/// A target of which the profile was understood; no request has been made yet.
pub trait Target {
    /// Returns how it names pages. It may have to ask the server what it can.
    fn naming(&self) -> &(dyn Naming + Sync);
    /// Connects in order to look.
    fn reader(&self) -> std::result::Result<Box<dyn Reader>, Fault>;
    /// Connects in order to write.
    fn writer(&self) -> std::result::Result<Box<dyn Writer>, Fault>;
}

/// Returns the target of a profile.
pub fn open(profile: Profile, patience: Rc<Patience>) -> Result<Box<dyn Target>> {
    match profile.target.as_str() {
        "git" => Ok(Box::new(git::GitTarget::new(profile, patience)?)),
        "mediawiki" => Ok(Box::new(mediawiki::MediaWikiTarget::new(profile, patience)?)),
        "confluence" => Ok(Box::new(confluence::ConfluenceTarget::new(profile, patience)?)),
        other => Err(profile.error(format!("`target` cannot be `{other}`")).help(format!("use one of {}", TARGETS.join(", ")))),
    }
}
