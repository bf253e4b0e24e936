//! `init`: the files of a new site. What is there already stays as it is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use super::{
    Outcome,
    args::InitArgs,
    new::create,
    site,
    terminal::{say, shown},
};
use crate::{
    diag::{Error, Result},
    render::{BUILT_IN, copy_of},
};

const EXAMPLE: &str = include_str!("init/example.md");
const README: &str = include_str!("init/readme.md");
const PAGES_WORKFLOW: &str = include_str!("init/pages.yml");
const CHECK_WORKFLOW: &str = include_str!("init/check.yml");
/// The steps that install hindsite, shared by both workflows.
const INSTALL_STEPS: &str = include_str!("init/install.yml");

pub(super) fn run(args: &InitArgs) -> Result<Outcome> {
    let title = args.title.clone().unwrap_or_else(|| "Postmortems".to_owned());
    // Postmortems that are there already stay where they are: the folder itself is then the content.
    let has_content = args.dir.join("content").exists();
    let is_content = !has_content && !args.dir.join("book.toml").exists() && holds_markdown(&args.dir);
    let src = if is_content { "." } else { "content" };
    let mut files = vec![(args.dir.join("book.toml"), book_toml(&title, src)), (args.dir.join(".gitignore"), "/site/\n".to_owned())];
    if !has_content && !is_content {
        let year = site::day()?.format("%Y").to_string();
        let content = args.dir.join("content");
        files.push((content.join("README.md"), README.replace("{{title}}", &title)));
        let example = content.join(&year).join(format!("{year}-01-15-example-checkout-outage.md"));
        files.push((example, EXAMPLE.replace("{{year}}", &year)));
    }
    if args.theme {
        files.extend(BUILT_IN.iter().map(|(name, text)| (args.dir.join("theme").join(name), copy_of(name, text))));
    }
    fs::create_dir_all(&args.dir).map_err(|cause| Error::io("create", &args.dir, &cause))?;
    if args.github_pages {
        files.extend(workflows(args)?);
    }
    let here = std::env::current_dir().unwrap_or_default();
    let (mut created, mut kept) = (0, 0);
    for (file, text) in files {
        let name = file.strip_prefix(&args.dir).or_else(|_| file.strip_prefix(&here)).unwrap_or(&file).display();
        if fs::symlink_metadata(&file).is_ok() {
            kept += 1;
            say(&format!("   kept  {name}"));
        } else {
            create(&file, &text)?;
            created += 1;
            say(&format!("created  {name}"));
        }
    }
    let kept = if kept > 0 { format!(", {kept} kept as they were") } else { String::new() };
    say(&format!("{created} files created in {}{kept}; now try `hindsite serve{}`", shown(&args.dir), dir_argument(&args.dir)));
    if args.github_pages {
        say("warning: the Pages site of a public repository is public, and so are the postmortems in it");
        say("once, on GitHub: Settings, Pages, Source: \"GitHub Actions\"");
        if install_source(args).is_none() {
            say("once, too: set the repository variable HINDSITE_REPOSITORY to the address of hindsite's own git repository");
        }
    }
    Ok(Outcome::Done)
}

/// Returns whether a Markdown file other than a readme lies in `dir` or one of its folders; hidden ones do not count.
fn holds_markdown(dir: &Path) -> bool {
    let visible = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    WalkDir::new(dir).max_depth(6).into_iter().filter_entry(visible).flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        entry.file_type().is_file() && (name.ends_with(".md") || name.ends_with(".markdown")) && !name.starts_with("readme.")
    })
}

/// Returns where workflows install hindsite from: the address given, else that of this program's own package.
fn install_source(args: &InitArgs) -> Option<&str> {
    args.install_from.as_deref().or(Some(env!("CARGO_PKG_REPOSITORY")).filter(|address| !address.is_empty()))
}

/// Returns the workflows for GitHub Pages; they belong in the root of the git repository that `dir` is in.
fn workflows(args: &InitArgs) -> Result<Vec<(PathBuf, String)>> {
    let dir = args.dir.canonicalize().map_err(|cause| Error::io("find", &args.dir, &cause))?;
    let root = dir.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&dir);
    let below = dir.strip_prefix(root).unwrap_or(Path::new(""));
    let site_dir = below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    let site_dir = if site_dir.is_empty() { "." } else { &site_dir };
    // Without a known address the repository's own variable is asked for, and the workflow says so where it is not set.
    let source = install_source(args).unwrap_or("${{ vars.HINDSITE_REPOSITORY }}");
    let tag = concat!("v", env!("CARGO_PKG_VERSION"));
    let folder = match below.components().count() {
        0 => args.dir.clone(),
        _ => root.to_owned(),
    }
    .join(".github/workflows");
    let file = |name: &str, text: &str| {
        let text = text
            .replace("{{install}}\n", INSTALL_STEPS)
            .replace("{{repository}}", &yaml_text(source))
            .replace("{{tag}}", &yaml_text(tag))
            .replace("{{dir}}", &yaml_text(site_dir));
        (folder.join(name), text)
    };
    Ok(vec![file("hindsite.yml", PAGES_WORKFLOW), file("hindsite-check.yml", CHECK_WORKFLOW)])
}

/// Returns `text` as a YAML text; a JSON text is one too.
fn yaml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn dir_argument(dir: &Path) -> String {
    match shown(dir).as_str() {
        "." => String::new(),
        dir => format!(" {dir}"),
    }
}

fn book_toml(title: &str, src: &str) -> String {
    // A JSON text is a TOML text too.
    let title = serde_json::Value::from(title);
    format!(
        "\
[book]
title = {title}
src = \"{src}\"

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
