#!/usr/bin/env python3
"""weights.py SITE... [--most KB]: how large the pages of a built site are, by kind: the largest, the median and how many.

A page's kind is the class of its body. With --most, exits 1 where a page that the theme alone fills is larger: a page that shows an
author's text is as long as that text, so incidents and documents are weighed without it.
"""
import os
import re
import statistics
import sys

KIND = re.compile(rb'<body class="k-([a-z-]+)"')
TEXT = re.compile(rb'<div class="prose doc">.*?</div>', re.S)


def weigh(root):
    """Returns the weights of pages with and without the author's text, by kind."""
    kinds = {}
    for folder, _, files in os.walk(root):
        for name in files:
            if name.endswith(".html"):
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    page = file.read()
                found = KIND.search(page)
                kind = found.group(1).decode() if found else "none"
                own = len(TEXT.sub(b"", page)) if kind in ("incident", "document", "home") else len(page)
                kinds.setdefault(kind, []).append((len(page), own, os.path.relpath(path, root)))
    return kinds


def main(arguments):
    most = float(arguments.pop(arguments.index("--most") + 1)) if "--most" in arguments else None
    roots = [argument for argument in arguments if argument != "--most"]
    if not roots:
        sys.exit(__doc__)
    heavy = []
    for root in roots:
        print(f"{root}\n{'kind':12} {'pages':>6} {'median KB':>10} {'largest KB':>11}  largest page")
        for kind, pages in sorted(weigh(root).items()):
            median = statistics.median(size for size, _, _ in pages) / 1024
            size, _, path = max(pages)
            print(f"{kind:12} {len(pages):6} {median:10.1f} {size / 1024:11.1f}  {path}")
            heavy += [f"{path}: {own / 1024:.1f} KB" for _, own, path in pages if most and own > most * 1024]
    if heavy:
        sys.exit("larger than {:.0f} KB:\n{}".format(most, "\n".join(sorted(heavy))))


if __name__ == "__main__":
    main(sys.argv[1:])
