//! A document tree as a wiki has it: Markdown in its dialects, wikitext, Confluence's storage format. Never HTML of the theme.
//!
//! Who calls has decided what the page holds: the banner, the facts and the tables are blocks like those of a document. Headings
//! come as they should stand, from level 2 on and without gaps. Nothing here knows incidents.
//!
//! The blocks become a small tree of the wiki's own first: links and images looked up, footnotes numbered, raw HTML taken apart. What
//! a wiki cannot show is decided there, once. A dialect then only writes; making a text harmless in it is its work, so that no text of
//! a document can become markup.

mod convert;
mod html;
mod markdown;
mod storage;
mod tree;
mod wikitext;

use std::collections::BTreeSet;

use self::convert::{Converter, Given};
use crate::document::Block;
use tree::{Colour, Destination, Item, Node, Piece, Table, Tone, paragraph, plain, text, visit_pieces};

/// In what a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Markdown of GitHub wikis.
    GitHub,
    /// Markdown of GitLab wikis.
    GitLab,
    /// Markdown of Gitea and Forgejo wikis.
    Gitea,
    /// Markdown of Azure DevOps wikis.
    Azure,
    /// Markdown of Gollum.
    Gollum,
    /// Markdown of Otter Wiki.
    Otter,
    /// MediaWiki: its HTML subset with wiki links.
    MediaWiki {
        /// Whether the server has the extension SyntaxHighlight.
        highlight: bool,
    },
    /// Confluence storage format.
    Confluence,
}

/// Colour of a badge, such as that of a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeColour {
    /// No weight.
    Grey,
    /// Worst.
    Red,
    /// Bad.
    Yellow,
    /// Good.
    Green,
    /// Plain.
    Blue,
}

/// Where a link or image of a document leads in the wiki.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WikiLink {
    /// Another page: its address as [`crate::publish::Naming::page_address`] gave it, and the anchor of a heading of it.
    Page {
        /// The address: relative and percent-encoded, or a title.
        address: String,
        /// The anchor of a [`crate::document::BlockKind::Heading`] there.
        anchor: Option<String>,
    },
    /// A heading of this page, by its anchor.
    Here(String),
    /// An attachment: the address as [`crate::publish::Naming::file_address`] gave it. Images are shown, other files linked.
    File(String),
    /// An address elsewhere; its scheme has been checked.
    Url(String),
    /// No link: its text is a badge.
    Badge(BadgeColour),
    /// Nothing that is there, or an address that is not allowed: the text alone is shown.
    Text,
}

/// A page to be written.
#[derive(Debug, Clone, Copy)]
pub struct WikiPage<'a> {
    /// Its title. Where a wiki shows the page's name as a heading, it is not written again.
    pub title: &'a str,
    /// What it holds. Alerts, tasks, footnotes, raw HTML and all else that a document can have may come.
    pub blocks: &'a [Block],
    /// The labels that are part of the text where the wiki has them there (MediaWiki's categories).
    pub labels: &'a BTreeSet<String>,
    /// Whether a table of contents is wanted, where the wiki has one.
    pub contents: bool,
}

/// Returns the body of a page, without the mark. `resolve` says of an address as written, and whether it is an image's, where it
/// leads.
///
/// It cannot fail, and the result is balanced whatever the document holds: a text never becomes markup, a macro or a template.
pub fn render_wiki_page(dialect: Dialect, page: &WikiPage<'_>, resolve: &dyn Fn(&str, bool) -> WikiLink) -> String {
    let links = Given { resolve };
    let mut nodes = Converter::new(page.blocks, &links).page();
    if page.contents {
        nodes.insert(0, Node::Contents);
    }
    write(dialect, &nodes, page.labels)
}

fn write(dialect: Dialect, nodes: &[Node], labels: &BTreeSet<String>) -> String {
    match dialect {
        Dialect::MediaWiki { highlight } => wikitext::write(nodes, highlight, labels),
        Dialect::Confluence => storage::write(nodes),
        _ => markdown::write(nodes, markdown::Features::of(dialect)),
    }
}

/// The label of pages whose incident is gone from the archive.
pub const STALE_LABEL: &str = "stale";

/// Returns `body` with a notice at its top that the incident is gone from the archive; `notice` is plain text. Called with a body
/// that has the notice already, it returns it as it is. Where labels are part of the text, that of stale pages is added; with
/// `archived` it stands alone, so that the page is in no other category's list.
pub fn with_stale_notice(dialect: Dialect, body: &str, notice: &str, archived: bool) -> String {
    let nodes = vec![Node::Callout { tone: Tone::Warning, title: Tone::Warning.word().to_owned(), nodes: vec![paragraph(notice)] }];
    let notice = write(dialect, &nodes, &BTreeSet::new());
    let notice = notice.trim_end();
    if body.starts_with(notice) {
        return body.to_owned();
    }
    match dialect {
        Dialect::Confluence => format!("{notice}{body}"),
        Dialect::MediaWiki { .. } => format!("{notice}\n\n{}", wikitext::with_category(body, STALE_LABEL, archived)),
        _ => format!("{notice}\n\n{body}"),
    }
}

#[cfg(test)]
mod tests;
