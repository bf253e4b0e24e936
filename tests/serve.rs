//! `serve` from the outside: over its socket, while files change.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything here takes, even on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// A server on a copy of a fixture.
struct Server {
    dir: tempfile::TempDir,
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        Self::start_with(&["--port", "0"], |_, _| {})
    }

    /// Starts a server with these arguments on a folder and with a command that `prepare` may change.
    fn start_with(args: &[&str], prepare: impl FnOnce(&Path, &mut Command)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small"), dir.path());
        fs::write(dir.path().join("book.toml"), "[book]\ntitle = \"Small archive\"\n").unwrap();
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("hindsite"));
        command.arg("serve").args(args).current_dir(dir.path()).env("SOURCE_DATE_EPOCH", "1790000000");
        prepare(dir.path(), &mut command);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix("serving at http://").map(str::to_owned)).unwrap();
        // Somebody has to read what it prints, or it stops printing.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { dir, child, address: url.trim_end_matches('/').to_owned() }
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Saves as many editors do: whoever looks finds the old text or the new one.
    fn save(&self, path: &str, text: &str) {
        let file = self.dir.path().join(path);
        fs::write(file.with_extension("tmp"), text).unwrap();
        fs::rename(file.with_extension("tmp"), file).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    /// Sends `head` with further header lines and returns the whole answer.
    fn send(&self, method: &str, target: &str, headers: &str) -> Answer {
        let mut stream = self.connect();
        let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", self.address) };
        write!(stream, "{method} {target} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
        Answer { head: String::from_utf8_lossy(&bytes[..end]).into_owned(), body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, target: &str) -> Answer {
        self.send("GET", target, "")
    }

    #[track_caller]
    fn wait_for(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !is_there(self) {
            assert!(began.elapsed() < DEADLINE, "no {what}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn events(&self) -> BufReader<TcpStream> {
        let mut stream = self.connect();
        write!(stream, "GET /__hindsite/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        let mut reader = BufReader::new(stream);
        next_event(&mut reader);
        reader
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the data of the next event.
fn next_event(reader: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).expect("an event comes"), 0, "the stream goes on");
        if let Some(data) = line.strip_prefix("data: ") {
            return data.trim().to_owned();
        }
    }
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
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

fn files_below(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            files_below(root, &entry.path(), found);
        } else {
            found.push(entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

/// Returns a page without the script that is added while serving.
fn without_script(page: &str) -> String {
    let Some(start) = page.find("<script src=\"/__hindsite/") else { return page.to_owned() };
    let end = start + page[start..].find("</script>\n").unwrap() + "</script>\n".len();
    format!("{}{}", &page[..start], &page[end..])
}

#[test]
fn every_page_is_that_of_a_build_apart_from_the_script() {
    assert_served_as_built(&Server::start());
}

/// Asserts that the server answers what a build writes, file by file.
#[track_caller]
fn assert_served_as_built(server: &Server) {
    let mut build = assert_cmd::Command::cargo_bin("hindsite").unwrap();
    build.current_dir(server.dir.path()).env("SOURCE_DATE_EPOCH", "1790000000").args(["build"]).assert().success();
    let site = server.dir.path().join("site");
    let mut files = Vec::new();
    files_below(&site, &site, &mut files);
    assert!(files.len() > 10);
    for file in files.iter().filter(|file| !file.starts_with(".hindsite")) {
        let built = fs::read(site.join(file)).unwrap();
        let served = server.get(&format!("/{file}"));
        assert_eq!(served.status(), 200, "{file}");
        if file.ends_with(".html") {
            assert!(served.text().contains("/__hindsite/reload.js"), "{file}");
            assert_eq!(without_script(&served.text()), String::from_utf8(built).unwrap(), "{file}");
        } else {
            assert!(served.body == built, "{file}");
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// `SERVE_EDITS=1000` makes a longer run of it.
#[test]
fn any_row_of_edits_ends_in_the_site_that_a_build_gives() {
    let edits: u64 = std::env::var("SERVE_EDITS").ok().and_then(|count| count.parse().ok()).unwrap_or(60);
    let server = Server::start();
    let mut dice = Dice(7);
    let root = server.dir.path().join("content");
    for edit in 0..edits {
        let name = |dice: &mut Dice| root.join(["a", "b", "c/d", "c/e/f"][dice.below(4) as usize]).with_extension("md");
        let (one, other) = (name(&mut dice), name(&mut dice));
        let why = ["The disk of the oven queue was full.", "The certificate of the tills had expired.", "Nobody knows."];
        let text = format!(
            "# Outage {} of the oven\n\n## Summary\n\nOn 2026-0{}-1{} from 10:00 to 11:{:02} UTC. Edit {edit}.\n\n## Root cause\n\n{}\n\n## Action items\n\n- [{}] Buy a disk\n",
            dice.below(3),
            dice.below(9) + 1,
            dice.below(9),
            dice.below(60),
            why[dice.below(3) as usize],
            ["x", " "][dice.below(2) as usize],
        );
        for file in [&one, &other] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
        }
        match dice.below(7) {
            0 | 1 => fs::write(&one, text).unwrap(),
            // As editors do that save by renaming.
            2 => {
                fs::write(one.with_extension("tmp"), text).unwrap();
                fs::rename(one.with_extension("tmp"), &one).unwrap();
            }
            3 => fs::remove_file(&one).unwrap_or(()),
            4 => fs::rename(&one, &other).unwrap_or(()),
            5 => fs::rename(root.join("c"), root.join("g")).and_then(|()| fs::rename(root.join("g"), root.join("c"))).unwrap_or(()),
            _ => fs::remove_dir_all(root.join("c")).unwrap_or(()),
        }
        if dice.below(3) == 0 {
            thread::sleep(Duration::from_millis(dice.below(120)));
        }
    }
    fs::write(root.join("last.md"), "# The last word\n\nNothing more happens.\n").unwrap();
    server.wait_for("last edit", |server| server.get("/documents/last.html").text().contains("Nothing more happens."));
    thread::sleep(Duration::from_millis(700));
    assert_served_as_built(&server);
}

#[test]
fn saved_document_reaches_the_open_page() {
    let server = Server::start();
    let mut events = server.events();
    server.save("content/notes/how.md", "# How\n\nFreshly written.\n");
    next_event(&mut events);
    assert!(server.get("/documents/how.html").text().contains("Freshly written."));
    server.write("content/notes/later/more.md", "# More of it\n\nIn a new folder.\n");
    server.wait_for("page of the new document", |server| server.get("/documents/more.html").text().contains("In a new folder."));
    fs::remove_dir_all(server.dir.path().join("content/notes")).unwrap();
    server.wait_for("end of the page", |server| server.get("/documents/how.html").status() == 404);
}

/// Whoever reloads at once must find nothing that is still being made, on whatever page.
#[test]
fn right_after_the_event_of_one_edit_every_page_is_fresh() {
    let server = Server::start();
    let touched = [
        "/incidents/till-certificate.html",
        "/incidents/index.html",
        "/index.html",
        "/causes/index.html",
        "/severities/index.html",
        "/feed.xml",
        "/feed.json",
        "/stats.html",
        "/actions.html",
        "/data/stats.json",
        "/data/incidents.json",
    ];
    let fetch = || touched.map(|path| server.get(path)).map(|answer| (answer.status(), without_script(&answer.text())));
    let before = fetch();
    let mut events = server.events();
    server.save(
        "content/2026/till-certificate.md",
        "---\ntitle: The tills refuse gold cards\nstart: 2026-04-11T08:00+02:00\nend: 2026-04-11T12:30+02:00\nseverity: SEV2\n---\n\n\
         ## Summary\n\nNo till took a gold card.\n\n## Root cause\n\nThe disk of the tills was full.\n\n## Action items\n\n- [ ] Buy a larger disk\n",
    );
    next_event(&mut events);
    for ((path, old), new) in touched.iter().zip(&before).zip(&fetch()) {
        assert_eq!(new.0, 200, "{path}");
        assert_ne!(old.1, new.1, "{path}");
    }
    assert!(server.get("/feed.xml").text().contains("The tills refuse gold cards"));
    assert_served_as_built(&server);
}

#[test]
fn checkout_of_a_thousand_files_is_few_batches_and_ends_as_built() {
    const MOST_BATCHES: usize = 20;
    let server = Server::start();
    let mut events = server.events();
    let (sender, batches) = std::sync::mpsc::channel();
    // The stream ends with the server.
    thread::spawn(move || {
        let mut line = String::new();
        while events.read_line(&mut line).is_ok_and(|count| count > 0) {
            if line.starts_with("data: ") && sender.send(()).is_err() {
                return;
            }
            line.clear();
        }
    });
    for number in 0..1_000 {
        let text = format!("# Note {number}\n\nIt says {number}.\n");
        server.write(&format!("content/notes/{}/note-{number}.md", number % 10), &text);
    }
    fs::remove_dir_all(server.dir.path().join("content/2026")).unwrap();
    server.wait_for("last file", |server| server.get("/documents/note-999.html").text().contains("It says 999."));
    server.wait_for("end of the old ones", |server| server.get("/incidents/till-certificate.html").status() == 404);
    let count = batches.try_iter().count();
    assert!((1..=MOST_BATCHES).contains(&count), "{count} batches");
    assert_served_as_built(&server);
}

/// Files are edited one after the other for as long as it starts: some before they are read, some after.
#[test]
fn edit_while_it_starts_is_not_lost() {
    const FILES: usize = 300;
    let (ready, is_ready) = std::sync::mpsc::channel::<()>();
    let mut editor = None;
    let server = Server::start_with(&["--port", "0"], |dir, _| {
        let content = dir.join("content");
        let file = move |number: usize| content.join(format!("note-{number:03}.md"));
        for number in 0..FILES {
            fs::write(file(number), format!("# Note {number}\n\n{}\n", "Many words. ".repeat(200))).unwrap();
        }
        editor = Some(thread::spawn(move || {
            let mut edited = 0;
            while edited < FILES && is_ready.recv_timeout(Duration::from_millis(5)).is_err() {
                fs::write(file(edited), format!("# Note {edited}\n\nEdited while it started.\n")).unwrap();
                edited += 1;
            }
            edited
        }));
    });
    // It has stopped already where it ran out of files.
    let _ = ready.send(());
    for number in 0..editor.unwrap().join().unwrap() {
        let page = format!("/documents/note-{number:03}.html");
        server.wait_for("edit", |server| server.get(&page).text().contains("Edited while it started."));
    }
}

#[test]
fn polling_sees_every_edit() {
    let server = Server::start_with(&["--port", "0", "--poll"], |_, _| {});
    // More than one within a second, which is all that some times tell.
    for edit in 0..3 {
        server.save("content/README.md", &format!("# Small archive\n\nThis is edit {edit}.\n"));
        server.wait_for("edit", |server| server.get("/").text().contains(&format!("This is edit {edit}.")));
    }
    server.write("content/notes/new/fresh.md", "# Fresh\n\nIn a new folder.\n");
    server.wait_for("new file", |server| server.get("/documents/fresh.html").text().contains("In a new folder."));
    fs::remove_dir_all(server.dir.path().join("content/notes")).unwrap();
    server.wait_for("end of the file", |server| server.get("/documents/fresh.html").status() == 404);
}

#[cfg(target_os = "linux")]
#[test]
fn open_shows_the_site_in_the_browser() {
    use std::os::unix::fs::PermissionsExt;

    let server = Server::start_with(&["--port", "0", "--open"], |dir, command| {
        let browser = dir.join("bin/xdg-open");
        fs::create_dir(dir.join("bin")).unwrap();
        fs::write(&browser, "#!/bin/sh\nprintf '%s' \"$*\" > opened.part && mv opened.part opened\n").unwrap();
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", dir.join("bin").display()));
    });
    server.wait_for("browser", |server| server.dir.path().join("opened").is_file());
    let opened = fs::read_to_string(server.dir.path().join("opened")).unwrap();
    assert_eq!(opened, format!("http://{}/", server.address));
    assert_eq!(server.get("/").status(), 200);
}

#[test]
fn content_folder_that_is_replaced_is_watched_again() {
    let server = Server::start();
    let content = server.dir.path().join("content");
    fs::rename(&content, server.dir.path().join("old")).unwrap();
    copy(&server.dir.path().join("old"), &content);
    server.write("content/notes/how.md", "# How\n\nFirst after the move.\n");
    server.wait_for("change", |server| server.get("/documents/how.html").text().contains("First after the move."));
    thread::sleep(Duration::from_millis(1_500));
    server.write("content/notes/how.md", "# How\n\nSecond after the move.\n");
    server.wait_for("change", |server| server.get("/documents/how.html").text().contains("Second after the move."));
}

#[test]
fn broken_configuration_keeps_the_site_and_is_shown_until_it_is_mended() {
    let server = Server::start();
    let notes = "/__hindsite/notes?page=index.html";
    assert!(server.get(notes).text().contains("\"trouble\":[]"));
    server.write("book.toml", "[book]\ntitel = \"x\"\n");
    server.wait_for("trouble", |server| server.get(notes).text().contains("unknown key `book.titel`"));
    assert_eq!(server.get("/").status(), 200);
    server.write("book.toml", "[book]\ntitle = \"Renamed\"\n");
    server.wait_for("end of trouble", |server| server.get(notes).text().contains("\"trouble\":[]"));
    assert!(server.get("/").text().contains("Renamed"));
}

#[test]
fn error_of_a_document_is_shown_on_its_page_alone() {
    let server = Server::start();
    server.write(
        "content/2026/till-certificate.md",
        "---\ntitle: a: b\n---\n\n# The tills\n\n## Summary\n\nNo cards on 2026-04-11.\n\n## Root cause\n\nA date.\n",
    );
    server.wait_for("trouble", |server| {
        let notes = server.get("/__hindsite/notes?page=incidents/till-certificate.html").text();
        notes.split("\"warnings\"").next().unwrap().contains("PM010")
    });
    assert!(!server.get("/__hindsite/notes?page=index.html").text().contains("PM010"));
}

#[test]
fn page_of_an_incident_says_where_each_value_was_read() {
    let server = Server::start();
    let sources = |page: &str| {
        let notes: serde_json::Value = serde_json::from_str(&server.get(&format!("/__hindsite/notes?page={page}")).text()).unwrap();
        notes["sources"].as_array().unwrap().clone()
    };
    let of_incident = sources("incidents/till-certificate.html");
    let title = of_incident.iter().find(|one| one["field"] == "title").expect("the title has a source");
    assert_eq!((title["line"].as_u64().is_some(), title["value"].as_str().unwrap().is_empty()), (true, false), "{title}");
    assert!(of_incident.iter().any(|one| one["field"] == "causes[0]"), "{of_incident:?}");
    assert!(sources("index.html").is_empty());
}

#[test]
fn http_is_as_browsers_expect() {
    let server = Server::start();
    let page = server.get("/");
    assert_eq!(page.header("Content-Type"), Some("text/html; charset=utf-8"));
    let tag = page.header("ETag").unwrap().to_owned();
    let again = server.send("GET", "/", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status(), again.body.len()), (304, 0));
    let head = server.send("HEAD", "/", "");
    assert_eq!((head.status(), head.body.len()), (200, 0));
    assert_eq!(head.header("Content-Length"), page.header("Content-Length"));
    let missing = server.get("/nowhere.html");
    assert_eq!(missing.status(), 404);
    assert!(missing.text().contains("</html>"), "the site's own page says so");
    assert_eq!(server.get("/incidents").status(), 302);
    assert_eq!(server.get("/incidents/oven-queue").status(), 200);
    let (built, _) = (server.get("/data/incidents.json"), ());
    let part = server.send("GET", "/data/incidents.json", "Range: bytes=2-5\r\n");
    assert_eq!((part.status(), part.body.as_slice()), (206, &built.body[2..6]));
    assert_eq!(server.send("POST", "/", "Content-Length: 0\r\n").status(), 405);
}

#[test]
fn foreign_host_and_paths_out_of_the_site_are_refused() {
    let server = Server::start();
    fs::write(server.dir.path().join("secret.txt"), "secret").unwrap();
    assert_eq!(server.send("GET", "/", "Host: evil.example\r\n").status(), 403);
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e%252fsecret.txt",
        "/..\\secret.txt",
        "/%5c..%5csecret.txt",
        "//secret.txt",
        "/./../secret.txt",
        "/incidents/../../secret.txt",
        "/secret.txt%00.html",
        "/book.toml",
        "/.hindsite-manifest.json",
        "/content/README.md",
    ] {
        let answer = server.get(target);
        assert_eq!(answer.status(), 404, "{target}");
        assert!(!answer.text().contains("secret\n") && answer.text() != "secret", "{target}");
    }
}

#[cfg(unix)]
#[test]
fn picture_that_became_a_link_to_elsewhere_is_not_served() {
    let server = Server::start();
    let target = server.get("/content-does-not-matter");
    assert_eq!(target.status(), 404);
    let picture = server.dir.path().join("content/2026/queue.png");
    fs::write(server.dir.path().join("secret.txt"), "secret").unwrap();
    fs::remove_file(&picture).unwrap();
    std::os::unix::fs::symlink(server.dir.path().join("secret.txt"), &picture).unwrap();
    for _ in 0..20 {
        for path in ["/2026/queue.png", "/files/2026/queue.png", "/documents/2026/queue.png"] {
            assert!(!server.get(path).text().contains("secret"));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn abuse_hangs_nothing() {
    let server = Server::start();
    let mut open: Vec<TcpStream> = Vec::new();
    for junk in [
        "",
        "GET",
        "GET / HTTP/1.1\r\nHost: x",
        "\r\n\r\n\r\n",
        "GET /\0 HTTP/9.9\r\n\r\n",
        "\u{feff}é / HTTP/1.1\r\n\r\n",
        "GET  HTTP/1.1\r\nHost\r\n\r\n",
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(junk.as_bytes());
        open.push(stream);
    }
    let streams: Vec<_> = (0..200).map(|_| server.events()).collect();
    // These ask and never read.
    for _ in 0..30 {
        let mut stream = server.connect();
        write!(stream, "GET /data/incidents.json HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
        open.push(stream);
    }
    server.save("content/notes/how.md", "# How\n\nIn spite of all that.\n");
    for mut stream in streams {
        next_event(&mut stream);
    }
    assert!(server.get("/documents/how.html").text().contains("In spite of all that."));
    drop(open);
    assert_eq!(server.get("/").status(), 200);
}

/// `SERVE_REQUESTS=5000` asks more.
#[cfg(target_os = "linux")]
#[test]
fn many_requests_leave_neither_threads_nor_memory_behind() {
    let requests: usize = std::env::var("SERVE_REQUESTS").ok().and_then(|count| count.parse().ok()).unwrap_or(400);
    let server = Server::start();
    let figure = |name: &str| -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_matches(|letter: char| !letter.is_ascii_digit()).parse().unwrap()
    };
    let ask = |count: usize| {
        thread::scope(|scope| {
            for worker in 0..8 {
                let server = &server;
                scope.spawn(move || {
                    for number in 0..count / 8 {
                        let (target, status) =
                            [("/", 200), ("/nowhere", 404), ("/data/incidents.json", 200), ("/incidents/oven-queue.html", 200)]
                                [(worker + number) % 4];
                        assert_eq!(server.get(target).status(), status, "{target}");
                    }
                });
            }
        });
    };
    ask(200);
    let threads = figure("Threads:");
    let load = || {
        let _streams: Vec<_> = (0..200).map(|_| server.events()).collect();
        ask(requests);
    };
    // What so many at once need is kept for the next ones; a leak grows again.
    load();
    let memory = figure("VmRSS:");
    load();
    server.write("content/notes/how.md", "# How\n\nTells the streams that are gone.\n");
    // A thread too many ends when it has waited for a while.
    server.wait_for("end of the threads", |_| figure("Threads:") <= threads + 4);
    assert!(figure("VmRSS:") < memory + 64 * 1024, "{} kB, before {memory}", figure("VmRSS:"));
}

#[cfg(unix)]
#[test]
fn stops_within_a_second_with_pages_open() {
    let mut server = Server::start();
    let _streams: Vec<_> = (0..10).map(|_| server.events()).collect();
    let began = Instant::now();
    Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
    let status = server.child.wait().unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(status.code(), Some(0));
}

#[test]
fn taken_port_is_said_and_another_is_tried_only_where_none_was_asked_for() {
    let server = Server::start();
    let port = server.address.rsplit(':').next().unwrap();
    let mut second = assert_cmd::Command::cargo_bin("hindsite").unwrap();
    let run = second.current_dir(server.dir.path()).args(["serve", "--port", port]).timeout(DEADLINE).assert().code(2);
    let text = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(text.contains("cannot listen on 127.0.0.1") && text.contains("--port"), "{text}");
}
