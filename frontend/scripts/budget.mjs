// What each page loads, compressed: its entry, the page's own chunks, all that these import, and what they load later
// (the map among it). The map's worker and the offline worker are counted apart. No page may cost more than the budget.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 450;
const dist = new URL("../dist/", import.meta.url);
const chunks = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const sizes = new Map();

function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024);
  return sizes.get(file);
}

/** Keys of a chunk and of all that it imports, with what is loaded later when `later` says so. */
function loadedBy(key, later, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of chunks[key].imports ?? []) loadedBy(next, later, found);
  // What the entry loads later is the pages themselves, one of them.
  if (later && !chunks[key].isEntry) for (const next of chunks[key].dynamicImports ?? []) loadedBy(next, later, found);
  return found;
}

const scripts = (keys) => [...new Set([...keys].map((key) => chunks[key].file))].filter((file) => /\.m?js$/.test(file));
const sum = (files) => files.reduce((total, file) => total + sizeOf(file), 0);
const line = (size, text) => console.log(`${size.toFixed(1).padStart(8)} kB  ${text}`);

const entry = loadedBy("index.html", false);
const pages = chunks["index.html"].dynamicImports;
if (pages.length < 7) throw new Error(`the entry loads ${pages.length} pages, 7 were expected: is a page imported at once?`);

const everywhere = scripts(entry);
line(sum(everywhere), "of every page:");
for (const file of everywhere) line(sizeOf(file), `  ${file}`);
let over = false;
for (const page of pages) {
  const files = scripts(new Set([...entry, ...loadedBy(page, true)]));
  const total = sum(files);
  over ||= total > BUDGET_KB;
  line(total, `${page}, of ${BUDGET_KB} kB${total > BUDGET_KB ? ": TOO MUCH" : ""}`);
  for (const file of files.filter((name) => !everywhere.includes(name))) line(sizeOf(file), `  ${file}`);
}
for (const name of readdirSync(new URL("assets/", dist)).filter((n) => /worker.*\.m?js$/.test(n))) {
  line(sizeOf(`assets/${name}`), `assets/${name} (the map's worker, apart)`);
}
if (over) process.exit(1);
