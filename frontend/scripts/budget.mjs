// What each page loads, compressed: its entry, the page's own chunks, all that these import, what they load later (the
// map and what a key opens among it), and its words in one language, the larger of the two. No page may cost more than
// the budget: to load a part later takes nothing off it. Told beside it: how much of it stands before the first paint,
// and what comes to it at most: the words of the other language, which only who changes the language asks for, and the
// map's worker. Why so: docs/decisions/0704-a-page-is-all-that-it-loads.md.
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

/** The language whose words a chunk holds; undefined for one of code. */
const langOf = (key) => /^src\/i18n\/(vi|en)\/\w+\.json$/.exec(key)?.[1];

/** Keys of a chunk and of all that it imports, with what is loaded later when `later` says so. */
function loadedBy(key, later, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of chunks[key].imports ?? []) loadedBy(next, later, found);
  for (const next of chunks[key].dynamicImports ?? []) {
    // What the entry loads later is its words and the pages themselves, one of them.
    if (langOf(next) !== undefined || (later && !chunks[key].isEntry)) loadedBy(next, later, found);
  }
  return found;
}

const scripts = (keys) => [...new Set([...keys].map((key) => chunks[key].file))].filter((file) => /\.m?js$/.test(file));
const sum = (files) => files.reduce((total, file) => total + sizeOf(file), 0);
const line = (size, text) => console.log(`${size.toFixed(1).padStart(8)} kB  ${text}`);

const workers = readdirSync(new URL("assets/", dist)).filter((name) => /worker.*\.m?js$/.test(name)).map((name) => `assets/${name}`);
const entry = loadedBy("index.html", false);
const pages = chunks["index.html"].dynamicImports.filter((key) => langOf(key) === undefined);
if (pages.length !== 10) throw new Error(`the entry loads ${pages.length} pages, 10 were expected: is a page imported at once?`);

/** The words of a page in each language; its code without them. */
const wordsIn = (keys, lang) => scripts([...keys].filter((key) => langOf(key) === lang));
const codeOf = (keys) => scripts([...keys].filter((key) => langOf(key) === undefined));

const everywhere = codeOf(entry);
line(sum(everywhere), "of every page, without words:");
for (const file of everywhere) line(sizeOf(file), `  ${file}`);
let over = false;
for (const page of pages) {
  const keys = new Set([...entry, ...loadedBy(page, true)]);
  const words = ["vi", "en"].map((lang) => ({ lang, size: sum(wordsIn(keys, lang)) })).sort((a, b) => b.size - a.size);
  if (words.some(({ size }) => size === 0)) throw new Error(`${page} has no words in one language: where have they gone?`);
  const files = codeOf(keys);
  const total = sum(files) + words[0].size;
  over ||= total > BUDGET_KB;
  const first = sum(codeOf(new Set([...entry, ...loadedBy(page, false)]))) + words[0].size;
  const most = total + words[1].size + (files.some((name) => /gl-/.test(name)) ? sum(workers) : 0);
  line(total, `${page}, of ${BUDGET_KB} kB${total > BUDGET_KB ? ": TOO MUCH" : ""} (${first.toFixed(1)} before the first paint, ${most.toFixed(1)} at most)`);
  for (const file of files.filter((name) => !everywhere.includes(name))) line(sizeOf(file), `  ${file}`);
  line(words[0].size, `  words in ${words[0].lang} (${words[1].lang}, only after a change of language: ${words[1].size.toFixed(1)} kB)`);
}
for (const name of workers) line(sizeOf(name), `${name} (the map's worker, apart)`);
if (over) process.exit(1);
