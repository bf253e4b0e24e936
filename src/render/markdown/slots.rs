//! Takes links and images out of HTML and leaves slots for them, which only the site can fill.
//!
//! It works on the finished HTML, sanitised where it held raw HTML, so links of Markdown and of raw HTML are treated alike, and no
//! text of a document can pass for a slot.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Target,
    escape::{Address, address, push_escaped},
};
use crate::{
    config::RemoteImages,
    document::html::{Tag, Token, tokens},
};

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// HTML as it is.
    Html(String),
    /// The beginning of a link.
    Link {
        url: String,
        /// Its other attributes, as they are put into its tag.
        attributes: String,
    },
    /// The end of a link.
    LinkEnd,
    /// An image.
    Image { url: String, alt: String, attributes: String },
}

/// Cuts balanced `html` at its links and images. `anchors` are the ids of its headings: no other element may have one of them.
pub(super) fn cut(html: &str, anchors: &BTreeSet<&str>) -> Vec<Segment> {
    let mut cutter = Cutter { anchors, used: BTreeSet::new(), segments: Vec::new(), out: String::new(), links: Vec::new() };
    for token in tokens(html) {
        match token {
            Token::Text(text) => cutter.out.push_str(text),
            Token::Open(tag) => cutter.open(&tag),
            Token::Close(name) => cutter.close(&name),
            Token::Comment => {}
        }
    }
    cutter.flush();
    cutter.segments
}

struct Cutter<'a> {
    anchors: &'a BTreeSet<&'a str>,
    used: BTreeSet<String>,
    segments: Vec<Segment>,
    out: String,
    /// For each open `<a>`: whether it became a slot.
    links: Vec<bool>,
}

impl Cutter<'_> {
    fn flush(&mut self) {
        if !self.out.is_empty() {
            self.segments.push(Segment::Html(std::mem::take(&mut self.out)));
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "a" => self.open_link(tag),
            "img" => {
                let url = tag.attribute("src").unwrap_or("").to_owned();
                let alt = tag.attribute("alt").unwrap_or("").to_owned();
                let attributes = self.attributes(tag, &["src", "alt"]);
                self.flush();
                self.segments.push(Segment::Image { url, alt, attributes });
            }
            // Whatever was written, all that a page has are the boxes of tasks, which cannot be changed there.
            "input" => {
                let attributes = self.attributes(tag, &["type", "disabled"]);
                self.out.push_str("<input type=\"checkbox\" disabled");
                self.out.push_str(&attributes);
                self.out.push('>');
            }
            "h1" => {
                // The page around the text has the only first-level heading.
                let attributes = self.attributes(tag, &[]);
                self.out.push_str("<h2");
                self.out.push_str(&attributes);
                self.out.push('>');
            }
            _ if tag.attribute("id").is_none() => self.out.push_str(tag.raw),
            name => {
                let attributes = self.attributes(tag, &[]);
                self.out.push('<');
                self.out.push_str(name);
                self.out.push_str(&attributes);
                self.out.push('>');
            }
        }
    }

    fn open_link(&mut self, tag: &Tag<'_>) {
        let url = tag.attribute("href").unwrap_or("");
        let is_own = url.starts_with('#') && matches!(tag.attribute("class"), Some("anchor" | "fnref" | "fnback"));
        let is_slot = tag.attribute("href").is_some() && !is_own;
        self.links.push(is_slot);
        if is_slot {
            let attributes = self.attributes(tag, &["href", "class"]);
            self.flush();
            self.segments.push(Segment::Link { url: url.to_owned(), attributes });
        } else {
            let attributes = self.attributes(tag, &[]);
            self.out.push_str("<a");
            self.out.push_str(&attributes);
            self.out.push('>');
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" if self.links.pop().unwrap_or(false) => {
                self.flush();
                self.segments.push(Segment::LinkEnd);
            }
            "h1" => self.out.push_str("</h2>"),
            name => {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
        }
    }

    /// Returns the attributes of `tag` but those in `without`; an id only where it is free.
    fn attributes(&mut self, tag: &Tag<'_>, without: &[&str]) -> String {
        let mut out = String::new();
        for (name, value) in &tag.attributes {
            // `<a name="x">` is how ids were written once.
            let name = if name == "name" && tag.name == "a" && tag.attribute("id").is_none() { "id" } else { name };
            if without.contains(&name) || (name == "id" && !self.claim(tag, value)) {
                continue;
            }
            out.push(' ');
            out.push_str(name);
            if !value.is_empty() || matches!(name, "alt" | "value") {
                out.push_str("=\"");
                push_escaped(&mut out, value);
                out.push('"');
            }
        }
        out
    }

    /// Returns true where `tag` may have the id: headings have theirs, and what begins with `hs-` belongs to the page.
    fn claim(&mut self, tag: &Tag<'_>, id: &str) -> bool {
        let is_heading = matches!(tag.name.as_bytes(), [b'h', b'1'..=b'6']) || tag.attribute("class") == Some("subheading");
        let is_footnote = id.starts_with("hs-fn") && matches!(tag.name.as_str(), "a" | "li");
        let is_allowed = !id.is_empty() && (!id.starts_with("hs-") || is_footnote) && (is_heading || !self.anchors.contains(id));
        is_allowed && self.used.insert(id.to_owned())
    }
}

/// Puts `segments` together, with the addresses that `resolve` gives.
pub(super) fn fill(segments: &[Segment], remote_images: RemoteImages, resolve: &dyn Fn(&str, bool) -> Target) -> String {
    let mut filler = Filler { out: String::new(), resolve, known: BTreeMap::new(), ends: Vec::new(), remote_images };
    for segment in segments {
        match segment {
            Segment::Html(html) => filler.out.push_str(html),
            Segment::Link { url, attributes } => filler.link(url, attributes),
            Segment::LinkEnd => {
                let end = filler.ends.pop().unwrap_or("");
                filler.out.push_str(end);
            }
            Segment::Image { url, alt, attributes } => filler.image(url, alt, attributes),
        }
    }
    filler.out
}

struct Filler<'a> {
    out: String,
    resolve: &'a dyn Fn(&str, bool) -> Target,
    known: BTreeMap<(String, bool), Target>,
    /// The closing tags of the open links.
    ends: Vec<&'static str>,
    remote_images: RemoteImages,
}

impl Filler<'_> {
    fn target(&mut self, url: &str, image: bool) -> Target {
        if address(url) == Address::Refused || (image && address(url) == Address::Mail) {
            return Target::Refused;
        }
        let resolve = self.resolve;
        let target = self.known.entry((url.to_owned(), image)).or_insert_with(|| resolve(url, image)).clone();
        match target {
            Target::Href(href) | Target::Image(href, _) if address(&href) == Address::Refused => Target::Refused,
            target => target,
        }
    }

    fn link(&mut self, url: &str, attributes: &str) {
        let end = match self.target(url, false) {
            Target::Href(href) | Target::Image(href, _) => {
                self.out.push_str("<a href=\"");
                push_escaped(&mut self.out, &href);
                self.out.push('"');
                self.out.push_str(attributes);
                self.out.push_str(if address(&href) == Address::External { " rel=\"noopener\">" } else { ">" });
                "</a>"
            }
            target => {
                self.open_mark(&target, url);
                "</span>"
            }
        };
        self.ends.push(end);
    }

    /// Opens the marked text that stands for a link or image that leads nowhere.
    fn open_mark(&mut self, target: &Target, url: &str) {
        let (class, reason) = match target {
            Target::Refused => ("refused", "Address not allowed: "),
            _ => ("missing", "Not found: "),
        };
        self.out.push_str(&format!("<span class=\"{class}\" title=\"{reason}"));
        push_escaped(&mut self.out, url);
        self.out.push_str("\">");
    }

    fn image(&mut self, url: &str, alt: &str, attributes: &str) {
        let name = if alt.trim().is_empty() { url.rsplit('/').next().unwrap_or(url) } else { alt };
        let target = self.target(url, true);
        // A size that the author gave stays.
        let pixels = match target {
            Target::Image(_, pixels) if !attributes.contains(" width=") && !attributes.contains(" height=") => Some(pixels),
            _ => None,
        };
        match target {
            Target::Href(href) | Target::Image(href, _) => {
                let is_remote = address(&href) == Address::External;
                if is_remote && self.remote_images == RemoteImages::Link {
                    self.image_link(&href, name);
                    return;
                }
                self.out.push_str("<img src=\"");
                push_escaped(&mut self.out, &href);
                self.out.push_str("\" alt=\"");
                push_escaped(&mut self.out, alt);
                self.out.push('"');
                self.out.push_str(attributes);
                if let Some((width, height)) = pixels {
                    self.out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
                }
                self.out.push_str(" loading=\"lazy\" decoding=\"async\"");
                self.out.push_str(if is_remote { " referrerpolicy=\"no-referrer\">" } else { ">" });
            }
            target => {
                self.open_mark(&target, url);
                push_escaped(&mut self.out, name);
                self.out.push_str("</span>");
            }
        }
    }

    fn image_link(&mut self, href: &str, name: &str) {
        // Inside a link the text alone must do: links cannot be nested.
        let is_linked = self.ends.last() == Some(&"</a>");
        if !is_linked {
            self.out.push_str("<a href=\"");
            push_escaped(&mut self.out, href);
            self.out.push_str("\" rel=\"noopener\">");
        }
        push_escaped(&mut self.out, name);
        if !is_linked {
            self.out.push_str("</a>");
        }
    }
}
