//! The form of a body in which what we send and what the server gives back are equal: attributes in order, without the ids that the
//! server adds, text without its line ends.

use quick_xml::{Reader, events::Event};

use crate::publish::Digest;

/// Attributes that the server adds.
const ADDED: [&str; 7] =
    ["ac:macro-id", "ac:schema-version", "ac:local-id", "local-id", "ri:version-at-save", "data-layout", "ac:original-height"];

/// Returns the hash of a body; of one that is no XML, of its text.
pub(super) fn digest(body: &str) -> Digest {
    canonical(body).map_or_else(|| Digest::of(body), |canonical| Digest::of(&canonical))
}

fn canonical(body: &str) -> Option<String> {
    let mut reader = Reader::from_str(body);
    let mut out = String::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(start) => {
                push_tag(&mut out, &start)?;
                open.push(start.name().as_ref().to_owned());
            }
            // `<p/>` and `<p></p>` are the same.
            Event::Empty(start) => {
                push_tag(&mut out, &start)?;
                out.push_str("</>");
            }
            Event::End(end) => {
                if open.pop()? != end.name().as_ref() {
                    return None;
                }
                out.push_str("</>");
            }
            Event::Text(text) => out.push_str(&text.into_inner().replace(['\n', '\r'], " ")),
            Event::GeneralRef(reference) => out.push_str(&resolved(&reference.into_inner())),
            Event::CData(data) => out.push_str(&data.into_inner()),
            _ => {}
        }
    }
    open.is_empty().then_some(out)
}

fn push_tag(out: &mut String, start: &quick_xml::events::BytesStart<'_>) -> Option<()> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let name = attribute.key.as_ref().to_owned();
        if !ADDED.contains(&name.as_str()) {
            attributes.push(format!(" {name}={}", crate::document::html::decode(&attribute.value)));
        }
    }
    attributes.sort();
    out.push('<');
    out.push_str(start.name().as_ref());
    out.push_str(&attributes.concat());
    out.push('>');
    Some(())
}

/// Returns what an entity stands for, between signs that keep it apart from a tag.
fn resolved(name: &str) -> String {
    match name {
        "lt" | "gt" | "amp" => format!("\u{1}{name}"),
        name => crate::document::html::decode(&format!("&{name};")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_adds_makes_no_difference_and_all_else_does() {
        let sent = "<p>a &quot;b&quot; &lt;c&gt;</p><ac:image ac:alt=\"x\" ac:width=\"1\"><ri:attachment ri:filename=\"y\"/></ac:image>";
        for (back, is_same) in [
            (sent.to_owned(), true),
            (sent.replace("&quot;", "\""), true),
            (
                sent.replace(
                    "<ri:attachment ri:filename=\"y\"/>",
                    "<ri:attachment ri:version-at-save=\"1\" ri:filename=\"y\"></ri:attachment>",
                ),
                true,
            ),
            (sent.replace("ac:alt=\"x\" ac:width=\"1\"", "ac:width=\"1\" ac:alt=\"x\" ac:local-id=\"7\""), true),
            (sent.replace("a &quot;", "b &quot;"), false),
            (sent.replace("ac:alt=\"x\"", "ac:alt=\"z\""), false),
            (sent.replace("&lt;c&gt;", "<c></c>"), false),
        ] {
            assert_eq!(digest(sent) == digest(&back), is_same, "{back}");
        }
    }
}
