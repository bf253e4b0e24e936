//! What is around every page: head, navigation, breadcrumb, footer.

use serde::Serialize;

use super::{Link, Scene};
use crate::{
    archive::FacetKind,
    config::RemoteImages,
    site::{PageKind, Part},
};

/// What `base.html` sees as `page`.
#[derive(Debug, Serialize)]
pub(crate) struct Shell {
    /// The page's own title.
    title: String,
    /// The title with the site's.
    full_title: String,
    /// Kebab-case name of its kind.
    kind: &'static str,
    description: String,
    path: String,
    home: String,
    styles: Vec<String>,
    scripts: Vec<String>,
    /// True where the page shows code.
    has_code: bool,
    icon: String,
    feed: Option<String>,
    canonical: Option<String>,
    csp: String,
    nav: Vec<NavItem>,
    search: Option<NavItem>,
    crumbs: Vec<Link>,
    /// What the last, current crumb says.
    crumb_here: String,
    previous: Option<String>,
    next: Option<String>,
    data: String,
    documents: Option<String>,
    document_count: usize,
    built_from: String,
}

#[derive(Debug, Serialize)]
struct NavItem {
    title: String,
    href: String,
    is_current: bool,
}

/// Returns what is around the page; `description` is a sentence about it.
pub(crate) fn shell(scene: &Scene<'_>, title: &str, description: &str) -> Shell {
    let (site, words, page) = (scene.site, scene.words(), scene.page);
    let settings = site.settings();
    let is_home = page.kind == PageKind::Home;
    let href = |path: &str| scene.href(path);
    let code = code(scene);
    let has_code = code != Code::None;
    let styles = scene.theme.styles.iter().chain(has_code.then_some(&scene.theme.code_style));
    // What colours code comes first: the site's script uses it.
    let scripts = (code == Code::Named).then_some(&scene.theme.code_script).into_iter().chain(&scene.theme.scripts);
    let search = site.page("search.html").map(|page| NavItem {
        title: words.get("nav_search"),
        href: href(&page.path),
        is_current: page.path == scene.page.path,
    });
    Shell {
        full_title: if is_home { settings.title.clone() } else { format!("{} · {}", own_title(scene, title), settings.title) },
        title: title.to_owned(),
        kind: kind_name(&page.kind),
        description: description.to_owned(),
        path: page.path.to_string(),
        home: href("index.html"),
        styles: styles.map(|path| href(path)).collect(),
        scripts: scripts.map(|path| href(path)).collect(),
        has_code,
        icon: href(&scene.theme.icon),
        feed: site.page(&site.feed_path(page)).map(|page| href(&page.path)),
        canonical: if page.kind.is_readable() { site.absolute_url(&page.path) } else { None },
        csp: content_security_policy(settings.remote_images),
        nav: nav(scene),
        search,
        crumbs: page.crumbs.iter().map(|crumb| Link { title: crumb_title(scene, crumb), href: href(&crumb.path) }).collect(),
        crumb_here: crumb_here(scene).unwrap_or_else(|| title.to_owned()),
        previous: page.previous.as_ref().map(|path| href(path)),
        next: page.next.as_ref().map(|path| href(path)),
        data: href("data.html"),
        documents: has_documents(site).then(|| href("documents/index.html")),
        document_count: scene.archive().readings.len(),
        built_from: words.count_with("built_from", scene.archive().readings.len(), &[("day", &words.day(settings.as_of))]),
    }
}

/// What code a page shows.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Code {
    None,
    Plain,
    /// With the name of its language.
    Named,
}

fn code(scene: &Scene<'_>) -> Code {
    let file = match scene.page.kind {
        PageKind::Incident(at) => Some(&scene.archive().entries[at].file),
        PageKind::Document(at) => Some(&scene.archive().readings[at].file),
        PageKind::Home => scene.site.introduction().map(|at| &scene.archive().readings[at].file),
        _ => None,
    };
    match file.and_then(|file| scene.bodies.body(file)) {
        Some(body) if body.contains("<pre") => {
            if body.contains("<code class=\"language-") {
                Code::Named
            } else {
                Code::Plain
            }
        }
        _ => Code::None,
    }
}

/// Returns the policy that pages are held to, in their head and in `_headers`.
pub(crate) fn content_security_policy(remote_images: RemoteImages) -> String {
    let images = if remote_images == RemoteImages::Keep { "'self' data: https:" } else { "'self' data:" };
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; object-src 'none'; \
         frame-src 'none'; form-action 'self'; base-uri 'none'"
    )
}

/// Returns the title as tabs and bookmarks show it, which no other page has: incidents of one title differ by id or day, and a cause
/// may be called like a service.
fn own_title(scene: &Scene<'_>, title: &str) -> String {
    match scene.page.kind {
        PageKind::Incident(_) => crumb_here(scene).map_or_else(|| title.to_owned(), |here| format!("{title} · {here}")),
        PageKind::Term(kind, ..) => format!("{}: {title}", scene.words().get(&format!("one_{}", kind.folder()))),
        _ => title.to_owned(),
    }
}

/// Returns what the last crumb says of an incident: its id or its day, because the title stands right below.
fn crumb_here(scene: &Scene<'_>) -> Option<String> {
    let PageKind::Incident(at) = scene.page.kind else { return None };
    let entry = &scene.archive().entries[at];
    super::lists::short_id(entry).or_else(|| Some(scene.entry_day(entry)?.text))
}

/// Returns the title of a page above in the site's language.
fn crumb_title(scene: &Scene<'_>, crumb: &crate::site::Crumb) -> String {
    let words = scene.words();
    match scene.site.page(&crumb.path).map(|page| &page.kind) {
        Some(PageKind::IncidentList(_)) => words.get("nav_incidents"),
        Some(PageKind::FacetIndex(kind)) => words.get(&format!("facet_{}", kind.folder())),
        Some(PageKind::DocumentIndex) => words.get("nav_documents"),
        Some(PageKind::Stats(_)) => words.get("nav_stats"),
        Some(PageKind::Term(kind, at, _)) => scene.term_label(*kind, &scene.archive().facets.get(*kind).terms[*at].name),
        _ => crumb.title.clone(),
    }
}

/// True where the site has pages for documents. Pages are in order of path, so this does not grow with the site.
fn has_documents(site: &crate::site::Site) -> bool {
    let pages = site.pages();
    let from = pages.partition_point(|page| &*page.path < "documents/");
    pages[from..].iter().take_while(|page| page.path.starts_with("documents/")).any(|page| matches!(page.kind, PageKind::Document(_)))
}

fn nav(scene: &Scene<'_>) -> Vec<NavItem> {
    use PageKind::*;
    let words = scene.words();
    let kind = &scene.page.kind;
    let documents = has_documents(scene.site);
    let items = [
        ("nav_incidents", "index.html", matches!(kind, Home | IncidentList(_) | Incident(_)), true),
        ("facet_causes", "causes/index.html", is_facet(kind, FacetKind::Cause), true),
        ("nav_stats", "stats.html", matches!(kind, Stats(_)) || is_other_facet(kind), true),
        ("nav_actions", "actions.html", *kind == Actions, true),
        ("nav_documents", "documents/index.html", matches!(kind, DocumentIndex | Document(_)), documents),
    ];
    items
        .into_iter()
        .filter(|(.., is_shown)| *is_shown)
        .map(|(title, path, is_current, _)| NavItem { title: words.get(title), href: scene.href(path), is_current })
        .collect()
}

fn is_facet(kind: &PageKind, wanted: FacetKind) -> bool {
    matches!(kind, PageKind::FacetIndex(facet) | PageKind::Term(facet, ..) if *facet == wanted)
}

fn is_other_facet(kind: &PageKind) -> bool {
    matches!(kind, PageKind::FacetIndex(facet) | PageKind::Term(facet, ..) if *facet != FacetKind::Cause)
}

fn kind_name(kind: &PageKind) -> &'static str {
    use PageKind::*;
    match kind {
        Home => "home",
        IncidentList(_) => "incidents",
        Incident(_) => "incident",
        FacetIndex(_) => "facet",
        Term(..) => "term",
        Stats(_) => "stats",
        Actions => "actions",
        Search => "search",
        Data => "data",
        DocumentIndex => "documents",
        Document(_) => "document",
        NotFound => "not-found",
        _ => "other",
    }
}

/// The pages of a long list.
#[derive(Debug, Serialize)]
pub(crate) struct Pager {
    pages: Vec<PagerItem>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct PagerItem {
    number: usize,
    href: String,
    is_current: bool,
}

/// Returns the links to the other parts of a list; `None` where there is one only. `path` is of a part's number.
pub(crate) fn pager(scene: &Scene<'_>, part: &Part, path: impl Fn(usize) -> String) -> Option<Pager> {
    let near = |number: usize| number == 1 || number == part.of || number.abs_diff(part.number) <= 2;
    let pages = (1..=part.of)
        .filter(|number| near(*number))
        .map(|number| PagerItem { number, href: scene.href(&path(number)), is_current: number == part.number })
        .collect();
    (part.of > 1).then(|| Pager {
        pages,
        previous: scene.page.previous.as_ref().map(|path| scene.href(path)),
        next: scene.page.next.as_ref().map(|path| scene.href(path)),
    })
}
