"""Anything that happens to a wiki while an archive is published to it, by dice: the source changes, people edit, delete and make pages,
requests fail in every way, runs are killed, two run at once. A case that has this as a base says how people do it in its wiki.

Whatever happens: no word of a person is lost, nothing is made again that a person deleted, no page is there twice, nothing is written
that is there already, and the next run that nobody disturbs leaves nothing to do.

HINDSITE_STEPS and HINDSITE_SEEDS make it longer: how many things happen, and how often all begins anew, from HINDSITE_SEED on. With
HINDSITE_TOLD everything that happens is printed.
"""

import os
import random
import re
import signal
import subprocess
import time


def key_of(text):
    """Returns the key in the mark of a stored text."""
    found = re.findall(r"hindsite v1 in=\S+ key=(\S+)", text)
    return found[-1] if found else None


class Anything:
    steps, seeds, numbers = 14, 1, 5
    fault_kinds = ["cut-before", "cut-after", "half", "500", "503", "429", "429-date", "slow", "hang"]
    run_seconds = 0.5  # how long a run takes, for kills in the middle of it

    # To be said by the case: `relay_of()`, `texts()` (title -> stored text of every page below the root), `person_writes(title, text)`,
    # `person_deletes_page(title)`, `remark_in(text, remark)`, `our_versions(title)` (the texts that the publisher wrote, oldest first)
    # and `source(number, title, words)`.

    def anything_happens(self):
        steps, seeds = (int(os.environ.get(f"HINDSITE_{name}", value)) for name, value in (("STEPS", self.steps), ("SEEDS", self.seeds)))
        first = int(os.environ.get("HINDSITE_SEED", 1))
        for seed in range(first, first + seeds):
            with self.subTest(seed=seed):
                self.fresh(seed)
                History(self, seed).run(steps)


class History:
    def __init__(self, case, seed):
        self.case, self.dice, self.story = case, random.Random(seed), [f"seed {seed}"]
        self.remarks, self.foreign, self.deleted = set(), {}, set()
        # Whether the wiki's list is known to hold every page that was made: a run that was killed may not have written it.
        self.is_listed = True
        self.titles = {number: f"Incident number {number}" for number in range(1, case.numbers + 1)}
        self.present = set()
        for number in (1, 2, 3):
            self.source(number, "at first")

    def note(self, *words):
        self.story.append(" ".join(str(word) for word in words))
        if "HINDSITE_TOLD" in os.environ:
            print(self.story[-1])

    def told(self):
        return "\n".join(self.story)

    def run(self, steps):
        happenings = [
            *[self.source_changes] * 4, self.source_goes, self.title_changes, *[self.person_edits] * 3, self.person_deletes,
            self.person_makes, *[self.run_with_faults] * 3, *[self.run_is_killed] * 2, self.two_at_once, self.undisturbed,
        ]
        for step in range(steps):
            self.dice.choice(happenings)(step)
            self.check()
        self.undisturbed(steps)

    def source(self, number, words):
        self.case.source(number, self.titles[number], words)
        self.present.add(number)

    def source_changes(self, step):
        number = self.dice.randint(1, self.case.numbers)
        self.note(step, "the source of", number, "changes")
        self.source(number, f"as of step {step}")

    def source_goes(self, step):
        if len(self.present) > 2:
            number = self.dice.choice(sorted(self.present))
            self.note(step, "the source of", number, "goes")
            self.present.remove(number)
            self.case.source_goes(number)
            self.deleted.discard(f"incident/i{number}")

    def title_changes(self, step):
        number = self.dice.choice(sorted(self.present))
        self.titles[number] = f"Incident number {number} called {step}"
        self.note(step, "the title of", number, "changes")
        self.source(number, f"as of step {step}")

    def ours(self):
        return {title: text for title, text in sorted(self.case.texts().items()) if (key_of(text) or "").startswith("incident/")}

    def person_edits(self, step):
        ours = self.ours()
        if ours:
            title = self.dice.choice(sorted(ours))
            remark = f"remark {step} of a person"
            self.note(step, "a person edits", title)
            self.case.person_writes(title, self.case.remark_in(ours[title], remark))
            self.remarks.add(remark)

    def person_deletes(self, step):
        ours = self.ours()
        if ours:
            title = self.dice.choice(sorted(ours))
            self.note(step, "a person deletes", title, "" if self.is_listed else "(which is not in the list)")
            self.case.person_deletes_page(title)
            # What a person takes away is theirs to take away.
            self.remarks = {remark for remark in self.remarks if remark not in ours[title]}
            key = key_of(ours[title])
            # A page without a source is forgotten when it goes; what comes back then is new.
            if self.is_listed and int(key.removeprefix("incident/i")) in self.present:
                self.deleted.add(key)

    def person_makes(self, step):
        number = self.dice.randint(1, self.case.numbers)
        title = self.case.title_of(number, self.titles[number])
        if title not in self.case.texts() and f"incident/i{number}" not in {key_of(text) for text in self.ours().values()}:
            self.note(step, "a person makes", title)
            text = f"<p>My own page of step {step}.</p>"
            self.case.person_writes(title, text)
            self.foreign[title] = text

    def start(self, answer_limit_ms=60_000):
        command = self.case.command("apply", "--allow-removals", "100")
        environment = {**self.case.environment(), "HINDSITE_ANSWER_LIMIT_MS": str(answer_limit_ms)}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def ended(self, run, codes):
        output = run.communicate(timeout=300)[0]
        self.note("   exit", run.returncode)
        self.case.assertIn(run.returncode, codes, f"{self.told()}\n{output[-3000:]}")
        self.is_listed = run.returncode in (0, 3)
        return output

    def run_with_faults(self, step):
        share, dice = self.dice.choice([0.05, 0.15, 0.4]), random.Random(self.dice.random())
        kinds = self.dice.sample(self.case.fault_kinds, 3)
        self.note(step, "a run with", kinds, share)
        waits = ["slow", "hang"]
        left = [2]  # of those that take their time

        def fault(number, body):
            kind = dice.choice(kinds) if dice.random() < share else None
            left[0] -= kind in waits
            return "cut-after" if kind in waits and left[0] < 0 else kind

        self.case.relay_of().late = 2
        self.case.relay_of().reset(fault)
        self.ended(self.start(answer_limit_ms=1500), (0, 1, 3, 4))
        self.case.relay_of().reset()

    def run_is_killed(self, step):
        self.note(step, "a run is killed")
        self.case.relay_of().reset()
        run = self.start()
        time.sleep(self.dice.uniform(0.02, self.case.run_seconds))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        self.is_listed = False

    def two_at_once(self, step):
        self.note(step, "two at once")
        self.case.relay_of().reset()
        for run in [self.start(), self.start()]:
            self.ended(run, (0, 1, 3))

    def undisturbed(self, step):
        self.note(step, "an undisturbed run")
        relay = self.case.relay_of()
        relay.reset()
        output = self.ended(self.start(), (0, 3))
        relay.reset()
        again = self.ended(self.start(), (0, 3))
        self.case.assertEqual(relay.writes, 0, f"{self.told()}\n{output[-3000:]}\n{again[-3000:]}")

    def check(self):
        texts = self.case.texts()
        everything = "\n".join(texts.values())
        for remark in self.remarks:
            self.case.assertIn(remark, everything, self.told())
        for title, text in self.foreign.items():
            self.case.assertEqual(texts.get(title), text, self.told())
        keys = [key for key in map(key_of, texts.values()) if key]
        self.case.assertEqual(len(keys), len(set(keys)), f"{self.told()}\n{sorted(keys)}")
        self.case.assertFalse(self.deleted & set(keys), f"{self.told()}\nmade again: {self.deleted & set(keys)}")
        for title in texts:
            versions = self.case.our_versions(title)
            twice = [text for text, other in zip(versions, versions[1:]) if text == other]
            self.case.assertFalse(twice, f"{self.told()}\n{title} was written twice")
