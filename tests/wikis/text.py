"""The text that people see on a page, and whether a wiki's page has all of what the site's page shows of a document."""

import html.parser
import re


class Text(html.parser.HTMLParser):
    """The text of HTML, a line for each block; headings' edit links are left out."""

    BLOCKS = {"p", "li", "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "div", "tr", "blockquote", "summary", "caption"}

    def __init__(self, only=None):
        super().__init__()
        self.lines, self.line, self.only, self.skipped, self.depth, self.tags = [], "", only, None, 0, set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        classes = dict(attributes).get("class") or ""
        if self.skipped is None and ("mw-editsection" in classes or "anchor" in classes.split() or "fnback" in classes.split()):
            self.skipped, self.depth = tag, 0
        elif self.skipped == tag:
            self.depth += 1
        if tag in self.BLOCKS or tag == "br":
            self.end()

    def handle_endtag(self, tag):
        if self.skipped == tag:
            if self.depth == 0:
                self.skipped = None
            self.depth -= 1
        if tag in self.BLOCKS:
            self.end()

    def handle_data(self, data):
        if self.skipped is None:
            self.line += data

    def end(self):
        line = " ".join(self.line.split())
        if line:
            self.lines.append(line)
        self.line = ""


def text_of(markup):
    reader = Text()
    reader.feed(markup)
    reader.end()
    return reader


def squeezed(text):
    return re.sub(r"[\s#]+", "", text)


def missing_lines(site, wiki):
    """Returns the lines of the document's own text on a page of the site that a wiki's page does not have."""
    shown = squeezed(" ".join(text_of(wiki).lines))
    parts = re.findall(r'<div class="prose doc">(.*?)</div>(?=</details>|\n)', site, re.S)
    return [line for part in parts for line in text_of(part).lines if squeezed(line) not in shown]
