//! `build`: the whole site, onto the disk.

use std::time::Instant;

use super::{
    Outcome,
    args::BuildArgs,
    open, site,
    terminal::{Bar, is_problem, plural, print_diagnostics, say, shown, tally_words},
};
use crate::{
    config::Settings,
    diag::{self, Code, Diagnostic, Error, Result, Tally, Texts},
    output::{self, Failure, Manifest, Summary},
    pipeline::{Build, Progress, Stage},
};

/// So many problems are shown in full; `check` shows all.
const MOST_SHOWN: usize = 20;

pub(super) fn run(args: &BuildArgs) -> Result<Outcome> {
    let settings = site::load(&args.site, args.dest_dir.as_deref())?;
    let destination = settings.output_dir.clone();
    let (_, outcome) = build(settings, args.strict)?;
    if args.open && outcome == Outcome::Done {
        open::open_file(&destination.join("index.html"))?;
    }
    Ok(outcome)
}

/// Builds the site of `settings` onto the disk, says what was done, and returns the build.
pub(super) fn build_once(settings: Settings) -> Result<Build> {
    build(settings, false).map(|(build, _)| build)
}

fn build(settings: Settings, strict: bool) -> Result<(Build, Outcome)> {
    let began = Instant::now();
    // Before the work: a destination that will be refused is better refused at once.
    let manifest = output::open(&settings.output_dir)?;
    let bar = Bar::default();
    let build = Build::run_for_all_pages(settings, &bar)?;
    bar.end();
    let mut diagnostics: Vec<Diagnostic> = build.diagnostics().to_vec();
    diagnostics.extend(vanished(&manifest, &build));
    let texts = build.texts();
    show(&diagnostics, &texts);
    let tally = Tally::of(&diagnostics);
    if strict && tally.errors + tally.warnings > 0 {
        let words = tally_words(Tally { notes: 0, ..tally }).unwrap_or_default();
        say(&format!("nothing was written: {words}, and `--strict` allows none"));
        return Ok((build, Outcome::Problems));
    }
    let broken = build.theme_errors();
    if !broken.is_empty() {
        return Err(Error::new(format!("nothing was written: the theme is broken ({})", plural(broken.len(), "error")))
            .help("the last site is as it was"));
    }
    let summary = write(&build, &bar)?;
    say(&summary_line(&build, summary, began));
    if let Some(line) = second_line(&build, tally) {
        say(&line);
    }
    Ok((build, Outcome::Done))
}

/// Renders all pages and puts them in place.
pub(super) fn write(build: &Build, bar: &Bar) -> Result<Summary> {
    let paths = build.paths();
    bar.begin(Stage::Write, paths.len());
    let written =
        output::write_site(&build.site().settings().output_dir, &paths, &incidents(build), &|path| build.output(path), &|| bar.step());
    bar.end();
    match written {
        Ok(summary) => Ok(summary),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Pages(mut pages)) => {
            diag::sort(&mut pages);
            // One broken template breaks every page that uses it, with the same words.
            pages.dedup();
            let count = pages.len();
            print_diagnostics(pages.iter().take(MOST_SHOWN), &build.texts_of(&pages));
            Err(Error::new(format!("nothing was written: pages cannot be rendered ({})", plural(count, "error")))
                .help("the last site is as it was"))
        }
    }
}

/// Returns the ids of all incidents and the paths of their pages, for the manifest.
fn incidents(build: &Build) -> Vec<(String, String)> {
    let site = build.site();
    let entries = site.archive().entries.iter().enumerate();
    entries.map(|(index, entry)| (entry.id.to_string(), site.incident_path(index).to_owned())).collect()
}

/// Returns a warning for each id that the last build had and this one has not, where nothing leads from its page.
fn vanished(manifest: &Manifest, build: &Build) -> Vec<Diagnostic> {
    let site = build.site();
    let gone = manifest.incidents().iter().filter(|(id, path)| site.archive().find(id).is_none() && site.page(path).is_none());
    gone.map(|(id, path)| {
        Diagnostic::warning(Code::IdVanished, None, format!("the last build had an incident `{id}`, this one has not")).help(format!(
            "if it has another id now, write under `[output.html.redirect]` in `book.toml`: `\"/{path}\" = \"incidents/NEW-ID.html\"`"
        ))
    })
    .collect()
}

fn show(diagnostics: &[Diagnostic], texts: &Texts) {
    let problems: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| is_problem(diagnostic)).collect();
    print_diagnostics(problems.iter().take(MOST_SHOWN).copied(), texts);
    if problems.len() > MOST_SHOWN {
        say(&format!("… and {} more; `hindsite check` shows all\n", problems.len() - MOST_SHOWN));
    }
}

/// Returns `42 incidents from 43 files in content → site (612 files: 3 written, 609 unchanged) in 0.4 s`.
fn summary_line(build: &Build, summary: Summary, began: Instant) -> String {
    let settings = build.site().settings();
    let mut changes = vec![format!("{} written", summary.written), format!("{} unchanged", summary.unchanged)];
    if summary.deleted > 0 {
        changes.push(format!("{} deleted", summary.deleted));
    }
    format!(
        "{} from {} in {} → {} ({}: {}) in {:.1} s",
        plural(build.site().archive().entries.len(), "incident"),
        plural(build.document_count(), "file"),
        shown(&settings.content_dir),
        shown(&settings.output_dir),
        plural(summary.written + summary.unchanged, "file"),
        changes.join(", "),
        began.elapsed().as_secs_f64(),
    )
}

/// Returns what else is to be said: problems, and what was left out.
fn second_line(build: &Build, tally: Tally) -> Option<String> {
    let mut parts: Vec<String> = tally_words(tally).map(|words| format!("{words} (`hindsite check` shows all)")).into_iter().collect();
    if build.skipped() > 0 {
        parts.push(format!("{} left out by ignore rules", plural(build.skipped(), "file")));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}
