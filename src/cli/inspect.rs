//! `inspect`: the record taken from each file, each value with the line that says it.

mod describe;

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    Outcome,
    args::InspectArgs,
    site,
    terminal::{print_data, print_diagnostics, print_text, width},
};
use crate::{
    config::{self, Overrides, Settings},
    diag::{Code, Error, Result},
    export,
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
    // That a single file is no incident is seen in what is shown.
    diagnostics.extend(found.into_iter().filter(|diagnostic| diagnostic.code != Code::NoDocuments));
    if args.json {
        print_data(&export::in_memory(|out| export::write_records_json(out, &settings, &archive)))?;
    } else {
        print_text(&describe::describe(&archive, width()))?;
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
