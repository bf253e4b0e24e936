//! The program from the outside: what it prints, its exit code, and the files that it writes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, SystemTime},
};

use assert_cmd::Command;
use serde_json::Value;

const MANIFEST: &str = ".hindsite-manifest.json";

/// A copy of a fixture in a folder of its own.
struct Site {
    dir: tempfile::TempDir,
}

impl Site {
    fn new(fixture: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture), dir.path());
        Self { dir }
    }

    fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Runs the program in this folder, as of a day that does not change.
    fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = Command::cargo_bin("hindsite").unwrap();
        command.current_dir(self.dir.path()).env("SOURCE_DATE_EPOCH", "1790000000").env_remove("NO_COLOR");
        command.args(args).envs(variables.iter().copied());
        Run(command.output().unwrap())
    }

    fn run_fed(&self, args: &[&str], stdin: &[u8]) -> Run {
        let mut command = assert_cmd::Command::cargo_bin("hindsite").unwrap();
        Run(command.current_dir(self.dir.path()).args(args).write_stdin(stdin).output().unwrap())
    }

    /// Returns the files below `path` with their bytes.
    fn tree(&self, path: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path(path);
        let mut files = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    let name = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, fs::read(entry.path()).unwrap());
                }
            }
        }
        files
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

struct Run(Output);

impl Run {
    #[track_caller]
    fn code(self, expected: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(expected), "stdout: {}\nstderr: {}", self.out(), self.err());
        self
    }

    #[track_caller]
    fn says(self, expected: &str) -> Self {
        assert!(self.err().contains(expected), "no {expected:?} in: {}", self.err());
        self
    }

    fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.0.stdout).unwrap()
    }
}

#[test]
fn build_says_what_it_did_and_a_second_one_writes_nothing() {
    let site = Site::new("small");
    let run = site.run(&["build"]).code(0).says("2 incidents from 4 files in content → site (");
    assert!(run.err().contains(" written, 0 unchanged)"), "{}", run.err());
    assert_eq!(run.out(), "", "stdout is for data");
    for path in ["index.html", "incidents/oven-queue.html", "404.html", "data/incidents.json", MANIFEST] {
        assert!(site.path("site").join(path).is_file(), "{path}");
    }
    site.run(&["build"]).code(0).says(": 0 written, ");
}

#[test]
fn two_builds_are_equal_to_the_byte_on_any_number_of_threads() {
    let site = Site::new("small");
    site.run_with(&["build", "-d", "one"], &[("RAYON_NUM_THREADS", "1")]).code(0);
    site.run_with(&["build", "-d", "two"], &[("RAYON_NUM_THREADS", "2")]).code(0);
    let (one, two) = (site.tree("one"), site.tree("two"));
    assert!(one.len() > 10);
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(bytes == &two[path], "{path} differs");
    }
}

#[test]
fn unchanged_page_is_not_written_again() {
    let site = Site::new("small");
    site.run(&["build"]).code(0);
    let page = site.path("site/incidents/till-certificate.html");
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    fs::File::options().write(true).open(&page).unwrap().set_modified(old).unwrap();
    site.write("content/notes/how.md", "# How\n\nSooner.\n");
    site.run(&["build"]).code(0);
    assert_eq!(fs::metadata(&page).unwrap().modified().unwrap(), old);
    assert!(site.text("site/documents/how.html").contains("Sooner."), "the page that changed is new");
}

#[test]
fn page_of_a_removed_document_goes_and_files_of_people_stay() {
    let site = Site::new("small");
    site.run(&["build"]).code(0);
    site.write("site/incidents/mine.txt", "mine");
    fs::remove_file(site.path("content/2026/till-certificate.md")).unwrap();
    site.write("content/2026/oven-queue.md", "# Orders wait in the oven queue\n\nSince 2026-03-04 06:10 UTC.\n");
    site.run(&["build"]).code(0).says("warning[PM046]").says("`till-certificate`");
    assert!(!site.path("site/incidents/till-certificate.html").exists());
    assert_eq!(site.text("site/incidents/mine.txt"), "mine");
}

#[test]
fn failing_build_leaves_the_old_site() {
    let site = Site::new("small");
    site.run(&["build"]).code(0);
    let before = site.tree("site");
    site.write("theme/incident.html", "{% extends \"theme/incident.html\" %}{% block nothing");
    site.write("content/2026/new.md", "# New outage\n\nOn 2026-05-05.\n");
    site.run(&["build"]).code(2).says("incident.html");
    assert!(before == site.tree("site"));
}

#[test]
fn strict_build_with_problems_writes_nothing() {
    let site = Site::new("bad");
    site.run(&["build", "--strict"]).code(1).says("nothing was written");
    assert!(!site.path("site").exists());
    Site::new("small").run(&["build", "--strict"]).code(0);
}

#[test]
fn destination_of_others_is_refused() {
    let site = Site::new("small");
    site.write("out/thesis.txt", "mine");
    site.run(&["build", "-d", "out"])
        .code(2)
        .says("error: cannot write the site to out: it holds files that hindsite did not write, such as `thesis.txt`");
    assert_eq!(site.tree("out").len(), 1);
    site.run(&["build", "-d", "content"]).code(2).says("would lie inside it");
    site.run(&["build", "-d", "."]).code(2);
}

#[test]
fn any_folder_is_a_site_without_configuration() {
    let site = Site::empty();
    site.write(
        "our-outages/a.md",
        "# The lift stood still\n\n## Timeline\n\n2026-02-03, UTC\n\n- 10:00 it stops\n- 11:00 it goes\n\n## Root cause\n\nDust.\n",
    );
    site.run(&["build", "our-outages"]).code(0).says("1 incident from 1 file in our-outages → site");
    assert!(site.text("site/index.html").contains("Our outages"), "the folder's name is the title");
    site.run(&["build", "nowhere"]).code(2).says("error: cannot read nowhere");
}

#[test]
fn bad_input_has_a_diagnostic_with_its_place_and_still_a_page() {
    let site = Site::new("bad");
    fs::File::create(site.path("content/huge.md")).unwrap().set_len(50 * 1024 * 1024).unwrap();
    let report = site.run(&["check", "--format", "json"]).code(1).json();
    let found: Vec<(String, String, u64, u64)> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            assert!(found["help"].is_string(), "no help: {found}");
            let text = |key: &str| found[key].as_str().unwrap_or("").to_owned();
            (text("file"), text("code"), found["line"].as_u64().unwrap_or(0), found["column"].as_u64().unwrap_or(0))
        })
        .collect();
    let expected = [
        ("content/empty.md", "PM003", 1, 1),
        ("content/end-before-start.md", "PM023", 4, 1),
        ("content/front-matter.md", "PM010", 2, 8),
        ("content/huge.md", "PM002", 1, 1),
        ("content/impossible-date.md", "PM020", 3, 1),
        ("content/missing.md", "PM042", 3, 11),
        ("content/missing.md", "PM041", 3, 40),
        ("content/twice/two.md", "PM040", 2, 1),
    ];
    for (file, code, line, column) in expected {
        let wanted = (file.to_owned(), code.to_owned(), line, column);
        assert!(found.contains(&wanted), "no {wanted:?} in {found:#?}");
    }
    site.run(&["build"]).code(0);
    let pages = site.tree("site");
    let all: String = pages.iter().filter(|(path, _)| path.ends_with(".html")).map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    for words in ["It was.", "The clock was wrong.", "The shop was closed.", "Once.", "Twice."] {
        assert!(all.contains(words), "nothing is lost: {words}");
    }
    for name in ["empty", "huge"] {
        assert!(pages.keys().any(|path| path.contains(name)), "a page for {name}");
    }
}

#[test]
fn folder_without_markdown_is_an_empty_site_with_a_diagnostic() {
    let site = Site::empty();
    site.write("x/picture.txt", "");
    site.run(&["build", "x"]).code(0).says("PM045");
    assert!(site.path("site/index.html").is_file());
}

#[test]
fn mistakes_in_the_configuration_are_shown_and_end_the_run() {
    let site = Site::new("small");
    site.write("book.toml", "[book]\ntitel = \"x\"\n[stats]\nmttr = 3\n");
    let run = site
        .run(&["build"])
        .code(2)
        .says("error[PM091]: unknown key `book.titel`")
        .says(" --> book.toml:2:1")
        .says("did you mean `title`?");
    assert!(run.err().contains("book.toml:4:8") && run.err().contains("PM092"), "{}", run.err());
    site.write("book.toml", "[book\n");
    site.run(&["check"]).code(2).says("error[PM090]").says("book.toml:1:6");
    site.write("book.toml", "");
    site.run_with(&["build"], &[("HINDSITE_BOOK__TITEL", "x")]).code(2).says("`HINDSITE_BOOK__TITEL`");
    site.run_with(&["build"], &[("HINDSITE_BOOK__TITLE", "From outside")]).code(0);
    assert!(site.text("site/index.html").contains("From outside"));
}

#[test]
fn check_speaks_the_language_of_its_reader() {
    let site = Site::new("bad");
    let sarif = site.run(&["check", "--format", "sarif", "--deny", "warnings"]).code(1).json();
    assert_eq!(sarif["version"], "2.1.0");
    let github = site.run(&["check", "--format", "github", "--deny", "warnings"]).code(1).out();
    assert!(github.contains("file=content/missing.md,line=3,endLine=3,col=11"), "{github}");
    let human = site.run(&["check", "--deny", "warnings"]).code(1).says("content/missing.md:3:11");
    assert!(!human.err().contains('\u{1b}'), "no colour where there is no terminal");
    let small = Site::new("small");
    small.run(&["check"]).code(0).says("no problems in 4 files");
    small.write("content/empty.md", "");
    small.run(&["check"]).code(0).says("1 warning");
    small.run(&["check", "--deny", "warnings"]).code(1);
}

#[test]
fn codes_are_explained() {
    let site = Site::empty();
    let run = site.run(&["check", "--explain", "pm023"]).code(0);
    assert!(run.out().starts_with("PM023: ") && run.out().contains("Fix: "), "{}", run.out());
    site.run(&["check", "--explain", "PM999"]).code(2).says("no code `PM999`");
}

#[test]
fn inspect_shows_values_and_their_lines() {
    let site = Site::new("small");
    let out = site.run(&["inspect", "content/2026/till-certificate.md"]).code(0).out();
    for expected in ["The tills refuse every card", "2026-04-11T08:00+02:00", "line 3", "SEV1", "90 min", "not stated"] {
        assert!(out.contains(expected), "{expected} in {out}");
    }
    let json = site.run(&["inspect", "--json", "content/2026/till-certificate.md"]).code(0).json();
    assert_eq!(json["incidents"][0]["file"], "2026/till-certificate.md");
    assert_eq!(json["incidents"][0]["provenance"]["start"]["line"], 3);
    site.run(&["inspect", "content"]).code(2).says("it is a folder");
    site.run(&["inspect", "nowhere.md"]).code(2).says("nowhere.md");
}

#[test]
fn export_is_the_data_of_the_site() {
    let site = Site::new("small");
    site.run(&["build"]).code(0);
    let out = site.run(&["export"]).code(0);
    assert_eq!(out.out(), site.text("site/data/incidents.json"));
    site.run(&["export", "-o", "all.json"]).code(0);
    assert_eq!(site.text("all.json"), out.out());
    assert_eq!(out.json()["as_of"], "2026-09-21", "the day of SOURCE_DATE_EPOCH");
    assert_eq!(site.run(&["export", "--as-of", "2026-01-02"]).code(0).json()["as_of"], "2026-01-02");
}

#[test]
fn init_makes_a_site_that_builds_and_keeps_what_is_there() {
    let site = Site::empty();
    site.run(&["init", "new", "--title", "Ours \"so far\"", "--github-pages"]).code(0).says("created  book.toml");
    site.run(&["build", "new", "--strict"]).code(0).says("1 incident from 2 files in new/content → new/site");
    assert!(
        site.text("new/site/index.html").contains("Ours &quot;so far&quot;")
            || site.text("new/site/index.html").contains("Ours \"so far\"")
    );
    site.write("new/book.toml", "[book]\ntitle = \"Mine\"\n");
    site.run(&["init", "new"]).code(0).says("kept  book.toml");
    assert!(site.text("new/book.toml").contains("Mine"));
}

#[test]
fn init_takes_a_folder_of_postmortems_as_it_is_and_puts_workflows_where_github_looks() {
    let site = Site::empty();
    site.write("repo/.git/HEAD", "ref: refs/heads/main\n");
    site.write("repo/docs/incidents/2024/queue.md", "# Queue stuck\n\n## Timeline\n\n- 2024-05-02 10:00 UTC: the queue stopped\n- 10:20: it ran again\n\n## Root cause\n\nA full disk.\n");
    let out = site.run(&["init", "repo/docs/incidents", "--github-pages", "--install-from", "https://git.example/hindsite.git"]).code(0);
    let out = out.says("warning: the Pages site of a public repository is public");
    assert!(!out.err().contains("HINDSITE_REPOSITORY"), "{}", out.err());
    assert!(!site.path("repo/docs/incidents/content").exists());
    site.run(&["build", "repo/docs/incidents", "--strict"]).code(0).says("1 incident from 1 file");
    for name in ["hindsite.yml", "hindsite-check.yml"] {
        let text = site.text(&format!("repo/.github/workflows/{name}"));
        for line in ["HINDSITE_REPOSITORY: \"https://git.example/hindsite.git\"", "HINDSITE_DIR: \"docs/incidents\"", "HINDSITE_TAG: \"v0."]
        {
            assert!(text.contains(line), "{name}: {line}");
        }
        assert!(!text.contains("{{") || text.matches("{{").count() == text.matches("${{").count(), "{name}: a blank was left");
    }
    site.run(&["init", "elsewhere", "--github-pages"]).code(0).says("set the repository variable HINDSITE_REPOSITORY");
    assert!(site.text("elsewhere/.github/workflows/hindsite.yml").contains("HINDSITE_DIR: \".\""));
}

#[test]
fn check_shows_only_what_is_in_the_files_asked_for() {
    let site = Site::empty();
    site.write("a b.md", "# One queue stuck\n\n## Timeline\n\n- 2024-05-02 10:00 UTC: it [stopped](gone.md)\n- 10:20: it ran again\n\n## Root cause\n\nA full disk.\n");
    site.write("c.md", "# Two queue stuck\n\n## Timeline\n\n- 2024-05-03 10:00 UTC: it [stopped](away.md)\n- 10:20: it ran again\n\n## Root cause\n\nA full disk.\n");
    let both = site.run(&["check", "--format", "github"]).code(0).out();
    assert!(both.contains("gone.md") && both.contains("away.md"), "{both}");
    let one = site.run(&["check", "--format", "github", "--only", "./c.md"]).code(0).out();
    assert!(!one.contains("gone.md") && one.contains("away.md"), "{one}");
    let listed = site.run_fed(&["check", "--format", "github", "--only", "-"], b"a b.md\0other.txt\0").code(0).out();
    assert!(listed.contains("gone.md") && !listed.contains("away.md"), "{listed}");
    let none = site.run_fed(&["check", "--format", "github", "--deny", "warnings", "--only", "-"], b"").code(0).out();
    assert!(!none.contains(".md"), "{none}");
}

#[test]
fn new_writes_a_form_that_is_no_incident_yet_and_nothing_over_another() {
    let site = Site::new("small");
    let out = site.run(&["new", "The  dough: didn't rise"]).code(0).out();
    assert_eq!(out.trim(), "content/2026/2026-09-21-the-dough-didnt-rise.md");
    assert!(site.text(out.trim()).starts_with("# The dough: didn't rise\n"));
    site.run(&["new", "The dough: didn't rise"]).code(2).says("it is there already");
    site.run(&["new", "?!"]).code(2).says("it has no letters");
    site.run(&["new", "Older", "--date", "2025-12-31"]).code(0);
    assert!(site.path("content/2025/2025-12-31-older.md").is_file());
}

#[test]
fn clean_deletes_what_we_wrote_and_nothing_else() {
    let site = Site::new("small");
    site.run(&["build"]).code(0);
    site.write("site/mine.txt", "mine");
    site.run(&["clean"]).code(0).says("deleted from site");
    assert_eq!(site.tree("site").into_keys().collect::<Vec<_>>(), ["mine.txt"]);
    site.run(&["clean"]).code(0).says("0 files deleted");
}

#[test]
fn wrong_usage_ends_with_two_and_help_with_zero() {
    let site = Site::empty();
    site.run(&["biuld"]).code(2).says("similar subcommand");
    site.run(&["build", "--as-of", "yesterday"]).code(2).says("YYYY-MM-DD");
    site.run_with(&["build"], &[("SOURCE_DATE_EPOCH", "soon")]).code(2).says("SOURCE_DATE_EPOCH");
    assert!(site.run(&["--help"]).code(0).out().contains("Exit codes:"));
    assert!(site.run(&["completions", "bash"]).code(0).out().contains("hindsite"));
    assert!(site.run(&["man"]).code(0).out().contains(".TH hindsite 1"));
}

#[cfg(unix)]
#[test]
fn closed_pipe_is_no_error() {
    let site = Site::new("small");
    let program = assert_cmd::cargo::cargo_bin("hindsite");
    let line = format!("'{}' completions zsh | head -c 1; echo ${{PIPESTATUS[0]}}", program.display());
    let output = std::process::Command::new("bash").args(["-c", &line]).current_dir(site.dir.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("0\n"), "{output:?}");
}
