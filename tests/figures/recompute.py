#!/usr/bin/env python3
"""recompute.py HINDSITE FOLDER [--as-of DAY]: works every figure out again from the records, without the program's own code.

Reads `export --format json` and works out with SciPy what `stats --json` publishes: medians and their intervals, quantiles, Poisson
and Wilson intervals, the tests of two periods, merged downtime, recurrence rate, actions. DuckDB does the medians once more
from the CSV files. Prints each difference and exits 1 on any.
"""
import json
import math
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
        return record["minutes_to_resolve"]
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
    same(f"{where} mean", float(numpy.mean(values)) if n >= 6 else None, published["mean_minutes"])
    same(f"{where} total", sum(values), published["total_minutes"])
    if n >= 6 and sum(values) > 0:
        same(f"{where} largest share", values[-1] / sum(values), published["mean_largest_share"])
    if n:
        same(f"{where} worst", values[-1], published["worst"]["minutes"])


def poisson(count):
    low = scipy_stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return [float(low), float(scipy_stats.chi2.ppf(0.975, 2 * count + 2) / 2)]


def wilson(hits, n):
    if n == 0:
        return None
    interval = scipy_stats.binomtest(hits, n).proportion_ci(0.95, "wilson")
    return [float(interval.low), float(interval.high)]


def check_share(where, published, hits, n):
    same(f"{where} n", n, published["n"])
    same(f"{where} ids", sorted(hits), sorted(published["incidents"]))
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
                pieces[service].append((max(a, start), min(b, end), weight))
    same(f"{where} services", sorted(pieces), sorted(one["service"] for one in published))
    for one in published:
        own = pieces[one["service"]]
        edges = sorted({edge for a, b, _ in own for edge in (a, b)})
        minutes = weighted = 0.0
        for a, b in zip(edges, edges[1:]):
            active = [weight for x, y, weight in own if x <= a and b <= y]
            minutes += (b - a).total_seconds() / 60 if active else 0
            weighted += (b - a).total_seconds() / 60 * max(active, default=0)
        same(f"{where} {one['service']} minutes", minutes, one["minutes"])
        same(f"{where} {one['service']} weighted", weighted, one["weighted_minutes"])
        same(f"{where} {one['service']} availability", 1 - minutes / ((end - start).total_seconds() / 60), one["availability"])


def check_clock(archive, where, published, ids):
    cells, off, known = Counter(), [], 0
    for i in ids:
        local, utc = moment(archive.records[i]["occurred"])
        if local is None:
            continue
        at = utc
        if archive.records[i]["occurred"]["offset"] and archive.zone != "UTC":
            at = utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(archive.zone))
        known += 1
        cells[at.weekday(), at.hour] += 1
        if at.weekday() >= 5 or not 8 <= at.hour < 17:
            off.append(i)
    same(f"{where} cells", dict(cells), {(cell["weekday"], cell["hour"]): cell["count"] for cell in published["cells"]})
    check_share(f"{where} off hours", published["off_hours"], off, known)


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
    total = len(ids) + len(earlier)
    p = scipy_stats.binomtest(len(ids), total, days[0] / sum(days)).pvalue if total else 1.0
    same(f"{where} p", float(p), published["p"])
    for duration in published["durations"]:
        now = sorted(m for _, m in values_of(archive, duration["measure"], ids)[0])
        then = sorted(m for _, m in values_of(archive, duration["measure"], earlier)[0])
        same(f"{where} {duration['measure']} n", [len(now), len(then)], duration["n"])
        p, ratio, interval = duration_test(now, then) if len(now) >= 20 and len(then) >= 20 else (None, None, None)
        same(f"{where} {duration['measure']} p", p, duration["p"])
        same(f"{where} {duration['measure']} ratio", ratio, duration["ratio"])
        same(f"{where} {duration['measure']} ratio interval", interval, duration["ratio_interval"])


def check_actions(archive, published):
    groups = Counter()
    done = opened = 0
    for record in archive.records.values():
        for action in record["action_items"]:
            group = action["status"]
            if group in ("open", "in-progress"):
                opened += 1
                due = action["due"] and day_of(action["due"])
                if due and "T" not in action["due"]["local"] and len(action["due"]["local"]) == 7:
                    due = whole_month_end(due)
                soon = archive.as_of + timedelta(30)
                group = "undated" if not due else "overdue" if due < archive.as_of else "due-soon" if due <= soon else "later"
            done += group == "done"
            groups[group] += 1
    same("actions", {name: groups[name] for name in published["groups"]}, {name: len(all) for name, all in published["groups"].items()})
    same("actions total", sum(groups.values()), published["total"])
    same("closure", [done, done + opened], [published["closure"]["count"], published["closure"]["n"]])


def whole_month_end(day):
    return (date(day.year + day.month // 12, day.month % 12 + 1, 1)) - timedelta(1)


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
    same(f"{slug} count interval", poisson(len(ids)), frequency["count_interval"])
    same(f"{slug} rate", len(ids) * 30 / days, frequency["per_30_days"])
    same(f"{slug} rate interval", [x * 30 / days for x in poisson(len(ids))], frequency["per_30_days_interval"])
    for measure in published["measures"]:
        check_measure(archive, f"{slug} {measure['measure']}", measure, ids)
    for field in ("causes", "components", "services"):
        check_groups(archive, f"{slug} {field}", published[field], field, ids)
    months = Counter(archive.records[i]["occurred"]["local"][:7] for i in ids if archive.day[i])
    same(f"{slug} months", dict(months), {one["name"]: one["count"] for one in published["by_month"] if one["count"]})
    severities = Counter(archive.records[i]["severity"] for i in ids)
    same(f"{slug} severities", dict(severities), {one["name"]: one["count"] for one in published["by_severity"]})
    check_downtime(archive, f"{slug} downtime", published["downtime"], span)
    check_clock(archive, f"{slug} clock", published["clock"], ids)
    sources = [(i, archive.records[i]["detection_source"]) for i in ids if archive.records[i]["detection_source"]]
    check_share(f"{slug} customers", published["customer_detected"], [i for i, source in sources if source == "customer"], len(sources))
    check_comparison(archive, f"{slug} comparison", published["comparison"], span, before, ids)


def check_recurrence(archive, published):
    again = set()
    for series in published["series"]:
        days = [archive.day[i] for i in series["incidents"]]
        for i, earlier, later in zip(series["incidents"][1:], days, days[1:]):
            if earlier and later and (later - earlier).days <= published["window_days"]:
                again.add(i)
        members = [archive.records[i] for i in series["incidents"]]
        for pair in series["pairs"]:
            shared = all(pair["cause"] in one["causes"] and pair["component"] in one["components"] for one in members)
            same(f"series {series['incidents'][0]} {pair}", True, shared)
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


def run(*command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, check=True)
    return done.stdout


def main(hindsite, folder, *as_of):
    records = json.loads(run(hindsite, "export", folder, "--format", "json", *as_of))
    published = json.loads(run(hindsite, "stats", folder, "--json", *as_of))
    archive = Archive(records, published)
    for period in published["periods"]:
        check_period(archive, period)
    check_recurrence(archive, published["recurrence"])
    check_actions(archive, published["actions"])
    check_with_duckdb(hindsite, folder, as_of, published)
    for difference in differences[:40]:
        print(difference)
    print(f"{len(differences)} differences in {compared} figures of {len(archive.order)} incidents, {len(published['periods'])} periods")
    return 1 if differences or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
