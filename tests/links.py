#!/usr/bin/env python3
"""links.py SITE...: every link, image, style sheet, script and anchor of a built site leads somewhere inside it.

Prints each fault, then the counts; exits 1 where there is a fault. Also looks for what the site promises never to have: inline
scripts and styles, ids used twice, links that only work at a host's root (404.html aside), and files asked of other hosts.
"""
import os
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

OWN_HOST_ONLY = {"script", "iframe", "object", "embed", "video", "audio", "source"}
LINK_RELS_ELSEWHERE = {"canonical", "alternate", "license", "author"}


class Page(HTMLParser):
    """The references and ids of one page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.references, self.ids, self.faults = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if names.get("id"):
            if names["id"] in self.ids:
                self.faults.append(f"id used twice: {names['id']}")
            self.ids.add(names["id"])
        for key in ("href", "src", "poster", "data", "action"):
            if names.get(key):
                self.references.append((tag, names[key].strip(), names.get("rel") or ""))
        if tag == "script" and not names.get("src") and "json" not in (names.get("type") or ""):
            self.faults.append("inline script")
        if tag == "style" or "style" in names:
            self.faults.append(f"inline style: <{tag}>")
        self.faults += [f"inline handler: <{tag} {key}>" for key in names if key.startswith("on")]


def check(root):
    pages, faults, references = {}, [], 0
    for folder, _, files in os.walk(root):
        for name in files:
            if name.endswith(".html"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    pages[path] = Page(file.read())
    for path, page in sorted(pages.items()):
        where = os.path.relpath(path, root)
        faults += [f"{where}: {fault}" for fault in page.faults]
        for tag, reference, rel in page.references:
            references += 1
            url = urlsplit(reference)
            if url.scheme in ("mailto", "tel", "data"):
                continue
            if url.scheme or url.netloc:
                if url.scheme not in ("http", "https", ""):
                    faults.append(f"{where}: scheme not allowed: {reference[:80]}")
                elif tag in OWN_HOST_ONLY or (tag == "link" and rel not in LINK_RELS_ELSEWHERE):
                    faults.append(f"{where}: asks another host: <{tag}> {reference[:80]}")
                continue
            if reference.startswith("/"):
                if os.path.basename(path) != "404.html":
                    faults.append(f"{where}: only works at a host's root: {reference[:80]}")
                continue
            target = os.path.normpath(os.path.join(os.path.dirname(path), unquote(url.path))) if url.path else path
            if os.path.isdir(target):
                faults.append(f"{where}: names a folder, which does not open from a file: {reference[:80]}")
            elif not os.path.isfile(target):
                faults.append(f"{where}: leads nowhere: {reference[:80]}")
            elif url.fragment and target in pages and unquote(url.fragment) not in pages[target].ids:
                faults.append(f"{where}: no such anchor: {reference[:80]}")
    for fault in faults:
        print(fault)
    print(f"{root}: {len(pages)} pages, {references} references, {len(faults)} faults")
    return not faults and pages


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if all([check(root) for root in sys.argv[1:]]) else 1)
