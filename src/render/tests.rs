use std::collections::HashMap;

use super::*;
use crate::{archive, config::Settings, document::parse_document, extract::read_document, site, source::Source};

const FULL: &str = "---\nseverity: SEV2\nservices: [checkout]\nstart: 2026-03-14T10:42Z\nend: 2026-03-14T11:57Z\n---\n# Payments failed for 75 minutes <b>& more\n\n## Summary\n\nPayments failed \
for 38% of customers.\n\n## Timeline\n\nAll times UTC, 2026-03-14.\n\n- 10:42 Payments begin to fail for customers\n- 10:51 The alert fires\n\
- 10:55 On-call acknowledges the page\n- 11:40 Rolled back, customers can pay again\n- 11:57 All services back to normal, resolved\n\n\
## Root cause\n\nThe connection pool of the database was exhausted.\n\n| a | b |\n|---|---|\n| [guide](guide.md) | 2 |\n\n## Action items\n\n\
- [ ] Alert on the pool (@ann, due 2026-04-01)\n- [x] Raise the limit\n";
const BARE: &str = "# Postmortem: something was slow\n\nNobody knows why. It went away.\n\n## Impact\n\nPages were slow for some users.\n\n\
## Root cause\n\nNever found.\n";
const AGAIN: &str = "# Payments failed again\n\n**Start:** 2026-06-02 09:00 UTC\n**End:** 2026-06-02 09:30 UTC\n**Service:** checkout\n\n## Impact\n\n\
Payments failed.\n\n## Root cause\n\nThe connection pool of the database was exhausted again.\n";
const MULTI: &str = "# Incidents of one week\n\n## Mail was late on Monday\n\n**Date:** 2026-05-04\n**Start:** 08:00 UTC\n**End:** 09:00 UTC\n\n\
Mail came late.\n\n- 08:00 UTC mail is late\n- 09:00 UTC all mail is out\n\nRoot cause: a queue was full.\n\n\
## Search was down on Wednesday\n\n**Date:** 2026-05-06\n**Start:** 10:00 UTC\n**End:** 10:20 UTC\n\nNo results.\n\n\
- 10:00 UTC search fails\n- 10:20 UTC search is back\n\nRoot cause: the disk was full.\n";

struct TestBodies(HashMap<String, Arc<Body>>);

impl Bodies for TestBodies {
    fn body(&self, file: &str) -> Option<Arc<Body>> {
        self.0.get(file).cloned()
    }
}

struct Sample {
    theme: Theme,
    site: Site,
    bodies: TestBodies,
}

impl Sample {
    fn new(settings: Settings, files: &[(&str, &str)]) -> Self {
        let mut bodies = HashMap::new();
        let mut readings = Vec::new();
        for (path, text) in files {
            let document = parse_document(&Source::from_text(path, text)).value;
            readings.push(Arc::new(read_document(&settings.read, &document).value));
            bodies.insert((*path).to_owned(), Arc::new(markdown::render_body(&settings, &document).value));
        }
        let archive = archive::collect(&settings, readings).value;
        let theme = Theme::load(&settings).expect("the theme loads").value;
        Self { theme, site: site::plan(&settings, archive, Vec::new()).value, bodies: TestBodies(bodies) }
    }

    fn page(&self, path: &str) -> String {
        let bytes =
            render_page(&self.theme, &self.site, &self.bodies, path).unwrap_or_else(|d| panic!("{path}: {} {:?}", d.message, d.path));
        String::from_utf8(bytes).expect("pages are UTF-8")
    }
}

fn settings() -> Settings {
    Settings { as_of: "2026-06-20".parse().expect("a day"), ..Settings::default() }
}

fn sample() -> Sample {
    Sample::new(
        settings(),
        &[
            ("2026/payments.md", FULL),
            ("2026/slow.md", BARE),
            ("2026/again.md", AGAIN),
            ("week.md", MULTI),
            ("guide.md", "# How we write\n\nPlainly.\n"),
        ],
    )
}

fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

#[test]
fn every_page_renders_without_inline_code_and_with_unique_ids() {
    for sample in [sample(), Sample::new(settings(), &[]), Sample::new(settings(), &[("one.md", FULL)])] {
        for path in sample.site.paths().filter(|path| path.ends_with(".html")) {
            let html = sample.page(path);
            for forbidden in [" style=", "<style", "<script>", "javascript:", " onclick="] {
                assert!(!html.contains(forbidden), "{path} has {forbidden}");
            }
            assert_eq!(html.matches("<h1").count(), 1, "{path}: one h1");
            let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), count, "{path}: ids are unique");
        }
    }
}

#[test]
fn files_for_programs_render() {
    let sample = sample();
    for path in sample.site.paths().filter(|path| !path.ends_with(".html")) {
        render_page(&sample.theme, &sample.site, &sample.bodies, path).unwrap_or_else(|d| panic!("{path}: {}", d.message));
    }
    for (path, bytes) in sample.theme.assets() {
        assert_eq!(sample.page(path).as_bytes(), bytes);
    }
}

#[test]
fn nothing_of_the_text_is_lost() {
    let sample = sample();
    for (path, text) in [("incidents/payments.html", FULL), ("incidents/slow.html", BARE), ("incidents/again.html", AGAIN)] {
        let shown = text_of(&sample.page(path)).replace("&#x2F;", "/");
        let body = text.rsplit("---\n").next().unwrap_or(text);
        let words = body.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !matches!(*word, "" | "x" | "md"));
        for word in words {
            assert!(shown.contains(word), "{path} lost `{word}`");
        }
    }
}

#[test]
fn title_is_escaped() {
    let html = sample().page("incidents/payments.html");
    assert!(html.contains("Payments failed for 75 minutes"), "the title is there");
    assert!(!html.contains("<b>&"), "markup of a title is text or gone");
}

#[track_caller]
fn check_incident(path: &str, has: &[&str], has_not: &[&str]) {
    let html = sample().page(path).replace('\u{a0}', " ");
    for text in has {
        assert!(html.contains(text), "{path} lacks `{text}`");
    }
    for text in has_not {
        assert!(!html.contains(text), "{path} has `{text}`");
    }
}

#[test]
fn incident_with_all_facts_shows_them() {
    check_incident(
        "incidents/payments.html",
        &[
            "Resolved in 1 h 15 min",
            "<span class=\"sev s2\">SEV2</span>",
            "url(#hatch)",
            "id=\"hs-t20260314T1042\"",
            "#i-detect",
            "9 min",
            "Overdue by 80 days",
            "inferred</a>",
            "The timeline as written",
        ],
        &[],
    );
}

#[test]
fn incident_without_facts_says_so_quietly() {
    check_incident("incidents/slow.html", &["Nobody knows why"], &["class=\"phases\"", "class=\"tl\"", "Seen before", "undefined"]);
}

#[test]
fn incident_that_came_back_names_the_one_before() {
    check_incident("incidents/again.html", &["Seen before: once on checkout", "80 days after the last one", "Alert on the pool"], &[]);
}

#[test]
fn part_of_a_document_shows_its_own_text_alone() {
    let sample = sample();
    let paths: Vec<String> = sample
        .site
        .paths()
        .filter(|path| path.starts_with("incidents/") && path.contains("mail-was-late"))
        .map(ToString::to_string)
        .collect();
    let html = sample.page(paths.first().expect("a page of the first part"));
    assert!(html.contains("a queue was full"));
    assert!(!text_of(&html).contains("the disk was full"));
}

#[test]
fn page_for_wrong_addresses_uses_the_base_path() {
    let sample = Sample::new(Settings { site_url: "https://example.org/log/".to_owned(), ..settings() }, &[("one.md", FULL)]);
    let html = sample.page("404.html");
    assert!(html.contains("href=\"/log/assets/style-"), "{html}");
    assert!(sample.page("sitemap.xml").contains("<loc>https://example.org/log/incidents/one.html</loc>"));
    assert!(sample.page("incidents/one.html").contains("<link rel=\"canonical\" href=\"https://example.org/log/incidents/one.html\">"));
}

#[test]
fn german_site_speaks_german() {
    let sample = Sample::new(Settings { language: "de-AT".to_owned(), ..settings() }, &[("one.md", FULL)]);
    let html = sample.page("incidents/one.html").replace('\u{a0}', " ");
    for text in ["lang=\"de-AT\"", "Behoben nach 1 h 15 min", "Samstag, 14. März 2026", "Zeitverlauf", "Seit 80 Tagen überfällig"] {
        assert!(html.contains(text), "lacks `{text}`");
    }
}

#[test]
fn undefined_variable_of_a_replaced_template_is_named_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("theme")).expect("a folder");
    std::fs::write(folder.path().join("theme/data.html"), "<p>\n{{ view.nothing }}").expect("written");
    let settings = Settings { root: folder.path().to_owned(), theme_dir: Some(folder.path().join("theme")), ..settings() };
    let sample = Sample::new(settings, &[("one.md", FULL)]);
    let diagnostic = render_page(&sample.theme, &sample.site, &sample.bodies, "data.html").expect_err("the template is wrong");
    assert_eq!((diagnostic.code, diagnostic.path.as_deref()), (Code::TemplateBroken, Some("theme/data.html")));
    assert!(diagnostic.span.is_some_and(|span| span.start >= 4), "{:?}", diagnostic.span);
}

#[test]
fn same_input_gives_the_same_bytes() {
    let (one, two) = (sample(), sample());
    for path in one.site.paths().filter(|path| path.ends_with(".html")) {
        assert_eq!(one.page(path), two.page(path), "{path}");
    }
}

/// Returns the text of the statistics of everything for `count` incidents of 10, 20, 30 … minutes, one a week; `more` are added.
#[track_caller]
fn statistics(settings: Settings, count: u32, more: &[(&str, &str)]) -> String {
    let files: Vec<(String, String)> = (1..=count)
        .map(|number| {
            let day =
                chrono::NaiveDate::from_ymd_opt(2025, 1, 6).and_then(|day| day.checked_add_days(chrono::Days::new(u64::from(7 * number))));
            let day = day.expect("a day");
            let end = format!("{:02}:{:02}", 8 + number * 10 / 60, number * 10 % 60);
            let text = format!("---\ntitle: Number {number}\nstarted: {day} 08:00\nended: {day} {end}\nzone: UTC\nservices: [mail]\n---\n");
            (format!("incident-{number}.md"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).chain(more.iter().copied()).collect();
    let sample = Sample::new(settings, &files);
    words_of(&sample.page(sample.site.stats_path(1)))
}

fn words_of(html: &str) -> String {
    text_of(html).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn statistics_say_no_more_than_their_number_supports() {
    for (count, has, has_not) in [
        (1, vec!["too few (needs 6)", "10 min: Number 1"], vec!["Longest:", "How the times to resolve spread"]),
        (5, vec!["too few (needs 6)", "50 min: Number 5"], vec!["Longest:"]),
        (6, vec!["35 min", "10 min to 1 h", "too few (needs 20)", "Longest: 1 h, Number 6"], vec!["too few (needs 6)", "10 min: Number 1"]),
        (19, vec!["1 h 40 min", "50 min to 2 h 30 min", "too few (needs 20)"], vec![]),
        (20, vec!["1 h 45 min", "1 h to 2 h 30 min", "3 h 1 min"], vec!["too few (needs 20)", "mean", "Mean"]),
    ] {
        let page = statistics(settings(), count, &[]);
        let main = page.split("How long each step takes").nth(1).and_then(|rest| rest.split("Line: median").next()).expect("a section");
        let row = main.split("Time to resolve TTR").nth(1).expect("a row");
        for text in has {
            assert!(row.contains(text), "{count}: lacks `{text}`: {row}");
        }
        for text in has_not {
            assert!(!row.contains(text), "{count}: has `{text}`: {row}");
        }
    }
    let none = words_of(&Sample::new(settings(), &[("README.md", "# Nothing\n")]).page("stats.html"));
    assert!(none.contains("No incidents yet.") && !none.contains("How long each step takes"), "{none}");
}

#[test]
fn means_and_weighted_downtime_are_told_on_request_alone() {
    let plain = statistics(settings(), 6, &[]);
    let asked = statistics(Settings { show_mean: true, weigh_downtime: true, ..settings() }, 6, &[]);
    for text in ["Mean 35 min; one incident is 29 % of it.", "Weighted"] {
        assert!(asked.contains(text) && !plain.contains(text), "{text}: {asked}");
    }
    assert!(plain.contains("mail 3 h 30 min 99.97 % 6"), "{plain}");
}

#[test]
fn what_is_in_no_figure_is_listed_by_name() {
    let drill = ("drill.md", "---\nstarted: 2025-05-05 08:00\nended: 2025-05-05 20:00\nzone: UTC\ntype: drill\n---\n\n# Failover drill\n");
    let open = ("open.md", "---\nstarted: 2025-05-06 08:00\nzone: UTC\nstatus: open\n---\n\n# Still slow\n");
    let page = statistics(settings(), 6, &[drill, open]);
    for text in ["1 drill, in no figure: Failover drill", "1 goes on, so it has no time to resolve: Still slow", "Longest: 1 h, Number 6"] {
        assert!(page.contains(text), "lacks `{text}`: {page}");
    }
}

#[test]
fn similar_words_alone_are_told_as_a_doubt() {
    let text = |day: &str, rest: &str| {
        format!(
            "---\ntitle: Lookups {day}\nstarted: {day} 08:00\nzone: UTC\ncauses: [capacity]\ncomponents: [dns]\n---\n\n## Root cause\n\nThe resolver cache overflowed after {rest}\n"
        )
    };
    let (first, again) = (
        text("2026-05-04", "a prefix rollout doubled the lookups that every edge pod makes."),
        text("2026-06-10", "forwarders restarted, and lookups piled up behind one upstream."),
    );
    let sample = Sample::new(settings(), &[("a.md", &first), ("b.md", &again)]);
    let (home, incident) = (words_of(&sample.page("index.html")), words_of(&sample.page("incidents/b.html")));
    assert!(home.contains("One of them may have happened before.") && home.contains("resembles an earlier one"), "{home}");
    assert!(incident.contains("Perhaps seen before: once") && !incident.contains("Seen before:"), "{incident}");
}

#[test]
fn a_service_that_every_incident_names_is_on_all_of_them() {
    let text = |service: &str| format!("---\ndate: 2026-05-04\ncauses: [capacity]\nservices: [{service}]\n---\n\n# Slow {service}\n");
    let lead = |services: &[&str]| {
        let files: Vec<(String, String)> = services.iter().enumerate().map(|(at, name)| (format!("{at}.md"), text(name))).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        words_of(&Sample::new(settings(), &files).page("causes/capacity.html"))
    };
    let (all, most) = (lead(&["mail", "mail"]), lead(&["mail", "mail", "chat"]));
    assert!(all.contains(", all on mail.") && !all.contains("of them on"), "{all}");
    assert!(most.contains(", two of them on mail."), "{most}");
}

#[test]
fn an_action_that_was_asked_for_again_is_settled_only_where_its_states_say_so() {
    let page = |state: &str| {
        let text = |day: &str| {
            format!(
                "---\ndate: {day}\ncauses: [capacity]\n---\n\n# Slow on {day}\n\n## Action items\n\n- {state}Alert on the length of the mail queue\n"
            )
        };
        let (first, again) = (text("2026-05-04"), text("2026-06-10"));
        words_of(&Sample::new(settings(), &[("a.md", &first), ("b.md", &again)]).page("causes/capacity.html"))
    };
    let (unknown, done) = (page(""), page("[x] "));
    assert!(unknown.contains("State not stated") && !unknown.contains("None open"), "{unknown}");
    assert!(done.contains("None open") && !done.contains("State not stated"), "{done}");
}

#[test]
fn a_month_of_a_quarter_that_had_no_incident_is_counted_once_it_is_over() {
    let text = |day: &str| format!("---\nstarted: {day} 08:00\nzone: UTC\n---\n\n# Slow on {day}\n");
    let days = ["2025-12-03", "2026-01-14", "2026-02-03", "2026-04-08"];
    let files: Vec<(String, String)> = days.iter().map(|day| (format!("{day}.md"), text(day))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sample = Sample::new(settings(), &files);
    let (first, second) = (words_of(&sample.page("stats/2026-q1.html")), words_of(&sample.page("stats/2026-q2.html")));
    assert!(first.contains("Jan 2026 to Mar 2026") && first.contains("Between 0 and 1 incident a month"), "{first}");
    // The day is 20 June: May is over, June is not.
    assert!(second.contains("Apr 2026 to May 2026"), "{second}");
    // Nothing is known of the time before the first incident.
    let year = words_of(&sample.page("stats/2025.html"));
    assert!(!year.contains("Month by month"), "{year}");
}
