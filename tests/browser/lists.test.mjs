// Lists and code in the browser: filters that the address carries, sorting, links into a page, colours and copies of code.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch, pages, serve, SITE, watchedPage } from "./site.mjs";

let browser, server;
before(async () => ([browser, server] = [await launch(), await serve()]));
after(async () => (await browser?.close(), await server?.stop()));

/** What the list shows: day, severity, service and causes of each row that is not hidden. */
const shown = (page) =>
  page.$$eval("#hs-inc tbody tr:not([hidden])", (rows) =>
    rows.map((row) => ({
      year: row.querySelector("time")?.dateTime.slice(0, 4),
      severity: row.cells[3].querySelector("b")?.textContent,
      minutes: Number(row.cells[4].dataset.s ?? NaN),
      title: row.querySelector("th a").textContent,
    })),
  );

/** A year and a severity that some incidents share and others do not. */
const choose = async (page) => {
  await page.goto(`${server.url}incidents/index.html`);
  const all = await shown(page);
  const counts = new Map();
  for (const { year, severity } of all) if (year && severity) counts.set(`${year} ${severity}`, (counts.get(`${year} ${severity}`) ?? 0) + 1);
  const [key, count] = [...counts].sort((a, b) => b[1] - a[1])[0];
  const [year, severity] = key.split(" ");
  assert.ok(count < all.length, "the choice leaves something out");
  return { year, severity, count, all: all.length };
};

test("two facets at once narrow a list, the address carries them, and back and forward go through the choices", async () => {
  const page = await watchedPage(await browser.newContext());
  const { year, severity, count, all } = await choose(page);
  await page.selectOption("select[name=year]", year);
  const ofYear = (await shown(page)).length;
  assert.ok(ofYear > count || ofYear === count, "one facet alone leaves at least as many");
  await page.selectOption("select[name=severity]", severity);
  const both = await shown(page);
  assert.equal(both.length, count);
  assert.ok(both.every((row) => row.year === year && row.severity === severity));
  const address = new URL(page.url());
  assert.deepEqual([address.searchParams.get("year"), address.searchParams.get("severity")], [year, severity]);
  assert.match(await page.locator(".filter output").textContent(), new RegExp(`^${count} .* ${all} `));
  await page.goBack();
  assert.equal((await shown(page)).length, ofYear);
  await page.goBack();
  assert.equal((await shown(page)).length, all);
  await page.goForward();
  await page.goForward();
  assert.equal((await shown(page)).length, count);
  await page.reload();
  assert.equal((await shown(page)).length, count, "an address that is opened shows the same");
  await page.click(".filter button[type=reset]");
  await page.waitForFunction(() => !location.search);
  assert.equal((await shown(page)).length, all);
  assert.deepEqual(page.faults, []);
});

test("words narrow a list together with a facet, and a value that the page lacks gives an empty list", async () => {
  const page = await watchedPage(await browser.newContext());
  const { year, all } = await choose(page);
  const title = (await shown(page)).find((row) => row.year === year).title;
  const word = title.split(/\s+/).sort((a, b) => b.length - a.length)[0];
  await page.goto(`${server.url}incidents/index.html?year=${year}&filter=${encodeURIComponent(word)}`);
  const found = await shown(page);
  assert.ok(found.length > 0 && found.length < all && found.some((row) => row.title === title), `${found.length} of ${all}`);
  await page.goto(`${server.url}incidents/index.html?cause=no-such-cause`);
  assert.equal((await shown(page)).length, 0);
  assert.deepEqual(page.faults, []);
});

test("a list without script has no filter, and each facet's pages instead", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}incidents/index.html`);
  assert.equal(await page.locator(".filter").isVisible(), false);
  assert.equal(await page.locator(".sort").count(), 0);
  assert.ok((await page.locator(".tools").isVisible()) && (await page.locator(".tools a").count()) > 5);
});

test("a list with script has the filter instead of the links", async () => {
  const page = await watchedPage(await browser.newContext());
  for (const path of ["index.html", "incidents/index.html"]) {
    await page.goto(server.url + path);
    assert.equal(await page.locator(".tools").isVisible(), false);
    assert.equal(await page.locator(".filter").isVisible(), true);
    assert.equal(await page.locator(".filter .phone").isVisible(), false, "a wide page has headings to sort by");
  }
  assert.deepEqual(page.faults, []);
});

test("on a phone, where headings are not shown, a choice sorts", async () => {
  const page = await watchedPage(await browser.newContext({ viewport: { width: 390, height: 800 } }));
  await page.goto(`${server.url}incidents/index.html`);
  await page.selectOption(".sorter", { index: 5 });
  const minutes = (await shown(page)).map((row) => row.minutes).filter((value) => !isNaN(value));
  assert.deepEqual(minutes, [...minutes].sort((a, b) => b - a));
  assert.equal(new URL(page.url()).search, "", "the order is in no address");
  assert.deepEqual(page.faults, []);
});

test("a click on a column's heading sorts by it, a second one the other way round, what is not stated last", async () => {
  const page = await watchedPage(await browser.newContext({ viewport: { width: 1440, height: 900 } }));
  await page.goto(`${server.url}incidents/index.html`);
  const heading = page.locator("#hs-inc thead th").nth(4);
  const order = async () => (await shown(page)).map((row) => row.minutes);
  const before = await order();
  for (const [direction, compare] of [["descending", (a, b) => b - a], ["ascending", (a, b) => a - b]]) {
    await heading.locator("button").click();
    assert.equal(await heading.getAttribute("aria-sort"), direction);
    const known = before.filter((minutes) => !isNaN(minutes)).sort(compare);
    assert.deepEqual(await order(), [...known, ...before.filter(isNaN)]);
  }
  await page.locator("#hs-inc thead th").first().locator("button").click();
  const years = (await shown(page)).map((row) => row.year ?? "");
  assert.deepEqual(years, [...years].sort().reverse());
  await page.goto(`${server.url}causes/index.html`);
  await page.locator("table.pareto thead th").first().locator("button").focus();
  await page.keyboard.press("Enter");
  const names = await page.$$eval("table.pareto tbody th", (cells) => cells.map((cell) => cell.textContent));
  assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b)));
  assert.deepEqual(page.faults, []);
});

test("code has colours where its language is named, can be copied, and costs other pages nothing", async () => {
  const context = await browser.newContext();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await watchedPage(context);
  const html = (path) => readFileSync(join(SITE, path), "utf8");
  const named = pages().filter((path) => /<code class="language-(bash|sh|sql|yaml|json|nginx|console)"/.test(html(path)));
  assert.ok(named.length > 0, "the site has code in a known language");
  await page.goto(server.url + named[0]);
  assert.ok((await page.locator("pre .hljs-keyword, pre .hljs-built_in, pre .hljs-string, pre .hljs-comment, pre .hljs-attr, pre .hljs-number").count()) > 0);
  const box = page.locator(".code").first();
  // Where the code is in a folded part, it is opened first.
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));
  await box.hover();
  await box.locator("button").click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), (await box.locator("pre").textContent()).trimEnd());
  assert.deepEqual(page.faults, []);
  for (const path of pages().filter((path) => !html(path).includes("<pre"))) {
    assert.ok(!/highlight-|assets\/code-/.test(html(path)), `${path} loads what colours code`);
  }
});

test("a link to a row of a timeline, or into a folded part, shows it", async () => {
  const page = await watchedPage(await browser.newContext());
  const path = pages().find((path) => path.startsWith("incidents/") && /<li class="ev[^>]* id="hs-t/.test(readFileSync(join(SITE, path), "utf8")));
  await page.goto(server.url + path);
  const last = await page.locator(".ev").last().getAttribute("id");
  await page.goto("about:blank");
  await page.goto(`${server.url}${path}#${last}`);
  const box = await page.locator(`#${last}`).boundingBox();
  assert.ok(box && box.y >= 0 && box.y < 720, `the row is at ${box?.y}`);
  const folded = await page.locator("details:not([open]) [id]").evaluateAll((all) => all.map((one) => one.id));
  if (folded.length) {
    await page.evaluate((id) => (location.hash = id), folded[0]);
    await page.locator(`#${folded[0]}`).waitFor({ state: "visible" });
  }
  assert.deepEqual(page.faults, []);
});
