/** Both languages travel with the page: a change of language never asks the network. */
import i18next from "i18next";

import { useUi } from "../state/ui";
import en from "./en/console.json";
import vi from "./vi/console.json";

/** Texts by the parts of their keys. */
export interface Tree { [key: string]: Tree | string }

void i18next.init({
  lng: useUi.getState().lang,
  fallbackLng: false,
  resources: { vi: { translation: vi }, en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** The texts of `area.*`, which come with the pages that need them. */
export function addWords(area: string, ofVi: Tree, ofEn: Tree): void {
  i18next.addResourceBundle("vi", "translation", { [area]: ofVi }, true, true);
  i18next.addResourceBundle("en", "translation", { [area]: ofEn }, true, true);
}

useUi.subscribe((state, before) => {
  if (state.lang === before.lang) return;
  document.documentElement.lang = state.lang;
  void i18next.changeLanguage(state.lang);
});

export { i18next };
