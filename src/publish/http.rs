//! Requests to the servers of wikis: one at a time, with what went wrong sorted by what may be done about it.
//!
//! A request that only reads may be sent again after any trouble. One that writes may be sent again only where it is certain that the
//! server did not begin it; else it is [`Fault::Unsure`], and who sent it must look first.
//!
//! `https` only, but for this machine; redirects are never followed, so that a login cannot end up elsewhere. Secrets stand in
//! headers and bodies, never in an address, and no message holds any of these.

use std::{collections::BTreeMap, io, rc::Rc, time::Duration};

use ureq::{
    Agent, Timeout,
    http::{Request, Response, header},
    tls::{RootCerts, TlsConfig},
};

use super::{Fault, Patience, Secret};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 * 1024 * 1024;
/// How much of an answer that is no JSON a message quotes, in characters.
const MAX_QUOTE_CHARS: usize = 160;

/// Whether a request changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only reads.
    Reads,
    /// It writes.
    Writes,
}

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'static str,
    /// The whole address.
    pub(crate) url: String,
    /// Further headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The media type of the body and the body.
    pub(crate) body: Option<(String, &'a [u8])>,
    pub(crate) effect: Effect,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long the server wants us to wait.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Returns the body as JSON.
    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns the beginning of the body, for a message.
    pub(crate) fn quote(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.chars().take(MAX_QUOTE_CHARS).collect()
    }
}

/// A client of one server.
pub(crate) struct Client {
    agent: Agent,
    patience: Rc<Patience>,
    /// The server's address without user and path, for messages.
    server: String,
    /// Sent with every request.
    authorization: Option<Secret>,
    cookies: BTreeMap<String, String>,
}

impl Client {
    /// Returns a client for the server of `url`; says why there can be none.
    pub(crate) fn new(url: &str, authorization: Option<Secret>, patience: Rc<Patience>) -> Result<Self, String> {
        let server = check_address(url)?;
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(patience.answer_limit()))
            .user_agent(concat!("hindsite/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Ok(Self { agent: config.new_agent(), patience, server, authorization, cookies: BTreeMap::new() })
    }

    /// Forgets the login.
    pub(crate) fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// Sends once. Trouble on the way, 401, 429 and 5xx are faults; every other answer is the caller's to judge.
    pub(crate) fn send(&mut self, call: &Call<'_>) -> Result<Answer, Fault> {
        self.patience.count_request();
        let mut builder = Request::builder().method(call.method).uri(&call.url);
        for (name, value) in &call.headers {
            builder = builder.header(*name, value);
        }
        if let Some(secret) = &self.authorization {
            builder = builder.header(header::AUTHORIZATION, secret.reveal());
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            builder = builder.header(header::COOKIE, cookies.join("; "));
        }
        let invalid = |_| Fault::Refused(format!("a request to {} cannot be written", self.server));
        let sent = match &call.body {
            Some((mime, bytes)) => self.agent.run(builder.header(header::CONTENT_TYPE, mime).body(*bytes).map_err(invalid)?),
            None => self.agent.run(builder.body(()).map_err(invalid)?),
        };
        let answer = sent.and_then(|response| self.receive(response)).map_err(|error| self.fault(&error, call.effect))?;
        self.judge(answer, call.effect)
    }

    fn receive(&mut self, mut response: Response<ureq::Body>) -> Result<Answer, ureq::Error> {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                let gone = value.is_empty() || value == "deleted";
                match gone {
                    true => self.cookies.remove(name.trim()),
                    false => self.cookies.insert(name.trim().to_owned(), value.trim().to_owned()),
                };
            }
        }
        let said = |name| response.headers().get(name).and_then(|value: &ureq::http::HeaderValue| value.to_str().ok());
        let retry_after = said(header::RETRY_AFTER).and_then(|value| wait_of(value, said(header::DATE)));
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?;
        Ok(Answer { status, retry_after, body })
    }

    /// Sorts trouble on the way by whether the server may have begun.
    fn fault(&self, error: &ureq::Error, effect: Effect) -> Fault {
        let message = format!("{}: {}", self.server, what_went_wrong(error));
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Fault::Refused(message),
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) | ureq::Error::BodyExceedsLimit(_) => Fault::Stop(message),
            error if is_before_sending(error) || effect == Effect::Reads => Fault::Later { message, after: None },
            _ => Fault::Unsure(message),
        }
    }

    fn judge(&self, answer: Answer, effect: Effect) -> Result<Answer, Fault> {
        let message = || {
            let quote = answer.quote();
            let quote = if quote.starts_with('<') || quote.is_empty() { String::new() } else { format!(": {quote}") };
            format!("{} answered {}{quote}", self.server, answer.status)
        };
        match answer.status {
            401 => Err(Fault::Login(message())),
            429 => Err(Fault::Later { message: message(), after: answer.retry_after }),
            // A server that says when to come again has not begun.
            503 if answer.retry_after.is_some() => Err(Fault::Later { message: message(), after: answer.retry_after }),
            500..=599 if effect == Effect::Reads => Err(Fault::Later { message: message(), after: answer.retry_after }),
            500..=599 => Err(Fault::Unsure(message())),
            300..=399 => {
                Err(Fault::Stop(format!("{} sends us elsewhere (status {}); write its own address as `url`", self.server, answer.status)))
            }
            _ => Ok(answer),
        }
    }
}

/// Returns the server of an address for messages; says what is wrong with the address.
pub(crate) fn check_address(url: &str) -> Result<String, String> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("`url` must be a whole address, not `{url}`"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("`url` must not hold a user or a password".to_owned());
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() || authority.contains(char::is_whitespace) {
        return Err(format!("`url` has no host: `{url}`"));
    }
    let is_this_machine = host == "localhost" || host == "::1" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    match scheme {
        "https" => Ok(format!("{scheme}://{authority}")),
        "http" if is_this_machine => Ok(format!("{scheme}://{authority}")),
        "http" => Err("`url` must be `https`: over `http` everybody on the way could read the password".to_owned()),
        _ => Err(format!("`url` cannot be `{url}`: use `https`")),
    }
}

/// Returns what a `Retry-After` header says: seconds, or a date, which is measured by the server's own `Date`. No clock of ours is
/// asked: it may be wrong. A date without one is read as a few seconds.
fn wait_of(value: &str, date: Option<&str>) -> Option<Duration> {
    const UNKNOWN: Duration = Duration::from_secs(5);
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let read = |text: &str| chrono::DateTime::parse_from_rfc2822(text.trim()).ok();
    let until = read(value)?;
    let now = date.and_then(read);
    Some(now.map_or(UNKNOWN, |now| (until - now).to_std().unwrap_or(Duration::ZERO)))
}

fn is_before_sending(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => true,
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

fn what_went_wrong(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "there is no host of that name".to_owned(),
        other => other.to_string(),
    }
}

/// Returns fields as a form.
pub(crate) fn form(fields: &[(&str, &str)]) -> (String, Vec<u8>) {
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    ("application/x-www-form-urlencoded".to_owned(), pairs.join("&").into_bytes())
}

/// A file of a form.
pub(crate) struct FilePart<'a> {
    pub(crate) field: &'a str,
    /// Letters, digits, hyphens and dots.
    pub(crate) name: &'a str,
    pub(crate) mime: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// Returns fields and a file as a form (<https://www.rfc-editor.org/rfc/rfc7578>).
pub(crate) fn multipart(fields: &[(&str, &str)], file: &FilePart<'_>) -> (String, Vec<u8>) {
    // The boundary is that of the file's bytes, so it cannot stand in them but by intent; then it is another.
    let mut boundary = format!("hindsite-{:016x}", xxhash_rust::xxh3::xxh3_64(file.bytes));
    while contains(file.bytes, boundary.as_bytes()) || fields.iter().any(|(_, value)| value.contains(&boundary)) {
        boundary.push('x');
    }
    let mut body = Vec::with_capacity(file.bytes.len() + 1024);
    for (name, value) in fields {
        body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        file.field, file.name, file.mime
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Read, Write},
        net::TcpListener,
        thread,
    };

    use super::*;

    /// Answers each connection with the next of `answers`; an empty one is a cut connection.
    fn server(answers: &'static [&'static str]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        thread::spawn(move || {
            for answer in answers {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                        break;
                    }
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap_or(0);
                    }
                }
                let mut body = vec![0; length];
                let _ = reader.read_exact(&mut body);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn call(url: &str, effect: Effect) -> Result<u16, Fault> {
        let patience = Rc::new(Patience::new(None, Duration::ZERO));
        let mut client = Client::new(url, Some(Secret::new("Bearer hush")), patience).expect("an address");
        let (mime, bytes) = form(&[("a", "b")]);
        let call = Call { method: "POST", url: format!("{url}/x"), headers: Vec::new(), body: Some((mime, &bytes)), effect };
        client.send(&call).map(|answer| answer.status)
    }

    #[test]
    fn faults_are_sorted_by_whether_the_server_may_have_begun() {
        const SOON: &str = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        const BROKEN: &str = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        const MANY: &str = "HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        const FORBIDDEN: &str = "HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
        const ELSEWHERE: &str = "HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        const LOGIN: &str = "HTTP/1.1 401 Who\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\nConnection: close\r\n\r\nhalf";
        let url = server(&[SOON, BROKEN, BROKEN, MANY, FORBIDDEN, ELSEWHERE, LOGIN, HALF, HALF, "", ""]);
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert!(matches!(call(&url, Effect::Writes), Err(Fault::Later { after, .. }) if after == seconds(7)));
        assert!(matches!(call(&url, Effect::Writes), Err(Fault::Unsure(_))));
        assert!(matches!(call(&url, Effect::Reads), Err(Fault::Later { after: None, .. })));
        assert!(matches!(call(&url, Effect::Writes), Err(Fault::Later { after, .. }) if after == seconds(3)));
        assert_eq!(call(&url, Effect::Writes), Ok(403));
        assert!(matches!(call(&url, Effect::Reads), Err(Fault::Stop(_))));
        assert!(matches!(call(&url, Effect::Writes), Err(Fault::Login(_))));
        assert!(matches!(call(&url, Effect::Writes), Err(Fault::Unsure(_))));
        assert!(matches!(call(&url, Effect::Reads), Err(Fault::Later { .. })));
        assert!(matches!(call(&url, Effect::Writes), Err(Fault::Unsure(_))));
        assert!(matches!(call(&url, Effect::Reads), Err(Fault::Later { .. })));
        let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let fault = call(&format!("http://{nobody}"), Effect::Writes).expect_err("nobody listens");
        assert!(matches!(fault, Fault::Later { .. }), "{fault:?}");
        assert!(!fault.message().contains("hush"));
    }

    #[test]
    fn a_server_says_when_to_come_again_in_seconds_or_by_a_date() {
        const NOW: &str = "Sat, 21 Nov 2026 10:00:00 GMT";
        for (value, date, seconds) in [
            ("7", None, Some(7)),
            (" 0 ", Some(NOW), Some(0)),
            ("Sat, 21 Nov 2026 10:00:42 GMT", Some(NOW), Some(42)),
            ("Sat, 21 Nov 2026 09:59:00 GMT", Some(NOW), Some(0)),
            ("Sat, 21 Nov 2026 10:00:42 GMT", None, Some(5)),
            ("soon", Some(NOW), None),
        ] {
            assert_eq!(wait_of(value, date), seconds.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn passwords_go_over_https_or_stay_on_this_machine() {
        for (url, is_allowed) in [
            ("https://wiki.example/api.php", true),
            ("http://127.0.0.1:8080/", true),
            ("http://localhost/", true),
            ("http://[::1]:80/", true),
            ("http://wiki.example/", false),
            ("http://127.0.0.1.evil.example/", false),
            ("http://localhost.evil.example/", false),
            ("https://user:pass@wiki.example/", false),
            ("ftp://wiki.example/", false),
            ("wiki.example", false),
            ("https:///x", false),
        ] {
            assert_eq!(check_address(url).is_ok(), is_allowed, "{url}");
        }
    }

    #[test]
    fn a_form_with_a_file_ends_only_where_it_should() {
        let bytes = b"\r\n--hindsite".as_slice();
        let (mime, body) = multipart(&[("a", "1")], &FilePart { field: "file", name: "x.png", mime: "image/png", bytes });
        let boundary = mime.split("boundary=").nth(1).expect("a boundary");
        assert_eq!(String::from_utf8_lossy(&body).matches(&format!("--{boundary}")).count(), 3);
    }
}
