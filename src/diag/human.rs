//! Diagnostics for people: the code, the place, the line, and what to do.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Look, Origin, Renderer, Snippet};

use super::{
    Diagnostic, Level, Span, Texts,
    texts::{Window, floor},
};

/// Lines longer than this are named, not shown: a log pasted on one line would bury the message.
const MAX_LINE_BYTES: usize = 2_000;

/// More lines than this between two places of one diagnostic are not shown together.
const MAX_WINDOW_BYTES: usize = 200_000;

/// Returns `diagnostic` as lines of text with colour codes; the stream that prints it takes them out where there is no terminal.
pub fn render_human(diagnostic: &Diagnostic, texts: &Texts) -> String {
    let look = match diagnostic.level {
        Level::Error => Look::ERROR,
        Level::Warning => Look::WARNING,
        Level::Note => Look::NOTE,
    };
    let mut group = look.primary_title(&diagnostic.message).id(diagnostic.code.as_str()).elements(None::<Origin<'_>>);
    group = add_place(group, diagnostic, texts);
    if let Some(help) = &diagnostic.help {
        group = group.element(Look::HELP.message(help));
    }
    Renderer::styled().render(&[group])
}

fn add_place<'a>(group: Group<'a>, diagnostic: &'a Diagnostic, texts: &'a Texts) -> Group<'a> {
    let Some(place) = texts.place(diagnostic) else { return group };
    let start = place.range.0;
    let spans: Vec<Span> = diagnostic.span.into_iter().chain(diagnostic.labels.iter().map(|label| label.span)).collect();
    match texts.window(diagnostic, &spans) {
        Some(window) if is_showable(window.text) => group.element(snippet(diagnostic, window, place.path)),
        _ => group.element(Origin::path(place.path).line(start.line).char_column(start.column)),
    }
}

fn is_showable(text: &str) -> bool {
    text.len() <= MAX_WINDOW_BYTES && text.lines().all(|line| line.len() <= MAX_LINE_BYTES)
}

fn snippet<'a>(diagnostic: &'a Diagnostic, window: Window<'a>, path: String) -> Snippet<'a, Annotation<'a>> {
    let range = |span: Span| {
        let at = |offset: usize| floor(window.text, offset.saturating_sub(window.offset));
        at(span.start)..at(span.end).max(at(span.start))
    };
    let primary = diagnostic.span.map(|span| AnnotationKind::Primary.span(range(span)));
    let labels = diagnostic.labels.iter().map(|label| AnnotationKind::Context.span(range(label.span)).label(&label.text));
    Snippet::source(window.text).line_start(window.line).path(path).annotations(primary.into_iter().chain(labels))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{super::Code, *};

    const TEXT: &str = "# DNS\n\n| 14:10 | On-call paged |\n| 13:55 | First alert   |\n";

    fn plain(diagnostic: &Diagnostic, text: &str) -> String {
        let mut texts = Texts::new(Path::new("."), Path::new("./content"));
        texts.add_document("2024/dns.md".into(), text.into());
        anstream::adapter::strip_str(&render_human(diagnostic, &texts)).to_string()
    }

    #[test]
    fn shows_the_line_the_label_and_the_help() {
        let diagnostic =
            Diagnostic::warning(Code::TimelineBackwards, Span::new(35, 40), "timeline row is 15 min earlier than the row above")
                .label(Span::new(9, 14), "this row")
                .help("if it belongs to the next day, write the date: `2024-06-08 13:55`")
                .in_file("2024/dns.md".into());
        let expected = "\
warning[PM021]: timeline row is 15 min earlier than the row above
 --> content/2024/dns.md:4:3
  |
3 | | 14:10 | On-call paged |
  |   ----- this row
4 | | 13:55 | First alert   |
  |   ^^^^^
  |
  = help: if it belongs to the next day, write the date: `2024-06-08 13:55`";
        assert_eq!(plain(&diagnostic, TEXT), expected);
    }

    #[test]
    fn shows_the_place_alone_where_the_line_is_huge() {
        let text = format!("{}é!", "x".repeat(5_000));
        let diagnostic = Diagnostic::error(Code::MomentUnreadable, Span::new(5_002, 5_003), "no such day").in_file("2024/dns.md".into());
        assert_eq!(plain(&diagnostic, &text), "error[PM020]: no such day\n--> content/2024/dns.md:1:5002");
    }

    #[test]
    fn shows_the_file_alone_where_there_is_no_place() {
        let diagnostic = Diagnostic::error(Code::FileTooLarge, None, "the file has 50 MB").in_file("2024/big.md".into());
        assert_eq!(plain(&diagnostic, TEXT), "error[PM002]: the file has 50 MB\n--> content/2024/big.md:1:1");
    }

    #[test]
    fn control_characters_of_the_document_do_not_reach_the_terminal() {
        let diagnostic = Diagnostic::error(Code::MomentUnreadable, Span::new(0, 9), "`\u{1b}[31m` is no day").in_file("2024/dns.md".into());
        let mut texts = Texts::default();
        texts.add_document("2024/dns.md".into(), "\u{1b}]0;owned\u{7}\n".into());
        let shown = render_human(&diagnostic, &texts);
        assert!(!shown.contains("\u{1b}]0") && !shown.contains("`\u{1b}[31m`"), "{shown:?}");
    }

    #[test]
    fn any_span_is_printed_without_a_panic() {
        let text = "aé\r\n\n😀b\n";
        for start in 0..20 {
            for end in start..20 {
                let diagnostic = Diagnostic::error(Code::MomentUnreadable, Span::new(start, end), "x").in_file("2024/dns.md".into());
                plain(&diagnostic.label(Span::new(end, end + 3), "y"), text);
            }
        }
    }
}
