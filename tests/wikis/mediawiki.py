#!/usr/bin/env python3
"""Publishes to a real MediaWiki and looks at what is there: every row of the compare, faults, kills, two at once, anything that may happen,
hostile text, and the text of every page of the sample content next to the site's.

mediawiki.py HINDSITE SERVER.json [TEST...], where SERVER.json is what mediawiki-up.sh printed.
"""

import http.cookiejar
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
import urllib.parse
import urllib.request

from anything import Anything
from relay import Relay
from text import missing_lines, text_of

PROGRAM = os.path.abspath(sys.argv[1])
SERVER = json.loads(pathlib.Path(sys.argv[2]).read_text())
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
RELAY = Relay(SERVER["api"])
RUN = f"{int(time.time()) % 100000:x}"

# Texts that MediaWiki would take for something else, if it could.
HOSTILE = [
    "[[x]] and [[File:y.png]] and [http://a.example b]",
    "{{y}} {{{z}}} {{subst:PAGENAME}} {{#if:x|y}}",
    "''i'' '''b''' it's",
    "a | b || c !! d",
    "~~~~ ~~~ ~~~~~",
    "__NOTOC__ __FORCETOC__ __a__",
    "<nowiki>''x''</nowiki> <pre>y</pre> <b>z</b>",
    "-{zh-hans:a;zh-hant:b}-",
    "RFC 1234 and PMID 12345 and ISBN 0306406152",
    "http://example.org/ and mailto:a@example.org and news:x and tel:1",
    "Go: #REDIRECT [[Main Page]]",
    "{| class=x |- | a |}",
    "---- ==== = e = == f ==",
    "* a # b : c ; d",
    "<script>alert(1)</script> onclick=\"x\"",
    "&amp; &lt; &#65; &nbsp; &copy;",
    "a & b < c > d \" e ' f",
    "<!-- comment --> <ref>r</ref> <math>x</math>",
    "17:12 2026-09-17 snake_case a--b C# $x$ 100 %",
    "日本語 العربية é 🔥",
]


class Api:
    """A session of one account."""

    def __init__(self, user):
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        token = self.call(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        login = self.call(action="login", lgname=user, lgpassword=SERVER["password"], lgtoken=token)
        assert login["login"]["result"] == "Success", login
        self.token = self.call(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def call(self, **fields):
        data = urllib.parse.urlencode({"format": "json", "formatversion": "2", **fields}).encode()
        answer = json.load(self.opener.open(SERVER["api"], data, timeout=60))
        assert "error" not in answer, answer["error"]
        return answer

    def edit(self, title, text):
        return self.call(action="edit", title=title, text=text, token=self.token, summary="By hand")

    def text(self, title):
        page = self.call(action="query", titles=title, prop="revisions", rvprop="content", rvslots="main")["query"]["pages"][0]
        return page["revisions"][0]["slots"]["main"]["content"] if "revisions" in page else None

    def history(self, title):
        page = self.call(action="query", titles=title, prop="revisions", rvprop="ids|user|comment|sha1", rvlimit=50)["query"]["pages"][0]
        return page.get("revisions", [])

    def titles(self, root):
        pages = self.call(action="query", list="allpages", apprefix=f"{root}/", aplimit="max")["query"]["allpages"]
        return {page["title"] for page in pages}

    def parsed(self, title):
        return self.call(action="parse", page=title, prop="text", disabletoc=1)["parse"]["text"]


ROBOT, PERSON = Api(SERVER["publisher"]), Api(SERVER["person"])


def incident(number, cause="A queue was full", body=""):
    return (
        f"---\ndate: 2026-0{number}-10\nseverity: SEV2\nkind: incident\n---\n# Incident number {number}\n\n## Summary\n\nThings broke on day {number}.\n\n"
        f"## Root cause\n\n{cause}.\n\n{body}"
    )


class Case(unittest.TestCase):
    """A site of three incidents and a place of its own in the wiki."""

    incidents = 3

    def setUp(self):
        RELAY.reset()
        self.root = f"T{RUN} {self.id().rsplit('.', 1)[1].removeprefix('test_').replace('_', ' ')}"
        self.root = self.root[0].upper() + self.root[1:]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hindsite-wiki-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "content").mkdir()
        for number in range(1, self.incidents + 1):
            self.write(number, incident(number))
        self.configure()

    def configure(self, more=""):
        (self.folder / "book.toml").write_text(
            f'[publish.wiki]\ntarget = "mediawiki"\nurl = "{RELAY.url}"\nuser = "{SERVER["publisher"]}"\n'
            f'password-env = "WIKI_PASSWORD"\nroot = "{self.root}"\n{more}'
        )

    def write(self, number, text):
        (self.folder / "content" / f"i{number}.md").write_text(text)

    def command(self, *arguments):
        return [PROGRAM, "publish", arguments[0], str(self.folder), "--json", *arguments[1:]]

    def environment(self):
        return {**os.environ, "WIKI_PASSWORD": SERVER["password"], "HINDSITE_FIRST_WAIT_MS": "20"}

    def publish(self, *arguments, expect=0):
        done = subprocess.run(self.command(*arguments), env=self.environment(), capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, expect, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        self.assertNotIn(SERVER["password"], done.stdout + done.stderr)
        return json.loads(done.stdout) if done.stdout.startswith("{") else {}

    def actions(self, result):
        return {page["key"]: page["action"] for page in result["pages"]}

    def name(self, number):
        return f"{self.root}/2026-0{number}-10 Incident number {number}"

    def assert_idle(self):
        RELAY.reset()
        result = self.publish("apply")
        self.assertEqual(set(self.actions(result).values()), {"leave"}, result["counts"])
        self.assertEqual(RELAY.writes, 0)
        self.assertLessEqual(RELAY.requests, 10)

    def assert_one_history(self):
        """Every page was made, and nothing was written twice."""
        for number in range(1, self.incidents + 1):
            self.assertEqual(len(ROBOT.history(self.name(number))), 1, self.name(number))


class Rows(Case):
    def test_first_run_creates_and_the_second_does_nothing(self):
        result = self.publish("apply")
        self.assertEqual(set(self.actions(result).values()), {"create"})
        self.assertIn("Things broke on day 1", PERSON.text(self.name(1)))
        self.assert_idle()

    def test_plan_writes_nothing(self):
        self.assertEqual(set(self.actions(self.publish("plan", "--detailed-exitcode", expect=5)).values()), {"create"})
        self.assertEqual(RELAY.writes, 0)
        self.assertIsNone(PERSON.text(self.root))

    def test_change_of_the_source_updates(self):
        self.publish("apply")
        self.write(1, incident(1, "A disk was full"))
        self.assertEqual(self.actions(self.publish("apply"))["incident/i1"], "update")
        self.assertIn("A disk was full", PERSON.text(self.name(1)))
        self.assert_idle()

    def test_edit_by_a_person_is_drift_and_stays(self):
        self.publish("apply")
        PERSON.edit(self.name(1), PERSON.text(self.name(1)).replace("Things broke", "Many things broke"))
        self.assertEqual(self.actions(self.publish("apply"))["incident/i1"], "drift")
        self.assertIn("Many things broke", PERSON.text(self.name(1)))

    def test_edit_on_both_sides_is_a_conflict_and_both_are_kept(self):
        self.publish("apply")
        PERSON.edit(self.name(1), PERSON.text(self.name(1)).replace("Things broke", "Many things broke"))
        self.write(1, incident(1, "A disk was full"))
        result = self.publish("apply", expect=3)
        self.assertEqual(self.actions(result)["incident/i1"], "conflict")
        self.assertIn("Many things broke", PERSON.text(self.name(1)))
        texts = {name.rsplit(".", 2)[1]: (self.folder / name).read_text() for name in result["conflict_files"]}
        self.assertIn("A queue was full", texts["base"])
        self.assertIn("A disk was full", texts["ours"])
        self.assertIn("Many things broke", texts["theirs"])
        self.assertEqual(self.actions(self.publish("apply", "--take-ours", "incident/i1"))["incident/i1"], "update")
        self.assertIn("A disk was full", PERSON.text(self.name(1)))
        self.assert_idle()

    def test_page_of_a_person_is_foreign_until_it_is_adopted(self):
        PERSON.edit(self.name(1), "A page of my own.")
        self.assertEqual(self.actions(self.publish("apply", expect=3))["incident/i1"], "foreign")
        self.assertEqual(PERSON.text(self.name(1)), "A page of my own.")
        self.publish("apply", "--adopt", "incident/i1")
        self.assertIn("Things broke on day 1", PERSON.text(self.name(1)))
        self.assert_idle()

    def test_deleted_page_is_not_made_again_unasked(self):
        self.publish("apply")
        ROBOT.call(action="delete", title=self.name(1), token=ROBOT.token, reason="By hand")
        self.assertEqual(self.actions(self.publish("apply"))["incident/i1"], "deleted")
        self.assertIsNone(PERSON.text(self.name(1)))
        self.publish("apply", "--recreate", "incident/i1")
        self.assertIn("Things broke on day 1", PERSON.text(self.name(1)))

    def test_moved_page_is_followed(self):
        self.publish("apply")
        moved = f"{self.root}/Elsewhere"
        ROBOT.call(action="move", **{"from": self.name(1)}, to=moved, token=ROBOT.token, reason="By hand")
        self.write(1, incident(1, "A disk was full"))
        self.publish("apply")
        self.assertIn("A disk was full", PERSON.text(moved))
        self.assertTrue(PERSON.text(self.name(1)).startswith("#REDIRECT"))

    def test_new_title_renames_the_page(self):
        self.publish("apply")
        self.write(1, incident(1).replace("# Incident number 1", "# Incident number one"))
        self.publish("apply")
        self.assertIn("Things broke on day 1", PERSON.text(f"{self.root}/2026-01-10 Incident number one"))
        self.assertTrue(PERSON.text(self.name(1)).startswith("#REDIRECT"))
        self.assert_idle()

    def test_page_without_a_source_is_marked_and_kept(self):
        self.publish("apply")
        (self.folder / "content" / "i3.md").unlink()
        self.assertEqual(self.actions(self.publish("apply"))["incident/i3"], "mark-stale")
        text = PERSON.text(self.name(3))
        self.assertIn("Things broke on day 3", text)
        self.assertIn("no longer in the archive", text)
        self.assert_idle_but("stale")

    def test_stale_pages_have_a_category_and_archived_ones_no_other(self):
        self.publish("apply")
        for number, stale in ((3, "mark"), (2, "archive")):
            self.configure(f'stale = "{stale}"\n')
            (self.folder / "content" / f"i{number}.md").unlink()
            self.publish("apply")
            found = ROBOT.call(action="query", titles=self.name(number), prop="categories", cllimit="max")["query"]["pages"][0]
            names = {category["title"] for category in found["categories"]}
            self.assertIn("Category:Stale", names)
            self.assertEqual("Category:Incident" in names, stale == "mark")
            self.write(number, incident(number))
            self.publish("apply")
            self.assert_idle()

    def test_no_link_is_shown_as_broken(self):
        self.publish("apply")
        for page in [self.root, f"{self.root}/Incidents of 2026", f"{self.root}/Incident statistics"]:
            shown = urllib.request.urlopen(f"{SERVER['api'].removesuffix('api.php')}index.php?title={urllib.parse.quote(page)}", timeout=60)
            broken = re.findall(r'class="new"[^>]*title="([^"]*)', shown.read().decode())
            self.assertEqual([title for title in broken if title.startswith(self.root)], [])

    def assert_idle_but(self, *further):
        result = self.publish("apply")
        self.assertLessEqual(set(self.actions(result).values()), {"leave", *further}, result["counts"])

    def test_edited_page_without_a_source_is_left_alone(self):
        self.publish("apply")
        PERSON.edit(self.name(3), PERSON.text(self.name(3)) + "\n\nMore by hand.")
        (self.folder / "content" / "i3.md").unlink()
        self.assertEqual(self.actions(self.publish("apply"))["incident/i3"], "stale")
        self.assertIn("More by hand.", PERSON.text(self.name(3)))

    def test_merge_by_the_wiki_is_noticed(self):
        self.publish("apply")
        self.write(1, incident(1, "A disk was full"))
        title = self.name(1)
        edited = []

        def person_comes_between(_, body):
            if b"action=edit" in body and b"disk" in body and not edited:
                edited.append(title)
                PERSON.edit(title, PERSON.text(title).replace("<h2>", "<p>Between.</p>\n<h2>", 1))

        RELAY.reset(person_comes_between)
        result = self.run_any("apply")
        self.assertTrue(edited)
        self.assertIn("Between.", PERSON.text(title))
        outcomes = {page["key"]: page["outcome"] for page in result["pages"]}
        self.assertIn((outcomes["incident/i1"], self.actions(result)["incident/i1"]), {("merged", "update"), ("left", "conflict")})

    def run_any(self, *arguments):
        done = subprocess.run(self.command(*arguments), env=self.environment(), capture_output=True, text=True, timeout=300)
        return json.loads(done.stdout)


class Faults(Case):
    def test_each_kind_of_fault_at_each_write(self):
        """Nothing is written twice and nothing is lost, whatever goes wrong once or twice."""
        kinds = ["cut-before", "cut-after", "half", "500", "503", "429"]
        dice = random.Random(7)
        faults = {}

        def fault(number, body):
            if b"action=edit" not in body:
                return None
            key = bytes(re.findall(rb"title=([^&]*)", body)[0])
            if key not in faults:
                faults[key] = kinds[len(faults) % len(kinds)]
                return faults[key]
            return None

        RELAY.reset(fault)
        self.publish("apply")
        self.assertGreaterEqual(len(faults), 6)
        self.assert_one_history()
        self.assert_idle()
        self.write(1, incident(1, "A disk was full"))
        faults.clear()
        dice.shuffle(kinds)
        RELAY.reset(fault)
        self.publish("apply")
        self.assertEqual(len(ROBOT.history(self.name(1))), 2)
        self.assert_idle()

    def test_faults_while_looking(self):
        kinds = ["cut-before", "503", "429", "500", "half", "cut-after"]
        RELAY.reset(lambda number, body: kinds[number // 6 % 6] if number % 6 == 2 and b"action=edit" not in body else None)
        self.publish("apply")
        self.assert_one_history()
        self.assert_idle()

    def test_server_that_is_gone_ends_the_run_and_the_next_goes_on(self):
        RELAY.reset(lambda number, body: "503" if number > 12 else None)
        result = self.publish("apply", expect=4)
        self.assertTrue(result["stopped"])
        RELAY.reset()
        self.publish("apply")
        self.assert_one_history()
        self.assert_idle()

    def test_read_only_wiki(self):
        flag = pathlib.Path(SERVER["folder"]) / "readonly"
        flag.write_text("The disks are being changed")
        self.addCleanup(flag.unlink, missing_ok=True)
        result = self.publish("apply", expect=4)
        self.assertIn("The disks are being changed", json.dumps(result))
        flag.unlink()
        self.publish("apply")
        self.assert_idle()

    def test_wrong_password_and_plain_http(self):
        wrong = {**self.environment(), "WIKI_PASSWORD": "wrong-password-of-the-right-length"}
        done = subprocess.run(self.command("plan"), env=wrong, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertNotIn("wrong-password", done.stdout + done.stderr)
        book = self.folder / "book.toml"
        book.write_text(book.read_text().replace("127.0.0.1", "wiki.example"))
        self.publish("plan", expect=2)

    def test_kill_at_any_point(self):
        dice = random.Random(11)
        for _ in range(6):
            run = subprocess.Popen(self.command("apply"), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0.3, 2.5))
            run.send_signal(signal.SIGKILL)
            run.wait()
        shutil.rmtree(self.folder / ".hindsite", ignore_errors=True)
        self.publish("apply")
        self.assert_one_history()
        self.assert_idle()

    def test_two_at_once_make_one_history(self):
        runs = [
            subprocess.Popen(self.command("apply"), env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for _ in range(2)
        ]
        outputs = [run.communicate(timeout=300)[0] for run in runs]
        self.assertEqual([run.returncode for run in runs], [0, 0], outputs[0][-1500:] + outputs[1][-1500:])
        self.assert_one_history()
        self.assert_idle()


    def test_stopped_run_keeps_the_list_of_what_it_made(self):
        """A page that a person deletes after a run that was stopped is not made again."""
        made = []

        def fault(number, body):
            if b"action=edit" not in body or b"ledger" in body:
                return None
            made.append(number)
            return "503" if b"Incident%20number%203" in body.split(b"summary=")[0] else None

        RELAY.reset(fault)
        self.publish("apply", expect=4)
        RELAY.reset()
        self.assertIsNotNone(PERSON.text(self.name(1)))
        self.assertIsNone(PERSON.text(self.name(3)))
        ROBOT.call(action="delete", title=self.name(1), token=ROBOT.token, reason="By hand")
        actions = self.actions(self.publish("apply"))
        self.assertEqual((actions["incident/i1"], actions["incident/i3"]), ("deleted", "create"))


class AnythingHappens(Case, Anything):
    incidents, run_seconds = 0, 3
    fault_kinds = [*Anything.fault_kinds, "maxlag", "logout", "readonly"]

    def test_anything(self):
        self.anything_happens()

    def fresh(self, seed):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.setUp()
        self.root = f"{self.root} {seed}"
        self.configure()

    def relay_of(self):
        return RELAY

    def source(self, number, name, words):
        self.write(number, incident(number, words).replace(f"# Incident number {number}", f"# {name}"))

    def source_goes(self, number):
        (self.folder / "content" / f"i{number}.md").unlink()

    def title_of(self, number, name):
        return f"{self.root}/2026-0{number}-10 {name}"

    def texts(self):
        found = ROBOT.call(
            action="query", generator="allpages", gapprefix=f"{self.root}/", gaplimit=50, prop="revisions", rvprop="content", rvslots="main"
        )
        pages = found.get("query", {}).get("pages", [])
        texts = {page["title"]: page["revisions"][0]["slots"]["main"]["content"] for page in pages}
        return {title: text for title, text in texts.items() if not text.startswith("#REDIRECT") and not title.endswith(" ledger")}

    def person_writes(self, title, text):
        PERSON.edit(title, text)

    def person_deletes_page(self, title):
        ROBOT.call(action="delete", title=title, token=ROBOT.token, reason="By hand")

    def remark_in(self, text, remark):
        return f"<p>{remark}</p>\n{text}"

    def our_versions(self, title):
        return [page["sha1"] for page in reversed(ROBOT.history(title)) if "moved page" not in page["comment"]]


class Texts(Case):
    incidents = 1

    def test_hostile_text_comes_out_as_it_was_written(self):
        def escaped(text):
            return "".join("\\" + c if c in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" else c for c in text)

        rows = []
        for text in HOSTILE:
            in_code = text.replace("`", "'").replace("|", "\\|")
            rows += [
                escaped(text),
                f"- {escaped(text)}",
                f"> {escaped(text)}",
                f"### {escaped(text)}",
                f"| a |\n|---|\n| {escaped(text)} |",
                f"**{escaped(text)}** and *{escaped(text)}*",
                f"| b |\n|---|\n| `{in_code}` |",
                f"```\n{text}\n```",
                f"[{escaped(text)}](https://example.org/?a=[b]&c='')",
            ]
        text = incident(1, body="## Evidence\n\n" + "\n\n".join(rows) + "\n")
        self.write(1, text.replace("severity: SEV2", "severity: SEV2\nkind: incident\ntitle: Incident number 1"))
        pages = self.publish("apply")["pages"]
        name = next(page["name"] for page in pages if page["key"].startswith("incident/"))
        page = text_of(PERSON.parsed(name))
        for text in HOSTILE:
            wanted = " ".join(text.split())
            count = sum(line == wanted for line in page.lines)
            # A paragraph, an item, a quote, a heading, two cells, code, a link; styled text is one line with an "and".
            self.assertGreaterEqual(count, 8, f"{text!r}\n" + "\n".join(line for line in page.lines if line[:4] == wanted[:4]))
            self.assertIn(f"{wanted} and {wanted}", page.lines)
        self.assertFalse(page.tags & {"script", "img", "math"}, page.tags)
        self.assert_idle()

    def test_sample_content_has_the_text_of_the_site(self):
        shutil.rmtree(self.folder / "content")
        shutil.copytree(REPOSITORY / "content", self.folder / "content")
        started = time.monotonic()
        RELAY.reset()
        first = self.publish("apply")
        print(f"\nsample content, first run: {len(first['pages'])} pages, {RELAY.requests} requests, {time.monotonic() - started:.1f} s")
        RELAY.reset()
        started = time.monotonic()
        self.publish("apply")
        print(f"sample content, idle run: {RELAY.requests} requests, {RELAY.writes} writes, {time.monotonic() - started:.1f} s")
        self.assertEqual(RELAY.writes, 0)
        self.assertLessEqual(RELAY.requests, 10)
        out = self.folder / "site"
        subprocess.run([PROGRAM, "build", str(self.folder), "-d", str(out), "--as-of", "2026-11-20"], check=True, capture_output=True)
        missing = []
        for page in first["pages"]:
            if page["key"].startswith("incident/"):
                site = (out / "incidents" / f"{page['key'].removeprefix('incident/')}.html").read_text()
                missing += [(page["key"], line) for line in missing_lines(site, PERSON.parsed(page["name"]))]
        self.assertEqual(missing, [], f"{len(missing)} lines are missing")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
