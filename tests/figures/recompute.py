#!/usr/bin/env python3
"""recompute.py HINDSITE FOLDER [--as-of DAY]: works every figure out again from the records, without the program's own code.

Reads `export --format json` and works out with SciPy what `stats --json` publishes: medians and their intervals, quantiles, Poisson
and Wilson intervals, the tests of two periods and what they are told as, merged downtime and the times between, weeks, recurrence
rate, actions, coverage; once as configured by default, once for each other meaning of MTTR, with means and weighted downtime.
DuckDB does the medians once more from the CSV files. Prints each difference and exits 1 on any.
"""
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy
from scipy import stats as scipy_stats

differences = []
compared = 0


def same(what, ours, theirs, tolerance=1e-6):
    """Compares a published value with the one worked out here."""
    global compared
    compared += 1
    if isinstance(theirs, (int, float)) and isinstance(ours, (int, float)) and not isinstance(theirs, bool):
        equal = math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)
    elif isinstance(theirs, (list, tuple)) and isinstance(ours, (list, tuple)) and len(ours) == len(theirs):
        for place, (a, b) in enumerate(zip(ours, theirs)):
            same(f"{what}[{place}]", a, b, tolerance)
        return
    else:
        equal = ours == theirs
    if not equal:
        differences.append(f"{what}: worked out {ours!r}, published {theirs!r}")


def moment(value):
    """Returns a moment's local date and time, and its minutes in UTC; None for what it does not have."""
    if value is None or value["local"].startswith("T"):
        return None, None
    local = value["local"]
    if "T" not in local:
        return None, None
    at = datetime.fromisoformat(local)
    offset = value["offset"]
    shift = timedelta(0)
    if offset:
        hours, minutes = offset[1:].split(":")
        shift = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if offset[0] == "-" else 1)
    return at, at - shift


def day_of(value):
    """Returns the day of a moment; of a month its first."""
    if value is None or value["local"].startswith("T"):
        return None
    local = value["local"].split("T")[0]
    return date.fromisoformat(local if len(local) == 10 else local + "-01")


def between(a, b):
    (local_a, utc_a), (local_b, utc_b) = moment(a), moment(b)
    if local_a is None or local_b is None:
        return None
    if a["offset"] and b["offset"]:
        return (utc_b - utc_a).total_seconds() / 60
    return (local_b - local_a).total_seconds() / 60


class Archive:
    def __init__(self, records, published):
        self.records = {record["id"]: record for record in records["incidents"]}
        self.order = [record["id"] for record in records["incidents"]]
        self.as_of = date.fromisoformat(records["as_of"])
        self.counted = [i for i in self.order if self.records[i]["nature"] is None]
        self.day = {i: day_of(self.records[i]["occurred"]) for i in self.order}
        days = [self.day[i] for i in self.counted if self.day[i]]
        self.first, self.last = min(days), max(days)
        self.zone = published["zone"]
        self.mttr = published["mttr"]
        self.is_asked = False  # for means and weighted downtime

    def is_open(self, i):
        return self.records[i]["status"] in ("open", "monitoring") and self.records[i]["end"] is None

    def within(self, span):
        return [i for i in self.counted if self.day[i] and span[0] <= self.day[i] <= span[1]]

    def exposure(self, span):
        start, end = max(span[0], self.first), min(span[1], max(self.as_of, span[0]))
        return max((end - start).days + 1, 1)


def months_before(day, months):
    """Returns the day that many months before, or the last of that month."""
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            pass


def whole(year, quarter=None):
    if quarter is None:
        return date(year, 1, 1), date(year, 12, 31)
    start = date(year, quarter * 3 - 2, 1)
    return start, (date(year + 1, 1, 1) if quarter == 4 else date(year, quarter * 3 + 1, 1)) - timedelta(1)


def spans(archive, slug):
    """Returns the span of a period and of the one before it."""
    if slug == "all":
        return (archive.first, max(archive.last, archive.as_of)), None
    if slug == "last-12-months":
        before = months_before(archive.as_of, 12)
        return (before + timedelta(1), archive.as_of), (months_before(before, 12) + timedelta(1), before)
    year, _, quarter = slug.partition("-q")
    year, quarter = int(year), int(quarter) if quarter else None
    span = whole(year, quarter)
    before = whole(year - 1) if quarter is None else whole(year - 1, 4) if quarter == 1 else whole(year, quarter - 1)
    return (span[0], archive.as_of if span[0] <= archive.as_of <= span[1] else span[1]), before


def minutes_of(archive, measure, i):
    record = archive.records[i]
    if measure == "time-to-detect":
        return record["minutes_to_detect"]
    if measure == "time-to-acknowledge":
        return record["minutes_to_acknowledge"]
    if measure == "time-to-mitigate":
        return record["minutes_to_mitigate"]
    if measure in ("time-to-resolve", "failed-deployment-recovery-time"):
        if archive.mttr == "recover":
            return record["minutes_to_resolve"]
        starts = ["acknowledged", "detected"] if archive.mttr == "repair" else ["detected"]
        times = [between(record[start], record["end"]) for start in starts]
        return next((minutes for minutes in times if minutes is not None), None)
    if measure == "postmortem-lag":
        minutes = between(record["end"], record["published"])
        if minutes is None and day_of(record["end"]) and day_of(record["published"]) and "T" != record["end"]["local"][0]:
            minutes = (day_of(record["published"]) - day_of(record["end"])).days * 1440
        return minutes if minutes is not None and minutes >= 0 else None
    raise ValueError(measure)


def values_of(archive, measure, ids):
    """Returns the times of those incidents, and those that do not say."""
    if measure == "time-between-incidents":
        dated = [i for i in ids if archive.day[i]]
        gaps = []
        for later, earlier in zip(dated, dated[1:]):
            a, b = moment(archive.records[later]["occurred"])[1], moment(archive.records[earlier]["occurred"])[1]
            minutes = (a - b).total_seconds() / 60 if a and b else (archive.day[later] - archive.day[earlier]).days * 1440
            gaps.append((later, max(minutes, 0)))
        return gaps, []
    ends = measure in ("time-to-resolve", "failed-deployment-recovery-time")
    if measure == "failed-deployment-recovery-time":
        ids = [i for i in ids if "deployment" in archive.records[i]["causes"]]
    ids = [i for i in ids if not (ends and archive.is_open(i))]
    known = [(i, minutes_of(archive, measure, i)) for i in ids]
    return [(i, max(m, 0)) for i, m in known if m is not None], [i for i, m in known if m is None]


def median_interval(values):
    """Order statistics whose ranks hold the median with at least 95 %."""
    n = len(values)
    ranks = [k for k in range(1, n // 2 + 1) if scipy_stats.binom.cdf(k - 1, n, 0.5) <= 0.025]
    return [values[ranks[-1] - 1], values[n - ranks[-1]]] if ranks else None


def check_measure(archive, where, published, ids):
    known, missing = values_of(archive, published["measure"], ids)
    check_summary(archive, where, published, known, missing)
    ends = published["measure"] in ("time-to-resolve", "failed-deployment-recovery-time")
    if published["measure"] == "failed-deployment-recovery-time":
        ids = [i for i in ids if "deployment" in archive.records[i]["causes"]]
    same(f"{where} open", [i for i in ids if ends and archive.is_open(i)], published["open"])
    same(f"{where} mttr", archive.mttr if ends else None, published["mttr"])
    if published["measure"] != "time-between-incidents":
        negative = [i for i in ids if not (ends and archive.is_open(i)) and (minutes_of(archive, published["measure"], i) or 0) < 0]
        same(f"{where} negative", negative, published["negative"])


def check_summary(archive, where, published, known, missing):
    values = sorted(minutes for _, minutes in known)
    n = len(values)
    same(f"{where} n", n, published["n"])
    same(f"{where} ids", sorted(i for i, _ in known), sorted(value["id"] for value in published["values"]))
    same(f"{where} values", values, [value["minutes"] for value in published["values"]])
    same(f"{where} missing", sorted(missing), sorted(published["missing"]))
    same(f"{where} median", float(numpy.median(values)) if n >= 6 else None, published["median_minutes"])
    same(f"{where} interval", median_interval(values), published["median_interval_minutes"])
    for name, share in (("p25", 25), ("p75", 75), ("p90", 90)):
        same(f"{where} {name}", float(numpy.percentile(values, share)) if n >= 20 else None, published[f"{name}_minutes"])
    has_mean = archive.is_asked and n >= 6
    same(f"{where} mean", float(numpy.mean(values)) if has_mean else None, published["mean_minutes"])
    same(f"{where} total", sum(values), published["total_minutes"])
    share = values[-1] / sum(values) if has_mean and sum(values) > 0 else 0 if has_mean else None
    same(f"{where} largest share", share, published["mean_largest_share"])
    worst = published["worst"]
    same(f"{where} worst", values[-1] if n else None, worst and worst["minutes"])
    if n:
        same(f"{where} worst id", True, any(i == worst["id"] and math.isclose(minutes, values[-1]) for i, minutes in known))


def poisson(count):
    low = scipy_stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return [float(low), float(scipy_stats.chi2.ppf(0.975, 2 * count + 2) / 2)]


def wilson(hits, n):
    if n == 0:
        return None
    interval = scipy_stats.binomtest(hits, n).proportion_ci(0.95, "wilson")
    return [float(interval.low), float(interval.high)]


def check_share(where, published, hits, n, unknown=()):
    same(f"{where} n", n, published["n"])
    same(f"{where} ids", sorted(hits), sorted(published["incidents"]))
    same(f"{where} count", len(hits), published["count"])
    same(f"{where} unknown", sorted(unknown), sorted(published.get("unknown", [])))
    same(f"{where} share", len(hits) / n if n else None, published["share"])
    same(f"{where} interval", wilson(len(hits), n), published["share_interval"])


def check_groups(archive, where, published, field, ids):
    members = defaultdict(list)
    for i in ids:
        for name in set(archive.records[i][field]):
            members[name].append(i)
    known = sum(1 for i in ids if archive.records[i][field])
    same(f"{where} names", sorted(members), sorted(group["name"] for group in published))
    for group in published:
        own = members[group["name"]]
        times, _ = values_of(archive, "time-to-resolve", own)
        same(f"{where} {group['name']} ids", sorted(own), sorted(group["incidents"]))
        same(f"{where} {group['name']} minutes", sum(m for _, m in times), group["total_minutes"])
        same(f"{where} {group['name']} counts", [len(own), known, len(times)], [group["count"], group["known"], group["minutes_known"]])
        same(f"{where} {group['name']} share", len(own) / known, group["share"])
        same(f"{where} {group['name']} interval", wilson(len(own), known), group["share_interval"])


def check_downtime(archive, where, published, span):
    start = datetime.combine(span[0], datetime.min.time())
    end = datetime.combine(min(span[1], max(archive.as_of, span[0])) + timedelta(1), datetime.min.time())
    pieces = defaultdict(list)
    for i in archive.counted:
        record = archive.records[i]
        a, b = moment(record["start"])[1], moment(record["end"])[1]
        if a and b and a < b and max(a, start) < min(b, end):
            weight = 1.0 if record["impact_percent"] is None else record["impact_percent"] / 100
            for service in set(record["services"]):
                pieces[service].append((max(a, start), min(b, end), weight, i))
    same(f"{where} services", sorted(pieces), sorted(one["service"] for one in published))
    for one in published:
        own = pieces[one["service"]]
        edges = sorted({edge for a, b, *_ in own for edge in (a, b)})
        minutes = weighted = 0.0
        for a, b in zip(edges, edges[1:]):
            active = [weight for x, y, weight, _ in own if x <= a and b <= y]
            minutes += (b - a).total_seconds() / 60 if active else 0
            weighted += (b - a).total_seconds() / 60 * max(active, default=0)
        same(f"{where} {one['service']} minutes", minutes, one["minutes"])
        agreed = (end - start).total_seconds() / 60
        name = f"{where} {one['service']}"
        same(f"{name} ids", sorted(i for *_, i in own), sorted(one["incidents"]))
        same(f"{name} agreed", agreed, one["agreed_minutes"])
        same(f"{name} availability", 1 - minutes / agreed, one["availability"])
        same(f"{name} weighted", weighted if archive.is_asked else None, one["weighted_minutes"])
        same(f"{name} weighted availability", 1 - weighted / agreed if archive.is_asked else None, one["weighted_availability"])
        # Between the end of all that came before and the next start.
        gaps, last = [], None
        for a, b, _, i in sorted(own, key=lambda piece: piece[:2]):
            if last and last < a:
                gaps.append((i, (a - last).total_seconds() / 60))
            last = max(last or b, b)
        check_summary(archive, f"{name} between failures", one["time_between_failures"], gaps, [])
        same(f"{name} measure", ["time-between-failures", None], [one["time_between_failures"][key] for key in ("measure", "mttr")])
        counted = set(archive.within(span))
        unknown = [i for i in archive.counted if i in counted and one["service"] in archive.records[i]["services"] and not is_interval(archive.records[i])]
        same(f"{name} unknown", unknown, one["unknown"])


def is_interval(record):
    a, b = moment(record["start"])[1], moment(record["end"])[1]
    return bool(a and b and a < b)


def check_weeks(archive, where, published, ids):
    weeks, worst = defaultdict(list), Counter()
    for i in ids:
        if archive.day[i]:
            monday = archive.day[i] - timedelta(archive.day[i].weekday())
            weeks[monday.isoformat()].append(i)
            worst[monday.isoformat()] += archive.records[i]["severity"] == "SEV1"
    same(where, {monday: [sorted(own), worst[monday]] for monday, own in weeks.items()}, {week["monday"]: [sorted(week["incidents"]), week["worst"]] for week in published})
    same(f"{where} counts", [len(week["incidents"]) for week in published], [week["count"] for week in published])


def check_pairs(archive, where, published, ids):
    pairs = defaultdict(list)
    for i in ids:
        for service in set(archive.records[i]["services"]):
            for cause in set(archive.records[i]["causes"]):
                pairs[service, cause].append(i)
    same(where, {pair: sorted(own) for pair, own in pairs.items()}, {(one["service"], one["cause"]): sorted(one["incidents"]) for one in published})
    same(f"{where} counts", [len(one["incidents"]) for one in published], [one["count"] for one in published])


def told(verdict, sentence, what):
    """Compares a verdict with the words that it is told in."""
    words = {"few": "too few", "chance": "no more of a difference than chance", "more": "beyond chance", "less": "beyond chance"}
    if verdict in ("more", "less") and "incident" in sentence.split(",")[0]:
        words = {"more": "more than chance", "less": "fewer than chance"}
    same(f"{what} told as {verdict}", True, words[verdict] in sentence)
    if words[verdict] == "beyond chance":
        same(f"{what} direction", True, ("longer" if verdict == "more" else "shorter") in sentence)


def check_clock(archive, where, published, ids):
    cells, off, unknown, known = defaultdict(list), [], [], 0
    for i in ids:
        local, utc = moment(archive.records[i]["occurred"])
        if local is None:
            unknown.append(i)
            continue
        at = utc
        if archive.records[i]["occurred"]["offset"] and archive.zone != "UTC":
            at = utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(archive.zone))
        known += 1
        cells[at.weekday(), at.hour].append(i)
        if at.weekday() >= 5 or not 8 <= at.hour < 17:
            off.append(i)
    same(f"{where} cells", dict(cells), {(cell["weekday"], cell["hour"]): cell["incidents"] for cell in published["cells"]})
    same(f"{where} counts", [len(cell["incidents"]) for cell in published["cells"]], [cell["count"] for cell in published["cells"]])
    same(f"{where} known", [known, unknown, archive.zone], [published["known"], published["unknown"], published["zone"]])
    check_share(f"{where} off hours", published["off_hours"], off, known, unknown)


def duration_test(now, before):
    """Mann-Whitney, and the ratio by Hodges and Lehmann with Moses' interval."""
    p = scipy_stats.mannwhitneyu(now, before, alternative="two-sided", method="asymptotic", use_continuity=True).pvalue
    a, b = numpy.log(numpy.maximum(now, 1)), numpy.log(numpy.maximum(before, 1))
    ratios = numpy.sort((a[:, None] - b[None, :]).ravel())
    spread = scipy_stats.norm.ppf(0.975) * math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)
    rank = max(int(math.floor(len(a) * len(b) / 2 - spread)), 1)
    interval = [math.exp(ratios[rank - 1]), math.exp(ratios[len(ratios) - rank])]
    return 1.0 if math.isnan(p) else float(p), math.exp(float(numpy.median(ratios))), interval


def check_comparison(archive, where, published, span, before, ids):
    if before is None or archive.first > before[1]:
        same(where, None, published)
        return
    earlier = archive.within(before)
    days = [archive.exposure(span), archive.exposure(before)]
    same(f"{where} counts", [len(ids), len(earlier)], published["count"])
    same(f"{where} days", days, published["days"])
    same(f"{where} ids", earlier, published["incidents"])
    same(f"{where} span", [day.isoformat() for day in before], [published["from"], published["to"]])
    total = len(ids) + len(earlier)
    p = scipy_stats.binomtest(len(ids), total, days[0] / sum(days)).pvalue if total else 1.0
    same(f"{where} p", float(p), published["p"])
    rate = len(ids) / days[0] > len(earlier) / days[1]
    told("few" if total < 20 else "chance" if p >= 0.05 else "more" if rate else "less", published["sentence"], f"{where} count")
    for duration in published["durations"]:
        now = sorted(m for _, m in values_of(archive, duration["measure"], ids)[0])
        then = sorted(m for _, m in values_of(archive, duration["measure"], earlier)[0])
        same(f"{where} {duration['measure']} n", [len(now), len(then)], duration["n"])
        medians = [float(numpy.median(times)) if len(times) >= 6 else None for times in (now, then)]
        same(f"{where} {duration['measure']} medians", medians, duration["median_minutes"])
        if p_of := [part for part in duration["sentence"].split() if part.startswith("0.")]:
            same(f"{where} {duration['measure']} p as told", f"{duration['p']:.3f}", p_of[-1].rstrip(")"))
        p, ratio, interval = duration_test(now, then) if len(now) >= 20 and len(then) >= 20 else (None, None, None)
        same(f"{where} {duration['measure']} p", p, duration["p"])
        same(f"{where} {duration['measure']} ratio", ratio, duration["ratio"])
        same(f"{where} {duration['measure']} ratio interval", interval, duration["ratio_interval"])
        verdict = "few" if p is None else "more" if p < 0.05 and interval[0] > 1 else "less" if p < 0.05 and interval[1] < 1 else "chance"
        if verdict != "few" or "too few" in duration["sentence"]:
            told(verdict, duration["sentence"], f"{where} {duration['measure']}")


def group_of(archive, action):
    """Returns how an action stands on the day of the build."""
    if action["status"] not in ("open", "in-progress"):
        return action["status"]
    due = action["due"] and day_of(action["due"])
    if due and "T" not in action["due"]["local"] and len(action["due"]["local"]) == 7:
        due = whole_month_end(due)
    if not due:
        return "undated"
    return "overdue" if due < archive.as_of else "due-soon" if due <= archive.as_of + timedelta(30) else "later"


OPEN = ("overdue", "due-soon", "later", "undated")


def check_actions(archive, published):
    all_actions = [(i, at + 1, action, group_of(archive, action)) for i, record in archive.records.items() for at, action in enumerate(record["action_items"])]
    named = lambda chosen: sorted((i, at) for i, at, *_ in chosen)
    listed = lambda actions: sorted((one["id"], one["action"]) for one in actions)
    for name, group in published["groups"].items():
        same(f"actions {name}", named(one for one in all_actions if one[3] == name), listed(group))
    is_open = [one for one in all_actions if one[3] in OPEN]
    done = sum(one[3] == "done" for one in all_actions)
    same("actions total", len(all_actions), published["total"])
    same("actions open", len(is_open), published["open"])
    closure = published["closure"]
    same("closure", [done, done + len(is_open)], [closure["count"], closure["n"]])
    same("closure share", done / (done + len(is_open)) if done + len(is_open) else None, closure["share"])
    same("ownerless", named(one for one in all_actions if not one[2]["owner"] and one[3] in (*OPEN, "unknown")), listed(published["ownerless"]))

    def tally(chosen):
        groups = Counter(one[3] for one in chosen)
        return [named(one for one in chosen if one[3] in OPEN), groups["overdue"], groups["done"], groups["unknown"]]

    tallied = lambda one: [listed(one["open"]), one["overdue"], one["done"], one["unknown"]]
    owners, causes, months = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in all_actions:
        record = archive.records[one[0]]
        if one[2]["owner"]:
            owners[one[2]["owner"].lstrip("@").lower()].append(one)
        for cause in set(record["causes"]):
            causes[cause].append(one)
        if record["occurred"] and not record["occurred"]["local"].startswith("T") and one[3] != "unknown":
            months[record["occurred"]["local"][:7]].append(one)
    same("actions by owner", {owner: tally(own) for owner, own in owners.items()}, {one["owner"].lstrip("@").lower(): tallied(one) for one in published["by_owner"]})
    same("actions by cause", {cause: [len(own), *tally(own)] for cause, own in causes.items()}, {one["cause"]: [one["asked"], *tallied(one)] for one in published["by_cause"]})
    asked = closed = 0
    points = []
    for month in sorted(months):
        asked += len(months[month])
        closed += sum(one[3] in ("done", "declined") for one in months[month])
        points.append([month, asked, closed])
    same("burn-up", points, [[one["month"], one["asked"], one["closed"]] for one in published["burn_up"]])
    has_day = lambda i: archive.day[i] and len(archive.records[i]["occurred"]["local"]) >= 10
    ages = {(i, at): (archive.as_of - archive.day[i]).days for i, at, *_ in is_open if has_day(i)}
    same("ages", ages, {(one["id"], one["action"]): one["days"] for one in published["age_days"]})
    known = {(i, at): action for i, at, action, _ in all_actions}
    everywhere = [one for group in published["groups"].values() for one in group] + [action for one in published["repeated"] for action in one["actions"]]
    for one in everywhere:
        action = known.get((one["id"], one["action"]), {})
        same("action", [action.get(key) for key in ("text", "owner", "due")], [one[key] for key in ("text", "owner", "due")])
    for one in published["repeated"]:
        same("repeated", one["incidents"], len({action["id"] for action in one["actions"]}))


def check_coverage(archive, published):
    """What each field counts as known; the same fields as `data.html` lists."""
    records = list(archive.records.values())
    every = lambda record, known: bool(record["action_items"]) and all(known(action) for action in record["action_items"])
    known = {
        "offset": lambda one: one["occurred"] is not None and one["occurred"]["offset"] is not None,
        "action_items.status": lambda one: every(one, lambda action: action["status"] != "unknown"),
        "action_items.owner": lambda one: every(one, lambda action: action["owner"] is not None),
    }
    for coverage in published:
        field = coverage["field"]
        missing = [one["id"] for one in records if not known.get(field, lambda one: one[field] not in (None, []))(one)]
        same(f"coverage {field}", missing, [one["id"] for one in coverage["missing"]])
        same(f"coverage {field} counts", [len(records) - len(missing), len(records)], [coverage["known"], coverage["n"]])
        same(f"coverage {field} share", (len(records) - len(missing)) / len(records), coverage["share"])
        same(f"coverage {field} mend", True, bool(coverage["mend"] and coverage["supports"]))


def whole_month_end(day):
    return (date(day.year + day.month // 12, day.month % 12 + 1, 1)) - timedelta(1)


def check_bins(where, published, ids, name_of):
    """Compares groups of incidents; those without a name are in none, and published groups may be empty."""
    bins = defaultdict(list)
    for i in ids:
        if name := name_of(i):
            bins[name].append(i)
    same(where, {name: sorted(own) for name, own in bins.items()}, {one["name"] or "none": sorted(one["incidents"]) for one in published if one["incidents"]})
    same(f"{where} counts", [len(one["incidents"]) for one in published], [one["count"] for one in published])


def check_period(archive, published):
    slug = published["period"]
    span, before = spans(archive, slug)
    ids = archive.counted if slug == "all" else archive.within(span)
    same(f"{slug} from", span[0].isoformat(), published["from"])
    same(f"{slug} to", span[1].isoformat(), published["to"])
    same(f"{slug} ids", ids, published["incidents"])
    frequency = published["frequency"]
    days = archive.exposure(span)
    same(f"{slug} days", days, frequency["days"])
    same(f"{slug} counts", [len(ids), len(ids)], [published["count"], frequency["count"]])
    same(f"{slug} count interval", poisson(len(ids)), frequency["count_interval"])
    same(f"{slug} rate", len(ids) * 30 / days, frequency["per_30_days"])
    same(f"{slug} rate interval", [x * 30 / days for x in poisson(len(ids))], frequency["per_30_days_interval"])
    for measure in published["measures"]:
        check_measure(archive, f"{slug} {measure['measure']}", measure, ids)
    for field in ("causes", "components", "services"):
        check_groups(archive, f"{slug} {field}", published[field], field, ids)
    check_bins(f"{slug} months", published["by_month"], ids, lambda i: archive.day[i] and archive.records[i]["occurred"]["local"][:7])
    numbers = [int(one["name"][:4]) * 12 + int(one["name"][5:]) for one in published["by_month"]]
    same(f"{slug} months follow each other", list(range(numbers[0], numbers[-1] + 1)) if numbers else [], numbers)
    check_bins(f"{slug} years", published["by_year"], ids, lambda i: archive.day[i] and archive.records[i]["occurred"]["local"][:4])
    check_bins(f"{slug} severities", published["by_severity"], ids, lambda i: archive.records[i]["severity"] or "none")
    check_downtime(archive, f"{slug} downtime", published["downtime"], span)
    check_clock(archive, f"{slug} clock", published["clock"], ids)
    check_weeks(archive, f"{slug} weeks", published["weeks"], ids)
    check_pairs(archive, f"{slug} service by cause", published["service_by_cause"], ids)
    same(f"{slug} open", [i for i in ids if archive.is_open(i)], published["open"])
    same(f"{slug} undated", [i for i in ids if not archive.day[i]], published["undated"])
    excluded = [i for i in archive.order if archive.records[i]["nature"] and (slug == "all" or archive.day[i] and span[0] <= archive.day[i] <= span[1])]
    same(f"{slug} excluded", [[i, archive.records[i]["nature"]] for i in excluded], [[one["id"], one["nature"]] for one in published["excluded"]])
    sources = [(i, archive.records[i]["detection_source"]) for i in ids if archive.records[i]["detection_source"]]
    unknown = [i for i in ids if not archive.records[i]["detection_source"]]
    check_share(f"{slug} customers", published["customer_detected"], [i for i, source in sources if source == "customer"], len(sources), unknown)
    check_comparison(archive, f"{slug} comparison", published["comparison"], span, before, ids)


def fold(service):
    return " ".join(service.replace("-", " ").replace("_", " ").lower().split())


def check_recurrence(archive, published):
    again = set()
    same("recurrence window", 365, published["window_days"])
    for series in published["series"]:
        days = [archive.day[i] for i in series["incidents"]]
        for i, earlier, later in zip(series["incidents"][1:], days, days[1:]):
            if earlier and later and (later - earlier).days <= published["window_days"]:
                again.add(i)
        first = archive.records[series["incidents"][0]]
        gaps = [(b - a).days if a and b else None for a, b in zip(days, days[1:])]
        same(f"series {first['id']} days", [None, *gaps], series["days_between"])
        pairs = {(pair["cause"], pair["component"]) for link in series["links"] for pair in link["pairs"]}
        same(f"series {first['id']} pairs", pairs, {(pair["cause"], pair["component"]) for pair in series["pairs"]})
        common = set.intersection(*({fold(name) for name in archive.records[i]["services"]} for i in series["incidents"]))
        same(f"series {first['id']} services", common, {fold(name) for name in series["services"]})
        same(f"series {first['id']} links", series["incidents"][1:], [link["id"] for link in series["links"]])
        for link in series["links"]:
            one = archive.records[link["id"]]
            for pair in link["pairs"]:
                shared = all(pair["cause"] in record["causes"] and pair["component"] in record["components"] for record in (first, one))
                same(f"series {first['id']} {link['id']} {pair}", True, shared)
            services = {fold(name) for name in first["services"]} & {fold(name) for name in one["services"]}
            same(f"series {first['id']} {link['id']} services", services, {fold(name) for name in link["services"]})
            same(f"series {first['id']} {link['id']} says why", True, bool(link["pairs"] and (link["services"] or link["shared_words"])))
    def has_day(i):
        return archive.day[i] and len(archive.records[i]["occurred"]["local"]) >= 10

    known = [i for i in archive.counted if has_day(i) and archive.records[i]["causes"] and archive.records[i]["components"]]
    check_share("recurrence", published, again, len(known))


def check_with_duckdb(hindsite, folder, as_of, published):
    """Reads the CSV files as the README tells, and gets the same medians."""
    with tempfile.TemporaryDirectory() as work:
        run(hindsite, "export", folder, "--format", "csv", "--partition", "year", "-o", work, *as_of)
        table = f"read_csv('{work}/*.csv', union_by_name = true)"
        rows = duckdb.sql(
            f"select year, count(*), median(minutes_to_resolve), quantile_cont(minutes_to_resolve, 0.9) from {table}"
            " where nature is null and minutes_to_resolve is not null"
            " and (status is null or status not in ('open', 'monitoring') or \"end\" is not null) group by year"
        ).fetchall()
        run(hindsite, "export", folder, "--format", "ndjson", "--partition", "year", "-o", f"{work}/lines", *as_of)
        readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
        query = readme.split("```sql")[1].split("```")[0].replace("archive/", f"{work}/lines/")
        told = duckdb.sql(query).fetchall()
    years = {int(period["period"]): period for period in published["periods"] if period["period"].isdigit()}
    for year, count, median, p90 in rows:
        if year is None:
            continue
        measure = next(one for one in years[int(year)]["measures"] if one["measure"] == "time-to-resolve")
        same(f"duckdb {year} n", count, measure["n"])
        if count >= 6:
            same(f"duckdb {year} median", median, measure["median_minutes"])
        if count >= 20:
            same(f"duckdb {year} p90", p90, measure["p90_minutes"])


    for year, count, median in told:
        if year is None:
            continue
        measure = next(one for one in years[int(year)]["measures"] if one["measure"] == "time-to-resolve")
        same(f"the README's query {year} n", count, measure["n"])
        if count >= 6:
            same(f"the README's query {year} median", median, measure["median_minutes"])


def run(*command, **variables):
    environment = {**os.environ, **variables}
    return subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, check=True, env=environment).stdout


def main(hindsite, folder, *as_of):
    records = json.loads(run(hindsite, "export", folder, "--format", "json", *as_of))
    published = json.loads(run(hindsite, "stats", folder, "--json", *as_of))
    archive = Archive(records, published)
    for period in published["periods"]:
        check_period(archive, period)
    check_recurrence(archive, published["recurrence"])
    check_actions(archive, published["actions"])
    check_coverage(archive, published["coverage"])
    for meaning in ("repair", "respond"):
        asked = json.loads(run(hindsite, "stats", folder, "--json", "--mean", "--weighted", *as_of, HINDSITE_STATS__MTTR=meaning))
        same("mttr", meaning, asked["mttr"])
        archive.mttr, archive.is_asked = meaning, True
        for period in asked["periods"]:
            check_period(archive, period)
    check_with_duckdb(hindsite, folder, as_of, published)
    for difference in differences[:40]:
        print(difference)
    print(f"{len(differences)} differences in {compared} figures of {len(archive.order)} incidents, {len(published['periods'])} periods")
    return 1 if differences or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
