//! `new`: a postmortem to be written, with the questions that a good one answers.

use std::{fs, io::Write, path::Path};

use super::{
    Outcome,
    args::NewArgs,
    site,
    terminal::{print_data, say},
};
use crate::{
    archive,
    diag::{Error, Result},
};

const TEMPLATE: &str = include_str!("new.md");

pub(super) fn run(args: &NewArgs) -> Result<Outcome> {
    let title = args.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let slug = archive::slug(&title);
    if slug.is_empty() {
        return Err(Error::new(format!("`{}` cannot be a title: it has no letters", args.title)).help("say what happened in a few words"));
    }
    let settings = site::load_dir(&args.dir, &site::overrides(args.date, None)?)?;
    let day = settings.as_of;
    let template = match &args.template {
        Some(file) => fs::read_to_string(file).map_err(|cause| Error::io("read", file, &cause))?,
        None => TEMPLATE.to_owned(),
    };
    let file = settings.content_dir.join(day.format("%Y").to_string()).join(format!("{day}-{slug}.md"));
    create(&file, &template.replace("{{title}}", &title).replace("{{date}}", &day.to_string()))?;
    print_data(format!("{}\n", file.strip_prefix(".").unwrap_or(&file).display()).as_bytes())?;
    say("write it, and look at it with `hindsite serve`");
    Ok(Outcome::Done)
}

/// Creates a file that is not there yet, and the folders on the way.
pub(super) fn create(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|cause| Error::io("create", folder, &cause))?;
    }
    let created = fs::File::create_new(file).and_then(|mut open| open.write_all(text.as_bytes()));
    created.map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => Error::new(format!("cannot create {}: it is there already", file.display())),
        _ => Error::io("create", file, &cause),
    })
}
