/** Every text of every page by language: `console.json` holds the keys without a prefix, `AREA.json` those of `AREA.*`. */
export interface Tree { [key: string]: Tree | string }

const files = import.meta.glob<Tree>("./{vi,en}/*.json", { eager: true, import: "default" });

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

export const vi = wordsOf("vi");
export const en = wordsOf("en");
