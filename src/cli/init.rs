//! `init`: the files of a new site. What is there already stays as it is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    Outcome,
    args::InitArgs,
    new::create,
    site,
    terminal::{say, shown},
};
use crate::{
    diag::{Error, Result},
    render::BUILT_IN,
};

const EXAMPLE: &str = include_str!("init/example.md");
const README: &str = include_str!("init/readme.md");
const WORKFLOW: &str = include_str!("init/pages.yml");

pub(super) fn run(args: &InitArgs) -> Result<Outcome> {
    let title = args.title.clone().unwrap_or_else(|| "Postmortems".to_owned());
    let mut files: Vec<(PathBuf, String)> = vec![("book.toml".into(), book_toml(&title)), (".gitignore".into(), "/site/\n".to_owned())];
    if !args.dir.join("content").exists() {
        let day = site::day()?.format("%Y").to_string();
        files.push(("content/README.md".into(), README.replace("{{title}}", &title)));
        files.push((
            Path::new("content").join(&day).join(format!("{day}-01-15-example-checkout-outage.md")),
            EXAMPLE.replace("{{year}}", &day),
        ));
    }
    if args.theme {
        files.extend(BUILT_IN.iter().map(|(name, text)| (Path::new("theme").join(name), (*text).to_owned())));
    }
    if args.github_pages {
        files.push((".github/workflows/hindsite.yml".into(), WORKFLOW.to_owned()));
    }
    fs::create_dir_all(&args.dir).map_err(|cause| Error::io("create", &args.dir, &cause))?;
    let (mut created, mut kept) = (0, 0);
    for (path, text) in files {
        let file = args.dir.join(&path);
        if fs::symlink_metadata(&file).is_ok() {
            kept += 1;
            say(&format!("   kept  {}", path.display()));
        } else {
            create(&file, &text)?;
            created += 1;
            say(&format!("created  {}", path.display()));
        }
    }
    let kept = if kept > 0 { format!(", {kept} kept as they were") } else { String::new() };
    say(&format!("{created} files created in {}{kept}; now try `hindsite serve{}`", shown(&args.dir), dir_argument(&args.dir)));
    Ok(Outcome::Done)
}

fn dir_argument(dir: &Path) -> String {
    match shown(dir).as_str() {
        "." => String::new(),
        dir => format!(" {dir}"),
    }
}

fn book_toml(title: &str) -> String {
    // A JSON text is a TOML text too.
    let title = serde_json::Value::from(title);
    format!(
        "\
[book]
title = {title}
src = \"content\"

[build]
build-dir = \"site\"

[output.html]
# Needed for feeds, the sitemap and the page for missing addresses; a path will do for the last.
# site-url = \"https://example.org/postmortems/\"
# edit-url-template = \"https://github.com/OWNER/REPO/edit/main/{{path}}\"

[incident]
# The zone of times that state none.
# zone = \"Europe/Berlin\"
"
    )
}
