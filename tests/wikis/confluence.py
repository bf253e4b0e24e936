#!/usr/bin/env python3
"""Publishes to the stand-in for Confluence, Cloud and Data Center: every row of the compare, faults, kills, comments, anything that may
happen, and the sample content.

confluence.py HINDSITE [TEST...]

Where CONFLUENCE_OPENAPI names the vendor's description of the API (v2), every request and answer of the stand-in is checked against it
too; that text is not part of this project. Of Data Center's API (v1) the stand-in knows itself which parameters the vendor names.
"""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from anything import Anything
from confluence_server import Stand, shown, stored
from relay import Relay
from text import missing_lines, text_of

PROGRAM = os.path.abspath(sys.argv[1])
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def incident(number, cause="A queue was full", body=""):
    return (
        f"---\ndate: 2026-0{number}-10\nseverity: SEV2\nkind: incident\n---\n# Incident number {number}\n\n## Summary\n\n"
        f"Things broke on day {number}.\n\n## Root cause\n\n{cause}.\n\n{body}"
    )


def title(number):
    return f"2026-0{number}-10 Incident number {number}"


class Case(unittest.TestCase):
    incidents, edition = 3, "cloud"

    def setUp(self):
        self.stand = Stand(self.edition)
        self.site = self.stand.site
        self.relay = Relay(self.stand.url)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hindsite-confluence-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "content").mkdir()
        for number in range(1, self.incidents + 1):
            self.write(number, incident(number))
        self.configure()

    def configure(self, more=""):
        login = f'user = "{self.site.user}"' if self.edition == "cloud" else 'flavor = "data-center"'
        (self.folder / "book.toml").write_text(
            f'[publish.wiki]\ntarget = "confluence"\nurl = "{self.relay.url}"\nspace = "LOG"\n{login}\n'
            f'password-env = "CONFLUENCE_TOKEN"\nroot = "Incidents"\n{more}'
        )

    def tearDown(self):
        check_against_vendor(self.site.log)

    def write(self, number, text):
        (self.folder / "content" / f"i{number}.md").write_text(text)

    def command(self, *arguments):
        return [PROGRAM, "publish", arguments[0], str(self.folder), "--json", *arguments[1:]]

    def environment(self):
        return {**os.environ, "CONFLUENCE_TOKEN": self.site.token, "HINDSITE_FIRST_WAIT_MS": "10"}

    def publish(self, *arguments, expect=0):
        done = subprocess.run(self.command(*arguments), env=self.environment(), capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, expect, f"{arguments}: {done.stdout[-2500:]}{done.stderr[-2000:]}")
        self.assertNotIn(self.site.token, done.stdout + done.stderr)
        return json.loads(done.stdout) if done.stdout.startswith("{") else {}

    def actions(self, result):
        return {page["key"]: page["action"] for page in result["pages"]}

    def body(self, number):
        return self.site.by_title(title(number))["body"]

    def assert_idle(self, but=()):
        self.relay.reset()
        result = self.publish("apply")
        self.assertLessEqual(set(self.actions(result).values()), {"leave", *but}, result["counts"])
        self.assertEqual(self.relay.writes, 0)

    def assert_written_once(self):
        for number in range(1, self.incidents + 1):
            self.assertEqual(self.site.by_title(title(number))["version"], 1, title(number))
        self.assertEqual(len({page["title"] for page in self.site.pages.values()}), len(self.site.pages))


class Rows(Case):
    def test_first_run_creates_and_the_second_does_nothing(self):
        self.assertEqual(set(self.actions(self.publish("apply")).values()), {"create"})
        self.assertIn("Things broke on day 1", self.body(1))
        page = self.site.by_title(title(1))
        self.assertIn("sev2", self.site.labels[page["id"]])
        self.assertEqual(self.site.pages[self.site.pages[page["parent"]]["parent"]]["title"], "Incidents")
        self.assert_idle()

    def test_plan_writes_nothing(self):
        self.publish("plan", "--detailed-exitcode", expect=5)
        self.assertEqual((self.relay.writes, self.site.pages), (0, {}))

    def test_change_of_the_source_updates(self):
        self.publish("apply")
        self.write(1, incident(1, "A disk was full"))
        self.assertEqual(self.actions(self.publish("apply"))["incident/i1"], "update")
        self.assertIn("A disk was full", self.body(1))
        self.assert_idle()

    def test_edit_by_a_person_is_drift_and_stays(self):
        self.publish("apply")
        self.site.person_edits(title(1), lambda body: body.replace("Things broke", "Many things broke"))
        self.assertEqual(self.actions(self.publish("apply"))["incident/i1"], "drift")
        self.assertIn("Many things broke", self.body(1))

    def test_version_that_changes_nothing_is_no_edit(self):
        self.publish("apply")
        self.site.person_edits(title(1), stored)
        self.publish("apply")
        self.assert_idle()

    def test_edit_on_both_sides_is_a_conflict_and_both_are_kept(self):
        self.publish("apply")
        self.site.person_edits(title(1), lambda body: body.replace("Things broke", "Many things broke"))
        self.write(1, incident(1, "A disk was full"))
        result = self.publish("apply", expect=3)
        self.assertEqual(self.actions(result)["incident/i1"], "conflict")
        texts = {name.rsplit(".", 2)[1]: (self.folder / name).read_text() for name in result["conflict_files"]}
        self.assertIn("A queue was full", texts["base"])
        self.assertNotIn("Many things broke", texts["base"])
        self.assertIn("A disk was full", texts["ours"])
        self.assertIn("Many things broke", texts["theirs"])
        self.assertIn("Many things broke", self.body(1))
        self.publish("apply", "--take-ours", "incident/i1")
        self.assertIn("A disk was full", self.body(1))
        self.assert_idle()

    def test_page_of_a_person_is_foreign_until_it_is_adopted(self):
        self.site.person_makes(title(1), "<p>A page of my own.</p>")
        self.assertEqual(self.actions(self.publish("apply", expect=3))["incident/i1"], "foreign")
        self.assertEqual(self.body(1), "<p>A page of my own.</p>")
        self.publish("apply", "--adopt", "incident/i1")
        self.assertIn("Things broke on day 1", self.body(1))
        self.assert_idle()

    def test_deleted_page_is_not_made_again_unasked(self):
        self.publish("apply")
        self.site.person_deletes(title(1))
        self.assertEqual(self.actions(self.publish("apply"))["incident/i1"], "deleted")
        self.assertIsNone(self.site.by_title(title(1)))
        self.publish("apply", "--recreate", "incident/i1")
        self.assertIn("Things broke on day 1", self.body(1))
        self.assert_idle()

    def test_title_in_the_trash_fails_that_page_alone(self):
        self.publish("apply")
        self.site.person_deletes(title(1), for_good=False)
        self.write(2, incident(2, "A disk was full"))
        self.publish("apply", "--recreate", "incident/i1", expect=1)
        self.assertIn("A disk was full", self.body(2))

    def test_new_title_renames_the_page(self):
        self.publish("apply")
        self.write(1, incident(1).replace("# Incident number 1", "# Incident number one"))
        self.publish("apply")
        self.assertIn("Things broke on day 1", self.site.by_title("2026-01-10 Incident number one")["body"])
        self.assertIsNone(self.site.by_title(title(1)))
        self.assert_idle()

    def test_page_without_a_source_is_marked_and_kept(self):
        self.publish("apply")
        (self.folder / "content" / "i3.md").unlink()
        self.assertEqual(self.actions(self.publish("apply"))["incident/i3"], "mark-stale")
        self.assertIn("Things broke on day 3", self.body(3))
        self.assertIn("no longer in the archive", self.body(3))
        self.assert_idle(but=["stale"])

    def test_open_comments_count_as_an_edit(self):
        self.publish("apply")
        self.site.comments[self.site.by_title(title(1))["id"]] = 1
        self.assert_idle()
        self.write(1, incident(1, "A disk was full"))
        self.assertEqual(self.actions(self.publish("apply", expect=3))["incident/i1"], "conflict")
        self.assertNotIn("A disk was full", self.body(1))

    def test_labels_of_people_stay(self):
        self.publish("apply")
        page = self.site.by_title(title(1))
        self.site.labels[page["id"]].add("important")
        self.write(1, incident(1, "A disk was full").replace("SEV2", "SEV1"))
        self.publish("apply")
        self.assertLessEqual({"important", "sev1"}, self.site.labels[page["id"]])

    def test_lost_list_is_made_again_from_the_pages(self):
        self.publish("apply")
        home = self.site.by_title("Incidents")["id"]
        self.site.properties[home] = {key: one for key, one in self.site.properties[home].items() if not key.startswith("hindsite-list")}
        result = self.publish("apply")
        self.assertEqual(set(self.actions(result).values()), {"leave"})
        self.assert_idle()


class Faults(Case):
    def test_each_kind_of_fault_at_each_write(self):
        kinds, seen = ["cut-before", "cut-after", "half", "500", "503", "429"], set()

        def fault(number, body):
            key = (body[:80], len(body))
            if not body or key in seen:
                return None
            seen.add(key)
            return kinds[len(seen) % len(kinds)]

        self.relay.reset(fault)
        for _ in range(12):
            done = subprocess.run(self.command("apply"), env=self.environment(), capture_output=True, text=True, timeout=120)
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0, done.stdout[-1500:] + done.stderr)
        self.relay.reset()
        self.publish("apply")
        self.assert_written_once()
        self.assert_idle()

    def test_stopped_run_keeps_the_list_of_what_it_made(self):
        """A page that a person deletes after a run that was stopped is not made again."""

        def is_page(body):
            return b'"storage"' in body

        made = []

        def fault(number, body):
            if is_page(body) and b"Incident number 3" in body and b"Things broke" in body:
                made.append(number)
            return "503" if made and (is_page(body) or number < made[0] + 6) else None

        self.relay.reset(fault)
        self.publish("apply", expect=4)
        self.relay.reset()
        self.assertIsNotNone(self.site.by_title(title(1)))
        self.assertIsNone(self.site.by_title(title(3)))
        self.site.person_deletes(title(1))
        actions = self.actions(self.publish("apply"))
        self.assertEqual((actions["incident/i1"], actions["incident/i3"]), ("deleted", "create"))

    def test_kill_at_any_point(self):
        dice = random.Random(5)
        for _ in range(8):
            run = subprocess.Popen(self.command("apply"), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0.05, 0.4))
            run.send_signal(signal.SIGKILL)
            run.wait()
        shutil.rmtree(self.folder / ".hindsite", ignore_errors=True)
        self.publish("apply")
        self.assert_written_once()
        self.assert_idle()

    def test_wrong_token(self):
        wrong = {**self.environment(), "CONFLUENCE_TOKEN": "not-the-token"}
        done = subprocess.run(self.command("plan"), env=wrong, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 4)
        self.assertNotIn("not-the-token", done.stdout + done.stderr)


class AnythingHappens(Case, Anything):
    fault_kinds = [*Anything.fault_kinds, "401"]
    steps, seeds, run_seconds = 30, 2, 0.4

    def test_anything(self):
        self.anything_happens()

    def fresh(self, seed):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.setUp()
        for path in (self.folder / "content").iterdir():
            path.unlink()

    def relay_of(self):
        return self.relay

    def source(self, number, name, words):
        self.write(number, incident(number, words).replace(f"# Incident number {number}", f"# {name}"))

    def source_goes(self, number):
        (self.folder / "content" / f"i{number}.md").unlink()

    def title_of(self, number, name):
        return f"2026-0{number}-10 {name}"

    def texts(self):
        with self.site.lock:
            return {page["title"]: page["body"] for page in self.site.pages.values()}

    def person_writes(self, title, text):
        if self.site.by_title(title):
            self.site.person_edits(title, lambda _: text)
        else:
            self.site.person_makes(title, text)

    def person_deletes_page(self, title):
        self.site.person_deletes(title)

    def remark_in(self, text, remark):
        return f"<p>{remark}</p>{text}"

    def our_versions(self, title):
        page = self.site.by_title(title)
        # Nobody's version between two of ours: those are the ones that may not be equal.
        return [text if author == "the publisher" else object() for author, text in page["versions"]]


class Texts(Case):
    def test_sample_content_is_taken_and_idle_runs_are_cheap(self):
        shutil.rmtree(self.folder / "content")
        shutil.copytree(REPOSITORY / "content", self.folder / "content")
        Stand.small_pages = False
        self.addCleanup(setattr, Stand, "small_pages", True)
        started = time.monotonic()
        result = self.publish("apply")
        print(f"\n{self.edition}, sample content, first run: {len(result['pages'])} pages, {self.relay.requests} requests, {time.monotonic() - started:.1f} s")
        for page in self.site.pages.values():
            for name in re.findall(r'ri:filename="([^"]+)"', page["body"]):
                self.assertIn(name, self.site.files.get(page["id"], {}), page["title"])
            for linked in re.findall(r'ri:content-title="([^"]+)"', page["body"]):
                linked = linked.replace("&quot;", '"').replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
                self.assertIsNotNone(self.site.by_title(linked), linked)
        self.assert_idle()
        print(f"{self.edition}, sample content, idle run: {self.relay.requests} requests")
        self.assertLessEqual(self.relay.requests, 10)
        out = self.folder / "site"
        subprocess.run([PROGRAM, "build", str(self.folder), "-d", str(out), "--as-of", "2026-11-20"], check=True, capture_output=True)
        missing = []
        for page in result["pages"]:
            if page["key"].startswith("incident/"):
                there = (out / "incidents" / f"{page['key'].removeprefix('incident/')}.html").read_text()
                found = shown(self.site.by_title(page["name"])["body"])
                missing += [(page["key"], line) for line in missing_lines(there, found)]
        self.assertEqual(missing, [], f"{len(missing)} lines are missing")

    def test_hostile_text_is_shown_as_it_was_written(self):
        hostile = ["<ac:link/> ]]> &amp; &#65; &nbsp;", "{toc} [x|y] !z! h1. *a* {code}", "<script>alert(1)</script>", "日本語 é 🔥 a & b < c > d \" '"]
        escaped = ["".join("\\" + c if c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" else c for c in text) for text in hostile]
        rows = []
        for plain, text in zip(hostile, escaped):
            code = plain.replace("|", "\\|")
            rows += [text, f"- {text}", f"> {text}", f"### {text}", f"| a |\n|---|\n| {text} |", f"| b |\n|---|\n| `{code}` |", f"```\n{plain}\n```"]
        self.write(1, incident(1, body="## Evidence\n\n" + "\n\n".join(rows) + "\n"))
        self.publish("apply")
        page = text_of(shown(self.site.by_title(title(1))["body"]))
        for text in hostile:
            self.assertGreaterEqual(sum(line == " ".join(text.split()) for line in page.lines), 7, text)
        self.assertNotIn("script", page.tags)
        self.assert_idle()


class RowsOfDataCenter(Rows):
    edition = "data-center"


class FaultsOfDataCenter(Faults):
    edition = "data-center"


class AnythingHappensToDataCenter(AnythingHappens):
    edition = "data-center"


class TextsOfDataCenter(Texts):
    edition = "data-center"


def check_against_vendor(log):
    """Checks requests and answers against the vendor's description, where it is at hand."""
    path = os.environ.get("CONFLUENCE_OPENAPI")
    if not path:
        return
    import jsonschema

    whole = json.loads(pathlib.Path(path).read_text())
    whole = json.loads(json.dumps(whole).replace('"nullable": true, "type": "', '"type": "'))

    def check(schema, value, what):
        jsonschema.Draft202012Validator({**schema, "components": whole["components"]}).validate(value)

    for entry in log:
        path = entry["path"].removeprefix("/wiki/api/v2")
        if not entry["path"].startswith("/wiki/api/v2") or entry["status"] == 401:
            continue
        for template, operations in whole["paths"].items():
            operation = operations.get(entry["method"].lower())
            if not operation or not re.fullmatch(re.sub(r"\{[^}]+\}", r"[^/]+", template), path):
                continue
            known = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert set(entry["query"]) <= known, (template, entry["query"])
            request = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if request and entry["status"] < 300:
                check(request, json.loads(entry["body"]), template)
            answer = operation["responses"].get(str(entry["status"]), {}).get("content", {}).get("application/json", {}).get("schema")
            if answer and entry["status"] < 300 and entry["answer"] is not None:
                check(answer, without_nulls(entry["answer"]), template)
            break
        else:
            raise AssertionError(f"the vendor's description has no {entry['method']} {path}")


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=1)
