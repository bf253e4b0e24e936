//! From a request to a reply, without a socket: what is asked for, whether it may be had, and what it looks like.
//!
//! Only paths that the build knows are ever answered: nothing of a request becomes a path on the disk.

use std::{fmt::Write as _, fs::File, io, net::IpAddr, path::PathBuf, sync::Arc, time::UNIX_EPOCH};

use percent_encoding::percent_decode_str;

use super::{Current, current::Made, reload};

/// What of a request matters here.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Head<'a> {
    /// The method, in capitals.
    pub(super) method: &'a str,
    /// The path and query as sent.
    pub(super) target: &'a str,
    pub(super) host: Option<&'a str>,
    pub(super) if_none_match: Option<&'a str>,
    pub(super) range: Option<&'a str>,
}

/// What is sent back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: ReplyBody,
}

/// What follows the headers.
#[derive(Debug)]
pub(super) enum ReplyBody {
    Bytes(Vec<u8>),
    /// A part of bytes that others read too: first byte and length.
    Shared(Arc<Vec<u8>>, usize, usize),
    /// A part of a file: first byte and length.
    File(File, u64, u64),
}

/// What the address of a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A file of the site.
    Path(String),
    /// Something of the server itself.
    Own(String),
    /// Nothing that could ever be there.
    Nothing,
    /// Another address.
    Moved(String),
}

/// The names under which the server may be addressed. Others are refused: a page of another site could otherwise read this one by
/// pointing its own name at this machine.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    /// The name or address that was asked for on the command line.
    pub(super) hostname: String,
    /// Whether others than this machine can connect.
    pub(super) is_open: bool,
}

impl Hosts {
    /// Returns whether a request with this `Host` header is answered.
    pub(super) fn allow(&self, host: Option<&str>) -> bool {
        let Some(host) = host else { return false };
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or(""),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_loopback = |ip: &IpAddr| ip.is_loopback();
        match name.parse::<IpAddr>() {
            Ok(ip) => self.is_open || is_loopback(&ip) || name == self.hostname,
            Err(_) => name == "localhost" || name.ends_with(".localhost") || name == self.hostname.to_ascii_lowercase(),
        }
    }
}

/// Returns what `target` asks for on a site whose pages lie below `base` (with a slash at both ends).
pub(super) fn wanted(target: &str, base: &str) -> Wanted {
    let path = target.split(['?', '#']).next().unwrap_or("");
    let Ok(path) = percent_decode_str(path).decode_utf8() else { return Wanted::Nothing };
    if path.contains(['\0', '\\']) {
        return Wanted::Nothing;
    }
    if let Some(own) = path.strip_prefix(reload::PREFIX) {
        return Wanted::Own(own.to_owned());
    }
    if base != "/" && (path == "/" || path == base.trim_end_matches('/')) {
        return Wanted::Moved(base.to_owned());
    }
    let Some(inner) = path.strip_prefix(base) else { return Wanted::Nothing };
    let file = if inner.is_empty() || inner.ends_with('/') { format!("{inner}index.html") } else { inner.to_owned() };
    if file.split('/').any(|part| matches!(part, "" | "." | "..")) { Wanted::Nothing } else { Wanted::Path(file) }
}

/// Answers a request for a file of the site.
pub(super) fn reply(current: &Current, hosts: &Hosts, head: Head<'_>) -> Reply {
    if !hosts.allow(head.host) {
        return text(403, "This server answers only under its own name.\n");
    }
    if !matches!(head.method, "GET" | "HEAD") {
        let mut reply = text(405, "Only GET and HEAD are answered.\n");
        reply.headers.push(("Allow", "GET, HEAD".to_owned()));
        return reply;
    }
    match wanted(head.target, current.base()) {
        Wanted::Path(path) => page(current, &path, head),
        Wanted::Own(name) => own(current, &name, head),
        Wanted::Moved(to) => moved(&to),
        Wanted::Nothing => not_found(current),
    }
}

fn page(current: &Current, path: &str, head: Head<'_>) -> Reply {
    if current.has(path) {
        return found(current, path, 200, head);
    }
    // As GitHub Pages does: `/incidents` leads to the folder's index, and `/incidents/x` to the page `x.html`.
    if current.has(&format!("{path}/index.html")) {
        return moved(&format!("{}{}/", current.base(), encode(path)));
    }
    let with_suffix = format!("{path}.html");
    if current.has(&with_suffix) { found(current, &with_suffix, 200, head) } else { not_found(current) }
}

fn not_found(current: &Current) -> Reply {
    const PAGE: &str = "404.html";
    if current.has(PAGE) { found(current, PAGE, 404, Head { method: "GET", ..Head::default() }) } else { text(404, "Not found.\n") }
}

fn found(current: &Current, path: &str, status: u16, head: Head<'_>) -> Reply {
    let kind = content_type(path);
    match current.render(path) {
        Ok(Made::Bytes(bytes)) => {
            let hash = xxhash_rust::xxh3::xxh3_64(&bytes);
            if kind.starts_with("text/html") {
                let tag = format!("W/\"{hash:016x}\"");
                if status == 200 && matches_tag(head.if_none_match, &tag) {
                    return not_modified(tag);
                }
                let body = reload::inject(Arc::unwrap_or_clone(bytes), current.number(), path, &tag);
                return bytes_reply(status, kind, Some(tag), body);
            }
            let tag = format!("\"{hash:016x}\"");
            if matches_tag(head.if_none_match, &tag) {
                return not_modified(tag);
            }
            shared_reply(status, kind, Some(tag), bytes, head.range)
        }
        Ok(Made::File(file)) => file_reply(current, file, kind, head),
        Err(problem) => {
            let body = reload::inject(failure_page(&problem), current.number(), path, "");
            bytes_reply(500, "text/html; charset=utf-8", None, body)
        }
    }
}

fn failure_page(problem: &str) -> Vec<u8> {
    let text = problem.replace('&', "&amp;").replace('<', "&lt;");
    format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>This page cannot be rendered</title>\n<body>\n<h1>This page cannot be rendered</h1>\n<pre>{text}</pre>\n</body>\n")
        .into_bytes()
}

fn own(current: &Current, name: &str, head: Head<'_>) -> Reply {
    match name {
        "reload.js" => bytes_reply(200, "text/javascript; charset=utf-8", None, reload::SCRIPT.as_bytes().to_vec()),
        "overlay.css" => bytes_reply(200, "text/css; charset=utf-8", None, reload::STYLE.as_bytes().to_vec()),
        "notes" => {
            let page = head.target.split_once("?page=").map_or("", |(_, page)| page);
            let page = percent_decode_str(page).decode_utf8_lossy();
            bytes_reply(200, "application/json", None, current.notes(&page).into_bytes())
        }
        _ => text(404, "Not found.\n"),
    }
}

fn file_reply(current: &Current, file: PathBuf, kind: &'static str, head: Head<'_>) -> Reply {
    let opened = current.open(&file).and_then(|open| {
        let metadata = open.metadata()?;
        Ok((open, metadata))
    });
    let (open, metadata) = match opened {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return not_found(current),
        Err(_) => return text(403, "This file cannot be read.\n"),
    };
    let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let tag = format!("\"{:x}-{:x}\"", metadata.len(), changed.as_nanos());
    if matches_tag(head.if_none_match, &tag) {
        return not_modified(tag);
    }
    let length = metadata.len();
    let mut headers = headers(kind, Some(tag));
    headers.push(("Accept-Ranges", "bytes".to_owned()));
    match range(head.range, length) {
        Range::All => Reply { status: 200, headers, body: ReplyBody::File(open, 0, length) },
        Range::Part(first, count) => {
            headers.push(("Content-Range", format!("bytes {first}-{}/{length}", first + count - 1)));
            Reply { status: 206, headers, body: ReplyBody::File(open, first, count) }
        }
        Range::Impossible => unsatisfiable(length),
    }
}

fn bytes_reply(status: u16, kind: &'static str, tag: Option<String>, bytes: Vec<u8>) -> Reply {
    Reply { status, headers: headers(kind, tag), body: ReplyBody::Bytes(bytes) }
}

fn shared_reply(status: u16, kind: &'static str, tag: Option<String>, bytes: Arc<Vec<u8>>, range_header: Option<&str>) -> Reply {
    let mut headers = headers(kind, tag);
    let length = bytes.len() as u64;
    match range(range_header, length) {
        Range::Part(first, count) => {
            headers.push(("Content-Range", format!("bytes {first}-{}/{length}", first + count - 1)));
            Reply { status: 206, headers, body: ReplyBody::Shared(bytes, first as usize, count as usize) }
        }
        Range::Impossible => unsatisfiable(length),
        Range::All => {
            let length = bytes.len();
            Reply { status, headers, body: ReplyBody::Shared(bytes, 0, length) }
        }
    }
}

fn headers(kind: &'static str, tag: Option<String>) -> Vec<(&'static str, String)> {
    let mut headers =
        vec![("Content-Type", kind.to_owned()), ("Cache-Control", "no-cache".to_owned()), ("X-Content-Type-Options", "nosniff".to_owned())];
    headers.extend(tag.map(|tag| ("ETag", tag)));
    headers
}

fn text(status: u16, message: &str) -> Reply {
    bytes_reply(status, "text/plain; charset=utf-8", None, message.as_bytes().to_vec())
}

fn moved(to: &str) -> Reply {
    let mut reply = text(302, "The page is at another address.\n");
    reply.headers.push(("Location", to.to_owned()));
    reply
}

fn not_modified(tag: String) -> Reply {
    Reply { status: 304, headers: vec![("ETag", tag), ("Cache-Control", "no-cache".to_owned())], body: ReplyBody::Bytes(Vec::new()) }
}

fn unsatisfiable(length: u64) -> Reply {
    let mut reply = text(416, "The file is shorter than that.\n");
    reply.headers.push(("Content-Range", format!("bytes */{length}")));
    reply
}

fn matches_tag(if_none_match: Option<&str>, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.is_some_and(|header| header.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag)))
}

/// Which part of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    All,
    /// First byte and count.
    Part(u64, u64),
    Impossible,
}

/// Reads a `Range` header. Several ranges, and what is none, are answered with the whole file, as the standard allows.
fn range(header: Option<&str>, length: u64) -> Range {
    let Some(spec) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else { return Range::All };
    let Some((first, last)) = spec.split_once('-').filter(|_| !spec.contains(',')) else { return Range::All };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let bounds = match (first.trim().is_empty(), last.trim().is_empty()) {
        (false, false) => number(first).zip(number(last)),
        (false, true) => number(first).map(|first| (first, u64::MAX)),
        (true, false) => number(last).map(|count| (length.saturating_sub(count), if count == 0 { 0 } else { u64::MAX })),
        (true, true) => None,
    };
    match bounds {
        None => Range::All,
        Some((first, last)) if first >= length || (last < first && last != 0) || (last == 0 && first > 0) => Range::Impossible,
        Some((first, last)) => Range::Part(first, last.min(length - 1) - first + 1),
    }
}

fn encode(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Returns the content type of a file by its suffix.
fn content_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let suffix = name.rsplit_once('.').map_or("", |(_, suffix)| suffix).to_ascii_lowercase();
    match suffix.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" | "log" | "toml" | "yaml" | "yml" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "bmp" => "image/bmp",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "wasm" => "application/wasm",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_leads_to_a_path_of_the_site_or_nowhere() {
        let path = |path: &str| Wanted::Path(path.to_owned());
        for (target, expected) in [
            ("/", path("index.html")),
            ("/a/", path("a/index.html")),
            ("/a/b.html?x=1#y", path("a/b.html")),
            ("/a%20b.html", path("a b.html")),
            ("/%E2%82%AC.html", path("€.html")),
            ("/../etc/passwd", Wanted::Nothing),
            ("/%2e%2e/etc/passwd", Wanted::Nothing),
            ("/a/%2e%2e/%2e%2e/b", Wanted::Nothing),
            ("/..%2fetc", Wanted::Nothing),
            ("/%252e%252e/etc", path("%2e%2e/etc")),
            ("/a\\..\\b", Wanted::Nothing),
            ("/a%5cb", Wanted::Nothing),
            ("/a%00b", Wanted::Nothing),
            ("/%ff", Wanted::Nothing),
            ("//etc/passwd", Wanted::Nothing),
            ("/a//b", Wanted::Nothing),
            ("http://x/a", Wanted::Nothing),
            ("", Wanted::Nothing),
            ("*", Wanted::Nothing),
        ] {
            assert_eq!(wanted(target, "/"), expected, "{target}");
        }
    }

    #[test]
    fn site_below_a_path_is_served_there() {
        assert_eq!(wanted("/repo/a.html", "/repo/"), Wanted::Path("a.html".to_owned()));
        assert_eq!(wanted("/a.html", "/repo/"), Wanted::Nothing);
        for target in ["/", "/repo"] {
            assert_eq!(wanted(target, "/repo/"), Wanted::Moved("/repo/".to_owned()), "{target}");
        }
    }

    #[test]
    fn foreign_host_is_refused() {
        let local = Hosts { hostname: "127.0.0.1".to_owned(), is_open: false };
        let open = Hosts { hostname: "0.0.0.0".to_owned(), is_open: true };
        for (host, by_local, by_open) in [
            (Some("127.0.0.1:3000"), true, true),
            (Some("localhost:3000"), true, true),
            (Some("LOCALHOST"), true, true),
            (Some("docs.localhost:3000"), true, true),
            (Some("[::1]:3000"), true, true),
            (Some("192.168.0.7:3000"), false, true),
            (Some("evil.example:3000"), false, false),
            (Some("localhost.evil.example"), false, false),
            (Some("127.0.0.1.evil.example"), false, false),
            (Some(""), false, false),
            (None, false, false),
        ] {
            assert_eq!((local.allow(host), open.allow(host)), (by_local, by_open), "{host:?}");
        }
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (header, expected) in [
            (None, Range::All),
            (Some("bytes=0-3"), Range::Part(0, 4)),
            (Some("bytes=8-"), Range::Part(8, 2)),
            (Some("bytes=-3"), Range::Part(7, 3)),
            (Some("bytes=-99"), Range::Part(0, 10)),
            (Some("bytes=0-0"), Range::Part(0, 1)),
            (Some("bytes=5-99"), Range::Part(5, 5)),
            (Some("bytes=10-"), Range::Impossible),
            (Some("bytes=5-2"), Range::Impossible),
            (Some("bytes=3-0"), Range::Impossible),
            (Some("bytes=0-1,3-4"), Range::All),
            (Some("bytes=x-y"), Range::All),
            (Some("bytes=99999999999999999999-"), Range::All),
            (Some("lines=1-2"), Range::All),
        ] {
            assert_eq!(range(header, 10), expected, "{header:?}");
        }
        assert_eq!(range(Some("bytes=0-0"), 0), Range::Impossible);
        assert_eq!(range(Some("bytes=-1"), 0), Range::Impossible);
    }

    #[test]
    fn tags_match_weakly_and_in_lists() {
        assert!(matches_tag(Some("W/\"a\""), "\"a\"") && matches_tag(Some("\"x\", \"a\""), "W/\"a\"") && matches_tag(Some("*"), "\"a\""));
        assert!(!matches_tag(Some("\"b\""), "\"a\"") && !matches_tag(None, "\"a\""));
    }
}
