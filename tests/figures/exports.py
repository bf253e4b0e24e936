#!/usr/bin/env python3
"""exports.py SITE: reads every data file and feed of a built site with readers that are not ours, and compares them.

JSON against its JSON Schema, CSV, iCalendar, Atom and JSON feeds, the ids that the statistics name, and what the statistics pages
print against `data/stats.json`, to the last digit. Prints each fault and exits 1 on any.
"""
import csv
import html
import json
import math
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote, urlsplit

import icalendar
import jsonschema

ATOM = "{http://www.w3.org/2005/Atom}"
faults = []


def expect(condition, what):
    if not condition:
        faults.append(what)


def check_records(site):
    records = json.loads((site / "data/incidents.json").read_text(encoding="utf-8"))
    schema = json.loads((site / "data/schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for error in jsonschema.Draft202012Validator(schema).iter_errors(records):
        faults.append(f"data/incidents.json: {error.json_path}: {error.message[:120]}")
    for record in records["incidents"] + records["documents"]:
        expect((site / unquote(record["url"])).is_file(), f"data/incidents.json: no page {record['url']}")
    return records


def check_tables(site, incidents):
    def rows(name):
        with open(site / "data" / name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))

    expect([row["id"] for row in rows("incidents.csv")] == [one["id"] for one in incidents], "data/incidents.csv: other incidents")
    for row, one in zip(rows("incidents.csv"), incidents):
        minutes = one["minutes_to_resolve"]
        found = row["minutes_to_resolve"]
        expect((float(found) if found else None) == minutes, f"data/incidents.csv: {row['id']}: {found}, not {minutes} minutes")
        expect(row["causes"] == "; ".join(one["causes"]), f"data/incidents.csv: {row['id']}: causes")
    for name, field in (("timeline.csv", "timeline"), ("actions.csv", "action_items")):
        expected = [(one["id"], item["text"]) for one in incidents for item in one[field]]
        found = [(row["incident"], row["text"].removeprefix("'")) for row in rows(name)]
        expect([(i, text.removeprefix("'")) for i, text in expected] == found, f"data/{name}: other rows")


def check_calendar(site, incidents):
    calendar = icalendar.Calendar.from_ical((site / "data/incidents.ics").read_bytes())
    events = [event for event in calendar.walk("VEVENT")]
    uids = [str(event["UID"]) for event in events]
    expect(len(set(uids)) == len(uids), "data/incidents.ics: an UID twice")
    for event in events:
        expect("DTSTAMP" in event and "DTSTART" in event, f"data/incidents.ics: {event['UID']} has no time")
        if "DTEND" in event:
            expect(event["DTEND"].dt >= event["DTSTART"].dt, f"data/incidents.ics: {event['UID']} ends before it starts")
    summaries = {str(event["UID"]).split("@")[0]: str(event["SUMMARY"]) for event in events}
    for one in incidents:
        local = (one["occurred"] or {"local": ""})["local"]
        if len(local) >= 10:
            expect(summaries.get(f"incident-{one['id']}") == one["display_title"], f"data/incidents.ics: {one['id']} is missing")


def check_feeds(site):
    for path in sorted([*site.glob("*.xml"), *site.glob("causes/*.xml"), *site.glob("services/*.xml")]):
        if path.name == "sitemap.xml":
            continue
        feed = ElementTree.parse(path).getroot()
        expect(feed.tag == f"{ATOM}feed", f"{path}: no Atom feed")
        for parent in [feed, *feed.findall(f"{ATOM}entry")]:
            for name in ("id", "title", "updated"):
                expect(parent.findtext(f"{ATOM}{name}"), f"{path}: no {name}")
            for link in parent.findall(f"{ATOM}link"):
                href = urlsplit(link.get("href"))
                if not href.scheme:
                    expect((path.parent / unquote(href.path)).resolve().is_file(), f"{path}: no file {link.get('href')}")
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        expect(len(set(ids)) == len(ids), f"{path}: an id twice")
    feed = json.loads((site / "feed.json").read_text(encoding="utf-8"))
    expect(feed["version"].startswith("https://jsonfeed.org/version/"), "feed.json: no version")
    expect(all(item["id"] and ("content_text" in item or "content_html" in item) for item in feed["items"]), "feed.json: an item without text")


def check_statistics(site, incidents):
    known = {one["id"] for one in incidents}

    def walk(value, at):
        if isinstance(value, dict):
            if "id" in value:
                expect(value["id"] in known, f"data/stats.json: {at}: no incident {value['id']}")
            for key, inner in value.items():
                if key in ("incidents", "missing", "open", "negative", "unknown", "undated") and isinstance(inner, list):
                    unknown = [one for one in inner if isinstance(one, str) and one not in known]
                    expect(not unknown, f"data/stats.json: {at}.{key}: no incident {unknown[:1]}")
                walk(inner, f"{at}.{key}")
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                walk(inner, f"{at}[{place}]")

    statistics = json.loads((site / "data/stats.json").read_text(encoding="utf-8"))
    walk(statistics, "$")
    for period in statistics["periods"]:
        for measure in period["measures"]:
            expect(measure["definition"] and measure["exclusions"], f"data/stats.json: {measure['measure']} has no definition")


def minutes_text(minutes):
    """Writes minutes as the pages do."""
    if 0 < minutes < 1:
        return "under 1 min"
    total = math.floor(max(minutes, 0) + 0.5)
    units = [(total, "min")] if total < 60 else [(total // 60, "h"), (total % 60, "min")] if total < 1440 else [(total // 1440, "d"), (total % 1440 // 60, "h")]
    return " ".join(f"{number} {unit}" for place, (number, unit) in enumerate(units) if number or not place)


def percent(share):
    return f"{math.floor(share * 100 + 0.5)} %"


def text_of(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).replace("\u00a0", " ").split())


def cells(page, section):
    """Returns the rows of a section's first table: texts of th and td."""
    part = page.split(f'<h2 id="{section}">')
    if len(part) < 2:
        return []
    body = part[1].split("</section>")[0].split("<tbody>")[1].split("</table>")[0]
    # End tags of rows and cells may be left out. Rows with a class are notes on the one before.
    rows = [row for row in re.split(r"(?=<tr[ >])", body) if row.startswith("<tr>")]
    return [[text_of(cell) for cell in re.split(r"<t[hd](?=[ >])[^>]*>", row)[1:]] for row in rows]


def check_pages(site):
    """Compares the tables of every statistics page with the data file."""
    statistics = json.loads((site / "data/stats.json").read_text(encoding="utf-8"))
    compared = 0
    for period in statistics["periods"]:
        slug = period["period"]
        path = "stats.html" if slug == "last-12-months" else f"stats/{slug}.html"
        page = (site / path).read_text(encoding="utf-8")
        rows = {row[0].split(" TT")[0].split(" FDRT")[0].split(" MTBSI")[0]: row[1:] for row in cells(page, "times") + cells(page, "others")}

        def printed(name, column, expected):
            nonlocal compared
            compared += 1
            found = next((row[column] for title, row in rows.items() if title.startswith(name)), None)
            expect(found == expected, f"{path}: {name}: `{found}`, not `{expected}`")

        for measure in period["measures"]:
            is_step = measure["measure"].startswith("time-to-")
            if not period["count"] or (not is_step and not measure["n"]):
                continue
            all_of = measure["n"] + len(measure["missing"]) + len(measure["open"])
            printed(measure["title"], 3 if is_step else 2, f"{measure['n']:,}" + (f" of {all_of:,}" if all_of > measure["n"] else ""))
            if measure["median_minutes"] is not None:
                printed(measure["title"], 0, minutes_text(measure["median_minutes"]))
                printed(measure["title"], 1, " to ".join(map(minutes_text, measure["median_interval_minutes"])))
            if is_step and measure["p90_minutes"] is not None:
                printed(measure["title"], 2, minutes_text(measure["p90_minutes"]))
        for name, share in (("Noticed by customers first", period["customer_detected"]), ("Started off hours", period["clock"]["off_hours"])):
            if share["n"] >= 6:
                printed(name, 0, percent(share["share"]))
                printed(name, 1, " to ".join(map(percent, share["share_interval"])))
                printed(name, 2, f"{share['count']:,} of {share['n']:,}")
        if period["count"]:
            expect(len(cells(page, "services")) == min(len(period["downtime"]), 10), f"{path}: other services")
        for row, one in zip(cells(page, "services"), period["downtime"]):
            found = (row[0], row[1], row[3], row[4])
            expected = (one["service"], minutes_text(one["minutes"]), f"{len(one['incidents']):,}", f"{len(one['unknown']):,}" if one["unknown"] else "—")
            expect(found == expected, f"{path}: {found}, not {expected}")
            places = len(row[2].split(".")[1].split()[0])
            expect(row[2] == f"{one['availability'] * 100:.{places}f} %", f"{path}: {row[0]}: {row[2]}, not {one['availability']}")
            compared += 5
        for row, one in zip(cells(page, "causes"), period["causes"]):
            time = minutes_text(one["total_minutes"]) if one["minutes_known"] else "not stated"
            expect(row[1] == f"{one['count']:,}" and row[4].startswith(time), f"{path}: {row}, not {one['count']} and {time}")
            compared += 2
        for sentence in (period["comparison"] or {"durations": []})["durations"]:
            if sentence["p"] is not None:
                p = "p < 0.001" if sentence["p"] < 0.001 else f"p = {sentence['p']:.3f}"
                expected = f"{p}; typically {sentence['ratio']:.2f} times as long, 95 %: {sentence['ratio_interval'][0]:.2f} to {sentence['ratio_interval'][1]:.2f}"
                expect(expected in text_of(page), f"{path}: lacks `{expected}`")
                compared += 1
    print(f"{compared} printed figures of {len(statistics['periods'])} statistics pages compared")
    expect(compared, "no printed figures")


def main(folder):
    site = Path(folder).resolve()
    incidents = check_records(site)["incidents"]
    check_tables(site, incidents)
    check_calendar(site, incidents)
    check_feeds(site)
    check_statistics(site, incidents)
    check_pages(site)
    for fault in faults[:20]:
        print(fault)
    print(f"{len(faults)} faults in the data of {len(incidents)} incidents")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
