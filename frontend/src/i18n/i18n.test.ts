import { expect, it } from "vitest";

import { PAGES } from "../pages";
import { useUi } from "../state/ui";
import { addWords, changeLang, hasWords, t, wordsHere, type Tree } from ".";

const files = import.meta.glob<Tree>("./{vi,en}/*.json", { eager: true, import: "default" });

/** Every text of a language: `console.json` holds the keys without a prefix, `AREA.json` those of `AREA.*`. */
function wordsOf(lang: "vi" | "en"): Tree {
  const words: Tree = {};
  for (const [path, tree] of Object.entries(files)) {
    const [, folder, area] = /^\.\/(\w+)\/(\w+)\.json$/.exec(path) ?? [];
    if (folder !== lang || area === undefined) continue;
    if (area === "console") Object.assign(words, tree);
    else words[area] = tree;
  }
  return words;
}

const vi = wordsOf("vi");
const en = wordsOf("en");

function keysOf(tree: Tree, prefix = ""): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );
}

function textOf(tree: Tree, key: string): string {
  return key.split(".").reduce<Tree | string>((node, part) => (typeof node === "string" ? node : (node[part] ?? "")), tree) as string;
}

const sources = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*", "!../test/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const code = Object.values(sources).join("\n");

it("has every text in both languages", () => {
  expect(keysOf(en)).toEqual(keysOf(vi));
  for (const key of keysOf(vi)) expect(textOf(vi, key) && textOf(en, key), key).toBeTruthy();
});

it("fills the same blanks in both languages", () => {
  const blanks = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();
  for (const key of keysOf(vi)) expect(blanks(textOf(en, key)), key).toEqual(blanks(textOf(vi, key)));
});

it("has a text for every key that the code names", () => {
  const named = [...code.matchAll(/\bt\(\s*"([\w.?]+)"/g), ...code.matchAll(/"(did\.\w+)"/g)].map((match) => match[1] ?? "");
  const known = new Set(keysOf(vi));
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((key) => !known.has(key))).toEqual([]);
});

it("has a group of texts for every key that the code puts together", () => {
  const prefixes = [...code.matchAll(/\bt\(\s*`([\w.]+)\.\$\{/g)].map((match) => `${match[1] ?? ""}.`);
  const known = keysOf(vi);
  expect(prefixes.length).toBeGreaterThan(10);
  expect(prefixes.filter((prefix) => !known.some((key) => key.startsWith(prefix)))).toEqual([]);
});

const AREAS = Object.keys(files).flatMap((path) => /^\.\/vi\/(?!console)(\w+)\.json$/.exec(path)?.[1] ?? []);

/** What a module names in its imports, as a key of `sources`; undefined for styles and packages. */
function moduleOf(name: string, from: string): string | undefined {
  const { pathname } = new URL(name, new URL(from, "file:///src/i18n/"));
  const path = pathname.replace(/^\/src\/(?:i18n\/?)?/, (start) => (start.includes("i18n") ? "./" : "../")).replace(/\/$/, "");
  return ["", ".ts", ".tsx", "/index.ts", "/index.tsx"].map((end) => path.replace(/^\.$/, "./index") + end).find((key) => key in sources);
}

/** A module and all that it brings with it, at once or later. */
function broughtBy(path: string, found: Set<string>): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, name] of (sources[path] ?? "").matchAll(/(?:from |^import |import\()"(\.[^"]*)"/gm)) {
    const next = moduleOf(name ?? "", path);
    if (next !== undefined) broughtBy(next, found);
  }
  return found;
}

it("sends with every page the words that it says", () => {
  expect(AREAS.length).toBeGreaterThan(6);
  const list = "../pages.tsx";
  const pages = [...(sources[list] ?? "").matchAll(/load: \(\) => import\("([^"]+)"\)/g)].map((match) => moduleOf(match[1] ?? "", list));
  expect(pages).toHaveLength(PAGES.length);
  const everywhere = broughtBy("../main.tsx", new Set([list]));
  for (const page of pages) {
    const modules = [...broughtBy(page ?? "", new Set(everywhere))];
    expect(modules.length, page).toBeGreaterThan(everywhere.size + 4);
    const said = modules.map((name) => (sources[name] ?? "").replaceAll(/^import .*$/gm, "")).join("\n");
    const areas = AREAS.filter((area) => new RegExp(`\\bt\\([^)]*["\`]${area}\\.[a-z]`).test(said));
    expect(areas.filter((area) => !modules.includes(`./areas/${area}.ts`)), page).toEqual([]);
  }
});

it("keeps the language, and its words, until all of the other's are there", async () => {
  let linked = false;
  const inEnglish = () => (linked ? Promise.resolve({ default: { said: "flood" } }) : Promise.reject(new Error("no link")));
  addWords("trial", { vi: () => Promise.resolve({ default: { said: "ngập" } }), en: inEnglish });
  await wordsHere();
  await expect(changeLang("en")).rejects.toThrow("no link");
  expect(useUi.getState().lang).toBe("vi");
  expect(t("trial.said")).toBe("ngập");
  linked = true;
  await changeLang("en");
  expect([t("trial.said"), t("theme.dark")]).toEqual(["flood", "Dark"]);
});

it("fills blanks, leaves an unknown one empty, and lets an unknown key stand for itself", async () => {
  addWords("blanks", { vi: () => Promise.resolve({ default: { two: "{{a}} và {{b}}, {{a}}" } }), en: () => Promise.reject(new Error()) });
  useUi.setState({ lang: "vi" });
  await wordsHere();
  expect(t("blanks.two", { a: 0, b: "<$&>" })).toBe("0 và <$&>, 0");
  expect(t("blanks.two", { a: null })).toBe(" và , ");
  expect([t("blanks.three"), t("blanks"), hasWords("blanks.two"), hasWords("blanks"), hasWords("blanks.two.x")]).toEqual([
    "blanks.three", "blanks", true, false, false,
  ]);
  expect([t("blanks.three", { otherwise: "ba" }), t("blanks.two", { otherwise: "ba" })]).toEqual(["ba", " và , "]);
});
