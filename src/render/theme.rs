//! The theme: Tera templates, style, script, icon and texts. The built-in files are compiled in; a file of the same name in the
//! site's `theme/` folder replaces one of them.
//!
//! A template of the user's that cannot be used is reported, and the built-in one takes its place: a slip of the pen must not
//! cost the site. Style, script and icon get a hash of their content in their names, so that browsers may keep them for ever.

mod copied;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use tera::{Context, ErrorKind, ReportError, Tera};
use xxhash_rust::xxh3::xxh3_64;

pub use copied::copy_of;

use super::words::Words;
use crate::{
    config::Settings,
    diag::{Code, Diagnosed, Diagnostic, Result, Span},
};

/// Declares the built-in files.
macro_rules! built_in {
    ($($name:literal,)+) => {
        /// Every file of the built-in theme, by its path below `theme/`.
        pub const BUILT_IN: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../theme/", $name))),)+];
    };
}

built_in! {
    "404.html",
    "README.md",
    "_action.html",
    "_figures.html",
    "_filter.html",
    "_icons.html",
    "_pager.html",
    "_rows.html",
    "_terms.html",
    "actions.html",
    "base.html",
    "css/code.css",
    "css/style.css",
    "data.html",
    "documents.html",
    "facets.html",
    "favicon.svg",
    "feed.xml",
    "i18n/de.toml",
    "i18n/en.toml",
    "incident.html",
    "index.html",
    "js/highlight.js",
    "js/search.js",
    "js/site.js",
    "list.html",
    "page.html",
    "redirect.html",
    "search.html",
    "sitemap.xml",
    "stats.html",
    "term.html",
}

/// Before the names of the user's templates.
const USER: &str = "user/";
/// Before the names of the built-in templates.
const OURS: &str = "theme/";

/// A theme that is ready to render pages.
#[derive(Debug)]
pub struct Theme {
    pub(super) tera: Tera,
    pub(super) words: Words,
    /// Folder of the user's theme as printed.
    folder: String,
    assets: BTreeMap<String, Arc<[u8]>>,
    pub(super) styles: Vec<String>,
    pub(super) scripts: Vec<String>,
    /// The script of the search page.
    pub(super) search_script: String,
    /// The style and the script of pages that show code.
    pub(super) code_style: String,
    pub(super) code_script: String,
    pub(super) icon: String,
}

impl Theme {
    /// Loads the built-in theme and what the site's `theme/` folder replaces of it.
    pub fn load(settings: &Settings) -> Result<Diagnosed<Theme>> {
        let mut diagnostics = Vec::new();
        let folder = folder_as_printed(settings);
        let user = read_user_files(settings, &folder, &mut diagnostics);
        let file = |name: &str| user.get(name).map(String::as_str).or_else(|| built_in(name)).unwrap_or_default();
        let words = load_words(settings, &folder, &user, &mut diagnostics);
        let tera = load_templates(&folder, &user, &words, settings, &mut diagnostics);
        let mut theme = Theme {
            tera,
            words,
            folder,
            assets: BTreeMap::new(),
            styles: Vec::new(),
            scripts: Vec::new(),
            search_script: String::new(),
            code_style: String::new(),
            code_script: String::new(),
            icon: String::new(),
        };
        theme.icon = theme.add_asset("favicon", "svg", file("favicon.svg").as_bytes());
        let style = theme.add_style("style", file("css/style.css"));
        theme.code_style = theme.add_style("code", file("css/code.css"));
        theme.code_script = theme.add_asset("highlight", "js", file("js/highlight.js").as_bytes());
        let script = theme.add_asset("site", "js", file("js/site.js").as_bytes());
        let search = match user.get("js/search.js") {
            Some(own) => own.clone(),
            None => without_comments(built_in("js/search.js").unwrap_or_default()),
        };
        theme.search_script = theme.add_asset("search", "js", search.as_bytes());
        theme.styles.push(style);
        theme.scripts.push(script);
        for (paths, ending) in [(&settings.additional_css, "css"), (&settings.additional_js, "js")] {
            for path in paths {
                let Some(bytes) = read_additional(&settings.root, path, &mut diagnostics) else { continue };
                let stem = path.file_stem().map_or_else(|| "extra".to_owned(), |stem| crate::archive::slug(&stem.to_string_lossy()));
                let name = theme.add_asset(&stem, ending, &bytes);
                if ending == "css" { theme.styles.push(name) } else { theme.scripts.push(name) }
            }
        }
        Ok(Diagnosed { value: theme, diagnostics })
    }

    /// Returns the paths of the files that the pages need, in order: style, script, icon.
    pub fn asset_paths(&self) -> impl Iterator<Item = &str> {
        self.assets.keys().map(String::as_str)
    }

    /// Returns whether `path` is a file of the theme.
    pub fn has_asset(&self, path: &str) -> bool {
        self.assets.contains_key(path)
    }

    /// Returns the bytes of a file of the theme.
    pub fn asset(&self, path: &str) -> Option<&[u8]> {
        self.assets.get(path).map(|bytes| &**bytes)
    }

    /// Returns every file that the pages need, by path.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.assets.iter().map(|(path, bytes)| (path.as_str(), &**bytes))
    }

    /// Renders a template; a fault of the template is a diagnostic with its place.
    pub(super) fn render(&self, template: &str, context: &Context) -> std::result::Result<String, Diagnostic> {
        self.tera.render(template, context).map_err(|error| template_diagnostic(&self.folder, &error).0)
    }

    /// Adds a style sheet; the built-in ones without what only people need.
    fn add_style(&mut self, stem: &str, text: &str) -> String {
        let is_ours = built_in(&format!("css/{stem}.css")) == Some(text);
        self.add_asset(stem, "css", if is_ours { squeeze(text) } else { text.to_owned() }.as_bytes())
    }

    fn add_asset(&mut self, stem: &str, ending: &str, bytes: &[u8]) -> String {
        let hash = format!("{:016x}", xxh3_64(bytes));
        let path = format!("assets/{stem}-{}.{ending}", &hash[..8]);
        self.assets.insert(path.clone(), bytes.into());
        path
    }
}

/// Returns a script of ours without indents and lines of comment, a sixth of what a first search loads. Not for scripts of others: a
/// text that goes over several lines would lose its indents.
fn without_comments(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut is_comment = false;
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    out
}

/// Returns a style sheet without comments, line breaks and indents. Texts in double quotes stay as they are.
fn squeeze(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    for (at, part) in css.split("/*").enumerate() {
        bare.push_str(if at == 0 { part } else { part.split_once("*/").map_or("", |(_, rest)| rest) });
    }
    let parts = bare.split('"').enumerate().map(|(at, part)| if at % 2 == 0 { squeeze_rules(part) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("\"")
}

fn squeeze_rules(rules: &str) -> String {
    let mut out: String = rules.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["{", "}", ";", ","] {
        out = out.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    out.replace(": ", ":").replace(";}", "}")
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn is_template(name: &str) -> bool {
    !name.contains('/') && (name.ends_with(".html") || name.ends_with(".xml"))
}

fn folder_as_printed(settings: &Settings) -> String {
    let Some(folder) = &settings.theme_dir else { return "theme".to_owned() };
    folder.strip_prefix(&settings.root).unwrap_or(folder).to_string_lossy().replace('\\', "/")
}

/// Reads the files of the user's theme, in order of path. Those that no page would use are reported.
fn read_user_files(settings: &Settings, folder: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let Some(root) = &settings.theme_dir else { return files };
    for entry in walkdir::WalkDir::new(root).max_depth(4).sort_by_file_name() {
        let Ok(entry) = entry else { continue };
        if !entry.file_type().is_file() {
            continue;
        }
        let name = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
        if name.split('/').any(|part| part.starts_with('.')) || name.ends_with('~') {
            continue;
        }
        let printed: Arc<str> = format!("{folder}/{name}").into();
        let known = built_in(&name).is_some() || is_template(&name) || (name.starts_with("i18n/") && name.ends_with(".toml"));
        if !known {
            diagnostics.push(
                Diagnostic::warning(Code::ThemeFile, None, format!("the theme has no file `{name}`"))
                    .help("name it as the file that it replaces, or use `additional-css` and `additional-js`")
                    .in_file(printed),
            );
            continue;
        }
        match std::fs::read_to_string(entry.path()) {
            Ok(text) => {
                let text = text.replace("\r\n", "\n");
                if !copied::is_as_built_in(&name, &text) {
                    diagnostics.extend(copied::warn_of_older(&name, &text).map(|diagnostic| diagnostic.in_file(printed)));
                    files.insert(name, text);
                }
            }
            Err(cause) => diagnostics.push(
                Diagnostic::warning(Code::ThemeFile, None, format!("the theme's file cannot be read: {cause}"))
                    .help("the built-in file is used instead")
                    .in_file(printed),
            ),
        }
    }
    files
}

fn read_additional(root: &Path, path: &Path, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
    match std::fs::read(root.join(path)) {
        Ok(bytes) => Some(bytes),
        Err(cause) => {
            let printed = path.to_string_lossy().replace('\\', "/");
            diagnostics.push(
                Diagnostic::warning(Code::ThemeFile, None, format!("`{printed}` cannot be read: {cause}"))
                    .help("correct `additional-css` or `additional-js` in `book.toml`")
                    .in_file(printed.into()),
            );
            None
        }
    }
}

/// Returns the texts of the site's language: English, the language where there is a file for it, and the user's file over both.
fn load_words(settings: &Settings, folder: &str, user: &BTreeMap<String, String>, diagnostics: &mut Vec<Diagnostic>) -> Words {
    let language = settings.language.split(['-', '_']).next().unwrap_or("en").to_lowercase();
    let name = format!("i18n/{language}.toml");
    let english = built_in("i18n/en.toml").unwrap_or_default();
    let mut layers = vec![english];
    layers.extend(built_in(&name).filter(|_| language != "en"));
    let ours = Words::parse(&layers).expect("the built-in texts are valid TOML, which a test proves");
    let Some(text) = user.get(&name) else { return ours };
    layers.push(text);
    Words::parse(&layers).unwrap_or_else(|error| {
        let span = error.span().map(|range| Span::new(range.start, range.end));
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        diagnostics.push(
            Diagnostic::error(Code::ThemeFile, span, format!("the theme's texts cannot be parsed: {message}"))
                .help("each line is `key = \"text\"`; the built-in texts are used instead")
                .in_file(format!("{folder}/{name}").into()),
        );
        ours
    })
}

/// Returns a Tera with the user's templates over ours. One that cannot be parsed is reported and left out.
fn load_templates(
    folder: &str,
    user: &BTreeMap<String, String>,
    words: &Words,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Tera {
    let mut user: BTreeMap<&str, &str> =
        user.iter().filter(|(name, _)| is_template(name)).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    // What is the same as ours needs no place of its own.
    user.retain(|name, text| built_in(name) != Some(*text));
    loop {
        match try_templates(&user) {
            Ok(mut tera) => {
                add_globals(&mut tera, words, settings);
                return tera;
            }
            Err(error) => {
                let (diagnostic, name) = template_diagnostic(folder, &error);
                diagnostics.push(diagnostic.help("the built-in template is used instead"));
                if name.is_none_or(|name| user.remove(name.as_str()).is_none()) {
                    user.clear();
                }
            }
        }
    }
}

fn try_templates(user: &BTreeMap<&str, &str>) -> tera::TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.set_fallback_prefixes([USER, OURS])?;
    let ours = BUILT_IN.iter().filter(|(name, _)| is_template(name)).map(|(name, text)| (format!("{OURS}{name}"), *text));
    let theirs = user.iter().map(|(name, text)| (format!("{USER}{name}"), *text));
    tera.add_raw_templates(ours.chain(theirs).collect::<Vec<_>>())?;
    Ok(tera)
}

/// Puts in what every page needs and no page changes: it is converted once, not once a page.
fn add_globals(tera: &mut Tera, words: &Words, settings: &Settings) {
    let context = tera.global_context();
    context.insert("t", words.texts());
    context.insert("site_title", &settings.title);
    context.insert("site_description", &settings.description.clone().unwrap_or_default());
    context.insert("site_authors", &settings.authors);
    context.insert("lang", &settings.language);
    context.insert("dir", if settings.right_to_left { "rtl" } else { "ltr" });
    context.insert("as_of", &settings.as_of.to_string());
    context.insert("as_of_text", &words.day(settings.as_of));
    context.insert("repository", &settings.git_repository_url);
    context.insert("generator", concat!("hindsite ", env!("CARGO_PKG_VERSION")));
}

/// Returns the diagnostic of a template's fault, and the name of the template below the theme's folder where it is known.
fn template_diagnostic(folder: &str, error: &tera::Error) -> (Diagnostic, Option<String>) {
    let (message, report): (String, Option<&ReportError>) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => (first_line(report.message()), Some(report)),
        ErrorKind::MissingParent { current, .. } => {
            return (
                Diagnostic::error(Code::TemplateBroken, None, first_line(&error.to_string())).in_file(printed(folder, current)),
                Some(below(current)),
            );
        }
        _ => (first_line(&error.to_string()), None),
    };
    let Some(report) = report else { return (Diagnostic::error(Code::TemplateBroken, None, message), None) };
    let range = report.span().range.clone();
    let diagnostic = Diagnostic::error(Code::TemplateBroken, Span::new(range.start, range.end), message);
    (diagnostic.in_file(printed(folder, report.filename())), Some(below(report.filename())))
}

fn below(name: &str) -> String {
    name.strip_prefix(USER).or_else(|| name.strip_prefix(OURS)).unwrap_or(name).to_owned()
}

fn printed(folder: &str, name: &str) -> Arc<str> {
    format!("{folder}/{}", below(name)).into()
}

/// Returns the first line of a message as a diagnostic has it: lower case, no final stop.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_below(folder: &Path) -> Vec<String> {
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
        let files = entries.into_iter().map(|entry| entry.expect("the theme can be read")).filter(|entry| entry.file_type().is_file());
        let mut names: Vec<String> =
            files.map(|file| file.path().strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/")).collect();
        names.sort();
        names
    }

    fn site_with(files: &[(&str, &str)]) -> (tempfile::TempDir, Settings) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join("theme").join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        let settings = Settings { root: folder.path().to_owned(), theme_dir: Some(folder.path().join("theme")), ..Settings::default() };
        (folder, settings)
    }

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[(Code, &str)]) -> Theme {
        let (_folder, settings) = site_with(files);
        let loaded = Theme::load(&settings).expect("a theme");
        let actual: Vec<(Code, &str)> = loaded.diagnostics.iter().map(|d| (d.code, d.path.as_deref().unwrap_or(""))).collect();
        assert_eq!(actual, expected);
        loaded.value
    }

    #[test]
    fn table_of_built_in_files_is_the_theme_folder() {
        let known: Vec<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(known, files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("theme")));
    }

    #[test]
    fn built_in_theme_loads_without_a_word() {
        check(&[], &[]);
    }

    #[test]
    fn file_of_the_site_replaces_the_built_in_one() {
        let theme =
            check(&[("404.html", "{% extends \"theme/404.html\" %}{% block title %}Gone{% endblock %}"), ("css/style.css", "p{}")], &[]);
        assert_eq!(theme.asset(&theme.styles[0]), Some(&b"p{}"[..]));
        assert!(theme.tera.contains_template("user/404.html"));
    }

    #[test]
    fn broken_template_is_reported_and_the_built_in_one_used() {
        let theme =
            check(&[("404.html", "<p>\n{{ t.skip }"), ("page.html", "{{ site_title }}")], &[(Code::TemplateBroken, "theme/404.html")]);
        assert!(!theme.tera.contains_template("user/404.html"));
        assert!(theme.tera.contains_template("user/page.html"));
    }

    #[test]
    fn copy_of_the_whole_theme_replaces_nothing() {
        let copies: Vec<(&str, String)> = BUILT_IN.iter().map(|(name, text)| (*name, copy_of(name, text))).collect();
        let files: Vec<(&str, &str)> = copies.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let theme = check(&files, &[]);
        assert!(!theme.tera.contains_template("user/base.html"));
    }

    #[test]
    fn copy_that_was_changed_is_used_with_its_mark() {
        for name in ["404.html", "feed.xml", "_rows.html"] {
            let text = copy_of(name, built_in(name).expect("a file of the theme")) + "\n";
            let theme = check(&[(name, &text)], &[]);
            assert!(theme.tera.contains_template(&format!("user/{name}")), "{name}");
        }
    }

    #[test]
    fn copy_of_an_older_file_is_reported() {
        for (name, old) in [("404.html", "<p>Gone"), ("css/style.css", "p{}"), ("i18n/en.toml", "skip = \"Jump\""), ("gone.html", "<p>")] {
            let printed = format!("theme/{name}");
            check(&[(name, &copy_of(name, old))], &[(Code::ThemeFileOlder, &printed)]);
        }
    }

    #[test]
    fn squeezed_style_keeps_what_counts() {
        assert_eq!(
            squeeze("/* a */\na , b {\n  color: red;\n  content: \" x: ; \" attr(y);\n}\n"),
            "a,b{color:red;content:\" x: ; \"attr(y)}"
        );
    }

    #[test]
    fn unknown_file_is_reported() {
        check(&[("index.hbs", "")], &[(Code::ThemeFile, "theme/index.hbs")]);
    }

    #[test]
    fn texts_of_the_site_win_key_by_key() {
        let theme = check(&[("i18n/en.toml", "skip = \"Jump\"\n")], &[]);
        assert_eq!(theme.words.get("skip"), "Jump");
        assert_eq!(theme.words.get("nav_search"), "Search");
        check(&[("i18n/en.toml", "skip = Jump\n")], &[(Code::ThemeFile, "theme/i18n/en.toml")]);
    }

    #[test]
    fn every_language_has_every_text() {
        let keys = |text: &str| toml::from_str::<BTreeMap<String, String>>(text).expect("valid TOML").into_keys().collect::<Vec<_>>();
        let english = keys(built_in("i18n/en.toml").expect("English"));
        for (name, text) in BUILT_IN.iter().filter(|(name, _)| name.starts_with("i18n/")) {
            assert_eq!(keys(text), english, "{name}");
        }
    }

    #[test]
    fn only_lines_of_comment_and_indents_are_left_out_of_a_script() {
        let script = "/** Why. */\nconst a = 1; // kept\n  /* one\n   * two */\n\n  const b = `// ${a}`;\n";
        assert_eq!(without_comments(script), "const a = 1; // kept\nconst b = `// ${a}`;\n");
        let search = without_comments(built_in("js/search.js").expect("the search script"));
        let outside_of_quotes = |line: &str| line.split('"').step_by(2).map(|part| part.matches('`').count()).sum::<usize>();
        let is_whole = |line: &&str| outside_of_quotes(line) % 2 == 0;
        assert_eq!(search.lines().find(|line| !is_whole(line)), None, "a text over several lines would lose its indents");
    }

    #[test]
    fn style_and_script_stay_small() {
        assert!(built_in("css/style.css").is_some_and(|text| squeeze(text).len() <= 24 * 1024));
        assert!(built_in("js/site.js").is_some_and(|text| text.len() <= 10 * 1024));
        assert!(built_in("js/highlight.js").is_some_and(|text| text.len() <= 72 * 1024));
    }
}
