//! From what was typed to settings: the clock and the environment are read here and nowhere else.

use std::path::Path;

use chrono::{DateTime, Local, NaiveDate};

use super::{
    args::SiteArgs,
    terminal::{plural, print_diagnostics},
};
use crate::{
    config::{self, Loaded, Overrides, Settings},
    diag::{Error, Result, Tally, Texts},
};

/// Returns what the command line and the environment say, for the site of `args`.
pub(super) fn overrides(as_of: Option<NaiveDate>, dest_dir: Option<&Path>) -> Result<Overrides> {
    let mut variables: Vec<(String, String)> =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
    variables.retain(|(name, _)| name.starts_with("HINDSITE_"));
    variables.sort();
    Ok(Overrides { dest_dir: dest_dir.map(Path::to_path_buf), site_url: None, variables, as_of: as_of.map_or_else(day, Ok)? })
}

/// Returns the day of `SOURCE_DATE_EPOCH`, else today.
pub(super) fn day() -> Result<NaiveDate> {
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) else {
        return Ok(Local::now().date_naive());
    };
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    let moment = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    moment.map(|moment| moment.date_naive()).ok_or_else(|| {
        Error::new(format!("`SOURCE_DATE_EPOCH` cannot be `{}`", epoch.display())).help("it is a number of seconds since 1970-01-01")
    })
}

/// Loads the settings of the site at `args`, says what is odd about them, and stops where they cannot be used.
pub(super) fn load(args: &SiteArgs, dest_dir: Option<&Path>) -> Result<Settings> {
    load_dir(&args.dir, &overrides(args.as_of, dest_dir)?)
}

/// Loads the settings of the site at `dir`.
pub(super) fn load_dir(dir: &Path, overrides: &Overrides) -> Result<Settings> {
    let loaded = config::load(dir, overrides)?;
    print_diagnostics(&loaded.diagnostics, &texts(&loaded, dir));
    refuse_broken(&loaded, dir)?;
    Ok(loaded.settings)
}

/// Returns the error that ends the run where the configuration cannot be used.
pub(super) fn refuse_broken(loaded: &Loaded, dir: &Path) -> Result<()> {
    if !loaded.is_broken() {
        return Ok(());
    }
    let errors = plural(Tally::of(&loaded.diagnostics).errors, "error");
    Err(Error::new(format!("the configuration of {} cannot be used: {errors}", dir.display())))
}

/// Returns the text that the diagnostics of a configuration point into.
pub(super) fn texts(loaded: &Loaded, dir: &Path) -> Texts {
    let mut texts = Texts::new(dir, dir);
    texts.add_other("book.toml".into(), loaded.text.as_str().into());
    texts
}
