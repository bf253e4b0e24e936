// Walks a whole site in a real browser, once for each place it is served from, and says what is broken.
//
//   node tests/hosts/crawl.mjs ADDRESS...
//
// From the home page every link is followed: pages, style, scripts, images, anchors, feeds and their entries, the sitemap. Then the
// search is used, and over HTTP the page for missing addresses is asked for at two depths. Exits 1 where anything is broken.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, watchedPage } from "../browser/site.mjs";

const TABS = 4;

/** What a page refers to, the anchors it has, as absolute addresses. Runs in the browser. */
function references() {
  const found = [];
  for (const node of document.querySelectorAll("[href], [src]")) {
    const value = node.getAttribute("href") ?? node.getAttribute("src");
    const inside = node.namespaceURI.endsWith("/svg") && value.startsWith("#") ? null : value;
    if (inside !== null && !/^(mailto|tel|data):/.test(inside)) found.push(new URL(inside, document.baseURI).href);
  }
  return { found, ids: [...document.querySelectorAll("[id]")].map((node) => node.id), title: document.title };
}

/** The addresses in an Atom feed or a sitemap; an error where it is not well-formed XML. Runs in the browser. */
function addressesOfXml(text) {
  const tree = new DOMParser().parseFromString(text, "application/xml");
  if (tree.querySelector("parsererror")) return { error: tree.querySelector("parsererror").textContent.slice(0, 200) };
  return { found: [...tree.querySelectorAll("loc")].map((node) => node.textContent).concat([...tree.querySelectorAll("link[href]")].map((node) => node.getAttribute("href"))) };
}

async function crawl(browser, home) {
  const base = new URL(".", home).href;
  const isFile = base.startsWith("file:");
  const context = await browser.newContext();
  const faults = [];
  const anchorsOf = new Map(); // page → its ids
  const wanted = []; // [from, page, anchor]
  const known = new Set();
  const queue = [];
  const plain = (address) => address.split("#")[0];
  const add = (from, address) => {
    if (!address.startsWith(base)) return;
    const [page, anchor] = [plain(address), decodeURIComponent(address.split("#")[1] ?? "")];
    if (anchor) wanted.push([from, page, anchor]);
    if (!known.has(page)) known.add(page), queue.push([from, page]);
  };
  const isPage = (address) => (isFile ? address.endsWith(".html") : address.endsWith("/") || address.endsWith(".html"));

  const visit = async (tab, from, address) => {
    if (isPage(address)) {
      tab.faults.length = 0;
      const answer = await tab.goto(address, { waitUntil: "load" }).catch((fault) => fault);
      if (answer instanceof Error) return faults.push(`${from}: ${answer.message.split("\n")[0]}`);
      if (!isFile && answer.status() !== 200) return faults.push(`${from}: ${answer.status()} for ${address}`);
      // A redirect page leads on at once: what counts is where it leads.
      const page = await tab.evaluate(references).catch(() => tab.waitForLoadState().then(() => tab.evaluate(references)));
      if (!page.title) faults.push(`${address}: no title`);
      anchorsOf.set(address, new Set(page.ids));
      page.found.forEach((reference) => add(address, reference));
      faults.push(...tab.faults.map((fault) => `${address}: ${fault}`));
    } else if (isFile) {
      if (!existsSync(fileURLToPath(address))) faults.push(`${from}: no file ${address}`);
    } else {
      const answer = await context.request.get(address);
      if (answer.status() !== 200) return faults.push(`${from}: ${answer.status()} for ${address}`);
      const text = await answer.text();
      if (address.endsWith(".xml")) {
        const { error, found } = await tab.evaluate(addressesOfXml, text);
        if (error) faults.push(`${address}: ${error}`);
        found?.forEach((reference) => add(address, new URL(reference, address).href));
      } else if (address.endsWith(".json")) {
        const feed = JSON.parse(text);
        if (feed.version?.startsWith("https://jsonfeed.org/")) feed.items.forEach((item) => add(address, item.url));
      }
    }
  };

  add("(start)", home);
  if (!isFile) add("(start)", `${base}sitemap.xml`);
  const tabs = await Promise.all(Array.from({ length: TABS }, () => watchedPage(context)));
  await tabs[0].goto(home);
  while (queue.length) {
    const round = queue.splice(0);
    await Promise.all(tabs.map(async (tab) => {
      for (let next; (next = round.pop()); ) await visit(tab, ...next);
    }));
  }
  for (const [from, page, anchor] of wanted) {
    if (anchorsOf.has(page) && !anchorsOf.get(page).has(anchor)) faults.push(`${from}: no anchor #${anchor} on ${page}`);
  }

  const tab = tabs[0];
  tab.faults.length = 0;
  await tab.goto(`${base}search.html?q=database`);
  const hit = tab.locator("main a[href*='incidents/']").first();
  await hit.waitFor({ timeout: 20_000 }).then(() => hit.click(), () => faults.push(`${base}: the search finds nothing for "database"`));
  await tab.waitForLoadState();
  if (!tab.url().includes("/incidents/")) faults.push(`${base}: a hit of the search led to ${tab.url()}`);
  faults.push(...tab.faults.map((fault) => `search: ${fault}`));

  if (!isFile) {
    for (const missing of ["gone.html", "no/such/folder/at/all/"]) {
      const answer = await tab.goto(base + missing);
      const font = () => tab.evaluate(() => getComputedStyle(document.body).fontFamily + getComputedStyle(document.body).backgroundColor + document.styleSheets.length);
      const styled = await font();
      const back = await tab.evaluate(() => document.querySelector("header a[href]")?.href);
      await tab.goto(home);
      if (answer.status() !== 404) faults.push(`${missing}: status ${answer.status()}`);
      if (styled !== (await font())) faults.push(`${missing}: the page for missing addresses has not its style`);
      if (!back || new URL(".", back).href !== base) faults.push(`${missing}: its first link leads to ${back}`);
    }
  }
  await context.close();
  return { faults, pages: anchorsOf.size, files: known.size - anchorsOf.size, anchors: wanted.length };
}

const browser = await launch();
let broken = 0;
for (const address of process.argv.slice(2)) {
  const { faults, pages, files, anchors } = await crawl(browser, address);
  faults.forEach((fault) => console.log(`broken  ${fault}`));
  console.log(`${address}: ${pages} pages, ${files} other files, ${anchors} links to anchors, ${faults.length} broken`);
  broken += faults.length + (pages < 2);
}
await browser.close();
process.exit(broken ? 1 : 0);
