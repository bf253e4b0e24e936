// What the browser tests share: the built site's files, a server that shows it under a sub-path, and a browser.
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { readdirSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** The folder of the site under test. */
export const SITE = process.env.SITE;
if (!SITE) throw new Error("SITE must name the folder of a built site");

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".xml": "application/xml", ".svg": "image/svg+xml", ".png": "image/png", ".txt": "text/plain",
};

/** Every page of the site below `folder`, as paths with `/`, sorted. */
export function pages(folder = SITE, below = "") {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? pages(folder, path) : path.endsWith(".html") ? [path] : [];
    })
    .sort();
}

/** One page of each sort, so that costly checks need not open them all: the first, and of incidents and documents the longest too. */
export function onePageOfEachSort() {
  const first = new Map();
  const longest = new Map();
  for (const path of pages()) {
    const [folder, name] = path.includes("/") ? [path.split("/")[0], path.split("/").slice(1).join("/")] : ["", path];
    const sort = folder ? `${folder}/${name === "index.html" ? "index" : "page"}` : name;
    if (!first.has(sort)) first.set(sort, path);
    const size = statSync(join(SITE, path)).size;
    if (/^(incidents|documents)\/page/.test(sort) && size > (longest.get(sort)?.size ?? 0)) longest.set(sort, { path, size });
  }
  return [...new Set([...first.values(), ...[...longest.values()].map(({ path }) => path)])];
}

/** Serves `folder` as GitHub Pages does: below `base`, 404.html for what is not there. Returns its address and how to stop it. */
export async function serve(folder = SITE, base = "/repo/") {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const send = (status, file, body) => {
      response.writeHead(status, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(body);
    };
    try {
      if (!path.startsWith(base)) throw new Error("outside");
      let file = join(folder, normalize(path.slice(base.length)));
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      send(200, file, await readFile(file));
    } catch {
      send(404, "404.html", await readFile(join(folder, "404.html")));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}${base}`, stop: () => new Promise((done) => server.close(done)) };
}

/** The address of a page opened as a file. */
export const fileUrl = (path) => pathToFileURL(join(SITE, path)).href;

/** A browser that asks nobody but the pages under test. */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

/** A page that keeps what goes wrong on it in `page.faults`: whatever the console says (policy violations too), exceptions, failed requests. */
export async function watchedPage(context) {
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => page.faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => page.faults.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A page that is left before its icon came gives up on it: no fault of the page.
    if (isOwn(request.url()) && request.failure()?.errorText !== "net::ERR_ABORTED") page.faults.push(`failed: ${request.url()}`);
  });
  page.on("response", (response) => response.status() >= 400 && isOwn(response.url()) && page.faults.push(`${response.status()}: ${response.url()}`));
  // Documents may show images of other hosts; the tests need no network for them.
  await page.route((url) => !isOwn(url.href), (route) => route.abort());
  return page;
}

const isOwn = (url) => url.startsWith("file:") || url.startsWith("data:") || new URL(url).hostname === "127.0.0.1";
