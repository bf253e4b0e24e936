//! The stable codes of all diagnostics. The doc comment of a code is what `check --explain` prints: written for the user.

/// Declares the codes: the doc comment is the explanation, its first line begins with the code itself.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal,)+) => {
        /// The stable code of a diagnostic. Codes are never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// Returns the code as it is printed, such as `PM021`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $id,)+ }
            }

            /// Returns the explanation for the user: what, why, fix.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc, "\n"),+),)+ }
            }
        }
    };
}

codes! {
    /// PM001: a file could not be decoded as text.
    ///
    /// Why: a postmortem must be UTF-8 (with or without a byte order mark) or UTF-16 with one; anything else would be shown garbled.
    /// Fix: save the file as UTF-8.
    FileNotText = "PM001",
    /// PM002: a file is larger than the limit.
    ///
    /// Why: one huge file can take seconds and gigabytes to read; it is listed, but its text is not read.
    /// Fix: split the file, or raise `[build] max-file-bytes` in `book.toml`.
    FileTooLarge = "PM002",
    /// PM003: a file has no text.
    ///
    /// Why: an empty file gives an empty page.
    /// Fix: write the postmortem, or remove the file.
    FileEmpty = "PM003",
    /// PM004: a file or folder could not be read.
    ///
    /// Why: what cannot be read is missing from the site.
    /// Fix: check its permissions, and that a link does not point at itself.
    FileUnreadable = "PM004",
    /// PM005: a document is nested too deeply.
    ///
    /// Why: quotes or lists nested beyond a hundred levels make pages that browsers cannot show; the rest is shown as plain text.
    /// Fix: flatten the document.
    DocumentTooDeep = "PM005",
    /// PM006: the page of a document would be too large.
    ///
    /// Why: a small file can become a huge page, by very many footnotes or by a table with very many empty cells; its end is left out.
    /// Fix: shorten what is repeated, or split the document.
    PageTooLarge = "PM006",
    /// PM007: hindsite itself failed on a document or a page.
    ///
    /// Why: the document is shown as plain text, or the page is missing; everything else is built.
    /// Fix: please report it, with the document; until then, the message says near what the fault lies.
    Fault = "PM007",
    /// PM010: the front matter cannot be parsed.
    ///
    /// Why: none of its values is used; the document is read from its text alone.
    /// Fix: correct the line shown; quote values that hold `: `, `@` or `{`.
    FrontMatterBroken = "PM010",
    /// PM011: the front matter is not closed.
    ///
    /// Why: without a closing line the whole document would be front matter, so it is read as text.
    /// Fix: close the block with the same line that opened it.
    FrontMatterUnclosed = "PM011",
    /// PM012: a value in the front matter cannot be read.
    ///
    /// Why: the value is left out, and the text is read for it instead.
    /// Fix: write the value in the form that the message names.
    FrontMatterValue = "PM012",
    /// PM013: two keys of the front matter mean the same field.
    ///
    /// Why: only the first is used.
    /// Fix: keep one of them.
    FrontMatterTwice = "PM013",
    /// PM014: a document, or a value of it, was not turned into front matter.
    ///
    /// Why: `annotate` adds only what leaves every other value as it was read; several incidents in one file cannot share a front matter.
    /// Fix: write the value yourself in the form that you want, or give each incident a file of its own.
    NotAnnotated = "PM014",
    /// PM020: a date or time cannot be read.
    ///
    /// Why: it names no day or time that exists, so the value is left out.
    /// Fix: write it as `2024-06-08 13:55`.
    MomentUnreadable = "PM020",
    /// PM021: a timeline row is slightly earlier than the row above it: out of order rather than past midnight.
    ///
    /// Why: durations are computed between rows, so one swapped row can turn 15 minutes into a day.
    /// Fix: swap the rows, or write the date on the row if it belongs to the next day.
    TimelineBackwards = "PM021",
    /// PM022: a date can be read two ways.
    ///
    /// Why: `04/05/2024` is April or May, and nothing in the document decides it, so it is not read.
    /// Fix: write it as `2024-05-04`, or set `[incident] date-order` in `book.toml`.
    DateAmbiguous = "PM022",
    /// PM023: the end is before the start.
    ///
    /// Why: a duration cannot be negative, so none is computed.
    /// Fix: correct the start or the end.
    EndBeforeStart = "PM023",
    /// PM024: the stated duration is not the time between start and end.
    ///
    /// Why: the time between start and end is used; one of the three is wrong.
    /// Fix: correct the one that is wrong.
    DurationDiffers = "PM024",
    /// PM025: a time zone is not what the zone observes on that day, or can mean several.
    ///
    /// Why: `PST` on a summer day may mean standard time or simply Pacific time, so no offset is assumed.
    /// Fix: write `PDT`, `America/Los_Angeles` or an offset, or set `[incident] zone` in `book.toml`.
    ZoneUnclear = "PM025",
    /// PM030: a severity is stated in words that are not known.
    ///
    /// Why: it is left out rather than guessed.
    /// Fix: use SEV1 to SEV5 or P1 to P5, or map your own words under `[incident.severities]` in `book.toml`.
    SeverityUnknown = "PM030",
    /// PM031: a cause or component is declared that is not in the taxonomy.
    ///
    /// Why: it is kept as a tag, but not counted as a cause or component.
    /// Fix: use one of the listed names, or add it under `[taxonomy]` in `book.toml`.
    TagUnknown = "PM031",
    /// PM040: two documents have the same id.
    ///
    /// Why: the later one gets a suffix, and links to the id reach the first.
    /// Fix: give one of them an `id` in its front matter, or rename its file.
    IdTwice = "PM040",
    /// PM041: a link points at a document or file that is not there.
    ///
    /// Why: readers would meet a missing page; the link is shown as marked text instead.
    /// Fix: correct the path; it is relative to the document.
    LinkBroken = "PM041",
    /// PM042: an image is not there.
    ///
    /// Why: readers would see a broken image; its text is shown instead.
    /// Fix: add the file, or correct the path; it is relative to the document.
    ImageMissing = "PM042",
    /// PM043: a link points at a heading that is not there.
    ///
    /// Why: the link leads to the top of the page.
    /// Fix: correct the part after `#`.
    AnchorMissing = "PM043",
    /// PM044: a link has an address that is not allowed.
    ///
    /// Why: only `http`, `https`, `mailto` and relative links are kept; others can run code or leak.
    /// Fix: use an allowed address.
    LinkRefused = "PM044",
    /// PM045: the folder has no postmortem.
    ///
    /// Why: the site is empty.
    /// Fix: add Markdown files, or point `[book] src` at the folder that has them.
    NoDocuments = "PM045",
    /// PM046: an id of the last build is gone.
    ///
    /// Why: links that people shared lead nowhere now.
    /// Fix: add the redirect that the message names under `[output.html.redirect]`.
    IdVanished = "PM046",
    /// PM050: a template of the theme cannot be used.
    ///
    /// Why: the pages that need it cannot be rendered.
    /// Fix: correct the line shown.
    TemplateBroken = "PM050",
    /// PM051: a file of the theme could not be read, or has a name that the theme does not know.
    ///
    /// Why: the built-in file is used instead.
    /// Fix: check the name and the permissions; `hindsite init --theme` writes every file that can be replaced.
    ThemeFile = "PM051",
    /// PM052: a file of the theme was copied from an older built-in file.
    ///
    /// Why: the copy replaces the built-in file, so what later versions mended or added there is not on the pages.
    /// Fix: delete the copy where nothing was changed in it; else take over what changed and write the new mark that the message names.
    ThemeFileOlder = "PM052",
    /// PM090: `book.toml` cannot be parsed.
    ///
    /// Why: without it nothing is known about the site.
    /// Fix: correct the line shown.
    ConfigBroken = "PM090",
    /// PM091: a key of `book.toml` is not known.
    ///
    /// Why: a misspelt setting that is silently ignored is worse than an error.
    /// Fix: correct the key, or remove it.
    ConfigKey = "PM091",
    /// PM092: a value of `book.toml` cannot be used.
    ///
    /// Why: the site would not be what you asked for.
    /// Fix: write the value in the form that the message names.
    ConfigValue = "PM092",
    /// PM093: a setting of mdBook is accepted and ignored.
    ///
    /// Why: hindsite has nothing that it would switch.
    /// Fix: nothing needs to be done.
    ConfigIgnored = "PM093",
    /// PM094: the postmortems are not where they are looked for by default.
    ///
    /// Why: hindsite reads `content`; a folder made for mdBook has `src` instead, and is read as it is.
    /// Fix: write `src = "src"` under `[book]` in `book.toml`.
    ContentFolder = "PM094",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_in_order_and_explained() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0].as_str() < pair[1].as_str(), "{} before {}", pair[0].as_str(), pair[1].as_str());
        }
        for code in Code::ALL {
            let text = code.explanation();
            assert!(text.trim_start().starts_with(&format!("{}: ", code.as_str())), "{text}");
            assert!(text.contains("Why: ") && text.contains("Fix: "), "{text}");
        }
    }
}
