//! Finding `book.toml` and the folders, and resolving all of it into [`Settings`].

use std::{
    ffi::OsString,
    path::{Component, Path, PathBuf},
};

use chrono::NaiveDate;

use super::{
    Settings,
    read::{Config, read_config},
    tree::{apply_environment, parse_toml},
};
use crate::diag::{Code, Diagnostic, Error, Level, Result};

/// What the command line and the environment say; the only part of the configuration that is not in `book.toml`.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--dest-dir`, from the current folder.
    pub dest_dir: Option<PathBuf>,
    /// `site-url`, where the command fixes it.
    pub site_url: Option<String>,
    /// The environment variables whose names begin with `HINDSITE_`.
    pub variables: Vec<(String, String)>,
    /// The day that the site is "as of".
    pub as_of: NaiveDate,
}

/// What loading the configuration gives.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the program obeys. Not to be used where a diagnostic is an error.
    pub settings: Settings,
    /// What was found in `book.toml` and the environment.
    pub diagnostics: Vec<Diagnostic>,
    /// The text of `book.toml`; empty where there is none.
    pub text: String,
}

impl Loaded {
    /// Returns whether the configuration cannot be used.
    pub fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}

/// Loads the configuration of the site at `root`: the folder of a `book.toml`, or else itself a content folder.
pub fn load(root: &Path, overrides: &Overrides) -> Result<Loaded> {
    if !root.is_dir() {
        let help = if root.exists() { "give the folder that holds the postmortems" } else { "give a folder that exists" };
        return Err(Error::new(format!("cannot read {}: it is not a folder", root.display())).help(help));
    }
    let file = root.join("book.toml");
    let (mut text, mut diagnostics) = (String::new(), Vec::new());
    let has_config = file.is_file();
    if has_config {
        let bytes = std::fs::read(&file).map_err(|cause| Error::io("read", &file, &cause))?;
        text = String::from_utf8(bytes).map_err(|_| Error::new(format!("cannot read {}: it is not UTF-8", file.display())))?;
    }
    let mut keys = parse_toml(&text).unwrap_or_else(|broken| {
        diagnostics.push(broken.in_file("book.toml".into()));
        Vec::new()
    });
    apply_environment(&mut keys, &overrides.variables);
    let (config, found) = read_config(&keys);
    diagnostics.extend(found);
    let settings = match resolve(root, has_config, config, overrides, &mut diagnostics) {
        // What is wrong in `book.toml` is the likelier reason for a folder that is not found.
        Err(_) if diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) => Settings::default(),
        resolved => resolved?,
    };
    Ok(Loaded { settings, diagnostics, text })
}

fn resolve(root: &Path, has_config: bool, config: Config, overrides: &Overrides, diagnostics: &mut Vec<Diagnostic>) -> Result<Settings> {
    let content_dir = if has_config { content_dir(root, &config, diagnostics)? } else { root.to_path_buf() };
    let output_dir = output_dir(root, has_config, &config, overrides);
    let theme_dir = theme_dir(root, has_config, &config)?;
    check_output(&output_dir, root, &content_dir, theme_dir.as_deref())?;
    let language = config.language.unwrap_or_else(|| "en".to_owned());
    let defaults = Settings::default();
    let below_root = |paths: &[String]| paths.iter().map(PathBuf::from).collect();
    Ok(Settings {
        root: root.to_path_buf(),
        content_dir,
        output_dir,
        theme_dir,
        has_config,
        title: config.title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| title_of(root)),
        authors: config.authors,
        description: config.description,
        right_to_left: config.right_to_left.unwrap_or_else(|| is_right_to_left(&language)),
        language,
        site_url: site_url(overrides.site_url.clone().or(config.site_url)),
        cname: config.cname,
        git_repository_url: config.git_repository_url,
        edit_url_template: config.edit_url_template,
        additional_css: below_root(&config.additional_css),
        additional_js: below_root(&config.additional_js),
        redirects: config.redirects,
        remote_images: config.remote_images.unwrap_or_default(),
        raw_html: config.raw_html.unwrap_or_default(),
        max_file_bytes: config.max_file_bytes.unwrap_or(defaults.max_file_bytes),
        read: super::ReadSettings {
            zone: config.zone,
            date_order: config.date_order,
            severities: config.severities,
            headings: config.headings,
            taxonomy: config.taxonomy,
        },
        mttr: config.mttr.unwrap_or_default(),
        show_mean: config.show_mean.unwrap_or_default(),
        weigh_downtime: config.weigh_downtime.unwrap_or_default(),
        recurrence_window_days: config.recurrence_window_days.unwrap_or(defaults.recurrence_window_days),
        extra_watch_dirs: config.extra_watch_dirs.iter().map(|dir| root.join(dir)).collect(),
        publish: config.publish,
        as_of: overrides.as_of,
    })
}

fn content_dir(root: &Path, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> Result<PathBuf> {
    if let Some(src) = &config.src {
        // Without the `.`, which every message would show.
        let dir = if Path::new(src) == Path::new(".") { root.to_path_buf() } else { root.join(src) };
        return if dir.is_dir() {
            Ok(dir)
        } else {
            Err(Error::new(format!("cannot read {}: there is no such folder", dir.display()))
                .help("`[book] src` in `book.toml` names the folder that holds the postmortems"))
        };
    }
    let content = root.join("content");
    if content.is_dir() {
        return Ok(content);
    }
    let src = root.join("src");
    if holds_markdown(&src) {
        let note = Diagnostic::note(Code::ContentFolder, None, "the postmortems are read from `src`, because there is no folder `content`");
        diagnostics.push(note.in_file("book.toml".into()).help("write `src = \"src\"` under `[book]` to say so"));
        return Ok(src);
    }
    Err(Error::new(format!("cannot read {}: there is no such folder", content.display()))
        .help("put the postmortems there, or name their folder in `book.toml`: `src = \"…\"` under `[book]`"))
}

fn holds_markdown(dir: &Path) -> bool {
    const MOST_FILES: usize = 10_000;
    let is_markdown = |path: &Path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"));
    walkdir::WalkDir::new(dir).into_iter().take(MOST_FILES).flatten().any(|entry| entry.file_type().is_file() && is_markdown(entry.path()))
}

fn output_dir(root: &Path, has_config: bool, config: &Config, overrides: &Overrides) -> PathBuf {
    match (&overrides.dest_dir, &config.build_dir) {
        (Some(dest), _) => dest.clone(),
        (None, Some(build)) => root.join(build),
        (None, None) if has_config => root.join("site"),
        (None, None) => PathBuf::from("site"),
    }
}

fn theme_dir(root: &Path, has_config: bool, config: &Config) -> Result<Option<PathBuf>> {
    match &config.theme {
        Some(theme) => {
            let dir = root.join(theme);
            if dir.is_dir() {
                return Ok(Some(dir));
            }
            Err(Error::new(format!("cannot read {}: there is no such folder", dir.display()))
                .help("`[output.html] theme` in `book.toml` names the folder whose files replace the theme's"))
        }
        None => Ok(Some(root.join("theme")).filter(|dir| has_config && dir.is_dir())),
    }
}

/// Refuses an output folder in which writing could touch the files that the site is made of.
fn check_output(output: &Path, root: &Path, content: &Path, theme: Option<&Path>) -> Result<()> {
    let real_output = real_path(output);
    let inputs = [("the postmortems", Some(content)), ("the theme", theme), ("`book.toml`", Some(root))];
    for (what, input) in inputs {
        let Some(input) = input else { continue };
        if real_path(input).starts_with(&real_output) {
            return Err(Error::new(format!("cannot write the site to {}: {what} would lie inside it", output.display()))
                .help("name a folder of its own with `--dest-dir` or `[build] build-dir`"));
        }
    }
    if theme.is_some_and(|theme| real_output.starts_with(real_path(theme))) {
        return Err(Error::new(format!("cannot write the site to {}: it lies in the theme's folder", output.display()))
            .help("name a folder of its own with `--dest-dir` or `[build] build-dir`"));
    }
    Ok(())
}

/// Returns `path` without links and `..`, as far as it exists; the rest as it is written.
pub fn real_path(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut rest: Vec<OsString> = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        if let Ok(real) = existing.canonicalize() {
            let mut real = real;
            for part in rest.iter().rev() {
                match part.to_str() {
                    Some("..") => drop(real.pop()),
                    _ => real.push(part),
                }
            }
            return real;
        }
        match (existing.parent(), existing.components().next_back()) {
            (Some(parent), Some(last)) => {
                if last != Component::CurDir {
                    rest.push(last.as_os_str().to_owned());
                }
                existing = parent;
            }
            _ => return absolute,
        }
    }
}

/// Returns a title for a folder: its name, with a capital and with spaces.
fn title_of(root: &Path) -> String {
    let real = real_path(root);
    let name = real.file_name().map(|name| name.to_string_lossy().replace(['-', '_'], " ")).unwrap_or_default();
    let mut letters = name.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Postmortems".to_owned(),
    }
}

fn site_url(written: Option<String>) -> String {
    let mut url = written.unwrap_or_else(|| "/".to_owned());
    if !url.ends_with('/') {
        url.push('/');
    }
    url
}

fn is_right_to_left(language: &str) -> bool {
    const LANGUAGES: &[&str] = &["ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "ug", "ur", "yi"];
    LANGUAGES.contains(&language.split('-').next().unwrap_or("").to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = dir.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        dir
    }

    fn load_at(root: &Path, dest: Option<&str>) -> Result<Loaded> {
        load(root, &Overrides { dest_dir: dest.map(|dest| root.join(dest)), ..Overrides::default() })
    }

    #[test]
    fn folder_without_configuration_is_the_content_itself() {
        let dir = folder(&[("our-incidents/a.md", "# A")]);
        let root = dir.path().join("our-incidents");
        let settings = load_at(&root, None).unwrap().settings;
        assert_eq!((settings.content_dir.as_path(), settings.output_dir.as_path()), (root.as_path(), Path::new("site")));
        assert_eq!(settings.title, "Our incidents");
    }

    #[test]
    fn folder_of_mdbook_is_read_as_it_is() {
        let dir = folder(&[("book.toml", ""), ("src/a.md", "# A")]);
        let loaded = load_at(dir.path(), None).unwrap();
        assert_eq!(loaded.settings.content_dir, dir.path().join("src"));
        assert_eq!(loaded.diagnostics[0].code, Code::ContentFolder);
    }

    #[test]
    fn source_code_is_not_taken_for_content() {
        let dir = folder(&[("book.toml", ""), ("src/main.rs", "fn main() {}")]);
        assert!(load_at(dir.path(), None).unwrap_err().message.contains("content"));
    }

    #[test]
    fn output_that_holds_the_input_is_refused() {
        let files = [("book.toml", ""), ("content/a.md", "# A"), ("theme/base.html", "")];
        for (dest, refused) in
            [(".", true), ("content", true), ("theme/x", true), ("content/../content", true), ("content/site", false), ("out", false)]
        {
            let dir = folder(&files);
            assert_eq!(load_at(dir.path(), Some(dest)).is_err(), refused, "{dest}");
        }
    }

    #[test]
    fn broken_configuration_is_reported_before_what_follows_from_it() {
        let dir = folder(&[("book.toml", "[book\nsrc = \"x\"\n")]);
        let loaded = load_at(dir.path(), None).unwrap();
        assert!(loaded.is_broken());
        assert_eq!(loaded.diagnostics[0].code, Code::ConfigBroken);
    }
}
