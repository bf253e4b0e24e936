//! `book.toml` as written, resolved with what the command line passes in and the defaults into what the program obeys.

mod load;
mod read;
mod table;
mod tree;

use std::{collections::BTreeMap, path::PathBuf};

use chrono::NaiveDate;

pub use load::{Loaded, Overrides, load, real_path};

use crate::incident::Severity;

/// How numeric dates such as `04/05/2024` are read where the document itself does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Day first.
    DayMonth,
    /// Month first.
    MonthDay,
}

/// What MTTR means on this site. See `domain.md` 3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MttrMeaning {
    /// End minus start.
    #[default]
    Recover,
    /// End minus the beginning of the work (acknowledged, else detected).
    Repair,
    /// End minus detected.
    Respond,
}

/// What is done with raw HTML in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// Kept where it is harmless.
    #[default]
    Sanitize,
    /// Shown as text.
    Escape,
}

/// What is done with images of other hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RemoteImages {
    /// Shown, loaded lazily and without referrer.
    #[default]
    Keep,
    /// Shown as a link.
    Link,
}

/// What the reader of documents obeys; the same for every document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadSettings {
    /// `[incident] zone`: the zone of documents that state none, such as `Europe/Berlin`.
    pub zone: Option<String>,
    /// `[incident] date-order`.
    pub date_order: Option<DateOrder>,
    /// `[incident.severities]`: the team's own words, folded to lower case.
    pub severities: BTreeMap<String, Severity>,
    /// `[incident.headings]`: further spellings of section headings, by canonical role.
    pub headings: BTreeMap<String, Vec<String>>,
    /// `[taxonomy]`: further or replaced causes and components.
    pub taxonomy: TaxonomySettings,
}

/// `[taxonomy]`: what the team adds to the closed lists of causes and components, or puts in their place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxonomySettings {
    /// `[taxonomy] replace = true`: the built-in lists are not used.
    pub replace: bool,
    /// `[taxonomy.causes.NAME]`.
    pub causes: BTreeMap<String, TermSettings>,
    /// `[taxonomy.components.NAME]`.
    pub components: BTreeMap<String, TermSettings>,
}

/// One term that the team defines: `{ definition = "…", spellings = ["…"], not = ["…"] }`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermSettings {
    /// What it means.
    pub definition: Option<String>,
    /// Words and phrases that mean it.
    pub spellings: Vec<String>,
    /// Phrases in which a spelling does not mean it.
    pub not: Vec<String>,
}

/// What the program obeys: flags, then environment, then `book.toml`, then defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder that holds `book.toml`, or the content folder itself where there is none.
    pub root: PathBuf,
    /// The content folder.
    pub content_dir: PathBuf,
    /// The output folder.
    pub output_dir: PathBuf,
    /// The folder whose files replace the built-in theme's, where it exists.
    pub theme_dir: Option<PathBuf>,
    /// True where there is a `book.toml`.
    pub has_config: bool,
    /// `[book] title`.
    pub title: String,
    /// `[book] authors`.
    pub authors: Vec<String>,
    /// `[book] description`.
    pub description: Option<String>,
    /// `[book] language`, such as `en` or `de`.
    pub language: String,
    /// `[book] text-direction`, else by language: true for right-to-left.
    pub right_to_left: bool,
    /// `[output.html] site-url`: a path (`/repo/`) or a whole URL. Default `/`.
    pub site_url: String,
    /// `[output.html] cname`.
    pub cname: Option<String>,
    /// `[output.html] git-repository-url`.
    pub git_repository_url: Option<String>,
    /// `[output.html] edit-url-template`, with `{path}`.
    pub edit_url_template: Option<String>,
    /// `[output.html] additional-css`, below `root`.
    pub additional_css: Vec<PathBuf>,
    /// `[output.html] additional-js`, below `root`.
    pub additional_js: Vec<PathBuf>,
    /// `[output.html.redirect]`: old path to new path.
    pub redirects: BTreeMap<String, String>,
    /// `[output.html] remote-images`.
    pub remote_images: RemoteImages,
    /// `[output.html] raw-html`.
    pub raw_html: RawHtml,
    /// `[build] max-file-bytes`.
    pub max_file_bytes: u64,
    /// `[incident]` and `[taxonomy]`.
    pub read: ReadSettings,
    /// `[stats] mttr`.
    pub mttr: MttrMeaning,
    /// `[stats] recurrence-window-days`.
    pub recurrence_window_days: i64,
    /// `[stats] mean`: true where means are published too.
    pub show_mean: bool,
    /// `[stats] downtime = "weighted"`: true where downtime weighted by the share affected is published too.
    pub weigh_downtime: bool,
    /// `[build] extra-watch-dirs`: further folders whose changes `serve` and `watch` obey.
    pub extra_watch_dirs: Vec<PathBuf>,
    /// `[publish.NAME]`, as written: each wiki reads its own.
    pub publish: BTreeMap<String, serde_json::Value>,
    /// The day that the site is "as of".
    pub as_of: NaiveDate,
}

impl Default for Settings {
    /// Returns what holds where nothing is said; the folders are those of a site in the current folder.
    fn default() -> Self {
        Self {
            root: PathBuf::from("."),
            content_dir: PathBuf::from("content"),
            output_dir: PathBuf::from("site"),
            theme_dir: None,
            has_config: false,
            title: "Postmortems".to_owned(),
            authors: Vec::new(),
            description: None,
            language: "en".to_owned(),
            right_to_left: false,
            site_url: "/".to_owned(),
            cname: None,
            git_repository_url: None,
            edit_url_template: None,
            additional_css: Vec::new(),
            additional_js: Vec::new(),
            redirects: BTreeMap::new(),
            remote_images: RemoteImages::default(),
            raw_html: RawHtml::default(),
            max_file_bytes: 2 * 1024 * 1024,
            read: ReadSettings::default(),
            mttr: MttrMeaning::default(),
            recurrence_window_days: 365,
            show_mean: false,
            weigh_downtime: false,
            extra_watch_dirs: Vec::new(),
            publish: BTreeMap::new(),
            as_of: NaiveDate::default(),
        }
    }
}
