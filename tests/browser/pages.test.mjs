// Every page of the built site: no fault in the browser, accessible, and complete on small screens, without script, and from a file.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileUrl, launch, onePageOfEachSort, pages, serve, watchedPage } from "./site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser, server;
before(async () => ([browser, server] = [await launch(), await serve()]));
after(async () => (await browser?.close(), await server?.stop()));

test("every page opens under a sub-path without a fault, with one h1, a title and a language", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await watchedPage(context);
  const wrong = [];
  for (const path of pages()) {
    page.faults.length = 0;
    await page.goto(server.url + path, { waitUntil: "load" });
    if (/http-equiv="refresh"/.test(await page.content())) continue;
    const seen = await page.evaluate(() => ({
      h1: document.querySelectorAll("h1").length,
      title: document.title.trim().length,
      lang: document.documentElement.lang,
    }));
    if (seen.h1 !== 1 || !seen.title || !seen.lang) wrong.push(`${path}: ${JSON.stringify(seen)}`);
    for (const fault of page.faults) wrong.push(`${path}: ${fault}`);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      const wrong = [];
      for (const path of onePageOfEachSort()) {
        await page.goto(server.url + path);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        for (const v of violations) wrong.push(`${path}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`);
      }
      assert.deepEqual(wrong, []);
      await context.close();
    });
  }
}

test("no page scrolls sideways at 320 px", async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 800 } });
  const page = await context.newPage();
  const wrong = [];
  for (const path of pages()) {
    await page.goto(server.url + path);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) wrong.push(`${path}: ${over} px too wide`);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});

test("pages open from a file, without script, and say the same", async () => {
  const bare = await browser.newContext({ javaScriptEnabled: false });
  const page = await watchedPage(bare);
  const wrong = [];
  for (const path of onePageOfEachSort().filter((path) => path !== "404.html")) {
    page.faults.length = 0;
    await page.goto(fileUrl(path));
    const styled = await page.locator("link[rel=stylesheet]").count();
    const text = (await page.locator("main").textContent().catch(() => "")) ?? "";
    const refresh = /http-equiv="refresh"/.test(await page.content());
    if (!refresh && (!styled || text.trim().length < 20)) wrong.push(`${path}: ${styled} style sheets, ${text.trim().length} characters`);
    for (const fault of page.faults) wrong.push(`${path}: ${fault}`);
  }
  assert.deepEqual(wrong, []);
  await bare.close();
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

test("print shows the whole text and hides navigation", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const incident = pages().find((path) => path.startsWith("incidents/") && !path.endsWith("index.html") && !path.includes("pages/"));
  await page.goto(server.url + incident);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await page.locator("header.top nav").isVisible(), false);
  assert.equal(await page.locator("h1").isVisible(), true);
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.ok(["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(paper), `print is on ${paper}`);
  await context.close();
});
