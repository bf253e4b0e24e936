#!/usr/bin/env python3
"""mutate.py HINDSITE FOLDER [--as-of DAY]: changes one published value of each kind by the least that shows, and looks whether
recompute.py notices. Prints the kinds that it does not and exits 1 on any.
"""
import copy
import json
import random
import sys

import recompute

# Words, and what the records say word for word: compared by readers, not by arithmetic.
WORDS = {"definition", "exclusions", "title", "methods", "generator", "schema", "as_of", "text", "owner", "due", "file", "mend", "supports"}
# How close the texts are is the business of the Rust tests; which period is compared has a name in words.
ELSEWHERE = {"shared_words", "sure", "by_text", "with", "zone", "sentence"}


def leaves(value, path=()):
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 1.000003 + 0.000003
    return f"{value}x"


def is_noticed(records, published):
    recompute.differences.clear()
    try:
        archive = recompute.Archive(records, published)
        for period in published["periods"]:
            recompute.check_period(archive, period)
        recompute.check_recurrence(archive, published["recurrence"])
        recompute.check_actions(archive, published["actions"])
        recompute.check_coverage(archive, published["coverage"])
    except (KeyError, StopIteration, TypeError, ValueError):
        return True
    return bool(recompute.differences)


def main(hindsite, folder, *as_of):
    records = json.loads(recompute.run(hindsite, "export", folder, "--format", "json", *as_of))
    published = json.loads(recompute.run(hindsite, "stats", folder, "--json", *as_of))
    published["periods"] = published["periods"][:2]
    kinds = {}
    for path in leaves(published):
        kind = ".".join("*" if isinstance(key, int) else key for key in path)
        if not WORDS.union(ELSEWHERE).intersection(path):
            kinds.setdefault(kind, []).append(path)
    if is_noticed(records, published):
        print("it differs before anything is changed:", recompute.differences[:3])
        return 1
    numbers = random.Random(7)
    missed = []
    for kind, paths in sorted(kinds.items()):
        *way, last = numbers.choice(paths)
        mutant = copy.deepcopy(published)
        place = mutant
        for key in way:
            place = place[key]
        place[last] = changed(place[last])
        if not is_noticed(records, mutant):
            missed.append(kind)
    for kind in missed:
        print("not noticed:", kind)
    print(f"{len(kinds) - len(missed)} of {len(kinds)} kinds of changed values are noticed")
    return 1 if missed or not kinds else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
