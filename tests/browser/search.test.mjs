// Search: the script finds as the program does, the same way over HTTP and from a file, by keyboard alone, and what it finds is right.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { SITE, launch, serve, watchedPage } from "./site.mjs";

const project = join(dirname(fileURLToPath(import.meta.url)), "../..");
const HINDSITE = process.env.HINDSITE ?? join(project, "target/debug/hindsite");
vm.runInThisContext(readFileSync(join(project, "theme/js/search.js"), "utf8"));
const { Index, answer, parse, tokenise } = globalThis.hindsiteSearch;
const data = (name) => JSON.parse(readFileSync(join(project, "tests/search", name), "utf8"));

/** The index of a built site, read from its files. */
const indexOf = (folder) =>
  new Index((name) => {
    let found;
    const add = (_version, _name, value) => (found = value);
    new Function("hindsiteSearch", readFileSync(join(folder, "search", `${name}.js`), "utf8"))({ add });
    return found;
  });

const idsOf = async (index, query, most) => {
  const { hits } = await answer(index, parse(query));
  return Promise.all(hits.slice(0, most).map(async (hit) => (await index.card(hit.entry)).id));
};

const build = (content, out) => execFileSync(HINDSITE, ["build", content, "-d", out, "--as-of", "2026-11-21"], { stdio: "pipe" });

const DOCUMENTS = {
  "checkout-pool.md": `---\nseverity: SEV1\nservices: [checkout, ledger]\ndate: 2025-03-04\n---\n# Checkout refused orders: its connection pool ran dry\n\n## Timeline\n\nAll times UTC, 2025-03-04.\n\n- 10:02 first orders fail with ECONNREFUSED\n- 10:40 the pool is enlarged, orders pass\n\n## Root cause\n\nThe log said: FATAL: remaining connection slots are reserved for role "ledger_admin" (db_connection_limit=90).\n`,
  "checkout-dns.md": `---\nseverity: SEV2\nservices: [checkout]\ndate: 2024-07-01\n---\n# Checkout was not found\n\n## Root cause\n\nThe address record was deleted. The connection was never made.\n`,
  "mail-delay.md": `---\nseverity: SEV2\nservices: [mail]\ndate: 2023-02-11\n---\n# Receipts came late\n\n## Root cause\n\nThe connection to the relay was throttled.\n`,
  "zertifikat.md": `---\nseverity: SEV3\ndate: 2024-05-06\n---\n# Anmeldung gestört: abgelaufenes Zertifikat\n\n## Ursache\n\nDie Überwachung der Zertifikate prüfte nur die öffentlichen Server.\n`,
  "database-ja.md": `---\nseverity: SEV3\ndate: 2024-09-10\n---\n# 決済データベースの接続エラー\n\n## 根本原因\n\n接続プールの上限を超えたため、新しいリクエストが拒否された。\n`,
};

let browser, server, folder, site;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "hindsite-search-"));
  const content = join(folder, "content");
  site = join(folder, "site");
  mkdirSync(content);
  for (const [name, text] of Object.entries(DOCUMENTS)) writeFileSync(join(content, name), text);
  build(content, site);
  [browser, server] = [await launch(), await serve(site)];
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("texts are taken apart as the program does", () => {
  for (const { text, terms } of data("vectors.json")) {
    const found = tokenise(text).flatMap((run) => [...run.parts.filter((part) => part.indexed).map((part) => part.term), ...(run.whole ? [run.whole] : [])]);
    assert.equal(found.join(" "), terms, text);
  }
});

test("the script and the program find the same, in the same order", async () => {
  const index = indexOf(site);
  for (const query of ["connection", "checkout connection", "conection", "Überwachung zertifikaten", "接続", "severity:SEV2 connection", "checkout -dns", '"connection pool"', "FATAL: remaining connection slots are reserved for role ledger_admin"]) {
    const json = JSON.parse(execFileSync(HINDSITE, ["search", "--json", query, join(folder, "content")], { stdio: ["ignore", "pipe", "ignore"] }));
    assert.deepEqual(await idsOf(index, `${query} `, 10), json.hits.map((hit) => hit.id), query);
    assert.ok(json.count > 0, query);
  }
});

test("at least 95 of 100 queries find what they are for", async () => {
  const corpora = { sample: indexOf(SITE) };
  const dev = process.env.HINDSITE_CORPUS && join(process.env.HINDSITE_CORPUS, "dev");
  if (dev && existsSync(dev)) {
    build(dev, join(folder, "dev"));
    corpora.dev = indexOf(join(folder, "dev"));
  }
  const queries = data("queries.json").filter(({ corpus = "sample" }) => corpora[corpus]);
  const misses = [];
  for (const { query, incident, within, corpus = "sample" } of queries) {
    const ids = await idsOf(corpora[corpus], query, within);
    if (!ids.some((id) => id.toLowerCase().startsWith(incident.toLowerCase()))) misses.push(`${query}: ${incident} is not among ${ids.join(", ")}`);
  }
  for (const miss of misses) console.log(`# miss: ${miss}`);
  assert.ok(queries.length >= 40);
  assert.ok(misses.length <= queries.length * 0.05, misses.join("\n"));
});

const titles = (page) => page.locator("#hs-search-results h2").allTextContents();
const results = (page, wanted) => page.waitForFunction((wanted) => document.querySelector("#hs-search-results h2")?.textContent.includes(wanted), wanted);

for (const [how, address] of [["over HTTP under a sub-path", () => `${server.url}search.html`], ["from a file", () => pathToFileURL(join(site, "search.html")).href]]) {
  test(`finds by keyboard alone, ${how}`, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await watchedPage(context);
    const ask = async (text) => {
      await page.locator("#hs-q").focus();
      await page.keyboard.press("Control+a");
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    };
    await page.goto(address());
    assert.match(await page.locator("meta[http-equiv='Content-Security-Policy']").getAttribute("content"), /script-src 'self'/);
    for (const [query, wanted] of [
      ["pool", "connection pool ran dry"],
      ["service:mail", "Receipts came late"],
      ["ERROR: remaining connection slots are reserved for role ledger_admin 10.0.0.7", "connection pool ran dry"],
      ["db_connection_limit", "connection pool ran dry"],
      ["recipts", "Receipts came late"],
      ["zertifikaten", "abgelaufenes Zertifikat"],
      ["uberwachung", "abgelaufenes Zertifikat"],
      ["接続エラー", "決済データベース"],
    ]) {
      await ask(query);
      await results(page, wanted);
      assert.equal(new URL(page.url()).searchParams.get("q"), query);
    }

    // Two facets, reached with the tabulator and set with the space bar.
    await ask("connection");
    await page.waitForFunction(() => document.querySelectorAll("#hs-search-results h2").length === 3);
    for (const [name, value, left] of [["severity", "SEV2", 2], ["service", "checkout", 1]]) {
      for (let step = 0; step < 40; step++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate(([name, value]) => document.activeElement.name === name && document.activeElement.value === value, [name, value])) break;
        if (step === 20) await page.locator("#hs-q").focus();
      }
      await page.keyboard.press("Space");
      await page.waitForFunction((left) => document.querySelectorAll("#hs-search-results h2").length === left, left);
      await page.locator("#hs-q").focus();
    }
    assert.deepEqual(await titles(page), ["Checkout was not found"]);
    assert.match(await page.locator("#hs-search-status[role=status]").textContent(), /1 incident/);

    // Back takes one facet off again, forward puts it on; the address alone gives the same page.
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll("#hs-search-results h2").length === 2);
    await page.goForward();
    await page.waitForFunction(() => document.querySelectorAll("#hs-search-results h2").length === 1);
    await page.reload();
    await results(page, "Checkout was not found");

    // What is ticked stays for the next query, and the page says so. A result leads to its place.
    await ask("ECONNREFUSED");
    await page.waitForFunction(() => /ticked/.test(document.querySelector("#hs-search-status").textContent));
    await page.goto(address());
    await ask("ECONNREFUSED");
    await results(page, "connection pool ran dry");
    const place = page.locator("#hs-search-results .wh a").first();
    assert.match(await place.textContent(), /10:02/);
    await place.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/#hs-t20250304T1002$/);
    assert.equal(await page.locator("#hs-t20250304T1002").count(), 1);
    // The icon may be on its way when the page is left.
    assert.deepEqual(page.faults.filter((fault) => !/failed: .*favicon/.test(fault)), []);
    await context.close();
  });
}

test("without script the page offers the lists", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}search.html`);
  assert.ok((await page.locator("noscript a").count()) >= 2);
  await context.close();
});
