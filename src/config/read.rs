//! Every key of `book.toml`, in the order of the handbook: mdBook's tables first, then ours.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::{
    DateOrder, MttrMeaning, RawHtml, RemoteImages, TaxonomySettings, TermSettings,
    table::{Findings, Table},
    tree::{At, Key},
};
use crate::{
    diag::Diagnostic,
    incident::{SectionRole, Severity},
};

/// `book.toml` as written: `None` where a key is not there.
#[derive(Debug, Clone, Default)]
pub(super) struct Config {
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) src: Option<String>,
    pub(super) language: Option<String>,
    pub(super) right_to_left: Option<bool>,
    pub(super) build_dir: Option<String>,
    pub(super) extra_watch_dirs: Vec<String>,
    pub(super) max_file_bytes: Option<u64>,
    pub(super) theme: Option<String>,
    pub(super) site_url: Option<String>,
    pub(super) cname: Option<String>,
    pub(super) git_repository_url: Option<String>,
    pub(super) edit_url_template: Option<String>,
    pub(super) additional_css: Vec<String>,
    pub(super) additional_js: Vec<String>,
    pub(super) redirects: BTreeMap<String, String>,
    pub(super) remote_images: Option<RemoteImages>,
    pub(super) raw_html: Option<RawHtml>,
    pub(super) zone: Option<String>,
    pub(super) date_order: Option<DateOrder>,
    pub(super) severities: BTreeMap<String, Severity>,
    pub(super) headings: BTreeMap<String, Vec<String>>,
    pub(super) taxonomy: TaxonomySettings,
    pub(super) mttr: Option<MttrMeaning>,
    pub(super) recurrence_window_days: Option<i64>,
    pub(super) show_mean: Option<bool>,
    pub(super) weigh_downtime: Option<bool>,
    pub(super) publish: BTreeMap<String, serde_json::Value>,
}

/// Reads the tree; every key that is not known and every value that cannot be used is a diagnostic.
pub(super) fn read_config(keys: &[Key]) -> (Config, Vec<Diagnostic>) {
    let findings = Findings::default();
    let mut config = Config::default();
    let mut top = findings.top(keys);
    read_book(&mut config, top.table("book"));
    read_build(&mut config, top.table("build"));
    read_output(&mut config, top.table("output"));
    read_incident(&mut config, top.table("incident"));
    read_taxonomy(&mut config, top.table("taxonomy"));
    read_stats(&mut config, top.table("stats"));
    read_publish(&mut config, &top.table("publish"));
    top.ignore(&["rust", "preprocessor"]);
    top.close();
    (config, findings.into_diagnostics())
}

fn read_book(config: &mut Config, mut book: Table<'_>) {
    config.title = book.text("title").map(|(text, _)| text);
    config.authors = book.texts("authors").unwrap_or_default();
    config.description = book.text("description").map(|(text, _)| text);
    config.src = book.text("src").map(|(text, _)| text);
    config.language = book.text("language").and_then(|(text, at)| {
        let is_tag = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        keep_if(is_tag, text, at, &book, |text| {
            (format!("`book.language` cannot be `{text}`"), "use a language tag such as `\"en\"`".to_owned())
        })
    });
    config.right_to_left = book.choice("text-direction", &[("ltr", false), ("rtl", true)]);
    book.removed("multilingual", "remove it: it never had an effect");
    book.close();
}

fn read_build(config: &mut Config, mut build: Table<'_>) {
    config.build_dir = build.text("build-dir").map(|(text, _)| text);
    config.extra_watch_dirs = build.texts("extra-watch-dirs").unwrap_or_default();
    config.max_file_bytes = build.integer("max-file-bytes", 1).and_then(|number| number.try_into().ok());
    build.ignore(&["create-missing", "use-default-preprocessors"]);
    build.close();
}

fn read_output(config: &mut Config, mut output: Table<'_>) {
    read_html(config, output.table("html"));
    output.ignore_rest();
}

fn read_html(config: &mut Config, mut html: Table<'_>) {
    config.theme = html.text("theme").map(|(text, _)| text);
    config.site_url = html.text("site-url").and_then(|(text, at)| {
        let is_address = text.starts_with('/') || is_web_address(&text);
        keep_if(is_address, text, at, &html, |text| {
            let help = "use a path such as `\"/postmortems/\"` or a whole address such as `\"https://example.org/postmortems/\"`";
            (format!("`output.html.site-url` cannot be `{text}`"), help.to_owned())
        })
    });
    config.cname = html.text("cname").and_then(|(text, at)| {
        let is_host = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.');
        keep_if(is_host, text, at, &html, |text| {
            (format!("`output.html.cname` cannot be `{text}`"), "use a host name such as `\"postmortems.example.org\"`".to_owned())
        })
    });
    config.git_repository_url = html.text("git-repository-url").and_then(|(text, at)| {
        keep_if(is_web_address(&text), text, at, &html, |text| {
            let help = "use an address that begins with `https://`";
            (format!("`output.html.git-repository-url` cannot be `{text}`"), help.to_owned())
        })
    });
    config.edit_url_template = html.text("edit-url-template").and_then(|(text, at)| {
        keep_if(text.contains("{path}") && is_web_address(&text), text, at, &html, |text| {
            let help = "use an address with `{path}` in it: `\"https://example.org/edit/main/{path}\"`";
            (format!("`output.html.edit-url-template` cannot be `{text}`"), help.to_owned())
        })
    });
    config.additional_css = html.texts("additional-css").unwrap_or_default();
    config.additional_js = html.texts("additional-js").unwrap_or_default();
    config.remote_images = html.choice("remote-images", &[("keep", RemoteImages::Keep), ("link", RemoteImages::Link)]);
    config.raw_html = html.choice("raw-html", &[("sanitize", RawHtml::Sanitize), ("escape", RawHtml::Escape)]);
    let redirect = html.table("redirect");
    for entry in redirect.free_keys() {
        if let Some(target) = redirect.as_text(entry) {
            config.redirects.insert(entry.name.trim_start_matches('/').to_owned(), target);
        }
    }
    html.ignore(&[
        "admonitions",
        "code",
        "default-theme",
        "definition-lists",
        "fold",
        "git-repository-icon",
        "hash-files",
        "input-404",
        "live-reload-endpoint",
        "mathjax-support",
        "no-section-label",
        "playground",
        "preferred-dark-theme",
        "print",
        "search",
        "sidebar-header-nav",
        "smart-punctuation",
    ]);
    html.removed("curly-quotes", "remove it: quotation marks are shown as they were written");
    html.removed("copy-fonts", "remove it: the theme has no fonts to copy");
    html.removed("google-analytics", "remove it: the pages load nothing from other hosts");
    html.close();
}

fn read_incident(config: &mut Config, mut incident: Table<'_>) {
    config.zone = incident.text("zone").and_then(|(text, at)| match Tz::from_str_insensitive(&text) {
        Ok(zone) => Some(zone.name().to_owned()),
        Err(_) => {
            let help = nearest_zone(&text)
                .map_or_else(|| "use a name such as `Europe/Berlin` or `UTC`".to_owned(), |zone| format!("did you mean `{zone}`?"));
            incident.findings().value(at, format!("`incident.zone` cannot be `{text}`: there is no such zone"), help);
            None
        }
    });
    config.date_order = incident.choice("date-order", &[("day-month", DateOrder::DayMonth), ("month-day", DateOrder::MonthDay)]);
    read_severities(config, &incident.table("severities"));
    read_headings(config, &incident.table("headings"));
    incident.close();
}

fn read_severities(config: &mut Config, severities: &Table<'_>) {
    for entry in severities.free_keys() {
        let Some(text) = severities.as_text(entry) else { continue };
        match Severity::parse(&text.to_uppercase()) {
            Some(severity) => {
                config.severities.insert(entry.name.to_lowercase(), severity);
            }
            None => severities.findings().value(
                &entry.value.at,
                format!("`incident.severities.{}` cannot be `{text}`", entry.name),
                "use `\"SEV1\"` to `\"SEV5\"`",
            ),
        }
    }
}

fn read_headings(config: &mut Config, headings: &Table<'_>) {
    for entry in headings.free_keys() {
        if SectionRole::parse(&entry.name).is_none() {
            let names: Vec<&str> = SectionRole::ALL.iter().map(|role| role.as_str()).collect();
            let message = format!("`incident.headings.{}` is no part of a postmortem that hindsite knows", entry.name);
            headings.findings().value(&entry.at, message, format!("use one of {}", names.join(", ")));
        } else if let Some(texts) = headings.as_texts(entry) {
            config.headings.insert(entry.name.clone(), texts);
        }
    }
}

fn read_taxonomy(config: &mut Config, mut taxonomy: Table<'_>) {
    config.taxonomy.replace = taxonomy.bool("replace").unwrap_or(false);
    config.taxonomy.causes = read_terms(&taxonomy.table("causes"));
    config.taxonomy.components = read_terms(&taxonomy.table("components"));
    taxonomy.close();
}

fn read_terms(terms: &Table<'_>) -> BTreeMap<String, TermSettings> {
    let mut read = BTreeMap::new();
    for entry in terms.free_keys() {
        let is_name = !entry.name.is_empty() && entry.name.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_name {
            let message = format!("`{}` cannot be the name of a tag", entry.name);
            terms.findings().value(&entry.at, message, "use lower-case letters, digits and hyphens: `disk-full`");
            continue;
        }
        let Some(mut term) = terms.free_table(entry) else { continue };
        let settings = TermSettings {
            definition: term.text("definition").map(|(text, _)| text),
            spellings: term.texts("spellings").unwrap_or_default(),
            not: term.texts("not").unwrap_or_default(),
        };
        term.close();
        read.insert(entry.name.clone(), settings);
    }
    read
}

fn read_stats(config: &mut Config, mut stats: Table<'_>) {
    let meanings = [("recover", MttrMeaning::Recover), ("repair", MttrMeaning::Repair), ("respond", MttrMeaning::Respond)];
    config.mttr = stats.choice("mttr", &meanings);
    config.recurrence_window_days = stats.integer("recurrence-window-days", 1);
    config.show_mean = stats.bool("mean");
    config.weigh_downtime = stats.choice("downtime", &[("full", false), ("weighted", true)]);
    stats.close();
}

fn read_publish(config: &mut Config, publish: &Table<'_>) {
    config.publish = publish.free_keys().map(|entry| (entry.name.clone(), entry.value.to_json())).collect();
}

fn keep_if(keep: bool, text: String, at: &At, table: &Table<'_>, say: impl Fn(&str) -> (String, String)) -> Option<String> {
    if keep {
        return Some(text);
    }
    let (message, help) = say(&text);
    table.findings().value(at, message, help);
    None
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !text.contains(char::is_whitespace))
}

fn nearest_zone(text: &str) -> Option<&'static str> {
    let written = text.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&written, &name.to_lowercase());
    let by_city = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&text.replace(' ', "_")));
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    names()
        .find(by_city)
        .or_else(|| names().map(|name| (distance(name), name)).min().filter(|(distance, _)| *distance <= 3).map(|(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::{
        super::tree::{apply_environment, parse_toml},
        *,
    };

    fn read(text: &str, variables: &[(&str, &str)]) -> (Config, Vec<Diagnostic>) {
        let mut keys = parse_toml(text).unwrap();
        let variables: Vec<(String, String)> = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        apply_environment(&mut keys, &variables);
        read_config(&keys)
    }

    /// Each expectation: the text that the diagnostic points at, then what message and help hold.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let found = read(text, &[]).1;
        let shown: Vec<_> =
            found.iter().map(|d| (d.span.unwrap().text(text), d.message.as_str(), d.help.as_deref().unwrap_or(""))).collect();
        assert_eq!(shown.len(), expected.len(), "{shown:?}");
        for ((at, message, help), (expected_at, expected_message, expected_help)) in shown.iter().zip(expected) {
            assert!(at == expected_at && message.contains(expected_message) && help.contains(expected_help), "{at} | {message} | {help}");
        }
    }

    #[test]
    fn unknown_key_names_the_one_that_was_meant() {
        check("[book]\ntitel = \"x\"\n", &[("titel", "unknown key `book.titel`", "did you mean `title`?")]);
        check("[build]\nbuild_dir = \"x\"\n", &[("build_dir", "unknown key `build.build_dir`", "did you mean `build-dir`?")]);
        check("[book]\nsite-url = \"/\"\n", &[("site-url", "unknown key", "belongs to `[output.html]`")]);
        check("[boook]\n", &[("boook", "unknown key `boook`", "did you mean `book`?")]);
        check("[book]\nxyzzy = 1\n", &[("xyzzy", "unknown key `book.xyzzy`", "")]);
    }

    #[test]
    fn wrong_type_and_wrong_value_say_what_is_right() {
        check("[book]\ntitle = 3\n", &[("3", "`book.title` must be text, not a number", "title = \"…\"")]);
        check("[book]\nauthors = [1]\n", &[("[1]", "must be a list of texts", "authors")]);
        check("book = 1\n", &[("1", "`book` must be a table", "[book]")]);
        check("[stats]\nmttr = \"mean\"\n", &[("\"mean\"", "cannot be `mean`", "\"recover\"")]);
        check("[build]\nmax-file-bytes = 0\n", &[("0", "too small", "the least is 1")]);
        check("[incident]\nzone = \"Berlin\"\n", &[("\"Berlin\"", "no such zone", "Europe/Berlin")]);
        check("[incident.severities]\nBad = \"high\"\n", &[("\"high\"", "cannot be `high`", "SEV1")]);
        check("[incident.headings]\nablauf = []\n", &[("ablauf", "no part of a postmortem", "timeline")]);
        check("[output.html]\nsite-url = \"repo\"\n", &[("\"repo\"", "cannot be `repo`", "/postmortems/")]);
        check("[output.html]\nedit-url-template = \"https://x.org/\"\n", &[("\"https://x.org/\"", "cannot be", "{path}")]);
        check("[taxonomy.causes.\"Disk Full\"]\n", &[("\"Disk Full\"", "name of a tag", "disk-full")]);
    }

    #[test]
    fn settings_of_mdbook_are_accepted_with_one_note() {
        let text =
            "[output.html]\nmathjax-support = true\n[output.html.fold]\nenable = true\n[output.linkcheck]\n[preprocessor.x]\n[rust]\n";
        check(text, &[("fold", "`output.html.fold`, `output.html.mathjax-support`, `output.linkcheck`, `rust`, `preprocessor`", "")]);
    }

    #[test]
    fn removed_keys_say_what_to_do() {
        check("[output.html]\ncurly-quotes = true\n", &[("curly-quotes", "no longer has", "remove it")]);
    }

    #[test]
    fn everything_of_ours_is_read() {
        let (config, found) = read(
            "[incident]\nzone = \"europe/berlin\"\ndate-order = \"day-month\"\n[incident.severities]\nBlocker = \"sev1\"\n[incident.headings]\ntimeline = \"Ablauf\"\n\
             [taxonomy]\nreplace = true\n[taxonomy.causes.disk-full]\nspellings = [\"disk full\"]\n[stats]\nmttr = \"repair\"\nrecurrence-window-days = 90\nmean = true\ndowntime = \"weighted\"\n\
             [publish.wiki]\nspace = \"OPS\"\n[output.html.redirect]\n\"/old.html\" = \"new.html\"\n",
            &[],
        );
        assert_eq!(found, []);
        assert_eq!(config.zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(config.severities["blocker"], Severity::Sev1);
        assert_eq!(config.headings["timeline"], ["Ablauf"]);
        assert_eq!(config.taxonomy.causes["disk-full"].spellings, ["disk full"]);
        assert_eq!((config.mttr, config.recurrence_window_days), (Some(MttrMeaning::Repair), Some(90)));
        assert_eq!((config.show_mean, config.weigh_downtime), (Some(true), Some(true)));
        assert_eq!(config.publish["wiki"]["space"], "OPS");
        assert_eq!(config.redirects["old.html"], "new.html");
    }

    #[test]
    fn environment_wins_by_the_rules_of_mdbook() {
        let text = "[book]\ntitle = \"a\"\nlanguage = \"de\"\n";
        let (config, found) =
            read(text, &[("HINDSITE_BOOK__TITLE", "2024"), ("HINDSITE_BUILD__BUILD_DIR", "out"), ("HINDSITE_LOG", "debug")]);
        assert_eq!(found, []);
        assert_eq!(
            (config.title.as_deref(), config.build_dir.as_deref(), config.language.as_deref()),
            (Some("2024"), Some("out"), Some("de"))
        );
        assert_eq!(read(text, &[("HINDSITE_BOOK", "{\"title\": \"b\"}")]).0.language, None, "a whole table replaces the table");
        assert!(read(text, &[("HINDSITE_BOOK__TITEL", "x")]).1[0].message.contains("environment variable `HINDSITE_BOOK__TITEL`"));
    }
}
