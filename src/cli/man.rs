//! `man`: the manual pages, made of the help texts.

use std::fs;

use clap::CommandFactory;

use super::{
    Outcome,
    args::{Cli, ManArgs},
    terminal::print_data,
};
use crate::diag::{Error, Result};

pub(super) fn run(args: &ManArgs) -> Result<Outcome> {
    match &args.output {
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|cause| Error::io("create", folder, &cause))?;
            clap_mangen::generate_to(Cli::command(), folder).map_err(|cause| Error::io("write to", folder, &cause))?;
        }
        None => {
            let mut page = Vec::new();
            // Writing to memory does not fail.
            let _ = clap_mangen::Man::new(Cli::command()).render(&mut page);
            print_data(&page)?;
        }
    }
    Ok(Outcome::Done)
}
