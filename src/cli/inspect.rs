//! `inspect`: the record taken from each file, each value with the line that says it.

use std::{
    fmt::{Display, Write as _},
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    Outcome,
    args::InspectArgs,
    site,
    terminal::{Style, clean, print_data, print_diagnostics, print_text, style},
};
use crate::{
    archive::{Archive, Entry},
    config::{self, Overrides, Settings},
    diag::{Error, Result},
    export,
    incident::{Origin, Provenance, Stated},
    pipeline::{self, Inspection},
    source::{self, Source},
};

pub(super) fn run(args: &InspectArgs) -> Result<Outcome> {
    let overrides = site::overrides(args.as_of, None)?;
    let settings = settings_for(&args.files, &overrides)?;
    let mut diagnostics = Vec::new();
    let mut sources = Vec::new();
    for file in &args.files {
        sources.push(read(&settings, file)?.into_value(&mut diagnostics));
    }
    let Inspection { archive, diagnostics: found, texts } = pipeline::inspect(&settings, &sources);
    diagnostics.extend(found);
    if args.json {
        print_data(&export::records_json(&settings, &archive))?;
    } else {
        print_text(&describe(&archive))?;
    }
    print_diagnostics(&diagnostics, &texts);
    Ok(Outcome::Done)
}

/// Returns the settings of the nearest `book.toml` above the first file, so that a file reads as it does in its site.
pub(super) fn settings_for(files: &[PathBuf], overrides: &Overrides) -> Result<Settings> {
    let folder = files.iter().find(|file| file.as_os_str() != "-").and_then(|file| file.parent()).unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if !folder.is_dir() {
        return Ok(Settings { as_of: overrides.as_of, ..Settings::default() });
    }
    let real = config::real_path(folder);
    for ancestor in real.ancestors().filter(|ancestor| ancestor.join("book.toml").is_file()) {
        let settings = site::load_dir(ancestor, overrides)?;
        if real.starts_with(config::real_path(&settings.content_dir)) {
            return Ok(settings);
        }
    }
    // Far from any site, a path is shown as it was typed.
    Ok(Settings { root: PathBuf::new(), content_dir: PathBuf::new(), as_of: overrides.as_of, ..Settings::default() })
}

fn read(settings: &Settings, file: &Path) -> Result<crate::diag::Diagnosed<Source>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let limit = settings.max_file_bytes.saturating_add(1);
        std::io::stdin().take(limit).read_to_end(&mut bytes).map_err(|cause| Error::new(format!("cannot read stdin: {cause}")))?;
        return Ok(crate::diag::Diagnosed::clean(Source::from_text("stdin.md", &String::from_utf8_lossy(&bytes))));
    }
    if file.is_dir() {
        return Err(Error::new(format!("cannot inspect {}: it is a folder", file.display()))
            .help("name files, or use `hindsite export` for a whole folder"));
    }
    let path = path_below(settings, file);
    let read = source::read_source(&path, file, settings.max_file_bytes);
    match read.value {
        Some(source) => Ok(crate::diag::Diagnosed { value: source, diagnostics: read.diagnostics }),
        None => {
            let why = read.diagnostics.first().map_or("cannot be read", |diagnostic| diagnostic.message.as_str());
            Err(Error::new(format!("cannot read {}: {}", file.display(), why.trim_start_matches("cannot be read: "))))
        }
    }
}

/// Returns how `file` is listed: below the content folder of its site, else as it was typed.
pub(super) fn path_below(settings: &Settings, file: &Path) -> String {
    let below = config::real_path(file);
    let path = match below.strip_prefix(config::real_path(&settings.content_dir)) {
        Ok(path) if settings.has_config => path,
        _ => file,
    };
    path.to_string_lossy().replace('\\', "/")
}

/// One line of the table: a field, its value, and where it comes from.
struct Row {
    field: &'static str,
    value: String,
    source: Option<Provenance>,
}

fn describe(archive: &Archive) -> String {
    let mut out = String::new();
    for (index, reading) in archive.readings.iter().enumerate() {
        if !out.is_empty() {
            out.push('\n');
        }
        let entries = archive.entries_of(index);
        let _ = write!(out, "{}  {}", style(&clean(&reading.file), Style::Bold), reading.kind);
        if entries.is_empty() {
            let _ = write!(out, "\n  {}\n", clean(&reading.display_title));
        }
        for entry in entries {
            describe_entry(&mut out, &archive.entries[*entry]);
        }
    }
    out
}

fn describe_entry(out: &mut String, entry: &Entry) {
    let _ = writeln!(out, "\n{}", style(&entry.id, Style::Bold));
    let (rows, missing) = rows(entry);
    let field_width = rows.iter().map(|row| row.field.len()).max().unwrap_or(0);
    let value_width = rows.iter().map(|row| row.value.chars().count()).filter(|width| *width <= 40).max().unwrap_or(0);
    for row in &rows {
        let value = clean(&shorten(&row.value, 72));
        let _ = write!(out, "  {:field_width$}  {value:value_width$}", row.field);
        if let Some(source) = &row.source {
            let _ = write!(out, "  {}", style(&clean(&describe_source(source)), Style::Dim));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    for (title, lines) in [("timeline", timeline(entry)), ("action items", actions(entry))] {
        if !lines.is_empty() {
            let _ = writeln!(out, "  {title}");
        }
        for line in lines {
            let _ = writeln!(out, "    {}", clean(&line));
        }
    }
    if !missing.is_empty() {
        let _ = writeln!(out, "  {}", style(&format!("not stated: {}", missing.join(", ")), Style::Dim));
    }
}

fn describe_source(source: &Provenance) -> String {
    match (source.from, source.line) {
        (Origin::FileName, _) => "file name".to_owned(),
        (Origin::FrontMatter, Some(line)) => format!("line {line}, front matter"),
        (_, Some(line)) => format!("line {line}, {}: “{}”", source.rule, shorten(&source.quote, 60)),
        (_, None) => source.rule.to_owned(),
    }
}

fn rows(entry: &Entry) -> (Vec<Row>, Vec<&'static str>) {
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    let mut one = |field, value: Option<(String, Option<Provenance>)>| match value {
        Some((value, source)) => rows.push(Row { field, value, source }),
        None => missing.push(field),
    };
    one("title", stated(&entry.title, Clone::clone).or_else(|| Some((entry.display_title.clone(), None))));
    one("start", shown(&entry.start));
    one("end", shown(&entry.end));
    one("detected", shown(&entry.detected));
    one("acknowledged", shown(&entry.acknowledged));
    one("mitigated", shown(&entry.mitigated));
    one("duration", stated(&entry.duration_minutes, |minutes| format!("{minutes} min")));
    one("impact", stated(&entry.impact_percent, |percent| format!("{percent} %")));
    one("severity", shown(&entry.severity));
    one("status", shown(&entry.status));
    let lists = [
        ("causes", &entry.causes),
        ("components", &entry.components),
        ("services", &entry.services),
        ("people", &entry.people),
        ("tags", &entry.tags),
    ];
    for (field, values) in lists {
        if values.is_empty() {
            one(field, None);
        }
        for (index, value) in values.iter().enumerate() {
            one(if index == 0 { field } else { "" }, Some((value.value.clone(), Some(value.provenance.clone()))));
        }
    }
    one("root cause", shown(&entry.root_cause_text));
    (rows, missing)
}

fn shown<T: Display>(value: &Option<Stated<T>>) -> Option<(String, Option<Provenance>)> {
    stated(value, ToString::to_string)
}

fn stated<T>(value: &Option<Stated<T>>, show: impl Fn(&T) -> String) -> Option<(String, Option<Provenance>)> {
    value.as_ref().map(|stated| (show(&stated.value), Some(stated.provenance.clone())))
}

fn timeline(entry: &Entry) -> Vec<String> {
    let moments: Vec<String> =
        entry.timeline.iter().map(|row| row.at.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)).collect();
    let width = moments.iter().map(|moment| moment.chars().count()).max().unwrap_or(0);
    let rows = entry.timeline.iter().zip(&moments);
    rows.map(|(row, moment)| format!("{:>5}  {moment:width$}  {:12}  {}", row.line, row.kind.as_str(), shorten(&row.text, 60))).collect()
}

fn actions(entry: &Entry) -> Vec<String> {
    let rows = entry.action_items.iter();
    rows.map(|action| {
        let mut line = format!("{:>5}  {:12}  {}", action.line, action.status.as_str(), shorten(&action.text, 60));
        if let Some(owner) = &action.owner {
            let _ = write!(line, "  {owner}");
        }
        if let Some(due) = &action.due {
            let _ = write!(line, "  by {due}");
        }
        line
    })
    .collect()
}

/// Returns `text` on one line of at most `most` characters.
fn shorten(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}
