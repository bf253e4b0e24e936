// Pictures of a built site to look through: SITE=folder node tests/browser/shots.mjs OUT [PAGE...] (one page of each sort unless named).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileUrl, launch, onePageOfEachSort } from "./site.mjs";

const [out, ...named] = process.argv.slice(2);
if (!out) throw new Error("name the folder for the pictures");
mkdirSync(out, { recursive: true });
const browser = await launch();
for (const [width, colorScheme] of [[1440, "light"], [390, "light"], [1440, "dark"], [390, "dark"]]) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  for (const path of named.length ? named : onePageOfEachSort()) {
    await page.goto(fileUrl(path));
    await page.screenshot({ path: join(out, `${path.replaceAll("/", "-").replace(/\.html$/, "")}-${width}-${colorScheme}.png`), fullPage: true });
  }
  await context.close();
}
await browser.close();
