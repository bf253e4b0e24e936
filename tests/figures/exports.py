#!/usr/bin/env python3
"""exports.py SITE: reads every data file and feed of a built site with readers that are not ours, and compares them.

JSON against its JSON Schema, CSV, iCalendar, Atom and JSON feeds, and the ids that the statistics name. Prints each fault and exits 1
on any.
"""
import csv
import json
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


def main(folder):
    site = Path(folder).resolve()
    incidents = check_records(site)["incidents"]
    check_tables(site, incidents)
    check_calendar(site, incidents)
    check_feeds(site)
    check_statistics(site, incidents)
    for fault in faults[:20]:
        print(fault)
    print(f"{len(faults)} faults in the data of {len(incidents)} incidents")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
