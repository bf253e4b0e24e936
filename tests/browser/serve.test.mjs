// `serve` in a browser: what is saved is seen, what is broken is said, and nothing of the reader's place is lost.
import { after, afterEach, before, beforeEach, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./site.mjs";

const FIXTURE = join(dirname(fileURLToPath(import.meta.url)), "../fixtures/small");
const PROGRAM = process.env.HINDSITE ?? "target/debug/hindsite";

let browser, folder, server, page;
before(async () => (browser = await launch()));
after(async () => browser?.close());

/** Starts `hindsite serve` on the folder and returns its address. */
async function start(port = 0) {
  const child = spawn(PROGRAM, ["serve", folder, "--port", String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const url = await new Promise((done, fail) => {
    child.stderr.on("data", (data) => {
      said += data;
      const found = /serving at (http:\S+)/.exec(said);
      if (found) done(found[1]);
    });
    child.on("exit", () => fail(new Error(said)));
  });
  return { url, stop: () => new Promise((done) => (child.on("exit", done), child.kill("SIGTERM"))) };
}

const write = (path, text) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

/** Waits for what `look` sees in the page, over reloads. */
async function until(look, argument) {
  const end = Date.now() + 15_000;
  for (;;) {
    const seen = await page.evaluate(look, argument).catch(() => null);
    if (seen) return seen;
    if (Date.now() > end) assert.fail(`not seen: ${look}`);
    await page.waitForTimeout(50);
  }
}

const LONG = `# How we write these down\n\n${"A line of text that takes its place.\n\n".repeat(120)}<details><summary>More</summary>\n\nInside.\n\n</details>\n\n<details><summary>Other</summary>\n\nClosed.\n\n</details>\n`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hindsite-serve-"));
  cpSync(FIXTURE, folder, { recursive: true });
  write("book.toml", '[book]\ntitle = "Small archive"\n');
  write("content/notes/how.md", LONG);
  server = await start();
  page = await (await browser.newContext()).newPage();
  page.faults = [];
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
});

afterEach(async () => {
  await page?.context().close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const text = (words) => document.body.textContent.includes(words);

test("a saved change is seen, at the same place, with the same details open", async () => {
  await page.goto(`${server.url}documents/how.html`);
  await page.evaluate(() => {
    const details = [...document.querySelectorAll("details")].find((element) => element.textContent.includes("Inside."));
    details.open = true;
    scrollTo(0, 900);
  });
  await page.waitForTimeout(500);
  write("content/notes/how.md", LONG.replace("Inside.", "Inside, and new."));
  await until(text, "Inside, and new.");
  await until(() => Math.abs(scrollY - 900) < 30);
  // The browser may have put the page back to its place by itself before the script opens what was open: wait for it.
  await until(() => {
    const open = [...document.querySelectorAll("details")].filter((element) => /Inside|Closed/.test(element.textContent)).map((element) => element.open);
    return open.slice(-2).join() === "true,false";
  });
  assert.deepEqual(page.faults, []);
});

test("a page that did not change stays as it is", async () => {
  await page.goto(`${server.url}incidents/till-certificate.html`);
  await page.evaluate(() => (window.same = true));
  await page.waitForTimeout(500);
  write("content/notes/how.md", "# How we write these down\n\nShort.\n");
  await page.waitForTimeout(1500);
  assert.equal(await page.evaluate(() => window.same), true);
});

test("style is swapped without a reload", async () => {
  write("shared/own.css", "body { outline-width: 1px; }");
  write("book.toml", '[book]\ntitle = "Small archive"\n[output.html]\nadditional-css = ["shared/own.css"]\n');
  await page.goto(`${server.url}documents/how.html`);
  await until(() => getComputedStyle(document.body).outlineWidth === "1px" || null);
  await page.waitForTimeout(500);
  await page.evaluate(() => (window.same = true));
  write("shared/own.css", "body { outline-width: 7px; outline-style: solid; }");
  await until(() => getComputedStyle(document.body).outlineWidth === "7px" || null);
  assert.equal(await page.evaluate(() => window.same), true);
});

test("a broken configuration is shown over the page, and gone when mended", async () => {
  await page.goto(server.url);
  await page.waitForTimeout(300);
  write("book.toml", '[book]\ntitel = "x"\n');
  await until(() => document.querySelector(".hindsite-overlay")?.textContent.includes("book.toml:2:1"));
  assert.ok(await page.evaluate(text, "Small archive"), "the last good site stays");
  write("book.toml", '[book]\ntitle = "Mended"\n');
  await until(text, "Mended");
  await until(() => !document.querySelector(".hindsite-overlay"));
});

test("a broken template is shown over the page, with its file", async () => {
  await page.goto(server.url);
  await page.waitForTimeout(300);
  write("theme/index.html", '{% extends "theme/index.html" %}\n{% block\n');
  await until(() => document.querySelector(".hindsite-overlay")?.textContent.includes("theme/index.html:"));
  rmSync(join(folder, "theme"), { recursive: true });
  await until(() => !document.querySelector(".hindsite-overlay"));
});

test("warnings of the open document can be unfolded on its page alone", async () => {
  write("content/notes/how.md", "# How we write these down\n\nSee [that](nowhere.md).\n");
  while (!(await (await fetch(`${server.url}documents/how.html`)).text()).includes("See")) await page.waitForTimeout(50);
  await page.goto(`${server.url}documents/how.html`);
  await until(() => document.querySelector(".hindsite-notes")?.textContent.includes("nowhere.md"));
  await page.goto(`${server.url}incidents/till-certificate.html`);
  await page.waitForTimeout(700);
  assert.equal(await page.locator(".hindsite-notes", { hasText: "nowhere.md" }).count(), 0);
});

test("the page of an incident says where its values were read", async () => {
  await page.goto(`${server.url}incidents/till-certificate.html`);
  await until(() => document.querySelector(".hindsite-notes summary")?.textContent.includes("values read"));
  await page.locator(".hindsite-notes summary").click();
  const row = page.locator(".hindsite-notes tr", { hasText: "title" }).first();
  assert.match(await row.textContent(), /line \d+/);
});

test("a tab finds the server again after it was stopped and started", async () => {
  await page.goto(`${server.url}documents/how.html`);
  await page.waitForTimeout(500);
  const { port } = new URL(server.url);
  await server.stop();
  write("content/notes/how.md", LONG.replace("Inside.", "Written while nobody served."));
  server = await start(port);
  await until(text, "Written while nobody served.");
});

test("ten tabs are told of one change", async () => {
  const context = page.context();
  const tabs = [page];
  for (let count = 1; count < 10; count += 1) tabs.push(await context.newPage());
  for (const tab of tabs) await tab.goto(`${server.url}documents/how.html`);
  await page.waitForTimeout(500);
  write("content/notes/how.md", "# How we write these down\n\nFor all of you.\n");
  for (const tab of tabs) await tab.waitForFunction(text, "For all of you.", { timeout: 15_000, polling: 100 });
});

test("a picture that changed is shown anew", async () => {
  await page.goto(`${server.url}incidents/oven-queue.html`);
  await page.waitForTimeout(500);
  const before = await page.evaluate(() => document.querySelector("main img").src);
  write("content/2026/queue.png", Buffer.concat([readFileSync(join(folder, "content/2026/queue.png")), Buffer.from([0])]));
  await until((old) => document.querySelector("main img").src !== old, before);
});
