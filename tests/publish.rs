//! `publish` from the outside: to a bare repository, to git's own HTTP server, to Otter Wiki, with a person editing in between.
//!
//! Servers are started by `tests/wikis/*-up.sh` where `HINDSITE_WIKIS` is set, as `tests/run` does; then one that cannot be
//! installed fails its tests. Without it those tests say that they were left out.
#![expect(clippy::print_stderr, reason = "what was left out, and what a run costs, is for whoever runs the tests")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

const HINDSITE: &str = env!("CARGO_BIN_EXE_hindsite");

/// A wiki's repository, and who may write to it.
struct Wiki {
    url: String,
    user: String,
    password: String,
    flavor: &'static str,
    _folder: Option<TempDir>,
}

impl Wiki {
    /// Returns a wiki that is a folder on this machine, with one page that a person made.
    fn local() -> Self {
        let folder = TempDir::new().unwrap();
        let repository = folder.path().join("wiki.git");
        git(folder.path(), &["init", "--quiet", "--bare", "--initial-branch=master", "wiki.git"]);
        git(&repository, &["config", "receive.denyNonFastForwards", "true"]);
        let wiki = Self::at(repository.to_str().unwrap(), "github", Some(folder));
        Person::new(&wiki).write("Home.md", "Welcome.\n");
        wiki
    }

    fn at(url: &str, flavor: &'static str, folder: Option<TempDir>) -> Self {
        Self { url: url.to_owned(), user: "publisher".to_owned(), password: "none".to_owned(), flavor, _folder: folder }
    }

    /// Returns a fresh wiki on the git server; `None` where servers are not asked for.
    fn served(name: &str) -> Option<Self> {
        let server = server("git")?;
        let repositories = PathBuf::from(server["repos"].as_str().unwrap());
        let repository = repositories.join(format!("{name}.git"));
        let _ = fs::remove_dir_all(&repository);
        let copied = Command::new("cp").arg("-r").arg(repositories.join("wiki.git")).arg(&repository).status().unwrap();
        assert!(copied.success());
        let mut wiki = Self::at(&format!("{}/{name}.git", server["url"].as_str().unwrap()), "gollum", None);
        wiki.password = server["password"].as_str().unwrap().to_owned();
        Some(wiki)
    }

    /// Returns the address with which `git` gets in by itself.
    fn open_url(&self) -> String {
        match self.url.strip_prefix("http://") {
            Some(rest) => format!("http://{}:{}@{rest}", self.user.replace('@', "%40"), self.password),
            None => self.url.clone(),
        }
    }
}

/// Starts a server once for all tests; `None`, with a line that says so, where servers are not asked for.
fn server(name: &'static str) -> Option<Value> {
    static STARTED: Mutex<BTreeMap<&str, Value>> = Mutex::new(BTreeMap::new());
    if std::env::var_os("HINDSITE_WIKIS").is_none() {
        eprintln!("left out: this test needs the server `{name}`, and HINDSITE_WIKIS is not set");
        return None;
    }
    let mut started = STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = started.get(name) {
        return Some(known.clone());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wikis").join(name);
    let port = fs::read_to_string(folder.join("port")).ok().filter(|_| folder.join("pid").exists()).unwrap_or_else(free_port);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("port"), &port).unwrap();
    for fault in ["down", "reject"] {
        let _ = fs::remove_file(folder.join(fault));
    }
    let script = root.join("tests/wikis").join(format!("{name}-up.sh"));
    let output = Command::new(&script).arg(&folder).arg(&port).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the server `{name}` cannot be installed or started (tests/run --without-wikis leaves it out)");
    let line = String::from_utf8(output.stdout).unwrap();
    let mut known: Value = serde_json::from_str(line.lines().next_back().unwrap()).unwrap();
    known["folder"] = folder.to_str().unwrap().into();
    started.insert(name, known.clone());
    Some(known)
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "user.name=Person",
            "-c",
            "user.email=person@example.org",
            "-c",
            "init.defaultBranch=master",
            "-c",
            "core.quotePath=false",
        ])
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A person who edits the wiki in a clone of their own.
struct Person {
    clone: TempDir,
}

impl Person {
    fn new(wiki: &Wiki) -> Self {
        let clone = TempDir::new().unwrap();
        git(clone.path(), &["clone", "--quiet", &wiki.open_url(), "."]);
        Self { clone }
    }

    fn sync(&self) {
        git(self.clone.path(), &["fetch", "--quiet", "origin"]);
        git(self.clone.path(), &["reset", "--quiet", "--hard", "origin/master"]);
    }

    fn read(&self, path: &str) -> Option<String> {
        self.sync();
        fs::read_to_string(self.clone.path().join(path)).ok()
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.clone.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self.save();
    }

    /// Puts words at the top of a page.
    fn edit(&self, path: &str, words: &str) {
        let text = self.read(path).unwrap_or_else(|| panic!("`{path}` is not there"));
        self.write(path, &format!("{words}\n\n{text}"));
    }

    fn delete(&self, path: &str) {
        self.sync();
        fs::remove_file(self.clone.path().join(path)).unwrap();
        self.save();
    }

    fn rename(&self, from: &str, to: &str) {
        self.sync();
        fs::rename(self.clone.path().join(from), self.clone.path().join(to)).unwrap();
        self.save();
    }

    fn save(&self) {
        git(self.clone.path(), &["add", "--all"]);
        git(self.clone.path(), &["commit", "--quiet", "-m", "Edit by hand"]);
        git(self.clone.path(), &["push", "--quiet", "origin", "HEAD:master"]);
    }

    fn head(&self) -> String {
        self.sync();
        git(self.clone.path(), &["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Returns every commit, newest first; the history has no branches.
    fn commits(&self) -> Vec<String> {
        self.sync();
        let log = git(self.clone.path(), &["log", "--format=%H %P"]);
        log.lines()
            .map(|line| {
                assert!(line.split(' ').count() <= 2, "the history branches: {line}");
                line.split(' ').next().unwrap().to_owned()
            })
            .collect()
    }

    /// Returns the text of every page.
    fn pages(&self) -> BTreeMap<String, String> {
        self.sync();
        let files = git(self.clone.path(), &["ls-files", "-z"]);
        let pages = files.split('\0').filter(|path| path.ends_with(".md"));
        pages.map(|path| (path.to_owned(), fs::read_to_string(self.clone.path().join(path)).unwrap())).collect()
    }
}

/// A site that is published to a wiki.
struct Site {
    folder: TempDir,
    password: String,
}

/// How a run ended.
struct Run {
    code: i32,
    json: Value,
    all: String,
}

impl Site {
    fn new(wiki: &Wiki) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        let site = Self { folder, password: wiki.password.clone() };
        site.configure(wiki, "");
        for (name, day) in [("alpha", 1), ("beta", 2), ("gamma", 3), ("delta", 4), ("epsilon", 5)] {
            site.incident(name, day, "The queue was full.");
        }
        site
    }

    fn configure(&self, wiki: &Wiki, more: &str) {
        let login = if wiki.url.starts_with("http") {
            format!("user = \"{}\"\npassword-env = \"WIKI_PASSWORD\"\n", wiki.user)
        } else {
            String::new()
        };
        let text = format!(
            "[book]\ntitle = \"Incident handbook\"\n[publish.wiki]\ntarget = \"git\"\nflavor = \"{}\"\nurl = \"{}\"\n{login}{more}",
            wiki.flavor, wiki.url
        );
        fs::write(self.folder.path().join("book.toml"), text).unwrap();
    }

    fn incident(&self, name: &str, day: u32, words: &str) {
        self.titled(name, &format!("Outage {name}"), day, words);
    }

    fn titled(&self, name: &str, title: &str, day: u32, words: &str) {
        let text = format!(
            "# {title}\n\n- Date: 2026-03-{day:02}\n- Severity: SEV2\n- Start: 10:00 UTC\n- End: 10:4{day} UTC\n\n\
             ## Summary\n\n{words}\n\n## Root cause\n\nThe disk was full.\n"
        );
        fs::write(self.folder.path().join(format!("content/{name}.md")), text).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join(format!("content/{name}.md"))).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(HINDSITE);
        command
            .arg("publish")
            .args(arguments)
            .arg("--json")
            .current_dir(self.folder.path())
            .env("WIKI_PASSWORD", &self.password)
            .env("HINDSITE_FIRST_WAIT_MS", "20")
            .env_remove("GIT_DIR")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
        Run { code: output.status.code().unwrap(), json: serde_json::from_str(&stdout).unwrap_or_default(), all: stdout + &stderr }
    }

    #[track_caller]
    fn apply(&self, arguments: &[&str], code: i32) -> Run {
        let run = self.run(&[&["apply"], arguments].concat());
        assert_eq!(run.code, code, "{}", run.all);
        run
    }

    /// Publishes, and says that nothing was left to write.
    #[track_caller]
    fn assert_idle(&self, person: &Person) {
        let before = person.head();
        let run = self.run(&["apply"]);
        assert_eq!(run.writes(), 0, "{}", run.all);
        assert_eq!(person.head(), before, "a run with nothing to do made a commit");
    }
}

impl Run {
    fn page(&self, key: &str) -> &Value {
        let pages = self.json["pages"].as_array().unwrap_or_else(|| panic!("{}", self.all));
        pages.iter().find(|page| page["key"] == key).unwrap_or_else(|| panic!("no page `{key}` in {}", self.all))
    }

    fn action(&self, key: &str) -> &str {
        self.page(key)["action"].as_str().unwrap()
    }

    fn name(&self, key: &str) -> String {
        self.page(key)["name"].as_str().unwrap().to_owned()
    }

    fn writes(&self) -> usize {
        let pages = self.json["pages"].as_array().unwrap_or_else(|| panic!("{}", self.all));
        pages.iter().filter(|page| page["outcome"] == "done").count()
    }
}

/// Every row of the three-way compare, one after the other on one wiki.
fn rows(wiki: &Wiki) {
    let _turn = wiki.url.starts_with("http").then(faults);
    let (site, person) = (Site::new(wiki), Person::new(wiki));

    // Nothing was published: everything is made, by one commit, and nothing is left to do then.
    let before = person.commits();
    let plan = site.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.code, 5, "{}", plan.all);
    assert_eq!(site.apply(&["--dry-run"], 0).writes(), 0);
    assert_eq!(person.commits(), before, "a plan wrote to the wiki");
    let first = site.apply(&[], 0);
    assert_eq!(first.action("incident/alpha"), "create");
    assert_eq!(person.commits().len(), before.len() + 1);
    assert_eq!(site.run(&["plan", "--detailed-exitcode"]).code, 0);
    site.assert_idle(&person);
    let at = |name: &str| first.name(&format!("incident/{name}"));

    // The journal and everything else on this machine may be lost.
    fs::remove_dir_all(site.folder.path().join(".hindsite")).unwrap();
    site.assert_idle(&person);

    // O = L, D changed: an update.
    site.incident("alpha", 1, "The queue was full twice.");
    assert_eq!(site.apply(&[], 0).action("incident/alpha"), "update");
    assert!(person.read(&at("alpha")).unwrap().contains("full twice"));

    // A person's page has the name: refused, until it is adopted by name; then its text is saved first.
    site.remove("epsilon");
    site.incident("zeta", 6, "A new one.");
    let zeta = at("alpha").replace("2026-03-01", "2026-03-06").replace("alpha", "zeta");
    person.sync();
    person.write(&zeta, "My own notes.\n");
    let run = site.apply(&[], 3);
    assert_eq!((run.action("incident/zeta"), run.action("incident/epsilon")), ("foreign", "mark-stale"));
    assert_eq!(person.read(&zeta).unwrap(), "My own notes.\n");
    assert_eq!(site.apply(&["--adopt", "zeta"], 0).action("incident/zeta"), "update");
    assert!(person.read(&zeta).unwrap().contains("A new one."));
    let saved = site.folder.path().join(".hindsite/publish/wiki/conflicts/incident-zeta.replaced.md");
    assert_eq!(fs::read_to_string(saved).unwrap().trim(), "My own notes.");

    // Stale: marked, not deleted; and live again when it comes back.
    let stale = person.read(&at("epsilon")).unwrap();
    assert!(stale.contains("no longer in the archive") && stale.contains("The queue was full."), "{stale}");
    site.assert_idle(&person);
    site.incident("epsilon", 5, "The queue was full.");
    assert_eq!(site.apply(&[], 0).action("incident/epsilon"), "update");
    assert!(!person.read(&at("epsilon")).unwrap().contains("no longer in the archive"));

    // O ≠ L, D = L: drift.
    person.edit(&at("beta"), "A person's remark.");
    assert_eq!(site.apply(&[], 0).action("incident/beta"), "drift");
    assert!(person.read(&at("beta")).unwrap().starts_with("A person's remark."));

    // O ≠ L, D changed: a conflict, with the three texts in files; the other pages are published.
    site.incident("beta", 2, "The queue was empty.");
    site.incident("gamma", 3, "The queue was gone.");
    let run = site.apply(&[], 3);
    assert_eq!((run.action("incident/beta"), run.action("incident/gamma")), ("conflict", "update"));
    assert!(person.read(&at("beta")).unwrap().starts_with("A person's remark."));
    let text = |kind: &str| {
        fs::read_to_string(site.folder.path().join(format!(".hindsite/publish/wiki/conflicts/incident-beta.{kind}.md"))).unwrap()
    };
    assert!(text("base").contains("was full") && !text("base").contains("remark"));
    assert!(text("ours").contains("was empty") && text("theirs").contains("A person's remark."));

    // Theirs is taken: it counts as published until the source changes again; then ours is taken by name.
    assert_eq!(site.apply(&["--take-theirs", "beta"], 0).action("incident/beta"), "take-theirs");
    site.assert_idle(&person);
    assert!(person.read(&at("beta")).unwrap().starts_with("A person's remark."));
    site.incident("beta", 2, "The queue was empty again.");
    assert_eq!(site.apply(&[], 3).action("incident/beta"), "conflict");
    site.apply(&["--take-ours", "incident/beta"], 0);
    let beta = person.read(&at("beta")).unwrap();
    assert!(beta.contains("empty again") && !beta.contains("remark"));

    // A person deleted the page: reported, not made again unasked.
    person.delete(&at("gamma"));
    assert_eq!(site.apply(&[], 0).action("incident/gamma"), "deleted");
    assert_eq!(person.read(&at("gamma")), None);
    site.assert_idle(&person);
    assert_eq!(site.apply(&["--recreate", "gamma"], 0).action("incident/gamma"), "create");
    assert!(person.read(&at("gamma")).is_some());

    // A person moved the page: it stays there, and is kept up to date there.
    let moved = format!("{} as we call it.md", at("delta").trim_end_matches(".md"));
    person.rename(&at("delta"), &moved);
    site.incident("delta", 4, "The queue was moved.");
    assert_eq!(site.apply(&[], 0).name("incident/delta"), moved);
    assert!(person.read(&moved).unwrap().contains("was moved") && person.read(&at("delta")).is_none());
    site.assert_idle(&person);

    // The title changed: the page gets the new name, and its links follow.
    site.titled("gamma", "Outage of the third kind", 3, "The queue was gone.");
    let run = site.apply(&[], 0);
    assert_eq!(person.read(&at("gamma")), None);
    assert!(person.read(&run.name("incident/gamma")).is_none(), "the name that is reported is the one before");
    let pages = person.pages();
    let (renamed, text) = pages.iter().find(|(path, _)| path.contains("third")).unwrap();
    assert!(text.contains("The queue was gone."));
    let stem = renamed.rsplit('/').next().unwrap().trim_end_matches(".md").replace(' ', "%20");
    assert!(pages.iter().any(|(path, text)| path.contains("2026.md") && text.contains(&stem)), "no list links to {stem}");
    site.assert_idle(&person);

    // Stale and edited: reported only, whatever is done with stale pages.
    person.edit(&at("alpha"), "Still of use.");
    site.remove("alpha");
    site.configure(wiki, "stale = \"delete\"\n");
    assert_eq!(site.apply(&[], 0).action("incident/alpha"), "stale");
    assert!(person.read(&at("alpha")).unwrap().starts_with("Still of use."));

    // Too many at once: nothing is done unless it is allowed.
    for name in ["beta", "gamma", "delta", "epsilon"] {
        site.remove(name);
    }
    let refused = site.apply(&[], 2);
    assert!(refused.all.contains("--allow-removals 4"), "{}", refused.all);
    site.apply(&["--allow-removals", "4"], 0);
    assert_eq!(person.read(&at("beta")), None);
    site.assert_idle(&person);

    // Nobody's commit was lost, and there is one history.
    let commits = person.commits();
    assert!(before.iter().all(|commit| commits.contains(commit)));
    assert!(person.read("Home.md").is_some());
}

#[test]
fn every_row_on_a_bare_repository() {
    rows(&Wiki::local());
}

#[test]
fn every_row_on_the_git_server() {
    if let Some(wiki) = Wiki::served("rows") {
        rows(&wiki);
    }
}

#[test]
fn every_row_on_otter_wiki_and_what_it_shows_is_what_the_site_shows() {
    let Some(server) = server("otterwiki") else { return };
    let mut wiki = Wiki::at(server["url"].as_str().unwrap(), "otterwiki", None);
    wiki.user = server["user"].as_str().unwrap().to_owned();
    wiki.password = server["password"].as_str().unwrap().to_owned();
    let person = Person::new(&wiki);
    git(person.clone.path(), &["commit", "--quiet", "--allow-empty", "-m", "Begin"]);
    git(person.clone.path(), &["rm", "-r", "--quiet", "--ignore-unmatch", "."]);
    person.write("Home.md", "Welcome.\n");
    rows(&wiki);
    sample_content(&wiki, server["web"].as_str().unwrap());
}

/// Publishes this repository's own archive, and compares the text of each page with the site's.
fn sample_content(wiki: &Wiki, web: &str) {
    let site = Site::new(wiki);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::remove_dir_all(site.folder.path().join("content")).unwrap();
    let copied = Command::new("cp").arg("-r").arg(root.join("content")).arg(site.folder.path()).status().unwrap();
    assert!(copied.success());
    site.configure(wiki, "root = \"Sample archive\"\n");
    let run = site.run(&["apply"]);
    assert_eq!(run.code, 0, "{}", run.all);
    let built = Command::new(HINDSITE).args(["build", "-d", "out"]).current_dir(site.folder.path()).output().unwrap();
    assert!(built.status.success());
    let mut compared = 0;
    let mut links = std::collections::BTreeSet::new();
    for page in run.json["pages"].as_array().unwrap() {
        let shown = fetch(&format!("{web}/{}", encode(page["name"].as_str().unwrap().trim_end_matches(".md"))));
        links.extend(
            shown
                .split("href=\"/Sample%20archive")
                .skip(1)
                .filter_map(|rest| rest.split(['"', '#']).next())
                .filter(|link| !link.contains('&'))
                .map(str::to_owned),
        );
    }
    assert!(links.len() > 40, "{links:?}");
    for link in links {
        fetch(&format!("{web}/Sample%20archive{link}"));
    }
    for page in run.json["pages"].as_array().unwrap() {
        let Some(id) = page["key"].as_str().unwrap().strip_prefix("incident/") else { continue };
        if page["action"] == "stale" || page["action"] == "mark-stale" {
            continue;
        }
        let Ok(html) = fs::read_to_string(site.folder.path().join(format!("out/incidents/{id}.html"))) else { continue };
        let name = page["name"].as_str().unwrap().trim_end_matches(".md");
        let shown = fetch(&format!("{web}/{}", encode(name)));
        let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or(&html);
        let source = source_of(site.folder.path(), main);
        // The document's own text on the site's page, without the words around it.
        let text: String = main
            .split("<div class=\"prose doc\">")
            .skip(1)
            .map(|part| part.find("</div></details>").or_else(|| part.find("</div>\n")).map_or(part, |end| &part[..end]))
            .collect();
        let (on_site, in_wiki) = (words(&text_of(&text)), words(&text_of(&shown)));
        let of_text = words(&source);
        let lost: Vec<&String> = on_site.iter().filter(|word| of_text.contains(*word) && !in_wiki.contains(*word)).collect();
        assert!(lost.is_empty(), "{name}: the wiki does not show {lost:?}");
        // This one's actions stand in its front matter only.
        assert!(id != "sign-in-attack-2025" || shown.contains("Offer a second factor to shops"), "{name}: declared actions are lost");
        for leak in ["hindsite-page:", "hindsite-badge:", "](", "&amp;#"] {
            assert!(!shown.contains(leak), "{name}: `{leak}` is shown");
        }
        for picture in shown.split("src=\"/hindsite-files/").skip(1) {
            let file = picture.split('"').next().unwrap();
            assert!(fetch(&format!("{web}/hindsite-files/{file}")).len() > 100, "{name}: {file} is not there");
        }
        compared += 1;
    }
    assert!(compared > 20, "{compared} pages were compared");
}

fn fetch(url: &str) -> String {
    let output = Command::new("curl").args(["-fsS", "-m", "30", url]).output().unwrap();
    assert!(output.status.success(), "{url}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn encode(path: &str) -> String {
    path.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

/// Returns the text of the document that a page of the site was made from.
fn source_of(folder: &Path, html: &str) -> String {
    let mut files = vec![folder.join("content")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            let name = path.strip_prefix(folder.join("content")).unwrap().to_str().unwrap();
            if html.contains(name) {
                // Front matter is not shown as text, and the first heading is the page's name.
                let text = fs::read_to_string(&path).unwrap();
                let fence =
                    [("---\n", "\n---\n"), ("+++\n", "\n+++\n"), ("{\n", "\n}\n")].into_iter().find(|(begin, _)| text.starts_with(begin));
                let body = fence.and_then(|(begin, end)| text[begin.len()..].split_once(end)).map_or(&*text, |(_, body)| body);
                let shown = body.lines().filter(|line| !line.starts_with("# ")).collect::<Vec<_>>().join("\n");
                // Nor are the addresses of links and what stands for a picture.
                let shown: String = shown
                    .split("![")
                    .enumerate()
                    .map(|(at, part)| if at == 0 { part } else { &part[part.find("](").unwrap_or(0)..] })
                    .collect();
                return shown.split("](").map(|part| part.split_once(')').map_or(part, |(_, rest)| rest)).collect();
            }
        }
    }
    String::new()
}

fn text_of(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        match part.split_once('>') {
            Some((_, rest)) => text.push_str(&format!(" {rest}")),
            None => text.push_str(part),
        }
    }
    text.replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&nbsp;", " ")
}

fn words(text: &str) -> std::collections::BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

#[test]
fn what_the_server_refuses_ends_the_run_and_leaves_the_wiki_as_it_is() {
    let Some(server) = server("git") else { return };
    // Switches of the server are for all of its repositories: tests that use them take turns.
    let _turn = faults();
    let wiki = Wiki::served("refusals").unwrap();
    let (mut site, person) = (Site::new(&wiki), Person::new(&wiki));
    let (before, folder) = (person.head(), PathBuf::from(server["folder"].as_str().unwrap()));
    fs::write(folder.join("reject"), "The wiki is closed for stock-taking.\n").unwrap();
    let run = site.run(&["apply"]);
    fs::remove_file(folder.join("reject")).unwrap();
    assert!(run.code == 4 && run.all.contains("stock-taking"), "{}", run.all);
    fs::write(folder.join("down"), "").unwrap();
    let run = site.run(&["apply"]);
    fs::remove_file(folder.join("down")).unwrap();
    assert!(run.code == 4 && run.all.contains("503"), "{}", run.all);
    site.configure(&Wiki { user: "reader".to_owned(), ..Wiki::served("refusals-reader").unwrap() }, "");
    let run = site.run(&["apply"]);
    assert!(run.code == 4 && run.all.contains("403"), "{}", run.all);
    site.configure(&wiki, "");
    site.password = "wrong-horse".to_owned();
    let run = site.run(&["apply"]);
    assert!(run.code == 4 && run.all.contains("password-env") && !run.all.contains("wrong-horse"), "{}", run.all);
    site.configure(&Wiki::at(&wiki.url.replace("refusals", "nowhere"), "gollum", None), "");
    site.password.clone_from(&wiki.password);
    let run = site.run(&["apply"]);
    assert!(run.code == 4 && run.all.contains("first page"), "{}", run.all);
    assert_eq!(person.head(), before);
    site.configure(&wiki, "");
    site.apply(&[], 0);
    site.assert_idle(&person);
}

fn faults() -> std::sync::MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What a relay does with the next push.
const PASS: u8 = 0;
const CUT_BEFORE: u8 = 1;
const CUT_ANSWER: u8 = 2;

/// Relays connections to the server, and cuts one in the middle of a push.
fn relay(to: &str) -> (String, Arc<AtomicU8>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, to) = (listener.local_addr().unwrap().to_string(), to.to_owned());
    let fault = Arc::new(AtomicU8::new(PASS));
    let switch = fault.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (to, switch) = (to.clone(), switch.clone());
            thread::spawn(move || relay_one(client, &to, &switch));
        }
    });
    (address, fault)
}

fn relay_one(mut client: TcpStream, to: &str, switch: &AtomicU8) {
    let Ok(mut server) = TcpStream::connect(to) else { return };
    let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let cut_answer = Arc::new(AtomicU8::new(PASS));
    let cut = cut_answer.clone();
    thread::spawn(move || {
        let mut bytes = [0; 65536];
        while let Ok(count @ 1..) = answers.read(&mut bytes) {
            if cut.load(Ordering::SeqCst) == CUT_ANSWER {
                // The server has done what it was asked: nobody is told.
                break;
            }
            if back.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = back.shutdown(std::net::Shutdown::Both);
    });
    let mut bytes = [0; 65536];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        let is_push = String::from_utf8_lossy(&bytes[..count])
            .lines()
            .next()
            .is_some_and(|line| line.starts_with("POST ") && line.contains("/git-receive-pack"));
        if is_push {
            match switch.swap(PASS, Ordering::SeqCst) {
                CUT_BEFORE => break,
                fault => cut_answer.store(fault, Ordering::SeqCst),
            }
        }
        if server.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(std::net::Shutdown::Both);
    let _ = server.shutdown(std::net::Shutdown::Write);
}

#[test]
fn a_connection_that_is_cut_before_or_after_the_push_costs_nothing() {
    let Some(wiki) = Wiki::served("cut") else { return };
    let _turn = faults();
    let (direct, rest) = wiki.url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let (address, fault) = relay(direct);
    let (site, person) = (Site::new(&wiki), Person::new(&wiki));
    site.configure(
        &Wiki {
            url: format!("http://{address}/{rest}"),
            user: wiki.user.clone(),
            password: wiki.password.clone(),
            flavor: wiki.flavor,
            _folder: None,
        },
        "",
    );
    for (kind, words) in [(CUT_ANSWER, "One."), (CUT_BEFORE, "Two."), (CUT_ANSWER, "Three.")] {
        site.incident("alpha", 1, words);
        let before = person.commits().len();
        fault.store(kind, Ordering::SeqCst);
        let run = site.apply(&[], 0);
        assert_eq!(fault.load(Ordering::SeqCst), PASS, "the connection was not cut");
        assert_eq!(person.commits().len(), before + 1, "{}", run.all);
        assert!(person.read(&run.name("incident/alpha")).unwrap().contains(words));
        site.assert_idle(&person);
    }
}

#[test]
fn two_publishers_at_once_give_one_history() {
    let wiki = Wiki::served("two").unwrap_or_else(Wiki::local);
    let _turn = faults();
    let (one, two, person) = (Site::new(&wiki), Site::new(&wiki), Person::new(&wiki));
    let mut last = 0;
    for round in 0..8 {
        for site in [&one, &two] {
            site.incident("alpha", 1, &format!("Round {round}."));
        }
        let children: Vec<_> = [&one, &two].map(|site| site.command(&["apply"]).spawn().unwrap()).into();
        person.sync();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        let commits = person.commits().len();
        assert_eq!(commits, if round == 0 { commits } else { last + 1 }, "one of two equal publishes wrote again");
        last = commits;
        let run = one.run(&["plan", "--detailed-exitcode"]);
        assert_eq!(run.code, 0, "{}", run.all);
        assert!(person.read(&run.name("incident/alpha")).unwrap().contains(&format!("Round {round}.")));
    }
}

/// A small generator: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Edits of the source, edits, deletions and moves by a person, runs that are killed, a server that is down: no word of a person is ever
/// lost, a second run has nothing to do, and every commit stays.
fn anything_happens(wiki: &Wiki, down: Option<&Path>, seed: u64, steps: usize) {
    let (site, person) = (Site::new(wiki), Person::new(wiki));
    let mut random = Random(seed);
    let names = ["alpha", "beta", "gamma", "delta", "epsilon"];
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    let mut known_commits = person.commits();
    for step in 0..steps {
        let at = random.below(5) as usize;
        let pages = person.pages();
        let ours: Vec<&String> = pages.iter().filter(|(_, text)| text.contains("key=incident")).map(|(path, _)| path).collect();
        let page = (!ours.is_empty()).then(|| ours[random.below(ours.len() as u64) as usize].clone());
        match (random.below(9), page) {
            (0..3, _) => site.incident(names[at], at as u32 + 1, &format!("Text of step {step}.")),
            (3, _) if site.folder.path().join(format!("content/{}.md", names[at])).exists() && at > 1 => site.remove(names[at]),
            (4 | 5, Some(page)) => {
                let remark = format!("remark-{step}-of-a-person");
                person.edit(&page, &remark);
                words.insert(remark, page);
            }
            (6, Some(page)) => {
                // What a person takes away is theirs to take away.
                words.retain(|word, _| !pages[&page].contains(word.as_str()));
                person.delete(&page);
            }
            (7, _) => {
                let mut child = site.command(&["apply", "--allow-removals", "100"]).spawn().unwrap();
                thread::sleep(Duration::from_millis(random.below(400)));
                let _ = child.kill();
                let _ = child.wait();
            }
            (8, _) => {
                if let Some(switch) = down {
                    fs::write(switch, "").unwrap();
                    let run = site.run(&["apply"]);
                    fs::remove_file(switch).unwrap();
                    assert_eq!(run.code, 4, "{}", run.all);
                }
            }
            _ => {}
        }
        if random.below(3) == 0 {
            let run = site.run(&["apply", "--allow-removals", "100"]);
            assert!([0, 3].contains(&run.code), "step {step}: {}", run.all);
            let again = site.run(&["apply", "--allow-removals", "100"]);
            assert_eq!(again.writes(), 0, "step {step}: {}", again.all);
        }
        let all: String = person.pages().into_values().collect();
        for word in words.keys() {
            assert!(all.contains(word.as_str()), "step {step}: `{word}` is lost");
        }
        let commits = person.commits();
        assert!(known_commits.iter().all(|commit| commits.contains(commit)), "step {step}: a commit is lost");
        known_commits = commits;
    }
    let run = site.run(&["apply", "--allow-removals", "100"]);
    assert!([0, 3].contains(&run.code), "{}", run.all);
    site.assert_idle(&person);
}

#[test]
fn whatever_happens_no_word_of_a_person_is_lost_and_the_next_run_converges() {
    anything_happens(&Wiki::local(), None, 0x5DEE_CE66_D1CE_4E5B, 25);
    let Some(server) = server("git") else { return };
    let _turn = faults();
    let down = PathBuf::from(server["folder"].as_str().unwrap()).join("down");
    for (round, seed) in [0x1234_5678_9ABC_DEF1, 0xFEDC_BA98_7654_3211].into_iter().enumerate() {
        anything_happens(&Wiki::served(&format!("anything-{round}")).unwrap(), Some(&down), seed, 30);
    }
}

#[test]
fn five_hundred_unchanged_incidents_cost_at_most_ten_requests_and_no_write() {
    let Some(wiki) = Wiki::served("cost") else { return };
    let _turn = faults();
    let log = PathBuf::from(server("git").unwrap()["log"].as_str().unwrap());
    let (site, person) = (Site::new(&wiki), Person::new(&wiki));
    for number in 0..500 {
        let text = format!(
            "# Outage number {number}\n\nDate: {}-{:02}-{:02}\n\n## Root cause\n\nThe disk was full.\n",
            2020 + number % 6,
            1 + number % 12,
            1 + number % 28
        );
        fs::write(site.folder.path().join(format!("content/number-{number}.md")), text).unwrap();
    }
    let requests =
        || fs::read_to_string(&log).unwrap().lines().filter(|line| line.contains("/cost.git/")).map(str::to_owned).collect::<Vec<_>>();
    let count = requests().len();
    let first = site.apply(&[], 0);
    let after = requests().len();
    person.sync();
    let before_idle = requests().len();
    let idle = site.apply(&[], 0);
    let made = requests().split_off(before_idle);
    eprintln!(
        "505 incidents: first run {} requests in {:.1} s, idle run {} requests in {:.1} s",
        after - count,
        first.json["seconds"].as_f64().unwrap(),
        made.len(),
        idle.json["seconds"].as_f64().unwrap()
    );
    assert!(made.len() <= 10, "{made:#?}");
    assert!(!made.iter().any(|line| line.contains("git-receive-pack")), "{made:#?}");
}

#[test]
fn what_would_leak_or_overwrite_is_refused_before_any_request() {
    let wiki = Wiki::local();
    let site = Site::new(&wiki);
    #[track_caller]
    fn check(site: &Site, wiki: &Wiki, more: &str, message: &str) {
        site.configure(wiki, more);
        let run = site.run(&["apply"]);
        assert!(run.code == 2 && run.all.contains(message), "{}: {}", run.code, run.all);
    }
    check(&site, &wiki, "password = \"hunter2\"\n", "password-env");
    check(&site, &wiki, "password-env = \"NOT_SET_ANYWHERE\"\n", "NOT_SET_ANYWHERE");
    check(&site, &wiki, "branch = \"--force\"\n", "`branch` cannot be");
    check(&site, &wiki, "flavour = \"github\"\n", "unknown key `flavour`");
    check(&site, &Wiki::at("http://wiki.example.org/w.git", "github", None), "", "https://");
    check(&site, &Wiki::at("https://me:pw@wiki.example.org/w.git", "github", None), "", "no password");
    check(&site, &Wiki::at("ext::sh -c true", "github", None), "", "cannot be");
    site.configure(&wiki, "");
    let run = site.run(&["apply", "--adopt", "no-such-incident"]);
    assert!(run.code == 2 && run.all.contains("no-such-incident"), "{}", run.all);
}

#[test]
fn only_what_is_declared_public_goes_to_a_public_wiki() {
    let wiki = Wiki::local();
    let (site, person) = (Site::new(&wiki), Person::new(&wiki));
    fs::write(
        site.folder.path().join("content/open.md"),
        "---\naudience: public\n---\n\n# Outage in the open\n\nDate: 2026-04-01\n\n## Root cause\n\nThe disk was full. See [before](alpha.md).\n",
    )
    .unwrap();
    site.configure(&wiki, "audience = \"public\"\n");
    let run = site.apply(&[], 0);
    assert_eq!(run.json["withheld"].as_array().unwrap().len(), 5);
    let all: String = person.pages().into_values().collect();
    assert!(all.contains("Outage in the open") && !all.contains("Outage alpha") && !all.contains("Outage beta"), "{all}");
}

#[test]
fn nothing_of_the_machine_is_run_and_a_link_in_the_wiki_leads_nowhere() {
    let wiki = Wiki::local();
    let (site, person) = (Site::new(&wiki), Person::new(&wiki));
    let home = TempDir::new().unwrap();
    let hooks = home.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    let trace = home.path().join("ran");
    for hook in ["pre-push", "pre-commit", "reference-transaction", "post-checkout"] {
        let file = hooks.join(hook);
        fs::write(&file, format!("#!/bin/sh\necho {hook} >>{}\n", trace.display())).unwrap();
        assert!(Command::new("chmod").arg("+x").arg(&file).status().unwrap().success());
    }
    fs::write(home.path().join(".gitconfig"), format!("[core]\n\thooksPath = {}\n", hooks.display())).unwrap();
    let target = home.path().join("target.txt");
    fs::write(&target, "not ours\n").unwrap();
    let plan = site.run(&["plan"]);
    person.sync();
    let name = plan.name("incident/alpha");
    assert!(Command::new("ln").arg("-s").arg(&target).arg(person.clone.path().join(&name)).status().unwrap().success());
    person.save();
    let output = site.command(&["apply"]).env("HOME", home.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(fs::read_to_string(&target).unwrap(), "not ours\n");
    assert!(!trace.exists(), "{}", fs::read_to_string(&trace).unwrap_or_default());
}

#[test]
fn two_archives_share_a_wiki_and_leave_each_other_alone() {
    let wiki = Wiki { flavor: "gollum", ..Wiki::local() };
    let (one, two, person) = (Site::new(&wiki), Site::new(&wiki), Person::new(&wiki));
    two.configure(&wiki, "root = \"Near misses\"\n");
    two.remove("alpha");
    one.apply(&[], 0);
    let run = two.apply(&[], 0);
    assert!(run.json["pages"].as_array().unwrap().iter().all(|page| page["action"] == "create"), "{}", run.all);
    one.assert_idle(&person);
    two.assert_idle(&person);
}

#[test]
fn a_run_that_may_not_write_all_is_taken_up_by_the_next() {
    let wiki = Wiki::local();
    let (site, person) = (Site::new(&wiki), Person::new(&wiki));
    let run = site.apply(&["--max-writes", "3"], 1);
    assert_eq!(run.writes(), 3, "{}", run.all);
    assert_eq!(person.pages().len(), 1 + 3);
    site.apply(&["--deadline", "0"], 4);
    site.apply(&[], 0);
    site.assert_idle(&person);
}

#[test]
fn a_saved_plan_does_what_it_says_and_nothing_that_came_after_it() {
    let wiki = Wiki::local();
    let (site, person) = (Site::new(&wiki), Person::new(&wiki));
    let first = site.apply(&[], 0);
    let at = |name: &str| first.name(&format!("incident/{name}"));
    for (name, day) in [("beta", 2), ("gamma", 3)] {
        site.incident(name, day, "The queue was empty.");
    }
    assert_eq!(site.run(&["plan", "--out", "agreed.json", "--detailed-exitcode"]).code, 5);
    // After it was agreed on, a person edits one page and the source of another changes.
    person.edit(&at("beta"), "A person's remark.");
    site.incident("gamma", 3, "The queue was gone.");
    site.incident("delta", 4, "The queue was long.");
    let run = site.run(&["apply", "--plan", "agreed.json"]);
    assert_eq!(run.writes(), 0, "{}", run.all);
    assert_eq!((run.action("incident/gamma"), run.action("incident/delta")), ("unplanned", "unplanned"));
    site.run(&["plan", "--out", "agreed.json"]);
    let run = site.run(&["apply", "--plan", "agreed.json"]);
    assert!(person.read(&at("gamma")).unwrap().contains("was gone"), "{}", run.all);
    assert!(person.read(&at("beta")).unwrap().contains("A person's remark."));
    // What was decided is part of the plan.
    site.run(&["plan", "--take-ours", "beta", "--out", "agreed.json"]);
    site.run(&["apply", "--plan", "agreed.json"]);
    assert!(!person.read(&at("beta")).unwrap().contains("A person's remark."));
    let run = site.run(&["apply", "--plan", "book.toml"]);
    assert!(run.code == 2 && run.all.contains("is no plan"), "{}", run.all);
}

#[test]
fn a_wiki_without_a_commit_can_be_begun() {
    let folder = TempDir::new().unwrap();
    git(folder.path(), &["init", "--quiet", "--bare", "--initial-branch=master", "empty.git"]);
    let wiki = Wiki::at(folder.path().join("empty.git").to_str().unwrap(), "gitlab", Some(folder));
    let site = Site::new(&wiki);
    site.configure(&wiki, "branch = \"master\"\n");
    site.apply(&[], 0);
    site.assert_idle(&Person::new(&wiki));
}
