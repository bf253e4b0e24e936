//! What is printed, and where: data on stdout, all else on stderr; colour on terminals only.

use std::{
    io::{self, Write},
    path::{Component, Path, PathBuf},
    sync::Mutex,
};

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    diag::{self, Diagnostic, Error, Level, Result, Tally, Texts},
    pipeline::{Progress, Stage},
};

/// Writes data to stdout. A reader that has gone away (`| head`) is no error.
pub(super) fn print_data(data: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::new(format!("cannot write to stdout: {error}"))),
        _ => Ok(()),
    }
}

/// Writes text with colour codes to stdout; they are taken out where it is no terminal.
pub(super) fn print_text(text: &str) -> Result<()> {
    let choice = AutoStream::choice(&io::stdout());
    match choice {
        ColorChoice::Never => print_data(anstream::adapter::strip_str(text).to_string().as_bytes()),
        _ => print_data(text.as_bytes()),
    }
}

/// Writes a line to stderr; where that fails there is nobody to tell.
pub(super) fn say(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Prints why we cannot go on.
pub(super) fn print_error(error: &Error) {
    if let Some(inner) = &error.diagnostic {
        let (diagnostic, text) = &**inner;
        let mut texts = Texts::default();
        if let Some(path) = &diagnostic.path {
            texts.add_other(path.clone(), text.as_str().into());
        }
        say(&diag::render_human(diagnostic, &texts));
    }
    say(&format!("{} {}", style("error:", Style::Error), clean(&error.message)));
    if let Some(help) = &error.help {
        say(&format!("  {} {}", style("help:", Style::Help), clean(help)));
    }
}

/// Prints diagnostics for people, each followed by an empty line.
pub(super) fn print_diagnostics<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, texts: &Texts) {
    let mut stderr = anstream::stderr().lock();
    for diagnostic in diagnostics {
        if writeln!(stderr, "{}\n", diag::render_human(diagnostic, texts)).is_err() {
            return;
        }
    }
}

/// Returns how many problems there are in words: `2 errors, 1 warning`; `None` where there is none.
pub(super) fn tally_words(tally: Tally) -> Option<String> {
    let parts: Vec<String> = [(tally.errors, "error"), (tally.warnings, "warning"), (tally.notes, "note")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns `1 file`, `2 files`.
pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Returns whether `diagnostic` is worth a build's time: notes are left to `check`.
pub(super) fn is_problem(diagnostic: &Diagnostic) -> bool {
    diagnostic.level != Level::Note
}

/// Returns a folder as a person would write it.
pub(super) fn shown(path: &Path) -> String {
    let clean: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if clean.as_os_str().is_empty() { ".".to_owned() } else { clean.display().to_string() }
}

/// Returns how many characters fit on a line of the terminal: what `COLUMNS` says, else what the terminal says, else 80.
pub(super) fn width() -> usize {
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = stated.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    width.unwrap_or(80).clamp(60, 120)
}

/// How a word is shown on a terminal.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    Error,
    Help,
    Bold,
    Dim,
    Added,
}

/// Returns `text` with colour codes.
pub(super) fn style(text: &str, style: Style) -> String {
    let code = match style {
        Style::Error => "1;31",
        Style::Help => "1;36",
        Style::Bold => "1",
        Style::Dim => "2",
        Style::Added => "32",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Returns `text` without control characters: what others wrote must not steer the terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// Shows how far a long run is, on a terminal only.
#[derive(Default)]
pub(super) struct Bar {
    bar: Mutex<Option<ProgressBar>>,
}

/// Shorter runs are over before anyone looks.
const LEAST_STEPS: usize = 200;

impl Progress for Bar {
    fn begin(&self, stage: Stage, total: usize) {
        self.end();
        if total < LEAST_STEPS {
            return;
        }
        let what = match stage {
            Stage::Read => "reading",
            Stage::Write => "writing",
        };
        // indicatif draws on stderr, and nothing at all where that is no terminal.
        let look = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(total as u64).with_style(look).with_message(what);
        *self.slot() = Some(bar);
    }

    fn step(&self) {
        if let Some(bar) = &*self.slot() {
            bar.inc(1);
        }
    }
}

impl Bar {
    /// Takes the bar off the terminal.
    pub(super) fn end(&self) {
        if let Some(bar) = self.slot().take() {
            bar.finish_and_clear();
        }
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
