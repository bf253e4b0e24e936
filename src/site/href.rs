//! Addresses between the files of a site.

use crate::archive::encode;

/// Returns the address of the file `to` as seen from the file `from`.
pub(super) fn relative(from: &str, to: &str) -> String {
    let shared = shared_folders(from, to);
    let ups = from[shared..].matches('/').count();
    let rest = &to[shared..];
    let mut out = "../".repeat(ups);
    // A first segment with a colon would be read as a scheme.
    if ups == 0 && rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
        out.push_str("./");
    }
    out.push_str(&encode(rest));
    out
}

/// Returns the length of the folders that both paths begin with, slash included.
fn shared_folders(a: &str, b: &str) -> usize {
    let mut shared = 0;
    for (at, (x, y)) in a.bytes().zip(b.bytes()).enumerate() {
        if x != y {
            break;
        }
        if x == b'/' {
            shared = at + 1;
        }
    }
    shared
}

/// Returns the path of `site-url`, with a slash at both ends.
pub(super) fn base_path(site_url: &str) -> String {
    let path = match site_url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => site_url,
    };
    let path = path.split(['?', '#']).next().unwrap_or("").trim_matches('/');
    if path.is_empty() { "/".to_owned() } else { format!("/{path}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_address_goes_up_as_far_as_needed() {
        for (from, to, expected) in [
            ("index.html", "stats.html", "stats.html"),
            ("index.html", "incidents/a.html", "incidents/a.html"),
            ("incidents/a.html", "incidents/b.html", "b.html"),
            ("incidents/a.html", "index.html", "../index.html"),
            ("causes/x/pages/2.html", "causes/x.html", "../../x.html"),
            ("causes/x/pages/2.html", "causes/x/pages/3.html", "3.html"),
            ("incidents/a.html", "files/my pic #1.png", "../files/my%20pic%20%231.png"),
            ("files/a", "files/b:c.txt", "./b:c.txt"),
            ("incidents/ä.html", "incidents/äb.html", "%C3%A4b.html"),
        ] {
            assert_eq!(relative(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn base_path_is_taken_from_paths_and_whole_addresses() {
        for (url, expected) in [
            ("/", "/"),
            ("", "/"),
            ("repo", "/repo/"),
            ("/repo/", "/repo/"),
            ("https://example.org", "/"),
            ("https://example.org/a/b", "/a/b/"),
        ] {
            assert_eq!(base_path(url), expected, "{url}");
        }
    }
}
