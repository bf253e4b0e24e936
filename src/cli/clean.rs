//! `clean`: the site off the disk.

use super::{
    Outcome,
    args::CleanArgs,
    site,
    terminal::{plural, say, shown},
};
use crate::{diag::Result, output};

pub(super) fn run(args: &CleanArgs) -> Result<Outcome> {
    let settings = site::load_dir(&args.dir, &site::overrides(None, args.dest_dir.as_deref())?)?;
    let deleted = output::clean(&settings.output_dir)?;
    say(&format!("{} deleted from {}", plural(deleted, "file"), shown(&settings.output_dir)));
    Ok(Outcome::Done)
}
