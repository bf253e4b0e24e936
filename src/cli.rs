//! The command line: flags, help, one submodule per command, exit codes. The clock and the environment are read here only.

mod annotate;
mod args;
mod build;
mod check;
mod clean;
mod completions;
mod export;
mod init;
mod inspect;
mod man;
mod new;
mod open;
mod publish;
mod search;
mod serve;
mod site;
mod stats;
mod terminal;
mod watch;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;

use args::{Cli, Command};

use crate::{diag::Result, pipeline};

/// How a run ended that did what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Done,
    /// There are problems in the content; some pages of a wiki could not be written.
    Problems,
    /// A person has to decide about pages of a wiki.
    Conflicts,
    /// The wiki's server said no.
    Refused,
    /// There is something to publish.
    Changes,
}

/// Runs the command line and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    pipeline::install_panic_hook();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version were asked for and go to stdout; where nobody reads it, there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match run_command(&cli.command) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Ok(Outcome::Conflicts) => ExitCode::from(3),
        Ok(Outcome::Refused) => ExitCode::from(4),
        Ok(Outcome::Changes) => ExitCode::from(5),
        Err(error) => {
            terminal::print_error(&error);
            ExitCode::from(2)
        }
    }
}

fn run_command(command: &Command) -> Result<Outcome> {
    match command {
        Command::Init(args) => init::run(args),
        Command::New(args) => new::run(args),
        Command::Build(args) => build::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Watch(args) => watch::run(args),
        Command::Check(args) => check::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Annotate(args) => annotate::run(args),
        Command::Search(args) => search::run(args),
        Command::Stats(args) => stats::run(args),
        Command::Export(args) => export::run(args),
        Command::Publish(args) => publish::run(args),
        Command::Clean(args) => clean::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
