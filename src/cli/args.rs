//! What can be typed: commands, flags and their help.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{
    Args, Parser, Subcommand, ValueEnum, ValueHint,
    builder::styling::{AnsiColor, Effects, Styles},
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  hindsite serve docs/postmortems          look at a folder of Markdown files as a site
  hindsite inspect docs/postmortems/*.md   see what is read from each file, and from which line
  hindsite check --format github           annotate a pull request with what is wrong
  hindsite build --strict                  build the site; fail where anything is to be mended

Exit codes:
  0  done
  1  problems in the content (found by `check`, or by `build --strict`)
  2  wrong usage, wrong configuration, or the machine said no";

/// Turns a folder of postmortem Markdown files into an indexed, searchable, statistically honest site.
///
/// No front matter is needed: dates, timelines, causes and action items are read from the prose, and every value
/// that was read rather than declared says where it comes from.
#[derive(Debug, Parser)]
#[command(name = "hindsite", version, styles = STYLES, max_term_width = 100, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Init(InitArgs),
    New(NewArgs),
    Build(BuildArgs),
    Serve(ServeArgs),
    Watch(WatchArgs),
    Check(CheckArgs),
    Inspect(InspectArgs),
    Annotate(AnnotateArgs),
    Search(SearchArgs),
    Stats(StatsArgs),
    Export(ExportArgs),
    Publish(PublishArgs),
    Clean(CleanArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Which site a command is about.
#[derive(Debug, Clone, Args)]
pub(super) struct SiteArgs {
    /// The folder of a `book.toml`, or a folder of Markdown files
    ///
    /// A folder without a `book.toml` is itself taken as the content, with all defaults.
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,

    /// The day that the site is as of: what is overdue, how long ago [default: today]
    ///
    /// Pages show this day. Where it is not given, the day of `SOURCE_DATE_EPOCH` counts, else today. Built twice as of the
    /// same day, the site is the same to the byte.
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) as_of: Option<NaiveDate>,
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "write it as YYYY-MM-DD, such as 2026-11-21".to_owned())
}

/// Sets up a site: `book.toml`, `content/` with an example, `.gitignore`
///
/// Files that are already there are never overwritten.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite init                     in this folder
  hindsite init incidents --theme   in a folder of its own, with a copy of the theme to change")]
pub(super) struct InitArgs {
    /// Where; the folder is created
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,

    /// The title of the site
    #[arg(long)]
    pub(super) title: Option<String>,

    /// Copies the theme into `theme/`, to be changed file by file
    ///
    /// A file in `theme/` replaces the built-in file of that name. Delete those that you do not change: they would keep you
    /// from getting better ones.
    #[arg(long)]
    pub(super) theme: bool,

    /// Adds workflows that publish the site on GitHub Pages and check pull requests
    ///
    /// They are written to the root of the git repository, and install hindsite by `cargo install --git`.
    #[arg(long)]
    pub(super) github_pages: bool,

    /// The git repository that the workflows install hindsite from
    #[arg(long, value_name = "URL", requires = "github_pages")]
    pub(super) install_from: Option<String>,
}

/// Writes a new postmortem from the template
///
/// The file is `YYYY/YYYY-MM-DD-title.md` in the content folder. Its name is printed, so that an editor can take it up.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite new \"Checkout answers 502\"
  $EDITOR \"$(hindsite new 'DNS outage' --date 2026-11-19)\"")]
pub(super) struct NewArgs {
    /// What happened, in a few words
    pub(super) title: String,

    /// The folder of a `book.toml`, or a folder of Markdown files
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,

    /// The day of the incident [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) date: Option<NaiveDate>,

    /// A Markdown file to start from, with `{{title}}` and `{{date}}` where they belong
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) template: Option<PathBuf>,
}

/// Builds the site
///
/// The site is made of plain files that work from any server, under any path, and from the disk. A build that fails leaves the
/// last site as it was; a file that did not change is not written again.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite build                            the site of this folder, into site/
  hindsite build docs/postmortems -d out    any folder of Markdown files, into out/
  hindsite build --strict --as-of 2026-11-21")]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Where the site is written, from the current folder [default: `build-dir`, else site]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dest_dir: Option<PathBuf>,

    /// Opens the site in the browser
    #[arg(short, long)]
    pub(super) open: bool,

    /// Writes nothing and exits with 1 where there are warnings or errors
    #[arg(long)]
    pub(super) strict: bool,
}

/// Serves the site, and reloads the browser on every change
///
/// Pages are made when they are asked for; nothing is written to disk.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite serve                  the site of this folder, at http://127.0.0.1:3000/
  hindsite serve notes -p 8080 -o
  hindsite serve --poll           where changes are not noticed: network drives, containers")]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// The port; where it is not given and taken, the next ones are tried [default: 3000]
    #[arg(short, long)]
    pub(super) port: Option<u16>,

    /// The address to listen on; other than the default, others on the network can read the site
    #[arg(short = 'n', long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub(super) hostname: String,

    /// Opens the site in the browser
    #[arg(short, long)]
    pub(super) open: bool,

    /// Looks for changes every second instead of waiting for the system to tell
    #[arg(long)]
    pub(super) poll: bool,
}

/// Builds the site again on every change, without serving it
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Where the site is written, from the current folder [default: `build-dir`, else site]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dest_dir: Option<PathBuf>,

    /// Opens the site in the browser
    #[arg(short, long)]
    pub(super) open: bool,

    /// Looks for changes every second instead of waiting for the system to tell
    #[arg(long)]
    pub(super) poll: bool,
}

/// Shows every problem, with file, line and column, and what to do
///
/// Exits with 1 where there are errors; with `--deny warnings`, where there are warnings too.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite check
  hindsite check --format sarif > hindsite.sarif
  hindsite check --explain PM023")]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// How problems are shown: to people on stderr, to programs on stdout
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(super) format: CheckFormat,

    /// What counts as failure besides errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Option<Deny>,

    /// Only what is found in this file, or in no file at all; given again for more files
    ///
    /// The whole site is read all the same. `-` reads the names from stdin, ended by line ends or NUL, as `git diff --name-only -z`
    /// writes them. Names are taken from the current folder.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) only: Vec<PathBuf>,

    /// Explains a code such as PM021, and does nothing else
    #[arg(long, value_name = "CODE", exclusive = true)]
    pub(super) explain: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Warnings fail
    Warnings,
}

/// Shows the record taken from each file: every value, its line, and the rule that read it
///
/// The settings of the nearest `book.toml` above the file hold. `-` reads from stdin.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite inspect content/2026/dns-outage.md
  hindsite inspect --json *.md | jq '.incidents[].start'
  pbpaste | hindsite inspect -")]
pub(super) struct InspectArgs {
    /// Markdown files
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,

    /// Prints JSON of the form of `data/incidents.json`
    #[arg(long)]
    pub(super) json: bool,

    /// The day that the records are as of [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) as_of: Option<NaiveDate>,
}

/// Shows the front matter that the inferred values would become, as a diff
///
/// With `--write` it is written: every other byte of the file stays as it is, no key that stands there is changed, and a second
/// run changes nothing. The settings of the nearest `book.toml` above the first file hold.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite annotate content/2026/*.md
  hindsite annotate --write content/2026/dns-outage.md
  hindsite annotate notes/*.md > inferred.patch")]
pub(super) struct AnnotateArgs {
    /// Markdown files
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,

    /// Writes the front matter into the files
    #[arg(short, long)]
    pub(super) write: bool,
}

/// Finds incidents: "has this happened before?"
///
/// The same search as on the site. Every word must be found, with accents, case and endings folded; where no incident has
/// them all, and for a pasted error message, those that hold most of it are shown.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite search 'connection pool'
  hindsite search 'cause:capacity service:checkout after:2024 before:2025-06'
  hindsite search '\"too many connections\" -staging' docs/postmortems
  hindsite search --json 'econn*'

Fields: cause: component: service: severity: status: owner: after: before:")]
pub(super) struct SearchArgs {
    /// Words, "phrases", -words and fields such as `service:checkout`; `*` at the end for a word's beginning
    #[arg(allow_hyphen_values = true)]
    pub(super) query: String,

    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,

    /// How many incidents are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) limit: usize,
}

/// Shows the statistics in the terminal
///
/// Every figure says how many incidents it rests on. Where these are fewer than six, they are listed, and there is no figure.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite stats
  hindsite stats docs/postmortems --by cause
  hindsite stats --period 2026-q3
  hindsite stats --json | jq '.periods[0]'")]
pub(super) struct StatsArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Adds a table by group
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) by: Option<StatsBy>,

    /// Which period: all, last-12-months, a year such as 2026, or a quarter such as 2026-q3
    #[arg(long, default_value = "all")]
    pub(super) period: String,

    /// Says means too, each with the share of its longest incident
    #[arg(long)]
    pub(super) mean: bool,

    /// Weighs downtime by the share that was affected, where the document states it
    #[arg(long)]
    pub(super) weighted: bool,

    /// Prints all periods and groups as JSON, as in `data/stats.json` of the built site
    #[arg(long, conflicts_with_all = ["by", "period"])]
    pub(super) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StatsBy {
    /// Root cause
    Cause,
    /// What broke
    Component,
    /// What users missed
    Service,
    /// SEV1 to SEV5
    Severity,
    /// Calendar month
    Month,
    /// Calendar year
    Year,
}

/// Writes all records as data
///
/// The JSON is that of `data/incidents.json` in the built site; its schema is `data/schema.json`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite export | jq '.incidents | length'
  hindsite export --format csv --table actions -o actions.csv
  hindsite export --format ndjson --partition year -o archive/
  duckdb -c \"from 'archive/*.ndjson' select severity, count(*) group by 1\"")]
pub(super) struct ExportArgs {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// The form of the data
    #[arg(long, value_enum, default_value_t = ExportFormat::Json)]
    pub(super) format: ExportFormat,

    /// What the rows of a CSV file are [default: incidents]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) table: Option<ExportTable>,

    /// Writes one file for each year into the folder named by --output
    #[arg(long, value_enum, value_name = "BY", requires = "output")]
    pub(super) partition: Option<Partition>,

    /// The file to write instead of stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// One JSON object
    Json,
    /// One JSON object a line for each incident
    Ndjson,
    /// A table
    Csv,
    /// A calendar of incidents and of the due days of open actions
    Ics,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportTable {
    /// One incident a row
    Incidents,
    /// One row of a timeline a row
    Timeline,
    /// One action item a row
    Actions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Partition {
    /// By the year of the incident
    Year,
}

/// Brings the incidents to a wiki, and never overwrites what a person wrote there
///
/// The wiki is a profile of `book.toml`, `[publish.NAME]`. What is wanted there, what was published last and what is there now are
/// compared; pages that a person edited, made or deleted are left alone and reported.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite publish plan                        what would be done; nothing is written
  hindsite publish apply --profile handbook
  hindsite publish apply --take-theirs incident/inc-214

Exit codes:
  0  done
  1  some pages could not be written
  2  wrong usage or wrong configuration
  3  conflicts are left: a person has to decide
  4  the server said no
  5  there is something to do (`plan --detailed-exitcode`)")]
pub(super) struct PublishArgs {
    #[command(subcommand)]
    pub(super) command: PublishCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum PublishCommand {
    /// Says what would be done, and writes nothing
    Plan(PublishPlanArgs),
    /// Publishes
    Apply(PublishApplyArgs),
    /// Shows every page and how it stands
    Status(PublishStatusArgs),
}

/// Which site goes to which wiki.
#[derive(Debug, Args)]
pub(super) struct PublishTo {
    #[command(flatten)]
    pub(super) site: SiteArgs,

    /// Which `[publish.NAME]` of `book.toml` [default: the only one]
    #[arg(short, long, value_name = "NAME")]
    pub(super) profile: Option<String>,

    /// Prints the result as JSON
    #[arg(long)]
    pub(super) json: bool,

    /// Ends the run after so many seconds; the next run goes on from there
    #[arg(long, value_name = "SECONDS")]
    pub(super) deadline: Option<u64>,
}

/// What the user decided about single pages.
#[derive(Debug, Args)]
pub(super) struct PublishChoices {
    /// Takes over a page that is not ours; its text is saved first
    #[arg(long, value_name = "PAGE")]
    pub(super) adopt: Vec<String>,

    /// Replaces a page that a person edited; its text is saved first
    #[arg(long, value_name = "PAGE")]
    pub(super) take_ours: Vec<String>,

    /// Keeps a person's edit, and counts it as published
    #[arg(long, value_name = "PAGE")]
    pub(super) take_theirs: Vec<String>,

    /// Makes a page again that a person deleted
    #[arg(long, value_name = "PAGE")]
    pub(super) recreate: Vec<String>,

    /// Allows that so many pages are marked or deleted because their incidents are gone [default: 3, or a tenth]
    #[arg(long, value_name = "N")]
    pub(super) allow_removals: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct PublishPlanArgs {
    #[command(flatten)]
    pub(super) to: PublishTo,

    #[command(flatten)]
    pub(super) choices: PublishChoices,

    /// Exits with 5 where there is something to do
    #[arg(long)]
    pub(super) detailed_exitcode: bool,

    /// Saves the plan, for `publish apply --plan`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct PublishApplyArgs {
    #[command(flatten)]
    pub(super) to: PublishTo,

    #[command(flatten)]
    pub(super) choices: PublishChoices,

    /// Says what would be done, and writes nothing: as `publish plan`
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Does what `publish plan --out` saved, and nothing else: a page that changed since is left
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
        conflicts_with_all = ["adopt", "take_ours", "take_theirs", "recreate", "allow_removals"])]
    pub(super) plan: Option<PathBuf>,

    /// Writes at most so many pages; the next run goes on from there
    #[arg(long, value_name = "N")]
    pub(super) max_writes: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct PublishStatusArgs {
    #[command(flatten)]
    pub(super) to: PublishTo,
}

/// Deletes the built site: the files that our own manifest lists, and no others
#[derive(Debug, Args)]
pub(super) struct CleanArgs {
    /// The folder of a `book.toml`, or a folder of Markdown files
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,

    /// Where the site was written, from the current folder [default: `build-dir`, else site]
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dest_dir: Option<PathBuf>,
}

/// Prints the completions of a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  hindsite completions bash > ~/.local/share/bash-completion/completions/hindsite
  hindsite completions fish > ~/.config/fish/completions/hindsite.fish
  hindsite completions zsh > \"${fpath[1]}/_hindsite\"")]
pub(super) struct CompletionsArgs {
    /// Which shell
    pub(super) shell: clap_complete::Shell,
}

/// Prints the manual page, or writes those of all commands into a folder
#[derive(Debug, Args)]
#[command(hide = true)]
pub(super) struct ManArgs {
    /// The folder to write to, such as ~/.local/share/man/man1
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
