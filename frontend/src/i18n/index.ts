/**
 * The words of the screens. A page brings those of the language that is read, and asks for the other's when somebody
 * changes to it; until they are there the screen keeps the words it has.
 */
import i18next from "i18next";

import { setLang, useUi, type Lang } from "../state/ui";

/** Texts by the parts of their keys. */
export interface Tree { [key: string]: Tree | string }

/** How the words of one area come in each language. */
type Bring = Record<Lang, () => Promise<{ default: Tree }>>;

const areas = new Map<string, Bring>();
const brought = new Set<string>();

void i18next.init({
  lng: useUi.getState().lang,
  fallbackLng: false,
  resources: { vi: { translation: {} }, en: { translation: {} } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

async function bring(area: string, from: Bring, lang: Lang): Promise<void> {
  const { default: words } = await from[lang]();
  i18next.addResourceBundle(lang, "translation", area === "" ? words : { [area]: words }, true, true);
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
  void i18next.changeLanguage(state.lang);
});

export { i18next };
