/** The words on a screen: drawn anew when the language changes. */
import i18next from "i18next";
import { useSyncExternalStore } from "react";

function subscribe(change: () => void) {
  i18next.on("languageChanged", change);
  return () => i18next.off("languageChanged", change);
}

export function useTranslation() {
  useSyncExternalStore(subscribe, () => i18next.language);
  return { t: i18next.t, i18n: i18next };
}
