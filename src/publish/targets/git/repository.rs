//! The repository in the temporary folder: the newest tree of the branch, blobs, and a new commit on top.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
    time::Duration,
};

use tempfile::TempDir;

use super::{
    Remote,
    command::{Answer, Git},
};
use crate::publish::{Fault, Patience};

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeFile {
    /// `100644`, `120000` for a symbolic link, `160000` for a repository in the repository.
    pub(super) mode: String,
    /// The id of its blob.
    pub(super) blob: String,
}

/// The wiki's repository as it was fetched last.
pub(super) struct Repository {
    folder: TempDir,
    remote: Rc<Remote>,
    patience: Rc<Patience>,
    branch: String,
    /// The commit that was fetched; `None` in a repository without one.
    head: Option<String>,
    /// Whether older commits were fetched too.
    has_history: std::cell::Cell<bool>,
}

impl Repository {
    /// Makes an empty repository on this machine.
    pub(super) fn new(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let folder =
            TempDir::with_prefix("hindsite-git-").map_err(|cause| Fault::Stop(format!("cannot make a temporary folder: {cause}")))?;
        let branch = remote.branch.clone().unwrap_or_default();
        let repository = Self { folder, remote, patience, branch, head: None, has_history: Default::default() };
        repository.git().local(&["init", "--quiet", "--bare", "--template=", "."], b"")?;
        Ok(repository)
    }

    fn git(&self) -> Git<'_> {
        Git { folder: self.folder.path(), remote: &self.remote }
    }

    fn left(&self) -> Option<Duration> {
        self.patience.left()
    }

    /// Fetches the newest commit of the branch.
    pub(super) fn fetch(&mut self) -> Result<(), Fault> {
        if self.branch.is_empty() {
            self.branch = self.default_branch()?;
        }
        let spec = format!("+refs/heads/{}:refs/hindsite/base", self.branch);
        let arguments =
            ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--end-of-options", &self.remote.url, &spec];
        let answer = self.insist(&arguments)?;
        if !answer.ok {
            if !answer.stderr.contains("couldn't find remote ref") {
                return Err(refused(&self.remote, &answer));
            }
            self.must_be_empty()?;
            self.head = None;
            return Ok(());
        }
        let head = self.git().local(&["rev-parse", "--verify", "refs/hindsite/base"], b"")?;
        self.head = Some(String::from_utf8_lossy(&head).trim().to_owned());
        Ok(())
    }

    /// Returns the branch that the server's `HEAD` names.
    fn default_branch(&self) -> Result<String, Fault> {
        let answer = self.insist(&["ls-remote", "--symref", "--end-of-options", &self.remote.url, "HEAD"])?;
        if !answer.ok {
            return Err(refused(&self.remote, &answer));
        }
        let text = String::from_utf8_lossy(&answer.stdout);
        let named = text.lines().find_map(|line| line.strip_prefix("ref: refs/heads/")?.split('\t').next());
        Ok(named.unwrap_or(self.remote.flavor.first_branch()).to_owned())
    }

    /// A branch that is not there is made in an empty repository alone: elsewhere its name is a typing error.
    fn must_be_empty(&self) -> Result<(), Fault> {
        let answer = self.insist(&["ls-remote", "--heads", "--end-of-options", &self.remote.url])?;
        if !answer.ok {
            return Err(refused(&self.remote, &answer));
        }
        if answer.stdout.is_empty() {
            return Ok(());
        }
        Err(Fault::Stop(format!("{} has no branch `{}`; name the wiki's branch with `branch`", self.remote.url, self.branch)))
    }

    /// Runs a command that only reads from the server, again where it could not be reached.
    fn insist(&self, arguments: &[&str]) -> Result<Answer, Fault> {
        self.patience.insist(|| {
            self.patience.count_request();
            let answer = self.git().network(arguments, self.left())?;
            if !answer.ok && is_for_later(&answer) {
                return Err(Fault::Later { message: format!("{}: {}", self.remote.url, answer.message()), after: None });
            }
            Ok(answer)
        })
    }

    /// Returns every file of the tree that was fetched, by path.
    pub(super) fn files(&self) -> Result<BTreeMap<String, TreeFile>, Fault> {
        let Some(head) = &self.head else { return Ok(BTreeMap::new()) };
        let listing = self.git().local(&["ls-tree", "-r", "-z", "--full-tree", head], b"")?;
        let mut files = BTreeMap::new();
        for line in listing.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            // A path that is not UTF-8 is none of ours, and its file stays as it is.
            let (Ok(facts), Ok(path)) = (std::str::from_utf8(&line[..tab]), std::str::from_utf8(&line[tab + 1..])) else { continue };
            let mut facts = facts.split(' ');
            if let (Some(mode), Some(_), Some(blob)) = (facts.next(), facts.next(), facts.next()) {
                files.insert(path.to_owned(), TreeFile { mode: mode.to_owned(), blob: blob.to_owned() });
            }
        }
        Ok(files)
    }

    /// Returns the texts of blobs. Those that are no UTF-8 come with replacement characters.
    pub(super) fn read(&self, blobs: &[&str]) -> Result<HashMap<String, String>, Fault> {
        let mut texts = HashMap::with_capacity(blobs.len());
        if blobs.is_empty() {
            return Ok(texts);
        }
        let stream = self.git().local(&["cat-file", "--batch"], (blobs.join("\n") + "\n").as_bytes())?;
        let mut rest = &stream[..];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let header = String::from_utf8_lossy(&rest[..end]).into_owned();
            let mut words = header.split(' ');
            let (Some(blob), _, Some(Ok(length))) = (words.next(), words.next(), words.next().map(str::parse::<usize>)) else {
                return Err(Fault::Stop(format!("git does not find `{header}`")));
            };
            let from = end + 1;
            let Some(bytes) = rest.get(from..from + length) else { break };
            texts.insert(blob.to_owned(), String::from_utf8_lossy(bytes).into_owned());
            rest = rest.get(from + length + 1..).unwrap_or_default();
        }
        Ok(texts)
    }

    /// Stores a blob and returns its id.
    pub(super) fn store(&self, bytes: &[u8]) -> Result<String, Fault> {
        let id = self.git().local(&["hash-object", "-w", "-t", "blob", "--stdin", "--no-filters"], bytes)?;
        Ok(String::from_utf8_lossy(&id).trim().to_owned())
    }

    /// Stores many blobs in one call and returns their ids, in order.
    pub(super) fn store_all(&self, contents: &[&[u8]]) -> Result<Vec<String>, Fault> {
        if contents.len() < 3 {
            return contents.iter().map(|bytes| self.store(bytes)).collect();
        }
        let failed = |cause: std::io::Error| Fault::Stop(format!("cannot write to the temporary folder: {cause}"));
        let folder = self.folder.path().join("blobs");
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let mut list = String::new();
        for (at, bytes) in contents.iter().enumerate() {
            let file = folder.join(at.to_string());
            std::fs::write(&file, bytes).map_err(failed)?;
            list.push_str(&format!("blobs/{at}\n"));
        }
        let ids = self.git().local(&["hash-object", "-w", "-t", "blob", "--no-filters", "--stdin-paths"], list.as_bytes())?;
        let ids: Vec<String> = String::from_utf8_lossy(&ids).lines().map(str::to_owned).collect();
        if ids.len() == contents.len() { Ok(ids) } else { Err(Fault::Stop("git did not store every file".to_owned())) }
    }

    /// Makes a commit on top of what was fetched, in which the files of `changes` are replaced, or gone where there is no blob.
    /// Returns its id; `None` where the tree stays the same.
    pub(super) fn commit(&self, changes: &BTreeMap<String, Option<String>>, message: &str) -> Result<Option<String>, Fault> {
        let git = self.git();
        // The index of a bare repository is a file like another.
        match &self.head {
            Some(head) => git.local(&["read-tree", head], b"")?,
            None => git.local(&["read-tree", "--empty"], b"")?,
        };
        let mut input = Vec::new();
        let nothing = "0".repeat(40);
        // What goes, goes first: a folder may take the place of a file.
        for (path, blob) in changes.iter().filter(|(_, blob)| blob.is_none()).chain(changes.iter().filter(|(_, blob)| blob.is_some())) {
            let (mode, blob) = blob.as_ref().map_or(("0", &nothing), |blob| ("100644", blob));
            input.extend_from_slice(format!("{mode} {blob}\t{path}\0").as_bytes());
        }
        git.local(&["update-index", "-z", "--index-info"], &input)?;
        let tree = text(&git.local(&["write-tree"], b"")?);
        if let Some(head) = &self.head
            && text(&git.local(&["rev-parse", "--verify", &format!("{head}^{{tree}}")], b"")?) == tree
        {
            return Ok(None);
        }
        let mut arguments = vec!["commit-tree", "--no-gpg-sign", &tree];
        if let Some(head) = &self.head {
            arguments.extend(["-p", head]);
        }
        Ok(Some(text(&git.local(&arguments, message.as_bytes())?)))
    }

    /// Pushes a commit as a fast-forward. [`Fault::Raced`] where the branch has moved, [`Fault::Unsure`] where the answer is lost.
    pub(super) fn push(&self, commit: &str) -> Result<(), Fault> {
        self.patience.count_request();
        let spec = format!("{commit}:refs/heads/{}", self.branch);
        let arguments = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--end-of-options", &self.remote.url, &spec];
        let answer = self.git().network(&arguments, self.left())?;
        if answer.ok {
            return Ok(());
        }
        let said = format!("{}\n{}", String::from_utf8_lossy(&answer.stdout), answer.stderr);
        const RACES: [&str; 7] = [
            "(fetch first)",
            "(non-fast-forward)",
            "stale info",
            "cannot lock ref",
            "incorrect old value",
            "failed to update ref",
            "reference already exists",
        ];
        if RACES.iter().any(|race| said.contains(race)) {
            return Err(Fault::Raced(answer.message()));
        }
        if said.contains("remote rejected") || said.contains("hook declined") {
            return Err(Fault::Stop(format!("{} refuses the push: {}", self.remote.url, answer.message())));
        }
        if answer.timed_out || is_for_later(&answer) || is_cut(&answer) {
            return Err(Fault::Unsure(format!("{}: {}", self.remote.url, answer.message())));
        }
        Err(refused(&self.remote, &answer))
    }

    /// Returns older texts of a file, newest first. The history is fetched for it, which only a conflict is worth.
    pub(super) fn history(&self, path: &str) -> Result<Vec<String>, Fault> {
        const MOST: &str = "--max-count=200";
        let Some(head) = &self.head else { return Ok(Vec::new()) };
        let spec = format!("+refs/heads/{}:refs/hindsite/history", self.branch);
        let arguments =
            ["fetch", "--quiet", "--depth=2147483647", "--no-tags", "--no-write-fetch-head", "--end-of-options", &self.remote.url, &spec];
        if !self.has_history.get() {
            let answer = self.insist(&arguments)?;
            if !answer.ok {
                return Err(refused(&self.remote, &answer));
            }
            self.has_history.set(true);
        }
        let commits = text(&self.git().local(&["rev-list", MOST, head, "--", path], b"")?);
        let wanted: Vec<String> = commits.lines().map(|commit| format!("{commit}:{path}")).collect();
        let ids = self.git().local(&["cat-file", "--batch-check=%(objectname)"], (wanted.join("\n") + "\n").as_bytes())?;
        let ids = text(&ids);
        let ids: Vec<&str> = ids.lines().filter(|line| !line.contains(' ') && !line.is_empty()).collect();
        let texts = self.read(&ids)?;
        Ok(ids.iter().filter_map(|id| texts.get(*id).cloned()).collect())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// True for a server that could not be reached or does not want to work now.
fn is_for_later(answer: &Answer) -> bool {
    const SIGNS: [&str; 10] = [
        "Could not resolve host",
        "Failed to connect",
        "Connection refused",
        "Connection timed out",
        "Couldn't connect",
        "error: 429",
        "error: 500",
        "error: 502",
        "error: 503",
        "error: 504",
    ];
    answer.timed_out || SIGNS.iter().any(|sign| answer.stderr.contains(sign)) || is_cut(answer)
}

/// True for a connection that ended in the middle.
fn is_cut(answer: &Answer) -> bool {
    const SIGNS: [&str; 9] = [
        "unexpected disconnect",
        "early EOF",
        "hung up unexpectedly",
        "Empty reply from server",
        "Connection reset",
        "RPC failed",
        "transfer closed",
        "Recv failure",
        "Operation too slow",
    ];
    SIGNS.iter().any(|sign| answer.stderr.contains(sign))
}

fn refused(remote: &Remote, answer: &Answer) -> Fault {
    let said = &answer.stderr;
    let help = if said.contains("Authentication failed") || said.contains("could not read Username") || said.contains("error: 401") {
        "; is `user` right, and the password in the variable that `password-env` names?"
    } else if said.contains("error: 403") {
        "; this account may not do that"
    } else if said.contains("not found") || said.contains("does not exist") || said.contains("does not appear to be a git repository") {
        "; a wiki's repository begins to exist with its first page, which has to be made by hand"
    } else {
        ""
    };
    Fault::Stop(format!("{}: {}{help}", remote.url, answer.message()))
}
