/** The words on a screen: drawn anew when the language changes. */
import { useUi } from "../state/ui";
import { t } from ".";

/** What is known in both languages. */
interface InBoth {
  vi: string;
  en: string;
}

export function useTranslation() {
  const lang = useUi((s) => s.lang);
  return { t, lang, said: (both: InBoth): string => both[lang] };
}
