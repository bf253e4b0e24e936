//! `check`: every problem, for people and for programs.

use std::{
    collections::BTreeSet,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use super::{
    Outcome,
    args::{CheckArgs, CheckFormat},
    site,
    terminal::{Bar, plural, print_data, print_diagnostics, print_text, say, tally_words},
};
use crate::{
    config,
    diag::{self, Code, Diagnostic, Error, Result, Tally, Texts},
    pipeline::Build,
};

pub(super) fn run(args: &CheckArgs) -> Result<Outcome> {
    if let Some(code) = &args.explain {
        return explain(code);
    }
    let dir = &args.site.dir;
    let loaded = config::load(dir, &site::overrides(args.site.as_of, None)?)?;
    if loaded.is_broken() {
        report(args.format, &loaded.diagnostics, &site::texts(&loaded, dir))?;
        site::refuse_broken(&loaded, dir)?;
    }
    let bar = Bar::default();
    let build = Build::run_for_findings(loaded.settings, &bar)?;
    bar.end();
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(build.diagnostics().iter().cloned());
    diag::sort(&mut diagnostics);
    if !args.only.is_empty() {
        let wanted = wanted_files(&args.only)?;
        let texts = build.texts_of(&diagnostics);
        diagnostics.retain(|diagnostic| texts.path(diagnostic).is_none_or(|path| wanted.contains(&normal(Path::new(&path)))));
    }
    report(args.format, &diagnostics, &build.texts_of(&diagnostics))?;
    let tally = Tally::of(&diagnostics);
    if args.format == CheckFormat::Human {
        let words = tally_words(tally).unwrap_or_else(|| "no problems".to_owned());
        say(&format!("{words} in {}", plural(build.document_count(), "file")));
    }
    let fails = tally.errors > 0 || (args.deny.is_some() && tally.warnings > 0);
    Ok(if fails { Outcome::Problems } else { Outcome::Done })
}

/// Returns the files that `--only` names, as [`normal`] writes them; those of stdin for `-`.
fn wanted_files(only: &[PathBuf]) -> Result<BTreeSet<PathBuf>> {
    let mut wanted = BTreeSet::new();
    for path in only {
        if path.as_os_str() == "-" {
            let mut names = Vec::new();
            io::stdin().lock().read_to_end(&mut names).map_err(|cause| Error::new(format!("cannot read stdin: {cause}")))?;
            let names = String::from_utf8_lossy(&names);
            wanted.extend(
                names
                    .split(['\0', '\n'])
                    .map(|name| name.trim_end_matches('\r'))
                    .filter(|name| !name.is_empty())
                    .map(|name| normal(Path::new(name))),
            );
        } else {
            wanted.insert(normal(path));
        }
    }
    Ok(wanted)
}

/// Returns `path` in full where there is such a file, else as it is but for `.` parts.
fn normal(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.components().collect())
}

fn report(format: CheckFormat, diagnostics: &[Diagnostic], texts: &Texts) -> Result<()> {
    match format {
        CheckFormat::Human => {
            print_diagnostics(diagnostics, texts);
            Ok(())
        }
        CheckFormat::Json => print_data(diag::render_json(diagnostics, texts).as_bytes()),
        CheckFormat::Sarif => print_data(diag::render_sarif(diagnostics, texts).as_bytes()),
        CheckFormat::Github => print_data(diag::render_github(diagnostics, texts).as_bytes()),
    }
}

fn explain(code: &str) -> Result<Outcome> {
    match diag::explain(code) {
        Some(text) => print_text(&format!("{text}\n")).map(|()| Outcome::Done),
        None => {
            let (first, last) = (Code::ALL.first(), Code::ALL.last());
            let range = first.zip(last).map(|(first, last)| format!("codes run from {} to {}", first.as_str(), last.as_str()));
            Err(Error::new(format!("there is no code `{code}`")).help(range.unwrap_or_default()))
        }
    }
}
