//! `export`: all records as data.

use std::{fs, io::Write, path::Path};

use super::{
    Outcome,
    args::{ExportArgs, ExportFormat, ExportTable, Partition},
    site,
    terminal::{Bar, print_data},
};
use crate::{
    diag::{Error, Result},
    export,
    pipeline::Build,
};

pub(super) fn run(args: &ExportArgs) -> Result<Outcome> {
    if args.table.is_some() && args.format != ExportFormat::Csv {
        return Err(Error::new("`--table` goes with `--format csv` alone"));
    }
    if args.partition.is_some() && args.format == ExportFormat::Json {
        return Err(Error::new("`--partition` does not go with `--format json`").help("use `--format ndjson`"));
    }
    let settings = site::load(&args.site, None)?;
    let bar = Bar::default();
    let build = Build::run(settings, None, &bar)?;
    bar.end();
    let archive = build.site().archive();
    match (&args.output, args.partition) {
        (Some(folder), Some(Partition::Year)) => {
            fs::create_dir_all(folder).map_err(|cause| Error::io("create", folder, &cause))?;
            for (year, entries) in export::by_year(archive) {
                let file = folder.join(format!("{}-{year}.{}", table_name(args), suffix(args.format)));
                write_file(&file, &data(args, &build, &entries))?;
            }
        }
        (output, _) => {
            let all: Vec<usize> = (0..archive.entries.len()).collect();
            let data = data(args, &build, &all);
            match output {
                Some(file) => write_file(file, &data)?,
                None => print_data(&data)?,
            }
        }
    }
    Ok(Outcome::Done)
}

fn data(args: &ExportArgs, build: &Build, entries: &[usize]) -> Vec<u8> {
    let (settings, archive) = (build.site().settings(), build.site().archive());
    export::in_memory(|out| match (args.format, args.table) {
        (ExportFormat::Json, _) => export::write_records_json(out, settings, archive),
        (ExportFormat::Ndjson, _) => export::write_records_ndjson(out, archive, entries),
        (ExportFormat::Ics, _) => export::write_incidents_ics(out, settings, archive, entries),
        (ExportFormat::Csv, Some(ExportTable::Timeline)) => export::write_timeline_csv(out, archive, entries),
        (ExportFormat::Csv, Some(ExportTable::Actions)) => export::write_actions_csv(out, archive, entries),
        (ExportFormat::Csv, _) => export::write_incidents_csv(out, archive, entries),
    })
}

fn table_name(args: &ExportArgs) -> &'static str {
    match args.table {
        Some(ExportTable::Timeline) => "timeline",
        Some(ExportTable::Actions) => "actions",
        _ => "incidents",
    }
}

fn suffix(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Json => "json",
        ExportFormat::Ndjson => "ndjson",
        ExportFormat::Csv => "csv",
        ExportFormat::Ics => "ics",
    }
}

/// Writes a file as a whole or not at all.
fn write_file(file: &Path, data: &[u8]) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // What is no ordinary file (`/dev/stdout`, a pipe) cannot be replaced, only written to.
    if file.exists() && !file.is_file() {
        return fs::write(file, data).map_err(|cause| Error::io("write", file, &cause));
    }
    let write = || {
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(data)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            temporary.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        temporary.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|cause: std::io::Error| Error::io("write", file, &cause))
}
