// Every page of the built site: no fault in the browser, accessible, and complete at any width, without script, and from a file.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileUrl, launch, onePageOfEachSort, pages, serve, watchedPage } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// Pictures of every sort of page, to look through: SHOTS names the folder.
const SHOTS = process.env.SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

let browser, server;
before(async () => ([browser, server] = [await launch(), await serve()]));
after(async () => (await browser?.close(), await server?.stop()));

const isRedirect = async (page) => /http-equiv="refresh"/.test(await page.content());
const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("every page opens under a sub-path without a fault, with one h1, a title of its own, a language, and headings to link to", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await watchedPage(context);
  const wrong = [];
  const titles = new Map();
  for (const path of pages()) {
    page.faults.length = 0;
    await page.goto(server.url + path, { waitUntil: "load" });
    if (await isRedirect(page)) continue;
    const seen = await page.evaluate(() => {
      // A heading leads to itself or to its section, so that the place can be shared; so does each row of a timeline.
      const leads = (one, link) => link && document.getElementById(decodeURIComponent(link.hash.slice(1)))?.contains(one);
      const headings = [...document.querySelectorAll("main h2[id]:not(.vh, .toc h2), .ev")];
      return {
        h1: document.querySelectorAll("h1").length,
        title: document.title.trim(),
        lang: document.documentElement.lang,
        // The site under test has no whole address.
        absolute: document.querySelectorAll("link[rel=canonical], meta[property^='og:']").length,
        dead: headings.filter((one) => !leads(one, one.querySelector("a[href^='#']"))).map((one) => one.textContent.slice(0, 40)),
      };
    });
    if (seen.h1 !== 1 || !seen.title || !seen.lang || seen.absolute || seen.dead.length) wrong.push(`${path}: ${JSON.stringify(seen)}`);
    if (titles.has(seen.title)) wrong.push(`${path} and ${titles.get(seen.title)} are both called ${seen.title}`);
    titles.set(seen.title, path);
    for (const fault of page.faults) wrong.push(`${path}: ${fault}`);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

// Any two of width, colours, script and place meet in one of these; axe looks where script has added what it adds.
const MIX = [
  [1440, "light", "script", "http"], [1440, "dark", "no script", "file"],
  [820, "dark", "script", "http"], [820, "light", "no script", "file"],
  [390, "light", "script", "file"], [390, "dark", "no script", "http"],
  [320, "dark", "script", "file"], [320, "light", "no script", "http"],
];

for (const [width, colorScheme, script, place] of MIX) {
  test(`every sort of page at ${width} px, ${colorScheme}, ${script}, ${place}: nothing said, nothing too wide, axe finds nothing`, async () => {
    const context = await browser.newContext({ colorScheme, javaScriptEnabled: script === "script", viewport: { width, height: 900 } });
    const page = await watchedPage(context);
    const wrong = [];
    for (const path of onePageOfEachSort()) {
      if (place === "file" && path === "404.html") continue; // It is served at any depth, so it needs a host.
      page.faults.length = 0;
      await page.goto(place === "file" ? fileUrl(path) : server.url + path);
      if (await isRedirect(page)) continue;
      const text = (await page.locator("main").textContent()) ?? "";
      if (text.trim().length < 20) wrong.push(`${path}: has no text`);
      const over = await tooWide(page);
      if (over > 0) wrong.push(`${path}: ${over} px too wide`);
      for (const fault of page.faults) wrong.push(`${path}: ${fault}`);
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `${path.replaceAll("/", "-").replace(/\.html$/, "")}-${width}-${colorScheme}.png`), fullPage: true });
      if (script !== "script") continue;
      await page.evaluate(axe);
      const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: values }), RULES);
      for (const v of violations) wrong.push(`${path}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`);
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

test("no page scrolls sideways at 320 px", async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 800 } });
  const page = await context.newPage();
  const wrong = [];
  for (const path of pages()) {
    await page.goto(server.url + path);
    const over = await tooWide(page);
    if (over > 0) wrong.push(`${path}: ${over} px too wide`);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the keyboard alone reaches everything that can be used, and the focus is seen", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const wrong = [];
  for (const path of onePageOfEachSort()) {
    await page.goto(server.url + path);
    if (await isRedirect(page)) continue;
    await page.evaluate(() => {
      const usable = [...document.querySelectorAll("a[href], button, input:not([disabled]), select, summary, [tabindex='0']")];
      window.unreached = new Set(usable.filter((one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })));
      window.dim = new Set();
      addEventListener("focusin", ({ target }) => {
        window.unreached.delete(target);
        if (getComputedStyle(target).outlineStyle === "none") window.dim.add(target.outerHTML.slice(0, 80));
      });
    });
    const most = (await page.evaluate(() => window.unreached.size)) + 5;
    for (let step = 0; step < most; step += 1) await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => ({ unreached: [...window.unreached].map((one) => one.outerHTML.slice(0, 80)), dim: [...window.dim] }));
    for (const one of seen.unreached.slice(0, 3)) wrong.push(`${path}: not reached: ${one}`);
    for (const one of seen.dim.slice(0, 3)) wrong.push(`${path}: focus not seen: ${one}`);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("the skip link is the first stop, is seen, and leads past the navigation", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.url}incidents/index.html`);
  await page.keyboard.press("Tab");
  const box = await page.locator(".skip:focus").boundingBox();
  assert.ok(box && box.x >= 0 && box.y >= 0 && box.height >= 24, JSON.stringify(box));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
  await page.context().close();
});

test("with forced colours text follows them and charts keep theirs", async () => {
  const context = await browser.newContext({ forcedColors: "active", viewport: { width: 1440, height: 900 } });
  const page = await watchedPage(context);
  const wrong = [];
  for (const path of onePageOfEachSort()) {
    page.faults.length = 0;
    await page.goto(server.url + path);
    if (await isRedirect(page)) continue;
    const seen = await page.evaluate(() => {
      const color = (selector, property) => [...document.querySelectorAll(selector)].slice(0, 40).map((one) => getComputedStyle(one)[property]);
      return { phases: new Set(color(".p2, .p3, .p4", "fill")).size, text: color("h1", "color")[0], paper: color("html", "backgroundColor")[0] };
    });
    if (seen.phases < 3) wrong.push(`${path}: phases have ${seen.phases} colours`);
    if (seen.text === seen.paper) wrong.push(`${path}: text is as its ground`);
    wrong.push(...page.faults.map((fault) => `${path}: ${fault}`));
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${path.replaceAll("/", "-").replace(/\.html$/, "")}-forced.png`), fullPage: true });
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("nothing moves: no animation, no transition, and no shift while a page loads", async () => {
  const wrong = [];
  for (const [width, reducedMotion] of [[1440, "reduce"], [390, "no-preference"]]) {
    const context = await browser.newContext({ reducedMotion, viewport: { width, height: 900 } });
    const page = await context.newPage();
    for (const path of onePageOfEachSort()) {
      await page.goto(server.url + path);
      if (await isRedirect(page)) continue;
      const seen = await page.evaluate(async () => {
        const shift = await new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value))).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 150);
        });
        const moving = [...document.querySelectorAll("*")].filter((one) => {
          const { animationName, transitionDuration } = getComputedStyle(one);
          return animationName !== "none" || /[1-9]/.test(transitionDuration);
        });
        return { shift, moving: moving.length, behaviour: getComputedStyle(document.documentElement).scrollBehavior };
      });
      if (seen.shift > 0.01 || seen.moving || seen.behaviour !== "auto") wrong.push(`${path} at ${width}: ${JSON.stringify(seen)}`);
    }
    await context.close();
  }
  assert.deepEqual(wrong, []);
});

test("a page that is not there gets the site's own, with its style, at any depth", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const path of ["nowhere.html", "incidents/nowhere.html", "a/b/c/nowhere"]) {
    const response = await page.goto(server.url + path);
    assert.equal(response.status(), 404);
    assert.equal(await page.locator("h1").count(), 1);
    const rules = await page.evaluate(() => [...document.styleSheets].length);
    assert.ok(rules > 0, `${path} has no style`);
  }
  await context.close();
});

test("print shows the whole text on white and hides navigation, also as a PDF", async () => {
  const context = await browser.newContext({ colorScheme: "dark" });
  const page = await context.newPage();
  for (const path of onePageOfEachSort().filter((path) => /^(index|actions|stats|incidents\/(?!index))/.test(path))) {
    await page.goto(server.url + path);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.locator("header.top nav").isVisible(), false);
    assert.equal(await page.locator("main").isVisible(), true);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.ok(["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(paper), `${path}: print is on ${paper}`);
    const folded = await page.$$eval("details:not([open]) > :last-child", (all) => all.filter((one) => !one.checkVisibility()).length);
    assert.equal(folded, 0, `${path}: folded parts are printed`);
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.length > 10_000 && pdf.subarray(0, 5).toString() === "%PDF-", `${path}: ${pdf.length} bytes`);
  }
  await context.close();
});
