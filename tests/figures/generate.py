#!/usr/bin/env python3
"""generate.py FOLDER [N]: writes an archive of N incidents (1,000) whose figures are hard on statistics.

Ties, one outlier that is most of a mean, alerts before the impact, incidents that go on, drills, near misses, overlapping
downtime, several zones, months instead of days. The same arguments give the same bytes.
"""
import sys
from datetime import datetime, timedelta
from pathlib import Path

CAUSES = ["capacity", "configuration", "deployment", "code-defect", "dependency-failure", "slow-query"]
COMPONENTS = ["database", "queue", "cache", "api", "network"]
SERVICES = ["checkout", "search", "rates", "mail", "gateway"]


class Numbers:
    """Numbers that look random and are the same in every run."""

    def __init__(self, seed):
        self.state = seed * 2_654_435_761 + 1

    def below(self, limit):
        self.state = (self.state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (self.state >> 33) % limit


def incident(number):
    numbers = Numbers(number)
    start = datetime(2020, 1, 6) + timedelta(days=number * 2, minutes=numbers.below(1440))
    form = "%Y-%m-%d %H:%M"
    zone = ["UTC", "Europe/Berlin", "America/New_York"][numbers.below(3)]
    minutes = 20_000 if number == 500 else 5 * (1 + numbers.below(12)) * (1 + numbers.below(12))
    lines = [f"title: Incident {number}", f"zone: {zone}", f"started: {start.strftime(form)}"]
    if number % 97 == 0:
        lines.append("status: open")
    elif number % 11:
        lines.append(f"ended: {(start + timedelta(minutes=minutes)).strftime(form)}")
    if number % 5:
        lines.append(f"detected: {(start + timedelta(minutes=numbers.below(30) - 2)).strftime(form)}")
        lines.append(f"detected_by: {['alert', 'customer', 'staff'][numbers.below(3)]}")
    if number % 3:
        lines.append(f"acknowledged: {(start + timedelta(minutes=28 + numbers.below(9))).strftime(form)}")
    if number % 4 == 0:
        lines.append(f"mitigated: {(start + timedelta(minutes=minutes // 2)).strftime(form)}")
    if number % 7:
        lines.append(f"severity: SEV{1 + numbers.below(4)}")
    if number % 29 == 0:
        lines.append(f"type: {['drill', 'near-miss', 'maintenance'][numbers.below(3)]}")
    if number % 13 == 0:
        lines.append(f"published: {(start + timedelta(days=20 + numbers.below(9))).strftime('%Y-%m-%d')}")
    if number % 6 == 0:
        lines.append(f"impact_percent: {5 * (1 + numbers.below(19))}")
    causes = sorted({CAUSES[numbers.below(len(CAUSES))] for _ in range(1 + numbers.below(2))})
    services = sorted({SERVICES[numbers.below(len(SERVICES))] for _ in range(1 + numbers.below(2))})
    lines += [f"causes: [{', '.join(causes)}]", f"components: [{COMPONENTS[numbers.below(5)]}]", f"services: [{', '.join(services)}]"]
    return start, "---\n" + "\n".join(lines) + f"\n---\n\n## Summary\n\nSample number {number}.\n{cause(numbers, number)}{actions(numbers, start)}"


THINGS = ["the replica", "a batch of exports", "the nightly import", "one tenant", "the carrier feed", "a config push"]
EFFECTS = ["held every connection", "filled the volume", "blocked the lock table", "evicted the warm keys", "looped on a retry"]


def cause(numbers, number):
    """A root cause by template, so that texts resemble each other without being the same."""
    if number % 2:
        return ""
    thing, other = THINGS[numbers.below(6)], THINGS[numbers.below(6)]
    return f"\n## Root cause\n\n{thing.capitalize()} {EFFECTS[numbers.below(5)]} while {other} was still waiting for quota window {numbers.below(40)}.\n"


def actions(numbers, start):
    """Up to three actions: open, done, declined or without a state; some with a day and an owner."""
    count = numbers.below(4)
    if count == 0:
        return ""
    rows = []
    for _ in range(count):
        due = (start + timedelta(days=7 * numbers.below(60))).strftime("%Y-%m-%d") if numbers.below(3) else ""
        owner = ["", "Ada", "@ada", "Platform team", "Grace"][numbers.below(5)]
        state = ["open", "in progress", "done", "declined", ""][numbers.below(5)]
        rows.append(f"| Watch {THINGS[numbers.below(6)]} and page before it {EFFECTS[numbers.below(5)]} | {owner} | {due} | {state} |")
    return "\n## Action items\n\n| Action | Owner | Due | Status |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def main(folder, count=1000):
    for number in range(1, int(count) + 1):
        start, text = incident(number)
        file = Path(folder) / str(start.year) / f"incident-{number:05}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
