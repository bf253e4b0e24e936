// What search costs on built sites: the size of the index, the bytes of a first query, and how long answers take in Chromium.
//
//   npm ci --prefix tests/browser
//   node benches/search.mjs SITE...                      one line for each built site
//   node benches/search.mjs --peers FOLDER SITE...       and Pagefind and MiniSearch, installed by npm in FOLDER
//
// MiniSearch indexes the text of the built pages, as Pagefind does: title and main text.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import vm from "node:vm";

const require = createRequire(new URL("../tests/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");

vm.runInThisContext(readFileSync(new URL("../theme/js/search.js", import.meta.url), "utf8"));
const { Index, tokenise } = globalThis.hindsiteSearch;

/** The index of a built site, read from its files. */
const indexOf = (site) =>
  new Index((name) => {
    let found;
    const add = (_version, _name, value) => (found = value);
    new Function("hindsiteSearch", readFileSync(join(site, "search", `${name}.js`), "utf8"))({ add });
    return found;
  });

const wordsOf = (text) => tokenise(text).filter((run) => run.parts.some((part) => part.indexed)).map((run) => text.slice(run.start, run.end));
const longest = (words) => [...words].sort((a, b) => b.length - a.length)[0] ?? "";
const misspelt = (word) => (word.length < 6 ? word : word.slice(0, 2) + word[3] + word[2] + word.slice(4));

/**
 * Fifty queries, five of each of ten incidents that are spread over the site, in words of theirs: words of the title; a service and a
 * word; a field and a word; a pasted message; a misspelt word.
 */
async function queriesOf(site) {
  const index = indexOf(site);
  const { entries } = await index.open();
  const services = await index.field("service");
  const queries = [];
  for (let at = 0; at < 10; at++) {
    const entry = Math.floor(((at + 0.5) * entries) / 10);
    const card = await index.card(entry);
    const title = wordsOf(card.title);
    const [service] = services.values(entry).map((value) => services.names[value]);
    const cause = (card.pieces.find((piece) => piece.place === 1) ?? card.pieces[0])?.text ?? card.title;
    const telling = longest(wordsOf(cause));
    queries.push(
      title.slice(0, 4).join(" "),
      `${service ?? title[0]} ${longest(title)}`,
      service ? `service:"${service}" ${telling}` : telling,
      `ERROR 2025-03-04T10:02:11Z ${service ?? "app"}-7f9c: ${cause.slice(0, 160)} (attempt 3 of 5, upstream 10.0.0.${at})`,
      misspelt(longest(title)),
    );
  }
  return queries;
}

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));
const sizes = (folder) => files(folder).map((file) => statSync(file).size);
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const kb = (bytes) => `${(bytes / 1000).toFixed(0)} KB`;

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** Serves a folder and counts the bytes that are asked for. */
async function serve(folder) {
  const sent = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    try {
      const body = readFileSync(join(folder, normalize(path)));
      sent.push([path, body.length]);
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, sent, stop: () => server.close() };
}

/** Asks on the page, as a reader does, and returns the milliseconds until the answer stands there. */
const ask = (page, query) =>
  page.evaluate(async (query) => {
    const input = document.querySelector("#hs-q");
    const began = performance.now();
    input.value = query;
    input.form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    while (input.form.hasAttribute("aria-busy")) await new Promise((done) => setTimeout(done, 0));
    return [performance.now() - began, document.querySelectorAll("#hs-search-results h2").length];
  }, query);

async function measure(browser, site, queries) {
  const shards = sizes(join(site, "search"));
  const { url, sent, stop } = await serve(site);
  const page = await browser.newPage();
  const count = readdirSync(join(site, "incidents")).filter((name) => name.endsWith(".html") && name !== "index.html").length;
  await page.goto(`${url}search.html`, { waitUntil: "networkidle" });
  await ask(page, queries[0]);
  const first = sum(sent.filter(([path]) => path.startsWith("/search/") || /search[^/]*\.js$/.test(path)).map(([, bytes]) => bytes));
  const [cold, warm] = [[], []];
  let unanswered = 0;
  for (const query of queries) cold.push((await ask(page, query))[0]);
  for (const query of queries) {
    const [time, results] = await ask(page, query);
    warm.push(time);
    if (!results) unanswered += 1;
  }
  await page.close();
  stop();
  console.log(
    `hindsite    ${site}: ${count} incidents; index ${kb(sum(shards))} in ${shards.length} files, ${(sum(shards) / 1000 / count).toFixed(2)} KB an incident, largest ${kb(Math.max(...shards))}; first query ${kb(first)}; median of 50 queries ${median(warm).toFixed(0)} ms (files not loaded yet: ${median(cold).toFixed(0)} ms), slowest ${Math.max(...warm).toFixed(0)} ms; ${unanswered} of ${queries.length} found nothing`,
  );
  return count;
}

/** Runs a command and returns its seconds of CPU. */
function cpuOf(command, parameters, options = {}) {
  const script = "import resource,subprocess,sys;subprocess.run(sys.argv[1:],check=True,stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);r=resource.getrusage(resource.RUSAGE_CHILDREN);print(r.ru_utime+r.ru_stime, r.ru_maxrss//1024)";
  return execFileSync("python3", ["-c", script, command, ...parameters], { encoding: "utf8", ...options }).trim().split(" ").map(Number);
}

async function pagefind(browser, peers, site, count, queries) {
  const out = mkdtempSync(join(tmpdir(), "pagefind-"));
  const program = join(peers, "node_modules/.bin/pagefind");
  const [cpu, memory] = cpuOf(program, ["--site", site, "--glob", "incidents/*.html", "--root-selector", "main", "--output-path", join(out, "pagefind")]);
  const all = sizes(join(out, "pagefind"));
  writeFileSync(join(out, "index.html"), "<!doctype html><title>Pagefind</title>");
  const { url, stop } = await serve(out);
  const page = await browser.newPage();
  await page.goto(`${url}index.html`);
  const [times, unanswered] = await page.evaluate(async (queries) => {
    const engine = await import("/pagefind/pagefind.js");
    await engine.init();
    const times = [];
    let unanswered = 0;
    for (const query of [...queries, ...queries]) {
      const began = performance.now();
      const found = await engine.search(query.replace(/service:/, ""));
      await Promise.all(found.results.slice(0, 10).map((one) => one.data()));
      times.push(performance.now() - began);
      if (!found.results.length && times.length <= queries.length) unanswered += 1;
    }
    return [times, unanswered];
  }, queries);
  await page.close();
  stop();
  const first = await firstQuery(browser, out, queries[0]);
  console.log(`Pagefind    ${site}: index ${kb(sum(all))} in ${all.length} files, ${(sum(all) / 1000 / count).toFixed(2)} KB an incident, largest ${kb(Math.max(...all))}; first query ${kb(first)}; median ${median(times.slice(-queries.length)).toFixed(0)} ms; ${unanswered} of ${queries.length} found nothing; built with ${cpu.toFixed(1)} s of CPU, ${memory} MB`);
  rmSync(out, { recursive: true });
}

/** The bytes that Pagefind fetches for one query and ten results. */
async function firstQuery(browser, out, query) {
  const { url, sent, stop } = await serve(out);
  const page = await browser.newPage();
  await page.goto(`${url}index.html`);
  await page.evaluate(async (query) => {
    const engine = await import("/pagefind/pagefind.js");
    const found = await engine.search(query);
    await Promise.all(found.results.slice(0, 10).map((one) => one.data()));
  }, query);
  await page.close();
  stop();
  return sum(sent.filter(([path]) => path !== "/index.html").map(([, bytes]) => bytes));
}

async function miniSearch(browser, peers, site, count, queries) {
  const out = mkdtempSync(join(tmpdir(), "minisearch-"));
  const library = join(peers, "node_modules/minisearch/dist/umd/index.js");
  const build = join(out, "build.cjs");
  writeFileSync(
    build,
    `const MiniSearch = require(${JSON.stringify(join(peers, "node_modules/minisearch/dist/cjs/index.cjs"))}); const fs = require("node:fs"); const path = require("node:path");
const folder = ${JSON.stringify(join(site, "incidents"))};
const plain = (html) => html.replace(/<(script|style|svg)[^]*?<\\/\\1>/g, " ").replace(/<[^>]*>/g, " ").replace(/\\s+/g, " ");
const documents = fs.readdirSync(folder).filter((name) => name.endsWith(".html") && name !== "index.html").map((name, id) => {
  const html = fs.readFileSync(path.join(folder, name), "utf8");
  const main = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
  return { id, page: name, title: /<title>([^<]*)/.exec(html)[1], text: plain(main) };
});
const index = new MiniSearch({ fields: ["title", "text"], storeFields: ["title", "page"] });
index.addAll(documents);
fs.writeFileSync(${JSON.stringify(join(out, "index.json"))}, JSON.stringify(index));`,
  );
  const [cpu, memory] = cpuOf("node", ["--max-old-space-size=8000", build]);
  cpSync(library, join(out, "minisearch.js"));
  writeFileSync(join(out, "index.html"), '<!doctype html><title>MiniSearch</title><script src="minisearch.js"></script>');
  const size = statSync(join(out, "index.json")).size;
  const { url, stop } = await serve(out);
  const page = await browser.newPage();
  await page.goto(`${url}index.html`);
  const [load, times, unanswered] = await page.evaluate(async (queries) => {
    const began = performance.now();
    const index = MiniSearch.loadJSON(await (await fetch("index.json")).text(), { fields: ["title", "text"], storeFields: ["title", "page"] });
    const load = performance.now() - began;
    let unanswered = 0;
    const times = queries.map((query) => {
      const began = performance.now();
      if (!index.search(query.replace(/service:/, ""), { prefix: true, fuzzy: 0.2 }).length) unanswered += 1;
      return performance.now() - began;
    });
    return [load, times, unanswered];
  }, queries);
  await page.close();
  stop();
  console.log(`MiniSearch  ${site}: index ${kb(size)} in 1 file, ${(size / 1000 / count).toFixed(2)} KB an incident; first query ${kb(size + statSync(library).size)}, loaded in ${load.toFixed(0)} ms; median ${median(times).toFixed(0)} ms; ${unanswered} of ${queries.length} found nothing; built with ${cpu.toFixed(1)} s of CPU, ${memory} MB`);
  rmSync(out, { recursive: true });
}

/** Of more pages Pagefind takes more memory than most machines have, and MiniSearch's index is no file that a page can load. */
const MOST_FOR_PEERS = 20_000;

const parameters = process.argv.slice(2);
const peers = parameters[0] === "--peers" ? parameters.splice(0, 2)[1] : null;
if (!parameters.length) {
  console.error("usage: node benches/search.mjs [--peers FOLDER] SITE...");
  process.exit(2);
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const site of parameters) {
  const queries = await queriesOf(site);
  const count = await measure(browser, site, queries);
  if (!peers || count > MOST_FOR_PEERS) continue;
  await pagefind(browser, peers, site, count, queries);
  await miniSearch(browser, peers, site, count, queries);
}
await browser.close();
