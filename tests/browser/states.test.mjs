// Sites at the edges: nothing yet, one incident, half of the facts missing, very long words, right to left, German. Built here and looked at.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, pages, watchedPage } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HINDSITE = process.env.HINDSITE;
if (!HINDSITE) throw new Error("HINDSITE must name the program");
const SHOTS = process.env.SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

const ONE = "---\nseverity: SEV2\nservices: [mill]\nstart: 2026-03-14T10:42Z\nend: 2026-03-14T11:57Z\ndetected: 2026-03-14T10:50Z\n---\n# Flour ran out for 75 minutes\n\nThe silo said full and was empty.\n\n## Root cause\n\nThe level sensor was never monitored.\n\n## Action items\n\n- [ ] Weigh the silo (@ann, due 2026-04-01)\n";
const BARE = "# Postmortem: something was slow\n\n## What happened\n\nOn 14 March 2026 the pages failed for everyone.\n\n## Impact\n\nNobody counted.\n\n## Root cause\n\nThe disk was full.\n";
const WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3);
const LONG = `---\nservices: [${WORD.toLowerCase()}, https-gateway.internal.europe-west-4.example.org/${"segment/".repeat(20)}]\nstart: 2026-03-14T10:42Z\nend: 2026-03-19T11:57Z\ncauses: [capacity]\n---\n# ${WORD} ${"ab_cd_".repeat(40)}\n\n${WORD}\n\n\`${"0f3a".repeat(75)}\`\n\n| ${WORD} | b |\n|---|---|\n| ${"ab12".repeat(50)} | c |\n\n## Timeline\n\n- 10:42 UTC ${WORD}\n- 11:57 UTC ${"zebra".repeat(40)}\n\n## Action items\n\n- [ ] ${WORD}\n`;
const HEBREW = "---\nseverity: SEV1\nstart: 2026-05-03T08:00+03:00\nend: 2026-05-03T09:30+03:00\nservices: [קופה]\n---\n# הקופות לא קיבלו תשלום במשך 90 דקות\n\nאיש לא הצליח לשלם.\n\n## Timeline\n\n- 08:00 הקופות נעצרו (API v2)\n- 09:30 הכול חזר לפעול\n\n## Action items\n\n- [ ] לבדוק את התעודה (@dana, due 2026-06-01)\n";

const STATES = {
  empty: { files: {}, says: "No incidents yet" },
  one: { files: { "one.md": ONE }, says: "Flour ran out" },
  bare: { files: { "a.md": BARE, "b.md": BARE.replace("slow", "slow again") }, says: "Something was slow" },
  long: { files: { "long.md": LONG, "one.md": ONE }, says: WORD },
  rtl: { book: 'language = "he"\ntext-direction = "rtl"\n', files: { "a.md": HEBREW, "one.md": ONE }, says: "הקופות" },
  german: { book: 'language = "de"\n', files: { "one.md": ONE, "a.md": BARE }, says: "Alle Vorfälle|Vorf" },
};

const folder = mkdtempSync(join(tmpdir(), "hindsite-states-"));
let browser;
before(async () => {
  for (const [name, { book = "", files }] of Object.entries(STATES)) {
    const write = (path, text) => (mkdirSync(dirname(join(folder, name, path)), { recursive: true }), writeFileSync(join(folder, name, path), text));
    write("book.toml", `[book]\ntitle = "State ${name}"\n${book}`);
    write("content/README.md", "# About\n\nA log.\n");
    for (const [path, text] of Object.entries(files)) write(`content/${path}`, text);
    execFileSync(HINDSITE, ["build", join(folder, name), "--as-of", "2026-06-20"], { stdio: "pipe" });
  }
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const [name, { book, says }] of Object.entries(STATES)) {
  test(`the state "${name}" reads well at any width: nothing too wide, axe finds nothing, the console says nothing`, async () => {
    const site = join(folder, name, "site");
    const wrong = [];
    for (const [width, colorScheme] of [[1440, "light"], [320, "dark"]]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await watchedPage(context);
      for (const path of pages(site).filter((path) => path !== "404.html")) {
        page.faults.length = 0;
        await page.goto(pathToFileURL(join(site, path)).href);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) wrong.push(`${path} at ${width}: ${over} px too wide`);
        const text = await page.locator("main").innerText();
        if (/undefined|NaN|\{\w+\}|\b\w+_(one|other)\b/.test(text)) wrong.push(`${path}: ${text.match(/.{0,30}(undefined|NaN|\{\w+\}|\b\w+_(one|other)\b)/)?.[0]}`);
        wrong.push(...page.faults.map((fault) => `${path}: ${fault}`));
        if (SHOTS && /^(index|stats|actions|incidents)/.test(path)) await page.screenshot({ path: join(SHOTS, `state-${name}-${path.replaceAll("/", "-").replace(/\.html$/, "").slice(0, 60)}-${width}.png`), fullPage: true });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }));
        for (const found of violations) wrong.push(`${path} at ${width}: ${found.id}: ${found.nodes[0].target.join(" ")}`);
      }
      await page.goto(pathToFileURL(join(site, "index.html")).href);
      assert.match(await page.locator("body").innerText(), new RegExp(says));
      assert.equal(await page.locator("html").getAttribute("dir"), book?.includes("rtl") ? "rtl" : "ltr");
      await context.close();
    }
    assert.deepEqual(wrong, []);
  });
}
