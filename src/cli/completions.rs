//! `completions`: what a shell needs to complete our commands.

use clap::CommandFactory;

use super::{
    Outcome,
    args::{Cli, CompletionsArgs},
    terminal::print_data,
};
use crate::diag::Result;

pub(super) fn run(args: &CompletionsArgs) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hindsite", &mut script);
    print_data(&script)?;
    Ok(Outcome::Done)
}
