import { expect, it } from "vitest";

import { en, vi, type Tree } from "./words";

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
