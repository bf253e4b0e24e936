//! What a target must be able to do. Reading and writing are two traits, so that a dry run cannot write.

use super::{Attachment, Digest, Fault, Ledger, Mark, Observed, Place, There, Wanted};
use crate::render::wiki::Dialect;

/// What a target can and cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether all writes become visible at once, by [`Writer::commit`]; else each by itself.
    pub atomic: bool,
    /// Whether pages can be deleted.
    pub delete: bool,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// The largest attachment, in bytes.
    pub max_file_bytes: usize,
}

/// How a target names pages and links between them. Pure: no request is made.
pub trait Naming {
    /// Returns the dialect in which bodies are written.
    fn dialect(&self) -> Dialect;

    /// Returns what the target can do.
    fn capabilities(&self) -> Capabilities;

    /// Returns the name of the page at `place`, or says why it cannot have one (too long, forbidden). Characters that names cannot
    /// hold are replaced, never an error. Two pages get the same name only where the target would take them for one.
    fn name(&self, place: &Place) -> Result<String, String>;

    /// Returns the form of a name by which the target tells pages apart: where these are equal, two names are one page (case,
    /// blanks, folders that do not count).
    fn fold(&self, name: &str) -> String;

    /// Returns the address by which the page `from` links to the page `to`, both as [`Naming::name`] gave them: a relative path,
    /// percent-encoded, or a full title. It goes into [`crate::render::wiki::WikiLink::Page`] as it is.
    fn page_address(&self, from: &str, to: &str) -> String;

    /// Returns the address by which the page `from` refers to the attachment `file`. It goes into
    /// [`crate::render::wiki::WikiLink::File`] as it is.
    fn file_address(&self, from: &str, file: &str) -> String;

    /// Returns the hash of a body, such that the body that is wanted and the same body as the target gives it back are equal.
    fn digest(&self, body: &str) -> Digest {
        Digest::of(body)
    }

    /// Returns where people find the page, for messages; `None` where the target has no address of its own (a bare repository).
    fn web_address(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
}

/// Looks at a target. Every method may be called any number of times; none changes anything there.
pub trait Reader {
    /// Returns everything that matters to us, in as few requests as possible: 500 unchanged pages must not take more than 10.
    ///
    /// `wanted` helps to save requests: a page whose stored text is known (by a hash of the server) to be exactly that of a wanted
    /// page need not be fetched. It may be called again within a run, after a race.
    fn observe(&mut self, wanted: &[Wanted]) -> Result<Observed, Fault>;

    /// Looks at one page again, as it is now: after a race or an unsure write. `there` is what it was before, if it was there.
    fn look(&mut self, wanted: &Wanted, there: Option<&There>) -> Result<Option<There>, Fault>;

    /// Returns the body of a page as it is there now, without the mark.
    fn text(&mut self, there: &There) -> Result<String, Fault>;

    /// Returns the body that we published last, which hashes to `mark.body`; `None` where the target's history does not hold it.
    fn base(&mut self, there: &There, mark: &Mark) -> Result<Option<String>, Fault>;
}

/// What a write left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The page as it is there after the write. Where its digest is not that of the body that was sent, the server merged it with
    /// another's edit or changed it: that is reported, and the next run decides.
    pub there: There,
}

/// Changes a target. Each write is compare-and-swap or create-only: it never takes away what it has not seen.
pub trait Writer: Reader {
    /// Makes a page that is not there; [`Fault::Raced`] where it is there by now. The page above it has been written before.
    fn create(&mut self, page: &Wanted, mark: &Mark) -> Result<Written, Fault>;

    /// Replaces the page `there` and renames it to `page.name` where that differs; [`Fault::Raced`] where its revision is another
    /// by now, or the page is gone. `mark.state` says whether it is marked as stale: labels are then `page.labels` too.
    fn update(&mut self, page: &Wanted, mark: &Mark, there: &There) -> Result<Written, Fault>;

    /// Puts a file next to the page, or where the target keeps files. A file of that name is ours and has the same bytes: nothing
    /// is done then. Where files belong to a page (Confluence), `page` is where it is; else `None` may be given.
    fn attach(&mut self, file: &Attachment, page: Option<&There>) -> Result<(), Fault>;

    /// Deletes a page that is still as it was seen; only ever called where the user asked for it.
    fn delete(&mut self, there: &There) -> Result<(), Fault>;

    /// Ends the run: stores the ledger where it is another than the one observed, and for atomic targets makes all writes
    /// visible at once. [`Fault::Raced`]: nothing was made visible, observe and plan again.
    fn commit(&mut self, ledger: &Ledger, summary: &str) -> Result<(), Fault>;

    /// The run has failed: from now on no request is sent twice.
    fn lose_patience(&mut self) {}

    /// Whether files must be attached after the page exists (they belong to it) rather than before the body shows them.
    fn attaches_to_pages(&self) -> bool {
        false
    }

    /// Returns itself as what a dry run has.
    fn as_reader(&mut self) -> &mut dyn Reader;
}
