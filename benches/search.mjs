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

const require = createRequire(new URL("../tests/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const CAUSES = ["connection pool ran dry", "certificate expired", "configuration change", "memory leak", "disk full", "slow query", "retried without back-off", "feature flag", "replication lag", "rate limit"];
const SERVICES = ["checkout-api", "ledger-db", "session-store", "search-index", "invoice-worker", "auth-proxy", "dns-resolver", "email-relay", "media-cdn", "job-scheduler"];

/** Fifty queries of five sorts: words, a word of a service, a field and a word, a pasted message, a misspelt word. */
const QUERIES = CAUSES.flatMap((cause, at) => [
  cause,
  `${SERVICES[at].split("-")[0]} timeouts`,
  `service:${SERVICES[at]} ${cause.split(" ")[0]}`,
  `ERROR 2025-03-04T10:02:11Z ${SERVICES[at]}-7f9c: ${cause} (attempt 3 of 5, upstream 10.0.0.${at})`,
  cause.replace(/([aeiou])([a-z])/, "$2$1"),
]);

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
    const [input, status] = ["#hs-q", "#hs-search-status"].map((one) => document.querySelector(one));
    const began = performance.now();
    input.value = query;
    input.form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
    while (input.form.hasAttribute("aria-busy")) await new Promise((done) => setTimeout(done, 0));
    return [performance.now() - began, status.textContent];
  }, query);

async function measure(browser, site) {
  const shards = sizes(join(site, "search"));
  const { url, sent, stop } = await serve(site);
  const page = await browser.newPage();
  const count = readdirSync(join(site, "incidents")).filter((name) => name.endsWith(".html") && name !== "index.html").length;
  await page.goto(`${url}search.html`, { waitUntil: "networkidle" });
  await ask(page, QUERIES[0]);
  const first = sum(sent.filter(([path]) => path.startsWith("/search/") || /search[^/]*\.js$/.test(path)).map(([, bytes]) => bytes));
  const [cold, warm] = [[], []];
  let unanswered = 0;
  for (const query of QUERIES) cold.push((await ask(page, query))[0]);
  for (const query of QUERIES) {
    const [time, said] = await ask(page, query);
    warm.push(time);
    if (/nothing|no incident|^0 /i.test(said)) unanswered += 1;
  }
  await page.close();
  stop();
  console.log(
    `hindsite    ${site}: ${count} incidents; index ${kb(sum(shards))} in ${shards.length} files, ${(sum(shards) / 1000 / count).toFixed(2)} KB an incident, largest ${kb(Math.max(...shards))}; first query ${kb(first)}; median of 50 queries ${median(warm).toFixed(0)} ms (files not loaded yet: ${median(cold).toFixed(0)} ms), slowest ${Math.max(...warm).toFixed(0)} ms; ${unanswered} without a result`,
  );
  return count;
}

/** Runs a command and returns its seconds of CPU. */
function cpuOf(command, parameters, options = {}) {
  const script = "import resource,subprocess,sys;subprocess.run(sys.argv[1:],check=True,stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);r=resource.getrusage(resource.RUSAGE_CHILDREN);print(r.ru_utime+r.ru_stime, r.ru_maxrss//1024)";
  return execFileSync("python3", ["-c", script, command, ...parameters], { encoding: "utf8", ...options }).trim().split(" ").map(Number);
}

async function pagefind(browser, peers, site, count) {
  const out = mkdtempSync(join(tmpdir(), "pagefind-"));
  const program = join(peers, "node_modules/.bin/pagefind");
  const [cpu, memory] = cpuOf(program, ["--site", site, "--glob", "incidents/*.html", "--root-selector", "main", "--output-path", join(out, "pagefind")]);
  const all = sizes(join(out, "pagefind"));
  writeFileSync(join(out, "index.html"), "<!doctype html><title>Pagefind</title>");
  const { url, stop } = await serve(out);
  const page = await browser.newPage();
  await page.goto(`${url}index.html`);
  const times = await page.evaluate(async (queries) => {
    const engine = await import("/pagefind/pagefind.js");
    await engine.init();
    const times = [];
    for (const query of [...queries, ...queries]) {
      const began = performance.now();
      const found = await engine.search(query.replace(/service:/, ""));
      await Promise.all(found.results.slice(0, 10).map((one) => one.data()));
      times.push(performance.now() - began);
    }
    return times;
  }, QUERIES);
  await page.close();
  stop();
  const first = await firstQuery(browser, out);
  console.log(`Pagefind    ${site}: index ${kb(sum(all))} in ${all.length} files, ${(sum(all) / 1000 / count).toFixed(2)} KB an incident, largest ${kb(Math.max(...all))}; first query ${kb(first)}; median ${median(times.slice(-50)).toFixed(0)} ms; built with ${cpu.toFixed(1)} s of CPU, ${memory} MB`);
  rmSync(out, { recursive: true });
}

/** The bytes that Pagefind fetches for one query and ten results. */
async function firstQuery(browser, out) {
  const { url, sent, stop } = await serve(out);
  const page = await browser.newPage();
  await page.goto(`${url}index.html`);
  await page.evaluate(async (query) => {
    const engine = await import("/pagefind/pagefind.js");
    const found = await engine.search(query);
    await Promise.all(found.results.slice(0, 10).map((one) => one.data()));
  }, QUERIES[0]);
  await page.close();
  stop();
  return sum(sent.filter(([path]) => path !== "/index.html").map(([, bytes]) => bytes));
}

async function miniSearch(browser, peers, site, count) {
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
  const [load, times] = await page.evaluate(async (queries) => {
    const began = performance.now();
    const index = MiniSearch.loadJSON(await (await fetch("index.json")).text(), { fields: ["title", "text"], storeFields: ["title", "page"] });
    const load = performance.now() - began;
    const times = queries.map((query) => {
      const began = performance.now();
      index.search(query.replace(/service:/, ""), { prefix: true, fuzzy: 0.2 });
      return performance.now() - began;
    });
    return [load, times];
  }, QUERIES);
  await page.close();
  stop();
  console.log(`MiniSearch  ${site}: index ${kb(size)} in 1 file, ${(size / 1000 / count).toFixed(2)} KB an incident; first query ${kb(size + statSync(library).size)}, loaded in ${load.toFixed(0)} ms; median ${median(times).toFixed(0)} ms; built with ${cpu.toFixed(1)} s of CPU, ${memory} MB`);
  rmSync(out, { recursive: true });
}

const parameters = process.argv.slice(2);
const peers = parameters[0] === "--peers" ? parameters.splice(0, 2)[1] : null;
if (!parameters.length) {
  console.error("usage: node benches/search.mjs [--peers FOLDER] SITE...");
  process.exit(2);
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const site of parameters) {
  const count = await measure(browser, site);
  if (!peers) continue;
  await pagefind(browser, peers, site, count);
  if (count <= 20_000) await miniSearch(browser, peers, site, count);
}
await browser.close();
