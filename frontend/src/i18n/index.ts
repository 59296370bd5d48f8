/** Both languages travel with the page: a change of language never asks the network. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { en, vi } from "./words";
import { useUi } from "../state/ui";

void i18next.use(initReactI18next).init({
  lng: useUi.getState().lang,
  fallbackLng: false,
  resources: { vi: { translation: vi }, en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

useUi.subscribe((state, before) => {
  if (state.lang === before.lang) return;
  document.documentElement.lang = state.lang;
  void i18next.changeLanguage(state.lang);
});

export { i18next };
