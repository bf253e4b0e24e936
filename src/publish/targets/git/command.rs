//! Running `git`: arguments never pass a shell, nobody is asked anything, no configuration of a person or machine is read, secrets go
//! through the environment of the child alone, and a call that hangs is ended.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Remote;
use crate::publish::Fault;

/// The longest that a call may take which does not use the network, and one that does.
const LOCAL_LIMIT: Duration = Duration::from_secs(120);
const NETWORK_LIMIT: Duration = Duration::from_secs(300);

/// What a call gave.
pub(super) struct Answer {
    pub(super) ok: bool,
    pub(super) stdout: Vec<u8>,
    /// Without secrets.
    pub(super) stderr: String,
    /// True where it took too long and was ended.
    pub(super) timed_out: bool,
}

impl Answer {
    /// Returns the first lines of what git said that tell people something.
    pub(super) fn message(&self) -> String {
        if self.timed_out {
            return "git took too long and was ended".to_owned();
        }
        let is_noise =
            |line: &str| line.is_empty() || line.starts_with("hint:") || line.starts_with("To ") || line.starts_with("Everything");
        let lines: Vec<&str> = self.stderr.lines().map(str::trim).filter(|line| !is_noise(line)).take(6).collect();
        if lines.is_empty() { "git failed and said nothing".to_owned() } else { lines.join("; ") }
    }
}

/// Git in one folder.
pub(super) struct Git<'a> {
    pub(super) folder: &'a Path,
    pub(super) remote: &'a Remote,
}

impl Git<'_> {
    /// Runs a command that stays on this machine; a failure there is one of the machine.
    pub(super) fn local(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Fault> {
        let answer = self.run(self.command(arguments), input, LOCAL_LIMIT)?;
        if answer.ok { Ok(answer.stdout) } else { Err(Fault::Stop(format!("`git {}` failed: {}", arguments.join(" "), answer.message()))) }
    }

    /// Runs a command that talks to the server.
    pub(super) fn network(&self, arguments: &[&str], left: Option<Duration>) -> Result<Answer, Fault> {
        let mut command = self.command(arguments);
        if let Some((user, password)) = &self.remote.login {
            let header = format!("Authorization: Basic {}", STANDARD.encode(format!("{user}:{}", password.reveal())));
            // For this address alone: a redirect does not take it elsewhere.
            command.env("GIT_CONFIG_COUNT", "1");
            command.env("GIT_CONFIG_KEY_0", format!("http.{}.extraHeader", self.remote.url));
            command.env("GIT_CONFIG_VALUE_0", header);
        }
        let limit = left.map_or(NETWORK_LIMIT, |left| left.min(NETWORK_LIMIT));
        self.run(command, b"", limit)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            let is_of_git = name.to_str().is_some_and(|name| name.starts_with("GIT_"));
            if is_of_git && name != OsStr::new("GIT_SSH_COMMAND") && name != OsStr::new("GIT_SSH") {
                command.env_remove(name);
            }
        }
        let (name, email) = &self.remote.author;
        command
            .args(["-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "protocol.ext.allow=never", "-c", "gc.auto=0"])
            .args([
                "-c",
                "http.followRedirects=false",
                "-c",
                "credential.helper=",
                "-c",
                "core.askPass=",
                "-c",
                "transfer.fsckObjects=true",
            ])
            .args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"])
            .args(arguments)
            .current_dir(self.folder)
            .env("GIT_DIR", self.folder)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", name)
            .env("GIT_AUTHOR_EMAIL", email)
            .env("GIT_COMMITTER_NAME", name)
            .env("GIT_COMMITTER_EMAIL", email)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=20");
        }
        command
    }

    fn run(&self, mut command: Command, input: &[u8], limit: Duration) -> Result<Answer, Fault> {
        let mut child =
            command.spawn().map_err(|cause| Fault::Stop(format!("cannot run `git`: {cause}; a git wiki needs it installed")))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut timed_out = false;
        let (ok, stdout, stderr) = thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            let stdout = scope.spawn(move || read_all(stdout));
            let stderr = scope.spawn(move || read_all(stderr));
            let ok = wait(&mut child, limit, &mut timed_out);
            (ok, stdout.join().unwrap_or_default(), stderr.join().unwrap_or_default())
        });
        Ok(Answer { ok: ok && !timed_out, stdout, stderr: self.redacted(&String::from_utf8_lossy(&stderr)), timed_out })
    }

    /// Takes the password out of what git said, in case a server or a proxy gave it back.
    fn redacted(&self, text: &str) -> String {
        match &self.remote.login {
            Some((user, password)) if !password.reveal().is_empty() => {
                let header = STANDARD.encode(format!("{user}:{}", password.reveal()));
                text.replace(password.reveal(), "***").replace(&header, "***")
            }
            _ => text.to_owned(),
        }
    }
}

fn read_all(pipe: Option<impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

fn wait(child: &mut Child, limit: Duration, timed_out: &mut bool) -> bool {
    let end = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < end => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            _ => {
                *timed_out = true;
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
