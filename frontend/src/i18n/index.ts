/**
 * The words of the screens. A page brings those of the language that is read, and asks for the other's when somebody
 * changes to it; until they are there the screen keeps the words it has.
 */
import { setLang, useUi, type Lang } from "../state/ui";

/** Texts by the parts of their keys. */
export interface Tree { [key: string]: Tree | string }

/** What stands in the `{{blanks}}` of a text: anything but a string or a number leaves one empty. `otherwise` stands for
    the text where the key has none. */
export type Blanks = Readonly<Record<string, unknown>> & { otherwise?: string };

/** How the words of one area come in each language. */
type Bring = Record<Lang, () => Promise<{ default: Tree }>>;

const said: Record<Lang, Tree> = { vi: {}, en: {} };
const areas = new Map<string, Bring>();
const brought = new Set<string>();

/** The text of a key in the language that is read; undefined for an unknown one and for a group of texts. */
function find(key: string): string | undefined {
  let node: Tree | string | undefined = said[useUi.getState().lang];
  for (const part of key.split(".")) node = typeof node === "object" ? node[part] : undefined;
  return typeof node === "string" ? node : undefined;
}

/** Whether a key has a text: for what the centre names and may name anew. */
export const hasWords = (key: string): boolean => find(key) !== undefined;

/** The text of a key with its blanks filled in; an unknown key without `otherwise` stands for itself. */
export function t(key: string, blanks: Blanks = {}): string {
  return (find(key) ?? blanks.otherwise ?? key).replace(/{{(\w+)}}/g, (_, name: string) => {
    const filled = blanks[name];
    return typeof filled === "string" || typeof filled === "number" ? String(filled) : "";
  });
}

export type Translate = typeof t;

async function bring(area: string, from: Bring, lang: Lang): Promise<void> {
  const { default: words } = await from[lang]();
  Object.assign(said[lang], area === "" ? words : { [area]: words });
  brought.add(`${lang} ${area}`);
}

/** Until every area known by then has its words in a language. Rejects when they cannot be had. */
async function bringAll(lang: () => Lang): Promise<void> {
  for (;;) {
    const missing = [...areas].filter(([area]) => !brought.has(`${lang()} ${area}`));
    if (missing.length === 0) return;
    await Promise.all(missing.map(([area, from]) => bring(area, from, lang())));
  }
}

/** Tell how the texts of `area.*` are brought; they are with the page that says them once `wordsHere` resolves. */
export function addWords(area: string, from: Bring): void {
  areas.set(area, from);
}

/** Until everything that the loaded code says has its words in the language that is read. */
export const wordsHere = (): Promise<void> => bringAll(() => useUi.getState().lang);

/** Change the language. Rejects, and leaves the screen as it is, when the other's words cannot be had. */
export async function changeLang(lang: Lang): Promise<void> {
  await bringAll(() => lang);
  setLang(lang);
}

/** Code that comes later, with the words that it says. */
export async function withWords<T>(code: Promise<T>): Promise<T> {
  const loaded = await code;
  await wordsHere();
  return loaded;
}

addWords("", { vi: () => import("./vi/console.json"), en: () => import("./en/console.json") });

useUi.subscribe((state, before) => {
  if (state.lang === before.lang) return;
  document.documentElement.lang = state.lang;
});
